"""What a picture may add up: shares of one whole, by where they come from and where they go."""

from collections.abc import Sequence
from decimal import Decimal

from analysis.airlock.reader.cells import SUPPRESSED, number_of

_ALL = Decimal(100)
#: Largest rounding of a share in percent.
_HALF = Decimal("0.05")


def sums(rows: Sequence[dict[str, str]]) -> list[Decimal]:
    """Return the sums per group and per measure of shares that are all parts of one whole.

    None when rows are not in percent of one period, when a pair of group and measure is not there
    or is there twice, or when all together are more than the whole. A group or measure with a
    hidden share has no sum.
    """
    if not rows or not all({"group", "measure", "value", "status"} <= set(row) for row in rows):
        return []
    pairs = {(row["group"], row["measure"]) for row in rows}
    groups, measures = ({pair[place] for pair in pairs} for place in (0, 1))
    is_whole = len(pairs) == len(rows) == len(groups) * len(measures)
    if not is_whole or {row["unit"] for row in rows} != {"percent"}:
        return []
    if len({row["period"] for row in rows}) != 1:
        return []
    known = [value for row in rows if (value := number_of(row["value"])) is not None]
    if any(value < 0 for value in known) or sum(known) > _ALL + _HALF * len(rows):
        return []
    found = []
    for column, names in (("group", groups), ("measure", measures)):
        for name in sorted(names):
            parts = [row for row in rows if row[column] == name]
            shown = [number_of(row["value"]) for row in parts]
            if not any(row["status"] == SUPPRESSED for row in parts):
                found.append(sum((one for one in shown if one is not None), Decimal(0)))
    return found

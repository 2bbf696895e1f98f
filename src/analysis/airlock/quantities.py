"""What a release tells an attacker, and what it must not: the two sides of the attack."""

import math
from collections.abc import Callable, Iterable

from analysis.airlock.known import Hidden, Quantity
from analysis.airlock.rounding import band_of, is_count_share, value_of
from analysis.airlock.rows import Row, count_interval, persons_of, to_base
from analysis.airlock.rules import decimals_of
from analysis.edition import Disclosure
from analysis.methods.cells import DIMENSIONS, Cell

#: Rules that hide a row because of the number of persons in its cell.
_OF_THE_CELL = ("minimum_persons",)
#: Rules that hide a row because a few organisations make it up: their size must stay hidden.
_OF_ORGANISATIONS = ("minimum_organisations", "organisations_as_unit")
#: Rules that hide a row because of the numerator of its share, or what is left of the whole.
_OF_THE_PART = ("numerator_and_complement", "group_disclosure", "precision", "small_count")

Count = Callable[[Cell, float], float]
Interval = tuple[float, float]


def told_by(row: Row, limits: Disclosure, count: Count) -> dict[Quantity, Interval]:
    """Return which quantities a shown row tells, each with the interval that it leaves.

    Sums are told with the exact weights: an attacker may know these from elsewhere.
    """
    told = {}
    if math.isfinite(row.n):
        told[Quantity("", persons_of(row.cell))] = shown_interval(
            persons_of(row.cell), row.n, limits, count
        )
    decimals = decimals_of(row, limits)
    if decimals is None or not math.isfinite(row.value):
        return told
    half = row.half_step(decimals, limits.rounding_base)
    part = row.part
    if part is not None and row.behind.numerator is not None:
        if row.behind.kind == "count":
            told[Quantity("", part)] = shown_interval(part, row.behind.numerator, limits, count)
        elif is_count_share(row) and band_of(row) is None:
            told |= _of_share(row, half, limits, count)
    if row.behind.magnitude and row.behind.weight is not None:
        of_share = row.behind.kind == "weighted share"
        scale = row.behind.weight / (100 if of_share else 1)
        shown = round(row.value, decimals)
        low, high = sorted(((shown - half) * scale, (shown + half) * scale))
        if of_share and part is not None:
            told[Quantity(row.behind.magnitude, part)] = (max(0.0, low), high)
            # All of them together are the whole, which has no uncertainty.
            whole = (row.behind.weight, row.behind.weight)
            told[Quantity(row.behind.magnitude, row.cell)] = whole
        else:
            told[Quantity(row.behind.magnitude, row.cell)] = (low, high)
    return told


def touched_by(row: Row, limits: Disclosure, count: Count) -> set[Quantity]:
    """Return all quantities that a shown row tells something about, also where only in part."""
    sides = {Quantity("", Cell.parse(side)) for side in row.behind.sides}
    part = {Quantity("", row.part)} if row.part is not None and band_of(row) is None else set()
    return {*told_by(row, limits, count), *sides, *part}


def shown_interval(cell: Cell, exact: float, limits: Disclosure, count: Count) -> Interval:
    """Return what a shown count tells: the rounding, or more where an earlier one was kept."""
    shown = count(cell, exact)
    if shown == to_base(exact, limits.rounding_base):
        return count_interval(shown, limits.rounding_base)
    reach = limits.interval_width + limits.rounding_base // 2
    return max(0.0, shown - reach), shown + reach


def _of_share(row: Row, half: float, limits: Disclosure, count: Count) -> dict[Quantity, Interval]:
    """Return what a rounded share tells: which rounded numerators fit, and which counts these."""
    numerator = row.behind.numerator or 0.0
    found = {Quantity("", row.part): shown_interval(row.part, numerator, limits, count)}
    if numerator == row.whole:
        rest = _complement(row)
        return found | ({rest: (0.0, 0.0)} if rest else {})
    if numerator == 0:
        return {Quantity("", row.part): (0.0, 0.0)}
    base, shown = limits.rounding_base, value_of(row, limits, count)
    middle = count(row.part, numerator)
    if middle == to_base(numerator, base) and shown:
        # Only multiples of the base fit in the rounding of the share.
        reach = middle * half / shown
        least = max(0.0, math.ceil((middle - reach) / base - 1e-9) * base)
        most = math.floor((middle + reach) / base + 1e-9) * base
        low, high = count_interval(least, base)[0], count_interval(most, base)[1]
        found[Quantity("", row.part)] = (low, high)
    return found


def _complement(row: Row) -> Quantity | None:
    """Return those of the cell who are not in the part, where one dimension tells them apart."""
    if row.part is None or len(row.attributes) != 1:
        return None
    (name,) = row.attributes
    levels = DIMENSIONS[name].levels
    if levels is None:
        return None
    inside = set(dict(row.part.levels)[name])
    whole = set(dict(row.cell.levels).get(name, levels))
    rest = whole - inside
    return Quantity("", row.part.within(**{name: rest})) if rest else None


def hidden_by(row: Row, rules: Iterable[str], where: str, limits: Disclosure) -> list[Hidden]:
    """Return what must not be found out about a row that rules hide.

    Counts stay uncertain over the width that the edition asks; counts of a few organisations, and
    sums, by a part of themselves.
    """
    rules = set(rules)
    share, width = limits.protection_percent / 100, float(limits.interval_width)
    found = []
    if rules & {*_OF_THE_CELL, *_OF_ORGANISATIONS} and math.isfinite(row.n):
        margin = share * row.n if rules & {*_OF_ORGANISATIONS} else 0.0
        quantity = Quantity("", persons_of(row.cell))
        found.append(Hidden(quantity, row.n, margin, margin, width, where))
    if rules & {*_OF_THE_PART} and row.part is not None and row.behind.numerator is not None:
        quantity = Quantity("", row.part)
        found.append(Hidden(quantity, row.behind.numerator, 0.0, 0.0, width, where))
    judged = rules & {*_OF_THE_CELL, *_OF_ORGANISATIONS, *_OF_THE_PART, "dominance", "all_equal"}
    if judged and row.behind.magnitude and row.behind.weight and math.isfinite(row.value):
        if row.behind.kind == "weighted share":
            total = row.value * row.behind.weight / 100
            found.append(
                Hidden(Quantity(row.behind.magnitude, row.part), total, 0.0, 0.0, width, where)
            )
        else:
            total = row.value * row.behind.weight
            margin = share * abs(total)
            found.append(
                Hidden(Quantity(row.behind.magnitude, row.cell), total, margin, margin, 0.0, where)
            )
    return found

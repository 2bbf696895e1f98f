"""What a release tells an attacker, and what it must not: the two sides of the attack."""

import math
from collections.abc import Callable, Iterable

from analysis.airlock.attack import Hidden, Quantity
from analysis.airlock.rounding import band_of, value_of
from analysis.airlock.rows import Row, count_interval
from analysis.airlock.rules import decimals_of
from analysis.edition import Disclosure
from analysis.methods.cells import Cell

#: Rules that hide a row because of the number of persons in its cell.
_OF_THE_CELL = ("minimum_persons",)
#: Rules that hide a row because a few organisations make it up: their size must stay hidden.
_OF_ORGANISATIONS = ("minimum_organisations", "organisations_as_unit")
#: Rules that hide a row because of the numerator of its share, or what is left of the whole.
_OF_THE_PART = ("numerator_and_complement", "group_disclosure", "precision")
#: Rules that hide a row because of the sum behind a mean.
_OF_THE_SUM = ("dominance", "all_equal", "precision")


def told_by(
    row: Row, limits: Disclosure, count: Callable[[Cell, float], float]
) -> dict[Quantity, tuple[float, float]]:
    """Return which quantities a shown row tells, each with the interval that it leaves."""
    told = {}
    cell = row.cell
    if cell.unit == "persons" and math.isfinite(row.n):
        told[Quantity("", cell)] = count_interval(count(cell, row.n), limits.rounding_base)
    decimals = decimals_of(row, limits)
    if decimals is None:
        return told
    half = row.half_step(decimals)
    if (
        row.behind.kind == "share"
        and row.part is not None
        and row.part.unit == "persons"
        and band_of(row) is None
        and row.value
    ):
        told[Quantity("", row.part)] = _of_share(row, half, limits, count)
    if row.behind.magnitude and row.behind.weight is not None:
        ends = sorted((row.value + sign * half) * row.behind.weight for sign in (-1, 1))
        told[Quantity(row.behind.magnitude, cell)] = (ends[0], ends[1])
    return told


def _of_share(
    row: Row, half: float, limits: Disclosure, count: Callable[[Cell, float], float]
) -> tuple[float, float]:
    """Return what a rounded share tells of its numerator: which rounded counts, and then which."""
    shown = value_of(row, limits, count)
    numerator = count(row.part, row.behind.numerator or 0.0)
    reach = numerator * half / shown if shown else math.inf
    low, _ = count_interval(max(0.0, numerator - reach), limits.rounding_base)
    _, high = count_interval(numerator + reach, limits.rounding_base)
    return math.floor(low), math.ceil(high)


def hidden_by(row: Row, rules: Iterable[str], where: str, limits: Disclosure) -> list[Hidden]:
    """Return what must not be found out about a row that rules hide."""
    rules = set(rules)
    part = limits.protection_percent / 100
    found = []
    if rules & {*_OF_THE_CELL, *_OF_ORGANISATIONS} and row.cell.unit == "persons":
        margin = part * row.n if rules & {*_OF_ORGANISATIONS} else 0.0
        found.append(
            Hidden(
                Quantity("", row.cell), row.n, margin, margin, float(limits.interval_width), where
            )
        )
    if (
        rules & {*_OF_THE_PART}
        and row.part is not None
        and row.part.unit == "persons"
        and row.behind.numerator is not None
        and row.behind.kind in ("share", "weighted share")
    ):
        found.append(
            Hidden(
                Quantity("", row.part),
                row.behind.numerator,
                0.0,
                0.0,
                float(limits.interval_width),
                where,
            )
        )
    if rules & {*_OF_THE_SUM} and row.behind.magnitude and row.behind.weight is not None:
        total = row.value * row.behind.weight
        margin = part * abs(total)
        found.append(
            Hidden(Quantity(row.behind.magnitude, row.cell), total, margin, margin, 0.0, where)
        )
    return found

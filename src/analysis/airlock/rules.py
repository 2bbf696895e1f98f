"""The disclosure rules: pure functions from one row of a result to whether it may be shown.

Thresholds come from the edition. Sources: the guidelines of CBS for microdata and of ESSnet and
DwB on checking output (minimum counts, group disclosure, dominance, degrees of freedom); the p%
rule and dominance on absolute values as in the ABS manual; thinned survival steps and rounding
after redaction as in OpenSAFELY. The rules on the precision of a mean and on the leverage behind a
coefficient are this project's own.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from analysis.airlock.rows import DECIMALS, PERSONS_IN, Row
from analysis.edition import Disclosure
from analysis.methods.behind import KINDS
from analysis.methods.cells import DIMENSIONS

#: What happens to a row that a rule does not let pass: it is hidden, it stops the release, or
#: somebody has to decide.
Action = Literal["suppress", "refuse", "review"]
Judge = Callable[[Row, Disclosure], bool]

_SHARES = ("share", "weighted share")
_MAGNITUDES = ("mean", "rate", "sum")
#: Beyond these, a product of decimal fractions differs from itself.
_DIGITS = 9
_UNIT_IS_ORGANISATION = (
    *_SHARES, *_MAGNITUDES, "quantile", "difference", "count", "correlation", "coefficient",
    "model fit",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule and what it is for.

    Attributes
    ----------
    kinds
        Kinds of number to which it applies.
    breaks
        Tells whether a row may not be shown as it is.
    action
        What then happens.
    """

    kinds: tuple[str, ...]
    breaks: Judge
    action: Action


def _too_few(count: float, least: float) -> bool:
    """A count that is not known is too few."""
    return not count >= least


def too_few_persons(row: Row, limits: Disclosure) -> bool:
    """Each cell counts enough different persons."""
    return _too_few(row.n, limits.minimum_persons)


def too_few_organisations(row: Row, limits: Disclosure) -> bool:
    """Each cell counts people of enough organisations."""
    return _too_few(row.n_organisations, limits.minimum_organisations)


def too_few_units(row: Row, limits: Disclosure) -> bool:
    """Where the organisation is the unit of analysis, there are more of them."""
    counted = row.cell if row.part is None else row.part
    if counted.unit != "organisations":
        return False
    # A share of some of the participants counts all of them in its row, which is shown.
    of_some = row.behind.organisations if row.of_the_programme else None
    organisations = row.n_organisations if of_some is None else of_some
    return _too_few(organisations, limits.minimum_organisations_as_unit)


def _least(row: Row, limits: Disclosure) -> int:
    """Return how many units a numerator must count: persons, or organisations."""
    if row.part is not None and row.part.unit == "organisations":
        return limits.minimum_organisations_as_unit
    return limits.minimum_persons


def small_part(row: Row, limits: Disclosure) -> bool:
    """Numerator and complement of a share count enough units; or nobody, where that is harmless."""
    least = _least(row, limits)
    numerator = row.behind.numerator
    if row.of_the_programme:
        # It leaves as a band of a third, in which nobody can count.
        return numerator is None
    if numerator is None:
        return True
    return any(
        _too_few(count, least) and not (count == 0 and _harmless(row, limits))
        for count in (numerator, row.complement)
    )


def group_disclosure(row: Row, limits: Disclosure) -> bool:
    """A share so high that it tells about each member of the group."""
    if _harmless(row, limits) or not row.whole or row.of_the_programme:
        return False
    share = 100 * (row.behind.numerator or 0) / row.whole
    return not 0 < share <= limits.highest_share


def small_count(row: Row, limits: Disclosure) -> bool:
    """A count of something else than the persons of its row counts enough of it, or was published.

    Kinds, such as branches or sources, are not people or organisations.
    """
    if row.part is None or is_published(row, limits):
        return False
    numerator = row.behind.numerator
    return numerator is None or _too_few(numerator, _least(row, limits))


def is_published(row: Row, limits: Disclosure) -> bool:
    """Tell whether the edition lists a count of these very people or organisations as published."""
    addresses = (row.behind.cell, row.behind.part)
    return any(
        one.cell in addresses and one.unit == row.unit and one.value == row.value
        for one in limits.published_counts
    )


def _harmless(row: Row, limits: Disclosure) -> bool:
    structural = {zero.dimension for zero in limits.structural_zeros}
    return not row.sensitive or (bool(row.attributes) and set(row.attributes) <= structural)


def dominance(row: Row, limits: Disclosure) -> bool:
    """One or two contributors make up too much of a sum, or could compute each other's part."""
    first, two = row.behind.largest, row.behind.largest_two
    if row.behind.kind == "difference" and first is None:
        # It compares people; a difference of sums tells its contributors.
        return False
    if first is None or two is None:
        return True
    # The second largest knows its own part: what remains must hide the largest (p% rule).
    remainder = 1 - two
    return (
        first > limits.largest_contributor
        or two > limits.largest_two_contributors
        or remainder < limits.protection_percent / 100 * first
    )


def all_equal(row: Row, limits: Disclosure) -> bool:
    """A mean of equal values tells everybody's value."""
    return row.behind.different is None or row.behind.different < 2


def too_precise(row: Row, limits: Disclosure) -> bool:
    """No rounding of the value hides what one contributor adds to it."""
    return decimals_of(row, limits) is None


def quantile_in_the_tail(row: Row, limits: Disclosure) -> bool:
    """Too few units lie beyond the quantile."""
    q = row.behind.quantile
    counted = row.cell if row.part is None else row.part
    units = row.n_organisations if counted.unit == "organisations" else row.n
    return q is None or _too_few(round(units * min(q, 1 - q), _DIGITS), limits.minimum_persons)


def few_degrees_of_freedom(row: Row, limits: Disclosure) -> bool:
    """An estimate with few degrees of freedom tells about single observations."""
    return _too_few(row.df, limits.minimum_degrees_of_freedom)


def exactly_related(row: Row, limits: Disclosure) -> bool:
    """A correlation of exactly -1, 0 or 1, or no deviation at all, gives values away."""
    return row.value == 0 or (row.behind.kind == "correlation" and abs(row.value) >= 1)


def thin_indicator(row: Row, limits: Disclosure) -> bool:
    """An indicator or interaction of the model is true, or false, for too few persons."""
    known = row.behind
    return any(
        _too_few(math.nan if count is None else count, limits.minimum_persons)
        for count in (known.fewest_ones, known.fewest_zeros)
    )


def high_leverage(row: Row, limits: Disclosure) -> bool:
    """A coefficient rests on few observations."""
    known = row.behind
    if known.effective is None or known.largest_weight is None:
        return True
    return (
        _too_few(known.effective, limits.minimum_persons)
        or known.largest_weight > limits.largest_contributor
    )


def saturated(row: Row, limits: Disclosure) -> bool:
    """A model with a parameter per cell is a table of means, and has the rules of one."""
    return row.behind.saturated


def always(row: Row, limits: Disclosure) -> bool:
    """No number of this kind passes by itself."""
    return True


#: Every rule by name; ``words`` says what they mean. A kind that no rule names has none that could
#: let it pass; see ``judge``.
RULES: dict[str, Rule] = {
    "minimum_persons": Rule(KINDS, too_few_persons, "suppress"),
    "minimum_organisations": Rule(KINDS, too_few_organisations, "suppress"),
    "organisations_as_unit": Rule(_UNIT_IS_ORGANISATION, too_few_units, "suppress"),
    "numerator_and_complement": Rule(_SHARES, small_part, "suppress"),
    "small_count": Rule(("count",), small_count, "suppress"),
    "group_disclosure": Rule(_SHARES, group_disclosure, "suppress"),
    "dominance": Rule((*_MAGNITUDES, "difference"), dominance, "suppress"),
    "all_equal": Rule(_MAGNITUDES, all_equal, "suppress"),
    "precision": Rule((*_MAGNITUDES, *_SHARES), too_precise, "suppress"),
    "quantile": Rule(("quantile",), quantile_in_the_tail, "suppress"),
    "degrees_of_freedom": Rule(
        ("deviation", "correlation", "difference", "coefficient", "model fit"),
        few_degrees_of_freedom,
        "suppress",
    ),
    "exact_relation": Rule(("deviation", "correlation"), exactly_related, "suppress"),
    "thin_indicator": Rule(("coefficient",), thin_indicator, "refuse"),
    "leverage": Rule(("coefficient",), high_leverage, "refuse"),
    "saturated_model": Rule(("coefficient",), saturated, "refuse"),
    "derived_number": Rule(("derived",), always, "review"),
    "extreme_or_rank": Rule(("minimum", "maximum", "range", "mode", "rank"), always, "refuse"),
}


def rules_for(kind: str) -> dict[str, Rule]:
    """Return the rules of a kind of number.

    Raises
    ------
    ValueError
        If the kind is not known; it never falls back to fewer rules.
    """
    if kind not in KINDS:
        raise ValueError(f"kind '{kind}' is not known; allowed: {', '.join(KINDS)}")
    return {name: rule for name, rule in RULES.items() if kind in rule.kinds}


def judge(row: Row, limits: Disclosure) -> dict[str, Action]:
    """Return the rules that do not let a row pass, with what follows."""
    return {
        name: rule.action
        for name, rule in rules_for(row.behind.kind).items()
        if rule.breaks(row, limits)
    }


def states_enough(row: Row) -> bool:
    """Tell whether a row says what the attack must know of it.

    A mean, rate, sum or weighted share names what it sums and by which weight; a count of persons
    is that of its cell, or names whom else it counts.
    """
    if row.behind.kind in (*_MAGNITUDES, "weighted share"):
        return bool(row.behind.magnitude) and row.behind.weight is not None
    if row.behind.kind == "count" and row.part is None and row.unit in PERSONS_IN:
        return abs(row.value * PERSONS_IN[row.unit] - row.n) < 0.5
    return True


def decimals_of(row: Row, limits: Disclosure) -> int | None:
    """Return how many decimals may be shown; None when even whole tens tell too much.

    A mean of n values, rounded to a step, gives one contribution away up to n times half the step:
    that must be a tenth of the largest contribution at least. A share of few organisations gives
    their joint size away up to n times half the step.
    """
    usual = DECIMALS.get(row.unit, _DIGITS)
    for decimals in range(usual, -2, -1):
        if _coarse_enough(row, row.half_step(decimals, limits.rounding_base), limits):
            return decimals
    return None


def _coarse_enough(row: Row, half: float, limits: Disclosure) -> bool:
    known, least = row.behind, limits.protection_percent / 100
    if known.kind in _MAGNITUDES:
        if known.largest_value is None:
            return False
        # A sum is rounded itself; rounding a mean hides as many times its step as it has units.
        times = 1.0 if known.kind == "sum" else row.units
        return times * half >= least * known.largest_value
    if known.kind in _SHARES and row.unit == "percent" and known.part_organisations is not None:
        if known.numerator is None:
            return False
        hidden = row.n * half / 100
        return all(
            hidden >= least * count
            for count, organisations in _parts_of_organisations(row)
            if count and organisations < limits.minimum_organisations
        )
    return True


def _parts_of_organisations(row: Row) -> list[tuple[float, float]]:
    """Return persons and organisations of a numerator and its complement, where known."""
    organisations = row.behind.part_organisations
    parts = [(row.behind.numerator, organisations)]
    if all(DIMENSIONS[name].of_organisations for name in row.attributes):
        parts.append((row.complement, row.n_organisations - organisations))
    return parts

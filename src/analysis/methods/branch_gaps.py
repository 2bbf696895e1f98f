"""How much the absence of groups of branches differs, and what of that goes with who works there.

Decomposition: Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194; the part of each of two factors
as in Das Gupta (1993), Standardization and Decomposition of Rates, chapter 3.
"""

from collections.abc import Sequence

import numpy as np

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.absence_composition import (
    CLUSTERS,
    CRUDE,
    RATE,
    STANDARDISED,
    Composition,
    composition,
    divided,
    of_groups,
    rates_of,
    shared_cells,
)
from analysis.methods.behind import behind
from analysis.methods.results import PAIR, Absent, Estimates, estimates

GAPS_METHOD = Text(
    nl=f"verschil tussen twee groepen branches: {RATE.nl}; gestandaardiseerd naar leeftijdsgroep "
    f"en functiegroep van beide groepen samen; {CLUSTERS.nl}",
    en=f"difference between two groups of branches: {RATE.en}; standardised to the age bands and "
    f"function groups of both groups together; {CLUSTERS.en}",
)
PAIRS_METHOD = Text(
    nl=f"verschil tussen twee branches: {RATE.nl}; {CLUSTERS.nl}; alle paren gelden samen "
    "(Bonferroni). Het kleinste verschil: de onderkant is de laagste van de afzonderlijke "
    "intervallen, de bovenkant de laagste van de gezamenlijke (doorsnedetoets)",
    en=f"difference between two branches: {RATE.en}; {CLUSTERS.en}; all pairs hold jointly "
    "(Bonferroni). The smallest difference: the lower end is the lowest of the single intervals, "
    "the upper end the lowest of the joint ones (intersection-union test)",
)
KITAGAWA_METHOD = Text(
    nl="decompositie volgens Kitagawa over leeftijdsgroep en functiegroep, de twee factoren "
    f"volgens Das Gupta; {RATE.nl}; de delen tellen precies op; {CLUSTERS.nl}",
    en="Kitagawa decomposition over age band and function group, the two factors after Das Gupta; "
    f"{RATE.en}; the parts add up exactly; {CLUSTERS.en}",
)


def gaps(
    found: Composition | Absent, high: Sequence[str], low: Sequence[str]
) -> Estimates | Absent:
    """Return how much higher the absence of some branches is than that of others.

    Terms ``crude`` and ``standardised``, in percentage points. Absent when a side has no branch
    or the sides share too few cells of age and function.
    """
    part = _sides(found, high, low)
    if isinstance(part, Absent):
        return part

    def both(sums: np.ndarray) -> np.ndarray:
        ways = rates_of(sums)
        return 100 * np.array([ways[way][0] - ways[way][1] for way in (CRUDE, STANDARDISED)])

    values = of_groups(part, (high, low), both)
    rows = [
        _difference(term, value, part)
        for term, value in zip((CRUDE, STANDARDISED), values, strict=True)
    ]
    method = part.told(GAPS_METHOD)
    return estimates(rows, tables=(part.table,), method=method, unit="percentage_points")


def gap_by_year(
    parts: DataTable,
    organisations: DataTable,
    high: Sequence[str],
    low: Sequence[str],
    *,
    first: int,
    last: int,
) -> Estimates | Absent:
    """Return the crude difference in each year, as terms ``<year>``; the years hold jointly."""
    if parts.frame is None:
        return Absent((parts.name,))
    years = [int(year) for year in sorted(set(parts.frame["year"])) if first <= year <= last]
    rows = []
    for year in years:
        found = composition(parts, organisations, first=year, last=year)
        part = _sides(found, high, low)
        if isinstance(part, Absent):
            continue
        (value,) = of_groups(part, (high, low), _crude_gap)
        rows.append(_difference(str(year), value, part, clusters.bonferroni(len(years))))
    if not rows:
        return Absent((parts.name,))
    method = Text(
        nl=f"{GAPS_METHOD.nl}; de jaren gelden samen",
        en=f"{GAPS_METHOD.en}; the years hold jointly",
    )
    return estimates(rows, tables=(parts.name,), method=method, unit="percentage_points")


def pairs(
    found: Composition | Absent, high: Sequence[str], low: Sequence[str]
) -> Estimates | Absent:
    """Return the crude difference of each branch with each other, as terms ``<branch>.<branch>``.

    Term ``smallest_pair`` is the smallest of these differences. Its interval lies above zero only
    when each single one does (intersection-union test, Berger 1982, Technometrics 24, 295-300),
    and below zero only when one of the jointly valid ones does.
    """
    part = _sides(found, high, low)
    if isinstance(part, Absent) or set(part.branches) != {*high, *low}:
        return Absent(part.tables if isinstance(part, Absent) else (part.table,))
    two = [(one, other) for one in high for other in low]
    rows, single = [], []
    for one, other in two:
        of_two = part.of([one, other])
        (value,) = of_groups(of_two, ((one,), (other,)), _crude_gap)
        single.append(value.interval()[0])
        term = f"{one}{PAIR}{other}"
        rows.append(_difference(term, value, of_two, clusters.bonferroni(len(two))))
    least = min(rows, key=lambda row: row["estimate"])
    smallest = least | part.about() | {
        "term": "smallest_pair",
        "ci_low": min(single),
        "ci_high": min(row["ci_high"] for row in rows),
        "p_value": np.nan,
        "behind": behind("difference", part.cell()),
    }  # fmt: skip
    method = part.told(PAIRS_METHOD)
    return estimates(
        [*rows, smallest], tables=(part.table,), method=method, unit="percentage_points"
    )


def kitagawa(
    found: Composition | Absent, high: Sequence[str], low: Sequence[str]
) -> Estimates | Absent:
    """Divide how much higher the absence of some branches is than that of others.

    Terms ``gap``, ``age`` and ``function`` (other ages, other functions), ``rates`` (other absence
    at the same age and function), and ``composition`` (age and function together), in percentage
    points. ``age``, ``function`` and ``rates`` add up to ``gap``.
    """
    part = _sides(found, high, low)
    if isinstance(part, Absent):
        return part

    def parts_of(sums: np.ndarray) -> np.ndarray:
        age, function, rest = 100 * two_factors(sums)
        gap = age + function + rest
        return np.array([gap, age, function, rest, age + function])

    terms = ("gap", "age", "function", "rates", "composition")
    rows = [
        _difference(term, value, part)
        for term, value in zip(terms, of_groups(part, (high, low), parts_of), strict=True)
    ]
    method = part.told(KITAGAWA_METHOD)
    return estimates(rows, tables=(part.table,), method=method, unit="percentage_points")


def two_factors(sums: np.ndarray) -> np.ndarray:
    """Return the parts of age, of function and of rates in a difference of two rates.

    Each part holds the others at the mean of the two sides, so that nothing remains. The
    composition is divided over its two factors by changing one at a time, in both orders.

    Parameters
    ----------
    sums
        Shape (2 sides, 2, ages, functions): person-years, then lost.

    Returns
    -------
    ndarray of shape (3,)
        As shares, first side less second.
    """
    size, lost = sums[:, 0], sums[:, 1]
    rate = divided(lost, size)
    # A side without a cell has no rate there; only who works there can differ.
    known = size.real > 0
    rate = np.where(known, rate, rate[::-1])
    share = size / size.sum(axis=(1, 2), keepdims=True)
    middle = rate.mean(axis=0)
    function = share.sum(axis=1)
    age = divided(share, function[:, None, :])
    # A function that one side lacks has no ages there; it takes those of the other.
    age = np.where(function.real[:, None, :] > 0, age, age[::-1])

    def expected(one: int, other: int) -> complex:
        """Rate with the functions of one side and the ages of another."""
        return (function[one][None, :] * age[other] * middle).sum()

    of_function = (expected(0, 0) - expected(1, 0) + expected(0, 1) - expected(1, 1)) / 2
    of_age = (expected(0, 0) - expected(0, 1) + expected(1, 0) - expected(1, 1)) / 2
    of_rates = (share.mean(axis=0) * (rate[0] - rate[1])).sum()
    return np.array([of_age, of_function, of_rates])


def _sides(found: Composition | Absent, high: Sequence[str], low: Sequence[str]):
    """Return the organisations of two groups of branches; Absent when a side cannot be compared."""
    if isinstance(found, Absent):
        return found
    part = found.of([*high, *low])
    sides = [set(part.branches) & set(side) for side in (high, low)]
    if not all(sides) or shared_cells(part, (high, low)) is None:
        return Absent((found.table,))
    return part


def _crude_gap(sums: np.ndarray) -> np.ndarray:
    first, second = rates_of(sums)[CRUDE]
    return 100 * np.array([first - second])


def _difference(term: str, value: clusters.Ratio, found: Composition, level: float = 0.95) -> dict:
    low, high = value.interval(level)
    return {
        "term": term,
        "estimate": value.estimate,
        "ci_low": low,
        "ci_high": high,
        "p_value": value.p_value,
        "df": value.df,
        **found.about(),
        "behind": behind("difference", found.cell()),
    }

"""How much likelier people of 25 to 34 leave than people of 35 to 54, by branch and together.

Sources: direct standardisation, Breslow & Day (1987), Statistical Methods in Cancer Research II,
chapter 2; shrinkage, Morris (1983), J. Am. Stat. Assoc. 78, 47-55, with the between-branch variance
of Paule & Mandel (1982).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.age_bands import (
    OLDER,
    PLACE,
    SECTOR,
    YOUNG,
    Exits,
    assembled,
    cell_of,
    exits,
    p_value,
)
from analysis.methods.behind import behind
from analysis.methods.cells import NO, Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates, joined, rows_at

#: Less than a tenth more is not called elevated.
ELEVATED = 1.1

Standard = Literal["crude", "own", "sector"]

_RATIO = Text(
    nl="vertrekkans van 25 tot 35 jaar gedeeld door die van 35 tot 55 jaar; intervallen op de "
    "logschaal, met organisaties als clusters",
    en="exit rate at 25 to 34 divided by that at 35 to 54; intervals on the log scale, with "
    "organisations as clusters",
)
_STANDARDS = {
    "crude": Text(nl="niet gestandaardiseerd", en="not standardised"),
    "own": Text(
        nl="gestandaardiseerd naar geslacht en leeftijd op de eigen samenstelling van de branche",
        en="standardised by sex and age to the branch's own composition",
    ),
    "sector": Text(
        nl="gestandaardiseerd naar geslacht en leeftijd op de samenstelling van de sector",
        en="standardised by sex and age to the composition of the sector",
    ),
}
_TOGETHER = Text(
    nl="95%-intervallen gelden voor alle branches samen (Bonferroni)",
    en="95% intervals hold for all branches together (Bonferroni)",
)
SHRUNKEN_METHOD = Text(
    nl="empirische Bayes: elke branche naar het gemiddelde van de branches getrokken, meer "
    "naarmate haar eigen cijfer onzekerder is (Morris; variantie tussen branches volgens Paule en "
    "Mandel); 95%-intervallen gelden voor alle branches samen",
    en="empirical Bayes: each branch drawn to the mean of the branches, more so the less certain "
    "its own figure is (Morris; variance between branches after Paule and Mandel); 95% intervals "
    "hold for all branches together",
)
ELEVATED_METHOD = Text(
    nl="aantal branches met een verhouding boven de grens; het interval telt de branches waarvan "
    "het hele interval erboven ligt, en die waarvan een deel erboven ligt",
    en="number of branches with a ratio above the limit; the interval counts the branches whose "
    "whole interval is above it, and those whose interval is partly above it",
)


def ratios(
    found: Exits | Absent, branches: Sequence[str], *, standard: Standard = "crude"
) -> Estimates | Absent:
    """Return the exit rate at 25 to 34 over that at 35 to 54, a term per branch.

    Intervals and p-values hold for all branches together. A branch in which a group has nobody or
    no leaver is left out.

    Parameters
    ----------
    standard
        ``crude``, or the composition by sex and (of the older) age band to which both rates are
        directly standardised: the branch's own, or that of the sector.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for branch in branches:
        mine = found.of_branch(branch)
        weights = None if standard == "crude" else (mine if standard == "own" else found)
        cell = cell_of(found, (YOUNG, *OLDER), branch=branch)
        rows.append(_ratio(branch, mine, weights, cell, level=clusters.bonferroni(len(branches))))
    method = Text(
        nl=f"{_RATIO.nl}; {_STANDARDS[standard].nl}; {_TOGETHER.nl}",
        en=f"{_RATIO.en}; {_STANDARDS[standard].en}; {_TOGETHER.en}",
    )
    return assembled(rows, found, "ratio", method, comparisons=len(branches))


def ratio(
    found: Exits | Absent, *, term: str = SECTOR, students: bool = True
) -> Estimates | Absent:
    """Return the same ratio for everybody together, with or without side jobs of students."""
    if isinstance(found, Absent):
        return found
    counted = found if students else found.without_students()
    cell = cell_of(found, (YOUNG, *OLDER), **({} if students else {"student_job": NO}))
    return assembled([_ratio(term, counted, None, cell)], found, "ratio", _RATIO)


def by_year(table: DataTable, years: Sequence[int]) -> Estimates | Absent:
    """Return the ratio of everybody together for each year, as terms ``<year>``."""
    rows = []
    for year in years:
        found = exits(table, last=year, year=year) if table.frame is not None else Absent(())
        if not isinstance(found, Absent):
            rows.append(_ratio(str(year), found, None, cell_of(found, (YOUNG, *OLDER))))
    usable = [row for row in rows if row]
    if not usable:
        return Absent((table.name,))
    return estimates(usable, tables=(table.name,), method=_RATIO, unit="ratio")


def _ratio(
    term: str, found: Exits, standard: Exits | None, cell: Cell, level: float = 0.95
) -> dict | None:
    if len(found.branch) < 2:
        return None
    young, older = [PLACE[YOUNG]], [PLACE[band] for band in OLDER]
    if standard is None:
        parts = [counts[:, bands].sum(axis=(1, 2, 3)) for counts, bands in _both(found)]
        totals, weights = np.stack(parts, axis=1), (np.ones(1), np.ones(1))
    else:
        # One stratum per sex, and of the older per sex and age band.
        parts = [
            counts[:, bands].sum(axis=3).reshape(len(counts), -1) for counts, bands in _both(found)
        ]
        totals = np.concatenate(parts, axis=1)
        size = standard.at_risk.sum(axis=(0, 3))
        by_sex = size[young + older].sum(axis=0) / size[young + older].sum()
        of_older = size[older] / np.maximum(size[older].sum(axis=0), 1)
        weights = (by_sex, (by_sex * of_older).ravel())
    edges = np.cumsum([0, *[len(weights[code // 2]) for code in range(4)]])
    whole = totals.sum(axis=0)
    at_risk = [whole[edges[code] : edges[code + 1]] for code in (0, 2)]
    leavers = [whole[edges[code] : edges[code + 1]] for code in (1, 3)]
    if any((part[weight > 0] == 0).any() for part, weight in zip(at_risk, weights, strict=True)):
        return None
    if not all(part.sum() > 0 for part in leavers):
        return None

    def log_ratio(sums: np.ndarray) -> np.ndarray:
        risk_y, left_y, risk_o, left_o = (sums[edges[code] : edges[code + 1]] for code in range(4))
        standardised = [
            (weight[weight > 0] * left[weight > 0] / risk[weight > 0]).sum()
            for weight, left, risk in zip(weights, (left_y, left_o), (risk_y, risk_o), strict=True)
        ]
        return np.array([np.log(standardised[0] / standardised[1])])

    [found_ratio] = clusters.of_totals(log_ratio, totals)
    low, high = found_ratio.interval(level)
    return {
        "term": term,
        "estimate": float(np.exp(found_ratio.estimate)),
        "ci_low": float(np.exp(low)),
        "ci_high": float(np.exp(high)),
        "p_value": p_value(found_ratio),
        "n": float(found.counts(YOUNG, *OLDER)[0].sum()),
        "n_organisations": int((found.counts(YOUNG, *OLDER)[0] > 0).sum()),
        "df": found_ratio.df,
        "period": f"{found.year}JJ00",
        "behind": behind("difference", cell),
    }


def _both(found: Exits) -> list[tuple[np.ndarray, list[int]]]:
    """Return those at risk and leavers, of the young and then of the older, with their bands."""
    young, older = [PLACE[YOUNG]], [PLACE[band] for band in OLDER]
    return [
        (counts, bands) for bands in (young, older) for counts in (found.at_risk, found.leavers)
    ]


def shrunken(found: Estimates | Absent) -> Estimates | Absent:
    """Draw the ratios of branches to their mean, on the log scale (empirical Bayes).

    Parameters
    ----------
    found
        From ``ratios``. Intervals keep its level: that of all branches together.
    """
    if isinstance(found, Absent):
        return found
    frame = found.frame
    if len(frame) < 3:
        return Absent(found.tables)
    level = clusters.bonferroni(len(frame))
    reach = stats.t.ppf((1 + level) / 2, frame["df"])
    values = np.log(frame["estimate"].to_numpy())
    variance = (np.log(frame["ci_high"] / frame["ci_low"]).to_numpy() / (2 * reach)) ** 2
    pooled = combine_effects(values, variance, method_re="iterated")
    between = max(float(pooled.tau2), 0.0)
    weight = 1 / (between + variance)
    mean = (weight * values).sum() / weight.sum()
    own = between / (between + variance)
    # The chance in a branch's own figure, and that of the mean for the rest.
    se = np.sqrt(own * variance + (1 - own) ** 2 / weight.sum())
    centre = mean + own * (values - mean)
    frame = frame.assign(
        estimate=np.exp(centre),
        ci_low=np.exp(centre - reach * se),
        ci_high=np.exp(centre + reach * se),
        p_value=np.nan,
    )
    return replace(found, frame=frame, method=SHRUNKEN_METHOD)


def side_by_side(ways: Mapping[str, Estimates | Absent]) -> Estimates | Absent:
    """Return ratios computed in several ways, as terms ``<branch>.<way>``, by branch."""
    missing = [way for way in ways.values() if isinstance(way, Absent)]
    if missing:
        return missing[0]
    named = {
        name: replace(way, frame=way.frame.assign(term=way.frame["term"] + f"{PAIR}{name}"))
        for name, way in ways.items()
    }
    together = joined(*named.values())
    branch = together.frame["term"].str.partition(PAIR)[0]
    order = {name: place for place, name in enumerate(dict.fromkeys(branch))}
    return rows_at(together, list(np.argsort(branch.map(order).to_numpy(), kind="stable")))


def elevated(
    found: Estimates | Absent, branches: Sequence[str], *, limit: float = ELEVATED
) -> Estimates | Absent:
    """Count the branches with a ratio above a limit, as term ``branches``.

    The interval runs from the branches whose whole interval is above the limit to those whose
    interval is not wholly below it: where the intervals hold together, so does this one.

    Returns
    -------
    Estimates or Absent
        Absent when the ratio of a branch could not be estimated.
    """
    if isinstance(found, Absent):
        return found
    frame = found.frame
    if set(frame["term"]) != set(branches):
        return Absent(found.tables)
    people, year = float(frame["n"].sum()), int(frame["period"].iloc[0][:4])
    row = {
        "term": "branches",
        "estimate": float((frame["estimate"] > limit).sum()),
        "ci_low": float((frame["ci_low"] > limit).sum()),
        "ci_high": float((frame["ci_high"] > limit).sum()),
        "n": people,
        "n_organisations": float(frame["n_organisations"].sum()),
        "df": float(frame["df"].sum()),
        "period": frame["period"].iloc[0],
        "behind": behind(
            "count",
            Cell.of("employees at the start", year=year, age_band=(YOUNG, *OLDER)),
        ),
    }
    return estimates([row], tables=found.tables, method=ELEVATED_METHOD, unit="branches")

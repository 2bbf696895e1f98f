"""Who leaves the sector at which age: exit rates by age band, and what a wide band hides.

Rates are of those employed on 1 January who left the sector in the year. PFZW counts everybody, so
intervals do not stand for a sample: they say how far a figure could have been different had the
same happened at other organisations like these. Organisations are the clusters, and rates of two
age bands of one organisation are not independent; ``clusters.of_totals`` carries that along.

Sources: direct standardisation, Breslow & Day (1987), Statistical Methods in Cancer Research II,
chapter 2; decomposition, Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194; shrinkage, Morris
(1983), J. Am. Stat. Assoc. 78, 47-55, with the between-branch variance of Paule & Mandel (1982).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import NO, YES, Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates, joined, rows_at
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import AGE_BANDS, SEXES

#: The band of the claim, those it is compared with, and the wide band that hides it.
YOUNG, OLDER, MERGED = "25_to_34", ("35_to_44", "45_to_54"), ("under_25", "25_to_34")
#: What terms call the wide band, everybody together, and jobs with and without those of students.
UNDER_35, SECTOR = "under_35", "sector"
ALL, WITHOUT_STUDENTS = "all", "without_students"
#: The parts of the wide band: side jobs of students under 25, others under 25, and 25 to 34.
STUDENTS, OTHERS = "students_under_25", "others_under_25"

#: Less than a tenth more is not called elevated.
ELEVATED = 1.1

Standard = Literal["crude", "own", "sector"]

RATE_METHOD = Text(
    nl="vertrek uit de sector als aandeel van de werknemers op 1 januari; volledige telling; "
    "95%-intervallen op de logit-schaal, met organisaties als clusters",
    en="exit from the sector as a share of the employees on 1 January; complete count; 95% "
    "intervals on the logit scale, with organisations as clusters",
)
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
EXCESS_METHOD = Text(
    nl="bijdrage van elke groep aan het verschil in vertrekkans tussen jonger dan 35 en 35 tot 55: "
    "haar aandeel maal haar eigen verschil; de delen tellen precies op; organisaties als clusters",
    en="part of each group in the difference in exit rate between under 35 and 35 to 54: its share "
    "times its own difference; the parts add up exactly; organisations as clusters",
)
KITAGAWA_METHOD = Text(
    nl="decompositie volgens Kitagawa van het verschil met de andere branches, over drie groepen "
    "onder de 35; de delen tellen precies op; organisaties als clusters",
    en="Kitagawa decomposition of the difference from the other branches, over three groups under "
    "35; the parts add up exactly; organisations as clusters",
)


@dataclass(frozen=True)
class Exits:
    """Employees of 1 January and those of them who left the sector, per organisation.

    Attributes
    ----------
    at_risk, leavers
        Shape (organisations, age bands, sexes, 2); the last axis is other jobs, side jobs of
        students.
    branch
        Branch of each organisation.
    year
        Calendar year.
    table
        Name of the dataset's table.
    """

    at_risk: np.ndarray
    leavers: np.ndarray
    branch: np.ndarray
    year: int
    table: str

    def of_branch(self, branch: str, *, other: bool = False) -> "Exits":
        """Return the organisations of a branch, or those of all others."""
        kept = (self.branch == branch) != other
        return replace(
            self, at_risk=self.at_risk[kept], leavers=self.leavers[kept], branch=self.branch[kept]
        )

    def without_students(self) -> "Exits":
        """Return the same without side jobs of students."""
        return replace(self, at_risk=self.at_risk[..., :1], leavers=self.leavers[..., :1])

    def counts(self, *bands: str) -> tuple[np.ndarray, np.ndarray]:
        """Return those at risk and leavers of bands together, shape (organisations,) each."""
        places = [_PLACE[band] for band in bands]
        return tuple(
            counts[:, places].sum(axis=(1, 2, 3)) for counts in (self.at_risk, self.leavers)
        )


_PLACE = {band: place for place, band in enumerate(AGE_BANDS)}


def exits(table: DataTable, *, last: int, year: int | None = None) -> Exits | Absent:
    """Arrange the counts of the newest year up to ``last``, or of ``year``, per organisation."""
    rows = in_latest_year(table, last)
    if rows is not None and year is not None:
        rows = table.frame[table.frame["year"] == year]
    if rows is None or rows["organisation"].nunique() < 2 or not rows["sector_leavers"].sum() > 0:
        return Absent((table.name,))
    place, organisations = pd.factorize(rows["organisation"])
    shape = (len(organisations), len(AGE_BANDS), len(SEXES), 2)
    at_risk, leavers = np.zeros(shape), np.zeros(shape)
    cell = (
        place,
        rows["age_band"].map(_PLACE).to_numpy(),
        rows["sex"].map({sex: code for code, sex in enumerate(SEXES)}).to_numpy(),
    )
    for target, whole, students in (
        (at_risk, "at_risk", "students_at_risk"),
        (leavers, "sector_leavers", "student_leavers"),
    ):
        of_students = rows[students].to_numpy(dtype=float)
        np.add.at(target, (*cell, 0), rows[whole].to_numpy(dtype=float) - of_students)
        np.add.at(target, (*cell, 1), of_students)
    branch = rows.groupby(place)["branch"].first().to_numpy(dtype=object)
    return Exits(at_risk, leavers, branch, int(rows["year"].max()), table.name)


# --- rates ----------------------------------------------------------------------------------------


def rates(found: Exits | Absent) -> Estimates | Absent:
    """Return exit rates of the age bands, and of those under 35 together, in percent.

    Terms ``<band>.all`` and, where a band has side jobs of students, ``<band>.without_students``.
    A band in which nobody or everybody left is left out.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for term, bands in ({band: (band,) for band in AGE_BANDS} | {UNDER_35: MERGED}).items():
        whole, others = found.counts(*bands), found.without_students().counts(*bands)
        rows.append(_rate(f"{term}{PAIR}{ALL}", whole, _cell(found, bands), found))
        if whole[0].sum() > others[0].sum():
            cell = _cell(found, bands, student_job=NO)
            rows.append(_rate(f"{term}{PAIR}{WITHOUT_STUDENTS}", others, cell, found))
    return _assembled(rows, found, "percent", RATE_METHOD)


def _rate(
    term: str, counts: tuple[np.ndarray, np.ndarray], cell: Cell, found: Exits
) -> dict | None:
    at_risk, leavers = counts
    if not 0 < leavers.sum() < at_risk.sum() or (at_risk > 0).sum() < 2:
        return None
    present = at_risk > 0
    rate = clusters.ratio(leavers[present], at_risk[present], np.flatnonzero(present))
    low, high = rate.logit_interval()
    return {
        "term": term,
        "estimate": 100 * rate.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(at_risk.sum()),
        "n_organisations": int(present.sum()),
        "df": rate.df,
        "period": f"{found.year}JJ00",
        "behind": behind(
            "share", cell, cell.within(left_sector=YES), numerator=float(leavers.sum())
        ),
    }


# --- ratios of 25 to 34 against 35 to 54 ----------------------------------------------------------


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
        cell = _cell(found, (YOUNG, *OLDER), branch=branch)
        rows.append(_ratio(branch, mine, weights, cell, level=clusters.bonferroni(len(branches))))
    method = Text(
        nl=f"{_RATIO.nl}; {_STANDARDS[standard].nl}; {_TOGETHER.nl}",
        en=f"{_RATIO.en}; {_STANDARDS[standard].en}; {_TOGETHER.en}",
    )
    return _assembled(rows, found, "ratio", method, comparisons=len(branches))


def ratio(
    found: Exits | Absent, *, term: str = SECTOR, students: bool = True
) -> Estimates | Absent:
    """Return the same ratio for everybody together, with or without side jobs of students."""
    if isinstance(found, Absent):
        return found
    counted = found if students else found.without_students()
    cell = _cell(found, (YOUNG, *OLDER), **({} if students else {"student_job": NO}))
    return _assembled([_ratio(term, counted, None, cell)], found, "ratio", _RATIO)


def by_year(table: DataTable, years: Sequence[int]) -> Estimates | Absent:
    """Return the ratio of everybody together for each year, as terms ``<year>``."""
    rows = []
    for year in years:
        found = exits(table, last=year, year=year) if table.frame is not None else Absent(())
        if not isinstance(found, Absent):
            rows.append(_ratio(str(year), found, None, _cell(found, (YOUNG, *OLDER))))
    usable = [row for row in rows if row]
    if not usable:
        return Absent((table.name,))
    return estimates(usable, tables=(table.name,), method=_RATIO, unit="ratio")


def _ratio(
    term: str, found: Exits, standard: Exits | None, cell: Cell, level: float = 0.95
) -> dict | None:
    if len(found.branch) < 2:
        return None
    young, older = [_PLACE[YOUNG]], [_PLACE[band] for band in OLDER]
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
        "p_value": _p_value(found_ratio),
        "n": float(found.counts(YOUNG, *OLDER)[0].sum()),
        "n_organisations": int((found.counts(YOUNG, *OLDER)[0] > 0).sum()),
        "df": found_ratio.df,
        "period": f"{found.year}JJ00",
        "behind": behind("difference", cell),
    }


def _both(found: Exits) -> list[tuple[np.ndarray, list[int]]]:
    """Return those at risk and leavers, of the young and then of the older, with their bands."""
    young, older = [_PLACE[YOUNG]], [_PLACE[band] for band in OLDER]
    return [
        (counts, bands) for bands in (young, older) for counts in (found.at_risk, found.leavers)
    ]


def _p_value(found: clusters.Ratio) -> float:
    return float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df)) if found.se else np.nan


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


# --- what the wide band hides ---------------------------------------------------------------------


def merged_parts(found: Exits | Absent) -> Estimates | Absent:
    """Return the exit rates of the three parts of the wide band, in percent."""
    if isinstance(found, Absent):
        return found
    cells = {
        STUDENTS: _cell(found, ("under_25",), student_job=YES),
        OTHERS: _cell(found, ("under_25",), student_job=NO),
        YOUNG: _cell(found, (YOUNG,)),
    }
    at_risk, leavers = _three(found)
    rows = [
        _rate(term, (at_risk[:, place], leavers[:, place]), cell, found)
        for place, (term, cell) in enumerate(cells.items())
    ]
    return _assembled(rows, found, "percent", RATE_METHOD)


def excess(found: Exits | Absent) -> Estimates | Absent:
    """Divide the excess exit rate of those under 35 over that of 35 to 54, in percentage points.

    Terms: the three parts, ``total`` (their sum), and ``under_25_less_25_to_34``: how much more of
    the excess those under 25 bring than those of 25 to 34.
    """
    if isinstance(found, Absent):
        return found
    at_risk, leavers = _three(found)
    older = np.stack(found.counts(*OLDER), axis=1)
    if (at_risk.sum(axis=0) == 0).any() or not older[:, 0].sum():
        return Absent((found.table,))
    totals = np.concatenate([at_risk, leavers, older], axis=1)

    def parts(sums: np.ndarray) -> np.ndarray:
        size, left = sums[:3], sums[3:6]
        own = size / size.sum() * (left / size - sums[7] / sums[6])
        return np.array([*own, own.sum(), own[0] + own[1] - own[2]])

    terms = (STUDENTS, OTHERS, YOUNG, "total", "under_25_less_25_to_34")
    cell = _cell(found, (*MERGED, *OLDER))
    return _differences(parts, totals, terms, found, cell, EXCESS_METHOD)


def kitagawa(found: Exits | Absent, branches: Sequence[str]) -> Estimates | Absent:
    """Divide what the rate under 35 of each branch differs from that of the other branches.

    Terms ``<branch>.composition`` (more or fewer students, others under 25, and 25 to 34),
    ``<branch>.rates`` (each of these leaves more or less often) and ``<branch>.difference``, their
    sum, in percentage points. A branch without one of the groups is left out.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for branch in branches:
        mine = (found.branch == branch)[:, None]
        at_risk, leavers = _three(found)
        totals = np.concatenate(
            [at_risk * mine, leavers * mine, at_risk * ~mine, leavers * ~mine], axis=1
        )
        whole = totals.sum(axis=0)
        if (whole[:3] == 0).any() or (whole[6:9] == 0).any() or mine.sum() < 2:
            continue
        terms = [f"{branch}{PAIR}{part}" for part in ("composition", "rates", "difference")]
        of_branch = found.of_branch(branch)
        cell = _cell(found, MERGED, branch=branch)
        part = _differences(
            lambda sums: _kitagawa(sums.reshape(4, 3)),
            totals, terms, of_branch, cell, KITAGAWA_METHOD,
        )  # fmt: skip
        rows.append(part)
    if not rows:
        return Absent((found.table,))
    frame = pd.concat([part.frame for part in rows], ignore_index=True)
    known = tuple(one for part in rows for one in part.behind)
    return Estimates(frame, (found.table,), KITAGAWA_METHOD, known)


def _kitagawa(sums: np.ndarray) -> np.ndarray:
    """Return composition, rates and their sum; rows are at risk and left, mine and of the others.

    Each part weights with the mean of the two populations, so that nothing remains.
    """
    size, left, size_others, left_others = sums
    share, share_others = size / size.sum(), size_others / size_others.sum()
    rate, rate_others = left / size, left_others / size_others
    composition = ((share - share_others) * (rate + rate_others) / 2).sum()
    rates_ = ((rate - rate_others) * (share + share_others) / 2).sum()
    return np.array([composition, rates_, composition + rates_])


def _three(found: Exits) -> tuple[np.ndarray, np.ndarray]:
    """Return those at risk and leavers of the three parts, shape (organisations, 3) each."""
    under, young = _PLACE["under_25"], _PLACE[YOUNG]
    return tuple(
        np.stack(
            [
                counts[:, under, :, 1].sum(axis=1),
                counts[:, under, :, 0].sum(axis=1),
                counts[:, young].sum(axis=(1, 2)),
            ],
            axis=1,
        )
        for counts in (found.at_risk, found.leavers)
    )


def _differences(
    function: Callable[[np.ndarray], np.ndarray],
    totals: np.ndarray,
    terms: Sequence[str],
    counted: Exits,
    cell: Cell,
    method: Text,
) -> Estimates:
    """Return functions of totals as percentage points; ``counted`` are those of the cell."""
    bands = dict(cell.levels)["age_band"]
    at_risk = counted.counts(*bands)[0]
    rows = []
    for term, part in zip(terms, clusters.of_totals(function, totals), strict=True):
        low, high = part.interval()
        rows.append(
            {
                "term": term,
                "estimate": 100 * part.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "p_value": _p_value(part),
                "n": float(at_risk.sum()),
                "n_organisations": int((at_risk > 0).sum()),
                "df": min(part.df, len(at_risk) - 1),
                "period": f"{counted.year}JJ00",
                "behind": behind("difference", cell),
            }
        )
    return estimates(rows, tables=(counted.table,), method=method, unit="percentage_points")


def _cell(found: Exits, bands: Sequence[str], **levels: str) -> Cell:
    return Cell.of("employees at the start", year=found.year, age_band=list(bands), **levels)


def _assembled(
    rows: list[dict | None], found: Exits, unit: str, method: Text, comparisons: int = 1
) -> Estimates | Absent:
    usable = [row for row in rows if row]
    if not usable:
        return Absent((found.table,))
    for row in usable:
        if "p_value" in row:
            row["p_value"] = min(1.0, comparisons * row["p_value"])
    return estimates(usable, tables=(found.table,), method=method, unit=unit)

"""The span of control over the years: its trend, last year's result, and a counter-movement.

A trend is one slope in time of the logarithm within organisations, with organisations as clusters.
The result of the year before is compared within an organisation too, with an effect for each branch
and year; the result of the year after is a placebo, as it cannot have led to the span.

Some spans fall by chance. Where all organisations share a trend and scatter evenly around it, as
many lie far below it as equally far above. The counter-movement is what falls beyond that mirror
image; it needs no model of the scatter but that it is symmetric.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, leverage, panel, resampling
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import covering

SPAN, RESULT = "span_of_control", "result_share"
#: Fewer organisations in a group than this, or years of one, give a trend without any meaning.
FEWEST, FEWEST_YEARS = 12, 4
#: A span that falls by a tenth or more falls clearly.
CLEARLY = 0.10
#: Years at the start and at the end that are averaged before they are compared.
_ENDS = 2
_NOTHING = 1e-9

_TREND = Text(
    nl="verandering per jaar binnen organisaties: lineair model van de logaritme met een effect "
    "per organisatie; elke organisatie telt even zwaar en is een cluster",
    en="change per year within organisations: linear model of the logarithm with an effect for "
    "each organisation; each organisation counts alike and is a cluster",
)
_RESULT = Text(
    nl="verschil in procent per standaarddeviatie van het resultaat, binnen een organisatie; "
    "effecten van organisatie en van branche maal jaar; organisaties als clusters. Het jaar erna "
    "is een placebo",
    en="difference in percent per standard deviation of the result, within an organisation; "
    "effects of organisation and of branch by year; organisations as clusters. The year after is "
    "a placebo",
)
_COUNTER = Text(
    nl="aandeel organisaties waarvan het aantal mensen per leidinggevende ten minste een tiende "
    "daalde (eerste twee tegen laatste twee jaren), min het aandeel dat even ver aan de andere "
    "kant van de mediaan van de branche ligt; 95%-interval door organisaties opnieuw te trekken",
    en="share of organisations in which the number of people per manager fell by a tenth or more "
    "(first two against last two years), less the share that lies equally far on the other side of "
    "the branch's median; 95% interval by drawing organisations again",
)
_FELL = Text(
    nl="aandeel organisaties waarvan het aantal mensen per leidinggevende ten minste een tiende "
    "daalde (eerste twee tegen laatste twee jaren); 95%-interval van Wilson",
    en="share of organisations in which the number of people per manager fell by a tenth or more "
    "(first two against last two years); Wilson 95% interval",
)


def trend(table: DataTable, branches: list[str], *, first: int, last: int) -> Estimates | Absent:
    """Return the yearly change of the span, in percent: of each branch, and as ``sector``.

    The intervals of the branches hold together (Bonferroni). A branch with fewer than ``FEWEST``
    organisations, or without different years, is left out.
    """
    rows = _rows(table, first, last)
    if rows is None:
        return Absent((table.name,))
    groups = {name: rows[rows["branch"] == name] for name in branches}
    level = clusters.bonferroni(len(branches))
    found = [_slope(name, own, level) for name, own in groups.items()]
    found.append(_slope("sector", rows, 0.95))
    found = [one for one in found if one]
    if not found:
        return Absent((table.name,))
    return estimates(
        found, tables=(table.name,), method=covering(_TREND, set(rows["year"])),
        unit="percent_change",
    )  # fmt: skip


def after_result(table: DataTable, *, first: int, last: int) -> Estimates | Absent:
    """Return how the span goes with the result of another year, in percent per SD.

    Terms ``result_before`` (the year before) and, at equal result of the year before,
    ``result_after`` (the year after: a placebo). The placebo is left out where it cannot be told.
    """
    rows = _rows(table, first, last)
    if rows is None or RESULT not in rows or rows[RESULT].notna().sum() < FEWEST:
        return Absent((table.name,))
    spread = float(rows[RESULT].std())
    if not spread > _NOTHING:
        return Absent((table.name,))
    rows = rows.assign(
        result_before=_shifted(rows, RESULT, 1) / spread,
        result_after=_shifted(rows, RESULT, -1) / spread,
    )
    found = []
    for term, names in (
        ("result_before", ["result_before"]),
        ("result_after", ["result_before", "result_after"]),
    ):
        own = rows.dropna(subset=names)
        repeated = own.groupby("organisation")["year"].transform("size") > 1
        own = own[repeated].reset_index(drop=True)
        if own["organisation"].nunique() < FEWEST:
            continue
        fit, design = panel.fixed_effects_clustered(
            np.log(own[SPAN].to_numpy(float)),
            own[names].to_numpy(float),
            own["organisation"].to_numpy(),
            period=(own["branch"] + own["year"].astype(str)).to_numpy(),
        )
        place = names.index(term)
        if panel.identified(design)[place] and fit.se[place] > 0:
            found.append(_row(term, fit, design, place, own, 0.95))
    if not found or found[0]["term"] != "result_before":
        return Absent((table.name,))
    return estimates(
        found, tables=(table.name,), method=covering(_RESULT, set(rows["year"])),
        unit="percent_change",
    )  # fmt: skip


def counter_movement(
    table: DataTable, *, first: int, last: int, seed: int, draws: int = resampling.DRAWS
) -> Estimates | Absent:
    """Return which part of organisations made its span clearly smaller, beyond chance.

    Terms ``fell`` (percent) and ``counter`` (percentage points: less its mirror image).
    """
    rows = _rows(table, first, last)
    if rows is None:
        return Absent((table.name,))
    years = sorted(set(rows["year"]))
    if len(years) < 2 * _ENDS:
        return Absent((table.name,))
    log = rows.assign(log=np.log(rows[SPAN].to_numpy(float))).pivot(
        index="organisation", columns="year", values="log"
    )
    change = (log[years[-_ENDS:]].mean(axis=1) - log[years[:_ENDS]].mean(axis=1)).where(
        log[[*years[:_ENDS], *years[-_ENDS:]]].notna().all(axis=1)
    )
    change = change.dropna()
    if len(change) < FEWEST or not np.ptp(change) > _NOTHING:
        return Absent((table.name,))
    branch = rows.groupby("organisation")["branch"].first()[change.index]
    _, place = np.unique(branch, return_inverse=True)
    values, random = change.to_numpy(), np.random.default_rng(seed)
    members = [np.flatnonzero(place == one) for one in range(place.max() + 1)]
    # Drawn within branches: their numbers are not a matter of chance.
    drawn = [
        _beyond_mirror([values[random.choice(own, len(own))] for own in members])
        for _ in range(draws)
    ]
    counter = resampling.by_percentiles(
        _beyond_mirror([values[own] for own in members]), np.array(drawn)
    )
    fell = values <= np.log(1 - CLEARLY)
    low, high = stats.binomtest(int(fell.sum()), len(fell)).proportion_ci(method="wilson")
    newest = rows.groupby("organisation").tail(1).set_index("organisation").loc[change.index]
    levels = {"branch": sorted(set(branch))}
    part = Cell.of("organisations", span_fell=YES, **levels)
    about = {
        "n": float(newest["employees"].sum()),
        "n_organisations": float(len(change)),
        "df": float(len(change) - len(members)),
        "period": f"{years[-1]}JJ00",
    }
    told = covering(Text(nl=f"{_FELL.nl}; {_COUNTER.nl}", en=f"{_FELL.en}; {_COUNTER.en}"), years)
    return estimates(
        [
            {
                **about,
                "term": "fell",
                "unit": "percent",
                "estimate": 100 * fell.mean(),
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "behind": behind(
                    "share", Cell.of("employees", **levels), part, numerator=float(fell.sum())
                ),
            },
            {
                **about,
                "term": "counter",
                "unit": "percentage_points",
                **counter.times(100).row(),
                "behind": behind("difference", Cell.of("organisations", **levels)),
            },
        ],
        tables=(table.name,),
        method=told,
    )


def _beyond_mirror(changes: list[np.ndarray]) -> float:
    """Return the share that fell clearly, less the share equally far beyond the median.

    Parameters
    ----------
    changes
        Changes of the logarithm, per branch.
    """
    limit = np.log(1 - CLEARLY)
    below = above = 0
    for own in changes:
        middle = np.median(own)
        below += (own <= limit).sum()
        above += (own >= 2 * middle - limit).sum()
    return float((below - above) / sum(len(own) for own in changes))


def _rows(table: DataTable, first: int, last: int) -> pd.DataFrame | None:
    """Return the years with a span, by organisation and year; None when there are too few."""
    if table.frame is None:
        return None
    frame = table.frame[table.frame["year"].between(first, last)]
    frame = frame[frame[SPAN].notna() & (frame[SPAN] > 0) & frame["branch"].notna()]
    if frame["organisation"].nunique() < FEWEST:
        return None
    # One that changes branch is in that of its newest year.
    frame = frame.sort_values(["organisation", "year"]).reset_index(drop=True)
    return frame.assign(branch=frame.groupby("organisation")["branch"].transform("last"))


def _shifted(rows: pd.DataFrame, column: str, years: int) -> np.ndarray:
    """Return a column of so many years before (or after, below zero); missing when unknown."""
    other = rows[["organisation", "year", column]].assign(year=rows["year"] + years)
    merged = rows[["organisation", "year"]].merge(other, on=["organisation", "year"], how="left")
    return merged[column].to_numpy(float)


def _slope(term: str, rows: pd.DataFrame, level: float) -> dict | None:
    followed = rows.groupby("organisation")["year"].transform("nunique") > 1
    rows = rows[followed]
    if rows["organisation"].nunique() < FEWEST or rows["year"].nunique() < FEWEST_YEARS:
        return None
    organisation = rows["organisation"].to_numpy()
    fit, design = panel.fixed_effects_clustered(
        np.log(rows[SPAN].to_numpy(float)), rows[["year"]].to_numpy(float), organisation
    )
    return _row(term, fit, design, 0, rows, level) if fit.se[0] > 0 else None


def _row(
    term: str, fit: panel.Fit, design: np.ndarray, place: int, rows: pd.DataFrame, level: float
) -> dict:
    newest = rows.groupby("organisation").tail(1)
    cell = Cell.of("organisations", branch=sorted(set(rows["branch"])))
    low, high = fit.interval(place, level)
    return {
        "term": term,
        "estimate": 100 * np.expm1(fit.slopes[place]),
        "ci_low": 100 * np.expm1(low),
        "ci_high": 100 * np.expm1(high),
        "p_value": float(fit.p_values[place]),
        "n": float(newest["employees"].sum()),
        "n_organisations": float(len(newest)),
        "df": fit.df,
        "period": f"{int(rows['year'].max())}JJ00",
        "behind": leverage.of_coefficient(design, place, cell),
    }

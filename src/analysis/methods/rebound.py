"""What is expected of those who start well when nothing happens: regression to the mean.

Who is chosen for a good year had luck in it, and luck does not stay. How much of a lead stays is
seen in all other organisations: the slope of a later year on the earlier one, within branches and
years (Galton 1886; Barnett, van der Pols & Dobson 2005, Int. J. Epidemiol. 34). The participants'
lead times the part that does not stay is what they would lose without any programme.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import resampling
from analysis.methods.behind import behind
from analysis.methods.participants import FEWEST, TABLES, TOP_SHARE
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.standing import (
    YEARS,
    Standing,
    all_of,
    organisations_of,
    standing,
    taking_part,
)

#: Years ahead for which a change is forecast.
AHEAD = 2
_DRAWS = 1000
_UPPER = 0.975

FORECAST = Text(
    nl="verwachte verandering van de deelnemers tegenover hun branche in {ahead} jaar zonder "
    "programma: hun afstand tot de branche maal het deel dat bij de andere organisaties in zoveel "
    "jaar verdween (regressie binnen branches, jaren tot en met {last}); 95%-interval uit een "
    "bootstrap van organisaties, verruimd omdat het er weinig zijn",
    en="expected change of the participants against their branch in {ahead} years without a "
    "programme: their distance from the branch times the part that disappeared in as many years at "
    "the other organisations (regression within branches, years up to {last}); 95% interval from a "
    "bootstrap of organisations, widened as they are few",
)
BEST = Text(
    nl="afstand tot de branche, in procenten, van het beste kwart van een branche in {picked}, een "
    "jaar eerder, in dat jaar en daarna; deelnemers tellen niet mee; 95%-interval uit de spreiding "
    "tussen organisaties",
    en="distance from the branch, in percent, of the best quarter of a branch in {picked}: a year "
    "before, in that year and after; participants do not count; 95% interval from the spread "
    "between organisations",
)


def expected_change(
    table: DataTable,
    measure: str,
    branches: list[str],
    *,
    last: int,
    seed: int,
    draws: int = _DRAWS,
) -> Estimates | Absent:
    """Forecast how participants change when nothing happens, in percent.

    Terms ``one_year``, if they are compared on their last year before the start alone, and
    ``three_years``, on the mean of three. A rise of the rate is a worsening.
    """
    found = standing(table, measure, branches, last=last, years=YEARS + AHEAD)
    if found is None or found.participant.sum() < FEWEST:
        return Absent(TABLES)
    rows = []
    for name, years in (("one_year", 1), ("three_years", YEARS)):
        early, late, now = _distances(found, years)
        others = ~found.participant
        if others.sum() < 2 * FEWEST or early[others].std() < 1e-9:
            return Absent(TABLES)
        change = _change(early[others], late[others], now[found.participant], draws, seed)
        rows.append(
            change
            | {
                "term": name,
                "n": float(found.employees[found.participant].sum()),
                "n_organisations": int(found.participant.sum()),
                "df": int(found.participant.sum()) - 1,
                "period": found.period,
                "behind": behind(
                    "difference",
                    taking_part(found),
                    organisations_of(taking_part(found)),
                    numerator=float(found.participant.sum()),
                ),
            }
        )
    words = {"ahead": AHEAD, "last": last}
    method = Text(nl=FORECAST.nl.format(**words), en=FORECAST.en.format(**words))
    return estimates(rows, tables=TABLES, method=method, unit="percent_change")


def best_quarter(
    table: DataTable, measure: str, branches: list[str], *, last: int
) -> Estimates | Absent:
    """Follow the organisations that were the best quarter of their branch in one year.

    Terms ``before``, ``picked``, ``after_1`` and ``after_2``: distance from the branch in percent.
    Participants are left out, so that no programme can be at work.
    """
    years = AHEAD + 2
    found = standing(table, measure, branches, last=last, years=years)
    if found is None:
        return Absent(TABLES[:1])
    found = found.chosen(~found.participant)
    if not len(found.branch):
        return Absent(TABLES[:1])
    away = _away(found.logs, found.branch)
    size = np.bincount(found.branch)
    rank = pd.Series(away[:, 1]).groupby(found.branch).rank(method="first").to_numpy()
    chosen = rank <= np.round(TOP_SHARE * size)[found.branch]
    if chosen.sum() < FEWEST or np.ptp(away) < 1e-9:
        return Absent(TABLES[:1])
    rows = []
    cell = all_of(found).within(standing=f"best {found.name} {last - AHEAD}")
    for place, name in enumerate(("before", "picked", *(f"after_{n + 1}" for n in range(AHEAD)))):
        mine = away[chosen, place]
        reach = stats.t.ppf(_UPPER, len(mine) - 1) * stats.sem(mine)
        ends = 100 * np.expm1([mine.mean(), mine.mean() - reach, mine.mean() + reach])
        rows.append(
            {
                "term": name,
                "estimate": float(ends[0]),
                "ci_low": float(ends[1]),
                "ci_high": float(ends[2]),
                "n": float(found.employees[chosen].sum()),
                "n_organisations": int(chosen.sum()),
                "df": int(chosen.sum()) - 1,
                "period": f"{last - AHEAD - 1 + place}JJ00",
                "behind": behind(
                    "difference",
                    cell,
                    organisations_of(cell),
                    numerator=float(chosen.sum()),
                ),
            }
        )
    words = {"picked": last - AHEAD}
    method = Text(nl=BEST.nl.format(**words), en=BEST.en.format(**words))
    return estimates(rows, tables=TABLES[:1], method=method, unit="percent_change")


def _away(logs: np.ndarray, branch: np.ndarray) -> np.ndarray:
    """Return each year's distance from the mean of the branch in that year."""
    count = np.bincount(branch)
    means = np.column_stack([np.bincount(branch, one) for one in logs.T]) / count[:, None]
    return logs - means[branch]


def _distances(found: Standing, years: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return distances of an early stretch, of the year that follows in time, and of now."""
    away = _away(found.logs, found.branch)
    early = away[:, YEARS - years : YEARS].mean(axis=1)
    return early, away[:, -1], away[:, -years:].mean(axis=1)


def _change(
    early: np.ndarray, late: np.ndarray, now: np.ndarray, draws: int, seed: int
) -> dict[str, float]:
    """Return the expected change in percent, redrawing participants and others apart."""

    def lost(counts: np.ndarray) -> np.ndarray:
        total = counts.sum(axis=-1)
        x, y = counts @ early / total, counts @ late / total
        products = counts @ (early * late) / total - x * y
        return 1 - products / (counts @ early**2 / total - x**2)

    mine = resampling.counts(len(now), draws, seed)
    theirs = resampling.counts(len(early), draws, seed + 1)
    point = -lost(np.ones(len(early))) * now.mean()
    drawn = -lost(theirs) * (mine @ now / len(now))
    # Of few participants, percentiles of redrawn means lie too close together: they are drawn apart
    # to where those of Student's t lie (Hesterberg 2015, The American Statistician 69, 371-386).
    few = len(now)
    apart = np.sqrt(few / (few - 1)) * stats.t.ppf(_UPPER, few - 1) / stats.norm.ppf(_UPPER)
    drawn = point + apart * (drawn - point)
    effect = resampling.by_percentiles(float(point), drawn)
    row = effect.row()
    for column in ("estimate", "ci_low", "ci_high"):
        row[column] = 100 * float(np.expm1(row[column]))
    return row

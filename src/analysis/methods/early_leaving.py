"""Do those who just started leave more often? The Markov property of careers, tested.

A model of states takes leaving to depend on the state and the age, and not on how long somebody
has been there. If leaving is likelier in the first two years, it does depend on that. The test
compares people of the same organisation, year and age band: those in the calendar year after the
one in which they started, and those who have worked for two years for certain. The ratio of their
chances is that of Mantel and Haenszel, as in discrete time the test of duration in the hazard
(Allison 1982, Sociol. Methodol. 13; Titman & Putter 2022, Biostatistics 23, for such tests of the
Markov property). A stratum holds one year, so that who leaves early is not missed among those who
stayed long. Organisations are the clusters.

The second view follows those who started, and puts what a model without memory expects beside it
(landmarks as in Putter & Spitoni 2018, Stat. Methods Med. Res. 27).
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods import career_states, clusters, multi_state, resampling
from analysis.methods.behind import behind
from analysis.methods.career_states import GONE, PLACE, UNSEEN, WORKING, Years
from analysis.methods.cells import Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates

#: Below it side jobs of students end by themselves; above it many retire.
YOUNGEST, OLDEST = 25, 61
#: Leavers in each of the two groups, and organisations.
FEWEST_LEAVERS, FEWEST = 20, 12
#: Years after the start at which those who started are looked at.
MARKS = (1, 2, 3, 4, 5)
_DRAWS = 300

_METHOD = Text(
    nl="vertrekkans in het kalenderjaar na dat van de start, gedeeld door die van wie er zeker "
    "twee jaar werkt, binnen dezelfde organisatie, hetzelfde jaar en dezelfde leeftijdsgroep "
    "(Mantel-Haenszel); 95%-interval op de logschaal, met organisaties als clusters",
    en="chance of leaving in the calendar year after that of the start, divided by that of those "
    "who have worked for two years for certain, within the same organisation, year and age band "
    "(Mantel-Haenszel); 95% interval on the log scale, with organisations as clusters",
)
_LANDMARK = Text(
    nl="wie in de eerste jaren van de gegevens startte, gevolgd tot het einde, naast wat een model "
    "zonder geheugen (Aalen-Johansen naar leeftijd en contract) van hen verwacht; 95%-interval met "
    "bootstrap van organisaties",
    en="those who started in the first years of the data, followed to the end, beside what a model "
    "without memory (Aalen-Johansen by age and contract) expects of them; 95% interval by "
    "bootstrap of organisations",
)


def ratio(found: Years | Absent, *, term: str = "early") -> Estimates | Absent:
    """Return how many times as often people leave the sector who just started.

    The p-value is that of the test of the Markov property.
    """
    if isinstance(found, Absent):
        return found
    rows = at_risk(found)
    return of_rows(rows, found.last, term=term)


def at_risk(found: Years) -> pd.DataFrame:
    """Return people at work at the end of a year, who just started or are established.

    Columns ``organisation``, ``year`` (in which they may leave), ``band``, ``early``, ``left``.
    """
    before, after = found.state[:, :-1], found.state[:, 1:]
    person, column = np.nonzero(np.isin(before, [PLACE[name] for name in WORKING]))
    year = found.first + column + 1
    age = year - found.birth_year[person]
    entered = found.entered[person]
    early = (entered > 0) & (year - entered == 1)
    established = year - 1 >= found.established[person]
    rows = pd.DataFrame(
        {
            "person": person,
            "organisation": found.organisation[person, column],
            "year": year,
            "band": (age - YOUNGEST) // 10,
            "early": early,
            "left": np.isin(after[person, column], [PLACE[name] for name in GONE]),
        }
    )
    return rows[(age >= YOUNGEST) & (age <= OLDEST) & (early | established)]


def of_rows(rows: pd.DataFrame, year: int, *, term: str = "early") -> Estimates | Absent:
    """Return the ratio from rows as ``at_risk`` gives them."""
    table = ("careers", "employment_years")
    leavers = rows.groupby("early")["left"].sum()
    enough = min(leavers.get(True, 0), leavers.get(False, 0)) >= FEWEST_LEAVERS
    if not enough or rows["organisation"].nunique() < FEWEST:
        return Absent(table)
    keys = ["organisation", "year", "band"]
    counts = rows.groupby([*keys, "early"])["left"].agg(["sum", "size"]).unstack(fill_value=0)
    new, old = counts["size"][True].to_numpy(float), counts["size"][False].to_numpy(float)
    upper = counts["sum"][True].to_numpy(float) * old / (new + old)
    lower = counts["sum"][False].to_numpy(float) * new / (new + old)
    if not upper.sum() > 0 or not lower.sum() > 0:
        return Absent(table)
    one = clusters.ratio(upper, lower, counts.index.get_level_values("organisation").to_numpy())
    if not one.se > 0:
        return Absent(table)
    low, high = one.log_interval()
    row = {
        "term": term,
        "estimate": one.estimate,
        "ci_low": float(low),
        "ci_high": float(high),
        "p_value": float(2 * stats.t.sf(abs(np.log(one.estimate)) * one.estimate / one.se, one.df)),
        "n": float(rows["person"].nunique()),
        "n_organisations": float(rows["organisation"].nunique()),
        "df": float(one.df),
        "period": f"{year}JJ00",
        "behind": behind(
            "difference",
            Cell.of("sampled employees", year=year, followed="starters_and_established"),
        ),
    }
    return estimates([row], tables=table, method=_METHOD, unit="ratio")


def landmarks(found: Years | Absent, *, seed: int) -> Estimates | Absent:
    """Return the share of starters who work in the sector some years later, seen and expected.

    Terms ``after_<years>.seen`` and ``after_<years>.expected``. Starters are those of 25 and over
    who can be followed for all the years.
    """
    if isinstance(found, Absent):
        return found
    most = min(max(MARKS), found.state.shape[1] - 2)
    if most < 1:
        return Absent(("employment_years",))
    place, organisations = resampling.codes(found.cluster)
    starters = _starters(found, most)
    if len(starters) < career_states.FEWEST or organisations < FEWEST:
        return Absent(("employment_years",))
    drawn = np.vstack([np.ones(organisations), resampling.counts(organisations, _DRAWS, seed)])
    seen = _seen(found, starters, most)
    expected = _expected(found, starters, place, most, drawn)
    rows = []
    for mark in range(1, most + 1):
        totals = drawn @ np.column_stack(
            [np.bincount(place[starters[:, 0]], weights, organisations)
             for weights in (seen[:, mark], np.ones(len(starters)))]
        )  # fmt: skip
        for name, values in (
            ("seen", totals[:, 0] / totals[:, 1]), ("expected", expected[:, mark]),
        ):  # fmt: skip
            effect = resampling.by_percentiles(100 * values[0], 100 * values[1:])
            rows.append(
                {
                    "term": f"after_{mark}{PAIR}{name}",
                    **effect.row(),
                    "p_value": np.nan,
                    "n": float(len(starters)),
                    "n_organisations": float(len(np.unique(place[starters[:, 0]]))),
                    "df": float(organisations - 1),
                    "period": f"{found.last}JJ00",
                    "behind": behind(
                        "model fit",
                        Cell.of("sampled employees", year=found.last, followed="starters"),
                    ),
                }
            )
    return estimates(rows, tables=("careers", "employment_years"), method=_LANDMARK, unit="percent")


def _starters(found: Years, most: int) -> np.ndarray:
    """Return person and column of those who started early enough to be followed."""
    column = found.entered - found.first
    able = (found.entered > 0) & (column + most < found.state.shape[1]) & (column >= 0)
    person = np.flatnonzero(able)
    start = found.state[person, column[person]]
    age = found.entered[person] - found.birth_year[person]
    kept = (start != UNSEEN) & np.isin(start, [PLACE[name] for name in WORKING])
    kept &= (age >= YOUNGEST) & (age + most <= OLDEST)
    return np.column_stack([person, column[person]])[kept]


def _seen(found: Years, starters: np.ndarray, most: int) -> np.ndarray:
    """Return whether each starter works in the sector, shape (starters, marks + 1)."""
    working = [PLACE[name] for name in WORKING]
    return np.column_stack(
        [np.isin(found.state[starters[:, 0], starters[:, 1] + mark], working)
         for mark in range(most + 1)]
    ).astype(float)  # fmt: skip


def _expected(
    found: Years, starters: np.ndarray, place: np.ndarray, most: int, drawn: np.ndarray
) -> np.ndarray:
    """Return what a model without memory expects, shape (draws, marks + 1)."""
    states, ages = len(career_states.STATES), OLDEST - YOUNGEST + 1
    before, after = found.state[:, :-1], found.state[:, 1:]
    person, column = np.nonzero(before != UNSEEN)
    age = found.first + column - found.birth_year[person] - YOUNGEST
    kept = (age >= 0) & (age < ages)
    person, column, age = person[kept], column[kept], age[kept]
    counts = multi_state.counts_of_moves(
        age, before[person, column].astype(int), after[person, column].astype(int),
        times=ages, states=states, cluster=place[person], clusters=drawn.shape[1],
    )  # fmt: skip
    moves = multi_state.probabilities(
        (drawn @ counts.reshape(len(counts), -1)).reshape(len(drawn), *counts.shape[1:])
    )
    begin = found.first + starters[:, 1] - found.birth_year[starters[:, 0]] - YOUNGEST
    origin = found.state[starters[:, 0], starters[:, 1]]
    cell = (place[starters[:, 0]] * ages + begin) * states + origin
    mix = np.bincount(cell, minlength=drawn.shape[1] * ages * states)
    now = (drawn @ mix.reshape(drawn.shape[1], -1)).reshape(len(drawn), ages, states)
    now = now / now.sum(axis=(1, 2), keepdims=True)
    working = [PLACE[name] for name in WORKING]
    found_shares = [now[..., working].sum(axis=(1, 2))]
    for _ in range(most):
        moved = np.einsum("dai,daij->daj", now, moves)
        now = np.concatenate([np.zeros_like(moved[:, :1]), moved[:, :-1]], axis=1)
        found_shares.append(now[..., working].sum(axis=(1, 2)))
    return np.stack(found_shares, axis=1)

"""Simulations of testing a forecast: on a later year, and on years drawn at random."""

from functools import cache

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import discrimination
from analysis.simulations.base import Drawn, Simulation

_ORGANISATIONS, _YEARS, _TOP = 200, 6, 0.75


def _histories(lasting: float, random: np.random.Generator, organisations: int) -> np.ndarray:
    """Draw levels that drift, of which a part lasts to the next year: organisations, years."""
    level = random.standard_normal(organisations)
    years = [level]
    for _ in range(_YEARS - 1):
        level = lasting * level + np.sqrt(1 - lasting**2) * random.standard_normal(organisations)
        years.append(level)
    return np.column_stack(years)


def _top(levels: np.ndarray) -> np.ndarray:
    return levels > np.quantile(levels, _TOP, axis=0)


@cache
def _area_next_year(lasting: float) -> float:
    """Return the area when the mean of earlier years forecasts the last, in very many."""
    levels = _histories(lasting, np.random.default_rng(1), 400_000)
    outcome, score = _top(levels)[:, -1], levels[:, :-1].mean(axis=1)
    ranks = stats.rankdata(score)[outcome]
    cases = int(outcome.sum())
    below = ranks.sum() - cases * (cases + 1) / 2
    return float(below / (cases * (len(outcome) - cases)))


def _above_a_half(found: discrimination.Area, lasting: float) -> Drawn:
    truth = _area_next_year(lasting) - 0.5 if lasting else 0.0
    low, high = found.interval()
    return Drawn(found.estimate - 0.5, low - 0.5, high - 0.5, found.p_value(0.5), truth)


def by_later_year(lasting: float, random: np.random.Generator) -> Drawn:
    """Forecast the last year from the years before it."""
    levels = _histories(lasting, random, _ORGANISATIONS)
    found = discrimination.area(_top(levels)[:, -1], levels[:, :-1].mean(axis=1))
    return _above_a_half(found, lasting)


def by_random_split(lasting: float, random: np.random.Generator) -> Drawn:
    """Test on organisation-years drawn at random, with those around them to learn from."""
    levels = _histories(lasting, random, _ORGANISATIONS)
    tested = random.integers(_YEARS, size=_ORGANISATIONS)
    rows = np.arange(_ORGANISATIONS)
    known = levels.copy()
    known[rows, tested] = np.nan
    found = discrimination.area(_top(levels)[rows, tested], np.nanmean(known, axis=1))
    return _above_a_half(found, lasting)


_CLAIMS = ("C40", "C51", "C52")
#: How much of an organisation's level lasts until the next year.
_LASTING = {"favourable": 0.8, "null": 0.0}

SIMULATIONS = (
    Simulation(
        name="area",
        title=Text(
            nl="hoe goed eerdere jaren een later jaar voorspellen (AUC boven een half)",
            en="how well earlier years forecast a later one (AUC above a half)",
        ),
        claims=_CLAIMS,
        topic="warning",
        variants=_LASTING,
        draw=by_later_year,
        uses=(discrimination,),
    ),
    Simulation(
        name="area-naive-split",
        title=Text(
            nl="voorspelling getoetst op willekeurige jaren: het model kent dan ook latere jaren",
            en="forecast tested on random years: the model then knows later years too",
        ),
        claims=_CLAIMS,
        topic="warning",
        variants=_LASTING,
        draw=by_random_split,
        uses=(discrimination,),
        naive=True,
    ),
)

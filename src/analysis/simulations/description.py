"""Simulations of what describes: shares of people in organisations, trends of yearly figures."""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods import clusters, trend
from analysis.simulations.base import Drawn, Simulation, planted
from analysis.simulations.people import people

_YEARS = np.arange(2015, 2026)
#: Half of the people are young, a quarter of those who answer are, and they say yes more often.
_YOUNG, _ANSWERING, _MORE = 0.5, 0.25, 0.12


def _share(
    truth: float, random: np.random.Generator, *, clustered: bool = True, weighted: bool = True
) -> Drawn:
    """Estimate how far a share lies from a half; the young answer less often."""
    drawn = people(random)
    young = random.random(len(drawn.organisation)) < _ANSWERING
    chance = 0.5 + truth + np.where(young, _MORE, -_MORE)
    value = (stats.norm.cdf(drawn.normal(random)) < chance).astype(float)
    weight = np.where(young, _YOUNG / _ANSWERING, (1 - _YOUNG) / (1 - _ANSWERING))
    groups = drawn.organisation if clustered else np.arange(len(value))
    found = clusters.mean(value, groups, weight=weight if weighted else None)
    low, high = found.interval()
    return Drawn(found.estimate - 0.5, low - 0.5, high - 0.5, np.nan, truth)


def share(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate with weights, and organisations as clusters."""
    return _share(truth, random)


def share_of_independent(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate as if people of one organisation were independent."""
    return _share(truth, random, clustered=False)


def share_unweighted(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate as if those who answer were like those who do not."""
    return _share(truth, random, weighted=False)


def trend_of_years(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of a yearly series."""
    value = 10 + truth * (_YEARS - _YEARS[0]) + random.normal(0, 0.5, len(_YEARS))
    found = trend.slope(pd.DataFrame({"year": _YEARS, "value": value}), level=0.95)
    names = ("estimate", "ci_low", "ci_high", "p_value")
    return Drawn(*(float(found[name]) for name in names), truth)


_SHARES = {"favourable": 0.1, "null": 0.0, "reversed": -0.1}
_SHARE_CLAIMS = ("C30", "C76", "C86")

SIMULATIONS = (
    Simulation(
        name="share",
        title=Text(
            nl="gewogen aandeel van mensen, organisaties als clusters",
            en="weighted share of people, organisations as clusters",
        ),
        claims=_SHARE_CLAIMS,
        topic="description",
        variants=_SHARES,
        draw=share,
        uses=(clusters,),
    ),
    Simulation(
        name="share-naive-clusters",
        title=Text(
            nl="aandeel, alsof collega's los van elkaar staan",
            en="share, as if colleagues were independent",
        ),
        claims=_SHARE_CLAIMS,
        topic="description",
        variants=_SHARES,
        draw=share_of_independent,
        uses=(clusters,),
        naive=True,
    ),
    Simulation(
        name="share-naive-weights",
        title=Text(
            nl="aandeel zonder gewichten, terwijl jongeren minder vaak antwoorden",
            en="share without weights, while the young answer less often",
        ),
        claims=_SHARE_CLAIMS,
        topic="description",
        variants=_SHARES,
        draw=share_unweighted,
        uses=(clusters,),
        naive=True,
    ),
    Simulation(
        name="trend",
        title=Text(
            nl="verandering per jaar van een reeks jaarcijfers",
            en="change per year of a series of yearly figures",
        ),
        claims=("C08", "C09", "C10"),
        topic="description",
        variants=planted("flexible_slope", "ghz"),
        draw=trend_of_years,
        uses=(trend,),
    ),
)

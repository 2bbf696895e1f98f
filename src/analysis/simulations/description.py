"""Simulations of what describes: means of people in organisations, and trends of yearly figures."""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import clusters, trend
from analysis.simulations.base import Drawn, Simulation, planted

ORGANISATIONS, PEOPLE = 60, 20
_YEARS = np.arange(2015, 2026)


def _share(truth: float, random: np.random.Generator, *, clustered: bool) -> Drawn:
    """Estimate a difference from a half: the share of people, weighted, in organisations."""
    size = random.integers(PEOPLE // 2, 3 * PEOPLE // 2, ORGANISATIONS)
    organisation = np.repeat(np.arange(ORGANISATIONS), size)
    chance = random.beta(*_beta(0.5 + truth), ORGANISATIONS)[organisation]
    value = (random.random(len(organisation)) < chance).astype(float)
    weight = random.uniform(0.5, 2.0, len(organisation))
    groups = organisation if clustered else np.arange(len(organisation))
    found = clusters.mean(value, groups, weight=weight)
    low, high = found.interval()
    return Drawn(found.estimate - 0.5, low - 0.5, high - 0.5, np.nan, truth)


def _beta(mean: float, correlation: float = 0.10) -> tuple[float, float]:
    """Return the beta distribution of shares whose people correlate this much."""
    total = 1 / correlation - 1
    return mean * total, (1 - mean) * total


def mean_of_clusters(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate with organisations as clusters."""
    return _share(truth, random, clustered=True)


def mean_of_independent(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate as if people of one organisation were independent."""
    return _share(truth, random, clustered=False)


def trend_of_years(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of a yearly series."""
    value = 10 + truth * (_YEARS - _YEARS[0]) + random.normal(0, 0.5, len(_YEARS))
    found = trend.slope(pd.DataFrame({"year": _YEARS, "value": value}), level=0.95)
    names = ("estimate", "ci_low", "ci_high", "p_value")
    return Drawn(*(float(found[name]) for name in names), truth)


_SHARES = {"favourable": 0.1, "null": 0.0, "reversed": -0.1}

SIMULATIONS = (
    Simulation(
        name="share-clusters",
        title=Text(
            nl="gewogen aandeel van mensen, organisaties als clusters",
            en="weighted share of people, organisations as clusters",
        ),
        claims=("C30", "C76"),
        topic="description",
        variants=_SHARES,
        draw=mean_of_clusters,
        uses=(clusters,),
    ),
    Simulation(
        name="share-clusters-naive",
        title=Text(
            nl="gewogen aandeel, alsof collega's los van elkaar staan",
            en="weighted share, as if colleagues were independent",
        ),
        claims=("C30", "C76"),
        topic="description",
        variants=_SHARES,
        draw=mean_of_independent,
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

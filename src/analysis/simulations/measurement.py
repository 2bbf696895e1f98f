"""Simulations of how the survey measures: reliability, the number of parts, common method."""

from functools import cache

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import common_method, factor_model, factor_structure, moments, reliability
from analysis.methods.factor_model import NotIdentifiedError
from analysis.methods.measurement_models import correlated_factors
from analysis.methods.model_fit import independence
from analysis.methods.moments import Clustered, Moments
from analysis.simulations.base import Drawn, Simulation, no_answer, planted

ORGANISATIONS, PEOPLE = 120, 12
LOADINGS = (0.85, 0.75, 0.62)
#: Variance between organisations of what people report.
_BETWEEN = 0.03
_PARTS = {"one": ["a1", "a2", "a3"], "two": ["b1", "b2", "b3"]}


def _answers(
    factors: dict[str, list[str]],
    random: np.random.Generator,
    *,
    common: float = 0.0,
    method: float = 0.0,
) -> Clustered:
    """Draw standardised answers of people in organisations.

    Parameters
    ----------
    common
        Share of a factor that it has in common with the others.
    method
        Loading of all answers on one more factor.
    """
    organisation = np.repeat(np.arange(ORGANISATIONS), PEOPLE)
    people = len(organisation)

    def score() -> np.ndarray:
        shared = random.standard_normal(ORGANISATIONS)[organisation]
        own = random.standard_normal(people)
        return np.sqrt(_BETWEEN) * shared + np.sqrt(1 - _BETWEEN) * own

    habit, general = random.standard_normal(people), score()
    columns = {}
    for items in factors.values():
        latent = np.sqrt(common) * general + np.sqrt(1 - common) * score()
        for loading, item in zip(LOADINGS, items, strict=True):
            error = np.sqrt(1 - loading**2 - method**2)
            columns[item] = loading * latent + method * habit
            columns[item] = columns[item] + error * random.standard_normal(people)
    frame = pd.DataFrame(columns).assign(organisation=organisation)
    return moments.clustered(frame, list(columns), cluster="organisation")


def omega(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the reliability of a part; its loadings are those that are planted."""
    items = {"one": _PARTS["one"]}
    given = _answers(items, random)
    whole = [given.moments()]
    try:
        fitted = factor_model.fit(correlated_factors(items, whole), whole)
    except NotIdentifiedError:
        return no_answer(truth)
    _, (low, high) = reliability.bootstrap(given, fitted, int(random.integers(2**31)))
    return Drawn(float(reliability.omega(fitted)), low, high, np.nan, truth)


def method(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate which share of the variance of an answer is method."""
    factors = {**_PARTS, "marker": ["m1", "m2", "m3"]}
    given = _answers(factors, random, method=np.sqrt(truth / 100))
    try:
        found = common_method.share_of_method(given, factors, int(random.integers(2**31)))
    except NotIdentifiedError:
        return no_answer(truth)
    return Drawn(*found, np.nan, truth)


def gain(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much better two factors fit than one."""
    given = _answers(_PARTS, random, common=_common_of()[truth])
    try:
        found = factor_structure.structure(given, _PARTS)
    except NotIdentifiedError:
        return no_answer(truth)
    return Drawn(*found.gain, np.nan, truth)


def _true_omega() -> float:
    total = sum(LOADINGS) ** 2
    return total / (total + sum(1 - loading**2 for loading in LOADINGS))


@cache
def _common_of() -> dict[float, float]:
    """Return the share in common that gives each gain."""
    return {_true_gain(common): common for common in planted("scale_structure").values()}


@cache
def _true_gain(common: float) -> float:
    """Return the gain in endless data: that of the covariances that are planted."""
    loadings = np.array([*LOADINGS, *LOADINGS])
    within = np.kron(np.eye(2), np.ones((3, 3)))
    covariance = np.outer(loadings, loadings) * np.where(within > 0, 1.0, common)
    np.fill_diagonal(covariance, 1.0)
    exact = (Moments(1.0, np.zeros(6), covariance),)
    items = [item for members in _PARTS.values() for item in members]
    fitted = factor_model.fit(correlated_factors({"all": items}, exact), exact)
    return round(float(max(fitted.discrepancy, 0.0) / independence(exact)), 9)


#: Worlds in which scales are planted differently; the null world has the parts of the favourable.
_DIFFERENT = ("favourable", "reversed")

SIMULATIONS = (
    Simulation(
        name="scale-omega",
        title=Text(
            nl="betrouwbaarheid (omega) van een onderdeel, bootstrap van organisaties",
            en="reliability (omega) of a part, bootstrap of organisations",
        ),
        claims=("C97",),
        topic="individual",
        variants={"favourable": _true_omega()},
        draw=omega,
        uses=(reliability,),
        null=None,
    ),
    Simulation(
        name="scale-gain",
        title=Text(
            nl="winst in passing van twee onderdelen boven een, organisaties als clusters",
            en="gain in fit of two parts over one, organisations as clusters",
        ),
        claims=("C97",),
        topic="individual",
        variants={name: _true_gain(planted("scale_structure")[name]) for name in _DIFFERENT},
        draw=gain,
        uses=(factor_structure,),
        null=None,
        conservative=Text(
            nl="waar de onderdelen een zijn, ligt de winst op haar ondergrens en is het interval "
            "ruim",
            en="where the parts are one, the gain is at its lower limit and the interval is wide",
        ),
    ),
    Simulation(
        name="common-method",
        title=Text(
            nl="deel van de spreiding door de manier van antwoorden, bootstrap van organisaties",
            en="part of the spread from the manner of answering, bootstrap of organisations",
        ),
        claims=("C37", "C38", "C39"),
        topic="individual",
        variants={
            name: 100 * planted("method_factor")[name] ** 2 for name in ("favourable", "null")
        },
        draw=method,
        uses=(common_method,),
    ),
)

"""Simulations of what runs through a mediator, of variance between organisations and of levers."""

import numpy as np
from scipy import special

from analysis.languages import Text
from analysis.methods import (
    between_organisations,
    counterfactual,
    explained,
    mediation,
    resampling,
)
from analysis.methods.resampling import Effect
from analysis.simulations.base import Drawn, Simulation, no_answer, planted
from analysis.simulations.people import people

#: Paths that a simulation does not vary: exposure to mediator, and past the mediator.
_TO_MEDIATOR, _DIRECT, _TO_OUTCOME = 0.35, 0.05, 0.3
_CONSTANT = -0.9
_EXPLAINED = 0.06
#: Part that colleagues share of exposure, mediator and outcome.
_ALIKE = 0.3
_DRAWS = 99


def _seed(random: np.random.Generator) -> int:
    return int(random.integers(2**31))


def _told(found: Effect, truth: float) -> Drawn:
    return Drawn(found.estimate, found.ci_low, found.ci_high, found.p_value, truth)


def _linear(truth: float, random: np.random.Generator, *, clustered: bool = True) -> Drawn:
    """Draw a mediator and an outcome whose errors colleagues share; the truth is the first path."""
    drawn = people(random)
    exposure = drawn.normal(random, _ALIKE)
    mediator = truth * exposure + drawn.normal(random, _ALIKE)
    outcome = _TO_OUTCOME * mediator + _DIRECT * exposure + drawn.normal(random, _ALIKE)
    groups = drawn.organisation if clustered else np.arange(len(exposure))
    found = mediation.linear(
        exposure, mediator, outcome, cluster=groups, seed=_seed(random), weight=drawn.weight,
        draws=_DRAWS,
    )  # fmt: skip
    product = truth * _TO_OUTCOME
    return no_answer(product) if found is None else _told(found.indirect, product)


def indirect(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate with organisations drawn again."""
    return _linear(truth, random)


def indirect_of_independent(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate with people drawn again, as if colleagues were independent."""
    return _linear(truth, random, clustered=False)


def indirect_of_yes_or_no(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the indirect difference in probability; the truth is the path to the outcome."""
    drawn = people(random, organisations=60)
    exposure = drawn.normal(random)
    mediator = _TO_MEDIATOR * exposure + drawn.normal(random)
    predictor = _CONSTANT + truth * mediator + _DIRECT * exposure
    outcome = (predictor + drawn.normal(random) > 0).astype(float)
    found = counterfactual.mediated(
        exposure, mediator, outcome, cluster=drawn.organisation, seed=_seed(random),
        weight=drawn.weight, link="probit", draws=_DRAWS,
    )  # fmt: skip
    difference = _indirect_difference(truth)
    return no_answer(difference) if found is None else _told(found.indirect, difference)


def _indirect_difference(b: float) -> float:
    """Return the indirect difference in probability that the planted paths imply."""

    def share(exposure: float, through: float) -> float:
        mean = _CONSTANT + _DIRECT * exposure + b * _TO_MEDIATOR * through
        return float(special.ndtr(mean / np.sqrt(1 + b**2)))

    return (share(0, 1) - share(0, 0) + share(1, 1) - share(1, 0)) / 2


def variance_between(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the share of variance between organisations of an outcome of yes or no."""
    drawn = people(random)
    spread = np.sqrt(truth / (1 - truth) * np.pi**2 / 3)
    own = random.normal(0, spread, drawn.organisation.max() + 1)[drawn.organisation]
    yes = random.random(len(own)) < special.expit(own - 1.4)
    found = between_organisations.of_yes_or_no(yes, drawn.organisation)
    if found is None:
        return no_answer(truth)
    share, low, high = (one / 100 for one in found.share())
    return Drawn(share, low, high, found.p_value, truth)


def explained_more(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more one group of characteristics explains than another, in points."""
    drawn = people(random)
    count = len(drawn.organisation)
    first, second = _EXPLAINED + truth / 200, _EXPLAINED - truth / 200
    one, other = random.normal(size=(2, count, 3))
    outcome = np.sqrt(first / 3) * one.sum(axis=1) + np.sqrt(second / 3) * other.sum(axis=1)
    outcome = outcome + np.sqrt(1 - first - second) * drawn.normal(random)
    found = explained.compared(
        outcome, one, other, cluster=drawn.organisation, seed=_seed(random), weight=drawn.weight,
        draws=_DRAWS,
    )  # fmt: skip
    return no_answer(truth) if found is None else _told(found["difference"], truth)


_PROCESSES = ("C37", "C38")
_MEDIATION = (mediation, resampling)

SIMULATIONS = (
    Simulation(
        name="indirect",
        title=Text(
            nl="indirecte samenhang door een tussenstap, hele organisaties opnieuw getrokken",
            en="indirect association through a step in between, whole organisations drawn again",
        ),
        claims=_PROCESSES,
        topic="individual",
        variants=planted("exhaustion", "workload"),
        draw=indirect,
        uses=_MEDIATION,
    ),
    Simulation(
        name="indirect-naive-clusters",
        title=Text(
            nl="indirecte samenhang, alsof collega's los van elkaar staan",
            en="indirect association, as if colleagues were independent",
        ),
        claims=_PROCESSES,
        topic="individual",
        variants=planted("exhaustion", "workload"),
        draw=indirect_of_independent,
        uses=_MEDIATION,
        naive=True,
        draws=300,
    ),
    Simulation(
        name="indirect-yes-or-no",
        title=Text(
            nl="indirect verschil in kans, voor een uitkomst van ja of nee",
            en="indirect difference in probability, for an outcome of yes or no",
        ),
        claims=_PROCESSES,
        topic="individual",
        variants=planted("exhaustion", "to_absence"),
        draw=indirect_of_yes_or_no,
        uses=(counterfactual, resampling),
        draws=300,
    ),
    Simulation(
        name="variance-between-organisations",
        title=Text(
            nl="aandeel van de variantie tussen organisaties, voor een uitkomst van ja of nee",
            en="share of the variance between organisations, for an outcome of yes or no",
        ),
        claims=("C43",),
        topic="individual",
        # Both worlds plant the same share; where it is nothing, no estimate can lie below it.
        variants={"favourable": planted("survey_icc", "leaving")["favourable"]},
        draw=variance_between,
        uses=(between_organisations, resampling),
        null=None,
        draws=300,
    ),
    Simulation(
        name="explained-more",
        title=Text(
            nl="hoeveel meer de ene groep kenmerken verklaart dan de andere",
            en="how much more one group of characteristics explains than another",
        ),
        claims=("C43",),
        topic="individual",
        variants={"favourable": 5.0, "null": 0.0, "reversed": -5.0},
        draw=explained_more,
        uses=(explained, resampling),
    ),
)

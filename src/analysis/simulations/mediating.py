"""Simulations of paths through a mediator, and of two ways to get them wrong."""

from functools import cache

import numpy as np
import statsmodels.api as sm
from scipy import integrate, stats
from scipy.special import expit

from analysis.languages import Text
from analysis.methods import counterfactual, mediation
from analysis.simulations.base import Drawn, Simulation, no_answer, planted
from analysis.simulations.people import People, people

#: Exposure to mediator, exposure to outcome at equal mediator, and log odds at the mean.
_A, _DIRECT, _LEVEL = 0.35, 0.2, -1.0
_SPREAD = float(np.sqrt(1 - _A**2))
#: Organisations drawn again per draw; fewer than in the book, to save time.
_REDRAWN = 400


def _mediator(random: np.random.Generator, a: float = _A) -> tuple[People, np.ndarray, np.ndarray]:
    drawn = people(random)
    exposure = drawn.normal(random)
    return drawn, exposure, _A * exposure + _SPREAD * drawn.normal(random)


def path_b(b: float, random: np.random.Generator) -> Drawn:
    """Estimate the path from mediator to outcome, at equal exposure."""
    drawn, exposure, mediator = _mediator(random)
    outcome = _DIRECT * exposure + b * mediator + drawn.normal(random)
    found = mediation.linear(
        exposure, mediator, outcome, cluster=drawn.organisation, weight=drawn.weight,
        seed=int(random.integers(2**31)), draws=_REDRAWN,
    )  # fmt: skip
    if found is None:
        return no_answer(b)
    path = found.b
    return Drawn(path.estimate, path.ci_low, path.ci_high, path.p_value, b)


def path_b_alone(b: float, random: np.random.Generator) -> Drawn:
    """Take the slope of the outcome on the mediator alone for the path."""
    drawn, exposure, mediator = _mediator(random)
    outcome = _DIRECT * exposure + b * mediator + drawn.normal(random)
    fit = sm.WLS(outcome, sm.add_constant(mediator), weights=drawn.weight).fit(
        cov_type="cluster", cov_kwds={"groups": drawn.organisation}, use_t=True
    )
    return Drawn(float(fit.params[1]), *map(float, fit.conf_int()[1]), float(fit.pvalues[1]), b)


def _yes(
    b: float, random: np.random.Generator
) -> tuple[People, np.ndarray, np.ndarray, np.ndarray]:
    drawn, exposure, mediator = _mediator(random)
    odds = _LEVEL + _DIRECT * exposure + b * mediator + drawn.logistic(random)
    return drawn, exposure, mediator, (odds > 0).astype(float)


@cache
def _difference(b: float) -> float:
    """Return the planted indirect association: a mean of two differences in probability."""

    def expected(exposure: float, mediator_at: float) -> float:
        def part(error: float) -> float:
            odds = _LEVEL + _DIRECT * exposure + b * (_A * mediator_at + _SPREAD * error)
            return float(expit(odds) * stats.norm.pdf(error))

        return integrate.quad(part, -9, 9, epsabs=1e-12)[0]

    return (expected(0, 1) - expected(0, 0) + expected(1, 1) - expected(1, 0)) / 2


def product_of_log_odds(b: float, random: np.random.Generator) -> Drawn:
    """Read the product of a slope and log odds as a difference in chance."""
    drawn, exposure, mediator, outcome = _yes(b, random)
    groups = {"cov_type": "cluster", "cov_kwds": {"groups": drawn.organisation}}
    first = sm.OLS(mediator, sm.add_constant(exposure)).fit(**groups)
    design = sm.add_constant(np.column_stack([exposure, mediator]))
    second = sm.GLM(outcome, design, family=sm.families.Binomial()).fit(**groups)
    a, slope = first.params[1], second.params[2]
    error = np.hypot(a * second.bse[2], slope * first.bse[1])
    reach = stats.norm.ppf(0.975) * error
    product, p_value = a * slope, 2 * stats.norm.sf(abs(a * slope) / error)
    return Drawn(
        float(product), float(product - reach), float(product + reach), float(p_value),
        _difference(b),
    )  # fmt: skip


_PATHS = planted("exhaustion", "to_absence")
_CLAIMS = ("C37", "C38", "C45", "C71")

SIMULATIONS = (
    Simulation(
        name="mediation-path",
        title=Text(
            nl="het pad van tussenstap naar uitkomst, bij gelijke blootstelling",
            en="the path from mediator to outcome, at equal exposure",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_PATHS,
        draw=path_b,
        uses=(mediation,),
    ),
    Simulation(
        name="mediation-path-naive-alone",
        title=Text(
            nl="het pad van tussenstap naar uitkomst, zonder de blootstelling gelijk te houden",
            en="the path from mediator to outcome, without holding exposure equal",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_PATHS,
        draw=path_b_alone,
        uses=(mediation,),
        naive=True,
    ),
    Simulation(
        name="indirect-yes-or-no-naive-product",
        title=Text(
            nl="product van paden op de schaal van log odds, gelezen als verschil in kans",
            en="product of paths on the scale of log odds, read as a difference in chance",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_PATHS,
        draw=product_of_log_odds,
        uses=(counterfactual,),
        naive=True,
    ),
)

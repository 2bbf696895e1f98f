"""Simulations of what colleagues share, and of associations that are too small to matter."""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import equivalence, regression
from analysis.simulations.base import Drawn, Simulation, planted
from analysis.simulations.people import ORGANISATIONS, People, people

#: Log odds at the mean, and part of an exposure that colleagues share.
_LEVEL, _EXPOSURE_SHARED = -1.4, 0.3
#: Organisations on which a test of equivalence rests: with few it never finds any.
_MANY = 300


def _of_fit(fit: regression.Fit, name: str, truth: float) -> Drawn:
    return Drawn(float(fit.params[name]), *fit.interval(name), fit.p_value(name), truth)


def _answers(
    truth: float,
    random: np.random.Generator,
    *,
    organisations: int = ORGANISATIONS,
    shared: float = _EXPOSURE_SHARED,
) -> tuple[People, pd.DataFrame, np.ndarray]:
    """Draw an exposure, a control, and log odds with errors that colleagues share."""
    drawn = people(random, organisations)
    exposure = drawn.normal(random, shared)
    control = (random.random(len(exposure)) < 0.4).astype(float)
    odds = _LEVEL + truth * exposure + 0.4 * control + drawn.logistic(random)
    design = pd.DataFrame({"exposure": exposure, "control": control, "constant": 1.0})
    return drawn, design, odds


def odds_by_organisation(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate log odds of something that all people of an organisation share."""
    drawn, design, odds = _answers(truth, random, shared=1.0)
    fit = regression.logistic(odds > 0, design, weights=drawn.weight, clusters=drawn.organisation)
    return _of_fit(fit, "exposure", truth)


def odds_of_independent(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same as if colleagues were independent."""
    drawn, design, odds = _answers(truth, random, shared=1.0)
    fit = regression.logistic(odds > 0, design, weights=drawn.weight, clusters=None)
    return _of_fit(fit, "exposure", truth)


def too_small_to_matter(truth: float, random: np.random.Generator) -> Drawn:
    """Test whether log odds lie within the smallest that matter."""
    drawn, design, odds = _answers(truth, random, organisations=_MANY)
    fit = regression.logistic(odds > 0, design, weights=drawn.weight, clusters=drawn.organisation)
    p_value = equivalence.two_one_sided(
        float(fit.params["exposure"]), fit.se("exposure"), fit.df, _LIMIT
    )
    return Drawn(float(fit.params["exposure"]), *fit.interval("exposure"), p_value, truth)


_ODDS = planted("exhaustion", "to_absence")
_LIMIT = float(np.log(equivalence.SMALLEST_ODDS_RATIO))
_ODDS_CLAIMS = ("C35", "C36", "C37", "C38", "C43", "C45", "C71")

SIMULATIONS = (
    Simulation(
        name="odds-shared",
        title=Text(
            nl="odds ratio van wat collega's delen, organisaties als clusters (logaritme)",
            en="odds ratio of what colleagues share, organisations as clusters (logarithm)",
        ),
        claims=_ODDS_CLAIMS,
        topic="individual",
        variants=_ODDS,
        draw=odds_by_organisation,
        uses=(regression,),
    ),
    Simulation(
        name="odds-shared-naive-clusters",
        title=Text(
            nl="odds ratio van wat collega's delen, alsof zij los van elkaar staan",
            en="odds ratio of what colleagues share, as if they were independent",
        ),
        claims=_ODDS_CLAIMS,
        topic="individual",
        variants=_ODDS,
        draw=odds_of_independent,
        uses=(regression,),
        naive=True,
    ),
    Simulation(
        name="odds-equivalence",
        title=Text(
            nl="toets of een samenhang te klein is om ertoe te doen, aan de grens daarvan",
            en="test whether an association is too small to matter, at the limit of that",
        ),
        claims=("C71",),
        topic="individual",
        variants={"favourable": 0.0, "null": _LIMIT, "reversed": -2 * _LIMIT},
        draw=too_small_to_matter,
        uses=(regression, equivalence),
        null=_LIMIT,
    ),
)

"""Simulations of panels: too few organisations, all years pooled, and points of a rate."""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from analysis.languages import Text
from analysis.methods import fractional, panel
from analysis.simulations.base import Drawn, Simulation, planted

_ORGANISATIONS, _YEARS, _FEW = 150, 5, 15
#: SD of log absence between organisations, within them, and of a driver within, in its SD between.
_BETWEEN, _WITHIN, _DRIVER_WITHIN = 0.16, 0.08, 0.5
#: Absence in percent.
_RATE = 7.8


def _rows(
    between: float,
    within: float,
    random: np.random.Generator,
    organisations: int = _ORGANISATIONS,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw organisation, driver and outcome of each year."""
    organisation = np.repeat(np.arange(organisations), _YEARS)
    level = random.standard_normal(organisations)
    change = random.normal(0, _DRIVER_WITHIN, (organisations, _YEARS))
    change -= change.mean(axis=1, keepdims=True)
    outcome = (
        between * level[:, None]
        + within * change
        + random.normal(0, _BETWEEN, (organisations, 1))
        + random.normal(0, _WITHIN, (organisations, _YEARS))
    )
    return organisation, (level[:, None] + change).ravel(), outcome.ravel()


def slope_of_few(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope between with so few organisations that robust errors do not hold."""
    organisation, driver, outcome = _rows(truth, -truth / 2, random, _FEW)
    fit, _ = panel.within_between(
        outcome, driver[:, None], organisation, controls=np.ones((len(driver), 1))
    )
    low, high = fit.interval(0)
    return Drawn(float(fit.slopes[0]), low, high, float(fit.p_values[0]), truth)


def slope_pooled(truth: float, random: np.random.Generator) -> Drawn:
    """Take one slope of all years of all organisations for that within them."""
    _, driver, outcome = _rows(-3 * truth, truth, random)
    fit = sm.OLS(outcome, sm.add_constant(driver)).fit()
    return Drawn(
        float(fit.params[1]),
        *map(float, fit.conf_int()[1]),
        float(fit.pvalues[1]),
        truth,
    )


def rate_difference(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the mean difference in a rate, in percentage points, by a fractional logit."""
    organisation, driver, noise = _rows(0.0, 0.0, random)
    middle = panel.means(driver, organisation)
    # On the scale of the rate itself the planted difference is exact.
    rate = (_RATE + truth * middle + _RATE * noise) / 100
    design = np.column_stack([middle, driver - middle, np.ones(len(driver))])
    df = float(_ORGANISATIONS - 2)
    found = fractional.fit(rate, design, organisation, df=df)
    effect, se = fractional.average_partial_effect(found, design, 0)
    reach = stats.t.ppf(0.975, df) * se
    ends = 100 * np.array([effect, effect - reach, effect + reach])
    p_value = float(2 * stats.t.sf(abs(effect / se), df))
    return Drawn(*map(float, ends), p_value, truth)


_CLAIMS = ("C46", "C47", "C48", "C49", "C50", "C53", "C54")

SIMULATIONS = (
    Simulation(
        name="slope-between-naive-few",
        title=Text(
            nl="helling tussen organisaties, met te weinig organisaties (vijftien)",
            en="slope between organisations, with too few organisations (fifteen)",
        ),
        claims=_CLAIMS,
        topic="organisation",
        variants=planted("drivers", "inflow"),
        draw=slope_of_few,
        uses=(panel,),
        naive=True,
    ),
    Simulation(
        name="slope-within-naive-pooled",
        title=Text(
            nl="alle jaren op één hoop, gelezen als verandering binnen een organisatie",
            en="all years pooled, read as change within an organisation",
        ),
        claims=_CLAIMS,
        topic="organisation",
        variants=planted("temporary_within"),
        draw=slope_pooled,
        uses=(panel,),
        naive=True,
    ),
    Simulation(
        name="rate-difference",
        title=Text(
            nl="gemiddeld verschil in het verzuim in procentpunten (fractionele logit)",
            en="mean difference in absence in percentage points (fractional logit)",
        ),
        claims=("C46", "C47", "C48"),
        topic="organisation",
        variants={world: _RATE * slope for world, slope in planted("drivers", "inflow").items()},
        draw=rate_difference,
        uses=(fractional,),
    ),
)

"""Simulations of the model of organisations: differences between them, and changes within one.

Three drivers are correlated, organisations differ by more than the drivers tell, and each has
shocks that last. A driver that moves otherwise within an organisation than between makes the
mixtures of both wrong.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import fractional, optimum, panel
from analysis.simulations.base import Drawn, Simulation, planted

ORGANISATIONS, YEARS = 100, 5
#: SD of log absence between organisations, of a shock, and of a driver within an organisation.
_BETWEEN, _SHOCK, _CHANGE = 0.15, 0.07, 0.4
_CORRELATION, _LASTING = 0.3, 0.5
#: Absence where no driver differs, as a share; slope of the second driver; years before the first.
_LEVEL, _OTHER, _BEFORE = 0.075, 0.03, 10


def _shocks(random: np.random.Generator, years: int) -> np.ndarray:
    """Draw shocks that last, shape (organisations, years)."""
    shock = random.normal(0, _SHOCK, (ORGANISATIONS, years))
    for year in range(1, years):
        shock[:, year] = _LASTING * shock[:, year - 1] + np.sqrt(1 - _LASTING**2) * shock[:, year]
    return shock


def _rows(
    between: float, within: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw organisation, drivers and log absence of each year; the first driver is looked at."""
    organisation = np.repeat(np.arange(ORGANISATIONS), YEARS)
    spread = np.full((3, 3), _CORRELATION) + (1 - _CORRELATION) * np.eye(3)
    level = random.multivariate_normal(np.zeros(3), spread, ORGANISATIONS)
    change = random.normal(0, _CHANGE, (ORGANISATIONS, YEARS, 3))
    change -= change.mean(axis=1, keepdims=True)
    log = (
        between * level[:, None, 0]
        + within * change[:, :, 0]
        + _OTHER * (level[:, None, 1] + change[:, :, 1])
        + random.normal(0, _BETWEEN, (ORGANISATIONS, 1))
        + _shocks(random, YEARS)
    )
    return organisation, (level[:, None] + change).reshape(-1, 3), log.ravel()


def _said(fit: panel.Fit, place: int, truth: float) -> Drawn:
    return Drawn(float(fit.slopes[place]), *fit.interval(place), float(fit.p_values[place]), truth)


def _constant(rows: np.ndarray) -> np.ndarray:
    return np.ones((len(rows), 1))


def slope_between(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope between organisations; that within is of the other sign."""
    organisation, drivers, log = _rows(truth, -truth / 3, random)
    fit, _ = panel.within_between(log, drivers, organisation, controls=_constant(log))
    return _said(fit, 0, truth)


def slope_within(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope within organisations; that between is of the other sign."""
    organisation, drivers, log = _rows(-3 * truth, truth, random)
    fit, _ = panel.within_between(log, drivers, organisation, controls=_constant(log))
    return _said(fit, 3, truth)


def slope_random(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate one slope with random effects, and take it for that between organisations."""
    organisation, drivers, log = _rows(truth, -truth / 3, random)
    design = np.column_stack([drivers, _constant(log)])
    return _said(panel.random_effects(log, design, organisation, robust=True).fit, 0, truth)


def slope_of_rows(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope between as if each year were another organisation."""
    organisation, drivers, log = _rows(truth, -truth / 3, random)
    middle = panel.means(drivers, organisation)
    design = np.column_stack([middle, drivers - middle, _constant(log)])
    return _said(panel.clustered(log, design, np.arange(len(log))), 0, truth)


def logit_between(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope between in a fractional logit."""
    organisation, drivers, log = _rows(truth, truth, random)
    # What is planted in the logit holds on average over organisations; its mean is near linear.
    rate = _LEVEL * np.exp(log) / (1 - _LEVEL + _LEVEL * np.exp(log))
    middle = panel.means(drivers, organisation)
    design = np.column_stack([middle, drivers - middle, _constant(log)])
    return _said(fractional.fit(rate, design, organisation, df=ORGANISATIONS - 4), 0, truth)


def absence_first(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate log inflow by log absence of a year before, within organisations."""
    shock = _shocks(random, _BEFORE + 1)
    inflow = random.normal(0, 0.1, (ORGANISATIONS, _BEFORE + 1))
    inflow[:, 1:] += truth * shock[:, :-1]
    inflow += random.normal(0, 0.15, (ORGANISATIONS, 1))
    absence = shock + random.normal(0, _BETWEEN, (ORGANISATIONS, 1))
    fit, _ = panel.fixed_effects_clustered(
        inflow[:, 1:].ravel(),
        absence[:, :-1].reshape(-1, 1),
        np.repeat(np.arange(ORGANISATIONS), _BEFORE),
        period=np.tile(np.arange(_BEFORE), ORGANISATIONS),
    )
    return _said(fit, 0, truth)


def bend(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope where mobility is one standard deviation below the branch's."""
    mobility = random.standard_normal(3 * ORGANISATIONS)
    log = truth * (mobility**2 - 1) + random.normal(0, _BETWEEN, len(mobility))
    found, _ = optimum.bend(log, mobility, _constant(log))
    slope, low, high = found.slope(-1.0)
    weights = np.array([1.0, -2.0, 0.0])
    _, se = found.fit.combination(weights)
    p_value = panel.Fit(np.array([slope]), np.array([[se**2]]), found.fit.df).p_values[0]
    return Drawn(slope, low, high, float(p_value), -2 * truth)


_SLOPES = planted("drivers", "irregular_allowance")
# The reversed world plants what the favourable one does: only this direction.
_FEEDBACK = {
    world: value
    for world, value in planted("feedback", "absence_to_inflow").items()
    if world != "reversed"
}
_CLAIMS = ("C46", "C47", "C48", "C53", "C54")

SIMULATIONS = (
    Simulation(
        name="slope-between",
        title=Text(
            nl="helling van verzuim tussen organisaties, naast die binnen een organisatie",
            en="slope of absence between organisations, beside that within one",
        ),
        claims=_CLAIMS,
        topic="organisation",
        variants=_SLOPES,
        draw=slope_between,
        uses=(panel,),
    ),
    Simulation(
        name="slope-within",
        title=Text(
            nl="helling van verzuim binnen een organisatie, naast die tussen organisaties",
            en="slope of absence within an organisation, beside that between organisations",
        ),
        claims=("C47",),
        topic="organisation",
        variants=planted("temporary_within"),
        draw=slope_within,
        uses=(panel,),
    ),
    Simulation(
        name="slope-between-naive-random",
        title=Text(
            nl="helling tussen organisaties, uit toevallige effecten zonder gemiddelden",
            en="slope between organisations, from random effects without means",
        ),
        claims=("C47",),
        topic="organisation",
        variants=_SLOPES,
        draw=slope_random,
        uses=(panel,),
        naive=True,
    ),
    Simulation(
        name="slope-between-naive-rows",
        title=Text(
            nl="helling tussen organisaties, alsof elk jaar een andere organisatie is",
            en="slope between organisations, as if each year were another organisation",
        ),
        claims=_CLAIMS,
        topic="organisation",
        variants=_SLOPES,
        draw=slope_of_rows,
        uses=(panel,),
        naive=True,
    ),
    Simulation(
        name="slope-fractional",
        title=Text(
            nl="helling tussen organisaties in een fractionele logit",
            en="slope between organisations in a fractional logit",
        ),
        claims=_CLAIMS,
        topic="organisation",
        variants=_SLOPES,
        draw=logit_between,
        uses=(fractional, panel),
    ),
    Simulation(
        name="absence-first",
        title=Text(
            nl="instroom naar het verzuim van een jaar eerder, binnen een organisatie",
            en="inflow by the absence of a year before, within an organisation",
        ),
        claims=("C48",),
        topic="organisation",
        variants=_FEEDBACK,
        draw=absence_first,
        uses=(panel,),
    ),
    Simulation(
        name="mobility-bend",
        title=Text(
            nl="helling van verzuim naar mobiliteit bij weinig mobiliteit, in een gebogen lijn",
            en="slope of absence by mobility at little mobility, in a bent line",
        ),
        claims=("C18",),
        topic="organisation",
        variants=planted("mobility_optimum"),
        draw=bend,
        uses=(optimum, panel),
    ),
)

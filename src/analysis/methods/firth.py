"""Logistic regression with few events, after Firth: finite, and hardly biased.

Maximum likelihood is biased away from zero where few people have the outcome, and infinite where a
characteristic separates them. Firth (1993, Biometrika 80) adds half the logarithm of the
determinant of the information to the log likelihood. The interval is that of the profile of this
penalised likelihood, as Wald's is poor in small samples (Heinze & Schemper 2002, Statistics in
Medicine 21).
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

_STEPS, _HALVINGS = 100, 12
_LARGEST_STEP = 2.0
_CLOSE = 1e-8
#: Beyond this log odds ratio no end of an interval is looked for.
_FARTHEST = 30.0
LEVEL = 0.95


@dataclass(frozen=True)
class Firth:
    """Coefficients of a penalised logistic regression.

    Attributes
    ----------
    coefficients
        Shape (columns,).
    ends
        Ends of the profile intervals, shape (columns, 2).
    p_values
        Of the penalised likelihood ratio, shape (columns,).
    weights
        Of the rows in the last step: p (1 - p).
    """

    coefficients: np.ndarray
    ends: np.ndarray
    p_values: np.ndarray
    weights: np.ndarray


def fit(design: np.ndarray, yes: np.ndarray, *, level: float = LEVEL) -> Firth | None:
    """Fit a logistic regression by penalised likelihood.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant.
    yes
        0 or 1.

    Returns
    -------
    Firth or None
        None where columns cannot be told apart, or everybody or nobody says yes.
    """
    design, yes = np.asarray(design, dtype=float), np.asarray(yes, dtype=float)
    columns = design.shape[1]
    if not 0 < yes.sum() < len(yes) or np.linalg.matrix_rank(design) < columns:
        return None
    free = np.arange(columns)
    best = _maximise(design, yes, np.zeros(columns), free)
    top = _likelihood(design, yes, best)
    limit = top - stats.chi2.ppf(level, 1) / 2
    ends, p_values = np.empty((columns, 2)), np.empty(columns)
    for place in range(columns):
        others, near = np.delete(free, place), best.copy()

        def at(value: float, place: int = place, others: np.ndarray = others) -> float:
            # From where the search was before, as it moves in small steps.
            nonlocal near
            near[place] = value
            near = _maximise(design, yes, near, others)
            return _likelihood(design, yes, near)

        ends[place] = [_end(at, best[place], limit, side) for side in (-1.0, 1.0)]
        p_values[place] = stats.chi2.sf(2 * max(top - at(0.0), 0.0), 1)
    chance = special.expit(design @ best)
    return Firth(best, ends, p_values, chance * (1 - chance))


def _likelihood(design: np.ndarray, yes: np.ndarray, slopes: np.ndarray) -> float:
    linear = design @ slopes
    chance = special.expit(linear)
    information = (design * (chance * (1 - chance))[:, None]).T @ design
    sign, size = np.linalg.slogdet(information)
    if sign <= 0:
        return -np.inf
    return float(yes @ linear - np.logaddexp(0, linear).sum() + size / 2)


def _maximise(
    design: np.ndarray, yes: np.ndarray, start: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """Climb the penalised likelihood over the free coefficients, by Fisher scoring."""
    slopes = start.copy()
    if not len(free):
        return slopes
    now = _likelihood(design, yes, slopes)
    for _ in range(_STEPS):
        chance = special.expit(design @ slopes)
        weight = chance * (1 - chance)
        information = (design * weight[:, None]).T @ design
        leverage = weight * ((design @ np.linalg.pinv(information)) * design).sum(axis=1)
        score = design.T @ (yes - chance + leverage * (0.5 - chance))
        step = np.linalg.lstsq(information[np.ix_(free, free)], score[free], rcond=None)[0]
        step *= min(1.0, _LARGEST_STEP / max(np.abs(step).max(), 1e-300))
        for _ in range(_HALVINGS):
            tried = slopes.copy()
            tried[free] += step
            then = _likelihood(design, yes, tried)
            if then >= now - 1e-12:
                break
            step = step / 2
        slopes, now = tried, then
        if np.abs(step).max() < _CLOSE:
            break
    return slopes


def _end(at, best: float, limit: float, side: float) -> float:
    """Return where the profile falls below the limit on one side."""
    step = 0.5
    last = best
    while step < _FARTHEST:
        here = best + side * step
        if at(here) < limit:
            return float(optimize.brentq(lambda one: at(one) - limit, last, here, xtol=1e-5))
        last, step = here, 2 * step
    return side * np.inf

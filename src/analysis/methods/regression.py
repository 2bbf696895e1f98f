"""Weighted regression with organisations as clusters: linear, logistic and yearly hazards.

The covariance is the sandwich of a sample whose first-stage units are organisations (Binder 1983,
International Statistical Review 51; Lumley 2010, Complex Surveys, chapter 5), times G / (G − 1),
as in ``svyglm`` of R's survey package. The weights of a survey say how many people a respondent
stands for. They are no counts of rows: a model that takes them as such has far too small errors.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

LEVEL = 0.95
#: Gains of the likelihood smaller than this part of it are none.
_NO_GAIN = 1e-12
_STEPS = 30
#: Log hazards beyond these are chances of 0 and 1 to a computer; so large a coefficient has no end.
_FAR, _NEAR, _ENDLESS = 30.0, 3.5, 15.0


class SeparatedError(np.linalg.LinAlgError):
    """The columns tell every answer, so that the log odds have no end."""


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    params
        Coefficient per column of the design.
    covariance
        Of the coefficients, from the sandwich; square.
    influence
        Shape (rows, coefficients): how far each row moves them; their sums per cluster make the
        covariance, also that between two models on the same rows.
    df
        Number of clusters less one.
    curvature
        Weight of each row in the last step: that of the survey, times the variance of the outcome
        for a logistic model.
    """

    params: pd.Series
    covariance: np.ndarray
    influence: np.ndarray
    df: int
    curvature: np.ndarray

    def se(self, name: str) -> float:
        """Return the standard error of one coefficient."""
        place = self.params.index.get_loc(name)
        return float(np.sqrt(self.covariance[place, place]))

    def interval(self, name: str, *, level: float = LEVEL) -> tuple[float, float]:
        """Return the interval of one coefficient, with t quantiles."""
        reach = stats.t.ppf((1 + level) / 2, self.df) * self.se(name)
        return float(self.params[name] - reach), float(self.params[name] + reach)

    def p_value(self, name: str) -> float:
        """Return the two-sided probability of a coefficient at least this far from zero."""
        return float(2 * stats.t.sf(abs(self.params[name]) / self.se(name), self.df))


def clustered(influence: np.ndarray, clusters: np.ndarray | None) -> tuple[np.ndarray, int]:
    """Return the covariance of sums over rows, and its degrees of freedom.

    Parameters
    ----------
    influence
        Shape (rows, coefficients).
    clusters
        Number of the cluster of each row; None treats rows as independent.

    Raises
    ------
    ValueError
        If there is one cluster only.
    """
    sums = influence
    if clusters is not None:
        places = np.unique(clusters, return_inverse=True)[1]
        order = np.argsort(places, kind="stable")
        starts = np.flatnonzero(np.diff(places[order], prepend=-1))
        sums = np.add.reduceat(influence[order], starts, axis=0)
    count = len(sums)
    if count < 2:
        raise ValueError("there is one organisation only; its variance cannot be estimated")
    return count / (count - 1) * sums.T @ sums, count - 1


def linear(
    outcome: np.ndarray,
    design: pd.DataFrame,
    *,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
) -> Fit:
    """Fit a linear model by weighted least squares.

    Parameters
    ----------
    outcome
        One value per row.
    design
        Columns with their names, the constant included; not collinear.
    weights
        Of the survey, in any unit; None counts every row once.
    clusters
        Organisation of each row; None treats rows as independent, which is the naive way.
    """
    mass = _mass(weights, len(design))
    fitted = sm.WLS(outcome, design, weights=mass).fit()
    return _sandwich(fitted.params, design, np.asarray(fitted.resid) * mass, mass, clusters)


def logistic(
    outcome: np.ndarray,
    design: pd.DataFrame,
    *,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
) -> Fit:
    """Fit the log odds of a yes (1) by weighted maximum likelihood; parameters as in ``linear``.

    statsmodels finds the coefficients. Its own covariance is not used: ``freq_weights`` are
    counts to it, and its cluster correction depends on their sum.

    Raises
    ------
    ValueError
        If all answers are the same.
    SeparatedError
        If the columns tell every answer.
    """
    outcome = np.asarray(outcome, dtype=float)
    if len(np.unique(outcome)) < 2:
        raise ValueError("everybody gives the same answer; there are no odds to explain")
    mass = _mass(weights, len(design))
    # What separates runs off to the largest numbers; that is found out below.
    with np.errstate(over="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fitted = sm.GLM(outcome, design, family=sm.families.Binomial(), freq_weights=mass).fit()
        chance = np.asarray(fitted.fittedvalues)
    # A line with every yes on one side and every no on the other is a separation.
    if ((chance > 0.5) == (outcome > 0.5)).all():
        raise SeparatedError("the columns tell every answer; the log odds have no end")
    curvature = mass * chance * (1 - chance)
    return _sandwich(fitted.params, design, mass * (outcome - chance), curvature, clusters)


def hazards(
    outcome: np.ndarray,
    design: pd.DataFrame,
    *,
    exposure: np.ndarray,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
) -> Fit:
    """Fit the logarithm of a hazard to whether something happened in a period; see ``linear``.

    The link is the complementary log-log: coefficients are then the log hazard ratios of the
    proportional hazards model in continuous time, however long the period (Prentice & Gloeckler
    1978, Biometrics 34).

    Parameters
    ----------
    design
        As in ``linear``, with a column ``constant``.
    exposure
        Part of the period in which it could happen, per row; above 0.

    Raises
    ------
    ValueError
        If it happened to nobody or to everybody.
    SeparatedError
        If some columns tell every answer, or the likelihood has no maximum.
    """
    outcome = np.asarray(outcome, dtype=float)
    if len(np.unique(outcome)) < 2:
        raise ValueError("it happened to all rows or to none; there is no hazard to explain")
    mass = _mass(weights, len(design))
    offset = np.log(np.asarray(exposure, dtype=float))
    columns = design.to_numpy(float)
    params = np.zeros(columns.shape[1])
    params[design.columns.get_loc("constant")] = np.log(
        (mass * outcome).sum() / (mass * np.exp(offset)).sum()
    )
    # The steps of statsmodels run beyond all numbers where a few rows have large values; half steps
    # do not (Fisher scoring).
    reached = _log_likelihood(columns @ params + offset, outcome, mass)
    for _ in range(_STEPS):
        log_hazard = columns @ params + offset
        chance, steep, spread = _of_hazard(log_hazard)
        score = columns.T @ (mass * (outcome - chance) * steep / spread)
        information = columns.T @ (columns * (mass * steep**2 / spread)[:, None])
        step = np.linalg.solve(information, score)
        for _ in range(_STEPS):
            tried = _log_likelihood(columns @ (params + step) + offset, outcome, mass)
            if tried >= reached - _NO_GAIN * abs(reached):
                break
            step = step / 2
        params, gained, reached = params + step, tried - reached, tried
        if gained < _NO_GAIN * abs(reached):
            break
    if np.abs(params).max() > _ENDLESS:
        raise SeparatedError("the columns tell every answer; the log hazards have no end")
    chance, steep, spread = _of_hazard(columns @ params + offset)
    score = mass * (outcome - chance) * steep / spread
    found = pd.Series(params, index=design.columns)
    return _sandwich(found, design, score, mass * steep**2 / spread, clusters)


def _of_hazard(log_hazard: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the chance in the period, how fast it rises with the log hazard, and its variance."""
    hazard = np.exp(np.clip(log_hazard, -_FAR, _NEAR))
    chance = -np.expm1(-hazard)
    return chance, hazard * (1 - chance), chance * (1 - chance)


def _log_likelihood(log_hazard: np.ndarray, outcome: np.ndarray, mass: np.ndarray) -> float:
    # Not cut off from above: what is far too likely must count as far worse.
    hazard = np.exp(np.clip(log_hazard, -_FAR, 20 * _FAR))
    return float((mass * np.where(outcome == 1, np.log(-np.expm1(-hazard)), -hazard)).sum())


def _mass(weights: np.ndarray | None, rows: int) -> np.ndarray:
    if weights is None:
        return np.ones(rows)
    weights = np.asarray(weights, dtype=float)
    return weights / weights.mean()


def _sandwich(
    params: pd.Series,
    design: pd.DataFrame,
    residuals: np.ndarray,
    curvature: np.ndarray,
    clusters: np.ndarray | None,
) -> Fit:
    columns = design.to_numpy(float)
    bread = np.linalg.inv(columns.T @ (columns * curvature[:, None]))
    influence = (columns * residuals[:, None]) @ bread
    covariance, df = clustered(influence, clusters)
    return Fit(params, covariance, influence, df, curvature)

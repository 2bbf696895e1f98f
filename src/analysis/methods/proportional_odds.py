"""The proportional-odds model for ordered answers, with weights and organisations as clusters.

McCullagh (1980), Journal of the Royal Statistical Society B 42: the odds of a higher answer rather
than a lower one change by the same factor at every cut between answers. statsmodels'
``OrderedModel`` takes no weights and stores all cut-points but the first as logarithms of the
steps between them, so the model is fitted here, by Newton's method.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from analysis.methods.regression import Fit, clustered, logistic

_STEPS, _CLOSE, _HALVINGS = 50, 1e-9, 30


class NotFittedError(Exception):
    """The likelihood has no maximum that can be found; the message says what to look at."""


@dataclass(frozen=True)
class Ordered:
    """A fitted proportional-odds model.

    Attributes
    ----------
    fit
        Coefficients of the design: log odds of a higher answer.
    cuts
        Log odds of an answer at or below each cut where the design is zero; increasing.
    log_likelihood
        Weighted, with weights of mean 1.
    """

    fit: Fit
    cuts: np.ndarray
    log_likelihood: float


@dataclass(frozen=True)
class Proportional:
    """A test of whether the odds are proportional.

    Attributes
    ----------
    ratio
        Per column: its odds ratio at the highest cut over that at the lowest.
    ci_low, ci_high, p_value
        Of each ratio.
    statistic, df, df_denominator
        F of all of them together.
    joint_p_value
        Probability of it when the odds are proportional.
    """

    ratio: pd.Series
    ci_low: pd.Series
    ci_high: pd.Series
    p_value: pd.Series
    statistic: float
    df: int
    df_denominator: int
    joint_p_value: float


def proportional_odds(
    outcome: np.ndarray,
    design: pd.DataFrame,
    *,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    counts: bool = False,
) -> Ordered:
    """Fit the model.

    Parameters
    ----------
    outcome
        Answers 0, 1, 2, …, each given by somebody.
    design
        Columns with their names, without a constant: the cuts take its place.
    weights
        Of the survey, in any unit; None counts every row once.
    clusters
        Organisation of each row; None treats rows as independent.
    counts
        Whether weights count people in a table of frequencies. The covariance then is that of
        maximum likelihood, as in ``polr`` of R's MASS.

    Raises
    ------
    NotFittedError
        If Newton's method does not arrive.
    """
    answers = np.asarray(outcome).astype(int)
    columns = design.to_numpy(float)
    mass = np.ones(len(answers)) if weights is None else np.asarray(weights, dtype=float)
    mass = mass if counts else mass / mass.mean()
    tops = answers.max()
    totals = np.cumsum(np.bincount(answers, mass)) / mass.sum()
    start = np.concatenate([logit(totals[:tops]), np.zeros(columns.shape[1])])
    upper, lower = _rows(answers, columns, tops)
    parameters, value = start, _likelihood(start, answers, upper, lower, mass, tops)
    for _ in range(_STEPS):
        scores, hessian = _derivatives(parameters, answers, upper, lower, mass, tops)
        try:
            step = np.linalg.solve(-hessian, scores.sum(axis=0))
        except np.linalg.LinAlgError:
            raise NotFittedError("a column follows from the others; leave it out") from None
        for halving in range(_HALVINGS):
            tried = parameters + step / 2**halving
            better = _likelihood(tried, answers, upper, lower, mass, tops)
            if better >= value - _CLOSE:
                break
        parameters, value = tried, better
        if np.abs(step).max() < _CLOSE:
            break
    else:
        raise NotFittedError("no maximum after many steps; an answer may be told by a column alone")
    scores, hessian = _derivatives(parameters, answers, upper, lower, mass, tops)
    inverse = np.linalg.inv(-hessian)
    influence = scores @ inverse
    covariance, df = clustered(influence, clusters)
    if counts:
        covariance = inverse
    slopes = slice(tops, None)
    fit = Fit(
        pd.Series(parameters[slopes], index=design.columns),
        covariance[slopes, slopes],
        influence[:, slopes],
        df,
        mass * _information(parameters, answers, upper, lower, tops),
    )
    return Ordered(fit, parameters[:tops], float(value))


def compare_cuts(
    outcome: np.ndarray,
    design: pd.DataFrame,
    names: list[str],
    *,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    level: float = 0.95,
) -> Proportional:
    """Compare binary models at the lowest and the highest cut.

    As Brant (1990), Biometrics 46, with the covariance between the models from their influence
    summed per organisation, so that it holds for weights and clusters.

    Parameters
    ----------
    design
        With a constant.
    names
        Columns to compare.
    level
        Coverage of each interval.
    """
    answers = np.asarray(outcome).astype(int)
    low, high = (
        logistic(answers >= cut, design, weights=weights, clusters=clusters)
        for cut in (1, answers.max())
    )
    places = [design.columns.get_loc(name) for name in names]
    gap = (high.params - low.params)[names]
    covariance, df = clustered((high.influence - low.influence)[:, places], clusters)
    se = np.sqrt(np.diag(covariance))
    reach = stats.t.ppf((1 + level) / 2, df) * se
    wald = float(gap @ np.linalg.solve(covariance, gap))
    # Hotelling's correction: the covariance has only as many degrees of freedom as clusters.
    left = df - len(names) + 1
    statistic = wald * left / (df * len(names))
    return Proportional(
        np.exp(gap),
        np.exp(gap - reach),
        np.exp(gap + reach),
        pd.Series(2 * stats.t.sf(np.abs(gap) / se, df), index=names),
        statistic,
        len(names),
        left,
        float(stats.f.sf(statistic, len(names), left)),
    )


def _rows(answers: np.ndarray, columns: np.ndarray, tops: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the design of the cut above and of the cut below each answer."""
    above, below = np.eye(tops + 1, tops)[answers], np.eye(tops + 1, tops, k=-1)[answers]
    return np.hstack([above, -columns]), np.hstack([below, -columns])


def _ends(
    parameters: np.ndarray, answers: np.ndarray, upper: np.ndarray, lower: np.ndarray, tops: int
) -> tuple[np.ndarray, np.ndarray]:
    above = np.where(answers == tops, np.inf, upper @ parameters)
    below = np.where(answers == 0, -np.inf, lower @ parameters)
    return above, below


def _likelihood(parameters, answers, upper, lower, mass, tops) -> float:
    if (np.diff(parameters[:tops]) <= 0).any():
        return -np.inf
    above, below = _ends(parameters, answers, upper, lower, tops)
    chance = expit(above) - expit(below)
    return float(mass @ np.log(chance)) if (chance > 0).all() else -np.inf


def _slopes(parameters, answers, upper, lower, tops):
    above, below = _ends(parameters, answers, upper, lower, tops)
    top, bottom = expit(above), expit(below)
    chance = top - bottom
    first = top * (1 - top) / chance, bottom * (1 - bottom) / chance
    second = first[0] * (1 - 2 * top), first[1] * (1 - 2 * bottom)
    return first, second


def _derivatives(parameters, answers, upper, lower, mass, tops):
    """Return the score of each row, shape (rows, parameters), and the Hessian."""
    (up, down), (up2, down2) = _slopes(parameters, answers, upper, lower, tops)
    scores = mass[:, None] * (up[:, None] * upper - down[:, None] * lower)
    cross = (upper * (mass * up * down)[:, None]).T @ lower
    hessian = (
        (upper * (mass * (up2 - up**2))[:, None]).T @ upper
        - (lower * (mass * (down2 + down**2))[:, None]).T @ lower
        + cross
        + cross.T
    )
    return scores, hessian


def _information(parameters, answers, upper, lower, tops) -> np.ndarray:
    """Return how much each row tells of the linear predictor; never negative."""
    (up, down), (up2, down2) = _slopes(parameters, answers, upper, lower, tops)
    return np.maximum((up - down) ** 2 - (up2 - down2), 0.0)

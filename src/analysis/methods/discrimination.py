"""How well scores tell apart who will have an outcome and who will not: AUC and Brier score.

The area under the ROC curve is scikit-learn's; its variance, and that of a difference between two
scores for the same rows, is that of DeLong, DeLong & Clarke-Pearson (1988), by ranks as in Sun & Xu
(2014). Where an organisation has more than one row, the placements are summed per organisation
(Obuchowski 1997). With one row per organisation that is DeLong's variance exactly, and this book
prefers to test on one year for that reason. No kept library has either.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn.metrics import brier_score_loss, roc_auc_score

from analysis.methods import clusters


@dataclass(frozen=True)
class Area:
    """An area under the ROC curve, or a difference of two, with its standard error.

    Attributes
    ----------
    estimate
        From 0 to 1; a difference lies between -1 and 1.
    se
        Standard error.
    n
        Number of rows.
    """

    estimate: float
    se: float
    n: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval with normal quantiles, as pROC does; never beyond -1 and 1."""
        reach = stats.norm.ppf((1 + level) / 2) * self.se
        return max(self.estimate - reach, -1.0), min(self.estimate + reach, 1.0)

    def p_value(self, expected: float) -> float:
        """Return the two-sided p-value against an expected value; 1 where nothing varies."""
        if self.se == 0:
            return 1.0
        return float(2 * stats.norm.sf(abs(self.estimate - expected) / self.se))


def areas(
    outcome: np.ndarray, scores: np.ndarray, cluster: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the areas of scores for the same rows, and their covariance.

    Parameters
    ----------
    outcome
        Shape (rows,): 1 where the outcome came, 0 otherwise.
    scores
        Shape (rows, scores); higher means more likely.
    cluster
        Organisation of each row; each row by itself when left out.

    Returns
    -------
    tuple
        Areas, shape (scores,), and covariance, shape (scores, scores).

    Raises
    ------
    ValueError
        If fewer than two rows, or two organisations, have the outcome, or do not have it.
    """
    outcome = np.asarray(outcome).astype(bool)
    scores = np.asarray(scores, dtype=float).reshape(len(outcome), -1)
    cluster = np.arange(len(outcome)) if cluster is None else np.asarray(cluster)
    names, place = np.unique(cluster, return_inverse=True)
    cases, controls = int(outcome.sum()), int((~outcome).sum())
    if min(len(np.unique(place[outcome])), len(np.unique(place[~outcome]))) < 2:
        raise ValueError("fewer than two organisations have the outcome, or are without it")
    found = np.array([roc_auc_score(outcome, column) for column in scores.T])
    with_, without = _placements(outcome, scores)
    deviations = {True: with_ - found, False: without - found}
    sums = {}
    for side, values in deviations.items():
        rows = place[outcome] if side else place[~outcome]
        sums[side] = np.stack(
            [np.bincount(rows, column, minlength=len(names)) for column in values.T], axis=1
        )
    sides = {True: len(np.unique(place[outcome])), False: len(np.unique(place[~outcome]))}
    covariance = np.zeros((scores.shape[1],) * 2)
    for side, count in ((True, cases), (False, controls)):
        spread = sums[side].T @ sums[side]
        covariance += sides[side] / (sides[side] - 1) * spread / count**2
    both = sums[True].T @ sums[False]
    correction = len(names) / (len(names) - 1)
    covariance += correction * (both + both.T) / (cases * controls)
    return found, covariance


def _placements(outcome: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return per row with the outcome the share of the others below it, and the mirror image."""
    cases, controls = int(outcome.sum()), int((~outcome).sum())
    with_ = np.empty((cases, scores.shape[1]))
    without = np.empty((controls, scores.shape[1]))
    for column in range(scores.shape[1]):
        score = scores[:, column]
        ranks = stats.rankdata(score)
        with_[:, column] = (ranks[outcome] - stats.rankdata(score[outcome])) / controls
        without[:, column] = 1 - (ranks[~outcome] - stats.rankdata(score[~outcome])) / cases
    return with_, without


def area(outcome: np.ndarray, score: np.ndarray, cluster: np.ndarray | None = None) -> Area:
    """Return the area of one score; see ``areas``."""
    found, covariance = areas(outcome, score, cluster)
    return Area(float(found[0]), float(np.sqrt(max(covariance[0, 0], 0.0))), len(outcome))


def gain(
    outcome: np.ndarray,
    score: np.ndarray,
    baseline: np.ndarray,
    cluster: np.ndarray | None = None,
) -> Area:
    """Return how much larger the area of a score is than that of a baseline for the same rows.

    Its p-value against 0 is that of DeLong's test for two correlated areas.
    """
    found, covariance = areas(outcome, np.column_stack([score, baseline]), cluster)
    contrast = np.array([1.0, -1.0])
    variance = contrast @ covariance @ contrast
    return Area(float(found @ contrast), float(np.sqrt(max(variance, 0.0))), len(outcome))


def brier(
    outcome: np.ndarray, probability: np.ndarray, cluster: np.ndarray
) -> tuple[float, clusters.Ratio]:
    """Return the Brier score, and the same as a mean over organisations with its uncertainty.

    Brier (1950): the mean squared distance between a probability and what came. 0 is perfect.

    Parameters
    ----------
    probability
        Shape (rows,), from 0 to 1.
    cluster
        Organisation of each row.
    """
    outcome = np.asarray(outcome, dtype=float)
    probability = np.asarray(probability, dtype=float)
    score = brier_score_loss(outcome, probability)
    return float(score), clusters.mean((outcome - probability) ** 2, cluster)

"""Means, shares and ratios of people who come in clusters: organisations.

Taylor linearisation of the ratio estimator with organisations as the first-stage units, as in
Lumley (2010), Complex Surveys, chapter 2, and ``svymean`` of R's survey package. People of one
organisation resemble each other, so that treating them as independent gives intervals that are
too narrow.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

_STEP = 1e-20


@dataclass(frozen=True)
class Ratio:
    """A ratio of two totals with its uncertainty.

    Attributes
    ----------
    estimate
        Total of the numerator over that of the denominator.
    se
        Standard error.
    df
        Number of organisations less the number of strata.
    """

    estimate: float
    se: float
    df: int

    @property
    def p_value(self) -> float:
        """Two-sided p-value against zero, by the t distribution."""
        if self.se == 0:
            return float(self.estimate == 0)
        return float(2 * stats.t.sf(abs(self.estimate) / self.se, self.df))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the symmetric interval with t quantiles."""
        reach = stats.t.ppf((1 + level) / 2, self.df) * self.se
        return self.estimate - reach, self.estimate + reach

    def log_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval that is symmetric in the logarithm; both ends are positive."""
        reach = stats.t.ppf((1 + level) / 2, self.df) * self.se / self.estimate
        return self.estimate * np.exp(-reach), self.estimate * np.exp(reach)

    def logit_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of a share that is symmetric in the log odds."""
        share = self.estimate
        reach = stats.t.ppf((1 + level) / 2, self.df) * self.se / (share * (1 - share))
        centre = np.log(share / (1 - share))
        low, high = 1 / (1 + np.exp(-(centre - reach))), 1 / (1 + np.exp(-(centre + reach)))
        return float(low), float(high)


def ratio(
    numerator: np.ndarray,
    denominator: np.ndarray,
    cluster: np.ndarray,
    *,
    stratum: np.ndarray | None = None,
    population: dict | None = None,
) -> Ratio:
    """Estimate a ratio of totals.

    Parameters
    ----------
    numerator, denominator
        One value per row: for a weighted mean, weight times value and weight.
    cluster
        Organisation of each row.
    stratum
        Stratum of each row; a cluster lies in one. One stratum when left out.
    population
        Stratum → number of clusters in the population, for the finite population correction;
        the key is None where there are no strata.

    Returns
    -------
    Ratio

    Raises
    ------
    ValueError
        If a stratum has one cluster only: its variance cannot be estimated.
    """
    numerator = np.asarray(numerator, dtype=float)
    denominator = np.asarray(denominator, dtype=float)
    total = denominator.sum()
    estimate = numerator.sum() / total
    _, place = np.unique(np.asarray(cluster), return_inverse=True)
    score = np.bincount(place, (numerator - estimate * denominator) / total)
    if stratum is None:
        strata, of_cluster = [None], np.zeros(len(score), dtype=int)
    else:
        names, codes = np.unique(np.asarray(stratum), return_inverse=True)
        strata, of_cluster = list(names), np.zeros(len(score), dtype=int)
        of_cluster[place] = codes
    variance = 0.0
    for code, name in enumerate(strata):
        scores = score[of_cluster == code]
        count = len(scores)
        if count < 2:
            raise ValueError("a stratum has one organisation; join it with another")
        known = (population or {}).get(name)
        left = 1 - count / known if known else 1.0
        variance += left * count / (count - 1) * ((scores - scores.mean()) ** 2).sum()
    return Ratio(float(estimate), float(np.sqrt(max(variance, 0.0))), len(score) - len(strata))


def of_totals(function: Callable[[np.ndarray], np.ndarray], totals: np.ndarray) -> list[Ratio]:
    """Estimate smooth functions of totals, such as a rate ratio or a decomposition.

    Linearisation as in ``ratio``: the variance is that of the sum over clusters of the gradient
    times their part of the totals (Woodruff 1971). The gradient is taken by the complex step
    (Squire & Trapp 1998), which is exact to rounding.

    Parameters
    ----------
    function
        From totals, shape (totals,), to values, shape (values,); it does not change when all
        totals double. It takes complex numbers.
    totals
        The part of each cluster in each total, shape (clusters, totals).

    Returns
    -------
    list of Ratio
        One per value; the interval of a logarithm is that of ``Ratio.interval``.
    """
    totals = np.asarray(totals, dtype=float)
    whole = totals.sum(axis=0)
    steps = whole + 1j * _STEP * np.eye(len(whole))
    gradient = np.array([np.imag(function(step)) / _STEP for step in steps])
    score = totals @ gradient
    count = len(totals)
    variance = count / (count - 1) * ((score - score.mean(axis=0)) ** 2).sum(axis=0)
    return [
        Ratio(float(value), float(np.sqrt(one)), count - 1)
        for value, one in zip(np.real(function(whole.astype(complex))), variance, strict=True)
    ]


def weighted(parts: list[Ratio], weights: list[float]) -> Ratio:
    """Combine independent ratios with known weights, such as those of strata.

    Degrees of freedom after Welch and Satterthwaite.
    """
    shares = np.asarray(weights, dtype=float) / np.sum(weights)
    variances = np.array(
        [(share * part.se) ** 2 for share, part in zip(shares, parts, strict=True)]
    )
    estimate = sum(share * part.estimate for share, part in zip(shares, parts, strict=True))
    total = variances.sum()
    freedom = sum(v**2 / max(part.df, 1) for v, part in zip(variances, parts, strict=True))
    df = int(total**2 / freedom) if freedom > 0 else sum(part.df for part in parts)
    return Ratio(float(estimate), float(np.sqrt(total)), df)


def mean(
    values: np.ndarray, cluster: np.ndarray, *, weight: np.ndarray | None = None, **options
) -> Ratio:
    """Estimate a weighted mean; a share where the values are 0 and 1. See ``ratio``."""
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    return ratio(weights * values, weights, cluster, **options)


def bonferroni(comparisons: int, level: float = 0.95) -> float:
    """Return the level of one interval such that all of them hold together."""
    return 1 - (1 - level) / max(comparisons, 1)

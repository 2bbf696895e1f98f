"""Empirical Bayes: how much of a difference between organisations is more than chance.

A small organisation differs from its branch by chance alone. Its logarithm of a rate is taken as a
lasting level, drawn from a normal distribution over the organisations of its branch, plus what a
year adds: shocks that are as large for all, and the chance of finite numbers of people, whose
variance falls with size. The last two follow from how organisations differ from themselves between
years, so that no distribution of absence has to be assumed. The variance of the levels is that of
Paule & Mandel (1982, J. Res. Natl. Bur. Stand. 87), with a mean per branch. The posterior mean
draws each organisation towards its branch, more where it is less reliable (Efron & Morris 1975,
JASA 70; Morris 1983, JASA 78).
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

_STEPS = 25
#: Smallest part of the mean variance that a weight may rest on.
_LEAST = 0.05
#: A variance that is not there; organisations whose years are equal have one too.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Noise:
    """What a year adds to the logarithm of a rate.

    Attributes
    ----------
    shock
        Variance that is the same for all organisations.
    chance
        Variance times size, such as person-years.
    """

    shock: float
    chance: float

    def variance(self, size: np.ndarray) -> np.ndarray:
        """Return the variance of the mean over the years, shape (organisations,).

        Parameters
        ----------
        size
            Shape (organisations, years).
        """
        return (self.shock + self.chance / size).mean(axis=1) / size.shape[1]


@dataclass(frozen=True)
class Posterior:
    """What is known of the lasting level of organisations, seen from their branch.

    Attributes
    ----------
    deviation
        As observed: mean logarithm less that of the branch, shape (organisations,).
    mean, sd
        Of the posterior distribution, shape (organisations,).
    reliability
        Part of the variance of what is observed that lasts, shape (organisations,).
    between
        Variance of the lasting levels within a branch; 0 when chance explains all differences.
    """

    deviation: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    reliability: np.ndarray
    between: float

    def chance_below(self) -> np.ndarray:
        """Return the posterior probability that the level lies below that of the branch."""
        with np.errstate(divide="ignore", invalid="ignore"):
            standard = np.where(self.sd > 0, -self.mean / self.sd, 0.0)
        return stats.norm.cdf(standard)

    def draws(self, count: int, seed: int) -> np.ndarray:
        """Return draws of the levels, shape (draws, organisations)."""
        random = np.random.default_rng(seed)
        return self.mean + self.sd * random.standard_normal((count, len(self.mean)))


def james_stein(values: np.ndarray, variance: float) -> tuple[np.ndarray, float]:
    """Shrink values with one known variance towards their mean.

    Returns
    -------
    tuple
        The shrunken values, and the factor by which they keep their distance to the mean; not
        below 0 (the positive-part estimator). Efron & Morris (1975).
    """
    values = np.asarray(values, dtype=float)
    away = values - values.mean()
    factor = max(0.0, 1 - (len(values) - 3) * variance / (away**2).sum())
    return values.mean() + factor * away, float(factor)


def noise(logs: np.ndarray, size: np.ndarray, branch: np.ndarray) -> Noise:
    """Estimate what a year adds, from how organisations differ between their years.

    The variance within an organisation is fitted on one over its size by weighted least squares;
    the weights follow the fit, and no part is negative.

    Parameters
    ----------
    logs
        Logarithms of rates, shape (organisations, years), with two years or more.
    size
        Of the same shape.
    branch
        Shape (organisations,); what happens to a whole branch in a year is left out.
    """
    centred = logs - _means(logs, branch)
    within = centred.var(axis=1, ddof=1)
    over = (1 / size).mean(axis=1)
    # The means of a branch take up a part of the freedom of its organisations.
    count = np.bincount(branch)[branch]
    within = within * count / np.maximum(count - 1, 1)
    weight = np.ones(len(within))
    shock, chance = 0.0, 0.0
    for _ in range(_STEPS):
        design = np.column_stack([np.ones(len(over)), over]) * weight[:, None]
        shock, chance = optimize.nnls(design, within * weight)[0]
        fitted = shock + chance * over
        weight = 1 / np.maximum(fitted, max(_LEAST * fitted.mean(), 1e-12))
    return Noise(float(shock), float(chance))


def paule_mandel(values: np.ndarray, variance: np.ndarray, branch: np.ndarray) -> float:
    """Return the variance between organisations of a branch, beyond that of each value.

    It is the one with which the weighted squares around the weighted means of the branches come
    to their degrees of freedom; 0 where none is needed.
    """
    df = len(values) - len(np.unique(branch))

    def excess(between: float) -> float:
        weight = 1 / (variance + between)
        away = values - _weighted_means(values, weight, branch)
        return float((weight * away**2).sum()) - df

    if df < 1 or excess(0.0) <= 0:
        return 0.0
    most = float(np.ptp(values) ** 2) + 1e-9
    while excess(most) > 0:
        most *= 2
    return float(optimize.brentq(excess, 0.0, most, xtol=1e-12))


def posterior(values: np.ndarray, variance: np.ndarray, branch: np.ndarray) -> Posterior:
    """Return what is known of the lasting level of each organisation.

    Parameters
    ----------
    values, variance
        Observed mean logarithm and the variance of its noise, shape (organisations,).
    branch
        Number of the branch of each.
    """
    variance = np.maximum(variance, _NOTHING)
    between = paule_mandel(values, variance, branch)
    return given(values, variance, branch, between)


def given(
    values: np.ndarray, variance: np.ndarray, branch: np.ndarray, between: float
) -> Posterior:
    """Return the posterior with a known variance between organisations.

    The mean of a branch is estimated too, and its variance is part of the posterior (Morris 1983).
    """
    weight = 1 / (variance + between)
    deviation = values - _weighted_means(values, weight, branch)
    reliability = between / (between + variance)
    of_mean = 1 / np.bincount(branch, weight)[branch]
    spread = between * (1 - reliability) + (1 - reliability) ** 2 * of_mean * (between > 0)
    return Posterior(deviation, reliability * deviation, np.sqrt(spread), reliability, between)


def _means(values: np.ndarray, branch: np.ndarray) -> np.ndarray:
    """Return the mean of the branch for each organisation and year."""
    count = np.bincount(branch)
    sums = np.column_stack([np.bincount(branch, column) for column in values.T])
    return (sums / np.maximum(count, 1)[:, None])[branch]


def _weighted_means(values: np.ndarray, weight: np.ndarray, branch: np.ndarray) -> np.ndarray:
    total = np.bincount(branch, weight)
    return (np.bincount(branch, weight * values) / np.where(total > 0, total, 1.0))[branch]

"""Uncertainty by drawing whole organisations again: the cluster bootstrap.

People of one organisation resemble each other, so that organisations are drawn, with replacement,
and not people. What a model needs of the people of an organisation are often only its
cross-products; a draw is then a sum of those, and a thousand draws cost little.

Davison & Hinkley (1997), Bootstrap Methods and their Application, sections 3.8 and 5.3; Cameron,
Gelbach & Miller (2008), Rev. Econ. Stat. 90, for drawing clusters.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95
DRAWS = 1000
#: Fewer organisations than this give intervals without any meaning.
FEWEST_CLUSTERS = 12


@dataclass(frozen=True)
class Effect:
    """An estimate with its interval.

    Attributes
    ----------
    estimate, ci_low, ci_high
        In the unit of what was estimated.
    p_value
        Two-sided: the smallest level at which the bootstrap's interval leaves out zero. It is never
        below two divided by the number of draws.
    """

    estimate: float
    ci_low: float
    ci_high: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.ci_low > 0 or self.ci_high < 0

    def row(self) -> dict[str, float]:
        """Return the columns of ``Estimates``."""
        return {
            "estimate": self.estimate,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "p_value": self.p_value,
        }

    def times(self, factor: float) -> "Effect":
        """Return the effect in another unit; ``factor`` is positive."""
        return Effect(
            self.estimate * factor, self.ci_low * factor, self.ci_high * factor, self.p_value
        )


def codes(cluster: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the place of each row's organisation, and the number of organisations."""
    names, place = np.unique(np.asarray(cluster), return_inverse=True)
    return place, len(names)


def counts(clusters: int, draws: int, seed: int) -> np.ndarray:
    """Return how often each organisation is drawn, shape (draws, clusters)."""
    random = np.random.default_rng(seed)
    return random.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws).astype(float)


def cross_products(
    columns: np.ndarray, place: np.ndarray, clusters: int, weight: np.ndarray
) -> np.ndarray:
    """Return the weighted cross-products of each organisation, shape (clusters, k, k).

    Parameters
    ----------
    columns
        Shape (rows, k).
    place
        Place of each row's organisation, from 0.
    weight
        Of each row.
    """
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=clusters))
    plain, heavy = columns[order], columns[order] * weight[order, None]
    products = np.empty((clusters, columns.shape[1], columns.shape[1]))
    start = 0
    for one, end in enumerate(ends):
        products[one] = heavy[start:end].T @ plain[start:end]
        start = end
    return products


def resummed(products: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the cross-products of each draw, shape (draws, k, k)."""
    size = products.shape[1]
    return (drawn @ products.reshape(len(products), -1)).reshape(-1, size, size)


def by_percentiles(estimate: float, draws: np.ndarray) -> Effect:
    """Return an estimate with the interval between percentiles of the draws.

    Intervals that are corrected for bias and acceleration (BCa) leave out zero too often where one
    of the two paths of an indirect association is zero: of 1,000 simulations with 50 organisations
    7 % instead of 5 %, and 6 % for percentiles.
    """
    draws = draws[np.isfinite(draws)]
    # Places of order statistics that keep the level with few draws as well (Hyndman & Fan type 6).
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(draws, ends, method="weibull")
    side = min((draws <= 0).mean(), (draws >= 0).mean())
    p_value = float(np.clip(2 * side, 2 / len(draws), 1.0))
    return Effect(float(estimate), float(low), float(high), p_value)


def by_spread(estimate: float, draws: np.ndarray, df: int) -> Effect:
    """Return an estimate with the t interval from the standard deviation of the draws.

    For explained variances, which the draws inflate: a draw fits its own noise as well.
    """
    se = float(np.std(draws[np.isfinite(draws)], ddof=1))
    reach = stats.t.ppf((1 + LEVEL) / 2, df) * se
    p_value = float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 else 1.0
    return Effect(float(estimate), float(estimate - reach), float(estimate + reach), p_value)

"""Estimators for panels: what differs between clusters, and what changes within one.

Organisations differ from each other in many ways at once; an organisation also changes from year
to year. A slope over all rows mixes the two. The within-between model (Mundlak 1978,
Econometrica 46; Bell, Fairbrother & Jones 2019, Quality & Quantity 53) gives each driver a slope
for the cluster's mean and one for the deviation from it. It is fitted here by least squares with
standard errors that are robust to clusters; in a balanced panel its two slopes are exactly those
of the regression on means and of the fixed-effects regression. Random effects with the variance
components of Swamy and Arora are here to show what they would mix up.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

_NOTHING = 1e-9


@dataclass(frozen=True)
class Fit:
    """Slopes with their covariance.

    Attributes
    ----------
    slopes
        Shape (columns,).
    covariance
        Shape (columns, columns).
    df
        Degrees of freedom of the t distribution.
    """

    slopes: np.ndarray
    covariance: np.ndarray
    df: float

    @property
    def se(self) -> np.ndarray:
        """Standard errors, shape (columns,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def p_values(self) -> np.ndarray:
        """Two-sided, shape (columns,); missing for a slope that rests on nothing."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 2 * stats.t.sf(np.abs(self.slopes) / self.se, self.df)

    def interval(self, place: int, level: float = 0.95) -> tuple[float, float]:
        """Return the symmetric interval of one slope."""
        reach = stats.t.ppf((1 + level) / 2, self.df) * self.se[place]
        return float(self.slopes[place] - reach), float(self.slopes[place] + reach)

    def combination(self, weights: np.ndarray) -> tuple[float, float]:
        """Return a weighted sum of the slopes, and its standard error."""
        return float(weights @ self.slopes), float(np.sqrt(weights @ self.covariance @ weights))


@dataclass(frozen=True)
class RandomEffects:
    """A random-effects fit, and the variance it finds between and within clusters."""

    fit: Fit
    theta: np.ndarray
    between_variance: float
    within_variance: float


def means(columns: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Return the cluster's mean on each row, in the shape of ``columns``."""
    _, place = np.unique(cluster, return_inverse=True)
    count = np.bincount(place)
    if columns.ndim == 1:
        return (np.bincount(place, columns) / count)[place]
    return np.column_stack([(np.bincount(place, one) / count)[place] for one in columns.T])


def indicators(level: np.ndarray) -> np.ndarray:
    """Return a column of zeros and ones per level; together they hold the constant."""
    _, place = np.unique(level, return_inverse=True)
    return (place[:, None] == np.arange(place.max() + 1)).astype(float)


def identified(design: np.ndarray) -> np.ndarray:
    """Return which columns the others do not explain, shape (columns,); only their slopes exist."""
    size = np.sqrt((design**2).sum(axis=0))
    _, strength, rows = np.linalg.svd(design / np.where(size > 0, size, 1.0), full_matrices=False)
    kept = rows[strength > _NOTHING * strength.max()]
    return ((kept**2).sum(axis=0) > 1 - 1e-6) & (size > 0)


def clustered(
    outcome: np.ndarray,
    design: np.ndarray,
    cluster: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    lost: int = 1,
) -> Fit:
    """Fit least squares with a covariance that is robust to clusters (Liang & Zeger 1986).

    The covariance has the factors G / (G − 1) and (N − 1) / (N − K) of Stata and statsmodels.
    Columns that others explain do no harm to the others; see ``identified``.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant or its indicators.
    weights
        Of the rows, for weighted least squares.
    lost
        Degrees of freedom are the number of clusters less this.
    """
    _, place = np.unique(cluster, return_inverse=True)
    model = sm.WLS(outcome, design, weights=1.0 if weights is None else weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularMatrixWarning)
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": place})
    return Fit(np.asarray(fit.params), np.asarray(fit.cov_params()), float(place.max() + 1 - lost))


def within_between(
    outcome: np.ndarray,
    drivers: np.ndarray,
    cluster: np.ndarray,
    *,
    controls: np.ndarray,
) -> tuple[Fit, np.ndarray]:
    """Fit the within-between model.

    Parameters
    ----------
    drivers
        Shape (rows, drivers); each becomes its cluster mean and the deviation from it.
    controls
        Shape (rows, columns), with the constant or its indicators.

    Returns
    -------
    Fit
        Slopes of the means, of the deviations, and of the controls, in that order.
    numpy.ndarray
        The design.
    """
    between = means(drivers, cluster)
    design = np.column_stack([between, drivers - between, controls])
    lost = 1 + drivers.shape[1]
    return clustered(outcome, design, cluster, lost=lost), design


def fixed_effects(outcome: np.ndarray, drivers: np.ndarray, cluster: np.ndarray) -> Fit:
    """Fit slopes of deviations from the cluster's mean, with the classical covariance."""
    y, x = outcome - means(outcome, cluster), drivers - means(drivers, cluster)
    df = len(y) - len(np.unique(cluster)) - np.linalg.matrix_rank(x)
    return _classical(y, x, df)


def fixed_effects_clustered(
    outcome: np.ndarray,
    drivers: np.ndarray,
    cluster: np.ndarray,
    *,
    period: np.ndarray | None = None,
) -> tuple[Fit, np.ndarray]:
    """Fit slopes of deviations from the cluster's mean, robust to clusters.

    Parameters
    ----------
    period
        Level of each row that gets its own effect too, such as branch and year.

    Returns
    -------
    Fit
        Slopes of the drivers, then of the levels.
    numpy.ndarray
        The design, without the effects of the clusters, which are taken out.
    """
    levels = np.ones((len(outcome), 1)) if period is None else indicators(period)
    centred = levels - means(levels, cluster)
    # Indicators of years, less the clusters' means, no longer are independent of each other.
    basis, size, _ = np.linalg.svd(centred, full_matrices=False)
    design = np.column_stack(
        [
            drivers - means(drivers, cluster),
            basis[:, size > _NOTHING * len(outcome)],
            np.ones(len(outcome)),
        ]
    )
    return clustered(outcome - means(outcome, cluster), design, cluster), design


def between_effects(outcome: np.ndarray, design: np.ndarray, cluster: np.ndarray) -> Fit:
    """Fit the regression on cluster means, with the classical covariance.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant.
    """
    _, first = np.unique(cluster, return_index=True)
    y, x = means(outcome, cluster)[first], means(design, cluster)[first]
    return _classical(y, x, len(y) - np.linalg.matrix_rank(x))


def random_effects(
    outcome: np.ndarray, design: np.ndarray, cluster: np.ndarray, *, robust: bool = False
) -> RandomEffects:
    """Fit random effects with the variance components of Swamy and Arora (1972).

    statsmodels' ``MixedLM`` gives ``Group Var`` relative to the residual variance; here both
    variances are in the squared unit of the outcome.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant.
    robust
        Whether the covariance is robust to clusters instead of classical.
    """
    _, place, size = np.unique(cluster, return_inverse=True, return_counts=True)
    y, x = outcome - means(outcome, cluster), design - means(design, cluster)
    left = len(y) - len(size) - np.linalg.matrix_rank(x)
    within_variance = _squares(y, x) / left
    first = np.unique(cluster, return_index=True)[1]
    y, x = means(outcome, cluster)[first], means(design, cluster)[first]
    of_means = _squares(y, x) / (len(y) - np.linalg.matrix_rank(x))
    between_variance = max(of_means - within_variance * np.mean(1 / size), 0.0)
    theta = 1 - np.sqrt(within_variance / (size * between_variance + within_variance))
    y = outcome - theta[place] * means(outcome, cluster)
    x = design - theta[place][:, None] * means(design, cluster)
    fit = clustered(y, x, cluster) if robust else _classical(y, x, len(y) - x.shape[1])
    return RandomEffects(fit, theta, float(between_variance), float(within_variance))


def hausman(fixed: Fit, random: Fit, places: list[int]) -> float:
    """Return the chi-squared statistic of Hausman (1978) for slopes that both fits have.

    Parameters
    ----------
    places
        Places in ``random`` of the slopes of ``fixed``, in its order.
    """
    gap = fixed.slopes - random.slopes[places]
    spread = fixed.covariance - random.covariance[np.ix_(places, places)]
    return float(gap @ np.linalg.solve(spread, gap))


def explained_by_others(columns: np.ndarray) -> np.ndarray:
    """Return the share of each column's variance that the others explain, shape (columns,).

    A variance inflation factor is 1 / (1 − share).
    """
    centred = columns - columns.mean(axis=0)
    shares = []
    for place in range(columns.shape[1]):
        others, own = np.delete(centred, place, axis=1), centred[:, place]
        total = (own**2).sum()
        shares.append(1.0 if total <= _NOTHING else 1 - _squares(own, others) / total)
    return np.array(shares)


def _squares(y: np.ndarray, x: np.ndarray) -> float:
    if x.shape[1] == 0:
        return float((y**2).sum())
    return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())


def _classical(y: np.ndarray, x: np.ndarray, df: float) -> Fit:
    inverse = np.linalg.pinv(x.T @ x)
    slopes = inverse @ x.T @ y
    return Fit(slopes, inverse * ((y - x @ slopes) ** 2).sum() / df, float(df))

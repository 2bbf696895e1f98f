"""What runs through a mediator, in linear models: paths, indirect, direct and total association.

The path ``b`` is that of the mediator at equal exposure. The bivariate slope of the outcome on the
mediator is another number; ``pingouin.mediation_analysis`` prints that one in its row "Y ~ M".

MacKinnon (2008), Introduction to Statistical Mediation Analysis; Preacher & Hayes (2008), Behav.
Res. Methods 40, for the bootstrap; whole organisations are drawn. For an outcome of yes or no the
product of the paths is not the indirect association: see ``counterfactual``.
"""

from dataclasses import dataclass

import numpy as np

from analysis.methods import resampling
from analysis.methods.resampling import Effect

#: Part of a column's variance that must be left after the other columns explain what they can.
_OWN = 1e-8
_NAMES = ("a", "b", "indirect", "direct", "total", "share")


@dataclass(frozen=True)
class Paths:
    """What runs through a mediator.

    Attributes
    ----------
    a
        Exposure to mediator.
    b
        Mediator to outcome, at equal exposure.
    indirect
        ``a`` times ``b``.
    direct
        Exposure to outcome, at equal mediator.
    total
        Exposure to outcome: ``indirect`` plus ``direct``.
    share
        ``indirect`` divided by ``total``, in percent; None unless the interval of the total leaves
        out zero, as the share is without meaning then.
    n, n_organisations, df
        Rows, clusters, and clusters less one.
    """

    a: Effect
    b: Effect
    indirect: Effect
    direct: Effect
    total: Effect
    share: Effect | None
    n: int
    n_organisations: int
    df: int


def linear(
    exposure: np.ndarray,
    mediator: np.ndarray,
    outcome: np.ndarray,
    *,
    cluster: np.ndarray,
    seed: int,
    covariates: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    draws: int = resampling.DRAWS,
) -> Paths | None:
    """Estimate what runs through a mediator by two linear regressions.

    Parameters
    ----------
    exposure, mediator, outcome
        Shape (rows,), without missing values; the unit of the result is that of the outcome per
        unit of exposure.
    cluster
        Organisation of each row; intervals lie between percentiles of drawing these.
    covariates
        Shape (rows, k), without a constant. Columns that others explain do no harm.
    weight
        Of each row.

    Returns
    -------
    Paths or None
        None when there are too few organisations, or when exposure or mediator is constant or
        follows from the other columns: then the paths cannot be told apart.
    """
    size = len(exposure)
    place, clusters = resampling.codes(cluster)
    given = np.empty((size, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    if clusters < resampling.FEWEST_CLUSTERS or size <= given.shape[1] + 3:
        return None
    weights = np.ones(size) if weight is None else np.asarray(weight, dtype=float)
    columns = np.column_stack([given, exposure, mediator, outcome]).astype(float)
    columns -= np.average(columns, axis=0, weights=weights)
    scale = np.sqrt(np.average(columns**2, axis=0, weights=weights))
    if (scale[-3:] <= 0).any():
        return None
    # Columns of like size, so that "almost dependent" means the same for each.
    columns /= np.where(scale > 0, scale, 1.0)
    columns = np.column_stack([np.ones(size), columns])
    products = resampling.cross_products(columns, place, clusters, weights)
    whole = products.sum(axis=0)
    if not _can_be_told_apart(whole):
        return None
    unit = _in_units(scale[-3:])
    estimate = _paths(whole[None])[0] * unit
    drawn = _paths(resampling.resummed(products, resampling.counts(clusters, draws, seed))) * unit
    found = {
        name: resampling.by_percentiles(estimate[i], drawn[:, i]) for i, name in enumerate(_NAMES)
    }
    if not found["total"].is_clear:
        found["share"] = None
    return Paths(**found, n=size, n_organisations=clusters, df=clusters - 1)


def _can_be_told_apart(products: np.ndarray) -> bool:
    """Tell whether exposure and mediator each vary by themselves."""
    exposure = products.shape[0] - 3
    for place in (exposure, exposure + 1):
        others = products[:place, :place]
        shared = products[:place, place]
        own = products[place, place] - shared @ np.linalg.pinv(others, hermitian=True) @ shared
        if own <= _OWN * products[place, place]:
            return False
    return True


def _paths(products: np.ndarray) -> np.ndarray:
    """Return a, b, indirect, direct, total and share of each set of cross-products."""
    exposure = products.shape[1] - 3
    to_mediator = _slopes(products, exposure + 1)
    to_outcome = _slopes(products, exposure + 2)
    a, direct, b = to_mediator[:, exposure], to_outcome[:, exposure], to_outcome[:, exposure + 1]
    total = a * b + direct
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * a * b / total
    return np.column_stack([a, b, a * b, direct, total, share])


def _slopes(products: np.ndarray, place: int) -> np.ndarray:
    """Regress the column at ``place`` on those before it.

    The pseudo-inverse leaves a slope alone when other columns depend on each other, as when a draw
    misses all people of a category.
    """
    inverse = np.linalg.pinv(products[:, :place, :place], rcond=_OWN / 100, hermitian=True)
    return np.einsum("gij,gj->gi", inverse, products[:, :place, place])


def _in_units(scale: np.ndarray) -> np.ndarray:
    """Return what turns paths between standardised columns into the units of the data."""
    exposure, mediator, outcome = scale
    return np.array(
        [
            mediator / exposure,
            outcome / mediator,
            outcome / exposure,
            outcome / exposure,
            outcome / exposure,
            1.0,
        ]
    )

"""How much of an outcome groups of characteristics explain, each group by itself, and which more.

Adjusted R squared of a weighted linear regression (for yes or no: a linear probability model), from
cross-products. Organisations are drawn again for the interval of a difference; it is symmetric, as
each draw explains its own noise too, so that percentiles lie too high (Ohtani 2000, J. Econ. Lit.
38; Cohen et al. 2003, Applied Multiple Regression, section 3.5).
"""

import numpy as np

from analysis.methods import resampling
from analysis.methods.resampling import Effect


def compared(
    outcome: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    *,
    cluster: np.ndarray,
    seed: int,
    weight: np.ndarray | None = None,
    draws: int = resampling.DRAWS,
) -> dict[str, Effect] | None:
    """Compare what two groups of characteristics explain.

    Parameters
    ----------
    outcome
        Shape (rows,).
    first, second
        Shape (rows, k) each, without a constant. Columns that others explain do no harm.
    cluster
        Organisation of each row.
    weight
        Of each row.

    Returns
    -------
    dict or None
        ``first`` and ``second`` in percent of the variance, ``difference`` in percentage points;
        None with too few organisations or an outcome that does not vary.
    """
    size = len(outcome)
    place, clusters = resampling.codes(cluster)
    if clusters < resampling.FEWEST_CLUSTERS or np.ptp(outcome) == 0:
        return None
    weights = np.ones(size) if weight is None else np.asarray(weight, dtype=float)
    columns = np.column_stack([first, second, outcome]).astype(float)
    columns = columns - np.average(columns, axis=0, weights=weights)
    scale = np.sqrt(np.average(columns**2, axis=0, weights=weights))
    columns = np.column_stack([np.ones(size), columns / np.where(scale > 0, scale, 1.0)])
    products = resampling.cross_products(columns, place, clusters, weights)
    drawn = resampling.resummed(products, resampling.counts(clusters, draws, seed))
    # Weights cost precision, and so raise what chance explains (Kish).
    effective = weights.sum() ** 2 / (weights**2).sum()
    blocks = {
        "first": np.arange(1, first.shape[1] + 1),
        "second": np.arange(first.shape[1] + 1, columns.shape[1] - 1),
    }
    whole = {
        name: float(_share(products.sum(axis=0)[None], block, effective)[0])
        for name, block in blocks.items()
    }
    again = {name: _share(drawn, block, effective) for name, block in blocks.items()}
    found = {name: resampling.by_spread(whole[name], again[name], clusters - 1) for name in blocks}
    found["difference"] = resampling.by_spread(
        whole["first"] - whole["second"], again["first"] - again["second"], clusters - 1
    )
    return found


def _share(products: np.ndarray, block: np.ndarray, effective: float) -> np.ndarray:
    """Return the adjusted percentage that a block explains, for each set of cross-products."""
    rows = np.append(0, block)
    inner = products[:, rows[:, None], rows]
    right = products[:, rows, -1]
    inverse = np.linalg.pinv(inner, rcond=1e-10, hermitian=True)
    left_over = products[:, -1, -1] - np.einsum("gi,gij,gj->g", right, inverse, right)
    # The constant column holds the sum of weights and of the outcome.
    total = products[:, -1, -1] - products[:, 0, -1] ** 2 / products[:, 0, 0]
    lost = (effective - 1) / (effective - len(block) - 1)
    return 100 * (1 - lost * left_over / total)

"""Whether an association is too small to matter, which its absence of significance does not say.

Two one-sided tests (Schuirmann 1987; Lakens 2017, Social Psychological and Personality Science 8):
an association is equivalent to none when its whole interval lies within the smallest one of
interest. That limit is fixed before data are seen, here and in the register of claims.
"""

import numpy as np
from scipy import stats

#: Smallest odds ratio per standard deviation that matters to this book, and as small the other way
#: round. At an intention to leave of 20 percent it is one and a half percentage points.
SMALLEST_ODDS_RATIO = 1.10


def two_one_sided(estimate: float, se: float, df: float, limit: float) -> float:
    """Return the probability of an estimate this close to zero if it truly lay at ``limit``.

    Parameters
    ----------
    estimate, se, df
        On a scale where no association is 0, such as log odds.
    limit
        Smallest association of interest, above 0; it holds on both sides.

    Returns
    -------
    float
        The larger of both p-values: below 0.05, the association is equivalent to none.
    """
    if not limit > 0:
        raise ValueError(f"the smallest association of interest is {limit:g}; it must be above 0")
    below = stats.t.sf((estimate + limit) / se, df)
    above = stats.t.cdf((estimate - limit) / se, df)
    return float(max(below, above))


def within(low: float, high: float, limit: float = SMALLEST_ODDS_RATIO) -> bool:
    """Tell whether an interval of an odds ratio lies within the smallest one of interest."""
    return bool(np.log(low) >= -np.log(limit) and np.log(high) <= np.log(limit))

"""Several tests of one question at once: fewer false discoveries, and intervals that fit.

Benjamini & Hochberg (1995, JRSS B 57) keep the expected share of false ones among the discoveries
below a level. Benjamini & Yekutieli (2005, JASA 100) widen the intervals accordingly: an interval
that excludes zero is then a discovery, and the other way round.
"""

import numpy as np
from statsmodels.stats.multitest import multipletests

LEVEL = 0.05


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """Return p-values after Benjamini and Hochberg; below the level means discovered."""
    return multipletests(p_values, method="fdr_bh")[1]


def discovered(p_values: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Return which of the tests are discoveries at this false discovery rate."""
    return multipletests(p_values, alpha=level, method="fdr_bh")[0]


def interval_level(p_values: np.ndarray, level: float = LEVEL) -> float:
    """Return the coverage of each interval, so that it excludes zero for discoveries only.

    With R discoveries among m tests it is 1 − level · R / m; without any, that of Bonferroni.
    """
    found = max(int(discovered(p_values, level).sum()), 1)
    return 1 - level * found / len(p_values)

"""What organisations that were drawn blindly would have: the yardstick for those who took part.

As many organisations are drawn from each branch as take part, without replacement. Whatever is said
of the participants is said of each draw too, which gives what chance alone leads to and how far
that varies: a permutation within strata (Edgington & Onghena 2007, Randomization Tests). The mean
of a share over the draws is that of the hypergeometric distribution, and is computed exactly.
"""

import numpy as np

DRAWS = 4000
_ENDS = (0.025, 0.975)


def drawn(branch: np.ndarray, taking_part: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """Return the places of drawn organisations, shape (draws, participants)."""
    random = np.random.default_rng(seed)
    parts = []
    for one in np.unique(branch[taking_part]):
        places = np.flatnonzero(branch == one)
        count = int((taking_part & (branch == one)).sum())
        keys = random.random((draws, len(places)))
        parts.append(places[np.argpartition(keys, count - 1, axis=1)[:, :count]])
    return np.concatenate(parts, axis=1)


def expected(values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray) -> float:
    """Return the mean of a value over all that could have been drawn; exact."""
    means = np.bincount(branch, values) / np.maximum(np.bincount(branch), 1)
    return float(means[branch[taking_part]].mean())


def means(
    values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray, *, seed: int,
    draws: int = DRAWS,
) -> np.ndarray:  # fmt: skip
    """Return the mean of a value over the organisations of each draw, shape (draws,)."""
    return values[drawn(branch, taking_part, draws=draws, seed=seed)].mean(axis=1)


def spread(drawn_means: np.ndarray) -> tuple[float, float]:
    """Return between which means 95 % of the draws lie."""
    low, high = np.quantile(drawn_means, _ENDS, method="inverted_cdf")
    return float(low), float(high)


def p_value(found: float, middle: float, drawn_means: np.ndarray) -> float:
    """Return how often a draw lies as far from what is expected; what was found is a draw too."""
    as_far = np.abs(drawn_means - middle) >= abs(found - middle) - 1e-12
    return float((as_far.sum() + 1) / (len(drawn_means) + 1))


def standard_error(values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray) -> float:
    """Return the standard deviation of the mean over the draws; exact (Cochran 1977, ch. 5)."""
    count = np.bincount(branch, taking_part)
    size = np.bincount(branch)
    total = 0.0
    for one in np.flatnonzero(count):
        mine = values[branch == one]
        total += count[one] * (1 - count[one] / size[one]) * mine.var(ddof=1)
    return float(np.sqrt(total) / taking_part.sum())

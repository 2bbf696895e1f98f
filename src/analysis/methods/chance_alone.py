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


def spread(
    values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray, *, seed: int,
    draws: int = DRAWS,
) -> tuple[float, float]:  # fmt: skip
    """Return between which means 95 % of the draws lie."""
    means = values[drawn(branch, taking_part, draws=draws, seed=seed)].mean(axis=1)
    low, high = np.quantile(means, _ENDS, method="inverted_cdf")
    return float(low), float(high)


def p_value(
    values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray, *, seed: int,
    draws: int = DRAWS,
) -> float:  # fmt: skip
    """Return how often a draw lies as far from what is expected; the participants are a draw."""
    middle = expected(values, branch, taking_part)
    means = values[drawn(branch, taking_part, draws=draws, seed=seed)].mean(axis=1)
    away = abs(values[taking_part].mean() - middle)
    return float(((np.abs(means - middle) >= away - 1e-12).sum() + 1) / (draws + 1))


def standard_error(values: np.ndarray, branch: np.ndarray, taking_part: np.ndarray) -> float:
    """Return the standard deviation of the mean over the draws; exact (Cochran 1977, ch. 5)."""
    count = np.bincount(branch, taking_part)
    size = np.bincount(branch)
    total = 0.0
    for one in np.flatnonzero(count):
        mine = values[branch == one]
        total += count[one] * (1 - count[one] / size[one]) * mine.var(ddof=1)
    return float(np.sqrt(total) / taking_part.sum())

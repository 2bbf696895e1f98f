"""Ranks and draws within organisations: who leaves, who comes first, who goes where."""

import numpy as np


def rank(score: np.ndarray) -> np.ndarray:
    """Return ranks from 0 to 1, in the order of the scores."""
    ranks = np.empty(len(score))
    ranks[np.argsort(score, kind="stable")] = (np.arange(len(score)) + 0.5) / len(score)
    return ranks


def standardised(values: np.ndarray, branch: np.ndarray) -> np.ndarray:
    """Return deviations from the branch's mean, in SD between organisations of a branch."""
    means = np.bincount(branch, values) / np.bincount(branch)
    deviation = values - means[branch]
    sd = deviation.std()
    return deviation / sd if sd > 0 else deviation


def systematic(
    chance: np.ndarray, organisation: np.ndarray, count: int, random: np.random.Generator
) -> np.ndarray:
    """Draw people with these chances, as evenly as possible within each organisation.

    People are sorted by organisation, at random within. Each is drawn with its own chance; the
    number drawn in an organisation differs less than one from the sum of its chances (systematic
    sampling, Madow 1949).
    """
    total = np.cumsum(chance)
    sizes = np.bincount(organisation, minlength=count)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    base = np.where(starts > 0, total[np.maximum(starts, 1) - 1], 0.0)
    within = total - base[organisation] + random.random(count)[organisation]
    return np.floor(within) > np.floor(within - chance)


def top(score: np.ndarray, organisation: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Mark the ``quota`` highest scores of each organisation."""
    order = np.lexsort((-score, organisation))
    sizes = np.bincount(organisation, minlength=len(quota))
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(score)) - starts[organisation[order]]
    marked = np.zeros(len(score), dtype=bool)
    marked[order] = place < quota[organisation[order]]
    return marked


def place_movers(
    origin: np.ndarray,
    within: np.ndarray,
    slots: np.ndarray,
    branch: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Give each mover a place at another organisation, of the same branch or of another.

    Returns
    -------
    target
        Organisation of each mover.
    left
        Places that stay open, in random order.
    """
    target = np.full(len(origin), -1)
    open_ = np.ones(len(slots), dtype=bool)
    slot_branch = branch[slots]
    for code in range(branch.max() + 1):
        for same in (True, False):
            movers = np.flatnonzero((branch[origin] == code) & (within == same))
            places = np.flatnonzero(open_ & ((slot_branch == code) == same))
            chosen = random.permutation(places)[: len(movers)]
            movers = movers[: len(chosen)]
            target[movers] = slots[chosen]
            open_[chosen] = False
    # What found no place of its kind takes any.
    homeless = np.flatnonzero(target < 0)
    chosen = np.flatnonzero(open_)[: len(homeless)]
    target[homeless] = slots[chosen]
    open_[chosen] = False
    for _ in range(100):
        stuck = np.flatnonzero(target == origin)
        if not len(stuck):
            break
        # Trade with somebody who moves within the same branch.
        partner = random.integers(0, len(target), len(stuck))
        for mine, other in zip(stuck, partner, strict=True):
            if (
                target[mine] == origin[mine]
                and branch[target[other]] == branch[target[mine]]
                and target[other] != origin[mine]
                and target[mine] != origin[other]
                and (branch[origin[other]] == branch[target[other]])
            ):
                target[mine], target[other] = target[other], target[mine]
    return target.astype(np.int16), random.permutation(slots[open_])

"""How much each factor adds to what a model explains, and its place among the others.

General dominance (Budescu 1993, Psychological Bulletin 114; Azen & Budescu 2003, Psychological
Methods 8): the mean gain in explained variance when a factor joins the others, over all orders in
which they may join. It is the Shapley value of R² (Grömping 2006, Journal of Statistical Software
17), so that the parts sum to the whole. Personal characteristics take part as one block.

R² is that of the weighted linear model, also for outcomes of yes and no: it follows from sums of
squares and products alone. These are kept per organisation, so that a bootstrap that draws
organisations with replacement only adds them up again.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.results import PAIR, Absent, Estimates, absent_passes_through, estimates
from analysis.methods.survey_sample import Sample

METHOD = Text(
    nl="algemene dominantie: gemiddelde toename van de verklaarde variantie (R², gewogen lineair "
    "model) over alle volgordes; persoonskenmerken doen mee als één blok; 95%-intervallen uit "
    "een bootstrap van hele organisaties; aandelen zonder wat toeval alleen al verklaart",
    en="general dominance: mean gain in explained variance (R², weighted linear model) over all "
    "orders; personal characteristics take part as one block; 95% intervals from a bootstrap of "
    "whole organisations; shares without what chance alone explains",
)
#: Draws of the bootstrap; the ends of a percentile interval then rest on a dozen draws.
DRAWS = 500
PERSONAL = "personal"
_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Dominance:
    """General dominance of some factors for some outcomes.

    Attributes
    ----------
    factors, outcomes
        Names along the axes below.
    parts
        Shape (factors, outcomes): contribution to R², from 0 to 1.
    drawn
        Shape (draws, factors, outcomes): the same in each draw of the bootstrap.
    block, block_drawn
        Shape (outcomes,) and (draws, outcomes): contribution of the personal characteristics.
    sample
        What it rests on.
    """

    factors: tuple[str, ...]
    outcomes: tuple[str, ...]
    parts: np.ndarray
    drawn: np.ndarray
    block: np.ndarray
    block_drawn: np.ndarray
    sample: Sample


def dominance(
    sample: Sample | Absent,
    outcomes: tuple[str, ...],
    factors: tuple[str, ...],
    *,
    seed: int,
    draws: int = DRAWS,
) -> Dominance | Absent:
    """Compute general dominance with a bootstrap of organisations.

    Parameters
    ----------
    outcomes
        Columns of the outcomes or scores of the sample.
    factors
        Scales; those that the sample lacks are left out. At least two must remain.
    seed
        Of the bootstrap.
    """
    if isinstance(sample, Absent):
        return sample
    there = tuple(name for name in factors if name in sample.scores)
    explained = tuple(o for o in outcomes if o in sample.outcomes or o in sample.scores)
    if len(there) < 2 or len(explained) < len(outcomes):
        return Absent(sample.tables)
    everything = np.column_stack(
        [
            sample.scores[list(there)],
            sample.controls,
            *(
                sample.outcomes[name] if name in sample.outcomes else sample.scores[name]
                for name in outcomes
            ),
        ]
    )
    products = moments(everything, sample.organisation, sample.weights)
    random = np.random.default_rng(seed)
    count = len(products)
    times = random.multinomial(count, np.full(count, 1 / count), size=draws)
    whole = covariances(products.sum(axis=0)[None])
    drawn = covariances(np.tensordot(times.astype(float), products, axes=1))
    parts, block = shapley(whole, len(there), len(outcomes))
    parts_drawn, block_drawn = shapley(drawn, len(there), len(outcomes))
    return Dominance(there, outcomes, parts[0], parts_drawn, block[0], block_drawn, sample)


def moments(
    columns: np.ndarray, clusters: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Sum weights, weighted columns and their products per cluster.

    Returns
    -------
    numpy.ndarray
        Shape (clusters, columns + 1, columns + 1); the first row and column are of the constant.
    """
    mass = np.ones(len(columns)) if weights is None else np.asarray(weights, dtype=float)
    whole = np.column_stack([np.ones(len(columns)), columns])
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    found = np.empty((len(starts), whole.shape[1], whole.shape[1]))
    ends = np.append(starts[1:], len(order))
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        rows = order[start:end]
        own = whole[rows]
        found[place] = own.T @ (own * mass[rows, None])
    return found


def covariances(products: np.ndarray) -> np.ndarray:
    """Turn sums of products, shape (draws, columns + 1, columns + 1), into covariances."""
    total = products[:, :1, :1]
    means = products[:, :1, 1:] / total
    return products[:, 1:, 1:] / total - np.swapaxes(means, 1, 2) * means


def shapley(covariance: np.ndarray, factors: int, outcomes: int) -> tuple[np.ndarray, np.ndarray]:
    """Divide R² over factors and one block.

    Parameters
    ----------
    covariance
        Shape (draws, columns, columns): first the factors, then the columns of the block, which
        may be none, and last the outcomes.

    Returns
    -------
    tuple
        Shape (draws, factors, outcomes) and (draws, outcomes).
    """
    size = covariance.shape[1]
    own = np.r_[0:factors, size - outcomes : size]
    block = np.arange(factors, size - outcomes)
    bare = covariance[:, own][:, :, own]
    spread = np.einsum("dii->di", bare)[:, factors:]
    # With the block, factors and outcomes are what the block leaves of them.
    across = covariance[:, block][:, :, own]
    inside = np.linalg.pinv(covariance[:, block][:, :, block], hermitian=True)
    left = bare - np.swapaxes(across, 1, 2) @ inside @ across
    by_block = 1 - np.einsum("dii->di", left)[:, factors:] / spread
    subsets = 2**factors
    without, with_block = (
        np.stack([_explained(cov, factors, subset, spread) for subset in range(subsets)])
        for cov in (bare, left)
    )
    with_block = with_block + by_block
    # The block is one more player: it joins before or after.
    players = factors + 1 if len(block) else factors
    sizes = np.array([subset.bit_count() for subset in range(subsets)])
    weight = np.array([_weight(size, players) for size in range(players)])
    parts = np.zeros((len(covariance), factors, outcomes))
    for factor in range(factors):
        others = np.array([s for s in range(subsets) if not s >> factor & 1])
        joined = others | 1 << factor
        gain = np.tensordot(weight[sizes[others]], without[joined] - without[others], axes=1)
        if len(block):
            later = with_block[joined] - with_block[others]
            gain = gain + np.tensordot(weight[sizes[others] + 1], later, axes=1)
        parts[:, factor] = gain
    own_part = np.tensordot(weight[np.minimum(sizes, players - 1)], with_block - without, axes=1)
    return parts, own_part if len(block) else np.zeros_like(by_block)


def ranks(parts: np.ndarray) -> np.ndarray:
    """Return the place of each factor along the last axis but one; the largest part is first."""
    return 1.0 + np.argsort(np.argsort(-parts, axis=-2, kind="stable"), axis=-2, kind="stable")


@absent_passes_through
def places(found: Dominance, outcome: str) -> Estimates:
    """Return the place of each factor for an outcome with its interval, first place first."""
    at = found.outcomes.index(outcome)
    own, drawn = ranks(found.parts)[:, at], ranks(found.drawn)[:, :, at]
    low = np.percentile(drawn, _TAILS[0], axis=0, method="inverted_cdf")
    high = np.percentile(drawn, _TAILS[1], axis=0, method="inverted_cdf")
    rows = [
        _row(found, name, own[i], min(low[i], own[i]), max(high[i], own[i]))
        for i, name in enumerate(found.factors)
    ]
    rows.sort(key=lambda row: row["estimate"])
    return estimates(
        rows, tables=found.sample.tables, method=found.sample.told(METHOD), unit="rank"
    )


@absent_passes_through
def first_place(found: Dominance, outcome: str) -> Estimates:
    """Return the row of the factor that comes first, as term ``rank_<outcome>``."""
    first = places(found, outcome).frame.iloc[0]
    row = _row(
        found, f"rank_{outcome}", first["estimate"], first["ci_low"], first["ci_high"]
    )  # fmt: skip
    return estimates(
        [row], tables=found.sample.tables, method=found.sample.told(METHOD), unit="rank"
    )


@absent_passes_through
def shares(found: Dominance, outcome: str) -> Estimates | Absent:
    """Return the percentage of what all explain together that is each factor's, largest first.

    The block of personal characteristics comes as ``personal``. Absent when chance alone may
    explain as much.
    """
    at = found.outcomes.index(outcome)
    parts, drawn = _unbiased(
        np.append(found.parts[:, at], found.block[at]),
        np.column_stack([found.drawn[:, :, at], found.block_drawn[:, at]]),
    )
    if not parts.sum() > 0 or not (drawn.sum(axis=1) > 0).all():
        return Absent(found.sample.tables)
    share, shares_drawn = 100 * parts / parts.sum(), 100 * drawn / drawn.sum(axis=1)[:, None]
    low, high = np.percentile(shares_drawn, _TAILS, axis=0)
    rows = [
        _row(found, name, share[i], min(low[i], share[i]), max(high[i], share[i]))
        for i, name in enumerate((*found.factors, PERSONAL))
    ]
    rows.sort(key=lambda row: -row["estimate"])
    return estimates(
        rows, tables=found.sample.tables, method=found.sample.told(METHOD), unit="percent"
    )


@absent_passes_through
def explained(found: Dominance) -> Estimates:
    """Return R² of all factors and the block together, in percent, as terms ``<outcome>``."""
    whole, drawn = _unbiased(
        found.parts.sum(axis=0) + found.block, found.drawn.sum(axis=1) + found.block_drawn
    )
    whole, drawn = 100 * whole, 100 * drawn
    low, high = np.percentile(drawn, _TAILS, axis=0)
    rows = [
        _row(found, name, whole[i], min(low[i], whole[i]), max(high[i], whole[i]))
        for i, name in enumerate(found.outcomes)
    ]
    return estimates(
        rows, tables=found.sample.tables, method=found.sample.told(METHOD), unit="percent"
    )


def paired(result: Estimates | Absent, series: str) -> Estimates | Absent:
    """Return the same rows with ``.<series>`` behind each term, to set several side by side."""
    if isinstance(result, Absent):
        return result
    named = result.frame.assign(term=[f"{term}{PAIR}{series}" for term in result.frame["term"]])
    return Estimates(named, result.tables, result.method, result.behind)


def _unbiased(parts: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take off what chance alone adds to R²; a draw carries it twice.

    Every column of a model explains a little of any sample. How much, the bootstrap tells: its
    draws lie as far above the estimate as the estimate lies above the truth.
    """
    chance = drawn.mean(axis=0) - parts
    return np.maximum(parts - chance, 0.0), np.maximum(drawn - 2 * chance, 0.0)


def _row(found: Dominance, term: str, estimate: float, low: float, high: float) -> dict:
    return {
        **found.sample.about,
        "term": term,
        "estimate": float(estimate),
        "ci_low": float(low),
        "ci_high": float(high),
        "behind": behind("model fit", found.sample.cell),
    }


def _explained(covariance: np.ndarray, factors: int, subset: int, spread: np.ndarray) -> np.ndarray:
    """Return R² of a subset of factors, shape (draws, outcomes)."""
    chosen = np.array([place for place in range(factors) if subset >> place & 1], dtype=int)
    if not len(chosen):
        return np.zeros_like(spread)
    inside = covariance[:, chosen][:, :, chosen]
    across = covariance[:, chosen][:, :, factors:]
    return (across * np.linalg.solve(inside, across)).sum(axis=1) / spread


def _weight(before: int, players: int) -> float:
    """Return in which part of all orders exactly these ``before`` players came first."""
    return factorial(before) * factorial(players - before - 1) / factorial(players)

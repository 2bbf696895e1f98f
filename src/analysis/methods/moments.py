"""Means and covariances of questionnaire items, kept per organisation so that these can be redrawn.

A factor model needs no more of the data than the number of people, the means and the covariances.
Kept as sums per organisation, a bootstrap of organisations is a matter of weights, not of rows.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Moments:
    """Number of people, means and covariances of one group.

    Attributes
    ----------
    n
        Number of people.
    mean
        Shape (items,).
    covariance
        Shape (items, items), divided by ``n``: the maximum-likelihood estimate.
    """

    n: float
    mean: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class Clustered:
    """Sums of complete answers per organisation.

    Attributes
    ----------
    items
        Names of the items.
    names
        Names of the organisations, sorted.
    count
        People per organisation, shape (organisations,).
    total
        Sums of the answers, shape (organisations, items).
    product
        Sums of the cross-products, shape (organisations, items, items). Answers are taken from
        ``origin``, so that no digits are lost.
    origin
        Mean of all people, shape (items,).
    """

    items: tuple[str, ...]
    names: np.ndarray
    count: np.ndarray
    total: np.ndarray
    product: np.ndarray
    origin: np.ndarray

    @property
    def n(self) -> int:
        """Number of people with all answers."""
        return int(self.count.sum())

    @property
    def n_organisations(self) -> int:
        """Number of organisations of these people."""
        return len(self.count)

    def moments(self) -> Moments:
        """Return the moments of all people."""
        return self.samples(np.ones((1, len(self.count))))[0]

    def samples(self, weights: np.ndarray) -> list[Moments]:
        """Return the moments when each organisation counts several times, or not at all.

        Parameters
        ----------
        weights
            Shape (samples, organisations), as `redrawn` and `left_out` return.
        """
        count = weights @ self.count
        means = weights @ self.total / count[:, None]
        flat = self.product.reshape(len(self.count), -1)
        products = (weights @ flat / count[:, None]).reshape(-1, *self.product.shape[1:])
        covariances = products - means[:, :, None] * means[:, None, :]
        return [
            Moments(float(n), self.origin + mean, covariance)
            for n, mean, covariance in zip(count, means, covariances, strict=True)
        ]

    def centred(self) -> np.ndarray:
        """Return the cross-products of each organisation around the mean of all people."""
        mean = self.total.sum(axis=0) / self.n
        cross = self.total[:, :, None] * mean
        square = self.count[:, None, None] * np.outer(mean, mean)
        return self.product - cross - cross.transpose(0, 2, 1) + square

    def part(self, items: list[str]) -> "Clustered":
        """Return the sums of some of the items."""
        places = [self.items.index(item) for item in items]
        return Clustered(
            tuple(items),
            self.names,
            self.count,
            self.total[:, places],
            self.product[:, places][:, :, places],
            self.origin[places],
        )


def clustered(frame: pd.DataFrame, items: list[str], *, cluster: str) -> Clustered:
    """Sum the answers of people who answered all items, per organisation.

    Parameters
    ----------
    frame
        A row per person with the items and the column ``cluster``.
    """
    rows = frame[[cluster, *items]].dropna()
    values = rows[items].to_numpy(dtype=float)
    origin = values.mean(axis=0) if len(values) else np.zeros(len(items))
    values = values - origin
    names, place = np.unique(rows[cluster].to_numpy(), return_inverse=True)
    order = np.argsort(place, kind="stable")
    count = np.bincount(place, minlength=len(names))
    total = np.zeros((len(names), len(items)))
    product = np.zeros((len(names), len(items), len(items)))
    ends = np.cumsum(count)
    for one, (first, last) in enumerate(zip(ends - count, ends, strict=True)):
        members = values[order[first:last]]
        total[one] = members.sum(axis=0)
        product[one] = members.T @ members
    return Clustered(tuple(items), names, count.astype(float), total, product, origin)


def redrawn(organisations: int, times: int, seed: int) -> np.ndarray:
    """Return how often each organisation is in each bootstrap sample of organisations.

    Returns
    -------
    ndarray
        Shape (times, organisations); each row sums to ``organisations``.
    """
    drawn = np.random.default_rng(seed).integers(organisations, size=(times, organisations))
    places = drawn + organisations * np.arange(times)[:, None]
    counts = np.bincount(places.ravel(), minlength=times * organisations)
    return counts.reshape(times, organisations).astype(float)


def left_out(organisations: int, groups: int, seed: int) -> np.ndarray:
    """Return the weights of a delete-a-group jackknife over organisations (Kott 2001).

    Returns
    -------
    ndarray
        Shape (groups, organisations) of zeros and ones: every organisation is left out once.
    """
    random = np.random.default_rng(seed)
    of_group = random.permutation(organisations) % groups
    return (of_group[None, :] != np.arange(groups)[:, None]).astype(float)

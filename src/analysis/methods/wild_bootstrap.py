"""Wild cluster bootstrap with the hypothesis imposed: how sure a slope is with few clusters.

With a handful of clusters, errors that are robust to clusters are too small, and no formula mends
that well. Cameron, Gelbach & Miller (2008), Rev. Econ. Stat. 90, fit the model under the
hypothesis, turn the residuals of whole clusters round, and look how often that alone gives a t as
large as the one that was found; see also Roodman, MacKinnon, Nielsen & Webb (2019), Stata J. 19.
Few clusters have few patterns of signs, so all of them are tried and nothing is drawn. As a pattern
and its opposite give the same size of t, no p-value lies below two patterns.
"""

import itertools
from dataclasses import dataclass

import numpy as np

#: More clusters than this have too many patterns to try them all, and do not need it either.
MOST_CLUSTERS = 12
_SAME = 1e-9


@dataclass(frozen=True)
class Wild:
    """A test of one slope.

    Attributes
    ----------
    t
        Slope less its value under the hypothesis, over its error that is robust to clusters.
    larger, equal
        Number of patterns of signs whose t is larger in size, and as large; the pattern that was
        found is among the latter.
    patterns
        Number of all patterns.
    """

    t: float
    larger: int
    equal: int
    patterns: int

    @property
    def p_value(self) -> float:
        """Share of patterns with a t at least as large, two-sided."""
        return (self.larger + self.equal) / self.patterns

    @property
    def smallest(self) -> float:
        """Smallest p-value that any data could give with as many clusters."""
        return 2 / self.patterns


def of_slope(
    outcome: np.ndarray, design: np.ndarray, place: int, cluster: np.ndarray, *, value: float = 0.0
) -> Wild:
    """Test one slope of least squares by all patterns of signs.

    Parameters
    ----------
    outcome
        Shape (rows,).
    design
        Shape (rows, columns), with the constant. Columns that others explain do no harm to the
        others.
    place
        Column of the slope.
    cluster
        Cluster of each row.
    value
        Of the slope under the hypothesis.

    Raises
    ------
    ValueError
        With fewer than two clusters, or more than ``MOST_CLUSTERS``.
    """
    names, number = np.unique(cluster, return_inverse=True)
    count, (rows, columns) = len(names), design.shape
    if not 2 <= count <= MOST_CLUSTERS:
        raise ValueError(
            f"{count} clusters; write 2 to {MOST_CLUSTERS}, for which all patterns can be tried."
        )
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    weight = design @ inverse[:, place]
    indicator = np.eye(count)[number]
    factor = count / (count - 1) * (rows - 1) / (rows - columns)

    others = np.delete(design, place, axis=1)
    under = outcome - value * design[:, place]
    imposed = under - others @ np.linalg.lstsq(others, under, rcond=None)[0]
    of_cluster = indicator * imposed[:, None]
    left = of_cluster - design @ (inverse @ (design.T @ of_cluster))
    scores = indicator.T @ (weight[:, None] * left)

    signs = np.array(list(itertools.product((1.0, -1.0), repeat=count)))
    errors = np.sqrt(factor * ((signs @ scores.T) ** 2).sum(axis=1))
    t = np.abs(signs @ (weight @ of_cluster)) / errors
    # The first pattern turns nothing round: it is what was found.
    slope = float(weight @ outcome) - value
    equal = np.isclose(t, t[0], rtol=_SAME, atol=0)
    return Wild(
        float(np.sign(slope) * t[0]), int(((t > t[0]) & ~equal).sum()), int(equal.sum()), len(signs)
    )

"""Concentration index of a yes or no over a ladder, and which characteristics go with it.

The concentration index is twice the covariance of the outcome with the place on the ladder, over
the mean (Kakwani, Wagstaff & van Doorslaer 1997, J. Econometrics 77:87). For a yes or no its limits
depend on the mean. Erreygers' version, 4 × mean × C, measures absolute inequality and is the same,
but for its sign, for being ill and for staying well (Erreygers 2009, J. Health Econ. 28:504).
Wagstaff's version is C / (1 − mean) (Wagstaff 2005, Health Econ. 14:429).

A linear model of the outcome divides the index: each characteristic contributes its coefficient
times its own covariance with the ladder, and what no characteristic goes with is the residual
(Wagstaff, van Doorslaer & Watanabe 2003, J. Econometrics 112:207). The parts add up exactly. They
are associations: they say where inequality lies, not what would remove it.

Organisations are drawn again for intervals; people keep their place on the ladder.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import resampling
from analysis.methods.behind import behind
from analysis.methods.inequality import ridits
from analysis.methods.resampling import Effect
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.unequal_years import Years

VERSIONS = ("erreygers", "wagstaff", "plain")
WHOLE, RESIDUAL = "whole", "residual"

_INDEX = Text(
    nl="concentratie-index van de jaarlijkse kans over de ladder, in drie vormen; gewogen, "
    "95%-interval uit 1.000 trekkingen van organisaties",
    en="concentration index of the yearly chance over the ladder, in three versions; weighted, "
    "95% interval from 1,000 draws of organisations",
)
_PARTS = Text(
    nl="decompositie van de concentratie-index van Erreygers met een lineair model; de delen en de "
    "rest tellen precies op; gewogen, 95%-interval uit 1.000 trekkingen van organisaties",
    en="decomposition of Erreygers' concentration index with a linear model; the parts and the "
    "residual add up exactly; weighted, 95% interval from 1,000 draws of organisations",
)
#: Columns before the characteristics: constant, ladder, outcome.
_CONSTANT, _RANK, _OUTCOME = 0, 1, 2
_FIRST = 3


@dataclass(frozen=True)
class Parts:
    """A concentration index and its parts, and both in each draw.

    Attributes
    ----------
    names
        Of the parts: groups of characteristics, and the residual.
    values
        Parts in the order of ``names``, in units of Erreygers' index.
    draws
        Shape (draws, parts).
    years
        Of those whose characteristics are all known.
    """

    names: tuple[str, ...]
    values: np.ndarray
    draws: np.ndarray
    years: Years

    def effect(self, *names: str) -> Effect:
        """Return the sum of some parts with its interval; of all parts without names."""
        places = [self.names.index(name) for name in names or self.names]
        return resampling.by_percentiles(
            float(self.values[places].sum()), self.draws[:, places].sum(axis=1)
        )

    def share(self, *names: str) -> Effect | None:
        """Return the percentage of the index in some parts; None where the index may be zero."""
        whole = self.effect()
        if not whole.is_clear:
            return None
        places = [self.names.index(name) for name in names]
        return resampling.by_percentiles(
            100 * float(self.values[places].sum()) / whole.estimate,
            100 * self.draws[:, places].sum(axis=1) / self.draws.sum(axis=1),
        )


def versions(outcome: np.ndarray, rank: np.ndarray, mass: np.ndarray) -> dict[str, float]:
    """Return the concentration index in its three versions, without intervals.

    Parameters
    ----------
    outcome
        0 or 1, or a share of a group.
    rank
        Ridits.
    mass
        What a row counts for.
    """
    products = np.einsum(
        "i,ij,ik->jk", mass, *[np.column_stack([np.ones(len(rank)), rank, outcome])] * 2
    )
    return {name: float(value[0]) for name, value in _versions(products[None]).items()}


def _versions(products: np.ndarray) -> dict[str, np.ndarray]:
    mean = products[:, _CONSTANT, _OUTCOME] / products[:, _CONSTANT, _CONSTANT]
    plain = 2 * _covariance(products)[:, _RANK, _OUTCOME] / mean
    return {"erreygers": 4 * mean * plain, "wagstaff": plain / (1 - mean), "plain": plain}


def _covariance(products: np.ndarray) -> np.ndarray:
    """Return weighted covariances from cross-products whose first column is the constant."""
    total = products[:, :1, :1]
    means = products[:, :, :1] / total
    return products / total - means * means.transpose(0, 2, 1)


def index(years: Years | Absent, column: str, *, seed: int) -> Estimates | Absent:
    """Return the concentration index over a ladder, as ``erreygers``, ``wagstaff``, ``plain``."""
    found = None if isinstance(years, Absent) else years.known(column)
    if found is None or found.rows[column].nunique() < 2:
        return Absent(years.tables)
    products, drawn = _products(found, column, np.empty((len(found.rows), 0)), seed)
    point, draws = _versions(products.sum(axis=0)[None]), _versions(drawn)
    rows = [
        _row(found, name, resampling.by_percentiles(float(point[name][0]), draws[name]))
        for name in VERSIONS
    ]
    return estimates(rows, tables=found.tables, method=found.told(_INDEX), unit="index")


def divide(
    years: Years | Absent, column: str, factors: dict[str, tuple[str, ...]], *, seed: int
) -> Parts | Absent:
    """Divide Erreygers' index over groups of characteristics.

    A characteristic that does not differ between people goes with nothing and is left out.

    Parameters
    ----------
    factors
        Name of a group → columns; those of text count as classes.
    """
    if isinstance(years, Absent):
        return years
    columns = [name for group in factors.values() for name in group]
    known = years.known(column, *columns)
    if known is None or known.rows[column].nunique() < 2:
        return Absent(years.tables)
    design, names = [], []
    for group, members in factors.items():
        for member in members:
            values = known.rows[member]
            levels = (
                values.to_numpy(float)[:, None]
                if pd.api.types.is_numeric_dtype(values)
                else pd.get_dummies(values, drop_first=True, dtype=float).to_numpy()
            )
            levels = levels[:, np.ptp(levels, axis=0) > 0]
            spread = levels.std(axis=0)
            design.append((levels - levels.mean(axis=0)) / spread)
            names += [group] * levels.shape[1]
    matrix = np.column_stack(design)
    if not names or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return Absent(years.tables)
    products, drawn = _products(known, column, matrix, seed)
    kept = tuple(dict.fromkeys(names))
    sums = np.array([[one == name for one in names] for name in kept], dtype=float)
    return Parts(
        (*kept, RESIDUAL),
        _divided(products.sum(axis=0)[None], sums)[0],
        _divided(drawn, sums),
        known,
    )


def _divided(products: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Return the parts and the residual, shape (draws, parts)."""
    moments = _covariance(products)
    inner = moments[:, _FIRST:, _FIRST:]
    # A draw may miss a rare class: the shortest solution gives it no part.
    slopes = np.einsum(
        "dij,dj->di", np.linalg.pinv(inner, hermitian=True), moments[:, _FIRST:, _OUTCOME]
    )
    each = 8 * slopes * moments[:, _FIRST:, _RANK]
    parts = each @ sums.T
    whole = 8 * moments[:, _RANK, _OUTCOME]
    return np.column_stack([parts, whole - parts.sum(axis=1)])


def _products(
    years: Years, column: str, more: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cross-products of organisations and of draws of them."""
    rows, mass = years.rows, years.mass
    rank = ridits(rows[column].to_numpy(), mass, rows["year"].to_numpy())
    outcome = (rows["event"] / rows["exposure"]).to_numpy(float)
    place, clusters = resampling.codes(rows["organisation"].to_numpy())
    columns = np.column_stack([np.ones(len(rows)), rank, outcome, more])
    products = resampling.cross_products(columns, place, clusters, mass / mass.mean())
    drawn = resampling.counts(clusters, resampling.DRAWS, seed)
    return products, resampling.resummed(products, drawn)


def contributions(parts: Parts | Absent) -> Estimates | Absent:
    """Return the parts by their size, then the residual and the ``whole``."""
    if isinstance(parts, Absent):
        return parts
    order = np.argsort(-np.abs(parts.values[:-1]), kind="stable")
    found = [(parts.names[place], parts.effect(parts.names[place])) for place in order]
    found += [(RESIDUAL, parts.effect(RESIDUAL)), (WHOLE, parts.effect())]
    return _told(parts, found, unit="index")


def share_of(parts: Parts | Absent, term: str, *names: str) -> Estimates | Absent:
    """Return the percentage of the index in some parts, as one term; Absent if it may be zero."""
    if isinstance(parts, Absent):
        return parts
    found = parts.share(*[name for name in names if name in parts.names])
    if found is None:
        return Absent(parts.years.tables)
    return _told(parts, [(term, found)], unit="percent")


def _told(parts: Parts, found: list[tuple[str, Effect]], *, unit: str) -> Estimates:
    years = parts.years
    rows = [_row(years, term, effect) for term, effect in found]
    return estimates(rows, tables=years.tables, method=years.told(_PARTS), unit=unit)


def _row(years: Years, term: str, effect: Effect) -> dict:
    return {**years.about, "term": term, **effect.row(), "behind": behind("model fit", years.cell)}

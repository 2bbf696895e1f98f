"""Structural equation models by maximum likelihood, for one or several groups.

A model is written in the reticular action form of McArdle and McDonald (1984, British Journal of
Mathematical and Statistical Psychology 37): paths A, (co)variances S and intercepts m of observed
and latent variables. It implies the covariances F (I - A)^-1 S (I - A)^-T F' and the means
F (I - A)^-1 m of the observed ones. Estimation minimises the normal-theory discrepancy of Jöreskog
(1971, Psychometrika 36) summed over groups, by trust-region Fisher scoring with analytic first
derivatives. Standard errors follow from the expected information. Own code, because no maintained
Python package fits several groups with equal parameters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import linalg, optimize

from analysis.methods.moments import Moments

Kind = Literal["path", "covariance", "mean"]


class NotIdentifiedError(ValueError):
    """The data do not determine the parameters, or the search did not find them."""


@dataclass(frozen=True)
class Entry:
    """One cell of the matrices of a group.

    Attributes
    ----------
    kind
        ``path`` (arrow from ``source`` to ``target``), ``covariance`` (of the two; a variance when
        they are one) or ``mean`` (intercept of ``target``).
    target, source
        Variables; a mean has no source.
    value
        Fixed value, or where the search starts.
    name
        Name of the free parameter; entries with one name are equal. None for a fixed value.
    """

    kind: Kind
    target: str
    source: str = ""
    value: float = 0.0
    name: str | None = None


@dataclass(frozen=True)
class Model:
    """Variables, and the entries of each group; a cell without an entry is zero.

    Attributes
    ----------
    observed
        Names in the order of the moments.
    latent
        Names of the latent variables.
    groups
        Entries per group.
    """

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    groups: tuple[tuple[Entry, ...], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters, in the order of their first entry."""
        return tuple(dict.fromkeys(one.name for group in self.groups for one in group if one.name))

    @property
    def degrees_of_freedom(self) -> int:
        """Number of moments less the number of free parameters."""
        p = len(self.observed)
        return len(self.groups) * (p * (p + 1) // 2 + p) - len(self.names)

    def starts(self) -> np.ndarray:
        """Return the value of each free parameter where the search starts."""
        values = {one.name: one.value for group in reversed(self.groups) for one in group}
        return np.array([values[name] for name in self.names])

    def started_at(self, values: dict[str, float]) -> "Model":
        """Return the model that starts at these values of its parameters."""
        return replace(
            self,
            groups=tuple(
                tuple(replace(one, value=values.get(one.name, one.value)) for one in group)
                for group in self.groups
            ),
        )


class _Group:
    """The matrices of a group as functions of the parameters."""

    def __init__(self, model: Model, entries: tuple[Entry, ...]) -> None:
        place = {name: i for i, name in enumerate((*model.observed, *model.latent))}
        number = {name: i for i, name in enumerate(model.names)}
        size = len(place)
        self.observed = len(model.observed)
        self._fixed = [np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)]
        self._free: dict[Kind, tuple[list[int], list[int], list[int]]] = {
            "path": ([], [], []), "covariance": ([], [], []), "mean": ([], [], []),
        }  # fmt: skip
        for one in entries:
            row, column = place[one.target], place[one.source] if one.source else 0
            if one.name is not None:
                for held, value in zip(
                    self._free[one.kind], (row, column, number[one.name]), strict=True
                ):
                    held.append(value)
            elif one.kind == "mean":
                self._fixed[2][row] = one.value
            else:
                matrix = self._fixed[0 if one.kind == "path" else 1]
                matrix[row, column] = one.value
                if one.kind == "covariance":
                    matrix[column, row] = one.value
        self._count = len(number)

    def implied(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return (I - A)^-1, its observed rows times S and its transpose, mean and covariance."""
        paths, covariances, means = (matrix.copy() for matrix in self._fixed)
        rows, columns, numbers = self._free["path"]
        paths[rows, columns] = values[numbers]
        rows, columns, numbers = self._free["covariance"]
        covariances[rows, columns] = covariances[columns, rows] = values[numbers]
        rows, _, numbers = self._free["mean"]
        means[rows] = values[numbers]
        total = np.linalg.inv(np.eye(len(paths)) - paths)
        whole = total @ covariances @ total.T
        centre = total @ means
        seen = slice(0, self.observed)
        return total[seen], whole[seen], centre, whole[seen, seen]

    def jacobian(
        self, root: np.ndarray, total: np.ndarray, cross: np.ndarray, centre: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the derivatives of covariances and means after whitening by ``root``.

        Parameters
        ----------
        root
            Inverse of the lower Cholesky factor of the implied covariances.

        Returns
        -------
        tuple of ndarray
            Shapes (parameters, items, items) and (parameters, items).
        """
        reach = (root @ total).T
        cross = (root @ cross).T
        p = self.observed
        of_covariance = np.zeros((self._count, p, p))
        of_mean = np.zeros((self._count, p))
        rows, columns, numbers = self._free["path"]
        half = reach[rows][:, :, None] * cross[columns][:, None, :]
        np.add.at(of_covariance, numbers, half + half.transpose(0, 2, 1))
        np.add.at(of_mean, numbers, reach[rows] * centre[columns][:, None])
        rows, columns, numbers = self._free["covariance"]
        half = reach[rows][:, :, None] * reach[columns][:, None, :]
        share = np.where(np.equal(rows, columns), 0.5, 1.0)[:, None, None]
        np.add.at(of_covariance, numbers, share * (half + half.transpose(0, 2, 1)))
        rows, _, numbers = self._free["mean"]
        np.add.at(of_mean, numbers, reach[rows])
        return of_covariance, of_mean


@dataclass(frozen=True)
class Evaluation:
    """The discrepancy at some parameter values.

    Attributes
    ----------
    discrepancy
        Minimised function; times the number of people it is the chi-square.
    gradient
        Its first derivatives, shape (parameters,).
    information
        Expected information per person, shape (parameters, parameters).
    """

    discrepancy: float
    gradient: np.ndarray
    information: np.ndarray


class Problem:
    """A model together with the moments of its groups."""

    def __init__(self, model: Model, moments: list[Moments]) -> None:
        if len(moments) != len(model.groups):
            raise ValueError(f"{len(model.groups)} groups in the model, {len(moments)} of moments")
        self.model = model
        self._groups = [_Group(model, entries) for entries in model.groups]
        self._moments = moments
        self.n = sum(one.n for one in moments)
        self._log = []
        for one in moments:
            sign, log = np.linalg.slogdet(one.covariance)
            if sign <= 0 or not np.isfinite(log):
                raise NotIdentifiedError("items are constant or follow from each other")
            self._log.append(log)
        self._last: tuple[bytes, Evaluation] | None = None

    def at(self, values: np.ndarray) -> Evaluation | None:
        """Evaluate; None where the implied covariances are not positive definite."""
        key = np.asarray(values).tobytes()
        if self._last is None or self._last[0] != key:
            found = self._evaluate(values)
            if found is None:
                return None
            self._last = (key, found)
        return self._last[1]

    def _evaluate(self, values: np.ndarray) -> Evaluation | None:
        k = len(values)
        discrepancy, gradient, information = 0.0, np.zeros(k), np.zeros((k, k))
        for group, given, log in zip(self._groups, self._moments, self._log, strict=True):
            try:
                total, cross, centre, covariance = group.implied(values)
                lower = np.linalg.cholesky(covariance)
            except np.linalg.LinAlgError:
                return None
            p = len(lower)
            root = linalg.solve_triangular(lower, np.eye(p), lower=True)
            off = root @ (given.mean - centre[:p])
            ratio = root @ given.covariance @ root.T + np.outer(off, off)
            share = given.n / self.n
            discrepancy += share * (2 * np.log(np.diag(lower)).sum() - log + np.trace(ratio) - p)
            slopes, shifts = group.jacobian(root, total, cross, centre)
            flat = slopes.reshape(k, -1)
            gradient += share * (-flat @ (ratio - np.eye(p)).ravel() - 2 * shifts @ off)
            information += share * (0.5 * flat @ flat.T + shifts @ shifts.T)
        return Evaluation(float(discrepancy), gradient, information)


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model, moments
        What was fitted to what.
    values
        Estimates in the order of ``model.names``.
    covariance
        Of the estimates, from the expected information; it takes people as independent.
    discrepancy
        Minimum of the function.
    """

    model: Model
    moments: tuple[Moments, ...]
    values: np.ndarray
    covariance: np.ndarray
    discrepancy: float

    @property
    def n(self) -> float:
        """Number of people in all groups."""
        return sum(one.n for one in self.moments)

    @property
    def estimates(self) -> dict[str, float]:
        """Parameters by name."""
        return dict(zip(self.model.names, self.values.tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors by name."""
        errors = np.sqrt(np.diag(self.covariance))
        return dict(zip(self.model.names, errors.tolist(), strict=True))


#: The search stops when no derivative of the discrepancy is larger.
_GRADIENT = 1e-7
#: Scoring converges in about ten steps; a search this long goes nowhere.
_STEPS = 300


def fit(model: Model, moments: Iterable[Moments]) -> Fit:
    """Fit a model by maximum likelihood.

    Parameters
    ----------
    model
        What is fixed, free and equal.
    moments
        One per group, in the order of the model's groups.

    Raises
    ------
    NotIdentifiedError
        If the items are linearly dependent, a parameter is not identified, or the search did not
        converge.
    """
    moments = tuple(moments)
    problem = Problem(model, list(moments))
    if problem.at(model.starts()) is None:
        raise NotIdentifiedError("the values where the search starts imply no covariances")

    def discrepancy(values: np.ndarray) -> float:
        found = problem.at(values)
        return np.inf if found is None else found.discrepancy

    done = optimize.minimize(
        discrepancy,
        model.starts(),
        jac=lambda values: problem.at(values).gradient,
        hess=lambda values: 2 * problem.at(values).information,
        method="trust-exact",
        options={"gtol": _GRADIENT, "maxiter": _STEPS, "initial_trust_radius": 1.0,
                 "max_trust_radius": 100.0},
    )  # fmt: skip
    found = problem.at(done.x)
    if found is None or np.abs(found.gradient).max() > 100 * _GRADIENT:
        raise NotIdentifiedError(f"no minimum was found in {done.nit} steps")
    return Fit(model, moments, done.x, _inverse(problem.n * found.information), found.discrepancy)


def implied_covariance(fitted: Fit) -> np.ndarray:
    """Return the covariances of the items that a fitted model of one group implies."""
    (entries,) = fitted.model.groups
    return _Group(fitted.model, entries).implied(fitted.values)[-1]


def one_step(fitted: Fit, samples: list[Moments]) -> np.ndarray:
    """Return the estimates after one step of Fisher scoring towards other moments.

    For bootstrap samples of a model of one group: one step from the estimates has the same
    first-order distribution as the whole search (Andrews 2002, Econometrica 70).

    Returns
    -------
    ndarray
        Shape (samples, parameters).
    """
    (entries,) = fitted.model.groups
    total, cross, centre, covariance = _Group(fitted.model, entries).implied(fitted.values)
    p = len(covariance)
    root = linalg.solve_triangular(np.linalg.cholesky(covariance), np.eye(p), lower=True)
    slopes, shifts = _Group(fitted.model, entries).jacobian(root, total, cross, centre)
    flat = slopes.reshape(len(slopes), -1)
    off = (np.stack([one.mean for one in samples]) - centre[:p]) @ root.T
    ratio = root @ np.stack([one.covariance for one in samples]) @ root.T
    ratio = ratio + off[:, :, None] * off[:, None, :] - np.eye(p)
    gradient = -ratio.reshape(len(samples), -1) @ flat.T - 2 * off @ shifts.T
    information = 0.5 * flat @ flat.T + shifts @ shifts.T
    return fitted.values - 0.5 * linalg.solve(information, gradient.T, assume_a="pos").T


def score_test(problem: Problem, values: np.ndarray, equal: np.ndarray) -> float:
    """Return how much the chi-square falls, to first order, when constraints are dropped.

    The score test, in this field called modification index.

    Parameters
    ----------
    problem
        A model with parameters apart that the models compared hold equal.
    values
        Its parameters at the estimates of the model with all constraints.
    equal
        Shape (parameters, parameters of the model without the constraint): one where a parameter
        is one of those that the model holds equal.

    Raises
    ------
    NotIdentifiedError
        If the model without the constraint is not identified.
    """
    found = problem.at(values)
    gradient = equal.T @ found.gradient
    information = equal.T @ found.information @ equal
    try:
        step = linalg.solve(information, gradient, assume_a="pos")
    except linalg.LinAlgError:
        raise NotIdentifiedError("the parameter that was held equal is not identified") from None
    return float(problem.n / 4 * gradient @ step)


def _inverse(information: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        raise NotIdentifiedError("a parameter does not change what the model implies")
    scaled = information / np.outer(scale, scale)
    if np.linalg.cond(scaled) > 1e12:
        raise NotIdentifiedError("parameters cannot be told apart")
    return np.linalg.inv(scaled) / np.outer(scale, scale)

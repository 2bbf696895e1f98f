"""What runs through a mediator to an outcome of yes or no, on the scale of probabilities.

For such an outcome the product of the paths is not the indirect association: probabilities do not
add up along log odds. Counterfactual mediation compares expected probabilities instead, with the
mediator as it is expected at one exposure and the exposure itself at another.

Imai, Keele & Tingley (2010), Psychol. Methods 15:309; Tingley et al. (2014), J. Stat. Softw. 59(5).
The mediator is linear with normal errors, the outcome logit or probit. The expectation over the
mediator is computed by Gauss-Hermite quadrature, not by simulation. Organisations are drawn for the
intervals; a draw starts from the estimate of all rows.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special

from analysis.methods import resampling
from analysis.methods.progress import follow
from analysis.methods.resampling import Effect

Link = Literal["logit", "probit"]
DRAWS = 300
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(25)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()
_STEPS, _CLOSE_ENOUGH, _CLOSE_ENOUGH_FOR_A_DRAW = 40, 1e-8, 1e-5
#: Part of the draws that must have an end; the rest would be a selection of the draws.
_FOUND = 0.9
#: Points of the line on which people are gathered.
_POINTS = 800
_NAMES = (
    "a", "b", "per_mediator", "indirect_at_control", "indirect_at_treated", "direct_at_control",
    "direct_at_treated", "indirect", "direct", "total", "share",
)  # fmt: skip


@dataclass(frozen=True)
class Mediated:
    """What runs through a mediator to an outcome of yes or no.

    Attributes
    ----------
    a
        Exposure to mediator: slope.
    b
        Mediator to outcome, at equal exposure: log odds (logit) or probit per unit.
    per_mediator
        Difference in probability per unit of the mediator, at control.
    indirect_at_control, indirect_at_treated
        Difference in probability when the mediator changes as it does with the exposure, and the
        exposure itself stays at control or treated (ACME).
    direct_at_control, direct_at_treated
        Difference in probability when the exposure changes and the mediator stays as it is expected
        at control or treated (ADE).
    indirect, direct
        Means of the two.
    total
        Their sum.
    share
        ``indirect`` divided by ``total``, in percent; None unless the interval of the total leaves
        out zero.
    n, n_organisations, df
        Rows, clusters, and clusters less one.
    fitted
        Fitted probability of each row; never leaves the place where the data are.
    """

    a: Effect
    b: Effect
    per_mediator: Effect
    indirect_at_control: Effect
    indirect_at_treated: Effect
    direct_at_control: Effect
    direct_at_treated: Effect
    indirect: Effect
    direct: Effect
    total: Effect
    share: Effect | None
    n: int
    n_organisations: int
    df: int
    fitted: np.ndarray


def mediated(
    exposure: np.ndarray,
    mediator: np.ndarray,
    outcome: np.ndarray,
    *,
    cluster: np.ndarray,
    seed: int,
    covariates: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    link: Link = "logit",
    control: float = 0.0,
    treated: float = 1.0,
    draws: int = DRAWS,
) -> Mediated | None:
    """Estimate what runs through a mediator to an outcome of yes or no.

    Parameters
    ----------
    exposure, mediator
        Shape (rows,), without missing values.
    outcome
        Shape (rows,); 0 and 1.
    cluster
        Organisation of each row.
    covariates
        Shape (rows, k), without a constant.
    weight
        Of each row.
    control, treated
        The two values of the exposure that are compared.

    Returns
    -------
    Mediated or None
        None when there are too few organisations, when the outcome does not vary, when exposure or
        mediator follows from the other columns, or when the outcome is separated by them, here or
        in more than a few of the draws.
    """
    found = several(
        np.asarray(exposure, dtype=float)[:, None], mediator, outcome, cluster=cluster, seed=seed,
        covariates=covariates, weight=weight, link=link, control=control, treated=treated,
        draws=draws,
    )  # fmt: skip
    return None if found is None else found[0]


def several(
    exposures: np.ndarray,
    mediator: np.ndarray,
    outcome: np.ndarray,
    *,
    cluster: np.ndarray,
    seed: int,
    covariates: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    link: Link = "logit",
    control: float = 0.0,
    treated: float = 1.0,
    draws: int = DRAWS,
) -> list[Mediated] | None:
    """Estimate the same for several exposures in one model, each at equal others.

    Parameters
    ----------
    exposures
        Shape (rows, number of exposures); the other parameters are those of ``mediated``.

    Returns
    -------
    list of Mediated or None
        In the order of the exposures; None when one of them cannot be told from the rest, or when
        more than a tenth of the draws cannot be fitted.
    """
    size, count = exposures.shape
    place, clusters = resampling.codes(cluster)
    given = np.empty((size, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    if clusters < resampling.FEWEST_CLUSTERS or size <= given.shape[1] + count + 2:
        return None
    weights = np.ones(size) if weight is None else np.asarray(weight, dtype=float)
    weights = weights * size / weights.sum()
    # Constant and covariates, exposures, mediator: the order that the rest counts on.
    design = np.column_stack([np.ones(size), given, exposures, mediator]).astype(float)
    kept = independent(design)
    if not kept[-count - 1 :].all() or len(np.unique(outcome)) < 2:
        return None
    design, answers = design[:, kept], np.asarray(outcome, dtype=float)
    model = _Model(design, answers, weights, link, control, treated)
    slopes = model.slopes()
    if slopes is None:
        return None
    curvature = _score(design @ slopes, answers, link)[1]
    plain = resampling.cross_products(design, place, clusters, weights)
    curved = resampling.cross_products(design, place, clusters, weights * curvature)
    columns = range(design.shape[1] - count - 1, design.shape[1] - 1)
    estimates = [model.effects(weights, slopes, plain.sum(axis=0), at) for at in columns]
    drawn = np.full((draws, count, len(_NAMES)), np.nan)
    times = resampling.counts(clusters, draws, seed)
    products = resampling.resummed(plain, times)
    inverses = np.linalg.pinv(resampling.resummed(curved, times), hermitian=True)
    for one in follow(range(draws), "organisations drawn again"):
        heavy = weights * times[one][place]
        near = model.slopes_near(slopes, heavy, inverses[one])
        if near is None:
            near = replace(model, weights=heavy).slopes()
        if near is not None:
            drawn[one] = [model.effects(heavy, near, products[one], at) for at in columns]
    # Percentiles of the draws that happened to have an end say too little of how uncertain it is.
    if np.isfinite(drawn[:, :, :-1]).all(axis=(1, 2)).mean() < _FOUND:
        return None
    fitted = _probability(design @ slopes, link)
    return [_assembled(estimates[i], drawn[:, i], size, clusters, fitted) for i in range(count)]


def _assembled(
    estimate: np.ndarray, drawn: np.ndarray, size: int, clusters: int, fitted: np.ndarray
) -> Mediated:
    effects = {
        name: resampling.by_percentiles(estimate[i], drawn[:, i]) for i, name in enumerate(_NAMES)
    }
    if not effects["total"].is_clear:
        effects["share"] = None
    return Mediated(**effects, n=size, n_organisations=clusters, df=clusters - 1, fitted=fitted)


def independent(design: np.ndarray) -> np.ndarray:
    """Tell which columns to keep, so that none follows from the others.

    Exposure and mediator stand last and are the first to be left out: what the other columns
    explain is not theirs.
    """
    scale = np.sqrt((design**2).mean(axis=0))
    triangle = np.linalg.qr(design / np.where(scale > 0, scale, 1.0), mode="r")
    kept = np.zeros(design.shape[1], dtype=bool)
    basis = np.empty((triangle.shape[0], 0))
    for place in range(design.shape[1]):
        left = triangle[:, place] - basis @ (basis.T @ triangle[:, place])
        own, whole = np.linalg.norm(left), np.linalg.norm(triangle[:, place])
        if whole > 0 and own > 1e-6 * whole:
            kept[place] = True
            basis = np.column_stack([basis, left / own])
    return kept


@dataclass(frozen=True)
class _Model:
    """The two regressions and the effects that follow from them."""

    design: np.ndarray
    outcome: np.ndarray
    weights: np.ndarray
    link: Link
    control: float
    treated: float

    def slopes(self) -> np.ndarray | None:
        """Fit the outcome by Newton's method (Fisher scoring for a probit); None without end."""
        share = np.average(self.outcome, weights=self.weights)
        if not 0 < share < 1:
            return None
        slopes = np.zeros(self.design.shape[1])
        slopes[0] = special.logit(share) if self.link == "logit" else special.ndtri(share)
        for _ in range(_STEPS):
            score, curvature = _score(self.design @ slopes, self.outcome, self.link)
            information = (self.design * (self.weights * curvature)[:, None]).T @ self.design
            step = _solved(information, self.design.T @ (self.weights * score))
            slopes = slopes + step
            if np.abs(step).max() < _CLOSE_ENOUGH:
                return slopes
        return None

    def slopes_near(
        self, slopes: np.ndarray, weights: np.ndarray, inverse: np.ndarray
    ) -> np.ndarray | None:
        """Fit a draw from the slopes of all rows, with the inverse of its information at those.

        The information changes so little over a draw that computing it anew each step would cost
        more than the few extra steps.
        """
        for _ in range(_STEPS):
            score, _ = _score(self.design @ slopes, self.outcome, self.link)
            step = inverse @ (self.design.T @ (weights * score))
            slopes = slopes + step
            if np.abs(step).max() < _CLOSE_ENOUGH_FOR_A_DRAW:
                return slopes
        return None

    def effects(
        self, weights: np.ndarray, slopes: np.ndarray, products: np.ndarray, exposure: int
    ) -> np.ndarray:
        """Return the effects, in the order of their names.

        Parameters
        ----------
        products
            Weighted cross-products of the design.
        exposure
            Column of the exposure.
        """
        explains = products[:-1, :-1]
        to_mediator = _solved(explains, products[:-1, -1])
        rest = products[-1, -1] - to_mediator @ products[:-1, -1]
        spread = np.sqrt(rest / (weights.sum() - len(explains)))
        b, direct, a = slopes[-1], slopes[exposure], to_mediator[exposure]
        through = slopes[:-1] + b * to_mediator
        through[exposure] = 0.0
        places, share_at = _gathered(self.design[:, :-1] @ through, weights)

        def mean(at_exposure: float, at_mediator: float, more: float = 0.0) -> float:
            shifted = places + direct * at_exposure + b * (a * at_mediator + more)
            return float(share_at @ _expected(shifted, abs(b) * spread, self.link))

        low, high = self.control, self.treated
        p00, p01, p10, p11 = mean(low, low), mean(low, high), mean(high, low), mean(high, high)
        indirect, direct_part = (p01 - p00 + p11 - p10) / 2, (p10 - p00 + p11 - p01) / 2
        total = p11 - p00
        share = 100 * indirect / total if total else np.nan
        return np.array(
            [
                a, b, mean(low, low, 1.0) - p00, p01 - p00, p11 - p10, p10 - p00, p11 - p01,
                indirect, direct_part, total, share,
            ]
        )  # fmt: skip


def _solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve; the pseudo-inverse is for a draw that misses all people of a category."""
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return np.linalg.pinv(matrix, hermitian=True) @ right


def _gathered(predictor: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gather many people on points of a line, so that a curve is computed at the points only.

    Everybody is divided over the two points beside them; the mean of a curve is then that of
    straight lines between the points, with an error of some 1e-6.
    """
    if len(predictor) <= _POINTS:
        return predictor, weights / weights.sum()
    start, step = predictor.min(), np.ptp(predictor) / (_POINTS - 1)
    if step == 0:
        return predictor[:1], np.ones(1)
    distance = (predictor - start) / step
    left = np.minimum(distance.astype(int), _POINTS - 2)
    beyond = weights * (distance - left)
    share = np.bincount(left, weights - beyond, _POINTS)
    share += np.bincount(left + 1, beyond, _POINTS)
    return start + step * np.arange(_POINTS), share / weights.sum()


def _expected(predictor: np.ndarray, spread: float, link: Link) -> np.ndarray:
    """Return the expected probability when the predictor is normal with this mean and spread."""
    if link == "probit":
        return special.ndtr(predictor / np.sqrt(1 + spread**2))
    return special.expit(predictor[:, None] + spread * _NODES) @ _NODE_WEIGHTS


def _probability(predictor: np.ndarray, link: Link) -> np.ndarray:
    return special.expit(predictor) if link == "logit" else special.ndtr(predictor)


def _score(predictor: np.ndarray, outcome: np.ndarray, link: Link) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivative of the log likelihood in the predictor, and its information."""
    share = _probability(predictor, link)
    if link == "logit":
        return outcome - share, share * (1 - share)
    density = np.exp(-(predictor**2) / 2) / np.sqrt(2 * np.pi)
    certain = np.maximum(share * (1 - share), 1e-12)
    return density * (outcome - share) / certain, density**2 / certain

"""How far organisations differ: variance between them, as a share, and as a median odds ratio.

Random-intercept logit by maximum likelihood with adaptive Gauss-Hermite quadrature (Pinheiro &
Bates 1995, J. Comput. Graph. Stat. 4:12), the variance's interval by profile likelihood. The share
of variance between organisations is on the scale of log odds (VPC; Goldstein, Browne & Rasbash
2002), with pi squared / 3 for people. The median odds ratio compares two people who are alike, of
two organisations drawn at random, the one with the higher odds with the other (Merlo et al. 2006,
J. Epidemiol. Community Health 60:290; Larsen & Merlo 2005). For scores, the intraclass correlation
by restricted maximum likelihood.

``BinomialBayesMixedGLM.fit_vb`` of statsmodels is variational and gives another variance; the
``Group Var`` of its ``MixedLM`` is relative to the residual variance.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from analysis.methods import resampling
from analysis.methods.resampling import LEVEL

_PEOPLE = np.pi**2 / 3
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(25)
_LOG_NODE_WEIGHTS = np.log(_NODE_WEIGHTS) + _NODES**2 / 2
_NEWTON_STEPS = 25
#: Beyond this standard deviation of log odds no search for an end of an interval goes.
_WIDEST = 10.0
#: Upper quantile of the normal distribution that halves its upper half.
_MEDIAN = stats.norm.ppf(0.75)


@dataclass(frozen=True)
class Between:
    """Variance between organisations, with its interval.

    Attributes
    ----------
    slopes
        Of the columns of the design.
    variance, ci_low, ci_high
        Variance between organisations; the low end is 0 where no variance fits too.
    p_value
        Of no variance at all, by the likelihood ratio; half, as a variance is not negative.
    n, n_organisations, df
        People, organisations, and organisations less one.
    residual
        Variance within organisations; of the standard logistic distribution for yes or no.
    """

    slopes: np.ndarray
    variance: float
    ci_low: float
    ci_high: float
    p_value: float
    n: int
    n_organisations: int
    df: int
    residual: float

    def share(self) -> tuple[float, float, float]:
        """Return the percentage of variance that lies between organisations, and its interval."""
        return tuple(
            100 * one / (one + self.residual) for one in (self.variance, self.ci_low, self.ci_high)
        )

    def median_odds_ratio(self) -> tuple[float, float, float]:
        """Return the median odds ratio and its interval; 1 when organisations are alike."""
        return tuple(
            float(np.exp(np.sqrt(2 * one) * _MEDIAN))
            for one in (self.variance, self.ci_low, self.ci_high)
        )


def of_yes_or_no(
    yes: np.ndarray,
    cluster: np.ndarray,
    *,
    times: np.ndarray | None = None,
    covariates: np.ndarray | None = None,
    profiled: bool = True,
) -> Between | None:
    """Estimate the variance between organisations of an outcome of yes or no.

    Parameters
    ----------
    yes
        Number of people who say yes, per row; 0 or 1 when rows are people.
    cluster
        Organisation of each row.
    times
        Number of people per row; 1 when left out.
    covariates
        Shape (rows, k), without a constant.
    profiled
        Whether to seek the ends of the interval, which takes most of the time; a draw of a
        bootstrap does without, and has missing ends.

    Returns
    -------
    Between or None
        None when there are too few organisations, or nobody or everybody says yes.
    """
    yes = np.asarray(yes, dtype=float)
    times = np.ones(len(yes)) if times is None else np.asarray(times, dtype=float)
    place, clusters = resampling.codes(cluster)
    if clusters < resampling.FEWEST_CLUSTERS or not 0 < yes.sum() < times.sum():
        return None
    given = np.empty((len(yes), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    design = np.column_stack([np.ones(len(yes)), given])
    yes, times, design, place = _collapsed(yes, times, design, place)
    model = _Logit(yes, times, design, place, clusters)

    def fitted(spread: float | None, start: np.ndarray) -> tuple[float, np.ndarray]:
        """Maximise the likelihood, at one standard deviation or over all."""
        if spread is None:
            found = optimize.minimize(model.loss, start, jac=True, method="BFGS")
            return -float(found.fun), found.x

        def at(slopes: np.ndarray) -> tuple[float, np.ndarray]:
            loss, gradient = model.loss(np.append(slopes, spread))
            return loss, gradient[:-1]

        found = optimize.minimize(at, start[:-1], jac=True, method="BFGS")
        return -float(found.fun), np.append(found.x, spread)

    start = np.zeros(design.shape[1] + 1)
    start[0], start[-1] = special.logit(yes.sum() / times.sum()), 0.3
    best, slopes = fitted(None, start)
    spread = abs(float(slopes[-1]))
    none, _ = fitted(0.0, slopes)
    if none > best:
        best, spread = none, 0.0
    low = high = np.nan
    if profiled:
        low, high = _profile(lambda value: fitted(value, slopes)[0], best, none, spread)
    return Between(
        slopes=slopes[:-1],
        variance=spread**2,
        ci_low=low**2,
        ci_high=high**2,
        p_value=float(stats.chi2.sf(2 * max(best - none, 0.0), 1) / 2),
        n=int(times.sum()),
        n_organisations=clusters,
        df=clusters - 1,
        residual=_PEOPLE,
    )


def of_scores(
    score: np.ndarray, cluster: np.ndarray, *, covariates: np.ndarray | None = None
) -> Between | None:
    """Estimate the variance between organisations of a score, by restricted maximum likelihood.

    The likelihood of a random intercept needs only sums per organisation, and has one parameter:
    the variance between, relative to that within.

    Parameters
    ----------
    score
        Shape (rows,).
    cluster
        Organisation of each row.
    covariates
        Shape (rows, k), without a constant.

    Returns
    -------
    Between or None
        None when there are too few organisations, one person in each, or a constant score.
    """
    score = np.asarray(score, dtype=float)
    place, clusters = resampling.codes(cluster)
    given = np.empty((len(score), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    columns = np.column_stack([np.ones(len(score)), given, score])
    size, used = len(score), columns.shape[1] - 1
    if clusters < resampling.FEWEST_CLUSTERS or size <= clusters + used or np.ptp(score) == 0:
        return None
    sums = np.column_stack([np.bincount(place, column, clusters) for column in columns.T])
    people = np.bincount(place, minlength=clusters).astype(float)
    products = columns.T @ columns

    def parts(relative: float) -> tuple[float, np.ndarray, float]:
        """Return the likelihood, the slopes and the variance within, at a relative variance."""
        shrunk = relative / (1 + people * relative)
        inner = products - (sums * shrunk[:, None]).T @ sums
        slopes = np.linalg.solve(inner[:-1, :-1], inner[:-1, -1])
        within = (inner[-1, -1] - slopes @ inner[:-1, -1]) / (size - used)
        logs = np.log1p(people * relative).sum() + np.linalg.slogdet(inner[:-1, :-1])[1]
        return -0.5 * (logs + (size - used) * np.log(within)), slopes, within

    # The root of the relative variance, as for yes or no.
    found = optimize.minimize_scalar(
        lambda root: -parts(root**2)[0], bounds=(0.0, _WIDEST), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    root, best, none = float(found.x), -float(found.fun), parts(0.0)[0]
    if none >= best:
        root, best = 0.0, none
    low, high = _profile(lambda value: parts(value**2)[0], best, none, root)
    _, slopes, within = parts(root**2)
    return Between(
        slopes=slopes,
        variance=root**2 * within,
        ci_low=low**2 * within,
        ci_high=high**2 * within,
        p_value=float(stats.chi2.sf(2 * max(best - none, 0.0), 1) / 2),
        n=size,
        n_organisations=clusters,
        df=clusters - 1,
        residual=within,
    )


def explained(before: Between, after: Between) -> float | None:
    """Return the percentage of the variance between organisations that covariates explain (PCV).

    None where no variance fits the first model as well: there is nothing to explain.
    """
    if before.ci_low == 0:
        return None
    return 100 * (before.variance - after.variance) / before.variance


def _collapsed(
    yes: np.ndarray, times: np.ndarray, design: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Add people of one organisation who are alike; without covariates, all of them."""
    keys, row = np.unique(np.column_stack([place, design]), axis=0, return_inverse=True)
    count = len(keys)
    return (
        np.bincount(row, yes, count),
        np.bincount(row, times, count),
        keys[:, 1:],
        keys[:, 0].astype(int),
    )


def _profile(
    likelihood: Callable[[float], float], best: float, none: float, spread: float
) -> tuple[float, float]:
    """Return the standard deviations at which the likelihood leaves the interval."""
    least = best - stats.chi2.ppf(LEVEL, 1) / 2

    def above(value: float) -> float:
        return likelihood(value) - least

    low = 0.0 if none >= least else optimize.brentq(above, 0.0, spread, xtol=1e-5)
    step = max(spread, 0.05)
    high = spread + step
    while above(high) > 0 and high < _WIDEST:
        high += step
    return low, optimize.brentq(above, spread, high, xtol=1e-5) if high < _WIDEST else _WIDEST


class _Logit:
    """The likelihood of a random-intercept logit, and its derivative."""

    def __init__(
        self,
        yes: np.ndarray,
        times: np.ndarray,
        design: np.ndarray,
        place: np.ndarray,
        clusters: int,
    ) -> None:
        self.yes, self.times, self.design = yes, times, design
        # Rows stand by organisation, as ``np.unique`` left them.
        self.place, self.starts = place, np.searchsorted(place, np.arange(clusters))
        self.mode = np.zeros(clusters)

    def loss(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return minus the log likelihood, up to a constant, and its gradient.

        Parameters
        ----------
        parameters
            Slopes, and the standard deviation between organisations; its sign does not matter.
        """
        slopes, spread = parameters[:-1], parameters[-1]
        fixed = self.design @ slopes
        mode, width = self._mode(fixed, spread)
        # Standard normal intercepts of each organisation at the nodes, around their mode.
        at = mode[:, None] + width[:, None] * _NODES
        predictor = fixed[:, None] + spread * at[self.place]
        rows = self.yes[:, None] * predictor - self.times[:, None] * np.logaddexp(0, predictor)
        logs = np.add.reduceat(rows, self.starts, axis=0) - at**2 / 2 + _LOG_NODE_WEIGHTS
        total = special.logsumexp(logs, axis=1)
        loss = -float((total + np.log(width)).sum() - len(total) * np.log(2 * np.pi) / 2)
        # Fisher's identity: the derivative is the mean of that of the complete likelihood.
        belief = np.exp(logs - total[:, None])
        error = self.yes[:, None] - self.times[:, None] * special.expit(predictor)
        expected = (belief[self.place] * error).sum(axis=1)
        moved = (belief * at * np.add.reduceat(error, self.starts, axis=0)).sum()
        return loss, -np.append(self.design.T @ expected, moved)

    def _mode(self, fixed: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the likeliest intercept of each organisation and the width around it."""
        mode = self.mode
        for _ in range(_NEWTON_STEPS):
            share = special.expit(fixed + spread * mode[self.place])
            score = spread * np.add.reduceat(self.yes - self.times * share, self.starts) - mode
            bend = spread**2 * np.add.reduceat(self.times * share * (1 - share), self.starts) + 1
            # Steps of one standard deviation at most: Newton's own may fly off.
            step = np.clip(score / bend, -1.0, 1.0)
            mode = mode + step
            if np.abs(step).max() < 1e-10:
                break
        self.mode = mode
        return mode, 1 / np.sqrt(bend)

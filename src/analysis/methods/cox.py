"""Proportional hazards (Cox 1972, JRSS B 34) with late entry, strata and clusters.

statsmodels finds the coefficients, with ties after Efron (1977, JASA 72). It counts people among
those at risk from the very moment at which they enter; they belong there only afterwards, as in
``Surv(entry, time, event)`` of R's survival package. So entries are moved half a step on, which
changes no other order.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.methods import regression

LEVEL = 0.95


@dataclass(frozen=True)
class Cox:
    """A fitted model.

    Attributes
    ----------
    params, se
        Log hazard ratio per column, and its standard error.
    log_likelihood
        Partial.
    df
        Number of clusters less one; of events without clusters.
    """

    params: pd.Series
    se: pd.Series
    log_likelihood: float
    df: int

    def interval(self, name: str) -> tuple[float, float]:
        """Return the 95 % interval of one coefficient, with t quantiles."""
        reach = stats.t.ppf((1 + LEVEL) / 2, self.df) * self.se[name]
        return float(self.params[name] - reach), float(self.params[name] + reach)

    def p_value(self, name: str) -> float:
        """Return the two-sided probability of a coefficient at least this far from zero."""
        return float(2 * stats.t.sf(abs(self.params[name]) / self.se[name], self.df))


def cox(
    time: np.ndarray,
    event: np.ndarray,
    design: pd.DataFrame,
    *,
    entry: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
) -> Cox:
    """Fit a proportional hazards model.

    Parameters
    ----------
    time, event
        End of each spell, and whether it ended in the event (1) or was only seen so far (0).
    design
        Columns with their names, without a constant.
    entry
        From when each spell is seen; before ``time``. Everybody from the start without it.
    strata
        Each has its own baseline, as the number of earlier events in the model of Prentice,
        Williams and Peterson (1981, Biometrika 68).
    clusters
        Organisation of each spell; standard errors are then robust (Lin & Wei 1989, JASA 84).

    Raises
    ------
    ValueError
        If a spell ends before it is seen, or nothing happened.
    """
    time, event = np.asarray(time, dtype=float), np.asarray(event, dtype=float)
    if not event.any():
        raise ValueError("nothing happened; there is no hazard to explain")
    if entry is not None:
        entry = np.asarray(entry, dtype=float)
        if (entry >= time).any():
            raise ValueError("some spells end before they are seen")
        moments = np.unique(np.concatenate([time, entry]))
        entry = entry + np.diff(moments).min() / 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        model = sm.PHReg(
            time, design.to_numpy(float), status=event, entry=entry, strata=strata, ties="efron"
        )
        fit = model.fit()
    if clusters is None:
        covariance, df = np.asarray(fit.cov_params()), int(event.sum()) - 1
    else:
        # A spell that was at risk at no event has no score: statsmodels calls it missing, and with
        # it all robust errors.
        scores = np.nan_to_num(model.score_residuals(fit.params))
        bread = -np.linalg.inv(model.hessian(fit.params))
        covariance, df = regression.clustered(scores @ bread, np.asarray(clusters))
    return Cox(
        pd.Series(fit.params, index=design.columns),
        pd.Series(np.sqrt(np.diag(covariance)), index=design.columns),
        float(fit.llf),
        int(df),
    )

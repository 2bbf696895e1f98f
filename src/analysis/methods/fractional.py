"""Fractional logit: a rate between 0 and 1 as outcome, without taking its logarithm.

Papke & Wooldridge (1996), Journal of Applied Econometrics 11: the logit of the mean is linear and
the Bernoulli likelihood gives consistent slopes for any distribution of the rate. That likelihood
is not its real one, so the standard errors it implies are wrong and only robust ones count.
"""

import warnings

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from analysis.languages import Text
from analysis.methods import leverage, multiplicity, panel
from analysis.methods.drivers import BETWEEN, WITHIN
from analysis.methods.organisation_panel import Sample
from analysis.methods.results import PAIR, Absent, Estimates, estimates

_METHOD = Text(
    nl="fractionele logit (Papke & Wooldridge) van het cijfer op gemiddelden van en afwijkingen "
    "binnen organisaties, met effecten van branche maal jaar en van omvang; gemiddeld verschil in "
    "procentpunten; intervallen met organisaties als clusters, per soort verschil verbreed naar "
    "het "
    "aantal toetsen (Benjamini-Yekutieli); p-waarde na Benjamini-Hochberg",
    en="fractional logit (Papke & Wooldridge) of the rate on means of and deviations within "
    "organisations, with effects of branch by year and of size; mean difference in percentage "
    "points; intervals with organisations as clusters, widened by kind of difference for the "
    "number "
    "of tests (Benjamini-Yekutieli); p-value after Benjamini-Hochberg",
)


def fit(
    rate: np.ndarray,
    design: np.ndarray,
    cluster: np.ndarray | None = None,
    *,
    df: float = np.inf,
) -> panel.Fit:
    """Fit the logit of a rate.

    Parameters
    ----------
    rate
        Between 0 and 1.
    design
        Shape (rows, columns), with the constant.
    cluster
        Cluster of each row; robust to unequal variance alone when left out.
    df
        Degrees of freedom of the t distribution.
    """
    robust = (
        {"cov_type": "HC0"}
        if cluster is None
        else {
            "cov_type": "cluster",
            "cov_kwds": {"groups": np.unique(cluster, return_inverse=True)[1]},
        }
    )
    with warnings.catch_warnings():
        # Columns that others explain do no harm to the others.
        warnings.simplefilter("ignore", SingularMatrixWarning)
        found = sm.GLM(rate, design, family=sm.families.Binomial()).fit(**robust)
    return panel.Fit(np.asarray(found.params), np.asarray(found.cov_params()), df)


def average_partial_effect(found: panel.Fit, design: np.ndarray, place: int) -> tuple[float, float]:
    """Return how much the rate differs on average per unit of a column, and its standard error.

    Delta method, over the covariance of all slopes.
    """
    share = 1 / (1 + np.exp(-design @ found.slopes))
    steep = share * (1 - share)
    slope = found.slopes[place]
    gradient = slope * (design * (steep * (1 - 2 * share))[:, None]).mean(axis=0)
    gradient[place] += steep.mean()
    return (
        float(slope * steep.mean()),
        float(np.sqrt(gradient @ found.covariance @ gradient)),
    )


def partial_effects(chosen: Sample | Absent, outcome: str) -> Estimates | Absent:
    """Estimate the average partial effects of drivers on a rate in percent.

    Terms ``<driver>.between`` and ``<driver>.within``, in percentage points per standard deviation
    between organisations of a branch.
    """
    if isinstance(chosen, Absent):
        return chosen
    drivers = chosen.standardised()
    middle = panel.means(drivers, chosen.organisation)
    whole = np.column_stack([middle, drivers - middle, chosen.controls()])
    # A driver that never changes within an organisation has no slope there.
    moves = np.abs(whole).max(axis=0) > 1e-9
    design = whole[:, moves]
    count = len(chosen.drivers)
    df = chosen.rows["organisation"].nunique() - 1 - count
    rate = chosen.rows[outcome].to_numpy(float) / 100
    found = fit(rate, design, chosen.organisation, df=df)
    weights = rate_weights(found, design)
    known = panel.identified(design)
    column = np.cumsum(moves) - 1
    rows = []
    for kind, start in ((BETWEEN, 0), (WITHIN, count)):
        for at, name in enumerate(chosen.drivers, start):
            place = column[at]
            if not (moves[at] and known[place]):
                continue
            effect, se = average_partial_effect(found, design, place)
            rows.append(
                {
                    "term": f"{name}{PAIR}{kind}",
                    "estimate": 100 * effect,
                    "se": 100 * se,
                    "p_value": float(2 * stats.t.sf(abs(effect / se), df)),
                    "df": df,
                    "behind": leverage.of_coefficient(design, place, chosen.cell, weights=weights),
                    **chosen.about(),
                }
            )
    if not rows:
        return Absent((chosen.table,))
    _adjust(rows)
    return estimates(
        rows, tables=(chosen.table,), method=chosen.told(_METHOD), unit="percentage_points"
    )


def rate_weights(found: panel.Fit, design: np.ndarray) -> np.ndarray:
    """Return the weights of the last step of the fit, shape (rows,)."""
    share = 1 / (1 + np.exp(-design @ found.slopes))
    return share * (1 - share)


def _adjust(rows: list[dict]) -> None:
    """Correct p-values and intervals for the number of tests, by kind of difference.

    An interval without zero then is a discovery, as in ``drivers``.
    """
    for kind in (BETWEEN, WITHIN):
        family = [row for row in rows if row["term"].endswith(f"{PAIR}{kind}")]
        if not family:
            continue
        p_values = np.array([row["p_value"] for row in family])
        level = multiplicity.interval_level(p_values)
        for row, p_value in zip(family, multiplicity.adjusted(p_values), strict=True):
            reach = stats.t.ppf((1 + level) / 2, row["df"]) * row.pop("se")
            row["ci_low"], row["ci_high"] = row["estimate"] - reach, row["estimate"] + reach
            row["p_value"] = float(p_value)

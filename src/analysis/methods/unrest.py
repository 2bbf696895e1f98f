"""Whether what goes with absence runs through unrest in teams: people who come, go and change team.

The mediator is the churn of teams, the only sign of unrest in the sources. Means of organisations
over the years are compared, so that nothing here tells an order in time. The share of the
association that runs through churn has a meaning only where churn has no cause in common with
absence; how strong such a cause would have to be is told beside it (Imai, Keele & Yamamoto 2010,
Statistical Science 25).
"""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import through
from analysis.methods.behind import behind
from analysis.methods.organisation_panel import Sample
from analysis.methods.results import Absent, Estimates, estimates

MEDIATOR = "team_churn"

_METHOD = Text(
    nl="lineaire mediatie op gemiddelden van organisaties over de jaren, als afwijking van de "
    "branche, naast de andere kenmerken en omvang: van kenmerk naar wisselingen in teams, en van "
    "die wisselingen naar het logaritme van het verzuim; 95%-interval door organisaties te trekken",
    en="linear mediation on means of organisations over the years, as deviation from the branch, "
    "beside the other characteristics and size: from characteristic to churn of teams, and from "
    "that churn to the logarithm of absence; 95% interval by drawing organisations",
)
_SENSITIVITY = Text(
    nl="correlatie tussen wat overblijft van wisselingen in teams en van verzuim, die een "
    "gemeenschappelijke oorzaak zou moeten geven om het deel via teams nul te maken; "
    "95%-interval volgens Fisher",
    en="correlation between what is left of churn of teams and of absence, that a common cause "
    "would have to bring about to make the part through teams zero; 95% interval by Fisher",
)


def through_teams(
    chosen: Sample | Absent, drivers: tuple[str, ...], *, seed: int
) -> Estimates | Absent:
    """Estimate which part of an association runs through churn of teams.

    Terms ``<driver>.total``, ``<driver>.indirect`` and ``<driver>.direct``, and the same of
    ``together``: all drivers a standard deviation higher at once. Percent difference of absence.
    """
    return through.of_each(
        chosen, (*drivers, through.TOGETHER), MEDIATOR, seed=seed, method=_METHOD
    )


def sensitivity(chosen: Sample | Absent) -> Estimates | Absent:
    """Return how strong a common cause of churn and absence must be, as term ``common_cause``."""
    if isinstance(chosen, Absent):
        return chosen
    columns = through.standardised_means(chosen, MEDIATOR)
    if columns is None:
        return Absent((chosen.table,))
    x = np.column_stack([columns.drop(columns=[MEDIATOR, "log_outcome"]), np.ones(len(columns))])
    left = []
    for name in (MEDIATOR, "log_outcome"):
        y = columns[name].to_numpy()
        left.append(y - x @ np.linalg.lstsq(x, y, rcond=None)[0])
    found = float(np.corrcoef(*left)[0, 1])
    df = len(columns) - x.shape[1] - 1
    # Fisher's transformation of a partial correlation.
    reach = stats.norm.ppf(0.975) / np.sqrt(df - 1)
    low, high = np.tanh(np.arctanh(found) + np.array([-reach, reach]))
    row = {
        "term": "common_cause",
        "estimate": found,
        "ci_low": float(low),
        "ci_high": float(high),
        "df": df,
        "behind": behind("correlation", chosen.cell),
        **chosen.about(),
    }
    return estimates(
        [row], tables=(chosen.table,), method=chosen.told(_SENSITIVITY), unit="correlation"
    )

"""Whether what goes with absence runs through unrest in teams: people who come, go and change team.

The mediator is the churn of teams, the only sign of unrest in the sources. Means of organisations
over the years are compared, so that nothing here tells an order in time. The share of the
association that runs through churn has a meaning only where churn has no cause in common with
absence; how strong such a cause would have to be is told beside it (Imai, Keele & Yamamoto 2010,
Statistical Science 25).
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods import leverage, mediation
from analysis.methods.behind import behind
from analysis.methods.drivers import percent
from analysis.methods.organisation_panel import Sample, centred_means, spreads
from analysis.methods.results import PAIR, Absent, Estimates, estimates

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
    if isinstance(chosen, Absent):
        return chosen
    columns = _columns(chosen)
    if columns is None or set(drivers) - set(chosen.drivers):
        return Absent((chosen.table,))
    found = []
    for name in (*drivers, "together"):
        exposure, beside = _exposure(columns, drivers, name)
        paths = mediation.linear(
            exposure,
            columns[MEDIATOR].to_numpy(),
            columns["log_outcome"].to_numpy(),
            cluster=np.arange(len(columns)),
            seed=seed,
            covariates=beside,
        )
        if paths is None:
            return Absent((chosen.table,))
        design = np.column_stack([exposure, columns[MEDIATOR], beside, np.ones(len(columns))])
        for part in ("total", "indirect", "direct"):
            effect = getattr(paths, part)
            found.append(
                {
                    "term": f"{name}{PAIR}{part}",
                    "estimate": percent(effect.estimate),
                    "ci_low": percent(effect.ci_low),
                    "ci_high": percent(effect.ci_high),
                    "p_value": effect.p_value,
                    "df": paths.df,
                    "behind": leverage.of_coefficient(
                        np.delete(design, 1, axis=1) if part == "total" else design,
                        0,
                        chosen.cell,
                    ),
                    **chosen.about(),
                }
            )
    return estimates(
        found, tables=(chosen.table,), method=chosen.told(_METHOD), unit="percent_change"
    )


def sensitivity(chosen: Sample | Absent) -> Estimates | Absent:
    """Return how strong a common cause of churn and absence must be, as term ``common_cause``."""
    if isinstance(chosen, Absent):
        return chosen
    columns = _columns(chosen)
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


def _columns(chosen: Sample) -> pd.DataFrame | None:
    """Return each organisation's standardised means, as deviation from the branch."""
    rows = chosen.rows
    if MEDIATOR not in rows or rows[MEDIATOR].isna().any():
        return None
    spread = spreads(rows, [MEDIATOR])[MEDIATOR]
    if not spread > 0:
        return None
    others = [name for name in chosen.drivers if name != MEDIATOR]
    rows = rows.assign(size=np.log(rows["employees"].to_numpy(float)))
    columns = centred_means(rows, [*others, "size", MEDIATOR, "log_outcome"])
    for name in others:
        columns[name] /= chosen.spread[name]
    columns[MEDIATOR] /= spread
    return columns


def _exposure(
    columns: pd.DataFrame, drivers: tuple[str, ...], name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exposure and what stands beside it; all drivers at once move along with one."""
    beside = columns.drop(columns=[MEDIATOR, "log_outcome"])
    if name != "together":
        return columns[name].to_numpy(), beside.drop(columns=name).to_numpy()
    leader = drivers[0]
    # At equal distances to the first, a step of the first is a step of all.
    for other in drivers[1:]:
        beside = beside.assign(**{other: beside[other] - beside[leader]})
    return columns[leader].to_numpy(), beside.drop(columns=leader).to_numpy()

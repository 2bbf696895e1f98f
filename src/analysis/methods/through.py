"""What part of an association of organisations runs through something in between.

Means of organisations over the years are compared, as deviation from the branch, so that nothing
here tells an order in time. The part that runs through the mediator has a meaning only where the
mediator has no cause in common with the outcome.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, mediation
from analysis.methods.drivers import percent
from analysis.methods.organisation_panel import Sample, centred_means, spreads
from analysis.methods.results import PAIR, Absent, Estimates, estimates

TOGETHER = "together"
PARTS = ("total", "indirect", "direct")


def of_each(
    chosen: Sample | Absent,
    drivers: tuple[str, ...],
    mediator: str,
    *,
    seed: int,
    method: Text,
    steps: Mapping[str, float] | None = None,
) -> Estimates | Absent:
    """Estimate which part of the association of each driver runs through a mediator.

    Terms ``<driver>.total``, ``<driver>.indirect`` and ``<driver>.direct``, in percent difference
    of the outcome. A driver called ``together`` is all of them a standard deviation higher at once.

    Parameters
    ----------
    steps
        Driver → step for which it is told, in its own unit; a standard deviation when left out.
    """
    if isinstance(chosen, Absent):
        return chosen
    columns = standardised_means(chosen, mediator)
    named = tuple(name for name in drivers if name != TOGETHER)
    if columns is None or set(named) - set(chosen.drivers) - {mediator}:
        return Absent((chosen.table,))
    found = []
    for name in drivers:
        exposure, beside = _exposure(columns, named, mediator, name)
        step = (steps or {}).get(name, chosen.spread.get(name, 1.0)) / chosen.spread.get(name, 1.0)
        paths = mediation.linear(
            exposure,
            columns[mediator].to_numpy(),
            columns["log_outcome"].to_numpy(),
            cluster=np.arange(len(columns)),
            seed=seed,
            covariates=beside,
        )
        if paths is None:
            return Absent((chosen.table,))
        design = np.column_stack([exposure, columns[mediator], beside, np.ones(len(columns))])
        for part in PARTS:
            effect = getattr(paths, part).times(step)
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
        found, tables=(chosen.table,), method=chosen.told(method), unit="percent_change"
    )


def standardised_means(chosen: Sample, mediator: str) -> pd.DataFrame | None:
    """Return each organisation's standardised means, as deviation from the branch.

    None where the mediator is not known of all, or does not vary.
    """
    rows = chosen.rows
    if mediator not in rows or rows[mediator].isna().any():
        return None
    spread = spreads(rows, [mediator])[mediator]
    if not spread > 0:
        return None
    others = [name for name in chosen.drivers if name != mediator]
    rows = rows.assign(size=np.log(rows["employees"].to_numpy(float)))
    columns = centred_means(rows, [*others, "size", mediator, "log_outcome"])
    for name in others:
        columns[name] /= chosen.spread[name]
    columns[mediator] /= spread
    return columns


def _exposure(
    columns: pd.DataFrame, drivers: tuple[str, ...], mediator: str, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exposure and what stands beside it; all drivers at once move along with one."""
    beside = columns.drop(columns=[mediator, "log_outcome"])
    if name != TOGETHER:
        return columns[name].to_numpy(), beside.drop(columns=name).to_numpy()
    leader = drivers[0]
    # At equal distances to the first, a step of the first is a step of all.
    for other in drivers[1:]:
        beside = beside.assign(**{other: beside[other] - beside[leader]})
    return columns[leader].to_numpy(), beside.drop(columns=leader).to_numpy()

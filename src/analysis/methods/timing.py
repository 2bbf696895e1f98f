"""What comes first: this year's absence beside the inflow of last, this and next year.

Next year's inflow cannot act on this year's absence. When it goes with it all the same, absence
probably moves inflow, or something else moves both: the lead placebo test (Granger 1969; Angrist &
Pischke 2009, section 5.2). Only changes within an organisation count here, so that lasting
differences between organisations cannot pose as an order in time. A yearly rate holds chance, which
makes a slope on last year's rate too small, and slopes of a panel of few years are slightly off
when the outcome moves the driver (Nickell 1981): such a slope tells a direction, not its size.
"""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, panel
from analysis.methods.drivers import percent
from analysis.methods.organisation_panel import FEWEST, Sample
from analysis.methods.results import Absent, Estimates, estimates

_AROUND = Text(
    nl="veranderingen binnen organisaties: verzuim op het kenmerk van vorig, dit en volgend jaar "
    "samen, met effecten van organisatie en van branche maal jaar; 95%-interval met organisaties "
    "als clusters",
    en="changes within organisations: absence on the characteristic of last, this and next year "
    "together, with effects of organisation and of branch by year; 95% interval with "
    "organisations as clusters",
)
_CROSSED = Text(
    nl="veranderingen binnen organisaties, met effecten van organisatie en van branche maal jaar: "
    "instroom op het verzuim en de instroom van een jaar eerder, en verzuim op de instroom en het "
    "verzuim van een jaar eerder; per standaarddeviatie tussen organisaties van een branche; "
    "95%-interval met organisaties als clusters. Door toeval in jaarcijfers en het kleine aantal "
    "jaren zeggen de hellingen iets over richting, niet over omvang",
    en="changes within organisations, with effects of organisation and of branch by year: inflow "
    "on the absence and the inflow of a year before, and absence on the inflow and the absence of "
    "a year before; per standard deviation between organisations of a branch; 95% interval with "
    "organisations as clusters. Because of chance in yearly rates and the small number of years, "
    "the slopes tell a direction, not a size",
)


def around(chosen: Sample | Absent, driver: str) -> Estimates | Absent:
    """Estimate how absence goes with a driver of last, this and next year.

    Terms ``lag``, ``now`` and ``lead``, in percent difference of absence per standard deviation.
    """
    if isinstance(chosen, Absent):
        return chosen
    if driver not in chosen.drivers:
        return Absent((chosen.table,))
    rows = _shifted(chosen, driver)
    rows = rows.dropna(subset=["driver_before", "driver", "driver_after"])
    found = _fit(
        chosen, rows, "absence", {"lag": "driver_before", "now": "driver", "lead": "driver_after"}
    )
    if found is None:
        return Absent((chosen.table,))
    return estimates(
        found, tables=(chosen.table,), method=chosen.told(_AROUND), unit="percent_change"
    )


def crossed(chosen: Sample | Absent, driver: str) -> Estimates | Absent:
    """Estimate how each of absence and a driver goes with the other one a year before.

    Terms ``absence_first`` (percent difference of the driver per standard deviation of log absence
    a year before) and ``driver_first`` (percent difference of absence per standard deviation of
    the driver a year before).
    """
    if isinstance(chosen, Absent):
        return chosen
    if driver not in chosen.drivers or (chosen.rows[driver] <= 0).any():
        return Absent((chosen.table,))
    rows = _shifted(chosen, driver).dropna(subset=["driver_before", "absence_before"])
    spread = _spread(chosen)
    if not spread > 0:
        return Absent((chosen.table,))
    rows = rows.assign(
        log_driver=np.log(rows[driver].to_numpy(float)),
        log_before=np.log(rows["driver_before"] * chosen.spread[driver]),
        absence_z=rows["absence_before"] / spread,
    )
    first = _fit(chosen, rows, "log_driver", {"absence_first": "absence_z"}, beside=["log_before"])
    second = _fit(
        chosen, rows, "absence", {"driver_first": "driver_before"}, beside=["absence_before"]
    )
    if first is None or second is None:
        return Absent((chosen.table,))
    return estimates(
        [*first, *second],
        tables=(chosen.table,),
        method=chosen.told(_CROSSED),
        unit="percent_change",
    )


def _spread(chosen: Sample) -> float:
    """Standard deviation of log absence between organisations of a branch."""
    middle = chosen.rows.groupby(["branch", "organisation"])["log_outcome"].mean()
    return float((middle - middle.groupby("branch").transform("mean")).std(ddof=0))


def _shifted(chosen: Sample, driver: str) -> pd.DataFrame:
    """Add the values of the year before and after; a gap in the years gives a missing value."""
    rows = chosen.rows[["organisation", "branch", "year", driver]].copy()
    rows["absence"] = chosen.rows["log_outcome"]
    rows["driver"] = rows[driver] / chosen.spread[driver]
    known = rows.set_index(["organisation", "year"])
    for name, step in (("before", -1), ("after", 1)):
        place = pd.MultiIndex.from_arrays([rows["organisation"], rows["year"] + step])
        there = known[["driver", "absence"]].reindex(place)
        rows[f"driver_{name}"] = there["driver"].to_numpy()
        rows[f"absence_{name}"] = there["absence"].to_numpy()
    return rows


def _fit(
    chosen: Sample,
    rows: pd.DataFrame,
    outcome: str,
    terms: dict[str, str],
    *,
    beside: list[str] | None = None,
) -> list[dict] | None:
    """Fit changes within organisations; None with too few of them, or slopes that do not exist."""
    years = rows.groupby("organisation")["year"].transform("size")
    rows = rows[years > 1]
    columns = [*terms.values(), *(beside or [])]
    if rows["organisation"].nunique() < FEWEST:
        return None
    fit, design = panel.fixed_effects_clustered(
        rows[outcome].to_numpy(float),
        rows[columns].to_numpy(float),
        rows["organisation"].to_numpy(),
        period=(rows["branch"] + rows["year"].astype(str)).to_numpy(),
    )
    if not panel.identified(design)[: len(terms)].all():
        return None
    found = []
    for place, term in enumerate(terms):
        low, high = fit.interval(place)
        found.append(
            {
                "term": term,
                "estimate": percent(fit.slopes[place]),
                "ci_low": percent(low),
                "ci_high": percent(high),
                "p_value": float(fit.p_values[place]),
                "df": fit.df,
                "behind": leverage.of_coefficient(design, place, chosen.cell),
                **chosen.about(),
            }
        )
    return found

"""How much of what HR offers is used: instruments on offer and in use, per organisation and theme.

Instruments of one organisation resemble each other; organisations are the clusters.
"""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import in_latest_year

#: Used less than this part, an offer is more than complete.
HALF = 0.5
FEWEST = 5

USE_METHOD = Text(
    nl="instrumenten die in het jaar gebruikt zijn, gedeeld door die in het aanbod; 95%-interval "
    "op de logit-schaal, met organisaties als clusters",
    en="instruments used in the year divided by those on offer; 95% interval on the logit scale, "
    "with organisations as clusters",
)
FEW_METHOD = Text(
    nl="aandeel van de deelnemers dat minder dan de helft van zijn aanbod gebruikt; volledige "
    "telling, getoond als band van een derde",
    en="share of the participants that use less than half of what they offer; complete count, "
    "shown as a band of a third",
)


def _offered(table: DataTable) -> pd.DataFrame | None:
    if table.frame is None:
        return None
    rows = table.frame.dropna(subset=["offered", "used"])
    rows = rows[rows["offered"] > 0]
    return None if rows["organisation"].nunique() < FEWEST else rows


def use(table: DataTable, *, period: str, by_theme: bool = False) -> Estimates | Absent:
    """Return which part of the offer is used, in percent: as term ``used``, or by theme.

    Themes are in the order of their use, most used first. A theme of which nothing or everything
    is used, or with few organisations, is left out.

    Parameters
    ----------
    period
        Year of the checklist, as ``2025JJ00``; the table has none.
    """
    rows = _offered(table)
    if rows is None:
        return Absent((table.name,))
    parts = list(rows.groupby("theme", sort=True)) if by_theme else [("used", rows)]
    found = [one for name, part in parts if (one := _use(str(name), part, by_theme, period))]
    if not found:
        return Absent((table.name,))
    found.sort(key=lambda row: -row["estimate"])
    return estimates(found, tables=(table.name,), method=USE_METHOD, unit="percent")


def _use(name: str, rows: pd.DataFrame, is_theme: bool, period: str) -> dict | None:
    used, offered = float(rows["used"].sum()), float(rows["offered"].sum())
    organisations = rows["organisation"].nunique()
    if not 0 < used < offered or organisations < FEWEST:
        return None
    part = clusters.ratio(rows["used"], rows["offered"], rows["organisation"])
    low, high = part.logit_interval()
    cell = Cell.of("instruments", theme=name if is_theme else None)
    return {
        "term": name,
        "estimate": 100 * part.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": offered,
        "n_organisations": float(organisations),
        "df": float(part.df),
        "period": period,
        "behind": behind(
            "share", cell, cell.within(used=YES), numerator=used,
            part_organisations=float(rows.loc[rows["used"] > 0, "organisation"].nunique()),
        ),
    }  # fmt: skip


def organisations_with_much_unused(
    table: DataTable, organisations: DataTable, *, last: int
) -> Estimates | Absent:
    """Return the share of participants that use less than half of their offer, in percent.

    Term ``much_unused``.
    """
    rows, years = _offered(table), in_latest_year(organisations, last)
    tables = (table.name, organisations.name)
    if rows is None or years is None:
        return Absent(tables)
    sums = rows.groupby("organisation")[["used", "offered"]].sum()
    taking_part = years[years["participant"] == 1].set_index("organisation")["employees"]
    sums = sums[sums.index.isin(taking_part.index)]
    if sums.empty:
        return Absent(tables)
    year = int(years["year"].max())
    few = int((sums["used"] < HALF * sums["offered"]).sum())
    row = {
        "term": "much_unused",
        "estimate": 100 * few / len(sums),
        "n": float(taking_part.sum()),
        "n_organisations": float(len(sums)),
        "df": np.nan,
        "period": f"{year}JJ00",
        "half_step": 0.0,
        "behind": behind(
            "share",
            Cell.of("employees", year=year, participant=YES),
            Cell.of("organisations", year=year, participant=YES, item="much unused"),
            numerator=float(few),
        ),
    }
    return estimates([row], tables=tables, method=FEW_METHOD, unit="percent")

"""How many of those who worked in a branch on 1 January left the sector before retirement."""

import numpy as np

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Estimates, estimates

METHOD = Text(
    nl="wie in het jaar de sector verliet voor een andere sector of inactief werd, als deel van "
    "wie er op 1 januari werkte; zonder pensioen; volledige telling, 95%-interval met organisaties "
    "als clusters, dat voor alle branches samen geldt (Bonferroni)",
    en="those who left the sector in the year for another sector or became inactive, as a share of "
    "those who worked there on 1 January; without retirement; complete count, 95% interval with "
    "organisations as clusters, which holds for all branches together (Bonferroni)",
)
#: Leavers of ``organisation_years`` that retire from nothing.
_BEFORE_PENSION = ("to_other_sector", "to_inactive")


def by_branch(table: DataTable, branches: list[str], *, last: int) -> Estimates | Absent:
    """Estimate the rate of each branch in the newest year, as terms of their names.

    A branch with fewer than two organisations, or without leavers, is left out.

    Parameters
    ----------
    last
        No year after this one.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame[
        table.frame["branch"].isin(branches)
        & (table.frame["year"] <= last)
        & (table.frame["employees_at_start"] > 0)
    ]
    if frame.empty:
        return Absent((table.name,))
    year = int(frame["year"].max())
    frame = frame[frame["year"] == year]
    level = clusters.bonferroni(len(branches))
    rows = [
        row
        for branch in branches
        if (row := _row(frame[frame["branch"] == branch], branch, year, level)) is not None
    ]
    if not rows:
        return Absent((table.name,))
    return estimates(rows, tables=(table.name,), method=METHOD, unit="percent")


def _row(rows, branch: str, year: int, level: float) -> dict | None:
    leavers = rows[list(_BEFORE_PENSION)].sum(axis=1).to_numpy(float)
    at_risk = rows["employees_at_start"].to_numpy(float)
    if len(rows) < 2 or not 0 < leavers.sum() < at_risk.sum():
        return None
    found = clusters.ratio(leavers, at_risk, rows["organisation"].to_numpy())
    low, high = found.logit_interval(level)
    return {
        "term": branch,
        "estimate": 100 * found.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(at_risk.sum()),
        "n_organisations": len(rows),
        "df": found.df,
        "period": f"{year}JJ00",
        "behind": behind(
            "rate",
            Cell.of("employees at the start", year=year, branch=branch),
            magnitude="exits before retirement",
            weight=float(at_risk.sum()),
            largest_value=100.0,
            **contributions(np.asarray(leavers)),
        ),
    }

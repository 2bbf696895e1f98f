"""The absence rate of branches, and how many people that means."""

import numpy as np

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import YES, Cell
from analysis.methods.results import (
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
)

RATE_METHOD = Text(
    nl="verzuim per branche, gewogen naar persoonsjaren; branches samen gewogen naar alle fte; "
    "95%-interval met organisaties als clusters, gecorrigeerd voor het deel dat meedoet; de "
    "branches gelden samen (Bonferroni), het totaal apart",
    en="absence by branch, weighted by person-years; branches together weighted by all fte; "
    "95% interval with organisations as clusters, corrected for the part that takes part; the "
    "branches hold jointly (Bonferroni), the total on its own",
)
ILL_METHOD = Text(
    nl="verzuimpercentage maal het aantal werknemers; het interval is dat van het percentage. Een "
    "benadering: het percentage gaat over dagen naar deeltijdfactor, het aantal over mensen",
    en="absence rate times number of employees; the interval is that of the rate. An "
    "approximation: the rate is about days by part-time factor, the number about people",
)


def by_branch(table: DataTable, branches: list[str], *, year: int) -> Estimates | Absent:
    """Estimate the absence rate of each branch, as terms of their names.

    Intervals are Bonferroni-widened so that they hold for all branches together.
    """
    rows = _rows(table, branches, year)
    if rows is None:
        return Absent((table.name,))
    level = clusters.bonferroni(len(branches))
    found = [
        _estimate(rows[rows["branch"] == branch], table, branch, year, level) for branch in branches
    ]
    return estimates(found, tables=(table.name,), method=RATE_METHOD, unit="percent")


def of_branches(table: DataTable, branches: list[str], *, year: int) -> Estimates | Absent:
    """Estimate the absence rate of some branches together, as term ``absence_rate``."""
    rows = _rows(table, branches, year)
    if rows is None:
        return Absent((table.name,))
    found = _estimate(rows, table, "absence_rate", year, 0.95)
    return estimates([found], tables=(table.name,), method=RATE_METHOD, unit="percent")


@absent_passes_through
def people_ill(
    rate: Estimates | Absent, table: DataTable, branches: list[str], *, year: int
) -> Estimates | Absent:
    """Estimate how many people are ill on a day, as term ``ill`` in thousands."""
    frame = table.frame
    chosen = frame[frame["branch"].isin(branches) & (frame["year"] == year)]
    employees = chosen["employees"].sum()
    row = rate.frame.iloc[0]
    scale = employees / 100 / 1000
    found = {
        "term": "ill",
        "estimate": row["estimate"] * scale,
        "ci_low": row["ci_low"] * scale,
        "ci_high": row["ci_high"] * scale,
        "n": employees,
        "n_organisations": chosen["organisation"].nunique(),
        "df": row["df"],
        "period": f"{year}JJ00",
        "behind": rate.behind[0].model_copy(
            update={
                "cell": str(Cell.of("employees", year=year, branch=branches)),
                "magnitude": "people ill",
                "weight": 1.0,
            }
        ),
    }
    return estimates([found], tables=(table.name,), method=ILL_METHOD, unit="thousand")


def _rows(table: DataTable, branches: list[str], year: int | None):
    """Return the organisations with a rate, or None where a branch has fewer than two."""
    if table.frame is None or year is None:
        return None
    frame = table.frame
    rows = frame[
        frame["branch"].isin(branches) & (frame["year"] == year) & frame["absence_rate"].notna()
    ]
    counts = rows.groupby("branch")["organisation"].nunique()
    return rows if (counts.reindex(branches, fill_value=0) >= 2).all() else None


def _estimate(rows, table: DataTable, term: str, year: int, level: float) -> dict:
    """Estimate each branch by itself, and weight the branches by all their employees' fte."""
    everybody = table.frame[table.frame["year"] == year].groupby("branch")
    population = everybody["organisation"].nunique()
    size = everybody["fte"].sum()
    parts, weights = [], []
    ill = (rows["person_years"] * rows["absence_rate"]).groupby(rows["organisation"]).sum()
    for branch, group in rows.groupby("branch"):
        weight = group["person_years"].to_numpy(dtype=float)
        parts.append(
            clusters.ratio(
                weight * group["absence_rate"].to_numpy(dtype=float),
                weight,
                group["organisation"].to_numpy(),
                population={None: population[branch]},
            )
        )
        weights.append(size[branch])
    found = clusters.weighted(parts, weights)
    low, high = found.interval(level)
    return {
        "term": term,
        "estimate": found.estimate,
        "ci_low": low,
        "ci_high": high,
        "n": float(np.nansum(rows["employees"])),
        "n_organisations": rows["organisation"].nunique(),
        "df": found.df,
        "period": f"{year}JJ00",
        "behind": behind(
            "rate",
            Cell.of("employees", year=year, vernet=YES, branch=sorted(set(rows["branch"]))),
            # Branches add up to their total by the fte of all, not of those with a rate.
            magnitude="absence by fte",
            weight=float(np.sum(weights)),
            largest_value=100.0,
            **contributions(ill.to_numpy(dtype=float)),
        ),
    }

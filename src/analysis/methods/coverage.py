"""Coverage: which part of what was delivered could be linked, and whom each source knows.

Complete counts: there is no sampling error in them.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.results import Absent, Aggregate
from analysis.methods.years import in_latest_year

LINKED_METHOD = Text(
    nl="aandeel van de geleverde eenheden dat aan een organisatie en jaar van PFZW te koppelen is; "
    "volledige telling",
    en="share of the delivered units that can be linked to an organisation and year of PFZW; "
    "complete count",
)
COVERAGE_METHOD = Text(
    nl="aandeel van de werknemers bij een organisatie die de bron kent; volledige telling",
    en="share of employees at an organisation that the source knows; complete count",
)


def linked_shares(counts: DataTable, *, dimension: str, levels: list[str]) -> Aggregate | Absent:
    """Return which part of what each source delivered could be linked, in percent.

    Parameters
    ----------
    counts
        The table ``linkage_counts``.
    dimension
        ``all``, ``branch``, ``region``, ``age_band`` or ``year``; its ``levels`` are the groups,
        the sources the measures.
    """
    if counts.frame is None:
        return Absent((counts.name,))
    rows = counts.frame[
        (counts.frame["dimension"] == dimension)
        & counts.frame["level"].isin(levels)
        & (counts.frame["delivered"] > 0)
    ]
    cells = [
        cell(
            row.level,
            row.source,
            100 * row.linked / row.delivered,
            row.n_persons,
            row.n_organisations,
        )
        for row in rows.itertuples()
    ]
    return matrix(cells, levels, counts.name, LINKED_METHOD)


def coverage(
    table: DataTable, by: str, levels: list[str], sources: Mapping[str, str], *, last: int
) -> Aggregate | Absent:
    """Return which part of the employees works at an organisation that a source covers, in percent.

    Parameters
    ----------
    by
        Column of ``organisation_years`` whose ``levels`` are the groups.
    sources
        Measure → column that is 1 where the source knows the organisation and year.
    """
    rows = in_latest_year(table, last)
    if rows is None:
        return Absent((table.name,))
    year = int(rows["year"].max())
    cells = []
    for level in levels:
        group = rows[rows[by] == level]
        if group.empty:
            continue
        employees = group["employees"].sum()
        cells += [
            cell(
                level,
                source,
                100 * group.loc[group[column].eq(1), "employees"].sum() / employees,
                float(employees),
                len(group),
                year,
            )
            for source, column in sources.items()
        ]
    return matrix(cells, levels, table.name, COVERAGE_METHOD)


def cell(
    group: str, measure: str, value: float, persons: float, organisations: float, year: int = 0
) -> dict:
    """Return one cell of a matrix of shares, in percent."""
    return {
        "group": group,
        "period": f"{year}JJ00" if year else "",
        "measure": measure,
        "kind": "share",
        "value": value,
        "unit": "percent",
        "status": "not stated",
        "n_persons": persons,
        "n_organisations": organisations,
    }


def matrix(cells: list[dict], levels: list[str], table: str, method: Text) -> Aggregate | Absent:
    """Assemble cells in the order of ``levels``; Absent when there are none."""
    if not cells:
        return Absent((table,))
    frame = pd.DataFrame(cells)
    order = {level: place for place, level in enumerate(levels)}
    frame = frame.sort_values("group", key=lambda names: names.map(order), kind="stable")
    return Aggregate(frame.reset_index(drop=True), (table,), method)

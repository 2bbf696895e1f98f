"""Coverage: which part of what was delivered could be linked, and whom each source knows.

Complete counts: there is no sampling error in them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.behind import Behind, behind
from analysis.methods.cells import DIMENSIONS, YES, Cell
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.years import in_latest_year

#: Level of what could not be linked, and has no branch or region therefore.
UNKNOWN = "unknown"

LINKED_METHOD = Text(
    nl="aandeel van de geleverde eenheden dat te koppelen is: aan een organisatie en jaar van "
    "PFZW, of voor personen aan de loonstroken; volledige telling",
    en="share of the delivered units that can be linked: to an organisation and year of PFZW, or "
    "for persons to the payslips; complete count",
)
LOSS_METHOD = Text(
    nl="aandeel van de geleverde eenheden dat niet te koppelen is, naar reden; volledige telling",
    en="share of the delivered units that cannot be linked, by reason; complete count",
)
DIFFERENCE_METHOD = Text(
    nl="gestandaardiseerd verschil (Austin 2009): verschil van de gemiddelden, gedeeld door de "
    "gezamenlijke standaarddeviatie; volledige telling van organisaties en jaren",
    en="standardised difference (Austin 2009): difference of the means, divided by the pooled "
    "standard deviation; complete count of organisations and years",
)
COVERAGE_METHOD = Text(
    nl="aandeel van de werknemers bij een organisatie die de bron kent; volledige telling",
    en="share of employees at an organisation that the source knows; complete count",
)


def linked_by_source(counts: DataTable) -> Aggregate | Absent:
    """Return which part of each source was linked, occurs more than once, or is implausible.

    Groups are sources; measures ``linked``, ``one_to_many`` and ``implausible``, in percent.

    Parameters
    ----------
    counts
        The table ``linkage_counts``. Sources without organisations (FWG) are left out.
    """
    rows = _counts(counts, "all")
    if rows is None:
        return Absent((counts.name,))
    cells = [
        _linkage_cell(row.source, measure, row, measure, {})
        for row in rows.itertuples()
        for measure in ("linked", "one_to_many", "implausible")
    ]
    return matrix(cells, list(rows["source"]), (counts.name,), LINKED_METHOD)


def linked_shares(counts: DataTable, dimension: str, sources: list[str]) -> Aggregate | Absent:
    """Return the linked part, in percent, by level of a dimension (groups) and source (measures).

    Parameters
    ----------
    dimension
        ``branch``, ``region``, ``age_band`` or ``year``.
    """
    rows = _counts(counts, dimension)
    if rows is None:
        return Absent((counts.name,))
    rows = rows[rows["source"].isin(sources) & (rows["level"] != UNKNOWN)]
    # Units belong to one year each; the same people come back in the next.
    split = "unit_year" if dimension == "year" else dimension
    cells = [
        _linkage_cell(row.level, row.source, row, "linked", {split: row.level})
        for row in rows.itertuples()
    ]
    present = set(rows["level"])
    levels = [level for level in DIMENSIONS[split].levels or () if level in present]
    return matrix(cells, levels, (counts.name,), LINKED_METHOD)


def _linkage_cell(group: str, measure: str, row: Any, part: str, levels: dict[str, str]) -> dict:
    """Return the share of units of which ``part`` holds; persons and organisations are counted."""
    of = Cell.of("delivered", source=row.source, **levels)
    return cell(
        group,
        measure,
        100 * getattr(row, part) / row.delivered,
        row.n_persons,
        row.n_organisations,
        behind(
            # Units are not persons, so that the share is not one of persons.
            "weighted share",
            of,
            of.within(**{part: YES}),
            numerator=float(getattr(row, f"n_persons_{part}")),
            part_organisations=float(getattr(row, f"n_organisations_{part}")),
            magnitude=f"units of {row.source}",
            weight=float(row.delivered),
        ),
    )


def losses(table: DataTable, counts: DataTable) -> Aggregate | Absent:
    """Return which part of each source was lost, in percent, by reason."""
    rows = _counts(counts, "all")
    if rows is None or table.frame is None or table.frame.empty:
        return Absent(tuple(t.name for t in (table, counts) if t.frame is None) or (table.name,))
    whole = rows.set_index("source")
    cells = []
    for row in table.frame.itertuples():
        if row.source not in whole.index:
            continue
        delivered = whole.loc[row.source]
        of = Cell.of("delivered", source=row.source)
        cells.append(
            cell(
                row.source,
                row.reason,
                100 * row.not_linked / delivered["delivered"],
                delivered["n_persons"],
                delivered["n_organisations"],
                behind(
                    "weighted share",
                    of,
                    of.within(loss=row.reason),
                    numerator=float(row.n_persons),
                    part_organisations=float(row.n_organisations),
                    magnitude=f"units of {row.source}",
                    weight=float(delivered["delivered"]),
                ),
            )
        )
    return matrix(cells, list(rows["source"]), (table.name, counts.name), LOSS_METHOD)


def differences(
    table: DataTable, source: str, characteristics: list[str], *, people: Estimates | Absent
) -> Estimates | Absent:
    """Compare what a source covers with what it does not, in standard deviations.

    Parameters
    ----------
    table
        The table ``linkage_differences``.
    characteristics
        Characteristics to show, in this order.
    people
        Number of employees of a year, in thousands; the units here are organisations and years.
    """
    if isinstance(people, Absent):
        return people
    if table.frame is None:
        return Absent((table.name,))
    rows = table.frame[
        (table.frame["source"] == source)
        & table.frame["characteristic"].isin(characteristics)
        & table.frame["standardised_difference"].notna()
    ].set_index("characteristic")
    found = [
        {
            "term": name,
            "estimate": rows.loc[name, "standardised_difference"],
            "n": 1000 * people.frame["estimate"].iloc[0],
            "n_organisations": rows.loc[name, "n_organisations"],
            "half_step": 0.0,
            "df": rows.loc[name, "n_linked"] + rows.loc[name, "n_unlinked"] - 2,
            "behind": people.behind[0].model_copy(update={"kind": "difference"}),
        }
        for name in characteristics
        if name in rows.index
    ]
    if not found:
        return Absent((table.name,))
    return estimates(
        found, tables=(table.name,), method=DIFFERENCE_METHOD, unit="standard_deviations"
    )


def _counts(counts: DataTable, dimension: str) -> pd.DataFrame | None:
    if counts.frame is None:
        return None
    rows = counts.frame[
        (counts.frame["dimension"] == dimension)
        & (counts.frame["delivered"] > 0)
        & (counts.frame["n_organisations"] > 0)
    ]
    return None if rows.empty else rows


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
        of = Cell.of("employees", year=year, **{by: level})
        for source, column in sources.items():
            known = group.loc[group[column].eq(1), "employees"]
            cells.append(
                cell(
                    level,
                    source,
                    # Unknown, not zero, where the source was not delivered.
                    np.nan if group[column].isna().all() else 100 * known.sum() / employees,
                    float(employees),
                    len(group),
                    behind(
                        "share",
                        of,
                        of.within(**{source: YES}),
                        numerator=float(known.sum()),
                        part_organisations=len(known),
                    ),
                    year,
                )
            )
    return matrix(cells, levels, (table.name,), COVERAGE_METHOD)


def cell(
    group: str,
    measure: str,
    value: float,
    persons: float,
    organisations: float,
    known: Behind,
    year: int = 0,
) -> dict:
    """Return one cell of a matrix of shares, in percent."""
    return {
        "group": group,
        "period": f"{year}JJ00" if year else "",
        "measure": measure,
        "kind": known.kind,
        "value": value,
        "unit": "percent",
        "status": "not stated",
        "n_persons": persons,
        "n_organisations": organisations,
        "behind": known,
    }


def matrix(
    cells: list[dict], levels: list[str], tables: tuple[str, ...], method: Text
) -> Aggregate | Absent:
    """Assemble cells in the order of ``levels``; Absent when there are none."""
    if not cells:
        return Absent(tables)
    order = {level: place for place, level in enumerate(levels)}
    ordered = sorted(cells, key=lambda one: order[one["group"]])
    frame = pd.DataFrame(ordered)[list(Aggregate.columns)]
    return Aggregate(frame, tables, method, tuple(one["behind"] for one in ordered))

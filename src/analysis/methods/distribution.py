"""How a variable is spread over organisations or persons, in numbers that show none of them.

A percentile is the mean of ten neighbouring ordered values, so that it is nobody's own; an average
over a bin is that of many. The airlock keeps inside what has too few on either side of it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import Behind, behind, contributions
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Aggregate

#: Measure → which quantile it is.
QUANTILES = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}
#: Ordered values in the mean that stands for a quantile.
NEIGHBOURS = 10
#: A bin holds at least as many persons, and as many organisations where these are the unit.
FEWEST = 10
#: Organisations in a bin of persons.
FEWEST_ORGANISATIONS = 5

_OVER = {
    "organisations": Text(nl="elke organisatie telt één keer", en="each organisation counts once"),
    "persons": Text(nl="elke persoon telt één keer", en="each person counts once"),
}
_PERCENTILES = Text(
    nl="percentielen, elk het gemiddelde van de tien waarden eromheen; {over}; geen interval",
    en="percentiles, each the mean of the ten values around it; {over}; no interval",
)
_BINNED = Text(
    nl="gemiddelden van groepen die oplopen in het eerste kenmerk; {over}; 95%-interval van het "
    "tweede met organisaties als clusters",
    en="means of groups that ascend in the first characteristic; {over}; 95% interval of the "
    "second with organisations as clusters",
)


@dataclass(frozen=True)
class Columns:
    """Which columns of a table say who is counted.

    Attributes
    ----------
    organisation
        Pseudonym of the organisation.
    person
        Who is counted, or None where a row is an organisation.
    employees
        Number of people that an organisation stands for.
    """

    organisation: str = "organisation"
    person: str | None = None
    employees: str = "employees"


def percentiles(
    table: DataTable,
    variable: str,
    by: str,
    levels: list[str],
    *,
    among: Cell,
    year: int | None,
    unit: str,
    scale: float = 1.0,
    columns: Columns | None = None,
    together: str | None = None,
) -> Aggregate | Absent:
    """Return P10, P25, the median, P75 and P90 of a variable in each group.

    Groups are levels; measures ``p10``, ``p25``, ``p50``, ``p75`` and ``p90``. A group without
    anybody is left out. All five are returned for small groups too: the airlock suppresses a
    quantile that has fewer than ten on one side of it.

    Parameters
    ----------
    table
        One row per organisation or person in a year.
    by, levels
        Column and levels of the groups.
    among
        Whom the table holds with a value, without the level and the year: its population decides
        whether organisations or persons are counted.
    unit, scale
        Unit of the result, and what turns the variable into it: 100 for a share in percent.
    together
        Name of one more group with all levels, as the last; left out without a name.
    """
    columns = columns or Columns()
    rows = _valued(table, [variable], among, year, columns, by=by, levels=levels)
    if rows is None:
        return Absent((table.name,))
    groups = [(level, rows[rows[by] == level], among.within(**{by: level})) for level in levels]
    if together is not None:
        groups.append((together, rows, among.within(**{by: levels})))
    found: list[dict] = []
    for group, members, cell in groups:
        if members.empty:
            continue
        values = scale * np.sort(members[variable].to_numpy(dtype=float))
        about = _about(group, members, cell, year, columns)
        found += [
            about
            | {
                "measure": measure,
                "kind": "quantile",
                "value": quantile(values, q),
                "unit": unit,
                "behind": behind(
                    "quantile",
                    cell.within(year=year),
                    quantile=q,
                    different=len(np.unique(values)),
                ),
            }
            for measure, q in QUANTILES.items()
        ]
    return aggregate(found, (table.name,), _method(_PERCENTILES, among))


def quantile(ordered: np.ndarray, q: float) -> float:
    """Return the mean of the ten ordered values around a quantile; of all when there are fewer.

    Mirrored values give mirrored quantiles.
    """
    n = len(ordered)
    room = max(n - NEIGHBOURS, 0)
    below = min(max(int(np.floor(n * min(q, 1 - q) - NEIGHBOURS / 2 + 1e-9)), 0), room)
    first = below if q <= 0.5 else room - below
    return float(ordered[first : first + NEIGHBOURS].mean())


def binned(
    table: DataTable,
    x: str,
    y: str,
    *,
    among: Cell,
    year: int | None,
    units: tuple[str, str],
    scales: tuple[float, float] = (1.0, 1.0),
    bins: int = 8,
    edges: list[float] | None = None,
    columns: Columns | None = None,
) -> Aggregate | Absent:
    """Return the mean of ``x`` and of ``y``, with a 95 % interval, in bins of ``x``.

    Groups are ``bin_1``, ``bin_2`` and so on, upwards; measures ``x``, ``y``, ``y_low`` and
    ``y_high``.

    Parameters
    ----------
    table
        One row per organisation or person in a year.
    among
        Whom the table holds with both values; its population decides who is counted.
    units, scales
        Units of the means of ``x`` and ``y``, and what turns the variables into them.
    bins
        At most this many bins of about equal numbers; fewer where one would hold too few. Absent
        when not even two are large enough.
    edges
        Limits between bins, in the unit of the mean, that were chosen before the data were seen;
        instead of ``bins``. A bin that nobody is in is left out.
    """
    columns = columns or Columns()
    rows = _valued(table, [x, y], among, year, columns)
    if rows is None:
        return Absent((table.name,))
    rows = rows.assign(**{x: scales[0] * rows[x], y: scales[1] * rows[y]})
    place = _even_bins(rows, x, bins, columns) if edges is None else np.digitize(rows[x], edges)
    if place is None:
        return Absent((table.name,))
    found: list[dict] = []
    count = place.max() + 1 if edges is None else len(edges) + 1
    for number in range(count):
        members = rows[place == number]
        if members.empty:
            continue
        cell = among.within(bin=f"{x} {number + 1} of {count}")
        about = _about(f"bin_{number + 1}", members, cell, year, columns)
        cell = cell.within(year=year)
        found += _mean_rows(about, members, x, y, units, cell, columns)
    return aggregate(found, (table.name,), _method(_BINNED, among))


def _mean_rows(
    about: dict,
    members: pd.DataFrame,
    x: str,
    y: str,
    units: tuple[str, str],
    cell: Cell,
    columns: Columns,
) -> list[dict]:
    found = [
        about
        | {
            "measure": measure,
            "kind": "mean",
            "value": float(members[column].mean()),
            "unit": unit,
            "behind": _behind_mean(members[column], cell, column),
        }
        for measure, column, unit in (("x", x, units[0]), ("y", y, units[1]))
    ]
    if members[columns.organisation].nunique() > 1:
        ends = clusters.mean(members[y], members[columns.organisation]).interval()
        found += [
            about
            | {
                "measure": measure,
                "kind": "mean",
                "value": float(end),
                "unit": units[1],
                "behind": _behind_mean(members[y], cell, f"{y} {measure}"),
            }
            for measure, end in zip(("y_low", "y_high"), ends, strict=True)
        ]
    return found


def _behind_mean(values: pd.Series, cell: Cell, magnitude: str) -> Behind:
    return behind(
        "mean",
        cell,
        **contributions(values.to_numpy(dtype=float)),
        largest_value=float(values.abs().max()),
        magnitude=magnitude,
        weight=float(len(values)),
    )


def _even_bins(rows: pd.DataFrame, x: str, bins: int, columns: Columns) -> np.ndarray | None:
    """Cut into as many bins of about equal numbers as hold enough; equal values stay together."""
    for count in range(bins, 1, -1):
        edges = np.unique(np.quantile(rows[x], np.arange(1, count) / count))
        _, place = np.unique(np.digitize(rows[x], edges, right=True), return_inverse=True)
        organisations = rows[columns.organisation].groupby(place).nunique()
        persons = np.bincount(place)
        least = FEWEST if columns.person is None else FEWEST_ORGANISATIONS
        if len(persons) > 1 and persons.min() >= FEWEST and organisations.min() >= least:
            return place
    return None


def _valued(
    table: DataTable,
    variables: list[str],
    among: Cell,
    year: int | None,
    columns: Columns,
    *,
    by: str | None = None,
    levels: list[str] | None = None,
) -> pd.DataFrame | None:
    """Return the rows of a year with all values, one per unit; None when there are none."""
    if (among.unit == "persons") != (columns.person is not None):
        raise ValueError(f"{among.population} are {among.unit}; name their column in Columns")
    if table.frame is None or year is None:
        return None
    frame = table.frame[table.frame["year"] == year]
    if by is not None:
        frame = frame[frame[by].isin(levels)]
    frame = frame.dropna(subset=variables)
    if frame[columns.person or columns.organisation].duplicated().any():
        raise ValueError(f"{table.name} holds some of the {among.population} twice in a year")
    return None if frame.empty else frame


def _about(
    group: str, members: pd.DataFrame, cell: Cell, year: int | None, columns: Columns
) -> dict:
    persons = members[columns.employees].sum() if columns.person is None else len(members)
    return {
        "group": group,
        "period": f"{year}JJ00",
        "status": "not stated",
        "n_persons": float(persons),
        "n_organisations": float(members[columns.organisation].nunique()),
    }


def _method(text: Text, among: Cell) -> Text:
    over = _OVER[among.unit]
    return Text(nl=text.nl.format(over=over.nl), en=text.en.format(over=over.en))


def aggregate(rows: list[dict], tables: tuple[str, ...], method: Text) -> Aggregate:
    """Assemble an Aggregate from rows that each bring what stands behind them."""
    frame = pd.DataFrame([{k: v for k, v in row.items() if k != "behind"} for row in rows])
    return Aggregate(
        frame[list(Aggregate.columns)], tables, method, tuple(row["behind"] for row in rows)
    )

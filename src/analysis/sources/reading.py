"""Delivered files in the columns and types of the schema, whatever they were written in."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.languages import Text
from analysis.sources import forms
from analysis.sources.column_names import shown_column
from analysis.sources.dialects import DELIVER_AGAIN
from analysis.sources.problems import Problem, UnusableFileError
from analysis.sources.raw_files import Raw, fetch_one, open_file
from analysis.sources.schema import DeliveredTable, sql_type

_OTHER_NAMES = Text(
    nl="Gebruik de namen van de hand-out en lever alleen wat daar gevraagd wordt.",
    en="Use the names of the hand-out and deliver only what it asks for.",
)


@dataclass(frozen=True)
class ReadFile:
    """A file, ready to be queried.

    Attributes
    ----------
    raw
        The file as delivered.
    values
        Column of the schema → how to read it; absent columns are left out.
    problems
        What is wrong with the header, and with the forms of cells.
    """

    file: str
    table: DeliveredTable
    raw: Raw
    values: dict[str, forms.Reading]
    cells: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def unread(self) -> dict[str, int]:
        """Columns with cells that have no value for their form, and how many."""
        return {name: read.unread for name, read in self.values.items() if read.unread}

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns of the schema that the file lacks."""
        return tuple(name for name in self.table.columns if name not in self.values)

    def select(self) -> str:
        """Return SQL for the file's rows with the columns and types of the schema."""
        return f"SELECT {', '.join(self.expressions())} FROM {self.raw.relation}"

    def expressions(self) -> list[str]:
        """Return SQL for every column of the schema, in its order."""
        return [
            f'{self.values[name].value} AS "{name}"'
            if name in self.values
            else f'CAST(NULL AS {sql_type(column)}) AS "{name}"'
            for name, column in self.table.columns.items()
        ]


def read_file(
    connection: duckdb.DuckDBPyConnection, path: Path, table: DeliveredTable, *, file: str
) -> ReadFile:
    """Make a file ready to be queried.

    Parameters
    ----------
    connection
        Of ``engine.open_engine``; what has to be written goes to its scratch folder.
    path
        Parquet or CSV.
    table
        What the file should hold.
    file
        How messages name it.

    Raises
    ------
    UnusableFileError
        If the file cannot be read at all.
    """
    raw = open_file(connection, path, tuple(table.columns), file=file)
    if not raw.rows:
        raise UnusableFileError(
            Problem(
                file=file,
                table=table.name,
                rule="no rows",
                expected=Text(nl="ten minste een rij", en="at least one row"),
                remedy=DELIVER_AGAIN,
            )
        )
    places, problems = _match_header(raw, table, file)
    columns = {
        name: (f"raw_{places[name]}", raw.kinds[places[name]], sql_type(table.columns[name]))
        for name in table.columns
        if name in places
    }
    values = forms.decide(columns, _count_classes(connection, raw, columns, file), raw.separator)
    problems += [
        Problem(
            file=file,
            table=table.name,
            rule=fault.rule,
            column=name,
            rows=fault.rows,
            of=raw.rows,
            expected=fault.expected,
            remedy=fault.remedy,
        )
        for name, read in values.items()
        for fault in read.faults
    ]
    cells = {name: cell for name, (cell, _, _) in columns.items()}
    return ReadFile(file, table, raw, values, cells, tuple(problems))


def _match_header(
    raw: Raw, table: DeliveredTable, file: str
) -> tuple[dict[str, int], list[Problem]]:
    """Return the place of each column of the schema, and what is wrong with the header."""
    places = {}
    problems = []
    known = {name.casefold(): name for name in table.columns}
    for place, name in enumerate(raw.names):
        column = known.get(name.casefold())
        if column is None:
            problems.append(
                Problem(
                    file=file,
                    table=table.name,
                    rule="unexpected column",
                    column=shown_column(name, place),
                    expected=Text(
                        nl=f"alleen de {len(table.columns)} kolommen van de hand-out",
                        en=f"only the {len(table.columns)} columns of the hand-out",
                    ),
                    remedy=Text(
                        nl="Verwijder de kolom: wat niet gevraagd is, hoort hier niet.",
                        en="Remove the column: what was not asked for must not be here.",
                    ),
                )
            )
            continue
        places[column] = place
        if name != column:
            problems.append(
                Problem(
                    file=file,
                    table=table.name,
                    rule="name in other letters",
                    column=shown_column(name, place),
                    expected=Text(nl=f"de naam {column}", en=f"the name {column}"),
                    remedy=_OTHER_NAMES,
                )
            )
    problems += [
        Problem(
            file=file,
            table=table.name,
            rule="column missing",
            column=name,
            expected=Text(
                nl=f"de kolommen {', '.join(table.columns)}",
                en=f"the columns {', '.join(table.columns)}",
            ),
            remedy=_OTHER_NAMES,
        )
        for name in table.columns
        if name not in places
    ]
    return places, problems


def _count_classes(
    connection: duckdb.DuckDBPyConnection,
    raw: Raw,
    columns: dict[str, tuple[str, str, str]],
    file: str,
) -> dict[str, dict[int, int]]:
    classes = {name: forms.class_sql(*column) for name, column in columns.items()}
    counted = {name: sql for name, sql in classes.items() if sql is not None}
    if not counted:
        return {}
    inner = ", ".join(f"{sql} AS class_{i}" for i, sql in enumerate(counted.values()))
    counters = ", ".join(
        f"count(*) FILTER (class_{i} = {value})"
        for i in range(len(counted))
        for value in forms.CLASSES
    )
    found = iter(
        fetch_one(
            connection, f"SELECT {counters} FROM (SELECT {inner} FROM {raw.relation})", file=file
        )
    )
    return {name: {value: next(found) for value in forms.CLASSES} for name in counted}

"""What a column of a linked table is: the one source for its SQL type and the data dictionary."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.languages import Text
from analysis.sources.schema import DeliveredTable, about, sql_type


@dataclass(frozen=True)
class Column:
    """A column of a linked table.

    Attributes
    ----------
    kind
        DuckDB type; the column has it also where its source is absent and all values are NULL.
    sources
        Delivered tables that it is made from.
    """

    name: str
    kind: str
    description: Text
    unit: str | None = None
    sources: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Return the entry of the data dictionary."""
        return {
            "nl": self.description.nl,
            "en": self.description.en,
            "type": self.kind,
            "unit": self.unit,
            "sources": list(self.sources),
        }


def column(
    name: str, kind: str, nl: str, en: str, *, unit: str | None = None, source: str | tuple = ()
) -> Column:
    """Return a column that linking makes."""
    sources = (source,) if isinstance(source, str) else tuple(source)
    return Column(name, kind, Text(nl=nl, en=en), unit, sources)


def delivered(table: DeliveredTable, *names: str, prefix: str = "") -> tuple[Column, ...]:
    """Return columns as a supplier delivers them; all of the table when no name is given."""
    chosen = names or tuple(table.columns)
    return tuple(
        Column(
            prefix + name,
            sql_type(table.columns[name]),
            about(table.columns[name]).description,
            about(table.columns[name]).unit,
            (table.name,),
        )
        for name in chosen
    )


def names(columns: Iterable[Column]) -> list[str]:
    """Return the names of columns in their order."""
    return [found.name for found in columns]


def typed(columns: Iterable[Column], of: str = "") -> str:
    """Return columns as the SQL list of a SELECT, each in its type."""
    return ", ".join(f'CAST({of}"{c.name}" AS {c.kind}) AS "{c.name}"' for c in columns)


def empty(columns: Iterable[Column]) -> str:
    """Return columns of an absent source as the SQL list of a SELECT: NULL in each type."""
    return ", ".join(f'CAST(NULL AS {c.kind}) AS "{c.name}"' for c in columns)


def quoted(path: Path) -> str:
    """Return a path as a text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"

"""Which files of a deliveries folder belong to which confidential table, and views over them.

A supplier's files stand in a folder named after the supplier, with a note ``delivery.json`` that
says under which edition and key the pseudonyms were made and which share of all persons a file
holds. ``pfzw/payslips.parquet``, ``pfzw/payslips-2024.csv`` and ``2025/pfzw/payslips_1.parquet``
are all payslips of PFZW.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.notes import NOTE, DeliveryNote, read_note
from analysis.sources.problems import UnusableFileError, shown_path
from analysis.sources.reading import ReadFile, read_file
from analysis.sources.schema import DeliveredTable
from analysis.sources.walking import Walked, not_a_file, walk_all

__all__ = [
    "ENDINGS",
    "NOTE",
    "Delivered",
    "DeliveryNote",
    "create_view",
    "find_delivered",
    "read_note",
    "table_of",
]

ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class Delivered:
    """The files that deliver one table.

    Attributes
    ----------
    paths
        In the order of their names.
    """

    table: DeliveredTable
    paths: tuple[Path, ...]
    note: DeliveryNote

    @property
    def fraction(self) -> float:
        """Share of all persons that the files hold."""
        return self.note.fractions.get(self.table.file, 1.0)


def find_delivered(deliveries: Path) -> dict[str, Delivered]:
    """Assign files to confidential tables.

    Returns
    -------
    dict
        Name of the table → its files; tables without a file are left out.

    Raises
    ------
    DeliveryError
        If a supplier's note is missing or does not fit.
    """
    return {
        name: Delivered(CONFIDENTIAL[name], tuple(paths), read_note(paths[0].parent, deliveries))
        for name, paths in assign_files(deliveries).items()
    }


def assign_files(deliveries: Path, walked: Walked | None = None) -> dict[str, list[Path]]:
    """Return the files of each confidential table, by its name and in the order of their paths.

    Without ``walked``, which a check gives, a thing that should be a file is an error.
    """
    if walked is None:
        walked = walk_all(deliveries)
        for path, table in odd_files(walked).items():
            raise UnusableFileError(
                not_a_file(shown_path(path.relative_to(deliveries)), table=table)
            )
    found: dict[str, list[Path]] = {}
    for path in walked.files:
        table = table_of(path.relative_to(deliveries))
        if table is not None:
            found.setdefault(table.name, []).append(path)
    return {name: found[name] for name in CONFIDENTIAL if name in found}


def odd_files(walked: Walked) -> dict[Path, str]:
    """Return what bears the name of a confidential file and is none, with the table it is of."""
    named = {
        path: table_of(path.relative_to(walked.root)) for path in (*walked.others, *walked.folders)
    }
    return {path: table.name for path, table in named.items() if table is not None}


def table_of(relative: Path) -> DeliveredTable | None:
    """Return the table that a file belongs to by its folder and name, or None."""
    if relative.suffix.lower() not in ENDINGS or len(relative.parts) < 2:
        return None
    supplier, stem = relative.parts[-2].lower(), relative.stem.lower()
    # Longest name first: the start of a name may be another file's name.
    for table in sorted(CONFIDENTIAL.values(), key=lambda table: -len(table.file)):
        if supplier == table.supplier and (
            stem == table.file or stem.startswith((f"{table.file}-", f"{table.file}_"))
        ):
            return table
    return None


def create_view(connection: duckdb.DuckDBPyConnection, delivered: Delivered) -> str:
    """Make a view with the columns and types of the schema over the files of a table.

    Parameters
    ----------
    connection
        Of ``engine.open_engine``; copies of CSV files stay in its scratch folder while it is open.
    delivered
        Parquet or CSV files, also both.

    Returns
    -------
    str
        Name of the view, which is that of the table.

    Raises
    ------
    DeliveryError
        If a file cannot be read, lacks a column, has one too many, or holds cells that do not
        convert. What values may be is for ``check`` to say.
    """
    reads = []
    for path in delivered.paths:
        file = shown_path(Path(*path.parts[-2:]))
        read = read_file(connection, path, delivered.table, file=file)
        if read.problems:
            raise UnusableFileError(read.problems[0])
        reads.append(read)
    return view_over(connection, delivered.table, reads)


def view_over(
    connection: duckdb.DuckDBPyConnection, table: DeliveredTable, reads: list[ReadFile]
) -> str:
    """Make the view of a table over files that were read."""
    union = " UNION ALL ".join(read.select() for read in reads)
    connection.execute(f'CREATE OR REPLACE VIEW "{table.name}" AS {union}')
    return table.name

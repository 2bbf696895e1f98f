"""Which files of a deliveries folder belong to which confidential table, and views over them.

A supplier's files stand in a folder named after the supplier, with a note ``delivery.json`` that
says under which edition and key the pseudonyms were made and which share of all persons a file
holds. ``pfzw/payslips.parquet``, ``pfzw/payslips-2024.csv`` and ``2025/pfzw/payslips_1.parquet``
are all payslips of PFZW.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import Field, ValidationError

from analysis.errors import DeliveryError
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivery import files_in
from analysis.sources.schema import DeliveredTable, sql_type
from analysis.sources.series import SYNTHETIC_PREFIX
from analysis.strict import StrictModel

NOTE = "delivery.json"
ENDINGS = (".parquet", ".csv")


class DeliveryNote(StrictModel):
    """What a supplier's folder says about its files.

    Attributes
    ----------
    key_fingerprint
        Of the key that made the pseudonyms; None for a supplier whose files hold no pseudonym.
    fractions
        File of the schema → share of all persons that it holds; 1 where it is left out.
    source
        Starts with "synthetic" when the stub made the files.
    """

    supplier: str
    edition: str
    pseudonyms: str = Field(default="v1", pattern=r"^v1$")
    key_fingerprint: str | None = Field(default=None, pattern=r"^[0-9a-f]{16}$")
    fractions: dict[str, float] = {}
    source: str = ""

    @property
    def synthetic(self) -> bool:
        """Whether the stub made the files."""
        return self.source.startswith(SYNTHETIC_PREFIX)


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
    found: dict[str, list[Path]] = {}
    for path in files_in(deliveries):
        table = table_of(path.relative_to(deliveries))
        if table is not None:
            found.setdefault(table.name, []).append(path)
    return {
        name: Delivered(
            CONFIDENTIAL[name], tuple(found[name]), read_note(found[name][0].parent, deliveries)
        )
        for name in CONFIDENTIAL
        if name in found
    }


def table_of(relative: Path) -> DeliveredTable | None:
    """Return the table that a file belongs to by its folder and name, or None."""
    if relative.suffix.lower() not in ENDINGS or len(relative.parts) < 2:
        return None
    supplier, stem = relative.parts[-2].lower(), relative.stem.lower()
    for table in CONFIDENTIAL.values():
        if supplier == table.supplier and (
            stem == table.file or stem.startswith((f"{table.file}-", f"{table.file}_"))
        ):
            longer = [
                other.file
                for other in CONFIDENTIAL.values()
                if other.supplier == supplier and len(other.file) > len(table.file)
            ]
            if not any(stem == file or stem.startswith(f"{file}-") for file in longer):
                return table
    return None


def read_note(folder: Path, deliveries: Path) -> DeliveryNote:
    """Read the note of a supplier's folder."""
    path = folder / NOTE
    file = path.relative_to(deliveries).as_posix()
    expected = "expected supplier, edition, key_fingerprint and, for a sample, fractions"
    try:
        note = DeliveryNote.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DeliveryError(
            f"{file}: no such file; {expected}. `preventieplan pseudonymise` writes it: deliver it "
            "beside the files."
        ) from None
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise DeliveryError(
            f"{file}: key '{keys or 'all'}' does not fit; {expected}. Write the note again."
        ) from None
    return note


def create_view(connection: duckdb.DuckDBPyConnection, delivered: Delivered) -> str:
    """Make a view with the columns and types of the schema over the files of a table.

    Returns
    -------
    str
        Name of the view, which is that of the table.
    """
    table = delivered.table
    paths = ", ".join(f"'{str(path).replace(chr(39), chr(39) * 2)}'" for path in delivered.paths)
    columns = ", ".join(
        f'CAST("{name}" AS {sql_type(column)}) AS "{name}"'
        for name, column in table.columns.items()
    )
    connection.execute(
        f'CREATE OR REPLACE VIEW "{table.name}" AS '
        f"SELECT {columns} FROM read_parquet([{paths}], union_by_name = true)"
    )
    return table.name

"""Delivered files as they are: a relation of raw columns over a CSV or Parquet file.

A CSV file is copied once, as text, to Parquet in the engine's scratch folder; from there on both
are read alike. Nothing is loaded into memory as a whole.
"""

import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import WorkplaceError
from analysis.languages import Text
from analysis.sources.column_names import shown_column
from analysis.sources.dialects import DELIVER_AGAIN, read_dialect, write_plain
from analysis.sources.problems import NumberTooLargeError, Problem, UnusableFileError
from analysis.sources.walking import unopened

_MAGIC = b"PAR1"
#: Names that DuckDB takes literally; in others a bracket would be a pattern.
_PLAIN_PATH = re.compile(r"[\w./ +=@~-]+", re.ASCII)
#: A query that does not fit the schema is no fault of the delivery.
_OUR_MISTAKES = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)


@dataclass(frozen=True)
class Raw:
    """A file as it was delivered: its columns are ``raw_0``, ``raw_1`` and so on.

    Attributes
    ----------
    relation
        SQL that can stand after FROM.
    names, kinds
        Name and DuckDB type of each column.
    separator
        Of a CSV file.
    rows
        Number of rows.
    """

    relation: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    separator: str | None
    rows: int


def fetch_one(connection: duckdb.DuckDBPyConnection, query: str, *, file: str) -> tuple:
    """Run a query over delivered files and return its only row.

    Raises
    ------
    UnusableFileError
        If a file turns out to be damaged, or holds a number that is too large. What DuckDB
        says may hold cells, so it is not passed on.
    WorkplaceError
        If memory or disk do not suffice.
    """
    try:
        return connection.execute(query).fetchone()
    except duckdb.Error as error:
        raise_other(error, file)


def raise_other(error: duckdb.Error, file: str) -> None:
    """Raise what an error of DuckDB means, without what it says."""
    if isinstance(error, _OUR_MISTAKES):
        raise error
    if isinstance(error, duckdb.OutOfMemoryException) or "No space left" in str(error):
        raise WorkplaceError(
            f"{file}: memory and scratch disk do not suffice; expected room for about twice the "
            "deliveries. Free disk, or name another place with TMPDIR."
        ) from None
    if isinstance(error, (duckdb.OutOfRangeException, duckdb.ConversionException)):
        raise NumberTooLargeError(
            Problem(
                file=file,
                rule="number too large",
                expected=Text(
                    nl="getallen waarmee te rekenen is", en="numbers that can be calculated with"
                ),
            )
        ) from None
    raise UnusableFileError(
        Problem(
            file=file,
            rule="damaged",
            expected=Text(nl="een bestand dat heel is", en="a file that is whole"),
            remedy=DELIVER_AGAIN,
        )
    ) from None


def open_file(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Collection[str], *, file: str
) -> Raw:
    """Open a CSV or Parquet file.

    Parameters
    ----------
    connection
        Of ``engine.open_engine``; what has to be written goes to its scratch folder.
    path
        Parquet or CSV, by its ending.
    wanted
        Names of the columns that the file should hold.
    file
        How messages name it.

    Raises
    ------
    UnusableFileError
        If the file cannot be read at all.
    """
    try:
        with path.open("rb"):
            pass
    except OSError:
        raise UnusableFileError(unopened(file)) from None
    if path.suffix.lower() == ".parquet":
        return _open_parquet(connection, path, file)
    return _open_csv(connection, path, wanted, file)


def _open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, file: str) -> Raw:
    parquet = Text(nl="een heel Parquet-bestand", en="a whole Parquet file")
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(len(_MAGIC))
        stream.seek(-min(size, len(_MAGIC)), 2)
        end = stream.read()
    rule = None
    if not size:
        rule = "empty file"
    elif start != _MAGIC:
        rule = "not Parquet"
    elif end != _MAGIC or size < 12:
        rule = "cut off"
    if rule:
        raise UnusableFileError(
            Problem(file=file, rule=rule, expected=parquet, remedy=DELIVER_AGAIN)
        )
    try:
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise UnusableFileError(
            Problem(file=file, rule="damaged", expected=parquet, remedy=DELIVER_AGAIN)
        ) from None
    _refuse_repeated(names, file)
    source = f"read_parquet({_literal(_plain_path(connection, path))}, hive_partitioning = false)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise_other(error, file)
    kinds = tuple(row[1] for row in described)
    listed = ", ".join(f'"{row[0].replace(chr(34), chr(34) * 2)}" AS raw_{i}'
                       for i, row in enumerate(described))  # fmt: skip
    rows = fetch_one(connection, f"SELECT count(*) FROM {source}", file=file)[0]
    return Raw(f"(SELECT {listed} FROM {source})", names, kinds, None, rows)


def _open_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Collection[str], file: str
) -> Raw:
    dialect = read_dialect(path, wanted, file=file)
    _refuse_repeated(dialect.header, file)
    scratch = _scratch(connection)
    source = path
    if not dialect.plain:
        source = scratch / "plain.csv"
        write_plain(path, dialect, source)
    staged = scratch / "staged.parquet"
    places = range(len(dialect.header))
    columns = ", ".join(f"'raw_{i}': 'VARCHAR'" for i in places)
    listed = ", ".join(f"nullif(trim(raw_{i}), '') AS raw_{i}" for i in places)
    rejected = f"rejected_{scratch.name.replace('-', '_')}"
    query = (
        f"COPY (SELECT {listed} FROM read_csv({_literal(_plain_path(connection, source))}, "
        f"auto_detect = false, header = true, columns = {{{columns}}}, "
        f"delim = {_literal(dialect.separator)}, quote = '\"', escape = '\"', strict_mode = true, "
        f"null_padding = false, store_rejects = true, rejects_limit = 0, "
        f"rejects_table = '{rejected}', rejects_scan = '{rejected}_scans')) "
        f"TO {_literal(str(staged))} (FORMAT parquet)"
    )
    try:
        connection.execute(query)
        faults = dict(
            connection.execute(
                f"SELECT error_type, count(DISTINCT line) FROM {rejected} GROUP BY error_type"
            ).fetchall()
        )
        connection.execute(f"DROP TABLE {rejected}; DROP TABLE {rejected}_scans")
    except duckdb.Error as error:
        raise_other(error, file)
    if not dialect.plain:
        source.unlink()
    relation = f"read_parquet({_literal(str(staged))})"
    rows = fetch_one(connection, f"SELECT count(*) FROM {relation}", file=file)[0]
    _refuse_rejected(faults, rows, len(dialect.header), file)
    return Raw(relation, dialect.header, ("VARCHAR",) * len(places), dialect.separator, rows)


def _refuse_rejected(faults: dict[str, int], rows: int, cells: int, file: str) -> None:
    """Refuse a file in which rows do not have the cells of the header."""
    broken = sum(faults.values())
    if not broken:
        return
    uneven = faults.get("MISSING COLUMNS", 0) + faults.get("TOO MANY COLUMNS", 0)
    rule = "number of cells" if uneven == broken else "quotes or length of a cell"
    raise UnusableFileError(
        Problem(
            file=file,
            rule=rule,
            rows=broken,
            of=rows + broken,
            expected=Text(
                nl=f"{cells} cellen in elke rij, met aanhalingstekens in paren",
                en=f"{cells} cells in every row, with quotes in pairs",
            ),
            remedy=DELIVER_AGAIN,
        )
    )


def _refuse_repeated(names: tuple[str, ...], file: str) -> None:
    folded = [name.casefold() for name in names]
    for place, name in enumerate(names):
        if folded.index(name.casefold()) < place:
            raise UnusableFileError(
                Problem(
                    file=file,
                    rule="column twice",
                    column=shown_column(name, place),
                    expected=Text(nl="elke kolom een keer", en="every column once"),
                    remedy=Text(
                        nl="Verwijder of hernoem een van de twee.",
                        en="Remove or rename one of the two.",
                    ),
                )
            )


def _scratch(connection: duckdb.DuckDBPyConnection) -> Path:
    """Make a folder that goes with the engine."""
    place = Path(connection.execute("SELECT current_setting('temp_directory')").fetchone()[0])
    place.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="file-", dir=place))


def _plain_path(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Return a path that DuckDB takes literally: a link where the name has other letters."""
    if _PLAIN_PATH.fullmatch(str(path)):
        return str(path)
    link = _scratch(connection) / f"delivered{path.suffix.lower()}"
    link.symlink_to(path.resolve())
    return str(link)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""Give a supplier's files pseudonyms instead of ids: run by the supplier or the third party.

Files of any size: DuckDB finds the distinct ids of a column, each is hashed once in batches, and
the rows are joined to them, all under a memory limit.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from analysis import files
from analysis.errors import DeliveryError, EditionError
from analysis.linkage.errors_without_rows import READABLE, errors_without_rows
from analysis.linkage.pseudonyms import Key, Pseudonymiser, is_decimal, is_dummy, normalised
from analysis.sources.bsn import looks_like_bsn
from analysis.sources.check import check_deliveries
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import ENDINGS, NOTE, DeliveryNote, table_of
from analysis.sources.engine import open_engine
from analysis.sources.problems import shown_path
from analysis.sources.raw_files import open_file
from analysis.sources.schema import PSEUDONYM, DeliveredTable, about

#: Ids that are hashed at a time.
BATCH = 100_000
#: Rows of a file, or distinct ids of a column, that are searched for citizen service numbers.
SEARCHED = 200_000
#: Types in which an id keeps its digits.
_ID_TYPES = ("VARCHAR", "UUID", "HUGEINT", "UHUGEINT")
_INTEGERS = tuple(f"{sign}{size}INT" for sign in ("", "U") for size in ("", "TINY", "SMALL", "BIG"))
_INTEGERS += ("INTEGER", "UINTEGER")


@dataclass(frozen=True)
class RawFile:
    """A delivered file that still holds ids, read as ``check`` reads it.

    Attributes
    ----------
    types
        DuckDB type by column; all text for CSV.
    rows
        The file as SQL.
    """

    path: Path
    table: DeliveredTable
    types: dict[str, str]
    rows: str
    delimiter: str | None


def pseudonymise(
    source: Path,
    target: Path,
    *,
    supplier: str,
    edition: str,
    key: Key,
    fractions: dict[str, float] | None = None,
) -> DeliveryNote:
    """Write a supplier's delivery: its files with pseudonyms, and the note beside them.

    Every column that the schema calls a pseudonym is replaced; all others pass unchanged, but for
    space around the cells of a CSV file, which becomes UTF-8. Rows are sorted by the table's key,
    so that their order tells nothing of the ids. The result is put in place only if ``check`` takes
    it: names in a column of codes, text among numbers and service numbers stay where they are.

    Parameters
    ----------
    source
        Folder with the supplier's files under the names of the schema (or with a folder of the
        supplier that holds them), CSV or Parquet, with ids in the pseudonym columns.
    target
        Deliveries folder; the files come into ``target/<supplier>``, whole or not at all.
    fractions
        File of the schema → share of all persons that it holds; 1 where it is left out.

    Returns
    -------
    DeliveryNote
        As written to ``delivery.json``.

    Raises
    ------
    EditionError
        If the supplier, the edition, a fraction or the target does not fit.
    DeliveryError
        If a file or column does not fit, an id is missing or a dummy, a column holds citizen
        service numbers, or ``check`` would refuse the result, with a line for each reason.
    """
    _check_call(supplier, target, fractions or {})
    raw = _find(source, supplier)
    with contextlib.ExitStack() as place:
        with errors_without_rows(f"{source}: a file", READABLE), open_engine() as engine:
            found = [_open(engine, path, table) for path, table in raw]
            _refuse_citizen_numbers(engine, found)
            named = any(_pseudonym_columns(file.table) for file in found)
            note = DeliveryNote(
                supplier=supplier,
                edition=edition,
                key_fingerprint=key.fingerprint if named else None,
                fractions=dict(sorted((fractions or {}).items())),
            )
            mapped = {
                (file.table.name, column): domain
                for file in found
                for column, domain in _pseudonym_columns(file.table).items()
            }
            for (table, column), domain in mapped.items():
                same = [file for file in found if file.table.name == table]
                _map_ids(engine, same, column, Pseudonymiser(key, edition, domain))
            folder = place.enter_context(files.whole_folder(target / supplier, seal=True))
            # Named after the supplier, as the receiver will have it.
            (folder / supplier).mkdir()
            rows = {}
            for file in found:
                written = folder / supplier / _name(file.path)
                _write(engine, file, written)
                rows[written] = _count(engine, file)
        files.write_json(folder / supplier / NOTE, note.model_dump(mode="json"))
        # The engine is closed by now: the check opens one of its own.
        _check_as_receiver(folder, edition, rows)
        for path in sorted((folder / supplier).iterdir()):
            path.rename(folder / path.name)
        (folder / supplier).rmdir()
    return note


def read_fractions(told: tuple[str, ...]) -> dict[str, float]:
    """Read ``payslips=0.5`` as a file and the share of persons that it holds."""
    fractions = {}
    for text in told:
        file, _, share = text.partition("=")
        try:
            fractions[file] = float(share)
        except ValueError:
            raise EditionError(
                f"fraction '{text}' does not fit; write FILE=SHARE, as payslips=0.5."
            ) from None
    return fractions


def _check_call(supplier: str, target: Path, fractions: dict[str, float]) -> None:
    suppliers = sorted({table.supplier for table in CONFIDENTIAL.values()})
    if supplier not in suppliers:
        raise EditionError(f"supplier '{supplier}' is not known; allowed: {', '.join(suppliers)}.")
    sampled = [t.file for t in CONFIDENTIAL.values() if t.supplier == supplier and t.sampled]
    for file, fraction in fractions.items():
        if not sampled:
            raise EditionError(
                f"fraction {file}={fraction:g} does not fit: supplier {supplier} has no file that "
                "may be a sample, so its files hold everybody. Leave --fraction out."
            )
        if file not in sampled or not 0 < fraction <= 1:
            raise EditionError(
                f"fraction {file}={fraction:g} does not fit; allowed: a share above 0 up to 1 for "
                f"{', '.join(sampled)}."
            )
    folder = target / supplier
    if folder.exists() and any(folder.iterdir()) and not files.is_whole(folder):
        raise EditionError(
            f"{folder}: not written by this program, or changed since; expected a new place or an "
            "earlier run. Name another, or remove the folder."
        )


def _find(source: Path, supplier: str) -> list[tuple[Path, DeliveredTable]]:
    folder = source / supplier if (source / supplier).is_dir() else source
    names = [table.file for table in CONFIDENTIAL.values() if table.supplier == supplier]
    expected = f"expected {', '.join(names)} as .csv or .parquet"
    if not folder.is_dir():
        raise DeliveryError(f"{folder}: no such folder; {expected}.")
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
            continue
        table = table_of(Path(supplier, path.name))
        if table is None:
            raise DeliveryError(
                f"{path.name}: no table of supplier {supplier} has this name; {expected}. Rename "
                "or remove the file."
            )
        same = next((other for other, _ in found if _name(other) == _name(path)), None)
        if same is not None:
            raise DeliveryError(
                f"{same.name} and {path.name}: names that differ in capitals only, and would "
                f"become one file {_name(path)}; expected one file of each name. Rename or remove "
                "one of the two."
            )
        found.append((path, table))
    if not found:
        raise DeliveryError(f"{folder}: no file of supplier {supplier} here; {expected}.")
    return found


def _open(engine: duckdb.DuckDBPyConnection, path: Path, table: DeliveredTable) -> RawFile:
    raw = open_file(engine, path, tuple(table.columns), file=shown_path(Path(path.name)))
    types = dict(zip(raw.names, raw.kinds, strict=True))
    _check_columns(path, table, types)
    columns = ", ".join(f'raw_{place} AS "{name}"' for place, name in enumerate(raw.names))
    rows = f"(SELECT {columns} FROM {raw.relation})"
    return RawFile(path, table, types, rows, raw.separator)


def _check_columns(path: Path, table: DeliveredTable, types: dict[str, str]) -> None:
    missing = [name for name in table.columns if name not in types]
    unknown = [name for name in types if name not in table.columns]
    if missing or unknown:
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        # A column that no schema knows could hold names or ids and would leave with the rest.
        parts += [f"has {len(unknown)} columns that {table.name} does not know"] if unknown else []
        raise DeliveryError(
            f"{path.name}: {' and '.join(parts)}; allowed are exactly: {', '.join(table.columns)}. "
            "Deliver these columns only."
        )
    for column in _pseudonym_columns(table):
        if types[column] not in _ID_TYPES + _INTEGERS:
            raise DeliveryError(
                f"{path.name}: column '{column}' has type {types[column]}; allowed: text or whole "
                "numbers, in which an id keeps its digits. Write the ids as text."
            )


def _pseudonym_columns(table: DeliveredTable) -> dict[str, str]:
    """Return column → domain for the columns of a table that hold pseudonyms."""
    return {
        name: told.domain
        for name, column in table.columns.items()
        if (told := about(column)).domain is not None
    }


def _refuse_citizen_numbers(engine: duckdb.DuckDBPyConnection, found: list[RawFile]) -> None:
    for file in found:
        for column in file.types:
            if file.types[column] not in _ID_TYPES + _INTEGERS:
                continue
            text = f'CAST("{column}" AS VARCHAR)'
            rows = engine.execute(
                f'SELECT DISTINCT {text} FROM (SELECT "{column}" FROM {file.rows} '
                f"LIMIT {SEARCHED}) WHERE length({text}) BETWEEN 8 AND 15"
            ).fetchall()
            if looks_like_bsn(value for (value,) in rows):
                _raise_citizen_numbers(file.table, column)


def _raise_citizen_numbers(table: DeliveredTable, column: str) -> None:
    raise DeliveryError(
        f"{table.name}: column '{column}' holds citizen service numbers (BSN) or numbers with "
        "their 11-test, as RSIN; allowed: any other id. Replace them by an administrative number "
        "that all suppliers share (for organisations the KvK number) before this step."
    )


def _map_ids(
    engine: duckdb.DuckDBPyConnection, found: list[RawFile], column: str, make: Pseudonymiser
) -> None:
    """Make the table of ids and pseudonyms of a column, each id hashed once."""
    table = found[0].table
    mapping = _mapping(table, column)
    ids = " UNION ALL ".join(f"SELECT {_id(column)} AS id FROM {file.rows}" for file in found)
    engine.execute(f"CREATE TABLE {mapping} (id VARCHAR, normal VARCHAR, pseudonym VARCHAR)")
    reader = (
        engine.cursor()
        .sql(f"SELECT id, count(*) AS n FROM ({ids}) GROUP BY id")
        .to_arrow_reader(BATCH)
    )
    missing = dummies = decimals = seen = hashed = 0
    for batch in reader:
        kept: dict[str, list[str]] = {"id": [], "normal": [], "pseudonym": []}
        for raw, count in zip(*(part.to_pylist() for part in batch.columns), strict=True):
            if raw is None:
                missing += count
            elif is_decimal(raw):
                decimals += count
            elif is_dummy(normal := normalised(raw, make.domain)):
                dummies += count
            else:
                kept["id"].append(raw)
                kept["normal"].append(normal)
                kept["pseudonym"].append(make.of(normal))
        if seen < SEARCHED and looks_like_bsn(kept["normal"]):
            _raise_citizen_numbers(table, column)
        seen += len(kept["id"])
        hashed += sum(len(raw) == 32 and raw.isalnum() and raw.islower() for raw in kept["id"])
        engine.register("batch", pa.table(kept, schema=pa.schema(dict.fromkeys(kept, pa.string()))))
        engine.execute(f"INSERT INTO {mapping} SELECT id, normal, pseudonym FROM batch")
        engine.unregister("batch")
    if decimals:
        raise DeliveryError(
            f"{table.name}: column '{column}' has {decimals} ids written as decimals, as 17.0; "
            "allowed: ids as the register has them, as 17. They would become other ids: write "
            "them as text."
        )
    if seen and hashed == seen and _all_match(engine, mapping):
        raise DeliveryError(
            f"{table.name}: column '{column}' holds pseudonyms already; expected the ids that they "
            "stand for. Run this on the files before they got pseudonyms."
        )
    if dummies or (missing and not table.columns[column].nullable):
        remedy = "leave the value empty" if table.columns[column].nullable else "give each row one"
        raise DeliveryError(
            f"{table.name}: column '{column}' has {missing} empty and {dummies} dummy ids (such as "
            f"0, 999999999, onbekend, test); allowed: real ids. Where an id is not known, "
            f"{remedy}, or leave the rows out and say so; a real id that looks like a dummy needs "
            "a letter in front."
        )
    _check_no_collision(engine, mapping)


def _all_match(engine: duckdb.DuckDBPyConnection, mapping: str) -> bool:
    query = f"SELECT bool_and(regexp_matches(id, '{PSEUDONYM}')) FROM {mapping}"
    return bool(engine.execute(query).fetchone()[0])


def _check_no_collision(engine: duckdb.DuckDBPyConnection, mapping: str) -> None:
    ids, pseudonyms = engine.execute(
        f"SELECT count(DISTINCT normal), count(DISTINCT pseudonym) FROM {mapping}"
    ).fetchone()
    if ids != pseudonyms:
        raise DeliveryError(
            f"{ids} ids gave {pseudonyms} pseudonyms; expected as many. Use another key."
        )


def _mapping(table: DeliveredTable, column: str) -> str:
    return f'"ids of {table.name} {column}"'


def _id(column: str, of: str = "") -> str:
    """Return the id in a column as text, NULL where it is blank."""
    return f"nullif(trim(CAST({of}\"{column}\" AS VARCHAR)), '')"


def _write(engine: duckdb.DuckDBPyConnection, file: RawFile, target: Path) -> None:
    """Write a file with pseudonyms in the place of ids, in the order of the table's key."""
    replaced = list(_pseudonym_columns(file.table))
    columns = ", ".join(
        f'"of {name}".pseudonym AS "{name}"' if name in replaced else f'raw."{name}"'
        for name in file.types
    )
    joins = " ".join(
        f'LEFT JOIN {_mapping(file.table, name)} AS "of {name}" '
        f'ON "of {name}".id = {_id(name, "raw.")}'
        for name in replaced
    )
    order = ", ".join(f'"{name}"' for name in file.table.key)
    form = (
        f"FORMAT csv, HEADER, DELIMITER '{file.delimiter}'"
        if target.suffix == ".csv"
        else "FORMAT parquet"
    )
    quoted = str(target).replace("'", "''")
    engine.execute(
        f"COPY (SELECT * FROM (SELECT {columns} FROM {file.rows} AS raw {joins}) ORDER BY {order}) "
        f"TO '{quoted}' ({form})"
    )


def _name(raw: Path) -> str:
    """Return the name of the file that a raw file becomes."""
    return raw.name.lower()


def _count(engine: duckdb.DuckDBPyConnection, file: RawFile) -> int:
    return engine.execute(f"SELECT count(*) FROM {file.rows}").fetchone()[0]


def _check_as_receiver(deliveries: Path, edition: str, rows: dict[Path, int]) -> None:
    """Refuse here what would be refused, too late, where the delivery goes."""
    report = check_deliveries(deliveries, edition=edition)
    report.raise_if_refused()
    read = {seen.file: seen.rows for seen in report.files}
    for path, before in rows.items():
        after = read[shown_path(path.relative_to(deliveries))]
        if before != after:
            raise DeliveryError(
                f"{path.name}: {before} rows became {after}; expected as many. Write the file "
                "again."
            )

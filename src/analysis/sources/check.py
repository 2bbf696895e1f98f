"""Checks a folder of deliveries, of any size, and reports everything that is wrong at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from analysis import files
from analysis.errors import DeliveryError
from analysis.languages import Text
from analysis.sources.confidential import CONFIDENTIAL, QUERY_RULES
from analysis.sources.delivered_files import assign_files, odd_files, view_over
from analysis.sources.delivery import check_tables, explains, odd_captures
from analysis.sources.engine import open_engine
from analysis.sources.notes import NOTE, DeliveryNote, compare_notes, try_note
from analysis.sources.problems import (
    NotChecked,
    Problem,
    Report,
    SeenFile,
    UnusableFileError,
    shown_path,
    shown_paths,
)
from analysis.sources.reading import ReadFile, read_file
from analysis.sources.row_checks import check_rows
from analysis.sources.table_checks import CheckedTable, check_key, check_people, check_query
from analysis.sources.walking import Walked, cannot_be_opened, not_a_file, walk

#: Rule of the note on files that no table takes.
UNUSED = "not used"
#: Folder in which the stub shows the first rows of its tables.
GLIMPSE = "glimpse"
#: Files up to this size get a digest in the report.
_LARGEST_DIGEST = 256 * 2**20


@dataclass
class _Findings:
    """What was found so far."""

    problems: list[Problem] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    rows: dict[Path, int] = field(default_factory=dict)


def check_deliveries(
    deliveries: Path, *, edition: str | None = None, scratch: Path | None = None
) -> Report:
    """Check all files of a deliveries folder: forms, notes, columns, keys, rules.

    Parameters
    ----------
    deliveries
        Folder with confidential tables, published series, or both.
    edition
        The edition that the deliveries are for; None compares suppliers with each other only.
    scratch
        Folder for what does not fit into memory; the system's own when None.

    Returns
    -------
    Report
        Problems, notes, and rules that could not run, in an order that depends on the deliveries
        alone. No cell of a delivery is in it.

    Raises
    ------
    DeliveryError
        If the folder is absent or holds no delivery at all.
    WorkplaceError
        If memory or disk do not suffice.
    """
    if not deliveries.is_dir():
        raise DeliveryError(
            f"{deliveries}: no such folder; expected a folder with deliveries. Name another."
        )
    walked = walk(deliveries)
    assigned = assign_files(deliveries, walked)
    captures, errors = check_tables(walked)
    findings = _Findings()
    unread = _refuse_unread(walked, findings)
    if not assigned and not captures and not findings.problems:
        raise DeliveryError(
            f"{deliveries}: empty; expected a folder per supplier "
            f"({', '.join(_suppliers())}) or published series. Put the delivered files here."
        )
    for name, faults in errors.items():
        findings.problems += [_published_problem(name, error) for error in faults]
    notes = _read_notes(assigned, deliveries, findings)
    shown = shown_paths([folder / NOTE for folder in notes], deliveries)
    named = dict(zip(shown.values(), notes.values(), strict=True))
    findings.problems += compare_notes(named, edition)
    with open_engine(scratch) as connection:
        checked = _read_tables(connection, assigned, notes, deliveries, findings)
        # A table of which a part could not be read says nothing as a whole.
        checked = {name: table for name, table in checked.items() if name not in unread}
        delivered = {*assigned, *unread}
        for rule in QUERY_RULES:
            if rule.table in delivered:
                try:
                    _sort_in(check_query(connection, rule, checked, delivered), findings)
                except UnusableFileError as error:
                    findings.problems.append(error.problem)
    seen = _seen_files(walked, assigned, captures, findings)
    return Report(
        edition=edition,
        tables=(*sorted(captures), *assigned),
        files=seen,
        problems=tuple(_in_order(findings.problems)),
        # Several files of a table may lack the same column.
        not_checked=tuple(dict.fromkeys(findings.not_checked)),
    )


def _refuse_unread(walked: Walked, findings: _Findings) -> set[str]:
    """Refuse what cannot be read as a file, and return the confidential tables that it is of."""
    unread = set()
    for folder in walked.unreadable:
        findings.problems.append(cannot_be_opened(folder, walked.root))
        unread |= {
            table.name for table in CONFIDENTIAL.values() if table.supplier == folder.name.lower()
        }
    odd = odd_files(walked)
    for path, table in {**odd_captures(walked), **odd}.items():
        file = shown_path(path.relative_to(walked.root))
        findings.problems.append(not_a_file(file, table=table))
    return unread | set(odd.values())


def _suppliers() -> list[str]:
    return list(dict.fromkeys(table.supplier for table in CONFIDENTIAL.values()))


def _read_notes(
    assigned: Mapping[str, list[Path]], deliveries: Path, findings: _Findings
) -> dict[Path, DeliveryNote]:
    notes = {}
    for folder in sorted({path.parent for paths in assigned.values() for path in paths}):
        note, problems = try_note(folder, deliveries)
        findings.problems += problems
        if note is not None:
            notes[folder] = note
    return notes


def _read_tables(
    connection: duckdb.DuckDBPyConnection,
    assigned: Mapping[str, list[Path]],
    notes: Mapping[Path, DeliveryNote],
    deliveries: Path,
    findings: _Findings,
) -> dict[str, CheckedTable]:
    """Check every table by itself, and return those of which all files could be read."""
    checked = {}
    for name, paths in assigned.items():
        reads = [_read_one(connection, path, name, deliveries, findings) for path in paths]
        if any(read is None for read in reads):
            continue
        spoiled = {
            problem.column
            for problem in findings.problems
            if problem.table == name and problem.rule == "citizen service numbers"
        }
        note = notes.get(paths[0].parent)
        fraction = note and note.fractions.get(CONFIDENTIAL[name].file, 1.0)
        # A fraction that is out of range was refused already; nothing follows from it.
        usable = fraction if fraction and 0 < fraction <= 1 else None
        table = CheckedTable(CONFIDENTIAL[name], tuple(reads), usable, frozenset(spoiled))
        view_over(connection, table.table, reads)
        try:
            _sort_in(check_key(connection, table), findings)
            findings.problems += check_people(connection, table)
        except UnusableFileError as error:
            findings.problems.append(error.problem.model_copy(update={"table": name}))
            continue
        checked[name] = table
    return checked


def _read_one(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    deliveries: Path,
    findings: _Findings,
) -> ReadFile | None:
    file = shown_path(path.relative_to(deliveries))
    try:
        read = read_file(connection, path, CONFIDENTIAL[name], file=file)
        problems, skipped = check_rows(connection, read)
    except UnusableFileError as error:
        findings.problems.append(error.problem.model_copy(update={"table": name}))
        return None
    findings.problems += problems
    findings.not_checked += skipped
    findings.rows[path] = read.raw.rows
    return read


def _sort_in(found: Problem | NotChecked | None, findings: _Findings) -> None:
    if isinstance(found, Problem):
        findings.problems.append(found)
    elif found is not None:
        findings.not_checked.append(found)


def _published_problem(name: str, error: DeliveryError) -> Problem:
    """Take apart the message of a published series: file, fault, expectation, remedy."""
    file, _, told = str(error).partition(": ")
    fault, _, rest = told.partition("; expected ")
    expected, _, remedy = rest.partition(". ")
    return Problem(
        file=file,
        table=name,
        rule=fault,
        expected=Text(nl=expected or told, en=expected or told),
        remedy=Text(nl=remedy, en=remedy)
        if remedy
        else Text(nl="Haal het bestand opnieuw op.", en="Download the file again."),
    )


def _seen_files(
    walked: Walked,
    assigned: Mapping[str, list[Path]],
    captures: Mapping[str, list[Path]],
    findings: _Findings,
) -> tuple[SeenFile, ...]:
    tables = {path: name for name, paths in assigned.items() for path in paths}
    notes = {path.parent / NOTE for path in tables}
    published = {path: name for name, paths in captures.items() for path in paths}
    seen = []
    unused: dict[Path, list[Path]] = {}
    deliveries = walked.root
    for path in walked.files:
        file = shown_path(path.relative_to(deliveries))
        table = tables.get(path) or published.get(path) or published.get(path.parent)
        size = path.stat().st_size
        seen.append(
            SeenFile(
                file=file,
                table=table,
                bytes=size,
                sha256=_digest(path) if size <= _LARGEST_DIGEST else None,
                rows=findings.rows.get(path),
            )
        )
        if table is None and path not in notes and not _for_people(path):
            unused.setdefault(path.parent, []).append(path)
    for folder, paths in unused.items():
        findings.problems += _not_used(folder, paths, deliveries)
    return tuple(seen)


def _digest(path: Path) -> str | None:
    try:
        return files.sha256(path)
    except OSError:
        return None


def _for_people(path: Path) -> bool:
    """Tell whether a file explains others to people and is no delivery."""
    return explains(path) or path.parent.name == GLIMPSE or path.stem.lower() == "readme"


def _not_used(folder: Path, paths: list[Path], deliveries: Path) -> list[Problem]:
    """Name the files that no table takes: one by one at a supplier, else by folder."""
    names = [table.file for table in CONFIDENTIAL.values() if table.supplier == folder.name.lower()]
    listed = ", ".join(names)
    expected = (
        Text(
            nl=f"namen die beginnen met {listed} en eindigen op .parquet of .csv",
            en=f"names that start with {listed} and end with .parquet or .csv",
        )
        if names
        else Text(nl="bestanden van een tabel", en="files of a table")
    )
    shown = [shown_path(path.relative_to(deliveries)) for path in paths]
    if not names and len(paths) > 1 and folder != deliveries:
        shown = [f"{shown_path(folder.relative_to(deliveries))}/ ({len(paths)})"]
    return [
        Problem(
            file=file,
            rule=UNUSED,
            expected=expected,
            remedy=Text(
                nl="Hernoem wat een levering is; het andere mag blijven staan.",
                en="Rename what is a delivery; the rest may stay.",
            ),
            severity="note",
        )
        for file in shown
    ]


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by place and keep, within a file, the order of the schema."""
    return sorted(problems, key=lambda problem: problem.place)

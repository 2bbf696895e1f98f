"""Checks of the rows of one file: columns, rules over a row, pseudonyms, service numbers.

One query counts everything, so that a file of any size is read once.
"""

import re
from dataclasses import dataclass

import duckdb

from analysis.languages import Text
from analysis.sources import bsn
from analysis.sources.column_names import shown_column
from analysis.sources.problems import NotChecked, NumberTooLargeError, Problem
from analysis.sources.raw_files import fetch_one
from analysis.sources.reading import ReadFile
from analysis.sources.schema import CORRECT, TOLERATED, Rule, about, conditions

PSEUDONYMISE = Text(
    nl="Maak de pseudoniemen opnieuw met `preventieplan pseudonymise`.",
    en="Make the pseudonyms again with `preventieplan pseudonymise`.",
)
TOO_LARGE = Text(
    nl="een getal is te groot om mee te rekenen.", en="a number is too large to calculate with."
)
_NO_NUMBERS = Text(
    nl="geen burgerservicenummers: deze getallen doorstaan de elfproef veel vaker dan door toeval",
    en="no citizen service numbers: these numbers pass the 11-test far more often than by chance",
)


@dataclass(frozen=True)
class _Counter:
    """Something to count: true in SQL for each row that is wrong."""

    rule: str
    column: str
    broken: str
    expected: Text
    remedy: Text = CORRECT
    tolerated: float = 0.0


def check_rows(
    connection: duckdb.DuckDBPyConnection, read: ReadFile
) -> tuple[list[Problem], list[NotChecked]]:
    """Count the rows of a file that break a check.

    Returns
    -------
    problems
        In the order of the schema's columns, then of its rules.
    not_checked
        Rules about a column that is absent.

    Raises
    ------
    UnusableFileError
        If the file turns out to be damaged.
    """
    rules = [rule for rule in read.table.rules if not uses(rule.broken, read.absent)]
    skipped = [
        NotChecked(table=read.table.name, rule=rule.name, reason=absent_column(read.absent))
        for rule in read.table.rules
        if rule not in rules
    ]
    columns = _column_counters(read)
    counters = [*columns, *(_rule_counter(rule, read) for rule in rules)]
    numbers = {
        place: sql
        for place, kind in enumerate(read.raw.kinds)
        if (sql := bsn.number_sql(f"raw_{place}", kind)) is not None
    }
    try:
        found = _count(connection, read, counters, numbers)
    except NumberTooLargeError:
        # A sum in a rule is beyond all numbers: the other rules and the columns say what is wrong.
        beyond = [
            counter for counter in counters[len(columns) :] if _fails(connection, read, counter)
        ]
        skipped += [
            NotChecked(table=read.table.name, rule=counter.rule, reason=TOO_LARGE)
            for counter in beyond
        ]
        counters = [counter for counter in counters if counter not in beyond]
        found = _count(connection, read, counters, numbers)
    broken = dict(zip(counters, found[: len(counters)], strict=True))
    served = _service_numbers(connection, read, numbers, found[len(counters) :])
    # A column of service numbers is refused for that alone: whatever else is wrong follows.
    named = {problem.column for problem in served}
    problems = [problem for problem in read.problems if problem.column not in named]
    problems += [
        Problem(
            file=read.file,
            table=read.table.name,
            rule=counter.rule,
            column=counter.column,
            rows=rows,
            of=read.raw.rows,
            expected=counter.expected,
            remedy=TOLERATED if rows <= counter.tolerated * read.raw.rows else counter.remedy,
            severity="note" if rows <= counter.tolerated * read.raw.rows else "refused",
        )
        for counter, rows in broken.items()
        if rows and counter.column not in named
    ]
    return [*served, *problems], skipped


def _count(
    connection: duckdb.DuckDBPyConnection,
    read: ReadFile,
    counters: list[_Counter],
    numbers: dict[int, str],
) -> tuple[int, ...]:
    """Count what is wrong, then for each column the numbers and those that pass the 11-test."""
    counts = [f"count(*) FILTER ({counter.broken})" for counter in counters]
    for place in numbers:
        counts.append(f"count(number_{place})")
        counts.append(f"count(*) FILTER ({bsn.passes_sql(f'number_{place}')})")
    inner = [f"{sql} AS number_{place}" for place, sql in numbers.items()]
    query = f"SELECT {', '.join(counts)} FROM ({_typed_rows(read, inner)})"
    return fetch_one(connection, query, file=read.file)


def _fails(connection: duckdb.DuckDBPyConnection, read: ReadFile, counter: _Counter) -> bool:
    try:
        _count(connection, read, [counter], {})
    except NumberTooLargeError:
        return True
    return False


def uses(sql: str, columns: tuple[str, ...] | dict[str, int]) -> bool:
    """Tell whether SQL speaks of one of the columns."""
    return any(re.search(rf"\b{re.escape(column)}\b", sql) for column in columns)


def absent_column(columns: tuple[str, ...]) -> Text:
    """Return why a rule about absent columns cannot run."""
    listed = ", ".join(columns)
    return Text(nl=f"kolom {listed} ontbreekt.", en=f"column {listed} is missing.")


def _typed_rows(read: ReadFile, more: list[str]) -> str:
    """Return SQL for the typed rows, with a flag for each cell that has no value for its form."""
    flags = [
        f"({read.cells[name]} IS NOT NULL AND ({read.values[name].value}) IS NULL) "
        f'AS "{_flag(name)}"'
        for name in read.unread
    ]
    return f"SELECT {', '.join([*read.expressions(), *flags, *more])} FROM {read.raw.relation}"


def _flag(name: str) -> str:
    return f"unread {name}"


def _column_counters(read: ReadFile) -> list[_Counter]:
    counters = []
    for name, column in read.table.columns.items():
        if name in read.absent:
            continue
        unflagged = f' AND NOT "{_flag(name)}"' if name in read.unread else ""
        remedy = PSEUDONYMISE if about(column).domain else CORRECT
        counters += [
            _Counter(
                condition.name,
                name,
                f"({condition.broken}){unflagged}",
                condition.expected,
                CORRECT if condition.name == "missing" else remedy,
            )
            for condition in conditions(name, column)
        ]
        if about(column).domain:
            counters.append(
                _Counter(
                    "dummy pseudonym",
                    name,
                    f'length("{name}") = 32 AND "{name}" = repeat(left("{name}", 1), 32)',
                    Text(
                        nl="een pseudoniem dat bij iemand hoort, of een lege cel waar dat mag",
                        en="a pseudonym that belongs to somebody, or an empty cell where allowed",
                    ),
                    PSEUDONYMISE,
                )
            )
    return counters


def _rule_counter(rule: Rule, read: ReadFile) -> _Counter:
    flags = [f' AND NOT "{_flag(name)}"' for name in read.unread if uses(rule.broken, (name,))]
    return _Counter(
        rule.name,
        rule.columns[0],
        f"({rule.broken}){''.join(flags)}",
        rule.expected,
        rule.remedy,
        rule.tolerated,
    )


def _service_numbers(
    connection: duckdb.DuckDBPyConnection,
    read: ReadFile,
    numbers: dict[int, str],
    counts: tuple[int, ...],
) -> list[Problem]:
    problems = []
    for i, (place, sql) in enumerate(numbers.items()):
        held, passing = counts[2 * i : 2 * i + 2]
        if held < bsn.FEWEST or not passing:
            continue
        # Rows may repeat a number, so different numbers decide.
        distinct, passed = fetch_one(
            connection,
            f"SELECT count(*), count(*) FILTER ({bsn.passes_sql('number')}) FROM (SELECT DISTINCT "
            f"{sql} AS number FROM {read.raw.relation}) WHERE number IS NOT NULL",
            file=read.file,
        )
        if distinct >= bsn.FEWEST and passed > bsn.BY_CHANCE_AT_MOST * distinct:
            known = {cell: name for name, cell in read.cells.items()}
            problems.append(
                Problem(
                    file=read.file,
                    table=read.table.name,
                    rule="citizen service numbers",
                    column=known.get(f"raw_{place}") or shown_column(read.raw.names[place], place),
                    rows=passing,
                    of=read.raw.rows,
                    expected=_NO_NUMBERS,
                    remedy=Text(
                        nl="Verwijder dit bestand overal waar het staat en lever pseudoniemen, "
                        "gemaakt met `preventieplan pseudonymise`.",
                        en="Remove this file everywhere it is and deliver pseudonyms, made with "
                        "`preventieplan pseudonymise`.",
                    ),
                )
            )
    return problems

"""Checks over all rows of a table, and between tables: keys, people, rules as queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from analysis.languages import Text
from analysis.sources.problems import NotChecked, NumberTooLargeError, Problem
from analysis.sources.raw_files import fetch_one
from analysis.sources.reading import ReadFile
from analysis.sources.row_checks import PSEUDONYMISE, TOO_LARGE, absent_column, uses
from analysis.sources.schema import TOLERATED, DeliveredTable, QueryRule, about

#: Largest share of rows that one person may have in a table with more rows than ``FEW_ROWS``.
LARGEST_SHARE = 0.05
FEW_ROWS = 100
#: Domains in which one pseudonym with many rows stands for many people.
_PEOPLE = ("person", "respondent")


@dataclass(frozen=True)
class CheckedTable:
    """A table of which every file could be read.

    Attributes
    ----------
    fraction
        Share of persons that it declares to hold; None when its note cannot be read.
    spoiled
        Columns that were refused as a whole.
    """

    table: DeliveredTable
    reads: tuple[ReadFile, ...]
    fraction: float | None
    spoiled: frozenset[str] = frozenset()

    @property
    def file(self) -> str | None:
        """The file, when it is the only one."""
        return self.reads[0].file if len(self.reads) == 1 else None

    @property
    def rows(self) -> int:
        """Number of rows in all files."""
        return sum(read.raw.rows for read in self.reads)

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns that a file lacks."""
        return tuple(
            name for name in self.table.columns if any(name in read.absent for read in self.reads)
        )

    @property
    def unread(self) -> tuple[str, ...]:
        """Columns of which some or all cells are not to be used."""
        return tuple(
            name
            for name in self.table.columns
            if name in self.spoiled or any(name in read.unread for read in self.reads)
        )


def check_key(
    connection: duckdb.DuckDBPyConnection, checked: CheckedTable
) -> Problem | NotChecked | None:
    """Count the rows that repeat the key of another row.

    Keys are compared by a hash of 64 bits first, which needs a fraction of the memory; only rows
    whose hash repeats are compared themselves. Rows without a full key are missing values, and no
    repetitions.
    """
    table = checked.table
    lacking = [name for name in table.key if name in checked.absent or name in checked.unread]
    if lacking:
        return NotChecked(table=table.name, rule="row repeated", reason=_not_whole(lacking))
    key = ", ".join(f'"{name}"' for name in table.key)
    full = " AND ".join(f'"{name}" IS NOT NULL' for name in table.key)
    repeated = (
        f'SELECT hash({key}) AS half FROM "{table.name}" WHERE {full} '
        "GROUP BY half HAVING count(*) > 1"
    )
    where = checked.file or table.name
    suspects = fetch_one(connection, f"SELECT count(*) FROM ({repeated})", file=where)[0]
    if not suspects:
        return None
    rows = fetch_one(
        connection,
        f"SELECT coalesce(sum(times - 1), 0)::BIGINT FROM (SELECT {key}, count(*) AS times "
        f'FROM "{table.name}" WHERE {full} AND hash({key}) IN ({repeated}) GROUP BY {key})',
        file=where,
    )[0]
    if not rows:
        return None
    listed = ", ".join(table.key)
    return Problem(
        file=checked.file,
        table=table.name,
        rule="row repeated",
        column=listed,
        rows=rows,
        of=checked.rows,
        expected=Text(
            nl=f"elke combinatie van {listed} een keer, over alle bestanden van de tabel",
            en=f"every combination of {listed} once, over all files of the table",
        ),
    )


def check_people(connection: duckdb.DuckDBPyConnection, checked: CheckedTable) -> list[Problem]:
    """Refuse a pseudonym that so many rows share that it cannot be one person's."""
    problems = []
    for name, column in checked.table.columns.items():
        if about(column).domain not in _PEOPLE or name in checked.absent:
            continue
        if checked.rows <= FEW_ROWS or name in checked.unread:
            continue
        most = fetch_one(
            connection,
            "SELECT coalesce(max(times), 0) FROM (SELECT count(*) AS times "
            f'FROM "{checked.table.name}" WHERE "{name}" <> repeat(left("{name}", 1), 32) '
            f'GROUP BY "{name}")',
            file=checked.file or checked.table.name,
        )[0]
        if most > LARGEST_SHARE * checked.rows:
            problems.append(
                Problem(
                    file=checked.file,
                    table=checked.table.name,
                    rule="one pseudonym for many rows",
                    column=name,
                    rows=most,
                    of=checked.rows,
                    expected=Text(
                        nl=f"ten hoogste {LARGEST_SHARE:.0%} van de rijen bij een persoon",
                        en=f"at most {LARGEST_SHARE:.0%} of the rows with one person",
                    ),
                    remedy=PSEUDONYMISE,
                )
            )
    return problems


def check_query(
    connection: duckdb.DuckDBPyConnection,
    rule: QueryRule,
    checked: Mapping[str, CheckedTable],
    delivered: Collection[str],
) -> Problem | NotChecked | None:
    """Run a rule over several rows or tables.

    Parameters
    ----------
    rule
        Of a table that was delivered.
    checked
        Tables that could be read, by name; each has its view.
    delivered
        Names of all tables of which a file is there.

    Returns
    -------
    Problem, NotChecked or None
        None when the rule holds.
    """
    reason = _why_not(rule, checked, delivered)
    if reason is not None:
        return NotChecked(table=rule.table, rule=rule.name, reason=reason)
    own = checked[rule.table]
    names = {name: f'"{name}"' for name in (rule.table, *rule.needs)}
    query = rule.query.format(**names, fraction=own.fraction)
    try:
        broken, total = fetch_one(connection, query, file=own.file or rule.table)
    except NumberTooLargeError:
        return NotChecked(table=rule.table, rule=rule.name, reason=TOO_LARGE)
    if not broken:
        return None
    tolerated = broken <= rule.tolerated * total
    return Problem(
        file=own.file,
        table=rule.table,
        rule=rule.name,
        column=rule.columns[0],
        rows=int(broken),
        of=int(total),
        unit="cases",
        expected=rule.expected,
        remedy=TOLERATED if tolerated else rule.remedy,
        severity="note" if tolerated else "refused",
    )


def _why_not(
    rule: QueryRule, checked: Mapping[str, CheckedTable], delivered: Collection[str]
) -> Text | None:
    for name in (rule.table, *rule.needs):
        if name not in delivered:
            return Text(nl=f"{name} is niet geleverd.", en=f"{name} was not delivered.")
        if name not in checked:
            return Text(nl=f"{name} kon niet gelezen worden.", en=f"{name} could not be read.")
        found = checked[name]
        if uses(rule.query, found.absent):
            return absent_column(found.absent)
        if uses(rule.query, found.unread):
            return _not_whole([name for name in found.unread if uses(rule.query, (name,))])
    if "{fraction}" in rule.query and checked[rule.table].fraction is None:
        return Text(
            nl="de fractie in delivery.json is niet bekend.",
            en="the fraction in delivery.json is not known.",
        )
    return None


def _not_whole(columns: list[str]) -> Text:
    """Return why a rule about columns that cannot be used as a whole does not run."""
    listed = ", ".join(columns)
    return Text(
        nl=f"kolom {listed} ontbreekt, is deels onleesbaar of is geweigerd.",
        en=f"column {listed} is missing, unreadable in part, or refused.",
    )

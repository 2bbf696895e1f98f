"""What a confidential table must look like: the one source for check, stub and hand-out.

A table is a pandera schema of columns, a key, and rules. Columns carry their description in both
languages and their unit. Rules are conditions in SQL, so that they hold for files of any size; a
column's own checks are those of pandera, and ``conditions`` says the same in SQL.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pandera.pandas as pa

from analysis.languages import Text

#: 128 bits of a keyed hash, as lower-case hexadecimal; see ``linkage.pseudonyms``.
PSEUDONYM = r"^[0-9a-f]{32}$"
#: Codes of sessions, functions and so on: no names, no spaces.
CODE = r"^[a-z0-9_]{1,40}$"
#: First and last year that a delivery may speak of.
FIRST_YEAR, LAST_YEAR = 2000, 2099
#: No organisation or sector has more people.
MOST_PERSONS = 20_000_000

CORRECT = Text(
    nl="Verbeter deze rijen bij de bron en lever het bestand opnieuw.",
    en="Correct these rows at the source and deliver the file again.",
)


#: What to do about a break that a rule tolerates.
TOLERATED = Text(
    nl="Dit valt binnen wat wordt toegestaan: er hoeft niets te gebeuren.",
    en="This is within what is tolerated: nothing needs to be done.",
)


@dataclass(frozen=True)
class Rule:
    """A condition that no row of a table may meet.

    Attributes
    ----------
    name
        What the report calls it; unique within the table.
    columns
        Columns that the rule is about; the first one is named in messages.
    broken
        SQL condition over the columns of one row, true where the row breaks the rule. A condition
        that is unknown (NULL) breaks nothing.
    expected
        What was expected instead.
    tolerated
        Share of rows that may break the rule; up to it the break is noted, not refused.
    """

    name: str
    columns: tuple[str, ...]
    broken: str
    expected: Text
    remedy: Text = CORRECT
    tolerated: float = 0.0


@dataclass(frozen=True)
class QueryRule:
    """A condition over several rows or tables.

    Attributes
    ----------
    table
        Table that the rule holds responsible; ``columns`` are its columns.
    needs
        Other tables that must be delivered for the rule to apply.
    query
        SQL that returns one row with the two numbers ``broken`` and ``total``. Names in braces are
        the tables: ``{pfzw_payslips}``. ``{fraction}`` is the share of persons that the
        person-level file of ``table`` declares to hold.
    tolerated
        Share of ``total`` that may break the rule; up to it the break is noted, not refused.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    query: str
    expected: Text
    needs: tuple[str, ...] = ()
    remedy: Text = CORRECT
    tolerated: float = 0.0


@dataclass(frozen=True)
class DeliveredTable:
    """A table as a supplier delivers it.

    Attributes
    ----------
    supplier
        Key in ``suppliers.SUPPLIERS`` and name of the folder.
    file
        Start of the file's name; ``payslips`` stands for ``pfzw/payslips-2024.parquet`` too.
    grain
        What one row is.
    columns
        pandera columns by name, in the order of the file.
    key
        Columns that no two rows share.
    rules
        Rules over one row.
    additional
        Whether the report says that this source is missing; the strategic questions need it.
    sampled
        Whether the file may hold a declared share of all persons only.
    """

    supplier: str
    file: str
    title: Text
    grain: Text
    columns: dict[str, pa.Column]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    additional: bool = False
    sampled: bool = False

    @property
    def name(self) -> str:
        """Name among all delivered tables: ``pfzw_payslips``."""
        return f"{self.supplier}_{self.file}"

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema, for frames that fit into memory."""
        return pa.DataFrameSchema(
            self.columns, strict=True, ordered=True, coerce=True, unique=list(self.key)
        )


@dataclass(frozen=True)
class Condition:
    """A check of one column as SQL: true where a row breaks it."""

    name: str
    broken: str
    expected: Text


def conditions(name: str, column: pa.Column) -> list[Condition]:
    """Say the pandera checks of a column in SQL.

    Raises
    ------
    TypeError
        For a check that has no SQL here, so that a schema cannot hold one in silence.
    """
    found = []
    quoted = f'"{name}"'
    if not column.nullable:
        found.append(Condition("missing", f"{quoted} IS NULL", Text(nl="een waarde", en="a value")))
    for check in column.checks:
        found.append(_condition(quoted, check))
    return found


def _condition(quoted: str, check: pa.Check) -> Condition:
    told = check.statistics
    match check.name:
        case "isin":
            allowed = list(told["allowed_values"])
            listed = ", ".join(_literal(value) for value in allowed)
            shown = ", ".join(str(value) for value in allowed)
            return Condition(
                "not allowed",
                f"{quoted} NOT IN ({listed})",
                Text(nl=f"een van: {shown}", en=f"one of: {shown}"),
            )
        case "in_range":
            low, high = told["min_value"], told["max_value"]
            return Condition(
                "out of range",
                f"{quoted} < {low} OR {quoted} > {high}",
                Text(
                    nl=f"een getal van {low:g} tot en met {_plain(high)}",
                    en=f"a number from {low:g} to {_plain(high)}",
                ),
            )
        case "greater_than_or_equal_to":
            low = told["min_value"]
            return Condition(
                "out of range",
                f"{quoted} < {low}",
                Text(nl=f"een getal van {low:g} of meer", en=f"a number of {low:g} or more"),
            )
        case "str_matches":
            pattern = told["pattern"]
            pattern = getattr(pattern, "pattern", pattern)
            return Condition(
                "wrong form",
                f"NOT regexp_matches({quoted}, {_literal(pattern)})",
                _FORMS.get(pattern, Text(nl=f"de vorm {pattern}", en=f"the form {pattern}")),
            )
    raise TypeError(f"column {quoted}: check '{check.name}' has no condition in SQL; add one here.")


_FORMS = {
    PSEUDONYM: Text(
        nl="een pseudoniem van 32 tekens (0-9, a-f), zoals `preventieplan pseudonymise` het maakt",
        en="a pseudonym of 32 characters (0-9, a-f), as `preventieplan pseudonymise` makes it",
    ),
    CODE: Text(
        nl="een code van 1 tot 40 kleine letters, cijfers en lage streepjes",
        en="a code of 1 to 40 small letters, digits and underscores",
    ),
}


def _plain(value: float) -> str:
    """Return a bound as it is written by hand: 20000000 and 0.5, not 2e+07."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def sql_type(column: pa.Column) -> str:
    """Return the DuckDB type that a delivered column must convert to."""
    kind = str(column.dtype).lower()
    if kind.startswith("int"):
        return "BIGINT"
    if kind.startswith("float"):
        return "DOUBLE"
    if kind.startswith("datetime"):
        return "DATE"
    return "VARCHAR"


@dataclass(frozen=True)
class About:
    """What a reader of the dictionary learns of a column."""

    description: Text
    unit: str | None = None
    domain: str | None = None
    labels: dict[str, Text] = field(default_factory=dict)


def about(column: pa.Column) -> About:
    """Return the description that a column carries."""
    return column.metadata["about"]


def _column(dtype: Any, checks: list[pa.Check], told: About, *, nullable: bool) -> pa.Column:
    return pa.Column(
        dtype,
        checks,
        nullable=nullable,
        description=told.description.en,
        metadata={"about": told},
    )


def pseudonym(domain: str, nl: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of pseudonyms of one domain: ``person``, ``organisation`` and so on."""
    told = About(Text(nl=nl, en=en), domain=domain)
    return _column(str, [pa.Check.str_matches(PSEUDONYM)], told, nullable=nullable)


def code(nl: str, en: str, *, pattern: str = CODE) -> pa.Column:
    """Return a column of codes that are no pseudonyms and name nobody."""
    return _column(str, [pa.Check.str_matches(pattern)], About(Text(nl=nl, en=en)), nullable=False)


def choice(labels: dict[str, Text], nl: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Return a column with a value of a closed list."""
    told = About(Text(nl=nl, en=en), labels=labels)
    return _column(str, [pa.Check.isin(list(labels))], told, nullable=nullable)


def year(nl: str = "Kalenderjaar", en: str = "Calendar year") -> pa.Column:
    """Return a column of calendar years."""
    return whole(nl, en, low=FIRST_YEAR, high=LAST_YEAR, unit="year")


def whole(
    nl: str,
    en: str,
    *,
    low: int = 0,
    high: int | None = None,
    unit: str | None = None,
    nullable: bool = False,
) -> pa.Column:
    """Return a column of whole numbers; persons are limited by what a country has."""
    if high is None and unit == "persons":
        high = MOST_PERSONS
    check = pa.Check.ge(low) if high is None else pa.Check.in_range(low, high)
    dtype = pd.Int64Dtype() if nullable else "int64"
    return _column(dtype, [check], About(Text(nl=nl, en=en), unit=unit), nullable=nullable)


def number(
    nl: str,
    en: str,
    *,
    low: float | None = 0.0,
    high: float | None = None,
    unit: str | None = None,
    nullable: bool = False,
) -> pa.Column:
    """Return a column of numbers; ``low`` None leaves both ends open."""
    if low is None:
        checks = []
    else:
        checks = [pa.Check.ge(low) if high is None else pa.Check.in_range(low, high)]
    return _column("float64", checks, About(Text(nl=nl, en=en), unit=unit), nullable=nullable)


def share(nl: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of shares from 0 to 1."""
    return number(nl, en, low=0.0, high=1.0, unit="share", nullable=nullable)


def percent(nl: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of percentages from 0 to 100."""
    return number(nl, en, low=0.0, high=100.0, unit="percent", nullable=nullable)


def date(nl: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of dates, written as 2024-12-31."""
    return _column("datetime64[us]", [], About(Text(nl=nl, en=en), unit="date"), nullable=nullable)


def every_year(table: DeliveredTable) -> QueryRule:
    """Return the rule that an organisation has no gap between its first and its last year."""
    return QueryRule(
        "year missing in between",
        table=table.name,
        columns=("year",),
        query=f"""
            SELECT count(*) FILTER (last - first + 1 <> years) AS broken, count(*) AS total
            FROM (
                SELECT min(year) AS first, max(year) AS last, count(DISTINCT year) AS years
                FROM {{{table.name}}} GROUP BY organisation
            )
        """,
        expected=Text(
            nl="elk jaar tussen het eerste en het laatste van een organisatie",
            en="every year between an organisation's first and last",
        ),
    )

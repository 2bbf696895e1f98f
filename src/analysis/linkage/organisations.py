"""Organisations per year: the payroll's own figures with what every other source tells of them."""

import duckdb

from analysis.errors import DeliveryError
from analysis.linkage import employment
from analysis.linkage.columns import Column, column, delivered, empty, names, typed
from analysis.linkage.organisation_parts import PARTS, Part
from analysis.sources import pfzw, programme, vernet

TABLE = "organisation_years"
_PAYROLL = pfzw.ORGANISATION_YEARS.name

#: Upper bound of employees → band.
SIZE_BANDS = {
    250: "under_250",
    1000: "250_to_999",
    3000: "1000_to_2999",
    None: "3000_plus",
}

PARTICIPANT = column(
    "participant",
    "TINYINT",
    "Deelnemer aan het Preventieplan (1 = ja); leeg als de deelnemers niet zijn geleverd",
    "Participant of the Preventieplan (1 = yes); empty when participants were not delivered",
    unit="0 or 1",
    source=programme.PARTICIPANTS.name,
)
SIZE_BAND = column(
    "size_band",
    "VARCHAR",
    "Werknemers in klassen: tot 250, 250-999, 1000-2999, 3000 of meer",
    "Employees in bands: under 250, 250-999, 1000-2999, 3000 or more",
    source=_PAYROLL,
)


def _rate(name: str, nl: str, en: str) -> Column:
    return column(
        name,
        "DOUBLE",
        f"{nl}, per gemiddelde werknemer (begin en eind van het jaar)",
        f"{en}, per mean employee (start and end of the year)",
        unit="share",
        source=_PAYROLL,
    )


#: Rate → what is counted in it.
_RATES = {
    "turnover_rate": "leavers",
    "mobility_rate": "to_same_branch + to_other_branch",
    "sector_exit_rate": "to_pension + to_other_sector + to_inactive",
    "inflow_rate": "joiners",
}

BASE: tuple[Column, ...] = (
    *delivered(pfzw.ORGANISATION_YEARS),
    PARTICIPANT,
    SIZE_BAND,
    column(
        "employees_at_start",
        "BIGINT",
        "Werknemers op 1 januari: die van 31 december, min instroom, plus vertrek",
        "Employees on 1 January: those of 31 December, less joiners, plus leavers",
        unit="persons",
        source=_PAYROLL,
    ),
    _rate("turnover_rate", "Vertrek bij de organisatie", "Departures from the organisation"),
    _rate("mobility_rate", "Vertrek binnen de sector", "Departures within the sector"),
    _rate("sector_exit_rate", "Vertrek uit de sector", "Departures from the sector"),
    _rate("inflow_rate", "Instroom", "Joiners"),
)


def _flag(part: Part) -> Column:
    return column(
        f"linked_{part.source}",
        "TINYINT",
        f"Gekoppeld: {part.title.nl} (1 = ja); leeg als de bron niet geleverd is",
        f"Linked: {part.title.en} (1 = yes); empty when the source was not delivered",
        unit="0 or 1",
        source=part.needs,
    )


COLUMNS: tuple[Column, ...] = (
    *BASE,
    *(found for part in PARTS for found in part.columns),
    *(_flag(part) for part in PARTS),
)

#: What every table of people or parts takes over from its organisation.
CONTEXT = (
    *delivered(pfzw.ORGANISATION_YEARS, "branch", "region"),
    PARTICIPANT,
    SIZE_BAND,
)


def make_base(engine: duckdb.DuckDBPyConnection, present: set[str], fraction: float) -> None:
    """Make the table ``organisation_base``: a row for every organisation and year of the payroll.

    Where only payslips were delivered, the organisations and their employees come from these;
    what payslips do not tell (region, flows by destination) is NULL.
    """
    if _PAYROLL in present:
        own = typed(delivered(pfzw.ORGANISATION_YEARS))
        source = f"SELECT {own} FROM {_PAYROLL}"
    else:
        source = _base_from_payslips(fraction)
    participant = "CAST(NULL AS TINYINT)"
    if programme.PARTICIPANTS.name in present:
        participant = (
            f"CAST(organisation IN (SELECT organisation FROM {programme.PARTICIPANTS.name}) "
            "AS TINYINT)"
        )
    bands = " ".join(
        f"WHEN employees < {bound} THEN '{band}'" for bound, band in SIZE_BANDS.items() if bound
    )
    mean_stock = "nullif((employees + employees_at_start) / 2, 0)"
    rates = ", ".join(f"({counted}) / {mean_stock} AS {rate}" for rate, counted in _RATES.items())
    engine.execute(f"""
        CREATE TABLE organisation_base AS
        SELECT {typed(BASE)} FROM (
            SELECT *, {rates} FROM (
                SELECT *,
                    {participant} AS participant,
                    CASE {bands} WHEN employees IS NOT NULL THEN '{SIZE_BANDS[None]}' END
                        AS size_band,
                    employees - joiners + leavers AS employees_at_start
                FROM ({source})
            )
        )
    """)
    _check_unique(engine, "organisation_base", _PAYROLL)


def _base_from_payslips(fraction: float) -> str:
    known = {
        "organisation": "organisation",
        "year": "year",
        "branch": "arg_max(branch, (months, person))",
        "employees": f"round(count(*) FILTER (month(last_month) = 12) / {fraction!r})",
        "fte": "CAST(sum(CAST(round(fte_months / months * 10000) AS BIGINT)) "
        f"FILTER (month(last_month) = 12) AS DOUBLE) / 10000 / {fraction!r}",
        "temporary_share": "sum(temporary_months) / sum(months)",
        "irregular_allowance_share": "CAST(sum(CAST(round(irregular_allowance * 100) AS BIGINT)) "
        "AS DOUBLE) / nullif(CAST(sum(CAST(round(wage * 100) AS BIGINT)) AS DOUBLE), 0)",
    }
    listed = ", ".join(
        f'CAST({known.get(c.name, "NULL")} AS {c.kind}) AS "{c.name}"'
        for c in delivered(pfzw.ORGANISATION_YEARS)
    )
    return f"SELECT {listed} FROM {employment.TABLE} GROUP BY organisation, year"


def make_organisation_years(
    engine: duckdb.DuckDBPyConnection, present: set[str], fraction: float
) -> None:
    """Make the table ``organisation_years``: the base with the part of every source.

    Raises
    ------
    DeliveryError
        If a source has several rows for an organisation and year where it promises one.
    """
    columns, flags, joins = [typed(BASE, "base.")], [], []
    for part in PARTS:
        name, linked = f"part_{part.source}", "NULL"
        if present.issuperset(part.needs):
            engine.execute(f"CREATE TABLE {name} AS {part.query.format(fraction=repr(fraction))}")
            _check_unique(engine, name, part.needs[0])
            joins.append(
                f"LEFT JOIN {name} ON {name}.organisation = base.organisation "
                f"AND {name}.year = base.year"
            )
            columns.append(typed(part.columns, f"{name}."))
            linked = f"{name}.organisation IS NOT NULL"
        else:
            columns.append(empty(part.columns))
        flags.append(f"CAST({linked} AS TINYINT) AS {_flag(part).name}")
    engine.execute(
        f"CREATE TABLE {TABLE} AS SELECT {', '.join(columns + flags)} "
        f"FROM organisation_base AS base {' '.join(joins)}"
    )
    _check_same_rows(engine, "organisation_base", TABLE)


def with_context(table: str, columns: tuple[Column, ...], year: str = "year") -> str:
    """Return the SQL of a table with branch, region, participant and size of its organisation.

    Columns of ``CONTEXT`` that the table has itself stay its own.
    """
    own = names(columns)
    context = [c for c in CONTEXT if c.name not in own]
    return f"""
        SELECT {typed(columns, "own.")}, {typed(context, "base.")}
        FROM {table} AS own LEFT JOIN organisation_base AS base
            ON base.organisation = own.organisation AND base.year = own.{year}
    """


def context_of(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns that ``with_context`` gives."""
    return columns + tuple(c for c in CONTEXT if c.name not in names(columns))


AGES = context_of(delivered(pfzw.ORGANISATION_AGES))
ABSENCE_PARTS = context_of(delivered(vernet.ABSENCE))


def ages() -> str:
    """Return the SQL of ``organisation_ages``."""
    return with_context(pfzw.ORGANISATION_AGES.name, delivered(pfzw.ORGANISATION_AGES))


def absence_parts() -> str:
    """Return the SQL of ``absence_parts``: absence by age band, by function group, and by both."""
    rows = f"(FROM {vernet.ABSENCE.name} WHERE age_band <> 'all' OR function_group <> 'all')"
    return with_context(rows, delivered(vernet.ABSENCE))


def _check_unique(engine: duckdb.DuckDBPyConnection, made: str, source: str) -> None:
    repeated = engine.execute(
        f"SELECT count(*) - count(DISTINCT (organisation, year)) FROM {made}"
    ).fetchall()[0][0]
    if repeated:
        raise DeliveryError(
            f"{source}: {repeated} rows repeat an organisation and year; expected one row each. "
            "Remove or add up the repeated rows at the source."
        )


def _check_same_rows(engine: duckdb.DuckDBPyConnection, before: str, after: str) -> None:
    counts = [
        engine.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in (before, after)
    ]
    if counts[0] != counts[1]:
        raise DeliveryError(
            f"{after}: {counts[0]} rows became {counts[1]} in a join; expected as many. Deliver "
            "each organisation and year once."
        )

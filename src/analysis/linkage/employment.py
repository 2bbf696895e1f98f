"""Employment per person, organisation and year: the one heavy pass over the payslips.

Grouping a hundred million rows by person is bound by the width of what is kept per group. So what
holds in the last month of a year travels as one number, the months as the bits of another, and
money as whole cents in sums that do not depend on the order of the rows. ``employment_packed``
holds these numbers, ``employment_years`` what they say.
"""

from pathlib import Path

import duckdb

from analysis.errors import DeliveryError
from analysis.linkage.columns import Column, column, delivered, quoted
from analysis.sources import vocabulary
from analysis.sources.delivered_files import Delivered
from analysis.sources.pfzw import PAYSLIPS

TABLE = "employment_years"
PACKED = "employment_packed"
#: Row groups read more than once, as a share, up to which years are taken one by one.
REREAD_AT_MOST = 0.5

_LAST = "in de laatste maand", "in the last month"


def _sum(name: str, kind: str, nl: str, en: str, unit: str) -> Column:
    return column(name, kind, nl, en, unit=unit, source=PAYSLIPS.name)


COLUMNS: tuple[Column, ...] = (
    *delivered(PAYSLIPS, "person", "organisation"),
    _sum("year", "SMALLINT", "Kalenderjaar", "Calendar year", "year"),
    *delivered(
        PAYSLIPS, "branch", "function_group", "contract", "team", "birth_year", "sex", "destination"
    ),
    _sum("months", "UTINYINT", "Maanden met een loonstrook", "Months with a payslip", "months"),
    _sum(
        "temporary_months",
        "UTINYINT",
        "Van hen: maanden met een tijdelijk of oproepcontract",
        "Of them: months on a temporary or on-call contract",
        "months",
    ),
    _sum(
        "fte_months",
        "DOUBLE",
        "Som van de deeltijdfactor over de maanden",
        "Sum of the part-time factor over the months",
        "fte months",
    ),
    _sum(
        "wage",
        "DOUBLE",
        "Loon zonder toeslag, som over de maanden",
        "Wage without allowance, summed over the months",
        "euro",
    ),
    _sum(
        "irregular_allowance",
        "DOUBLE",
        "Onregelmatigheidstoeslag, som over de maanden",
        "Irregular-hours allowance, summed over the months",
        "euro",
    ),
    _sum("first_month", "DATE", "Eerste maand in het jaar", "First month in the year", "date"),
    _sum("last_month", "DATE", "Laatste maand in het jaar", "Last month in the year", "date"),
    *delivered(PAYSLIPS, "start_date", "end_date"),
)

#: Column of the last month → closed list and the first bit of its place in it; 0 is none.
CODES = {
    "sex": (list(vocabulary.SEXES), 8),
    "destination": (list(vocabulary.DESTINATIONS), 10),
    "contract": (list(vocabulary.CONTRACTS), 12),
    "function_group": (list(vocabulary.FUNCTION_GROUPS), 14),
    "branch": (list(vocabulary.BRANCHES), 18),
}
#: Above the codes the month, below them the years of birth since 1900.
_MONTH_BIT = 21
_BIRTH_FROM, _BIRTH_BITS = 1900, 255

#: The lowest bit of the months is the first one.
FIRST_MONTH = "bit_count(CAST((bits & -CAST(bits AS INTEGER)) - 1 AS INTEGER))"
#: Who came back within the year has the end of the earlier employment; it is over.
END_DATE = "CASE WHEN end_date >= start_date THEN end_date END"


def unpack(name: str, packed: str) -> str:
    """Return the SQL of a column of the last month from its packed number."""
    if name == "birth_year":
        return f"(CAST({packed} & {_BIRTH_BITS} AS SMALLINT) + {_BIRTH_FROM})"
    if name == "month":
        return f"(({packed} >> {_MONTH_BIT}) & 15)"
    values, bit = CODES[name]
    mask = 2 ** len(values).bit_length() - 1
    return f"{values!r}[CAST(({packed} >> {bit}) & {mask} AS INTEGER)]"


def make_employment_years(
    engine: duckdb.DuckDBPyConnection, payslips: Delivered, scratch: Path
) -> None:
    """Make the views ``employment_packed`` and ``employment_years`` from that of the payslips.

    Their rows go to ``scratch`` as they come, so that memory is left for grouping.

    Raises
    ------
    DeliveryError
        If a person has two payslips of an organisation in one month.
    """
    code = _make_organisation_codes(engine)
    for number, condition in enumerate(_slices(engine, payslips)):
        part = quoted(scratch / f"{PACKED}-{number}.parquet")
        engine.execute(f"COPY ({_grouped(code, condition)}) TO {part} (FORMAT parquet)")
    parts = quoted(scratch / f"{PACKED}-*.parquet")
    engine.execute(f"""
        CREATE VIEW {PACKED} AS
        SELECT packed.* EXCLUDE code, codes.organisation
        FROM read_parquet({parts}) AS packed JOIN organisation_codes AS codes USING (code)
    """)
    engine.execute(f"CREATE VIEW {TABLE} AS {_unpacked()}")
    repeated = engine.execute(
        f"SELECT count(*) FILTER (slips <> bit_count(bits)) FROM {PACKED}"
    ).fetchall()[0][0]
    if repeated:
        raise DeliveryError(
            f"{PAYSLIPS.name}: {repeated} times a person has more than one payslip of an "
            "organisation in a month; expected one per person, organisation and month. Add them "
            "up at the source."
        )


def _make_organisation_codes(engine: duckdb.DuckDBPyConnection) -> str:
    """Make the table of organisations and short codes; return the SQL of a payslip's code.

    A group of 64 bits instead of 32 characters for the organisation takes a third less time.
    """
    code = "hash(organisation)"
    engine.execute(f"""
        CREATE TABLE organisation_codes AS
        SELECT {code} AS code, organisation FROM (SELECT DISTINCT organisation FROM {PAYSLIPS.name})
    """)
    shared = engine.execute(
        "SELECT count(*) - count(DISTINCT code) FROM organisation_codes"
    ).fetchall()[0][0]
    if shared:
        # Two organisations with one hash: then the pseudonym itself is the code.
        engine.execute("ALTER TABLE organisation_codes ALTER code TYPE VARCHAR USING organisation")
        return "organisation"
    return code


def _slices(engine: duckdb.DuckDBPyConnection, payslips: Delivered) -> list[str]:
    """Return conditions that split the payslips into years, or one that holds for all.

    A year at a time needs less memory. It pays where the files hold their years apart;
    where each block of a file has all years, it would read everything once per year.
    """
    paths = ", ".join(map(quoted, payslips.paths))
    if any(path.suffix.lower() != ".parquet" for path in payslips.paths):
        return ["true"]
    blocks = engine.execute(f"""
        SELECT year(TRY_CAST(stats_min_value AS DATE)), year(TRY_CAST(stats_max_value AS DATE))
        FROM parquet_metadata([{paths}]) WHERE path_in_schema = 'month'
    """).fetchall()
    if not blocks or any(first is None or last is None for first, last in blocks):
        return ["true"]
    reread = sum(last - first for first, last in blocks) / len(blocks)
    if reread > REREAD_AT_MOST:
        return ["true"]
    first, last = min(first for first, _ in blocks), max(last for _, last in blocks)
    return [
        f"month BETWEEN DATE '{year}-01-01' AND DATE '{year}-12-31'"
        for year in range(first, last + 1)
    ]


def _code(name: str) -> str:
    """Return the place of a value in its list, which DuckDB looks up once per distinct value."""
    values, bit = CODES[name]
    unknown = f"CASE WHEN {name} IS NULL THEN 0 ELSE error('not in the closed list') END"
    return f"(coalesce(list_position({values!r}, {name}), {unknown}) << {bit})"


def _grouped(code: str, condition: str) -> str:
    return f"""
        SELECT
            person,
            {code} AS code,
            CAST(year(month) AS SMALLINT) AS year,
            CAST(count(*) AS SMALLINT) AS slips,
            bit_or(CAST(1 << month(month) AS USMALLINT)) AS bits,
            max(
                (CAST(month(month) AS INTEGER) << {_MONTH_BIT})
                | {" | ".join(map(_code, CODES))}
                | CAST(birth_year - {_BIRTH_FROM} AS INTEGER)
            ) AS last,
            arg_max_null(team, month) AS team,
            -- Whole cents and ten-thousandths of an fte: exact in any order of the rows.
            sum(round(wage * 100)) AS cents,
            sum(round(irregular_allowance * 100)) AS allowance_cents,
            sum(round(fte * 10000)) AS fte_parts,
            sum(CAST(CAST(contract <> 'permanent' AS TINYINT) AS DOUBLE)) AS temporary_months,
            max(start_date) AS start_date,
            max(end_date) AS end_date
        FROM {PAYSLIPS.name}
        WHERE {condition}
        GROUP BY ALL
    """


def _unpacked() -> str:
    return f"""
        SELECT
            person, organisation, year,
            {", ".join(f"{unpack(name, 'last')} AS {name}" for name in CODES)},
            {unpack("birth_year", "last")} AS birth_year,
            team,
            CAST(bit_count(bits) AS UTINYINT) AS months,
            CAST(temporary_months AS UTINYINT) AS temporary_months,
            fte_parts / 10000 AS fte_months,
            cents / 100 AS wage,
            allowance_cents / 100 AS irregular_allowance,
            make_date(year, {FIRST_MONTH}, 1) AS first_month,
            make_date(year, {unpack("month", "last")}, 1) AS last_month,
            start_date,
            {END_DATE} AS end_date
        FROM {PACKED}
    """

"""Employment per person, organisation and year: the one heavy pass over the payslips.

Grouping a hundred million rows by person is bound by the width of what is kept per group. So what
holds in the last month of a year travels as one number, the months as the bits of another, and
money as whole cents in sums that do not depend on the order of the rows.
"""

from pathlib import Path

import duckdb

from analysis.errors import DeliveryError
from analysis.linkage.columns import Column, column, delivered, quoted
from analysis.sources import vocabulary
from analysis.sources.delivered_files import Delivered
from analysis.sources.pfzw import PAYSLIPS

TABLE = "employment_years"
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

#: Column of the last month → closed list, first bit and what is added so that 0 is "unknown".
_PACKED = {
    "branch": (list(vocabulary.BRANCHES), 21, 0),
    "function_group": (list(vocabulary.FUNCTION_GROUPS), 17, 0),
    "contract": (list(vocabulary.CONTRACTS), 15, 0),
    "destination": (list(vocabulary.DESTINATIONS), 13, 1),
    "sex": (list(vocabulary.SEXES), 12, 0),
}
_MONTH_BIT = 24
_BIRTH_FROM = 1900


def make_employment_years(
    engine: duckdb.DuckDBPyConnection, payslips: Delivered, scratch: Path
) -> None:
    """Make the view ``employment_years`` from the view of the payslips.

    Its rows go to ``scratch`` as they come, so that memory is left for grouping.

    Raises
    ------
    DeliveryError
        If a person has two payslips of an organisation in one month.
    """
    _make_types(engine)
    for number, condition in enumerate(_slices(engine, payslips)):
        part = quoted(scratch / f"{TABLE}-{number}.parquet")
        engine.execute(f"COPY ({_query(condition)}) TO {part} (FORMAT parquet)")
    parts = quoted(scratch / f"{TABLE}-*.parquet")
    engine.execute(f"CREATE VIEW {TABLE} AS SELECT * FROM read_parquet({parts})")
    repeated = engine.execute(f"SELECT count(*) FILTER (slips <> months) FROM {TABLE}").fetchone()[
        0
    ]
    if repeated:
        raise DeliveryError(
            f"{PAYSLIPS.name}: {repeated} times a person has more than one payslip of an "
            "organisation in a month; expected one per person, organisation and month. Add them "
            "up at the source."
        )


def _make_types(engine: duckdb.DuckDBPyConnection) -> None:
    """Make a closed type of each list, so that its values travel as small numbers."""
    for name, (values, _, _) in _PACKED.items():
        listed = ", ".join(f"'{value}'" for value in values)
        engine.execute(f"CREATE TYPE slip_{name} AS ENUM ({listed})")


def _slices(engine: duckdb.DuckDBPyConnection, payslips: Delivered) -> list[str]:
    """Return conditions that split the payslips into years, or one that holds for all.

    A year at a time needs a seventh of the memory. It pays where the files hold their years apart;
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


def _query(condition: str = "true") -> str:
    packed = " | ".join(
        f"(coalesce(CAST(enum_code(CAST({name} AS slip_{name})) AS INTEGER) + {plus}, 0) << {bit})"
        for name, (_, bit, plus) in _PACKED.items()
    )
    unpacked = {
        name: _unpack(
            f"enum_range(NULL::slip_{name})", f"(last >> {bit}) & {_mask(values, plus)}", plus
        )
        for name, (values, bit, plus) in _PACKED.items()
    }
    return f"""
        WITH grouped AS (
            SELECT
                person,
                organisation,
                CAST(year(month) AS SMALLINT) AS year,
                count(*) AS slips,
                bit_or(CAST(1 << month(month) AS USMALLINT)) AS bits,
                max(
                    (CAST(month(month) AS INTEGER) << {_MONTH_BIT}) | {packed}
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
        )
        SELECT
            person, organisation, year,
            {unpacked["branch"]} AS branch,
            {unpacked["function_group"]} AS function_group,
            {unpacked["contract"]} AS contract,
            team,
            CAST(last & 255 AS SMALLINT) + {_BIRTH_FROM} AS birth_year,
            {unpacked["sex"]} AS sex,
            {unpacked["destination"]} AS destination,
            CAST(bit_count(bits) AS UTINYINT) AS months,
            CAST(temporary_months AS UTINYINT) AS temporary_months,
            fte_parts / 10000 AS fte_months,
            cents / 100 AS wage,
            allowance_cents / 100 AS irregular_allowance,
            -- The lowest bit of the months is the first one.
            make_date(year, bit_count(CAST((bits & -CAST(bits AS INTEGER)) - 1 AS INTEGER)), 1)
                AS first_month,
            make_date(year, last >> {_MONTH_BIT}, 1) AS last_month,
            start_date,
            -- Who came back within the year has the end of the earlier employment; it is over.
            CASE WHEN end_date >= start_date THEN end_date END AS end_date,
            slips
        FROM grouped
    """


def _mask(values: list[str], plus: int) -> int:
    return 2 ** (len(values) - 1 + plus).bit_length() - 1


def _unpack(values: str, code: str, plus: int) -> str:
    """Return the value of a code; none for code 0 where codes start at 1."""
    return f"{values}[CAST({code} AS INTEGER) + {1 - plus}]"

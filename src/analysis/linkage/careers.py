"""Careers: a person's unbroken employment at an organisation, and what came after it."""

import duckdb

from analysis.linkage import employment
from analysis.linkage.columns import Column, column, delivered
from analysis.sources.pfzw import PAYSLIPS

TABLE = "careers"


def _made(name: str, kind: str, nl: str, en: str, unit: str | None = None) -> Column:
    return column(name, kind, nl, en, unit=unit, source=PAYSLIPS.name)


COLUMNS: tuple[Column, ...] = (
    *delivered(PAYSLIPS, "person", "organisation"),
    _made(
        "spell",
        "SMALLINT",
        "Hoeveelste aaneengesloten periode van deze persoon bij deze organisatie",
        "Which unbroken period of this person at this organisation",
    ),
    *delivered(PAYSLIPS, "branch", "birth_year", "sex"),
    _made("first_month", "DATE", "Eerste maand met een loonstrook", "First month paid", "date"),
    _made("last_month", "DATE", "Laatste maand met een loonstrook", "Last month paid", "date"),
    _made("months", "SMALLINT", "Maanden met een loonstrook", "Months with a payslip", "months"),
    *delivered(PAYSLIPS, "start_date", "end_date"),
    _made(
        "left_truncated",
        "TINYINT",
        "In dienst in de eerste maand van de gegevens: het begin is niet gezien (1 = ja)",
        "Employed in the first month of the data: the start was not seen (1 = yes)",
        "0 or 1",
    ),
    _made(
        "ended",
        "TINYINT",
        "Geëindigd vóór de laatste maand van de gegevens, of met een bestemming (1 = ja)",
        "Ended before the last month of the data, or with a destination (1 = yes)",
        "0 or 1",
    ),
    _made(
        "destination",
        "VARCHAR",
        "Bestemming buiten de sector; leeg is niet vertrokken uit de sector, of nog in dienst",
        "Destination outside the sector; empty is not gone from the sector, or still employed",
    ),
    _made(
        "first_contract",
        "VARCHAR",
        "Soort contract aan het eind van het eerste jaar",
        "Type of contract at the end of the first year",
    ),
    _made(
        "last_contract", "VARCHAR", "Soort contract, laatste maand", "Type of contract, last month"
    ),
    _made(
        "first_function_group",
        "VARCHAR",
        "Functiegroep aan het eind van het eerste jaar",
        "Function group at the end of the first year",
    ),
    _made("last_function_group", "VARCHAR", "Functiegroep, laatste maand", "Function, last month"),
    _made(
        "tenure_months",
        "INTEGER",
        "Maanden sinds het begin van het dienstverband, aan het eind",
        "Months since the start of the employment, at the end",
        "months",
    ),
    _made("age_at_end", "SMALLINT", "Leeftijd in het laatste jaar", "Age in the last year", "year"),
    _made(
        "next_organisation",
        "VARCHAR",
        "Pseudoniem van de werkgever daarna, als die er is",
        "Pseudonym of the employer after it, if there is one",
    ),
    _made(
        "next_same_branch",
        "TINYINT",
        "De werkgever daarna is van dezelfde branche (1 = ja); leeg zonder werkgever daarna",
        "The employer after it is of the same branch (1 = yes); empty without one",
        "0 or 1",
    ),
    _made(
        "next_gap_months",
        "INTEGER",
        "Maanden zonder loonstrook tot de periode daarna; onder nul is overlap",
        "Months without a payslip up to the period after it; below zero is overlap",
        "months",
    ),
    _made(
        "weight",
        "DOUBLE",
        "Personen in de sector voor wie deze persoon staat (1 / fractie)",
        "Persons in the sector that this person stands for (1 / fraction)",
        "persons",
    ),
)


def make_careers(engine: duckdb.DuckDBPyConnection, fraction: float) -> None:
    """Make the view ``careers`` from ``employment_packed``.

    A period goes on while no calendar month lies between one year's last payslip and the next
    year's first. Who left and came back within a calendar year counts as one period.

    Parameters
    ----------
    fraction
        Share of all persons in the payslips.
    """
    engine.execute(f"""
        CREATE VIEW career_years AS
        SELECT person, organisation, year, last, bit_count(bits) AS months,
            12 * year + {employment.FIRST_MONTH} AS first,
            12 * year + {employment.unpack("month", "last")} AS final,
            start_date, {employment.END_DATE} AS end_date
        FROM {employment.PACKED}
    """)
    # Nearly everybody stays without a gap. They need no look at the year before, which is costly.
    engine.execute(f"""
        CREATE TABLE whole_spells AS
        SELECT person, organisation, CAST(1 AS SMALLINT) AS spell, {_SPELL},
            sum(final - first + 1) < max(final) - min(first) + 1 AS with_gap
        FROM career_years GROUP BY person, organisation
    """)
    engine.execute(f"""
        CREATE TABLE broken_spells AS
        SELECT person, organisation, spell, {_SPELL}, false AS with_gap
        FROM (
            SELECT *, CAST(sum(CAST(starts AS TINYINT)) OVER by_year AS SMALLINT) AS spell
            FROM (
                SELECT *, coalesce(first > lag(final) OVER by_year + 1, true) AS starts
                FROM career_years SEMI JOIN (FROM whole_spells WHERE with_gap)
                    USING (person, organisation)
                WINDOW by_year AS (PARTITION BY person, organisation ORDER BY year)
            )
            WINDOW by_year AS (PARTITION BY person, organisation ORDER BY year)
        )
        GROUP BY person, organisation, spell
    """)
    engine.execute(f"CREATE VIEW {TABLE} AS {_followed(engine, fraction)}")


#: What a period keeps of its years; ``opening`` and ``closing`` pack the first and the last year.
_SPELL = """
    min(first) AS first, max(final) AS final, CAST(sum(months) AS SMALLINT) AS months,
    min((CAST(year AS BIGINT) << 32) | last) AS opening,
    max((CAST(year AS BIGINT) << 32) | last) AS closing,
    arg_max(start_date, year) AS start_date, arg_max_null(end_date, year) AS end_date
"""


def _month(number: str) -> str:
    """Return the SQL of the first day of a month that is counted as 12 × year + month."""
    return f"CAST(make_date(({number} - 1) // 12, ({number} - 1) % 12 + 1, 1) AS DATE)"


def _followed(engine: duckdb.DuckDBPyConnection, fraction: float) -> str:
    """Return the SQL of all periods, each with the one after it."""
    earliest, latest = engine.execute("SELECT min(first), max(final) FROM whole_spells").fetchall()[
        0
    ]
    closing = {
        name: employment.unpack(name, "closing")
        for name in ("branch", "birth_year", "sex", "destination", "contract", "function_group")
    }
    return f"""
        SELECT
            person, organisation, spell,
            {closing["branch"]} AS branch,
            {closing["birth_year"]} AS birth_year,
            {closing["sex"]} AS sex,
            {_month("first")} AS first_month,
            {_month("final")} AS last_month,
            months, start_date, end_date,
            CAST(first = {earliest} AS TINYINT) AS left_truncated,
            CAST(final < {latest} OR {closing["destination"]} IS NOT NULL AS TINYINT) AS ended,
            {closing["destination"]} AS destination,
            {employment.unpack("contract", "opening")} AS first_contract,
            {closing["contract"]} AS last_contract,
            {employment.unpack("function_group", "opening")} AS first_function_group,
            {closing["function_group"]} AS last_function_group,
            final - (12 * year(start_date) + month(start_date)) + 1 AS tenure_months,
            (final - 1) // 12 - {closing["birth_year"]} AS age_at_end,
            next_organisation,
            CAST({employment.unpack("branch", "next_closing")} = {closing["branch"]} AS TINYINT)
                AS next_same_branch,
            next_first - final - 1 AS next_gap_months,
            {1 / fraction!r} AS weight
        FROM (
            SELECT *,
                lead(organisation) OVER by_month AS next_organisation,
                lead(closing) OVER by_month AS next_closing,
                lead(first) OVER by_month AS next_first
            FROM (FROM whole_spells WHERE NOT with_gap UNION ALL FROM broken_spells)
            WINDOW by_month AS (PARTITION BY person ORDER BY first, final, organisation)
        )
    """

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
    """Make the view ``careers`` from ``employment_years``.

    A period goes on while no calendar month lies between one year's last payslip and the next
    year's first. Who left and came back within a calendar year counts as one period.

    Parameters
    ----------
    fraction
        Share of all persons in the payslips.
    """
    first, last = engine.execute(
        f"SELECT min(first_month), max(last_month) FROM {employment.TABLE}"
    ).fetchall()[0]
    engine.execute(f"""
        CREATE VIEW {TABLE} AS
        WITH years AS (
            SELECT *, coalesce(
                    first_month
                        > lag(last_month) OVER (PARTITION BY person, organisation ORDER BY year)
                        + INTERVAL 1 MONTH,
                    true
                ) AS starts
            FROM {employment.TABLE}
        ),
        numbered AS (
            SELECT *, sum(CAST(starts AS TINYINT))
                    OVER (PARTITION BY person, organisation ORDER BY year) AS spell
            FROM years
        ),
        spells AS (
            SELECT
                person, organisation, spell,
                arg_max(branch, year) AS branch,
                max(birth_year) AS birth_year,
                max(sex) AS sex,
                min(first_month) AS first_month,
                max(last_month) AS last_month,
                sum(months) AS months,
                arg_max(start_date, year) AS start_date,
                arg_max_null(end_date, year) AS end_date,
                arg_max_null(destination, year) AS destination,
                arg_min(contract, year) AS first_contract,
                arg_max(contract, year) AS last_contract,
                arg_min(function_group, year) AS first_function_group,
                arg_max(function_group, year) AS last_function_group
            FROM numbered
            GROUP BY person, organisation, spell
        ),
        followed AS (
            SELECT *,
                lead(organisation) OVER person_order AS next_organisation,
                lead(branch) OVER person_order AS next_branch,
                lead(first_month) OVER person_order AS next_month
            FROM spells
            WINDOW person_order AS (
                PARTITION BY person ORDER BY first_month, last_month, organisation
            )
        )
        SELECT *,
            CAST(first_month = DATE '{first}' AS TINYINT) AS left_truncated,
            CAST(last_month < DATE '{last}' OR destination IS NOT NULL AS TINYINT) AS ended,
            date_diff('month', start_date, last_month) + 1 AS tenure_months,
            year(last_month) - birth_year AS age_at_end,
            CAST(next_branch = branch AS TINYINT) AS next_same_branch,
            date_diff('month', last_month, next_month) - 1 AS next_gap_months,
            {1 / fraction!r} AS weight
        FROM followed
    """)

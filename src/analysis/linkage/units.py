"""The units of each source, each with whether it was linked and, if not, why."""

from dataclasses import dataclass

from analysis.linkage import employment
from analysis.sources import (
    additional,
    fwg,
    intrakoop,
    izz_care_use,
    izz_monitor,
    pfzw,
    programme,
    vernet,
    vocabulary,
)

#: Every organisation and year that others are looked up in.
PAYROLL = "organisation_base"

UNKNOWN_ORGANISATION = "unknown organisation"
NO_SUCH_YEAR = "organisation-year not in payroll"
NOT_IN_PAYSLIPS = "person not in the payslips, or outside their declared sample"
UNKNOWN_FUNCTION = "unknown function"


@dataclass(frozen=True)
class Units:
    """The units of a source.

    Attributes
    ----------
    query
        SQL with ``organisation``, ``year``, ``age_band`` (NULL where the source has none),
        ``persons``, ``linked``, ``reason``, ``implausible`` and ``repeated``.
    """

    source: str
    unit: str
    query: str


def units_of(present: set[str]) -> list[Units]:
    """Return the units of the delivered sources that can be looked up."""
    found = []
    if present & {pfzw.ORGANISATION_YEARS.name, pfzw.PAYSLIPS.name}:
        found += [units for units in _IN_PAYROLL if units.source in present]
        found += [_of_employments() for name in (pfzw.PAYSLIPS.name,) if _both(present, name)]
    if pfzw.PAYSLIPS.name in present:
        found += [_of_persons(table.name) for table in additional.TABLES if table.name in present]
    if {fwg.FUNCTIONS.name, pfzw.ORGANISATION_FUNCTIONS.name} <= present:
        found.append(_FUNCTIONS)
    return found


def _both(present: set[str], name: str) -> bool:
    return {name, pfzw.ORGANISATION_YEARS.name} <= present


def _looked_up(
    rows: str, *, persons: str, age_band: str = "NULL", implausible: str = "false", key: str = ""
) -> str:
    """Return rows with an organisation and a year, looked up in the payroll.

    ``implausible`` compares the row (``own``) with the payroll's (``base``). ``key`` names the
    columns of a unit beside organisation and year.
    """
    unit = ", ".join(f"own.{name}" for name in ("organisation", "year", *key.split()))
    return f"""
        SELECT own.organisation, own.year, {age_band} AS age_band, {persons} AS persons,
            base.organisation IS NOT NULL AS linked,
            CASE WHEN base.organisation IS NOT NULL THEN NULL
                WHEN own.organisation IN (SELECT organisation FROM {PAYROLL}) THEN '{NO_SUCH_YEAR}'
                ELSE '{UNKNOWN_ORGANISATION}' END AS reason,
            coalesce({implausible}, false) AS implausible,
            count(*) OVER (PARTITION BY {unit}) > 1 AS repeated
        FROM {rows} AS own LEFT JOIN {PAYROLL} AS base
            ON base.organisation = own.organisation AND base.year = own.year
    """


def _half_to_double(own: str) -> str:
    return f"own.{own} NOT BETWEEN base.fte / 2 AND base.fte * 2"


_IN_PAYROLL = (
    Units(
        vernet.ABSENCE.name,
        "organisation-years",
        _looked_up(
            f"(FROM {vernet.ABSENCE.name} WHERE age_band = 'all' AND function_group = 'all')",
            persons="own.person_years",
            implausible=_half_to_double("person_years"),
        ),
    ),
    Units(
        izz_monitor.RESPONDENTS.name,
        "respondents",
        _looked_up(
            izz_monitor.RESPONDENTS.name, persons="1", age_band="own.age_band", key="respondent"
        ),
    ),
    Units(
        izz_care_use.CARE_USE.name,
        "organisation-years by age band",
        _looked_up(
            izz_care_use.CARE_USE.name,
            persons="own.insured",
            age_band="own.age_band",
            implausible="own.insured > base.employees",
            key="age_band",
        ),
    ),
    Units(
        intrakoop.ACCOUNTS.name,
        "organisation-years",
        _looked_up(intrakoop.ACCOUNTS.name, persons="own.fte", implausible=_half_to_double("fte")),
    ),
    Units(
        programme.PARTICIPANTS.name,
        "organisations",
        f"""
            SELECT own.organisation, NULL AS year, NULL AS age_band,
                coalesce(base.employees, 0) AS persons,
                base.organisation IS NOT NULL AS linked,
                CASE WHEN base.organisation IS NULL THEN '{UNKNOWN_ORGANISATION}' END AS reason,
                false AS implausible,
                count(*) OVER (PARTITION BY own.organisation) > 1 AS repeated
            FROM {programme.PARTICIPANTS.name} AS own LEFT JOIN (
                SELECT organisation, arg_max(employees, year) AS employees
                FROM {PAYROLL} GROUP BY organisation
            ) AS base USING (organisation)
        """,
    ),
)

_FUNCTIONS = Units(
    fwg.FUNCTIONS.name,
    "functions that the payroll uses",
    f"""
        SELECT NULL AS organisation, NULL AS year, NULL AS age_band, persons,
            known.function IS NOT NULL AS linked,
            CASE WHEN known.function IS NULL THEN '{UNKNOWN_FUNCTION}' END AS reason,
            false AS implausible,
            count(*) OVER (PARTITION BY own.function) > 1 AS repeated
        FROM (
            SELECT function, arg_max(employees, year) AS persons FROM (
                SELECT function, year, sum(employees) AS employees
                FROM {pfzw.ORGANISATION_FUNCTIONS.name} GROUP BY function, year
            ) GROUP BY function
        ) AS own LEFT JOIN {fwg.FUNCTIONS.name} AS known USING (function)
    """,
)


def age_band_of(age: str) -> str:
    """Return the SQL of the age band of an age."""
    bands = sorted(vocabulary.AGE_STARTS.items(), key=lambda item: -item[1])
    cases = " ".join(f"WHEN {age} >= {start} THEN '{band}'" for band, start in bands)
    return f"CASE {cases} END"


def _of_employments() -> Units:
    """Payslips, as persons at an organisation in a year, whose organisation is looked up."""
    return Units(
        pfzw.PAYSLIPS.name,
        "person-organisation-years",
        f"""
            SELECT own.organisation, own.year,
                {age_band_of("own.year - own.birth_year")} AS age_band,
                1 AS persons,
                base.organisation IS NOT NULL AS linked,
                CASE WHEN base.organisation IS NOT NULL THEN NULL
                    WHEN known.organisation IS NOT NULL THEN '{NO_SUCH_YEAR}'
                    ELSE '{UNKNOWN_ORGANISATION}' END AS reason,
                coalesce(own.branch <> base.branch, false) AS implausible,
                false AS repeated
            FROM {employment.TABLE} AS own
            LEFT JOIN {PAYROLL} AS base
                ON base.organisation = own.organisation AND base.year = own.year
            LEFT JOIN (SELECT DISTINCT organisation FROM {PAYROLL}) AS known
                ON known.organisation = own.organisation
        """,
    )


def _of_persons(table: str) -> Units:
    """Persons of a table, looked up in the payslips; age and place are those of their last row."""
    return Units(
        table,
        "persons",
        f"""
            SELECT known.organisation, known.year, {age_band_of("known.year - known.birth_year")}
                    AS age_band,
                1 AS persons,
                known.person IS NOT NULL AS linked,
                CASE WHEN known.person IS NULL THEN '{NOT_IN_PAYSLIPS}' END AS reason,
                false AS implausible,
                false AS repeated
            FROM (SELECT DISTINCT person FROM {table}) AS own LEFT JOIN (
                SELECT person, max(year) AS year, max(birth_year) AS birth_year,
                    arg_max(organisation, (last_month, organisation)) AS organisation
                FROM {employment.TABLE} WHERE person IN (SELECT person FROM {table})
                GROUP BY person
            ) AS known USING (person)
        """,
    )

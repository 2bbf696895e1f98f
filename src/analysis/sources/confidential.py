"""All tables that suppliers deliver, and the rules between suppliers.

They are confidential, save the inventory of interventions, which is delivered in the same way.
"""

from analysis.languages import Text
from analysis.sources import (
    additional,
    fwg,
    intrakoop,
    inventory,
    izz_care_use,
    izz_monitor,
    pfzw,
    programme,
    vernet,
)
from analysis.sources.schema import DeliveredTable, QueryRule

_MODULES = (
    pfzw,
    vernet,
    izz_monitor,
    izz_care_use,
    fwg,
    intrakoop,
    programme,
    inventory,
    additional,
)

#: Every delivered table by name, in the order of the suppliers.
CONFIDENTIAL: dict[str, DeliveredTable] = {
    table.name: table for module in _MODULES for table in module.TABLES
}

#: The sources that the report's section 1.2 links in the organisation model.
ORGANISATION_SOURCES = ("pfzw", "vernet", "izz_care_use", "izz_monitor", "fwg", "intrakoop")

#: Share of organisations or persons that may be unknown to PFZW before a delivery is refused: a few
#: are new, closed or merged; many mean another key or another edition.
UNKNOWN_TOLERATED = 0.10

_OTHER_KEY = Text(
    nl="Gebruik bij alle bronnen dezelfde sleutel en editie: maak de pseudoniemen opnieuw met "
    "`preventieplan pseudonymise`.",
    en="Use the same key and edition for all sources: make the pseudonyms again with "
    "`preventieplan pseudonymise`.",
)


def _known(child: DeliveredTable, column: str, parent: DeliveredTable) -> QueryRule:
    return QueryRule(
        f"unknown {column}",
        table=child.name,
        columns=(column,),
        needs=(parent.name,),
        query=f"""
            SELECT count(*) FILTER (known.{column} IS NULL) AS broken, count(*) AS total
            FROM (SELECT DISTINCT {column} FROM {{{child.name}}}) AS child
            LEFT JOIN (SELECT DISTINCT {column} FROM {{{parent.name}}}) AS known USING ({column})
        """,
        expected=Text(
            nl=f"pseudoniemen die ook in {parent.name} staan, op {UNKNOWN_TOLERATED:.0%} na",
            en=f"pseudonyms that are in {parent.name} too, up to {UNKNOWN_TOLERATED:.0%}",
        ),
        remedy=_OTHER_KEY,
        tolerated=UNKNOWN_TOLERATED,
    )


#: Rules within a supplier and between suppliers.
QUERY_RULES: tuple[QueryRule, ...] = (
    *(rule for module in _MODULES for rule in module.QUERY_RULES),
    *(
        _known(table, "organisation", pfzw.ORGANISATION_YEARS)
        for table in CONFIDENTIAL.values()
        if "organisation" in table.columns and table is not pfzw.ORGANISATION_YEARS
    ),
    *(_known(table, "person", pfzw.PAYSLIPS) for table in additional.TABLES),
    _known(pfzw.ORGANISATION_FUNCTIONS, "function", fwg.FUNCTIONS),
    QueryRule(
        "accounts of another organisation",
        table=intrakoop.ACCOUNTS.name,
        columns=("fte",),
        needs=(pfzw.ORGANISATION_YEARS.name,),
        query=f"""
            SELECT count(*) FILTER (accounts.fte NOT BETWEEN payroll.fte / 2 AND payroll.fte * 2)
                AS broken, count(*) AS total
            FROM {{{intrakoop.ACCOUNTS.name}}} AS accounts
            JOIN {{{pfzw.ORGANISATION_YEARS.name}}} AS payroll USING (organisation, year)
        """,
        expected=Text(
            nl="fte van dezelfde orde als in de loonadministratie (de helft tot het dubbele)",
            en="fte of the same order as in the payroll (half to double)",
        ),
        tolerated=0.02,
    ),
    QueryRule(
        "absence of another organisation",
        table=vernet.ABSENCE.name,
        columns=("person_years",),
        needs=(pfzw.ORGANISATION_YEARS.name,),
        query=f"""
            SELECT count(*) FILTER (
                    absence.person_years NOT BETWEEN payroll.fte / 2 AND payroll.fte * 2
                ) AS broken, count(*) AS total
            FROM {{{vernet.ABSENCE.name}}} AS absence
            JOIN {{{pfzw.ORGANISATION_YEARS.name}}} AS payroll USING (organisation, year)
            WHERE age_band = 'all' AND function_group = 'all'
        """,
        expected=Text(
            nl="persoonsjaren van dezelfde orde als de fte in de loonadministratie",
            en="person-years of the same order as the fte in the payroll",
        ),
        tolerated=0.02,
    ),
    QueryRule(
        "more insured than employed",
        table=izz_care_use.CARE_USE.name,
        columns=("insured",),
        needs=(pfzw.ORGANISATION_YEARS.name,),
        query=f"""
            SELECT count(*) FILTER (used.insured > payroll.employees) AS broken, count(*) AS total
            FROM (
                SELECT organisation, year, sum(insured) AS insured
                FROM {{{izz_care_use.CARE_USE.name}}} GROUP BY ALL
            ) AS used
            JOIN {{{pfzw.ORGANISATION_YEARS.name}}} AS payroll USING (organisation, year)
        """,
        expected=Text(
            nl="ten hoogste alle werknemers van de organisatie",
            en="at most all employees of the organisation",
        ),
        tolerated=0.02,
    ),
)

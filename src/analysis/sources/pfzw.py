"""PFZW: employment per person and month, and what PFZW counts per organisation.

The pension fund sees every payslip of the sector. The person file may be a declared sample; the
files per organisation count everybody.
"""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import (
    DeliveredTable,
    QueryRule,
    Rule,
    choice,
    code,
    date,
    every_year,
    number,
    pseudonym,
    share,
    whole,
    year,
)

SUPPLIER = "pfzw"

PAYSLIPS = DeliveredTable(
    supplier=SUPPLIER,
    file="payslips",
    title=Text(nl="Loonstroken per persoon en maand", en="Payslips per person and month"),
    grain=Text(
        nl="Een persoon bij een organisatie in een maand",
        en="A person at an organisation in a month",
    ),
    sampled=True,
    columns={
        "person": pseudonym("person", "Pseudoniem van de persoon", "Pseudonym of the person"),
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de werkgever", "Pseudonym of the employer"
        ),
        "month": date("Maand, als eerste dag", "Month, as its first day"),
        "branch": choice(vocabulary.BRANCHES, "Branche van de werkgever", "Branch of the employer"),
        "function_group": choice(vocabulary.FUNCTION_GROUPS, "Functiegroep", "Function group"),
        "team": pseudonym(
            "team",
            "Pseudoniem van het team, als bekend",
            "Pseudonym of the team, if known",
            nullable=True,
        ),
        "birth_year": whole("Geboortejaar", "Year of birth", low=1930, high=2015, unit="year"),
        "sex": choice(vocabulary.SEXES, "Geslacht in de administratie", "Sex in the records"),
        "hours": number(
            "Contracturen per week", "Contract hours per week", high=60.0, unit="hours per week"
        ),
        "fte": number("Deeltijdfactor", "Part-time factor", high=1.5, unit="fte"),
        "wage": number(
            "Bruto maandloon zonder toeslag", "Gross monthly wage without allowance", unit="euro"
        ),
        "irregular_allowance": number(
            "Onregelmatigheidstoeslag in de maand",
            "Irregular-hours allowance in the month",
            unit="euro",
        ),
        "contract": choice(vocabulary.CONTRACTS, "Soort contract", "Type of contract"),
        "start_date": date("Begin van het dienstverband", "Start of the employment"),
        "end_date": date(
            "Eind van het dienstverband, als bekend",
            "End of the employment, if known",
            nullable=True,
        ),
        "destination": choice(
            vocabulary.DESTINATIONS,
            "Bestemming buiten de sector, op de laatste loonstrook",
            "Destination outside the sector, on the last payslip",
            nullable=True,
        ),
    },
    key=("person", "organisation", "month"),
    rules=(
        Rule(
            "end before start",
            ("end_date", "start_date"),
            "end_date < start_date",
            Text(nl="een einde op of na het begin", en="an end on or after the start"),
        ),
        Rule(
            "month outside the employment",
            ("month", "start_date", "end_date"),
            "last_day(month) < start_date OR month > end_date",
            Text(
                nl="een maand tussen begin en eind van het dienstverband",
                en="a month between the start and the end of the employment",
            ),
        ),
        Rule(
            "not a first day",
            ("month",),
            "day(month) <> 1",
            Text(nl="de eerste dag van een maand", en="the first day of a month"),
        ),
        Rule(
            "destination without an end",
            ("destination", "end_date"),
            "destination IS NOT NULL AND end_date IS NULL",
            Text(nl="een einddatum bij elke bestemming", en="an end date with every destination"),
        ),
        Rule(
            "impossible age",
            ("birth_year", "month"),
            "year(month) - birth_year NOT BETWEEN 13 AND 80",
            Text(nl="een leeftijd van 13 tot en met 80 jaar", en="an age from 13 to 80"),
        ),
        Rule(
            "allowance above the wage",
            ("irregular_allowance", "wage"),
            "irregular_allowance > wage AND wage > 0",
            Text(
                nl="een toeslag die niet hoger is dan het loon",
                en="an allowance that is not above the wage",
            ),
        ),
    ),
)

ORGANISATION_YEARS = DeliveredTable(
    supplier=SUPPLIER,
    file="organisation_years",
    title=Text(nl="Organisaties per jaar", en="Organisations per year"),
    grain=Text(nl="Een organisatie in een jaar", en="An organisation in a year"),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        "branch": choice(vocabulary.BRANCHES, "Branche", "Branch"),
        "region": choice(
            vocabulary.REGIONS, "Regio van de hoofdvestiging", "Region of the main office"
        ),
        "employees": whole("Werknemers op 31 december", "Employees on 31 December", unit="persons"),
        "fte": number(
            "Voltijdbanen op 31 december", "Full-time equivalents on 31 December", unit="fte"
        ),
        "joiners": whole(
            "Werknemers die in het jaar in dienst kwamen",
            "Employees who joined in the year",
            unit="persons",
        ),
        "joiners_from_sector": whole(
            "Van hen: van een andere organisatie in de sector",
            "Of them: from another organisation in the sector",
            unit="persons",
        ),
        "leavers": whole(
            "Werknemers die in het jaar uit dienst gingen",
            "Employees who left in the year",
            unit="persons",
        ),
        "to_same_branch": whole(
            "Naar een organisatie in dezelfde branche",
            "To an organisation in the same branch",
            unit="persons",
        ),
        "to_other_branch": whole("Naar een andere branche", "To another branch", unit="persons"),
        "to_pension": whole("Met pensioen", "Retired", unit="persons"),
        "to_other_sector": whole("Naar een andere sector", "To another sector", unit="persons"),
        "to_inactive": whole(
            "Inactief geworden (restgroep)", "Became inactive (remainder)", unit="persons"
        ),
        "temporary_share": share(
            "Aandeel tijdelijke en oproepcontracten", "Share of temporary and on-call contracts"
        ),
        "irregular_allowance_share": share(
            "Onregelmatigheidstoeslag als deel van het loon",
            "Irregular-hours allowance as a share of wages",
        ),
        "team_churn": share(
            "Aandeel teamgenoten dat een jaar eerder niet in het team zat",
            "Share of team members who were not in the team a year before",
            nullable=True,
        ),
        "manager_churn": share(
            "Aandeel leidinggevenden dat een jaar eerder niet in die rol zat",
            "Share of managers who were not in that role a year before",
            nullable=True,
        ),
        "span_of_control": number(
            "Werknemers per direct leidinggevende op 31 december",
            "Employees per direct manager on 31 December",
            high=1000.0,
            unit="persons",
            nullable=True,
        ),
    },
    key=("organisation", "year"),
    rules=(
        Rule(
            "leavers do not add up",
            ("leavers",),
            "leavers <> to_same_branch + to_other_branch + to_pension + to_other_sector"
            " + to_inactive",
            Text(
                nl="vertrekkers gelijk aan de som van hun bestemmingen",
                en="leavers equal to the sum of their destinations",
            ),
        ),
        Rule(
            "more from the sector than joined",
            ("joiners_from_sector", "joiners"),
            "joiners_from_sector > joiners",
            Text(nl="ten hoogste alle nieuwe werknemers", en="at most all joiners"),
        ),
        Rule(
            "more fte than people",
            ("fte", "employees"),
            "fte > 1.5 * employees",
            Text(
                nl="hooguit anderhalve fte per werknemer",
                en="at most one and a half fte per employee",
            ),
        ),
    ),
)

ORGANISATION_AGES = DeliveredTable(
    supplier=SUPPLIER,
    file="organisation_ages",
    title=Text(nl="Organisaties naar leeftijd en geslacht", en="Organisations by age and sex"),
    grain=Text(
        nl="Een organisatie in een jaar, per leeftijdsgroep en geslacht",
        en="An organisation in a year, by age band and sex",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        "age_band": choice(vocabulary.AGE_BANDS, "Leeftijd op 31 december", "Age on 31 December"),
        "sex": choice(vocabulary.SEXES, "Geslacht in de administratie", "Sex in the records"),
        "employees": whole("Werknemers op 31 december", "Employees on 31 December", unit="persons"),
        "student_jobs": whole(
            "Van hen: bijbaan van een leerling of student",
            "Of them: side job of a pupil or student",
            unit="persons",
        ),
        "at_risk": whole("Werknemers op 1 januari", "Employees on 1 January", unit="persons"),
        "students_at_risk": whole(
            "Van hen: bijbaan van een leerling of student",
            "Of them: side job of a pupil or student",
            unit="persons",
        ),
        "sector_leavers": whole(
            "Van de werknemers op 1 januari: in het jaar de sector uit",
            "Of the employees on 1 January: left the sector in the year",
            unit="persons",
        ),
        "student_leavers": whole(
            "Van hen: bijbaan van een leerling of student",
            "Of them: side job of a pupil or student",
            unit="persons",
        ),
    },
    key=("organisation", "year", "age_band", "sex"),
    rules=(
        Rule(
            "more students than employees",
            ("student_jobs", "employees"),
            "student_jobs > employees OR students_at_risk > at_risk",
            Text(nl="ten hoogste alle werknemers", en="at most all employees"),
        ),
        Rule(
            "more leavers than employees",
            ("sector_leavers", "at_risk"),
            "sector_leavers > at_risk OR student_leavers > students_at_risk",
            Text(
                nl="ten hoogste alle werknemers op 1 januari",
                en="at most all employees on 1 January",
            ),
        ),
    ),
)

ORGANISATION_FUNCTIONS = DeliveredTable(
    supplier=SUPPLIER,
    file="organisation_functions",
    title=Text(nl="Organisaties naar functie", en="Organisations by function"),
    grain=Text(
        nl="Een functie bij een organisatie in een jaar",
        en="A function at an organisation in a year",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        "function": code("Functie volgens FWG", "Function in the terms of FWG"),
        "employees": whole("Werknemers op 31 december", "Employees on 31 December", unit="persons"),
        "at_risk": whole(
            "Werknemers op 1 januari, naar hun functie van toen",
            "Employees on 1 January, by their function then",
            unit="persons",
            nullable=True,
        ),
        "leavers": whole(
            "Van hen: in het jaar bij de organisatie weggegaan",
            "Of them: left the organisation in the year",
            unit="persons",
            nullable=True,
        ),
    },
    key=("organisation", "year", "function"),
    rules=(
        Rule(
            "more leavers than employees",
            ("leavers", "at_risk"),
            "leavers > at_risk",
            Text(
                nl="ten hoogste alle werknemers op 1 januari",
                en="at most all employees on 1 January",
            ),
        ),
    ),
)

TABLES = (PAYSLIPS, ORGANISATION_YEARS, ORGANISATION_AGES, ORGANISATION_FUNCTIONS)


def _parts_add_up(part: DeliveredTable, nl: str, en: str) -> QueryRule:
    return QueryRule(
        "parts do not add up to the organisation",
        table=part.name,
        columns=("employees",),
        needs=(ORGANISATION_YEARS.name,),
        query=f"""
            WITH parts AS (
                SELECT organisation, year, sum(employees) AS employees
                FROM {{{part.name}}} GROUP BY ALL
            )
            SELECT count(*) FILTER (parts.employees <> whole.employees) AS broken, count(*) AS total
            FROM parts JOIN {{{ORGANISATION_YEARS.name}}} AS whole USING (organisation, year)
        """,
        expected=Text(nl=nl, en=en),
    )


QUERY_RULES = (
    QueryRule(
        "stock does not follow from the flows",
        table=ORGANISATION_YEARS.name,
        columns=("employees", "joiners", "leavers"),
        query=f"""
            WITH years AS (
                SELECT employees, joiners, leavers, year,
                    lag(employees) OVER organisation AS before, lag(year) OVER organisation AS last
                FROM {{{ORGANISATION_YEARS.name}}}
                WINDOW organisation AS (PARTITION BY organisation ORDER BY year)
            )
            SELECT count(*) FILTER (employees <> before + joiners - leavers) AS broken,
                count(*) AS total
            FROM years WHERE last = year - 1
        """,
        expected=Text(
            nl="werknemers gelijk aan die van een jaar eerder, plus instroom, min vertrek",
            en="employees equal to those of a year before, plus joiners, less leavers",
        ),
    ),
    every_year(ORGANISATION_YEARS),
    _parts_add_up(
        ORGANISATION_AGES,
        "leeftijden en geslachten die samen alle werknemers van de organisatie zijn",
        "ages and sexes that together are all employees of the organisation",
    ),
    _parts_add_up(
        ORGANISATION_FUNCTIONS,
        "functies die samen alle werknemers van de organisatie zijn",
        "functions that together are all employees of the organisation",
    ),
    QueryRule(
        "branch differs from the organisation's",
        table=PAYSLIPS.name,
        columns=("branch",),
        needs=(ORGANISATION_YEARS.name,),
        query=f"""
            WITH slips AS (
                SELECT organisation, year(month) AS year, branch, count(*) AS rows
                FROM {{{PAYSLIPS.name}}} GROUP BY ALL
            )
            SELECT coalesce(sum(rows) FILTER (slips.branch <> whole.branch), 0) AS broken,
                coalesce(sum(rows), 0) AS total
            FROM slips JOIN {{{ORGANISATION_YEARS.name}}} AS whole USING (organisation, year)
        """,
        expected=Text(
            nl="de branche die de organisatie in dat jaar heeft",
            en="the branch that the organisation has in that year",
        ),
    ),
    QueryRule(
        "branch totals do not add up",
        table=PAYSLIPS.name,
        columns=("person",),
        needs=(ORGANISATION_YEARS.name,),
        query=f"""
            WITH slips AS (
                SELECT branch, year(month) AS year, count(*) / {{fraction}} AS people
                FROM {{{PAYSLIPS.name}}} WHERE month(month) = 12 GROUP BY ALL
            ),
            whole AS (
                SELECT branch, year, sum(employees) AS employees
                FROM {{{ORGANISATION_YEARS.name}}} GROUP BY ALL
            )
            SELECT count(*) FILTER (
                    abs(people - employees)
                    > 0.02 * employees + 5 * sqrt(employees * (1 - {{fraction}}) / {{fraction}})
                ) AS broken, count(*) AS total
            FROM slips JOIN whole USING (branch, year)
        """,
        expected=Text(
            nl="loonstroken van december die, gedeeld door de opgegeven fractie, het aantal "
            "werknemers van de branche geven (op 2% en toeval na)",
            en="payslips of December that, divided by the declared fraction, give the number of "
            "employees of the branch (up to 2% and chance)",
        ),
        remedy=Text(
            nl="Controleer de fractie in delivery.json en of alle loonstroken er zijn.",
            en="Check the fraction in delivery.json and whether all payslips are there.",
        ),
    ),
)

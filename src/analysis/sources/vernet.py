"""Vernet: sickness absence per organisation and year, by age band and function group."""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import (
    DeliveredTable,
    QueryRule,
    Rule,
    choice,
    every_year,
    number,
    percent,
    pseudonym,
    year,
)

SUPPLIER = "vernet"
#: The row of all ages, or of all function groups.
ALL = "all"
_ALL = {ALL: Text(nl="alle", en="all")}

ABSENCE = DeliveredTable(
    supplier=SUPPLIER,
    file="absence",
    title=Text(nl="Verzuim per organisatie en jaar", en="Absence per organisation and year"),
    grain=Text(
        nl="Een organisatie in een jaar, per leeftijdsgroep en functiegroep, met een rij voor alle",
        en="An organisation in a year, by age band and function group, with a row for all",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        "age_band": choice(
            vocabulary.AGE_BANDS | _ALL, "Leeftijdsgroep, of all", "Age band, or all"
        ),
        "function_group": choice(
            vocabulary.FUNCTION_GROUPS | _ALL, "Functiegroep, of all", "Function group, or all"
        ),
        "person_years": number(
            "Gewerkte en verzuimde jaren samen, naar deeltijdfactor",
            "Years worked and absent together, by part-time factor",
            unit="fte years",
        ),
        "absence_rate": percent(
            "Verzuimpercentage, zonder zwangerschapsverlof",
            "Absence rate, maternity leave excluded",
            nullable=True,
        ),
        "frequency": number(
            "Ziekmeldingen per persoonsjaar",
            "Reports of illness per person-year",
            high=20.0,
            unit="per year",
            nullable=True,
        ),
        "mean_duration": number(
            "Gemiddelde duur van een geval",
            "Mean duration of a case",
            high=730.0,
            unit="days",
            nullable=True,
        ),
        "long_term_share": percent(
            "Deel van het verzuim in gevallen van meer dan 42 dagen",
            "Share of absence in cases of more than 42 days",
            nullable=True,
        ),
    },
    key=("organisation", "year", "age_band", "function_group"),
    rules=(
        Rule(
            "rate without person-years",
            ("absence_rate", "person_years"),
            "absence_rate IS NOT NULL AND person_years <= 0",
            Text(nl="persoonsjaren bij elk percentage", en="person-years with every rate"),
        ),
        Rule(
            "person-years without a rate",
            ("absence_rate", "person_years"),
            "absence_rate IS NULL AND person_years > 0",
            Text(
                nl="een percentage waar persoonsjaren zijn",
                en="a rate where there are person-years",
            ),
        ),
    ),
)

TABLES = (ABSENCE,)

QUERY_RULES = (
    QueryRule(
        "parts do not add up to the organisation",
        table=ABSENCE.name,
        columns=("absence_rate", "person_years"),
        query=f"""
            WITH sums AS (
                SELECT organisation, year,
                    sum(person_years) FILTER (age_band <> 'all') AS parts,
                    sum(person_years) FILTER (age_band = 'all') AS whole,
                    sum(person_years * absence_rate) FILTER (age_band <> 'all') AS days_of_parts,
                    sum(person_years * absence_rate) FILTER (age_band = 'all') AS days_of_whole
                FROM {{{ABSENCE.name}}}
                WHERE (age_band = 'all') = (function_group = 'all')
                GROUP BY ALL
            )
            SELECT count(*) FILTER (
                    abs(parts - whole) > 0.01 * whole + 0.5
                    OR abs(days_of_parts - days_of_whole) > 0.02 * days_of_whole + 5
                ) AS broken, count(*) AS total
            FROM sums WHERE parts IS NOT NULL AND whole IS NOT NULL
        """,
        expected=Text(
            nl="delen waarvan de persoonsjaren en het verzuim samen die van de organisatie zijn",
            en="parts whose person-years and absence together are those of the organisation",
        ),
    ),
    QueryRule(
        "no row for all",
        table=ABSENCE.name,
        columns=("age_band", "function_group"),
        query=f"""
            SELECT count(*) FILTER (rows <> 1) AS broken, count(*) AS total
            FROM (
                SELECT count(*) FILTER (age_band = 'all' AND function_group = 'all') AS rows
                FROM {{{ABSENCE.name}}} GROUP BY organisation, year
            )
        """,
        expected=Text(
            nl="per organisatie en jaar een rij met all in beide kolommen",
            en="for each organisation and year a row with all in both columns",
        ),
    ),
    every_year(ABSENCE),
)

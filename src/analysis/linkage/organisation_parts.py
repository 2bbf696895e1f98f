"""What each source tells of an organisation in a year, as one row per organisation and year.

Sums of delivered numbers run over DECIMAL, so that they do not depend on the order of the rows.
"""

from dataclasses import dataclass

from analysis.languages import Text
from analysis.linkage import employment
from analysis.linkage.columns import Column, column, delivered
from analysis.linkage.survey import SCORES
from analysis.sources import fwg, intrakoop, izz_care_use, izz_monitor, pfzw, vernet


@dataclass(frozen=True)
class Part:
    """The columns that one source adds to ``organisation_years``.

    Attributes
    ----------
    source
        Name in the flag ``linked_<source>``.
    needs
        Delivered tables without which the columns are NULL and the flag is 0.
    query
        SQL with ``organisation``, ``year`` and the columns; ``{fraction}`` is the share of all
        persons in the payslips.
    """

    source: str
    title: Text
    needs: tuple[str, ...]
    columns: tuple[Column, ...]
    query: str


def _mean(value: str, weight: str) -> str:
    """Return a weighted mean that is exact in any order of the rows."""
    exact = f"sum(CAST(({value}) * ({weight}) AS DECIMAL(28, 9)))"
    weights = f"sum(CAST({weight} AS DECIMAL(28, 9))) FILTER ({value} IS NOT NULL)"
    return f"CAST({exact} AS DOUBLE) / nullif(CAST({weights} AS DOUBLE), 0)"


def _share(part: str, whole: str) -> str:
    return f"{part} / nullif({whole}, 0)"


_ABSENCE = delivered(
    vernet.ABSENCE, "person_years", "absence_rate", "frequency", "mean_duration", "long_term_share"
)
VERNET = Part(
    "vernet",
    Text(nl="verzuim volgens Vernet", en="absence according to Vernet"),
    (vernet.ABSENCE.name,),
    _ABSENCE,
    f"""
        SELECT organisation, year, {", ".join(c.name for c in _ABSENCE)}
        FROM {vernet.ABSENCE.name} WHERE age_band = 'all' AND function_group = 'all'
    """,
)

_CARE = izz_care_use.CARE_USE
CARE_USE = Part(
    "izz_care_use",
    Text(nl="zorggebruik volgens IZZ", en="care use according to IZZ"),
    (_CARE.name,),
    (
        *delivered(_CARE, "insured", "mental_care_users", "physiotherapy_users"),
        column(
            "mental_care_share",
            "DOUBLE",
            "Aandeel verzekerden dat psychische zorg gebruikte",
            "Share of the insured who used mental care",
            unit="share",
            source=_CARE.name,
        ),
        column(
            "physiotherapy_share",
            "DOUBLE",
            "Aandeel verzekerden dat fysiotherapie gebruikte",
            "Share of the insured who used physiotherapy",
            unit="share",
            source=_CARE.name,
        ),
    ),
    f"""
        SELECT organisation, year,
            sum(insured) AS insured,
            sum(mental_care_users) AS mental_care_users,
            sum(physiotherapy_users) AS physiotherapy_users,
            {_share("sum(mental_care_users)", "sum(insured)")} AS mental_care_share,
            {_share("sum(physiotherapy_users)", "sum(insured)")} AS physiotherapy_share
        FROM {_CARE.name} GROUP BY organisation, year
    """,
)

_LOADS = ("injury_risk", "mental_load", "burdensome_conditions")
_FUNCTIONS = pfzw.ORGANISATION_FUNCTIONS
FWG = Part(
    "fwg",
    Text(nl="kenmerken van functies volgens FWG", en="function characteristics according to FWG"),
    (fwg.FUNCTIONS.name, _FUNCTIONS.name),
    (
        *(
            column(
                load.name,
                "DOUBLE",
                f"{load.description.nl}, gemiddeld over de werknemers",
                f"{load.description.en}, mean over the employees",
                unit="score",
                source=(fwg.FUNCTIONS.name, _FUNCTIONS.name),
            )
            for load in delivered(fwg.FUNCTIONS, *_LOADS)
        ),
        column(
            "known_function_share",
            "DOUBLE",
            "Aandeel werknemers in een functie die FWG kent",
            "Share of employees in a function that FWG knows",
            unit="share",
            source=(fwg.FUNCTIONS.name, _FUNCTIONS.name),
        ),
    ),
    f"""
        SELECT organisation, year,
            {", ".join(f"{_mean(load, 'employees')} AS {load}" for load in _LOADS)},
            {_share("sum(employees) FILTER (function_group IS NOT NULL)", "sum(employees)")}
                AS known_function_share
        FROM {_FUNCTIONS.name} LEFT JOIN {fwg.FUNCTIONS.name} USING (function)
        GROUP BY organisation, year
        HAVING bool_or(function_group IS NOT NULL)
    """,
)

_ACCOUNTS = intrakoop.ACCOUNTS
_REVENUES = [f"revenue_{stream}" for stream in intrakoop.STREAMS]
_SQUARES = " + ".join(f"pow({revenue} / revenue_total, 2)" for revenue in _REVENUES)
INTRAKOOP = Part(
    "intrakoop",
    Text(nl="jaarrekening volgens Intrakoop", en="annual accounts according to Intrakoop"),
    (_ACCOUNTS.name,),
    (
        *delivered(_ACCOUNTS, "revenue_total", "costs_total", "overhead_costs", "result"),
        *delivered(_ACCOUNTS, "fte", prefix="accounts_"),
        *(
            column(
                f"share_{stream}",
                "DOUBLE",
                f"Aandeel van {revenue.description.nl}",
                f"Share of {revenue.description.en}",
                unit="share",
                source=_ACCOUNTS.name,
            )
            for stream, revenue in zip(
                intrakoop.STREAMS, delivered(_ACCOUNTS, *_REVENUES), strict=True
            )
        ),
        column(
            "effective_streams",
            "DOUBLE",
            "Effectief aantal geldstromen: 1 / de som van de gekwadrateerde aandelen",
            "Effective number of funding streams: 1 / the sum of squared shares",
            unit="streams",
            source=_ACCOUNTS.name,
        ),
        column(
            "overhead_share",
            "DOUBLE",
            "Lasten van overhead als deel van alle lasten",
            "Costs of overhead as a share of all costs",
            unit="share",
            source=_ACCOUNTS.name,
        ),
        column(
            "result_share",
            "DOUBLE",
            "Resultaat als deel van de opbrengsten",
            "Result as a share of revenue",
            unit="share",
            source=_ACCOUNTS.name,
        ),
    ),
    f"""
        SELECT organisation, year, revenue_total, costs_total, overhead_costs, result,
            fte AS accounts_fte,
            {
        ", ".join(
            f"{_share(f'revenue_{stream}', 'revenue_total')} AS share_{stream}"
            for stream in intrakoop.STREAMS
        )
    },
            CASE WHEN revenue_total > 0 THEN 1 / nullif({_SQUARES}, 0) END AS effective_streams,
            {_share("overhead_costs", "costs_total")} AS overhead_share,
            {_share("result", "revenue_total")} AS result_share
        FROM {_ACCOUNTS.name}
    """,
)

_MONITOR = izz_monitor.RESPONDENTS.name
#: Without a payroll nobody can be weighted; then all count alike.
_WEIGHT = "coalesce(weight, 1)"
_ASKED = ("intention_to_leave", "self_reported_absence")
MONITOR = Part(
    "izz_monitor",
    Text(nl="enquête van IZZ", en="survey of IZZ"),
    (_MONITOR,),
    (
        column(
            "respondents",
            "BIGINT",
            "Respondenten van de IZZ Monitor",
            "Respondents of the IZZ Monitor",
            unit="persons",
            source=_MONITOR,
        ),
        *(
            column(
                score.name,
                "DOUBLE",
                f"{score.description.nl}, gewogen gemiddelde van de respondenten",
                f"{score.description.en}, weighted mean of the respondents",
                unit="score",
                source=_MONITOR,
            )
            for score in SCORES
        ),
        *(
            column(
                f"{asked.name}_share",
                "DOUBLE",
                f"{asked.description.nl.split(' (1')[0]}, gewogen aandeel van de respondenten",
                f"{asked.description.en.split(' (1')[0]}, weighted share of the respondents",
                unit="share",
                source=_MONITOR,
            )
            for asked in delivered(izz_monitor.RESPONDENTS, *_ASKED)
        ),
    ),
    f"""
        SELECT organisation, year, count(*) AS respondents,
            {", ".join(f"{_mean(s.name, _WEIGHT)} AS {s.name}" for s in SCORES)},
            {", ".join(f"{_mean(asked, _WEIGHT)} AS {asked}_share" for asked in _ASKED)}
        FROM weighted_respondents GROUP BY organisation, year
    """,
)


def _slip(name: str, nl: str, en: str, unit: str, kind: str = "DOUBLE") -> Column:
    return column(f"slips_{name}", kind, nl, en, unit=unit, source=pfzw.PAYSLIPS.name)


PAYSLIPS = Part(
    "payslips",
    Text(nl="loonstroken van PFZW", en="payslips of PFZW"),
    (pfzw.PAYSLIPS.name,),
    (
        _slip(
            "persons",
            "Personen met een loonstrook in het jaar, in het bestand",
            "Persons with a payslip in the year, in the file",
            "persons",
            "BIGINT",
        ),
        _slip(
            "population",
            "Personen met een loonstrook in het jaar, naar heel de sector (/ fractie)",
            "Persons with a payslip in the year, of the whole sector (/ fraction)",
            "persons",
        ),
        _slip(
            "fte",
            "Voltijdbanen, jaargemiddelde (/ fractie)",
            "Fte, yearly mean (/ fraction)",
            "fte",
        ),
        _slip(
            "wage",
            "Loonsom zonder toeslag (/ fractie)",
            "Wages less allowance (/ fraction)",
            "euro",
        ),
        _slip(
            "irregular_share",
            "Onregelmatigheidstoeslag als deel van het loon",
            "Irregular-hours allowance as a share of wages",
            "share",
        ),
        _slip(
            "mean_tenure",
            "Diensttijd aan het eind van het jaar of van het dienstverband, gemiddeld",
            "Tenure at the end of the year or of the employment, mean",
            "months",
        ),
        _slip(
            "temporary_share",
            "Aandeel maanden met een tijdelijk of oproepcontract",
            "Share of months on a temporary or on-call contract",
            "share",
        ),
        _slip(
            "inflow",
            "Personen in het bestand van wie het dienstverband in het jaar begon",
            "Persons in the file whose employment started in the year",
            "persons",
            "BIGINT",
        ),
        _slip(
            "outflow",
            "Personen in het bestand van wie het dienstverband in het jaar eindigde",
            "Persons in the file whose employment ended in the year",
            "persons",
            "BIGINT",
        ),
    ),
    # A row is a person here, so counting rows counts persons.
    f"""
        SELECT organisation, year,
            count(*) AS slips_persons,
            count(*) / {{fraction}} AS slips_population,
            CAST(sum(CAST(round(fte_months * 10000) AS BIGINT)) AS DOUBLE) / 120000 / {{fraction}}
                AS slips_fte,
            CAST(sum(CAST(round(wage * 100) AS BIGINT)) AS DOUBLE) / 100 / {{fraction}}
                AS slips_wage,
            CAST(sum(CAST(round(irregular_allowance * 100) AS BIGINT)) AS DOUBLE)
                / nullif(CAST(sum(CAST(round(wage * 100) AS BIGINT)) AS DOUBLE), 0)
                AS slips_irregular_share,
            sum(date_diff('month', start_date, last_month) + 1) / count(*) AS slips_mean_tenure,
            sum(temporary_months) / sum(months) AS slips_temporary_share,
            count(*) FILTER (year(start_date) = year) AS slips_inflow,
            count(*) FILTER (year(end_date) = year) AS slips_outflow
        FROM {employment.TABLE} GROUP BY organisation, year
    """,
)

#: In the order of their columns.
PARTS = (VERNET, CARE_USE, FWG, INTRAKOOP, MONITOR, PAYSLIPS)

"""Intrakoop: annual accounts of care and welfare organisations."""

from analysis.languages import Text
from analysis.sources.schema import DeliveredTable, Rule, number, pseudonym, year

SUPPLIER = "intrakoop"
#: Funding streams with a law of their own; "other" is the rest.
STREAMS = ("zvw", "wlz", "wmo", "youth_act", "other")
_LAWS = {
    "zvw": Text(nl="Zorgverzekeringswet", en="Health Insurance Act (Zvw)"),
    "wlz": Text(nl="Wet langdurige zorg", en="Long-term Care Act (Wlz)"),
    "wmo": Text(nl="Wet maatschappelijke ondersteuning", en="Social Support Act (Wmo)"),
    "youth_act": Text(nl="Jeugdwet", en="Youth Act"),
    "other": Text(nl="overige bronnen", en="other sources"),
}

ACCOUNTS = DeliveredTable(
    supplier=SUPPLIER,
    file="accounts",
    title=Text(nl="Jaarrekeningen", en="Annual accounts"),
    grain=Text(nl="Een organisatie in een jaar", en="An organisation in a year"),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        **{
            f"revenue_{stream}": number(
                f"Opbrengsten: {_LAWS[stream].nl}", f"Revenue: {_LAWS[stream].en}", unit="euro"
            )
            for stream in STREAMS
        },
        "revenue_total": number("Opbrengsten, totaal", "Revenue, total", unit="euro"),
        "costs_total": number("Lasten, totaal", "Costs, total", unit="euro"),
        "overhead_costs": number(
            "Lasten van overhead (bestuur, staf, ondersteuning)",
            "Costs of overhead (board, staff, support)",
            unit="euro",
        ),
        "result": number("Resultaat", "Result", low=None, unit="euro"),
        "fte": number("Voltijdbanen, gemiddeld", "Full-time equivalents, mean", unit="fte"),
    },
    key=("organisation", "year"),
    rules=(
        Rule(
            "streams do not add up",
            ("revenue_total",),
            f"abs(revenue_total - ({' + '.join(f'revenue_{stream}' for stream in STREAMS)})) "
            "> 1 + 0.001 * revenue_total",
            Text(
                nl="een totaal gelijk aan de som van de geldstromen",
                en="a total equal to the sum of the funding streams",
            ),
        ),
        Rule(
            "result does not follow",
            ("result",),
            "abs(revenue_total - costs_total - result) > 1 + 0.001 * revenue_total",
            Text(nl="opbrengsten min lasten", en="revenue less costs"),
        ),
        Rule(
            "more overhead than costs",
            ("overhead_costs", "costs_total"),
            "overhead_costs > costs_total",
            Text(nl="ten hoogste alle lasten", en="at most all costs"),
        ),
        Rule(
            "revenue without people",
            ("fte", "revenue_total"),
            "fte <= 0 AND revenue_total > 0",
            Text(
                nl="fte bij elke organisatie met opbrengsten",
                en="fte for every organisation with revenue",
            ),
        ),
    ),
)

TABLES = (ACCOUNTS,)
QUERY_RULES = ()

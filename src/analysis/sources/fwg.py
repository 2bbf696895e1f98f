"""FWG: characteristics of functions, from the job evaluation system of the sector."""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import DeliveredTable, choice, code, number

SUPPLIER = "fwg"

FUNCTIONS = DeliveredTable(
    supplier=SUPPLIER,
    file="functions",
    title=Text(nl="Kenmerken van functies", en="Characteristics of functions"),
    grain=Text(nl="Een functie", en="A function"),
    columns={
        "function": code("Functie volgens FWG", "Function in the terms of FWG"),
        "function_group": choice(vocabulary.FUNCTION_GROUPS, "Functiegroep", "Function group"),
        "injury_risk": number(
            "Risico op persoonlijk letsel", "Risk of personal injury", high=100.0, unit="score"
        ),
        "mental_load": number("Psychische belasting", "Mental load", high=100.0, unit="score"),
        "burdensome_conditions": number(
            "Bezwarende werkomstandigheden",
            "Burdensome working conditions",
            high=100.0,
            unit="score",
        ),
    },
    key=("function",),
)

TABLES = (FUNCTIONS,)
QUERY_RULES = ()

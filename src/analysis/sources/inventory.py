"""The inventory of interventions: what anybody can read on the websites of those who offer them.

Public: it holds what is published, and no person or organisation of the programme.
"""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.programme import CODERS, YES
from analysis.sources.schema import DeliveredTable, QueryRule, choice, code

SUPPLIER = "inventory"

INTERVENTIONS = DeliveredTable(
    supplier=SUPPLIER,
    file="interventions",
    title=Text(nl="Inventarisatie van interventies", en="Inventory of interventions"),
    grain=Text(nl="Een interventie", en="An intervention"),
    columns={
        "intervention": code("Code van de interventie", "Code of the intervention"),
        "level": choice(vocabulary.LEVELS, "Waar zij zich op richt", "What it is aimed at"),
        "aim": choice(vocabulary.AIMS, "Moment waarop zij werkt", "Moment at which it works"),
        "theme": choice(
            vocabulary.THEMES,
            "Behoefte waarop zij antwoord geeft",
            "Need that it answers",
            nullable=True,
        ),
        "overlaps": code(
            "Code van een eerdere interventie die hetzelfde doet, of none",
            "Code of an earlier intervention that does the same, or none",
        ),
        "problem_stated": choice(
            YES,
            "Noemt de beschrijving het probleem dat zij oplost",
            "Does the description name the problem that it solves",
        ),
        "coder": choice(
            CODERS, "Codeur; b codeert een deel opnieuw", "Coder; b codes a part again"
        ),
    },
    key=("intervention", "coder"),
)

TABLES = (INTERVENTIONS,)
QUERY_RULES = (
    QueryRule(
        "overlap with an unknown intervention",
        table=INTERVENTIONS.name,
        columns=("overlaps",),
        query=f"""
            SELECT count(*) FILTER (
                child.overlaps = child.intervention OR NOT EXISTS (
                    SELECT 1 FROM {{{INTERVENTIONS.name}}} AS known
                    WHERE known.intervention = child.overlaps
                )
            ) AS broken, count(*) AS total
            FROM {{{INTERVENTIONS.name}}} AS child
            WHERE child.overlaps <> '{vocabulary.NO_OVERLAP}'
        """,
        expected=Text(
            nl="de code van een andere interventie uit deze tabel, of none",
            en="the code of another intervention in this table, or none",
        ),
    ),
)

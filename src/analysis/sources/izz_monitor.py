"""IZZ Monitor: the yearly survey on healthy work (Job Demands-Resources model).

Respondents answer anonymously towards their employer: a respondent has a pseudonym of its own
domain, which cannot be joined to payslips. The weights are ours to make.
"""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import DeliveredTable, Rule, choice, number, pseudonym, whole, year

SUPPLIER = "izz_monitor"

SCALE_WORDS = {
    "workload": Text(nl="Werkdruk", en="Workload"),
    "work_life": Text(nl="Disbalans werk en privé", en="Work-life conflict"),
    "climate": Text(nl="Gezond en veilig organisatieklimaat", en="Healthy and safe climate"),
    "learning": Text(nl="Veilig leerklimaat", en="Safe learning climate"),
    "leadership": Text(nl="Empowering leiderschap", en="Empowering leadership"),
    "autonomy": Text(nl="Autonomie", en="Autonomy"),
    "exhaustion": Text(nl="Uitputting", en="Exhaustion"),
    "engagement": Text(nl="Bevlogenheid", en="Engagement"),
    "marker": Text(nl="Markeervraag, los van werk", en="Marker, unrelated to work"),
}
_WORK_RELATED = {
    "none": Text(nl="niet door het werk", en="not from work"),
    "partly": Text(nl="deels door het werk", en="partly from work"),
    "wholly": Text(nl="geheel door het werk", en="wholly from work"),
}


def _item_columns() -> dict:
    columns = {}
    for scale in vocabulary.SCALES:
        for item in vocabulary.items(scale):
            part, place = item.removeprefix(f"{scale}_").rsplit("_", 1)
            words = SCALE_WORDS[scale]
            columns[item] = whole(
                f"{words.nl}, deel {part}, vraag {place} (1 = helemaal niet, 5 = helemaal)",
                f"{words.en}, part {part}, item {place} (1 = not at all, 5 = completely)",
                low=1,
                high=5,
                unit="score",
                nullable=True,
            )
    return columns


RESPONDENTS = DeliveredTable(
    supplier=SUPPLIER,
    file="respondents",
    title=Text(nl="Enquête onder medewerkers", en="Survey of employees"),
    grain=Text(
        nl="Een ingevulde vragenlijst in een jaar", en="A completed questionnaire in a year"
    ),
    sampled=True,
    columns={
        "respondent": pseudonym(
            "respondent", "Pseudoniem van de respondent", "Pseudonym of the respondent"
        ),
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de werkgever", "Pseudonym of the employer"
        ),
        "year": year(),
        "age_band": choice(vocabulary.AGE_BANDS, "Leeftijdsgroep", "Age band"),
        "sex": choice(vocabulary.SEXES, "Geslacht", "Sex"),
        "education": choice(
            vocabulary.EDUCATION, "Hoogste opleiding", "Highest education", nullable=True
        ),
        "function_group": choice(vocabulary.FUNCTION_GROUPS, "Functiegroep", "Function group"),
        "contract": choice(
            vocabulary.CONTRACTS, "Soort contract", "Type of contract", nullable=True
        ),
        "hours": number(
            "Contracturen per week",
            "Contract hours per week",
            high=60.0,
            unit="hours per week",
            nullable=True,
        ),
        **_item_columns(),
        "intention_to_leave": whole(
            "Wil binnen een jaar weg bij de werkgever (1 = ja)",
            "Intends to leave the employer within a year (1 = yes)",
            high=1,
            unit="0 or 1",
            nullable=True,
        ),
        "self_reported_absence": whole(
            "Afgelopen jaar afwezig wegens klachten, zonder zwangerschap en zorgverlof (1: ja)",
            "Absent in the past year with complaints, maternity and care leave excluded (1: yes)",
            high=1,
            unit="0 or 1",
            nullable=True,
        ),
        "work_related": choice(
            _WORK_RELATED,
            "Zijn de klachten ontstaan of verergerd door het werk; alleen na verzuim",
            "Did the complaints arise or worsen through work; only after absence",
            nullable=True,
        ),
    },
    key=("respondent", "year"),
    rules=(
        Rule(
            "cause without absence",
            ("work_related", "self_reported_absence"),
            "work_related IS NOT NULL AND self_reported_absence = 0",
            Text(nl="een oorzaak alleen na verzuim", en="a cause only after absence"),
        ),
    ),
)

TABLES = (RESPONDENTS,)
QUERY_RULES = ()

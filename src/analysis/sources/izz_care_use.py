"""IZZ care use: use of mental and physiotherapeutic care among the insured of an organisation."""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import DeliveredTable, Rule, choice, pseudonym, whole, year

SUPPLIER = "izz_care_use"

CARE_USE = DeliveredTable(
    supplier=SUPPLIER,
    file="care_use",
    title=Text(nl="Zorggebruik per organisatie en jaar", en="Care use per organisation and year"),
    grain=Text(
        nl="Een organisatie in een jaar, per leeftijdsgroep",
        en="An organisation in a year, by age band",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "year": year(),
        "age_band": choice(vocabulary.AGE_BANDS, "Leeftijdsgroep", "Age band"),
        "insured": whole(
            "Werknemers met een IZZ-verzekering", "Employees insured with IZZ", unit="persons"
        ),
        "mental_care_users": whole(
            "Van hen: gebruikte psychische zorg", "Of them: used mental care", unit="persons"
        ),
        "physiotherapy_users": whole(
            "Van hen: gebruikte fysiotherapie", "Of them: used physiotherapy", unit="persons"
        ),
    },
    key=("organisation", "year", "age_band"),
    rules=(
        Rule(
            "more users than insured",
            ("mental_care_users", "insured"),
            "mental_care_users > insured OR physiotherapy_users > insured",
            Text(nl="ten hoogste alle verzekerden", en="at most all insured"),
        ),
    ),
)

TABLES = (CARE_USE,)
QUERY_RULES = ()

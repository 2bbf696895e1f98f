"""Additional sources, which the report says are missing: background, long absences, training.

The strategic questions of chapter 3 need them. Nobody delivered them for the report.
"""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import (
    DeliveredTable,
    Rule,
    choice,
    code,
    date,
    number,
    pseudonym,
    share,
    whole,
    year,
)

SUPPLIER = "additional"
_PERSON = ("person", "Pseudoniem van de persoon", "Pseudonym of the person")

BACKGROUND = DeliveredTable(
    supplier=SUPPLIER,
    file="background",
    title=Text(nl="Sociaal-economische achtergrond", en="Socio-economic background"),
    grain=Text(nl="Een persoon in een jaar", en="A person in a year"),
    columns={
        "person": pseudonym(*_PERSON),
        "year": year(),
        "education": choice(vocabulary.EDUCATION, "Hoogste opleiding", "Highest education"),
        "origin": choice(vocabulary.ORIGINS, "Herkomst", "Origin"),
        "ses_rank": share(
            "Plaats op de ladder van welstand (0 = laagste, 1 = hoogste)",
            "Place on the ladder of socio-economic status (0 = lowest, 1 = highest)",
        ),
        "household_income": number(
            "Besteedbaar inkomen van het huishouden",
            "Disposable household income",
            low=None,
            unit="euro per year",
        ),
    },
    key=("person", "year"),
    additional=True,
    sampled=True,
)

LONG_ABSENCES = DeliveredTable(
    supplier=SUPPLIER,
    file="long_absences",
    title=Text(nl="Langdurig verzuim per persoon", en="Long absences per person"),
    grain=Text(
        nl="Een geval van verzuim van meer dan 42 dagen",
        en="A case of absence of more than 42 days",
    ),
    columns={
        "person": pseudonym(*_PERSON),
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de werkgever", "Pseudonym of the employer"
        ),
        "start_date": date("Eerste ziektedag", "First day of illness"),
        "end_date": date(
            "Laatste ziektedag, als hersteld", "Last day of illness, if recovered", nullable=True
        ),
        "case": whole("Hoeveelste geval van deze persoon", "Which case of this person", low=1),
    },
    key=("person", "case"),
    rules=(
        Rule(
            "end before start",
            ("end_date", "start_date"),
            "end_date < start_date",
            Text(nl="een einde op of na het begin", en="an end on or after the start"),
        ),
        Rule(
            "not long",
            ("end_date", "start_date"),
            "date_diff('day', start_date, end_date) < 42",
            Text(nl="gevallen van ten minste 42 dagen", en="cases of at least 42 days"),
        ),
    ),
    additional=True,
    sampled=True,
)

TRAINING = DeliveredTable(
    supplier=SUPPLIER,
    file="training",
    title=Text(nl="Opleiding en registratie", en="Training and registration"),
    grain=Text(nl="Een gebeurtenis van een persoon", en="An event of a person"),
    columns={
        "person": pseudonym(*_PERSON),
        "date": date("Datum", "Date"),
        "event": choice(vocabulary.TRAINING_EVENTS, "Gebeurtenis", "Event"),
        "programme": code("Opleiding of register", "Training programme or register"),
    },
    key=("person", "date", "event", "programme"),
    additional=True,
    sampled=True,
)

TABLES = (BACKGROUND, LONG_ABSENCES, TRAINING)
QUERY_RULES = ()

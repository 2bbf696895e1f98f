"""The programme's own records: who took part, the sessions, what was said, what was agreed.

Listening, data-verification and reflection sessions are different things. ``voices`` are people in
listening sessions only.
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
    pseudonym,
    whole,
)

SUPPLIER = "programme"
YES = {"yes": Text(nl="ja", en="yes"), "no": Text(nl="nee", en="no")}
_FORMS = {
    "group": Text(nl="groepsgesprek", en="group conversation"),
    "individual": Text(nl="individueel gesprek", en="individual conversation"),
}
CODERS = {
    "a": Text(nl="eerste codeur", en="first coder"),
    "b": Text(nl="tweede codeur", en="second coder"),
}

PARTICIPANTS = DeliveredTable(
    supplier=SUPPLIER,
    file="participants",
    title=Text(nl="Deelnemende organisaties", en="Participating organisations"),
    grain=Text(nl="Een deelnemende organisatie", en="A participating organisation"),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "start_date": date("Begin van de deelname", "Start of participation"),
    },
    key=("organisation",),
)

SESSIONS = DeliveredTable(
    supplier=SUPPLIER,
    file="sessions",
    title=Text(nl="Sessies", en="Sessions"),
    grain=Text(nl="Een sessie", en="A session"),
    columns={
        "session": code("Code van de sessie", "Code of the session"),
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "kind": choice(vocabulary.SESSION_KINDS, "Soort sessie", "Kind of session"),
        "form": choice(_FORMS, "Vorm", "Form"),
        "date": date("Datum", "Date"),
        "facilitator": pseudonym(
            "facilitator", "Pseudoniem van de procesbegeleider", "Pseudonym of the facilitator"
        ),
    },
    key=("session",),
)

ATTENDEES = DeliveredTable(
    supplier=SUPPLIER,
    file="attendees",
    title=Text(nl="Aanwezigen per sessie", en="Attendees per session"),
    grain=Text(nl="Een aanwezige in een sessie", en="An attendee of a session"),
    columns={
        "attendee": pseudonym(
            "attendee", "Pseudoniem van de aanwezige", "Pseudonym of the attendee"
        ),
        "session": code("Code van de sessie", "Code of the session"),
        "role": choice(vocabulary.ROLES, "Rol", "Role"),
        "age_band": choice(vocabulary.AGE_BANDS, "Leeftijdsgroep", "Age band", nullable=True),
        "education": choice(
            vocabulary.EDUCATION, "Hoogste opleiding", "Highest education", nullable=True
        ),
        "origin": choice(
            vocabulary.ORIGINS,
            "Herkomst, als die gevraagd is",
            "Origin, if it was asked",
            nullable=True,
        ),
    },
    key=("attendee", "session"),
)

CODINGS = DeliveredTable(
    supplier=SUPPLIER,
    file="codings",
    title=Text(nl="Gecodeerde uitspraken", en="Coded statements"),
    grain=Text(
        nl="Een thema bij een aanwezige, volgens een codeur",
        en="A theme with an attendee, by a coder",
    ),
    columns={
        "attendee": pseudonym(
            "attendee", "Pseudoniem van de aanwezige", "Pseudonym of the attendee"
        ),
        "session": code("Code van de sessie", "Code of the session"),
        "theme": choice(vocabulary.THEMES, "Thema", "Theme"),
        "coder": choice(
            CODERS, "Codeur; b codeert een deel opnieuw", "Coder; b codes a part again"
        ),
        "mentioned": whole("Genoemd (1 = ja)", "Mentioned (1 = yes)", high=1, unit="0 or 1"),
        **{
            name: whole(
                f"Genoemd als iets dat {words.nl} (1 = ja)",
                f"Mentioned as something that {words.en} (1 = yes)",
                high=1,
                unit="0 or 1",
                nullable=True,
            )
            for name, words in vocabulary.MEANINGS.items()
        },
    },
    key=("attendee", "session", "theme", "coder"),
    rules=(
        Rule(
            "meant but not mentioned",
            ("mentioned", *vocabulary.MEANINGS),
            "mentioned = 0 AND ("
            + " OR ".join(f"{name} = 1" for name in vocabulary.MEANINGS)
            + ")",
            Text(nl="geen betekenis bij wat niet genoemd is", en="no meaning of what was not said"),
        ),
    ),
)

ACTION_POINTS = DeliveredTable(
    supplier=SUPPLIER,
    file="action_points",
    title=Text(nl="Actiepunten", en="Action points"),
    grain=Text(nl="Een actiepunt van een organisatie", en="An action point of an organisation"),
    columns={
        "action": code("Code van het actiepunt", "Code of the action point"),
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "theme": choice(vocabulary.THEMES, "Thema", "Theme"),
        "level": choice(
            vocabulary.LEVELS, "Waar de actie zich op richt", "What the action is aimed at"
        ),
        "owner": choice(vocabulary.ROLES, "Wie de actie draagt", "Who carries the action"),
    },
    key=("action",),
)

CHECKLIST = DeliveredTable(
    supplier=SUPPLIER,
    file="checklist",
    title=Text(nl="Checklist van de deelnemers", en="Checklist of the participants"),
    grain=Text(
        nl="Een kenmerk van een organisatie, volgens een codeur",
        en="A characteristic of an organisation, by a coder",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "item": choice(vocabulary.CHECKLIST, "Kenmerk", "Characteristic"),
        "coder": choice(
            CODERS, "Codeur; b codeert een deel opnieuw", "Coder; b codes a part again"
        ),
        "present": choice(
            YES, "Aanwezig; leeg als het niet besproken is", "Present; empty when not discussed",
            nullable=True,
        ),
    },
    key=("organisation", "item", "coder"),
)  # fmt: skip

HR_OFFER = DeliveredTable(
    supplier=SUPPLIER,
    file="hr_offer",
    title=Text(nl="HR-aanbod van de deelnemers", en="HR offer of the participants"),
    grain=Text(
        nl="Een thema van het HR-aanbod bij een organisatie",
        en="A theme of the HR offer at an organisation",
    ),
    columns={
        "organisation": pseudonym(
            "organisation", "Pseudoniem van de organisatie", "Pseudonym of the organisation"
        ),
        "theme": choice(vocabulary.THEMES, "Thema", "Theme"),
        "offered": whole("Instrumenten in het aanbod", "Instruments on offer", unit="instruments"),
        "used": whole(
            "Instrumenten die in het jaar gebruikt zijn",
            "Instruments that were used in the year",
            unit="instruments",
        ),
    },
    key=("organisation", "theme"),
    rules=(
        Rule(
            "more used than offered",
            ("used", "offered"),
            "used > offered",
            Text(nl="ten hoogste wat er is", en="at most what there is"),
        ),
    ),
)

TABLES = (
    PARTICIPANTS,
    SESSIONS,
    ATTENDEES,
    CODINGS,
    ACTION_POINTS,
    CHECKLIST,
    HR_OFFER,
)


def _known(
    child: DeliveredTable, columns: tuple[str, ...], parent: DeliveredTable, nl: str, en: str
):
    condition = " AND ".join(f"known.{column} = child.{column}" for column in columns)
    return QueryRule(
        f"unknown {columns[0]}",
        table=child.name,
        columns=columns,
        needs=(parent.name,),
        query=f"""
            SELECT count(*) FILTER (NOT EXISTS (
                SELECT 1 FROM {{{parent.name}}} AS known WHERE {condition}
            )) AS broken, count(*) AS total
            FROM {{{child.name}}} AS child
        """,
        expected=Text(nl=nl, en=en),
    )


QUERY_RULES = (
    *(
        _known(
            table,
            ("organisation",),
            PARTICIPANTS,
            "een organisatie uit participants",
            "an organisation of participants",
        )
        for table in (CHECKLIST, HR_OFFER)
    ),
    _known(
        SESSIONS,
        ("organisation",),
        PARTICIPANTS,
        "een organisatie uit participants",
        "an organisation of participants",
    ),
    _known(
        ACTION_POINTS,
        ("organisation",),
        PARTICIPANTS,
        "een organisatie uit participants",
        "an organisation of participants",
    ),
    _known(ATTENDEES, ("session",), SESSIONS, "een sessie uit sessions", "a session of sessions"),
    _known(
        CODINGS,
        ("attendee", "session"),
        ATTENDEES,
        "een aanwezige uit attendees",
        "an attendee of attendees",
    ),
)

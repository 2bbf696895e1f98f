"""The programme's own records: who took part, the sessions, what was said, what was agreed.

Listening, data-verification and reflection sessions are different things. ``voices`` are people in
listening sessions only.
"""

from analysis.languages import Text
from analysis.sources import vocabulary
from analysis.sources.schema import (
    DeliveredTable,
    QueryRule,
    choice,
    code,
    date,
    pseudonym,
    whole,
)

SUPPLIER = "programme"
_YES = {"yes": Text(nl="ja", en="yes"), "no": Text(nl="nee", en="no")}
_FORMS = {
    "group": Text(nl="groepsgesprek", en="group conversation"),
    "individual": Text(nl="individueel gesprek", en="individual conversation"),
}
_CODERS = {
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
            _CODERS, "Codeur; b codeert een deel opnieuw", "Coder; b codes a part again"
        ),
        "mentioned": whole("Genoemd (1 = ja)", "Mentioned (1 = yes)", high=1, unit="0 or 1"),
    },
    key=("attendee", "session", "theme", "coder"),
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

INTERVENTIONS = DeliveredTable(
    supplier=SUPPLIER,
    file="interventions",
    title=Text(nl="Inventarisatie van interventies", en="Inventory of interventions"),
    grain=Text(nl="Een interventie", en="An intervention"),
    columns={
        "intervention": code("Code van de interventie", "Code of the intervention"),
        "level": choice(vocabulary.LEVELS, "Waar zij zich op richt", "What it is aimed at"),
        "aim": choice(vocabulary.AIMS, "Moment waarop zij werkt", "Moment at which it works"),
        "problem_stated": choice(
            _YES,
            "Noemt de beschrijving het probleem dat zij oplost",
            "Does the description name the problem that it solves",
        ),
        "coder": choice(
            _CODERS, "Codeur; b codeert een deel opnieuw", "Coder; b codes a part again"
        ),
    },
    key=("intervention", "coder"),
)

TABLES = (PARTICIPANTS, SESSIONS, ATTENDEES, CODINGS, ACTION_POINTS, INTERVENTIONS)


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

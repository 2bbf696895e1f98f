"""Tables of people, sessions and interventions, with what is known of their organisation."""

from dataclasses import dataclass

from analysis.linkage import survey
from analysis.linkage.columns import Column, column, delivered, typed
from analysis.linkage.organisations import CONTEXT, context_of, with_context
from analysis.sources import (
    additional,
    fwg,
    inventory,
    izz_care_use,
    izz_monitor,
    pfzw,
    programme,
)
from analysis.sources.schema import DeliveredTable


@dataclass(frozen=True)
class Linked:
    """A table that keeps the rows of one delivered table.

    Attributes
    ----------
    rows_of
        Delivered table whose rows it has, no more and no fewer.
    needs
        Other delivered tables without which it is not made.
    key
        Columns by which it is sorted.
    """

    name: str
    rows_of: str
    columns: tuple[Column, ...]
    query: str
    key: tuple[str, ...]
    needs: tuple[str, ...] = ()


WEIGHT = column(
    "weight",
    "DOUBLE",
    "Personen in de sector voor wie de rij staat",
    "Persons in the sector that the row stands for",
    unit="persons",
)
_SURVEY_WEIGHT = column(
    "weight",
    "DOUBLE",
    "Werknemers voor wie de respondent staat, na raken op branche met leeftijd, geslacht, regio "
    "en functiegroep; leeg als de organisatie niet in de loonadministratie staat",
    "Employees that the respondent stands for, after raking to branch by age, sex, region and "
    "function group; empty when the organisation is not in the payroll",
    unit="persons",
    source=(
        izz_monitor.RESPONDENTS.name,
        pfzw.ORGANISATION_YEARS.name,
        pfzw.ORGANISATION_AGES.name,
    ),
)

_RESPONDENT = delivered(izz_monitor.RESPONDENTS)
INDIVIDUALS = Linked(
    "individuals",
    izz_monitor.RESPONDENTS.name,
    (*context_of(_RESPONDENT), *survey.SCORES, _SURVEY_WEIGHT),
    f"""
        SELECT {typed(_RESPONDENT, "own.")}, {typed(CONTEXT, "base.")},
            {typed((*survey.SCORES, _SURVEY_WEIGHT), "own.")}
        FROM weighted_respondents AS own LEFT JOIN organisation_base AS base
            ON base.organisation = own.organisation AND base.year = own.year
    """,
    izz_monitor.RESPONDENTS.key,
)

#: The organisation's last year in the payroll: sessions and participation have no year.
_LATEST = """(
    SELECT * FROM organisation_base
    QUALIFY row_number() OVER (PARTITION BY organisation ORDER BY year DESC) = 1
)"""
_PLACE = delivered(pfzw.ORGANISATION_YEARS, "branch", "region")
_ATTENDEE = delivered(programme.ATTENDEES)
_SESSION = delivered(programme.SESSIONS, "organisation", "kind", "form", "date", "facilitator")
ATTENDEES = Linked(
    "attendees",
    programme.ATTENDEES.name,
    (*_ATTENDEE, *_SESSION, *_PLACE),
    f"""
        SELECT {typed(_ATTENDEE, "own.")}, {typed(_SESSION, "session.")}, {typed(_PLACE, "base.")}
        FROM {programme.ATTENDEES.name} AS own
        LEFT JOIN {programme.SESSIONS.name} AS session ON session.session = own.session
        LEFT JOIN {_LATEST} AS base ON base.organisation = session.organisation
    """,
    programme.ATTENDEES.key,
    needs=(programme.SESSIONS.name,),
)

_PARTICIPANT = delivered(programme.PARTICIPANTS)
_SIZE = delivered(pfzw.ORGANISATION_YEARS, "branch", "region", "employees")
PARTICIPANTS = Linked(
    "participants",
    programme.PARTICIPANTS.name,
    (*_PARTICIPANT, *_SIZE),
    f"""
        SELECT {typed(_PARTICIPANT, "own.")}, {typed(_SIZE, "base.")}
        FROM {programme.PARTICIPANTS.name} AS own
        LEFT JOIN {_LATEST} AS base ON base.organisation = own.organisation
    """,
    programme.PARTICIPANTS.key,
)

_CODING = delivered(programme.CODINGS)
_SPEAKER = delivered(programme.ATTENDEES, "role", "age_band", "education")
_SPOKEN = delivered(programme.SESSIONS, "organisation", "kind", "form")
CODINGS = Linked(
    "codings",
    programme.CODINGS.name,
    (*_CODING, *_SPEAKER, *_SPOKEN, *_PLACE),
    f"""
        SELECT {typed(_CODING, "own.")}, {typed(_SPEAKER, "speaker.")},
            {typed(_SPOKEN, "session.")}, {typed(_PLACE, "base.")}
        FROM {programme.CODINGS.name} AS own
        LEFT JOIN {programme.ATTENDEES.name} AS speaker
            ON speaker.attendee = own.attendee AND speaker.session = own.session
        LEFT JOIN {programme.SESSIONS.name} AS session ON session.session = own.session
        LEFT JOIN {_LATEST} AS base ON base.organisation = session.organisation
    """,
    programme.CODINGS.key,
    needs=(programme.ATTENDEES.name, programme.SESSIONS.name),
)


def _of_participants(name: str, table: DeliveredTable) -> Linked:
    """Return a table about participants, each with its branch and region."""
    columns = delivered(table)
    query = f"""
        SELECT {typed(columns, "own.")}, {typed(_PLACE, "base.")}
        FROM {table.name} AS own
        LEFT JOIN {_LATEST} AS base ON base.organisation = own.organisation
    """
    return Linked(name, table.name, (*columns, *_PLACE), query, table.key)


_FUNCTION = delivered(pfzw.ORGANISATION_FUNCTIONS)
_GROUP = delivered(fwg.FUNCTIONS, "function_group")
FUNCTIONS = Linked(
    "organisation_functions",
    pfzw.ORGANISATION_FUNCTIONS.name,
    context_of((*_FUNCTION, *_GROUP)),
    with_context(
        f"(SELECT {typed(_FUNCTION, 'a.')}, {typed(_GROUP, 'b.')} "
        f"FROM {pfzw.ORGANISATION_FUNCTIONS.name} AS a "
        f"LEFT JOIN {fwg.FUNCTIONS.name} AS b ON b.function = a.function)",
        (*_FUNCTION, *_GROUP),
    ),
    pfzw.ORGANISATION_FUNCTIONS.key,
    needs=(fwg.FUNCTIONS.name,),
)


def _as_delivered(name: str, table) -> Linked:
    columns = delivered(table)
    return Linked(
        name, table.name, columns, f"SELECT {typed(columns)} FROM {table.name}", table.key
    )


def _weighted(name: str, table) -> Linked:
    """Return a table of persons of a declared sample, each with what it stands for."""
    columns = delivered(table)
    query = f"SELECT {typed(columns)}, 1 / {{fraction}} AS weight FROM {table.name}"
    return Linked(name, table.name, (*columns, WEIGHT), query, table.key)


_CARE_USE = delivered(izz_care_use.CARE_USE)
CARE_USE = Linked(
    "care_use",
    izz_care_use.CARE_USE.name,
    context_of(_CARE_USE),
    with_context(izz_care_use.CARE_USE.name, _CARE_USE),
    izz_care_use.CARE_USE.key,
)

#: In the order of the dataset. ``{fraction}`` is the share of all persons in the table's files.
LINKED = (
    INDIVIDUALS,
    CARE_USE,
    ATTENDEES,
    CODINGS,
    _of_participants("action_points", programme.ACTION_POINTS),
    _as_delivered("interventions", inventory.INTERVENTIONS),
    PARTICIPANTS,
    _of_participants("checklist", programme.CHECKLIST),
    _of_participants("hr_offer", programme.HR_OFFER),
    FUNCTIONS,
    _weighted("background", additional.BACKGROUND),
    _weighted("long_absences", additional.LONG_ABSENCES),
    _weighted("training", additional.TRAINING),
)

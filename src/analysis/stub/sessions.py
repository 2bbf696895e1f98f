"""The synthetic programme: sessions, who was there, what was said, action points, interventions.

Eighteen organisations, about 700 voices, 15 facilitators, 170 interventions of which 85 percent
aim at the individual. Listening, data-verification and reflection sessions are kept apart.
"""

import numpy as np
import pandas as pd

from analysis.sources.vocabulary import (
    AGE_BANDS,
    EDUCATION,
    FUNCTION_GROUPS,
    ROLES,
    THEMES,
)
from analysis.stub.draws import rounded_to_total, stream
from analysis.stub.organisations import FUNCTION_OF_GROUP
from analysis.stub.people import State, band_of
from analysis.stub.worlds import World

VOICES = 706
FACILITATORS = 15
INTERVENTIONS, INDIVIDUAL_SHARE = 170, 0.85
#: Correlation of what voices of one organisation mention, and how well coders hear it.
THEME_ICC = 0.05
SENSITIVITY, SPECIFICITY = 0.85, 0.95
SECOND_CODER = 0.20
_GROUP_SIZE = 8


def programme_tables(
    world: World, participants: np.ndarray, state: State, year: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the tables of the programme, with places for organisations and people.

    Parameters
    ----------
    state
        The people at the end of ``year``, in which the sessions were held.
    """
    random = stream(seed, "programme")
    registered = pd.DataFrame(
        {
            "organisation": participants,
            "start_date": pd.Timestamp(year - 1, 9, 1)
            + pd.to_timedelta(random.integers(0, 60, len(participants)), unit="D"),
        }
    )
    sessions, attendees = _listening(world, participants, state, year, random)
    others, officials = _other_sessions(participants, year, random, first=len(sessions))
    sessions = pd.concat([sessions, others], ignore_index=True)
    sessions["facilitator"] = np.concatenate(
        [np.arange(FACILITATORS), random.integers(0, FACILITATORS, len(sessions) - FACILITATORS)]
    )
    return {
        "participants": registered,
        "sessions": sessions,
        "attendees": pd.concat([attendees, officials], ignore_index=True),
        "codings": _codings(world, attendees, sessions, random),
        "action_points": _action_points(world, participants, random),
        "interventions": _interventions(random),
    }


def _listening(
    world: World,
    participants: np.ndarray,
    state: State,
    year: int,
    random: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    counts = rounded_to_total(VOICES * random.dirichlet(np.full(len(participants), 12.0)), VOICES)
    sessions, attendees = [], []
    for organisation, count in zip(participants, counts, strict=True):
        people = np.flatnonzero(state.organisation == organisation)
        leads = FUNCTION_OF_GROUP[state.function[people]] == list(FUNCTION_GROUPS).index(
            "management"
        )
        odds = (
            world.voices["young"] * (state.age(year, people) < 35)
            + world.voices["practical"] * (state.education[people] <= 1)
            + world.voices["abroad"] * state.abroad[people]
            + np.log(3.5) * leads
        )
        weight = np.exp(odds)
        heard = random.choice(len(people), size=count, replace=False, p=weight / weight.sum())
        first = len(sessions)
        needed = -(-count // _GROUP_SIZE)
        for place in range(needed):
            sessions.append(
                {
                    "session": f"s{first + place:04d}",
                    "organisation": organisation,
                    "kind": "listening",
                    "form": "individual" if random.random() < 0.15 else "group",
                    "date": _day(year, 1, 120, random),
                }
            )
        for place, index in enumerate(heard):
            person = people[index]
            attendees.append(
                {
                    "attendee": f"v{person}",
                    "session": f"s{first + place % needed:04d}",
                    "role": "team_leader" if leads[index] else "professional",
                    "age_band": list(AGE_BANDS)[
                        int(band_of(np.array([year - state.birth_year[person]]))[0])
                    ],
                    "education": list(EDUCATION)[state.education[person]],
                    # Asked in some organisations only.
                    "origin": (
                        ("abroad" if state.abroad[person] else "netherlands")
                        if organisation % 2
                        else None
                    ),
                    "organisation": organisation,
                }
            )
    return pd.DataFrame(sessions), pd.DataFrame(attendees)


def _other_sessions(
    participants: np.ndarray, year: int, random: np.random.Generator, *, first: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One data-verification and one reflection session for each organisation."""
    sessions, attendees = [], []
    present = {
        "data_verification": ("hr", "hr", "management"),
        "reflection": (
            "board", "management", "management", "hr", "hr",
            "employee_council", "employee_council", "professional", "team_leader",
        ),
    }  # fmt: skip
    for kind, roles in present.items():
        for organisation in participants:
            code = f"s{first + len(sessions):04d}"
            sessions.append(
                {
                    "session": code,
                    "organisation": organisation,
                    "kind": kind,
                    "form": "group",
                    "date": _day(year, 130 if kind == "data_verification" else 170, 40, random),
                }
            )
            attendees += [
                {
                    "attendee": f"{code}-{place}",
                    "session": code,
                    "role": role,
                    "age_band": None,
                    "education": None,
                    "origin": None,
                    "organisation": organisation,
                }
                for place, role in enumerate(roles)
            ]
    return pd.DataFrame(sessions), pd.DataFrame(attendees)


def _day(year: int, first: int, span: int, random: np.random.Generator) -> pd.Timestamp:
    return pd.Timestamp(year, 1, 1) + pd.Timedelta(days=int(first + random.integers(0, span)))


def _codings(
    world: World,
    voices: pd.DataFrame,
    sessions: pd.DataFrame,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Every voice coded on every theme by the first coder, a fifth again by the second."""
    organisations, place = np.unique(voices["organisation"], return_inverse=True)
    size = (1 - THEME_ICC) / THEME_ICC
    again = random.random(len(voices)) < SECOND_CODER
    frames = []
    for theme in THEMES:
        mean = world.themes[theme]
        share = random.beta(mean * size, (1 - mean) * size, len(organisations))
        said = random.random(len(voices)) < share[place]
        for coder, coded in (("a", np.ones(len(voices), dtype=bool)), ("b", again)):
            heard = random.random(len(voices)) < np.where(said, SENSITIVITY, 1 - SPECIFICITY)
            frame = voices.loc[coded, ["attendee", "session"]].assign(
                theme=theme, coder=coder, mentioned=heard[coded].astype(int)
            )
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _action_points(
    world: World, participants: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    weight = np.array([world.themes[theme] for theme in THEMES])
    rows = []
    for organisation in participants:
        for _ in range(random.integers(5, 11)):
            rows.append(
                {
                    "action": f"a{len(rows):04d}",
                    "organisation": organisation,
                    "theme": random.choice(list(THEMES), p=weight / weight.sum()),
                    "level": "individual" if random.random() < 0.3 else "organisational",
                    "owner": random.choice(list(ROLES), p=[0.1, 0.2, 0.2, 0.25, 0.2, 0.05]),
                }
            )
    return pd.DataFrame(rows)


def _interventions(random: np.random.Generator) -> pd.DataFrame:
    codes = [f"i{place:03d}" for place in range(INTERVENTIONS)]
    individual = round(INTERVENTIONS * INDIVIDUAL_SHARE)
    level = np.array(
        ["individual"] * individual + ["organisational"] * (INTERVENTIONS - individual)
    )
    aim = random.choice(["source", "early", "recovery"], size=INTERVENTIONS, p=[0.2, 0.25, 0.55])
    stated = np.where(random.random(INTERVENTIONS) < 0.2, "yes", "no")
    first = pd.DataFrame(
        {"intervention": codes, "level": level, "aim": aim, "problem_stated": stated, "coder": "a"}
    )
    second = first[random.random(INTERVENTIONS) < SECOND_CODER].copy()
    second["coder"] = "b"
    changed = random.random(len(second)) < 0.1
    other = {"individual": "organisational", "organisational": "individual"}
    second.loc[changed, "level"] = second.loc[changed, "level"].map(other)
    return pd.concat([first, second], ignore_index=True)

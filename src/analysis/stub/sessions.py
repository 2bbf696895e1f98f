"""The synthetic programme: sessions, who was there, what was said and what was agreed.

Eighteen organisations, about 700 voices, 15 facilitators, 170 interventions. Listening,
data-verification and reflection sessions are kept apart. What the participants have and offer is
scored after the sessions.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.sources.vocabulary import (
    AGE_BANDS,
    CHECKLIST,
    COMMITMENT,
    EDUCATION,
    FUNCTION_GROUPS,
    MEANINGS,
    PROCESSES,
    ROLES,
    THEMES,
)
from analysis.stub.absence import PROGRAMME_YEAR
from analysis.stub.draws import rounded_to_total, stream
from analysis.stub.organisations import FUNCTION_OF_GROUP
from analysis.stub.people import State, band_of
from analysis.stub.worlds import World

VOICES = 706
FACILITATORS = 15
INTERVENTIONS = 170
#: Correlation of what voices of one organisation mention, and how well coders hear it.
THEME_ICC = 0.05
SENSITIVITY, SPECIFICITY = 0.85, 0.95
SECOND_CODER = 0.20
_GROUP_SIZE = 8
#: Probability that a theme has a meaning to who mentions it, where no plant says so.
_MEANT = 0.2
#: Mean number of instruments that an organisation offers per theme.
_OFFERED = 6


def programme_tables(
    world: World,
    participants: np.ndarray,
    performance: np.ndarray,
    state: State,
    year: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the programme, with places for organisations and people.

    Parameters
    ----------
    performance
        How much less absence each participant has than its branch, in SD between organisations.
    state
        The people at the end of ``year``, in which the sessions were held.
    """
    random = stream(seed, "programme")
    registered = pd.DataFrame(
        {
            "organisation": participants,
            # A longer world holds later years of the same programme.
            "start_date": pd.Timestamp(min(year, PROGRAMME_YEAR) - 1, 9, 1)
            + pd.to_timedelta(random.integers(0, 60, len(participants)), unit="D"),
        }
    )
    sessions, attendees = _listening(world, participants, state, year, random)
    others, officials = _other_sessions(participants, year, random, first=len(sessions))
    sessions = pd.concat([sessions, others], ignore_index=True)
    sessions["facilitator"] = np.concatenate(
        [np.arange(FACILITATORS), random.integers(0, FACILITATORS, len(sessions) - FACILITATORS)]
    )
    everybody = pd.concat([attendees, officials], ignore_index=True)
    return {
        "participants": registered,
        "sessions": sessions,
        "attendees": everybody,
        "codings": _codings(world, everybody, random),
        "action_points": _action_points(world, participants, random),
        "checklist": _checklist(world, participants, performance, stream(seed, "checklist")),
        "hr_offer": _hr_offer(world, participants, stream(seed, "hr offer")),
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


def _codings(world: World, voices: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Everybody coded on every theme by the first coder, a fifth again by the second."""
    organisations, place = np.unique(voices["organisation"], return_inverse=True)
    size = (1 - THEME_ICC) / THEME_ICC
    again = random.random(len(voices)) < SECOND_CODER
    of_hr = (voices["role"] == "hr").to_numpy()
    frames = []
    for theme in THEMES:
        mean = world.themes[theme]
        share = random.beta(mean * size, (1 - mean) * size, len(organisations))[place]
        if theme == "board_agenda":
            share = np.where(of_hr, world.hr_agenda, share)
        said = random.random(len(voices)) < share
        meant = {
            name: said & (random.random(len(voices)) < _meaning(world, name, theme, of_hr))
            for name in MEANINGS
        }
        for coder, coded in (("a", np.ones(len(voices), dtype=bool)), ("b", again)):
            heard = _as_heard(said, random)
            # A coder who hears a theme that was not there gives it a meaning too.
            as_meant = {name: heard & _as_heard(values, random) for name, values in meant.items()}
            frame = voices[["attendee", "session"]].assign(
                theme=theme,
                coder=coder,
                mentioned=heard.astype(int),
                **{name: values.astype(int) for name, values in as_meant.items()},
            )
            frames.append(frame[coded])
    return pd.concat(frames, ignore_index=True)


def _meaning(world: World, name: str, theme: str, of_hr: np.ndarray) -> np.ndarray | float:
    chance = getattr(world, f"as_{name}").get(theme, _MEANT)
    if theme == "board_agenda" and name == "stressor":
        # What HR says of the board's agenda, it says because it is hard to reach.
        return np.where(of_hr, 1.0, chance)
    return chance


def _as_heard(said: np.ndarray, random: np.random.Generator) -> np.ndarray:
    chance = np.where(said, SENSITIVITY, 1 - SPECIFICITY)
    return random.random(len(said)) < chance


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


def interventions_table(world: World, seed: int) -> pd.DataFrame:
    """Return the inventory of interventions, by the first coder and a fifth again by the second."""
    random = stream(seed, "interventions")
    planted = world.inventory
    codes = np.array([f"i{place:03d}" for place in range(INTERVENTIONS)])
    individual, both = (round(INTERVENTIONS * planted[name]) for name in ("individual", "both"))
    level = np.repeat(
        ["individual", "both", "organisational"],
        [individual, both, INTERVENTIONS - individual - both],
    )
    rest = 1 - planted["source"] - planted["recovery"]
    aim = random.choice(
        ["source", "early", "recovery"],
        size=INTERVENTIONS,
        p=[planted["source"], rest, planted["recovery"]],
    )
    weight = np.array([world.supply[theme] for theme in THEMES])
    repeats = np.arange(INTERVENTIONS) >= INTERVENTIONS * (1 - planted["overlap"])
    first = pd.DataFrame(
        {
            "intervention": codes,
            "level": random.permutation(level),
            "aim": aim,
            "theme": random.choice(list(THEMES), size=INTERVENTIONS, p=weight / weight.sum()),
            "overlaps": np.where(
                repeats, codes[random.integers(0, INTERVENTIONS // 2, INTERVENTIONS)], "none"
            ),
            "problem_stated": np.where(
                random.random(INTERVENTIONS) < planted["stated"], "yes", "no"
            ),
            "coder": "a",
        }
    )
    second = first[random.random(INTERVENTIONS) < SECOND_CODER].assign(coder="b")
    for name in ("level", "aim", "theme", "problem_stated"):
        # The second coder reads one in ten otherwise.
        changed = random.random(len(second)) < 0.1
        second.loc[changed, name] = random.choice(first[name], size=changed.sum())
    return pd.concat([first, second], ignore_index=True)


def _checklist(
    world: World, participants: np.ndarray, performance: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    frames = []
    for item in CHECKLIST:
        mean = world.checklist[item]
        slope = next(
            (
                world.performance[name]
                for name, items in (("processes", PROCESSES), ("commitment", COMMITMENT))
                if item in items
            ),
            0.0,
        )
        has = random.random(len(participants)) < expit(logit(mean) + slope * performance)
        again = random.random(len(participants)) < SECOND_CODER
        for coder, coded in (("a", np.ones(len(participants), dtype=bool)), ("b", again)):
            # A closed question about one organisation: coders seldom differ.
            wrong = (random.random(len(participants)) < 0.1) & (coder == "b")
            frame = pd.DataFrame(
                {
                    "organisation": participants,
                    "item": item,
                    "coder": coder,
                    "present": np.where(has ^ wrong, "yes", "no"),
                }
            )
            frames.append(frame[coded])
    return pd.concat(frames, ignore_index=True)


def _hr_offer(world: World, participants: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    size = len(participants) * len(THEMES)
    offered = 1 + random.poisson(_OFFERED - 1, size)
    return pd.DataFrame(
        {
            "organisation": np.repeat(participants, len(THEMES)),
            "theme": np.tile(list(THEMES), len(participants)),
            "offered": offered,
            "used": random.binomial(offered, world.offer_use),
        }
    )

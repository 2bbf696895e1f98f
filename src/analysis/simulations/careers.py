"""Simulations of careers: who is at work at an age, leaving soon after the start, coming back."""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import career_course, career_states, early_leaving, multi_state, young_leavers
from analysis.methods.career_states import PLACE, STATES
from analysis.methods.results import Absent
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

_ORGANISATIONS = 60
_FIRST, _LAST, _SEEN = 25, 45, 7
_PEOPLE = 2500
#: Yearly chances: of leaving below 35 and above, of going to another sector among those who leave,
#: and of a permanent contract.
_YOUNG, _OLDER, _OTHER, _PERMANENT = 0.12, 0.07, 0.45, 0.7
_SHARE_PERMANENT = 0.3


def _chances(returning: float) -> np.ndarray:
    """Return the chances of moving at each age, shape (ages, states, states)."""
    moves = np.zeros((_LAST - _FIRST, len(STATES), len(STATES)))
    moves[:] = np.eye(len(STATES))
    for age in range(_FIRST, _LAST):
        leaving = _YOUNG if age < 35 else _OLDER
        row = np.zeros(len(STATES))
        row[PLACE["other_sector"]] = leaving * _OTHER
        row[PLACE["inactive"]] = leaving * (1 - _OTHER)
        row[PLACE["permanent"]] = (1 - leaving) * _PERMANENT
        row[PLACE["temporary"]] = (1 - leaving) * (1 - _PERMANENT)
        moves[age - _FIRST, PLACE["temporary"]] = row
        moves[age - _FIRST, PLACE["permanent"]] = row
        for out in ("other_sector", "inactive"):
            moves[age - _FIRST, PLACE[out]] = 0.0
            moves[age - _FIRST, PLACE[out], PLACE["temporary"]] = returning
            moves[age - _FIRST, PLACE[out], PLACE[out]] = 1 - returning
    return moves


def _careers(returning: float, random: np.random.Generator) -> career_states.Steps:
    """Draw careers of which a few years are seen, and nobody before it is seen at work."""
    ages = _LAST - _FIRST
    cumulative = _chances(returning).cumsum(axis=2)
    state = np.empty((_PEOPLE, ages + 1), dtype=int)
    state[:, 0] = np.where(
        random.random(_PEOPLE) < _SHARE_PERMANENT, PLACE["permanent"], PLACE["temporary"]
    )
    for age in range(ages):
        uniform = random.random(_PEOPLE)[:, None]
        state[:, age + 1] = (uniform > cumulative[age, state[:, age]]).sum(axis=1)
    begins = random.integers(-ages + 1, _SEEN - 1, _PEOPLE)
    year = begins[:, None] + np.arange(ages + 1)
    working = np.isin(state, [PLACE["temporary"], PLACE["permanent"]])
    followed = np.maximum.accumulate(working & (year >= 0), axis=1)
    person, age = np.nonzero(followed[:, :-1] & (year[:, 1:] < _SEEN))
    return career_states.Steps(
        age + _FIRST, state[person, age], state[person, age + 1],
        random.integers(0, _ORGANISATIONS, _PEOPLE)[person], person, 2019 + year[person, age + 1],
        "nursing",
    )  # fmt: skip


def _expected(returning: float, *, first: np.ndarray) -> float:
    """Return the years at work that the chances hold, from the contracts that were drawn."""
    shares = multi_state.occupation(first, _chances(returning))
    time = multi_state.expected_time(shares)
    return float(time[[PLACE["temporary"], PLACE["permanent"]]].sum())


def years_at_work(returning: float, random: np.random.Generator) -> Drawn:
    """Estimate the years at work between two ages from careers that are seen in part."""
    # The contract at the start has no bearing on leaving, so that the years do not depend on it.
    truth = _expected(returning, first=np.eye(len(STATES))[PLACE["permanent"]])
    course = career_course.course(
        _careers(returning, random), seed=int(random.integers(2**31)), first=_FIRST, last=_LAST,
        draws=200,
    )  # fmt: skip
    found = career_course.expected_years(course)
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found["working"].frame.iloc[0], truth)


def ways_apart(returning: float, random: np.random.Generator) -> Drawn:
    """Take one way out by itself, as if those who leave in another way were lost from sight."""
    moves = _chances(returning)
    gone = [PLACE["other_sector"], PLACE["inactive"]]
    start = np.eye(len(STATES))[PLACE["permanent"]]
    right = multi_state.occupation(start, multi_state.without_return(moves, gone))[-1]
    truth = 100 * float(right[PLACE["other_sector"]])
    course = career_course.course(
        _careers(returning, random), seed=int(random.integers(2**31)), first=_FIRST, last=_LAST,
        draws=200,
    )  # fmt: skip
    found = career_course.ways_out(course)
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found["other_sector.naive"].frame.iloc[0], truth)


def _starters(ratio: float, random: np.random.Generator) -> pd.DataFrame:
    """Draw people at risk; where and when more leave, and at young ages, more have just started."""
    organisation = np.repeat(np.arange(_ORGANISATIONS), 6 * 40)
    year = np.tile(np.repeat(np.arange(2020, 2026), 40), _ORGANISATIONS)
    band = random.integers(0, 3, len(organisation))
    usual = np.exp(random.normal(0, 0.3, _ORGANISATIONS))[organisation]
    chance = np.minimum(np.array([0.12, 0.07, 0.05])[band] * usual, 0.4)
    early = random.random(len(organisation)) < np.minimum(1.6 * chance, 0.6)
    left = random.random(len(organisation)) < np.minimum(chance * np.where(early, ratio, 1.0), 0.9)
    return pd.DataFrame(
        {
            "person": np.arange(len(organisation)), "organisation": organisation, "year": year,
            "band": band, "early": early, "left": left,
        }
    )  # fmt: skip


def _log_ratio(truth: float, rows: pd.DataFrame) -> Drawn:
    found = early_leaving.of_rows(rows, 2025)
    if isinstance(found, Absent):
        return no_answer(truth)
    row = drawn_from(found.frame.iloc[0], truth)
    ends = np.log([row.estimate, row.ci_low, row.ci_high])
    return Drawn(*map(float, ends), row.p_value, truth)


def early_ratio(truth: float, random: np.random.Generator) -> Drawn:
    """Compare those who just started with others of the same organisation, year and age."""
    return _log_ratio(truth, _starters(np.exp(truth), random))


def early_ratio_crude(truth: float, random: np.random.Generator) -> Drawn:
    """Compare them with everybody, whatever the organisation and age."""
    rows = _starters(np.exp(truth), random)
    # Everybody in one stratum of a few large clusters, as without any.
    return _log_ratio(truth, rows.assign(band=0, year=0, organisation=rows["organisation"] % 12))


def coming_back(returning: float, random: np.random.Generator) -> Drawn:
    """Estimate the chance of coming back within five years, of people who are followed in part."""
    count = 1200
    monthly = 1 - (1 - returning) ** (1 / 12)
    gap = random.geometric(monthly, count) - 1
    followed = random.integers(0, 84, count)
    back = gap < followed
    frame = pd.DataFrame(
        {
            "person": np.arange(count),
            "organisation": random.integers(0, _ORGANISATIONS, count),
            "tenure": 24,
            "months": np.where(back, gap, followed),
            "returned": back,
        }
    )
    leavers = young_leavers.Leavers(frame, (25, 34), 2025)
    found = young_leavers.returned(leavers, seed=int(random.integers(2**31)))
    truth = 100 * (1 - (1 - returning) ** 5)
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found.frame.iloc[0], truth)


_LOG_RATIOS = {name: float(np.log(ratio)) for name, ratio in planted("early_exit").items()}
_COURSE = (multi_state, career_states, career_course)

SIMULATIONS = (
    Simulation(
        name="career-years",
        title=Text(
            nl="jaren aan het werk tussen twee leeftijden, uit loopbanen die deels te zien zijn",
            en="years at work between two ages, from careers of which a part is seen",
        ),
        claims=("C89",),
        topic="ages",
        variants=planted("returning"),
        draw=years_at_work,
        uses=_COURSE,
        null=None,
        draws=500,
    ),
    Simulation(
        name="career-ways-naive-apart",
        title=Text(
            nl="kans op een andere sector, met wie anders vertrekt als alleen uit beeld",
            en="chance of another sector, with those who leave otherwise as lost from sight only",
        ),
        claims=("C89",),
        topic="ages",
        variants=planted("returning"),
        draw=ways_apart,
        uses=_COURSE,
        null=None,
        naive=True,
        draws=200,
    ),
    Simulation(
        name="early-leaving",
        title=Text(
            nl="vertrek kort na de start tegenover later, binnen organisatie, jaar en leeftijd "
            "(logaritme van de verhouding)",
            en="leaving soon after the start against later, within organisation, year and age "
            "(logarithm of the ratio)",
        ),
        claims=("C89",),
        topic="ages",
        variants=_LOG_RATIOS,
        draw=early_ratio,
        uses=(early_leaving,),
    ),
    Simulation(
        name="early-leaving-naive-crude",
        title=Text(
            nl="vertrek kort na de start tegenover later, zonder naar organisatie en leeftijd te "
            "kijken",
            en="leaving soon after the start against later, without a look at organisation and age",
        ),
        claims=("C89",),
        topic="ages",
        variants=_LOG_RATIOS,
        draw=early_ratio_crude,
        uses=(early_leaving,),
        naive=True,
        draws=200,
    ),
    Simulation(
        name="coming-back",
        title=Text(
            nl="kans om binnen vijf jaar terug te komen, met mensen die korter gevolgd zijn",
            en="chance of coming back within five years, with people who are followed less long",
        ),
        claims=("C85",),
        topic="ages",
        variants=planted("returning"),
        draw=coming_back,
        uses=(young_leavers,),
        null=None,
    ),
)

"""Simulations of monitoring eighteen participants: the effect of a programme, and naive readings.

Participants join the likelier the better they do; shocks last from one year to the next; small
organisations differ by chance. Half of the participants start a year later than the others.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import blind_draws, monitored, programme_effect, standing
from analysis.methods.monitored import NEVER, Monitored
from analysis.methods.results import Absent
from analysis.methods.standing import Standing
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

#: Organisations of each branch, and how many of them take part.
_BRANCHES = ((90, 10), (45, 5), (40, 3))
_NAMES = ("vvt", "hospitals", "ghz")
_REGIONS = ("noord", "limburg")
#: Years before and after the first start.
_BEFORE, _AFTER = 6, 3
_FIRST_YEAR = 2019
#: SD of lasting levels, of a year's shock with its part that stays, and of a person-year.
_LEVEL_SD, _SHOCK_SD, _STAYS, _PERSON_YEAR_SD = 0.16, 0.07, 0.5, 2.5
#: Logit of joining per SD of the level, as planted in the favourable world.
_JOINING = planted("participation")["favourable"]
_DRAWS = 399


def _drawn(
    truth: float, random: np.random.Generator, *, on_last_year: bool = False, apart: bool = True
) -> Monitored:
    """Draw organisations, of whom those join that do well, and let the programme work."""
    count, years = sum(size for size, _ in _BRANCHES), _BEFORE + _AFTER
    branch = np.repeat(np.arange(len(_BRANCHES)), [size for size, _ in _BRANCHES])
    size = np.exp(random.normal(7.0, 0.8, count))
    shock = np.empty((count, years))
    shock[:, 0] = random.standard_normal(count)
    fresh = np.sqrt(1 - _STAYS**2)
    for year in range(1, years):
        shock[:, year] = _STAYS * shock[:, year - 1] + fresh * random.standard_normal(count)
    level = _LEVEL_SD * random.standard_normal(count)
    chance = _PERSON_YEAR_SD / np.sqrt(size)[:, None] * random.standard_normal((count, years))
    logs = level[:, None] + _SHOCK_SD * shock + chance
    seen = logs[:, _BEFORE - 1] if on_last_year else level
    key = _JOINING * seen / seen.std() + random.gumbel(size=count)
    first = np.full(count, NEVER)
    for place, (_, joining) in enumerate(_BRANCHES):
        of_branch = np.flatnonzero(branch == place)
        mine = of_branch[np.argsort(-key[of_branch])[:joining]]
        first[mine] = _FIRST_YEAR + _BEFORE
        if apart:
            first[mine[::2]] += 1
    calendar = np.arange(_FIRST_YEAR, _FIRST_YEAR + years)
    logs += truth * ((first != NEVER)[:, None] & (calendar >= first[:, None]))
    found = Standing(
        measure="absence_rate",
        organisation=np.arange(count).astype(str),
        size_band=np.full(count, "1000_to_2999"),
        region=np.array(_REGIONS)[random.integers(0, len(_REGIONS), count)],
        branch=branch,
        branches=_NAMES,
        participant=first != NEVER,
        employees=size,
        rate=7.0 * np.exp(logs),
        size=np.repeat(size[:, None], years, axis=1),
        last=int(calendar[-1]),
    )
    return Monitored(found, first, calendar)


def _estimated(one: Monitored, truth: float, random: np.random.Generator, **options) -> Drawn:
    seed = int(random.integers(2**31))
    result = programme_effect.effect(one, "effect", seed=seed, draws=_DRAWS, **options)
    if isinstance(result, Absent):
        return no_answer(truth)
    row = drawn_from(result.frame.iloc[0], truth)
    ends = np.log1p(np.array([row.estimate, row.ci_low, row.ci_high]) / 100)
    return Drawn(*map(float, ends), row.p_value, truth)


def effect(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the effect since all years before the start."""
    return _estimated(_drawn(truth, random), truth, random)


def effect_of_picked(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the effect since the last year before the start, in which they were picked."""
    one = _drawn(truth, random, on_last_year=True, apart=False)
    return _estimated(one, truth, random, base=1)


_USES = (blind_draws, monitored, programme_effect, standing)
SIMULATIONS = (
    Simulation(
        name="programme-effect",
        title=Text(
            nl="effect van het programma op het verzuim van de deelnemers (logschaal), met blinde "
            "trekkingen",
            en="effect of the programme on absence of the participants (log scale), with blind "
            "draws",
        ),
        claims=("C42", "C99"),
        topic="organisation",
        variants=planted("programme_effect"),
        draw=effect,
        uses=_USES,
    ),
    Simulation(
        name="programme-effect-naive-base",
        title=Text(
            nl="hetzelfde sinds één jaar, waarin goede starters zijn uitgekozen",
            en="the same since one year, in which good starters were picked",
        ),
        claims=("C42", "C99"),
        topic="organisation",
        variants=planted("programme_effect"),
        draw=effect_of_picked,
        uses=_USES,
        naive=True,
    ),
)

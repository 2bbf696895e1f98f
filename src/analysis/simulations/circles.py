"""Simulations of the circle of irregular hours and long absence.

People are followed for some years. Their hours of a year come before the illness of the next, and
their illness before the hours of the next.
"""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import (
    after_recovery,
    excess_risk,
    irregular_hazard,
    later_absence,
    person_years,
    regression,
    structural_model,
)
from analysis.methods.person_years import Histories
from analysis.methods.results import Absent, Estimates
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

_PEOPLE, _ORGANISATIONS, _YEARS, _FIRST = 1500, 50, 6, 2019
#: Yearly hazard, percentage points of a standard deviation, and the share with low pay.
_HAZARD, _SPREAD, _LOW = 0.08, 5.0, 0.4
_SAME = ("education", "sex", "age_band", "contract", "origin", "function_group", "branch")


def _followed(
    random: np.random.Generator,
    *,
    irregular: float = 0.0,
    recovery: float = 0.0,
    again: float = 0.0,
    joint: tuple[float, float, float] | None = None,
) -> Histories:
    """Follow people for some years.

    Parameters
    ----------
    irregular
        Log hazard per SD of irregular work in the year before.
    recovery
        Rise in the year after recovery at low pay, in percent of the wage.
    again
        Log hazard after an earlier case.
    joint
        Log hazards of low pay alone, much irregular work alone and both, instead of ``irregular``.
    """
    low = random.random(_PEOPLE) < _LOW
    base = random.gamma(2.0, 2.5, _PEOPLE)
    if joint is not None:
        # A third works much more irregularly than everybody else.
        base = np.where(random.permutation(_PEOPLE) < _PEOPLE / 3, 20.0, 2.0)
    share = base[:, None] + random.normal(0, 0.5, (_PEOPLE, _YEARS))
    earlier = np.zeros((_PEOPLE, _YEARS), dtype=int)
    ill = np.zeros((_PEOPLE, _YEARS), dtype=bool)
    for year in range(1, _YEARS):
        earlier[:, year] = earlier[:, year - 1] + ill[:, year - 1]
        share[:, year] += recovery * (low & ill[:, year - 1])
        hours = (share[:, year - 1] - 5) / _SPREAD
        log = irregular * hours + again * (earlier[:, year] > 0)
        if joint is not None:
            log = np.array([0.0, *joint])[low + 2 * (base > 10)]
        ill[:, year] = random.random(_PEOPLE) < -np.expm1(-_HAZARD * np.exp(log))
    organisation = random.integers(0, _ORGANISATIONS, _PEOPLE)
    return _histories(share, ill, earlier, low, organisation, random.integers(0, 300, ill.shape))


def _histories(
    share: np.ndarray,
    ill: np.ndarray,
    earlier: np.ndarray,
    low: np.ndarray,
    organisation: np.ndarray,
    day: np.ndarray,
) -> Histories:
    person, year = np.indices(share.shape)
    sooner = np.full_like(share, np.nan)
    sooner[:, 1:] = share[:, :-1]
    ever = ill.any(axis=1)
    first = np.where(ever, _FIRST + ill.argmax(axis=1), np.nan)
    recovered = np.zeros_like(ill)
    recovered[:, 1:] = ill[:, :-1]
    rows = pd.DataFrame(
        {
            "person": person.ravel(),
            "organisation": np.repeat(organisation, share.shape[1]),
            "year": _FIRST + year.ravel(),
            "months": 12,
            "irregular": share.ravel(),
            "irregular_1": sooner.ravel(),
            "low_pay": np.repeat(low, share.shape[1]),
            "rank_fifth": np.repeat(np.where(low, "0", "4"), share.shape[1]),
            **dict.fromkeys(_SAME, "one"),
            "well": True,
            "ill": ill.ravel(),
            "earlier": earlier.ravel(),
            "recovered": recovered.ravel(),
            "first_case": np.repeat(first, share.shape[1]),
        }
    )
    found = rows[rows["ill"]]
    start = pd.to_datetime(found["year"].astype(str)) + pd.to_timedelta(day[ill], unit="D")
    cases = pd.DataFrame(
        {"person": found["person"], "start": start, "end": start + pd.to_timedelta(60, unit="D")}
    ).reset_index(drop=True)
    return Histories(rows, cases, ("employment_years", "long_absences"), _SPREAD)


def _of(found: Estimates | Absent, term: str, truth: float, *, log: bool = True) -> Drawn:
    row = found if isinstance(found, Absent) else found[term]
    if isinstance(row, Absent):
        return no_answer(truth)
    drawn = drawn_from(row.frame.iloc[0], truth)
    if not log:
        return drawn
    ends = np.log([drawn.estimate, drawn.ci_low, drawn.ci_high])
    return Drawn(*map(float, ends), drawn.p_value, truth)


_RISE, _AGAIN = 10.0, float(np.log(1.4))


def lagged(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the hazard of a first absence by the hours of the year before."""
    drawn = _followed(random, irregular=truth, recovery=_RISE, again=_AGAIN)
    return _of(irregular_hazard.first_absence(drawn), "everybody.lagged", truth)


def time_fixed(truth: float, random: np.random.Generator) -> Drawn:
    """Take the mean of all years of a person, those after an illness as well."""
    drawn = _followed(random, irregular=truth, recovery=_RISE, again=_AGAIN)
    return _of(irregular_hazard.naive(drawn), "everybody.time_fixed", truth)


def structural(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate it over all absences with weights."""
    drawn = _followed(random, irregular=truth, recovery=_RISE, again=_AGAIN)
    found = structural_model.structural(structural_model.weighted(drawn))
    return _of(found, "everybody.weighted", truth)


def recurrence(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the hazard after an earlier absence."""
    drawn = _followed(random, irregular=0.25, again=truth)
    return _of(irregular_hazard.recurrence(drawn), "again", truth)


def following(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the hazard of the next absence by the days since recovery."""
    drawn = _followed(random, irregular=truth, again=_AGAIN + 0.7)
    return _of(later_absence.next_absence(drawn), "after_recovery", truth)


def rise(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the change after recovery against those who were not ill."""
    drawn = _followed(random, irregular=0.25, recovery=truth)
    return _of(after_recovery.changes(drawn), "low_pay.next_year", truth, log=False)


def excess(stacking: float, random: np.random.Generator) -> Drawn:
    """Estimate the excess of low pay and much irregular work together above their sum."""
    low, irregular = 0.3, 0.3
    both = float(np.log(np.exp(low) + np.exp(irregular) - 1 + stacking))
    drawn = _followed(random, joint=(low, irregular, both))
    return _of(excess_risk.excess(drawn), "excess", stacking, log=False)


def _percent(values: dict[str, float]) -> dict[str, float]:
    return {world: 100 * value for world, value in values.items()}


def _logs(values: dict[str, float]) -> dict[str, float]:
    return {world: float(np.log(value)) for world, value in values.items()}


def _once(values: dict[str, float]) -> dict[str, float]:
    """Leave out the reversed world, in which the loop turns and these links stay as they are."""
    return {world: value for world, value in values.items() if world != "reversed"}


_CLAIMS = ("C81", "C82")
_HOURS = _once(planted("vicious_circle", "irregular"))
_MODEL = (irregular_hazard, person_years, regression)

SIMULATIONS = (
    Simulation(
        name="irregular-lagged",
        title=Text(
            nl="kans op een eerste langdurig verzuim naar onregelmatig werk in het jaar ervoor "
            "(logaritme)",
            en="risk of a first long absence by irregular work in the year before (logarithm)",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_HOURS,
        draw=lagged,
        uses=_MODEL,
        draws=500,
    ),
    Simulation(
        name="irregular-lagged-naive-mean",
        title=Text(
            nl="hetzelfde met het gemiddelde van alle jaren, ook die na de ziekte",
            en="the same with the mean of all years, those after the illness included",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_HOURS,
        draw=time_fixed,
        uses=_MODEL,
        naive=True,
        draws=500,
    ),
    Simulation(
        name="irregular-weighted",
        title=Text(
            nl="hetzelfde over alle gevallen, in een marginaal structureel model (logaritme)",
            en="the same over all cases, in a marginal structural model (logarithm)",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_HOURS,
        draw=structural,
        uses=(*_MODEL, structural_model),
        conservative=Text(
            nl="de gewichten tellen als bekend, wat het interval te breed maakt",
            en="the weights count as known, which makes the interval too wide",
        ),
        draws=300,
    ),
    Simulation(
        name="absence-again",
        title=Text(
            nl="kans op langdurig verzuim na een eerder geval (Andersen-Gill, logaritme)",
            en="risk of a long absence after an earlier case (Andersen-Gill, logarithm)",
        ),
        claims=("C82",),
        topic="individual",
        variants=_logs(_once(planted("vicious_circle", "recurrence"))),
        draw=recurrence,
        uses=_MODEL,
        draws=500,
    ),
    Simulation(
        name="absence-following",
        title=Text(
            nl="kans op het volgende verzuim naar onregelmatig werk (Cox, dagen sinds herstel, "
            "logaritme)",
            en="risk of the next absence by irregular work (Cox, days since recovery, logarithm)",
        ),
        claims=("C82",),
        topic="individual",
        variants=_HOURS,
        draw=following,
        uses=(later_absence, person_years),
        draws=300,
    ),
    Simulation(
        name="irregular-after-recovery",
        title=Text(
            nl="verandering van onregelmatig werk na herstel (difference-in-differences)",
            en="change in irregular work after recovery (difference-in-differences)",
        ),
        claims=("C82",),
        topic="individual",
        variants=_percent(planted("vicious_circle", "recovery")),
        draw=rise,
        uses=(after_recovery, person_years),
        draws=500,
    ),
    Simulation(
        name="excess-of-both",
        title=Text(
            nl="overmaat van laag loon en veel onregelmatig werk samen boven hun som (RERI)",
            en="excess of low pay and much irregular work together above their sum (RERI)",
        ),
        claims=("C81",),
        topic="individual",
        variants={"favourable": 0.4, "null": 0.0, "reversed": -0.4},
        draw=excess,
        uses=(excess_risk, *_MODEL),
        draws=500,
    ),
)

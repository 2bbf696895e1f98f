"""Simulations of standing in a branch: shrinkage, places beside chance, joining and rebounding."""

import dataclasses

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import (
    chance_alone,
    firth,
    joining,
    participants,
    rebound,
    shrinkage,
    standing,
)
from analysis.methods.results import Absent
from analysis.methods.standing import Standing
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

#: Organisations of each branch, and how many of them take part.
_BRANCHES = ((120, 11), (60, 4), (45, 3))
_NAMES = ("vvt", "hospitals", "ghz")
_BETWEEN_SD = planted("organisation_sd")["favourable"]
#: SD of a year's own swing, and of a person-year; of logarithms.
_SHOCK_SD, _PERSON_YEAR_SD = 0.07, 2.5
_YEARS = standing.YEARS


def _branches() -> tuple[np.ndarray, np.ndarray]:
    """Return the branch of each organisation, and whether it is among those who may take part."""
    branch = np.repeat(np.arange(len(_BRANCHES)), [size for size, _ in _BRANCHES])
    first = np.concatenate([np.arange(size) < count for size, count in _BRANCHES])
    return branch, first


def _standing(
    level: np.ndarray,
    branch: np.ndarray,
    taking_part: np.ndarray,
    random: np.random.Generator,
    *,
    size: np.ndarray | None = None,
    years: int = _YEARS,
) -> Standing:
    """Draw the rates of some years around the levels."""
    size = np.full(len(level), 1300.0) if size is None else size
    sd = np.sqrt(_SHOCK_SD**2 + _PERSON_YEAR_SD**2 / size)[:, None]
    logs = level[:, None] + sd * random.standard_normal((len(level), years))
    return Standing(
        measure="absence_rate",
        organisation=np.arange(len(branch)).astype(str),
        size_band=np.full(len(branch), "1000_to_2999"),
        region=np.full(len(branch), "noord"),
        branch=branch,
        branches=_NAMES,
        participant=taking_part,
        employees=size,
        rate=8 * np.exp(logs),
        size=np.repeat(size[:, None], years, axis=1),
        last=2023,
    )


def _moved(better: float, random: np.random.Generator) -> Standing:
    """Draw participants who do better by so many standard deviations of the lasting levels."""
    branch, mine = _branches()
    level = _BETWEEN_SD * (random.standard_normal(len(branch)) - better * mine)
    return _standing(level, branch, mine, random)


def place(better: float, random: np.random.Generator) -> Drawn:
    """Estimate how far the mean place of the participants lies from a half, in points."""
    found = _moved(better, random)
    other = dataclasses.replace(found, measure="turnover_rate")
    result = participants.mean_places(found, other, seed=int(random.integers(2**31)))
    row = drawn_from(result["absence"].frame.iloc[0], 0.0)
    noise = (_SHOCK_SD**2 + _PERSON_YEAR_SD**2 / 1300) / _YEARS
    ahead = stats.norm.cdf(better * _BETWEEN_SD / np.sqrt(2 * (_BETWEEN_SD**2 + noise)))
    # Beside another participant, a participant is better half of the time.
    others = np.average(
        [(size - count) / (size - 1) for size, count in _BRANCHES],
        weights=[count for _, count in _BRANCHES],
    )
    truth = 100 * others * (ahead - 0.5)
    return Drawn(row.estimate - 50, row.ci_low - 50, row.ci_high - 50, row.p_value, truth)


def place_by_count(better: float, random: np.random.Generator) -> Drawn:
    """Count who is better on one of two measures, beside a half: as the report does."""
    first, second = _moved(better, random), _moved(better, random)
    either = (first.less_than_branch() | second.less_than_branch())[first.participant]
    found = stats.binomtest(int(either.sum()), len(either), 0.5)
    low, high = found.proportion_ci()
    one = stats.norm.cdf(better)
    return Drawn(
        100 * (either.mean() - 0.5),
        100 * (low - 0.5),
        100 * (high - 0.5),
        found.pvalue,
        100 * (one - 0.5),
    )


def top(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much likelier participants are in the best quarter, when they are not."""
    found = _moved(truth, random)
    result = participants.excess_of_the_best(found, seed=int(random.integers(2**31)), draws=300)
    return no_answer(truth) if isinstance(result, Absent) else drawn_from(
        result["quarter"].frame.iloc[0], truth
    )  # fmt: skip


def _picked(sd: float, random: np.random.Generator) -> tuple[Standing, float, int]:
    """Draw organisations of all sizes, and pick the one with the lowest figure of a year."""
    branch, mine = _branches()
    level = sd * random.standard_normal(len(branch))
    size = np.exp(random.normal(6.5, 1.0, len(branch)))
    found = _standing(level, branch, mine, random, size=size)
    one = int(found.posterior(1).deviation.argmin())
    return found, float(level[one] - level[branch == branch[one]].mean()), one


def lowest_shrunken(sd: float, random: np.random.Generator) -> Drawn:
    """Estimate the level of the organisation with the lowest figure, by empirical Bayes."""
    found, truth, one = _picked(sd, random)
    known = found.posterior(1)
    reach = stats.norm.ppf(0.975) * known.sd[one]
    mean = known.mean[one]
    return Drawn(mean, mean - reach, mean + reach, np.nan, truth)


def lowest_as_it_is(sd: float, random: np.random.Generator) -> Drawn:
    """Take the lowest figure as it is, with the interval of chance alone."""
    found, truth, one = _picked(sd, random)
    known = found.posterior(1)
    rate, size = found.latest(1)
    reach = stats.norm.ppf(0.975) * np.sqrt(found.noise.variance(size)[one])
    own = known.deviation[one]
    return Drawn(own, own - reach, own + reach, np.nan, truth)


def joining_odds(logit: float, random: np.random.Generator) -> Drawn:
    """Estimate the log odds ratio of taking part per standard deviation of the level."""
    branch, _ = _branches()
    size = np.exp(random.normal(7.2, 0.8, len(branch)))
    level = _BETWEEN_SD * random.standard_normal(len(branch))
    found = _standing(level, branch, np.zeros(len(branch), dtype=bool), random, size=size)
    # About eighteen take part, whatever the slope.
    chance = stats.logistic.cdf(
        stats.logistic.ppf(0.085) + logit * joining.characteristics(found)["level"]
    )
    joined = random.random(len(branch)) < chance
    found = dataclasses.replace(found, participant=joined)
    result = joining.odds(found)
    if isinstance(result, Absent):
        return no_answer(logit)
    row = result["level"].frame.iloc[0]
    ends = np.log(row[["estimate", "ci_low", "ci_high"]].astype(float))
    return Drawn(*ends, float(row["p_value"]), logit)


def change(better: float, random: np.random.Generator) -> Drawn:
    """Forecast how participants change who were picked on their last year, in percent."""
    branch, mine = _branches()
    years = _YEARS + rebound.AHEAD
    level = _BETWEEN_SD * random.standard_normal(len(branch))
    found = _standing(level, branch, mine, random, years=years)
    rate = found.rate.copy()
    rate[:, -1] *= np.exp(-better * _BETWEEN_SD * mine)
    table = pd.DataFrame(
        {
            "organisation": np.repeat(found.organisation, years),
            "year": np.tile(np.arange(found.last - years + 1, found.last + 1), len(branch)),
            "branch": np.repeat(np.array(_NAMES)[branch], years),
            "size_band": "1000_to_2999",
            "region": "noord",
            "participant": np.repeat(mine.astype(int), years),
            "employees": np.repeat(found.employees, years),
            "person_years": found.size.ravel(),
            "absence_rate": rate.ravel(),
        }
    )
    result = rebound.expected_change(
        DataTable("organisation_years", table),
        "absence_rate",
        list(_NAMES),
        last=found.last,
        seed=int(random.integers(2**31)),
        draws=400,
    )
    noise = _SHOCK_SD**2 + _PERSON_YEAR_SD**2 / 1300
    lost = noise / (noise + _BETWEEN_SD**2)
    # The mean of a branch moves along with its participants.
    others = np.average(
        [1 - count / size for size, count in _BRANCHES], weights=[count for _, count in _BRANCHES]
    )
    truth = lost * others * better * _BETWEEN_SD
    if isinstance(result, Absent):
        return no_answer(truth)
    row = result["one_year"].frame.iloc[0]
    ends = np.log1p(row[["estimate", "ci_low", "ci_high"]].astype(float) / 100)
    return Drawn(*ends, float(row["p_value"]), truth)


#: Half a standard deviation, as planted: prior performance of the participants.
_HALF = {"favourable": 0.5, "null": 0.0, "reversed": -0.5}
_SHARED = (chance_alone, participants, shrinkage, standing)
_PLACE = Text(
    nl="plaats van de deelnemers in hun branche, min de helft, in procentpunten",
    en="place of the participants in their branch, less a half, in percentage points",
)
_LOWEST = Text(
    nl="blijvend niveau van de organisatie met het laagste cijfer van een jaar (logschaal)",
    en="lasting level of the organisation with the lowest figure of a year (log scale)",
)

SIMULATIONS = (
    Simulation(
        name="participants-place",
        title=_PLACE,
        claims=("C56",),
        topic="organisation",
        variants=_HALF,
        draw=place,
        uses=_SHARED,
    ),
    Simulation(
        name="participants-place-naive-count",
        title=Text(
            nl="aandeel van de deelnemers dat op verzuim of verloop beter is dan de branche, naast "
            "de helft",
            en="share of participants better than the branch on absence or turnover, beside a half",
        ),
        claims=("C56",),
        topic="organisation",
        variants=_HALF,
        draw=place_by_count,
        uses=_SHARED,
        naive=True,
    ),
    Simulation(
        name="participants-best-quarter",
        title=Text(
            nl="kans op het beste kwart van de branche boven wat toeval geeft, zonder selectie",
            en="probability of the best quarter of the branch above chance, without selection",
        ),
        claims=("C57",),
        topic="organisation",
        variants={"null": 0.0},
        draw=top,
        uses=_SHARED,
    ),
    Simulation(
        name="organisation-shrunken",
        title=_LOWEST,
        claims=("C57",),
        topic="organisation",
        variants={"favourable": _BETWEEN_SD},
        draw=lowest_shrunken,
        uses=(shrinkage, standing),
        null=None,
    ),
    Simulation(
        name="organisation-shrunken-naive",
        title=Text(
            nl=f"{_LOWEST.nl}, zonder toeval eruit te halen",
            en=f"{_LOWEST.en}, without taking chance out",
        ),
        claims=("C57",),
        topic="organisation",
        variants={"favourable": _BETWEEN_SD},
        draw=lowest_as_it_is,
        uses=(shrinkage, standing),
        null=None,
        naive=True,
    ),
    Simulation(
        name="participation-odds",
        title=Text(
            nl="log odds ratio van deelname per standaarddeviatie van het niveau vooraf (Firth)",
            en="log odds ratio of taking part per standard deviation of the level before (Firth)",
        ),
        claims=("C58",),
        topic="organisation",
        variants=planted("participation"),
        draw=joining_odds,
        uses=(firth, joining, standing),
    ),
    Simulation(
        name="expected-rebound",
        title=Text(
            nl="verwachte verandering van deelnemers zonder programma (logschaal)",
            en="expected change of participants without a programme (log scale)",
        ),
        claims=("C58",),
        topic="organisation",
        variants=_HALF,
        draw=change,
        uses=(rebound, standing),
    ),
)

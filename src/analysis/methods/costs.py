"""Costs of turnover and absence: ranges propagated by Monte Carlo.

Method: draws from the stated distributions, a uniform one for a range and a triangular one where
the middle is stated; the estimate is the mean of the draws and the interval their 2.5th and 97.5th
percentile (JCGM 101:2008, Propagation of distributions using a Monte Carlo method).
"""

from typing import Protocol

import numpy as np

from analysis import formats
from analysis.languages import Text
from analysis.methods.results import Estimates, absent_passes_through, estimates, joined

PERCENTILES = (2.5, 97.5)
ASSUMED = Text(
    nl="aanname van deze editie: het midden en de hele spreiding; geen meting",
    en="assumption of this edition: the middle and the whole range; not measured",
)


class Range(Protocol):
    """A low and a high end, and perhaps the value in between that is most likely."""

    low: float
    high: float
    mode: float | None


def draw(spread: Range, *, size: int, random: np.random.Generator) -> np.ndarray:
    """Draw ``size`` values: triangular where the mode is stated, uniform otherwise."""
    if spread.low == spread.high:
        return np.full(size, spread.low)
    if spread.mode is None:
        return random.uniform(spread.low, spread.high, size)
    return random.triangular(spread.low, spread.mode, spread.high, size)


@absent_passes_through
def turnover_cost(
    leavers: Estimates, cost_per_leaver_euro: Range, *, simulations: int, seed: int
) -> Estimates:
    """Cost of the leavers of one year, in billions of euros.

    Parameters
    ----------
    leavers
        One row, in thousands of people.
    cost_per_leaver_euro
        Assumed cost of one leaver.
    """
    leaving = leavers.frame.iloc[0]
    random = np.random.default_rng(seed)
    people = _around(leaving["estimate"], leaving["half_step"], simulations, random) * 1e3
    draws = people * draw(cost_per_leaver_euro, size=simulations, random=random) / 1e9
    return _summary(draws, leavers, unit="billion_euro", period=leaving["period"])


@absent_passes_through
def absence_cost(
    ill: Estimates,
    cost_factor: Range,
    annual_salary_euro: Range,
    part_time_factor: Range,
    *,
    simulations: int,
    seed: int,
) -> Estimates:
    """Cost of a year in which ``ill`` thousand people are absent on average, in billion euros.

    Parameters
    ----------
    ill
        One row, in thousands of people, who mostly work part-time.
    cost_factor
        Assumed cost of a year of absence as a multiple of the salary.
    annual_salary_euro
        Assumed full-time yearly wage costs.
    part_time_factor
        Assumed mean part-time factor.
    """
    absent = ill.frame.iloc[0]
    random = np.random.default_rng(seed)
    draws = _around(absent["estimate"], absent["half_step"], simulations, random) / 1e6
    for spread in (cost_factor, annual_salary_euro, part_time_factor):
        draws = draws * draw(spread, size=simulations, random=random)
    return _summary(draws, ill, unit="billion_euro", period=absent["period"])


def cost_per_sick_employee(
    cost_factor: Range, annual_salary_euro: Range, *, simulations: int, seed: int
) -> Estimates:
    """Cost of one full-time year of absence, in euros; rests on assumptions alone."""
    random = np.random.default_rng(seed)
    factor = draw(cost_factor, size=simulations, random=random)
    salary = draw(annual_salary_euro, size=simulations, random=random)
    return _summary(factor * salary, None, unit="euro", period="")


class Assumed(Protocol):
    """The assumptions of an edition that say what a departure or a year of absence is worth."""

    cost_per_leaver_euro: Range
    absence_cost_factor: Range
    annual_salary_euro: Range
    part_time_factor: Range
    cover_share: Range
    cover_price: Range


def worth_of_absence(
    assumed: Assumed, *, size: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw what a year of absence of one employee is worth, in euros, by who looks at what.

    Employees mostly work part-time. With f the part-time factor, w the full-time wage costs, k the
    cost factor, s the part for which cover is bought and p its price:

    - ``averted`` (employer): f·w·k, with the wages that are paid either way;
    - ``cash`` (employer): f·w·s·p, the bill for cover;
    - ``society``: f·w·(1 − s + s·p), work that is done again, valued at its wages, and hired people
      who can do other work.
    """
    paid = draw(assumed.part_time_factor, size=size, random=random)
    paid = paid * draw(assumed.annual_salary_euro, size=size, random=random)
    factor = draw(assumed.absence_cost_factor, size=size, random=random)
    covered = draw(assumed.cover_share, size=size, random=random)
    cover = covered * draw(assumed.cover_price, size=size, random=random)
    return {
        "averted": paid * factor,
        "cash": paid * cover,
        "society": paid * (1 - covered + cover),
    }


def unit_values(assumed: Assumed, *, simulations: int, seed: int) -> Estimates:
    """Return what one departure and a year of absence of one employee are worth.

    Terms ``absence_averted``, ``absence_cash``, ``absence_society`` and ``leaver`` in euros, and
    ``part_time_factor``.
    """
    random = np.random.default_rng(seed)
    size = {"size": simulations, "random": random}
    drawn = {f"absence_{name}": worth for name, worth in worth_of_absence(assumed, **size).items()}
    drawn["leaver"] = draw(assumed.cost_per_leaver_euro, **size)
    drawn["part_time_factor"] = draw(assumed.part_time_factor, **size)
    return joined(
        *(
            _summary(
                draws, None, unit="ratio" if term == "part_time_factor" else "euro", period="",
                term=term,
            )
            for term, draws in drawn.items()
        )
    )  # fmt: skip


def cost_per_leaver(cost_per_leaver_euro: Range, *, simulations: int, seed: int) -> Estimates:
    """Cost of one leaver, in euros; rests on an assumption alone."""
    random = np.random.default_rng(seed)
    draws = draw(cost_per_leaver_euro, size=simulations, random=random)
    return _summary(draws, None, unit="euro", period="")


def assumed(spread: Range, *, unit: str, period: str = "", scale: float = 1.0) -> Estimates:
    """Return an assumption itself: the mean of its range, and the range where it has one.

    Parameters
    ----------
    period
        For which it is meant.
    scale
        Number of ``unit`` in one of the assumption's own.
    """
    ends = {"ci_low": spread.low * scale, "ci_high": spread.high * scale}
    row = {"term": "value", "estimate": mean_of(spread) * scale, "n": 0, "period": period}
    row |= ends if spread.low < spread.high else {"half_step": 0.0}
    return estimates([row], tables=("assumptions",), method=ASSUMED, unit=unit)


def mean_of(spread: Range) -> float:
    """Return the mean of an assumed range: uniform, or triangular where the middle is stated."""
    if spread.mode is None:
        return (spread.low + spread.high) / 2
    return (spread.low + spread.mode + spread.high) / 3


@absent_passes_through
def avoided_leavers(leavers: Estimates, pensioners: Estimates, avoidable_share: Range) -> Estimates:
    """Leavers of a year that a share of the departures before retirement stands for, in thousands.

    An upper bound of the unwanted departures: the sources do not tell wanted from unwanted.
    """
    out, retired = (part.frame.iloc[0] for part in (leavers, pensioners))
    before = out["estimate"] - retired["estimate"]
    step = out["half_step"] + retired["half_step"]
    low = avoidable_share.low * (before - step)
    high = avoidable_share.high * (before + step)
    return estimates(
        [
            {
                "term": "value",
                "estimate": (avoidable_share.low + avoidable_share.high) / 2 * before,
                "n": 2,
                "unit": "thousand",
                "period": min(out["period"], retired["period"]),
                "half_step": (high - low) / 2,
            }
        ],
        tables=tuple(sorted({"assumptions", *leavers.tables, *pensioners.tables})),
        method=Text(
            nl=(
                "aangenomen deel van de vertrekkers vóór pensioen; een rekensom, geen voorspelling"
            ),
            en="assumed share of the leavers before retirement; a calculation, not a forecast",
        ),
    )


def _around(
    estimate: float, half_step: float, size: int, random: np.random.Generator
) -> np.ndarray:
    return random.uniform(estimate - half_step, estimate + half_step, size)


def _summary(
    draws: np.ndarray, source: Estimates | None, *, unit: str, period: str, term: str = "value"
) -> Estimates:
    low, high = np.percentile(draws, PERCENTILES)
    return estimates(
        [
            {
                "term": term,
                "estimate": draws.mean(),
                "ci_low": low,
                "ci_high": high,
                "n": 0 if source is None else source.frame["n"].iloc[0],
                "unit": unit,
                "period": period,
            }
        ],
        tables=tuple(sorted({"assumptions", *(source.tables if source else ())})),
        method=Text(
            nl=(
                f"{formats.number(len(draws), 'nl', decimals=0)} trekkingen uit de aangenomen "
                "spreiding (Monte Carlo); het interval omvat 95% van de uitkomsten; de spreiding "
                "geldt voor het gemiddelde van alle gevallen"
            ),
            en=(
                f"{formats.number(len(draws), 'en', decimals=0)} draws from the assumed spread "
                "(Monte Carlo); the interval holds 95% of the outcomes; the range is that of the "
                "mean over all cases"
            ),
        ),
    )

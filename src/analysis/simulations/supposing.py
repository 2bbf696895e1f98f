"""Simulations of scenarios: rates of a branch, and ranges that hold what they were drawn from.

The range of an amount holds 95% of what the assumptions allow. So one draw from them, taken as the
truth, should lie in it as often.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, costs, exit_rate
from analysis.simulations.base import Drawn, Simulation, drawn_from

ORGANISATIONS = 60
#: How far organisations differ in leaving (SD of the logarithm of the odds).
_BETWEEN = 0.3
_YEAR = 2025


def branch_exit(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the share of a branch that leaves before retirement, in percent."""
    odds = np.log(truth / (100 - truth)) + random.normal(0, _BETWEEN, ORGANISATIONS)
    chance = 1 / (1 + np.exp(-odds))
    # The mean over organisations is not that of the middle one.
    chance *= truth / 100 / _mean_chance(truth)
    at_risk = random.poisson(np.exp(random.normal(np.log(400), 0.5, ORGANISATIONS))) + 1
    leavers = random.binomial(at_risk, chance)
    other_sector = random.binomial(leavers, 0.5)
    frame = pd.DataFrame(
        {
            "organisation": np.arange(ORGANISATIONS).astype(str),
            "year": _YEAR,
            "branch": "vvt",
            "employees_at_start": at_risk,
            "to_other_sector": other_sector,
            "to_inactive": leavers - other_sector,
        }
    )
    table = DataTable("organisation_years", frame)
    return drawn_from(exit_rate.by_branch(table, ["vvt"], last=_YEAR).frame.iloc[0], truth)


def _mean_chance(truth: float) -> float:
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    odds = np.log(truth / (100 - truth)) + _BETWEEN * nodes
    return float((weights / (1 + np.exp(-odds))).sum() / weights.sum())


@dataclass(frozen=True)
class _Range:
    low: float
    high: float
    mode: float | None = None


@dataclass(frozen=True)
class _Assumed:
    """Ranges as wide as those of an edition."""

    cost_per_leaver_euro: _Range = _Range(25e3, 45e3)
    absence_cost_factor: _Range = _Range(1.0, 2.5, 1.5)
    annual_salary_euro: _Range = _Range(45e3, 45e3)
    part_time_factor: _Range = _Range(0.6, 0.75)
    cover_share: _Range = _Range(0.25, 0.75)
    cover_price: _Range = _Range(1.0, 1.5)


def saved_on_cover(percent: float, random: np.random.Generator) -> Drawn:
    """Estimate what a fall of absence saves on cover per employee, in euros."""
    true = costs.worth_of_absence(_Assumed(), size=1, random=random)["cash"][0]
    seed = int(random.integers(2**31))
    row = costs.unit_values(_Assumed(), simulations=4000, seed=seed).frame.set_index("term")
    # Of a hundred employees eight are absent; the range scales with the fall.
    steps = 0.08 * percent / 100
    found = steps * row.loc["absence_cash", ["estimate", "ci_low", "ci_high"]].astype(float)
    return Drawn(*found, np.nan, float(steps * true))


SIMULATIONS = (
    Simulation(
        name="branch-exit",
        title=Text(
            nl="aandeel van een branche dat de sector vóór pensioen verlaat",
            en="share of a branch that leaves the sector before retirement",
        ),
        claims=("C101",),
        topic="description",
        variants={"favourable": 9.0, "null": 6.0, "reversed": 12.0},
        draw=branch_exit,
        uses=(exit_rate, clusters),
        null=None,
    ),
    Simulation(
        name="saved-on-cover",
        title=Text(
            nl="besparing op vervanging bij een daling van het verzuim, uit aangenomen spreidingen",
            en="saving on cover with a fall of absence, from assumed ranges",
        ),
        claims=("C101",),
        topic="description",
        variants={"favourable": 25.0, "null": 5.0, "reversed": 50.0},
        draw=saved_on_cover,
        uses=(costs,),
        null=None,
    ),
)

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from analysis.languages import Text
from analysis.methods import costs
from analysis.methods.results import Absent, estimates

DRAWS = {"simulations": 400_000, "seed": 1}


@dataclass(frozen=True)
class Spread:
    low: float
    high: float
    mode: float | None = None


PER_LEAVER = Spread(25_000, 45_000)
FACTOR = Spread(1.0, 2.5, 1.5)
SALARY = Spread(45_000, 45_000)


def thousand(value, half_step=0.0):
    return estimates(
        [{"term": "value", "estimate": value, "n": 1, "unit": "thousand", "period": "2025KW02",
          "half_step": half_step}],
        tables=("flows",),
        method=Text(nl="m", en="m"),
    )  # fmt: skip


def only(result):
    return result.frame.iloc[0]


@pytest.mark.parametrize(
    ("leavers", "mean", "low", "high"), [(155, 5.4, 4.0, 6.9), (136, 4.8, 3.5, 6.1)]
)
def test_cost_of_leavers_matches_the_published_sum(leavers, mean, low, high):
    """Plant P25: 155 thousand leavers cost 5.4 (4.0 to 6.9) billion euros, 136 thousand 4.8."""
    row = only(costs.turnover_cost(thousand(leavers), PER_LEAVER, **DRAWS))
    assert row["estimate"] == pytest.approx(mean, abs=0.05)
    assert row["ci_low"] == pytest.approx(low, abs=0.06)
    assert row["ci_high"] == pytest.approx(high, abs=0.06)


def test_means_and_percentiles_are_the_analytic_ones():
    """A uniform range has mean (a+b)/2; a triangular one (a+c+b)/3, and known percentiles."""
    uniform = only(costs.cost_per_leaver(PER_LEAVER, **DRAWS))
    assert uniform["estimate"] == pytest.approx(35_000, rel=1e-3)
    assert uniform["ci_low"] == pytest.approx(25_500, rel=2e-3)
    assert uniform["ci_high"] == pytest.approx(44_500, rel=2e-3)
    triangle = stats.triang(c=(1.5 - 1) / (2.5 - 1), loc=1, scale=1.5)
    row = only(costs.cost_per_sick_employee(FACTOR, SALARY, **DRAWS))
    assert row["estimate"] == pytest.approx(45_000 * triangle.mean(), rel=2e-3)
    assert row["ci_low"] == pytest.approx(45_000 * triangle.ppf(0.025), rel=5e-3)
    assert row["ci_high"] == pytest.approx(45_000 * triangle.ppf(0.975), rel=5e-3)


def test_equal_seeds_give_equal_results_and_others_hardly_differ():
    first = only(costs.turnover_cost(thousand(155), PER_LEAVER, **DRAWS))["estimate"]
    again = only(costs.turnover_cost(thousand(155), PER_LEAVER, **DRAWS))["estimate"]
    other = only(costs.turnover_cost(thousand(155), PER_LEAVER, simulations=400_000, seed=2))[
        "estimate"
    ]
    assert first == again
    assert first != other
    assert first == pytest.approx(other, rel=1e-3)


def test_illness_of_a_year():
    part_time = Spread(0.6, 0.8)
    row = only(costs.absence_cost(thousand(100), FACTOR, SALARY, part_time, **DRAWS))
    assert row["estimate"] == pytest.approx(100e3 * 45_000 * 5 / 3 * 0.7 / 1e9, rel=2e-3)


def test_a_known_range_is_not_spread():
    random = np.random.default_rng(1)
    assert set(costs.draw(SALARY, size=10, random=random)) == {45_000}


def test_departures_that_a_share_stands_for():
    """A quarter of 155 − 19 thousand is 34 thousand."""
    result = costs.avoided_leavers(thousand(155, 0.05), thousand(19, 0.05), Spread(0.25, 0.25))
    row = only(result)
    assert row["estimate"] == pytest.approx(34)
    assert row["half_step"] == pytest.approx(0.025)
    assert result.tables == ("assumptions", "flows")


def test_absence_passes_through():
    gap = Absent(("moves",))
    assert costs.turnover_cost(gap, PER_LEAVER, **DRAWS) == gap
    assert costs.avoided_leavers(thousand(155), gap, Spread(0.25, 0.25)) == gap

"""Steps of a scenario: what they are made of, and that the ends of a range scale with them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analysis.edition import read_edition
from analysis.languages import Text
from analysis.methods import costs, earning_back, scenarios
from analysis.methods.results import Absent, estimates
from analysis.methods.scenarios import Position

ASSUMED = read_edition("2025").assumptions
DRAWS = {"simulations": 400_000, "seed": 1}
ORDER = ("before_pension", "other_sector", "employer")


def thousands(table="t", **values):
    return estimates(
        [
            {"term": term, "estimate": value, "n": 1, "unit": "thousand", "period": "2025JJ00",
             "half_step": 0.05}
            for term, value in values.items()
        ],
        tables=(table,),
        method=Text(nl="m", en="m"),
    )  # fmt: skip


OUTFLOW = thousands("flows", value=155)
MOVES = thousands("moves", to_pension=19, to_other_sector=65, within_branch=75, between_branches=70)
COUNTS = thousands(employees=1500, ill=112, open_vacancies=56, new_vacancies=190)


@pytest.fixture(scope="module")
def values():
    return costs.unit_values(ASSUMED, **DRAWS)


@pytest.fixture(scope="module")
def steps(values):
    return scenarios.steps(COUNTS, scenarios.readings(OUTFLOW, MOVES), values, order=ORDER)


def row(found, term):
    return found.frame.set_index("term").loc[term]


def test_each_outcome_is_of_the_period_of_what_it_is_made_of(values):
    counts = estimates(
        [
            {"term": term, "estimate": value, "n": 1, "unit": "thousand", "period": period,
             "half_step": 0.05}
            for term, value, period in (
                ("employees", 1482, "2024JJ00"), ("ill", 111, "2024JJ00"),
                ("open_vacancies", 56, "2025KW02"), ("new_vacancies", 190, "2023JJ00"),
            )
        ],
        tables=("t",),
        method=Text(nl="m", en="m"),
    )  # fmt: skip
    found = scenarios.steps(counts, scenarios.readings(OUTFLOW, MOVES), values, order=ORDER)
    periods = found.frame.set_index("term")["period"]
    assert periods["ill"] == periods["fte_of_vacancies"] == periods["bill"] == "2024JJ00"
    assert periods["kept.employer"] == periods["turnover_averted.employer"] == "2025JJ00"
    assert periods["kept_of_vacancies.employer"] == "2023JJ00"
    table = scenarios.falls(found, (5, 25), reading="employer", chosen=("ill", "kept"))
    assert set(table.frame["period"]) == {"2024JJ00"}, "side by side, as old as the oldest"


def test_readings_of_unwanted_add_up_from_what_is_published():
    found = scenarios.readings(OUTFLOW, MOVES)
    assert list(found.frame["estimate"]) == [136, 65, 136 + 75 + 70]
    assert row(found, "employer")["half_step"] == pytest.approx(0.2)
    assert found.tables == ("flows", "moves")


def test_a_quarter_fewer_unwanted_departures(steps):
    """Plant P25: 136 thousand cost 4.8 billion (3.5 to 6.1), a quarter of them 1.19 (.87 to 1.51)."""
    at = Position(absence=0, exit=25, cost=0, years=1)
    value, low, high = scenarios.at(steps.frame, "turnover_averted.before_pension", at)
    assert value == pytest.approx(34_000 * 35_000 / 1e6, rel=1e-3), "mean of a uniform range"
    assert (value, low, high) == pytest.approx((1190, 870, 1510), rel=5e-3)
    whole = Position(absence=0, exit=100, cost=0, years=1)
    found = scenarios.at(steps.frame, "turnover_averted.before_pension", whole)
    assert found == pytest.approx((4760, 3470, 6050), rel=5e-3)


def test_ranges_scale_exactly_because_quantiles_do():
    """The quantiles of a times X are a times those of X; of a sum they are not."""
    random = np.random.default_rng(3)
    worth = costs.worth_of_absence(ASSUMED, size=20_000, random=random)["cash"]
    ends = np.percentile(worth, costs.PERCENTILES)
    assert np.percentile(7.3 * worth, costs.PERCENTILES) == pytest.approx(7.3 * ends, rel=1e-12)
    assert np.percentile(7.3 * worth - 5, costs.PERCENTILES) == pytest.approx(
        7.3 * ends - 5, rel=1e-12
    )
    assert np.percentile(1 / worth, costs.PERCENTILES) == pytest.approx(1 / ends[::-1], rel=1e-3)


def test_people_vacancies_and_full_time_jobs(steps):
    assert row(steps, "ill")["estimate"] == 1120
    assert row(steps, "fte")["estimate"] == pytest.approx(1120 * 0.675, rel=1e-3)
    assert row(steps, "fte_of_vacancies")["estimate"] == pytest.approx(1120 * 0.675 / 560, rel=1e-3)
    assert row(steps, "kept.other_sector")["estimate"] == 650
    assert row(steps, "kept_of_vacancies.before_pension")["estimate"] == pytest.approx(136 / 190)


def test_cash_is_less_than_what_is_averted_and_society_counts_work_again():
    random = np.random.default_rng(1)
    worth = costs.worth_of_absence(ASSUMED, size=10_000, random=random)
    assert (worth["cash"] < worth["society"]).all(), "cover is a part of all work that is lost"
    wages = 0.675 * 45_000
    assert worth["averted"].mean() == pytest.approx(wages * 5 / 3, rel=0.02)
    assert worth["cash"].mean() == pytest.approx(wages * 0.5 * 1.25, rel=0.02)
    assert worth["society"].mean() == pytest.approx(wages * (1 - 0.5 + 0.5 * 1.25), rel=0.02)


def test_break_even_is_where_saving_and_bill_are_equal(steps):
    at = Position(absence=0, exit=0, cost=200, years=1)
    for name in ("averted", "cash"):
        needed, low, high = scenarios.at(steps.frame, f"break_even_{name}", at)
        there = Position(absence=needed, exit=0, cost=200, years=1)
        net = scenarios.at(steps.frame, f"absence_{name}", there, less="bill")
        assert net[0] == pytest.approx(0, abs=1e-2)
        best = Position(absence=low, exit=0, cost=200, years=1)
        assert scenarios.at(steps.frame, f"absence_{name}", best, less="bill")[2] == pytest.approx(
            0, abs=1e-2
        )
        assert low < needed < high


def test_years_add_up_along_a_straight_line(steps):
    """To 20 percent in four years: 5 + 10 + 15 + 20 percent; the bill comes every year."""
    at = Position(absence=20, exit=0, cost=100, years=4)
    one = row(steps, "absence_cash")["estimate"]
    assert scenarios.at(steps.frame, "absence_cash", at, summed=True)[0] == pytest.approx(50 * one)
    bill = scenarios.at(steps.frame, "bill", at, summed=True)[0]
    assert bill == pytest.approx(4 * 1500 * 100 / 1000)
    net = scenarios.at(steps.frame, "absence_cash", at, summed=True, less="bill")
    assert net[0] == pytest.approx(50 * one - bill)


def test_falls_are_multiples_of_a_step(steps):
    table = scenarios.falls(steps, (5, 25), reading="other_sector", chosen=("kept", "absence_cash"))
    cells = table.frame.set_index(["group", "measure"])["value"]
    assert cells["at_5", "kept"] == 5 * 650
    assert cells["at_25", "absence_cash_low"] == 25 * row(steps, "absence_cash")["ci_low"]
    assert ("at_5", "kept_low") not in cells.index, "a published number has no interval"


def test_a_thousand_employees_of_a_branch(values):
    absence = pd.DataFrame({"term": ["vvt"], "estimate": [8.0]})
    exits = pd.DataFrame({"term": ["vvt", "ggz"], "estimate": [9.0, 10.0]})
    found = scenarios.of_a_thousand(absence, exits, values.frame).set_index("term")
    assert found.loc["ill_of_thousand.vvt", "estimate"] == pytest.approx(0.8), "1% of 80 people"
    assert found.loc["kept_of_thousand.ggz", "estimate"] == 1.0
    assert found.loc["turnover_of_thousand.vvt", "estimate"] == pytest.approx(
        0.9 * 35_000, rel=1e-3
    )
    assert "ill_of_thousand.ggz" not in found.index, "a hidden rate has no outcome"


def test_a_missing_source_passes_through(values):
    gap = Absent(("flows",))
    assert scenarios.readings(gap, MOVES) == gap
    steps = scenarios.steps(COUNTS, gap, values, order=ORDER)
    assert steps == gap
    at = Position(absence=25, exit=25, cost=0, years=1)
    assert scenarios.reached(steps, at, ["ill"]) == gap
    assert scenarios.falls(steps, (5,), reading="employer", chosen=("ill",)) == gap


def test_nobody_ill_or_no_vacancy_gives_no_outcome(values):
    unwanted = scenarios.readings(OUTFLOW, MOVES)
    for none in (0.0, np.nan):
        counts = thousands(employees=1500, ill=112, open_vacancies=none, new_vacancies=190)
        assert isinstance(scenarios.steps(counts, unwanted, values, order=ORDER), Absent)
        ill, employees = thousands(value=none), thousands(value=1000)
        found = earning_back.break_even(ill, employees, ASSUMED, simulations=1000, seed=1)
        assert found == Absent(("assumptions", "t"))
        assert earning_back.swings(ill, employees, ASSUMED) == Absent(("assumptions", "t"))


# --- earning back ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fixed:
    """An assumption without spread."""

    low: float
    mode: float | None = None

    @property
    def high(self):
        return self.low


@dataclass(frozen=True)
class Known:
    """Assumptions that are known exactly, but for the part that is covered."""

    cost_per_leaver_euro: object = Fixed(35_000)
    absence_cost_factor: object = Fixed(1.5)
    annual_salary_euro: object = Fixed(50_000)
    part_time_factor: object = Fixed(0.8)
    cover_share: object = Fixed(0.5)
    cover_price: object = Fixed(1.0)
    avoidable_share: object = Fixed(0.25)
    intervention_cost_per_employee_euro: object = Fixed(300)


def test_break_even_of_known_costs_is_a_fraction():
    """At 8% absence of 40 thousand euros: 3,200 an employee, of which half in cash."""
    ill, employees = thousands(value=80), thousands(value=1000)
    found = earning_back.break_even(ill, employees, Known(), simulations=1000, seed=1)
    assert row(found, "averted")["estimate"] == pytest.approx(100 * 300 / 4800, rel=1e-3)
    assert row(found, "cash")["estimate"] == pytest.approx(100 * 300 / 1600, rel=1e-3)
    ends = row(found, "cash")[["ci_low", "ci_high"]]
    assert list(ends) == pytest.approx([18.75, 18.75], rel=2e-3), "only rounding is left"


def test_swings_move_one_assumption_and_are_sorted():
    ill, employees = thousands(value=80), thousands(value=1000)
    found = earning_back.swings(ill, employees, ASSUMED)
    terms = found.frame.set_index("term")["estimate"]
    pairs = list(dict.fromkeys(term.partition(".")[0] for term in terms.index[1:]))
    widths = [abs(terms[f"{name}.high"] - terms[f"{name}.low"]) for name in pairs]
    assert widths == sorted(widths, reverse=True)
    assert terms["fall.low"] == -200, "without a fall only the bill is left"
    assert terms["fall.high"] == terms["base"], "the ambition is where the others are"
    saved = 0.25 * 0.08 * 0.675 * 45_000 * 1.25
    assert terms["cover_share.high"] == pytest.approx(saved * 0.75 - 200)
    assert "annual_salary_euro" not in pairs, "what has no spread does not move"


def test_the_middle_of_the_swings_is_the_mean_of_the_draws():
    ill, employees = thousands(value=80), thousands(value=1000)
    base = earning_back.swings(ill, employees, ASSUMED).frame["estimate"].iloc[0]
    random = np.random.default_rng(1)
    cash = costs.worth_of_absence(ASSUMED, size=400_000, random=random)["cash"]
    assert base == pytest.approx(0.25 * 0.08 * cash.mean() - 200, rel=5e-3)

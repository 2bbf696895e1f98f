"""Scenarios in whole worlds: branches come back, and what is calculated follows what it rests on.

Published totals are the same in every world, and what a fall is worth is assumed. So the fall that
earns interventions back is the same in all three, and turns with the assumptions and with absence.
"""

import pytest

from analysis.claims.register import read_register
from analysis.dataset import DataTable
from analysis.edition import read_edition
from analysis.methods import absence_rate, earning_back, exit_rate, series
from analysis.sources.delivery import read_tables
from analysis.sources.vocabulary import BRANCHES, FOUR_BRANCHES
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR

ASSUMED = read_edition("2025").assumptions
DRAWS = {"simulations": 100_000, "seed": 1}


def cash(ill, employees, assumed=ASSUMED):
    """Return the fall of absence that earns the cost back in cash, with its range."""
    found = earning_back.break_even(ill, employees, assumed, **DRAWS)
    return found.frame.set_index("term").loc["cash"]


def costing(low, high):
    spread = ASSUMED.intervention_cost_per_employee_euro.model_copy(
        update={"low": low, "high": high}
    )
    return ASSUMED.model_copy(update={"intervention_cost_per_employee_euro": spread})


def test_exits_of_branches_are_those_of_the_world(world):
    table = world[1]["organisation_years"]
    found = exit_rate.by_branch(table, list(BRANCHES), last=YEAR).frame.set_index("term")
    assert set(found.index) == set(BRANCHES)
    newest = table.frame[table.frame["year"] == YEAR].groupby("branch").sum(numeric_only=True)
    exits = newest["to_other_sector"] + newest["to_inactive"]
    assert list(found["estimate"]) == pytest.approx(
        list((100 * exits / newest["employees_at_start"])[found.index]), rel=1e-12
    )
    rates = absence_rate.by_branch(table, list(FOUR_BRANCHES), year=YEAR)
    assert set(rates.frame["term"]) == set(FOUR_BRANCHES), "the sliders by branch have a rate"


def published(folder, *, absence=1.0):
    """Return people ill and employees of a world's published tables."""
    tables = {name: DataTable(name, one.frame) for name, one in read_tables(folder)[0].items()}
    frame = tables["absence"].frame
    less = DataTable("absence", frame.assign(value=frame["value"] * absence))
    ill = series.people_ill(less, tables["employment"], group="422400", last=YEAR)
    employees = series.of_same_period(
        ill, tables["employment"], "employees", frequency="year", group="sector"
    )
    return ill, employees


def test_the_break_even_fall_is_the_same_in_every_world_and_judges_nothing(make_world):
    """Published totals are the same; what cover and interventions cost, nobody measured."""
    falls = {tuple(cash(*published(make_world(name)))[["ci_low", "ci_high"]]) for name in WORLDS}
    assert len(falls) == 1
    assert read_register()["C101"].untestable is not None


def test_the_break_even_fall_turns_with_absence(make_world):
    """Where hardly anybody is ill, there is hardly anything to save."""
    folder = make_world("favourable")
    usual, less = cash(*published(folder)), cash(*published(folder, absence=0.1))
    assert less["estimate"] > 5 * usual["estimate"]


def test_who_chooses_the_cost_chooses_the_answer(make_world):
    """Why no rule judges it: ranges that differ alone put the ambition on either side."""
    ill, employees = published(make_world("favourable"))
    ambition = 100 * ASSUMED.avoidable_share.high
    assert cash(ill, employees, costing(20.0, 40.0))["ci_high"] < ambition
    assert cash(ill, employees, costing(900.0, 1200.0))["ci_low"] > ambition

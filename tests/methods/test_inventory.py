"""The inventory: counts with and without repeats, shares in three readings, and both readers."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import inventory
from analysis.methods.inventory import AIMS, AT_INDIVIDUAL, STATED
from analysis.methods.results import Absent

YEAR = {"year": 2025}


def table(size=81, **columns) -> DataTable:
    given = {
        "level": "individual",
        "aim": "recovery",
        "theme": "health",
        "overlaps": "none",
        "problem_stated": "no",
        "coder": "a",
    } | columns
    codes = [f"i{at}" for at in range(size)]
    return DataTable("interventions", pd.DataFrame({"intervention": codes, **given}))


def row(result, term):
    return result.frame.set_index("term").loc[term]


def test_wilson_interval_is_that_of_newcombe():
    # Newcombe (1998, Stat. Med. 17:857-872), table I: 81 of 263, method 3.
    yes = ["yes"] * 81 + ["no"] * 182
    found = row(inventory.shares(table(263, problem_stated=yes), STATED, **YEAR), "stated")
    assert found["ci_low"] == pytest.approx(25.53, abs=0.01)
    assert found["ci_high"] == pytest.approx(36.62, abs=0.01)


def test_repeats_count_once_and_only_when_the_other_is_in_the_list():
    overlaps = ["none", "i0", "i1", "i99", "i4"]
    found = inventory.counts(table(5, overlaps=overlaps), **YEAR)
    assert row(found, "highest")["estimate"] == 5
    assert row(found, "lowest")["estimate"] == 3, "one repeat of a repeat, one unknown, one itself"
    assert row(found, "lowest")["half_step"] == 0, "a complete count has no interval"


def test_both_levels_are_read_in_three_ways():
    level = ["individual"] * 6 + ["both"] * 2 + ["organisational"] * 2
    found = inventory.shares(table(10, level=level), AT_INDIVIDUAL, **YEAR)
    assert row(found, "as_individual")["estimate"] == pytest.approx(80)
    assert row(found, "as_organisational")["estimate"] == pytest.approx(60)
    assert row(found, "left_out")["estimate"] == pytest.approx(75)
    assert row(found, "left_out")["n"] == 8


def test_a_difference_of_two_shares_of_one_list_counts_their_covariance():
    aim = ["recovery"] * 50 + ["early"] * 30 + ["source"] * 20
    found = row(
        inventory.difference(
            table(100, aim=aim), AIMS["recovery"], AIMS["source"], term="less", **YEAR
        ),
        "less",
    )
    # Variance of a multinomial: (p1 + p2 - (p1 - p2)²) / n, not the sum of two binomials.
    reach = 1.959964 * np.sqrt((0.5 + 0.2 - 0.3**2) / 100)
    assert found["estimate"] == pytest.approx(30)
    assert found["ci_high"] == pytest.approx(100 * (0.3 + reach), abs=1e-4)


def test_the_first_reader_decides_and_both_are_shown():
    first = table(40, problem_stated=["yes"] * 10 + ["no"] * 30)
    second = table(40, problem_stated=["yes"] * 20 + ["no"] * 20, coder="b")
    both = DataTable(
        "interventions", pd.concat([second.frame, first.frame.iloc[:20], first.frame.iloc[20:]])
    )
    assert row(inventory.shares(both, STATED, **YEAR), "stated")["estimate"] == 25
    found = inventory.by_coder(both, STATED, **YEAR)
    assert row(found, "stated.first")["estimate"] == 25
    assert row(found, "stated.second")["estimate"] == 50
    alphas = inventory.agreements(both, **YEAR, seed=1, draws=50)
    assert set(alphas.frame["term"]) == {"problem_stated"}, "codes without differences have none"


@pytest.mark.parametrize("frame", [None, table(0).frame])
def test_without_a_list_there_is_no_result(frame):
    empty = DataTable("interventions", frame)
    for result in (
        inventory.counts(empty, **YEAR),
        inventory.shares(empty, AIMS, **YEAR),
        inventory.by_coder(empty, AIMS, **YEAR),
        inventory.agreements(empty, **YEAR, seed=1),
        inventory.difference(empty, AIMS["recovery"], AIMS["source"], term="less", **YEAR),
    ):
        assert result == Absent(("interventions",))

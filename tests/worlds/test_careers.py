"""What is planted about careers comes back, and the verdicts follow each world."""

import numpy as np
import pytest

from analysis.methods import career_course, career_states, early_leaving, young_leavers
from analysis.methods.results import joined, only
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

EXPERIENCED_LEAVERS = {
    "favourable": "supported", "null": "inconclusive", "reversed": "contradicted",
}  # fmt: skip
EARLY = {"favourable": "supported", "null": "contradicted", "reversed": "contradicted"}


@pytest.fixture(scope="module")
def people(world):
    tables = world[1]
    return career_states.years(
        tables["employment_years"], tables["careers"], first=YEAR - 6, last=YEAR
    )


@pytest.fixture(scope="module")
def course(people):
    steps = career_states.steps(people, career_states.ALL_CARE)
    return career_course.course(steps, seed=1, draws=100)


def test_leaving_early_is_recovered_and_claimed_where_it_is_planted(world, people):
    name, _ = world
    found = early_leaving.ratio(people)
    row = found.frame.iloc[0]
    # New people start where many leave, which raises the ratio somewhat where units differ.
    se = np.log(row["ci_high"] / row["ci_low"]) / (2 * 1.96)
    assert abs(np.log(row["estimate"] / WORLDS[name].early_exit)) < 3 * se
    assert (row["p_value"] < 0.01) == (name != "null")
    judged = verdict("C89", found)
    if name == "null":
        assert judged.judgement.verdict != "supported"
    else:
        assert judged.judgement.verdict == EARLY[name]
    assert ("vertrekt vaker" in judged.sentence("nl")) == (name == "favourable")


def test_without_memory_the_model_expects_too_many_only_where_it_is_planted(world, people):
    name, _ = world
    frame = early_leaving.landmarks(people, seed=1).frame.set_index("term")
    seen, expected = frame.loc["after_1.seen"], frame.loc["after_1.expected"]
    apart = {
        "favourable": seen["ci_high"] < expected["ci_low"],
        "null": seen["ci_low"] < expected["estimate"] < seen["ci_high"],
        "reversed": seen["ci_low"] > expected["ci_high"],
    }
    assert apart[name], "the first year shows what is planted"
    if name == "favourable":
        # The world aims at 62 % of all who enter, of whom these are the older ones.
        row = frame.loc["after_5.seen"]
        assert row["ci_low"] < 66
        assert row["ci_high"] > 60


def test_experienced_leavers_stay_away_but_where_they_are_planted_to_return(world):
    name, tables = world
    young = young_leavers.leavers(tables["careers"], ages=(25, 34), last=YEAR)
    experienced = young_leavers.experienced(young)
    returned = young_leavers.returned(young, seed=1)
    row = returned.frame.iloc[0]
    # Nobody comes back within the year of leaving: between four and five chances in five years;
    # those who retired do not come back.
    chance, planned = WORLDS[name].returning, WORLDS[name].destinations["pension"]
    retired = planned if name == "null" else 0.0
    low, high = (100 * (1 - retired) * (1 - (1 - chance) ** years) for years in (4, 5))
    se = (row["ci_high"] - row["ci_low"]) / (2 * 1.96)
    assert low - 3 * se < row["estimate"] < high + 3 * se
    judged = verdict("C85", joined(experienced, returned))
    assert judged.judgement.verdict == EXPERIENCED_LEAVERS[name]
    assert ("mist de sector dus" in judged.sentence("nl")) == (name == "favourable")


def test_shares_and_years_add_up_in_every_world(course):
    assert abs(course.shares.sum(axis=-1) - 1).max() < 1e-9
    frame = career_course.expected_years(course).frame.set_index("term")["estimate"]
    assert abs(frame.drop("working").sum() - (course.last - course.first)) < 1e-9
    ways = career_course.ways_out(course).frame.set_index("term")["estimate"]
    assert ways["together.naive"] > 100 >= ways["together.right"]


def test_return_is_what_keeps_people_in_the_sector(world, course):
    name, _ = world
    back = career_course.years_after(course, "other_sector", first=30, last=40)
    years = only(back, "working").frame["estimate"].iloc[0]
    assert (years > 2) == (name != "favourable")

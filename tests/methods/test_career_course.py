"""Careers from one age to another, from people of whom a few years are seen."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import (
    career_course,
    career_flows,
    career_states,
    early_leaving,
    thin_steps,
    young_leavers,
)
from analysis.methods.career_states import PLACE, UNSEEN, Years
from analysis.methods.results import Absent, only
from analysis.simulations import careers


@pytest.fixture(scope="module")
def steps():
    return careers._careers(0.1, np.random.default_rng(2))


@pytest.fixture(scope="module")
def course(steps):
    return career_course.course(steps, seed=1, first=25, last=45, draws=100)


def test_shares_at_each_age_add_up_to_everybody(course):
    assert abs(course.shares.sum(axis=-1) - 1).max() < 1e-9
    frame = career_course.occupied(course).frame
    assert abs(frame.groupby("measure")["value"].sum() - 100).max() < 1e-9
    assert set(frame["group"]) == {"temporary", "permanent", "other_sector", "inactive"}


def test_years_in_all_states_are_the_years_between_the_ages(course):
    frame = career_course.expected_years(course).frame.set_index("term")["estimate"]
    assert abs(frame.drop("working").sum() - 20) < 1e-9
    assert frame["working"] == pytest.approx(frame["temporary"] + frame["permanent"])
    until = career_course.expected_years(course, until=35).frame.set_index("term")["estimate"]
    assert abs(until.drop("working").sum() - 10) < 1e-9
    assert isinstance(career_course.expected_years(course, until=60), Absent)


def test_what_is_planted_is_recovered_from_careers_seen_in_part(course):
    row = only(career_course.expected_years(course), "working").frame.iloc[0]
    truth = careers._expected(0.1, first=np.eye(len(career_states.STATES))[PLACE["permanent"]])
    assert row["ci_low"] < truth < row["ci_high"]


@pytest.mark.parametrize("origin", ["temporary", "other_sector"])
def test_a_cohort_starts_in_the_state_that_is_asked_for(steps, origin):
    found = career_course.course(steps, seed=1, first=25, last=45, origin=origin, draws=5)
    assert found.start[:, PLACE[origin]] == pytest.approx(1)


def test_ways_out_apart_add_up_to_more_than_together(course):
    frame = career_course.ways_out(course).frame.set_index("term")["estimate"]
    for way in ("other_sector", "inactive"):
        assert frame[f"{way}.naive"] > frame[f"{way}.right"]
    assert frame["together.naive"] > 100 > frame["together.right"]


def test_who_is_out_comes_back_for_some_of_the_years(course):
    row = career_course.years_after(course, "other_sector", first=30, last=40).frame.iloc[0]
    assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"] < 10
    assert isinstance(career_course.years_after(course, "retired", first=30, last=40), Absent)
    assert isinstance(career_course.years_after(course, "inactive", first=30, last=60), Absent)


def test_destinations_of_an_age_are_shares_of_those_who_left_first(steps):
    found = career_course.ends(steps, bands={"young": (26, 34), "nobody": (80, 90)})
    frame = found.frame.set_index("term")["estimate"]
    assert list(frame.index) == ["young.other_sector", "young.inactive"]
    assert frame.sum() == pytest.approx(100)
    assert found.behind[0].numerator + found.behind[1].numerator == found.frame["n"].iloc[0]


def test_a_way_out_of_few_is_not_what_the_others_leave_over(steps):
    target = steps.target.copy()
    gone = np.flatnonzero(
        np.isin(target, [PLACE["other_sector"], PLACE["inactive"]])
        & np.isin(steps.origin, [PLACE["temporary"], PLACE["permanent"]])
        & (steps.age < 34)
    )
    target[gone[:5]] = PLACE["retired"]
    changed = career_states.Steps(
        steps.age, steps.origin, target, steps.cluster, steps.person, steps.year, "nursing"
    )
    frame = career_course.ends(changed, bands={"young": (26, 34)}).frame.set_index("term")
    assert list(frame.index) == ["young.other_sector", "young.inactive"]
    assert frame["estimate"].sum() == pytest.approx(100)


def test_functions_stand_side_by_side_and_those_with_few_people_are_left_out(course, steps):
    few = career_course.course(
        career_states.Steps(*(part[:20] for part in (
            steps.age, steps.origin, steps.target, steps.cluster, steps.person, steps.year,
        )), "care"), seed=1,
    )  # fmt: skip
    assert isinstance(few, Absent)
    both = career_course.by_function(
        {"nursing": course, "care": few}, series={"working": career_states.WORKING}
    )
    assert list(both.frame["term"]) == ["nursing.working"]
    assert isinstance(career_course.by_function({"care": few}, series={}), Absent)


def test_a_first_age_with_few_people_in_a_state_is_not_shown(course):
    assert course.begun.sum() > 0
    assert "at_25" in set(career_course.occupied(course).frame["measure"])
    for few, shown in ((9, False), (10, True), (0, True)):
        begun = course.begun.copy()
        begun[PLACE["temporary"]] = few
        frame = career_course.occupied(replace(course, begun=begun)).frame
        assert ("at_25" in set(frame["measure"])) == shown


def test_ages_that_are_shown_have_ten_moves_between_them(steps):
    thin = steps.person < 250
    few = career_states.Steps(
        steps.age[thin], steps.origin[thin], steps.target[thin], steps.cluster[thin],
        steps.person[thin], steps.year[thin], "nursing",
    )  # fmt: skip
    found = career_course.course(few, seed=1, first=25, last=45, draws=20)
    if not isinstance(found, Absent):
        times, _ = thin_steps.thinned(found.counts, found.shares[0])
        off = ~np.eye(len(career_states.STATES), dtype=bool)
        moved = found.counts[:, off].sum(axis=1)
        for one, other in zip(times, times[1:], strict=False):
            assert moved[one:other].sum() >= 10


def retiring(course, people, share):
    """Let a few people go from permanent work into retirement at thirty."""
    counts, shares = course.counts.copy(), course.shares.copy()
    permanent, retired = PLACE["permanent"], PLACE["retired"]
    counts[5, permanent, permanent] -= people
    counts[5, permanent, retired] += people
    shares[:, 6:, permanent] -= share
    shares[:, 6:, retired] += share
    return replace(course, counts=counts, shares=shares)


@pytest.mark.parametrize(("people", "steps_up"), [(1, False), (9, False), (10, True)])
def test_a_state_of_a_few_people_does_not_show_when_they_came(course, people, steps_up):
    frame = career_course.occupied(retiring(course, people, 0.004)).frame
    assert ("retired" in set(frame["group"])) == steps_up
    assert abs(frame.groupby("measure")["value"].sum() - 100).max() < 1e-9
    kept = career_course.occupied(course).frame
    assert set(frame["measure"]) == set(kept["measure"]), "a trifle costs no age"


def test_an_age_at_which_a_few_people_make_a_difference_is_not_shown(course):
    shown = set(career_course.occupied(retiring(course, 9, 0.02)).frame["measure"])
    assert shown == {"at_25", "at_28"}
    many = career_course.occupied(retiring(course, 10, 0.02)).frame
    assert {"at_31", "at_43"} <= set(many["measure"])


def stayers(count=600, organisations=20):
    """People of thirty who work for six years; a third goes to another sector in the third."""
    random = np.random.default_rng(4)
    state = np.full((count, 7), PLACE["permanent"])
    state[: count // 3, 3:] = PLACE["other_sector"]
    employer = np.broadcast_to(random.integers(0, organisations, count)[:, None], (count, 7)).copy()
    employer[count // 2 :, 5:] += organisations
    employer[state == PLACE["other_sector"]] = UNSEEN
    branch = np.where(employer == UNSEEN, UNSEEN, employer % 2)
    return Years(
        state, np.where(employer == UNSEEN, UNSEEN, 0), employer, branch,
        np.full(count, 1990), employer[:, 0], np.zeros(count, dtype=int),
        np.full(count, 2015), 2019, ("nursing",), np.arange(count),
    )  # fmt: skip


def test_streams_count_everybody_once():
    found = career_flows.flows(stayers(), ages=(25, 34))
    frame = found.frame.set_index("measure")["value"]
    assert frame[frame > 0].sum() == pytest.approx(100)
    assert sum(one.numerator for one in found.behind) == 600
    assert found.frame.query("group == 'permanent'").set_index("measure")["value"][
        "other_sector"
    ] == pytest.approx(100 / 3)
    assert isinstance(career_flows.flows(stayers(), ages=(60, 64)), Absent)
    assert isinstance(career_flows.flows(stayers(60), ages=(25, 34)), Absent)


def test_who_works_where_the_branch_is_unknown_is_in_no_stream():
    people = stayers()
    people.branch[-60:, -1] = UNSEEN
    found = career_flows.flows(people, ages=(25, 34))
    assert sum(one.numerator for one in found.behind) == 540


def test_without_anybody_who_just_started_nothing_is_tested():
    assert isinstance(early_leaving.ratio(stayers()), Absent)
    assert isinstance(early_leaving.landmarks(stayers(), seed=1), Absent)


def test_the_ratio_holds_organisation_year_and_age_equal():
    rows = careers._starters(1.0, np.random.default_rng(8))
    row = early_leaving.of_rows(rows, 2025).frame.iloc[0]
    assert row["ci_low"] < 1 < row["ci_high"]
    crude = rows.groupby("early")["left"].mean()
    assert crude[True] / crude[False] > 1.15


def leaving(until="2025-12-01", **changed):
    """People who left, and one who works there until the data end."""
    count = 240
    table = pd.DataFrame(
        {
            "person": [f"p{number}" for number in range(count)],
            "organisation": [f"o{number % 20}" for number in range(count)],
            "last_month": "2019-06-01", "destination": "inactive", "age_at_end": 30,
            "tenure_months": np.where(np.arange(count) % 4, 40, 10), "next_gap_months": np.nan,
        }
    ).assign(**changed)  # fmt: skip
    table.loc[count] = {
        "person": "there", "organisation": "o0", "last_month": until, "destination": None,
        "age_at_end": 30, "tenure_months": 90, "next_gap_months": np.nan,
    }  # fmt: skip
    return young_leavers.leavers(DataTable("careers", table), ages=(25, 34), last=2025)


def test_who_left_is_experienced_and_comes_back_as_counted():
    back = np.where(np.arange(240) < 80, 20.0, np.nan)
    back = np.random.default_rng(6).permutation(back)
    found = leaving(next_gap_months=back)
    assert young_leavers.experienced(found).frame["estimate"].iloc[0] == pytest.approx(75)
    # Everybody is followed for more than five years, so that the curve is the share.
    row = young_leavers.returned(found, seed=1).frame.iloc[0]
    assert row["estimate"] == pytest.approx(100 / 3)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_who_is_followed_less_long_counts_as_long_as_that():
    months = np.where(np.arange(240) % 2, "2019-06-01", "2025-06-01")
    back = np.where(np.arange(240) % 4 == 1, 20.0, np.nan)
    row = young_leavers.returned(leaving(last_month=months, next_gap_months=back), seed=1)
    # Of 120 who are followed after six months, 60 come back.
    assert row.frame["estimate"].iloc[0] == pytest.approx(50)


def test_nobody_is_followed_beyond_the_newest_payslip():
    # Six months on nobody can have been back after twenty: that is no year without a return.
    months = np.where(np.arange(240) % 2, "2019-06-01", "2024-06-01")
    back = np.where(np.arange(240) % 4 == 1, 20.0, np.nan)
    found = leaving(until="2024-12-01", last_month=months, next_gap_months=back)
    assert found.frame["months"].max() == 66
    assert set(young_leavers.experienced(found).frame["period"]) == {"2024JJ00"}
    assert found.frame.loc[found.frame.index % 2 == 0, "months"].eq(6).all()


def test_with_nobody_back_or_few_people_nothing_is_said():
    assert isinstance(young_leavers.returned(leaving(), seed=1), Absent)
    assert isinstance(leaving(age_at_end=60), Absent)
    assert isinstance(young_leavers.experienced(leaving(tenure_months=5)), Absent)
    nobody = young_leavers.leavers(DataTable("careers", None), ages=(25, 34), last=2025)
    assert isinstance(young_leavers.experienced(nobody), Absent)

"""Where people stand at the end of each year, from payslips that only see the sector."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import career_states
from analysis.methods.career_states import ALL_CARE, PLACE, STATES, UNSEEN, steps, trained, years
from analysis.methods.results import Absent


def job(person, year, *, month=12, contract="permanent", function="nursing", organisation="o",
        branch="vvt", destination=None, fte=12.0, born=1990):  # fmt: skip
    return {
        "person": person, "organisation": organisation, "year": year, "branch": branch,
        "function_group": function, "contract": contract, "birth_year": born,
        "destination": destination, "fte_months": fte, "last_month": f"{year}-{month:02d}-01",
    }  # fmt: skip


def spell(person, first, *, truncated=0, start=None):
    return {
        "person": person, "first_month": first, "left_truncated": truncated,
        "start_date": start or first,
    }  # fmt: skip


@pytest.fixture(scope="module")
def found():
    rows = [
        # Temporary, then permanent, then gone to another sector, and back in a year after.
        job("a", 2020, contract="temporary"), job("a", 2021),
        job("a", 2022, month=5, destination="other_sector"), job("a", 2024, contract="on_call"),
        # Two jobs at once: the larger one counts. Later another function.
        job("b", 2019, organisation="p", function="care", fte=3.0), job("b", 2019, fte=9.0),
        job("b", 2020, function="staff"), job("b", 2021, month=3, function="staff"),
        # Came and went within one year: no end of a year sees it.
        job("c", 2022, month=8, destination="inactive"),
        # Retired.
        job("d", 2019, born=1955), job("d", 2020, month=6, destination="pension", born=1955),
    ]  # fmt: skip
    spells = [
        spell("a", "2020-04-01"), spell("a", "2024-02-01"),
        spell("b", "2019-01-01", truncated=1, start="2010-01-01"),
        spell("c", "2022-02-01"), spell("d", "2019-01-01", truncated=1, start="2019-01-01"),
    ]  # fmt: skip
    return years(
        DataTable("employment_years", pd.DataFrame(rows)),
        DataTable("careers", pd.DataFrame(spells)), first=2019, last=2024,
    )  # fmt: skip


def told(found, row):
    return ["unseen" if code == UNSEEN else STATES[code] for code in found.state[row]]


def test_who_leaves_on_the_last_day_of_a_year_keeps_the_destination():
    rows = [
        job("a", 2020), job("a", 2021, destination="pension"),
        # Gone in June, back before the end of the year: the destination holds no longer.
        job("b", 2020, month=6, destination="other_sector"), job("b", 2020, fte=1.0),
        # The data go on.
        job("c", 2023),
    ]  # fmt: skip
    spells = [spell(person, "2020-02-01") for person in "abc"]
    found = years(
        DataTable("employment_years", pd.DataFrame(rows)),
        DataTable("careers", pd.DataFrame(spells)), first=2020, last=2023,
    )  # fmt: skip
    assert told(found, 0) == ["permanent", "permanent", "retired", "retired"]
    assert told(found, 1) == ["permanent", "inactive", "inactive", "inactive"]


@pytest.mark.parametrize("partly", [[], [job("a", 2022, month=6), job("b", 2022, month=6)]])
def test_nobody_leaves_because_the_data_end(partly):
    rows = [job(person, year) for person in "ab" for year in (2020, 2021)]
    found = years(
        DataTable("employment_years", pd.DataFrame(rows + partly)),
        DataTable("careers", pd.DataFrame([spell(person, "2020-02-01") for person in "ab"])),
        first=2020, last=2023,
    )  # fmt: skip
    assert found.last == 2021, "the last year of which the end was seen"
    assert told(found, 0) == ["permanent", "permanent"]


def test_each_person_has_a_state_from_when_it_is_first_seen(found):
    assert list(found.persons) == ["a", "b", "d"]
    assert told(found, 0) == [
        "unseen", "temporary", "permanent", "other_sector", "other_sector", "temporary",
    ]  # fmt: skip
    # Gone without a destination is the remainder; retired stays retired.
    assert told(found, 1) == ["permanent", "permanent", *["inactive"] * 4]
    assert told(found, 2) == ["permanent", *["retired"] * 5]


def test_the_larger_of_two_jobs_counts(found):
    assert found.functions[found.function[1, 0]] == "nursing"


def test_a_start_is_known_where_it_was_seen(found):
    assert list(found.entered) == [2020, 0, 0]
    # Who was there before is established two years after the start that is known at the least.
    assert list(found.established) == [2022, 2012, 2021]


def test_people_are_followed_in_a_function_from_when_they_are_seen_in_it(found, monkeypatch):
    monkeypatch.setattr(career_states, "FEWEST", 1)
    nursing = steps(found, "nursing")
    moved = {
        (found.persons[person], year): (STATES[origin], STATES[target])
        for person, year, origin, target in zip(
            nursing.person, nursing.year, nursing.origin, nursing.target, strict=True
        )
    }
    assert min(year for person, year in moved if person == "a") == 2021
    assert moved["b", 2020] == ("permanent", "other_function")
    assert moved["a", 2024] == ("other_sector", "temporary")
    ages = nursing.age[(nursing.person == 0) & (nursing.year == 2021)]
    assert list(ages) == [30]


def test_few_in_another_function_are_no_state_of_their_own(found):
    assert PLACE["other_function"] not in steps(found, "nursing").target
    assert isinstance(steps(found, "management"), Absent)
    assert len(steps(found, ALL_CARE).age) == len(steps(found, "nursing").age)


def test_training_comes_before_the_first_job(found):
    events = pd.DataFrame(
        {
            "person": ["a", "a", "b"],
            "date": pd.to_datetime(["2018-09-01", "2020-07-01", "2005-09-01"]),
            "event": ["training_start", "diploma", "diploma"],
        }
    )
    with_training = trained(found, DataTable("training", events))
    assert list(with_training.persons) == ["a"]
    assert told(with_training, 0)[:2] == ["in_training", "temporary"]
    assert with_training.tables == (*found.tables, "training")
    assert steps(with_training, ALL_CARE).tables[-1] == "training"
    assert isinstance(trained(found, DataTable("training", None)), Absent)
    assert trained(found, DataTable("training", None)).tables == ("training",)


def test_nothing_delivered_is_said():
    nothing = years(
        DataTable("employment_years", None), DataTable("careers", None), first=2019, last=2024
    )
    assert isinstance(nothing, Absent)
    assert isinstance(steps(nothing, "nursing"), Absent)
    assert isinstance(trained(nothing, DataTable("training", None)), Absent)


def test_the_states_of_a_career_are_in_order():
    assert np.array_equal([PLACE[name] for name in STATES], np.arange(len(STATES)))

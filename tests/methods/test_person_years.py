"""Years of work in the order of time, on a few people by hand and on people who were drawn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import (
    after_recovery,
    irregular_circle,
    irregular_hazard,
    later_absence,
    person_years,
    structural_model,
)
from analysis.methods.results import Absent, joined
from analysis.simulations import circles

YEARS = range(2020, 2024)


def tables(extra=600):
    """One person by hand, and others beside whom models can be fitted."""
    random = np.random.default_rng(1)
    people = ["ann", *(f"p{n}" for n in range(extra))]
    jobs = [
        {"person": person, "organisation": f"o{place % 20}", "year": year, "branch": "vvt",
         "function_group": "nursing", "contract": "permanent", "sex": "female",
         "birth_year": 1980, "months": 12, "fte_months": 10.0, "wage": 20000.0,
         "irregular_allowance": float(random.integers(0, 4000))}
        for place, person in enumerate(people) for year in YEARS
    ]  # fmt: skip
    jobs = pd.DataFrame(jobs)
    mine = jobs["person"] == "ann"
    jobs.loc[mine, "irregular_allowance"] = [1000.0, 2000.0, 3000.0, 4000.0]
    second = jobs[mine & (jobs["year"] == 2021)].assign(
        organisation="other", fte_months=1.0, wage=20000.0, irregular_allowance=0.0
    )
    ill = random.permutation(people[1:])[: extra // 3]
    cases = pd.DataFrame(
        [("ann", "2020-11-01", "2021-02-01"), ("ann", "2023-03-01", None)]
        + [(one, f"{random.choice([2021, 2022])}-05-01", "2022-08-01") for one in ill],
        columns=["person", "start_date", "end_date"],
    )
    background = jobs[["person", "year"]].assign(
        education="mbo", origin="netherlands", ses_rank=(jobs.index % 10) / 10
    )
    named = {"employment_years": pd.concat([jobs, second]), "long_absences": cases,
             "background": background}  # fmt: skip
    return {name: DataTable(name, frame) for name, frame in named.items()}


def histories(given, **changes):
    given = given | changes
    return person_years.histories(
        given["employment_years"], given["long_absences"], given["background"],
        first=2020, last=2023,
    )  # fmt: skip


def test_a_person_by_hand():
    rows = histories(tables()).rows
    ann = rows[rows["person"] == "ann"].set_index("year")
    assert ann["irregular"].tolist() == [5.0, 5.0, 15.0, 20.0], "two employers add up"
    assert ann["irregular_1"].tolist()[1:] == [5.0, 5.0, 15.0]
    assert ann["well"].tolist() == [True, False, True, True], "still ill on the first of 2021"
    assert ann["ill"].tolist() == [True, False, False, True]
    assert ann["earlier"].tolist() == [0, 1, 1, 1]
    assert ann["recovered"].tolist() == [False, False, True, False]
    assert ann["organisation"].nunique() == 1, "all years of a person lie in one cluster"


def test_the_clock_starts_at_recovery_and_hours_are_those_of_a_whole_year_after_it():
    gaps = later_absence._gaps(histories(tables()))
    ann = gaps[gaps["person"] == "ann"]
    # From 1 February 2021; the next case begins on 1 March 2023. In 2022 the year before is that of
    # the illness, so that 2023 is the first year that counts.
    assert ann["since"].tolist() == [699.0]
    assert ann["until"].tolist() == [758.0]
    assert ann["ill"].tolist() == [1.0]
    assert ann["irregular_1"].tolist() == [15.0], "hours of 2022"


def test_a_year_of_which_the_source_of_absences_tells_nothing_does_not_count():
    given = tables()
    cases = given["long_absences"].frame
    cases = cases[cases["start_date"].between("2021-01-01", "2022-12-31")]
    found = histories(given, long_absences=DataTable("long_absences", cases))
    assert set(found.rows["year"]) == {2021, 2022}
    assert found.rows["irregular_1"].notna().all(), (
        "hours of the year before are known all the same"
    )


@pytest.mark.parametrize("name", ["employment_years", "long_absences", "background"])
def test_a_missing_table_is_named(name):
    found = histories(tables(), **{name: DataTable(name, None)})
    assert found == Absent((name,))
    for method in (irregular_hazard.first_absence, irregular_hazard.naive, after_recovery.changes,
                   irregular_hazard.recurrence, later_absence.next_absence):  # fmt: skip
        assert isinstance(method(found), Absent)
    assert isinstance(structural_model.weighted(found), Absent)
    assert isinstance(irregular_circle.circle(irregular_hazard.first_absence(found)), Absent)


def test_nothing_is_estimated_of_few_or_of_equal_hours():
    assert isinstance(histories(tables(20)), Absent)
    given = tables()
    equal = given["employment_years"].frame.assign(irregular_allowance=1000.0, wage=20000.0)
    assert isinstance(
        histories(given, employment_years=DataTable("employment_years", equal)), Absent
    )


@pytest.fixture(scope="module")
def followed():
    return circles._followed(np.random.default_rng(4), irregular=0.25, recovery=10.0, again=0.336)


def test_a_mean_over_all_years_holds_hours_after_the_illness(followed):
    right = irregular_hazard.first_absence(followed).frame.set_index("term")
    wrong = irregular_hazard.naive(followed).frame.set_index("term")
    for way in ("time_fixed", "afterwards"):
        assert wrong.loc[f"low_pay.{way}", "ci_low"] > right.loc["low_pay.lagged", "estimate"]


def test_weights_take_out_what_illness_does_to_hours(followed):
    weighed = structural_model.weighted(followed)
    rows = weighed.rows
    assert rows["weight"].gt(0).all()
    # Who is raised after an illness counts less, as those hours were to be expected.
    recent = (rows["earlier"] > 0) & rows["low_pay"]
    assert rows.loc[recent, "weight"].median() < 0.9 < rows.loc[~recent, "weight"].median()
    check = structural_model.check(weighed).frame.set_index("term")["estimate"]
    assert 0.8 < check["mean_weight"] < 1.1
    spread = structural_model.spread(weighed).frame
    assert set(spread["measure"]) == {"p10", "p25", "p50", "p75", "p90"}


def test_people_without_irregular_work_may_be_many(followed):
    rows = followed.rows.copy()
    none = rows["person"].map(hash).mod(2).eq(0)
    rows.loc[none, ["irregular", "irregular_1"]] = 0.0
    found = structural_model.weighted(replace(followed, rows=rows))
    assert not isinstance(found, Absent)
    assert np.isfinite(found.rows["weight"]).all()


def test_the_change_is_that_after_recovery_and_fades(followed):
    found = after_recovery.changes(followed).frame.set_index("term")["estimate"]
    assert found["low_pay.next_year"] == pytest.approx(10, abs=0.3)
    assert abs(found["low_pay.before"]) < 0.3
    assert abs(found["other_pay.next_year"]) < 0.3
    assert found["low_pay.second_year"] < 3


def test_the_circle_has_the_links_that_are_there(followed):
    first = irregular_hazard.first_absence(followed)
    again = irregular_hazard.recurrence(followed)
    found = irregular_circle.circle(first, again, Absent(("background",)))
    assert found.frame["term"].tolist() == [
        "irregular_before.first_absence",
        "first_absence.next_absence",
    ]
    whole = irregular_hazard.beside(Absent(("background",)), first)
    assert whole.frame.equals(joined(first).frame)

"""The two processes on drawn respondents: what they say, of whom, and what they leave out."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import levers, processes
from analysis.methods.results import Absent
from analysis.methods.survey_sample import (
    ABSENCE,
    DRIVERS,
    LEAVING,
    MEDIATORS,
    complete_respondents,
)


def individuals(*, people=2400, organisations=60, seed=1, **changed):
    """Draw a table of respondents with a process from workload through exhaustion to absence."""
    random = np.random.default_rng(seed)
    scores = {name: random.normal(size=people) for name in DRIVERS}
    scores["exhaustion"] = 0.4 * scores["workload"] + random.normal(size=people)
    scores["engagement"] = 0.3 * scores["learning"] + random.normal(size=people)
    related = random.random(people) < 1 / (1 + np.exp(2 - 0.6 * scores["exhaustion"]))
    leaving = random.random(people) < 1 / (1 + np.exp(1.4 + 0.6 * scores["engagement"]))
    frame = pd.DataFrame(
        {
            "respondent": np.arange(people).astype(str),
            "organisation": random.integers(0, organisations, people).astype(str),
            "year": 2025,
            "age_band": random.choice(["25_to_34", "35_to_44", "45_to_54"], people),
            "sex": random.choice(["female", "male"], people),
            "education": random.choice(["mbo", "hbo"], people),
            "function_group": random.choice(["care", "nursing"], people),
            "contract": random.choice(["permanent", "temporary"], people),
            "branch": random.choice(["vvt", "ghz"], people),
            "intention_to_leave": leaving.astype(float),
            "self_reported_absence": related.astype(float),
            "work_related": np.where(related, "partly", None),
            "weight": random.uniform(0.5, 2.0, people),
            **scores,
        }
    )
    return DataTable("individuals", frame.assign(**changed))


@pytest.fixture(scope="module")
def sample():
    return complete_respondents(individuals(), last=2025)


@pytest.fixture(scope="module")
def exhaustion(sample):
    return processes.process(
        sample, ("workload", "work_life"), "exhaustion", ABSENCE, seed=1, draws=60
    )


def test_a_process_has_an_arrow_per_step(exhaustion):
    assert exhaustion.paths.frame["term"].tolist() == [
        "workload.exhaustion",
        "work_life.exhaustion",
        f"exhaustion.{ABSENCE}",
        f"workload.{ABSENCE}",
        f"work_life.{ABSENCE}",
    ]
    assert set(exhaustion.paths.frame["unit"]) == {"standard_deviations"}
    assert set(exhaustion.points.frame["unit"]) == {"percentage_points"}
    assert exhaustion.points.frame["term"].tolist() == exhaustion.paths.frame["term"].tolist()[2:]
    clear = exhaustion.paths.frame.set_index("term")["ci_low"] > 0
    assert clear["workload.exhaustion"]
    assert clear[f"exhaustion.{ABSENCE}"]
    assert not clear["work_life.exhaustion"]


def test_indirect_and_direct_sum_to_the_total(exhaustion):
    parts = exhaustion.parts.frame.set_index("term")["estimate"]
    for name in ("workload", "work_life"):
        assert parts[f"{name}.indirect"] + parts[f"{name}.direct"] == pytest.approx(
            parts[f"{name}.total"], abs=1e-9
        )


def test_every_row_says_of_whom_it_is_and_on_how_many_it_rests(sample, exhaustion):
    for result in (
        exhaustion.paths,
        exhaustion.points,
        exhaustion.parts,
        exhaustion.odds,
    ):
        assert (result.frame["n"] == 2400).all()
        assert (result.frame["n_organisations"] == 60).all()
        assert (result.frame["df"] == 59).all()
        for one in result.behind:
            assert one.kind == "coefficient"
            assert one.cell == str(sample.cell)
            assert one.effective > 500, "two thousand people carry the coefficient"
            assert min(one.fewest_ones, one.fewest_zeros) >= 10
    assert {one.kind for one in exhaustion.robustness.behind} == {"model fit"}


def test_the_odds_ratio_is_that_of_the_logit(exhaustion):
    row = exhaustion.odds.frame.iloc[0]
    assert row["ci_low"] < np.exp(0.6 * 1.08) < row["ci_high"]


def test_what_is_needed_to_explain_an_arrow_lies_in_its_interval(exhaustion):
    rows = exhaustion.robustness.frame.set_index("term")
    needed = rows.loc["workload.needed"]
    assert 0 < needed["ci_low"] < needed["estimate"] < needed["ci_high"] < 100
    assert rows.loc["work_life.needed", "ci_low"] == 0, "its arrow is not clear"
    assert rows.loc["workload.known", "estimate"] < needed["estimate"]


def test_a_condition_that_nobody_was_asked_is_left_out():
    sample = complete_respondents(individuals(work_life=np.nan), last=2025)
    found = processes.process(
        sample, ("workload", "work_life"), "exhaustion", ABSENCE, seed=1, draws=20
    )
    assert not any("work_life" in term for term in found.paths.frame["term"])
    assert "zonder" in found.paths.method.nl, "the method says what is missing"


@pytest.mark.parametrize(
    "changed",
    [
        {"exhaustion": 3.0},
        {"exhaustion": np.nan},
        {"workload": 2.0, "work_life": 2.0},
        {"intention_to_leave": 0.0},
        {"organisation": "one"},
    ],
)
def test_what_cannot_be_estimated_is_absent(changed):
    sample = complete_respondents(individuals(**changed), last=2025)
    found = processes.process(
        sample, ("workload", "work_life"), "exhaustion", ABSENCE, seed=1, draws=20
    )
    for result in (found.paths, found.points, found.parts, found.odds, found.robustness):
        assert isinstance(result, Absent)


def test_an_exhaustion_that_is_workload_is_absent():
    table = individuals()
    table.frame["exhaustion"] = 2 * table.frame["workload"]
    sample = complete_respondents(table, last=2025)
    found = processes.process(sample, ("workload",), "exhaustion", ABSENCE, seed=1, draws=20)
    assert isinstance(found.paths, Absent)


def test_variation_is_told_of_outcomes_and_scales(sample):
    found = levers.variation(sample).frame
    assert found["term"].tolist() == [LEAVING, ABSENCE, *DRIVERS, *MEDIATORS]
    assert (found["ci_low"] <= found["estimate"]).all()
    assert (found["ci_high"] < 5).all(), "no variance between organisations was drawn"
    assert (levers.median_odds(sample).frame["ci_low"] == 1).all()


def test_work_explains_more_where_only_work_was_drawn(sample):
    rows = levers.work_against_person(sample, seed=1, draws=100).frame.set_index("term")
    assert (rows.loc[[LEAVING, ABSENCE], "estimate"] > 0).all()
    assert rows.loc[f"{LEAVING}.person", "ci_low"] == 0
    shown = levers.only_shares(levers.work_against_person(sample, seed=1, draws=20))
    assert all("." in term for term in shown.frame["term"])

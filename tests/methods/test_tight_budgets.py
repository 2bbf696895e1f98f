"""Whether the climate falls more with the span where the result is worse."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import survey_sample, tight_budgets
from analysis.methods.results import Absent
from tests.methods.samples import sample_of

ORGANISATIONS = 300


def answers(usual, worse, seed=4):
    random = np.random.default_rng(seed)
    organisation = np.repeat(np.arange(ORGANISATIONS), 20)
    span, result = random.normal(size=(2, ORGANISATIONS))[:, organisation]
    shared = random.normal(0, 0.1, ORGANISATIONS)[organisation]
    climate = (usual - worse * result) * span + shared + random.normal(0, 0.95, len(span))
    return sample_of({"span": span, "result": result, "supervisor": climate}, organisation)


def test_the_slope_at_a_weak_result_is_the_usual_one_and_the_difference():
    frame = tight_budgets.span_by_result(answers(-0.1, -0.15)).frame.set_index("term")
    for term, truth in (("usual", -0.1), ("difference", -0.15), ("tight", -0.25)):
        assert frame.loc[term, "ci_low"] < truth < frame.loc[term, "ci_high"]
    assert frame.loc["tight", "estimate"] == pytest.approx(
        frame.loc["usual", "estimate"] + frame.loc["difference", "estimate"], abs=1e-9
    )


def test_few_organisations_tell_nothing_of_a_product():
    sample = answers(-0.1, -0.15)
    few = replace(sample, organisation=sample.organisation % (tight_budgets.FEWEST - 1))
    assert isinstance(tight_budgets.span_by_result(few), Absent)


def test_organisations_make_the_interval_wider_than_people():
    sample = answers(0.0, 0.0)
    honest = tight_budgets.span_by_result(sample).frame
    naive = tight_budgets.span_by_result(survey_sample.naive(sample)).frame
    assert (honest["ci_high"] - honest["ci_low"]).sum() > (naive["ci_high"] - naive["ci_low"]).sum()


@pytest.mark.parametrize("missing", ["individuals", "organisation_years"])
def test_a_table_that_is_not_there_makes_it_absent(missing):
    empty = pd.DataFrame(
        {"organisation": [], "year": [], "span_of_control": [], "result_share": [], "branch": []}
    )
    tables = {
        name: DataTable(name, None if name == missing else empty)
        for name in ("individuals", "organisation_years")
    }
    people = tight_budgets.respondents(**tables, last=2025)
    assert isinstance(people, Absent)
    assert tight_budgets.span_by_result(people) == people


def test_a_result_that_is_the_same_for_all_tells_nothing():
    rows = pd.DataFrame(
        {"organisation": ["a", "b"], "year": 2025, "span_of_control": [10.0, 20.0],
         "result_share": 0.01, "branch": "vvt"}
    )  # fmt: skip
    years = DataTable("organisation_years", rows)
    people = tight_budgets.respondents(DataTable("individuals", pd.DataFrame()), years, last=2025)
    assert isinstance(people, Absent)

"""What cannot be told of the chain from span to climate."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import span_climate, survey_sample
from analysis.methods.results import Absent
from tests.methods.samples import sample_of


def test_the_slope_of_the_climate_is_that_of_the_span_at_equal_organisations():
    random = np.random.default_rng(2)
    organisation = np.repeat(np.arange(80), 25)
    span = random.normal(size=80)[organisation]
    shared = random.normal(0, 0.15, 80)[organisation]
    climate = -0.2 * span + shared + random.normal(0, 0.95, len(span))
    sample = sample_of({"span": span, "supervisor": climate}, organisation)
    row = span_climate.to_climate(sample).frame.iloc[0]
    assert row["ci_low"] < -0.2 < row["ci_high"] < 0
    naive = span_climate.to_climate(survey_sample.naive(sample)).frame.iloc[0]
    assert row["ci_high"] - row["ci_low"] > naive["ci_high"] - naive["ci_low"]


@pytest.mark.parametrize("missing", ["individuals", "organisation_years"])
def test_a_table_that_is_not_there_makes_the_chain_absent(missing):
    empty = pd.DataFrame({"organisation": [], "year": [], "span_of_control": []})
    tables = {
        name: DataTable(name, None if name == missing else empty)
        for name in ("individuals", "organisation_years")
    }
    people = span_climate.respondents(**tables, last=2025)
    assert isinstance(people, Absent)
    assert span_climate.to_climate(people) == people
    assert span_climate.chain(people, seed=1).paths == people

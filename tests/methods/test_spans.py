"""Trends of spans, the result of another year, and a counter-movement beyond chance."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import spans
from analysis.methods.results import Absent

YEARS = {"first": 2019, "last": 2025}


def table(log: np.ndarray, result: np.ndarray | None = None, branch: str = "vvt") -> DataTable:
    """Make organisations from log spans, shape (organisations, years)."""
    count, years = log.shape
    frame = pd.DataFrame(
        {
            "organisation": np.repeat([f"o{place:04d}" for place in range(count)], years),
            "year": np.tile(np.arange(2019, 2019 + years), count),
            "branch": branch,
            "employees": 500,
            "span_of_control": np.exp(log).ravel(),
            "result_share": np.nan if result is None else result.ravel(),
        }
    )
    return DataTable("organisation_years", frame)


def drawn(count: int = 200, trend: float = 0.0, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    own = random.normal(3.0, 0.25, (count, 1))
    return own + trend * np.arange(7) + random.normal(0, 0.05, (count, 7))


def test_an_exact_trend_is_found_as_it_is():
    random = np.random.default_rng(1)
    log = random.normal(3, 0.2, (40, 1)) + np.log(1.03) * np.arange(7)
    log = log + 1e-6 * random.normal(size=log.shape)
    row = spans.trend(table(log), ["vvt"], **YEARS)["sector"].frame.iloc[0]
    assert row["estimate"] == pytest.approx(3.0, abs=1e-3)
    assert row["ci_low"] < 3.0 < row["ci_high"]


def test_a_result_raises_the_span_a_year_later_and_not_a_year_before():
    random = np.random.default_rng(2)
    result = random.normal(0.01, 0.02, (300, 7))
    log = drawn(300)
    log[:, 1:] += -0.03 * (result[:, :-1] - 0.01) / 0.02
    found = spans.after_result(table(log, result), **YEARS).frame.set_index("term")
    before, after = found.loc["result_before"], found.loc["result_after"]
    assert before["ci_low"] < 100 * np.expm1(-0.03) < before["ci_high"] < 0
    assert after["ci_low"] < 0 < after["ci_high"]


def test_a_counter_movement_is_what_the_mirror_does_not_show():
    log = drawn(400, trend=0.02)
    log[:60] -= 0.07 * np.arange(7)
    found = spans.counter_movement(table(log), **YEARS, seed=1).frame.set_index("term")
    assert found.loc["counter", "ci_low"] < 15 < found.loc["counter", "ci_high"]


def test_a_trend_that_all_share_is_no_counter_movement():
    """With a falling trend nearly all fall; none of that is beyond the mirror."""
    for trend in (-0.03, 0.0, 0.03):
        found = spans.counter_movement(table(drawn(400, trend)), **YEARS, seed=1)
        row = found.frame.set_index("term").loc["counter"]
        assert row["ci_low"] <= 0, trend


def test_what_cannot_be_estimated_is_absent():
    constant = table(np.full((30, 7), 3.0))
    assert isinstance(spans.trend(constant, ["vvt"], **YEARS), Absent)
    assert isinstance(spans.counter_movement(constant, **YEARS, seed=1), Absent)
    assert isinstance(spans.after_result(table(drawn(30)), **YEARS), Absent)
    assert isinstance(spans.trend(table(drawn(5)), ["vvt"], **YEARS), Absent)
    one_year = DataTable("organisation_years", table(drawn(30)).frame.query("year == 2025"))
    assert isinstance(spans.trend(one_year, ["vvt"], **YEARS), Absent)
    assert isinstance(spans.counter_movement(one_year, **YEARS, seed=1), Absent)
    equal = table(drawn(30), np.full((30, 7), -5.0))
    assert isinstance(spans.after_result(equal, **YEARS), Absent)

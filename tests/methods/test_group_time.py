"""Effects by group and time against the published example of Callaway and Sant'Anna."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis.methods import blind_draws
from analysis.methods.monitored import NEVER
from tests.conftest import SHARED
from tests.methods.group_time import group_time

FOLDER = SHARED / "reference_cases"
needs_cases = pytest.mark.skipif(
    not FOLDER.exists(), reason="the reference cases are not on this machine"
)


@pytest.fixture(scope="module")
def counties():
    """Teenage employment in 500 counties, and the raise of the minimum wage."""
    frame = pd.read_csv(FOLDER / "data" / "mpdta.csv")
    wide = frame.pivot(index="countyreal", columns="year", values="lemp")
    first = frame.groupby("countyreal")["first.treat"].first().to_numpy().astype(int)
    return wide, first


@pytest.fixture(scope="module")
def published():
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
    (case,) = [one for one in cases if one["id"] == "R38"]
    return {
        one["name"]: pytest.approx(one["reference"], abs=one["tolerance_abs"])
        for one in case["quantities"]
    }


@needs_cases
def test_r38_effects_by_group_and_time(counties, published):
    wide, first = counties
    found = group_time(wide.to_numpy(), first, wide.columns.to_numpy())
    assert len(found.effects) == 12
    for row in found.effects.itertuples():
        assert row.estimate == published[f"ATT({row.group}, {row.year})"]


@needs_cases
def test_r38_comes_from_the_estimator_of_the_book_too(counties, published):
    wide, first = counties
    years, outcome = wide.columns.to_numpy(), wide.to_numpy()
    for group in (2004, 2006, 2007):
        units = np.isin(first, [group, NEVER])
        mine = np.flatnonzero(first[units] == group)
        for year in (2004, 2005, 2006, 2007):
            # Before the start, the change is that from the year before.
            base = group - 1 if year >= group else year - 1
            change = (outcome[:, years == year] - outcome[:, years == base])[units]
            found = blind_draws.effects(
                change[None],
                mine[None, :],
                np.zeros(len(mine), dtype=int),
                np.ones((units.sum(), 1)),
                np.ones(units.sum()),
            )
            assert found[0, 0] == published[f"ATT({group}, {year})"]


@needs_cases
def test_r38_means_and_their_standard_error(counties, published):
    wide, first = counties
    found = group_time(wide.to_numpy(), first, wide.columns.to_numpy())
    assert found.overall("simple")[0] == published["simple overall"]
    assert found.overall("dynamic")[0] == published["dynamic overall"]
    group, error = found.overall("group")
    assert group == published["group overall"]
    assert error == published["SE group overall (analytic, moderndid)"]
    assert found.at(0)[0] == published["dyn e=0"]
    assert found.at(1)[0] == published["dyn e=1"]


@needs_cases
def test_r38_two_way_fixed_effects_give_another_answer(counties, published):
    """The naive regression: a dummy for each county and year, and one for treatment."""
    wide, first = counties
    treated = (first[:, None] != NEVER) & (wide.columns.to_numpy() >= first[:, None])

    def centred(values):
        values = values - values.mean(axis=1, keepdims=True)
        return values - values.mean(axis=0)

    dummy, outcome = centred(treated.astype(float)), centred(wide.to_numpy())
    naive = (dummy * outcome).sum() / (dummy**2).sum()
    assert naive == published["TWFE post (contrast)"]
    assert abs(naive - group_time(wide.to_numpy(), first, wide.columns.to_numpy()).overall(
        "simple")[0]) > 0.003  # fmt: skip


def test_effects_that_grow_are_recovered_where_the_naive_regression_is_wrong():
    """Without noise, with groups that start at different times and effects that grow."""
    years = np.arange(2019, 2028)
    first = np.repeat([NEVER, 2022, 2025], [20, 10, 10])
    since = np.where(first[:, None] == NEVER, -1, years - first[:, None])
    outcome = 0.01 * years + np.arange(40)[:, None] - 0.10 * np.where(since >= 0, since + 1, 0)
    found = group_time(outcome, first, years)
    after = found.effects[found.effects["year"] >= found.effects["group"]]
    assert np.allclose(after["estimate"], -0.10 * (after["year"] - after["group"] + 1))
    assert found.at(0)[0] == pytest.approx(-0.10)
    before = found.effects[found.effects["year"] < found.effects["group"]]
    assert np.allclose(before["estimate"], 0)


def test_without_a_comparison_there_is_no_effect():
    with pytest.raises(ValueError, match="never start"):
        group_time(np.zeros((4, 3)), np.full(4, 2020), np.arange(2019, 2022))

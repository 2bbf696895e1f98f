"""Slopes of overhead and funding streams at each level, and how few the branches are."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import accounts_levels, supported, through
from analysis.methods.accounts_levels import LARGEST, OVERHEAD, STREAMS, TEMPORARY
from analysis.methods.results import Absent
from tests.methods.accounts import BRANCHES, YEARS, drawn

SPAN = {"first": 2019, "last": 2025}


def found(table, driver=OVERHEAD, **more):
    chosen = accounts_levels.sample(table, "absence_rate", **SPAN)
    result = accounts_levels.levels(chosen, driver, **more)
    return chosen, result.frame.set_index("term")


def test_each_level_has_its_own_slope():
    _, frame = found(drawn(between=-2.0, within=2.0, branch=-4.0))
    for level, slope in (("between", -2.0), ("within", 2.0), ("branches", -4.0)):
        row = frame.loc[f"overhead_share.{level}"]
        truth = 100 * np.expm1(0.05 * slope)
        assert row["ci_low"] < truth < row["ci_high"], f"the slope {level} is not the one drawn"
    assert frame.loc["overhead_share.between", "ci_high"] < 0
    assert frame.loc["overhead_share.within", "ci_low"] > 0


def test_a_slope_between_branches_is_the_regression_of_a_point_per_branch():
    chosen, frame = found(drawn(branch=-4.0))
    rows = chosen.rows.assign(x=lambda one: one[OVERHEAD], y=chosen.outcome)
    means = rows.groupby(["branch", "organisation"])[["x", "y"]].mean()
    points = means.groupby("branch").mean()
    line = stats.linregress(points["x"], points["y"])
    row = frame.loc["overhead_share.branches"]
    assert row["estimate"] == pytest.approx(100 * np.expm1(0.05 * line.slope))
    assert row["df"] == len(BRANCHES) - 2, "organisations pose as branches"
    reach = stats.t.ppf(0.975, 3) * line.stderr * 0.05
    assert np.log1p(row["ci_high"] / 100) == pytest.approx(0.05 * line.slope + reach)


def test_few_branches_carry_the_comparison_between_branches():
    chosen, _ = found(drawn())
    frame = accounts_levels.points(chosen, OVERHEAD).frame.set_index("term")["estimate"]
    x = np.array(list(BRANCHES.values())) - np.mean(list(BRANCHES.values()))
    assert frame["effective_branches"] == pytest.approx((x**2).sum() ** 2 / (x**4).sum(), rel=0.2)
    spread = np.var(list(BRANCHES.values()))
    assert frame["between_branches"] == pytest.approx(100 * spread / (spread + 0.028**2), abs=10)
    assert frame["least_chance"] == 100 * 2 / 2 ** len(BRANCHES) > 5, "never sure, by any data"
    assert frame["by_chance"] in [frame["least_chance"] * times for times in range(1, 17)]


def test_a_step_of_streams_is_one_stream_and_terms_take_another_name():
    _, frame = found(drawn(streams=0.1), STREAMS, name="streams")
    row = frame.loc["streams.between"]
    assert row["ci_low"] < 100 * np.expm1(0.1) < row["ci_high"]


def test_the_method_says_whether_anything_stands_beside():
    table = accounts_levels.with_shapes(drawn(each=10))
    for drivers, said in (((OVERHEAD, STREAMS), True), ((OVERHEAD,), False)):
        chosen = accounts_levels.sample(
            table, "absence_rate", drivers, beside=(), first=YEARS[0], last=YEARS[-1]
        )
        method = accounts_levels.levels(chosen, OVERHEAD).method
        assert ("beside the other characteristics" in method.en) is said
        assert ("naast de andere kenmerken" in method.nl) is said


def test_the_largest_stream_and_the_contracts_of_a_year_before_are_added():
    table = accounts_levels.with_shapes(drawn(each=10))
    frame = table.frame.set_index(["organisation", "year"])
    assert (frame[LARGEST] == frame[["share_zvw", "share_wlz"]].max(axis=1)).all()
    assert frame.loc[("vvt00", 2020), TEMPORARY] == frame.loc[("vvt00", 2019), "temporary_share"]
    assert np.isnan(frame.loc[("vvt00", 2019), TEMPORARY])
    assert accounts_levels.with_shapes(DataTable("made", None)).frame is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda frame: None,
        lambda frame: frame.drop(columns=OVERHEAD),
        lambda frame: frame.assign(**{OVERHEAD: np.nan}),
        lambda frame: frame.assign(**{OVERHEAD: 0.2}),
        lambda frame: frame[frame["organisation"].isin(["vvt00", "vvt01"])],
        lambda frame: frame.assign(absence_rate=np.nan),
    ],
    ids=["no table", "no accounts", "unknown", "constant", "too few", "no absence"],
)
def test_what_cannot_be_told_is_absent(damage):
    frame = damage(drawn(each=12).frame)
    chosen = accounts_levels.sample(DataTable("organisation_years", frame), "absence_rate", **SPAN)
    assert isinstance(accounts_levels.levels(chosen, OVERHEAD), Absent)
    assert isinstance(supported.by_support(chosen, seed=1), Absent) or OVERHEAD in chosen.drivers
    assert isinstance(accounts_levels.points(Absent(("x",)), OVERHEAD), Absent)


def test_branches_that_do_not_differ_have_no_slope_between_them():
    frame = drawn().frame
    means = frame.groupby(["branch", "year"])[OVERHEAD].transform("mean")
    same = DataTable(
        "organisation_years", frame.assign(**{OVERHEAD: frame[OVERHEAD] - means + 0.2})
    )
    chosen, result = found(same)
    assert "overhead_share.branches" not in result.index
    assert isinstance(accounts_levels.points(chosen, OVERHEAD), Absent)


def test_what_runs_through_managers_adds_up_and_follows_the_drawn_paths():
    table = drawn(between=-1.0)
    frame = table.frame
    own = frame.groupby("organisation")[OVERHEAD].transform("mean")
    own -= frame.groupby("branch")[OVERHEAD].transform("mean")
    random = np.random.default_rng(3)
    noise = pd.Series(random.normal(0, 0.5, frame["organisation"].nunique()),
                      index=frame["organisation"].unique())  # fmt: skip
    span = 20 - 30 * own + frame["organisation"].map(noise)
    frame = frame.assign(
        span_of_control=span, absence_rate=frame["absence_rate"] * np.exp(0.04 * (span - 20))
    )
    chosen = accounts_levels.sample(DataTable("organisation_years", frame), "absence_rate", **SPAN)
    parts = supported.by_support(chosen, seed=1).frame.set_index("term")
    row = parts.loc["span_of_control.indirect"]
    assert row["ci_low"] < 100 * np.expm1(-30 * 0.04 * 0.05) < row["ci_high"] < 0
    logs = np.log1p(parts["estimate"] / 100)
    assert logs["span_of_control.indirect"] + logs["span_of_control.direct"] == pytest.approx(
        logs["span_of_control.total"], abs=1e-9
    )
    assert {term.split(".")[1] for term in parts.index} == set(through.PARTS)


def test_all_years_count():
    chosen, _ = found(drawn(each=10))
    assert set(chosen.rows["year"]) == set(YEARS)

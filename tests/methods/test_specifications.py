"""All combinations of choices, none of them selected; and what nobody measured."""

import dataclasses
import itertools

import numpy as np
import pytest
import statsmodels.formula.api as smf

from analysis.dataset import DataTable
from analysis.methods import accounts_levels, specifications, unmeasured
from analysis.methods.accounts_levels import OVERHEAD, STREAMS
from analysis.methods.results import Absent
from tests.methods.accounts import drawn

SPAN = {"first": 2019, "last": 2025}
MAIN = "per_branch+with_size+every_year+equal_weights+as_logarithm+everybody"


@pytest.fixture(scope="module")
def chosen():
    table = drawn(between=-2.0, within=-2.0, branch=-4.0, each=50)
    return accounts_levels.sample(table, "absence_rate", **SPAN)


@pytest.fixture(scope="module")
def curve(chosen):
    return specifications.curve(chosen, OVERHEAD)


def test_every_combination_is_there_once_and_sorted(curve):
    expected = {"+".join(one) for one in itertools.product(*specifications.CHOICES)}
    assert set(curve.frame["term"]) == expected
    assert curve.frame["estimate"].is_monotonic_increasing
    assert (curve.frame["ci_low"] < curve.frame["ci_high"]).all()


@pytest.mark.parametrize(("gone", "all_there"), [(0, True), (3, False), (40, True)])
def test_no_two_specifications_differ_by_a_few_organisations(chosen, gone, all_there):
    rows = chosen.rows
    some = sorted(set(rows["organisation"]))[:: 200 // max(gone, 1)][:gone]
    late = rows["organisation"].isin(some) & (rows["year"] >= 2023)
    parts = specifications._parts(dataclasses.replace(chosen, rows=rows[~late]), OVERHEAD)
    about = [set(part.rows["organisation"]) for part in parts.values()]
    for one, other in itertools.combinations(about, 2):
        assert len(one ^ other) == 0 or len(one ^ other) >= 10
    assert (("recent_years", "everybody") in parts) == all_there
    assert parts["every_year", "everybody"].rows["organisation"].nunique() == len(
        set(rows["organisation"])
    ), "the main choice is about everybody"


def test_a_specification_is_the_regression_that_it_names(chosen, curve):
    frame = chosen.rows.assign(
        y=chosen.outcome, x=chosen.rows[OVERHEAD] / 0.05, size=np.log(chosen.rows["employees"])
    )
    groups = frame["organisation"].astype("category").cat.codes
    fit = smf.ols("y ~ x + size + C(branch):C(year)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": groups}
    )
    row = curve.frame.set_index("term").loc[MAIN]
    assert row["estimate"] == pytest.approx(100 * np.expm1(fit.params["x"]), abs=1e-6)
    level = MAIN.replace("as_logarithm", "as_level")
    fit = smf.ols("absence_rate ~ x + size + C(branch):C(year)", frame).fit()
    told = 100 * fit.params["x"] / frame["absence_rate"].mean()
    assert curve.frame.set_index("term").loc[level, "estimate"] == pytest.approx(told, abs=1e-6)


def test_branches_together_mix_in_what_differs_between_branches(curve):
    means = curve.frame.assign(kind=curve.frame["term"].str.split("+").str[0])
    means = means[means["term"].str.endswith("everybody")].groupby("kind")["estimate"].mean()
    assert means["all_branches"] < means["per_branch"] - 2


def test_the_summary_is_of_all_and_selects_none(curve):
    summed = specifications.summary(curve).frame.set_index("term")
    half = len(curve.frame) // 2
    middle = curve.frame["estimate"].iloc[[half - 1, half]]
    assert summed.loc["median", "estimate"] == max(middle), "not the middle one nearest zero"
    assert summed.loc["lowest", "estimate"] == curve.frame["estimate"].min()
    assert summed.loc["highest", "estimate"] == curve.frame["estimate"].max()
    clear = (curve.frame["ci_low"] > 0) | (curve.frame["ci_high"] < 0)
    assert summed.loc["clear", "estimate"] == pytest.approx(100 * clear.mean())
    same = np.sign(curve.frame["estimate"]) == np.sign(summed.loc["median", "estimate"])
    assert summed.loc["same_sign", "estimate"] == pytest.approx(100 * same.mean())


def test_combinations_that_cannot_be_estimated_are_left_out():
    frame = drawn(each=12).frame
    low = frame["branch"].isin(specifications.LOW)
    apart = frame.assign(**{OVERHEAD: frame[OVERHEAD] + 0.5 * low})
    chosen = accounts_levels.sample(DataTable("organisation_years", apart), "absence_rate", **SPAN)
    terms = specifications.curve(chosen, OVERHEAD).frame["term"]
    assert len(terms) == 48
    assert terms.str.endswith("everybody").all(), "there is no overlap to look at"
    assert isinstance(specifications.curve(Absent(("x",)), OVERHEAD), Absent)
    assert isinstance(specifications.summary(Absent(("x",))), Absent)


def test_no_combination_rests_on_an_indicator_of_few(curve):
    assert min(known.fewest_ones for known in curve.behind) >= 10
    assert min(known.fewest_zeros for known in curve.behind) >= 10
    addresses = {known.cell for known in curve.behind}
    counts = {(known.cell, n) for known, n in zip(curve.behind, curve.frame["n"], strict=True)}
    assert len(addresses) == len(counts), "one address has several counts"


def test_what_nobody_measured_is_compared_with_what_was(chosen):
    frame = unmeasured.needed(chosen, OVERHEAD).frame.set_index("term")["estimate"]
    assert frame["robustness"] > frame["robustness_of_interval"] > frame["strongest_measured"]
    assert frame["e_value"] > frame["e_value_of_interval"] > 1
    unrelated = unmeasured.needed(chosen, STREAMS).frame.set_index("term")["estimate"]
    assert unrelated["robustness_of_interval"] == 0
    assert unrelated["e_value_of_interval"] == 1
    assert isinstance(unmeasured.needed(Absent(("x",)), OVERHEAD), Absent)


def test_a_common_cause_is_seen_as_strong_once_it_is_measured():
    """A planted cause of both sides is found: at equal cause nothing is left."""
    table = drawn()
    frame = table.frame
    random = np.random.default_rng(5)
    cause = {name: random.normal() for name in frame["organisation"].unique()}
    hidden = frame["organisation"].map(cause)
    frame = frame.assign(
        **{OVERHEAD: frame[OVERHEAD] - 0.02 * hidden},
        absence_rate=frame["absence_rate"] * np.exp(0.04 * hidden),
    )
    seen = accounts_levels.sample(DataTable("organisation_years", frame), "absence_rate", **SPAN)
    blind = unmeasured.needed(seen, OVERHEAD).frame.set_index("term")["estimate"]
    assert blind["robustness_of_interval"] > 0
    known = accounts_levels.sample(
        DataTable("organisation_years", frame.assign(cause=hidden)), "absence_rate",
        beside=("cause",), **SPAN,
    )  # fmt: skip
    told = unmeasured.needed(known, OVERHEAD).frame.set_index("term")["estimate"]
    assert told["strongest_measured"] > 10 > blind["strongest_measured"]
    assert told["robustness"] < blind["robustness"] / 2


def test_numbers_without_an_interval_say_so(chosen, curve):
    """A page prints a number with its interval, or as one that has none."""
    parts = [
        specifications.summary(curve).frame,
        unmeasured.needed(chosen, OVERHEAD).frame,
        accounts_levels.points(chosen, OVERHEAD).frame,
    ]
    for frame in parts:
        assert (frame["ci_low"].notna() | (frame["half_step"] == 0)).all()

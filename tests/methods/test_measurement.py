"""Factor structure, invariance and common method on drawn answers whose truth is known."""

import numpy as np
import pytest

from analysis.airlock.rows import rows_of
from analysis.airlock.rules import judge
from analysis.dataset import DataTable
from analysis.methods import common_method, factor_structure, intercepts, invariance
from analysis.methods.results import Absent
from tests.airlock.making import LIMITS
from tests.methods.survey_drawn import drawn

LAST = {"last": 2025}
GONE = DataTable("individuals", None)
ABSENT = Absent(("individuals",))


def structures(common):
    table = drawn(2500, 100, scales=("learning",), common=common)
    return table, factor_structure.structures(table, **LAST, scales=("learning",))


def test_parts_that_differ_are_told_from_parts_that_are_one():
    table, found = structures(0.7)
    judged = factor_structure.judged(table, found, **LAST).frame.set_index("term")
    assert judged.loc["learning_fit", "ci_low"] > 0.99
    assert judged.loc["learning_gain", "ci_low"] > 0.01
    assert found["learning"].closest == pytest.approx(0.7, abs=0.06)
    table, found = structures(1.0)
    judged = factor_structure.judged(table, found, **LAST).frame.set_index("term")
    assert judged.loc["learning_fit", "ci_low"] > 0.99, "more factors than needed fit as well"
    assert judged.loc["learning_gain", "ci_high"] < 0.01
    assert abs(found["learning"].closest - 1) < 0.05


def test_all_models_of_a_scale_and_their_indices():
    table, found = structures(0.7)
    judged = factor_structure.judged(table, found, **LAST)
    models = factor_structure.of_models(judged, found).frame.set_index("term")["estimate"]
    assert models["learning.by_part"] > models["learning.fewer"] > models["learning.single"]
    cells = factor_structure.fit_table(table, found, **LAST)
    values = cells.frame.set_index("measure")["value"]
    assert values["factors"] == 3
    assert values["rmsea"] < 0.05
    assert all(not judge(row, LIMITS) for row in rows_of(cells)), "the airlock lets the table pass"


def test_structure_without_data_or_with_too_little():
    few = drawn(300, 10, scales=("learning",))
    for table in (GONE, few):
        found = factor_structure.structures(table, **LAST, scales=("learning",))
        assert found == {"learning": ABSENT}
        judged = factor_structure.judged(table, found, **LAST)
        assert judged == ABSENT
        assert factor_structure.of_models(judged, found) == ABSENT
        assert factor_structure.fit_table(table, found, **LAST) == ABSENT
    spoilt = drawn(2500, 100, scales=("learning",)).frame.assign(learning_safety_1=2.0)
    found = factor_structure.structures(
        DataTable("individuals", spoilt), **LAST, scales=("learning",)
    )
    assert found == {"learning": ABSENT}


def test_an_item_that_differs_in_one_branch_is_found():
    table = drawn(6000, 200, scales=("learning",), shift=0.4)
    tested = invariance.by_part(table, **LAST, scales=("learning",))
    safety = tested["learning_safety", "branch"]
    assert not safety.invariant
    assert safety.freed == (("learning_safety_1", "ghz"),)
    assert safety.partial_fall < invariance.LARGEST_FALL
    others = [one for (name, by), one in tested.items() if (name, by) != (safety.name, "branch")]
    assert all(one.invariant for one in others if one.is_part)
    count = invariance.not_invariant(table, tested, "branch", **LAST).frame.iloc[0]
    assert count["estimate"] == 1
    worst = invariance.largest_falls(table, tested).frame.iloc[0]
    assert (worst["term"], worst["estimate"]) == ("learning.branch", safety.scalar_fall)
    found = intercepts.deviations(table, tested, **LAST, seed=1).frame
    first = found.iloc[0]
    assert first["term"] == "learning_safety_1.ghz"
    assert first["ci_low"] < 0.4 < first["ci_high"]
    assert first["ci_low"] > 0
    assert (found["ci_low"].iloc[1:] < 0).all(), "the other deviations are chance"


def test_nothing_is_found_where_nothing_differs():
    table = drawn(4000, 150, scales=("learning",))
    tested = invariance.by_part(table, **LAST, scales=("learning",))
    assert all(one.invariant for one in tested.values())
    assert all(one.freed == () for one in tested.values())
    cells = invariance.falls(table, tested)
    assert (cells.frame["value"] <= invariance.LARGEST_FALL).all()
    assert all(not judge(row, LIMITS) for row in rows_of(cells))
    found = intercepts.deviations(table, tested, **LAST, seed=1).frame
    assert ((found["ci_low"] < 0) & (found["ci_high"] > 0)).all()


def test_a_small_group_is_left_out_and_the_address_says_so():
    frame = drawn(3000, 120, scales=("autonomy",)).frame
    small = (frame["branch"] != "ggz") | (np.arange(len(frame)) < 200)
    table = DataTable("individuals", frame[small])
    one = invariance.by_part(table, **LAST, scales=("autonomy",))["autonomy", "branch"]
    assert "ggz" not in one.levels
    assert "ggz" not in str(one.cell)
    assert "branch=ghz+hospitals+vvt+welfare" in str(one.cell)


def test_invariance_without_data():
    assert invariance.by_part(GONE, **LAST) == {}
    assert invariance.falls(GONE, {}) == ABSENT
    assert invariance.largest_falls(GONE, {}) == ABSENT
    assert invariance.not_invariant(GONE, {}, "branch", **LAST) == ABSENT
    assert intercepts.deviations(GONE, {}, **LAST, seed=1) == ABSENT


@pytest.mark.parametrize("method", [0.25, 0.0])
def test_common_method_is_detected_when_it_is_there(method):
    table = drawn(5000, 150, method=method)
    share = common_method.method_share(table, **LAST, seed=1).frame.iloc[0]
    assert share["ci_low"] < 100 * method**2 < share["ci_high"]
    marker = common_method.marker_correlation(table, **LAST, seed=1).frame.iloc[0]
    assert (share["ci_low"] > 0) == (method > 0)
    assert (marker["ci_low"] > 0) == (method > 0)


def test_the_marker_repairs_most_of_a_correlation():
    """Scales are drawn independent: what they share is method, more in a scale of many items."""
    table = drawn(5000, 150, method=0.25)
    found = common_method.adjusted_correlations(table, **LAST, seed=1)
    values = found.frame.pivot(index="group", columns="measure", values="value")
    assert (values["found_low"] > 0.02).all()
    assert (values["adjusted"].abs() < 0.06).all()
    assert all(not judge(row, LIMITS) for row in rows_of(found))


def test_the_correction_of_lindell_and_whitney():
    assert common_method.adjusted(0.40, 0.10) == pytest.approx(1 / 3)
    assert common_method.adjusted(0.10, 0.10) == 0


def test_common_method_without_data():
    few = drawn(60, 10)
    constant = DataTable("individuals", drawn(600, 60).frame.assign(marker=3.0))
    for table in (GONE, few):
        assert common_method.method_share(table, **LAST, seed=1) == ABSENT
    for table in (GONE, few, constant):
        assert common_method.marker_correlation(table, **LAST, seed=1) == ABSENT
        assert common_method.adjusted_correlations(table, **LAST, seed=1) == ABSENT

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods.cells import Cell
from analysis.methods.distribution import Columns, binned, percentiles, quantile
from analysis.methods.results import Absent

ORGANISATIONS = Cell.of("organisations", vernet="yes")
ABOUT = {"among": ORGANISATIONS, "year": 2025, "unit": "percent"}
PEOPLE = Columns(person="respondent")
BINS = {"among": ORGANISATIONS, "year": 2025, "units": ("percent", "percent")}


def organisations(**branches):
    """Organisations by branch, each with its values of absence."""
    rows = [(branch, value) for branch, values in branches.items() for value in values]
    return pd.DataFrame(
        {
            "organisation": [f"o{place}" for place in range(len(rows))],
            "branch": [branch for branch, _ in rows],
            "absence_rate": [value for _, value in rows],
            "year": 2025,
            "employees": 100,
        }
    )


def of(frame, variable="absence_rate", levels=("vvt", "ghz"), **more):
    table = DataTable("organisation_years", frame)
    return percentiles(table, variable, "branch", list(levels), **{**ABOUT, **more})


def values(result, group):
    rows = result.frame[result.frame["group"] == group]
    return dict(zip(rows["measure"], rows["value"], strict=True))


def test_a_quantile_by_hand_is_the_mean_of_ten_neighbours():
    ordered = np.arange(1.0, 101.0)
    assert quantile(ordered, 0.1) == np.arange(6, 16).mean() == 10.5
    assert quantile(ordered, 0.5) == 50.5
    assert quantile(ordered, 0.9) == 90.5


@pytest.mark.parametrize("n", [20, 41, 100, 105, 333])
@pytest.mark.parametrize("q", [0.1, 0.25, 0.5])
def test_mirrored_values_give_mirrored_quantiles(n, q):
    ordered = np.sort(np.random.default_rng(n).gamma(2, size=n))
    if q != 0.5 or n % 2 == 0:
        assert quantile(-ordered[::-1], 1 - q) == pytest.approx(-quantile(ordered, q))
    # Within the values on either side, never beyond them.
    assert ordered[0] < quantile(ordered, q) < ordered[-1]


def test_quantiles_of_many_are_those_of_the_distribution():
    drawn = np.random.default_rng(1).normal(size=100_000)
    for q in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert quantile(np.sort(drawn), q) == pytest.approx(np.quantile(drawn, q), abs=0.001)


def test_no_single_organisation_moves_a_quantile_to_itself():
    """An outlier at the end changes no released number: the largest value stays inside."""
    base = np.linspace(4, 10, 200)
    changed = np.append(base[:-1], 99.0)
    first, second = (of(organisations(vvt=one)) for one in (base, changed))
    assert values(first, "vvt") == values(second, "vvt")
    assert not set(values(first, "vvt").values()) & set(base)


def test_each_row_says_what_the_airlock_must_know():
    result = of(organisations(vvt=range(120), ghz=range(30)), together="four")
    frame = result.frame
    assert list(frame["group"].unique()) == ["vvt", "ghz", "four"]
    assert set(frame["kind"]) == {"quantile"}
    first, last = result.behind[0], result.behind[-1]
    assert (first.cell, first.quantile) == ("organisations|branch=vvt|vernet=yes|year=2025", 0.1)
    assert last.cell == "organisations|branch=ghz+vvt|vernet=yes|year=2025"
    assert frame["n_organisations"].tolist() == [120] * 5 + [30] * 5 + [150] * 5
    assert frame["n_persons"].iloc[0] == 12_000


def test_small_groups_are_returned_for_the_airlock_to_judge_and_empty_ones_left_out():
    result = of(organisations(vvt=range(7)))
    assert set(result.frame["group"]) == {"vvt"}
    assert set(values(result, "vvt").values()) == {3.0}


def test_missing_values_other_years_and_absent_tables():
    frame = organisations(vvt=[*range(40), np.nan])
    assert of(frame).frame["n_organisations"].iloc[0] == 40
    assert of(frame, year=2024) == Absent(("organisation_years",))
    assert of(None) == Absent(("organisation_years",))


def test_who_is_counted_is_named_and_counted_once():
    frame = organisations(vvt=range(40))
    with pytest.raises(ValueError, match="name their column"):
        of(frame, among=Cell.of("respondents"))
    with pytest.raises(ValueError, match="twice in a year"):
        of(pd.concat([frame, frame]))


def test_a_share_becomes_percent():
    assert values(of(organisations(vvt=[0.5] * 40), scale=100), "vvt")["p50"] == 50


def world(slope, *, count=600, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(20, 5, count)
    frame = organisations(vvt=7 + slope * (x - 20) + rng.normal(0, 1, count))
    return frame.assign(temporary=x)


def bins_of(frame, **more):
    table = DataTable("organisation_years", frame)
    return binned(table, "temporary", "absence_rate", **{**BINS, **more})


def wide(result):
    return result.frame.pivot(index="group", columns="measure", values="value")


def test_bins_recover_a_planted_slope_and_none_where_there_is_none():
    planted = wide(bins_of(world(0.2)))
    assert np.polyfit(planted["x"], planted["y"], 1)[0] == pytest.approx(0.2, abs=0.03)
    null = wide(bins_of(world(0.0)))
    assert np.polyfit(null["x"], null["y"], 1)[0] == pytest.approx(0, abs=0.03)


def test_intervals_of_bins_hold_the_true_mean():
    held = []
    for seed in range(60):
        table = wide(bins_of(world(0.0, count=200, seed=seed), bins=5))
        held += list((table["y_low"] < 7) & (table["y_high"] > 7))
    assert 0.92 < np.mean(held) < 0.98


def test_intervals_of_persons_know_that_colleagues_resemble_each_other():
    rng = np.random.default_rng(3)
    count, each = 30, 40
    own = np.repeat(rng.normal(0, 1, count), each)
    frame = pd.DataFrame(
        {
            "respondent": [f"r{place}" for place in range(count * each)],
            "organisation": np.repeat([f"o{place}" for place in range(count)], each),
            "year": 2025,
            "load": rng.normal(size=count * each),
            "exhausted": own + rng.normal(0, 1, count * each),
        }
    )
    found = wide(
        binned(
            DataTable("individuals", frame), "load", "exhausted",
            among=Cell.of("respondents"), year=2025, units=("standard_deviations",) * 2,
            bins=2, columns=PEOPLE,
        )
    )  # fmt: skip
    independent = 1.96 * frame["exhausted"].std() / np.sqrt(count * each / 2)
    assert ((found["y_high"] - found["y_low"]) / 2 > 2 * independent).all()


def test_every_bin_holds_ten_organisations_and_says_so():
    result = bins_of(world(0.1, count=47))
    assert result.frame["n_organisations"].min() >= 10
    assert result.frame["group"].nunique() == 4
    assert {one.cell for one in result.behind} == {
        f"organisations|bin=temporary {place} of 4|vernet=yes|year=2025" for place in (1, 2, 3, 4)
    }
    assert all(one.largest <= 0.5 for one in result.behind)
    assert bins_of(world(0.1, count=19)) == Absent(("organisation_years",))


def test_persons_of_few_organisations_make_no_bins():
    frame = pd.DataFrame(
        {
            "respondent": [f"r{place}" for place in range(400)],
            "organisation": np.repeat(["a", "b", "c", "d"], 100),
            "year": 2025,
            "load": np.arange(400.0),
            "exhausted": np.arange(400.0),
        }
    )
    found = binned(
        DataTable("individuals", frame), "load", "exhausted", among=Cell.of("respondents"),
        year=2025, units=("percent", "percent"), columns=PEOPLE,
    )  # fmt: skip
    assert found == Absent(("individuals",))


def test_equal_values_stay_in_one_bin():
    frame = world(0.1, count=100).assign(temporary=[0.0] * 60 + list(range(1, 41)))
    sizes = bins_of(frame).frame.groupby("group")["n_organisations"].first()
    assert sizes.max() >= 60
    assert sizes.sum() == 100


def test_limits_chosen_beforehand_stay_and_small_bins_go_to_the_airlock():
    result = bins_of(world(0.1, count=300), edges=[10.0, 20.0, 30.0], bins=99)
    sizes = result.frame.groupby("group")["n_organisations"].first()
    assert list(sizes.index) == ["bin_1", "bin_2", "bin_3", "bin_4"]
    assert sizes["bin_1"] < 20
    assert sizes.sum() == 300

"""What of a gap goes with characteristics: the decomposition, its parts and what it needs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import ccard
from statsmodels.stats.oaxaca import OaxacaBlinder

from analysis.dataset import DataTable
from analysis.methods import gap_sample, oaxaca_blinder
from analysis.methods.cells import Cell
from analysis.methods.gap_sample import ACCOUNTS, GapSample
from analysis.methods.oaxaca_blinder import REFERENCES
from analysis.methods.results import Absent

HIGH, LOW = ("vvt", "ghz", "welfare"), ("hospitals", "ggz")
SIZES = {"vvt": 40, "ghz": 30, "welfare": 15, "hospitals": 35, "ggz": 30}
#: Of R's own algebra on the data of the credit cards, as Stata's command of Jann (2008) gives it.
CREDIT_CARDS = {
    "gap": 158.75044, "endowments": 321.74825, "coefficients": 75.45371,
    "interaction": -238.45151,
}  # fmt: skip
TWO_FOLD = {"pooled": (130.80954, 27.94091), "neumark": (139.22577, 19.52467)}


def sample(outcome, drivers, high, **more):
    branch = np.where(high, "vvt", "hospitals").astype(object)
    count = len(outcome)
    about = {
        "names": tuple(f"x{place}" for place in range(drivers.shape[1])),
        "weight": np.ones(count),
        "branch": branch,
        "employees": np.full(count, 100.0),
        "high": high,
        "years": (2024, 2025),
        "table": "drawn",
        "among": Cell.of("organisations", vernet="yes"),
        "left_out": {},
    } | more
    return GapSample(outcome, drivers, **about)


def drawn(seed=1, slope=(-1.0, 0.3), sizes=SIZES, noise=0.5):
    """Organisations of five branches; the first driver is lower in the first group."""
    random = np.random.default_rng(seed)
    branch = np.repeat(list(sizes), list(sizes.values())).astype(object)
    high = np.isin(branch, HIGH)
    drivers = random.normal(0, 1, (len(branch), 2)) - np.outer(high, [1.5, -0.5])
    outcome = 7.0 + drivers @ np.array(slope) + 0.4 * high + random.normal(0, noise, len(branch))
    return sample(
        outcome, drivers, high, branch=branch, names=ACCOUNTS,
        weight=np.exp(random.normal(6, 0.4, len(branch))),
    )  # fmt: skip


def estimate(result, term):
    return result.frame.set_index("term").loc[term, "estimate"]


@pytest.fixture(scope="module")
def cards():
    data = ccard.load_pandas().data
    names = ["AGE", "INCOME", "INCOMESQ"]
    high = data["OWNRENT"].to_numpy() == 1
    found = sample(data["AVGEXP"].to_numpy(float), data[names].to_numpy(float), high)
    own = OaxacaBlinder(data["AVGEXP"], data[[*names, "OWNRENT"]], "OWNRENT", hasconst=False)
    return found, own


@pytest.mark.parametrize(("term", "value"), CREDIT_CARDS.items())
def test_the_threefold_decomposition_is_that_of_r_and_stata(cards, term, value):
    moments = oaxaca_blinder.moments_of(cards[0], 1)
    parts = oaxaca_blinder.three_parts(moments, cards[0])
    assert parts[term][0] == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("reference", "values"), TWO_FOLD.items())
def test_the_twofold_decomposition_is_that_of_r_and_stata(cards, reference, values):
    moments = oaxaca_blinder.moments_of(cards[0], 1)
    explained = oaxaca_blinder.parts_of(moments, cards[0], reference)[0].sum()
    gap = oaxaca_blinder.gap_of(moments, cards[0])[0]
    assert (explained, gap - explained) == pytest.approx(values, abs=1e-4)


def test_statsmodels_answers_to_neumark_with_the_pooled_coefficients(cards):
    """The option is spelt ``nuemark``; why this book does not use it."""
    own = {name: own_of(cards[1], name) for name in ("pooled", "nuemark", "neumark")}
    assert own["neumark"] == pytest.approx(own["pooled"]), "the right name is another method now"
    assert own["nuemark"] == pytest.approx(TWO_FOLD["neumark"], abs=1e-4)
    assert own["pooled"] == pytest.approx(TWO_FOLD["pooled"], abs=1e-4)


def own_of(model, name):
    unexplained, explained, _ = model.two_fold(two_fold_type=name).params
    return explained, unexplained


@pytest.mark.parametrize("reference", REFERENCES)
def test_the_parts_add_up_to_the_gap(reference):
    result = oaxaca_blinder.two_fold(drawn(), reference=reference, draws=20)
    parts = sum(estimate(result, term) for term in (*ACCOUNTS, "unexplained"))
    found = drawn()
    means = [
        np.average(found.outcome[side], weights=found.weight[side])
        for side in (found.high, ~found.high)
    ]
    assert parts == pytest.approx(estimate(result, "gap"), abs=1e-9)
    assert estimate(result, "gap") == pytest.approx(means[0] - means[1], abs=1e-9)
    assert estimate(result, "explained") == pytest.approx(
        sum(estimate(result, term) for term in ACCOUNTS), abs=1e-9
    )


def test_the_three_parts_add_up_to_the_gap():
    result = oaxaca_blinder.three_fold(drawn(), draws=20)
    three = sum(estimate(result, one) for one in ("endowments", "coefficients", "interaction"))
    assert three == pytest.approx(estimate(result, "gap"), abs=1e-9)


def test_slopes_within_branches_leave_out_what_branches_differ_in():
    # A driver that goes with absence only because one branch is higher on both.
    found = drawn(slope=(0.0, 0.0), noise=0.3)
    shifted = found.drivers + np.outer(found.branch == "vvt", [-3.0, 0.0])
    outcome = found.outcome + 2.0 * (found.branch == "vvt")
    found = replace(found, drivers=shifted, outcome=outcome)
    within, pooled = (
        estimate(oaxaca_blinder.two_fold(found, reference=one, draws=20), "overhead_share")
        for one in ("within", "pooled")
    )
    assert abs(within) < 0.3
    assert pooled > 0.5, "slopes that compare branches take their other differences along"


def test_the_planted_part_is_recovered():
    row = oaxaca_blinder.two_fold(drawn(), draws=400).frame.set_index("term").loc["overhead_share"]
    assert row["ci_low"] < 1.5 < row["ci_high"]
    assert row["p_value"] < 0.01


def test_weights_count_as_sizes():
    found = drawn()
    twice = replace(found, weight=2 * found.weight)
    one, other = (oaxaca_blinder.two_fold(part, draws=50).frame for part in (found, twice))
    pd.testing.assert_frame_equal(one, other)


def test_a_slope_that_rests_on_one_organisation_is_not_given():
    found = drawn()
    lone = np.zeros_like(found.drivers)
    lone[0] = 1.0
    assert isinstance(oaxaca_blinder.two_fold(replace(found, drivers=lone), draws=20), Absent)


def test_each_branch_is_left_out_once():
    result = oaxaca_blinder.without_each_branch(drawn(), ("gap",), draws=20)
    assert set(result.frame["term"]) == {f"{one}.gap" for one in ("all_branches", *SIZES)}


def test_among_the_alike_the_characteristics_differ_less():
    frame = oaxaca_blinder.on_common_support(drawn(), draws=50).frame.set_index("term")
    explained = frame["estimate"].abs()
    assert explained["overhead_share.alike"] < explained["overhead_share.everybody"]
    assert frame.loc["gap.alike", "n_organisations"] < frame.loc["gap.everybody", "n_organisations"]


def test_the_method_names_the_branches_that_count_among_the_alike():
    found = drawn()
    few = np.flatnonzero(found.branch == "hospitals")[gap_sample.FEWEST_IN_BRANCH - 1 :]
    part = found.of(~np.isin(np.arange(len(found.branch)), few))
    whole = oaxaca_blinder.on_common_support(found, draws=20)
    assert "Hospitals" in whole.method.en
    assert "Mental-health care" in whole.method.en
    thin = oaxaca_blinder.on_common_support(part, draws=20)
    assert "Hospitals" not in thin.method.en
    assert "Mental-health care" in thin.method.en


def test_without_accounts_nobody_is_called_alike_and_nothing_is_judged():
    found = drawn().with_drivers(["overhead_share"])
    assert isinstance(oaxaca_blinder.on_common_support(found, draws=20), Absent)
    assert isinstance(oaxaca_blinder.judged(oaxaca_blinder.two_fold(found, draws=20)), Absent)


def test_the_range_of_the_other_side_is_counted():
    found = drawn()
    frame = gap_sample.support(found).frame.set_index("term")
    side = found.drivers[found.high][:, 0]
    low, high = np.quantile(side, gap_sample.RANGE)
    inside = found.drivers[~found.high][:, 0]
    wanted = 100 * ((inside >= low) & (inside <= high)).mean()
    assert frame.loc["overhead_share", "estimate"] == pytest.approx(wanted)
    assert frame.loc["together", "estimate"] <= frame["estimate"].drop("together").min()


def test_a_characteristic_in_which_nobody_is_alike_stays_out():
    found = drawn()
    assert gap_sample.comparable(found).names == found.names
    shifted = replace(found, drivers=found.drivers + np.outer(found.high, [9.0, 0.0]))
    part = gap_sample.comparable(shifted)
    assert part.names == ("effective_streams",)
    assert part.left_out == {"overhead_share": "not comparable"}
    nowhere = replace(found, drivers=found.drivers + np.outer(found.high, [9.0, 9.0]))
    assert isinstance(gap_sample.comparable(nowhere), Absent)


# --- the sample -----------------------------------------------------------------------------------


def table(years=(2023, 2024, 2025), level=(0.9, 1.0, 1.2)):
    random = np.random.default_rng(4)
    branch = np.repeat(list(SIZES), list(SIZES.values()))
    own = np.exp(random.normal(np.log(7), 0.15, len(branch)))
    rows = [
        pd.DataFrame(
            {
                "organisation": np.arange(len(branch)).astype(str),
                "year": year,
                "branch": branch,
                "employees": 500,
                "person_years": random.uniform(100, 900, len(branch)),
                "absence_rate": own * factor,
                "overhead_share": random.normal(0.18, 0.03, len(branch)),
                "effective_streams": random.normal(2, 0.4, len(branch)),
            }
        )
        for year, factor in zip(years, level, strict=True)
    ]
    return DataTable("organisation_years", pd.concat(rows, ignore_index=True))


def of_table(data):
    return gap_sample.gap_sample(data, ACCOUNTS, HIGH, LOW, first=2019, last=2025)


def test_an_organisation_that_is_followed_in_a_bad_year_is_not_one_of_high_absence():
    data = table()
    whole = of_table(data)
    frame = data.frame
    some = (frame["branch"] == "vvt") & (frame["year"] == 2023)
    part = of_table(DataTable(data.name, frame[~some]))
    vvt = whole.branch == "vvt"
    away = part.outcome[vvt].mean() / whole.outcome[vvt].mean()
    assert away == pytest.approx(1, abs=0.05), "the level of a year passed for that of a branch"


def test_weighted_means_of_organisations_are_those_of_all_years():
    data = table()
    found = of_table(data)
    for side, branches in ((found.high, HIGH), (~found.high, LOW)):
        rows = data.frame[data.frame["branch"].isin(branches)]
        level = data.frame.groupby("year")["absence_rate"].mean()
        assert np.average(found.outcome[side], weights=found.weight[side]) == pytest.approx(
            np.average(
                rows["absence_rate"] / rows["year"].map(level) * level.mean(),
                weights=rows["person_years"],
            ),
            rel=0.02,
        )
    assert found.outcome @ found.weight / found.weight.sum() == pytest.approx(
        np.average(data.frame["absence_rate"], weights=data.frame["person_years"]), abs=1e-9
    )


def test_a_branch_of_few_and_a_side_without_a_branch():
    data = table()
    frame = data.frame
    few = frame["branch"].eq("welfare") & frame["organisation"].astype(int).mod(2).eq(0)
    assert "welfare" not in of_table(DataTable(data.name, frame[~few])).branch
    one_side = DataTable(data.name, frame[frame["branch"].isin(HIGH)])
    assert isinstance(of_table(one_side), Absent)
    assert isinstance(of_table(DataTable(data.name, None)), Absent)


def test_accounts_that_are_unknown_stay_out_and_are_not_asked_for():
    frame = table().frame.assign(overhead_share=np.nan, effective_streams=np.nan, inflow_rate=0.2)
    frame["inflow_rate"] += np.random.default_rng(2).normal(0, 0.03, len(frame))
    found = gap_sample.gap_sample(
        DataTable("organisation_years", frame), (*ACCOUNTS, "inflow_rate"), HIGH, LOW,
        first=2019, last=2025,
    )  # fmt: skip
    assert found.names == ("inflow_rate",)
    assert "intrakoop" not in str(found.cell())
    assert set(found.left_out) == set(ACCOUNTS)

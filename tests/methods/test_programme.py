"""Monitoring of participants on small drawn data: effects, readings of the target, poor data."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import detectable, picked_starters, programme_effect, target_change
from analysis.methods.monitored import first_whole_years, monitored
from analysis.methods.results import Absent
from tests.methods.group_time import group_time
from tests.methods.standings import BRANCHES, LAST, organisation_years

YEARS = 9
FIRST = LAST - YEARS + 1
QUICK = {"seed": 3, "draws": 299}


def started(table, *days):
    """Return the participants with their days of starting, in turn."""
    frame = table.frame
    mine = sorted(set(frame.loc[frame["participant"] == 1, "organisation"]))
    dates = [pd.Timestamp(days[place % len(days)]) for place in range(len(mine))]
    return DataTable("participants", pd.DataFrame({"organisation": mine, "start_date": dates}))


def with_effect(table, participants, effect):
    """Change the absence of participants from their first whole year on."""
    frame = table.frame
    first = frame["organisation"].map(first_whole_years(participants)).fillna(9999)
    factor = np.where(frame["year"] >= first, np.exp(effect), 1.0)
    return DataTable(table.name, frame.assign(absence_rate=frame["absence_rate"] * factor))


def gathered(table, participants, **changes):
    options = {"first": FIRST, "last": LAST} | changes
    return monitored(table, participants, "absence_rate", BRANCHES, **options)


@pytest.fixture(scope="module")
def data():
    table = organisation_years(years=YEARS, seed=2)
    return table, started(table, f"{LAST - 3}-10-01")


def test_a_start_in_the_course_of_a_year_counts_from_the_next():
    frame = pd.DataFrame(
        {"organisation": ["a", "b", "c"], "start_date": ["2024-01-01", "2024-09-15", None]}
    )
    frame["start_date"] = pd.to_datetime(frame["start_date"])
    assert first_whole_years(DataTable("participants", frame)) == {"a": 2024, "b": 2025}


@pytest.mark.parametrize(
    "days", [[f"{LAST - 3}-10-01"], [f"{LAST - 3}-10-01", f"{LAST - 1}-01-01"]]
)
def test_an_effect_is_found_whether_or_not_all_start_together(data, days):
    table, _ = data
    participants = started(table, *days)
    one = gathered(with_effect(table, participants, -0.30), participants)
    row = programme_effect.effect(one, "effect", **QUICK).frame.iloc[0]
    assert np.log1p(row["estimate"] / 100) == pytest.approx(-0.30, abs=0.08)
    assert row["ci_high"] < 0
    assert row["p_value"] < 0.05
    assert len(one.starts) == len(days)


def test_with_equal_weights_and_no_covariates_it_is_that_of_callaway_and_santanna(data):
    table, participants = data
    one = gathered(table, participants)
    plain = one.chosen(one.found.branch == 0)
    if plain is None:
        pytest.skip("too few in one branch")
    flat = type(plain)(
        type(plain.found)(**{**vars(plain.found), "region": np.full(len(plain.first), "noord")}),
        plain.first,
        plain.years,
    )
    row = programme_effect.effect(flat, "x", base=1, weighting="equal", **QUICK).frame.iloc[0]
    expected, _ = group_time(flat.found.logs, flat.first, flat.years).overall("simple")
    assert np.log1p(row["estimate"] / 100) == pytest.approx(expected, abs=1e-6)


def test_without_an_effect_the_p_value_is_as_often_small_as_it_says():
    small = []
    for seed in range(40):
        table = organisation_years(years=6, seed=seed, sizes=(60, 40))
        one = gathered(table, started(table, f"{LAST - 1}-10-01"), first=LAST - 5)
        row = programme_effect.effect(one, "x", seed=seed, draws=199).frame.iloc[0]
        small.append(row["p_value"] <= 0.05)
    assert sum(small) <= 6


def test_years_before_the_start_are_told_by_their_distance(data):
    one = gathered(*data)
    frame = programme_effect.event_study(one, **QUICK).frame
    assert frame["term"].iloc[0] == f"start_minus_{YEARS - 3}"
    assert frame["term"].iloc[-1] == "start_plus_2"
    assert frame["period"].iloc[-1] == f"{LAST}JJ00"
    early = np.log1p(frame["estimate"][frame["term"].str.contains("minus")] / 100)
    assert early.sum() == pytest.approx(0, abs=1e-9), "distances from the mean of these years"


def test_a_trend_before_the_start_is_seen(data):
    table, participants = data
    frame = table.frame
    drift = np.where(frame["participant"] == 1, np.exp(-0.04 * (frame["year"] - FIRST)), 1.0)
    one = gathered(
        DataTable(table.name, frame.assign(absence_rate=frame["absence_rate"] * drift)),
        participants,
    )
    found = programme_effect.before_the_start(one, **QUICK).frame.set_index("term")
    assert found.loc["slope", "estimate"] == pytest.approx(-4, abs=1.5)
    assert found.loc["slope", "ci_high"] < 0
    assert found.loc["as_far", "estimate"] < 10


def test_the_choices_are_those_of_both_outcomes(data):
    table, participants = data
    other = monitored(table, participants, "turnover_rate", BRANCHES, first=FIRST, last=LAST)
    found = programme_effect.variants(gathered(table, participants), other, **QUICK).frame
    assert len(found) == 14
    assert found["term"].is_unique


def test_fewer_years_after_the_start_say_less(data):
    table, participants = data
    one = gathered(table, participants, last=LAST - 3)
    assert one.after == 0
    assert isinstance(programme_effect.effect(one, "x", **QUICK), Absent)
    assert not isinstance(detectable.of_the_programme(one, **QUICK), Absent), (
        "the design can be told before anything happened"
    )


def test_small_organisations_and_many_characteristics_need_more(data):
    one = gathered(*data)
    single = detectable.of_one_organisation(one).frame
    by_size = single[single["group"] == "one_year"]["value"].to_numpy()
    assert (np.diff(by_size) < 0).all()
    split = detectable.combinations(one).frame["estimate"].to_numpy()
    assert (np.diff(split) < 0).all(), "the fall that is needed grows with the combinations"


def test_ways_of_measuring_are_wrong_by_what_luck_there_was(data):
    found = picked_starters.errors(gathered(*data), **QUICK).frame.set_index("term")
    assert found.loc["against_branch", "estimate"] > found.loc["all_years", "estimate"]


def readings(table, **changes):
    options = {"base_years": (LAST - 2,), "populations": ("participants", "sector"), "last": LAST}
    return target_change.changes(table, "absence", **{**options, **changes})


def test_the_change_of_a_population_is_that_of_its_days(data):
    table, _ = data
    frame = table.frame.assign(days=table.frame["absence_rate"] * table.frame["person_years"])
    sums = frame.groupby("year")[["days", "person_years"]].sum()
    rate = sums["days"] / sums["person_years"]
    found = readings(table).frame.set_index("term").loc[f"base_{LAST - 2}.sector"]
    assert found["estimate"] == pytest.approx(100 * (rate[LAST] / rate[LAST - 2] - 1), abs=1e-9)
    assert found["ci_low"] < found["estimate"] < found["ci_high"]


def test_readings_do_not_differ_by_one_organisation(data):
    table, _ = data
    frame = table.frame
    one = frame.loc[frame["participant"] == 1, "organisation"].iloc[0]
    gap = (frame["organisation"] == one) & (frame["year"] == LAST - 2)
    years = (LAST - 3, LAST - 2, LAST - 1)
    found = readings(DataTable(table.name, frame[~gap]), base_years=years).frame
    assert len(found) == 2 * len(years)
    for population in ("participants", "sector"):
        about = found[found["term"].str.endswith(population)]
        assert about["n"].nunique() == 1, "two numbers of employees would tell those of one"
    whole = readings(table, base_years=years).frame
    assert (found["n_organisations"] == whole["n_organisations"] - 1).all()


def test_a_year_that_few_have_is_no_base_year(data):
    table, _ = data
    frame = table.frame
    some = set(sorted(set(frame["organisation"]))[::3])
    late = (frame["year"] == LAST - 2) & ~frame["organisation"].isin(some)
    found = readings(DataTable(table.name, frame[~late]), base_years=(LAST - 2, LAST - 1)).frame
    assert set(found["term"].str.partition(".")[0]) == {f"base_{LAST - 1}"}
    assert (found["n"] == readings(table, base_years=(LAST - 1,)).frame["n"]).all()


def test_points_and_percent_agree(data):
    table, _ = data
    options = {"base_years": (LAST - 2,), "populations": ("sector",), "last": LAST}
    percent = target_change.changes(table, "absence", **options).frame["estimate"].iloc[0]
    points = (
        target_change.changes(table, "absence", unit="percentage_points", **options)
        .frame["estimate"]
        .iloc[0]
    )
    assert np.sign(percent) == np.sign(points)


def test_one_large_organisation_is_seen_behind_a_change(data):
    table, _ = data
    found = readings(table)
    assert all(0 < one.largest <= one.largest_two < 0.67 for one in found.behind)
    first = table.frame["organisation"].iloc[0]
    grown = table.frame.assign(
        person_years=table.frame["person_years"].where(table.frame["organisation"] != first, 1e9)
    )
    large = readings(DataTable(table.name, grown))
    assert max(one.largest for one in large.behind) > 0.9


def test_without_pension_fewer_leave_than_in_all():
    columns = {
        "leavers": 100, "to_same_branch": 20, "to_other_branch": 10, "to_other_sector": 30,
        "to_inactive": 25, "to_pension": 15, "employees": 1000, "employees_at_start": 1000,
    }  # fmt: skip
    table = DataTable("organisation_years", pd.DataFrame([columns]))
    rates = {
        name: target_change.with_turnover(table, name).frame["turnover_rate"].iloc[0]
        for name in target_change.COUNTED
    }
    assert rates == pytest.approx({"turnover": 0.1, "without_pension": 0.085, "sector_exit": 0.055})


def damaged(data, **columns):
    table, participants = data
    return DataTable(table.name, table.frame.assign(**columns)), participants


POOR = {
    "nobody takes part": lambda data: damaged(data, participant=0),
    "not said who takes part": lambda data: damaged(data, participant=None),
    "everybody takes part": lambda data: damaged(data, participant=1),
    "equal rates": lambda data: damaged(data, absence_rate=7.0),
    "nobody was ill": lambda data: damaged(data, absence_rate=0.0),
    "absence not known": lambda data: damaged(data, absence_rate=np.nan),
    "no start known": lambda data: (
        data[0], DataTable("participants", data[1].frame.assign(start_date=pd.NaT))
    ),
    "not delivered": lambda data: (data[0], DataTable("participants", None)),
    "no rows": lambda data: (DataTable("organisation_years", data[0].frame.iloc[:0]), data[1]),
    "two years": lambda data: (
        DataTable("o", data[0].frame[data[0].frame["year"] >= LAST - 1]), data[1]
    ),
}  # fmt: skip


@pytest.mark.parametrize("poor", POOR)
def test_poor_data_give_no_comparison(data, poor):
    one = gathered(*POOR[poor](data))
    assert one is None
    for result in (
        programme_effect.effect(one, "x", seed=1),
        programme_effect.event_study(one, seed=1),
        programme_effect.before_the_start(one, seed=1),
        programme_effect.variants(one, None, seed=1),
        detectable.of_the_programme(one, seed=1),
        detectable.power(one, seed=1),
        detectable.of_one_organisation(one),
        detectable.combinations(one),
        picked_starters.errors(one, seed=1),
    ):
        assert isinstance(result, Absent)


def test_regions_that_are_not_known_are_left_out(data):
    found = gathered(*damaged(data, region=None))
    row = programme_effect.effect(found, "x", **QUICK).frame.iloc[0]
    assert np.isfinite(row[["estimate", "ci_low", "ci_high"]].astype(float)).all()


@pytest.mark.parametrize("table", [DataTable("organisation_years", None)])
def test_without_organisations_nothing_changed(table):
    assert isinstance(readings(table), Absent)
    assert target_change.with_turnover(table, "turnover").frame is None


def test_a_base_year_that_nobody_has_is_left_out(data):
    table, _ = data
    assert isinstance(readings(table, base_years=(1999,)), Absent)

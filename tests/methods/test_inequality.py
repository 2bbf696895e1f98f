"""Slope and relative index, concentration index, contracts by education: cases and identities."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import concentration, inequality, schooling, unequal_years
from analysis.methods.results import Absent
from analysis.methods.unequal_years import ABSENCE, Years

#: R33: five groups, from the bottom, with the events in each.
PEOPLE = np.array([120.0, 200.0, 260.0, 260.0, 160.0])
EVENTS = np.array([36.0, 50.0, 52.0, 42.0, 19.0])


@pytest.fixture(scope="module")
def years() -> Years:
    """Years of people in sixty organisations; fewer are ill towards the top."""
    random = np.random.default_rng(20251122)
    rows = 6000
    status = random.random(rows)
    organisation = random.integers(0, 60, rows)
    night = random.random(rows) < 0.6 - 0.4 * status
    chance = 0.2 - 0.1 * status + 0.05 * night
    frame = pd.DataFrame(
        {
            "person": [f"p{number}" for number in range(rows)],
            "organisation": [f"o{number}" for number in organisation],
            "year": 2024 + (np.arange(rows) % 2),
            "event": (random.random(rows) < chance).astype(float),
            "exposure": random.integers(6, 13, rows) / 12,
            "weight": random.uniform(50, 150, rows),
            "ses_rank": status.round(3),
            "night": night.astype(float),
            "branch": random.choice(["vvt", "ghz", "ggz"], rows),
            "same": 1.0,
        }
    )
    return Years(frame, ABSENCE, ("employment_years", "background", "long_absences"))


def test_slope_and_relative_index_are_those_of_r():
    """R33: glm of R with identity and log link on the ridits of five groups."""
    rank = inequality.ridits(np.arange(5), PEOPLE)
    design = np.column_stack([np.ones(5), rank])
    absolute = inequality.fit(EVENTS, PEOPLE, design, "difference")
    relative = inequality.fit(EVENTS, PEOPLE, design, "ratio")
    assert absolute.params[1] == pytest.approx(-0.1945007, abs=1e-6)
    assert np.exp(relative.params[1]) == pytest.approx(0.366271, abs=1e-6)
    for found, error in ((absolute, 0.0433343), (relative, 0.2292949)):
        by_the_model = np.sqrt(np.linalg.inv(found.information)[1, 1])
        assert by_the_model == pytest.approx(error, abs=1e-6)


def test_concentration_index_in_three_versions():
    """R33: C, Erreygers 4 × mean × C, and Wagstaff C / (1 − mean)."""
    rank = inequality.ridits(np.arange(5), PEOPLE)
    found = concentration.versions(EVENTS / PEOPLE, rank, PEOPLE)
    assert found["plain"] == pytest.approx(-0.1571859, abs=1e-6)
    assert found["erreygers"] == pytest.approx(-0.12512, abs=1e-6)
    assert found["wagstaff"] == pytest.approx(-0.1962371, abs=1e-6)
    size = 50
    everybody = (np.arange(size) + 0.5) / size
    known = concentration.versions(everybody, everybody, np.ones(size))
    assert known["plain"] == pytest.approx((size**2 - 1) / (3 * size**2), abs=1e-12)


def test_the_index_of_staying_well_mirrors_that_of_being_ill(years):
    rank = inequality.ridits(years.rows["ses_rank"], years.mass)
    ill = concentration.versions(years.rows["event"].to_numpy(), rank, years.mass)
    well = concentration.versions(1 - years.rows["event"].to_numpy(), rank, years.mass)
    assert well["erreygers"] == pytest.approx(-ill["erreygers"], abs=1e-12)
    assert well["wagstaff"] == pytest.approx(-ill["wagstaff"], abs=1e-12)
    assert abs(well["plain"] + ill["plain"]) > 0.01, "the plain index has no mirror"


def test_ridits_share_the_middle_and_average_a_half():
    places = inequality.ridits(np.array([3, 1, 1, 2]), np.array([1.0, 1.0, 1.0, 1.0]))
    assert places.tolist() == [0.875, 0.25, 0.25, 0.625]
    weights = np.array([5.0, 1.0, 2.0, 2.0])
    weighted = inequality.ridits(np.array([3, 1, 1, 2]), weights, np.array([1, 1, 1, 2]))
    assert np.average(weighted[:3], weights=weights[:3]) == pytest.approx(0.5)
    assert weighted[3] == 0.5


def test_weights_are_no_counts_of_rows(years):
    """Weights in another unit change nothing; colleagues count as one cluster."""
    found = inequality.indices(years, {"welfare": "ses_rank"}, "ratio").frame
    heavier = Years(years.rows.assign(weight=100 * years.rows["weight"]), ABSENCE, years.tables)
    same = inequality.indices(heavier, {"welfare": "ses_rank"}, "ratio").frame
    columns = ["estimate", "ci_low", "ci_high", "n", "n_organisations", "df"]
    assert np.allclose(found[columns].to_numpy(float), same[columns].to_numpy(float))
    assert found["df"].item() == 59
    doubled = pd.concat([years.rows, years.rows.assign(person=years.rows["person"] + "b")])
    twice = inequality.indices(
        Years(doubled, ABSENCE, years.tables), {"welfare": "ses_rank"}, "ratio"
    ).frame
    assert twice["ci_high"].item() == pytest.approx(found["ci_high"].item(), rel=1e-6)


def test_contributions_add_up_to_the_index(years):
    parts = concentration.divide(
        years, "ses_rank", {"night": ("night",), "branch": ("branch",)}, seed=1
    )
    rank = inequality.ridits(years.rows["ses_rank"], years.mass, years.rows["year"].to_numpy())
    outcome = (years.rows["event"] / years.rows["exposure"]).to_numpy()
    whole = concentration.versions(outcome, rank, years.mass)["erreygers"]
    assert parts.values.sum() == pytest.approx(whole, abs=1e-9)
    shown = concentration.contributions(parts).frame.set_index("term")["estimate"]
    assert shown.drop("whole").sum() == pytest.approx(shown["whole"], abs=1e-9)
    # By hand: coefficient times covariance, for a model of one characteristic.
    alone = concentration.divide(years, "ses_rank", {"night": ("night",)}, seed=1)
    mass = years.mass / years.mass.sum()
    night = years.rows["night"].to_numpy()

    def covariance(one, other):
        return (mass * (one - mass @ one) * (other - mass @ other)).sum()

    slope = covariance(night, outcome) / covariance(night, night)
    assert alone.values[0] == pytest.approx(8 * slope * covariance(night, rank), abs=1e-9)


def test_parts_count_those_whose_characteristics_are_known(years):
    rows = years.rows.copy()
    without = rows["person"].isin(sorted(rows["person"].unique())[:30])
    rows.loc[without, "night"] = np.nan
    parts = concentration.divide(
        Years(rows, ABSENCE, years.tables), "ses_rank", {"night": ("night",)}, seed=1
    )
    known = rows[~without]
    shown = concentration.contributions(parts).frame
    assert set(shown["n"]) == {known["person"].nunique()}
    assert set(shown["n_organisations"]) == {known["organisation"].nunique()}
    share = concentration.share_of(parts, "share", "night")
    assert isinstance(share, Absent) or set(share.frame["n"]) == {known["person"].nunique()}


def test_a_characteristic_that_does_not_differ_is_left_out(years):
    parts = concentration.divide(
        years, "ses_rank", {"night": ("night",), "same": ("same",)}, seed=1
    )
    assert parts.names == ("night", "residual")
    copied = Years(years.rows.assign(copy=years.rows["night"]), ABSENCE, years.tables)
    both = {"night": ("night",), "copy": ("copy",)}
    assert isinstance(concentration.divide(copied, "ses_rank", both, seed=1), Absent)


def test_nothing_is_said_of_too_few_or_of_nobody_ill(years):
    few = years.rows[years.rows["organisation"].isin(["o1", "o2", "o3"])]
    healthy = years.rows.assign(event=0.0)
    level = years.rows.assign(ses_rank=0.5)
    unknown = years.rows.assign(ses_rank=np.nan)
    for rows in (few, healthy, level, unknown):
        poor = Years(rows, ABSENCE, years.tables)
        assert isinstance(inequality.indices(poor, {"welfare": "ses_rank"}, "ratio"), Absent)
    nothing = DataTable("background", None)
    jobs = DataTable("employment_years", None)
    assert isinstance(unequal_years.exits(jobs, nothing, last=2025), Absent)
    assert isinstance(schooling.jobs(jobs, nothing, last=2025), Absent)


def test_the_ratio_at_equal_work_is_that_of_mantel_and_haenszel():
    """Within each group practical people work twice as much at night; groups differ in both."""
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(30), 40),
            "function_group": np.tile(np.repeat(["nursing", "staff"], 20), 30),
            "branch": "vvt",
            "weight": 1.0,
            "wage": random.uniform(800, 1200, 1200),
        }
    )
    nursing = rows["function_group"].eq("nursing")
    rows["practical"] = (random.random(1200) < np.where(nursing, 0.7, 0.2)).astype(float)
    rows["irregular_allowance"] = (
        rows["wage"] * np.where(nursing, 0.08, 0.01) * np.where(rows["practical"], 2.0, 1.0)
    )
    equal = schooling.ratio(rows, "irregular", ("function_group", "branch"), seed=1)
    crude = schooling.ratio(rows, "irregular", (), seed=1)
    assert equal["estimate"] == pytest.approx(2.0, abs=1e-9)
    assert equal["ci_low"] == pytest.approx(2.0, abs=1e-6)
    assert crude["ci_low"] > 2.5, "function would pass for education"


def test_who_changes_employer_and_then_leaves_has_left_in_the_year():
    jobs = pd.DataFrame(
        {
            "person": [f"p{number}" for number in range(60)],
            "organisation": [f"o{number % 20}" for number in range(60)],
            "year": 2025, "branch": "vvt", "function_group": "care", "contract": "permanent",
            "birth_year": 1980, "sex": "female", "destination": None, "months": 12,
            "temporary_months": 0, "wage": 9000.0, "irregular_allowance": 0.0,
            "first_month": "2025-01-01",
        }
    )  # fmt: skip
    jobs.loc[0, "destination"] = "inactive"
    # From one employer to the next in May, and out of the sector in September.
    jobs.loc[60] = jobs.loc[1].to_dict() | {
        "organisation": "o9", "first_month": "2025-05-01", "destination": "other_sector",
    }  # fmt: skip
    background = jobs[["person", "year"]].drop_duplicates().assign(
        education="mbo", origin="netherlands", ses_rank=0.5, household_income=30000.0, weight=100.0
    )  # fmt: skip
    found = unequal_years.exits(
        DataTable("employment_years", jobs), DataTable("background", background), last=2025
    )
    assert set(found.rows.loc[found.rows["event"] > 0, "person"]) == {"p0", "p1"}
    assert len(found.rows) == 60


@pytest.mark.parametrize(("people", "shown"), [(9, False), (10, True)])
def test_a_level_with_few_temporary_people_is_not_shown(people, shown):
    count = 400
    rows = pd.DataFrame(
        {
            "person": [f"p{place}" for place in range(2 * count)],
            "organisation": np.tile(np.arange(40), 20),
            "education": np.repeat(["wo", "mbo"], count),
            "weight": 1.0,
            "months": 12.0,
            "temporary_months": np.tile([12.0, 0.0], count),
            "year": 2025,
        }
    )
    rows.loc[rows["education"] == "wo", "temporary_months"] = np.where(
        np.arange(count) < people, 12.0, 0.0
    )
    found = schooling.by_level(schooling.Jobs(rows, ("background",)), "temporary")
    assert ("wo" in set(found.frame["term"])) == shown
    assert "mbo" in set(found.frame["term"])

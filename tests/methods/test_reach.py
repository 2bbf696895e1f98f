import numpy as np
import pandas as pd
import pingouin as pg
import pytest

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import absence_rate, coverage, eligibility, reach, representation
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, only
from analysis.sources.vocabulary import AGE_BANDS

RESPONDENTS = Cell.of("respondents", year=2025)
EVERYBODY = Text(nl="alle werknemers", en="all employees")
BRANCHES = ["vvt", "ghz", "ggz", "hospitals"]


def organisation_years(count: int = 40) -> DataTable:
    """Two years of organisations; every other one of each branch is followed."""
    random = np.random.default_rng(1)
    place = np.arange(count)
    frame = pd.DataFrame(
        {
            "organisation": [f"o{i}" for i in place],
            "year": 2025,
            "branch": [BRANCHES[i % 4] for i in place],
            "employees": random.integers(100, 5000, count),
            "participant": (place < 12).astype(int),
            "linked_vernet": ((place // 4) % 2 == 0).astype(int),
            "linked_fwg": 1,
        }
    )
    frame["fte"] = frame["employees"] * 0.7
    frame["person_years"] = frame["fte"]
    frame["absence_rate"] = (7.0 + pd.Series(place % 7) / 3).where(frame["linked_vernet"] == 1)
    older = frame.assign(year=2024, employees=frame["employees"] - 10)
    return DataTable("organisation_years", pd.concat([older, frame], ignore_index=True))


def ages(sizes: dict[str, list[int]]) -> DataTable:
    """Organisations whose ten cells of age by sex are all equal."""
    rows = [
        {
            "organisation": f"{branch}{i}", "year": 2025, "branch": branch, "region": "noord",
            "age_band": band, "sex": sex, "employees": size, "participant": int(branch == "vvt"),
        }
        for branch, found in sizes.items()
        for i, size in enumerate(found)
        for band in AGE_BANDS
        for sex in ("female", "male")
    ]  # fmt: skip
    return DataTable("organisation_ages", pd.DataFrame(rows))


# --- absence ----------------------------------------------------------------------------------


def test_absence_of_branches_is_the_weighted_mean():
    """Person-years weigh within a branch, all employees' fte between branches."""
    table = organisation_years()
    found = absence_rate.of_branches(table, BRANCHES[:2], year=2025).frame.iloc[0]
    rows = table.frame.query("year == 2025 and branch in ['vvt', 'ghz']")
    followed = rows[rows["linked_vernet"] == 1]
    rates = {
        branch: np.average(group["absence_rate"], weights=group["person_years"])
        for branch, group in followed.groupby("branch")
    }
    size = rows.groupby("branch")["fte"].sum()
    assert found["estimate"] == pytest.approx(
        sum(rates[branch] * size[branch] for branch in rates) / size.sum()
    )
    assert found["ci_low"] < found["estimate"] < found["ci_high"]
    assert found["n"] == followed["employees"].sum()
    assert found["n_organisations"] == len(followed)


def test_people_ill_are_the_rate_times_all_employees():
    table = organisation_years()
    rate = absence_rate.of_branches(table, BRANCHES, year=2025)
    found = absence_rate.people_ill(rate, table, BRANCHES, year=2025).frame.iloc[0]
    employees = table.frame.query("year == 2025")["employees"].sum()
    assert found["estimate"] == pytest.approx(rate.frame["estimate"].iloc[0] * employees / 1e5)
    assert found["unit"] == "thousand"


def test_a_branch_without_rates_leaves_the_result_absent():
    table = organisation_years()
    frame = table.frame.assign(
        absence_rate=table.frame["absence_rate"].mask(table.frame["branch"] == "ggz")
    )
    for result in (
        absence_rate.by_branch(DataTable("organisation_years", frame), BRANCHES, year=2025),
        absence_rate.of_branches(DataTable("organisation_years", None), BRANCHES, year=None),
    ):
        assert result == Absent(("organisation_years",))


def test_branches_hold_together():
    """Intervals of several branches are wider than that of one."""
    table = organisation_years()
    together = absence_rate.by_branch(table, BRANCHES, year=2025)["vvt"].frame.iloc[0]
    alone = absence_rate.of_branches(table, ["vvt"], year=2025).frame.iloc[0]
    assert together["estimate"] == pytest.approx(alone["estimate"])
    assert together["ci_high"] - together["ci_low"] > alone["ci_high"] - alone["ci_low"]


# --- coverage ---------------------------------------------------------------------------------


def test_coverage_counts_employees():
    table = organisation_years()
    found = coverage.coverage(
        table, "branch", BRANCHES, {"vernet": "linked_vernet", "fwg": "linked_fwg"}, last=2025
    )
    cells = found.frame.set_index(["group", "measure"])
    rows = table.frame.query("year == 2025 and branch == 'vvt'")
    wanted = rows.loc[rows["linked_vernet"] == 1, "employees"].sum() / rows["employees"].sum()
    assert cells.loc[("vvt", "vernet"), "value"] == pytest.approx(100 * wanted)
    assert (cells.xs("fwg", level="measure")["value"] == 100).all()
    assert list(dict.fromkeys(found.frame["group"])) == BRANCHES


def test_nothing_after_the_last_year_counts():
    table = organisation_years()
    found = reach.size_of_sector(table, last=2024)
    before = table.frame.query("year == 2024")["employees"].sum()
    assert only(found, "people").frame["estimate"].iloc[0] == pytest.approx(before / 1000)
    assert reach.size_of_sector(table, last=2010) == Absent(("organisation_years",))


# --- representation ---------------------------------------------------------------------------


def test_representation_is_a_ratio_of_shares():
    sample = pd.DataFrame(
        {
            "organisation": list("aabbccdd"),
            "age_band": ["under_25", "55_plus"] * 2 + ["55_plus"] * 4,
        }
    )
    population = pd.Series({"under_25": 500, "55_plus": 500})
    found = representation.representation(
        sample,
        population,
        group="age_band",
        terms={"under_25": ["under_25"]},
        year=2025,
        tables=("t",),
        compared_with=EVERYBODY,
        cell=RESPONDENTS,
    ).frame.iloc[0]
    assert found["estimate"] == pytest.approx((2 / 8) / 0.5)
    assert found["ci_low"] < 0.5 < found["ci_high"]
    assert found["n"] == 8
    assert found["n_organisations"] == 4


def test_counted_samples_weigh_as_many_rows():
    rows = pd.DataFrame(
        {
            "organisation": list("aabb"),
            "age_band": ["under_25", "55_plus", "under_25", "55_plus"],
            "count": [1, 3, 2, 2],
        }
    )
    long = rows.loc[rows.index.repeat(rows["count"])].drop(columns="count")
    about = {
        "group": "age_band", "terms": {"under_25": ["under_25"]}, "year": 2025, "tables": ("t",),
        "compared_with": EVERYBODY, "cell": RESPONDENTS,
    }  # fmt: skip
    population = pd.Series({"under_25": 1, "55_plus": 3})
    one = representation.representation(rows, population, **about).frame
    other = representation.representation(long, population, **about).frame
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("sample", "population"),
    [
        (None, pd.Series({"under_25": 1.0})),
        (pd.DataFrame({"organisation": ["a", "b"], "age_band": ["under_25", "under_25"]}), None),
        (
            pd.DataFrame({"organisation": ["a", "a"], "age_band": ["under_25", "55_plus"]}),
            pd.Series({"under_25": 1.0}),
        ),
        (
            pd.DataFrame({"organisation": ["a", "b"], "age_band": ["55_plus", "55_plus"]}),
            pd.Series({"under_25": 1, "55_plus": 1}),
        ),
        (
            pd.DataFrame({"organisation": ["a", "b"], "age_band": [None, None]}),
            pd.Series({"under_25": 1.0}),
        ),
    ],
    ids=["no sample", "no population", "one organisation", "nobody of the group", "not asked"],
)
def test_what_cannot_be_compared_is_absent(sample, population):
    found = representation.representation(
        sample,
        population,
        group="age_band",
        terms={"under_25": ["under_25"]},
        year=2025,
        tables=("one", "two"),
        compared_with=EVERYBODY,
        cell=RESPONDENTS,
    )
    assert found == Absent(("one", "two"))


def test_design_effect_is_that_of_kish():
    weights = [1.0, 1.0, 2.0, 4.0]
    table = DataTable(
        "individuals",
        pd.DataFrame({"organisation": list("aabb"), "year": 2025, "weight": weights}),
    )
    found = representation.design_effect(table, last=2025).frame.set_index("term")["estimate"]
    assert found["design_effect"] == pytest.approx(1 + np.var(weights) / np.mean(weights) ** 2)
    assert found["effective"] == round(4 / found["design_effect"])


def test_shares_before_and_after_weighting():
    individuals = DataTable(
        "individuals",
        pd.DataFrame(
            {
                "organisation": list("abcdefghij") * 4, "year": 2025,
                "age_band": ["under_25"] * 10 + ["55_plus"] * 30, "weight": [3.0] * 10 + [1.0] * 30,
            }
        ),
    )  # fmt: skip
    everybody = DataTable(
        "organisation_ages",
        pd.DataFrame(
            {
                "organisation": list("abcdef") * 2, "year": 2025,
                "age_band": ["under_25"] * 6 + ["55_plus"] * 6, "employees": 50,
            }
        ),
    )  # fmt: skip
    found = representation.shares(
        individuals, everybody, "age_band", ["under_25", "55_plus"], last=2025
    )
    cells = found.frame.set_index(["group", "measure"])["value"]
    assert cells[("under_25", "population")] == 50
    assert cells[("under_25", "respondents")] == 25
    assert cells[("under_25", "weighted")] == 50
    assert found.tables == ("individuals", "organisation_ages")


# --- who took part ----------------------------------------------------------------------------


def attendees() -> DataTable:
    return DataTable(
        "attendees",
        pd.DataFrame(
            {
                "attendee": ["v1", "v2", "v3", "x1", "v1"],
                "session": ["s1", "s1", "s2", "s3", "s2"],
                "organisation": ["a", "a", "b", "a", "a"],
                "kind": ["listening", "listening", "listening", "reflection", "listening"],
                "facilitator": ["f1", "f1", "f2", "f3", "f2"],
                "date": pd.to_datetime(["2025-01-01"] * 5),
            }
        ),
    )


def test_kinds_of_sessions_are_counted_apart():
    found = reach.people_heard(attendees()).frame.set_index("term")["estimate"]
    assert found.to_dict() == {
        "listening_sessions": 2, "listening_people": 3,
        "reflection_sessions": 1, "reflection_people": 1,
    }  # fmt: skip
    assert reach.voices(attendees()).frame["estimate"].iloc[0] == 3
    assert reach.facilitators(attendees()).frame["estimate"].iloc[0] == 3


def test_participants_and_their_branches():
    frame = organisation_years().frame.query("year == 2025 and participant == 1")
    # One of them is not in the payroll; it takes part all the same.
    frame = frame.assign(start_date=pd.Timestamp("2024-09-01")).reset_index(drop=True)
    frame.loc[0, ["branch", "employees"]] = [None, np.nan]
    found = reach.participants(DataTable("participants", frame)).frame.set_index("term")
    assert found.loc["participants", "estimate"] == 12
    assert found.loc["branches", "estimate"] == 4
    assert (found["half_step"] == 0).all()
    nowhere = frame.assign(branch=None)
    assert reach.participants(DataTable("participants", nowhere)) == Absent(("participants",))


def test_standardised_differences_are_cohens_within_branches():
    table = organisation_years(60)
    # A branch that is larger throughout makes no difference.
    frame = table.frame.assign(
        employees=table.frame["employees"] + 10_000 * (table.frame["branch"] == "vvt")
    )
    found = reach.standardised_differences(
        DataTable("organisation_years", frame),
        ["employees", "absence_rate"],
        branches=BRANCHES,
        first=2024,
        last=2025,
    )
    means = frame.groupby("organisation").agg(
        employees=("employees", "mean"),
        participant=("participant", "max"),
        branch=("branch", "first"),
    )
    others = means[means["participant"] == 0]
    centred = means["employees"] - means["branch"].map(others.groupby("branch")["employees"].mean())
    row = found.frame.set_index("term").loc["employees"]
    expected = pg.compute_effsize(
        centred[means["participant"] == 1], centred[means["participant"] == 0], eftype="cohen"
    )
    assert row["estimate"] == pytest.approx(expected)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["n_organisations"] == 12
    assert "absence_rate" not in set(found.frame["term"]), (
        "six participants with a rate are too few"
    )


def test_indicators_that_are_filled():
    columns = {"portals": ["employees", "absence_rate"]}
    found = reach.fillable(organisation_years(), columns, last=2025).frame.set_index("term")
    # Eight of the twelve participants are followed: 20 of 24, rounded down to five percent.
    assert found.loc["portals", "estimate"] == pytest.approx(80)
    frame = organisation_years().frame.assign(absence_rate=np.nan)
    absent = reach.fillable(DataTable("organisation_years", frame), columns, last=2025)
    assert absent == Absent(("organisation_years",)), "not delivered is not empty"


def test_the_linked_part_says_who_stands_behind_it():
    counts = pd.DataFrame(
        {
            "source": "vernet_absence", "dimension": "region",
            "level": ["noord", "limburg", "unknown"], "delivered": [50, 4, 9], "linked": [49, 4, 0],
            "one_to_many": 0, "implausible": 0, "n_persons": [900, 40, 300],
            "n_organisations": [12, 4, 9], "n_persons_linked": [880, 40, 0],
            "n_organisations_linked": [11, 4, 0],
        }
    )  # fmt: skip
    found = coverage.linked_shares(
        DataTable("linkage_counts", counts), "region", ["vernet_absence"]
    )
    assert list(found.frame["group"]) == ["noord", "limburg"], "as the vocabulary has them"
    assert list(found.frame["value"]) == [98, 100]
    behind = found.behind[0]
    assert (behind.numerator, behind.part_organisations) == (880, 11)
    assert behind.cell == "delivered|region=noord|source=vernet_absence"
    assert behind.part == "delivered|linked=yes|region=noord|source=vernet_absence"


def test_a_source_that_was_not_delivered_is_unknown_not_zero():
    frame = organisation_years().frame.assign(linked_vernet=np.nan)
    table = DataTable("organisation_years", frame)
    sources = {"vernet": "linked_vernet", "fwg": "linked_fwg"}
    cells = coverage.coverage(table, "branch", BRANCHES, sources, last=2025).frame
    values = cells.pivot(index="group", columns="measure", values="value")
    assert values["vernet"].isna().all()
    assert (values["fwg"] == 100).all()
    assert reach.sources_linked(table, sources, last=2025) == Absent(("organisation_years",))


def test_a_population_that_is_a_sample_adds_its_uncertainty():
    random = np.random.default_rng(3)
    sample = pd.DataFrame(
        {
            "organisation": np.repeat(list("abcdefgh"), 25),
            "age_band": random.choice(["under_25", "55_plus"], 200),
        }
    )
    shares = sample["age_band"].value_counts()
    about = {
        "group": "age_band", "terms": {"y": ["under_25"]}, "year": 2025, "tables": ("t",),
        "compared_with": EVERYBODY, "cell": RESPONDENTS,
    }  # fmt: skip
    known = representation.representation(sample, shares, **about).frame.iloc[0]
    drawn = representation.representation(sample, sample, **about).frame.iloc[0]
    assert known["estimate"] == drawn["estimate"] == 1
    widths = [np.log(row["ci_high"] / row["ci_low"]) for row in (known, drawn)]
    assert widths[1] == pytest.approx(np.sqrt(2) * widths[0])
    counted = representation.representation(sample, shares, complete=True, **about).frame.iloc[0]
    assert np.isnan(counted["ci_low"])
    assert counted["half_step"] == 0


# --- size and anonymity -----------------------------------------------------------------------


def test_an_organisation_passes_when_every_cell_is_large_enough():
    table = ages({"welfare": [9, 10, 50], "vvt": [10, 60]})
    found = eligibility.passing(table, minimum=10, year=2025).set_index("organisation")["passes"]
    assert found.to_dict() == {
        "welfare0": False, "welfare1": True, "welfare2": True, "vvt0": True, "vvt1": True,
    }  # fmt: skip


def test_difference_is_newcombes():
    """Newcombe 1998, Stat Med 17:873, table II (a): 56/70 and 48/80, 0.0524 to 0.3339."""
    table = ages({"welfare": [50] * 56 + [1] * 14, "vvt": [50] * 48 + [1] * 32})
    found = eligibility.compare_branch(table, "welfare", minimum=10, year=2025).frame
    row = found.set_index("term").loc["difference"]
    assert row["estimate"] == pytest.approx(20.0)
    assert row["ci_low"] == pytest.approx(5.24, abs=0.005)
    assert row["ci_high"] == pytest.approx(33.39, abs=0.005)


def test_size_explains_a_difference_that_vanishes_at_equal_size():
    table = ages({"welfare": [5] * 60 + [90] * 20, "vvt": [5] * 20 + [90] * 60})
    found = eligibility.compare_branch(table, "welfare", minimum=10, year=2025).frame
    rows = found.set_index("term")
    assert rows.loc["difference", "ci_high"] < 0
    assert rows.loc["difference_same_size", "estimate"] == pytest.approx(0)
    assert abs(rows.loc["difference_same_size", "ci_low"]) < 10


def test_size_does_not_explain_a_difference_that_remains():
    """Half of the vvt of the same size has its people in two cells only."""
    frame = ages({"welfare": [30] * 60, "vvt": [30] * 60}).frame
    uneven = frame["organisation"].isin([f"welfare{i}" for i in range(50)]) & (
        frame["sex"] == "male"
    )
    frame.loc[uneven, "employees"] = 1
    frame.loc[
        frame["organisation"].isin([f"welfare{i}" for i in range(50)]) & ~uneven, "employees"
    ] = 59
    found = eligibility.compare_branch(
        DataTable("organisation_ages", frame), "welfare", minimum=10, year=2025
    ).frame.set_index("term")
    assert found.loc["difference_same_size", "ci_high"] < -10


def test_a_cell_that_was_left_out_is_empty():
    frame = ages({"welfare": [50], "vvt": [50]}).frame
    frame = frame.drop(frame[frame["organisation"] == "welfare0"].index[0])
    found = eligibility.passing(DataTable("organisation_ages", frame), minimum=10, year=2025)
    assert found.set_index("organisation")["passes"].to_dict() == {"welfare0": False, "vvt0": True}


def test_an_even_draw_gives_as_many_as_there_are():
    table = ages({"welfare": [50] * 30 + [1] * 99, "vvt": [50] * 60})
    found = eligibility.expected_participants(table, "welfare", minimum=10, year=2025)
    # Sixty participants, of whom a third would be welfare.
    assert found.frame["estimate"].iloc[0] == pytest.approx(20)

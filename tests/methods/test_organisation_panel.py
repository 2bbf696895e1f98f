"""The rows of organisations: what is left out, by which rule, and that no input makes it fall over."""

import numpy as np
import pandas as pd
import pytest

from analysis.airlock import rules
from analysis.airlock.rows import rows_of
from analysis.dataset import DataTable
from analysis.edition import read_edition
from analysis.methods import (
    drivers,
    fractional,
    gain,
    optimum,
    organisation_panel,
    panel,
    selection,
    timing,
    unrest,
)
from analysis.methods.results import Absent

DRIVERS = ["temporary_share", "inflow_rate", "injury_risk", "burdensome_conditions"]
YEARS = {"first": 2019, "last": 2025}


def organisations(count: int = 120, years: int = 5, seed: int = 1, **changed) -> pd.DataFrame:
    """Organisations of two branches with drivers, team churn, and absence that follows them."""
    random = np.random.default_rng(seed)
    rows = count * years
    name = np.repeat([f"o{i:04}" for i in range(count)], years)
    level = random.normal(size=(count, 5))
    change = random.normal(0, 0.4, size=(rows, 5))
    z = np.repeat(level, years, axis=0) + change
    frame = pd.DataFrame(
        {
            "organisation": name,
            "year": np.tile(np.arange(2026 - years, 2026), count),
            "branch": np.repeat(np.where(np.arange(count) % 2, "vvt", "ghz"), years),
            "employees": np.repeat(random.integers(60, 3000, count), years),
            "temporary_share": 0.2 + 0.03 * z[:, 0],
            "inflow_rate": 0.2 + 0.02 * z[:, 1],
            "turnover_rate": 0.2 + 0.02 * z[:, 1] + random.normal(0, 0.004, rows),
            "injury_risk": 40 + 3 * z[:, 2],
            "burdensome_conditions": 25 + 3 * z[:, 3],
            "team_churn": 0.36 + 0.02 * z[:, 1] + 0.03 * z[:, 4],
            "engagement": random.normal(size=rows),
            "respondents": random.integers(1, 40, rows).astype(float),
        }
    )
    noise = np.repeat(random.normal(0, 0.1, count), years) + random.normal(0, 0.08, rows)
    frame["absence_rate"] = 7 * np.exp(0.05 * z[:, 1] + 0.03 * z[:, 2] + noise)
    return frame.assign(**changed)


def table(frame: pd.DataFrame) -> DataTable:
    return DataTable("organisation_years", frame)


def sample(frame: pd.DataFrame, names=DRIVERS, **more):
    return organisation_panel.sample(table(frame), "absence_rate", names, **YEARS, **more)


def test_drivers_are_measured_in_standard_deviations_between():
    chosen = sample(organisations())
    centred = organisation_panel.centred_means(chosen.rows, ["inflow_rate"])["inflow_rate"]
    assert chosen.spread["inflow_rate"] == pytest.approx(centred.std(ddof=0))
    assert chosen.drivers == tuple(DRIVERS)


def test_the_planted_slopes_come_back():
    found = drivers.within_between(sample(organisations(count=300))).frame.set_index("term")
    for term, truth in (("inflow_rate.between", 5.1), ("injury_risk.between", 3.0)):
        row = found.loc[term]
        assert row["ci_low"] < truth * 1.1
        assert row["ci_high"] > truth * 0.9
        assert row["p_value"] < 0.01
    assert found.loc["temporary_share.between", "p_value"] > 0.01


def test_of_two_that_move_together_the_last_goes():
    frame = organisations()
    frame["burdensome_conditions"] = 2 * frame["injury_risk"] + np.random.default_rng(2).normal(
        0, 0.5, len(frame)
    )
    chosen = sample(frame)
    assert chosen.left_out == {"burdensome_conditions": "collinear"}
    shares = organisation_panel.collinearity(chosen).frame.set_index("term")["estimate"]
    assert shares["injury_risk"] > 90
    assert shares["burdensome_conditions"] > 90
    assert shares["inflow_rate"] < 20


def test_exact_copies_constants_and_unknown_drivers_are_left_out():
    frame = organisations()
    frame["injury_risk"] = frame["inflow_rate"]
    frame["burdensome_conditions"] = 3.0
    frame["temporary_share"] = np.nan
    chosen = sample(frame, [*DRIVERS, "not_delivered"])
    assert chosen.drivers == ("inflow_rate",)
    assert chosen.left_out == {
        "temporary_share": "unknown",
        "not_delivered": "unknown",
        "burdensome_conditions": "constant",
        "injury_risk": "collinear",
    }
    result = drivers.within_between(chosen)
    assert isinstance(drivers.chosen_terms(result, "injury_risk.between"), Absent)


def test_small_branches_and_small_samples():
    frame = organisations()
    few = organisations(count=8, seed=5).assign(
        branch="ggz", organisation=lambda f: "x" + f["organisation"]
    )
    chosen = sample(pd.concat([frame, few]))
    assert set(chosen.rows["branch"]) == {"vvt", "ghz"}, "a branch of eight is not compared"
    assert "ggz" not in str(chosen.cell)
    assert isinstance(sample(organisations(count=30)), Absent)
    assert isinstance(sample(organisations().iloc[:0]), Absent)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        organisations().iloc[:0],
        organisations(absence_rate=np.nan),
        organisations(count=20),
        organisations(years=1),
        organisations(absence_rate=7.0),
        organisations(inflow_rate=0.2, turnover_rate=0.2),
        organisations(team_churn=np.nan),
        organisations(team_churn=0.3),
        organisations(inflow_rate=np.nan, injury_risk=np.nan),
        organisations(engagement=np.nan),
        organisations(count=60, years=2),
    ],
)
def test_no_input_makes_the_chapter_fall_over(broken):
    """Each method answers with estimates or says that there are none."""
    whole = optimum.with_mobility(table(broken))
    chosen = organisation_panel.sample(whole, "absence_rate", DRIVERS, **YEARS)
    moving = organisation_panel.sample(whole, "absence_rate", ["mobility", "injury_risk"], **YEARS)
    people = DataTable("individuals", pd.DataFrame({"engagement": [1.0, 2.0, 3.0]}))
    stable = selection.stability(chosen, seed=1)
    for result in (
        drivers.within_between(chosen),
        drivers.ranked(drivers.within_between(chosen), "within"),
        drivers.naive(chosen),
        drivers.gaps(chosen),
        drivers.replicated(chosen, seed=1),
        organisation_panel.collinearity(chosen),
        fractional.partial_effects(chosen, "absence_rate"),
        timing.around(chosen, "inflow_rate"),
        timing.crossed(chosen, "inflow_rate"),
        unrest.through_teams(chosen, ("temporary_share", "inflow_rate"), seed=1),
        unrest.sensitivity(chosen),
        optimum.of_mobility(moving, beside=("injury_risk",)),
        optimum.shape(moving),
        optimum.of_engagement(whole, people, **YEARS),
        gain.out_of_year(chosen, seed=1),
        selection.kept(stable),
        selection.shares(stable),
        selection.paths(stable),
    ):
        if not isinstance(result, Absent):
            values = result.frame.filter(["estimate", "ci_low", "ci_high"])
            assert np.isfinite(values["estimate"]).all() if "estimate" in values else True
            assert len(result.behind) == len(result.frame)


def test_order_and_names_of_organisations_do_not_matter():
    frame = organisations()
    shuffled = frame.sample(frac=1, random_state=3)
    for method in (
        drivers.within_between,
        lambda s: timing.crossed(s, "inflow_rate"),
        lambda s: drivers.replicated(s, seed=1),
    ):
        pd.testing.assert_frame_equal(method(sample(frame)).frame, method(sample(shuffled)).frame)


def test_a_missing_year_is_no_last_year():
    frame = organisations()
    rows = timing._shifted(sample(frame[frame["year"] != 2023]), "inflow_rate")
    assert rows.loc[rows["year"] == 2024, "driver_before"].isna().all()
    assert rows.loc[rows["year"] == 2025, "driver_before"].notna().all()


def test_stability_paths_pass_the_airlock():
    """A cell of an aggregate has no column for degrees of freedom: they stand behind it."""
    stable = selection.stability(sample(organisations()), seed=1)
    limits = read_edition().disclosure
    for result in (selection.paths(stable), selection.kept(stable), selection.shares(stable)):
        for row in rows_of(result):
            assert row.df == 120 - len(DRIVERS)
            assert rules.judge(row, limits) == {}


def uneven(seed: int) -> pd.DataFrame:
    """Half of the organisations are followed in other years, which have other absence and inflow.

    Absence follows nothing but organisation and year.
    """
    random = np.random.default_rng(seed)
    frame = organisations(count=160, years=6, seed=seed)
    number = frame["organisation"].str[1:].astype(int)
    late = (frame["year"] - 2020).to_numpy()
    high = (number % 4 < 2).to_numpy()
    frame["inflow_rate"] += 0.02 * late
    lasting = 0.1 * random.normal(size=160)[number] + 0.3 * high
    frame["absence_rate"] = 7 * np.exp(lasting + 0.05 * late + random.normal(0, 0.05, len(frame)))
    return frame[np.where(high, late >= 3, late <= 4)].reset_index(drop=True)


def test_years_in_which_an_organisation_is_followed_are_no_change_within():
    """In an unbalanced panel, the slope within is still that of fixed effects."""
    chosen = sample(uneven(3), ["inflow_rate", "injury_risk"])
    found = drivers.within_between(chosen).frame.set_index("term")
    size = np.log(chosen.rows["employees"].to_numpy(float))
    fixed, _ = panel.fixed_effects_clustered(
        chosen.outcome,
        np.column_stack([chosen.standardised(), size]),
        chosen.organisation,
        period=chosen.level,
    )
    for place, name in enumerate(chosen.drivers):
        assert found.loc[f"{name}.within", "estimate"] == pytest.approx(
            drivers.percent(fixed.slopes[place]), abs=1e-6
        )


def test_means_of_organisations_compare_years_within_themselves():
    """Only followed in years of high absence is not the same as high absence."""
    frame = organisations(count=80, years=4)
    frame["absence_rate"] = 5.0 + frame["year"] - 2022
    kept = frame[np.where(frame["organisation"] < "o0040", frame["year"] >= 2024, True)]
    means = organisation_panel.centred_means(kept, ["absence_rate"])
    assert means["absence_rate"].to_numpy() == pytest.approx(0.0, abs=1e-12)


def test_finding_nothing_in_a_small_sample_rules_nothing_out():
    random = np.random.default_rng(4)
    frame = organisations(count=60)
    frame["absence_rate"] = 7 * np.exp(random.normal(0, 0.3, len(frame)))
    chosen = sample(frame)
    row = drivers.replicated(chosen, seed=1).frame.set_index("term").loc["found_twice"]
    assert row["ci_low"] == row["estimate"] == 0
    assert row["ci_high"] >= 1


def test_what_is_shown_to_be_negligible_is_ruled_out():
    random = np.random.default_rng(4)
    frame = organisations(count=200)
    frame["absence_rate"] = 7 * np.exp(random.normal(0, 0.01, len(frame)))
    row = drivers.replicated(sample(frame), seed=1).frame.set_index("term").loc["found_twice"]
    assert row["ci_high"] == 0


def test_fractional_intervals_fit_their_p_values():
    found = fractional.partial_effects(sample(organisations()), "absence_rate").frame
    without_zero = (found["ci_low"] > 0) | (found["ci_high"] < 0)
    assert (without_zero == (found["p_value"] <= 0.05)).all()


def test_engagement_counts_those_who_answered():
    frame = organisations()
    people = DataTable("individuals", pd.DataFrame({"engagement": frame["engagement"]}))
    moving = optimum.with_mobility(table(frame))
    found = optimum.of_engagement(moving, people, **YEARS)
    assert found.frame["n"].tolist() == [frame["respondents"].sum()] * len(found.frame)

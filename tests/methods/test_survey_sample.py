"""The sample of the individual model, and what it does with awkward deliveries."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import (
    absence_prevalence,
    buffer,
    dominance,
    levers,
    processes,
    survey_associations,
)
from analysis.methods.results import Absent, Estimates
from analysis.methods.survey_sample import (
    DRIVERS,
    MEDIATORS,
    complete_respondents,
    naive,
    work_related,
)
from analysis.methods.weighted_correlation import correlations

LAST = {"last": 2025}


def survey(rows=1500, organisations=40, seed=1):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({name: random.normal(3, 0.8, rows) for name in (*DRIVERS, *MEDIATORS)})
    absent = random.integers(0, 2, rows)
    cause = random.choice(["none", "partly", "wholly"], rows, p=[0.6, 0.25, 0.15])
    return frame.assign(
        respondent=[f"p{i}" for i in range(rows)],
        organisation=random.integers(0, organisations, rows).astype(str),
        year=random.choice([2024, 2025], rows),
        age_band=random.choice(["under_25", "35_to_44", "55_plus"], rows),
        sex=random.choice(["female", "male"], rows),
        education=random.choice(["mbo", "hbo"], rows),
        function_group="care",
        contract=random.choice(["permanent", "temporary"], rows),
        branch=random.choice(["vvt", "ghz"], rows),
        intention_to_leave=random.integers(0, 2, rows),
        self_reported_absence=absent,
        work_related=pd.Series(cause).where(absent == 1),
        weight=random.uniform(10, 90, rows),
    )


def table(frame):
    return DataTable("individuals", frame)


def everything(sample):
    """All that the chapter computes."""
    found = dominance.dominance(sample, ("engagement",), DRIVERS, seed=1, draws=20)
    blocks = ("climate", "leadership", "learning")
    combined = buffer.combine(sample, blocks)
    associations = survey_associations
    return {
        "ranks": dominance.places(found, "engagement"),
        "shares": dominance.shares(found, "engagement"),
        "explained": dominance.explained(found),
        "first": dominance.first_place(found, "engagement"),
        "odds": associations.odds_ratios(sample, "intention_to_leave", DRIVERS, together=True),
        "alone": associations.odds_ratios(
            sample, "work_related_absence", (*DRIVERS, *MEDIATORS), together=False
        ),
        "points": associations.percentage_points(sample, "intention_to_leave", ("engagement",)),
        "differences": associations.differences(sample, "engagement", DRIVERS),
        "ordered": associations.ordered_odds_ratios(sample, DRIVERS),
        "proportional": associations.proportionality(sample, DRIVERS),
        "extremes": associations.strongest_and_weakest(sample, DRIVERS, MEDIATORS),
        "design effect": associations.design_effect(sample, "intention_to_leave", DRIVERS),
        "used": associations.used(sample),
        "complete": associations.complete(sample),
        "interactions": buffer.interactions(sample, "workload", blocks),
        "slopes": buffer.simple_slopes(sample, "workload", "learning"),
        "combined": buffer.interactions(combined, "workload", ("combined",), replaced=blocks),
        "correlations": correlations(sample, DRIVERS, ("intention_to_leave",)),
    }


def test_who_was_not_absent_has_no_absence_from_work_and_who_does_not_tell_is_missing():
    found = work_related(
        pd.Series([0, 1, 1, 1, 1, None]), pd.Series([None, "none", "partly", "wholly", None, None])
    )
    assert found.tolist()[:4] == [0.0, 0.0, 1.0, 2.0]
    assert found.isna().tolist() == [False] * 4 + [True] * 2


def test_scores_are_standardised_with_the_weights_and_incomplete_rows_leave():
    frame = survey()
    frame.loc[:99, "learning"] = np.nan
    sample = complete_respondents(table(frame), **LAST)
    assert len(sample.scores) == 1400
    assert sample.asked == 1500
    for values in sample.scores.to_numpy().T:
        assert np.average(values, weights=sample.weights) == pytest.approx(0, abs=1e-12)
        assert np.average(values**2, weights=sample.weights) == pytest.approx(1)
    assert not any(name.startswith("function_group") for name in sample.controls), "it is constant"


def test_a_level_with_few_people_joins_the_largest():
    frame = survey()
    frame.loc[:4, "contract"] = "on_call"
    sample = complete_respondents(table(frame), **LAST)
    assert "contract=on_call" not in sample.controls
    assert (sample.controls.sum() >= 10).all()


def test_a_level_in_which_nobody_leaves_joins_the_largest():
    """Its log odds have no end: no process and no ordered model could be fitted."""
    frame = survey()
    frame.loc[:14, ["contract", "intention_to_leave"]] = ["on_call", 0]
    frame.loc[:14, ["self_reported_absence", "work_related"]] = [0, None]
    sample = complete_respondents(table(frame), **LAST)
    assert "contract=on_call" not in sample.controls
    assert isinstance(survey_associations.ordered_odds_ratios(sample, DRIVERS), Estimates)
    process = processes.process(
        sample, ("workload",), "exhaustion", "work_related_absence", seed=1, draws=40
    )
    assert isinstance(process.paths, Estimates)


def test_a_wave_that_did_not_ask_for_the_cause_leaves_as_a_whole():
    """Else only those who were not absent would stay, as people without absence from work."""
    frame = survey()
    frame.loc[frame["year"] == 2024, "work_related"] = None
    sample = complete_respondents(table(frame), **LAST)
    alone = complete_respondents(table(frame[frame["year"] == 2025]), **LAST)
    assert len(sample.scores) == len(alone.scores)
    assert sample.outcomes["work_related_absence"].mean() == pytest.approx(
        alone.outcomes["work_related_absence"].mean()
    )
    assert sample.without_waves == (2024,)
    assert "without the wave of 2024" in everything(sample)["odds"].method.en


def test_answers_that_a_scale_tells_are_absent_and_no_odds_without_end():
    frame = survey()
    frame["intention_to_leave"] = (frame["workload"] > 3).astype(int)
    sample = complete_respondents(table(frame), **LAST)
    alone = survey_associations.odds_ratios(
        sample, "intention_to_leave", ("workload", "learning"), together=False
    )
    assert alone.frame["term"].tolist() == ["learning"]


def test_who_answers_twice_is_one_person_when_organisations_are_compared():
    """Two answers of one person are alike; that is no difference between organisations."""
    frame = survey(rows=900, organisations=90, seed=3)
    twice = pd.concat([frame.assign(year=2024), frame.assign(year=2025)], ignore_index=True)
    found = levers.variation(complete_respondents(table(twice), **LAST)).frame
    once = levers.variation(complete_respondents(table(frame.assign(year=2025)), **LAST)).frame
    assert found["estimate"].to_numpy() == pytest.approx(once["estimate"].to_numpy(), abs=1e-6)


def test_a_bend_is_no_buffer():
    """Stressor and resource go together here, and exhaustion bends in the stressor alone."""
    random = np.random.default_rng(7)
    frame = survey(rows=4000)
    frame["learning"] = -0.7 * frame["workload"] + random.normal(0, 0.5, 4000)
    frame["exhaustion"] = 0.3 * (frame["workload"] - 3) ** 2 + random.normal(0, 0.8, 4000)
    sample = complete_respondents(table(frame), **LAST)
    row = buffer.interactions(sample, "workload", ("learning",)).frame.iloc[0]
    assert row["ci_low"] < 0 < row["ci_high"]


def test_intervals_that_hold_for_several_say_for_how_many():
    sample = complete_respondents(table(survey()), **LAST)
    odds = survey_associations.odds_ratios(sample, "intention_to_leave", DRIVERS, together=True)
    assert "hold for 6 estimates together" in odds.method.en


def test_everything_can_be_estimated_and_says_what_stands_behind_it():
    for name, found in everything(complete_respondents(table(survey()), **LAST)).items():
        if name == "shares":
            continue
        assert isinstance(found, Estimates), name
        assert len(found.behind) == len(found.frame), name
        # A statistic of a whole model may go without an interval.
        limits = found.frame[found.frame["ci_low"].notna()]
        assert (limits["ci_low"] <= limits["estimate"]).all(), name
        assert (limits["estimate"] <= limits["ci_high"]).all(), name


@pytest.mark.parametrize("spoil", ["constant", "copied", "not asked"])
def test_a_scale_that_cannot_be_told_apart_is_left_out_and_named(spoil):
    frame = survey()
    frame["autonomy"] = {"constant": 3.0, "copied": frame["learning"], "not asked": np.nan}[spoil]
    sample = complete_respondents(table(frame), **LAST)
    assert sample.dropped == ("autonomy",)
    assert len(sample.scores) == 1500, "it costs no respondents"
    found = everything(sample)
    assert "autonomy" not in found["odds"].frame["term"].tolist()
    assert "zonder Autonomie" in found["odds"].method.nl
    assert "without Autonomy" in found["odds"].method.en


def test_the_test_of_a_claim_on_a_scale_that_is_not_there_is_absent():
    frame = survey().assign(learning=np.nan)
    odds = everything(complete_respondents(table(frame), **LAST))["odds"]
    assert isinstance(survey_associations.renamed(odds, learning="learning_leaving"), Absent)
    sample = complete_respondents(table(frame), **LAST)
    assert isinstance(buffer.combine(sample, ("learning", "climate")), Absent)


@pytest.mark.parametrize(
    "alter",
    [
        lambda frame: None,
        lambda frame: frame[frame["year"] > 2025],
        lambda frame: frame.head(60),
        lambda frame: frame.assign(organisation="one"),
        lambda frame: frame.assign(intention_to_leave=0),
        lambda frame: frame.assign(self_reported_absence=0, work_related=None),
    ],
    ids=["not delivered", "no wave", "few", "one organisation", "nobody leaves", "nobody absent"],
)
def test_what_cannot_be_estimated_is_absent_and_never_a_traceback(alter):
    sample = complete_respondents(table(alter(survey())), **LAST)
    assert isinstance(sample, Absent)
    assert all(isinstance(found, Absent) for found in everything(sample).values())


def test_without_weights_everybody_counts_alike_and_the_method_says_so():
    sample = complete_respondents(table(survey().assign(weight=np.nan)), **LAST)
    assert sample.weights is None
    assert "ongewogen" in everything(sample)["odds"].method.nl


def test_teams_come_from_the_organisation_with_their_sign_turned():
    frame = survey()
    years = frame[["organisation", "year"]].drop_duplicates()
    years = years.assign(team_churn=np.random.default_rng(2).uniform(0.1, 0.4, len(years)))
    sample = complete_respondents(
        table(frame), **LAST, organisation_years=DataTable("organisation_years", years)
    )
    churn = frame.merge(years)["team_churn"]
    assert np.corrcoef(sample.scores["fixed_teams"], churn)[0, 1] == pytest.approx(-1)
    assert "organisation_years" in sample.tables
    gone = DataTable("organisation_years", None)
    assert complete_respondents(table(frame), **LAST, organisation_years=gone) == Absent(
        ("organisation_years",)
    )


def test_the_naive_sample_forgets_weights_and_organisations():
    sample = naive(complete_respondents(table(survey()), **LAST))
    assert sample.weights is None
    assert sample.organisations == 1500


def test_prevalences_follow_the_definition_and_add_up():
    frame = survey()
    found = absence_prevalence.by_cause(table(frame), **LAST).frame.set_index("term")
    parts = found.loc[["not_absent", "none", "partly", "wholly"], "estimate"]
    assert parts.sum() == pytest.approx(100)
    both = found.loc["partly+wholly", "estimate"]
    assert both == pytest.approx(parts["partly"] + parts["wholly"])
    wave = frame[frame["year"] == 2025]
    assert (found["n"] == len(wave)).all()
    yes = wave["work_related"].isin(["partly", "wholly"])
    assert both == pytest.approx(100 * np.average(yes, weights=wave["weight"]))


def test_who_keeps_the_cause_silent_was_absent_all_the_same():
    frame = survey().assign(year=2025, weight=1.0)
    whole = absence_prevalence.by_cause(table(frame), **LAST).frame.set_index("term")["estimate"]
    silent = np.flatnonzero(frame["self_reported_absence"] == 1)[::2]
    frame.loc[silent, "work_related"] = None
    found = absence_prevalence.by_cause(table(frame), **LAST).frame.set_index("term")["estimate"]
    assert found["not_absent"] == pytest.approx(whole["not_absent"])
    assert found[["not_absent", "none", "partly", "wholly"]].sum() == pytest.approx(100)

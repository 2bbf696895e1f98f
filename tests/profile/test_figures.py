"""From tables to the profile of one organisation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EditionError
from analysis.profile.context import context_of
from analysis.profile.figures import figures_of, profile_of
from analysis.profile.measures import EXIT, MEASURES
from tests.profile.made import OWN, SCALES, as_tables, changed, made_branch, pseudonym


def made(frames, edition, organisation=OWN):
    return profile_of(as_tables(frames), organisation, edition, synthetic=True)


def by_name(profile):
    return {figure.measure.name: figure for figure in profile.figures}


@pytest.fixture(scope="module")
def of_many(alike, edition):
    """Figures of organisations that differ in nothing but chance."""
    context = context_of(as_tables(alike), OWN, edition)
    names = sorted(context.employees.index)[:16]
    return [
        {figure.measure.name: figure for figure in figures_of(replace(context, organisation=name))}
        for name in names
    ]


def test_about_the_nominal_share_differs_where_organisations_are_alike(of_many):
    p = np.array([f.p_value for one in of_many for f in one.values() if np.isfinite(f.p_value)])
    assert len(p) > 300
    # 5 % is nominal; the exact test of counts is a little careful.
    assert 0.02 < (p < 0.05).mean() < 0.08
    clear = np.mean([any(figure.is_clear for figure in one.values()) for one in of_many])
    assert clear <= 0.15, "all figures of an organisation together call one clear in 5 % of cases"


def test_intervals_hold_the_truth_about_as_often_as_they_say(of_many):
    truth = {
        "turnover_rate": 20, "sector_exit_rate": 10, "temporary_share": 20, "frequency": 1.25,
        "absence_rate": 8.2, "mean_duration": 22, "climate": 3, f"{EXIT}25_to_34": 10,
    }  # fmt: skip
    held = [
        one[name].low <= value <= one[name].high for one in of_many for name, value in truth.items()
    ]
    assert 0.90 < np.mean(held) < 0.99


def test_what_is_different_is_found_on_its_side(different):
    found = by_name(different)
    assert found["absence_rate"].position == "higher"
    assert found["turnover_rate"].position == "higher"
    assert found["team_churn"].position == "lower"
    assert found["climate"].position == "within"
    standing = [figure.measure.name for figure in different.standing_out]
    assert {"absence_rate", "mean_duration", "turnover_rate", "team_churn"} <= set(standing)
    away = [abs(figure.away) for figure in different.standing_out]
    assert away == sorted(away, reverse=True)
    for figure in different.compared:
        mean = figure.branch.mean
        low, high = sorted((mean, figure.value))
        assert low - 0.6 <= figure.guess <= high + 0.6, "the best guess lies between"


def test_the_branch_is_that_of_the_others(alike, edition):
    extreme = made(changed(alike, absence_rate=40.0), edition)
    rows = alike["organisation_years"].query("year == 2025 and organisation != @OWN")
    expected = rows["absence_rate"].mean()
    assert by_name(extreme)["absence_rate"].branch.mean == pytest.approx(expected, abs=0.05)


def test_a_branch_of_two_tells_nothing_of_the_other(edition):
    profile = made(made_branch(2, branch="ggz"), edition)
    for figure in profile.figures:
        assert figure.branch is None
        assert np.isnan(figure.p_value)
        assert np.isnan(figure.guess)
        assert figure.position == "not compared"
    assert all(not development.branch for development in profile.developments)
    assert by_name(profile)["turnover_rate"].low > 0, "its own exact interval needs no branch"


def test_an_organisation_without_a_branch_is_told_of_itself(alike, edition):
    profile = made(changed(alike, branch=None), edition)
    assert profile.branch == ""
    assert profile.shown
    assert not profile.compared


def test_few_respondents_are_not_shown(alike, edition):
    answers = alike["individuals"]
    own = answers[answers["organisation"] == OWN]
    for kept, reason in ((9, "few people"), (0, "not delivered")):
        less = answers.drop(own.index[kept:])
        found = by_name(made(alike | {"individuals": less}, edition))
        for scale in SCALES:
            assert found[scale].reason == reason
            assert np.isnan(found[scale].value)
            assert found[scale].branch is None


def test_others_with_few_respondents_do_not_count(alike, edition):
    answers = alike["individuals"]
    rest = answers[answers["organisation"] != OWN].groupby("organisation").head(9)
    less = pd.concat([answers[answers["organisation"] == OWN], rest])
    found = by_name(made(alike | {"individuals": less}, edition))
    assert found["climate"].branch is None
    assert np.isfinite(found["climate"].value)


def test_pictures_cannot_show_more_of_respondents_than_numbers(different):
    for scale in SCALES:
        figure = by_name(different)[scale]
        for value in (figure.value, figure.low, figure.high, figure.guess):
            assert value == round(value, figure.decimals)


def test_small_age_bands_are_not_shown_nor_what_gives_them_away(alike, edition):
    ages = alike["organisation_ages"].copy()
    rows = alike["organisation_years"].copy()
    own = (ages["organisation"] == OWN) & (ages["age_band"] == "under_25")
    fewer = ages.loc[own, "sector_leavers"].to_numpy() - 4
    ages.loc[own, "sector_leavers"] = 4
    # The total goes down with them: who is in it and in no band is told apart elsewhere.
    rows.loc[rows["organisation"] == OWN, "to_other_sector"] -= fewer
    found = by_name(made({**alike, "organisation_ages": ages, "organisation_years": rows}, edition))
    hidden = [name for name, figure in found.items() if figure.reason == "few people"]
    assert f"{EXIT}under_25" in hidden
    assert len(hidden) == 2
    for name in hidden:
        assert np.isnan(found[name].value)
        assert np.isnan(found[name].low)


@pytest.mark.parametrize("leaving", [0, 3])
def test_students_who_left_do_not_follow_from_the_total_and_its_bands(leaving, alike, edition):
    rows, ages = alike["organisation_years"].copy(), alike["organisation_ages"].copy()
    rows.loc[rows["organisation"] == OWN, "to_inactive"] += leaving
    one = (ages["organisation"] == OWN) & (ages["age_band"] == "under_25")
    ages.loc[one, ["at_risk", "students_at_risk"]] += 40
    ages.loc[one, ["sector_leavers", "student_leavers"]] += leaving
    frames = {"organisation_years": rows, "organisation_ages": ages}
    found = by_name(made(alike | frames, edition))
    assert not found["sector_exit_rate"].reason
    hidden = [name for name in found if name.startswith(EXIT) and found[name].reason]
    assert len(hidden) == 1, "a band hides how many of the students left"


def test_the_best_guess_tells_no_more_of_the_branch_than_its_mean(edition):
    figures = made(made_branch(12), edition).figures
    guessed = [figure for figure in figures if not np.isnan(figure.guess)]
    assert guessed
    for figure in guessed:
        assert figure.guess == round(figure.guess, figure.branch.decimals)


def leaping(alike, value=None):
    """One other organisation leaps up and down; the rest do so by chance, or stay at a value."""
    rows = alike["organisation_years"].copy()
    other = rows.loc[rows["organisation"] != OWN, "organisation"].iloc[0]
    own, named = rows["organisation"] == OWN, rows["organisation"] == other
    if value is not None:
        rows["overhead_share"] = value
    rows.loc[named, "overhead_share"] = np.where(rows.loc[named, "year"] % 2, 0.1, 0.7)
    # Of one size, so that the one is among the nearest of the other.
    rows.loc[named, "employees"] = rows.loc[own, "employees"].to_numpy()
    return alike | {"organisation_years": rows}


def test_an_interval_is_not_that_of_one_other(alike, edition):
    calm, shaken = (
        by_name(made(frames, edition))["overhead_share"] for frames in (alike, leaping(alike))
    )
    assert shaken.high - shaken.low == pytest.approx(calm.high - calm.low, rel=0.2)


def test_where_only_one_other_moves_there_is_no_interval(alike, edition):
    figure = by_name(made(leaping(alike, 0.15), edition))["overhead_share"]
    assert figure.value == figure.value
    assert np.isnan(figure.low)
    assert figure.position == "not compared"


def test_destinations_of_nearly_all_who_left_are_not_shown(alike, edition):
    frames = changed(alike, to_pension=30, to_other_sector=30, to_inactive=30, leavers=95)
    found = by_name(made(frames, edition))
    assert found["sector_exit_rate"].reason == "few people"
    assert all(figure.reason for name, figure in found.items() if name.startswith(EXIT))
    assert not found["turnover_rate"].reason, "an employer knows who left"


def test_a_tiny_organisation_is_told_nothing_of_its_people(alike, edition):
    tiny = changed(
        alike, employees=8, employees_at_start=8, person_years=6.0, leavers=2, turnover_rate=0.25
    )
    found = by_name(made(tiny, edition))
    assert {figure.reason for name, figure in found.items() if name not in SCALES} == {"few people"}


def test_sources_that_were_not_delivered_are_said_to_be(alike, edition):
    frames = alike | {"organisation_ages": None, "individuals": None}
    rows = alike["organisation_years"].assign(absence_rate=np.nan)
    found = by_name(made(frames | {"organisation_years": rows}, edition))
    assert found["absence_rate"].reason == "no source"
    assert found["climate"].reason == "no source"
    assert found[f"{EXIT}25_to_34"].reason == "no source"
    assert not found["turnover_rate"].reason


def test_what_is_missing_of_this_organisation_is_said_to_be(alike, edition):
    found = by_name(made(changed(alike, overhead_share=np.nan), edition))
    assert found["overhead_share"].reason == "not delivered"


def test_what_never_changes_is_shown_without_interval(alike, edition):
    rows = alike["organisation_years"]
    steady = {
        name: 0.01 + 0.001 * place for place, name in enumerate(rows["organisation"].unique())
    }
    frames = alike | {
        "organisation_years": rows.assign(overhead_share=rows["organisation"].map(steady))
    }
    figure = by_name(made(frames, edition))["overhead_share"]
    assert np.isfinite(figure.value)
    assert np.isnan(figure.low)
    assert figure.branch is not None
    assert figure.position == "not compared"


def test_years_after_the_reference_year_do_not_count(alike, edition):
    later = alike["organisation_years"].query("year == 2025").assign(year=2026, absence_rate=99.0)
    frames = alike | {"organisation_years": pd.concat([alike["organisation_years"], later])}
    assert by_name(made(frames, edition))["absence_rate"].year == 2025


def test_more_leavers_than_people_are_no_share(alike, edition):
    frames = changed(alike, leavers=20_000, turnover_rate=5.0)
    figure = by_name(made(frames, edition))["turnover_rate"]
    assert figure.value == 500
    assert figure.position == "higher"


def test_an_unknown_organisation_is_refused_without_naming_another(alike, edition):
    with pytest.raises(EditionError) as told:
        made(alike, edition, pseudonym(0xFFFF))
    assert not any(name in str(told.value) for name in alike["organisation_years"]["organisation"])
    with pytest.raises(EditionError):
        made(dict.fromkeys(alike), edition)


def test_the_order_of_the_rows_does_not_matter(alike, edition):
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in alike.items()}
    first, second = made(alike, edition), made(mixed, edition)
    for one, other in zip(first.figures, second.figures, strict=True):
        assert one.value == pytest.approx(other.value, nan_ok=True)
        assert one.position == other.position
        assert one.branch == other.branch


def test_every_figure_is_there_once(different):
    assert [figure.measure for figure in different.figures] == list(MEASURES)

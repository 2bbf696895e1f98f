"""What is planted about agendas, leading and calm comes back, and the verdicts follow each world."""

import numpy as np
import pytest

from analysis.methods import (
    agendas,
    exit_destinations,
    function_turnover,
    mentions,
    span_climate,
    spans,
    themes,
)
from analysis.methods.results import Absent, joined, only
from analysis.methods.themes import Said
from analysis.sources.vocabulary import BRANCHES
from analysis.stub.sessions import SENSITIVITY, SPECIFICITY
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

YEARS = {"first": 2010, "last": YEAR}
OFFICIAL = ("data_verification", "reflection")
WELCOME = ("energy", "need", "keep")
HINDRANCES = Said(("figures", "span", "consistency"), ("stressor",))
#: Verdict per world; in the null world a claim may be undecided or wrong, not right.
SUPPORTED, NOT, WRONG = {"supported"}, {"inconclusive", "contradicted"}, {"contradicted"}
EXPECTED = {"favourable": SUPPORTED, "null": NOT, "reversed": WRONG}


@pytest.fixture(scope="module")
def voices(world):
    return themes.voices_of(world[1]["codings"], world[1]["attendees"], kinds=("listening",))


def of_roles(world, *roles):
    tables = world[1]
    return themes.voices_of(tables["codings"], tables["attendees"], kinds=OFFICIAL, roles=roles)


@pytest.fixture(scope="module")
def hazards(world):
    return exit_destinations.hazards(world[1]["organisation_years"], **YEARS)


def as_coded(said: float, meant: float = 1.0) -> float:
    """Return the share that coders hear, of people who say something and mean it."""
    miss = 1 - SPECIFICITY
    heard = said * SENSITIVITY + (1 - said) * miss
    if meant == 1.0:
        return heard
    of_said = meant * SENSITIVITY + (1 - meant) * miss
    return said * SENSITIVITY * of_said + (1 - said) * miss**2


def judged(world, claim, result, told):
    """Check the verdict, and that the sentence of the favourable world stands in no other."""
    name, _ = world
    finding = verdict(claim, result)
    assert finding.judgement.verdict in EXPECTED[name]
    assert (told in finding.sentence("nl")) == (name == "favourable")


def test_what_voices_say_is_recovered(world, voices):
    planted = WORLDS[world[0]]
    for theme in ("span", "direct_contact", "channels", "rosters"):
        row = themes.shares(voices, {"x": Said((theme,))}).frame.iloc[0]
        assert row["ci_low"] - 5 < 100 * as_coded(planted.themes[theme]) < row["ci_high"] + 5
    row = themes.shares(voices, {"x": Said(("figures",), ("stressor",))}).frame.iloc[0]
    truth = as_coded(planted.themes["figures"], planted.as_stressor["figures"])
    assert row["estimate"] == pytest.approx(100 * truth, abs=6)


def test_struggling_with_the_agenda_follows_the_world(world):
    found = themes.shares(
        of_roles(world, "hr"), {"struggle": Said(("board_agenda",), ("stressor",))}
    )
    judged(world, "C67", found, "Van de HR-medewerkers")


def test_direct_contact_follows_the_world(world, voices):
    direct, channels = Said(("direct_contact",), WELCOME), Said(("channels",), WELCOME)
    found = joined(
        mentions.difference(voices, "direct_less_channels", direct, channels),
        themes.shares(voices, {"channels": channels}),
    )
    judged(world, "C68", found, "Meer stemmen")


def test_hindrances_and_spans_follow_the_world(world, voices):
    name, tables = world
    people = span_climate.respondents(
        tables["individuals"], tables["organisation_years"], last=YEAR
    )
    climate = span_climate.to_climate(people)
    row = climate.frame.iloc[0]
    planted = WORLDS[name].span["climate"]
    # Items measure the climate with error, so that the slope is drawn to zero.
    assert np.sign(round(row["estimate"] / 0.03)) == np.sign(planted)
    assert abs(row["estimate"]) < abs(planted) + 0.04
    judged(
        world, "C65", joined(themes.shares(voices, {"hindrances": HINDRANCES}), climate), "hen heen"
    )


def test_the_chain_from_span_to_leaving_has_the_planted_signs(world):
    name, tables = world
    if name == "null":
        pytest.skip("nothing runs through the climate there")
    people = span_climate.respondents(
        tables["individuals"], tables["organisation_years"], last=YEAR
    )
    parts = span_climate.chain(people, seed=1, draws=40).parts.frame.set_index("term")
    through = parts.loc["intention_to_leave.indirect"]
    assert through["ci_low"] > 0 if name == "favourable" else through["ci_high"] < 0


def test_the_trend_of_spans_follows_the_world(world):
    name, tables = world
    planted = WORLDS[name].span
    trend = spans.trend(tables["organisation_years"], list(BRANCHES), **YEARS)
    result = spans.after_result(tables["organisation_years"], **YEARS)
    counter = spans.counter_movement(tables["organisation_years"], **YEARS, seed=1)
    # The counter-movement goes twice as fast against the trend.
    truth = planted["trend"] * (1 - 3 * planted["counter"])
    row = trend.frame.set_index("term").loc["sector"]
    assert row["estimate"] == pytest.approx(100 * np.expm1(truth), abs=0.3)
    row = result.frame.set_index("term").loc["result_before"]
    assert row["estimate"] == pytest.approx(100 * np.expm1(planted["budget"]), abs=0.5)
    placebo = result.frame.set_index("term").loc["result_after"]
    assert placebo["p_value"] > 0.001
    row = counter.frame.set_index("term").loc["counter"]
    if planted["counter"]:
        assert row["estimate"] == pytest.approx(100 * planted["counter"], abs=4)
    else:
        assert row["ci_low"] <= 0
    found = joined(only(trend, "sector"), only(result, "result_before"), only(counter, "counter"))
    judged(world, "C69", found, "tegenbeweging")


def test_exit_after_changes_in_teams_follows_the_world(world, hazards):
    churn = exit_destinations.of_characteristic(hazards, "team_churn")
    judged(world, "C73", only(churn, "other_sector", "inactive"), "is het vertrek naar")
    equal = exit_destinations.hazards(
        world[1]["organisation_years"], **YEARS, held=("inflow_rate",)
    )
    row = exit_destinations.of_characteristic(equal, "team_churn").frame.set_index("term")
    sign = np.sign(WORLDS[world[0]].team_exit)
    assert sign == 0 or np.sign(row.loc["other_sector", "estimate"]) == sign


def test_turnover_of_supporting_functions_follows_the_world(world):
    name, tables = world
    found = function_turnover.compared(tables["organisation_functions"], "secretarial", **YEARS)
    ratio = function_turnover.ratio(found, term="secretarial")
    seen = themes.shares(
        of_roles(world, "board", "management", "hr"), {"seen": Said(("support_staff",))}
    )
    # Exit from the sector is about half of turnover, and only that is planted.
    row = ratio.frame.iloc[0]
    assert row["estimate"] == pytest.approx(1 + 0.5 * (WORLDS[name].secretarial_exit - 1), abs=0.06)
    judged(world, "C74", joined(ratio, seen), "Van bestuur")


def test_an_agenda_that_is_drawn_by_what_voices_say_differs_little_from_it(world, voices):
    tables = world[1]
    beside = agendas.beside_need(tables["action_points"], voices).frame
    assert beside["estimate"].between(0, 100).all()
    gap = agendas.less_than_needed(tables["action_points"], voices).frame
    assert (gap["ci_low"] < gap["estimate"]).all()
    owners = agendas.by_owner(tables["action_points"], tables["attendees"]).frame
    assert owners["estimate"].sum() == pytest.approx(100)


def test_both_sides_of_the_report_are_there_in_every_world(world):
    tables = world[1]
    found = agendas.has_item(tables["checklist"], tables["participants"], "hr_on_agenda")
    assert not isinstance(found, Absent)
    planted = 100 * WORLDS[world[0]].checklist["hr_on_agenda"]
    row = found.frame.iloc[0]
    assert row["ci_low"] - 5 < planted < row["ci_high"] + 5

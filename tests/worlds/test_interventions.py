"""What is planted about interventions, needs and the system comes back; verdicts follow worlds."""

import pytest

from analysis.methods import inventory, mentions, needs, said_and_heard, theme_groups, themes
from analysis.methods.inventory import AIMS, AT_INDIVIDUAL, STATED
from analysis.methods.results import Absent, joined, only
from analysis.methods.theme_groups import Group
from analysis.sources.vocabulary import BUILDING_BLOCKS, PRACTICAL, THEMES
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

OFFER = ("national_offer", "own_offer")
#: Claim → sentence part in Dutch that only the supported one has.
SUPPORTED = {
    "C28": "Beide passen",
    "C29": "Dat past bij",
    "C30": "Slechts",
    "C31": "meeste",
    "C32": "Naar onderwerp sluiten",
    "C33": "In verhouding is er",
    "C76": "Dat is weinig",
    "C77": "meer dan digitale kanalen. Het saldo van houden min stoppen ligt",
}


@pytest.fixture(scope="module")
def voices(world):
    return themes.voices_of(world[1]["codings"], world[1]["attendees"])


@pytest.fixture(scope="module")
def results(world, voices):
    """What the chapters submit for each claim."""
    table, dated = world[1]["interventions"], {"year": YEAR}
    by_theme = needs.by_theme(voices, table)
    aims = inventory.shares(table, AIMS, **dated)
    less = inventory.difference(
        table, AIMS["recovery"], AIMS["source"], term="recovery_less_source", **dated
    )
    blocks = [theme for block in BUILDING_BLOCKS.values() for theme in block]
    return {
        "C28": inventory.counts(table, **dated),
        "C29": inventory.shares(table, AT_INDIVIDUAL, **dated),
        "C30": joined(only(aims, "recovery", "source"), less),
        "C31": inventory.shares(table, STATED, **dated),
        "C32": only(needs.mismatch(by_theme, seed=1), "mismatch"),
        "C33": needs.of_set(by_theme, blocks, term="organisation"),
        "C76": only(themes.prevalence(voices, only=OFFER), *OFFER),
        "C77": mentions.contrast(voices, "direct_contact", "channels", term="valued"),
    }


@pytest.mark.parametrize("claim", SUPPORTED)
def test_the_verdict_and_the_sentence_follow_the_world(world, results, claim):
    found = verdict(claim, results[claim])
    if world[0] == "favourable":
        assert found.judgement.verdict == "supported"
    elif world[0] == "reversed":
        assert found.judgement.verdict == "contradicted"
    elif claim == "C28":
        # How many interventions there are is no effect: the null world has as many.
        assert found.judgement.verdict == "supported"
    else:
        assert found.judgement.verdict != "supported"
    assert (SUPPORTED[claim] in found.sentence("nl")) == (found.judgement.verdict == "supported")


def test_shares_of_the_inventory_are_as_planted(world, results):
    planted = WORLDS[world[0]].inventory
    rows = results["C29"].frame.set_index("term")
    assert rows.loc["as_organisational", "estimate"] == pytest.approx(
        100 * planted["individual"], abs=0.5
    )
    aims = results["C30"].frame.set_index("term")
    for name in ("recovery", "source"):
        # Three standard errors of 170 interventions.
        assert aims.loc[name, "estimate"] == pytest.approx(100 * planted[name], abs=11.5)


def test_the_gap_is_that_between_planted_needs_and_supply(world, results):
    planted = WORLDS[world[0]]
    need = {theme: planted.themes[theme] * planted.as_need.get(theme, 0.2) for theme in THEMES}
    blocks = {theme for block in BUILDING_BLOCKS.values() for theme in block}
    expected = sum(need[theme] for theme in blocks) / sum(need.values()) - sum(
        planted.supply[theme] for theme in blocks
    ) / sum(planted.supply.values())
    row = results["C33"].frame.iloc[0]
    # Coders hear what was not said, which draws needs together by a few points.
    assert row["estimate"] == pytest.approx(100 * expected, abs=15)
    index = results["C32"].frame.iloc[0]
    if world[0] == "favourable":
        assert index["ci_low"] > 45
    if world[0] == "null":
        assert index["ci_low"] == 0, "an offer that fits has no mismatch"


def test_what_coders_miss_is_repaired_where_themes_differ(world):
    name, tables = world
    found = said_and_heard.corrected(tables["codings"], list(OFFER), year=YEAR, seed=1)
    if name == "null":
        assert isinstance(found, Absent), "themes that come up equally often tell no errors"
        return
    rows = found.frame.set_index("term")
    for theme in OFFER:
        half = (rows.loc[theme, "ci_high"] - rows.loc[theme, "ci_low"]) / 2
        expected = 100 * WORLDS[name].themes[theme]
        assert abs(rows.loc[theme, "estimate"] - expected) < 1.6 * half
    assert rows.loc["sensitivity", "estimate"] == pytest.approx(85, abs=9)
    assert rows.loc["specificity", "estimate"] == pytest.approx(95, abs=4)


def test_groups_that_say_the_same_are_hardly_ever_set_apart(voices):
    groups = {
        "young": Group("age_band", ("under_25", "25_to_34")),
        "practical": Group("education", PRACTICAL),
    }
    found = theme_groups.differences(voices, groups).frame
    apart = (found["ci_low"] > 0) | (found["ci_high"] < 0)
    assert apart.sum() <= 1, "no group is planted to mention other themes"

"""What chapter 2.3a finds in each world, and the verdicts that follow."""

import pytest

from analysis.airlock.rounding import released
from analysis.edition import read_edition
from analysis.methods import checklists, cross_cases, evidence_grades, offer_use, small_units
from analysis.methods.results import joined, only
from analysis.methods.survey_sample import LEAVING, complete_respondents
from analysis.methods.themes import voices_of
from analysis.sources.vocabulary import COMMITMENT, PROCESSES, SUCCESS_FACTORS
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

FACTORS = {name: (items, 2) for name, items in SUCCESS_FACTORS.items()}
NOT_SUPPORTED = {"inconclusive", "contradicted"}
EXPECTED = {"favourable": {"supported"}, "null": NOT_SUPPORTED, "reversed": {"contradicted"}}


@pytest.fixture(scope="module")
def profiles(world):
    return checklists.profiles(world[1]["checklist"], world[1]["organisation_years"], last=YEAR)


def as_released(result):
    """Give shares of the participants the band in which they leave."""
    limits = read_edition("2025").disclosure
    return released(
        result, frozenset(), limits, lambda cell, count: 5 * round(count / 5), judged=True
    )


def expect(name, result, sentence):
    """Judge in a world; the sentence is said in the favourable one only."""
    assert result.judgement.verdict in EXPECTED[name], (result.claim.id, result.parts)
    assert (sentence in result.sentence("nl")) == (name == "favourable"), result.sentence("nl")


def test_what_nearly_all_participants_have(world, profiles):
    found = verdict("C60", as_released(checklists.shares(profiles, FACTORS)))
    expect(world[0], found, "Succesfactoren zijn het daarom nog niet")


def test_academy_and_absence_policy(world, profiles):
    parts = joined(
        checklists.shares(profiles, {"academy": (("academy",), 1)}, exact=False),
        checklists.shares(profiles, {"absence_policy": (("absence_policy",), 1)}),
    )
    expect(world[0], verdict("C64", as_released(parts)), "De meeste deelnemers hebben")


def test_commitment_beside_processes(world, profiles):
    name, tables = world
    better = cross_cases.better_than_branch(
        profiles, tables["organisation_years"], "absence_rate", last=YEAR
    )
    contrast = cross_cases.difference(profiles, better, COMMITMENT, PROCESSES, seed=1)
    whole = joined(contrast, checklists.same_profile(profiles))
    expect(name, verdict("C59", as_released(whole)), "inzet sterker samen")


def test_the_offer_and_its_use(world):
    name, tables = world
    used = offer_use.use(tables["hr_offer"], period=f"{YEAR}JJ00")
    row = used.frame.iloc[0]
    assert row["ci_low"] < 100 * WORLDS[name].offer_use < row["ci_high"]
    unused = offer_use.organisations_with_much_unused(
        tables["hr_offer"], tables["organisation_years"], last=YEAR
    )
    expect(name, verdict("C61", as_released(joined(used, unused))), "vaak ruimer dan het gebruik")


def test_the_eight_practices(world):
    name, tables = world
    heard = evidence_grades.heard(voices_of(tables["codings"], tables["attendees"]))
    sample = complete_respondents(tables["individuals"], last=YEAR)
    leaving = evidence_grades.seen(sample, LEAVING)
    asked = [one for one, about in evidence_grades.PRACTICES.items() if about.factor]
    whole = joined(evidence_grades.number_heard(heard), only(leaving, *asked))
    found = verdict("C62", whole)
    expect(name, found, "dat zij werken is niet aangetoond")
    assert "vergelijking" in found.sentence("nl"), "no wording may hide that nothing was compared"


def test_units_without_leavers(world):
    name, tables = world
    units = small_units.units(tables["organisation_functions"], first=2019, last=YEAR)
    found = small_units.ratio(units)
    result = verdict("C63", found)
    if name == "favourable":
        expect(name, result, "meer in verloop dan toeval verklaart")
    else:
        # Nothing is planted in either of them.
        assert result.judgement.verdict in NOT_SUPPORTED
        assert "geen bewijs" in result.sentence("nl") or "uitschieter" in result.sentence("nl")
    if name == "null":
        row = found.frame.iloc[0]
        assert row["ci_low"] < 1 < row["ci_high"], "the model of chance must hold"

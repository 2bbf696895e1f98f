"""Recovery of what the sessions hold, and the verdict that follows from each world."""

import numpy as np
import pytest

from analysis.methods import coder_error, joint_display, theme_ranks, themes
from analysis.methods.clusters import bonferroni
from analysis.methods.results import Absent, Estimates, joined
from analysis.methods.survey_associations import renamed
from analysis.sources.vocabulary import THEMES
from analysis.stub.sessions import SENSITIVITY, SPECIFICITY
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import verdict

#: In the null world a third of voices mentions anything: whether that is clearly above the limit for
#: the national offer is for chance to say, and never that the claim holds.
EXPECTED = {
    "favourable": {"supported"}, "null": {"contradicted", "inconclusive"},
    "reversed": {"contradicted"},
}  # fmt: skip
#: Words by which the sentence of the page shows the verdict.
SAID = {
    "favourable": ("geven de antwoorden", "give the answers"),
    "null": ("geven niet alle antwoorden", "do not give all the answers"),
    "reversed": ("geven niet alle antwoorden", "do not give all the answers"),
}


@pytest.fixture(scope="module")
def voices(world):
    return themes.voices_of(world[1]["codings"], world[1]["attendees"])


@pytest.fixture(scope="module")
def judged(voices) -> Estimates:
    """What the chapter submits for C41."""
    places = {
        name: theme_ranks.ranks(voices, name) for name in ("stressor", "energy", "need", "keep")
    }
    return joined(
        renamed(places["stressor"], workload="workload_stressor"),
        renamed(places["energy"], craft="craft_energy", fixed_team="fixed_team_energy"),
        renamed(
            places["need"],
            leadership="leadership_need",
            rosters="rosters_need",
            fixed_team="fixed_team_need",
        ),
        renamed(themes.prevalence(voices), national_offer="national_offer"),
        renamed(places["keep"], direct_contact="direct_contact_keep"),
        renamed(
            themes.prevalence(voices, "stop", only=("administration",)),
            administration="administration_stop",
        ),
    )


def heard(share: float) -> float:
    """Share of voices with whom a coder hears a theme that this share names."""
    return share * SENSITIVITY + (1 - share) * (1 - SPECIFICITY)


def test_planted_shares_are_recovered_as_coders_hear_them(world, voices):
    planted = WORLDS[world[0]].themes
    level = bonferroni(len(THEMES), 0.999)
    for theme in THEMES:
        share = themes.clusters.mean(voices.of(theme), voices.organisation)
        low, high = themes.interval_of(share, level)
        assert low <= heard(planted[theme]) <= high, f"{theme} lies beside its interval"


def test_limits_hold_what_was_said(world, voices):
    planted = WORLDS[world[0]].themes
    found = coder_error.limits(world[1]["codings"], voices, seed=1, draws=200)
    frame = found.frame.set_index("term")
    inside = [
        frame.loc[f"{theme}.lowest", "ci_low"] / 100 - 0.02
        <= planted[theme]
        <= frame.loc[f"{theme}.highest", "ci_high"] / 100 + 0.02
        for theme in THEMES
        if f"{theme}.lowest" in frame.index
    ]
    assert np.mean(inside) >= 0.9


def test_agreement_of_coders_is_recovered(world, voices):
    planted = WORLDS[world[0]].themes
    share = np.mean([heard(planted[theme]) for theme in THEMES])
    both = np.mean(
        [p * SENSITIVITY**2 + (1 - p) * (1 - SPECIFICITY) ** 2 for p in planted.values()]
    )
    expected = (both - share**2) / (share * (1 - share))
    row = coder_error.alphas(world[1]["codings"], voices, seed=1).frame.iloc[0]
    # The planted shares are means; those of eighteen organisations differ a little.
    assert row["ci_low"] - 0.03 <= expected <= row["ci_high"] + 0.03


def test_the_question_has_another_answer_in_each_world(world, judged):
    found = verdict("C41", judged)
    assert found.judgement.verdict in EXPECTED[world[0]]
    for language, words in zip(("nl", "en"), SAID[world[0]], strict=True):
        said = words in found.sentence(language)
        assert said or found.judgement.verdict == "inconclusive"


def test_no_theme_is_first_where_none_is_planted(world, voices):
    """In the null world every theme may stand anywhere among the needs."""
    frame = theme_ranks.ranks(voices, "need").frame.set_index("term")
    reach = frame["ci_high"] - frame["ci_low"]
    if world[0] == "null":
        assert (reach >= 15).all()
    else:
        assert (reach.loc[["leadership"]] < 15).all()


def test_leadership_is_seen_and_heard_where_it_was_planted(world, voices):
    tables = world[1]
    seen = joint_display.seen(tables["individuals"], tables["organisation_years"], last=2025)
    found = joint_display.verdicts(voices, seen, Absent(("organisation_years",)))
    assert found["leadership"] == {
        "favourable": "agree", "null": "open", "reversed": "differ"
    }[world[0]]  # fmt: skip
    assert found["support_staff"] == found["national_offer"] == "silent_data"
    assert found["work_life"] == "silent_sessions"
    row = joint_display.rank_correlation(voices, seen).frame.iloc[0]
    assert row["ci_high"] - row["ci_low"] > 0.5, "few topics tell little about two orders"

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import (
    clusters,
    coder_error,
    design_effects,
    joint_display,
    theme_groups,
    theme_ranks,
    themes,
)
from analysis.methods.results import Absent
from analysis.methods.themes import Said
from analysis.sources.vocabulary import MEANINGS, THEMES
from tests.conftest import SHARED

NAMES = ("leadership", "rosters", "learning", "fixed_team")


def drawn_voices(
    shares: dict[str, float], *, organisations=18, size=40, icc=0.05, seed=1, leaders=0.2
) -> tuple[DataTable, DataTable]:
    """Codings by two coders without error, and attendees, of organisations that differ."""
    random = np.random.default_rng(seed)
    organisation = np.repeat([f"o{i:02d}" for i in range(organisations)], size)
    role = np.where(random.random(len(organisation)) < leaders, "team_leader", "professional")
    frames = []
    for theme, share in shares.items():
        own = random.beta(*(np.array([share, 1 - share]) * (1 - icc) / icc), organisations)
        said = random.random(len(organisation)) < np.repeat(own, size)
        for coder in "ab":
            frames.append(
                pd.DataFrame(
                    {
                        "attendee": [f"v{i}" for i in range(len(organisation))],
                        "session": "s1",
                        "theme": theme,
                        "coder": coder,
                        "mentioned": said.astype(int),
                        **{name: said.astype(int) for name in MEANINGS},
                        "role": role,
                        "organisation": organisation,
                        "kind": "listening",
                        "branch": np.repeat(["vvt", "ghz"], len(organisation) // 2),
                    }
                )
            )
    codings = pd.concat(frames, ignore_index=True)
    attendees = codings.drop_duplicates("attendee").assign(date="2025-03-01")
    return DataTable("codings", codings), DataTable("attendees", attendees)


@pytest.fixture(scope="module")
def tables():
    return drawn_voices(dict(zip(NAMES, (0.6, 0.4, 0.35, 0.1), strict=True)))


@pytest.fixture(scope="module")
def voices(tables):
    return themes.voices_of(*tables)


def test_share_and_interval_are_those_of_the_survey_package():
    """R09: the share of schools with awards, as svyciprop gives it with method logit."""
    file = SHARED / "reference_cases" / "data" / "apiclus1.csv"
    if not file.exists():
        pytest.skip("the reference cases are not on this machine")
    cases = json.loads((SHARED / "reference_cases" / "cases.json").read_text())["cases"]
    case = next(case for case in cases if case["id"] == "R09")
    published = {one["name"]: one["reference"] for one in case["quantities"]}
    frame = pd.read_csv(file)
    # The published share has no finite population correction, unlike the published mean.
    share = clusters.mean(frame["awards"] == "Yes", frame["dnum"], weight=frame["pw"])
    low, high = themes.interval_of(share)
    assert share.estimate == pytest.approx(published["prop_awards"], abs=1e-6)
    assert share.se == pytest.approx(published["prop_se"], abs=1e-6)
    assert low == pytest.approx(published["prop_logit_ci_low"], abs=1e-6)
    assert high == pytest.approx(published["prop_logit_ci_high"], abs=1e-6)


def test_nobody_gets_the_exact_interval_of_as_many_people_as_organisations():
    low, high = themes.interval_of(clusters.mean(np.zeros(180), np.repeat(np.arange(18), 10)))
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 18))


@pytest.mark.parametrize(("share", "alike"), [(0.01, 0.05), (0.04, 0.05), (0.06, 0.2)])
def test_the_interval_of_a_rare_theme_holds_its_share(share, alike):
    """Eighteen organisations of forty; where many draws name nothing, or one organisation does."""
    random, size = np.random.default_rng(4), (1 - alike) / alike
    draws, covered = 400, 0
    for _ in range(draws):
        own = random.beta(share * size, (1 - share) * size, 18)
        said = random.random(720) < np.repeat(own, 40)
        low, high = themes.interval_of(clusters.mean(said, np.repeat(np.arange(18), 40)))
        covered += low <= share <= high
    assert covered / draws > 0.9


def test_a_voice_in_two_sessions_is_one_voice(tables):
    codings, attendees = tables
    again = codings.frame[codings.frame["attendee"] == "v0"].assign(session="s2", mentioned=1)
    twice = themes.voices_of(DataTable("codings", pd.concat([codings.frame, again])), attendees)
    assert len(twice.people) == 18 * 40
    assert all(twice.of(theme).max() == 1 for theme in NAMES)


def test_other_sessions_and_the_second_coder_do_not_count(tables, voices):
    codings, attendees = tables
    other = codings.frame.assign(kind="reflection", attendee="w" + codings.frame["attendee"])
    flipped = codings.frame.assign(
        mentioned=np.where(codings.frame["coder"] == "b", 1, codings.frame["mentioned"])
    )
    found = themes.voices_of(DataTable("codings", pd.concat([flipped, other])), attendees)
    assert np.array_equal(found.marks["mentioned"], voices.marks["mentioned"])


def test_a_meaning_of_what_was_not_named_does_not_count(tables):
    codings, attendees = tables
    frame = codings.frame.assign(mentioned=0, need=1)
    found = themes.voices_of(DataTable("codings", frame), attendees)
    assert found.marks["need"].sum() == 0


@pytest.mark.parametrize("lacks", ["codings", "attendees", "organisations", "rows"])
def test_without_sessions_there_is_nothing(tables, lacks):
    codings, attendees = tables
    if lacks == "codings":
        codings = DataTable("codings", None)
    elif lacks == "attendees":
        attendees = DataTable("attendees", None)
    elif lacks == "rows":
        codings = DataTable("codings", codings.frame.iloc[:0])
    else:
        few = codings.frame[codings.frame["organisation"].isin(["o00", "o01"])]
        codings = DataTable("codings", few)
    found = themes.voices_of(codings, attendees)
    assert isinstance(found, Absent)
    assert isinstance(themes.prevalence(found), Absent)
    assert isinstance(theme_ranks.ranks(found), Absent)
    assert isinstance(theme_groups.role_differences(found), Absent)


def test_shares_come_in_order_with_all_that_the_airlock_asks(voices):
    found = themes.prevalence(voices)
    assert found.frame["estimate"].is_monotonic_decreasing
    assert (found.frame["df"] == 17).all()
    for row, known in zip(found.frame.itertuples(), found.behind, strict=True):
        assert 100 * known.numerator / row.n == pytest.approx(row.estimate)
        assert row.ci_low < row.estimate < row.ci_high


def test_independent_voices_would_be_surer(voices):
    frame = design_effects.honest_and_naive(voices).frame
    width = (frame["ci_high"] - frame["ci_low"]).to_numpy()
    assert (width[0::2] > width[1::2]).all()
    effect = design_effects.mean(voices).frame.set_index("term")["estimate"]
    assert 1.5 < effect["design_effect"] < 5, "1 + 39 · 0.05 is 2.95"
    assert effect["effective_voices"] == pytest.approx(720 / effect["design_effect"])


def test_the_same_shares_come_from_what_is_said(voices):
    one = themes.prevalence(voices, only=("learning",))
    other = themes.shares(voices, {"learning": Said(("learning",)), "no": Said(("board",))})
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.behind == other.behind, "and what nobody coded is left out"


# --- places -----------------------------------------------------------------------------------


def test_places_by_hand():
    """Two themes that are clearly apart, and one between them that is not."""
    shares = np.array([0.6, 0.1, 0.35])
    spread = np.diag([0.05, 0.05, 0.15]) ** 2
    places, low, high = theme_ranks.rank_intervals(shares, spread, 17)
    assert places.tolist() == [1, 3, 2]
    assert low.tolist() == [1, 2, 1]
    assert high.tolist() == [2, 3, 3]


def test_equal_shares_may_stand_anywhere():
    places, low, high = theme_ranks.rank_intervals(np.full(20, 0.3), np.eye(20) * 1e-3, 17)
    assert (places == 1).all()
    assert (low == 1).all()
    assert (high == 20).all()


def test_places_hold_the_true_place():
    """Eighteen organisations; of ten themes the first five are named twice as often."""
    random = np.random.default_rng(9)
    truth = np.repeat([0.4, 0.2], 5)
    covered = 0
    for _ in range(100):
        own = random.beta(truth * 19, (1 - truth) * 19, (18, 10))
        shares = random.binomial(40, own) / 40
        spread = np.cov(shares.T) / 18
        _, low, high = theme_ranks.rank_intervals(shares.mean(axis=0), spread, 17)
        covered += ((low <= np.repeat([5, 10], 5)) & (high >= np.repeat([1, 6], 5))).mean() / 100
    assert covered >= 0.95


def test_places_of_themes_of_few_voices_do_not_tell_how_few():
    codings, attendees = drawn_voices(dict(zip(NAMES, (0.6, 0.4, 0.004, 0.002), strict=True)))
    frame = theme_ranks.ranks(themes.voices_of(codings, attendees)).frame.set_index("term")
    columns = ["estimate", "ci_low", "ci_high"]
    assert (frame.loc["learning", columns] == frame.loc["fixed_team", columns]).all()
    assert frame.loc["learning", "ci_high"] == 4


# --- groups -----------------------------------------------------------------------------------


def test_roles_that_do_not_differ_are_no_discovery(voices):
    found = theme_groups.role_differences(voices).frame
    assert (found["p_value"] > 0.05).all()
    assert ((found["ci_low"] < 0) & (found["ci_high"] > 0)).all()


YOUNG = {"young": theme_groups.Group("age_band", ("25_to_34",))}


def aged(tables, named_by_young=None) -> themes.Voices:
    """Voices of whom every third is young; so many of them name leadership."""
    codings, attendees = tables
    number = codings.frame["attendee"].str[1:].astype(int)
    frame = codings.frame.assign(age_band=np.where(number % 3 == 0, "25_to_34", "45_to_54"))
    if named_by_young is not None:
        chosen = (frame["theme"] == "leadership") & (frame["age_band"] == "25_to_34")
        frame.loc[chosen, "mentioned"] = (number[chosen] < 3 * named_by_young).astype(int)
    return themes.voices_of(DataTable("codings", frame), attendees)


def test_a_group_that_says_something_else_is_found_and_others_are_not(tables):
    found = theme_groups.differences(aged(tables, named_by_young=228), YOUNG)
    rows = found.frame.set_index("term")
    assert rows.loc["leadership.young", "ci_low"] > 20
    others = rows.drop("leadership.young")
    assert ((others["ci_low"] <= 0) & (others["ci_high"] >= 0)).all()
    assert all(known.sides for known in found.behind)


def test_a_theme_that_six_of_a_group_mention_is_not_compared(tables):
    found = theme_groups.differences(aged(tables, named_by_young=6), YOUNG)
    assert "leadership.young" not in set(found.frame["term"])


def test_of_whom_the_age_is_not_known_is_on_no_side(tables):
    everybody = aged(tables)
    people = everybody.people
    known = people["age_band"].where(np.arange(len(people)) % 2 == 0)
    half = replace(everybody, people=people.assign(age_band=known))
    frame = theme_groups.differences(half, YOUNG).frame
    assert (frame["n"] == 360).all()


def test_what_was_not_asked_sets_nobody_apart(voices):
    assert isinstance(theme_groups.differences(voices, YOUNG), Absent)


def test_permutations_find_branches_apart_and_leave_alike_ones():
    sizes = np.full(18, 40.0)
    group = np.repeat([0, 1], 9)
    apart = np.where(group == 0, 10.0, 25.0)
    alike = np.tile([12.0, 13.0], 9)
    p_values = theme_groups.permutation_p_values(
        np.column_stack([apart, alike]), sizes, group, seed=1, draws=999
    )
    assert p_values[0] == pytest.approx(0.001, abs=0.002)
    assert p_values[1] > 0.5


def test_permutations_reject_as_often_as_they_say():
    random = np.random.default_rng(5)
    group, rejected, simulations = np.repeat([0, 1, 2], [10, 5, 3]), 0, 30
    for seed in range(simulations):
        counts = random.binomial(40, random.beta(6, 13, (18, 20)))
        found = theme_groups.permutation_p_values(
            counts.astype(float), np.full(18, 40.0), group, seed=seed, draws=199
        )
        rejected += (found <= 0.05).sum()
    least, most = stats.binom.interval(0.999, 20 * simulations, 0.05)
    assert least <= rejected <= most


# --- coders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("truth", [0.08, 0.3, 0.55])
@pytest.mark.parametrize(("sensitivity", "false"), [(0.85, 0.05), (1.0, 0.1), (0.7, 0.0)])
def test_limits_hold_the_truth_whatever_coders_miss(truth, sensitivity, false):
    share = truth * sensitivity + (1 - truth) * false
    both = truth * sensitivity**2 + (1 - truth) * false**2
    kappa = (both - share**2) / (share * (1 - share))
    low, high = coder_error.bounds(np.array(share), np.array(kappa))
    assert low - 1e-9 <= truth <= high + 1e-9
    if sensitivity == 1.0:
        assert low == pytest.approx(truth), "they miss nothing"
    if false == 0.0:
        assert high == pytest.approx(truth), "they hear nothing that was not there"


def test_coders_without_error_leave_no_room(tables, voices):
    frame = coder_error.limits(tables[0], voices, seed=1, draws=50).frame.set_index("term")
    for theme in NAMES:
        assert frame.loc[f"{theme}.lowest", "estimate"] == pytest.approx(
            frame.loc[f"{theme}.highest", "estimate"]
        )
    assert coder_error.alphas(tables[0], voices, seed=1).frame.loc[0, "estimate"] == 1.0


def test_without_a_second_coder_there_is_no_agreement(tables, voices):
    codings = DataTable("codings", tables[0].frame[tables[0].frame["coder"] == "a"])
    for found in (
        coder_error.alphas(codings, voices, seed=1),
        coder_error.equal_and_by_chance(codings, voices, seed=1),
        coder_error.limits(codings, voices, seed=1, draws=20),
        coder_error.both_or_either(codings, voices),
    ):
        assert isinstance(found, Absent)


# --- seen and heard -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "heard", "verdict"),
    [
        ("clear", "often", "agree"),
        ("none", "seldom", "agree"),
        ("clear", "seldom", "differ"),
        ("none", "often", "differ"),
        ("opposite", "often", "differ"),
        ("opposite", "seldom", "differ"),
        ("opposite", "unclear", "open"),
        ("clear", "unclear", "open"),
        ("unclear", "often", "open"),
        ("silent", "often", "silent_data"),
        ("clear", "silent", "silent_sessions"),
    ],
)
def test_the_verdict_follows_from_both(seen, heard, verdict):
    assert joint_display.verdict_of(seen, heard) == verdict


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ([(0.7, 0.8), (0.9, 1.1)], "clear"),
        ([(0.95, 1.05), (0.92, 1.08)], "none"),
        ([(1.2, 1.4), (0.95, 1.05)], "opposite"),
        ([(0.7, 0.8), (1.2, 1.4)], "unclear"),
        ([(0.95, 0.99), (0.92, 1.08)], "none"),
        ([(0.95, 1.05), (0.8, 1.2)], "unclear"),
    ],
)
def test_what_is_seen_of_a_resource(ends, state):
    """More leadership is expected to go with less leaving: below one."""
    rows = pd.DataFrame(ends, columns=["ci_low", "ci_high"])
    assert joint_display.seen_state("leadership", rows) == state


def test_what_is_heard_needs_the_whole_interval():
    assert joint_display.heard_state(26, 40) == "often"
    assert joint_display.heard_state(10, 24) == "seldom"
    assert joint_display.heard_state(20, 30) == "unclear"


def test_without_data_the_data_are_silent_on_everything(voices):
    found = joint_display.verdicts(voices, Absent(("individuals",)), Absent(("years",)))
    heard = {topic for topic, about in joint_display.TOPICS.items() if about.theme in NAMES}
    assert all(found[topic] == "silent_data" for topic in heard)
    table = joint_display.display(voices, Absent(("individuals",)), Absent(("years",)))
    assert set(table.frame["measure"]) == {"heard", "heard_low", "heard_high"}


def test_topics_name_themes_that_exist():
    assert {one.theme for one in joint_display.TOPICS.values() if one.theme} <= set(THEMES)


def test_a_rank_correlation_of_few_topics_is_wide():
    estimate, low, high = joint_display.spearman_interval(0.5, 7)
    assert low < 0 < estimate < high
    assert high - low > 1

"""What was said follows from what two coders heard, where themes differ; and what groups mention."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import clusters, mentions, said_and_heard
from analysis.methods.results import Absent
from analysis.methods.themes import Voices
from analysis.simulations import offering
from analysis.sources.vocabulary import THEMES

SHARES = np.array([0.08, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def patterns(right, rejects, shares, size=1e5):
    """Expected counts in which both, one and none of two coders heard each theme."""
    both = shares * right**2 + (1 - shares) * (1 - rejects) ** 2
    none = shares * (1 - right) ** 2 + (1 - shares) * rejects**2
    return size * np.column_stack([both, 1 - both - none, none])


@pytest.mark.parametrize(("right", "rejects"), [(0.85, 0.95), (0.7, 0.9), (0.95, 0.85)])
def test_errors_of_coders_follow_from_what_they_heard(right, rejects):
    found = said_and_heard.errors(patterns(right, rejects, SHARES), steps=5000)
    assert np.allclose(found, (right, rejects), atol=2e-3)


def test_without_errors_nothing_is_corrected():
    right, rejects = said_and_heard.errors(patterns(1.0, 1.0, SHARES))
    assert right > 0.99
    assert rejects > 0.99


def test_a_share_is_corrected_and_its_errors_are_told():
    table = offering._coded(SHARES, np.random.default_rng(2))
    theme = offering.THEMES_DRAWN[0]
    found = said_and_heard.corrected(table, [theme], year=2025, seed=1, draws=100)
    rows = found.frame.set_index("term")
    assert rows.loc[theme, "ci_low"] <= 8 <= rows.loc[theme, "ci_high"]
    assert rows.loc["sensitivity", "ci_low"] <= 85 <= rows.loc["sensitivity", "ci_high"]
    assert rows.loc["specificity", "ci_low"] <= 95 <= rows.loc["specificity", "ci_high"]
    both = said_and_heard.beside(said_and_heard.only(found, theme), found)
    assert set(both.frame["term"]) == {f"{theme}.heard", f"{theme}.corrected"}


def test_themes_that_come_up_equally_often_tell_no_errors():
    table = offering._coded(np.full(8, 0.3), np.random.default_rng(2))
    theme = offering.THEMES_DRAWN[0]
    found = said_and_heard.corrected(table, [theme], year=2025, seed=1, draws=50)
    assert isinstance(found, Absent)
    one = DataTable("codings", table.frame[table.frame["coder"] == "a"])
    assert isinstance(said_and_heard.corrected(one, [theme], year=2025, seed=1), Absent)


def test_a_theme_that_six_people_mention_is_not_corrected():
    table = offering._coded(SHARES, np.random.default_rng(2))
    theme = offering.THEMES_DRAWN[0]
    frame = table.frame.copy()
    heard = frame["theme"].eq(theme) & frame["coder"].eq("a") & frame["mentioned"].eq(1)
    frame.loc[frame.index[heard][6:], "mentioned"] = 0
    few = DataTable("codings", frame)
    found = said_and_heard.corrected(few, [theme], year=2025, seed=1, draws=50)
    assert isinstance(found, Absent), "the corrected share would tell of six people"


def voices(scores) -> Voices:
    """Voices of 18 organisations who keep (1) or stop (-1) two themes."""
    scores = np.asarray(scores)
    people = pd.DataFrame({"organisation": np.arange(len(scores)) % 18})
    marks = {"keep": (scores == 1.0).astype(float), "stop": (scores == -1.0).astype(float)}
    names = tuple(map(str, range(18)))
    return Voices(marks, ("direct_contact", "channels"), people, names, 2025, "codings")


def test_two_themes_are_compared_within_each_voice():
    random = np.random.default_rng(1)
    scores = random.choice([-1, 0, 1], size=(360, 2), p=[0.2, 0.6, 0.2])
    found = mentions.contrast(voices(scores), "direct_contact", "channels", term="valued")
    row = found.frame.iloc[0]
    each = scores[:, 0] - scores[:, 1]
    assert row["estimate"] == pytest.approx(100 * each.mean())
    expected = clusters.mean(each, np.arange(360) % 18).interval()
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((100 * expected[0], 100 * expected[1]))
    assert list(found.frame["term"]) == ["valued"], "one side would tell how few want to keep it"
    nobody = mentions.contrast(
        voices(np.zeros((360, 2))), "direct_contact", "channels", term="valued"
    )
    assert isinstance(nobody, Absent)


def codings(size=720, **columns) -> DataTable:
    random = np.random.default_rng(1)
    frames = [
        pd.DataFrame(
            {
                "attendee": np.arange(size), "organisation": np.arange(size) % 18,
                "kind": "listening", "coder": "a", "theme": theme,
                "age_band": np.where(np.arange(size) % 3 == 0, "25_to_34", "45_to_54"),
                "mentioned": (random.random(size) < 0.4).astype(int), **columns,
            }
        )
        for theme in list(THEMES)[:5]
    ]  # fmt: skip
    return DataTable("codings", pd.concat(frames, ignore_index=True))


YOUNG = {"young": ("age_band", ("under_25", "25_to_34"))}


def test_a_group_that_says_something_else_is_found_and_others_are_not():
    table = codings()
    rows = table.frame
    chosen = (rows["theme"] == "leadership") & (rows["age_band"] == "25_to_34")
    rows.loc[chosen, "mentioned"] = (np.arange(chosen.sum()) % 10 < 8).astype(int)
    found = mentions.by_group(table, YOUNG, list(THEMES), year=2025).frame.set_index("term")
    assert found.loc["leadership.young", "ci_low"] > 20
    others = found.drop("leadership.young")
    assert ((others["ci_low"] <= 0) & (others["ci_high"] >= 0)).all()


def test_a_theme_that_six_of_a_group_mention_is_not_compared():
    table = codings()
    rows = table.frame
    chosen = (rows["theme"] == "leadership") & (rows["age_band"] == "25_to_34")
    rows.loc[chosen, "mentioned"] = (np.arange(chosen.sum()) < 6).astype(int)
    found = mentions.by_group(table, YOUNG, list(THEMES), year=2025)
    assert "leadership.young" not in set(found.frame["term"])
    assert all(known.sides for known in found.behind)


def test_who_came_twice_is_one_voice_and_what_nobody_coded_does_not_count():
    once = codings()
    more = once.frame[once.frame["attendee"] < 360].assign(mentioned=0.0)
    blank = once.frame.assign(attendee=once.frame["attendee"] + 10_000, mentioned=np.nan)
    twice = DataTable("codings", pd.concat([once.frame, more, blank], ignore_index=True))
    expected, found = (
        mentions.by_group(table, YOUNG, list(THEMES), year=2025).frame for table in (once, twice)
    )
    pd.testing.assert_frame_equal(found, expected)

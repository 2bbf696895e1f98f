"""What was said follows from what two coders heard, where themes differ."""

import numpy as np
import pytest

from analysis.dataset import DataTable
from analysis.methods import said_and_heard
from analysis.methods.results import Absent
from analysis.simulations import offering

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

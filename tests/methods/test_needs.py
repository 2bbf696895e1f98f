"""Needs beside what is on offer: gaps, their intervals, and an index that chance makes too large."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import needs
from analysis.methods.cells import Cell
from analysis.methods.needs import Themes
from analysis.methods.results import Absent
from analysis.methods.themes import Voices
from analysis.sources.vocabulary import THEMES


def themes(told, offered) -> Themes:
    told, offered = np.asarray(told, dtype=float), np.asarray(offered, dtype=float)
    names = tuple(THEMES)[: len(offered)]
    return Themes(names, told, offered, 400, 2025, ("codings", "interventions"))


def alike(organisations=18, need=(5, 5, 5, 5), offered=(40, 40, 40, 40)) -> Themes:
    """Organisations that need the same, give or take one."""
    random = np.random.default_rng(1)
    told = np.tile(need, (organisations, 1)) + random.integers(0, 2, (organisations, len(need)))
    return themes(told, offered)


def test_voices_and_interventions_become_themes():
    marks = np.zeros((24, 2))
    marks[:12, 0] = 1
    people = pd.DataFrame({"organisation": np.arange(24) % 12})
    names = tuple(map(str, range(12)))
    voices = Voices({"need": marks}, ("leadership", "rosters"), people, names, 2025, "codings")
    offer = pd.DataFrame(
        {"intervention": ["x", "y"], "theme": ["health", None], "coder": "a", "overlaps": "none"}
    )
    found = needs.by_theme(voices, DataTable("interventions", offer))
    at = found.names.index("leadership")
    assert found.told[:, at].sum() == 12
    assert found.needed[at] == 1
    assert found.supplied[found.names.index("health")] == 1, "what answers no theme is left out"
    assert found.voices == 24
    few = DataTable("interventions", offer.iloc[:0])
    assert isinstance(needs.by_theme(voices, few), Absent)
    assert isinstance(needs.by_theme(Absent(("codings",)), few), Absent)


def test_the_index_is_half_the_sum_of_absolute_gaps():
    found = needs.mismatch(alike(need=(10, 10, 0, 0), offered=(0, 40, 40, 0)), seed=1)
    rows = found.frame.set_index("term")
    gap = themes_gap(alike(need=(10, 10, 0, 0), offered=(0, 40, 40, 0)))
    assert rows.loc["seen", "estimate"] == pytest.approx(50 * np.abs(gap).sum())
    assert rows.loc["mismatch", "ci_low"] < rows.loc["mismatch", "estimate"]
    assert rows.loc["mismatch", "p_value"] < 0.01
    assert (rows.loc[["seen", "by_chance"], "half_step"] == 0).all(), "these have no interval"


def themes_gap(found: Themes) -> np.ndarray:
    return found.needed - found.supplied


def test_an_offer_that_fits_has_no_mismatch_though_chance_shows_one():
    found = needs.mismatch(alike(offered=(38, 42, 41, 39)), seed=1).frame.set_index("term")
    assert found.loc["by_chance", "estimate"] > 3
    assert found.loc["mismatch", "estimate"] < found.loc["by_chance", "estimate"]
    assert found.loc["mismatch", "ci_low"] == 0
    assert found.loc["mismatch", "p_value"] > 0.05


def test_a_gap_has_the_interval_of_both_shares():
    found = alike(offered=(80, 40, 20, 20))
    row = needs.of_set(found, [found.names[0]], term="set").frame.iloc[0]
    assert row["estimate"] == pytest.approx(100 * themes_gap(found)[0])
    supply = stats.binomtest(80, 160).proportion_ci(0.95, method="wilson")
    # Hardly any difference between organisations: the interval is that of the interventions.
    assert row["ci_high"] - row["estimate"] == pytest.approx(100 * (0.5 - supply.low), abs=0.5)


def test_the_p_value_is_where_the_interval_touches_zero():
    found = alike(offered=(45, 40, 35, 40))
    place = [0]
    p_value = needs._p_value(found, place)
    _, low, high = needs._gap(found, place, 1 - p_value)
    assert min(abs(low), abs(high)) < 1e-6


def test_a_set_and_the_rest_have_opposite_gaps():
    found = alike(offered=(80, 40, 20, 20))
    one = needs.of_set(found, found.names[:2], term="set").frame.iloc[0]
    rest = needs.of_set(found, found.names[2:], term="set").frame.iloc[0]
    assert one["estimate"] == pytest.approx(-rest["estimate"])


def test_themes_that_few_need_are_left_out_of_the_gaps_and_hidden_among_the_shares():
    found = alike(need=(9, 9, 9, 0), offered=(40, 40, 40, 40))
    told = found.told.copy()
    told[:, 3] = 0
    told[:6, 3] = 1
    found = themes(told, found.offered)
    gaps = needs.gaps(found)
    assert found.names[3] not in set(gaps.frame["term"]), "six people must not be told apart"
    shares = needs.shares(found)
    places = shares.frame["term"].tolist()
    known = shares.behind[places.index(f"{found.names[3]}.need")]
    assert known.numerator == 6, "the airlock must know that it hides six"
    assert Cell.parse(known.part).population == "statements"
    assert dict(zip(gaps.frame["term"], gaps.behind, strict=True))[found.names[0]].sides


def test_a_block_less_its_other_theme_does_not_tell_how_few_need_the_small_one():
    names = ("board", "board_agenda", "rosters", "health")
    told = np.tile([2.0, 0, 5, 5], (18, 1))
    told[:8, 1] = 1
    found = Themes(names, told, np.full(4, 10.0), 400, 2025, ("codings", "interventions"))
    assert set(needs.gaps(found).frame["term"]) == {"rosters", "health"}
    shares = set(needs.shares(found).frame["term"])
    assert "board.need" not in shares, "the block less this theme would tell the eight"
    assert {"board.supply", "rosters.need"} <= shares
    told[:, 1] = 1
    enough = Themes(names, told, np.full(4, 10.0), 400, 2025, ("codings", "interventions"))
    assert {"board", "board_agenda"} <= set(needs.gaps(enough).frame["term"])


def test_intervals_of_gaps_are_wider_for_more_themes():
    wide = needs.gaps(alike()).frame.set_index("term")
    one = needs.of_set(alike(), [wide.index[0]], term=wide.index[0]).frame.iloc[0]
    assert wide.iloc[0]["ci_high"] > one["ci_high"]

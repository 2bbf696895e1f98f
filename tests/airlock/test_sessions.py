"""Real shapes of the sessions through the gate: a theme of six voices, a branch of two."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis.airlock import candidates
from analysis.airlock.gate import open_gate
from analysis.edition import read_edition
from analysis.methods import theme_groups, themes
from analysis.methods.results import SUPPRESSED
from analysis.methods.themes import Voices
from tests.airlock.making import submit_to

CHAPTER = "2.2f-sessions"
MANIFEST = {"tables": {"codings": {"public": False, "synthetic": True}}}
#: Organisations by branch; each has sixty voices, ten of them team leaders.
BRANCHES = {"vvt": 10, "hospitals": 6, "ghz": 2}
PEOPLE, LEADERS = 60, 10
LABELS = {
    name: {"nl": name.replace("_", " "), "en": name.replace("_", " ")}
    for name in (
        "mentioned", "leadership", "health", "workload", "stressor", "need", "professional",
        "team_leader", *BRANCHES,
    )
}  # fmt: skip


def spread(count: int, among: np.ndarray) -> np.ndarray:
    """Let ``count`` of some voices name it, whoever they are."""
    named = np.zeros(len(among))
    named[np.random.default_rng(count).permutation(np.flatnonzero(among))[:count]] = 1.0
    return named


@pytest.fixture
def voices() -> Voices:
    """Health is named by six; leadership by six team leaders and many professionals."""
    organisations = sum(BRANCHES.values())
    people = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(organisations), PEOPLE),
            "branch": np.repeat(list(BRANCHES), [n * PEOPLE for n in BRANCHES.values()]),
            "role": np.tile(
                ["team_leader"] * LEADERS + ["professional"] * (PEOPLE - LEADERS), organisations
            ),
        }
    )
    everybody = np.ones(len(people), dtype=bool)
    leader = (people["role"] == "team_leader").to_numpy()
    named = np.column_stack(
        [
            spread(6, leader) + spread(300, ~leader),
            spread(6, everybody),
            spread(500, everybody),
        ]
    )
    few = np.zeros_like(named)
    few[:, 2] = named[:, 2] * (np.cumsum(named[:, 2]) <= 6)
    return Voices(
        {"mentioned": named, "stressor": few, "need": named - few},
        ("leadership", "health", "workload"),
        people,
        tuple(f"o{place:02d}" for place in range(organisations)),
        2025,
        "codings",
    )


@pytest.fixture
def through(tmp_path):
    """Send results through the gate; return what leaves, and the report."""

    def send(**results):
        results = {name.replace("_", "-"): result for name, result in results.items()}
        folder = submit_to(
            tmp_path / "chapters" / CHAPTER,
            results,
            kinds=dict.fromkeys(results, "table"),
            labels={
                **LABELS,
                **{
                    f"{theme}.{role}": LABELS[theme]
                    for theme in ("leadership", "health", "workload")
                    for role in theme_groups.ROLES
                },
            },
        )
        target = tmp_path / "released"
        open_gate(read_edition(), MANIFEST, {CHAPTER: folder}, target)
        found = {candidate.id: result for candidate, result in candidates.read(target / CHAPTER)}
        return found, json.loads((target / "disclosure.json").read_text())

    return send


def test_a_theme_of_six_voices_stays_inside(voices, through):
    found, report = through(named=themes.prevalence(voices))
    assert set(found["named"].frame["term"]) == {"leadership", "workload"}
    assert report["attack"]["found_out_in_the_end"] == 0


def test_six_voices_do_not_show_in_other_tables_of_the_theme(voices, through):
    """Six are team leaders: all less the professionals would be the six."""
    found, report = through(named=themes.prevalence(voices), roles=theme_groups.by_role(voices, 3))
    assert report["attack"]["found_out_in_the_end"] == 0
    roles = set(found["roles"].frame["term"])
    named = set(found["named"].frame["term"])
    assert "leadership.team_leader" not in roles
    assert "leadership.professional" not in roles or "leadership" not in named
    assert {"workload.professional", "workload.team_leader"} <= roles, "these are many"


def test_a_meaning_of_six_voices_stays_inside(voices, through):
    found, report = through(meanings=themes.meanings(voices))
    frame = found["meanings"].frame.set_index(["group", "measure"])
    assert frame.loc[("workload", "stressor"), "status"] == SUPPRESSED
    assert frame.loc[("workload", "stressor"), ["value", "n_persons"]].isna().all()
    assert frame.loc[("workload", "need"), "value"] > 0
    assert report["attack"]["found_out_in_the_end"] == 0


def test_a_branch_of_two_organisations_stays_inside_and_does_not_follow(voices, through):
    """All less two branches would be the third: one more has to go."""
    found, report = through(
        named=themes.prevalence(voices), branches=theme_groups.by_branch(voices, 3)
    )
    frame = found["branches"].frame.set_index(["group", "measure"])
    assert (frame.loc[("workload", "ghz"), "status"]) == SUPPRESSED
    assert frame.loc[("workload", "ghz"), ["value", "n_persons", "n_organisations"]].isna().all()
    shown = frame.xs("workload")["value"].notna()
    everything = "workload" in set(found["named"].frame["term"])
    assert shown.sum() + everything < len(BRANCHES), "the two organisations would follow"
    assert report["attack"]["found_out_in_the_end"] == 0


def test_a_difference_between_roles_is_not_told_of_six(voices):
    found = theme_groups.role_differences(voices)
    assert set(found.frame["term"]) == {"workload"}

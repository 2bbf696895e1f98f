"""Measurement of the survey in whole worlds: structure, invariance and common method."""

import pytest

from analysis.methods import (
    common_method,
    factor_structure,
    intercepts,
    invariance,
    reliability,
)
from analysis.sources.vocabulary import SCALES
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

LAST, SEED = {"last": YEAR}, {"seed": 1}


@pytest.fixture(scope="module")
def tested(world):
    """Every scale that has one item planted otherwise, and one that has not."""
    return invariance.by_part(
        world[1]["individuals"], **LAST, scales=("learning", "leadership", "exhaustion")
    )


def test_the_verdict_on_the_scales_follows_the_world(world):
    """Scales have their parts in the null world too: measuring is no effect."""
    name, tables = world
    found = factor_structure.structures(tables["individuals"], **LAST)
    result = verdict("C97", factor_structure.judged(tables["individuals"], found, **LAST))
    expected = "contradicted" if name == "reversed" else "supported"
    assert result.judgement.verdict == expected
    assert ("passen niet bij alle aantallen" in result.sentence("nl")) == (name == "reversed")
    for scale, one in found.items():
        assert result.parts[f"{scale}_fit"].verdict == "supported", "the model has enough factors"
        assert result.parts[f"{scale}_gain"].verdict == expected
        assert (one.closest > 0.95) == (name == "reversed")


def test_the_item_that_was_planted_otherwise_is_found(world, tested):
    name, tables = world
    planted = WORLDS[name].non_invariance > 0
    differing = {key: one for key, one in tested.items() if one.is_part and not one.invariant}
    assert set(differing) == ({("learning_safety", "branch")} if planted else set())
    for one in differing.values():
        assert one.freed == (("learning_safety_1", "ghz"),)
        assert one.partial_fall <= invariance.LARGEST_FALL
    shown = intercepts.deviations(tables["individuals"], tested, **LAST, **SEED).frame
    certain = shown[(shown["ci_low"] > 0) | (shown["ci_high"] < 0)]
    assert list(certain["term"]) == (["learning_safety_1.ghz"] if planted else [])


def test_common_method_shows_where_it_is_planted(world):
    name, tables = world
    planted = WORLDS[name].method_factor
    share = common_method.method_share(tables["individuals"], **LAST, **SEED).frame.iloc[0]
    marker = common_method.marker_correlation(tables["individuals"], **LAST, **SEED).frame.iloc[0]
    # A share is never below zero: where nothing is planted its lower end just touches that.
    assert (share["ci_low"] > 1) == (planted > 0)
    # An interval of 95 % may just miss the truth of one drawn world; three such errors are more.
    error = (marker["ci_high"] - marker["ci_low"]) / (2 * 1.96)
    assert (marker["estimate"] > 3.3 * error) == (planted > 0)
    # Five answers keep somewhat less of it than the scores behind them have.
    assert share["estimate"] == pytest.approx(100 * planted**2, abs=1.6)


def test_scales_are_as_reliable_as_planted(world):
    _, tables = world
    found = reliability.of_scales(tables["individuals"], **LAST, **SEED)
    values = found.frame.pivot(index="group", columns="measure", values="value")
    assert set(SCALES) <= set(values.index)
    single = values.loc[[scale for scale, parts in SCALES.items() if len(parts) == 1]]
    assert single["alpha"].between(0.74, 0.84).all()
    assert single["loading"].between(0.55, 0.70).all()
    assert (values["omega"] > 0.74).all()

"""Randomisation inference: intervals by inversion, and the arithmetic of detectable effects."""

import itertools
import json

import numpy as np
import pytest
from statsmodels.stats.power import TTestIndPower

from analysis.methods import blind_draws, detectable
from tests.conftest import SHARED


def every_set(count, size):
    return np.array(list(itertools.combinations(range(count), size)))


def all_draws(outcome, treated, sets):
    """Effects of every possible set of equally weighted units with a constant."""
    count = len(outcome)
    design, weight = np.ones((count, 1)), np.ones(count)
    group = np.zeros(sets.shape[1], dtype=int)
    drawn = blind_draws.effects(outcome[None, :, None], sets, group, design, weight)[:, 0]
    mine = np.flatnonzero(treated)[None, :]
    found = blind_draws.effects(outcome[None, :, None], mine, group, design, weight)[0, 0]
    return found, drawn, blind_draws.shares(treated, sets, design, weight)


@pytest.fixture
def few():
    random = np.random.default_rng(4)
    treated = np.arange(9) < 4
    outcome = random.standard_normal(9) - 1.0 * treated
    return outcome, treated, every_set(9, 4)


def test_the_effect_of_each_set_is_a_difference_of_means(few):
    outcome, treated, sets = few
    found, drawn, _ = all_draws(outcome, treated, sets)
    assert found == pytest.approx(outcome[treated].mean() - outcome[~treated].mean())
    for one, effect in zip(sets, drawn, strict=True):
        rest = np.delete(outcome, one)
        assert effect == pytest.approx(outcome[one].mean() - rest.mean())


def test_the_interval_holds_what_a_search_over_effects_does_not_reject(few):
    """Each constant effect is taken out of the outcomes and tested anew (Rosenbaum 2002)."""
    outcome, treated, sets = few
    found, drawn, share = all_draws(outcome, treated, sets)
    interval = blind_draws.by_inversion(found, drawn, share)

    def rejected(effect):
        adjusted = outcome - effect * treated
        mine, others, _ = all_draws(adjusted, treated, sets)
        # The set that was found is one of all; it is counted once.
        count = len(others)
        return min((others >= mine - 1e-12).sum(), (others <= mine + 1e-12).sum()) / count <= 0.025

    for end, outward in ((interval.ci_low, -1), (interval.ci_high, 1)):
        assert rejected(end + outward * 1e-6)
        assert not rejected(end - outward * 1e-6)


def test_a_covariate_that_explains_the_change_leaves_nothing(few):
    _, treated, sets = few
    branch = np.tile([0.0, 1.0, 2.0], 3)
    design = np.column_stack([np.ones(9), branch])
    group = np.zeros(4, dtype=int)
    drawn = blind_draws.effects((3 * branch - 1)[None, :, None], sets, group, design, np.ones(9))
    assert np.allclose(drawn, 0, atol=1e-6)


def test_columns_that_say_the_same_change_nothing(few):
    outcome, treated, sets = few
    found, drawn, _ = all_draws(outcome, treated, sets)
    twice = np.ones((9, 2))
    group = np.zeros(4, dtype=int)
    again = blind_draws.effects(outcome[None, :, None], sets, group, twice, np.ones(9))[:, 0]
    assert again == pytest.approx(drawn, abs=1e-6)


def test_a_set_shows_all_of_an_effect_only_if_it_is_the_one(few):
    _, treated, sets = few
    share = blind_draws.shares(treated, sets, np.ones((9, 1)), np.ones(9))
    same = (sets == np.flatnonzero(treated)).all(axis=1)
    assert share[same] == pytest.approx(1.0)
    assert (share[~same] < 1).all()


def test_bands_for_all_years_are_wider_than_each_alone():
    random = np.random.default_rng(1)
    drawn = random.standard_normal((999, 5))
    share = np.zeros(999)
    low, high = blind_draws.together(np.zeros(5), drawn, share)
    alone = [blind_draws.by_inversion(0.0, drawn[:, one], share) for one in range(5)]
    assert (high - low > [one.ci_high - one.ci_low for one in alone]).all()


def test_what_lies_far_off_is_seldom_drawn():
    drawn = np.random.default_rng(2).standard_normal((499, 3))
    assert blind_draws.as_far(np.array([0.0, 6.0, 0.0]), drawn) == 1 / 500
    assert blind_draws.as_far(np.zeros(3), drawn) == 1.0


@pytest.fixture(scope="module")
def published():
    path = SHARED / "reference_cases" / "cases.json"
    if not path.exists():
        pytest.skip("the reference cases are not on this machine")
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    (case,) = [one for one in cases if one["id"] == "R41"]
    return {
        one["name"]: pytest.approx(one["reference"], abs=one["tolerance_abs"])
        for one in case["quantities"]
    }


def test_r41_power_and_detectable_effect(published):
    power = TTestIndPower()
    assert power.solve_power(0.5, power=0.8, alpha=0.05) == published["n per arm d=.5"]
    assert power.power(0.5, 64, 0.05) == published["power n=64"]
    assert detectable.multiplier() == published["MDE multiplier z(.975)+z(.80)"]


def test_power_at_the_detectable_effect_is_eighty_percent():
    assert detectable.power_of(detectable.multiplier(), 1.0) == pytest.approx(0.80, abs=1e-4)
    assert detectable.power_of(0.0, 1.0) == pytest.approx(0.05)

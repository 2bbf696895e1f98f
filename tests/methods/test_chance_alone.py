"""What blindly drawn organisations would have, against exact distributions."""

import numpy as np
import pytest
from scipy import stats

from analysis.methods import chance_alone

BRANCH = np.repeat([0, 1, 2], [70, 40, 30])
MINE = np.isin(np.arange(140), [0, 1, 2, 3, 4, 70, 71, 110])


def test_a_draw_takes_as_many_of_each_branch_and_nobody_twice():
    found = chance_alone.drawn(BRANCH, MINE, draws=500, seed=1)
    assert found.shape == (500, 8)
    for draw in found:
        assert len(set(draw)) == 8
        assert np.bincount(BRANCH[draw]).tolist() == [5, 2, 1]


def test_expectation_is_exact():
    value = (np.arange(140) % 7 == 0).astype(float)
    shares = [value[one == BRANCH].mean() for one in range(3)]
    wanted = np.average(shares, weights=[5, 2, 1])
    assert chance_alone.expected(value, BRANCH, MINE) == pytest.approx(wanted)


def test_in_a_branch_of_seventy_36_percent_are_in_the_top_25_by_chance():
    top = (np.arange(70) < 25).astype(float)
    mine = np.arange(70) < 10
    found = chance_alone.expected(top, np.zeros(70, dtype=int), mine)
    assert found == pytest.approx(0.357, abs=0.001)


def test_draws_follow_the_hypergeometric_distribution():
    top = (np.arange(70) < 25).astype(float)
    branch, mine = np.zeros(70, dtype=int), np.arange(70) >= 58
    counts = 12 * chance_alone.means(top, branch, mine, seed=2, draws=20000)
    exact = stats.hypergeom(70, 25, 12)
    for count in range(13):
        assert np.isclose(counts, count).mean() == pytest.approx(exact.pmf(count), abs=0.012)
    low, high = chance_alone.spread(counts)
    assert (low, high) == pytest.approx(exact.ppf([0.025, 0.975]))
    error = chance_alone.standard_error(top, branch, mine)
    assert error == pytest.approx(exact.std() / 12, rel=1e-9)


def test_p_values_of_draws_are_even():
    """Participants who are a draw themselves are as extreme as draws are."""
    random = np.random.default_rng(3)
    value = random.standard_normal(140)
    found = []
    for draw in chance_alone.drawn(BRANCH, MINE, draws=300, seed=4):
        mine = np.isin(np.arange(140), draw)
        means = chance_alone.means(value, BRANCH, mine, seed=5, draws=400)
        middle = chance_alone.expected(value, BRANCH, mine)
        found.append(chance_alone.p_value(value[mine].mean(), middle, means))
    assert stats.kstest(found, "uniform").pvalue > 0.01

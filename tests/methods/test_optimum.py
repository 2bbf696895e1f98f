"""The test of a lowest point: two slopes, not a square."""

import numpy as np
import pytest
from scipy import stats

from analysis.methods import optimum


def drawn(line: float, square: float, random: np.random.Generator, count: int = 320):
    x = random.normal(size=count)
    y = line * x + square * (x**2 - 1) + random.normal(0, 0.14, count)
    return optimum.bend(y, x, np.ones((count, 1)))[0]


def test_a_square_alone_is_no_optimum():
    """A line that only rises, ever faster, has a clear square and no lowest point."""
    random = np.random.default_rng(1)
    x = random.uniform(0, 1, 400)
    found, _ = optimum.bend(0.2 * np.exp(2 * x) + random.normal(0, 0.05, 400), x, np.ones((400, 1)))
    assert found.fit.p_values[1] < 0.001, "the square is clear"
    assert found.p_value() > 0.5, "and there is no U"
    assert found.slope(found.ends[0])[1] > 0


def test_the_turning_point_and_its_interval():
    random = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        point = drawn(-0.02, 0.03, random).turning_point()
        covered += point is not None and point[1] <= 1 / 3 <= point[2]
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.95)
    assert low <= covered <= high


def test_without_a_square_there_is_no_turning_point():
    random = np.random.default_rng(4)
    missing = sum(drawn(0.02, 0.0, random).turning_point() is None for _ in range(200))
    assert missing > 170


@pytest.mark.parametrize(
    ("square", "least", "most"), [(0.03, 290, 300), (0.0, 0, 5), (-0.03, 0, 0)]
)
def test_worlds(square, least, most):
    """Found in the favourable world, silent in the null, never in the reversed one."""
    random = np.random.default_rng(3)
    found = 0
    errors = []
    for _ in range(300):
        one = drawn(0.0, square, random)
        (_, _, low_end), (_, high_end, _) = one.slope(one.ends[0]), one.slope(one.ends[1])
        found += low_end < 0 < high_end
        errors.append(one.fit.slopes[1] - square)
    assert least <= found <= most
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(300)

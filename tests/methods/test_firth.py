"""Firth's logistic regression where the answer is known."""

import numpy as np
import pytest
from scipy import optimize, special

from analysis.methods import firth


def table(a: int, b: int, c: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows with x and yes: a of (1, 1), b of (1, 0), c of (0, 1), d of (0, 0)."""
    x = np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d])
    yes = np.repeat([1.0, 0.0, 1.0, 0.0], [a, b, c, d])
    return np.column_stack([np.ones(len(x)), x]), yes


@pytest.mark.parametrize("counts", [(7, 13, 4, 40), (5, 2, 3, 9), (0, 10, 6, 14)])
def test_a_two_by_two_table_gets_a_half_in_each_cell(counts):
    """In a saturated model the penalty is Haldane's half (Firth 1993, section 3.3)."""
    a, b, c, d = (one + 0.5 for one in counts)
    found = firth.fit(*table(*counts))
    assert found.coefficients[1] == pytest.approx(np.log(a * d / (b * c)), abs=1e-6)
    assert found.coefficients[0] == pytest.approx(np.log(c / d), abs=1e-6)


def test_separation_gives_a_finite_answer():
    x = np.linspace(-2, 2, 30)
    found = firth.fit(np.column_stack([np.ones(30), x]), x > 0)
    assert np.isfinite(found.coefficients).all()
    assert found.ends[1, 0] > 0, "what separates is clear"
    assert found.p_values[1] < 0.001


def test_profile_ends_lose_as_much_likelihood_as_they_should():
    random = np.random.default_rng(7)
    design = np.column_stack([np.ones(90), random.standard_normal((90, 2))])
    yes = (random.random(90) < special.expit(design @ [-1.5, 0.8, 0.0])).astype(float)
    found = firth.fit(design, yes)

    def penalised(slopes):
        chance = special.expit(design @ slopes)
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        return (
            (yes * np.log(chance) + (1 - yes) * np.log1p(-chance)).sum()
            + np.linalg.slogdet(information)[1] / 2
        )  # fmt: skip

    best = optimize.minimize(lambda one: -penalised(one), np.zeros(3), tol=1e-10)
    assert found.coefficients == pytest.approx(best.x, abs=1e-4)
    for end in found.ends[1]:
        rest = optimize.minimize(
            lambda one, end=end: -penalised(np.array([one[0], end, one[1]])), [0.0, 0.0], tol=1e-10
        )
        assert 2 * (-best.fun + rest.fun) == pytest.approx(3.841459, abs=1e-3)


def test_what_cannot_be_told_apart_has_no_answer():
    design, yes = table(5, 5, 5, 5)
    assert firth.fit(np.column_stack([design, design[:, 1]]), yes) is None
    assert firth.fit(design, np.ones(20)) is None
    assert firth.fit(design, np.zeros(20)) is None

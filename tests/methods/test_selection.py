"""Elastic net against glmnet, and the choice of drivers where the truth is known."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso

from analysis.methods import selection


@pytest.fixture(scope="module")
def diabetes():
    x, y = load_diabetes(return_X_y=True, scaled=False)
    return (x - x.mean(axis=0)) / x.std(axis=0), y


def objective(x, y, slopes, alpha, penalty):
    """What glmnet minimises: the outcome divided by its standard deviation, slopes scaled back."""
    scale = y.std()
    rest = (y - y.mean()) / scale - x @ (slopes / scale)
    small = slopes / scale
    size = alpha * np.abs(small).sum() + (1 - alpha) / 2 * (small**2).sum()
    return (rest**2).mean() / 2 + penalty / scale * size


@pytest.mark.parametrize(("alpha", "count"), [(1.0, 5), (0.5, 8)])
def test_the_penalty_is_that_of_glmnet(diabetes, alpha, count):
    """R's glmnet with lambda 5 chooses this many; its objective has no lower value nearby."""
    x, y = diabetes
    slopes = selection.elastic_net(x, y, alpha=alpha, penalty=5.0)
    assert (np.abs(slopes) > 1e-8).sum() == count
    best = objective(x, y, slopes, alpha, 5.0)
    random = np.random.default_rng(1)
    for _ in range(200):
        step = random.normal(0, 0.05, len(slopes)) * (random.random(len(slopes)) < 0.3)
        assert objective(x, y, slopes + step, alpha, 5.0) >= best - 1e-12


def test_the_trap_of_the_same_two_numbers(diabetes):
    """Typed into scikit-learn as they are, glmnet's numbers shrink far more and choose others."""
    x, y = diabetes
    naive = ElasticNet(alpha=5.0, l1_ratio=0.5).fit(x, y).coef_
    right = selection.elastic_net(x, y, alpha=0.5, penalty=5.0)
    assert (naive != 0).sum() != (right != 0).sum()
    assert objective(x, y, right, 0.5, 5.0) < objective(x, y, naive, 0.5, 5.0)
    lasso = Lasso(alpha=5.0).fit(x, y).coef_
    assert selection.elastic_net(x, y, alpha=1.0, penalty=5.0) == pytest.approx(lasso, abs=1e-2)


def test_the_bound_on_false_choices():
    """By hand, from theorem 2 of Shah & Samworth."""
    assert selection.false_bound(5, 14, threshold=0.9, pairs=50) == pytest.approx(
        4 * (0.1 + 0.01) / 1.02 * 25 / 14
    )
    assert selection.false_bound(2, 10, threshold=0.7, pairs=50) == pytest.approx(
        4 / 10 / (2 * (0.4 - 0.01))
    )
    assert selection.allowed(14) == 5
    assert selection.allowed(6) == 3


def test_real_drivers_are_kept_and_others_not():
    random = np.random.default_rng(20251122)
    kept = np.zeros(12)
    simulations = 20
    for _ in range(simulations):
        shared = random.normal(size=(320, 1))
        x = np.sqrt(0.3) * shared + np.sqrt(0.7) * random.normal(size=(320, 12))
        y = x[:, :2] @ np.array([0.06, 0.06]) + 0.13 * random.normal(size=320)
        share = selection.frequencies(x, y, random, pairs=10)[:, selection.allowed(12) - 1]
        kept += share >= selection.THRESHOLD
    assert (kept[:2] >= 0.9 * simulations).all(), "both planted ones are found"
    assert kept[2:].sum() / simulations <= 1, "no more false ones than the bound allows"


def test_without_any_driver_few_are_kept():
    random = np.random.default_rng(7)
    false = []
    for _ in range(20):
        x, y = random.normal(size=(320, 12)), random.normal(size=320)
        share = selection.frequencies(x, y, random, pairs=10)[:, selection.allowed(12) - 1]
        false.append((share >= selection.THRESHOLD).sum())
    assert np.mean(false) <= 1


def test_a_constant_driver_is_never_chosen():
    random = np.random.default_rng(3)
    x = np.column_stack([random.normal(size=200), np.ones(200), random.normal(size=200)])
    share = selection.frequencies(x, x[:, 0] + random.normal(size=200), random, pairs=5)
    assert share[1].max() == 0
    assert share[0, 0] == 1

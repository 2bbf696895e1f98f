"""General dominance against all orders written out, and intervals of ranks."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.methods import dominance
from analysis.methods.results import Absent
from tests.methods.samples import sample_of

RANDOM = np.random.default_rng(20251122)
ROWS = 600
CLUSTERS = np.repeat(np.arange(30), 20)
WEIGHTS = RANDOM.uniform(0.5, 2.0, ROWS)
X = RANDOM.multivariate_normal(np.zeros(3), 0.4 + 0.6 * np.eye(3), ROWS)
BLOCK = RANDOM.standard_normal((ROWS, 2)) + 0.3 * X[:, :1]
Y = X @ [0.5, 0.3, 0.0] + BLOCK @ [0.2, -0.2] + RANDOM.standard_normal(ROWS)


def explained(columns):
    if not columns:
        return 0.0
    return sm.WLS(Y, sm.add_constant(np.column_stack(columns)), weights=WEIGHTS).fit().rsquared


def by_all_orders(players):
    gains = {name: [] for name in players}
    for order in permutations(players):
        before = []
        for name in order:
            gains[name].append(explained([*before, players[name]]) - explained(before))
            before.append(players[name])
    return {name: np.mean(found) for name, found in gains.items()}


def test_parts_are_the_mean_gain_over_all_orders_and_sum_to_the_whole():
    products = dominance.moments(np.column_stack([X, BLOCK, Y]), CLUSTERS, WEIGHTS)
    covariance = dominance.covariances(products.sum(axis=0)[None])
    parts, block = dominance.shapley(covariance, 3, 1)
    players = {"a": X[:, :1], "b": X[:, 1:2], "c": X[:, 2:], "block": BLOCK}
    expected = by_all_orders(players)
    assert [*parts[0, :, 0], block[0, 0]] == pytest.approx(list(expected.values()), abs=1e-9)
    whole = explained([X, BLOCK])
    assert parts.sum() + block.sum() == pytest.approx(whole, abs=1e-9)


def test_without_a_block_and_with_independent_factors_parts_are_squared_correlations():
    own = np.linalg.qr(np.column_stack([np.ones(ROWS), X]))[0][:, 1:]
    products = dominance.moments(np.column_stack([own, Y]), CLUSTERS)
    parts, block = dominance.shapley(dominance.covariances(products.sum(axis=0)[None]), 3, 1)
    expected = [np.corrcoef(column, Y)[0, 1] ** 2 for column in own.T]
    assert parts[0, :, 0] == pytest.approx(expected, abs=1e-9)
    assert (block == 0).all()


def test_a_draw_of_all_organisations_once_is_the_sample():
    products = dominance.moments(np.column_stack([X, Y]), CLUSTERS, WEIGHTS)
    direct = np.cov(np.column_stack([X, Y]).T, aweights=WEIGHTS, ddof=0)
    assert np.allclose(dominance.covariances(products.sum(axis=0)[None])[0], direct, atol=1e-12)


def drawn(random, slopes, organisations=60, people=20):
    organisation = np.repeat(np.arange(organisations), people)
    count = len(organisation)

    def alike():
        shared = random.standard_normal(organisations)[organisation]
        return np.sqrt(0.1) * shared + np.sqrt(0.9) * random.standard_normal(count)

    names = ("workload", "work_life", "climate", "learning")
    scores = {name: alike() for name in names}
    outcome = sum(slope * scores[name] for slope, name in zip(slopes, names, strict=True)) + alike()
    return sample_of(
        {**scores, "engagement": outcome}, organisation, random.uniform(0.5, 2.0, count)
    ), names


def test_intervals_of_ranks_hold_the_true_rank():
    random = np.random.default_rng(7)
    covered = np.zeros(4)
    simulations = 200
    for seed in range(simulations):
        sample, names = drawn(random, (0.30, 0.24, 0.15, 0.0))
        found = dominance.dominance(sample, ("engagement",), names, seed=seed, draws=200)
        rows = dominance.places(found, "engagement").frame.set_index("term").loc[list(names)]
        truth = np.arange(1, 5)
        covered += (rows["ci_low"] <= truth) & (truth <= rows["ci_high"])
    assert (covered >= stats.binom.ppf(0.001, simulations, 0.95)).all(), covered


def test_ranks_are_wide_when_nothing_relates():
    random = np.random.default_rng(8)
    alone_first = 0
    simulations = 200
    for seed in range(simulations):
        sample, names = drawn(random, (0.0, 0.0, 0.0, 0.0))
        found = dominance.dominance(sample, ("engagement",), names, seed=seed, draws=200)
        alone_first += dominance.first_place(found, "engagement").frame["ci_high"].iloc[0] < 1.5
    assert alone_first <= stats.binom.ppf(0.999, simulations, 0.05)


def test_chance_alone_explains_nothing_and_shares_say_so():
    sample, names = drawn(np.random.default_rng(9), (0.0, 0.0, 0.0, 0.0))
    found = dominance.dominance(sample, ("engagement",), names, seed=1)
    whole = dominance.explained(found).frame.iloc[0]
    assert whole["estimate"] < 1.0
    assert whole["ci_low"] == 0.0


def test_shares_sum_to_all():
    sample, names = drawn(np.random.default_rng(9), (0.4, 0.3, 0.2, 0.1))
    found = dominance.dominance(sample, ("engagement",), names, seed=1)
    shares = dominance.shares(found, "engagement").frame
    assert shares["estimate"].sum() == pytest.approx(100.0)
    assert shares["term"].iloc[0] == "workload"


def test_one_factor_has_no_rank():
    sample, _ = drawn(np.random.default_rng(9), (0.4, 0.3, 0.2, 0.1))
    assert dominance.dominance(sample, ("engagement",), ("workload",), seed=1) == Absent(
        ("individuals",)
    )
    assert isinstance(
        dominance.places(dominance.dominance(Absent(("x",)), ("y",), ("z",), seed=1), "y"), Absent
    )
    assert pd.Series(dominance.ranks(np.array([[[0.1], [0.3], [0.2]]]))[0, :, 0]).tolist() == [
        3.0, 1.0, 2.0,
    ]  # fmt: skip

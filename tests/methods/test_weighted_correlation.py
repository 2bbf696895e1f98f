import numpy as np
import pingouin as pg
import pytest

from analysis.methods.weighted_correlation import correlation, correlations
from tests.methods.samples import sample_of

RANDOM = np.random.default_rng(20251122)
CLUSTERS = np.repeat(np.arange(50), 12)
SHARED = RANDOM.standard_normal((50, 2))[CLUSTERS]
X = SHARED[:, 0] + RANDOM.standard_normal(600)
Y = 0.3 * X + SHARED[:, 1] + RANDOM.standard_normal(600)
WEIGHTS = RANDOM.uniform(0.5, 2.0, 600)


def test_without_weights_and_clusters_it_is_pingouins():
    found, peer = correlation(X, Y), pg.corr(X, Y)
    assert found["estimate"] == pytest.approx(float(peer["r"].iloc[0]), abs=1e-12)
    assert found["p_value"] == pytest.approx(float(peer["p_val"].iloc[0]), abs=1e-12)
    low, high = peer["CI95"].iloc[0]
    assert [found["ci_low"], found["ci_high"]] == pytest.approx([low, high], abs=0.006)


def test_equal_weights_and_independent_rows_come_close_to_it():
    """The linearised error is robust; for normal columns both agree in large samples."""
    x, y = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 20000).T
    plain, linearised = correlation(x, y), correlation(x, y, weights=np.ones(20000))
    assert linearised["estimate"] == pytest.approx(plain["estimate"], abs=1e-12)
    assert linearised["ci_low"] == pytest.approx(plain["ci_low"], abs=5e-4)


def test_it_agrees_with_a_jackknife_of_organisations():
    found = correlation(X, Y, weights=WEIGHTS, clusters=CLUSTERS)

    left_out = np.array([np.arctanh(_weighted(group != CLUSTERS)) for group in range(50)])
    se = np.sqrt(49 / 50 * ((left_out - left_out.mean()) ** 2).sum())
    half = (np.arctanh(found["ci_high"]) - np.arctanh(found["ci_low"])) / 2
    assert half == pytest.approx(2.0096 * se, rel=0.05)
    assert found["df"] == 49


def _weighted(keep):
    covariance = np.cov(X[keep], Y[keep], aweights=WEIGHTS[keep])
    return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_a_constant_column_is_refused():
    with pytest.raises(ValueError, match="does not vary"):
        correlation(np.ones(10), np.arange(10))


def test_terms_are_pairs_strongest_scale_first_and_lacking_scales_stay_out():
    sample = sample_of(
        {"learning": 0.1 * X + RANDOM.standard_normal(600), "engagement": X}, CLUSTERS, WEIGHTS,
        {"intention_to_leave": (Y > 0).astype(float)},
    )  # fmt: skip
    found = correlations(sample, ("learning", "autonomy", "engagement"), ("intention_to_leave",))
    assert found.frame["term"].tolist() == [
        "engagement.intention_to_leave", "learning.intention_to_leave",
    ]  # fmt: skip
    assert {one.kind for one in found.behind} == {"correlation"}

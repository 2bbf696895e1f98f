"""Weighted regression with clusters, and what libraries make of weights."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import SpecificationWarning

from analysis.methods import regression

RANDOM = np.random.default_rng(20251122)
CLUSTERS = np.repeat(np.arange(40), 15)
WEIGHTS = RANDOM.uniform(0.5, 3.0, 600)
SHARED = RANDOM.standard_normal(40)[CLUSTERS]
X = pd.DataFrame({"x": RANDOM.standard_normal(600) + SHARED, "constant": 1.0})
YES = (RANDOM.logistic(size=600) + 0.5 * X["x"] - 0.8 + SHARED > 0).to_numpy(float)
SCORE = 0.3 * X["x"].to_numpy() + SHARED + RANDOM.standard_normal(600)


def by_hand(design, residuals, curvature, clusters):
    """The sandwich, written out: bread, the sum of squared cluster scores, bread, G/(G-1)."""
    columns = design.to_numpy()
    bread = np.linalg.inv(
        sum(c * np.outer(row, row) for row, c in zip(columns, curvature, strict=True))
    )
    meat = np.zeros((2, 2))
    groups = np.unique(clusters)
    for group in groups:
        score = (columns * residuals[:, None])[clusters == group].sum(axis=0)
        meat += np.outer(score, score)
    return len(groups) / (len(groups) - 1) * bread @ meat @ bread


def test_logistic_sandwich_by_hand():
    fit = regression.logistic(YES, X, weights=WEIGHTS, clusters=CLUSTERS)
    chance = 1 / (1 + np.exp(-(X.to_numpy() @ fit.params.to_numpy())))
    # The scores of maximum likelihood sum to zero.
    assert np.allclose(X.T @ (WEIGHTS * (YES - chance)), 0, atol=1e-6)
    expected = by_hand(X, WEIGHTS * (YES - chance), WEIGHTS * chance * (1 - chance), CLUSTERS)
    assert np.allclose(fit.covariance, expected, rtol=1e-9)
    assert fit.df == 39


def test_the_unit_of_the_weights_does_not_matter_here_and_does_to_freq_weights():
    """A trap: statsmodels takes freq_weights as counts of rows."""
    one = regression.logistic(YES, X, weights=WEIGHTS, clusters=CLUSTERS)
    many = regression.logistic(YES, X, weights=1000 * WEIGHTS, clusters=CLUSTERS)
    assert many.se("x") == pytest.approx(one.se("x"), rel=1e-9)
    assert many.params["x"] == pytest.approx(one.params["x"], rel=1e-8)

    def model(weights):
        return sm.GLM(YES, X, family=sm.families.Binomial(), freq_weights=weights)

    wrong = model(1000 * WEIGHTS).fit()
    assert wrong.bse["x"] < 0.05 * one.se("x"), "counts make a thousand times as many people"
    # Its own cluster sandwich without correction is the right one but for G/(G-1).
    grouped = {"groups": CLUSTERS, "use_correction": False}
    with pytest.warns(SpecificationWarning, match="freq_weights"):
        right = model(WEIGHTS).fit(cov_type="cluster", cov_kwds=grouped)
    assert one.se("x") == pytest.approx(right.bse["x"] * np.sqrt(40 / 39), rel=1e-5)


def test_linear_agrees_with_statsmodels_and_clusters_widen():
    fit = regression.linear(SCORE, X, weights=WEIGHTS, clusters=CLUSTERS)
    peer = sm.WLS(SCORE, X, weights=WEIGHTS).fit(
        cov_type="cluster", cov_kwds={"groups": CLUSTERS, "use_correction": False}
    )
    assert fit.params["x"] == pytest.approx(peer.params["x"], rel=1e-9)
    assert fit.se("x") == pytest.approx(peer.bse["x"] * np.sqrt(40 / 39), rel=1e-6)
    naive = regression.linear(SCORE, X, weights=WEIGHTS)
    assert naive.params["x"] == pytest.approx(fit.params["x"], rel=1e-9)
    assert naive.se("x") < 0.8 * fit.se("x")


def test_without_weights_and_clusters_it_is_the_robust_textbook_error():
    fit = regression.linear(SCORE, X)
    peer = sm.OLS(SCORE, X).fit(cov_type="HC0")
    assert fit.se("x") == pytest.approx(peer.bse["x"] * np.sqrt(600 / 599), rel=1e-9)


def test_one_cluster_or_one_answer_is_refused():
    with pytest.raises(ValueError, match="one organisation"):
        regression.linear(SCORE, X, clusters=np.zeros(600))
    with pytest.raises(ValueError, match="same answer"):
        regression.logistic(np.ones(600), X)

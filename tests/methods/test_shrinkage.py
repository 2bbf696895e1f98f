"""Empirical Bayes against published answers, and on drawn data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.methods import between_organisations, shrinkage
from tests.conftest import SHARED

#: Eighteen batting averages after 45 at bats, and of the rest of the season: Efron & Morris (1975).
BATTING = [0.4, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244,
           0.244, 0.222, 0.222, 0.222, 0.222, 0.222, 0.2, 0.178, 0.156]  # fmt: skip
SEASON = [0.346, 0.298, 0.276, 0.222, 0.273, 0.27, 0.263, 0.21, 0.269,
          0.23, 0.264, 0.256, 0.303, 0.264, 0.226, 0.285, 0.316, 0.2]  # fmt: skip


def test_batting_averages_of_efron_and_morris():
    values = np.array(BATTING)
    mean = values.mean()
    shrunk, factor = shrinkage.james_stein(values, mean * (1 - mean) / 45)
    assert mean == pytest.approx(0.265, abs=0.001)
    assert factor == pytest.approx(0.212, abs=0.001)
    assert shrunk.max() == pytest.approx(0.294, abs=0.001)
    assert shrunk.min() == pytest.approx(0.242, abs=0.001)
    truth = np.array(SEASON)
    ratio = ((values - truth) ** 2).sum() / ((shrunk - truth) ** 2).sum()
    assert ratio == pytest.approx(3.5, abs=0.1)


def test_no_distance_is_kept_when_chance_explains_more_than_there_is():
    shrunk, factor = shrinkage.james_stein(np.array([1.0, 1.1, 0.9, 1.0, 1.05]), 10.0)
    assert factor == 0, "the factor is never negative"
    assert shrunk == pytest.approx(np.full(5, 1.01))


@pytest.fixture(scope="module")
def sleep() -> pd.DataFrame:
    path = SHARED / "reference_cases" / "data" / "sleepstudy.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: the reference cases are not part of this repository")
    return pd.read_csv(path)


def test_posterior_means_are_the_predictions_of_a_mixed_model(sleep):
    """Random intercepts of lme4: the same variance gives the same shrinkage (R14)."""
    found = between_organisations.of_scores(
        sleep["Reaction"].to_numpy(),
        sleep["Subject"].to_numpy(),
        covariates=sleep[["Days"]].to_numpy(),
    )
    icc = found.variance / (found.variance + found.residual)
    assert icc == pytest.approx(0.5893088962968158, abs=1e-5)
    whole = smf.mixedlm("Reaction ~ Days", sleep, groups="Subject").fit(reml=True)
    ours = sleep.assign(rest=sleep["Reaction"] - whole.fe_params["Days"] * sleep["Days"])
    means = ours.groupby("Subject")["rest"].mean()
    own = shrinkage.given(
        means.to_numpy(),
        np.full(len(means), found.residual / 10),
        np.zeros(len(means), dtype=int),
        found.variance,
    )
    theirs = [whole.random_effects[one].iloc[0] for one in means.index]
    assert own.mean == pytest.approx(np.array(theirs), abs=0.001)


def test_random_slopes_of_the_sleep_study(sleep):
    """The trap: the variance that statsmodels prints is relative to the residual one (R14)."""
    fitted = smf.mixedlm(
        "Reaction ~ Days", sleep, groups="Subject", re_formula="~Days"
    ).fit(reml=True)  # fmt: skip
    assert fitted.fe_params["Intercept"] == pytest.approx(251.405, abs=0.001)
    assert fitted.fe_params["Days"] == pytest.approx(10.467, abs=0.001)
    assert fitted.bse_fe["Intercept"] == pytest.approx(6.825, abs=0.002)
    assert fitted.bse_fe["Days"] == pytest.approx(1.546, abs=0.002)
    between = np.asarray(fitted.cov_re)
    assert between[0, 0] == pytest.approx(612.1, abs=0.05)
    assert between[1, 1] == pytest.approx(35.07, abs=0.01)
    assert between[0, 1] == pytest.approx(9.604, abs=0.01)
    assert fitted.scale == pytest.approx(654.94, abs=0.01)
    assert fitted.params["Subject Var"] * fitted.scale == pytest.approx(612.1, abs=0.05)


def drawn(sd: float, seed: int, organisations: int = 300, years: int = 3):
    random = np.random.default_rng(seed)
    branch = np.repeat(np.arange(3), organisations // 3)
    size = np.exp(random.normal(6.8, 1.0, organisations))[:, None] * np.ones(years)
    level = branch * 0.3 + sd * random.standard_normal(organisations)
    noise = np.sqrt(0.07**2 + 6.0 / size) * random.standard_normal(size.shape)
    common = 0.2 * random.standard_normal((3, years))
    return level, level[:, None] + noise + common[branch], size, branch


def test_what_a_year_adds_is_recovered():
    found = [
        shrinkage.noise(logs, size, branch)
        for seed in range(40)
        for _, logs, size, branch in [drawn(0.16, seed)]
    ]
    assert np.mean([one.chance for one in found]) == pytest.approx(6.0, rel=0.05)
    assert np.mean([one.shock for one in found]) == pytest.approx(0.07**2, rel=0.25)


def test_variance_between_organisations_is_recovered():
    found = []
    for seed in range(40):
        _, logs, size, branch = drawn(0.16, seed)
        variance = shrinkage.noise(logs, size, branch).variance(size)
        found.append(shrinkage.paule_mandel(logs.mean(axis=1), variance, branch))
    assert np.mean(np.sqrt(found)) == pytest.approx(0.16, abs=0.005)


def test_posterior_covers_the_lasting_levels():
    inside = []
    for seed in range(20):
        level, logs, size, branch = drawn(0.16, seed)
        variance = shrinkage.noise(logs, size, branch).variance(size)
        known = shrinkage.posterior(logs.mean(axis=1), variance, branch)
        means = np.bincount(branch, level) / np.bincount(branch)
        away = level - means[branch]
        inside.append((np.abs(away - known.mean) <= 1.96 * known.sd).mean())
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_reliability_is_that_of_the_planted_world():
    """P15: with 50, 200, 600, 1000 and 3000 person-years .17, .43, .64, .71 and .79 of one year."""
    size = np.array([50, 200, 600, 1000, 3000])[:, None]
    variance = shrinkage.Noise(shock=0.07**2, chance=6.0).variance(size)
    known = shrinkage.given(np.zeros(5), variance, np.zeros(5, dtype=int), 0.16**2)
    assert known.reliability == pytest.approx([0.17, 0.43, 0.64, 0.71, 0.79], abs=0.015)


def test_without_differences_all_is_chance():
    _, logs, size, branch = drawn(0.0, 3)
    variance = shrinkage.noise(logs, size, branch).variance(size)
    known = shrinkage.posterior(logs.mean(axis=1), variance * 1.5, branch)
    assert known.between == 0
    assert not known.mean.any(), "nobody differs from its branch"
    assert known.chance_below() == pytest.approx(np.full(300, 0.5))


def test_equal_organisations_have_no_noise_and_no_variance():
    found = shrinkage.noise(np.ones((30, 3)), np.full((30, 3), 100.0), np.zeros(30, dtype=int))
    assert (found.shock, found.chance) == (0.0, 0.0)

"""Panel estimators against published answers, and the traps of the packages that also have them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.datasets import grunfeld

from analysis.methods import multiplicity, panel


@pytest.fixture(scope="module")
def firms() -> pd.DataFrame:
    """Grunfeld's ten firms and twenty years, from the package that ships them."""
    rows = grunfeld.load_pandas().data
    assert rows["firm"].nunique() == 11, "the package adds American Steel to the ten of Grunfeld"
    return rows[rows["firm"] != "American Steel"].reset_index(drop=True)


@pytest.fixture(scope="module")
def arrays(firms):
    return (
        firms["invest"].to_numpy(),
        firms[["value", "capital"]].to_numpy(),
        firms["firm"].to_numpy(),
    )


def test_fixed_effects_of_grunfeld(arrays):
    fit = panel.fixed_effects(*arrays)
    assert fit.slopes == pytest.approx([0.110124, 0.310065], abs=1e-6)
    assert fit.se == pytest.approx([0.011857, 0.017355], abs=1e-6)
    robust, _ = panel.fixed_effects_clustered(*arrays)
    assert robust.slopes[:2] == pytest.approx(fit.slopes, abs=1e-10)
    assert robust.se[0] == pytest.approx(0.0151945, abs=1e-6), "clusters widen it"


def test_between_and_random_effects_of_grunfeld(arrays):
    outcome, drivers, cluster = arrays
    design = np.column_stack([np.ones(len(outcome)), drivers])
    between = panel.between_effects(outcome, design, cluster)
    assert between.slopes[1:] == pytest.approx([0.134646, 0.032031], abs=1e-6)
    random = panel.random_effects(outcome, design, cluster)
    assert random.fit.slopes[0] == pytest.approx(-57.834415, abs=1e-4)
    assert random.fit.slopes[1:] == pytest.approx([0.109781, 0.308113], abs=1e-6)
    assert random.theta == pytest.approx(np.full(10, 0.861224), abs=1e-5)
    fixed = panel.fixed_effects(*arrays)
    assert panel.hausman(fixed, random.fit, [1, 2]) == pytest.approx(2.3303669, abs=1e-5)


def test_within_between_of_grunfeld(arrays):
    outcome, drivers, cluster = arrays
    fit, _ = panel.within_between(outcome, drivers, cluster, controls=np.ones((len(outcome), 1)))
    between, within = fit.slopes[:2], fit.slopes[2:4]
    assert within == pytest.approx([0.1101238, 0.31006534], abs=1e-7)
    assert between == pytest.approx([0.13464609, 0.03203147], abs=1e-6)
    assert between - within == pytest.approx([0.02452228, -0.27803387], abs=1e-7)
    design = np.column_stack([np.ones(len(outcome)), drivers])
    assert panel.between_effects(outcome, design, cluster).se[1] == pytest.approx(
        0.0287455, abs=1e-5
    )
    both = np.column_stack([np.ones(len(outcome)), panel.means(drivers, cluster), drivers])
    found = panel.random_effects(outcome, both, cluster)
    assert found.between_variance == pytest.approx(7089.8, abs=0.5)
    assert found.within_variance == pytest.approx(2784.458, abs=0.01)


def test_mixedlm_gives_a_relative_variance(firms):
    """The trap: the variance among ``params`` is divided by the residual variance; ``cov_re`` is not."""
    means = firms.groupby("firm")[["value", "capital"]].transform("mean")
    rows = firms.assign(mv=means["value"], mc=means["capital"])
    rows = rows.assign(wv=rows["value"] - rows["mv"], wc=rows["capital"] - rows["mc"])
    fit = smf.mixedlm("invest ~ wv + wc + mv + mc", rows, groups="firm").fit()
    assert fit.params.iloc[-1] == pytest.approx(2.546, abs=0.001)
    assert fit.cov_re.iloc[0, 0] == pytest.approx(7089.8, abs=0.5)


def test_levels_of_time_are_taken_out(arrays):
    outcome, drivers, cluster = arrays
    years = np.tile(np.arange(20), 10)
    fit, _ = panel.fixed_effects_clustered(outcome + 100.0 * years, drivers, cluster, period=years)
    plain, _ = panel.fixed_effects_clustered(outcome, drivers, cluster, period=years)
    assert fit.slopes[:2] == pytest.approx(plain.slopes[:2], abs=1e-8)


def test_what_others_explain():
    random = np.random.default_rng(1)
    x = random.normal(size=(400, 2))
    columns = np.column_stack([x, x.sum(axis=1), random.normal(size=400), np.ones(400)])
    shares = panel.explained_by_others(columns)
    assert shares[:3] == pytest.approx([1, 1, 1], abs=1e-9)
    assert shares[3] < 0.05
    assert shares[4] == 1, "a constant says nothing of its own"


def test_intervals_fit_the_discoveries():
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.6])
    assert multiplicity.discovered(p).tolist() == [True, True, False, False, False, False]
    assert multiplicity.adjusted(p) == pytest.approx([0.006, 0.024, 0.0504, 0.0504, 0.0504, 0.6])
    assert multiplicity.interval_level(p) == pytest.approx(1 - 0.05 * 2 / 6)
    assert multiplicity.interval_level(np.array([0.3, 0.9])) == pytest.approx(0.975)
    level = multiplicity.interval_level(p)
    assert [value < 1 - level for value in p] == multiplicity.discovered(p).tolist()

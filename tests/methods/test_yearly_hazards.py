"""The complementary log-log model: statsmodels, the sandwich, and where statsmodels fails."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.methods import regression

RANDOM = np.random.default_rng(81)
ROWS = 4000
DESIGN = pd.DataFrame({"x": RANDOM.standard_normal(ROWS), "constant": 1.0})
PART = RANDOM.uniform(0.2, 1.0, ROWS)
ILL = (RANDOM.random(ROWS) < -np.expm1(-PART * 0.1 * np.exp(0.5 * DESIGN["x"]))).to_numpy(float)
GROUPS = np.arange(ROWS) % 60


def test_coefficients_and_errors_are_those_of_statsmodels():
    fit = regression.hazards(ILL, DESIGN, exposure=PART, clusters=GROUPS)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    model = sm.GLM(ILL, DESIGN, family=family, offset=np.log(PART))
    right = model.fit(cov_type="cluster", cov_kwds={"groups": GROUPS, "use_correction": False})
    assert fit.params.to_numpy() == pytest.approx(right.params.to_numpy(), abs=1e-6)
    # statsmodels takes the observed information, this the expected one.
    assert fit.se("x") == pytest.approx(right.bse["x"] * np.sqrt(60 / 59), rel=0.02)
    assert fit.df == 59


def test_two_groups_give_the_ratio_of_their_hazards():
    group = np.repeat([0.0, 1.0], [1000, 500])
    ill = np.concatenate([np.arange(1000) < 100, np.arange(500) < 90]).astype(float)
    design = pd.DataFrame({"group": group, "constant": 1.0})
    fit = regression.hazards(ill, design, exposure=np.ones(1500))
    assert np.exp(fit.params["group"]) == pytest.approx(np.log(0.82) / np.log(0.9), rel=1e-9)


def test_a_few_large_values_do_not_end_the_search():
    """A trap: the steps of statsmodels run beyond all numbers."""
    design = DESIGN.assign(x=np.where(np.arange(ROWS) < 40, 30.0, DESIGN["x"]))
    ill = np.where(np.arange(ROWS) < 40, 1.0, ILL)
    fit = regression.hazards(ill, design, exposure=PART)
    assert 0.1 < fit.params["x"] < 1


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(ValueError, match="all rows or to none"):
        regression.hazards(np.zeros(ROWS), DESIGN, exposure=PART)
    tells = DESIGN.assign(x=ILL)
    with pytest.raises(np.linalg.LinAlgError):
        regression.hazards(ILL, tells, exposure=PART)

"""The fractional logit against R, and the trap of the standard error that the likelihood implies."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.methods import fractional
from tests.conftest import SHARED

CASE = SHARED / "reference_cases" / "data" / "k401k.csv"


@pytest.fixture(scope="module")
def plans() -> tuple[np.ndarray, np.ndarray]:
    if not CASE.exists():
        pytest.skip(f"{CASE} is absent: the reference cases are not part of this repository")
    rows = pd.read_csv(CASE)
    columns = [rows["mrate"], rows["ltotemp"], rows["age"], rows["sole"], rows["age"] ** 2]
    return rows["prate"].to_numpy() / 100, sm.add_constant(np.column_stack(columns))[
        :, [1, 2, 3, 4, 5, 0]
    ]


def test_pension_plans(plans):
    rate, design = plans
    found = fractional.fit(rate, design)
    assert found.slopes[[0, 1, 3]] == pytest.approx(
        [0.90226015131, -0.20609066661, 0.16477912889], abs=1e-6
    )
    assert found.se[0] == pytest.approx(0.13260547623, abs=5e-6)
    effect, _ = fractional.average_partial_effect(found, design, 0)
    assert effect == pytest.approx(0.095210748692, abs=1e-6)
    naive = sm.GLM(rate, design, family=sm.families.Binomial()).fit()
    assert naive.bse[0] == pytest.approx(0.2051, abs=1e-3), "the likelihood's own error is wrong"


def test_the_error_of_a_partial_effect(plans):
    """Delta method against statsmodels' margins, for 0-1 outcomes where both apply."""
    rate, design = plans
    outcome = (rate > 0.9).astype(float)
    found = fractional.fit(outcome, design)
    logit = sm.Logit(outcome, design).fit(disp=False, cov_type="HC0")
    margins = logit.get_margeff()
    effect, se = fractional.average_partial_effect(found, design, 0)
    assert effect == pytest.approx(margins.margeff[0], abs=1e-6)
    assert se == pytest.approx(margins.margeff_se[0], rel=1e-4)

"""AUC and DeLong against pROC (Robin et al. 2011, BMC Bioinformatics 12:77), on its data aSAH."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn.metrics import roc_auc_score

from analysis.methods import discrimination
from tests.conftest import SHARED

#: Case R21: pROC 1.18.0.
AUC_S100B, AUC_WFNS, AUC_NDKA = 0.7313686, 0.8236789, 0.611958
LOW, HIGH, DELONG_Z = 0.6301, 0.8326, -2.209
BRIER, AUC_LOGIT = 0.1694027, 0.782351


@pytest.fixture(scope="module")
def asah() -> pd.DataFrame:
    path = SHARED / "reference_cases" / "data" / "asah.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: the reference cases are not part of this repository")
    frame = pd.read_csv(path)
    return frame.assign(poor=(frame["outcome"] == "Poor").astype(int))


def test_areas_and_interval_are_those_of_proc(asah):
    found = discrimination.area(asah["poor"], asah["s100b"])
    assert found.estimate == pytest.approx(AUC_S100B, abs=1e-6)
    low, high = found.interval()
    assert low == pytest.approx(LOW, abs=1e-4)
    assert high == pytest.approx(HIGH, abs=1e-4)
    for column, expected in (("wfns", AUC_WFNS), ("ndka", AUC_NDKA)):
        assert discrimination.area(asah["poor"], asah[column]).estimate == pytest.approx(
            expected, abs=1e-6
        )


def test_the_paired_test_is_that_of_proc(asah):
    better = discrimination.gain(asah["poor"], asah["s100b"], asah["wfns"])
    assert better.estimate / better.se == pytest.approx(DELONG_Z, abs=1e-3)
    assert better.p_value(0.0) == pytest.approx(0.02717, abs=2e-4)


def test_brier_and_area_of_a_logit(asah):
    design = sm.add_constant(
        np.column_stack([asah["s100b"], asah["age"], asah["gender"] == "Male"]).astype(float)
    )
    fit = sm.GLM(asah["poor"], design, family=sm.families.Binomial()).fit(tol=1e-12)
    score, _ = discrimination.brier(asah["poor"], fit.fittedvalues, np.arange(len(asah)))
    assert score == pytest.approx(BRIER, abs=1e-6)
    found = discrimination.area(asah["poor"], fit.fittedvalues)
    assert found.estimate == pytest.approx(AUC_LOGIT, abs=1e-6)


def drawn(random, organisations=80, years=4, effect=0.8):
    """Rows whose scores and outcomes resemble each other within an organisation."""
    own = np.repeat(random.normal(size=organisations), years)
    signal = np.repeat(random.normal(size=organisations), years)
    rows = organisations * years
    score = signal + 0.4 * random.normal(size=rows)
    outcome = random.random(rows) < 1 / (1 + np.exp(-(effect * signal + 1.5 * own)))
    return outcome.astype(int), score, np.repeat(np.arange(organisations), years)


def test_ties_count_half_as_in_the_definition():
    outcome, score = np.array([0, 0, 0, 1, 1, 1]), np.array([1, 2, 2, 2, 3, 1.0])
    pairs = [(a > b) + 0.5 * (a == b) for a in score[outcome == 1] for b in score[outcome == 0]]
    assert discrimination.area(outcome, score).estimate == pytest.approx(np.mean(pairs))


def test_with_a_row_per_organisation_the_cluster_variance_is_that_of_delong():
    outcome, score, _ = drawn(np.random.default_rng(1), years=1)
    alone = discrimination.area(outcome, score)
    clustered = discrimination.area(outcome, score, np.arange(len(outcome)))
    assert clustered.se == pytest.approx(alone.se, rel=1e-12)


def test_clusters_make_the_interval_wider_and_honest():
    """Rows of one organisation taken as independent: the interval is too narrow."""
    random = np.random.default_rng(20251122)
    truth_outcome, truth_score, _ = drawn(random, organisations=100_000)
    truth = roc_auc_score(truth_outcome, truth_score)
    covered = {"rows": 0, "organisations": 0}
    for _ in range(300):
        outcome, score, organisation = drawn(random)
        for name, cluster in (("rows", None), ("organisations", organisation)):
            low, high = discrimination.area(outcome, score, cluster).interval()
            covered[name] += low <= truth <= high
    assert covered["organisations"] >= 271, "99.9% binomial limit of 300 at 95%"
    assert covered["rows"] < 271


def test_equal_scores_gain_nothing_and_one_sided_outcomes_are_refused():
    outcome, score, organisation = drawn(np.random.default_rng(2))
    same = discrimination.gain(outcome, score, score, organisation)
    assert (same.estimate, same.se, same.p_value(0.0)) == (0, 0, 1)
    with pytest.raises(ValueError, match="fewer than two organisations"):
        discrimination.area(np.ones(10), np.arange(10.0))

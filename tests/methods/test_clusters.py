import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.methods import clusters
from tests.conftest import SHARED


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    """A cluster sample of California schools (Lumley 2010; R's survey package, apiclus1)."""
    file = SHARED / "reference_cases" / "data" / "apiclus1.csv"
    if not file.exists():
        pytest.skip("the reference cases are not on this machine")
    return pd.read_csv(file)


@pytest.fixture(scope="module")
def published() -> dict[str, float]:
    cases = json.loads((SHARED / "reference_cases" / "cases.json").read_text())["cases"]
    case = next(case for case in cases if case["id"] == "R09")
    return {one["name"]: (one["reference"], one["tolerance_abs"]) for one in case["quantities"]}


def test_mean_of_clusters_is_that_of_svymean(schools, published):
    found = clusters.mean(
        schools["api00"], schools["dnum"], weight=schools["pw"], population={None: 757}
    )
    for value, name in ((found.estimate, "clus_mean"), (found.se, "clus_se")):
        reference, tolerance = published[name]
        assert value == pytest.approx(reference, abs=tolerance)
    assert found.df == 14


def test_share_in_a_cluster_sample_by_hand():
    """Two organisations of two people: share 3/4, scores 1/8 and -1/8, variance 2 (1/64 + 1/64)."""
    found = clusters.mean(np.array([1, 1, 1, 0]), np.array(["a", "a", "b", "b"]))
    assert found.estimate == 0.75
    assert found.se == pytest.approx(np.sqrt(2 * 2 / 64))
    low, high = found.logit_interval()
    assert 0 < low < 0.75 < high < 1


def test_published_ratio_of_a_simple_sample():
    """Without clusters the mean has the textbook standard error."""
    values = np.array([3.0, 5.0, 8.0, 12.0, 2.0])
    found = clusters.mean(values, np.arange(5))
    assert found.estimate == values.mean()
    assert found.se == pytest.approx(values.std(ddof=1) / np.sqrt(5))
    low, high = found.interval()
    reach = stats.t.ppf(0.975, 4) * found.se
    assert (low, high) == pytest.approx((6 - reach, 6 + reach))


def test_a_full_count_has_no_error():
    values = np.array([3.0, 5.0, 8.0])
    assert clusters.mean(values, np.arange(3), population={None: 3}).se == 0


def test_strata_take_out_what_differs_between_them():
    values = np.array([1.0, 2.0, 101.0, 102.0])
    stratum = np.array(["x", "x", "y", "y"])
    pooled = clusters.mean(values, np.arange(4))
    apart = clusters.mean(values, np.arange(4), stratum=stratum)
    assert apart.estimate == pooled.estimate
    assert apart.se == pytest.approx(np.sqrt(2 * 2 * 0.25 * 2 / 16))
    assert apart.se < pooled.se / 10
    assert apart.df == 2


def test_a_stratum_with_one_organisation_is_refused():
    with pytest.raises(ValueError, match="one organisation; join it with another"):
        clusters.mean(np.ones(3), np.arange(3), stratum=np.array(["x", "x", "y"]))


def test_intervals_of_clustered_shares_cover_as_they_say():
    """1,000 samples of 40 organisations whose people resemble each other."""
    random = np.random.default_rng(20251122)
    simulations, covered, naive = 1000, 0, 0
    truth = 0.3
    for _ in range(simulations):
        share = random.beta(truth * 12, (1 - truth) * 12, 40)
        cluster = np.repeat(np.arange(40), 30)
        said = random.random(1200) < share[cluster]
        low, high = clusters.mean(said, cluster).interval()
        covered += low <= truth <= high
        reach = 1.96 * np.sqrt(said.mean() * (1 - said.mean()) / 1200)
        naive += abs(said.mean() - truth) <= reach
    least, most = stats.binom.interval(0.999, simulations, 0.95)
    assert least <= covered <= most
    assert naive < least, "people of one organisation are not independent"

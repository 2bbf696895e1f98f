"""Signs of whole clusters turned round: the published example, and what five clusters can tell."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from analysis.methods import panel, wild_bootstrap
from tests.conftest import SHARED

FOLDER = SHARED / "reference_cases"
needs_cases = pytest.mark.skipif(
    not FOLDER.exists(), reason="the reference cases are not on this machine"
)


@pytest.fixture(scope="module")
def firms():
    """Investment of ten firms, its regressors with the constant, and the firm of each row."""
    frame = pd.read_csv(FOLDER / "data" / "grunfeld_plm.csv")
    design = np.column_stack([frame[["value", "capital"]].to_numpy(float), np.ones(len(frame))])
    return frame["inv"].to_numpy(float), design, frame["firm"].to_numpy()


@needs_cases
def test_r39_all_patterns_of_ten_firms(firms):
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
    (case,) = [one for one in cases if one["id"] == "R39"]
    published = {
        one["name"]: pytest.approx(one["reference"], abs=one["tolerance_abs"])
        for one in case["quantities"]
    }
    outcome, design, firm = firms
    found = wild_bootstrap.of_slope(outcome, design, 1, firm)
    assert found.patterns == 1024
    assert found.t == published["t capital=0"]
    # The published numbers count larger ones only; what was found and its opposite come on top.
    assert found.larger / found.patterns == published["p capital=0 (strict >)"]
    assert found.equal == 2
    assert found.p_value == pytest.approx(0.0234375, abs=1e-12)
    for place, value, name in ((0, 0.10, "p value=0.10"), (1, 0.30, "p capital=0.30")):
        other = wild_bootstrap.of_slope(outcome, design, place, firm, value=value)
        assert other.larger / other.patterns == published[name]


def drawn(seed, *, clusters=5, slope=0.0):
    random = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), 30)
    x = random.normal(size=clusters)[cluster] + random.normal(0, 0.3, len(cluster))
    shared = random.normal(size=clusters)[cluster]
    outcome = slope * x + shared + random.normal(0, 0.3, len(cluster))
    return outcome, np.column_stack([x, np.ones(len(x))]), cluster


def test_each_pattern_is_a_regression_of_its_own():
    """The same by fitting the model to each set of outcomes."""
    outcome, design, cluster = drawn(1, slope=0.7)
    found = wild_bootstrap.of_slope(outcome, design, 0, cluster)
    mean = outcome.mean()
    sizes = []
    for signs in itertools.product((1.0, -1.0), repeat=5):
        turned = mean + np.array(signs)[cluster] * (outcome - mean)
        fit = panel.clustered(turned, design, cluster)
        sizes.append(abs(fit.slopes[0]) / np.sqrt(fit.covariance[0, 0]))
    assert found.t == pytest.approx(sizes[0])
    assert found.larger == sum(size > sizes[0] * (1 + 1e-6) for size in sizes)


def test_five_clusters_never_reach_five_percent():
    """However strong the slope: the trap of a test between five branches."""
    found = wild_bootstrap.of_slope(*drawn(2, slope=50.0)[:2], 0, drawn(2)[2])
    assert found.t > 20
    assert found.p_value == found.smallest == 2 / 32


def test_without_a_slope_it_is_sure_as_often_as_it_says():
    """The t of robust errors is far too often sure; the patterns are not."""
    sure, naive = [], []
    for seed in range(300):
        outcome, design, cluster = drawn(seed, clusters=8)
        found = wild_bootstrap.of_slope(outcome, design, 0, cluster)
        sure.append(found.p_value <= 0.10)
        naive.append(abs(found.t) > 1.645)
    assert np.mean(sure) < 0.16
    assert np.mean(naive) > np.mean(sure) + 0.05


@pytest.mark.parametrize("clusters", [1, 13])
def test_clusters_too_few_or_too_many_are_refused(clusters):
    with pytest.raises(ValueError, match=f"{clusters} clusters"):
        wild_bootstrap.of_slope(*drawn(3)[:2], 0, np.arange(150) % clusters)

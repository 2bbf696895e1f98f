import numpy as np
import pingouin as pg
import pytest
from scipy import stats

from analysis.claims.register import read_register
from analysis.methods.equivalence import SMALLEST_ODDS_RATIO, two_one_sided, within


def test_it_agrees_with_pingouin():
    random = np.random.default_rng(1)
    x = random.normal(0.05, 1, 200)
    # pingouin shifts the mean by the bound: one sample against zero.
    peer = float(pg.tost(x, np.zeros(200), bound=0.3, paired=True)["pval"].iloc[0])
    se = x.std(ddof=1) / np.sqrt(200)
    assert two_one_sided(x.mean(), se, 199, 0.3) == pytest.approx(peer, rel=1e-6)


def test_an_association_at_the_limit_is_called_equivalent_in_one_of_twenty():
    random = np.random.default_rng(2)
    limit, simulations = 0.2, 4000
    means = random.normal(limit, 0.05, simulations)
    called = sum(two_one_sided(mean, 0.05, 1000, limit) < 0.05 for mean in means)
    low, high = stats.binom.interval(0.999, simulations, 0.05)
    assert low <= called <= high


def test_a_wide_interval_is_not_equivalent_however_close_to_none():
    assert two_one_sided(0.0, 0.2, 500, np.log(SMALLEST_ODDS_RATIO)) > 0.05
    assert not within(0.85, 1.05)
    assert within(0.95, 1.05)


def test_the_register_has_the_same_limit():
    tests = read_register()["C36"].tests
    for outcome in ("intention_to_leave", "work_related_absence"):
        assert tests[f"{outcome}_strongest"].low == SMALLEST_ODDS_RATIO
        assert tests[f"{outcome}_weakest"].high == SMALLEST_ODDS_RATIO
        assert tests[f"{outcome}_weakest"].low == pytest.approx(1 / SMALLEST_ODDS_RATIO, abs=1e-5)


def test_the_limit_must_be_above_zero():
    with pytest.raises(ValueError, match="above 0"):
        two_one_sided(0.0, 0.1, 10, 0.0)

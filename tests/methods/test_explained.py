"""What groups of characteristics explain: against statsmodels, and honest intervals."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.methods import explained

SIMULATIONS = 1000
#: Where the number of successes of 1,000 intervals must lie (99.9 % binomial).
COVERED = stats.binom.interval(0.999, SIMULATIONS, 0.95)


def drawn(random, first, second, *, clusters=100, people=6):
    """Draw an outcome of which two groups of three characteristics explain given shares."""
    place = np.repeat(np.arange(clusters), people)
    one, other = random.normal(size=(2, len(place), 3))
    shared = random.normal(0, np.sqrt(0.1), clusters)[place]
    rest = shared + random.normal(0, np.sqrt(0.9), len(place))
    outcome = np.sqrt(first / 3) * one.sum(axis=1) + np.sqrt(second / 3) * other.sum(axis=1)
    return outcome + np.sqrt(1 - first - second) * rest, one, other, place


def test_shares_are_those_of_statsmodels():
    random = np.random.default_rng(1)
    outcome, one, other, place = drawn(random, 0.2, 0.1)
    found = explained.compared(outcome, one, other, cluster=place, seed=1, draws=50)
    for name, block in (("first", one), ("second", other)):
        fitted = sm.OLS(outcome, sm.add_constant(block)).fit()
        assert found[name].estimate == pytest.approx(100 * fitted.rsquared_adj, abs=1e-9)
    assert found["difference"].estimate == pytest.approx(
        found["first"].estimate - found["second"].estimate, abs=1e-12
    )


def test_weighted_shares_are_those_of_statsmodels():
    random = np.random.default_rng(1)
    outcome, one, other, place = drawn(random, 0.2, 0.1)
    weight = random.uniform(0.5, 3, len(outcome))
    found = explained.compared(outcome, one, other, cluster=place, seed=1, weight=weight, draws=50)
    fitted = sm.WLS(outcome, sm.add_constant(one), weights=weight).fit()
    effective = weight.sum() ** 2 / (weight**2).sum()
    lost = (effective - 1) / (effective - 4)
    assert found["first"].estimate == pytest.approx(
        100 * (1 - lost * (1 - fitted.rsquared)), abs=1e-9
    )


@pytest.mark.parametrize(("first", "second"), [(0.06, 0.06), (0.10, 0.03)])
def test_the_difference_is_recovered_with_honest_intervals(first, second):
    random = np.random.default_rng(20251122)
    found = []
    for seed in range(SIMULATIONS):
        outcome, one, other, place = drawn(random, first, second)
        one = explained.compared(outcome, one, other, cluster=place, seed=seed, draws=99)
        found.append(
            (one["difference"].estimate, one["difference"].ci_low, one["difference"].ci_high)
        )
    estimate, low, high = np.array(found).T
    truth = 100 * (first - second)
    assert abs(estimate.mean() - truth) < 3 * estimate.std() / np.sqrt(SIMULATIONS)
    assert COVERED[0] <= ((low <= truth) & (truth <= high)).sum() <= COVERED[1]


def test_where_nothing_explains_anything_there_is_hardly_ever_a_difference():
    """Both shares lie at their limit then, so that the interval is wider than it need be."""
    random = np.random.default_rng(20251122)
    clear = 0
    for seed in range(300):
        outcome, one, other, place = drawn(random, 0.0, 0.0)
        found = explained.compared(outcome, one, other, cluster=place, seed=seed, draws=100)
        clear += found["difference"].is_clear
    assert clear <= stats.binom.ppf(0.999, 300, 0.05)


def test_columns_that_depend_on_each_other_or_are_constant_do_no_harm():
    random = np.random.default_rng(1)
    outcome, one, other, place = drawn(random, 0.2, 0.1)
    doubled = np.column_stack([one, one[:, 0] + one[:, 1], np.ones(len(one))])
    found = explained.compared(outcome, doubled, other, cluster=place, seed=1, draws=50)
    alone = explained.compared(outcome, one, other, cluster=place, seed=1, draws=50)
    # Columns that add nothing count as characteristics all the same.
    assert found["first"].estimate == pytest.approx(alone["first"].estimate, abs=0.5)


def test_an_outcome_that_does_not_vary_is_not_explained():
    random = np.random.default_rng(1)
    outcome, one, other, place = drawn(random, 0.2, 0.1)
    assert explained.compared(np.ones_like(outcome), one, other, cluster=place, seed=1) is None
    assert explained.compared(outcome, one, other, cluster=place % 5, seed=1) is None

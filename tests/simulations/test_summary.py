"""The rules that an estimator passes: they catch estimators that are made up to be wrong."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.simulations.summary import region, summarise

DRAWS = 1000


def draws(*, truth=0.0, bias=0.0, width=1.0, seed=1, count=DRAWS):
    """An estimator with standard error 1, off by ``bias``, with intervals ``width`` as wide."""
    estimate = truth + bias + np.random.default_rng(seed).standard_normal(count)
    reach = width * stats.norm.ppf(0.975)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "p_value": 2 * stats.norm.sf(np.abs(estimate) / width),
            "truth": truth,
        }
    )


def test_a_sound_estimator_passes():
    found = summarise(draws(), null=0.0)
    assert found.broken == ()
    assert found.coverage + found.rejection == pytest.approx(1)
    assert found.bias_se == pytest.approx(1 / np.sqrt(DRAWS), rel=0.1)


def test_a_biased_estimator_fails():
    assert "bias" in summarise(draws(bias=0.15), null=0.0).broken


def test_bias_at_the_edge_of_what_an_estimate_can_be_is_no_fault():
    at_edge = draws()
    at_edge["estimate"] = at_edge["estimate"].clip(lower=0)
    assert "bias" in summarise(at_edge, null=0.0).broken
    assert "bias" not in summarise(at_edge, null=0.0, lowest=0.0).broken
    assert "bias" in summarise(draws(truth=1.0, bias=0.15), null=0.0, lowest=0.0).broken


def test_intervals_that_are_too_narrow_fail():
    found = summarise(draws(width=0.8), null=0.0)
    assert found.broken == ("coverage", "rejection")


def test_intervals_that_are_too_wide_fail_unless_it_is_said_why():
    wide = draws(width=1.5)
    assert summarise(wide, null=0.0).broken == ("coverage", "rejection")
    assert summarise(wide, null=0.0, conservative=True).broken == ()
    narrow = draws(width=0.8)
    assert summarise(narrow, null=0.0, conservative=True).broken == ("coverage", "rejection")


def test_rejections_of_what_is_not_true_are_no_error():
    found = summarise(draws(truth=1.0), null=0.0)
    assert found.broken == ()
    assert found.rejection > 0.1


def test_without_a_p_value_the_interval_decides():
    by_test = summarise(draws(), null=0.0)
    by_interval = summarise(draws().assign(p_value=np.nan), null=0.0)
    assert by_interval.rejection == by_test.rejection
    assert summarise(draws(), null=None).rejection is None


def test_draws_without_an_answer_are_told_and_may_be_few():
    some = draws()
    some.loc[: 0.005 * DRAWS, ["estimate", "ci_low", "ci_high"]] = np.nan
    assert summarise(some, null=0.0).broken == ()
    many = draws()
    many.loc[: 0.05 * DRAWS, ["estimate", "ci_low", "ci_high"]] = np.nan
    found = summarise(many, null=0.0)
    assert found.answered < DRAWS
    assert "answers" in found.broken
    with pytest.raises(ValueError, match="no draw"):
        summarise(draws().assign(estimate=np.nan), null=0.0)


def test_region_is_that_of_the_binomial():
    fewest, most = region(DRAWS, 0.95)
    assert stats.binom.cdf(fewest - 1, DRAWS, 0.95) < 0.0005 <= stats.binom.cdf(fewest, DRAWS, 0.95)
    assert stats.binom.sf(most, DRAWS, 0.95) <= 0.0005 < stats.binom.sf(most - 1, DRAWS, 0.95)
    assert (fewest, most) == (926, 971)

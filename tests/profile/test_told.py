"""What may be told of others, and of an organisation's own people."""

import numpy as np
import pandas as pd
import pytest

from analysis.profile import told


def others(count, *, value=None, seed=1):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "organisation": [f"{number:032x}" for number in range(count)],
            "employees": 500,
            "value": random.normal(8, 1, count) if value is None else value,
        }
    )


def branch_of(rows, edition, unit="percent"):
    return told.of_branch(rows, branch="vvt", year=2025, unit=unit, limits=edition.disclosure)


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_a_branch_of_few_others_is_not_told(count, edition):
    assert branch_of(others(count), edition) is None


def test_ten_others_are_told_roughly_and_forty_with_their_middle_half(edition):
    ten, forty = branch_of(others(10), edition), branch_of(others(40), edition)
    # Ten values of about 8 would give one of them away if their mean had a decimal.
    assert (ten.decimals, ten.mean, ten.middle) == (0, 8.0, None)
    assert branch_of(others(39), edition).middle is None
    low, high = forty.middle
    assert low < forty.mean < high
    assert forty.organisations == 40
    assert branch_of(others(41), edition).organisations == 40, "the number is rounded"


def test_the_middle_half_is_no_more_precise_than_the_mean(edition):
    far = others(50)
    far["value"] = 66 + 4 * (far["value"] - 8)
    branch = branch_of(far, edition)
    assert branch.decimals == 0
    assert branch.mean == round(branch.mean)
    assert branch.middle == tuple(map(round, branch.middle))
    near = far.assign(value=66 + 0.05 * (far["value"] - 66))
    assert branch_of(near, edition).middle is None, "both ends are rounded to the same number"


def test_a_dominant_other_keeps_the_branch_inside(edition):
    values = np.full(12, 1.0) + np.arange(12) / 100
    assert branch_of(others(12, value=values), edition) is not None
    values[0] = 60.0
    assert branch_of(others(12, value=values), edition) is None


def test_equal_values_are_not_told(edition):
    assert branch_of(others(50, value=np.full(50, 5.0)), edition) is None


def test_own_groups_need_ten_people_on_either_side(edition):
    limits = edition.disclosure
    assert told.is_group(10, limits)
    assert not told.is_group(9, limits)
    assert not told.is_group(float("nan"), limits)
    assert told.share_is_told(10, 20, limits)
    assert not told.share_is_told(9, 200, limits)
    assert not told.share_is_told(0, 200, limits), "nobody left tells of each that they stayed"
    assert not told.share_is_told(95, 100, limits)


def test_where_all_who_left_went_is_not_told(edition):
    limits = edition.disclosure
    assert told.destination_is_told(20, 40, limits)
    assert not told.destination_is_told(35, 40, limits)
    assert not told.destination_is_told(20, float("nan"), limits)


def test_scores_of_few_or_equal_respondents_are_not_told(edition):
    limits, random = edition.disclosure, np.random.default_rng(1)
    scores = random.uniform(1, 5, 100)

    def decimals(scores, weights=None):
        alike = np.ones(len(scores))
        return told.score_decimals(scores, alike if weights is None else weights, limits, (1, 5))

    assert decimals(scores[:9]) is None
    assert decimals(np.full(30, 4.0)) is None
    assert decimals(scores[:12]) == 1
    assert decimals(np.tile(scores, 2)) == 2
    heavy = np.append(np.ones(29), 100.0)
    assert decimals(scores[:30], heavy) is None, "the mean is the answer of one respondent"
    some = np.append(np.ones(99), 60.0)
    assert decimals(scores, some) < decimals(scores), "a heavy respondent takes a rounder mean"
    assert decimals(np.append(np.full(11, 5.0), 4.8)) is None, "5.0 tells that all answered 5"


def test_a_movement_that_is_one_organisations_is_not_told(edition):
    limits = edition.disclosure
    assert told.movement_is_told(np.array([]), limits)
    assert told.movement_is_told(np.ones(10), limits)
    assert not told.movement_is_told(np.ones(9), limits)
    assert not told.movement_is_told(np.append(np.ones(20), 40.0), limits)
    assert not told.movement_is_told(np.append(np.ones(20), [30.0, 30.0]), limits)


def test_a_hidden_band_does_not_follow_from_the_total(edition):
    limits = edition.disclosure
    among = dict.fromkeys("abcde", 100)
    everything = told.bands_told(dict.fromkeys("abcde", 20), among, limits)
    assert everything == set("abcde")
    one_small = told.bands_told({"a": 3, "b": 30, "c": 15, "d": 25, "e": 20}, among, limits)
    assert one_small == {"b", "d", "e"}, "the smallest other band is hidden with it"
    two_tiny = told.bands_told({"a": 1, "b": 2, "c": 15, "d": 25, "e": 20}, among, limits)
    assert two_tiny == {"d", "e"}, "two hidden bands of three people together are too few"
    assert told.bands_told(dict.fromkeys("abcde", 3), among, limits) == frozenset()

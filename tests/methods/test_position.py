"""One organisation among others: chance at its size, limits, tests and the best guess."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from analysis.methods import position
from analysis.methods.position import Chance


def panel(random, organisations=60, years=7, spread=1.0, level=0.0):
    values = level + random.normal(0, spread, (organisations, years))
    names = [f"org{number:03d}" for number in range(organisations)]
    return pd.DataFrame(values, index=names, columns=range(2019, 2019 + years))


def test_chance_is_recovered_whatever_lasts_and_whatever_moves_all():
    random = np.random.default_rng(1)
    found = []
    for _ in range(40):
        values = panel(random, spread=2.0)
        lasting = random.normal(0, 50, (60, 1))
        common = np.cumsum(random.normal(0, 20, (1, 7)))
        size = pd.Series(1000, index=values.index)
        found.append(position.chance_of_years(values + lasting + common, size, "org000").variance)
    assert np.mean(found) == pytest.approx(4.0, rel=0.05)


def test_chance_is_that_of_organisations_of_the_same_size():
    random = np.random.default_rng(2)
    values = pd.concat([panel(random, 40, spread=5.0), panel(random, 40, spread=1.0)])
    values.index = [f"org{number:03d}" for number in range(80)]
    size = pd.Series([100] * 40 + [10_000] * 40, index=values.index)
    small = position.chance_of_years(values, size, "org000")
    large = position.chance_of_years(values, size, "org079")
    assert small.variance > 10 * large.variance
    assert small.df == position.NEAREST - 1
    assert large.usual == pytest.approx(13, rel=0.2)


def test_one_organisation_that_leaps_does_not_decide_what_chance_does():
    random = np.random.default_rng(8)
    calm, shaken = [], []
    for _ in range(40):
        values = panel(random, spread=2.0)
        size = pd.Series(np.arange(60) + 100, index=values.index)
        leap = values.copy()
        leap.iloc[3, 4:] += 1000.0
        for one, found in ((values, calm), (leap, shaken)):
            chance = position.chance_of_years(one, size, "org005")
            found.append(chance.variance)
            assert max(chance.rests_on) < 0.5 * sum(chance.rests_on)
    # Without leaps hardly anything is taken off, and however far one leaps, it adds little.
    assert np.mean(calm) == pytest.approx(4.0, rel=0.05)
    assert np.mean(shaken) == pytest.approx(4.0, rel=0.15)


def test_where_most_never_change_nothing_is_too_large():
    values = panel(np.random.default_rng(9)) * 0 + 3
    values.iloc[:5] += np.arange(7)
    size = pd.Series(100, index=values.index)
    assert max(position.chance_of_years(values, size, "org000").rests_on) > 0


def test_chance_is_not_known_of_few_or_of_what_never_changes():
    random = np.random.default_rng(3)
    size = pd.Series(100, index=panel(random).index)
    assert position.chance_of_years(panel(random, 10), size, "org000") is None
    assert position.chance_of_years(panel(random, 11), size, "org000") is not None
    assert position.chance_of_years(panel(random) * 0 + 3, size, "org000") is None
    assert position.chance_of_years(panel(random, years=1), size, "org000") is None


def test_the_order_of_the_rows_does_not_matter():
    random = np.random.default_rng(4)
    values = panel(random)
    size = pd.Series(500, index=values.index)
    shuffled = values.sample(frac=1, random_state=1)
    first, second = (position.chance_of_years(one, size, "org007") for one in (values, shuffled))
    assert (first.variance, first.usual) == pytest.approx((second.variance, second.usual))


def test_a_year_that_is_missing_gives_no_change():
    values = pd.DataFrame([[1.0, 9.0, 2.0]] * 12, columns=[2019, 2021, 2022])
    assert list(position.changes(values).columns) == [2022]


def test_exact_limits_are_those_of_clopper_and_pearson():
    for counted, among in ((0, 20), (3, 20), (20, 20), (137, 1134)):
        expected = proportion_confint(counted, among, method="beta")
        assert position.exact_interval(counted, among) == pytest.approx(expected)
    narrow, wide = (position.exact_interval(137, 1134, factor) for factor in (1.0, 4.0))
    assert wide[1] - wide[0] == pytest.approx(2 * (narrow[1] - narrow[0]), rel=0.05)
    with pytest.raises(ValueError, match="more people"):
        position.exact_interval(21, 20)


def test_the_exact_test_agrees_with_the_limits():
    low, high = position.exact_interval(137, 1134)
    assert position.exact_p_value(137, 1134, low) == pytest.approx(0.05)
    assert position.exact_p_value(137, 1134, high) == pytest.approx(0.05)
    assert position.exact_p_value(137, 1134, 137 / 1134) == pytest.approx(1.0, abs=0.05)
    unsure = position.exact_p_value(137, 1134, high, spread=0.01**2)
    assert unsure > 0.05, "an unsure mean of the branch makes a difference less clear"


def test_dispersion_is_one_where_people_decide_by_themselves_and_more_where_not():
    random = np.random.default_rng(5)
    among = pd.DataFrame(1000, index=range(200), columns=range(2019, 2026))
    alone = pd.DataFrame(random.binomial(1000, 0.2, among.shape), index=among.index).set_axis(
        among.columns, axis=1
    )
    assert position.dispersion(position.movements(alone, among)) == pytest.approx(1.0, abs=0.1)
    moving = random.beta(20 * 3, 80 * 3, among.shape)
    together = pd.DataFrame(random.binomial(1000, moving), among.index, among.columns)
    # The variance of a beta-binomial over that of a binomial: 1 + (n - 1) / (a + b + 1).
    assert position.dispersion(position.movements(together, among)) == pytest.approx(
        1 + 999 / 301, rel=0.1
    )


def test_the_standard_error_of_a_weighted_mean_is_that_of_equal_weights():
    random = np.random.default_rng(6)
    scores = random.normal(3, 1, 30)
    assert position.standard_error(scores, np.ones(30)) == pytest.approx(
        DescrStatsW(scores).std_mean
    )
    assert np.isnan(position.standard_error(scores[:1], np.ones(1)))


def test_the_best_guess_has_less_error_than_the_figure():
    random = np.random.default_rng(7)
    truth = random.normal(10, 2, 400)
    seen = truth + random.normal(0, 3, 400)
    lasting = position.between(seen, 9.0)
    assert lasting == pytest.approx(4.0, rel=0.5)
    guesses = [position.shrunken(one, seen.mean(), 9.0, lasting) for one in seen]
    assert np.mean((guesses - truth) ** 2) < 0.5 * np.mean((seen - truth) ** 2)
    assert position.shrunken(12.0, 10.0, 1.0, 0.0) == 10.0
    assert position.shrunken(12.0, 10.0, 1.0, 1e9) == pytest.approx(12.0)
    assert position.between(np.array([1.0, 2.0]), 50.0) == 0.0


def test_the_interval_and_the_test_of_a_figure_agree():
    chance = Chance(4.0, 29, 4.0)
    low, high = chance.interval(10.0)
    assert high - 10 == pytest.approx(stats.t.ppf(0.975, 29) * 2)
    assert position.p_value(10.0, low, chance) == pytest.approx(0.05)
    assert position.p_value(10.0, low, chance, spread=1.0) > 0.05

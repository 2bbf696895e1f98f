import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.methods import agreement

N = np.nan
#: Four coders, twelve units, codes missing: Krippendorff (2011), Computing Krippendorff's
#: Alpha-Reliability; also the help page of kripp.alpha in R's package irr. Coders are rows.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, N],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
).T
#: Six targets, four judges: Shrout & Fleiss (1979), Psychological Bulletin 86, table 4.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


@pytest.mark.parametrize(
    ("measurement", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_the_published_one(measurement, published):
    assert agreement.alpha(KRIPPENDORFF, measurement) == pytest.approx(published, abs=0.0005)


def test_intraclass_correlation_is_the_published_one():
    found, low, high = agreement.intraclass(SHROUT_FLEISS)
    assert found == pytest.approx(0.29, abs=0.005)
    assert low < found < high


def test_alpha_of_two_coders_by_hand():
    """Ten units, two codes: one disagreement. Coincidences: 8, 10 and twice 1; 9 and 11 in all."""
    codes = np.array([[0, 0]] * 4 + [[1, 1]] * 5 + [[0, 1]])
    by_hand = 1 - 19 * 2 / (2 * 9 * 11)
    assert agreement.alpha(codes) == pytest.approx(by_hand)


def test_text_and_numbers_give_the_same_alpha():
    words = np.array([["low", "low"], ["high", "high"], ["low", "high"], ["high", None]], object)
    numbers = np.array([[0, 0], [1, 1], [0, 1], [1, N]])
    assert agreement.alpha(words) == pytest.approx(agreement.alpha(numbers))


def test_equal_codes_tell_nothing_apart():
    assert np.isnan(agreement.alpha(np.ones((20, 2))))
    same = agreement.Rated(np.ones((20, 2)), np.arange(20))
    assert agreement.agreement(same, seed=1) is None


def test_few_units_give_no_interval():
    few = agreement.Rated(KRIPPENDORFF[:4], np.arange(4))
    assert agreement.agreement(few, seed=1) is None


def test_an_unknown_measurement_is_refused():
    with pytest.raises(ValueError, match="allowed: nominal, ordinal, interval, ratio"):
        agreement.alpha(KRIPPENDORFF, "cardinal")


def test_equal_codes_are_many_where_a_theme_is_rare_though_coders_guess():
    """Coders who guess 5 % of the time agree on nine of ten, and alpha sees through it."""
    random = np.random.default_rng(3)
    guessed = (random.random((4000, 2)) < 0.05).astype(float)
    found = agreement.agreement(agreement.Rated(guessed, np.arange(4000)), seed=1, draws=200)
    assert found.equal.estimate > 0.88
    assert found.equal.estimate == pytest.approx(found.by_chance, abs=0.01)
    assert found.alpha.ci_low < 0 < found.alpha.ci_high


def test_codes_of_the_same_unit_stand_beside_each_other():
    frame = pd.DataFrame(
        {
            "voice": [1, 1, 2, 3, 3],
            "organisation": ["x", "x", "x", "y", "y"],
            "coder": ["a", "b", "a", "a", "b"],
            "mentioned": [1, 0, 1, 0, 0],
        }
    )
    rated = agreement.double_coded(frame, ["voice"], "mentioned", cluster="organisation")
    assert rated.codes.tolist() == [[1, 0], [0, 0]], "a voice coded once tells nothing"
    assert rated.cluster.tolist() == ["x", "y"]
    assert rated.twice.all()


def test_intervals_cover_as_they_say():
    """Coders with sensitivity .85 and specificity .95, at a prevalence of .3, in 18 organisations."""
    random = np.random.default_rng(11)
    truth, share, simulations, covered = 0.3, (0.85, 0.05), 300, 0
    rate = truth * share[0] + (1 - truth) * share[1]
    both = truth * share[0] ** 2 + (1 - truth) * share[1] ** 2
    expected = (both - rate**2) / (rate * (1 - rate))
    for seed in range(simulations):
        said = random.random(400) < truth
        chance = np.where(said, *share)[:, None]
        codes = (random.random((400, 2)) < chance).astype(float)
        rated = agreement.Rated(codes, np.arange(400) % 18)
        found = agreement.agreement(rated, seed=seed, draws=200).alpha
        covered += found.ci_low <= expected <= found.ci_high
    least, most = stats.binom.interval(0.999, simulations, 0.95)
    assert least <= covered <= most

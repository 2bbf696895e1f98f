"""The proportional-odds model against MASS::polr, and the traps of OrderedModel."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.methods.proportional_odds import NotFittedError, compare_cuts, proportional_odds
from tests.conftest import SHARED

#: R07: Venables and Ripley (2002), section 7.3, from polr of MASS 7.3-58.
HOUSING = {
    "InflMedium": 0.56639373889, "InflHigh": 1.2888190638, "TypeApartment": -0.57235014643,
    "TypeAtrium": -0.36618656615, "TypeTerrace": -1.0910149077, "ContHigh": 0.36028414995,
}  # fmt: skip
CUTS = (-0.49613534384, 0.69070829038)
SE_HIGH, AIC = 0.12715614898, 3495.149
SATISFIED = ["Low", "Medium", "High"]


@pytest.fixture(scope="module")
def housing():
    path = SHARED / "reference_cases" / "data" / "mass_housing.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: the reference cases are not part of this repository")
    frame = pd.read_csv(path)
    names = {"Infl": ("Medium", "High"), "Type": ("Apartment", "Atrium", "Terrace"),
             "Cont": ("High",)}  # fmt: skip
    design = pd.DataFrame(
        {
            f"{column}{level}": (frame[column] == level).astype(float)
            for column, levels in names.items()
            for level in levels
        }
    )
    answer = frame["Sat"].map(SATISFIED.index).to_numpy()
    return answer, design, frame["Freq"].to_numpy(float)


def test_housing_of_mass(housing):
    answer, design, count = housing
    found = proportional_odds(answer, design, weights=count, counts=True)
    for name, expected in HOUSING.items():
        assert found.fit.params[name] == pytest.approx(expected, abs=1e-4), name
    assert found.cuts == pytest.approx(CUTS, abs=1e-4)
    assert found.fit.se("InflHigh") == pytest.approx(SE_HIGH, abs=1e-4)
    assert 2 * 8 - 2 * found.log_likelihood == pytest.approx(AIC, abs=0.01)


def test_ordered_model_stores_the_second_cut_as_the_logarithm_of_a_step(housing):
    answer, design, count = housing
    rows = np.repeat(np.arange(len(answer)), count.astype(int))
    model = OrderedModel(answer[rows], design.iloc[rows].reset_index(drop=True), distr="logit")
    found = model.fit(method="bfgs", disp=False)
    assert found.params.iloc[-1] == pytest.approx(0.1713, abs=1e-3), "not a cut-point"
    cuts = model.transform_threshold_params(found.params.to_numpy())[1:-1]
    assert cuts == pytest.approx(CUTS, abs=1e-3)


def people(seed, slopes=(0.5, 0.5), count=3000):
    random = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(count // 20), 20)
    x = random.standard_normal(count)
    chance = random.random(count)
    partly = 1 / (1 + np.exp(1.0 - slopes[0] * x))
    wholly = 1 / (1 + np.exp(2.2 - slopes[1] * x))
    answer = (chance < partly).astype(int) + (chance < np.minimum(wholly, partly))
    design = pd.DataFrame({"x": x, "z": random.standard_normal(count)})
    return answer, design, random.uniform(0.5, 2, count), clusters


def test_weights_have_no_unit_and_a_weight_of_two_is_somebody_twice():
    answer, design, weight, clusters = people(1)
    one = proportional_odds(answer, design, weights=weight, clusters=clusters)
    many = proportional_odds(answer, design, weights=50 * weight, clusters=clusters)
    assert many.fit.params["x"] == pytest.approx(one.fit.params["x"], abs=1e-8)
    assert many.fit.se("x") == pytest.approx(one.fit.se("x"), rel=1e-6)
    twice = np.r_[np.arange(3000), np.arange(500)]
    doubled = proportional_odds(answer[twice], design.iloc[twice], clusters=clusters[twice])
    weighted = proportional_odds(
        answer, design, weights=1.0 + (np.arange(3000) < 500), clusters=clusters
    )
    assert weighted.fit.params["x"] == pytest.approx(doubled.fit.params["x"], abs=1e-8)
    assert weighted.fit.se("x") == pytest.approx(doubled.fit.se("x"), rel=1e-6)


def test_the_comparison_of_cuts_is_quiet_when_odds_are_proportional():
    quiet = []
    for seed in range(300):
        answer, design, weight, clusters = people(seed, count=1000)
        found = compare_cuts(
            answer, design.assign(constant=1.0), ["x", "z"], weights=weight, clusters=clusters
        )
        quiet.append(found.joint_p_value < 0.05)
    assert sum(quiet) <= stats.binom.ppf(0.9995, 300, 0.05)
    assert sum(quiet) >= stats.binom.ppf(0.0005, 300, 0.05)


def test_the_comparison_of_cuts_sees_odds_that_are_not_proportional():
    answer, design, weight, clusters = people(1, slopes=(0.1, 0.8))
    found = compare_cuts(
        answer, design.assign(constant=1.0), ["x", "z"], weights=weight, clusters=clusters
    )
    assert found.joint_p_value < 0.001
    assert found.ratio["x"] > 1.5
    assert found.p_value["x"] < 0.001 < found.p_value["z"]


def test_collinear_columns_are_refused_in_words():
    answer, design, _, _ = people(1)
    with pytest.raises(NotFittedError, match="column"):
        proportional_odds(answer, design.assign(again=design["x"]))

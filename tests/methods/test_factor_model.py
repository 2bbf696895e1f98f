"""The factor model against published answers: Rosseel (2012), Bollen (1989) and lavaan 0.6-14."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import factor_model
from analysis.methods.factor_model import Entry, Model, NotIdentifiedError, Problem
from analysis.methods.measurement_models import METHOD, correlated_factors
from analysis.methods.model_fit import indices
from analysis.methods.moments import Moments, clustered, left_out, redrawn
from tests.conftest import SHARED

CASES = SHARED / "reference_cases" / "data"
FACTORS = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
ITEMS = [item for items in FACTORS.values() for item in items]


def case(name):
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{path} is absent: the reference data are not part of this repository")
    return pd.read_csv(path)


def moments_of(frame, items):
    values = frame[items].to_numpy(dtype=float)
    return Moments(len(values), values.mean(axis=0), np.cov(values.T, bias=True))


def test_three_factors_of_holzinger_and_swineford():
    given = [moments_of(case("holzinger39_lavaan.csv"), ITEMS)]
    fitted = factor_model.fit(correlated_factors(FACTORS, given), given)
    found = indices(fitted)
    assert found.chi_square == pytest.approx(85.306, abs=0.01)
    assert found.df == 24
    assert found.cfi == pytest.approx(0.931, abs=0.001)
    assert found.tli == pytest.approx(0.896, abs=0.001)
    assert found.rmsea == pytest.approx(0.092, abs=0.001)
    loadings = {"x2 <- visual": 0.554, "x3 <- visual": 0.729, "x5 <- textual": 1.113}
    for name, expected in loadings.items():
        assert fitted.estimates[f"{name} @0"] == pytest.approx(expected, abs=0.002)
    assert fitted.estimates["x8 <- speed @0"] == pytest.approx(1.180, abs=0.003)
    assert fitted.standard_errors["x2 <- visual @0"] == pytest.approx(0.100, abs=0.002)


@pytest.mark.parametrize(
    ("equal", "chi_square", "df", "cfi"),
    [
        ("configural", 115.851, 48, 0.923),
        ("metric", 124.044, 54, 0.921),
        ("scalar", 164.103, 60, 0.882),
    ],
)
def test_invariance_of_two_schools(equal, chi_square, df, cfi):
    schools = [one for _, one in case("holzinger39_lavaan.csv").groupby("school")]
    given = [moments_of(one, ITEMS) for one in schools]
    found = indices(factor_model.fit(correlated_factors(FACTORS, given, equal=equal), given))
    assert found.chi_square == pytest.approx(chi_square, abs=0.01)
    assert found.df == df
    assert found.cfi == pytest.approx(cfi, abs=0.001)


def democracy():
    """The model of Bollen (1989): paths between factors, correlated residuals, equal nothing."""
    observed = (*(f"y{i}" for i in range(1, 9)), "x1", "x2", "x3")
    latent = {"ind60": ["x1", "x2", "x3"], "dem60": ["y1", "y2", "y3", "y4"],
              "dem65": ["y5", "y6", "y7", "y8"]}  # fmt: skip
    entries = [
        Entry("path", "dem60", "ind60", 1.0, "dem60~ind60"),
        Entry("path", "dem65", "ind60", 0.5, "dem65~ind60"),
        Entry("path", "dem65", "dem60", 0.5, "dem65~dem60"),
    ]
    for factor, items in latent.items():
        entries.append(Entry("path", items[0], factor, 1.0))
        entries += [Entry("path", item, factor, 1.0, f"{factor}=~{item}") for item in items[1:]]
        entries.append(Entry("covariance", factor, factor, 0.5, f"{factor}~~{factor}"))
    pairs = [("y1", "y5"), ("y2", "y4"), ("y2", "y6"), ("y3", "y7"), ("y4", "y8"), ("y6", "y8")]
    entries += [Entry("covariance", one, other, 0.0, f"{one}~~{other}") for one, other in pairs]
    for item in observed:
        start = 0.1 if item.startswith("x") else 3.0
        entries.append(Entry("covariance", item, item, start, f"{item}~~{item}"))
        entries.append(Entry("mean", item, "", 4.0, f"{item}~1"))
    return Model(observed, tuple(latent), (tuple(entries),))


def test_structural_model_with_correlated_residuals():
    model = democracy()
    given = [moments_of(case("political_democracy_lavaan.csv"), list(model.observed))]
    fitted = factor_model.fit(model, given)
    found = indices(fitted)
    assert found.chi_square == pytest.approx(38.125, abs=0.01)
    assert found.df == 35
    assert found.cfi == pytest.approx(0.995, abs=0.001)
    assert found.rmsea == pytest.approx(0.035, abs=0.001)
    for name, expected in {
        "dem60~ind60": 1.483,
        "dem65~ind60": 0.572,
        "dem65~dem60": 0.837,
    }.items():
        assert fitted.estimates[name] == pytest.approx(expected, abs=0.003)
    assert fitted.standard_errors["dem60~ind60"] == pytest.approx(0.399, abs=0.003)


# --- without reference data -----------------------------------------------------------------------


def drawn_items(people=400, seed=3):
    random = np.random.default_rng(seed)
    factor = random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], people)
    columns = {
        f"i{number}": 0.7 * factor[:, number // 3] + 0.6 * random.standard_normal(people)
        for number in range(6)
    }
    return pd.DataFrame(columns).assign(organisation=random.integers(40, size=people).astype(str))


TWO = {"one": ["i0", "i1", "i2"], "two": ["i3", "i4", "i5"]}
SIX = [f"i{number}" for number in range(6)]


def test_derivatives_are_those_of_the_discrepancy():
    frame = drawn_items()
    given = [moments_of(frame[:180], SIX), moments_of(frame[180:], SIX)]
    model = correlated_factors(TWO, given, equal="scalar", method=True)
    problem = Problem(model, given)
    values = model.starts() + np.random.default_rng(1).normal(0, 0.02, len(model.names))
    slopes = []
    for place in range(len(values)):
        step = np.zeros(len(values))
        step[place] = 1e-5
        up, down = problem.at(values + step).discrepancy, problem.at(values - step).discrepancy
        slopes.append((up - down) / 2e-5)
    assert problem.at(values).gradient == pytest.approx(slopes, abs=1e-6)


def test_a_saturated_model_reproduces_the_moments():
    given = [moments_of(drawn_items(), SIX[:3])]
    fitted = factor_model.fit(correlated_factors({"one": SIX[:3]}, given), given)
    found = indices(fitted)
    assert found.df == 0
    assert found.chi_square == pytest.approx(0, abs=1e-6)
    assert (found.cfi, found.rmsea) == (1.0, 0.0)


def test_items_that_follow_from_each_other_are_refused_without_their_values():
    frame = drawn_items().assign(i2=lambda f: f["i0"] + f["i1"])
    given = [moments_of(frame, SIX)]
    with pytest.raises(NotIdentifiedError, match="constant or follow from each other"):
        factor_model.fit(correlated_factors(TWO, given), given)
    given = [moments_of(drawn_items().assign(i2=1.0), SIX)]
    with pytest.raises(NotIdentifiedError):
        factor_model.fit(correlated_factors(TWO, given), given)


def test_a_model_with_too_many_parameters_is_refused():
    given = [moments_of(drawn_items(), ["i0", "i1"])]
    with pytest.raises(NotIdentifiedError):
        factor_model.fit(correlated_factors({"one": ["i0", "i1"]}, given), given)


def test_groups_and_moments_must_be_as_many():
    given = [moments_of(drawn_items(), SIX)]
    with pytest.raises(ValueError, match="1 groups in the model, 2 of moments"):
        factor_model.fit(correlated_factors(TWO, given), [*given, *given])


def test_one_step_comes_close_to_the_whole_search():
    sums = clustered(drawn_items(2000), SIX, cluster="organisation")
    fitted = factor_model.fit(correlated_factors(TWO, [sums.moments()]), [sums.moments()])
    samples = sums.samples(redrawn(sums.n_organisations, 5, 1))
    steps = factor_model.one_step(fitted, samples)
    for sample, step in zip(samples, steps, strict=True):
        again = factor_model.fit(fitted.model.started_at(fitted.estimates), [sample])
        moved = np.abs(again.values - fitted.values).max()
        assert np.abs(step - again.values).max() < 0.15 * moved


def test_a_score_test_predicts_the_fall_of_the_chi_square():
    frame = drawn_items(3000)
    second = frame[1500:].assign(i1=lambda f: f["i1"] + 0.15)
    given = [moments_of(frame[:1500], SIX), moments_of(second, SIX)]
    scalar = factor_model.fit(correlated_factors(TWO, given, equal="scalar"), given)
    freer = factor_model.fit(
        correlated_factors(TWO, given, equal="scalar", freed=[("i1", 1)]), given
    )
    from analysis.methods.invariance import score_tests

    tests = score_tests(TWO, given, scalar)
    fall = indices(scalar).chi_square - indices(freer).chi_square
    assert max(tests, key=tests.get)[0] == "i1"
    assert tests["i1", 1] == pytest.approx(fall, rel=0.05)


def test_a_method_factor_is_recovered():
    random = np.random.default_rng(7)
    habit = random.standard_normal((20_000, 1))
    factor = random.standard_normal((20_000, 2))[:, [0, 0, 0, 1, 1, 1]]
    values = np.array([0.8, 0.7, 0.6] * 2) * factor + 0.3 * habit
    values = values + 0.5 * random.standard_normal((20_000, 6))
    given = [moments_of(pd.DataFrame(values, columns=SIX), SIX)]
    model = correlated_factors(TWO, given, unrelated=["two"], method=True)
    assert factor_model.fit(model, given).estimates[METHOD] == pytest.approx(0.09, abs=0.01)


# --- moments --------------------------------------------------------------------------------------


def test_sums_per_organisation_give_the_moments_of_the_people():
    frame = drawn_items()
    frame.loc[::7, "i0"] = np.nan
    sums = clustered(frame, SIX, cluster="organisation")
    whole = frame.dropna(subset=SIX)
    expected = moments_of(whole, SIX)
    found = sums.moments()
    assert (sums.n, sums.n_organisations) == (len(whole), whole["organisation"].nunique())
    assert found.mean == pytest.approx(expected.mean)
    assert found.covariance == pytest.approx(expected.covariance)
    few = sums.part(["i4", "i0"]).moments()
    assert few.covariance == pytest.approx(expected.covariance[np.ix_([4, 0], [4, 0])])


def test_leaving_out_organisations_is_the_same_as_dropping_their_people():
    frame = drawn_items()
    sums = clustered(frame, SIX, cluster="organisation")
    weights = left_out(sums.n_organisations, 10, 1)
    assert (weights.sum(axis=0) == 9).all(), "every organisation is left out once"
    kept = frame[frame["organisation"].isin(sums.names[weights[0] > 0])]
    assert sums.samples(weights)[0].covariance == pytest.approx(moments_of(kept, SIX).covariance)


def test_redrawn_organisations_are_as_many():
    weights = redrawn(30, 200, 1)
    assert (weights.sum(axis=1) == 30).all()
    assert weights.mean() == pytest.approx(1)
    assert weights.var() == pytest.approx(29 / 30, abs=0.05)


def test_nobody_with_all_answers():
    sums = clustered(drawn_items().assign(i0=np.nan), SIX, cluster="organisation")
    assert (sums.n, sums.n_organisations) == (0, 0)

"""Reliability against published answers, and the traps of the library."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from analysis.dataset import DataTable
from analysis.methods import factor_model, reliability
from analysis.methods.factor_model import fit
from analysis.methods.measurement_models import correlated_factors
from analysis.methods.moments import clustered
from analysis.methods.results import Absent
from tests.methods.survey_drawn import LOADINGS, drawn
from tests.methods.test_factor_model import FACTORS, case, moments_of


def test_alpha_of_the_published_example():
    long = pingouin.read_dataset("cronbach_alpha")
    wide = long.pivot(index="Subj", columns="Items", values="Scores")
    alpha, (low, high) = reliability.cronbach(wide)
    assert alpha == pytest.approx(0.59171885, abs=1e-6)
    assert (low, high) == (pytest.approx(0.195, abs=1e-3), pytest.approx(0.840, abs=1e-3))
    assert float(reliability.alpha(wide.cov().to_numpy())) == pytest.approx(alpha, abs=1e-12)


def test_complete_cases_not_pairs():
    """By default pingouin takes covariances of pairs: 0.7327 instead of 0.8017 here."""
    frame = pingouin.read_dataset("cronbach_wide_missing")
    assert pingouin.cronbach_alpha(data=frame)[0] == pytest.approx(0.7326608, abs=1e-6)
    assert reliability.cronbach(frame)[0] == pytest.approx(0.8016949, abs=1e-6)


@pytest.mark.parametrize(
    ("scale", "alpha", "omega"),
    [
        ("visual", 0.6261171, 0.625318),
        ("textual", 0.8827069, 0.8851754),
        ("speed", 0.688455, 0.68776),
    ],
)
def test_alpha_and_omega_of_holzinger_and_swineford(scale, alpha, omega):
    """Omega comes from the congeneric model of all three factors, as the reference case does."""
    frame = case("holzinger39_lavaan.csv")
    items = FACTORS[scale]
    assert reliability.cronbach(frame[items])[0] == pytest.approx(alpha, abs=1e-6)
    given = [moments_of(frame, [item for members in FACTORS.values() for item in members])]
    whole = fit(correlated_factors(FACTORS, given), given).estimates
    loadings = sum(whole.get(f"{item} <- {scale} @0", 1.0) for item in items)
    true = loadings**2 * whole[f"{scale} ~~ {scale} @0"]
    errors = sum(whole[f"{item} ~~ {item} @0"] for item in items)
    assert true / (true + errors) == pytest.approx(omega, abs=0.002)


def test_the_denominator_of_omega_matters():
    """With the observed variance below the line it is .612 for the visual scale, not .625."""
    frame = case("holzinger39_lavaan.csv")
    given = [moments_of(frame, [item for members in FACTORS.values() for item in members])]
    held = fit(correlated_factors(FACTORS, given), given).estimates
    items = FACTORS["visual"]
    loadings = sum(held.get(f"{item} <- visual @0", 1.0) for item in items)
    true = loadings**2 * held["visual ~~ visual @0"]
    observed = moments_of(frame, items).covariance.sum()
    assert true / observed == pytest.approx(0.612, abs=0.002)


def test_omega_of_one_factor_and_of_several():
    random = np.random.default_rng(5)
    factors = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 60_000)
    weights = np.array([0.8, 0.7, 0.6])
    values = np.hstack([factors[:, [place]] * weights for place in (0, 1)])
    values = values + 0.5 * random.standard_normal(values.shape)
    frame = pd.DataFrame(values, columns=list("abcdef"))
    parts = {"one": list("abc"), "two": list("def")}
    given = [moments_of(frame, list("abcdef"))]
    true = 2 * weights.sum() ** 2 * (1 + 0.6)
    expected = true / (true + 6 * 0.25)
    found = reliability.omega(fit(correlated_factors(parts, given), given))
    assert found == pytest.approx(expected, abs=0.005)
    given = [moments_of(frame, list("abc"))]
    fitted = fit(correlated_factors({"one": list("abc")}, given), given)
    expected = weights.sum() ** 2 / (weights.sum() ** 2 + 3 * 0.25)
    assert reliability.omega(fitted) == pytest.approx(expected, abs=0.005)
    loadings = reliability.standardised_loadings(fitted)
    assert loadings["a"] == pytest.approx(0.8 / np.sqrt(0.8**2 + 0.25), abs=0.01)


def test_the_bootstrap_agrees_with_a_whole_search_in_each_sample():
    table = drawn(1500, 60, scales=("autonomy",))
    items = reliability.parts_of("autonomy")["work"]
    given = clustered(table.frame, items, cluster="organisation")
    fitted = fit(correlated_factors({"work": items}, [given.moments()]), [given.moments()])
    from analysis.methods.moments import redrawn

    samples = given.samples(redrawn(60, 200, 1))
    whole = [
        reliability.omega(factor_model.fit(fitted.model.started_at(fitted.estimates), [one]))
        for one in samples
    ]
    _, quick = reliability.bootstrap(given, fitted, 1, replicates=200)
    assert quick == pytest.approx(np.quantile(whole, (0.025, 0.975)), abs=0.003)


def test_scales_and_parts_with_what_stands_behind_them():
    table = drawn(1500, 80, missing=0.1, scales=("learning", "marker"))
    found = reliability.of_scales(table, last=2025, seed=1, scales=("learning", "marker"))
    values = found.frame.pivot(index="group", columns="measure", values="value")
    assert set(values.index) == {
        "learning", "learning_safety", "learning_reflection", "learning_openness", "marker",
    }  # fmt: skip
    assert (values["omega"] >= values["alpha"] - 0.01).all()
    assert (values["omega_low"] < values["omega"]).all()
    assert (values["omega"] < values["omega_high"]).all()
    assert values.loc["marker", "loading"] == pytest.approx(LOADINGS[-1], abs=0.06)
    complete = table.frame[[f"marker_unrelated_{n}" for n in (1, 2, 3)]].dropna()
    assert values.loc["marker", "n"] == len(complete)
    for row, known in zip(found.frame.itertuples(), found.behind, strict=True):
        assert known.cell == f"respondents|answered={row.group}|year=2025"
        assert known.kind == ("count" if row.measure == "n" else "model fit")
        assert row.measure == "n" or known.df == 79
    listed = reliability.omegas(found, ("learning", "marker")).frame
    assert listed["estimate"].is_monotonic_decreasing


def test_what_cannot_be_estimated_is_left_out():
    table = drawn(600, 40, scales=("autonomy", "marker"))
    frame = table.frame.assign(marker_unrelated_1=3.0)
    spoilt = DataTable("individuals", frame)
    found = reliability.of_scales(spoilt, last=2025, seed=1, scales=("autonomy", "marker"))
    assert set(found.frame["group"]) == {"autonomy"}
    empty = DataTable("individuals", frame.assign(autonomy_work_1=np.nan))
    absent = Absent(("individuals",))
    assert reliability.of_scales(empty, last=2025, seed=1, scales=("autonomy",)) == absent
    gone = DataTable("individuals", None)
    assert reliability.of_scales(gone, last=2025, seed=1) == absent
    assert reliability.omegas(absent) == absent

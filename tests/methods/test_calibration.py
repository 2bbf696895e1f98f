import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.methods import calibration
from analysis.methods.early_warning import Panel
from analysis.methods.forecasts import Forecast
from analysis.methods.results import Absent


def predicted(random, rows=900, spread=1.5):
    line = spread * random.normal(size=rows) - 1
    chance = 1 / (1 + np.exp(-line))
    return (random.random(rows) < chance).astype(int), chance


def made(outcome, chance) -> Forecast:
    """A forecast of one year, an organisation per row."""
    frame = pd.DataFrame(
        {
            "organisation": [f"o{i}" for i in range(len(outcome))], "branch": "vvt",
            "year": 2025, "employees": 1000, "top": outcome, "standard": 0.0,
            "with_signals": chance, "last_value": chance,
        }
    )  # fmt: skip
    return Forecast(frame, Panel(frame, ("a",), (), "organisation_years", "sector_exit_rate"))


def test_a_logit_is_calibrated_in_the_rows_that_it_was_fitted_on():
    """Intercept 0 and slope 1 exactly: the free self-test of case R21."""
    random = np.random.default_rng(1)
    x = sm.add_constant(random.normal(size=(200, 2)))
    outcome = (random.random(200) < 1 / (1 + np.exp(-x @ [0.2, 1, -1]))).astype(int)
    fit = sm.GLM(outcome, x, family=sm.families.Binomial()).fit(tol=1e-12)
    lines = calibration.recalibrate(outcome, fit.fittedvalues)
    assert lines["intercept"].estimate == pytest.approx(0, abs=1e-8)
    assert lines["slope"].estimate == pytest.approx(1, abs=1e-8)
    assert lines["in_the_large"].estimate == pytest.approx(0, abs=1e-8)
    assert lines["slope"].p_value == pytest.approx(1, abs=1e-6)


def test_too_extreme_and_too_low_predictions_are_seen():
    outcome, chance = predicted(np.random.default_rng(2))
    twice = 1 / (1 + np.exp(-2 * calibration.logit(chance)))
    assert calibration.recalibrate(outcome, twice)["slope"].interval()[1] < 1
    low = 1 / (1 + np.exp(-(calibration.logit(chance) - 1)))
    assert calibration.recalibrate(outcome, low)["in_the_large"].interval()[0] > 0


def test_equal_probabilities_have_no_slope():
    outcome, _ = predicted(np.random.default_rng(2))
    with pytest.raises(ValueError, match="do not differ"):
        calibration.recalibrate(outcome, np.full(len(outcome), 0.25))
    flat = made(outcome, np.full(len(outcome), 0.25))
    assert calibration.recalibrated(flat, "with_signals") == Absent(("organisation_years",))


def test_groups_hold_enough_organisations_with_and_without_the_outcome():
    outcome, chance = predicted(np.random.default_rng(3), spread=3)
    found = calibration.grouped(made(outcome, chance), "with_signals")
    shares = [
        (row["n_organisations"], known.numerator)
        for row, known in zip(found.frame.to_dict("records"), found.behind, strict=True)
        if row["measure"] == "y"
    ]
    assert len(shares) > 2
    assert all(10 <= part <= whole - 10 for whole, part in shares)
    assert sum(whole for whole, _ in shares) == len(outcome)
    assert sum(part for _, part in shares) == outcome.sum()
    x = found.frame[found.frame["measure"] == "x"]["value"]
    assert x.is_monotonic_increasing


def test_groups_that_cannot_be_large_enough_are_absent():
    outcome = np.zeros(40, dtype=int)
    outcome[-12:] = 1
    found = calibration.grouped(made(outcome, np.linspace(0.01, 0.9, 40)), "with_signals")
    assert found == Absent(("organisation_years",))


def test_net_benefit_is_true_positives_less_weighted_false_ones():
    """Vickers & Elkin: TP/n - FP/n x pt/(1-pt)."""
    outcome = np.array([1, 1, 0, 0, 0])
    flagged = np.array([1, 0, 1, 1, 0])
    parts = calibration.net_benefit(outcome, flagged, 0.2)
    assert parts.mean() == pytest.approx(1 / 5 - 2 / 5 * 0.25)


def test_the_decision_curve_stops_where_few_are_flagged():
    outcome, chance = predicted(np.random.default_rng(4), rows=120)
    chance = np.minimum(chance, 0.42)
    found = calibration.decision_curve(made(outcome, chance)).frame
    own = found[found["group"] == "with_signals"]["measure"]
    assert "at_40" in set(own)
    assert "at_45" not in set(own), "nobody is flagged there"
    everybody = found[(found["group"] == "everybody") & (found["measure"] == "at_20")]["value"]
    prevalence = outcome.mean()
    assert everybody.iloc[0] == pytest.approx(100 * (prevalence - (1 - prevalence) * 0.25))


def test_absent_passes_through():
    gone = Absent(("organisation_years",))
    assert calibration.recalibrated(gone, "with_signals") == gone
    assert calibration.grouped(gone, "with_signals") == gone
    assert calibration.decision_curve(gone) == gone


def test_right_and_wrong_differ_where_they_weigh_the_same():
    """Flagging at a half adds 1 or -1: no mean of equal values."""
    outcome, chance = predicted(np.random.default_rng(4))
    found = calibration.decision_curve(made(outcome, chance))
    rows = zip(found.frame.itertuples(), found.behind, strict=True)
    (known,) = [k for row, k in rows if (row.group, row.measure) == ("with_signals", "at_50")]
    assert known.different == 3


def test_flagging_everybody_stops_where_flagging_nobody_is_better():
    outcome, chance = predicted(np.random.default_rng(4))
    found = calibration.decision_curve(made(outcome, chance)).frame
    everybody = found[found["group"] == "everybody"]
    assert (everybody["value"] >= 0).all()
    assert len(everybody) < (found["group"] == "with_signals").sum()

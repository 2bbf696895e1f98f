"""Reference case R37: Cinelli & Hazlett (2020), table 1."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import sensitivity
from tests.conftest import SHARED

#: Table 1: slope, standard error and degrees of freedom of being harmed directly.
SLOPE, SE, DF = 0.0973158, 0.0232572, 783


def test_the_published_values_follow_from_the_published_slope():
    t = SLOPE / SE
    assert sensitivity.partial_r2(t, DF) == pytest.approx(0.022, abs=0.0005)
    assert sensitivity.robustness_value(t, DF) == pytest.approx(0.139, abs=0.0005)
    assert sensitivity.robustness_value(t, DF, alpha=0.05) == pytest.approx(0.076, abs=0.0005)


def test_the_values_follow_from_the_data():
    data = SHARED / "reference_cases" / "data" / "darfur.csv"
    if not data.exists():
        pytest.skip(f"{data} is absent: the reference cases are not part of this repository")
    frame = pd.read_csv(data)
    numeric = ["directlyharmed", "age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur"]
    villages = pd.get_dummies(frame["village"], drop_first=True, dtype=float)
    design = np.column_stack([np.ones(len(frame)), frame[[*numeric, "female"]], villages])
    found = sensitivity.of_slope(design, 1, frame["peacefactor"].to_numpy())
    assert found.partial_r2 == pytest.approx(0.022, abs=0.0005)
    assert found.value == pytest.approx(0.139, abs=0.0005)
    assert found.value_of_interval == pytest.approx(0.076, abs=0.0005)


def test_a_cause_as_strong_as_a_measured_one_is_that_of_the_published_bounds():
    """Cinelli & Hazlett (2020), table 1: as strong as being female, 0.9 % and 12.5 %."""
    data = SHARED / "reference_cases" / "data" / "darfur.csv"
    if not data.exists():
        pytest.skip(f"{data} is absent: the reference cases are not part of this repository")
    frame = pd.read_csv(data)
    numeric = ["directlyharmed", "female", "age", "farmer_dar", "herder_dar", "pastvoted"]
    villages = pd.get_dummies(frame["village"], drop_first=True, dtype=float)
    design = np.column_stack([np.ones(len(frame)), frame[[*numeric, "hhsize_darfur"]], villages])
    of_outcome = sensitivity.of_slope(design, 2, frame["peacefactor"].to_numpy()).partial_r2
    of_driver = sensitivity.of_slope(np.delete(design, 1, axis=1), 1, design[:, 1]).partial_r2
    moved = 0.1246 * 0.00916 / (1 - 0.00916)
    expected = (np.sqrt(moved**2 + 4 * moved) - moved) / 2
    found = sensitivity.as_strong_as(of_driver, of_outcome)
    assert found == pytest.approx(expected, abs=2e-4)
    # Being female explains so little of harm that the least of both would call it nothing.
    assert found > 3 * min(of_driver, of_outcome)


def test_what_a_cause_lacks_on_one_side_it_makes_up_on_the_other():
    assert sensitivity.as_strong_as(0.0, 0.5) == 0
    assert sensitivity.as_strong_as(0.05, 0.4) > 0.1
    assert sensitivity.as_strong_as(0.6, 0.1) == 1.0


def test_a_common_cause_as_strong_as_the_value_brings_the_slope_to_zero():
    """A cause built to explain the same part of both makes the slope vanish at that part."""
    random = np.random.default_rng(1)
    cause, own, noise = np.linalg.qr(random.normal(size=(4000, 3)))[0].T
    strength = 0.2
    regressor = np.sqrt(strength) * cause + np.sqrt(1 - strength) * own
    # At equal regressor, the cause explains the same part of the outcome.
    outcome = cause + noise * (1 - strength) / np.sqrt(strength)
    design = np.column_stack([np.ones(4000), regressor])
    assert sensitivity.of_slope(design, 1, outcome).value == pytest.approx(strength, abs=0.005)


def test_an_unclear_slope_bears_nothing_and_a_dependent_column_has_none():
    random = np.random.default_rng(1)
    design = np.column_stack([np.ones(200), random.normal(size=200)])
    outcome = random.normal(size=200)
    assert sensitivity.of_slope(design, 1, outcome, wider=3.0).value_of_interval == 0
    twice = np.column_stack([design, 2 * design[:, 1]])
    assert sensitivity.of_slope(twice, 1, outcome) is None


def test_the_published_e_values_follow():
    """VanderWeele & Ding (2017): a risk ratio of 3.9 (1.8 to 8.7), and one below 1."""
    assert sensitivity.e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert sensitivity.e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert sensitivity.e_value(1 / 3.9) == pytest.approx(sensitivity.e_value(3.9))
    assert sensitivity.e_value(1.0) == 1.0

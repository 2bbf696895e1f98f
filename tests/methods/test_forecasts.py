import numpy as np
import pytest

from analysis.dataset import DataTable
from analysis.methods import early_warning, forecasts
from analysis.methods.results import Absent
from analysis.simulations.warning import NAMES, organisation_years

STRONG = {"mental_care_share": 0.25, "burdensome_conditions": 0.0}


def panel(effects=STRONG, seed=3, organisations=240, change=None, **more):
    frame = organisation_years(
        effects, np.random.default_rng(seed), organisations=organisations, **more
    )
    if change is not None:
        frame = change(frame)
    return early_warning.panel(
        DataTable("organisation_years", frame), "sector_exit_rate", NAMES, first=2021, last=2025
    )


def row(result, term):
    return result.frame.set_index("term").loc[term]


def test_the_last_year_is_not_used_to_fit():
    """Turning its outcomes around leaves the forecasts as they were."""

    def turned(frame):
        late = frame["year"] == 2025
        return frame.assign(
            sector_exit_rate=frame["sector_exit_rate"].where(~late, 0.3 - frame["sector_exit_rate"])
        )

    names = ["organisation", "with_signals", "last_value"]
    plain, other = forecasts.forecast(panel()), forecasts.forecast(panel(change=turned))
    assert plain.frame[names].equals(other.frame[names])
    assert set(plain.frame["year"]) == {2025}
    assert not plain.frame["organisation"].duplicated().any()


def test_a_strong_signal_gains():
    made = forecasts.forecast(panel())
    found = forecasts.told_apart(made)
    assert row(found, "gain")["ci_low"] > 0
    both = [row(found, name)["estimate"] for name in ("with_signals", "last_value")]
    assert row(found, "gain")["estimate"] == pytest.approx(both[0] - both[1])
    assert row(found, "brier_with_signals")["estimate"] < row(found, "brier_last_value")["estimate"]
    r2 = forecasts.explained(made)
    assert row(r2, "gain")["ci_low"] > 0
    assert row(r2, "gain")["estimate"] == pytest.approx(
        row(r2, "with_signals")["estimate"] - row(r2, "last_value")["estimate"]
    )


def test_noise_gains_nothing():
    """The interval of the gain of signals that mean nothing holds zero as often as it says."""
    covered = 0
    for seed in range(60):
        found = forecasts.told_apart(forecasts.forecast(panel(effects={}, seed=seed)))
        gain = row(found, "gain")
        covered += gain["ci_low"] <= 0 <= gain["ci_high"]
    assert covered >= 50, "99.9% binomial limit of 60 at 95%"


def test_a_random_split_looks_better_where_the_world_changes():
    """In the last year signal and outcome lose their tie; only a test in time can tell."""

    def changed(frame):
        late = frame["year"] == 2024
        mixed = np.random.default_rng(8).permutation(frame.loc[late, "mental_care_share"])
        frame.loc[late, "mental_care_share"] = mixed
        return frame

    found = forecasts.by_split(panel(change=changed, spread=0.02), seed=1)
    assert row(found, "random_rows")["estimate"] > row(found, "out_of_time")["ci_high"]


def test_splits_are_what_they_say():
    data = panel()
    organisation = data.frame["organisation"]
    rows = forecasts.random_rows(data, 1)
    assert set(organisation[rows]) & set(organisation[~rows]), "the naive split shares them"
    new = forecasts.random_organisations(data, 1)
    assert not set(organisation[new]) & set(organisation[~new])
    assert 0.15 < new.mean() < 0.35
    assert (forecasts.random_rows(data, 1) == rows).all(), "a seed gives the same rows"


def test_too_few_or_no_signals_are_absent():
    gone = Absent(("organisation_years",))
    few = panel(organisations=48)
    assert forecasts.forecast(few) == gone
    assert forecasts.by_split(few, seed=1) == gone
    assert forecasts.told_apart(gone) == gone
    assert forecasts.explained(gone) == gone
    empty = panel(change=lambda f: f.assign(mental_care_share=1.0, burdensome_conditions=np.nan))
    assert forecasts.forecast(empty) == gone

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import early_warning
from analysis.methods.results import Absent
from analysis.simulations.warning import NAMES, YEARS, organisation_years

EFFECTS = {"mental_care_share": 0.06, "burdensome_conditions": 0.04}
CALL = {"first": 2021, "last": 2025}


def frame_of(seed=1, effects=EFFECTS, **more):
    return organisation_years(effects, np.random.default_rng(seed), **more)


def panel(frame=None, signals=NAMES, outcome="sector_exit_rate", **more):
    table = DataTable("organisation_years", frame_of() if frame is None else frame)
    return early_warning.panel(table, outcome, signals, **{**CALL, **more})


def row(result, term):
    return result.frame.set_index("term").loc[term]


def test_a_row_holds_the_signals_of_the_year_before():
    frame = frame_of()
    found = panel(frame).frame
    assert sorted(found["year"].unique()) == list(YEARS[1:])
    one = found.iloc[7]
    before = frame[(frame["branch"] == one["branch"]) & (frame["year"] == one["year"] - 1)]
    own = before.set_index("organisation")["mental_care_share"]
    expected = (own[one["organisation"]] - own.mean()) / own.std()
    assert one["mental_care_share"] == pytest.approx(expected)
    now = frame[(frame["branch"] == one["branch"]) & (frame["year"] == one["year"])]
    rates = now.set_index("organisation")["sector_exit_rate"]
    assert one["rate"] == rates[one["organisation"]]
    assert one["top"] == (rates.rank(pct=True)[one["organisation"]] > 0.75)


def test_nothing_of_the_year_itself_is_a_signal():
    """Signals of the last year are not used at all."""
    frame = frame_of()
    changed = frame.copy()
    changed.loc[changed["year"] == 2025, "mental_care_share"] = 0.5
    pd.testing.assert_frame_equal(panel(frame).frame, panel(changed).frame)


def test_the_model_is_that_of_poisson_quasi_likelihood():
    """Against the formula interface, with indicators per branch and year."""
    found = early_warning.lead_associations(panel(), last_value=True)
    data = panel().frame.assign(cell=lambda f: f["branch"] + f["year"].astype(str))
    fit = smf.glm(
        "rate ~ mental_care_share + burdensome_conditions + last_value + C(cell)",
        data,
        family=sm.families.Poisson(),
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(data["organisation"])[0]})
    own = row(found, "mental_care_share")
    assert own["estimate"] == pytest.approx(100 * np.expm1(fit.params["mental_care_share"]))
    assert own["df"] == 149
    width = np.log1p(own["ci_high"] / 100) - np.log1p(own["ci_low"] / 100)
    # Both signals are discoveries, so that the intervals need no widening.
    assert (found.frame["p_value"] < 0.05).all()
    assert width == pytest.approx(2 * stats.t.ppf(0.975, 149) * fit.bse["mental_care_share"])


def test_what_was_planted_is_found_and_says_whom_it_counts():
    found = early_warning.lead_associations(panel(), last_value=False)
    for name, effect in EFFECTS.items():
        own = row(found, name)
        assert own["ci_low"] < 100 * np.expm1(effect) < own["ci_high"]
        assert own["n_organisations"] == 150
    assert {one.kind for one in found.behind} == {"coefficient"}
    assert all(one.fewest_ones >= 10 and one.effective >= 10 for one in found.behind)


def test_a_rate_of_zero_stays_as_it_is():
    frame = frame_of()
    frame.loc[::40, "sector_exit_rate"] = 0.0
    assert len(panel(frame).frame) == len(panel().frame)
    found = early_warning.lead_associations(panel(frame), last_value=True)
    assert np.isfinite(found.frame["estimate"]).all()


def test_what_is_constant_differs_between_organisations_and_not_within():
    data = panel(frame_of(effects={"burdensome_conditions": 0.1}))
    found = early_warning.within_between(data)
    within, between = (
        row(found, f"burdensome_conditions.{part}") for part in ("within", "between")
    )
    assert between["ci_low"] > 0
    assert within["ci_high"] - within["ci_low"] > 3 * (between["ci_high"] - between["ci_low"])
    change = early_warning.change_within(data)
    assert row(change, "burdensome_conditions")["ci_high"] < 5
    assert row(change, "mental_care_share")["ci_low"] > 25


def test_missing_constant_and_collinear_signals_are_dropped_and_named():
    frame = frame_of()
    frame["nowhere"], frame["same"] = np.nan, 3.0
    frame["twice"] = 2 * frame["mental_care_share"]
    names = {**NAMES, **{n: NAMES["mental_care_share"].model_copy(update={"nl": n, "en": n})
                         for n in ("nowhere", "same", "twice")}}  # fmt: skip
    found = panel(frame, names)
    assert found.signals == tuple(NAMES)
    assert {text.en for text in found.dropped} == {"nowhere", "same", "twice"}
    result = early_warning.lead_associations(found, last_value=True)
    assert "nowhere, same, twice" in result.method.en
    plain = early_warning.lead_associations(panel(), last_value=True)
    assert result.frame["estimate"].tolist() == pytest.approx(plain.frame["estimate"].tolist())


def test_without_any_signal_there_is_no_estimate():
    frame = frame_of().assign(mental_care_share=np.nan, burdensome_conditions=1.0)
    found = panel(frame)
    gone = Absent(("organisation_years",))
    assert early_warning.lead_associations(found, last_value=True) == gone
    assert early_warning.within_between(found) == gone
    assert early_warning.change_within(found) == gone


@pytest.mark.parametrize(
    "frame",
    [
        None,
        frame_of()[lambda f: f["year"] == 2025],
        frame_of(organisations=24),
        frame_of().assign(sector_exit_rate=np.nan),
        frame_of().assign(sector_exit_rate=0.1),
    ],
    ids=["not delivered", "one year", "few organisations", "no outcome", "constant outcome"],
)
def test_too_little_is_absent(frame):
    table = DataTable("organisation_years", frame)
    found = early_warning.panel(table, "sector_exit_rate", NAMES, **CALL)
    assert found == Absent(("organisation_years",))
    assert early_warning.lead_associations(found, last_value=True) == found


def test_a_branch_with_few_organisations_is_left_out():
    frame = frame_of()
    few = frame["organisation"].isin(["o0", "o3", "o6"])
    frame.loc[few, "branch"] = "welfare"
    assert set(panel(frame).frame["branch"]) == {"vvt", "ghz", "ggz"}


def test_a_term_under_another_name_or_gone():
    found = early_warning.lead_associations(panel(), last_value=True)
    other = early_warning.renamed(found, {"burdensome_conditions": "burdensome"})
    assert list(other.frame["term"]) == ["burdensome"]
    assert len(other.behind) == 1
    gone = early_warning.renamed(found, {"manager_churn": "unrest"})
    assert gone == Absent(("organisation_years",))


def test_p_values_and_intervals_hold_for_all_signals_together():
    """With one discovery among two tests, intervals are those of 97.5 percent."""
    found = early_warning.lead_associations(
        panel(frame_of(seed=4, effects={"mental_care_share": 0.06})), last_value=False
    ).frame
    found = found.set_index("term").loc[list(EFFECTS)]
    logs = np.log1p(found[["estimate", "ci_low", "ci_high"]] / 100)
    error = (logs["ci_high"] - logs["ci_low"]) / 2 / stats.t.ppf(1 - 0.0125, 149)
    plain = 2 * stats.t.sf(np.abs(logs["estimate"] / error), 149)
    assert plain[1] > 0.05, "the draw has one discovery"
    assert found["p_value"].to_numpy() == pytest.approx(stats.false_discovery_control(plain))


def test_an_interval_without_zero_is_a_discovery():
    """Weak signals in several draws: the interval and the p-value never disagree."""
    for seed in range(12):
        frame = frame_of(seed=seed, effects={"mental_care_share": 0.02})
        for found in (
            early_warning.lead_associations(panel(frame), last_value=False),
            early_warning.within_between(panel(frame)),
        ):
            without_zero = (found.frame["ci_low"] > 0) | (found.frame["ci_high"] < 0)
            assert (without_zero == (found.frame["p_value"] <= 0.05)).all(), seed


def test_a_rare_signal_does_not_cost_the_other_organisations():
    frame = frame_of()
    rare = frame.assign(
        burdensome_conditions=frame["burdensome_conditions"].where(
            frame["organisation"].isin([f"o{place}" for place in range(50)])
        )
    )
    found = panel(rare)
    assert found.signals == ("mental_care_share",)
    assert found.dropped == (NAMES["burdensome_conditions"],)
    assert found.frame["organisation"].nunique() == 150


def test_results_side_by_side_are_pairs_with_the_largest_on_top():
    data = panel()
    alone = early_warning.lead_associations(data, last_value=False)
    beyond = early_warning.lead_associations(data, last_value=True)
    found = early_warning.side_by_side(alone=alone, beyond=beyond)
    terms = found.frame["term"].tolist()
    assert [term.split(".")[1] for term in terms] == ["alone", "beyond"] * 2
    shown = found.frame["estimate"][::2].tolist()
    assert shown == sorted(shown, reverse=True)
    assert len(found.behind) == 4
    gone = Absent(("organisation_years",))
    assert early_warning.side_by_side(alone=alone, beyond=gone) == gone

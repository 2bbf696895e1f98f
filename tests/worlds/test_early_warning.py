"""What chapter 2.2d makes of whole worlds: verdicts, sentences, and whether forecasts hold."""

import numpy as np
import pytest
from scipy import stats

from analysis.languages import Text
from analysis.methods import calibration, early_warning, forecasts
from analysis.methods.results import Absent, joined
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import verdict

SIGNALS = {
    name: Text(nl=name, en=name)
    for name in (
        "mental_care_share", "physiotherapy_share", "burdensome_conditions", "manager_churn",
    )
}  # fmt: skip
PLANTED = {
    "mental_care_share": "mental_care",
    "physiotherapy_share": "physiotherapy",
    "burdensome_conditions": "burdensome",
}
FOLLOWS = {"favourable": "supported", "reversed": "contradicted"}


def panel(tables, outcome):
    table = tables["organisation_years"]
    return early_warning.panel(table, outcome, SIGNALS, first=2021, last=2025)


def row(result, term):
    return result.frame.set_index("term").loc[term]


def judged(tables):
    """Findings by claim, as the chapter submits them."""
    exit_ = panel(tables, "sector_exit_rate")
    alone = early_warning.lead_associations(exit_, last_value=False)
    beyond = early_warning.lead_associations(exit_, last_value=True)
    unrest = early_warning.lead_associations(panel(tables, "team_churn"), last_value=False)
    absence = early_warning.lead_associations(panel(tables, "absence_rate"), last_value=True)
    return {
        "C50": verdict("C50", joined(
            early_warning.renamed(unrest, {"manager_churn": "unrest"}),
            early_warning.renamed(absence, {"manager_churn": "absence"}),
        )),
        "C51": verdict("C51", early_warning.renamed(
            beyond, {"mental_care_share": "mental_care", "physiotherapy_share": "physiotherapy"}
        )),
        "C52": verdict("C52", early_warning.renamed(alone, {"burdensome_conditions": "burdensome"})),
    }  # fmt: skip


def test_verdicts_and_sentences_follow_the_world(world):
    name, tables = world
    found = judged(tables)
    for claim in ("C51", "C52"):
        assert found[claim].judgement.verdict == FOLLOWS.get(name, "inconclusive"), claim
    # Absence is known of few organisations: undecided is honest there, the wrong side is not.
    unrest, absence = (found["C50"].parts[part].verdict for part in ("unrest", "absence"))
    assert unrest == FOLLOWS.get(name, "inconclusive")
    assert absence in {FOLLOWS.get(name, "inconclusive"), "inconclusive"}
    for finding in found.values():
        sentence = finding.sentence("nl")
        assert ("blijkt niet" in sentence) == (finding.judgement.verdict == "contradicted")
        assert ("is met deze gegevens niet te zeggen" in sentence) == (
            finding.judgement.verdict == "inconclusive"
        )


def test_what_is_planted_for_care_use_is_recovered(world):
    """Burdensome conditions are planted on functions that differ in more than their burden."""
    name, tables = world
    found = early_warning.lead_associations(panel(tables, "sector_exit_rate"), last_value=False)
    for term in ("mental_care_share", "physiotherapy_share"):
        own = row(found, term)
        truth = 100 * np.expm1(WORLDS[name].early_warning[PLANTED[term]])
        error = (own["ci_high"] - own["ci_low"]) / 2 / 1.96
        assert abs(own["estimate"] - truth) < 3.3 * error, term


def test_burdensome_conditions_tell_nothing_within_an_organisation(world):
    _, tables = world
    data = panel(tables, "sector_exit_rate")
    within = row(early_warning.within_between(data), "burdensome_conditions.within")
    assert within["ci_low"] < 0 < within["ci_high"]
    change = early_warning.change_within(data)
    assert row(change, "burdensome_conditions")["ci_high"] < 15
    assert row(change, "mental_care_share")["ci_low"] > 30


def test_forecasts_of_exit_hold_and_the_null_world_gains_nothing(world):
    name, tables = world
    made = forecasts.forecast(panel(tables, "sector_exit_rate"))
    gain = row(forecasts.told_apart(made), "gain")
    if name == "null":
        assert gain["ci_low"] <= 0 <= gain["ci_high"]
    else:
        assert gain["ci_high"] > 0
        assert abs(gain["estimate"] - 0.021) < 3 * 0.013, "as planted, give or take"
    slope = row(calibration.recalibrated(made, "with_signals"), "slope")
    # The interval of 99.9% of three worlds, beside slopes from 0.9 to 1.1.
    reach = stats.norm.ppf(0.9995) * (slope["ci_high"] - slope["ci_low"]) / 3.92
    assert slope["estimate"] - reach < 1.1
    assert slope["estimate"] + reach > 0.9
    assert not isinstance(calibration.grouped(made, "with_signals"), Absent)


def test_nothing_is_planted_between_care_use_and_absence(world):
    _, tables = world
    found = early_warning.lead_associations(panel(tables, "absence_rate"), last_value=True)
    for term in ("mental_care_share", "physiotherapy_share"):
        own = row(found, term)
        assert own["ci_low"] - 0.5 < 0 < own["ci_high"] + 0.5


@pytest.mark.parametrize("missing", ["mental_care_share", "burdensome_conditions"])
def test_a_source_that_was_not_delivered_leaves_the_others(world, missing):
    _, tables = world
    table = tables["organisation_years"]
    gone = type(table)(table.name, table.frame.assign(**{missing: np.nan}))
    data = early_warning.panel(gone, "sector_exit_rate", SIGNALS, first=2021, last=2025)
    assert missing not in data.signals
    assert len(data.signals) == 3
    assert len(forecasts.told_apart(forecasts.forecast(data)).frame) == 5

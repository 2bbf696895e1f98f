"""Whole worlds: what is planted in organisations comes back, and verdict and sentence follow it."""

import numpy as np
import pytest

from analysis.dataset import DataTable
from analysis.methods import (
    drivers,
    fractional,
    gain,
    optimum,
    organisation_panel,
    selection,
    timing,
    unrest,
)
from analysis.methods.age_mix import with_age_mix
from analysis.methods.results import Absent, joined, only
from tests.stub.drawn import drawn
from tests.worlds.conftest import verdict

DRIVERS = [
    "irregular_allowance_share", "temporary_share", "inflow_rate", "injury_risk", "mental_load",
    "burdensome_conditions",
]  # fmt: skip
PLANTED = dict(
    zip(
        DRIVERS,
        ("irregular_allowance", "temporary", "inflow", "injury_risk", "mental_load", "burdensome"),
        strict=True,
    )
)
YEARS = {"first": 2019, "last": 2025}
SEED = 20251101
FAVOURABLE = {
    "favourable": {"supported", "inconclusive"},
    "null": {"inconclusive"},
    "reversed": {"contradicted", "inconclusive"},
}


@pytest.fixture(scope="module")
def panels(world):
    """Name of the world, its organisations, and those with a known absence."""
    name, tables = world
    organisations = with_age_mix(
        optimum.with_mobility(tables["organisation_years"]), tables["organisation_ages"]
    )
    chosen = organisation_panel.sample(organisations, "absence_rate", DRIVERS, **YEARS)
    return name, organisations, tables["individuals"], chosen


def test_planted_slopes_are_within_three_standard_errors(panels):
    name, _, _, chosen = panels
    planted = drawn(name, 1).world.drivers
    found = drivers.within_between(chosen).frame.set_index("term")
    clear = 0
    for driver in chosen.drivers:
        row = found.loc[f"{driver}.between"]
        ends = np.log1p(row[["ci_low", "ci_high"]].to_numpy(float) / 100)
        error = (ends[1] - ends[0]) / 2 / 1.97
        truth = planted[PLANTED[driver]]
        assert abs(np.log1p(row["estimate"] / 100) - truth) < 3.3 * error, driver
        clear += bool(row["p_value"] < 0.05)
        assert not (truth and row["p_value"] < 0.05 and row["estimate"] * truth < 0), driver
    assert clear == 0 if name == "null" else clear >= 3


def test_temporary_contracts_differ_between_and_within(panels):
    """The pooled slope lies between the two, and so says neither (Simpson)."""
    name, _, _, chosen = panels
    found = joined(drivers.within_between(chosen), drivers.naive(chosen)).frame
    slopes = found.set_index("term")["estimate"].filter(like="temporary_share")
    between, within, random = (
        slopes[f"temporary_share.{k}"] for k in ("between", "within", "random")
    )
    assert min(between, within) < random < max(between, within)
    if name != "null":
        sign = 1 if name == "favourable" else -1
        assert sign * (between - within) > 0


def test_what_cannot_be_told_apart_is_left_out(panels):
    *_, chosen = panels
    assert chosen.left_out == {"burdensome_conditions": "collinear"}
    shares = organisation_panel.collinearity(chosen).frame.set_index("term")["estimate"]
    assert shares["injury_risk"] > 80


@pytest.mark.parametrize(
    ("claim", "driver"),
    [
        ("C46", "irregular_allowance_share"),
        ("C47", "temporary_share"),
        ("C48", "inflow_rate"),
        ("C53", "injury_risk"),
        ("C54", "mental_load"),
    ],
)
def test_verdicts_on_drivers(panels, claim, driver):
    name, _, _, chosen = panels
    slopes = drivers.within_between(chosen)
    result = verdict(claim, only(slopes, f"{driver}.between"))
    assert result.judgement.verdict in FAVOURABLE[name]
    if claim in ("C46", "C48") and name != "null":
        assert result.judgement.verdict != "inconclusive", "planted four times its error"
    for language, word in (("nl", "oorza"), ("en", "caus")):
        assert word not in result.sentence(language), "an association is no cause"


def test_the_fractional_logit_agrees(panels):
    name, _, _, chosen = panels
    logs = drivers.within_between(chosen).frame.set_index("term")
    points = fractional.partial_effects(chosen, "absence_rate").frame.set_index("term")
    mean = chosen.rows["absence_rate"].mean()
    for driver in chosen.drivers:
        term = f"{driver}.between"
        assert points.loc[term, "estimate"] == pytest.approx(
            mean * logs.loc[term, "estimate"] / 100, abs=0.12
        ), name


def test_relations_come_back_in_the_other_half(panels):
    name, _, _, chosen = panels
    again = only(drivers.replicated(chosen, seed=SEED), "found_twice", "agreement")
    # Finding nothing is not enough: all intervals must lie within the negligible.
    expected = {"contradicted", "inconclusive"} if name == "null" else {"supported"}
    assert verdict("C34", again).judgement.verdict in expected


def test_the_algorithm_keeps_what_is_planted(panels):
    name, organisations, _, chosen = panels
    offered = organisation_panel.sample(
        organisations,
        "absence_rate",
        [*DRIVERS, "manager_churn", "overhead_share", "effective_streams", "employees",
         "young_share", "older_share", "mental_care_share", "physiotherapy_share",
         "turnover_rate"],
        **YEARS,
    )  # fmt: skip
    assert offered.left_out["turnover_rate"] == "collinear", "inflow says the same"
    stable = selection.stability(offered, seed=SEED)
    both = joined(
        only(selection.kept(stable), "kept"), only(gain.out_of_year(offered, seed=SEED), "gain")
    )
    result = verdict("C40", both)
    assert result.judgement.verdict in ({"inconclusive"} if name == "null" else {"supported"})
    kept = set(stable.share.index[stable.share >= selection.THRESHOLD])
    if name != "null":
        true = {"irregular_allowance_share", "temporary_share", "inflow_rate", "injury_risk",
                "mental_load", "overhead_share", "effective_streams", "manager_churn"}  # fmt: skip
        assert len(kept - true) <= 1, "the bound on false ones"


def test_next_years_inflow(panels):
    """Absence moves inflow in two of the worlds; in the null it is silent."""
    name, _, _, chosen = panels
    rows = timing.around(chosen, "inflow_rate").frame.set_index("term")
    if name == "null":
        assert rows.loc["lead", "ci_low"] < 0 < rows.loc["lead", "ci_high"]
        assert rows.loc["lag", "ci_low"] < 0 < rows.loc["lag", "ci_high"]
    if name == "favourable":
        assert rows.loc["lag", "ci_low"] > 0
        assert rows.loc["lead", "ci_high"] > 0, "planted, and weaker than what one world may hide"


def test_unrest_in_teams(panels):
    name, _, _, chosen = panels
    teams = unrest.through_teams(chosen, tuple(DRIVERS[:3]), seed=SEED)
    result = verdict("C49", only(teams, "together.total", "together.indirect"))
    expected = {"favourable": "supported", "null": "inconclusive", "reversed": "contradicted"}
    assert result.judgement.verdict == expected[name]
    rows = teams.frame.set_index("term")
    log = np.log1p(rows["estimate"] / 100)
    for driver in (*DRIVERS[:3], "together"):
        assert log[f"{driver}.total"] == pytest.approx(
            log[f"{driver}.indirect"] + log[f"{driver}.direct"], abs=1e-9
        )


def test_the_best_amount_of_mobility(panels, monkeypatch):
    """The curve is there, also where too few organisations make up an end for it to be shown."""
    name, organisations, _, _ = panels
    others = [driver for driver in DRIVERS if driver != "inflow_rate"]
    moving = organisation_panel.sample(
        organisations, "absence_rate", ["mobility", *others], **YEARS
    )
    ends = optimum.of_mobility(moving, beside=tuple(others))
    if isinstance(ends, Absent):
        assert name == "favourable", "only there some organisations have very much mobility"
        monkeypatch.setattr(optimum.leverage, "is_thin", lambda known: False)
        ends = optimum.of_mobility(moving, beside=tuple(others))
    result = verdict("C18", only(ends, "low_end", "high_end"))
    expected = {"favourable": "supported", "null": "inconclusive", "reversed": "contradicted"}
    assert result.judgement.verdict == expected[name]
    assert ("laagst is" in result.sentence("nl")) == (name != "null")
    assert ("Er is dus een punt" in result.sentence("nl")) == (name == "favourable")


def test_mobility_and_engagement(panels):
    name, organisations, people, _ = panels
    result = verdict("C19", only(optimum.of_engagement(organisations, people, **YEARS), "mobility"))
    expected = {"favourable": "supported", "null": "inconclusive", "reversed": "contradicted"}
    assert result.judgement.verdict == expected[name]


def test_without_vernet_the_chapter_has_no_numbers(panels):
    """A delivery without absence: everything is absent, nothing falls over."""
    _, organisations, _, _ = panels
    bare = DataTable(organisations.name, organisations.frame.assign(absence_rate=np.nan))
    chosen = organisation_panel.sample(bare, "absence_rate", DRIVERS, **YEARS)
    assert drivers.within_between(chosen) == chosen
    assert optimum.shape(chosen) == chosen

"""The planted circle of irregular hours comes back, and the verdicts follow each world."""

import numpy as np
import pytest

from analysis.methods import (
    after_recovery,
    excess_risk,
    irregular_hazard,
    later_absence,
    person_years,
    structural_model,
)
from analysis.methods.results import joined, only
from analysis.stub.background import LOW_PAY
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

EXPECTED = {"favourable": "supported", "null": "contradicted", "reversed": "contradicted"}


@pytest.fixture(scope="module")
def histories(world):
    tables = world[1]
    return person_years.histories(
        tables["employment_years"], tables["long_absences"], tables["background"],
        first=YEAR - 6, last=YEAR,
    )  # fmt: skip


@pytest.fixture(scope="module")
def structural(histories):
    return structural_model.structural(structural_model.weighted(histories))


@pytest.fixture(scope="module")
def again(histories):
    return irregular_hazard.recurrence(histories)


@pytest.fixture(scope="module")
def changed(histories):
    return after_recovery.changes(histories)


def planted(name: str) -> dict[str, float]:
    """Log hazard per SD at low pay and at other pay: the mean over all people is P20's."""
    world = WORLDS[name]
    mean = world.vicious_circle["irregular"]
    return {
        "low_pay": mean + world.stacking * (1 - LOW_PAY),
        "other_pay": mean - world.stacking * LOW_PAY,
    }


def logs(result, term: str) -> tuple[float, float]:
    """Log hazard ratio and its standard error."""
    row = result.frame.set_index("term").loc[term]
    return np.log(row["estimate"]), (np.log(row["ci_high"]) - np.log(row["ci_low"])) / 3.92


def test_the_hazard_is_recovered_by_the_year_before_and_by_weights(world, histories, structural):
    first = irregular_hazard.first_absence(histories)
    for pay, truth in planted(world[0]).items():
        for result, way in ((first, "lagged"), (structural, "weighted")):
            found, se = logs(result, f"{pay}.{way}")
            # The year before stands for the hours of the year itself, which vary a little.
            assert abs(found - truth) < 3 * se, f"{pay} {way}"


def test_time_fixed_hours_are_off_where_the_loop_is_on(world, histories, structural):
    """P20: the naive ratio is more than two standard errors off; weights bring it back."""
    name, _ = world
    truth = planted(name)["low_pay"]
    wrong, se = logs(irregular_hazard.naive(histories), "low_pay.time_fixed")
    off = (wrong - truth) / se
    assert {"favourable": off > 2, "null": abs(off) < 3, "reversed": off < -2}[name]
    right, right_se = logs(structural, "low_pay.weighted")
    assert abs(right - truth) < 3 * right_se
    assert name == "null" or abs(right - truth) < abs(wrong - truth)


def test_recovery_and_recurrence_come_back(world, changed, again):
    name, _ = world
    loop = WORLDS[name].vicious_circle
    found = changed.frame.set_index("term")
    rise = found.loc["low_pay.next_year", "estimate"]
    if name == "reversed":
        assert -10 < rise < -2, "who has little irregular work cannot lose ten points"
    else:
        assert rise == pytest.approx(100 * loop["recovery"], abs=0.5)
    for term in ("other_pay.next_year", "low_pay.before", "other_pay.before"):
        assert abs(found.loc[term, "estimate"]) < 0.5, term
    log, se = logs(again, "again_equal_hours")
    assert abs(log - np.log(loop["recurrence"])) < 3 * se


def test_claims_are_judged_as_planted(world, histories, changed, again):
    name, _ = world
    excess = excess_risk.excess(histories)
    stacked = verdict("C81", only(excess, "both", "excess"))
    # A risk that is not raised may still look raised by a tenth.
    quiet = {"inconclusive"} if name == "null" else set()
    assert stacked.judgement.verdict in {EXPECTED[name]} | quiet
    circle = joined(
        after_recovery.rise(changed),
        later_absence.next_absence(histories),
        only(again, "again"),
    )
    loop = verdict("C82", circle)
    assert loop.judgement.verdict == EXPECTED[name]
    assert ("meer dan de verschillen van elk apart bij elkaar" in stacked.sentence("nl")) == (
        name == "favourable"
    )
    assert ("De schakels na herstel zijn er" in loop.sentence("nl")) == (name == "favourable")
    row = excess.frame.set_index("term").loc["excess"]
    if name == "null":
        assert row["ci_low"] < 0 < row["ci_high"]
    if name == "reversed":
        assert row["ci_high"] < 0
        assert loop.parts["rise"].verdict == "contradicted"

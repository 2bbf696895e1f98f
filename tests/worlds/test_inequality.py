"""Gradients over the ladder, contracts by education and intersections come back in each world."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import concentration, inequality, intersections, schooling, unequal_years
from analysis.methods.early_warning import renamed
from analysis.methods.results import joined, only
from analysis.stub.background import LOW_PAY
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

LADDER = {"welfare": "ses_rank"}


@pytest.fixture(scope="module")
def ill(world):
    tables = world[1]
    return unequal_years.absences(
        tables["employment_years"], tables["background"], tables["long_absences"], last=YEAR
    )


@pytest.fixture(scope="module")
def left(world):
    return unequal_years.exits(world[1]["employment_years"], world[1]["background"], last=YEAR)


def within_three_errors(row, truth: float, *, logs: bool = False) -> bool:
    estimate, low, high, truth = (
        np.log(value) if logs else value
        for value in (row["estimate"], row["ci_low"], row["ci_high"], truth)
    )
    return abs(estimate - truth) < 3 * (high - low) / (2 * 1.96)


def test_gradients_are_recovered(world, ill, left):
    planted = WORLDS[world[0]]
    ends = planted.ses_long_absence
    slope = inequality.indices(ill, LADDER, "difference").frame.iloc[0]
    assert within_three_errors(slope, 100 * (ends["top"] - ends["bottom"]))
    ratio = inequality.indices(ill, LADDER, "ratio").frame.iloc[0]
    # A straight line from bottom to top, which a log link sees as its best curve.
    rank = np.linspace(0.005, 0.995, 100)
    chance = ends["bottom"] + (ends["top"] - ends["bottom"]) * rank
    design = np.column_stack([np.ones(100), rank])
    curve = inequality.fit(1e4 * chance, np.full(100, 1e4), design, "ratio")
    assert within_three_errors(ratio, np.exp(curve.params[1]), logs=True)
    exits = inequality.indices(left, LADDER, "ratio").frame.iloc[0]
    assert within_three_errors(exits, planted.ses_exit, logs=True)


def test_inequality_is_judged_as_planted(world, ill, left):
    name, _ = world
    finding = verdict(
        "C90",
        joined(
            renamed(inequality.indices(ill, LADDER, "ratio"), {"long_absence.welfare": "absence"}),
            renamed(inequality.indices(left, LADDER, "ratio"), {"sector_exit.welfare": "exit"}),
        ),
    )
    expected = {
        "favourable": {"supported"},
        "null": {"contradicted", "inconclusive"},
        "reversed": {"contradicted"},
    }
    assert finding.judgement.verdict in expected[name]
    assert ("minder vaak langdurig ziek" in finding.sentence("nl")) == (name == "favourable")


def without_the_rise_after_recovery(tables, rise: float) -> DataTable:
    """Return years of employment without the planted rise, which is for low pay only (P20)."""
    years, known = tables["employment_years"].frame, tables["background"].frame
    low = known.loc[known["ses_rank"] < LOW_PAY, ["person"]].drop_duplicates()
    ends = tables["long_absences"].frame.merge(low, on="person")
    ends = ends.assign(year=pd.to_datetime(ends["end_date"]).dt.year + 1)
    raised = years.merge(
        ends[["person", "year"]].drop_duplicates(), on=["person", "year"], how="left",
        indicator=True,
    )["_merge"].eq("both").to_numpy()  # fmt: skip
    less = (years["irregular_allowance"] - rise * years["wage"]).clip(lower=0)
    allowance = years["irregular_allowance"].where(~raised, less)
    return DataTable("employment_years", years.assign(irregular_allowance=allowance))


def test_contracts_and_hours_of_the_practically_educated(world):
    name, tables = world
    years = without_the_rise_after_recovery(tables, WORLDS[name].vicious_circle["recovery"])
    jobs = schooling.jobs(years, tables["background"], last=YEAR)
    found = schooling.ratios(jobs, seed=1)
    row = only(found, "irregular.at_equal_work").frame.iloc[0]
    planted = np.exp(WORLDS[name].practical_work["irregular"])
    assert within_three_errors(row, planted, logs=True)
    finding = verdict(
        "C80",
        joined(
            renamed(only(found, "temporary.crude"), {"temporary.crude": "temporary"}),
            renamed(
                only(found, "irregular.at_equal_work"), {"irregular.at_equal_work": "irregular"}
            ),
        ),
    )
    expected = "supported" if name == "favourable" else "contradicted"
    assert finding.judgement.verdict == expected
    assert ("niet op beide punten" in finding.sentence("nl")) == (expected == "contradicted")


def test_the_index_follows_the_gradient_and_its_parts_add_up(world, ill):
    name, _ = world
    index = only(concentration.index(ill, "ses_rank", seed=1), "erreygers").frame.iloc[0]
    sign = {"favourable": -1, "null": 0, "reversed": 1}[name]
    found = (index["ci_low"] > 0) * 1 - (index["ci_high"] < 0) * 1
    assert found == sign
    parts = concentration.divide(
        ill, "ses_rank", {"income": ("income_tenth",), "hours": ("irregular_before",)}, seed=1
    )
    assert parts.values.sum() == pytest.approx(parts.effect().estimate, abs=1e-12)
    share = concentration.share_of(parts, "share", "hours")
    assert hasattr(share, "frame") == (name != "null"), "no part of nothing"


def test_variance_between_intersections(world, ill):
    name, _ = world
    found = intersections.strata(ill)
    frame = intersections.variances(found, seed=1, draws=30).frame.set_index("term")
    between = frame.loc["between"]
    if name == "null":
        assert between["ci_low"] == 0
        assert between["estimate"] < 0.5
        assert "additive" not in frame.index
        return
    # Status goes with education and origin: its gradient comes on top of what is planted, and adds
    # up, so that the additive part is larger than the planted one.
    assert 3 < between["estimate"] < 8
    assert between["ci_low"] > 1
    additive = frame.loc["additive"]
    if name == "favourable":
        assert additive["ci_low"] > 60
    else:
        assert additive["estimate"] < 65
        assert frame.loc["beyond", "ci_low"] > 1

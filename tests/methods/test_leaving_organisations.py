"""Exit by destination after unrest, and turnover of functions within organisations."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis.dataset import DataTable
from analysis.methods import exit_destinations, function_turnover
from analysis.methods.results import Absent

YEARS = {"first": 2019, "last": 2025}


def organisations(count: int = 150, slope: float = 0.1, seed: int = 1) -> DataTable:
    """Organisations with yearly churn, of which the log exit to other sectors depends."""
    random = np.random.default_rng(seed)
    years = 5
    churn = random.normal(0.36, 0.04, (count, 1)) + random.normal(0, 0.01, (count, years))
    there = np.repeat(random.integers(200, 3000, (count, 1)), years, axis=1)
    hazard = 0.05 * np.exp(random.normal(0, 0.15, (count, 1)) * np.ones((1, years)))
    push = np.zeros_like(churn)
    push[:, 1:] = slope * (churn[:, :-1] - 0.36) / 0.04
    frame = pd.DataFrame(
        {
            "organisation": np.repeat([f"o{place:04d}" for place in range(count)], years),
            "year": np.tile(np.arange(2021, 2021 + years), count),
            "branch": np.repeat(np.where(np.arange(count) % 2, "vvt", "ghz"), years),
            "employees_at_start": there.ravel(),
            "team_churn": churn.ravel(),
            "manager_churn": random.normal(0.2, 0.05, count * years),
            "irregular_allowance_share": random.normal(0.05, 0.02, count * years),
            "inflow_rate": random.normal(0.2, 0.05, count * years),
        }
    )
    for name in ("to_same_branch", "to_other_branch", "to_inactive", "to_pension"):
        frame[name] = random.poisson(0.03 * there.ravel())
    frame["to_other_sector"] = random.poisson((hazard * np.exp(push) * there).ravel())
    return DataTable("organisation_years", frame)


def test_unrest_goes_with_the_destination_that_it_pushes_to():
    found = exit_destinations.hazards(organisations(), **YEARS)
    part = exit_destinations.of_characteristic(found, "team_churn").frame.set_index("term")
    truth = 100 * np.expm1(0.1)
    assert part.loc["other_sector", "ci_low"] < truth < part.loc["other_sector", "ci_high"]
    assert part.loc["other_sector", "ci_low"] > 0
    for name in ("other_employer", "inactive", "pension"):
        assert part.loc[name, "ci_low"] < 0 < part.loc[name, "ci_high"], name


def test_the_ratio_of_two_groups_is_that_of_their_rates():
    """With one indicator a Poisson model with exposure gives the ratio of crude rates."""
    leavers, there = np.array([30.0, 12.0, 25.0, 9.0]), np.array([300.0, 200.0, 260.0, 150.0])
    high = np.array([1.0, 0.0, 1.0, 0.0])
    fit = sm.GLM(
        leavers, np.column_stack([high, np.ones(4)]), family=sm.families.Poisson(), exposure=there
    ).fit()
    assert np.exp(fit.params[0]) == pytest.approx((55 / 560) / (21 / 350))


def test_a_characteristic_that_is_unknown_or_equal_is_left_out():
    given = organisations(60).frame
    unknown = DataTable("t", given.assign(manager_churn=np.nan, team_churn=0.3))
    terms = exit_destinations.hazards(unknown, **YEARS).frame["term"]
    assert {term.split(".")[1] for term in terms} == {"irregular_allowance_share"}
    copied = DataTable("t", given.assign(manager_churn=given["team_churn"]))
    terms = exit_destinations.hazards(copied, **YEARS).frame["term"]
    assert {term.split(".")[1] for term in terms} == {"irregular_allowance_share"}
    nobody = DataTable("t", given.assign(to_pension=0))
    terms = exit_destinations.hazards(nobody, **YEARS).frame["term"]
    assert not any(term.startswith("pension") for term in terms)


def test_too_few_organisations_have_no_hazards():
    assert isinstance(exit_destinations.hazards(organisations(20), **YEARS), Absent)
    assert isinstance(exit_destinations.hazards(DataTable("t", None), **YEARS), Absent)


# --- functions ------------------------------------------------------------------------------------


def functions(ratio: float, count: int = 60, seed: int = 1) -> DataTable:
    """Organisations that differ much in turnover, with a secretariat beside care functions."""
    random = np.random.default_rng(seed)
    rate = np.clip(0.18 * np.exp(random.normal(0, 0.3, count)), 0.02, 0.4)
    frames = []
    for group, times in (("secretarial", ratio), ("nursing", 1.0), ("treatment", 1.0)):
        there = random.integers(10, 200, count)
        frames.append(
            pd.DataFrame(
                {
                    "organisation": [f"o{place}" for place in range(count)], "year": 2025,
                    "branch": "vvt", "function_group": group, "at_risk": there,
                    "leavers": random.binomial(there, rate * times),
                }
            )
        )  # fmt: skip
    return DataTable("organisation_functions", pd.concat(frames, ignore_index=True))


def test_the_ratio_is_that_of_mantel_and_haenszel():
    found = function_turnover.compared(functions(1.4), "secretarial", **YEARS)
    counts = found.counts
    strata = [
        np.array(
            [
                [row.leavers, row.at_risk - row.leavers],
                [row.care_leavers, row.care_at_risk - row.care_leavers],
            ]
        )
        for row in counts.itertuples()
    ]
    row = function_turnover.ratio(found, term="x").frame.iloc[0]
    assert row["estimate"] == pytest.approx(StratifiedTable(strata).riskratio_pooled)
    assert row["ci_low"] < 1.4 < row["ci_high"]
    assert row["ci_low"] > 1


def test_organisations_with_much_turnover_and_a_large_secretariat_do_not_mislead():
    """Simpson: crude rates differ because of where secretariats are; within they are equal."""
    rows = []
    for place in range(30):
        high = place < 15
        for group, there in (("secretarial", 100 if high else 10), ("care", 10 if high else 100)):
            rows.append(
                {
                    "organisation": f"o{place}", "year": 2025, "branch": "vvt",
                    "function_group": group, "at_risk": there,
                    "leavers": int(there * (0.3 if high else 0.1)) + (place % 3 == 0),
                }
            )  # fmt: skip
    found = function_turnover.compared(
        DataTable("organisation_functions", pd.DataFrame(rows)), "secretarial", **YEARS
    )
    both = found.counts.sum(numeric_only=True)
    crude = (both["leavers"] / both["at_risk"]) / (both["care_leavers"] / both["care_at_risk"])
    assert crude > 2
    row = function_turnover.ratio(found, term="x").frame.iloc[0]
    assert row["ci_low"] < 1 < row["ci_high"]


def test_functions_that_nobody_has_are_absent():
    given = functions(1.0)
    assert isinstance(function_turnover.compared(given, "management", **YEARS), Absent)
    few = function_turnover.compared(functions(1.0, count=8), "secretarial", **YEARS)
    assert isinstance(function_turnover.ratio(few, term="x"), Absent)
    assert isinstance(function_turnover.by_branch(few, ["vvt"]), Absent)
    nobody = DataTable("organisation_functions", given.frame.assign(leavers=0))
    found = function_turnover.compared(nobody, "secretarial", **YEARS)
    assert isinstance(function_turnover.ratio(found, term="x"), Absent)

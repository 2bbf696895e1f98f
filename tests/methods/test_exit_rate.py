"""Departures from the sector before retirement, by branch."""

import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import exit_rate
from analysis.methods.results import Absent


def table(rows):
    columns = ["organisation", "year", "branch", "employees_at_start", "to_other_sector",
               "to_inactive", "to_pension"]  # fmt: skip
    return DataTable("organisation_years", pd.DataFrame(rows, columns=columns))


def test_retirement_does_not_count_and_the_newest_year_does():
    found = exit_rate.by_branch(
        table(
            [
                ("a", 2025, "vvt", 100, 4, 2, 50), ("b", 2025, "vvt", 300, 10, 8, 0),
                ("a", 2024, "vvt", 100, 90, 0, 0), ("b", 2026, "vvt", 100, 90, 0, 0),
            ]
        ),
        ["vvt"], last=2025,
    )  # fmt: skip
    row = found.frame.iloc[0]
    assert row["estimate"] == pytest.approx(100 * 24 / 400)
    assert (row["n"], row["n_organisations"], row["period"]) == (400, 2, "2025JJ00")
    assert found.behind[0].largest == pytest.approx(18 / 24), "the airlock sees who dominates"


def test_a_branch_that_cannot_be_estimated_is_left_out():
    rows = [
        ("a", 2025, "vvt", 100, 4, 2, 0), ("b", 2025, "vvt", 100, 4, 2, 0),
        ("c", 2025, "ggz", 100, 4, 2, 0),
        ("d", 2025, "ghz", 100, 0, 0, 9), ("e", 2025, "ghz", 100, 0, 0, 9),
    ]  # fmt: skip
    found = exit_rate.by_branch(table(rows), ["vvt", "ggz", "ghz"], last=2025)
    assert list(found.frame["term"]) == ["vvt"]
    nothing = Absent(("organisation_years",))
    assert exit_rate.by_branch(table(rows[2:]), ["ggz", "ghz"], last=2025) == nothing
    assert exit_rate.by_branch(table([]), ["vvt"], last=2025) == nothing
    assert exit_rate.by_branch(DataTable("organisation_years", None), ["vvt"], last=2025) == nothing

"""Who is at risk of a long absence, and for how much of a year."""

import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import unequal_years

LAST = 2024


def source(ends):
    """Sixty people at thirty organisations in three years, of whom some are ill from 2022 on."""
    people = [f"p{number}" for number in range(60)]
    years = pd.DataFrame(
        [(person, year) for person in people for year in (2022, 2023, LAST)],
        columns=["person", "year"],
    )
    place = years["person"].str[1:].astype(int)
    employments = years.assign(
        organisation="o" + (place % 30).astype(str), branch="vvt", function_group="nursing",
        contract="permanent", birth_year=1980, sex="female", destination=None, months=12,
        temporary_months=0, wage=30000.0, irregular_allowance=1000.0,
        first_month=pd.to_datetime(years["year"].astype(str) + "-01-01"),
    )  # fmt: skip
    background = years.assign(
        education="mbo", origin="netherlands", ses_rank=0.5, household_income=50000.0, weight=1.0
    )
    ill = [f"p{number}" for number in range(len(ends))]
    cases = pd.DataFrame(
        {
            "person": ill,
            "organisation": [f"o{number}" for number in range(len(ends))],
            "start_date": pd.Timestamp(2022, 9, 1),
            "end_date": pd.to_datetime(pd.Series(ends)),
        }
    )
    # Somebody falls ill in the last year, so that the source tells about all of them.
    late = {"person": "p50", "organisation": "o20", "start_date": pd.Timestamp(LAST, 3, 1)}
    cases = pd.concat([cases, pd.DataFrame([late])], ignore_index=True)
    return (
        DataTable("employment_years", employments),
        DataTable("background", background),
        DataTable("long_absences", cases),
    )


def test_time_in_an_earlier_absence_is_no_time_at_risk():
    ends = ["2022-11-01", "2023-07-02", "2024-01-01", None]
    rows = unequal_years.absences(*source(ends), last=LAST).rows
    at_risk = rows.set_index(["person", "year"])["exposure"]
    assert at_risk["p0", 2023] == 1, "recovered in the year in which it began"
    assert at_risk["p1", 2023] == pytest.approx(183 / 365)
    assert ("p2", 2023) not in at_risk.index, "ill all year"
    assert at_risk["p2", 2024] == 1
    assert list(at_risk["p3"].index) == [2022], "still ill"
    assert rows.set_index(["person", "year"])["event"]["p3", 2022] == 1
    assert (at_risk.groupby("person").size()["p10":"p19"] == 3).all()


def test_one_year_of_absences_has_nobody_ill_before():
    employments, background, absences = source([])
    rows = unequal_years.absences(employments, background, absences, last=LAST).rows
    assert set(rows["year"]) == {LAST}
    assert (rows["exposure"] == 1).all()
    assert rows["event"].sum() == 1

import pytest

from analysis.claims.register import read_register
from analysis.methods import report, series
from analysis.methods.results import ResultError

REGISTER = read_register()


def test_a_reported_number_carries_the_rounding_of_the_report():
    row = report.reported(REGISTER["C01"]).frame.iloc[0]
    assert (row["estimate"], row["half_step"], row["unit"]) == (1500, 50, "thousand")


def test_what_the_report_implies_about_illness():
    """7.5 percent of 1.5 million, each off by half of its rounding step."""
    row = series.rate_of_count(
        report.reported(REGISTER["C21"]), report.reported(REGISTER["C01"])
    ).frame.iloc[0]
    assert row["estimate"] == pytest.approx(112.5)
    assert row["half_step"] == pytest.approx(0.05 * 15 + 7.5 * 0.5)


def test_a_claim_without_one_number_is_refused():
    for claim in ("C07", "C08"):
        with pytest.raises(ResultError, match="reports no single value"):
            report.reported(REGISTER[claim])

"""Numbers beyond all measure are refused as such: no file is called damaged for them."""

import pytest

from analysis.sources import raw_files
from analysis.sources.engine import open_engine
from analysis.sources.problems import NumberTooLargeError
from analysis.sources.schema import MOST_PERSONS, conditions, whole
from tests.sources import tiny_delivery as tiny
from tests.sources.checking import found, run_check

LARGEST = 2**63 - 1
NAME = "pfzw_organisation_years"


def test_persons_are_limited_and_the_limit_is_readable():
    (_, condition) = conditions("employees", whole("Aantal", "Number", unit="persons"))
    assert condition.expected.en == f"a number from 0 to {MOST_PERSONS}"
    assert condition.expected.nl == "een getal van 0 tot en met 20000000"


@pytest.mark.parametrize(
    "columns", [["employees"], ["to_pension", "to_inactive"], ["to_same_branch", "to_other_sector"]]
)
def test_the_largest_number_is_out_of_range_and_the_file_is_read(tmp_path, columns):
    frame = tiny.frames()[NAME].copy()
    frame.loc[0, columns] = LARGEST
    tiny.write_note(tmp_path / "d", "pfzw")
    tiny.write_parquet(tmp_path / "d", NAME, frame)
    report = run_check(tmp_path / "d")
    rules = {(rule, column) for _, rule, column in found(report)}
    assert {("out of range", column) for column in columns} <= rules
    assert "damaged" not in {rule for rule, _ in rules}


def test_a_sum_beyond_all_numbers_is_not_damage():
    with open_engine() as engine, pytest.raises(NumberTooLargeError, match="number too large"):
        raw_files.fetch_one(engine, f"SELECT {LARGEST}::BIGINT + 1::BIGINT", file="x.csv")


def test_a_year_beyond_all_numbers_leaves_the_rules_over_years_unchecked(tmp_path):
    frame = tiny.frames()["vernet_absence"].copy()
    frame.loc[0, "year"] = LARGEST
    frame.loc[1, "year"] = -LARGEST
    frame.loc[:1, "organisation"] = frame["organisation"].iloc[0]
    tiny.write_note(tmp_path / "d", "vernet")
    tiny.write_parquet(tmp_path / "d", "vernet_absence", frame)
    report = run_check(tmp_path / "d")
    assert "damaged" not in {rule for _, rule, _ in found(report)}
    assert "year missing in between" in {
        skipped.rule for skipped in report.not_checked if "too large" in skipped.reason.en
    }

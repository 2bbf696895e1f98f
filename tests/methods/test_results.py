import pandas as pd
import pytest

from analysis.languages import Text
from analysis.methods.results import (
    Absent,
    Aggregate,
    Estimates,
    ResultError,
    absent_passes_through,
    estimates,
)

METHOD = Text(nl="m", en="m")


def one(**changes):
    row = {"term": "a", "estimate": 1.0, "unit": "percent", "n": 10, **changes}
    return estimates([row], tables=("t",), method=METHOD)


def test_a_bare_frame_is_not_a_result():
    with pytest.raises(ResultError, match="expected"):
        Estimates(pd.DataFrame({"term": ["a"]}), ("t",), METHOD)


def test_an_empty_result_is_refused():
    with pytest.raises(ResultError, match="no rows"):
        Aggregate(pd.DataFrame(columns=list(Aggregate.columns)), ("t",), METHOD)


def test_units_kinds_and_terms_are_checked():
    with pytest.raises(ResultError, match="1 units are not known; allowed: percent"):
        one(unit="furlongs")
    with pytest.raises(ResultError, match="repeat a term"):
        estimates(
            [{"term": "a", "estimate": 1, "unit": "percent"}] * 2, tables=("t",), method=METHOD
        )
    frame = pd.DataFrame(
        [["g", "2020JJ00", "m", "guess", 1.0, "percent", "definite", 10, 5]],
        columns=list(Aggregate.columns),
    )
    with pytest.raises(ResultError, match="1 kinds are not known; allowed: count"):
        Aggregate(frame, ("t",), METHOD)


def test_a_term_can_be_taken():
    assert one()["a"].frame["estimate"].tolist() == [1.0]


def test_a_term_that_a_method_left_out_is_absent():
    assert one()["b"] == Absent(one().tables), "a dropped term broke the chapter"


def test_absence_passes_through_and_names_all_tables():
    @absent_passes_through
    def add(first, second, *, third=None):
        return first

    assert add(one(), one()).frame["estimate"].tolist() == [1.0]
    gap = add(Absent(("b",)), one(), third=Absent(("a", "b")))
    assert gap == Absent(("a", "b"))

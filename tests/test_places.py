"""Measures at a place on an axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.labels import standard_label
from analysis.places import (
    from_start,
    is_from_start,
    is_place,
    measure_at,
    place_of,
    years_from_start,
)


@pytest.mark.parametrize(
    ("place", "measure"), [(5, "at_5"), (10.0, "at_10"), (0.5, "at_0_5"), (0.05, "at_0_05")]
)
def test_a_place_and_its_measure(place, measure):
    assert measure_at(place) == measure
    assert place_of(measure) == place


@given(st.integers(0, 99_990_000))
def test_every_place_with_four_decimals_has_its_own_measure(parts):
    assert place_of(measure_at(parts / 10_000)) == pytest.approx(parts / 10_000)


@pytest.mark.parametrize("place", [-1, 10_000, 0.00001, float("nan")])
def test_places_that_no_name_holds_are_refused(place):
    with pytest.raises(ValueError, match="no measure has the place"):
        measure_at(place)


@pytest.mark.parametrize("measure", ["at_", "at_-5", "at_5_", "at_12345", "p10", "look_at_5"])
def test_other_measures_name_no_place(measure):
    assert not is_place(measure)
    with pytest.raises(ValueError, match="names no place"):
        place_of(measure)


def test_a_place_is_a_label_in_each_language():
    assert standard_label("at_0_5", "nl") == "bij 0,5"
    assert standard_label("at_0_5", "en") == "at 0.5"


@pytest.mark.parametrize(
    ("years", "term", "nl", "en"),
    [
        (-2, "start_minus_2", "2 jaar eerder", "2 years earlier"),
        (-1, "start_minus_1", "1 jaar eerder", "1 year earlier"),
        (0, "start_plus_0", "eerste hele jaar", "first whole year"),
        (3, "start_plus_3", "3 jaar later", "3 years later"),
    ],
)
def test_a_year_from_a_start_has_a_term_and_a_name(years, term, nl, en):
    assert years_from_start(years) == term
    assert from_start(term) == years
    assert is_from_start(term)
    assert (standard_label(term, "nl"), standard_label(term, "en")) == (nl, en)


def test_other_terms_are_no_years_from_a_start():
    assert not is_from_start("start_2")
    with pytest.raises(ValueError, match="names no year"):
        from_start("start_2")
    with pytest.raises(ValueError, match="has no name"):
        years_from_start(100)

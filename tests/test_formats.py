import math

import pytest

from analysis import formats


@pytest.mark.parametrize(
    ("amount", "unit", "nl", "en"),
    [
        (7.9, "percent", "7,9%", "7.9%"),
        (8.0, "percent", "8%", "8%"),
        (1370, "thousand", "1,37 miljoen", "1.37 million"),
        (63.4, "thousand", "63.400", "63,400"),
        (-22.5, "thousand", "−22.500", "−22,500"),
        (107.5059, "thousand", "107.500", "107,500"),
        (2.5, "times", "2,5 keer", "2.5 times"),
        (-0.718, "percentage_points_per_year", "−0,72 procentpunt per jaar",
         "−0.72 percentage points a year"),
        (2.57, "percentage_points", "2,6 procentpunt", "2.6 percentage points"),
        (35003.2, "euro", "€\N{NO-BREAK SPACE}35.000", "€35,000"),
        (-24.0, "euro", "€\N{NO-BREAK SPACE}−24", "−€24"),
        (-43.8, "million_euro", "€\N{NO-BREAK SPACE}−43,8 miljoen", "−€43.8 million"),
        (-1500.0, "million_euro", "€\N{NO-BREAK SPACE}−1,50 miljard", "−€1.50 billion"),
        (5.43, "billion_euro", "€\N{NO-BREAK SPACE}5,4 miljard", "€5.4 billion"),
        (-0.01, "percent", "0%", "0%"),
        (4.16, "percent_change", "+4,2%", "+4.2%"),
        (-4.0, "percent_change", "−4,0%", "−4.0%"),
        (0.04, "percent_change", "0,0%", "0.0%"),
        (1.6, "odds_ratio", "1,60", "1.60"),
        (-0.031, "correlation", "−0,03", "−0.03"),
        (0.9876, "index", "0,988", "0.988"),
        (2.0, "rank", "2", "2"),
        (5.0, "factors", "5", "5"),
    ],
)  # fmt: skip
def test_values(amount, unit, nl, en):
    assert formats.value(amount, unit, "nl") == nl
    assert formats.value(amount, unit, "en") == en


def test_fixed_decimals_line_up():
    assert formats.value(8.0, "percent", "nl", fixed=True) == "8,0%"


@pytest.mark.parametrize(
    ("low", "high", "unit", "nl"),
    [
        (150, 160, "thousand", "150.000 tot 160.000"),
        (900, 1600, "thousand", "900.000 tot 1,6 miljoen"),
        (1450, 1550, "thousand", "1,45 tot 1,55 miljoen"),
        (7.2, 7.8, "percent", "7,2% tot 7,8%"),
        (3.95, 6.9, "billion_euro", "€\N{NO-BREAK SPACE}4,0 tot 6,9 miljard"),
        (-0.8, -0.64, "percentage_points_per_year", "−0,80 tot −0,64 procentpunt per jaar"),
        (25000, 45000, "euro", "€\N{NO-BREAK SPACE}25.000 tot €\N{NO-BREAK SPACE}45.000"),
    ],
)
def test_intervals_say_their_unit_once(low, high, unit, nl):
    assert formats.interval(low, high, unit, "nl") == nl


@pytest.mark.parametrize(
    ("amount", "unit", "nl"),
    [
        (0.25, "percentage_points", "0,25 procentpunt"),
        (7.55, "percent", "7,55%"),
        (-0.25, "percentage_points", "−0,25 procentpunt"),
        (5.0, "percent", "5%"),
        (1.0, "percentage_points", "1,0 procentpunt"),
        (1.1, "ratio", "1,10"),
    ],
)
def test_limits_are_written_in_full(amount, unit, nl):
    assert formats.limit(amount, unit, "nl") == nl


@pytest.mark.parametrize(
    ("code", "nl", "en"),
    [
        ("2022JJ00", "2022", "2022"),
        ("2022KW03", "3e kwartaal 2022", "Q3 2022"),
        ("2022MM07", "juli 2022", "July 2022"),
    ],
)
def test_periods(code, nl, en):
    assert formats.period(code, "nl") == nl
    assert formats.period(code, "en") == en


@pytest.mark.parametrize("code", ["2022", "", "2022Q3", "2022JJ0"])
def test_a_code_that_is_no_period_is_refused(code):
    with pytest.raises(ValueError, match="is not a year, quarter or month"):
        formats.period(code, "nl")


def test_a_missing_amount_is_never_written():
    with pytest.raises(ValueError, match="missing amount"):
        formats.value(math.nan, "percent", "nl")
    with pytest.raises(ValueError, match="no written form"):
        formats.value(1, "bananas", "nl")


def test_periods_lie_in_order_on_an_axis():
    codes = ["2021JJ00", "2021KW01", "2021KW04", "2022KW01", "2022MM12", "2023JJ00"]
    places = [formats.period_place(code) for code in codes]
    assert places == sorted(places)

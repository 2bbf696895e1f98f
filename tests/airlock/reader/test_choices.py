"""What follows from rows that combine choices, or that are shares of one whole."""

import re
from decimal import Decimal

import pytest

from analysis.airlock.reader.choices import counted, in_order, marks_below
from analysis.airlock.reader.wholes import sums
from tests.airlock.reader import small
from tests.airlock.reader.test_pictures import PLACE, publish, told
from tests.charts.frames import FRAMES


def estimate(term, value, low, high, unit="percent_change"):
    return {"term": term, "estimate": value, "ci_low": low, "ci_high": high, "unit": unit}


ROWS = [
    estimate("a+x", "-3", "-5", "-1"),
    estimate("b+x", "-9", "-12", "-6"),
    estimate("a+y", "1", "-1", "3"),
    estimate("b+y", "", "", ""),
]
#: Dots from low to high are b+x, a+x and a+y.
DOTS = ["1", "5", "10"]


def test_what_a_text_counts_follows_from_the_rows():
    assert counted(ROWS) == [3, 2, 0]
    assert counted([estimate("a+x", "1.2", "0.9", "1.4", "odds_ratio")]) == [1, 0, 1]
    assert counted([estimate("a", "1", "0", "2")]) == []
    assert counted([*ROWS, estimate("a", "1", "0", "2")]) == []


def test_marks_fit_a_choice_or_do_not():
    order = in_order(ROWS)
    assert order == [{"b", "x"}, {"a", "x"}, {"a", "y"}]
    assert marks_below([DOTS, ["5", "10"], ["1"], ["1", "5"], ["10"]], order) == 6
    assert marks_below([DOTS[:1], DOTS[1:], ["1"]], order) == 1, "two colours of dots"
    assert marks_below([DOTS, ["5"]], order) == 0, "a has another"
    assert marks_below([DOTS, ["5", "7"]], order) == 0, "no estimate stands at 7"
    assert marks_below([DOTS, ["10"], ["10"]], order) == 1, "y is one choice"
    assert marks_below([DOTS[:2], ["1", "5"]], order) == 0
    assert marks_below([["1"] * 3, ["1"]], order) == 0


@pytest.mark.parametrize("take", [True, False])
def test_a_mark_below_another_estimate_is_found(tmp_path, take):
    publish(tmp_path / "r", "specifications", FRAMES["specifications"])
    path = tmp_path / "r" / PLACE / "reach.nl.svg"
    svg = path.read_text()
    last = [*re.finditer(r"<use [^>]*?x=\"([\d.]+)\"[^>]*/>", svg.rpartition("PathCollection")[2])]
    mark = last[-1]
    if take:
        changed = svg.replace(mark[0], "", 1)
    else:
        changed = svg.replace(mark[0], mark[0].replace(mark[1], str(float(mark[1]) - 50)), 1)
    assert changed != svg
    path.write_text(changed)
    small.declare(tmp_path / "r")
    assert "more marks than there are rows" in told(tmp_path / "r")


@pytest.mark.parametrize(
    ("old", "new"),
    [("4 combinaties", "6 combinaties"), ("2 combinaties", "6 combinaties"), ("−8", "−7,5")],
)
def test_a_changed_count_in_the_text_is_found(tmp_path, old, new):
    publish(tmp_path / "r", "specifications", FRAMES["specifications"])
    path = tmp_path / "r" / PLACE / "reach.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    small.declare(tmp_path / "r")
    assert "numbers in its texts" in told(tmp_path / "r")


def share(group, measure, value, status="released", **more):
    return {
        "group": group, "measure": measure, "value": value, "status": status, "unit": "percent",
        "period": "2020JJ00", **more,
    }  # fmt: skip


STREAMS = [
    share("a", "x", "40.5"), share("a", "y", "20"), share("b", "x", "10.1"), share("b", "y", "5")
]  # fmt: skip


def test_shares_of_one_whole_add_up():
    assert sums(STREAMS) == [Decimal(one) for one in ("60.5", "15.1", "50.6", "25")]


def test_a_hidden_share_leaves_no_sum_of_its_own():
    hidden = [*STREAMS[:3], share("b", "y", "", "suppressed")]
    assert sums(hidden) == [Decimal("60.5"), Decimal("50.6")]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        STREAMS[:3],
        [*STREAMS, STREAMS[0]],
        [*STREAMS[:3], share("b", "y", "35")],
        [*STREAMS[:3], share("b", "y", "-1")],
        [*STREAMS[:3], share("b", "y", "5", unit="euro")],
        [*STREAMS[:3], share("b", "y", "5", period="2021JJ00")],
        [estimate("a", "1", "0", "2")],
    ],
)
def test_what_is_no_whole_is_not_added_up(rows):
    assert sums(rows) == []


@pytest.mark.parametrize(("old", "new"), [("72,5%", "72,9%"), ("32,5%", "33,5%")])
def test_a_changed_sum_in_a_picture_is_found(tmp_path, old, new):
    publish(tmp_path / "r", "alluvial", FRAMES["alluvial"])
    path = tmp_path / "r" / PLACE / "reach.nl.svg"
    svg = path.read_text()
    assert f"<!-- {old} -->" in svg
    path.write_text(svg.replace(f"<!-- {old} -->", f"<!-- {new} -->"))
    small.declare(tmp_path / "r")
    assert "1 labels that the exhibit does not have" in told(tmp_path / "r")

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import CHARTS
from analysis.charts.look import COLOURS, GREY, Drawing, Reference, spread, to_svg
from analysis.charts.options import drawing_of, read_options
from analysis.claims.register import read_register
from analysis.errors import EditionError

DRAWING = Drawing("nl", "wide", synthetic=False, labels={"a": "Alfa", "b": "Bèta"})


def series(groups=("a", "b")):
    return pd.DataFrame(
        [
            {"group": g, "period": f"{year}JJ00", "measure": "m", "value": 5.0 + i + year % 3,
             "unit": "percent", "status": "definite"}
            for i, g in enumerate(groups)
            for year in range(2015, 2026)
        ]
    )  # fmt: skip


def terms():
    return pd.DataFrame(
        {
            "term": ["a", "b"], "estimate": [1.0, 2.0], "ci_low": [0.5, np.nan],
            "ci_high": [1.5, np.nan], "unit": "percent",
        }
    )  # fmt: skip


def cells():
    return pd.DataFrame(
        [
            {"group": group, "period": "2025JJ00", "measure": measure, "value": value,
             "unit": "percent", "status": "not stated"}
            for group, measure, value in (
                ("a", "x", 12.0), ("a", "y", 90.0), ("b", "x", 0.0), ("b", "y", float("nan")),
            )
        ]
    )  # fmt: skip


FRAMES = {"lines": series(), "dots": terms(), "matrix": cells()}


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_equal_figures_are_equal_to_the_byte_and_hold_no_date(chart, layout):
    drawing = replace(DRAWING, layout=layout)
    first, second = (to_svg(CHARTS[chart](FRAMES[chart], drawing)) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first
    assert "Matplotlib v" not in first
    assert "http-equiv" not in first


@pytest.mark.parametrize("chart", CHARTS)
def test_every_row_is_labelled_directly_in_the_language(chart):
    for language, comma in (("nl", ","), ("en", ".")):
        figure = CHARTS[chart](FRAMES[chart], replace(DRAWING, language=language))
        shown = " ".join(texts(figure)) + " ".join(
            label.get_text() for label in figure.axes[0].get_yticklabels()
        )
        assert "Alfa" in shown
        assert "Bèta" in shown
        # A matrix rounds to whole percents.
        assert ("12" if chart == "matrix" else f"{comma}0") in shown


@pytest.mark.parametrize("chart", CHARTS)
def test_synthetic_figures_say_so(chart):
    marked = CHARTS[chart](FRAMES[chart], replace(DRAWING, synthetic=True))
    assert marked._supxlabel.get_text() == "Synthetische data"
    assert CHARTS[chart](FRAMES[chart], DRAWING)._supxlabel is None


def test_more_than_four_lines_are_refused():
    with pytest.raises(ValueError, match="5 lines do not read; draw at most 4"):
        CHARTS["lines"](series(("a", "b", "c", "d", "e")), DRAWING)


def test_a_gap_in_the_years_is_a_gap_in_the_line():
    frame = series(("a",))
    whole = CHARTS["lines"](frame, DRAWING)
    broken = CHARTS["lines"](frame[~frame["period"].isin(["2018JJ00", "2019JJ00"])], DRAWING)

    def drawn(figure):
        return [line for line in figure.axes[0].lines if len(line.get_xdata()) > 1]

    assert len(drawn(whole)) == 1
    assert len(drawn(broken)) == 2


def test_what_the_report_says_stands_in_the_figure():
    drawing = replace(DRAWING, references={"x": Reference(7.5, 7.5, "Rapport: 7,5%")})
    assert "Rapport: 7,5%" in texts(CHARTS["lines"](series(), drawing))
    band = replace(DRAWING, references={"x": Reference(6, 7, "Rapport: 6% tot 7%")})
    assert len(CHARTS["lines"](series(), band).axes[0].patches) == 1


def test_the_axis_of_dots_counts_as_their_labels_do():
    figure = CHARTS["dots"](terms().assign(unit="thousand"), DRAWING)
    figure.canvas.draw()
    axes = figure.axes[0]
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert "1.000" in ticks or "500" in ticks
    assert axes.get_xlabel() == ""
    assert CHARTS["dots"](terms(), DRAWING).axes[0].get_xlabel() == "procent"


def test_a_matrix_writes_every_cell_where_it_can_be_read():
    axes = CHARTS["matrix"](cells(), DRAWING).axes[0]
    written = {text.get_text(): text.get_color() for text in axes.texts}
    assert written == {"12": "black", "90": "white", "0": "black", "–": "black"}
    assert [label.get_text() for label in axes.get_xticklabels()] == ["x", "y"]
    with pytest.raises(ValueError, match="one period"):
        CHARTS["matrix"](series(), DRAWING)


@pytest.mark.parametrize(("unit", "place"), [("ratio", 1.0), ("standard_deviations", 0.0)])
def test_dots_that_compare_show_where_there_is_no_difference(unit, place):
    def dashed(figure):
        return [
            line.get_xdata()[0] for line in figure.axes[0].lines if line.get_linestyle() == "--"
        ]

    assert dashed(CHARTS["dots"](terms().assign(unit=unit), DRAWING)) == [place]
    assert dashed(CHARTS["dots"](terms(), DRAWING)) == []


def test_no_tick_lies_beyond_all_of_it():
    drawing = replace(DRAWING, from_zero=True)
    figure = CHARTS["dots"](
        terms().assign(estimate=[40.0, 97.0], ci_low=np.nan, ci_high=np.nan), drawing
    )
    right = figure.axes[0].get_xlim()[1]
    assert right <= 104
    assert max(tick for tick in figure.axes[0].get_xticks() if tick <= right) == 100


def test_dots_show_one_period_only():
    with pytest.raises(ValueError, match="one period"):
        CHARTS["dots"](series(), DRAWING)


@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=6),
    st.floats(0.1, 20),
)
def test_labels_keep_their_distance_and_order(places, least):
    moved = spread(places, least=least)
    order = sorted(range(len(places)), key=places.__getitem__)
    for lower, upper in zip(order, order[1:], strict=False):
        assert moved[upper] - moved[lower] >= least - 1e-6


def test_labels_that_do_not_touch_stay():
    assert spread([1.0, 5.0, 9.0], least=2) == [1.0, 5.0, 9.0]


def contrast(first, second):
    def luminance(colour):
        channels = [int(part, 16) / 255 for part in re.findall("..", colour.lstrip("#"))]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [*COLOURS, GREY])
def test_text_and_marks_stand_out_on_white(colour):
    assert contrast(colour, "#ffffff") >= 4.5


def test_options_are_checked_and_references_come_from_the_register():
    options = read_options("x", {"references": {"line": "C21", "part": "C15.to_pension"}})
    drawing = drawing_of(options, read_register(), language="en", layout="wide", synthetic=False)
    assert drawing.references["line"] == Reference(7.5, 7.5, "Report: 7.5%")
    assert drawing.references["part"] == Reference(19.0, 19.0, "Report: 19,000")
    with pytest.raises(EditionError, match="'x' has options that do not fit: labels.a"):
        read_options("x", {"labels": {"a": "only one language"}})
    with pytest.raises(EditionError, match="reports no number"):
        drawing_of(
            read_options("x", {"references": {"line": "C07"}}),
            read_register(), language="nl", layout="wide", synthetic=False,
        )  # fmt: skip

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import CHARTS
from analysis.charts.look import COLOURS, EDGE, FILL, GREY, Reference, spread, to_svg
from analysis.charts.options import drawing_of, read_options
from analysis.claims.register import read_register
from analysis.errors import EditionError
from tests.charts.frames import (
    DRAWING,
    FRAMES,
    QUARTERS,
    bins,
    cells,
    curve,
    measured,
    percentiles,
    series,
    terms,
    trumpet,
)

#: Those that name their groups; a curve and bins name their axes.
NAMED = [chart for chart in CHARTS if chart not in ("steps", "binned", "calibration", "events")]
#: Those drawn from percentiles and means, never from one organisation or person.
OF_MANY = ("boxes", "binned", "steps", "funnel", "calibration")


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


def shown_in(figure):
    axes = figure.axes[0]
    ticks = [*axes.get_yticklabels(), *axes.get_xticklabels()]
    titles = [axes.get_xlabel(), axes.get_title(loc="left"), figure.get_suptitle()]
    return " ".join([*texts(figure), *(tick.get_text() for tick in ticks), *titles])


@pytest.mark.parametrize("chart", NAMED)
def test_every_row_is_labelled_directly_in_the_language(chart):
    for language, comma in (("nl", ","), ("en", ".")):
        figure = CHARTS[chart](FRAMES[chart], replace(DRAWING, language=language))
        shown = shown_in(figure)
        assert "Alfa" in shown
        assert "Bèta" in shown
        # A matrix rounds to whole percents, euros to whole ones; some have no numbers beside
        # those of the axes.
        own = {
            "matrix": "12", "profiles": "20", "stacked": "20", "alluvial": f"72{comma}5",
            "tornado": "328",
        }  # fmt: skip
        number = own.get(chart, f"{comma}0")
        assert number in shown


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


def marks(figure):
    """Every mark in the picture: lines, areas, boxes and dots, as lists of points."""
    found = []
    for axes in figure.axes:
        found += [line.get_xydata() for line in axes.lines]
        found += [patch.get_path().vertices for patch in axes.patches]
        for collection in axes.collections:
            offsets = collection.get_offsets()
            points = [path.vertices for path in collection.get_paths()]
            found += [*offsets] if len(offsets) > 1 or len(points) == 1 == len(offsets) else points
    return found


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("chart", OF_MANY)
def test_a_picture_holds_no_more_marks_than_rows_released(chart, layout):
    frame = FRAMES[chart]
    figure = CHARTS[chart](frame, replace(DRAWING, layout=layout))
    assert 0 < len(marks(figure)) <= len(frame)


def test_every_end_of_a_box_is_a_released_value():
    figure = CHARTS["boxes"](percentiles(), DRAWING)
    axes = figure.axes[0]
    ends = {float(x) for line in axes.lines for x in line.get_xdata()}
    for box in axes.patches:
        ends |= {box.get_x(), round(box.get_x() + box.get_width(), 9)}
    assert ends == set(QUARTERS.values())


def test_a_group_too_small_for_its_ends_is_drawn_without_them():
    axes = CHARTS["boxes"](percentiles(), DRAWING).axes[0]
    assert len(axes.patches) == 2
    # Per group a median, and for the large one a line on either side of the box.
    assert [set(line.get_xdata()) for line in axes.lines if max(line.get_ydata()) > 0.5] == [{6.0}]
    assert len(axes.lines) == 4
    written = [text.get_text() for text in axes.texts]
    assert written.count("4,1") == written.count("9,4") == 1
    assert written.count("6,0") == 2


def test_only_what_is_drawn_is_explained():
    both = CHARTS["boxes"](percentiles(), DRAWING).get_suptitle()
    assert "P10 tot P90" in both
    small = percentiles()
    small = CHARTS["boxes"](small[small["group"] == "b"], DRAWING).get_suptitle()
    assert "P10" not in small
    assert "P25 tot P75" in small
    median = measured({"a": {**dict.fromkeys(QUARTERS, np.nan), "p50": 6.0}})
    figure = CHARTS["boxes"](median, DRAWING)
    assert figure.axes[0].patches[:] == []
    assert figure.get_suptitle() == "Dikke streep: mediaan."


@pytest.mark.parametrize("chart", ["boxes", "binned", "funnel", "calibration", "profiles"])
def test_what_is_suppressed_leaves_no_mark_and_says_so(chart):
    nothing = FRAMES[chart].assign(value=np.nan, status="suppressed")
    figure = CHARTS[chart](nothing, DRAWING)
    assert "×" in shown_in(figure)
    assert not marks(figure)
    to_svg(figure)


@pytest.mark.parametrize("chart", ["lines", "dots", "matrix"])
def test_older_charts_skip_what_is_suppressed(chart):
    frame = FRAMES[chart] if chart != "dots" else measured({"a": {"m": 1.0}, "b": {"m": 2.0}})
    frame = frame.reset_index(drop=True)
    frame.loc[frame.index[-1], ["value", "status"]] = [np.nan, "suppressed"]
    figure = CHARTS[chart](frame, DRAWING)
    to_svg(figure)
    if chart == "matrix":
        assert "×" in texts(figure)


def test_a_curve_steps_at_released_times_and_counts_those_still_followed():
    figure = CHARTS["steps"](curve(), DRAWING)
    axes = figure.axes[0]
    for line in axes.lines:
        assert line.get_drawstyle() == "steps-post"
        assert line.get_marker() == "None"
        assert set(line.get_xdata()) == {0, 6, 12, 30, 30.9}
    written = texts(figure)
    assert "500" in written
    assert "300" in written
    assert "61,0%" in written
    assert [tick for tick in axes.get_xticks() if 0 <= tick <= 30] == [0, 12, 24]


def test_bins_without_an_interval_and_many_of_them():
    frame = bins()
    frame = frame[frame["measure"].isin(["x", "y"])]
    assert len(marks(CHARTS["binned"](frame, DRAWING))) == 3
    many = measured({f"bin_{n}": {"x": float(n), "y": 5.0 + n} for n in range(12)})
    assert texts(CHARTS["binned"](many, DRAWING)) == ["5,0%", "16,0%"]


def test_limits_of_a_funnel_run_through_those_released():
    frame = trumpet()
    axes = CHARTS["funnel"](frame, DRAWING).axes[0]
    dashed = [line for line in axes.lines if len(line.get_xdata()) == 24]
    assert len(dashed) == 4
    upper = dashed[0]
    for place, size in enumerate((200.0, 3000.0)):
        height = np.interp(place, upper.get_xdata(), upper.get_ydata())
        assert height == pytest.approx(6.5 + 40 / np.sqrt(size), abs=0.02)


def test_joined_groups_are_named_by_their_parts():
    frame = percentiles().replace({"group": {"b": "a+b"}})
    figure = CHARTS["boxes"](frame, DRAWING)
    assert "Alfa en Bèta" in shown_in(figure)


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


def test_edges_of_areas_stand_out_on_white_and_letters_on_their_fill():
    assert contrast(EDGE, "#ffffff") >= 3
    assert contrast(COLOURS[0], FILL) >= 4.5


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

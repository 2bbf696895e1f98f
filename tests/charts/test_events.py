"""Years around a start."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.charts.events import draw_events
from analysis.charts.look import COLOURS, GREY, Reference
from analysis.languages import Text
from analysis.methods.results import estimates
from analysis.publish.alt import alt_of
from tests.charts.frames import DRAWING, years
from tests.charts.overlap import outside, smallest, touching

TARGET = {"target": Reference(-25.0, -25.0, "Rapport: −25,0%")}


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("references", [{}, TARGET])
def test_words_do_not_touch_and_can_be_read(references, layout, language):
    drawing = replace(
        DRAWING, layout=layout, language=language, references=references, synthetic=True
    )
    figure = draw_events(years(), drawing)
    assert touching(figure) == []
    assert outside(figure) == []
    assert smallest(figure) >= 8


def test_before_and_after_differ_in_shape_and_colour():
    after, before = [
        one for one in draw_events(years(), DRAWING).axes[0].collections if len(one.get_offsets())
        and one.get_paths()[0].vertices.shape[0] > 2
    ]  # fmt: skip
    assert (len(after.get_offsets()), len(before.get_offsets())) == (2, 3)
    assert len(after.get_paths()[0].vertices) != len(before.get_paths()[0].vertices)
    shades = [tuple(np.round(one.get_facecolor()[0][:3], 3)) for one in (after, before)]
    expected = [
        tuple(int(one[i : i + 2], 16) / 255 for i in (1, 3, 5)) for one in (COLOURS[0], GREY)
    ]
    assert np.allclose(shades, expected, atol=0.002)


def test_the_start_lies_between_the_years_and_what_came_after_has_its_value():
    figure = draw_events(years(), DRAWING)
    assert {"start", "−6,3%", "−9,8%"} <= set(written(figure))
    upright = [line for line in figure.axes[0].lines if line.get_xdata()[0] == 2024.5]
    assert upright, "the start is drawn between the last year before and the first after"


def test_the_target_is_drawn_and_named():
    figure = draw_events(years(), replace(DRAWING, references=TARGET))
    assert "Rapport: −25,0%" in written(figure)
    assert figure.axes[0].get_ylim()[0] < -25


def test_a_hidden_year_is_said_and_nothing_at_all_too():
    some = years()
    some.loc[1, ["estimate", "ci_low", "ci_high"]] = np.nan
    assert "× verborgen" in draw_events(some, DRAWING).get_suptitle()
    nothing = some.assign(estimate=np.nan, ci_low=np.nan, ci_high=np.nan)
    assert "× verborgen" in written(draw_events(nothing, DRAWING))


def test_alternative_text_tells_the_calendar_year():
    rows = [{**row, "n": 9.0} for row in years().drop(columns="half_step").to_dict("records")]
    result = estimates(rows, tables=("t",), method=Text(nl="m", en="m"))
    told = alt_of("events", "Titel", result, replace(DRAWING, labels={}))
    assert "2022 (3 jaar eerder): +1,0%" in told
    assert "2025 (eerste hele jaar): −6,3%" in told


def test_other_terms_and_two_units_are_refused():
    with pytest.raises(ValueError, match="names no year"):
        draw_events(years().assign(term="a"), DRAWING)
    two = years()
    two.loc[0, "unit"] = "percent"
    with pytest.raises(ValueError, match="one unit"):
        draw_events(two, DRAWING)

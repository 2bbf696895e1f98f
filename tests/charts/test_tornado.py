"""One assumption at a time, from its low to its high end."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from analysis.charts.look import COLOURS
from analysis.charts.tornado import draw_tornado
from tests.charts.frames import DRAWING, swings
from tests.charts.overlap import outside, touching

LONG = {
    "a": "Deel van de uren van ziekte waarvoor vervanging wordt ingehuurd",
    "b": "Kosten van interventies per werknemer",
    "low": "lage waarde",
    "high": "hoge waarde",
}


def scatters(figure):
    return [one for one in figure.axes[0].collections if isinstance(one, PathCollection)]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("unit", ["euro", "million_euro", "percent"])
def test_long_names_and_values_do_not_touch(layout, language, unit):
    drawing = replace(DRAWING, layout=layout, language=language, labels=LONG, synthetic=True)
    figure = draw_tornado(swings(unit), drawing)
    assert touching(figure) == []
    assert outside(figure) == []


def test_a_narrow_swing_has_room_for_both_values():
    frame = swings().assign(estimate=[152.0, -240.0, 328.0, 149.2, 154.1])
    for layout in ("wide", "narrow"):
        figure = draw_tornado(frame, replace(DRAWING, layout=layout, labels=LONG))
        assert touching(figure) == []


def test_ends_differ_in_colour_and_shape_and_are_named():
    figure = draw_tornado(swings(), replace(DRAWING, labels=LONG))
    low, high = scatters(figure)[:2]
    assert tuple(low.get_facecolor()[0]) != tuple(high.get_facecolor()[0])
    assert len(low.get_paths()[0].vertices) != len(high.get_paths()[0].vertices)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["lage waarde", "hoge waarde"]
    assert [text.get_color() for text in legend.get_texts()] == list(COLOURS[:2])


def test_rows_keep_the_order_of_the_frame_and_show_their_values():
    figure = draw_tornado(swings(), replace(DRAWING, labels={"a": "Alfa", "b": "Bèta"}))
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Alfa", "Bèta"]
    written = [text.get_text() for text in axes.texts]
    assert written == ["€\xa0−240", "€\xa0328", "€\xa0252", "€\xa052"]


def test_what_was_not_released_is_said():
    hidden = swings().assign(estimate=np.nan)
    figure = draw_tornado(hidden, DRAWING)
    assert [text.get_text() for text in figure.axes[0].texts] == ["× verborgen"]


@pytest.mark.parametrize(
    ("kept", "told"),
    [([1, 2, 3, 4], "one term 'base'"), ([0, 1, 3, 4], "ends low and high"), ([0], "ends low")],
)
def test_an_end_that_lacks_is_refused(kept, told):
    with pytest.raises(ValueError, match=told):
        draw_tornado(swings().iloc[kept], DRAWING)

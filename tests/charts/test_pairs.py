"""Estimates side by side on a row."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from analysis.charts.look import COLOURS
from analysis.charts.pairs import draw_pairs
from tests.charts.frames import DRAWING, pairs
from tests.charts.overlap import outside, touching

LONG = {
    "a": "Leerklimaat en loopbaanmogelijkheden binnen de organisatie",
    "b": "Agressie en ongewenst gedrag door cliënten of hun naasten",
    "x": "Binnen organisaties, van jaar op jaar",
    "y": "Tussen organisaties",
    "z": "Zonder clusters",
}


def three():
    more = pairs().iloc[:2].assign(term=["a.z", "b.z"])
    return pd.concat([pairs(), more], ignore_index=True)


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def scatters(figure):
    return [one for one in figure.axes[0].collections if isinstance(one, PathCollection)]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("frame", [pairs(), three(), pairs().iloc[:1], pairs("percentage_points")])
def test_long_names_and_values_do_not_touch(frame, layout, language):
    drawing = replace(DRAWING, layout=layout, language=language, labels=LONG, synthetic=True)
    figure = draw_pairs(frame, drawing)
    assert touching(figure) == []
    assert outside(figure) == []


def test_each_series_has_its_own_colour_and_shape_and_is_named():
    figure = draw_pairs(three(), replace(DRAWING, labels=LONG))
    dots = scatters(figure)
    assert len(dots) == 3
    assert len({tuple(one.get_facecolor()[0]) for one in dots}) == 3
    assert len({len(one.get_paths()[0].vertices) for one in dots}) >= 2
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [LONG[key] for key in "xyz"]
    assert [text.get_color() for text in legend.get_texts()] == list(COLOURS[:3])


def test_values_stand_in_a_column_without_the_unit_of_the_axis():
    assert "0,31" in written(draw_pairs(pairs(), DRAWING))
    figure = draw_pairs(pairs("percentage_points"), DRAWING)
    assert "0,3" in written(figure)
    assert figure.axes[0].get_xlabel() == "procentpunt"


def test_a_row_without_one_of_its_series_keeps_the_other_in_its_place():
    whole, part = (draw_pairs(frame, DRAWING) for frame in (pairs(), pairs().iloc[[0, 1, 3]]))

    def places(figure):
        return [tuple(np.asarray(one.get_offsets())[-1]) for one in scatters(figure)]

    assert places(part)[1] == pytest.approx(places(whole)[1])
    assert "−0,20" not in written(part)


def test_what_is_hidden_has_a_cross_and_all_hidden_is_one_sentence():
    frame = pairs()
    frame.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    assert "×" in written(draw_pairs(frame, DRAWING))
    nothing = draw_pairs(frame.assign(estimate=np.nan), DRAWING)
    assert written(nothing) == ["× verborgen"]


def test_terms_that_are_no_pairs_and_too_many_series_are_refused():
    with pytest.raises(ValueError, match="1 terms are no pair"):
        draw_pairs(pairs().replace({"term": {"a.x": "a"}}), DRAWING)
    four = pd.concat([three(), pairs().iloc[:1].assign(term="a.w")])
    with pytest.raises(ValueError, match="4 series do not read; draw at most 3"):
        draw_pairs(four, DRAWING)


def test_an_interval_is_explained_only_where_one_is_drawn():
    without = three().assign(ci_low=np.nan, ci_high=np.nan)
    (legend,) = draw_pairs(without, DRAWING).legends
    assert legend.get_title().get_text() == "", "the legend said what no row has"
    (legend,) = draw_pairs(three(), DRAWING).legends
    assert "95%" in legend.get_title().get_text()


def test_a_band_is_not_called_an_interval():
    banded = pairs("percent")
    row = {"estimate": 83.3, "ci_low": 66.7, "ci_high": 100.0, "half_step": 0.0}
    banded.loc[0, list(row)] = list(row.values())
    figure = draw_pairs(banded, DRAWING)
    words = figure.legends[0].get_title().get_text()
    assert "band" in words.lower()
    assert "interval" not in words


def test_an_axis_of_ranks_names_each_rank_from_one():
    ranks = three().assign(unit="rank", estimate=2.0, ci_low=1.0, ci_high=6.0)
    axes = draw_pairs(ranks, DRAWING).axes[0]
    assert list(axes.get_xticks()) == [1, 2, 3, 4, 5, 6]


def test_a_band_has_no_dot_and_no_value():
    frame = pairs("percent").assign(half_step=0.5)
    band = {"estimate": 83.3, "ci_low": 66.7, "ci_high": 100.0, "half_step": 0.0}
    frame.loc[0, list(band)] = list(band.values())
    figure = draw_pairs(frame, DRAWING)
    assert not any("83,3" in text for text in written(figure)), "its middle is no estimate"
    assert sum(len(one.get_offsets()) for one in scatters(figure)) == len(frame) - 1

"""Lines over an axis of numbers."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.charts.look import COLOURS
from analysis.charts.options import drawing_of, read_options
from analysis.charts.profiles import draw_profiles
from analysis.claims.register import read_register
from analysis.errors import EditionError
from tests.charts.frames import DRAWING, measured, profiles
from tests.charts.overlap import outside, touching

LONG = {
    "a": "Leerklimaat en loopbaanmogelijkheden binnen de organisatie",
    "b": "Agressie en ongewenst gedrag door cliënten of hun naasten",
    "c": "Onregelmatigheidstoeslag",
}
OVER = replace(DRAWING, axis="Drempel: kans op vertrek", highlight=("a", "b"))


def lines(figure):
    return [line for line in figure.axes[0].lines if len(line.get_xdata()) == 4]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("highlight", [("a", "b"), ()])
def test_names_do_not_touch_even_where_lines_end_together(layout, language, highlight):
    drawing = replace(
        OVER, layout=layout, language=language, labels=LONG, highlight=highlight, synthetic=True
    )
    together = profiles().assign(value=lambda frame: frame["value"].fillna(9.0) / 10)
    for frame in (profiles(), together, profiles().query("measure == 'at_5'")):
        figure = draw_profiles(frame, drawing)
        assert touching(figure) == []
        assert outside(figure) == []


def test_those_that_stand_out_are_coloured_and_named_and_the_others_grey():
    figure = draw_profiles(profiles(), OVER)
    assert [line.get_color() for line in lines(figure)] == ["#8C8C8C", COLOURS[0], COLOURS[1]]
    written = [text.get_text() for text in figure.axes[0].texts]
    assert written == ["Alfa", "Bèta"]
    assert "Grijze lijn: de andere; de naam staat in de tabel." in figure.get_suptitle()
    assert figure.axes[0].get_xlabel() == "Drempel: kans op vertrek"


def test_narrow_names_stand_above_beside_their_mark():
    figure = draw_profiles(profiles(), replace(OVER, layout="narrow"))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["Alfa", "Bèta"]


def test_places_are_numbers_and_a_hidden_cell_breaks_the_line():
    figure = draw_profiles(profiles()[::-1], OVER)
    broken = lines(figure)[2]
    assert list(broken.get_xdata()) == [0.5, 5, 10, 20]
    assert list(np.isnan(broken.get_ydata())) == [False, True, False, True]
    assert "Waar een lijn ontbreekt: × verborgen." in figure.get_suptitle()
    dots = [len(one.get_offsets()) for one in figure.axes[0].collections]
    assert dots == [0, 4, 2]


def test_a_grey_value_between_two_hidden_ones_is_a_dot():
    figure = draw_profiles(profiles(), replace(OVER, highlight=("a",)))
    grey = figure.axes[0].collections[0]
    assert [tuple(one) for one in grey.get_offsets()] == [(0.5, 30.0), (10.0, 22.0)]


def test_zero_is_drawn_only_between_values_on_both_sides():
    def zeros(frame):
        return [
            line for line in draw_profiles(frame, OVER).axes[0].lines
            if list(line.get_ydata()) == [0, 0]
        ]  # fmt: skip

    assert zeros(profiles()) == []
    assert len(zeros(profiles().assign(value=lambda frame: frame["value"] - 20))) == 1


def test_all_hidden_is_one_sentence():
    nothing = draw_profiles(profiles().assign(value=np.nan, status="suppressed"), OVER)
    assert [text.get_text() for text in nothing.axes[0].texts] == ["× verborgen"]


def test_too_many_lines_and_measures_without_a_place_are_refused():
    many = measured({f"g{number}": {"at_1": 1.0, "at_2": 2.0} for number in range(5)})
    with pytest.raises(ValueError, match="5 profiles do not read; name at most 4 in highlight"):
        draw_profiles(many, DRAWING)
    with pytest.raises(ValueError, match="names no place"):
        draw_profiles(measured({"a": {"x": 1.0}}), DRAWING)
    with pytest.raises(ValueError, match="one period"):
        draw_profiles(profiles().assign(period=["2024JJ00", "2025JJ00"] * 6), DRAWING)


def test_a_chapter_names_the_axis_and_what_stands_out():
    options = read_options("x", {"axis": {"nl": "Drempel", "en": "Threshold"}, "highlight": ["a"]})
    drawing = drawing_of(options, read_register(), language="en", layout="wide", synthetic=False)
    assert (drawing.axis, drawing.highlight) == ("Threshold", ("a",))
    with pytest.raises(EditionError, match="'x' has options that do not fit: highlight"):
        read_options("x", {"highlight": ["a", "b", "c", "d", "e"]})
    with pytest.raises(EditionError, match="'x' has options that do not fit: axis"):
        read_options("x", {"axis": "Drempel"})

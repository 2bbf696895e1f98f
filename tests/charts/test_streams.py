"""Layers of a whole and streams between two looks: names read, and what is hidden leaves no mark."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from analysis.charts.alluvial import draw_alluvial
from analysis.charts.stacked import BLUE, WARM, draw_stacked
from tests.charts.frames import DRAWING, layers, measured, streams
from tests.charts.overlap import outside, smallest, touching

STATES = {
    "a": "Vast contract in deze functie",
    "b": "Tijdelijk contract in deze functie",
    "c": "Inactief (restgroep)",
    "x": "Bij dezelfde organisatie",
    "y": "Bij een andere organisatie van de branche",
    "z": "In een andere sector",
}
AGES = replace(DRAWING, axis="Leeftijd", labels=STATES)


def hidden(frame, group, measure):
    here = (frame["group"] == group) & (frame["measure"] == measure)
    return frame.assign(
        value=frame["value"].mask(here), status=frame["status"].mask(here, "suppressed")
    )


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize(("draw", "frame"), [(draw_stacked, layers()), (draw_alluvial, streams())])
def test_names_stand_inside_the_figure_and_do_not_touch(layout, draw, frame):
    figure = draw(frame, replace(AGES, layout=layout, synthetic=True))
    assert touching(figure) == []
    assert outside(figure) == []
    assert smallest(figure) >= 8


def test_layers_lie_on_each_other_up_to_a_hundred():
    figure = draw_stacked(layers(), AGES)
    tops = [one.get_paths()[0].vertices[:, 1].max() for one in figure.axes[0].collections]
    assert tops == pytest.approx([80.0, 100.0, 100.0])
    assert figure.axes[0].get_ylim() == (0, 100)


def test_a_place_of_which_something_is_hidden_is_left_open():
    figure = draw_stacked(hidden(layers(), "b", "at_35"), AGES)
    assert figure.get_suptitle() == "Waar het vlak ontbreekt: × verborgen."
    for layer in figure.axes[0].collections:
        assert all(35 not in path.vertices[:, 0] for path in layer.get_paths())


def test_layers_that_are_no_whole_are_refused():
    with pytest.raises(ValueError, match="do not add up to 100"):
        draw_stacked(layers().assign(value=lambda frame: frame["value"] / 2), AGES)
    many = {f"g{number}": {"at_1": 11.1, "at_2": 11.1} for number in range(9)}
    with pytest.raises(ValueError, match="9 layers do not read"):
        draw_stacked(measured(many), AGES)


def test_layers_that_stand_out_are_blue():
    figure = draw_stacked(layers(), replace(AGES, highlight=("b",)))
    fills = [to_hex(one.get_facecolor()[0]).upper() for one in figure.axes[0].collections]
    assert fills == [WARM[0], BLUE[0], WARM[1]]


def test_streams_are_as_wide_as_their_share_and_blocks_say_the_sum():
    figure = draw_alluvial(streams(), AGES)
    written = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "72,5%" in written
    assert "27,5%" in written
    assert "50,5%" in written
    sizes = [
        patch.get_path().vertices[0, 1] - patch.get_path().vertices[7, 1]
        for patch in figure.axes[0].patches
        if len(patch.get_path().vertices) == 9
    ]
    assert sizes == pytest.approx(list(streams()["value"]))


def test_a_hidden_stream_is_not_drawn_and_its_ends_have_no_number():
    figure = draw_alluvial(hidden(streams(), "b", "z"), AGES)
    written = [text.get_text() for text in figure.axes[0].texts]
    assert sum(text.endswith("×") for text in written) == 2
    assert "verborgen" in figure.get_suptitle()


def test_nothing_released_is_one_sentence():
    for draw, frame in ((draw_stacked, layers()), (draw_alluvial, streams())):
        nothing = draw(frame.assign(value=np.nan, status="suppressed"), AGES)
        assert [text.get_text() for text in nothing.axes[0].texts] == ["× verborgen"]

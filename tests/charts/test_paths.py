"""Path diagrams: where boxes, arrows and numbers stand."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.charts.layered import in_blocks, in_layers, layers_of
from analysis.charts.look import COLOURS, GREY
from analysis.charts.paths import draw_paths
from tests.charts.frames import DRAWING, paths
from tests.charts.overlap import boxes, outside, smallest, touching

SOURCES = {
    "load": "Werkdruk en emotionele belasting",
    "harm": "Agressie en ongewenst gedrag door cliënten of hun naasten",
    "body": "Fysieke belasting",
    "learn": "Leerklimaat en loopbaanmogelijkheden binnen de organisatie",
    "lead": "Inspirerend leiderschap",
    "free": "Regelruimte",
}
BETWEEN = {"tired": "Emotionele uitputting", "keen": "Bevlogenheid"}
OUTCOMES = {"ill": "Verzuim door het werk", "leave": "Plan om te vertrekken"}
ONE_WAY = [(a, b) for a in SOURCES for b in BETWEEN]
FURTHER = [(a, b) for a in BETWEEN for b in OUTCOMES]
DIRECT = [(a, b) for a in SOURCES for b in OUTCOMES]
SHAPES = {
    "all": ONE_WAY + FURTHER + DIRECT,
    "no direct paths": ONE_WAY + FURTHER,
    "one direct path": [*ONE_WAY[::3], *FURTHER, ("load", "ill")],
    "one arrow": [("load", "ill")],
    "a chain": [("load", "tired"), ("tired", "keen"), ("keen", "ill"), ("ill", "leave")],
}


def frame(pairs, unit="standard_deviations"):
    values = 0.4 * np.cos(np.arange(len(pairs)))
    if unit == "odds_ratio":
        values = np.exp(values)
    return pd.DataFrame(
        {
            "term": [f"{a}.{b}" for a, b in pairs], "estimate": values, "ci_low": values - 0.06,
            "ci_high": values + 0.06, "unit": unit,
        }
    )  # fmt: skip


LONG = replace(DRAWING, labels={**SOURCES, **BETWEEN, **OUTCOMES}, synthetic=True)


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_words_touch_and_all_can_be_read(shape, layout):
    figure = draw_paths(frame(SHAPES[shape]), replace(LONG, layout=layout))
    assert touching(figure) == []
    assert outside(figure) == []
    assert smallest(figure) >= 8
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 9


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("shape", SHAPES)
def test_names_lie_in_their_boxes_and_numbers_outside_all(shape, layout):
    figure = draw_paths(frame(SHAPES[shape]), replace(LONG, layout=layout, language="en"))
    placed = list(boxes(figure).items())
    patches = [patch.get_window_extent() for patch in figure.axes[0].patches]
    names = set(LONG.labels.values())
    for words, box in placed:
        text = words.partition(": ")[2].replace("\n", " ")
        held = [
            one for one in patches
            if one.x0 - 1 <= box.x0 and box.x1 <= one.x1 + 1
            and one.y0 - 1 <= box.y0 and box.y1 <= one.y1 + 1
        ]  # fmt: skip
        assert len(held) == (1 if text in names else 0), words


@pytest.mark.parametrize("shape", SHAPES)
def test_arrows_go_round_boxes(shape):
    plan = in_layers(SHAPES[shape], lambda _: (0.9, 0.5), [(0.4, 0.2)] * len(SHAPES[shape]), 7.25)
    for pair, points in zip(SHAPES[shape], plan.arrows, strict=True):
        for start, end in itertools.pairwise(points):
            along = start + np.linspace(0.01, 0.99, 200)[:, None] * (end - start)
            for box in plan.boxes:
                inside = (np.abs(along - [box.x, box.y]) < [box.width / 2, box.height / 2]).all(1)
                assert not inside.any(), (pair, box.key)


def test_more_layers_than_fit_are_blocks():
    chain = [*SHAPES["a chain"], ("leave", "body"), ("body", "learn")]
    figure = draw_paths(frame(chain), LONG)
    assert len(figure.axes[0].patches) == 2 * len(chain)
    assert touching(figure) == []
    assert len(draw_paths(frame(SHAPES["no direct paths"]), LONG).axes[0].patches) == 10


def test_a_layer_is_the_longest_way_to_it():
    pairs = [("a", "m"), ("m", "y"), ("a", "y"), ("b", "y")]
    assert layers_of(pairs) == {"a": 0, "m": 1, "y": 2, "b": 0}
    with pytest.raises(ValueError, match="run in a circle"):
        layers_of([("a", "b"), ("b", "a")])
    with pytest.raises(ValueError, match="run in a circle"):
        layers_of([("a", "a")])


def test_arrows_that_need_not_cross_do_not():
    pairs = [("a", "x"), ("b", "y"), ("c", "x")]
    plan = in_layers(pairs, lambda _: (1.0, 0.3), [(0.3, 0.15)] * 3, 6.0)
    heights = {box.key: box.y for box in plan.boxes}
    assert (heights["a"] - heights["b"]) * (heights["c"] - heights["b"]) > 0


def test_a_block_holds_the_arrows_into_one_box():
    plan = in_blocks(SHAPES["no direct paths"], lambda _: (1.2, 0.4), [(0.4, 0.2)] * 16, 3.5)
    assert len(plan.boxes) == 4 + 16
    assert len(plan.rules) == 3
    for (source, target), points in zip(SHAPES["no direct paths"], plan.arrows, strict=True):
        ends = [
            [box.key for box in plan.boxes
             if abs(x - box.x) <= box.width / 2 + 1e-9 and abs(y - box.y) <= box.height / 2 + 1e-9]
            for x, y in points
        ]  # fmt: skip
        assert ends == [[source], [target]]


def arrows(figure):
    return [line for line in figure.axes[0].lines if line.get_marker() == "None"]


def test_an_arrow_tells_direction_size_and_doubt_without_colour_too():
    figure = draw_paths(paths(), DRAWING)
    found = dict(zip(paths()["term"], arrows(figure), strict=True))
    assert {term: line.get_color() for term, line in found.items()} == {
        "a.m": COLOURS[0], "b.m": COLOURS[1], "m.y": COLOURS[0], "a.y": COLOURS[0]
    }  # fmt: skip
    dashed = {term for term, line in found.items() if line.get_linestyle() == "--"}
    assert dashed == {"a.y"}
    widths = [found[term].get_linewidth() for term in ("m.y", "a.m", "b.m", "a.y")]
    assert widths == sorted(widths, reverse=True)
    assert "−0,20" in [text.get_text() for text in figure.axes[0].texts]


def test_small_associations_look_small():
    small = paths().assign(estimate=paths()["estimate"] / 20)
    assert max(line.get_linewidth() for line in arrows(draw_paths(small, DRAWING))) < 1.4


def test_odds_are_as_far_from_one_when_double_as_when_half():
    pairs = [("a", "y"), ("b", "y")]
    odds = frame(pairs, "odds_ratio").assign(
        estimate=[2.0, 0.5], ci_low=[1.5, 0.4], ci_high=[3.0, 0.7]
    )
    first, second = arrows(draw_paths(odds, DRAWING))
    assert first.get_linewidth() == pytest.approx(second.get_linewidth())
    assert [first.get_color(), second.get_color()] == list(COLOURS[:2])
    assert "onder 1" in draw_paths(odds, DRAWING).get_suptitle()


def test_only_what_is_drawn_is_explained():
    legend = draw_paths(paths().iloc[[0, 2]], DRAWING).get_suptitle()
    assert "standaarddeviaties" in legend
    for absent in ("Oranje", "Gestreept", "verborgen"):
        assert absent not in legend


def test_a_hidden_arrow_is_grey_with_a_cross_and_all_hidden_is_one_sentence():
    hidden = paths()
    hidden.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    figure = draw_paths(hidden, DRAWING)
    assert arrows(figure)[0].get_color() == GREY
    assert "×" in [text.get_text() for text in figure.axes[0].texts]
    assert "Grijs: × verborgen." in figure.get_suptitle()
    nothing = draw_paths(hidden.assign(estimate=np.nan), DRAWING)
    assert [text.get_text() for text in nothing.axes[0].texts] == ["× verborgen"]


def test_one_unit_only():
    mixed = paths().assign(unit=["odds_ratio", *["standard_deviations"] * 3])
    with pytest.raises(ValueError, match="one unit"):
        draw_paths(mixed, DRAWING)

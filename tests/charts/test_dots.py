"""Dots as a ranked forest plot, and their axis in each unit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.charts.dots import draw_dots
from analysis.charts.look import Reference
from analysis.methods.results import UNITS
from tests.charts.frames import DRAWING, terms
from tests.charts.overlap import outside, touching

NAMES = [
    "Werkdruk en emotionele belasting",
    "Leerklimaat en loopbaanmogelijkheden binnen de organisatie",
    "Agressie en ongewenst gedrag door cliënten of hun naasten",
    "Onregelmatigheidstoeslag",
    "Regelruimte",
] * 3
KEYS = [f"t{place}" for place in range(14)]
LABELS = dict(zip(KEYS, NAMES, strict=False))


def ranked(unit, middle=0.0, step=0.05):
    values = [middle + step * (7 - place) for place in range(14)]
    if unit == "odds_ratio":
        values = [float(np.exp(value)) for value in values]
    return pd.DataFrame(
        {
            "term": KEYS, "estimate": values, "ci_low": [value - step for value in values],
            "ci_high": [value + step for value in values], "unit": unit,
            "half_step": np.nan,
        }
    )  # fmt: skip


def shown_ticks(figure):
    axes = figure.axes[0]
    figure.canvas.draw()
    low, high = axes.get_xlim()
    return [
        label.get_text()
        for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        if low <= place <= high
    ]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize(
    ("unit", "middle", "step"),
    [("odds_ratio", 0, 0.05), ("percent_change", 0, 1.5), ("correlation", 0, 0.05),
     ("rank", 8, 1), ("index", 0.8, 0.01), ("standard_deviations", 0, 0.05),
     ("percentage_points", 0, 0.2)],
)  # fmt: skip
def test_fourteen_rows_with_long_names_read_in_every_unit(layout, unit, middle, step):
    drawing = replace(DRAWING, layout=layout, labels=LABELS, synthetic=True)
    figure = draw_dots(ranked(unit, middle, step), drawing)
    assert touching(figure) == []
    assert outside(figure) == []
    ticks = shown_ticks(figure)
    assert len(ticks) == len(set(ticks)) >= 2


def test_odds_ratios_stand_on_an_axis_where_double_and_half_are_as_far():
    figure = draw_dots(ranked("odds_ratio"), DRAWING)
    assert figure.axes[0].get_xscale() == "log"
    assert {"0,5", "1", "2"} <= set(shown_ticks(figure))
    below_zero = ranked("odds_ratio").assign(ci_low=-1.0)
    assert draw_dots(below_zero, DRAWING).axes[0].get_xscale() == "linear"


@pytest.mark.parametrize(
    ("unit", "neutral", "least"),
    [("correlation", 0, 0.3), ("percent_change", 0, 10), ("odds_ratio", 1, 2), ("ratio", 1, 1.5)],
)
def test_small_differences_look_small_in_their_own_unit(unit, neutral, least):
    frame = terms().assign(estimate=neutral, ci_low=neutral, ci_high=neutral, unit=unit)
    low, high = draw_dots(frame, DRAWING).axes[0].get_xlim()
    assert low < neutral < least < high
    assert high < 2 * least


def test_every_unit_has_an_axis():
    for unit in UNITS:
        draw_dots(terms().assign(unit=unit), DRAWING)


def test_narrow_names_stand_above_their_dots():
    figure = draw_dots(terms(), replace(DRAWING, layout="narrow"))
    axes = figure.axes[0]
    names = [text for text in axes.texts if text.get_text() in ("Alfa", "Bèta")]
    assert [text.xy[0] for text in names] == [0, 0]
    assert list(axes.get_yticks()) == []


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_what_the_report_says_stands_clear_of_the_next_row(layout):
    references = {key: Reference(0.7, 0.9, "0,7 tot 0,9") for key in ("a", "b")}
    drawing = replace(DRAWING, layout=layout, references=references)
    assert touching(draw_dots(terms(), drawing)) == []


def test_a_hidden_row_says_so_and_all_hidden_is_one_sentence():
    cells = pd.DataFrame(
        {"group": ["a", "b"], "period": "2025JJ00", "measure": "m", "value": [1.0, np.nan],
         "unit": "percent", "status": ["not stated", "suppressed"]}
    )  # fmt: skip
    written = [text.get_text() for text in draw_dots(cells, DRAWING).axes[0].texts]
    assert written.count("× verborgen") == 1
    nothing = draw_dots(cells.assign(value=np.nan, status="suppressed"), DRAWING)
    assert [text.get_text() for text in nothing.axes[0].texts] == ["× verborgen"]


def test_a_band_is_written_as_such_and_its_middle_is_not():
    frame = terms().iloc[:1].assign(estimate=83.3, ci_low=66.7, ci_high=100.0, half_step=0.0)
    written = [text.get_text() for text in draw_dots(frame, DRAWING).axes[0].texts]
    assert "66,7% tot 100,0%" in written, "the band itself is told"
    assert "83,3%" not in written, "its middle is no estimate"


@pytest.mark.parametrize(("middle", "drawn"), [(0.0, 1), (1.0, 0)])
def test_minus_and_plus_are_told_apart_in_a_unit_that_does_not_compare(middle, drawn):
    figure = draw_dots(ranked("index", middle), replace(DRAWING, labels=LABELS))
    dashed = [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert len(dashed) == drawn, "the line at zero"

"""Predicted against observed."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.charts.calibration import draw_calibration
from tests.charts.frames import DRAWING, calibrated
from tests.charts.overlap import outside, touching

NAMED = replace(
    DRAWING,
    labels={"x": "Voorspelde kans op vertrek", "y": "Medewerkers die van plan zijn te vertrekken"},
    synthetic=True,
)


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("rows", [16, 4])
def test_axes_are_equal_and_words_do_not_touch(rows, layout, language):
    frame = calibrated().iloc[:rows]
    figure = draw_calibration(frame, replace(NAMED, layout=layout, language=language))
    assert touching(figure) == []
    assert outside(figure) == []
    axes = figure.axes[0]
    assert axes.get_xlim() == axes.get_ylim()
    box = axes.get_window_extent()
    assert box.width == pytest.approx(box.height, rel=1e-6)
    assert box.width > 0.6 * min(figure.bbox.width, figure.bbox.height)


def test_the_diagonal_runs_from_corner_to_corner():
    axes = draw_calibration(calibrated(), NAMED).axes[0]
    (line,) = axes.lines
    assert tuple(line.get_xdata()) == tuple(line.get_ydata()) == axes.get_xlim()
    assert axes.get_xlim()[0] == 0


def test_axes_far_from_zero_do_not_start_there_unless_asked():
    high = calibrated().assign(value=lambda frame: frame["value"] / 10 + 60)
    assert draw_calibration(high, NAMED).axes[0].get_xlim()[0] > 50
    assert draw_calibration(high, replace(NAMED, from_zero=True)).axes[0].get_xlim()[0] == 0
    full = calibrated().assign(value=lambda frame: frame["value"] + 75)
    assert draw_calibration(full, NAMED).axes[0].get_xlim()[1] <= 102


def test_a_hidden_bin_is_not_drawn_and_an_interval_may_be_missing():
    hidden = calibrated()
    hidden.loc[hidden["group"] == "bin_2", ["value", "status"]] = [np.nan, "suppressed"]
    figure = draw_calibration(hidden, NAMED)
    assert len(figure.axes[0].collections[1].get_offsets()) == 3
    assert "× verborgen" in figure.get_suptitle()
    bare = calibrated().query("measure in ('x', 'y')")
    assert "95%" not in draw_calibration(bare, NAMED).get_suptitle()


def test_one_period_and_one_unit_only():
    with pytest.raises(ValueError, match="one period"):
        draw_calibration(calibrated().assign(period=["2024JJ00", "2025JJ00"] * 8), NAMED)
    with pytest.raises(ValueError, match="one unit"):
        draw_calibration(calibrated().assign(unit=["percent", "ratio"] * 8), NAMED)

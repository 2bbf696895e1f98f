"""What a model predicts against what happens, in groups of people and with the line of equality."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    LIGHT,
    SIZES,
    Drawing,
    label_of,
    packed,
    start,
    write_legend,
    write_nothing_released,
    write_values,
)
from analysis.methods.results import SUPPRESSED

#: Inches of the side of the square, and above and below it.
_SIDE, _AROUND = {"wide": 4.0, "narrow": 3.0}, 1.35
#: Characters on a line of the name of an axis.
_NAME_WIDTH = {"wide": 48, "narrow": 36}
_EACH = {
    "nl": "Stip: gemiddelde van een groep.",
    "en": "Dot: mean of a group.",
}
_INTERVAL = {"nl": "Lijn: 95%-interval.", "en": "Line: 95% interval."}
_EQUAL = {
    "nl": "Gestreept: voorspeld en waargenomen zijn gelijk.",
    "en": "Dashed: predicted and observed are equal.",
}
_HIDDEN = {"nl": "Niet alle groepen: × verborgen.", "en": "Not all groups: × hidden."}


def draw_calibration(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a dot per bin with its interval, on two equal axes with their diagonal.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` as ``distribution.binned`` returns it, with one period: ``x`` is
        predicted and ``y`` observed, in one unit. Their labels name the axes.

    Raises
    ------
    ValueError
        If there are several periods or units.
    """
    if frame["period"].nunique() != 1:
        raise ValueError("a calibration shows one period; choose it in methods")
    if frame["unit"].nunique() != 1:
        raise ValueError("predicted and observed have one unit; use the same scale in methods")
    unit = frame["unit"].iloc[0]
    wide = frame.pivot(index="group", columns="measure", values="value")
    bins = wide.reindex(columns=["x", "y", "y_low", "y_high"]).dropna(subset=["x", "y"])
    height = (_SIDE[drawing.layout] + _AROUND) / SIZES[drawing.layout][1]
    if bins.empty:
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    figure, axes = start(drawing, height=height)
    low, high = _limits(bins, unit, drawing)
    axes.plot([low, high], [low, high], color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    known = bins.dropna(subset=["y_low", "y_high"])
    axes.vlines(known["x"], known["y_low"], known["y_high"], color=COLOURS[0], linewidth=2)
    axes.scatter(bins["x"], bins["y"], s=56, color=COLOURS[0], zorder=3)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal", anchor="C")
    name = formats.UNIT_LABELS[unit][drawing.language]
    predicted = textwrap.fill(f"{label_of(drawing, 'x')} ({name})", _NAME_WIDTH[drawing.layout])
    axes.set_xlabel(predicted, fontsize=10, color="black")
    observed = textwrap.fill(f"{label_of(drawing, 'y')} ({name})", _NAME_WIDTH[drawing.layout])
    axes.set_title(observed, loc="left", fontsize=10, color="black", pad=10)
    axes.grid(color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        write_values(axis, drawing.language)
    marks = [
        (_EACH, True),
        (_INTERVAL, len(known) > 0),
        (_EQUAL, True),
        (_HIDDEN, (frame["status"] == SUPPRESSED).any()),
    ]
    sentences = [text[drawing.language] for text, drawn in marks if drawn]
    write_legend(figure, packed(sentences, drawing), drawing)
    return figure


def _limits(bins: pd.DataFrame, unit: str, drawing: Drawing) -> tuple[float, float]:
    """Return the limits of both axes: all that is drawn, and zero where it is near."""
    low, high = float(np.nanmin(bins)), float(np.nanmax(bins))
    room = 0.06 * (high - low or 1)
    low, high = low - room, high + room
    if drawing.from_zero or 0 <= low < 0.3 * high:
        low = 0.0
    return (max(low, 0.0), min(high, 102.0)) if unit == "percent" else (low, high)

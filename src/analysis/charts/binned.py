"""Means of groups along a characteristic, in place of a point per person or organisation."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    LIGHT,
    Drawing,
    label_of,
    start,
    write_legend,
    write_nothing_released,
    write_values,
)

#: More values than this would touch each other.
_MOST_VALUES = {"wide": 10, "narrow": 5}
_EACH = {
    "nl": "Elke stip is het gemiddelde van een groep; de lijn is het 95%-interval.",
    "en": "Each dot is the mean of a group; the line is the 95% interval.",
}


def draw_binned(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a dot per bin with its interval; suppressed bins are not drawn.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` with one period and the measures ``x``, ``y`` and, where there is
        an interval, ``y_low`` and ``y_high``. Labels of ``x`` and ``y`` name the axes.
    """
    if frame["period"].nunique() != 1:
        raise ValueError("bins show one period; choose it in methods")
    units = frame.groupby("measure")["unit"].first()
    bins = pd.DataFrame(
        {
            measure: frame[frame["measure"] == measure].set_index("group")["value"]
            for measure in ("x", "y", "y_low", "y_high")
        }
    )
    bins = bins.dropna(subset=["x", "y"]).sort_values("x")
    figure, axes = start(drawing, height=1.08)
    if bins.empty:
        write_nothing_released(axes, drawing)
        return figure
    known = bins.dropna(subset=["y_low", "y_high"])
    axes.vlines(known["x"], known["y_low"], known["y_high"], color=COLOURS[0], linewidth=2)
    axes.scatter(bins["x"], bins["y"], s=62, color=COLOURS[0], zorder=3)
    for row in _with_values(bins, drawing).itertuples():
        axes.annotate(
            formats.value(row.y, units["y"], drawing.language, fixed=True),
            (row.x, row.y if np.isnan(row.y_high) else row.y_high),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            color=COLOURS[0],
        )
    low, high = bins[["y", "y_low"]].min(axis=None), bins[["y", "y_high"]].max(axis=None)
    room = 0.12 * (high - low or 1)
    axes.set_ylim(0 if drawing.from_zero else low - room, high + 1.4 * room)
    across = bins["x"].max() - bins["x"].min() or 1
    axes.set_xlim(bins["x"].min() - 0.08 * across, bins["x"].max() + 0.08 * across)
    axes.set_xlabel(_named("x", units, drawing), fontsize=10, color="black")
    axes.set_title(_named("y", units, drawing), loc="left", fontsize=10, color="black", pad=10)
    write_legend(figure, [_EACH[drawing.language]], drawing)
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    for axis, wide in ((axes.xaxis, 8), (axes.yaxis, 6)):
        axis.set_major_locator(
            MaxNLocator(nbins=wide if drawing.layout == "wide" else 4, steps=[1, 2, 5, 10])
        )
        write_values(axis, drawing.language)
    return figure


def _named(measure: str, units: pd.Series, drawing: Drawing) -> str:
    unit = formats.UNIT_LABELS[units[measure]][drawing.language]
    name = label_of(drawing, measure)
    return name if unit in name.lower() else f"{name} ({unit})"


def _with_values(bins: pd.DataFrame, drawing: Drawing) -> pd.DataFrame:
    """Choose the bins whose value is written: all, or the ends when these are too many."""
    if len(bins) <= _MOST_VALUES[drawing.layout]:
        return bins
    return bins.iloc[[0, -1]]

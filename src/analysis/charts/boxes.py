"""Boxes from released percentiles: no mark of a single organisation or person."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    FILL,
    GREY,
    LIGHT,
    NOTHING,
    Drawing,
    label_of,
    start,
    write_legend,
    write_values,
)

_LABEL_WIDTH = {"wide": 28, "narrow": 15}
_BOX = 0.17
_LEGEND = {
    "p50": {"nl": "Dikke streep: mediaan.", "en": "Thick line: median."},
    "p25": {
        "nl": "Vak: P25 tot P75, de middelste helft.",
        "en": "Box: P25 to P75, the middle half.",
    },
    "p10": {
        "nl": "Lijn: P10 tot P90, de middelste 80%.",
        "en": "Line: P10 to P90, the middle 80%.",
    },
}


def draw_boxes(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a box per group; what was suppressed is not drawn.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` with one period and the measures ``p10``, ``p25``, ``p50``,
        ``p75`` and ``p90``, as far as released.
    """
    if frame["period"].nunique() != 1:
        raise ValueError("boxes show one period; choose it in methods")
    groups = list(dict.fromkeys(frame["group"]))
    figure, axes = start(drawing, height=0.42 + 0.19 * len(groups))
    found = [released(frame[frame["group"] == group]) for group in groups]
    for place, values in enumerate(found):
        _draw_box(axes, place, values)
        _write_box(axes, place, values, drawing)
    axes.set_yticks(
        np.arange(len(groups)),
        [
            textwrap.fill(
                label_of(drawing, group), _LABEL_WIDTH[drawing.layout], break_long_words=False
            )
            for group in groups
        ],
        color="black",
    )
    axes.set_ylim(len(groups) - 0.4, -0.6)
    _limit(axes, [value for values in found for value in values.values()], drawing)
    write_legend(figure, legend(found, drawing), drawing)
    axes.set_xlabel(formats.UNIT_LABELS[frame["unit"].iloc[0]][drawing.language], fontsize=9)
    axes.grid(axis="x", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=8 if drawing.layout == "wide" else 5, steps=[1, 2, 5, 10])
    )
    write_values(axes.xaxis, drawing.language)
    return figure


def released(rows: pd.DataFrame) -> dict[str, float]:
    """Return measure → value of what the airlock let through."""
    known = rows.dropna(subset=["value"])
    return dict(zip(known["measure"], known["value"], strict=True))


def legend(found: list[dict[str, float]], drawing: Drawing) -> list[str]:
    """Say in words what the marks are, and only those that are drawn."""
    drawn = [
        text[drawing.language]
        for measure, text in _LEGEND.items()
        if any(measure in values for values in found)
    ]
    if any(not values for values in found):
        drawn.append(NOTHING[drawing.language])
    return [" ".join(drawn)] if drawing.layout == "wide" else drawn


def _draw_box(axes: Axes, place: int, values: dict[str, float]) -> None:
    colour = COLOURS[0]
    for end, near in (("p10", "p25"), ("p90", "p75")):
        if end in values and near in values:
            # The line and its cap in one stroke, between two released values.
            axes.plot(
                [values[near], values[end], values[end], values[end]],
                [place, place, place - _BOX / 2, place + _BOX / 2],
                color=colour,
                linewidth=1.6,
            )
    if "p25" in values and "p75" in values:
        axes.add_patch(
            Rectangle(
                (values["p25"], place - _BOX),
                values["p75"] - values["p25"],
                2 * _BOX,
                facecolor=FILL,
                edgecolor=colour,
                linewidth=1.4,
                zorder=2,
            )
        )
    if "p50" in values:
        axes.plot(
            [values["p50"]] * 2, [place - _BOX, place + _BOX], color=colour, linewidth=3.6,
            solid_capstyle="butt", zorder=3,
        )  # fmt: skip


def _write_box(axes: Axes, place: int, values: dict[str, float], drawing: Drawing) -> None:
    # Ends stand outside, the quarters below the box and the median above: none can touch.
    spots = {
        "p10": ((-5, 0), "right", "center", 0.0),
        "p90": ((5, 0), "left", "center", 0.0),
        "p25": ((1, -2), "right", "top", _BOX),
        "p75": ((-1, -2), "left", "top", _BOX),
        "p50": ((0, 2), "center", "bottom", -_BOX),
    }
    for measure, (offset, across, along, shift) in spots.items():
        if measure not in values:
            continue
        median = measure == "p50"
        axes.annotate(
            formats.number(values[measure], drawing.language, fixed=True),
            (values[measure], place + shift),
            xytext=offset,
            textcoords="offset points",
            ha=across,
            va=along,
            fontsize=10 if median else 9,
            fontweight="bold" if median else "normal",
            color=COLOURS[0] if median else GREY,
        )
    if not values:
        axes.annotate(
            "×", (0.02, place), xycoords=axes.get_yaxis_transform(), va="center", color=GREY
        )


def _limit(axes: Axes, marks: list[float], drawing: Drawing) -> None:
    if not marks:
        return
    low, high = min(marks), max(marks)
    # A value stands beside each end.
    room = (0.1 if drawing.layout == "wide" else 0.2) * (high - low or 1)
    axes.set_xlim(0 if drawing.from_zero else low - room, high + room)

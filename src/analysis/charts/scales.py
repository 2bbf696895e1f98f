"""Rows of estimates: their axis in each unit, and their names beside or above them."""

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis import formats
from analysis.charts.look import GREY, LIGHT, SIZES, Drawing, label_of, write_values
from analysis.languages import Language

#: Where there is no difference, for units that compare.
NEUTRAL = {
    "ratio": 1.0,
    "odds_ratio": 1.0,
    "standard_deviations": 0.0,
    "correlation": 0.0,
    "percent_change": 0.0,
    "percentage_points": 0.0,
    "percentage_points_per_year": 0.0,
}
#: Shown at least, so that small differences look small.
_AROUND = {
    "ratio": (0.5, 1.5),
    "odds_ratio": (0.5, 2.0),
    "standard_deviations": (-0.5, 0.5),
    "correlation": (-0.3, 0.3),
    "percent_change": (-10.0, 10.0),
    "percentage_points": (-1.0, 1.0),
    "percentage_points_per_year": (-0.2, 0.2),
}
#: Twice the odds lie as far from equal odds as half of them.
_LOGARITHMIC = ("odds_ratio",)
_TICKS_OF_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_WHOLE = ("rank", "factors", "groups")
#: More ranks than this are not each named on the axis.
_MOST_RANKS = 10
#: Part of the axis beside the outermost mark.
_ROOM = 0.12
#: Characters on a line of a name.
_NAME_WIDTH = {"wide": 34, "narrow": 42}
#: Inches that a line of a name takes, and the room between the names of two rows.
_LINE, _BETWEEN = 0.168, 0.12
#: Behind words that lines may cross.
ON_WHITE = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}


def draw_neutral(axes: Axes, unit: str, marks: Iterable[float] = ()) -> None:
    """Draw where there is no difference: for a unit that compares, and between minus and plus.

    Parameters
    ----------
    marks
        Places of dots and ends of intervals. With some on both sides of zero, a reader has to see
        which is which, also in a unit that does not compare.
    """
    signs = {np.sign(mark) for mark in marks if not np.isnan(mark)}
    if unit in NEUTRAL or {-1.0, 1.0} <= signs:
        axes.axvline(neutral_of(unit), color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)


def fit(axes: Axes, unit: str, marks: Iterable[float], drawing: Drawing) -> None:
    """Fit the axis of estimates to all that is marked on it, and write its ticks and unit.

    Parameters
    ----------
    marks
        Places of dots and ends of intervals; those that are missing do not count.
    """
    known = [mark for mark in marks if not np.isnan(mark)] + [*_AROUND.get(unit, ())]
    low, high = min(known), max(known)
    wide = drawing.layout == "wide"
    if unit in _LOGARITHMIC and low > 0:
        axes.set_xscale("log")
        room = (high / low) ** _ROOM
        axes.set_xlim(low / room, high * room)
        axes.xaxis.set_major_locator(FixedLocator(_TICKS_OF_RATIOS))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        low = 0 if drawing.from_zero else low
        room = _ROOM * (high - low or 1)
        right = high + room
        if unit == "percent" and high <= 100:
            # No tick beyond all of it.
            right = min(right, 104.0)
        axes.set_xlim(low if drawing.from_zero else low - room, right)
        locator = MaxNLocator(nbins=8 if wide else 5, steps=[1, 2, 5, 10], integer=unit in _WHOLE)
        if unit == "rank" and high <= _MOST_RANKS:
            # Ranks count from one, and there is none between two.
            locator = FixedLocator(range(1, math.ceil(high) + 1))
        axes.xaxis.set_major_locator(locator)
    # Labels at the dots count people, so the axis does.
    scale = 1000 if unit == "thousand" else 1
    if scale == 1:
        axes.set_xlabel(formats.UNIT_LABELS[unit][drawing.language], fontsize=9)
    axes.grid(axis="x", color=LIGHT, linewidth=0.6)
    write_values(axes.xaxis, drawing.language, scale=scale)


def neutral_of(unit: str) -> float:
    """Return where there is no association; zero for a unit that does not compare."""
    return NEUTRAL.get(unit, 0.0)


def strengths_of(estimates: pd.Series, unit: str) -> pd.Series:
    """Return how far each estimate is from no association, as part of the furthest.

    The furthest is at least as far as an axis in this unit reaches, so that small associations
    look small. Odds and ratios twice as large are as far as those half as large.
    """
    around = _AROUND.get(unit, (0.0, 0.0))[1]
    if neutral_of(unit) == 1:
        far, least = np.log(estimates.clip(lower=1e-6)).abs(), np.log(around)
    else:
        far, least = estimates.abs(), around
    return far / (max(far.max(), least) or 1)


def without_unit(value: float, unit: str, language: Language) -> str:
    """Write a value for a column of values, whose unit stands at the axis."""
    written = formats.value(value, unit, language, fixed=True)
    return written.removesuffix(f" {formats.UNIT_LABELS[unit][language]}")


def write_at_edge(axes: Axes, place: float, row, colour: str, language: Language) -> None:
    """Write the value of a row in a column at the edge, where no mark comes; × when hidden."""
    hidden = np.isnan(row.estimate)
    axes.annotate(
        "×" if hidden else without_unit(row.estimate, row.unit, language),
        (1, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(5, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=9.5,
        color=GREY if hidden else colour,
        annotation_clip=False,
    )


@dataclass(frozen=True)
class Rows:
    """Rows below each other, in inches from the top of the axes.

    Attributes
    ----------
    labels
        Name of each row, broken into lines.
    tops, middles
        Where each row starts, and where its marks are.
    bottom
        Where the last row ends.
    """

    labels: list[str]
    tops: np.ndarray
    middles: np.ndarray
    bottom: float


def rows_of_keys(keys: Iterable[str], drawing: Drawing, *, above: float, below: float) -> Rows:
    """Divide the axes into rows that are high enough for their marks and their name.

    A wide figure has the name beside the marks, a narrow one above them: beside them it would take
    more than half of the width.

    Parameters
    ----------
    above, below
        Inches that the marks of a row take above and below their middle.
    """
    width = _NAME_WIDTH[drawing.layout]
    labels = [textwrap.fill(label_of(drawing, key), width, break_long_words=False) for key in keys]
    names = _LINE * np.array([label.count("\n") + 1 for label in labels])
    if drawing.layout == "wide":
        heights = np.maximum(above + below, names + _BETWEEN)
        shift = heights / 2
    else:
        heights = names + above + below
        shift = heights - below
    tops = np.cumsum(heights) - heights
    return Rows(labels, tops, tops + shift, float(heights.sum()))


def write_names(axes: Axes, rows: Rows, drawing: Drawing) -> None:
    """Write the name of each row beside or above its marks."""
    axes.set_ylim(rows.bottom, 0)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylabel("")
    if drawing.layout == "wide":
        axes.set_yticks(rows.middles, rows.labels, color="black")
        return
    axes.set_yticks([])
    for top, label in zip(rows.tops, rows.labels, strict=True):
        axes.annotate(
            label,
            (0, top),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, -2),
            textcoords="offset points",
            va="top",
            fontsize=10,
            color="black",
            bbox=ON_WHITE,
        )


def height_of(rows: Rows, drawing: Drawing, *, beside: float) -> float:
    """Return the height of a figure as part of the usual one.

    Parameters
    ----------
    beside
        Inches that the axis and the legend take.
    """
    return (rows.bottom + beside) / SIZES[drawing.layout][1]

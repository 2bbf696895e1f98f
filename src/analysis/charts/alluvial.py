"""Streams from where people were to where they are: their width is the share of all people."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    Drawing,
    label_of,
    packed,
    spread,
    start,
    write_legend,
    write_nothing_released,
)
from analysis.methods.results import SUPPRESSED

#: Percent of white between two blocks of a side.
_GAP = 3.0
#: Width of a block, as a share of the distance between the two sides.
_BLOCK = 0.045
#: Streams let others through, and still have a contrast with white.
_STREAM = 0.45
_NAME_WIDTH = {"wide": 24, "narrow": 15}
_FONT = {"wide": 10.0, "narrow": 8.5}
_LINE = {"wide": 0.17, "narrow": 0.145}
#: Room for names on each side, in distances between the sides.
_ROOM = {"wide": (0.42, 0.62), "narrow": (0.62, 0.85)}
_HIDDEN = {
    "nl": "Sommige stromen zijn × verborgen: daar ontbreekt het getal van het geheel.",
    "en": "Some streams are × hidden: the number of their whole is missing.",
}


def draw_alluvial(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a stream from each group, at the left, to each measure, at the right.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` in percent of all people, with one period. Hidden streams are not
        drawn, and the blocks at their ends have no number.

    Raises
    ------
    ValueError
        If there are several periods, or more groups than have a colour.
    """
    if frame["period"].nunique() > 1:
        raise ValueError("streams show one period; choose it in methods")
    groups = list(dict.fromkeys(frame["group"]))
    measures = list(dict.fromkeys(frame["measure"]))
    if len(groups) > len(COLOURS):
        raise ValueError(f"{len(groups)} streams do not read; show at most {len(COLOURS)}")
    height = 0.62 + 0.1 * max(len(groups), len(measures))
    figure, axes = start(drawing, height=height)
    axes.set_axis_off()
    if frame["value"].isna().all():
        write_nothing_released(axes, drawing)
        return figure
    wide = frame.pivot(index="group", columns="measure", values="value")
    wide = wide.reindex(index=groups, columns=measures)
    hidden = frame[frame["status"] == SUPPRESSED]
    left, right = _blocks(wide.sum(axis=1)), _blocks(wide.sum(axis=0))
    lowest = min(left.iloc[-1]["end"], right.iloc[-1]["end"])
    before, after = _ROOM[drawing.layout]
    axes.set_xlim(-before, 1 + after)
    axes.set_ylim(lowest - 2, 2)
    _draw_streams(axes, wide, left, right)
    for side, blocks, column in ((0, left, "group"), (1, right, "measure")):
        _draw_blocks(axes, blocks, side)
        partly = set(hidden[column])
        _name(axes, blocks, side, partly, drawing)
    if len(hidden):
        write_legend(figure, packed([_HIDDEN[drawing.language]], drawing), drawing)
    return figure


def _blocks(sizes: pd.Series) -> pd.DataFrame:
    """Place blocks below each other: they begin at ``begin`` and end lower, at ``end``."""
    gaps = _GAP * np.arange(len(sizes))
    ends = -(sizes.cumsum() + gaps)
    return pd.DataFrame({"size": sizes, "begin": ends + sizes, "end": ends})


def _draw_streams(axes: Axes, wide: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> None:
    leaving, arriving = left["begin"].to_dict(), right["begin"].to_dict()
    for number, group in enumerate(wide.index):
        for measure in wide.columns:
            size = wide.loc[group, measure]
            if not size > 0:
                continue
            top, bottom = leaving[group], arriving[measure]
            leaving[group] -= size
            arriving[measure] -= size
            begin, end = _BLOCK, 1 - _BLOCK
            half = (begin + end) / 2
            corners = [
                (begin, top), (half, top), (half, bottom), (end, bottom),
                (end, bottom - size), (half, bottom - size), (half, top - size),
                (begin, top - size), (begin, top),
            ]  # fmt: skip
            curve = [Path.CURVE4] * 3
            codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
            axes.add_patch(
                PathPatch(
                    Path(corners, codes), facecolor=COLOURS[number], alpha=_STREAM,
                    edgecolor="white", linewidth=0.6,
                )
            )  # fmt: skip


def _draw_blocks(axes: Axes, blocks: pd.DataFrame, side: int) -> None:
    for number, row in enumerate(blocks.itertuples()):
        axes.add_patch(
            Rectangle(
                (side * (1 - _BLOCK), row.end), _BLOCK, row.size,
                facecolor=GREY if side else COLOURS[number], edgecolor="none",
            )
        )  # fmt: skip


def _name(axes: Axes, blocks: pd.DataFrame, side: int, partly: set[str], drawing: Drawing) -> None:
    """Write name and share beside each block; without a number where part of it is hidden."""
    names = []
    for row in blocks.itertuples():
        name = textwrap.fill(
            label_of(drawing, row.Index), _NAME_WIDTH[drawing.layout], break_long_words=False
        )
        value = "×" if row.Index in partly else formats.value(row.size, "percent", drawing.language)
        names.append(f"{name}\n{value}")
    middles = ((blocks["begin"] + blocks["end"]) / 2).tolist()
    low, high = axes.get_ylim()
    most = max(name.count("\n") + 1 for name in names)
    tall = axes.figure.get_figheight() - 0.3
    least = (high - low) * (most * _LINE[drawing.layout] + 0.04) / tall
    for name, place in zip(names, spread(middles, least=least), strict=True):
        axes.text(
            1.02 if side else -0.02, place, name, ha="left" if side else "right", va="center",
            fontsize=_FONT[drawing.layout], color="black", linespacing=1.1,
        )  # fmt: skip

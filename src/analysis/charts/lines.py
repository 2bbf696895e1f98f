"""Lines over time with the name of each at its end."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    LIGHT,
    Drawing,
    Reference,
    label_of,
    spread,
    start,
    write_values,
)
from analysis.methods.results import SUPPRESSED

#: A series that skips more than this many years is drawn with a gap.
_GAP_YEARS = 1.01
#: Characters per line of a label at the end of a line.
_LABEL_WIDTH = {"wide": 20, "narrow": 12}

#: Part of the axis that a character of a reference takes.
_CHARACTER = {"wide": 0.0125, "narrow": 0.035}


def draw_lines(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw one line per group or measure.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate``; at most four series.
    """
    frame = frame[frame["status"] != SUPPRESSED]
    figure, axes = start(drawing)
    placed = frame.assign(
        place=frame["period"].map(formats.period_place),
        key=frame[drawing.series],
    ).sort_values(["key", "place"])
    keys = list(dict.fromkeys(frame[drawing.series]))
    if len(keys) > len(COLOURS):
        raise ValueError(f"{len(keys)} lines do not read; draw at most {len(COLOURS)}")
    placed["run"] = placed["place"].groupby(placed["key"]).diff().gt(_GAP_YEARS).cumsum()
    sns.lineplot(
        placed,
        x="place",
        y="value",
        hue="key",
        hue_order=keys,
        units="run",
        estimator=None,
        palette=list(COLOURS[: len(keys)]),
        legend=False,
        ax=axes,
        linewidth=1.9,
        marker="o" if len(placed) / len(keys) <= 20 else None,
        markersize=4.5,
    )
    _limit(axes, placed, drawing)
    _draw_references(axes, placed, drawing)
    _label_ends(axes, placed, keys, drawing)
    axes.set(xlabel="", ylabel="")
    axes.set_title(
        formats.UNIT_LABELS[frame["unit"].iloc[0]][drawing.language].capitalize(),
        loc="left",
        fontsize=10,
        color=GREY,
        pad=12,
    )
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.xaxis.set_major_locator(
        MaxNLocator(integer=True, nbins=8 if drawing.layout == "wide" else 4)
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    write_values(axes.yaxis, drawing.language)
    return figure


def _limit(axes: Axes, placed: pd.DataFrame, drawing: Drawing) -> None:
    marks = [*placed["value"], *(r.low for r in drawing.references.values())]
    marks += [r.high for r in drawing.references.values()]
    low, high = min(marks), max(marks)
    room = 0.08 * (high - low or 1)
    axes.set_ylim(0 if drawing.from_zero else low - room, high + room)


def _draw_references(axes: Axes, placed: pd.DataFrame, drawing: Drawing) -> None:
    for reference in drawing.references.values():
        if reference.high > reference.low:
            axes.axhspan(reference.low, reference.high, color=GREY, alpha=0.13, linewidth=0)
        else:
            axes.axhline(reference.low, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        place, height, above = _emptiest(placed, reference, drawing)
        axes.annotate(
            reference.label,
            (place, height),
            xycoords=("axes fraction", "data"),
            xytext=(3, 2 if above else -2),
            textcoords="offset points",
            va="bottom" if above else "top",
            fontsize=9,
            color=GREY,
            style="italic",
        )


def _emptiest(
    placed: pd.DataFrame, reference: Reference, drawing: Drawing
) -> tuple[float, float, bool]:
    """Find where a label is furthest from the lines.

    Returns
    -------
    tuple
        Place from 0 to 1 along the axis, height, and whether the label stands above it: over the
        upper edge of the reference or under the lower one.
    """
    width = min(1.0, _CHARACTER[drawing.layout] * len(reference.label))
    first, last = placed["place"].min(), placed["place"].max()
    along = (placed["place"] - first) / (last - first or 1)

    def room(spot: tuple[float, float, bool]) -> float:
        start, height, _ = spot
        near = placed[along.between(start - 0.03, start + width)]
        if near.empty:
            return float("inf")
        runs = near.groupby(["key", "run"])["value"].agg(["min", "max"])
        crossed = (runs["min"] <= height) & (height <= runs["max"])
        return 0.0 if crossed.any() else (near["value"] - height).abs().min()

    edges = [(reference.high, True), (reference.low, False)]
    starts = np.arange(0, 1 - width + 0.01, 0.05)
    return max(((start, *edge) for edge in edges for start in starts), key=room)


def _label_ends(axes: Axes, placed: pd.DataFrame, keys: list[str], drawing: Drawing) -> None:
    ends = [placed[placed["key"] == key].iloc[-1] for key in keys]
    texts = [
        textwrap.fill(label_of(drawing, key), _LABEL_WIDTH[drawing.layout], break_long_words=False)
        + f"\n{formats.number(end['value'], drawing.language, fixed=end['unit'] == 'percent')}"
        for key, end in zip(keys, ends, strict=True)
    ]
    bottom, top = axes.get_ylim()
    line = (top - bottom) * 0.057
    lines = max(text.count("\n") + 1 for text in texts)
    places = spread([end["value"] for end in ends], least=line * lines)
    for end, text, place, colour in zip(ends, texts, places, COLOURS, strict=False):
        axes.annotate(
            text,
            (end["place"], end["value"]),
            xytext=(1.02, place),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=9.5,
            color=colour,
            linespacing=1.05,
            annotation_clip=False,
        )
    first, last = placed["place"].min(), placed["place"].max()
    axes.set_xlim(first - 0.03 * (last - first), last + 0.02 * (last - first))
    axes.set_ylim(bottom, top)

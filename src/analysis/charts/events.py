"""Estimates by year around a start: what was before it, what came after it, and zero."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    LIGHT,
    SHAPES,
    Drawing,
    packed,
    start,
    write_legend,
    write_nothing_released,
    write_values,
)
from analysis.charts.scales import ON_WHITE
from analysis.places import from_start

#: Part of the axis beyond the outermost mark.
_ROOM = 0.12
_BEFORE = {"nl": "Vierkant: vóór de start.", "en": "Square: before the start."}
_AFTER = {"nl": "Rond: erna.", "en": "Round: after it."}
_INTERVAL = {"nl": "Lijn: 95%-interval.", "en": "Line: 95% interval."}
_ZERO = {"nl": "Gestreept: geen verschil.", "en": "Dashed: no difference."}
_HIDDEN = {"nl": "Niet alle jaren: × verborgen.", "en": "Not all years: × hidden."}
_START = {"nl": "start", "en": "start"}


def draw_events(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a mark with its interval per year; years before the start differ in shape and colour.

    Parameters
    ----------
    frame
        Frame of ``Estimates`` with one unit and terms such as ``start_minus_2`` and
        ``start_plus_0``; the calendar year is that of the period.

    Raises
    ------
    ValueError
        If a term names no year from a start, or there are several units.
    """
    if frame["unit"].nunique() != 1:
        raise ValueError("years around a start have one unit; choose it in methods")
    rows = frame.assign(
        distance=frame["term"].map(from_start), year=frame["period"].map(formats.year_of)
    ).sort_values("year")
    known = rows.dropna(subset=["estimate"])
    figure, axes = start(drawing)
    if known.empty:
        write_nothing_released(axes, drawing)
        return figure
    unit = rows["unit"].iloc[0]
    axes.axhline(0, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    for number, part in enumerate((known[known["distance"] >= 0], known[known["distance"] < 0])):
        # What came after the start is in front; what was before is grey.
        colour = COLOURS[0] if number == 0 else GREY
        axes.vlines(part["year"], part["ci_low"], part["ci_high"], color=colour, linewidth=2)
        axes.scatter(
            part["year"], part["estimate"], s=58, marker=SHAPES[number], color=colour, zorder=3
        )
    _write_values(axes, known[known["distance"] >= 0], unit, drawing)
    _fit(axes, rows, known, drawing)
    _draw_start(axes, rows, drawing)
    _draw_references(axes, drawing)
    axes.set_title(
        formats.UNIT_LABELS[unit][drawing.language].capitalize(),
        loc="left", fontsize=10, color=GREY, pad=12,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    write_values(axes.yaxis, drawing.language)
    marks = [
        (_BEFORE, (known["distance"] < 0).any()),
        (_AFTER, (known["distance"] >= 0).any()),
        (_INTERVAL, known["ci_low"].notna().any()),
        (_ZERO, True),
        (_HIDDEN, len(known) < len(rows)),
    ]
    sentences = [text[drawing.language] for text, drawn in marks if drawn]
    write_legend(figure, packed(sentences, drawing), drawing)
    return figure


def _write_values(axes, after: pd.DataFrame, unit: str, drawing: Drawing) -> None:
    for row in after.itertuples():
        end = row.estimate if math.isnan(row.ci_low) else row.ci_low
        axes.annotate(
            formats.value(row.estimate, unit, drawing.language, fixed=True),
            (row.year, end), xytext=(0, -4), textcoords="offset points", ha="center", va="top",
            fontsize=9.5, color=COLOURS[0], bbox=ON_WHITE,
        )  # fmt: skip


def _fit(axes, rows: pd.DataFrame, known: pd.DataFrame, drawing: Drawing) -> None:
    ends = [end for one in drawing.references.values() for end in (one.low, one.high)]
    marks = [*known["estimate"], *known["ci_low"].dropna(), *known["ci_high"].dropna(), 0.0, *ends]
    low, high = min(marks), max(marks)
    room = _ROOM * (high - low or 1)
    axes.set_ylim(low - 1.3 * room, high + room)
    axes.set_xlim(rows["year"].min() - 0.6, rows["year"].max() + 0.6)
    nbins = 10 if drawing.layout == "wide" else 5
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=nbins))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def _draw_start(axes, rows: pd.DataFrame, drawing: Drawing) -> None:
    """Draw the start between the last year before it and the first year after it."""
    first = (rows["year"] - rows["distance"]).iloc[0]
    if not rows["year"].min() - 0.6 < first - 0.5 < rows["year"].max() + 0.6:
        return
    axes.axvline(first - 0.5, color=COLOURS[1], linewidth=1, zorder=1)
    axes.annotate(
        _START[drawing.language], (first - 0.5, 1), xycoords=axes.get_xaxis_transform(),
        xytext=(-3, -2), textcoords="offset points", ha="right", va="top", fontsize=9,
        color=COLOURS[1],
    )  # fmt: skip


def _draw_references(axes, drawing: Drawing) -> None:
    for reference in drawing.references.values():
        axes.hlines(
            np.unique([reference.low, reference.high]), *axes.get_xlim(), color=COLOURS[1],
            linewidth=1.4, zorder=1,
        )  # fmt: skip
        axes.annotate(
            reference.label, (0, reference.high), xycoords=axes.get_yaxis_transform(),
            xytext=(3, 3), textcoords="offset points", va="bottom", fontsize=9, color=COLOURS[1],
        )  # fmt: skip

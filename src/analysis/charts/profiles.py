"""Lines over an ordered axis of numbers, such as a threshold; a few stand out."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    LIGHT,
    SHAPES,
    Drawing,
    label_of,
    packed,
    spread,
    start,
    write_legend,
    write_nothing_released,
    write_series,
    write_values,
)
from analysis.methods.results import SUPPRESSED
from analysis.places import place_of

_NAME_WIDTH = 24
#: Colour of the lines that do not stand out: it has a contrast of 3:1 with white.
_OTHER = "#8C8C8C"
#: Inches of a line of a name.
_LINE = 0.165
_GREY_LINES = {
    "nl": "Grijze lijnen: de andere; hun namen staan in de tabel.",
    "en": "Grey lines: the others; the table has their names.",
}
_GREY_LINE = {
    "nl": "Grijze lijn: de andere; de naam staat in de tabel.",
    "en": "Grey line: the other; the table has its name.",
}
_BROKEN = {
    "nl": "Waar een lijn ontbreekt: × verborgen.",
    "en": "Where a line is missing: × hidden.",
}


def draw_profiles(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a line per group over the places that its measures name; a hidden cell breaks it.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` with one period and measures such as ``at_5`` and ``at_0_5``. The
        groups in ``highlight`` are coloured and named; without any, all are.

    Raises
    ------
    ValueError
        If a measure names no place, or more groups would stand out than read.
    """
    if frame["period"].nunique() > 1:
        raise ValueError("profiles show one period; choose it in methods")
    groups = list(dict.fromkeys(frame["group"]))
    named = highlighted(groups, drawing)
    wide = drawing.layout == "wide"
    figure, axes = start(drawing, height=1.0 if wide else 1.0 + 0.06 * len(named))
    if frame["value"].isna().all():
        write_nothing_released(axes, drawing)
        return figure
    lines = {group: along(frame[frame["group"] == group]) for group in groups}
    for group in groups:
        if group not in named:
            _draw_line(axes, lines[group], _OTHER, None)
    for number, group in enumerate(named):
        _draw_line(axes, lines[group], COLOURS[number], SHAPES[number])
    _fit(axes, frame, drawing)
    sentences = packed(_sentences(frame, len(groups) - len(named), drawing), drawing)
    if wide:
        _name_ends(axes, {group: lines[group] for group in named}, drawing)
        if sentences:
            write_legend(figure, sentences, drawing)
    else:
        names = [label_of(drawing, group) for group in named]
        write_series(figure, names, sentences, drawing)
    return figure


def highlighted(groups: list[str], drawing: Drawing) -> list[str]:
    """Return the groups that stand out, in the order in which a chapter names them.

    Raises
    ------
    ValueError
        If nobody chose, and there are too many to colour them all.
    """
    named = [group for group in drawing.highlight if group in groups] or groups
    if len(named) > len(COLOURS):
        raise ValueError(
            f"{len(named)} profiles do not read; name at most {len(COLOURS)} in highlight"
        )
    return named


def along(rows: pd.DataFrame) -> pd.Series:
    """Return the values of a group by place, in the order of the axis."""
    places = rows["measure"].map(place_of)
    return pd.Series(rows["value"].to_numpy(), index=places.to_numpy()).sort_index()


def _draw_line(axes: Axes, line: pd.Series, colour: str, shape: str | None) -> None:
    axes.plot(line.index, line, color=colour, linewidth=2 if shape else 1, zorder=3 if shape else 2)
    missing = line.isna().to_numpy()
    # Between two hidden values a line has no length.
    alone = ~missing & np.append(missing[1:], True) & np.insert(missing[:-1], 0, True)
    dots = line[~missing if shape else alone]
    axes.scatter(
        dots.index, dots, s=34 if shape else 9, marker=shape or "o", color=colour, zorder=3
    )


def _fit(axes: Axes, frame: pd.DataFrame, drawing: Drawing) -> None:
    places = frame["measure"].map(place_of)
    low, high = frame["value"].min(), frame["value"].max()
    room = 0.08 * (high - low or 1)
    bottom = min(low, 0) if drawing.from_zero else low - room
    if low >= 0:
        bottom = max(bottom, 0)
    top = min(high + room, 104) if frame["unit"].iloc[0] == "percent" else high + room
    axes.set_ylim(bottom, max(top, high))
    if low < 0 < high:
        axes.axhline(0, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    across = places.max() - places.min() or 1
    axes.set_xlim(places.min() - 0.03 * across, places.max() + 0.03 * across)
    axes.set_title(
        formats.UNIT_LABELS[frame["unit"].iloc[0]][drawing.language].capitalize(),
        loc="left",
        fontsize=10,
        color=GREY,
        pad=8,
    )
    axes.set_xlabel(drawing.axis, fontsize=10, color="black")
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    for axis, wide in ((axes.xaxis, 8), (axes.yaxis, 6)):
        nbins = wide if drawing.layout == "wide" else 5
        axis.set_major_locator(MaxNLocator(nbins=nbins, steps=[1, 2, 5, 10]))
        write_values(axis, drawing.language)
    if places.nunique() == 1:
        axes.set_xticks([places.iloc[0]])


def _sentences(frame: pd.DataFrame, others: int, drawing: Drawing) -> list[str]:
    found = []
    if others:
        found.append((_GREY_LINES if others > 1 else _GREY_LINE)[drawing.language])
    if (frame["status"] == SUPPRESSED).any():
        found.append(_BROKEN[drawing.language])
    return found


def _name_ends(axes: Axes, lines: dict[str, pd.Series], drawing: Drawing) -> None:
    """Write the name of each line at its end; one that is hidden has no end."""
    shown = {group: line.dropna() for group, line in lines.items()}
    ends = {group: line.iloc[-1] for group, line in shown.items() if len(line)}
    names = {
        group: textwrap.fill(label_of(drawing, group), _NAME_WIDTH, break_long_words=False)
        for group in ends
    }
    bottom, top = axes.get_ylim()
    most = max(name.count("\n") + 1 for name in names.values())
    least = (top - bottom) * most * _LINE / (0.75 * axes.figure.get_figheight())
    places = spread(list(ends.values()), least=least)
    for (group, end), place in zip(ends.items(), places, strict=True):
        axes.annotate(
            names[group],
            (1, end),
            xycoords=axes.get_yaxis_transform(),
            xytext=(1.02, place),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=9.5,
            color=COLOURS[list(lines).index(group)],
            linespacing=1.05,
            annotation_clip=False,
        )

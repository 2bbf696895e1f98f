"""Layers on top of each other over an ordered axis of numbers: shares that add up to everybody."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    EDGE,
    FILL,
    GREY,
    LIGHT,
    Drawing,
    label_of,
    packed,
    start,
    write_legend,
    write_nothing_released,
    write_values,
)
from analysis.charts.profiles import along

#: Fills of layers that stand out and of the others, from the bottom; neighbours differ in
#: lightness, and white lies between them.
BLUE = (COLOURS[0], EDGE, FILL, "#EDF2F7")
WARM = ("#E0A07A", COLOURS[1], LIGHT, "#8C8C8C")
_NAME_WIDTH = {"wide": 22, "narrow": 14}
_FONT = {"wide": 9.5, "narrow": 8.5}
#: Inches of a line of a name.
_LINE = {"wide": 0.165, "narrow": 0.145}
#: Where names stand, and where the line from a layer to its name ends, as shares of the width.
_NAMES, _ELBOW = 1.07, 1.055
_HIDDEN = {
    "nl": "Waar het vlak ontbreekt: × verborgen.",
    "en": "Where the area is missing: × hidden.",
}
#: Shares that are rounded add up to everybody within this.
_ROUNDING = 1.0


def draw_stacked(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a layer per group over the places that its measures name, each with its name beside it.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` in percent with one period and measures such as ``at_25``; groups
        from the bottom up. At each place they add up to 100. A place of which something is hidden
        is left open. Groups in ``highlight`` are blue; without any, the first ones are.

    Raises
    ------
    ValueError
        If there are more groups than read, several periods, or shares that do not add up.
    """
    if frame["period"].nunique() > 1:
        raise ValueError("stacked layers show one period; choose it in methods")
    groups = list(dict.fromkeys(frame["group"]))
    fills = _fills(groups, drawing)
    wide = drawing.layout == "wide"
    figure, axes = start(drawing, height=1.05 if wide else 1.0)
    layers = pd.DataFrame({group: along(frame[frame["group"] == group]) for group in groups})
    whole = layers.dropna()
    if whole.empty:
        write_nothing_released(axes, drawing)
        return figure
    if ((whole.sum(axis=1) - 100).abs() > _ROUNDING).any():
        raise ValueError("stacked layers are the parts of a whole; they do not add up to 100")
    tops = layers.cumsum(axis=1).where(layers.notna().all(axis=1))
    bottom = pd.Series(0.0, index=tops.index)
    for group, fill in fills.items():
        axes.fill_between(
            tops.index, bottom, tops[group], facecolor=fill, edgecolor="white", linewidth=1.2
        )
        bottom = tops[group]
    axes.set_ylim(0, 100)
    axes.set_xlim(layers.index.min(), layers.index.max())
    axes.set_title(
        formats.UNIT_LABELS["percent"][drawing.language].capitalize(),
        loc="left", fontsize=10, color=GREY, pad=8,
    )  # fmt: skip
    axes.set_xlabel(drawing.axis, fontsize=10, color="black")
    for axis, ticks in ((axes.xaxis, 8 if wide else 5), (axes.yaxis, 5)):
        axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
        write_values(axis, drawing.language)
    _name(axes, whole, fills, drawing)
    if len(whole) < len(layers):
        write_legend(figure, packed([_HIDDEN[drawing.language]], drawing), drawing)
    return figure


def _fills(groups: list[str], drawing: Drawing) -> dict[str, str]:
    """Give each layer its fill: blue for those that stand out, warm for the others."""
    # In the order of ``highlight``: a group that is missing elsewhere changes no other's fill.
    blue = list(drawing.highlight) or groups[: len(BLUE)]
    warm = [one for one in groups if one not in blue]
    if len(blue) > len(BLUE) or len(warm) > len(WARM):
        raise ValueError(
            f"{len(groups)} layers do not read; show at most {len(BLUE)} that stand out and "
            f"{len(WARM)} others"
        )
    chosen = dict(zip(blue, BLUE, strict=False)) | dict(zip(warm, WARM, strict=False))
    return {group: chosen[group] for group in groups}


def _name(axes: Axes, whole: pd.DataFrame, fills: dict[str, str], drawing: Drawing) -> None:
    """Write the name of each layer at the right, with a line to where it ends."""
    last = whole.iloc[-1]
    middles = (last.cumsum() - last / 2).tolist()
    names = [
        textwrap.fill(label_of(drawing, group), _NAME_WIDTH[drawing.layout])
        for group in whole.columns
    ]
    inch = 100 / (0.72 * axes.figure.get_figheight())
    heights = [((name.count("\n") + 1) * _LINE[drawing.layout] + 0.05) * inch for name in names]
    places = _apart(middles, heights)
    for middle, place, name, fill in zip(middles, places, names, fills.values(), strict=True):
        axes.plot(
            [1.0, _ELBOW - 0.035, _ELBOW],
            [middle, place, place],
            transform=axes.get_yaxis_transform(),
            color=fill if fill in (EDGE, *COLOURS) else GREY,
            linewidth=1.4,
            clip_on=False,
        )
        axes.annotate(
            name,
            (_NAMES, place),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=_FONT[drawing.layout],
            color="black",
            linespacing=1.05,
            annotation_clip=False,
        )


def _apart(middles: list[float], heights: list[float]) -> list[float]:
    """Push names apart that lie in order, up first and then down where they would leave the top."""
    places = list(middles)
    for place in range(1, len(places)):
        room = (heights[place - 1] + heights[place]) / 2
        places[place] = max(places[place], places[place - 1] + room)
    ceiling = 100 + heights[-1] / 2
    for place in reversed(range(len(places))):
        places[place] = min(places[place], ceiling - heights[place] / 2)
        ceiling = places[place] - heights[place] / 2
    return places

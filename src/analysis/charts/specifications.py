"""One estimate under many combinations of choices, sorted, with the choices below them."""

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
    SIZES,
    Drawing,
    label_of,
    packed,
    start,
    together,
    write_legend,
    write_nothing_released,
    write_values,
)
from analysis.charts.scales import NEUTRAL, ON_WHITE, neutral_of
from analysis.methods.specifications import AND, middle_of

#: Inches of the estimates, of a row of choices, between two kinds, and of the words around.
_ESTIMATES, _ROW, _BETWEEN, _AROUND = {"wide": 2.6, "narrow": 3.0}, 0.2, 0.09, 0.75
#: Characters on a line of the name of a choice.
_NAME_WIDTH = 34
#: Area of a dot, and width of an interval, by the number of estimates.
_MANY = 40
_TELL = {
    "nl": "Elke stip is één combinatie van keuzes, van laag naar hoog. Lijn: 95%-interval.",
    "en": "Each dot is one combination of choices, from low to high. Line: 95% interval.",
}
_CLEAR = {
    "nl": "Dicht en donker: interval zonder nul. Open en grijs: nul ligt erin.",
    "en": "Filled and dark: interval without zero. Open and grey: zero lies in it.",
}
_CLEAR_OF_RATIOS = {
    "nl": "Dicht en donker: interval zonder één. Open en grijs: één ligt erin.",
    "en": "Filled and dark: interval without one. Open and grey: one lies in it.",
}
_BELOW = {
    "nl": "Onder elke stip staat welke keuzes gemaakt zijn.",
    "en": "Below each dot are the choices that were made.",
}
_IN_TABLE = {
    "nl": "De tabel noemt de keuzes bij elke stip.",
    "en": "The table names the choices of each dot.",
}
_HIDDEN = {"nl": "Niet alle combinaties: × verborgen.", "en": "Not all combinations: × hidden."}


def draw_specifications(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw sorted estimates with intervals and, where there is room, a matrix of their choices.

    Parameters
    ----------
    frame
        Frame of ``Estimates`` in one unit, whose terms join the same number of choices by ``+``.

    Raises
    ------
    ValueError
        If terms do not have the same number of choices, or there are several units.
    """
    if frame["unit"].nunique() != 1:
        raise ValueError("specifications have one unit; estimate the same in each")
    kinds = choices_of(frame)
    known = frame.dropna(subset=["estimate"]).sort_values("estimate", kind="stable")
    if known.empty:
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    wide = drawing.layout == "wide"
    rows = [(kind, choice) for kind, choices in enumerate(kinds) for choice in choices]
    names = [textwrap.fill(label_of(drawing, choice), _NAME_WIDTH) for _, choice in rows]
    heights = [_ROW * (name.count("\n") + 1) for name in names]
    below = sum(heights) + _BETWEEN * len(kinds) if wide else 0.0
    inches = _ESTIMATES[drawing.layout] + below + _AROUND
    figure, axes = start(drawing, height=inches / SIZES[drawing.layout][1])
    if wide and rows:
        figure.delaxes(axes)
        axes, matrix = figure.subplots(2, 1, sharex=True, height_ratios=[_ESTIMATES["wide"], below])
        axes.spines[["top", "right"]].set_visible(False)
        _draw_choices(matrix, known, rows, names, heights)
    _draw_estimates(axes, known, drawing)
    unit = known["unit"].iloc[0]
    told = [_TELL, _CLEAR_OF_RATIOS if neutral_of(unit) == 1 else _CLEAR]
    told.append(_BELOW if wide else _IN_TABLE)
    told += [_HIDDEN] if len(known) < len(frame) else []
    write_legend(figure, packed([one[drawing.language] for one in told], drawing), drawing)
    return figure


def choices_of(frame: pd.DataFrame) -> list[list[str]]:
    """Return the choices of each kind that differ between terms, in the order of the terms.

    Raises
    ------
    ValueError
        If terms do not have the same number of choices.
    """
    parts = [str(term).split(AND) for term in frame["term"]]
    if len({len(part) for part in parts}) != 1:
        raise ValueError("specifications make the same number of choices; join one of each kind")
    kinds = [list(dict.fromkeys(kind)) for kind in zip(*parts, strict=True)]
    return [kind for kind in kinds if len(kind) > 1]


def is_clear(frame: pd.DataFrame, unit: str) -> pd.Series:
    """Tell of each estimate whether its interval leaves out that there is no difference."""
    neutral = neutral_of(unit)
    return (frame["ci_low"] > neutral) | (frame["ci_high"] < neutral)


def _draw_estimates(axes: Axes, known: pd.DataFrame, drawing: Drawing) -> None:
    unit = known["unit"].iloc[0]
    places, clear = np.arange(len(known)), is_clear(known, unit).to_numpy()
    many = len(known) > _MANY
    size = (9 if drawing.layout == "narrow" else 16) if many else 40
    for chosen, colour, face in ((~clear, GREY, "white"), (clear, COLOURS[0], COLOURS[0])):
        part = known[chosen]
        axes.vlines(
            places[chosen], part["ci_low"], part["ci_high"], color=colour,
            linewidth=0.8 if many else 1.6, alpha=0.55,
        )  # fmt: skip
        axes.scatter(
            places[chosen], part["estimate"], s=size, facecolor=face, edgecolor=colour,
            linewidth=0.9, zorder=3,
        )  # fmt: skip
    if unit in NEUTRAL:
        axes.axhline(NEUTRAL[unit], color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set_xlim(-0.03 * len(known) - 0.6, 1.03 * len(known) - 0.4)
    axes.set_xticks([])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    write_values(axes.yaxis, drawing.language)
    axes.set_ylabel(formats.UNIT_LABELS[unit][drawing.language], fontsize=9)
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    middle = middle_of(known["estimate"].to_numpy())
    for place, align in {0: "left", middle: "center", len(known) - 1: "right"}.items():
        row = known.iloc[place]
        upper = row["ci_high"] if not np.isnan(row["ci_high"]) else row["estimate"]
        axes.annotate(
            formats.value(row["estimate"], unit, drawing.language, fixed=True),
            (place, upper),
            xytext=(0, 4),
            textcoords="offset points",
            ha=align,
            fontsize=9.5,
            color=COLOURS[0],
            bbox=ON_WHITE,
        )
        axes.vlines(place, row["estimate"], upper, color=COLOURS[0], linewidth=1.2, zorder=2)


def _draw_choices(
    axes: Axes,
    known: pd.DataFrame,
    rows: list[tuple[int, str]],
    names: list[str],
    heights: list[float],
) -> None:
    """Draw a row per choice with a mark below each estimate that makes it."""
    parts = [set(str(term).split(AND)) for term in known["term"]]
    top, before = 0.0, rows[0][0]
    for (kind, choice), name, height in zip(rows, names, heights, strict=True):
        if kind != before:
            axes.axhline(top + _BETWEEN / 2, color=LIGHT, linewidth=0.8)
            top, before = top + _BETWEEN, kind
        middle = top + height / 2
        made = [place for place, part in enumerate(parts) if choice in part]
        axes.scatter(made, [middle] * len(made), s=12, marker="|", color=COLOURS[0], linewidth=1.6)
        axes.annotate(
            name, (0, middle), xycoords=axes.get_yaxis_transform(), xytext=(-4, 0),
            textcoords="offset points", ha="right", va="center", fontsize=9, color="black",
            annotation_clip=False,
        )  # fmt: skip
        top += height
    axes.set_ylim(top + _BETWEEN / 2, -_BETWEEN / 2)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines[:].set_visible(False)


def told_choices(term: str, kinds: list[list[str]], drawing: Drawing) -> str:
    """Return the choices of a term that differ between terms, in words."""
    there = [choice for choice in term.split(AND) if any(choice in kind for kind in kinds)]
    return together([label_of(drawing, choice) for choice in there], drawing.language)

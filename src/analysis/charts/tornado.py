"""How far an outcome moves when one assumption at a time goes to its low or its high end."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    GREY,
    SHAPES,
    Drawing,
    label_of,
    start,
    write_nothing_released,
    write_series,
)
from analysis.charts.pairs import split
from analysis.charts.scales import ON_WHITE, fit, height_of, rows_of_keys, write_names
from analysis.methods.results import PAIR

#: Term of the outcome with every assumption in its middle, and names of the ends of an assumption.
BASE, ENDS = "base", ("low", "high")
#: Inches above and below the middle of a row, and those of the axis and the legend.
_ABOVE, _BELOW, _BESIDE = 0.3, 0.26, 1.4
#: Part of the axis that a letter of a value takes beside its end.
_ROOM = {"wide": 0.014, "narrow": 0.024}
_WORDS = {
    "nl": [
        "Streep: uitkomst als één aanname verschuift.",
        "Gestreept: alle aannames op hun midden.",
    ],
    "en": ["Line: outcome if one assumption moves.", "Dashed: all assumptions at their middle."],
}


def draw_tornado(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a row per assumption, in the order of the frame, from its one end to the other.

    Parameters
    ----------
    frame
        Frame of ``Estimates``: term ``base``, and for each assumption ``<name>.low`` and
        ``<name>.high``.

    Raises
    ------
    ValueError
        If the base or an end of an assumption is not there.
    """
    base = frame[frame["term"] == BASE]
    if len(base) != 1:
        raise ValueError(f"a tornado needs one term '{BASE}', to which it compares")
    ends = split(frame[frame["term"] != BASE])
    names = list(dict.fromkeys(ends["left"]))
    expected = {f"{name}{PAIR}{end}" for name in names for end in ENDS}
    if not names or set(ends["term"]) != expected:
        raise ValueError(f"each assumption needs the ends {' and '.join(ENDS)}, and no others")
    if frame["estimate"].isna().any():
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    unit, middle = base["unit"].iloc[0], float(base["estimate"].iloc[0])
    laid = rows_of_keys(names, drawing, above=_ABOVE, below=_BELOW)
    figure, axes = start(drawing, height=height_of(laid, drawing, beside=_BESIDE))
    axes.axvline(0, color=GREY, linewidth=1)
    axes.axvline(middle, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    found = ends.set_index("term")["estimate"]
    for place, name in zip(laid.middles, names, strict=True):
        low, high = (float(found[f"{name}{PAIR}{end}"]) for end in ENDS)
        axes.hlines(place, low, high, color=GREY, linewidth=5, zorder=2)
        # The label stands on the outer side of its end.
        for number, (value, other) in enumerate(((low, high), (high, low))):
            axes.scatter(
                [value], [place], s=52, marker=SHAPES[number], color=COLOURS[number], zorder=3,
                clip_on=False,
            )  # fmt: skip
            _write(axes, value, place, unit, drawing, number, left=value < other)
    write_names(axes, laid, drawing)
    fit(axes, unit, [0.0, middle, *ends["estimate"]], drawing)
    # Values stand on the outer sides.
    low, high = axes.get_xlim()
    longest = max(len(formats.value(one, unit, drawing.language)) for one in ends["estimate"])
    room = _ROOM[drawing.layout] * longest * (high - low)
    axes.set_xlim(low - room, high + room)
    series = [label_of(drawing, end) for end in ENDS]
    write_series(figure, series, _WORDS[drawing.language], drawing)
    return figure


def _write(
    axes: Axes, value: float, place: float, unit: str, drawing: Drawing, number: int, *, left: bool
) -> None:
    axes.annotate(
        formats.value(value, unit, drawing.language),
        (value, place),
        xytext=(-3 if left else 3, 7),
        textcoords="offset points",
        ha="right" if left else "left",
        fontsize=9.5,
        color=COLOURS[number],
        bbox=ON_WHITE,
    )

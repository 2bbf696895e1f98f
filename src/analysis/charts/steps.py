"""A curve in steps with its interval, and how many are still followed below it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Locator, MaxNLocator, MultipleLocator

from analysis import formats
from analysis.charts.look import (
    COLOURS,
    EDGE,
    FILL,
    GREY,
    LIGHT,
    Drawing,
    label_of,
    start,
    write_legend,
    write_values,
)

_TICKS = {"wide": 8, "narrow": 4}
#: Part of the axis after the last step.
_STUB = 0.03
#: Months; durations are in months.
_YEAR = 12
_AT_RISK = {"nl": "Nog gevolgd (personen)", "en": "Still followed (people)"}
_BAND = {
    "nl": "Lijn: schatting. Band: 95%-interval.",
    "en": "Line: estimate. Band: 95% interval.",
}


def draw_steps(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw the steps of a curve, with no mark for those whom it lost from sight.

    Parameters
    ----------
    frame
        Frame of a ``Curve``. The labels ``time`` and ``still_there`` name the axes.
    """
    figure, axes = start(drawing, height=1.15)
    first, last = frame["time"].iloc[0], frame["time"].iloc[-1]
    # The last step is seen to have a height: it goes on for a little, to the edge.
    edge = last + _STUB * (last - first or 1)
    drawn = pd.concat([frame, frame.iloc[[-1]].assign(time=edge)])
    known = drawn.dropna(subset=["ci_low", "ci_high"])
    axes.fill_between(
        known["time"], known["ci_low"], known["ci_high"], step="post", color=FILL, linewidth=0
    )
    for end in ("ci_low", "ci_high"):
        axes.step(known["time"], known[end], where="post", color=EDGE, linewidth=0.8)
    axes.step(drawn["time"], drawn["value"], where="post", color=COLOURS[0], linewidth=2)
    ends = [*frame["value"], *known["ci_low"], *known["ci_high"]]
    low = 0.0 if drawing.from_zero else max(0.0, min(ends) - 0.06 * (max(ends) - min(ends) or 1))
    axes.set_ylim(low, 101 if max(ends) > 97 or drawing.from_zero else max(ends))
    axes.set_xlim(first, edge)
    end = frame.iloc[-1]
    axes.annotate(
        formats.value(end["value"], "percent", drawing.language, fixed=True),
        (1, end["value"]),
        xycoords=axes.get_yaxis_transform(),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=10,
        fontweight="bold",
        color=COLOURS[0],
        annotation_clip=False,
    )
    if len(known):
        write_legend(figure, [_BAND[drawing.language]], drawing)
    axes.set_title(
        f"{label_of(drawing, 'still_there')} ({formats.UNIT_LABELS['percent'][drawing.language]})",
        loc="left",
        fontsize=10,
        color="black",
        pad=10,
    )
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(_locator(last - first, drawing))
    write_values(axes.xaxis, drawing.language)
    write_values(axes.yaxis, drawing.language)
    axes.set_xlabel(label_of(drawing, "time"), fontsize=10, color="black")
    _write_counts(axes, frame, drawing)
    return figure


def _write_counts(axes: Axes, frame: pd.DataFrame, drawing: Drawing) -> None:
    axes.annotate(
        _AT_RISK[drawing.language], (0, 0), xycoords="axes fraction", xytext=(0, -48),
        textcoords="offset points", fontsize=9, color=GREY, annotation_clip=False,
    )  # fmt: skip
    for row in _near_ticks(axes, frame).itertuples():
        axes.annotate(
            formats.number(row.at_risk, drawing.language, decimals=0),
            (row.time, 0),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, -62),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            color="black",
            annotation_clip=False,
        )


def _locator(span: float, drawing: Drawing) -> Locator:
    """Place ticks at whole years of months where the time is that long."""
    most = _TICKS[drawing.layout]
    if not _YEAR < span <= 20 * _YEAR:
        return MaxNLocator(nbins=most, steps=[1, 2, 5, 10])
    return MultipleLocator(_YEAR * np.ceil(span / _YEAR / most))


def _near_ticks(axes: Axes, frame: pd.DataFrame) -> pd.DataFrame:
    """Choose the row nearest to each tick; each stands at its own time, with its own count."""
    times = frame["time"].to_numpy()
    ticks = [tick for tick in axes.get_xticks() if times[0] <= tick <= times[-1]]
    chosen: list[int] = []
    for tick in ticks:
        place = int(np.argmin(np.abs(times - tick)))
        least = 0.7 * (ticks[1] - ticks[0]) if len(ticks) > 1 else 0
        if not chosen or times[place] - times[chosen[-1]] >= least:
            chosen.append(place)
    return frame.iloc[chosen]

"""Dots on a row each, with their interval and what the report says."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import formats
from analysis.charts.look import COLOURS, GREY, LIGHT, Drawing, label_of, start, write_values
from analysis.methods.results import SUPPRESSED

_LABEL_WIDTH = {"wide": 34, "narrow": 17}
#: Where there is no difference, for units that compare.
_NEUTRAL = {
    "ratio": 1.0,
    "odds_ratio": 1.0,
    "standard_deviations": 0.0,
    "correlation": 0.0,
    "percent_change": 0.0,
}
#: Shown at least on either side of it, so that small differences look small.
_AROUND_NEUTRAL = 0.5
_REPORT = {"nl": "rapport", "en": "report"}


def draw_dots(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw one row per term, in the order of the frame.

    Parameters
    ----------
    frame
        Frame of ``Estimates``, or of an ``Aggregate`` with one period.
    """
    rows = rows_of(frame, drawing)
    figure, axes = start(drawing, height=0.28 + 0.17 * len(rows))
    places = np.arange(len(rows))
    neutral = _NEUTRAL.get(rows["unit"].iloc[0])
    if neutral is not None:
        axes.axvline(neutral, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    for place, row in zip(places, rows.itertuples(), strict=True):
        if not np.isnan(row.ci_low):
            axes.hlines(place, row.ci_low, row.ci_high, color=COLOURS[0], linewidth=2)
        reference = drawing.references.get(row.key)
        if reference is not None:
            axes.hlines(place + 0.24, reference.low, reference.high, color=COLOURS[1], linewidth=2)
            axes.plot(
                [reference.low, reference.high],
                [place + 0.24] * 2,
                linestyle="none",
                marker="D",
                markersize=4.5,
                color=COLOURS[1],
            )
    sns.scatterplot(
        x=rows["value"], y=places, ax=axes, s=62, color=COLOURS[0], zorder=3, legend=False
    )
    for place, row in zip(places, rows.itertuples(), strict=True):
        axes.annotate(
            formats.value(row.value, row.unit, drawing.language, fixed=True),
            (row.value, place),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            color=COLOURS[0],
        )
        reference = drawing.references.get(row.key)
        if reference is not None:
            axes.annotate(
                f"{_REPORT[drawing.language]}: {reference.label}",
                ((reference.low + reference.high) / 2, place + 0.24),
                xytext=(0, -13),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                color=COLOURS[1],
            )
    axes.set_yticks(
        places,
        [
            textwrap.fill(
                label_of(drawing, key), _LABEL_WIDTH[drawing.layout], break_long_words=False
            )
            for key in rows["key"]
        ],
        color="black",
    )
    axes.set_ylim(len(rows) - 0.35, -0.6)
    marks = [*rows["value"], *rows["ci_low"].dropna(), *rows["ci_high"].dropna()]
    if neutral is not None:
        marks += [neutral - _AROUND_NEUTRAL, neutral + _AROUND_NEUTRAL]
    marks += [end for r in drawing.references.values() for end in (r.low, r.high)]
    low, high = min(marks), max(marks)
    low = 0 if drawing.from_zero else low
    room = 0.12 * (high - low or 1)
    right = high + room
    if rows["unit"].iloc[0] == "percent" and high <= 100:
        # No tick beyond all of it.
        right = min(right, 104.0)
    axes.set_xlim(low if drawing.from_zero else low - room, right)
    axes.set(xlabel="", ylabel="")
    unit = rows["unit"].iloc[0]
    # Labels at the dots count people, so the axis does.
    scale = 1000 if unit == "thousand" else 1
    if scale == 1:
        axes.set_xlabel(formats.UNIT_LABELS[unit][drawing.language], fontsize=9)
    axes.grid(axis="x", color=LIGHT, linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=8 if drawing.layout == "wide" else 4, steps=[1, 2, 5, 10])
    )
    write_values(axes.xaxis, drawing.language, scale=scale)
    return figure


def rows_of(frame: pd.DataFrame, drawing: Drawing) -> pd.DataFrame:
    """Bring both kinds of frame to the columns key, value, ci_low, ci_high, unit."""
    if "term" in frame:
        named = frame.rename(columns={"term": "key", "estimate": "value"})
        return named[["key", "value", "ci_low", "ci_high", "unit"]]
    if frame["period"].nunique() != 1:
        raise ValueError("dots show one period; choose it in methods")
    frame = frame[frame["status"] != SUPPRESSED]
    return pd.DataFrame(
        {
            "key": frame[drawing.series],
            "value": frame["value"],
            "ci_low": np.nan,
            "ci_high": np.nan,
            "unit": frame["unit"],
        }
    )

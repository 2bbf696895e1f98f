"""Dots on a row each, with their interval and what the report says."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import formats
from analysis.bands import is_band
from analysis.charts.look import (
    BAND_WIDTH,
    COLOURS,
    GREY,
    NOTHING,
    Drawing,
    start,
    write_nothing_released,
)
from analysis.charts.scales import (
    ON_WHITE,
    draw_neutral,
    fit,
    height_of,
    rows_of_keys,
    write_names,
)

#: Inches above and below a dot; more than this many rows stand closer together.
_ROW, _ROW_OF_MANY, _MANY = (0.33, 0.33), (0.26, 0.26), 8
#: Inches below a dot with what the report says, and how far below the dot that stands.
_WITH_REFERENCE, _REFERENCE = 0.45, 0.16
#: Inches that the axis takes.
_AXIS = 0.75
_REPORT = {"nl": "rapport", "en": "report"}


def draw_dots(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw one row per term, in the order of the frame.

    Parameters
    ----------
    frame
        Frame of ``Estimates``, or of an ``Aggregate`` with one period.
    """
    rows = rows_of(frame, drawing)
    known = rows.dropna(subset=["value"])
    if known.empty:
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    unit = rows["unit"].iloc[0]
    above, below = _ROW_OF_MANY if len(rows) > _MANY else _ROW
    if drawing.references:
        below = _WITH_REFERENCE
    laid = rows_of_keys(rows["key"], drawing, above=above, below=below)
    places = laid.middles
    figure, axes = start(drawing, height=height_of(laid, drawing, beside=_AXIS))
    draw_neutral(axes, unit, [*known["value"], *known["ci_low"], *known["ci_high"]])
    for place, row in zip(places, rows.itertuples(), strict=True):
        if not np.isnan(row.ci_low):
            width = BAND_WIDTH if row.band else 2
            axes.hlines(place, row.ci_low, row.ci_high, color=COLOURS[0], linewidth=width)
        _draw_reference(axes, place, row.key, drawing)
    # The middle of a band is no estimate.
    dotted = known[~known["band"]]
    sns.scatterplot(
        x=dotted["value"], y=places[dotted.index], ax=axes, s=62, color=COLOURS[0], zorder=3,
        legend=False, clip_on=False,
    )  # fmt: skip
    for place, row in zip(places, rows.itertuples(), strict=True):
        if np.isnan(row.value):
            axes.annotate(
                NOTHING[drawing.language], (0.02, place), xycoords=axes.get_yaxis_transform(),
                va="center", fontsize=9.5, color=GREY,
            )  # fmt: skip
            continue
        axes.annotate(
            formats.interval(row.ci_low, row.ci_high, row.unit, drawing.language)
            if row.band
            else formats.value(row.value, row.unit, drawing.language, fixed=True),
            (row.value, place),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            color=COLOURS[0],
            bbox=ON_WHITE,
        )
    write_names(axes, laid, drawing)
    axes.set_xlabel("")
    ends = [end for one in drawing.references.values() for end in (one.low, one.high)]
    fit(axes, unit, [*known["value"], *known["ci_low"], *known["ci_high"], *ends], drawing)
    return figure


def _draw_reference(axes: Axes, place: float, key: str, drawing: Drawing) -> None:
    reference = drawing.references.get(key)
    if reference is None:
        return
    place += _REFERENCE
    axes.hlines(place, reference.low, reference.high, color=COLOURS[1], linewidth=2)
    axes.plot(
        [reference.low, reference.high],
        [place] * 2,
        linestyle="none",
        marker="D",
        markersize=4.5,
        color=COLOURS[1],
    )
    axes.annotate(
        f"{_REPORT[drawing.language]}: {reference.label}",
        ((reference.low + reference.high) / 2, place),
        xytext=(0, -13),
        textcoords="offset points",
        ha="center",
        fontsize=9,
        color=COLOURS[1],
    )


def rows_of(frame: pd.DataFrame, drawing: Drawing) -> pd.DataFrame:
    """Bring both kinds of frame to the columns key, value, ci_low, ci_high, unit, band."""
    if "term" in frame:
        frame = frame.assign(band=[is_band(row) for row in frame.itertuples()])
        named = frame.rename(columns={"term": "key", "estimate": "value"})
        named = named[["key", "value", "ci_low", "ci_high", "unit", "band"]]
        return named.reset_index(drop=True)
    if frame["period"].nunique() != 1:
        raise ValueError("dots show one period; choose it in methods")
    frame = frame.reset_index(drop=True)
    return pd.DataFrame(
        {
            "key": frame[drawing.series],
            "value": frame["value"],
            "ci_low": np.nan,
            "ci_high": np.nan,
            "unit": frame["unit"],
            "band": False,
        }
    )

"""What adds up to a total: a bar per part that starts where the one before it ends."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts.look import (
    COLOURS,
    EDGE,
    FILL,
    GREY,
    Drawing,
    packed,
    start,
    write_legend,
    write_nothing_released,
)
from analysis.charts.scales import fit, height_of, rows_of_keys, write_at_edge, write_names

#: Inches above and below the middle of a bar, and of half a bar.
_ROW, _HALF = 0.21, 0.11
#: Inches that the axis takes, and a line of the legend.
_AXIS, _LEGEND = 0.75, 0.17
_STEPS = {
    "nl": "Een balk begint waar de vorige eindigt.",
    "en": "A bar starts where the one before it ends.",
}
_AGAINST = {
    "nl": "Oranje en open, met een min: trekt eraf.",
    "en": "Orange and open, with a minus: takes away.",
}
_TOTAL = {"nl": "Donkerblauw: het totaal.", "en": "Dark blue: the total."}
_LINE = {
    "nl": "Lijn aan het einde: 95%-interval van die balk.",
    "en": "Line at the end: 95% interval of that bar.",
}
_APART = {
    "nl": "Omdat een deel verborgen is (×), begint elke balk bij nul.",
    "en": "As a part is hidden (×), each bar starts at zero.",
}


@dataclass(frozen=True)
class Bars:
    """Where the bars of rows start and end.

    Attributes
    ----------
    starts, ends
        In the unit of the estimates; missing where a row is hidden.
    total
        Whether a row is a total.
    stepped
        Whether bars start where the one before ends.
    """

    starts: np.ndarray
    ends: np.ndarray
    total: np.ndarray
    stepped: bool


def bars_of(frame: pd.DataFrame, totals: tuple[str, ...]) -> Bars:
    """Place a bar per row: totals from zero, parts from where the part before them ends.

    After a hidden part nobody knows where the next one starts, so that all start at zero then.
    """
    values = frame["estimate"].to_numpy(float)
    total = frame["term"].isin(totals).to_numpy()
    parts = np.where(total, 0.0, values)
    stepped = bool(np.isfinite(parts).all())
    before = np.cumsum(parts) - parts if stepped else np.zeros(len(parts))
    starts = np.where(total, 0.0, before)
    return Bars(starts, starts + values, total, stepped)


def draw_contributions(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw one bar per term, in the order of the frame.

    Parameters
    ----------
    frame
        Frame of ``Estimates`` in one unit. Terms in ``highlight`` of the drawing are totals, of
        all or of the terms above them; the others are parts.

    Raises
    ------
    ValueError
        If there are several units, or no row is a part.
    """
    rows = frame.reset_index(drop=True)
    if rows["unit"].nunique() != 1:
        raise ValueError(f"contributions have one unit; these have {rows['unit'].nunique()}")
    bars = bars_of(rows, drawing.highlight)
    if bars.total.all():
        raise ValueError("contributions need a part beside the totals named in highlight")
    if rows["estimate"].isna().all():
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    laid = rows_of_keys(rows["term"], drawing, above=_ROW, below=_ROW)
    legend = packed(_sentences(rows, bars, drawing), drawing)
    beside = _AXIS + _LEGEND * len(legend)
    figure, axes = start(drawing, height=height_of(laid, drawing, beside=beside))
    axes.axvline(0, color=GREY, linewidth=1, zorder=1)
    _draw_bars(axes, laid.middles, bars)
    shift = bars.ends - rows["estimate"].to_numpy(float)
    low, high = rows["ci_low"] + shift, rows["ci_high"] + shift
    # White beside the line parts it from a dark bar.
    for colour, width in (("white", 3.6), ("black", 1.6)):
        axes.hlines(laid.middles, low, high, color=colour, linewidth=width, zorder=4)
    for place, row, negative in zip(laid.middles, rows.itertuples(), _against(bars), strict=True):
        write_at_edge(axes, place, row, COLOURS[int(negative)], drawing.language)
    write_names(axes, laid, drawing)
    fit(axes, rows["unit"].iloc[0], [0.0, *bars.starts, *bars.ends, *low, *high], drawing)
    write_legend(figure, legend, drawing)
    return figure


def _against(bars: Bars) -> np.ndarray:
    """Tell which bars run to the left."""
    return bars.ends < bars.starts


def _draw_bars(axes: Axes, places: np.ndarray, bars: Bars) -> None:
    for place, begin, end, total, negative in zip(
        places, bars.starts, bars.ends, bars.total, _against(bars), strict=True
    ):
        if np.isnan(end):
            continue
        colour = COLOURS[1] if negative else COLOURS[0] if total else EDGE
        axes.barh(
            place,
            end - begin,
            left=begin,
            height=2 * _HALF,
            facecolor=COLOURS[0] if total else "white" if negative else FILL,
            edgecolor=colour,
            linewidth=2 if negative else 1.2,
            zorder=3,
        )
    if not bars.stepped:
        return
    parts = np.flatnonzero(~bars.total)
    for one, other in zip(parts[:-1], parts[1:], strict=True):
        axes.vlines(
            bars.ends[one], places[one] + _HALF, places[other] - _HALF, color=GREY, linewidth=0.8,
            linestyle=(0, (2, 2)), zorder=2,
        )  # fmt: skip


def _sentences(rows: pd.DataFrame, bars: Bars, drawing: Drawing) -> list[str]:
    """Explain the marks that are drawn, and no other."""
    shown = [
        (_STEPS, bars.stepped),
        (_APART, not bars.stepped),
        (_TOTAL, bars.total.any()),
        (_AGAINST, (_against(bars) & ~bars.total).any()),
        (_LINE, rows["ci_low"].notna().any()),
    ]
    return [words[drawing.language] for words, told in shown if told]

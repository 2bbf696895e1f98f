"""Two or three estimates side by side on each row, each series in its own colour and shape."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.bands import is_band
from analysis.charts.look import (
    BAND_WIDTH,
    COLOURS,
    LIGHT,
    SHAPES,
    Drawing,
    label_of,
    start,
    write_nothing_released,
    write_series,
)
from analysis.charts.scales import (
    draw_neutral,
    fit,
    height_of,
    rows_of_keys,
    write_at_edge,
    write_names,
)
from analysis.methods.results import PAIR

#: More series on a row than this do not read.
MOST_SERIES = 3
_SIZES = (56, 46, 42)
#: Inches between two series of a row, and above and below them.
_SLOT, _BESIDE = 0.22, 0.09
#: Inches that the axis takes, and a line of the legend.
_AXIS, _LEGEND = 0.95, 0.2
_LINE = {"nl": "Lijn: 95%-interval.", "en": "Line: 95% interval."}
#: Where some lines are bands of a third, whose middle is no estimate.
_WITH_BANDS = {
    "nl": "Brede lijn: band waarin het aandeel ligt. Dunne lijn: 95%-gebied.",
    "en": "Wide line: band in which the share lies. Thin line: 95% range.",
}


def draw_pairs(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw a row per left name with a dot and interval per right name, in the order of the frame.

    Parameters
    ----------
    frame
        Frame of ``Estimates`` whose terms are pairs, ``workload.within``; at most three right
        names. What a row does not have stays empty.

    Raises
    ------
    ValueError
        If a term is no pair, or there are more series than read.
    """
    rows = split(frame)
    names, series = (list(dict.fromkeys(rows[side])) for side in ("left", "right"))
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series do not read; draw at most {MOST_SERIES}")
    known = rows.dropna(subset=["estimate"])
    if known.empty:
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    unit = rows["unit"].iloc[0]
    half = _SLOT * len(series) / 2 + _BESIDE
    laid = rows_of_keys(names, drawing, above=half, below=half)
    lines = 1 if drawing.layout == "wide" else len(series)
    height = height_of(laid, drawing, beside=_AXIS + _LEGEND * lines)
    figure, axes = start(drawing, height=height)
    draw_neutral(axes, unit)
    for number, one in enumerate(series):
        colour = COLOURS[number]
        chosen = rows[rows["right"] == one]
        places = [
            laid.middles[names.index(name)] + _SLOT * (number - (len(series) - 1) / 2)
            for name in chosen["left"]
        ]
        band = np.array([is_band(row) for row in chosen.itertuples()])
        axes.hlines(
            places, chosen["ci_low"], chosen["ci_high"], color=colour,
            linewidths=np.where(band, BAND_WIDTH, 2),
        )  # fmt: skip
        # The middle of a band is no estimate.
        axes.scatter(
            chosen["estimate"][~band], np.array(places)[~band], s=_SIZES[number],
            marker=SHAPES[number], color=colour, zorder=3, clip_on=False,
        )  # fmt: skip
        for place, row in zip(places, chosen.itertuples(), strict=True):
            if np.isnan(row.estimate) or not is_band(row):
                write_at_edge(axes, place, row, colour, drawing.language)
    for top in laid.tops[1:]:
        axes.axhline(top, color=LIGHT, linewidth=0.6, zorder=0)
    write_names(axes, laid, drawing)
    fit(axes, unit, [*known["estimate"], *known["ci_low"], *known["ci_high"]], drawing)
    named = [label_of(drawing, one) for one in series]
    # Only what is drawn is explained.
    words = _WITH_BANDS if any(is_band(row) for row in known.itertuples()) else _LINE
    lines = [words[drawing.language]] if known["ci_low"].notna().any() else []
    write_series(figure, named, lines, drawing)
    return figure


def split(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates with the two names of each term as columns ``left`` and ``right``.

    Raises
    ------
    ValueError
        If a term is no pair.
    """
    parts = [str(term).split(PAIR) for term in frame["term"]]
    odd = [part for part in parts if len(part) != 2]
    if odd:
        raise ValueError(f"{len(odd)} terms are no pair of names joined by '{PAIR}'")
    return frame.assign(left=[part[0] for part in parts], right=[part[1] for part in parts])

"""A shaded table of percentages: rows are groups, columns are measures."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis import formats
from analysis.charts.look import COLOURS, LIGHT, Drawing, label_of, start
from analysis.methods.results import SUPPRESSED

#: Light to dark in one hue, so that it reads without colour too.
_SHADES = LinearSegmentedColormap.from_list("shades", ["#F2F5F9", COLOURS[0]])
#: From this share of the scale on, white letters have more contrast than dark ones.
_DARK = 0.52
_ROW_WIDTH = {"wide": 30, "narrow": 18}
_COLUMN_WIDTH = {"wide": 13, "narrow": 20}


def draw_matrix(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw one cell per group and measure, shaded from 0 to 100 percent, with its number.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` with one period, in percent.
    """
    if frame["period"].nunique() != 1:
        raise ValueError("a matrix shows one period; choose it in methods")
    groups = list(dict.fromkeys(frame["group"]))
    measures = list(dict.fromkeys(frame["measure"]))
    wide = frame.pivot(index="group", columns="measure", values="value")
    wide = wide.reindex(index=groups, columns=measures)
    hidden = set(
        frame.loc[frame["status"] == SUPPRESSED, ["group", "measure"]].itertuples(index=False)
    )
    narrow = drawing.layout == "narrow"
    figure, axes = start(drawing, height=0.32 + 0.135 * len(groups))
    sns.heatmap(
        wide, ax=axes, vmin=0, vmax=100, cmap=_SHADES, cbar=False, linewidths=1.5,
        linecolor="white",
    )  # fmt: skip
    for row, group in enumerate(groups):
        for column, measure in enumerate(measures):
            value = wide.loc[group, measure]
            missing = np.isnan(value)
            axes.text(
                column + 0.5,
                row + 0.5,
                ("×" if (groups[row], measure) in hidden else "–")
                if missing
                else formats.number(value, drawing.language, decimals=0),
                ha="center",
                va="center",
                fontsize=9 if narrow else 10.5,
                color="white" if not missing and value / 100 >= _DARK else "black",
            )
    axes.set_facecolor(LIGHT)
    axes.set(xlabel="", ylabel="")
    axes.xaxis.tick_top()
    axes.set_xticks(
        np.arange(len(measures)) + 0.5,
        [_wrapped(label_of(drawing, key), _COLUMN_WIDTH[drawing.layout]) for key in measures],
        rotation=40 if narrow else 0,
        ha="left" if narrow else "center",
        fontsize=8 if narrow else 9.5,
    )
    axes.set_yticks(
        np.arange(len(groups)) + 0.5,
        [_wrapped(label_of(drawing, key), _ROW_WIDTH[drawing.layout]) for key in groups],
        rotation=0,
        fontsize=8 if narrow else 10,
        color="black",
    )
    axes.tick_params(length=0)
    return figure


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False)

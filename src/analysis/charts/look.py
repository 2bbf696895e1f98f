"""The one look of all figures: sizes, colours, labels and how they are written to SVG."""

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis import formats
from analysis.labels import standard_label
from analysis.languages import Language
from analysis.methods.results import PAIR

Layout = Literal["wide", "narrow"]

#: Inches. A narrow figure fills a phone without shrinking its text.
SIZES: dict[Layout, tuple[float, float]] = {"wide": (7.4, 3.9), "narrow": (3.7, 3.9)}
#: Each has a contrast of at least 4.5:1 with white and differs from the others in lightness or hue.
COLOURS = ("#12355B", "#B3410E", "#1F6E4A", "#7B3F98")
GREY = "#595959"
LIGHT = "#D9D9D9"
#: Fill of a range, and its edge, which alone has a contrast of 3:1 with white.
#: Marks of series, so that they differ without colour too.
SHAPES = ("o", "s", "D", "^")
#: Points that the line of a band is wide; that of an interval is 2.
BAND_WIDTH = 7
FILL, EDGE = "#C9D6E6", "#6B8BB0"
#: Characters on a line of the legend.
_LEGEND_WIDTH = {"wide": 112, "narrow": 50}
#: Names of series with more characters than this together stand below each other.
_BESIDE = 85

_AND = {"nl": " en ", "en": " and "}
#: Stands between the two names of a pair.
BETWEEN_PAIR = ": "
#: Stands where nothing was released.
NOTHING = {"nl": "× verborgen", "en": "× hidden"}
_SYNTHETIC = {"nl": "Synthetische data", "en": "Synthetic data"}


@dataclass(frozen=True)
class Reference:
    """What the report says, to draw beside the figures: a line, or a band when low < high."""

    low: float
    high: float
    label: str


#: What ``n`` of an estimate may be a number of.
Counted = Literal[
    "people", "statements", "action_points", "instruments", "interventions", "observations"
]


@dataclass(frozen=True)
class Drawing:
    """All that a chart needs beside the result.

    Attributes
    ----------
    labels
        Group, measure or term → label in the language of the figure.
    references
        Term or empty string → what the report says there.
    axis
        Name of an axis of numbers.
    highlight
        Groups that stand out, or terms that are totals.
    counted
        What the numbers behind estimates are numbers of.
    """

    language: Language
    layout: Layout
    synthetic: bool
    labels: dict[str, str]
    references: dict[str, Reference] = field(default_factory=dict)
    series: Literal["group", "measure"] = "group"
    from_zero: bool = False
    axis: str = ""
    highlight: tuple[str, ...] = ()
    counted: Counted = "people"


Chart = Callable[[pd.DataFrame, Drawing], Figure]


def label_of(drawing: Drawing, key: str) -> str:
    """Return the label of a series, or its key where nobody gave one.

    ``+`` joins keys, and a dot the two names of a pair.
    """
    if key not in drawing.labels and "+" in key:
        return together([label_of(drawing, part) for part in key.split("+")], drawing.language)
    if key not in drawing.labels and PAIR in key:
        return BETWEEN_PAIR.join(label_of(drawing, part) for part in key.split(PAIR))
    return drawing.labels.get(key, standard_label(key, drawing.language))


def together(names: Sequence[str], language: Language) -> str:
    """Join two names by a word; more are a list, in which that word would be tiring to read."""
    return ("; " if len(names) > 2 else _AND[language]).join(names)


def start(drawing: Drawing, *, height: float = 1.0) -> tuple[Figure, Axes]:
    """Open an empty figure in the look of the book."""
    sns.set_theme(
        style="white",
        rc={
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "axes.edgecolor": GREY,
            "axes.labelcolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "svg.fonttype": "path",
            "svg.hashsalt": "preventieplan",
        },
    )
    width, tall = SIZES[drawing.layout]
    figure = Figure(figsize=(width, tall * height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    if drawing.synthetic:
        figure.supxlabel(
            _SYNTHETIC[drawing.language],
            x=0.995,
            ha="right",
            fontsize=8,
            color=COLOURS[1],
            fontweight="bold",
        )
    return figure, axes


def write_legend(figure: Figure, sentences: list[str], drawing: Drawing) -> None:
    """Say above the figure in words what its marks are; one sentence per line."""
    width = _LEGEND_WIDTH[drawing.layout]
    figure.suptitle(
        "\n".join(textwrap.fill(sentence, width) for sentence in sentences),
        x=0.01,
        ha="left",
        fontsize=9,
        color="black",
        linespacing=1.3,
    )


def packed(sentences: list[str], drawing: Drawing) -> list[str]:
    """Put whole sentences of a legend on as few lines as they fit on."""
    lines: list[str] = []
    for sentence in sentences:
        if lines and len(lines[-1]) + 1 + len(sentence) <= _LEGEND_WIDTH[drawing.layout]:
            lines[-1] += f" {sentence}"
        else:
            lines.append(sentence)
    return lines


def write_series(figure: Figure, names: list[str], sentences: list[str], drawing: Drawing) -> None:
    """Name the series above the figure, each beside its mark, below what the marks are."""
    handles = [
        Line2D([], [], color=colour, marker=shape, markersize=7, linestyle="none")
        for colour, shape, _ in zip(COLOURS, SHAPES, names, strict=False)
    ]
    width = _LEGEND_WIDTH[drawing.layout]
    figure.legend(
        handles,
        [textwrap.fill(name, width - 6) for name in names],
        loc="outside upper left",
        ncols=1 if drawing.layout == "narrow" or sum(map(len, names)) > _BESIDE else len(names),
        title="\n".join(textwrap.fill(sentence, width) for sentence in sentences),
        alignment="left",
        frameon=False,
        fontsize=9.5,
        title_fontsize=9,
        labelcolor="linecolor",
        handletextpad=0.2,
        columnspacing=1.6,
        borderpad=0.2,
        borderaxespad=0.1,
        labelspacing=0.25,
    )


def write_nothing_released(axes: Axes, drawing: Drawing) -> None:
    """Say in an empty figure that the airlock kept all of it inside."""
    axes.set_axis_off()
    axes.annotate(
        NOTHING[drawing.language], (0.5, 0.5), xycoords="axes fraction", ha="center", color=GREY
    )


def write_values(axis, language: Language, *, scale: int = 1) -> None:
    """Write the ticks of an axis in the locale, times ``scale``."""
    axis.set_major_formatter(
        mpl.ticker.FuncFormatter(
            lambda value, _: formats.number(value * scale, language, decimals=3)
        )
    )


def spread(places: list[float], *, least: float) -> list[float]:
    """Push labels apart until neighbours are ``least`` apart, moving each as little as needed."""
    order = sorted(range(len(places)), key=places.__getitem__)
    clusters: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        clusters.append([index])
        centres.append(places[index])
        while len(clusters) > 1 and (
            centres[-1] - centres[-2] < least * (len(clusters[-1]) + len(clusters[-2])) / 2
        ):
            joined = clusters[-2] + clusters[-1]
            clusters[-2:] = [joined]
            centres[-2:] = [sum(places[i] for i in joined) / len(joined)]
    result = [0.0] * len(places)
    for cluster, centre in zip(clusters, centres, strict=True):
        for offset, index in enumerate(cluster):
            result[index] = centre + least * (offset - (len(cluster) - 1) / 2)
    return result


def to_svg(figure: Figure) -> str:
    """Write a figure as SVG that is equal for equal figures: no date, no random ids."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"

"""Control limits over size with released ranges of organisations, and no organisation."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, NullLocator

from analysis import formats
from analysis.charts.boxes import legend, released
from analysis.charts.look import (
    COLOURS,
    FILL,
    GREY,
    LIGHT,
    Drawing,
    label_of,
    start,
    write_legend,
    write_nothing_released,
    write_values,
)

_LINES = {
    "95": {"color": COLOURS[1], "linestyle": (0, (5, 2)), "linewidth": 1.6},
    "998": {"color": COLOURS[1], "linestyle": (0, (1, 1.6)), "linewidth": 1.6},
}
_NAMES = {"95": {"nl": "95%", "en": "95%"}, "998": {"nl": "99,8%", "en": "99.8%"}}
_TOGETHER = {"nl": "alle samen", "en": "all together"}
_BEYOND = {"above": {"nl": "boven", "en": "above"}, "below": {"nl": "onder", "en": "below"}}
_LIMITS = {
    "nl": "Gestreept en gestippeld: grenzen van 95% en 99,8%.",
    "en": "Dashed and dotted: limits of 95% and 99.8%.",
}
_SHARES = {
    "nl": "Boven en onder: organisaties buiten de 95%-grens.",
    "en": "Above and below: organisations beyond the 95% limit.",
}
_CLASSES = {
    "nl": "Klasse van omvang, op de plaats van haar gemiddelde",
    "en": "Class of size, at the place of its mean",
}
_CLASS_WIDTH = {"wide": 15, "narrow": 9}
_LINE_WIDTH = {"wide": 80, "narrow": 40}
#: Room left and right of the outermost classes, as a part of the distance between them.
_ROOM = {"wide": (0.13, 0.13), "narrow": (0.18, 0.3)}
#: Half the width of a box as a part of the axis.
_HALF = {"wide": 0.025, "narrow": 0.04}


def draw_funnel(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw limits as curves over size and a box for each band of sizes.

    Parameters
    ----------
    frame
        Frame of an ``Aggregate`` as ``methods.funnel`` returns it, as far as released.
    """
    if frame["period"].nunique() != 1:
        raise ValueError("a funnel shows one period; choose it in methods")
    found = {
        group: released(rows)
        for group, rows in frame.groupby("group", sort=False)
        if "size" in released(rows)
    }
    figure, axes = start(drawing, height=1.35)
    if not found:
        write_nothing_released(axes, drawing)
        return figure
    axes.set_xscale("log")
    sizes = [values["size"] for values in found.values()]
    apart = max(np.log(max(sizes) / min(sizes)), 1.0)
    before, after = _ROOM[drawing.layout]
    left, right = min(sizes) * np.exp(-before * apart), max(sizes) * np.exp(after * apart)
    axes.set_xlim(left, right)
    marks = _draw_limits(axes, found, left, right, drawing)
    half = _HALF[drawing.layout] * np.log(right / left)
    for values in found.values():
        _draw_band(axes, values, half)
        _write_band(axes, values, half, drawing)
    marks += [
        value
        for values in found.values()
        for measure, value in values.items()
        if measure in ("p10", "p25", "p50", "p75", "p90", "low_95", "high_95")
    ]
    top, bottom = max(marks, default=1.0), min(marks, default=0.0)
    room = 0.1 * (top - bottom or 1)
    axes.set_ylim(max(bottom - room, 0), top + 1.2 * room)
    _write_shares(axes, found, drawing)
    _name(figure, axes, found, drawing)
    return figure


def _draw_limits(
    axes: Axes, found: dict[str, dict[str, float]], left: float, right: float, drawing: Drawing
) -> list[float]:
    """Draw the curves that the released limits lie on; return the heights of what was drawn."""
    known = [values for values in found.values() if "target" in values]
    if not known:
        return []
    target = known[0]["target"]
    axes.axhline(target, color=GREY, linewidth=1.2)
    _write_right(axes, target, f"{_TOGETHER[drawing.language]}\n", target, GREY, drawing)
    drawn = [target]
    for name, style in _LINES.items():
        widest = [values for values in known if f"high_{name}" in values]
        if not widest:
            continue
        along = np.geomspace(left, right, 120)
        reach = _reach(widest, f"high_{name}", target, along)
        upper, lower = target + reach, target - reach
        axes.plot(along, upper, **style)
        axes.plot(along, np.maximum(lower, 0), **style)
        drawn += [upper[0], max(lower[0], 0)]
        axes.annotate(
            _NAMES[name][drawing.language],
            (left, upper[0]),
            xytext=(3, 4),
            textcoords="offset points",
            fontsize=9,
            color=COLOURS[1],
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"},
        )
    return drawn


def _reach(
    known: list[dict[str, float]], high: str, target: float, along: np.ndarray
) -> np.ndarray:
    """Return how far a limit is from the target at each size.

    Its square is a straight line in 1 / size, through what was released of the smallest and the
    largest band; through one of them and the origin when these are all.
    """
    smallest = min(known, key=lambda values: values["size"])
    largest = max(known, key=lambda values: values["size"])
    near, far = 1 / largest["size"], 1 / smallest["size"]
    low, top = (largest[high] - target) ** 2, (smallest[high] - target) ** 2
    slope = (top - low) / (far - near) if far > near else top / far
    level = top - slope * far
    return np.sqrt(np.maximum(level + slope / along, 0))


def _write_right(
    axes: Axes, height: float, name: str, value: float, colour: str, drawing: Drawing
) -> None:
    axes.annotate(
        f"{name}{formats.value(value, 'percent', drawing.language, fixed=True)}",
        (1, height),
        xycoords=axes.get_yaxis_transform(),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        color=colour,
        annotation_clip=False,
    )


def _draw_band(axes: Axes, values: dict[str, float], half: float) -> None:
    size = values["size"]
    ends = size * np.exp(-half), size * np.exp(half)
    for end, near in (("p10", "p25"), ("p90", "p75")):
        if end in values and near in values:
            middle = np.exp(half / 2)
            axes.plot(
                [size, size, size / middle, size * middle],
                [values[near], values[end], values[end], values[end]],
                color=COLOURS[0],
                linewidth=1.6,
            )
    if "p25" in values and "p75" in values:
        axes.add_patch(
            Rectangle(
                (ends[0], values["p25"]), ends[1] - ends[0], values["p75"] - values["p25"],
                facecolor=FILL, edgecolor=COLOURS[0], linewidth=1.4, zorder=2,
            )
        )  # fmt: skip
    if "p50" in values:
        axes.plot(ends, [values["p50"]] * 2, color=COLOURS[0], linewidth=3.2, zorder=3,
                  solid_capstyle="butt")  # fmt: skip


def _write_band(axes: Axes, values: dict[str, float], half: float, drawing: Drawing) -> None:
    if "p50" in values:
        axes.annotate(
            formats.number(values["p50"], drawing.language, fixed=True),
            (values["size"] * np.exp(half), values["p50"]),
            xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=9.5, fontweight="bold", color=COLOURS[0], zorder=4,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip


def _write_shares(axes: Axes, found: dict[str, dict[str, float]], drawing: Drawing) -> None:
    for values in found.values():
        for side, height, along in (("above", 1.0, "top"), ("below", 0.0, "bottom")):
            if side not in values:
                continue
            share = formats.value(values[side], "percent", drawing.language, fixed=True)
            axes.annotate(
                f"{_BEYOND[side][drawing.language]}\n{share}",
                (values["size"], height),
                xycoords=axes.get_xaxis_transform(),
                xytext=(0, -2 if along == "top" else 2),
                textcoords="offset points",
                ha="center",
                va=along,
                fontsize=8.5,
                color="black",
            )


def _name(figure: Figure, axes: Axes, found: dict[str, dict[str, float]], drawing: Drawing) -> None:
    texts = [*legend(list(found.values()), drawing), _LIMITS[drawing.language]]
    if any(side in values for values in found.values() for side in _BEYOND):
        texts.append(_SHARES[drawing.language])
    if drawing.layout == "wide":
        texts = [texts[0], " ".join(texts[1:])]
    write_legend(figure, texts, drawing)
    axes.set_title(
        formats.UNIT_LABELS["percent"][drawing.language].capitalize(), loc="left", fontsize=10,
        color=GREY, pad=8,
    )  # fmt: skip
    axes.set_xticks(
        [values["size"] for values in found.values()],
        [textwrap.fill(label_of(drawing, group), _CLASS_WIDTH[drawing.layout]) for group in found],
        fontsize=9,
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(
        textwrap.fill(_CLASSES[drawing.language], _LINE_WIDTH[drawing.layout]),
        fontsize=9.5,
        color="black",
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    write_values(axes.yaxis, drawing.language)

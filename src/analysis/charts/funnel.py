"""Control limits over size with released ranges of organisations, and no organisation."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

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
_TOGETHER = {"nl": "Grijze lijn: alle samen, {rate}.", "en": "Grey line: all together, {rate}."}
_BEYOND = {"above": {"nl": "boven", "en": "above"}, "below": {"nl": "onder", "en": "below"}}
_LIMITS = {
    "nl": "Gestreept en gestippeld: grenzen van 95% en 99,8%.",
    "en": "Dashed and dotted: limits of 95% and 99.8%.",
}
_SHARES = {
    "nl": "Boven, onder: deel buiten de grens van 95%.",
    "en": "Above, below: share beyond the limit of 95%.",
}
_CLASSES = {
    "nl": "Klasse van omvang van de organisatie",
    "en": "Class of size of the organisation",
}
_CLASS_WIDTH = {"wide": 15, "narrow": 9}
_CLASS_FONT = {"wide": 9, "narrow": 8.5}
#: Half the width of a box, and room beside the outermost; classes are 1 apart.
_HALF, _ROOM = 0.13, 0.55
#: Of a curve, so that its line looks smooth; the reader of releases counts them.
_POINTS = 24


def draw_funnel(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw limits as curves over size and a box for each band of sizes, at equal distances.

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
    figure, axes = start(drawing, height=1.35 if drawing.layout == "wide" else 1.6)
    if not found:
        write_nothing_released(axes, drawing)
        return figure
    places = {group: place for place, group in enumerate(found)}
    left, right = -_ROOM, len(found) - 1 + _ROOM
    axes.set_xlim(left, right)
    marks = _draw_limits(axes, list(found.values()), drawing)
    for group, values in found.items():
        _draw_band(axes, places[group], values, drawing)
    marks += [
        value
        for values in found.values()
        for measure, value in values.items()
        if measure in ("p10", "p25", "p50", "p75", "p90", "low_95", "high_95")
    ]
    top, bottom = max(marks, default=1.0), min(marks, default=0.0)
    room = 0.1 * (top - bottom or 1)
    axes.set_ylim(max(bottom - room, 0), top + 1.2 * room)
    _name(figure, axes, found, drawing)
    return figure


def _draw_limits(axes: Axes, found: list[dict[str, float]], drawing: Drawing) -> list[float]:
    """Draw the curves that the released limits lie on; return the heights of what was drawn."""
    known = [values for values in found if "target" in values]
    if not known:
        return []
    target = known[0]["target"]
    axes.axhline(target, color=GREY, linewidth=1.2)
    drawn = [target]
    along = np.linspace(-_ROOM, len(found) - 1 + _ROOM, _POINTS)
    sizes = _sizes_at(along, [values["size"] for values in found])
    for name, style in _LINES.items():
        widest = [values for values in known if f"high_{name}" in values]
        if not widest:
            continue
        reach = _reach(widest, f"high_{name}", target, sizes)
        upper, lower = target + reach, target - reach
        axes.plot(along, upper, **style)
        axes.plot(along, np.maximum(lower, 0), **style)
        drawn += [upper[0], max(lower[0], 0)]
        axes.annotate(
            _NAMES[name][drawing.language],
            (along[0], upper[0]),
            xytext=(3, 4),
            textcoords="offset points",
            fontsize=9,
            color=COLOURS[1],
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"},
        )
    return drawn


def _sizes_at(along: np.ndarray, sizes: list[float]) -> np.ndarray:
    """Return the size at each place: classes stand at equal distances, in between by ratio."""
    logs = np.log(sizes)
    steps = np.diff(logs) if len(logs) > 1 else np.array([1.0])
    logs = np.array([logs[0] - steps[0], *logs, logs[-1] + steps[-1]])
    return np.exp(np.interp(along, np.arange(-1, len(sizes) + 1), logs))


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


def _draw_band(axes: Axes, place: int, values: dict[str, float], drawing: Drawing) -> None:
    for end, near in (("p10", "p25"), ("p90", "p75")):
        if end in values and near in values:
            # The line and its cap in one stroke, between two released values.
            axes.plot(
                [place, place, place - _HALF / 2, place + _HALF / 2],
                [values[near], values[end], values[end], values[end]],
                color=COLOURS[0],
                linewidth=1.6,
            )
    if "p25" in values and "p75" in values:
        axes.add_patch(
            Rectangle(
                (place - _HALF, values["p25"]), 2 * _HALF, values["p75"] - values["p25"],
                facecolor=FILL, edgecolor=COLOURS[0], linewidth=1.4, zorder=2,
            )
        )  # fmt: skip
    if "p50" in values:
        axes.plot(
            [place - _HALF, place + _HALF], [values["p50"]] * 2, color=COLOURS[0], linewidth=3.2,
            zorder=3, solid_capstyle="butt",
        )  # fmt: skip
        axes.annotate(
            formats.number(values["p50"], drawing.language, fixed=True),
            (place + _HALF, values["p50"]),
            xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=9.5, fontweight="bold", color=COLOURS[0], zorder=4,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip


def _class_names(found: dict[str, dict[str, float]], drawing: Drawing) -> list[str]:
    """Name each class, with the share beyond its limits below the name."""
    width = _CLASS_WIDTH[drawing.layout]
    names = [textwrap.wrap(label_of(drawing, group), width) for group in found]
    most = max(len(name) for name in names)
    shares = [
        [
            word[drawing.language]
            + (" " if drawing.layout == "wide" else "\n")
            + formats.value(values[side], "percent", drawing.language, fixed=True)
            for side, word in _BEYOND.items()
            if side in values
        ]
        for values in found.values()
    ]
    return [
        "\n".join([*name, *[""] * (most - len(name)), *share])
        for name, share in zip(names, shares, strict=True)
    ]


def _name(figure: Figure, axes: Axes, found: dict[str, dict[str, float]], drawing: Drawing) -> None:
    texts = [*legend(list(found.values()), drawing), _LIMITS[drawing.language]]
    targets = [values["target"] for values in found.values() if "target" in values]
    if targets:
        rate = formats.value(targets[0], "percent", drawing.language, fixed=True)
        texts.append(_TOGETHER[drawing.language].format(rate=rate))
    if any(side in values for values in found.values() for side in _BEYOND):
        texts.append(_SHARES[drawing.language])
    if drawing.layout == "wide":
        texts = [texts[0], " ".join(texts[1:3]), *texts[3:]]
    write_legend(figure, texts, drawing)
    axes.set_title(
        formats.UNIT_LABELS["percent"][drawing.language].capitalize(), loc="left", fontsize=10,
        color=GREY, pad=8,
    )  # fmt: skip
    axes.set_xticks(
        range(len(found)),
        _class_names(found, drawing),
        fontsize=_CLASS_FONT[drawing.layout],
        color="black",
    )
    axes.set_xlabel(
        _CLASSES[drawing.language],
        fontsize=9.5,
        color="black",
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    write_values(axes.yaxis, drawing.language)

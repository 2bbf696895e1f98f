"""A path diagram: boxes in layers, and arrows with their estimates."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from analysis import formats
from analysis.charts.layered import Plan, gap_between_layers, in_blocks, in_layers, layers_of
from analysis.charts.look import (
    COLOURS,
    EDGE,
    FILL,
    GREY,
    LIGHT,
    SIZES,
    Drawing,
    label_of,
    packed,
    start,
    write_legend,
    write_nothing_released,
)
from analysis.charts.pairs import split
from analysis.charts.scales import ON_WHITE, neutral_of, strengths_of, without_unit

_FONT = {"wide": 9.5, "narrow": 9.0}
#: Inches beside a name in its box, above it, and of a line of it.
_BESIDE, _ABOVE, _LINE = 0.08, 0.07, 0.163
#: Inches of a box in a wide figure, and between two layers: more layers leave less; and the most
#: of a box in a narrow one.
_WIDEST, _GAP, _NARROW = 1.6, 1.0, 1.15
#: Inches between layers in which a number and the head of its arrow fit.
_LEAST_GAP = 0.7
#: Points of the thinnest arrow and of what the strongest has more.
_THIN, _THICKER = 1.1, 3.4
_UNIT = {"nl": "Getal bij een pijl: {unit}.", "en": "Number on an arrow: {unit}."}
_THICK = {"nl": "Dikker: sterker verband.", "en": "Thicker: stronger association."}
_UP = {"nl": "Blauw: positief verband.", "en": "Blue: positive association."}
_DOWN = {
    0.0: {
        "nl": "Oranje, met een min: negatief verband.",
        "en": "Orange, with a minus: negative association.",
    },
    1.0: {
        "nl": "Oranje, onder 1: negatief verband.",
        "en": "Orange, below 1: negative association.",
    },
}
_DASHED = {
    "nl": "Gestreept: geen verband is ook mogelijk.",
    "en": "Dashed: no association is possible too.",
}
_HIDDEN = {"nl": "Grijs: × verborgen.", "en": "Grey: × hidden."}


def draw_paths(frame: pd.DataFrame, drawing: Drawing) -> Figure:
    """Draw an arrow per term ``<from>.<to>`` between boxes, with its estimate on it.

    A wide figure is one diagram in layers from left to right; a narrow one, or one with too many
    layers, has a block for each variable that arrows point to.

    Parameters
    ----------
    frame
        Frame of ``Estimates`` in one unit, whose terms are pairs.

    Raises
    ------
    ValueError
        If a term is no pair, arrows run in a circle, or there are several units.
    """
    rows = split(frame)
    if rows["unit"].nunique() != 1:
        raise ValueError("a path diagram has one unit; standardise in methods")
    rows = rows.assign(strength=strengths_of(rows["estimate"], rows["unit"].iloc[0]))
    pairs = list(zip(rows["left"], rows["right"], strict=True))
    layers = layers_of(pairs)
    if rows["estimate"].isna().all():
        figure, axes = start(drawing)
        write_nothing_released(axes, drawing)
        return figure
    font = _FONT[drawing.layout]
    width = SIZES[drawing.layout][0] - 0.15
    wide = drawing.layout == "wide"
    most = min(_WIDEST, (width + _GAP) / (max(layers.values()) + 1) - _GAP) if wide else _NARROW
    names = {key: _wrapped(label_of(drawing, key), most - 2 * _BESIDE, font) for key in layers}
    written = [_written(row, drawing) for row in rows.itertuples()]
    sizes = {key: _size(name, most if wide else 0.0, font) for key, name in names.items()}
    layered = wide and gap_between_layers(pairs, sizes.__getitem__, width) >= _LEAST_GAP
    plan = (in_layers if layered else in_blocks)(
        pairs,
        sizes.__getitem__,
        [(_width(text, font) + 0.06, font / 72 + 0.06) for text in written],
        width,
    )
    legend = packed(_sentences(rows, drawing), drawing)
    height = plan.height + 0.35 + 0.17 * len(legend)
    figure, axes = start(drawing, height=height / SIZES[drawing.layout][1])
    axes.set_axis_off()
    axes.set_xlim(-0.02, plan.width + 0.02)
    axes.set_ylim(plan.height + 0.03, -0.03)
    _draw_boxes(axes, plan, names, font)
    for number, row in enumerate(rows.itertuples()):
        _draw_arrow(axes, plan, number, row, written[number], font)
    write_legend(figure, legend, drawing)
    return figure


def uncertain(row) -> bool:
    """Tell whether the interval of an arrow holds no association; one without interval may."""
    neutral = neutral_of(row.unit)
    return not (row.ci_low > neutral or row.ci_high < neutral)


def _written(row, drawing: Drawing) -> str:
    if np.isnan(row.estimate):
        return "×"
    return without_unit(row.estimate, row.unit, drawing.language)


def _sentences(rows: pd.DataFrame, drawing: Drawing) -> list[str]:
    """Say what the marks are, and only those that are drawn."""
    unit, language = rows["unit"].iloc[0], drawing.language
    neutral = neutral_of(unit)
    known = rows.dropna(subset=["estimate"])
    found = [
        (_UNIT, True),
        (_THICK, True),
        (_UP, (known["estimate"] >= neutral).any()),
        (_DOWN[neutral], (known["estimate"] < neutral).any()),
        (_DASHED, any(uncertain(row) for row in known.itertuples())),
        (_HIDDEN, len(known) < len(rows)),
    ]
    name = formats.UNIT_LABELS[unit][language]
    return [text[language].replace("{unit}", name) for text, drawn in found if drawn]


def _width(text: str, font: float) -> float:
    """Return the width of a line of text in inches."""
    properties = FontProperties(family="DejaVu Sans")
    return TextPath((0, 0), text, size=font, prop=properties).get_extents().width / 72


def _wrapped(name: str, most: float, font: float) -> str:
    """Break a name into lines; a word that is longer than that makes its box wider."""
    lines: list[str] = []
    for word in name.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _width(joined, font) <= most:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)


def _size(name: str, least: float, font: float) -> tuple[float, float]:
    lines = name.split("\n")
    width = max(_width(line, font) for line in lines) + 2 * _BESIDE
    return max(width, least), _LINE * len(lines) + 2 * _ABOVE


def _draw_boxes(axes: Axes, plan: Plan, names: dict[str, str], font: float) -> None:
    for height in plan.rules:
        axes.plot([0, plan.width], [height] * 2, color=LIGHT, linewidth=0.8)
    for box in plan.boxes:
        axes.add_patch(
            FancyBboxPatch(
                (box.x - box.width / 2, box.y - box.height / 2), box.width, box.height,
                boxstyle="round,pad=0,rounding_size=0.06", facecolor=FILL, edgecolor=EDGE,
                linewidth=1, zorder=3,
            )
        )  # fmt: skip
        axes.text(
            box.x, box.y, names[box.key], ha="center", va="center", fontsize=font, color="black",
            linespacing=1.15, zorder=4,
        )  # fmt: skip


def _draw_arrow(axes: Axes, plan: Plan, number: int, row, written: str, font: float) -> None:
    hidden = np.isnan(row.estimate)
    neutral = neutral_of(row.unit)
    colour = GREY if hidden else COLOURS[0 if row.estimate >= neutral else 1]
    thick = _THIN if hidden else _THIN + _THICKER * row.strength
    points = plan.arrows[number].copy()
    last = points[-1] - points[-2]
    angle = np.degrees(np.arctan2(-last[1], last[0]))
    length = (5 + 1.6 * thick) / 72
    tip = points[-1].copy()
    points[-1] = tip - 0.9 * length * last / np.hypot(*last)
    axes.plot(
        points[:, 0], points[:, 1], color=colour, linewidth=thick, zorder=2,
        linestyle=(0, (3, 1.6)) if hidden or uncertain(row) else "solid",
        dash_capstyle="butt", solid_capstyle="butt", solid_joinstyle="round",
    )  # fmt: skip
    head = Path([(0, 0), (-1, 0.42), (-1, -0.42), (0, 0)], closed=True)
    axes.plot(
        *tip, color=colour, markeredgewidth=0, markersize=2 * 72 * length, zorder=5,
        marker=MarkerStyle(head.transformed(Affine2D().rotate_deg(angle))),
    )  # fmt: skip
    axes.text(
        *plan.spots[number], written, ha="center", va="center", fontsize=font, color=colour,
        bbox=ON_WHITE, zorder=6,
    )  # fmt: skip

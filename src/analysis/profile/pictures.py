"""The pictures of a profile: a strip per figure, and lines over the years in the book's look.

They are drawn from what the page tells in numbers beside them, and hold nothing else.
"""

import base64

import numpy as np
import pandas as pd

from analysis.charts.lines import draw_lines
from analysis.charts.look import COLOURS, EDGE, FILL, GREY, Drawing, Layout, to_svg
from analysis.languages import Language
from analysis.profile import words
from analysis.profile.frame import Development, Figure

#: Size of a strip in its own units.
_WIDTH, _HEIGHT, _EDGE = 180, 26, 8
_STATUS = "not stated"


def strip(figure: Figure) -> str:
    """Draw a figure with its interval beside the mean and the middle half of the branch.

    The numbers stand in the same row of the table, so that a screen reader skips it.
    """
    branch = figure.branch
    marks = [figure.value, figure.low, figure.high]
    if branch is not None:
        marks += [branch.mean, *(branch.middle or ())]
    known = [mark for mark in marks if np.isfinite(mark)]
    low, high = min(known), max(known)
    span = (high - low) or 1.0

    def place(value: float) -> str:
        return f"{_EDGE + (_WIDTH - 2 * _EDGE) * (value - low) / span:.1f}"

    middle, parts = _HEIGHT / 2, []
    if branch is not None:
        if branch.middle is not None:
            first, last = (place(end) for end in branch.middle)
            parts.append(
                f'<rect x="{first}" y="4" width="{float(last) - float(first):.1f}" '
                f'height="{_HEIGHT - 8}" fill="{FILL}" stroke="{EDGE}" stroke-width="0.8"/>'
            )
        mean = place(branch.mean)
        parts.append(
            f'<line x1="{mean}" x2="{mean}" y1="2" y2="{_HEIGHT - 2}" stroke="{GREY}" '
            'stroke-width="2"/>'
        )
    colour = COLOURS[1] if figure.stands_out else COLOURS[0]
    if np.isfinite(figure.low):
        parts.append(
            f'<line x1="{place(figure.low)}" x2="{place(figure.high)}" y1="{middle:g}" '
            f'y2="{middle:g}" stroke="{colour}" stroke-width="2.4"/>'
        )
    own = place(figure.value)
    if figure.stands_out:
        parts.append(
            f'<rect x="-5" y="-5" width="10" height="10" fill="{colour}" stroke="#fff" '
            f'transform="translate({own} {middle:g}) rotate(45)"/>'
        )
    else:
        parts.append(f'<circle cx="{own}" cy="{middle:g}" r="5" fill="{colour}" stroke="#fff"/>')
    return (
        f'<svg class="strip" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def development(found: Development, language: Language, layout: Layout, *, synthetic: bool) -> str:
    """Draw a figure over the years; return the address of the picture, which holds all of it."""
    rows = [
        {"group": group, "period": f"{year}JJ00", "value": value}
        for group, points in (("own", found.own), ("branch", found.branch))
        for year, value in points
    ]
    frame = pd.DataFrame(rows).assign(measure="value", unit="percent", status=_STATUS)
    drawing = Drawing(
        language=language,
        layout=layout,
        synthetic=synthetic,
        labels={
            "own": words.PAGE["own_line"][language],
            "branch": words.PAGE["branch_line"][language],
        },
    )
    svg = to_svg(draw_lines(frame, drawing))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

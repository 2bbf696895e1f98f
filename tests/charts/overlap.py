"""Whether words in a figure touch each other or leave it, as a reader would see it."""

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def boxes(figure: Figure) -> dict[str, Bbox]:
    """Return the place of each text that is drawn, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    beyond = {id(label) for axes in figure.axes for label in _labels_beyond(axes)}
    return {
        f"{number}: {text.get_text()}": Text.get_window_extent(text, renderer)
        for number, text in enumerate(figure.findobj(Text))
        if text.get_text().strip() and text.get_visible() and id(text) not in beyond
    }


def _labels_beyond(axes: Axes) -> list[Text]:
    """Return the labels of ticks outside the limits of their axis; nobody draws them."""
    found = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        room = 1e-9 * (high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not axes.axison or not low - room <= tick.get_loc() <= high + room:
                found += [tick.label1, tick.label2]
    return found


def touching(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that overlap by more than a pixel."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes(figure).items(), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def outside(figure: Figure) -> list[str]:
    """Return the texts that leave the figure by more than a pixel."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        words
        for words, box in boxes(figure).items()
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]


def smallest(figure: Figure) -> float:
    """Return the size of the smallest letters, in points."""
    return min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip())

"""Figures by name: a released result in, a matplotlib figure out; one look, Dutch and English."""

from analysis.charts.alluvial import draw_alluvial
from analysis.charts.binned import draw_binned
from analysis.charts.boxes import draw_boxes
from analysis.charts.calibration import draw_calibration
from analysis.charts.contributions import draw_contributions
from analysis.charts.dots import draw_dots
from analysis.charts.events import draw_events
from analysis.charts.funnel import draw_funnel
from analysis.charts.lines import draw_lines
from analysis.charts.look import Chart
from analysis.charts.matrix import draw_matrix
from analysis.charts.pairs import draw_pairs
from analysis.charts.paths import draw_paths
from analysis.charts.profiles import draw_profiles
from analysis.charts.specifications import draw_specifications
from analysis.charts.stacked import draw_stacked
from analysis.charts.steps import draw_steps
from analysis.charts.tornado import draw_tornado

CHARTS: dict[str, Chart] = {
    "lines": draw_lines,
    "dots": draw_dots,
    "matrix": draw_matrix,
    "boxes": draw_boxes,
    "binned": draw_binned,
    "calibration": draw_calibration,
    "steps": draw_steps,
    "funnel": draw_funnel,
    "pairs": draw_pairs,
    "paths": draw_paths,
    "profiles": draw_profiles,
    "contributions": draw_contributions,
    "tornado": draw_tornado,
    "specifications": draw_specifications,
    "stacked": draw_stacked,
    "alluvial": draw_alluvial,
    "events": draw_events,
}

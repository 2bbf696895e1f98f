"""Figures by name: a released result in, a matplotlib figure out; one look, Dutch and English."""

from analysis.charts.dots import draw_dots
from analysis.charts.lines import draw_lines
from analysis.charts.look import Chart
from analysis.charts.matrix import draw_matrix

CHARTS: dict[str, Chart] = {"lines": draw_lines, "dots": draw_dots, "matrix": draw_matrix}

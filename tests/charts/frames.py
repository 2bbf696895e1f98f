"""A small frame for each chart, as the airlock releases them."""

import numpy as np
import pandas as pd

from analysis.charts.look import Drawing

DRAWING = Drawing("nl", "wide", synthetic=False, labels={"a": "Alfa", "b": "Bèta"})


def series(groups=("a", "b")):
    return pd.DataFrame(
        [
            {"group": g, "period": f"{year}JJ00", "measure": "m", "value": 5.0 + i + year % 3,
             "unit": "percent", "status": "definite"}
            for i, g in enumerate(groups)
            for year in range(2015, 2026)
        ]
    )  # fmt: skip


def terms():
    return pd.DataFrame(
        {
            "term": ["a", "b"], "estimate": [1.0, 2.0], "ci_low": [0.5, np.nan],
            "ci_high": [1.5, np.nan], "unit": "percent", "half_step": np.nan,
        }
    )  # fmt: skip


def cells():
    return pd.DataFrame(
        [
            {"group": group, "period": "2025JJ00", "measure": measure, "value": value,
             "unit": "percent", "status": "not stated"}
            for group, measure, value in (
                ("a", "x", 12.0), ("a", "y", 90.0), ("b", "x", 0.0), ("b", "y", float("nan")),
            )
        ]
    )  # fmt: skip


def measured(rows, unit="percent"):
    return pd.DataFrame(
        [
            {"group": group, "period": "2025JJ00", "measure": measure, "value": value,
             "unit": unit, "status": "suppressed" if np.isnan(value) else "not stated"}
            for group, measures in rows.items() for measure, value in measures.items()
        ]
    )  # fmt: skip


QUARTERS = {"p10": 4.1, "p25": 5.2, "p50": 6.0, "p75": 7.3, "p90": 9.4}


def percentiles():
    return measured({"a": QUARTERS, "b": {**QUARTERS, "p10": np.nan, "p90": np.nan}})


def bins():
    return measured(
        {
            group: {"x": x, "y": y, "y_low": y - 1, "y_high": y + 1}
            for group, x, y in (("a", 10.0, 5.0), ("b", 20.0, 7.0), ("c", 40.0, 6.0))
        }
    )


def calibrated():
    return measured(
        {
            f"bin_{place}": {"x": x, "y": y, "y_low": y - 1.5, "y_high": y + 1.5}
            for place, (x, y) in enumerate([(4.0, 5.0), (9.0, 8.0), (14.0, 15.0), (27.0, 24.0)], 1)
        }
    )


def curve():
    return pd.DataFrame(
        {
            "time": [0.0, 6.0, 12.0, 30.0], "value": [100.0, 90.0, 72.0, 61.0],
            "ci_low": [100.0, 88.0, 69.0, 55.0], "ci_high": [100.0, 92.0, 75.0, 66.0],
            "at_risk": [500.0, 420.0, 300.0, 40.0], "events": [0.0, 50.0, 80.0, 20.0],
        }
    )  # fmt: skip


def trumpet():
    return measured(
        {
            group: {
                "size": size, "target": 6.5,
                **{f"{side}_{name}": 6.5 + sign * reach * 20 / np.sqrt(size)
                   for name, reach in (("95", 2), ("998", 3))
                   for side, sign in (("low", -1), ("high", 1))},
                **QUARTERS, "below": 3.0, "within": 93.0, "above": 4.0,
            }
            for group, size in (("a", 200.0), ("b", 3000.0))
        }
        | {"all_sizes": {"below": 2.0, "within": 95.0, "above": 3.0}}
    )  # fmt: skip


def pairs(unit="standard_deviations"):
    found = {"a.x": 0.31, "a.y": 0.1, "b.x": -0.2, "b.y": 0.03}
    return pd.DataFrame(
        [
            {"term": term, "estimate": value, "ci_low": value - 0.08, "ci_high": value + 0.08,
             "unit": unit, "half_step": np.nan}
            for term, value in found.items()
        ]
    )  # fmt: skip


def paths():
    found = {"a.m": 0.31, "b.m": -0.2, "m.y": 0.4, "a.y": 0.02}
    return pd.DataFrame(
        [
            {"term": term, "estimate": value, "ci_low": value - 0.08, "ci_high": value + 0.08,
             "unit": "standard_deviations"}
            for term, value in found.items()
        ]
    )  # fmt: skip


def profiles():
    return measured(
        {
            "a": {"at_0_5": 60.5, "at_5": 42.0, "at_10": 31.0, "at_20": 12.0},
            "b": {"at_0_5": 30.0, "at_5": np.nan, "at_10": 22.0, "at_20": np.nan},
            "c": {"at_0_5": 10.0, "at_5": 11.0, "at_10": 15.0, "at_20": 9.5},
        }
    )


def contributions(values=(1.7, 1.0, -0.1, 0.8)):
    return pd.DataFrame(
        [
            {"term": term, "estimate": value, "ci_low": value - 0.3, "ci_high": value + 0.3,
             "unit": "percentage_points"}
            for term, value in zip(("a", "b", "c", "d"), values, strict=True)
        ]
    )  # fmt: skip


def years():
    """Three years before a start and two after it."""
    return pd.DataFrame(
        [
            {"term": term, "estimate": value, "ci_low": value - 4, "ci_high": value + 4,
             "unit": "percent_change", "half_step": np.nan, "period": f"{year}JJ00"}
            for year, (term, value) in enumerate(
                {"start_minus_3": 1.0, "start_minus_2": -0.5, "start_minus_1": 0.4,
                 "start_plus_0": -6.3, "start_plus_1": -9.8}.items(), start=2022,
            )
        ]
    )  # fmt: skip


def swings(unit="euro"):
    found = {"base": 152.0, "a.low": -240.0, "a.high": 328.0, "b.low": 252.0, "b.high": 51.7}
    return pd.DataFrame(
        [
            {"term": term, "estimate": value, "ci_low": np.nan, "ci_high": np.nan, "unit": unit,
             "half_step": 0.0}
            for term, value in found.items()
        ]
    )  # fmt: skip


def specified():
    """Estimates under two choices of each of two kinds, as a chart of specifications has them."""
    return pd.DataFrame(
        {
            "term": ["a+x", "a+y", "b+x", "b+y"], "estimate": [-8.0, -5.0, -3.0, 1.0],
            "ci_low": [-10.0, -8.0, -7.0, -2.0], "ci_high": [-6.0, -2.0, 1.0, 4.0],
            "unit": "percent_change", "half_step": np.nan,
        }
    )  # fmt: skip


def layers():
    return measured(
        {
            "a": {"at_25": 80.0, "at_35": 55.5, "at_45": 40.0, "at_65": 3.0},
            "b": {"at_25": 20.0, "at_35": 12.5, "at_45": 20.0, "at_65": 2.0},
            "c": {"at_25": 0.0, "at_35": 32.0, "at_45": 40.0, "at_65": 95.0},
        }
    )


def streams():
    return measured(
        {
            "a": {"x": 40.5, "y": 20.0, "z": 12.0},
            "b": {"x": 10.0, "y": 12.5, "z": 5.0},
        }
    )


FRAMES = {
    "lines": series(), "dots": terms(), "matrix": cells(), "boxes": percentiles(),
    "binned": bins(), "steps": curve(), "funnel": trumpet(), "pairs": pairs(),
    "profiles": profiles(),
    "contributions": contributions(),
    "paths": paths(),
    "events": years(),
    "calibration": calibrated(),
    "tornado": swings(),
    "specifications": specified(),
    "stacked": layers(),
    "alluvial": streams(),
}  # fmt: skip
#: What a chart is asked for: as options of a chapter, and as a drawing has them.
OPTIONS = {
    "profiles": {
        "given": {"axis": {"nl": "Drempel", "en": "Drempel"}, "highlight": ["a", "b"]},
        "drawn": {"axis": "Drempel", "highlight": ("a", "b")},
    },
    "contributions": {"given": {"highlight": ["a"]}, "drawn": {"highlight": ("a",)}},
}

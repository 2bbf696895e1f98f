"""What leaves of a result that passed: hidden rows gone, then counts and values rounded.

Redaction comes first, so that rounding cannot make a small count look large enough.
"""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.airlock.rows import DECIMALS, Row, rows_of, to_base
from analysis.airlock.rules import decimals_of
from analysis.edition import Disclosure
from analysis.methods.cells import YES, Cell
from analysis.methods.results import (
    SUPPRESSED,
    Absent,
    Aggregate,
    Curve,
    Estimates,
    Result,
    rows_at,
)

#: Bands in which a share of the programme's own few organisations is told, in percent.
BANDS = ((0.0, 100 / 3), (100 / 3, 200 / 3), (200 / 3, 100.0))

#: Units of which the numbers are counts of people, or show how many there are.
_COUNTED = ("persons", "organisations", "sessions")
#: More decimals of a p-value would tell the test statistic.
_DECIMALS_OF_P = 4
#: Gives the count that is shown of a cell: rounded, or as an earlier release showed it.
Count = Callable[[Cell, float], float]


def released(
    result: Result, hidden: frozenset[int], limits: Disclosure, count: Count
) -> Result | Absent:
    """Return the result as it may leave.

    Parameters
    ----------
    result
        Confidential, and passed by the rules but for ``hidden``.
    hidden
        Places of the rows that stay inside.
    count
        See ``Count``.

    Returns
    -------
    Result or Absent
        Hidden cells of an aggregate keep their place, without any number; hidden estimates are
        gone. Absent when nothing is left. Without what stood behind it.
    """
    if len(hidden) == len(result.frame):
        return Absent(result.tables, withheld=True)
    match result:
        case Curve():
            thin = thinned(result.frame, limits)
            if thin.empty:
                return Absent(result.tables, withheld=True)
            return dataclasses.replace(result, frame=thin, behind=())
        case Estimates():
            shown = rows_at(result, [p for p in range(len(result.frame)) if p not in hidden])
            return dataclasses.replace(shown, frame=_estimates(shown, limits, count), behind=())
        case Aggregate():
            frame = _cells(result, hidden, limits, count)
            return dataclasses.replace(result, frame=frame, behind=())
    raise ValueError(f"type {type(result).__name__} has no rule")


def _cells(
    result: Aggregate, hidden: frozenset[int], limits: Disclosure, count: Count
) -> pd.DataFrame:
    frame = result.frame.copy()
    shown = [_shown(row, limits, count) for row in rows_of(result)]
    for column, place in (("value", 0), ("n_persons", 3), ("n_organisations", 4)):
        frame[column] = [math.nan if at in hidden else one[place] for at, one in enumerate(shown)]
    frame["status"] = [
        SUPPRESSED if at in hidden else status for at, status in enumerate(frame["status"])
    ]
    return frame


def _estimates(result: Estimates, limits: Disclosure, count: Count) -> pd.DataFrame:
    frame = result.frame.copy()
    columns = ["estimate", "ci_low", "ci_high", "n", "n_organisations"]
    ends = zip(frame["ci_low"], frame["ci_high"], strict=True)
    frame[columns] = [
        _shown(row, limits, count, interval)
        for row, interval in zip(rows_of(result), ends, strict=True)
    ]
    # Degrees of freedom are a number of organisations less a few.
    frame["df"] = [to_base(df, limits.rounding_base) for df in frame["df"]]
    frame["p_value"] = frame["p_value"].round(_DECIMALS_OF_P)
    return frame


def _shown(
    row: Row,
    limits: Disclosure,
    count: Count,
    interval: tuple[float, float] = (math.nan, math.nan),
) -> tuple[float, float, float, float, float]:
    """Return value, interval, persons and organisations as they are shown."""
    n = count(row.cell, row.n)
    organisations = to_base(row.n_organisations, limits.rounding_base)
    low, high = interval
    if (band := band_of(row)) is not None:
        return sum(band) / 2, *band, n, organisations
    value = value_of(row, limits, count)
    decimals = decimals_of(row, limits)
    if _is_count_share(row) and row.value:
        # The interval moves with the share, or its middle would tell the exact one.
        if row.unit == "ratio":
            low, high = low * value / row.value, high * value / row.value
        else:
            low, high = low + value - row.value, high + value - row.value
            low, high = np.clip([low, high], 0, 100)
    digits = 0 if decimals is None else decimals
    rounded = [_round(one, row, digits, limits) for one in (value, low, high)]
    return *rounded, n, organisations


def value_of(row: Row, limits: Disclosure, count: Count) -> float:
    """Return the value before its decimals go: counts and shares from the rounded counts."""
    scale = {"persons": 1, "thousand": 1000}.get(row.unit)
    if row.behind.kind == "count" and scale and abs(row.value * scale - row.n) < 1e-6:
        return count(row.cell, row.n) / scale
    if not _is_count_share(row) or not row.behind.numerator:
        return row.value
    exact = row.behind.numerator / row.whole
    same = row.part.unit == row.cell.unit
    whole = count(row.cell, row.whole) if same else to_base(row.whole, limits.rounding_base)
    rounded = min(1.0, count(row.part, row.behind.numerator) / whole)
    return row.value * rounded / exact


def band_of(row: Row) -> tuple[float, float] | None:
    """Return the band of a share of the programme's organisations; None for any other row."""
    if row.behind.kind != "share" or row.part is None or row.part.unit != "organisations":
        return None
    if dict(row.part.levels).get("participant") != (YES,):
        return None
    share = 100 * (row.behind.numerator or 0) / row.whole
    return next(band for band in BANDS if share <= band[1] + 1e-9)


def _is_count_share(row: Row) -> bool:
    return row.behind.kind == "share" and row.part is not None and row.unit in ("percent", "ratio")


def _round(value: float, row: Row, decimals: int, limits: Disclosure) -> float:
    if not math.isfinite(value):
        return value
    if any(one.unit == row.unit and one.value == value for one in limits.published_counts):
        return value
    if row.unit in _COUNTED:
        return to_base(value, limits.rounding_base)
    return round(value, decimals) + 0.0


def thinned(frame: pd.DataFrame, limits: Disclosure) -> pd.DataFrame:
    """Keep steps of a curve that enough events make together, while enough people are at risk.

    Parameters
    ----------
    frame
        Of a ``Curve``; its first row is the start, with as many at risk as there are.

    Returns
    -------
    pandas.DataFrame
        The kept steps with the events since the step before, counts rounded. Times at which
        nothing happened, as of censoring, are gone.
    """
    kept, waiting = [], 0.0
    for place, row in enumerate(frame.to_dict("records")):
        if not row["at_risk"] >= limits.minimum_persons:
            break
        waiting += row["events"]
        start = place == 0 and not row["events"]
        if start or waiting >= limits.minimum_events:
            kept.append({**row, "events": waiting})
            waiting = 0.0
    thin = pd.DataFrame(kept, columns=list(Curve.columns))
    for column in ("at_risk", "events"):
        thin[column] = [to_base(one, limits.rounding_base) for one in thin[column]]
    for column in ("value", "ci_low", "ci_high"):
        thin[column] = thin[column].round(DECIMALS["percent"])
    return thin

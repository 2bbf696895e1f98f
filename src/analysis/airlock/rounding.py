"""What leaves of a result that passed: hidden rows gone, then counts and values rounded.

Redaction comes first, so that rounding cannot make a small count look large enough.
"""

import dataclasses
import math
from collections.abc import Callable

import pandas as pd

from analysis.airlock.rows import COUNTED, DECIMALS, PERSONS_IN, Row, persons_of, rows_of, to_base
from analysis.airlock.rules import decimals_of, is_published
from analysis.bands import BANDS
from analysis.edition import Disclosure
from analysis.methods.cells import Cell
from analysis.methods.results import (
    SUPPRESSED,
    Absent,
    Aggregate,
    Curve,
    Estimates,
    Result,
    rows_at,
)

#: Kinds whose count only says how large the data behind a model are, and in how many figures that
#: is told: two models may differ by a few whole organisations, whose size would follow.
_OF_MODELS, _FIGURES_OF_MODELS = ("coefficient", "model fit", "correlation"), 3
#: More decimals of a p-value would tell the test statistic.
_DECIMALS_OF_P = 4
#: Gives the count that is shown of a cell: rounded, or as an earlier release showed it.
Count = Callable[[Cell, float], float]


def released(
    result: Result,
    hidden: frozenset[int],
    limits: Disclosure,
    count: Count,
    *,
    judged: bool = False,
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
    judged
        Whether a claim is judged on it. Then a band leaves as it is where the interval lies in it:
        the verdict that may leave tells just that.

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
            if hidden:
                return Absent(result.tables, withheld=True)
            thin = thinned(result.frame, limits)
            if thin.empty:
                return Absent(result.tables, withheld=True)
            return dataclasses.replace(result, frame=thin, behind=())
        case Estimates():
            shown = rows_at(result, [p for p in range(len(result.frame)) if p not in hidden])
            return dataclasses.replace(
                shown, frame=_estimates(shown, limits, count, judged=judged), behind=()
            )
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


def _estimates(
    result: Estimates, limits: Disclosure, count: Count, *, judged: bool
) -> pd.DataFrame:
    frame = result.frame.copy()
    columns = ["estimate", "ci_low", "ci_high", "n", "n_organisations"]
    rows = rows_of(result)
    ends = zip(frame["ci_low"], frame["ci_high"], strict=True)
    frame[columns] = [
        _shown(row, limits, count, interval, judged=judged)
        for row, interval in zip(rows, ends, strict=True)
    ]
    frame["half_step"] = [
        half_step_of(row, given, limits)
        for row, given in zip(rows, frame["half_step"], strict=True)
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
    *,
    judged: bool = False,
) -> tuple[float, float, float, float, float]:
    """Return value, interval, persons and organisations as they are shown."""
    n = count(persons_of(row.cell), row.n)
    if row.behind.kind in _OF_MODELS:
        n = _in_figures(n)
    organisations = to_base(row.n_organisations, limits.rounding_base)
    low, high = interval
    if (band := band_of(row)) is not None:
        inside = judged and band[0] <= interval[0] and interval[1] <= band[1]
        shown = (sum(band) / 2, *(band if inside else _around(band, interval)))
        return *(round(end, DECIMALS["percent"]) for end in shown), n, organisations
    value = value_of(row, limits, count)
    decimals = decimals_of(row, limits)
    digits = 0 if decimals is None else decimals
    if is_count_share(row):
        low, high = _widened(row, value, (low, high), digits, limits)
    elif (grid := _grid_of_difference(row, digits, limits)) is not None:
        value = round(value / grid) * grid
        if math.isfinite(low) and math.isfinite(high):
            low, high = math.floor(low / grid) * grid, math.ceil(high / grid) * grid
    rounded = [_round(one, row, digits, limits) for one in (value, low, high)]
    return *rounded, n, organisations


def _in_figures(count: float) -> float:
    if not count > 0:
        return count
    return round(count, _FIGURES_OF_MODELS - 1 - math.floor(math.log10(count)))


def _widened(
    row: Row, value: float, interval: tuple[float, float], decimals: int, limits: Disclosure
) -> tuple[float, float]:
    """Widen the interval of a share, so that it holds around the exact and the rounded share.

    Its ends go outward to a grid that is no finer than the rounding of the counts: an exact width
    would tell the exact counts behind the share.
    """
    low, high = interval
    if not (math.isfinite(low) and math.isfinite(high)):
        return math.nan, math.nan
    shift = value - row.value
    low, high = low + min(shift, 0.0), high + max(shift, 0.0)
    of = row.whole if row.unit == "percent" else (row.behind.numerator or row.whole)
    scale = 100.0 if row.unit == "percent" else max(value, high)
    grid = max(10.0**-decimals, scale * limits.rounding_base / (2 * of))
    grid = math.ceil(grid * 10**decimals - 1e-9) / 10**decimals
    low, high = math.floor(low / grid + 1e-9) * grid, math.ceil(high / grid - 1e-9) * grid
    return (max(low, 0.0), min(high, 100.0)) if row.unit == "percent" else (max(low, 0.0), high)


def _grid_of_difference(row: Row, decimals: int, limits: Disclosure) -> float | None:
    """Return the grid of a difference of shares of people; None for any other row.

    It is no finer than what rounded counts leave of a share. Beside one share, a finer difference
    tells the exact count behind the other; and these together the count of one that is hidden.
    So does an end of the interval of a share, which is in percent itself.
    """
    if row.behind.kind != "difference" or row.unit not in ("percentage_points", "percent"):
        return None
    if not row.behind.sides or not row.n:
        return None
    grid = max(10.0**-decimals, 100 * limits.rounding_base / row.n)
    return math.ceil(grid * 10**decimals - 1e-9) / 10**decimals


def half_step_of(row: Row, given: float, limits: Disclosure) -> float:
    """Return how far rounding may have moved a released number that has no interval.

    Only whether there is one leaves of what a method gave: 0 for a complete count.
    """
    if not math.isfinite(given):
        return math.nan
    if band_of(row) is not None:
        # The band is the interval; a step from the exact share would tell the count behind it.
        return 0.0
    if is_count_share(row) and row.unit == "percent" and row.whole:
        step = 100 * (limits.rounding_base / 2) / row.whole * (1 + row.value / 100)
        return 0.0 if step < row.half_step(DECIMALS["percent"]) else round(step, 1)
    return 0.0


def value_of(row: Row, limits: Disclosure, count: Count) -> float:
    """Return the value before its decimals go: counts and shares from the rounded counts."""
    scale = PERSONS_IN.get(row.unit)
    if row.behind.kind == "count" and scale and row.part is None:
        return count(row.cell, row.n) / scale
    if not is_count_share(row) or not row.behind.numerator:
        return row.value
    exact = row.behind.numerator / row.whole
    same = row.part.unit == row.cell.unit
    whole = count(row.cell, row.whole) if same else to_base(row.whole, limits.rounding_base)
    rounded = min(1.0, count(row.part, row.behind.numerator) / whole)
    return row.value * rounded / exact


def band_of(row: Row) -> tuple[float, float] | None:
    """Return the band of a share of the programme's organisations; None for any other row."""
    if not row.of_the_programme or not row.whole:
        return None
    # Of the value itself: the row counts all participants, also where its share is of fewer.
    share = row.value * (100 if row.unit == "ratio" else 1)
    return next(band for band in BANDS if share <= band[1] + 1e-9)


def _around(band: tuple[float, float], interval: tuple[float, float]) -> tuple[float, float]:
    """Return the band; with the next bands on both sides where the share has an interval.

    Nothing of the interval leaves, not even whether it lies in the band: of eighteen it does so
    for none or one, and for all or all but one, and so would tell the count behind the band. A
    verdict says as much, and is all that may.
    """
    if not all(math.isfinite(end) for end in interval):
        return band
    place = BANDS.index(band)
    return BANDS[max(place - 1, 0)][0], BANDS[min(place + 1, len(BANDS) - 1)][1]


def is_count_share(row: Row) -> bool:
    """Tell whether a row is a share of whole numbers of people or organisations."""
    return row.behind.kind == "share" and row.part is not None and row.unit in ("percent", "ratio")


def _round(value: float, row: Row, decimals: int, limits: Disclosure) -> float:
    if not math.isfinite(value):
        return value
    if value == row.value and is_published(row, limits):
        return value
    if row.unit in COUNTED:
        return to_base(value, int(max(limits.rounding_base, 10**-decimals)))
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
        left = row["at_risk"] - row["events"]
        if not min(row["at_risk"], left) >= limits.minimum_persons:
            break
        # To the minute, a time would be that of somebody's last event.
        row["time"] = float(math.ceil(row["time"]))
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

"""Bands of a third: what leaves of a share of the programme's own few organisations.

A band says between which ends a share lies, for certain. It is no interval around an estimate: its
middle estimates nothing. So whoever shows or judges a row has to tell the two apart.
"""

import math
from typing import Any

#: In percent.
BANDS = ((0.0, 100 / 3), (100 / 3, 200 / 3), (200 / 3, 100.0))

_ENDS = frozenset(round(end, 1) for band in BANDS for end in band)


def is_band(row: Any) -> bool:
    """Tell whether a released row of ``Estimates`` is a band.

    Its two ends are ends of thirds, and its middle is no estimate that rounding could have moved.
    """
    if math.isnan(row.ci_low) or row.unit != "percent" or row.half_step != 0:
        return False
    return {round(row.ci_low, 1), round(row.ci_high, 1)} <= _ENDS

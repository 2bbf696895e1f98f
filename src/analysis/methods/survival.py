"""Survival: who is still there after so long.

The product-limit estimator of Kaplan and Meier (1958) with late entry: somebody counts among those
at risk only after being seen first, as people who had left before the data begin are not in it.
It is about one way to end, or all ways together. One minus this curve is not the share that leaves
in one way when there are others.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Curve

METHOD = Text(
    nl="Kaplan-Meier, met wie later instapt pas vanaf dat moment in de telling; 95%-interval "
    "volgens Greenwood op de log-log-schaal; elke persoon telt één keer",
    en="Kaplan-Meier, with those who enter later counted from that moment on; 95% interval after "
    "Greenwood on the log-log scale; each person counts once",
)


def kaplan_meier(
    table: DataTable,
    *,
    duration: str,
    event: str,
    person: str,
    among: Cell,
    entry: str | None = None,
    organisation: str | None = None,
    start: float = 0.0,
    level: float = 0.95,
) -> Curve | Absent:
    """Estimate the share, in percent, that is still there at each time at which somebody left.

    The first row is the start. ``at_risk`` is the number just before a time, ``events`` how many
    left at it.

    Parameters
    ----------
    table
        One row per person.
    duration, event
        Columns: time until the end or the last sight, and whether it ended (1) or was last seen.
    person
        Column that names the person.
    among
        Whom the table holds.
    entry
        Column: time since which the person was seen; at risk at later times only.
    organisation
        Column that names the organisation; the airlock keeps a curve inside that has none.
    start
        The curve is among those who are still there at this time.
    """
    if table.frame is None:
        return Absent((table.name,))
    columns = [duration, event, *([entry] if entry else [])]
    if organisation is not None:
        columns.append(organisation)
    rows = table.frame[[person, *columns]].dropna()
    if rows[person].duplicated().any():
        raise ValueError(f"{table.name} holds some persons twice; choose one period of each")
    last = rows[duration].to_numpy(dtype=float)
    first = rows[entry].to_numpy(dtype=float) if entry else np.full(len(rows), -np.inf)
    if (first >= last).any() and entry:
        raise ValueError(f"{table.name} holds persons who were seen first when it had ended")
    ended = rows[event].to_numpy(dtype=float) == 1
    times = np.unique(last[ended & (last > start)])
    if not len(times):
        return Absent((table.name,))
    at_risk = _not_before(last, times) - _not_before(first, times)
    events = np.array([(ended & (last == time)).sum() for time in times])
    share, low, high = _product_limit(at_risk, events, level)
    at_start = float(((first <= start) & (last > start)).sum())
    frame = pd.DataFrame(
        {
            "time": [start, *times],
            "value": [100.0, *(100 * share)],
            "ci_low": [100.0, *(100 * low)],
            "ci_high": [100.0, *(100 * high)],
            "at_risk": [at_start, *at_risk.astype(float)],
            "events": [0.0, *events.astype(float)],
        }
    )
    known = {} if organisation is None else {"organisations": rows[organisation].nunique()}
    about = behind("count", among, **known)
    return Curve(frame, (table.name,), METHOD, (about,) * len(frame))


def _not_before(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Count how many values lie at or after each time."""
    return len(values) - np.searchsorted(np.sort(values), times)


def _product_limit(
    at_risk: np.ndarray, events: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the curve and its interval, as shares; no interval once nobody is left."""
    share = np.cumprod(1 - events / at_risk)
    alive = share > 0
    left = np.where(alive, at_risk - events, 1)
    variance = np.cumsum(np.where(alive, events / (at_risk * left), 0.0))
    log = np.log(np.where(alive, share, 0.5))
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(variance) / -log
    # Symmetric in the log of minus the log of the share, so both ends are shares.
    low, high = np.exp(log * np.exp(reach)), np.exp(log * np.exp(-reach))
    return share, np.where(alive, low, np.nan), np.where(alive, high, np.nan)

"""Exact intervals of a share of few: x of n.

Clopper & Pearson (1934), Biometrika 26, 404-413. The interval covers at least as often as it says,
whatever the true share is. Where nothing happened, its upper end is near three divided by n, the
rule of three (Hanley & Lippman-Hand 1983, JAMA 249, 1743-1745).
"""

from collections.abc import Iterable

import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods.results import Aggregate, Estimates, estimates
from analysis.places import measure_at

LEVEL = 0.95
#: Ways to say how high a share may be where nothing happened.
TWO_SIDED, ONE_SIDED, OF_THREE = "two_sided", "one_sided", "rule_of_three"

LIMIT_METHOD = Text(
    nl="een rekensom zonder gegevens: bovengrens van een kans waarbij in zoveel mensen niets "
    "gebeurt; exact (Clopper-Pearson) en volgens de regel van drie",
    en="a calculation without data: upper limit of a probability where nothing happens among so "
    "many people; exact (Clopper-Pearson) and by the rule of three",
)


def interval(count: int, of: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a share, from 0 to 1.

    Raises
    ------
    ValueError
        If the count does not lie between 0 and ``of``, or ``of`` is 0.
    """
    if not 0 <= count <= of or of < 1:
        raise ValueError("a share has at least one unit, and a count from 0 to all of them")
    found = stats.binomtest(int(count), int(of)).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def upper_without_events(of: int, *, kind: str = TWO_SIDED, level: float = LEVEL) -> float:
    """Return how high a probability may be, from 0 to 1, where nothing happened among ``of``.

    Parameters
    ----------
    kind
        ``two_sided``: the end of the usual interval. ``one_sided``: the limit for who asks only
        how high. ``rule_of_three``: the textbook's approximation of the latter.
    """
    if kind == OF_THREE:
        return min(3 / of, 1.0)
    tail = (1 - level) / 2 if kind == TWO_SIDED else 1 - level
    return 1 - tail ** (1 / of)


def limits_without_events(sizes: Iterable[int]) -> Aggregate:
    """Return the upper limit in percent for units of several sizes; groups are the three kinds."""
    rows = [
        {
            "group": kind,
            "period": "",
            "measure": measure_at(size),
            "kind": "model fit",
            "value": 100 * upper_without_events(size, kind=kind),
            "unit": "percent",
            "status": "final",
            "n_persons": float("nan"),
            "n_organisations": float("nan"),
        }
        for kind in (TWO_SIDED, ONE_SIDED, OF_THREE)
        for size in sizes
    ]
    return Aggregate(pd.DataFrame(rows)[list(Aggregate.columns)], ("assumptions",), LIMIT_METHOD)


def limit_without_events(of: int, *, kind: str = TWO_SIDED) -> Estimates:
    """Return the same for one size, as term ``limit``."""
    row = {
        "term": "limit",
        "estimate": 100 * upper_without_events(of, kind=kind),
        "n": 0.0,
        "half_step": 0.0,
    }
    return estimates([row], tables=("assumptions",), method=LIMIT_METHOD, unit="percent")

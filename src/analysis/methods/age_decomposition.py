"""What a wide age band hides: its excess divided over who is in it and how often each leaves.

Source: Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.age_bands import (
    MERGED,
    OLDER,
    OTHERS,
    STUDENTS,
    YOUNG,
    Exits,
    cell_of,
    p_value,
    three_parts,
)
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates

EXCESS_METHOD = Text(
    nl="bijdrage van elke groep aan het verschil in vertrekkans tussen jonger dan 35 en 35 tot 55: "
    "haar aandeel maal haar eigen verschil; de delen tellen precies op; organisaties als clusters",
    en="part of each group in the difference in exit rate between under 35 and 35 to 54: its share "
    "times its own difference; the parts add up exactly; organisations as clusters",
)
KITAGAWA_METHOD = Text(
    nl="decompositie volgens Kitagawa van het verschil met de andere branches, over drie groepen "
    "onder de 35; de delen tellen precies op; organisaties als clusters",
    en="Kitagawa decomposition of the difference from the other branches, over three groups under "
    "35; the parts add up exactly; organisations as clusters",
)


def excess(found: Exits | Absent) -> Estimates | Absent:
    """Divide the excess exit rate of those under 35 over that of 35 to 54, in percentage points.

    Terms: the three parts, ``total`` (their sum), and ``under_25_less_25_to_34``: how much more of
    the excess those under 25 bring than those of 25 to 34.
    """
    if isinstance(found, Absent):
        return found
    at_risk, leavers = three_parts(found)
    older = np.stack(found.counts(*OLDER), axis=1)
    if (at_risk.sum(axis=0) == 0).any() or not older[:, 0].sum():
        return Absent((found.table,))
    totals = np.concatenate([at_risk, leavers, older], axis=1)

    def parts(sums: np.ndarray) -> np.ndarray:
        size, left = sums[:3], sums[3:6]
        own = size / size.sum() * (left / size - sums[7] / sums[6])
        return np.array([*own, own.sum(), own[0] + own[1] - own[2]])

    terms = (STUDENTS, OTHERS, YOUNG, "total", "under_25_less_25_to_34")
    cell = cell_of(found, (*MERGED, *OLDER))
    return _differences(parts, totals, terms, found, cell, EXCESS_METHOD)


def kitagawa(found: Exits | Absent, branches: Sequence[str]) -> Estimates | Absent:
    """Divide what the rate under 35 of each branch differs from that of the other branches.

    Terms ``<branch>.composition`` (more or fewer students, others under 25, and 25 to 34),
    ``<branch>.rates`` (each of these leaves more or less often) and ``<branch>.difference``, their
    sum, in percentage points. A branch without one of the groups is left out.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for branch in branches:
        mine = (found.branch == branch)[:, None]
        at_risk, leavers = three_parts(found)
        totals = np.concatenate(
            [at_risk * mine, leavers * mine, at_risk * ~mine, leavers * ~mine], axis=1
        )
        whole = totals.sum(axis=0)
        if (whole[:3] == 0).any() or (whole[6:9] == 0).any() or mine.sum() < 2:
            continue
        terms = [f"{branch}{PAIR}{part}" for part in ("composition", "rates", "difference")]
        of_branch = found.of_branch(branch)
        cell = cell_of(found, MERGED, branch=branch)
        part = _differences(
            lambda sums: _kitagawa(sums.reshape(4, 3)),
            totals, terms, of_branch, cell, KITAGAWA_METHOD,
        )  # fmt: skip
        rows.append(part)
    if not rows:
        return Absent((found.table,))
    frame = pd.concat([part.frame for part in rows], ignore_index=True)
    known = tuple(one for part in rows for one in part.behind)
    return Estimates(frame, (found.table,), KITAGAWA_METHOD, known)


def _kitagawa(sums: np.ndarray) -> np.ndarray:
    """Return composition, rates and their sum; rows are at risk and left, mine and of the others.

    Each part weights with the mean of the two populations, so that nothing remains.
    """
    size, left, size_others, left_others = sums
    share, share_others = size / size.sum(), size_others / size_others.sum()
    rate, rate_others = left / size, left_others / size_others
    composition = ((share - share_others) * (rate + rate_others) / 2).sum()
    rates_ = ((rate - rate_others) * (share + share_others) / 2).sum()
    return np.array([composition, rates_, composition + rates_])


def _differences(
    function: Callable[[np.ndarray], np.ndarray],
    totals: np.ndarray,
    terms: Sequence[str],
    counted: Exits,
    cell: Cell,
    method: Text,
) -> Estimates:
    """Return functions of totals as percentage points; ``counted`` are those of the cell."""
    bands = dict(cell.levels)["age_band"]
    at_risk = counted.counts(*bands)[0]
    rows = []
    for term, part in zip(terms, clusters.of_totals(function, totals), strict=True):
        low, high = part.interval()
        rows.append(
            {
                "term": term,
                "estimate": 100 * part.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "p_value": p_value(part),
                "n": float(at_risk.sum()),
                "n_organisations": int((at_risk > 0).sum()),
                "df": min(part.df, len(at_risk) - 1),
                "period": f"{counted.year}JJ00",
                "behind": behind("difference", cell),
            }
        )
    return estimates(rows, tables=(counted.table,), method=method, unit="percentage_points")

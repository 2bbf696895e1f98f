"""What a profile may tell: of other organisations to this one, and of its people to their employer.

The reader of a profile knows the figures of their own organisation. What is told of the branch is
therefore taken over the *other* organisations, and has to pass the rules of the airlock without
this one: ten organisations at least, no dominant one, means no more precise than hides each.

An employer knows who works there and who left, but not where people went, nor what they answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.airlock.rows import Row, rows_of
from analysis.airlock.rules import decimals_of, dominance, judge
from analysis.dataset import DataTable
from analysis.edition import Disclosure
from analysis.languages import Text
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate, percentiles

#: Unit of a profile → the airlock's unit that is shown with as many decimals.
UNITS = {"percent": "percent", "per_year": "ratio", "days": "times", "score": "ratio"}
_METHOD = Text(nl="gemiddelde over de andere organisaties", en="mean over the other organisations")


@dataclass(frozen=True)
class Branch:
    """What is told of the other organisations of a branch in a year.

    Attributes
    ----------
    mean
        Each organisation counts once; rounded, and so is all here.
    decimals
        Of the mean and of ``middle``; below 0 for whole tens.
    middle
        P25 and P75, each the mean of ten values; None where one of them may not be told, or where
        rounding makes them equal.
    organisations
        Number of other organisations, rounded.
    """

    mean: float
    decimals: int
    middle: tuple[float, float] | None
    organisations: int


def of_branch(
    others: pd.DataFrame,
    *,
    branch: str,
    year: int,
    unit: str,
    limits: Disclosure,
    middle: bool = True,
) -> Branch | None:
    """Return what may be told of the other organisations; None when nothing may.

    Parameters
    ----------
    others
        One row per other organisation: ``organisation``, ``employees``, ``value``.
    unit
        One of ``UNITS``.
    middle
        Whether the middle half is asked for.
    """
    if others.empty:
        return None
    rows = others.assign(branch=branch, year=year)
    among = Cell.of("organisations")
    values = rows["value"].to_numpy(dtype=float)
    mean = aggregate(
        [
            {
                "group": branch, "period": f"{year}JJ00", "measure": "mean", "kind": "mean",
                "value": float(values.mean()), "unit": UNITS[unit], "status": "not stated",
                "n_persons": float(rows["employees"].sum()),
                "n_organisations": float(len(rows)),
                "behind": behind(
                    "mean",
                    among.within(branch=branch, year=year),
                    **contributions(values),
                    largest_value=float(np.abs(values).max()),
                    magnitude="value",
                    weight=float(len(rows)),
                ),
            }
        ],
        ("organisation_years",),
        _METHOD,
    )  # fmt: skip
    row = rows_of(mean)[0]
    if judge(row, limits):
        return None
    decimals = decimals_of(row, limits)
    return Branch(
        round(row.value, decimals),
        decimals,
        _middle(rows, branch, year, unit, limits, decimals) if middle else None,
        rounded_count(len(rows), limits),
    )


def _middle(
    rows: pd.DataFrame, branch: str, year: int, unit: str, limits: Disclosure, decimals: int
) -> tuple[float, float] | None:
    """Return P25 and P75, no more precise than the mean that stands beside them."""
    found = percentiles(
        DataTable("organisation_years", rows), "value", "branch", [branch],
        among=Cell.of("organisations"), year=year, unit=UNITS[unit],
    )  # fmt: skip
    told = {}
    for measure, row in zip(found.frame["measure"], rows_of(found), strict=True):
        if measure in ("p25", "p75") and not judge(row, limits):
            told[measure] = round(row.value, min(decimals, decimals_of(row, limits)))
    # Ends that rounding makes equal hold nobody between them.
    return tuple(told.values()) if len(set(told.values())) == 2 else None


def rounded_count(count: int, limits: Disclosure) -> int:
    """Round a number of organisations as the airlock rounds counts."""
    base = limits.rounding_base
    return int(np.floor(count / base + 0.5) * base)


def is_group(people: float, limits: Disclosure) -> bool:
    """Tell whether a group of the organisation's own people is large enough to be told about."""
    return bool(people >= limits.minimum_persons)


def share_is_told(counted: float, among: float, limits: Disclosure) -> bool:
    """Tell whether an employer may read a share that it cannot count itself.

    Enough people on either side, so that it tells of nobody what they did.
    """
    return is_group(counted, limits) and is_group(among - counted, limits)


def destination_is_told(gone: float, left: float, limits: Disclosure) -> bool:
    """Tell whether an employer, who knows who left, may read how many of them left the sector.

    Were nearly all of them gone from the sector, or nearly none, it would know of each.

    Parameters
    ----------
    gone
        People who left the sector.
    left
        People who left the organisation; missing where that is not known.
    """
    return share_is_told(gone, left, limits)


def movement_is_told(parts: np.ndarray, limits: Disclosure) -> bool:
    """Tell whether a mean of squares over others may be told, such as their variance.

    The width of an interval and the pull of a best guess tell it to whoever computes back. One
    organisation may not make up most of it, nor two: squares single out whoever is far away.

    Parameters
    ----------
    parts
        What each other organisation adds; empty where it rests on no other.
    """
    if len(parts) == 0:
        return True
    known = contributions(parts)
    return len(parts) >= limits.minimum_organisations_as_unit and not (
        known["largest"] > limits.largest_contributor
        or known["largest_two"] > limits.largest_two_contributors
    )


def score_decimals(
    scores: np.ndarray, weights: np.ndarray, limits: Disclosure, ends: tuple[float, float]
) -> int | None:
    """Return how many decimals a mean score of own respondents may have; None to keep it inside.

    Parameters
    ----------
    scores, weights
        One per respondent.
    ends
        Lowest and highest score that there is: a mean that is rounded to one of them tells what
        everybody answered.
    """
    if not is_group(len(scores), limits) or len(np.unique(scores)) < 2:
        return None
    # Contributions to the mean as it is: a respondent with a large weight takes a large part.
    parts = scores * weights * len(weights) / weights.sum()
    known = behind(
        "mean", Cell.of("respondents"), largest_value=float(np.abs(parts).max()),
        **contributions(parts),
    )  # fmt: skip
    mean = float(np.average(scores, weights=weights))
    row = Row(mean, UNITS["score"], len(scores), 1, float("nan"), known)
    decimals = decimals_of(row, limits)
    if dominance(row, limits) or decimals is None or round(mean, decimals) in ends:
        return None
    return decimals


def bands_told(
    counted: Mapping[str, float], among: Mapping[str, float], limits: Disclosure
) -> frozenset[str]:
    """Return the bands of which a share may stand beside that of all bands together.

    What is hidden must not follow from the total less the bands that are told: at least two bands
    are hidden or none, with enough people on either side together.

    Parameters
    ----------
    counted, among
        People counted and people in a band, by band. Whoever is in the total and in no band is a
        band too: it follows from the total where all others are told.
    """
    told = {band for band in among if share_is_told(counted[band], among[band], limits)}
    while told and len(told) < len(among):
        hidden = [band for band in among if band not in told]
        together = [sum(of[band] for band in hidden) for of in (counted, among)]
        if len(hidden) > 1 and share_is_told(*together, limits):
            break
        # The smallest tells least; its name breaks a tie.
        told.remove(min(told, key=lambda band: (counted[band], band)))
    return frozenset(told)

"""What a method returns: a tidy frame that says what it is, how it was made and from which tables.

Only modules of ``analysis.methods`` make these. The airlock takes no other type.
"""

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, ParamSpec

import numpy as np
import pandas as pd

from analysis.errors import BookError
from analysis.languages import Text
from analysis.methods.behind import KINDS, Behind

#: A figure published with one decimal lies within half a step of the true one.
HALF_STEP = 0.05

#: Joins the two names of a term that is about a pair: ``inflow.within`` or ``workload.exhaustion``.
PAIR = "."

#: Status of a cell that the airlock kept inside; its value is missing.
SUPPRESSED = "suppressed"

UNITS = (
    "percent",
    "percentage_points",
    "percentage_points_per_year",
    "thousand",
    "times",
    "ratio",
    "standard_deviations",
    "percent_change",
    "odds_ratio",
    "correlation",
    "index",
    "rank",
    "factors",
    "groups",
    "persons",
    "people",
    "organisations",
    "branches",
    "regions",
    "sessions",
    "sources",
    "interventions",
    "steps",
    "years",
    "euro",
    "million_euro",
    "billion_euro",
)


class ResultError(BookError):
    """A result does not have the shape that its type promises."""

    exit_code = 2


def _check(result: "Result") -> None:
    if result.behind and len(result.behind) != len(result.frame):
        raise ResultError(
            f"{type(result).__name__} has {len(result.frame)} rows and says what stands behind "
            f"{len(result.behind)}; expected one each."
        )
    expected = [*result.columns]
    if list(result.frame.columns) != expected:
        raise ResultError(
            f"{type(result).__name__} has {len(result.frame.columns)} columns that do not fit; "
            f"expected exactly {', '.join(expected)}."
        )
    if result.frame.empty:
        raise ResultError(f"{type(result).__name__} has no rows; return Absent with a reason.")
    unknown = sorted(set(result.frame.get("unit", pd.Series(dtype=str))) - set(UNITS))
    if unknown:
        raise ResultError(f"{len(unknown)} units are not known; allowed: {', '.join(UNITS)}.")


@dataclass(frozen=True)
class Aggregate:
    """Cells by group.

    Attributes
    ----------
    frame
        Columns ``group``, ``period``, ``measure``, ``kind``, ``value``, ``unit``, ``status``,
        ``n_persons``, ``n_organisations``. The two counts are unweighted and missing for
        published series, whose cells are public.
    tables
        Names of the dataset's tables behind the cells.
    method
        How the cells were made, for the reader.
    behind
        Per row what the airlock must know; empty for published series.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "group",
        "period",
        "measure",
        "kind",
        "value",
        "unit",
        "status",
        "n_persons",
        "n_organisations",
    )
    frame: pd.DataFrame
    tables: tuple[str, ...]
    method: Text
    behind: tuple[Behind, ...] = ()

    def __post_init__(self) -> None:
        _check(self)
        unknown = sorted(set(self.frame["kind"]) - set(KINDS))
        if unknown:
            raise ResultError(f"{len(unknown)} kinds are not known; allowed: {', '.join(KINDS)}.")


@dataclass(frozen=True)
class Estimates:
    """Estimates by term.

    Attributes
    ----------
    frame
        Columns ``term``, ``estimate``, ``ci_low``, ``ci_high``, ``p_value``, ``n``,
        ``n_organisations``, ``df``, ``unit``, ``period``, ``half_step``. A published figure has no
        interval: its ``ci_low`` and ``ci_high`` are missing, and ``half_step`` tells how far
        rounding alone may move it; it is 0 for a complete count. ``n`` counts persons or, for
        published series, the published figures used.
    tables
        Names of the dataset's tables behind the estimates.
    method
        How they were estimated, for the reader.
    behind
        Per row what the airlock must know; empty for published series.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "term",
        "estimate",
        "ci_low",
        "ci_high",
        "p_value",
        "n",
        "n_organisations",
        "df",
        "unit",
        "period",
        "half_step",
    )
    frame: pd.DataFrame
    tables: tuple[str, ...]
    method: Text
    behind: tuple[Behind, ...] = ()

    def __post_init__(self) -> None:
        _check(self)
        if self.frame["term"].duplicated().any():
            raise ResultError("Estimates repeat a term; give each its own name.")

    def __getitem__(self, term: str) -> "Estimates | Absent":
        """Return the estimates with one term; Absent when it is not there."""
        return only(self, term)


@dataclass(frozen=True)
class Curve:
    """Steps over time.

    Attributes
    ----------
    frame
        Columns ``time``, ``value``, ``ci_low``, ``ci_high``, ``at_risk``, ``events``. The value and
        its interval are in percent; ``at_risk`` is the number just before a time.
    behind
        One entry for the whole curve, repeated per row: the address of those at risk at its start.
    """

    columns: ClassVar[tuple[str, ...]] = (
        "time",
        "value",
        "ci_low",
        "ci_high",
        "at_risk",
        "events",
    )
    frame: pd.DataFrame
    tables: tuple[str, ...]
    method: Text
    behind: tuple[Behind, ...] = ()

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Absent:
    """There is no result, because a source lacks what the method needs.

    Attributes
    ----------
    tables
        Tables that were not delivered, or not for these groups and periods.
    withheld
        Whether there was a result, and the airlock kept all of it inside.
    """

    tables: tuple[str, ...]
    withheld: bool = False


Result = Aggregate | Estimates | Curve
RESULTS = {kind.__name__: kind for kind in (Aggregate, Estimates, Curve)}

P = ParamSpec("P")


def absent_passes_through(function: Callable[P, Result | Absent]) -> Callable[P, Result | Absent]:
    """Return Absent from ``function`` as soon as one of its arguments is Absent."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Result | Absent:
        missing = [value for value in [*args, *kwargs.values()] if isinstance(value, Absent)]
        if missing:
            return Absent(tuple(sorted({table for value in missing for table in value.tables})))
        return function(*args, **kwargs)

    return wrapped


def estimates(
    rows: list[dict], *, tables: tuple[str, ...], method: Text, unit: str | None = None
) -> Estimates:
    """Assemble Estimates; columns that a row leaves out are missing.

    Parameters
    ----------
    rows
        Columns of ``Estimates`` and, unless every table is public, ``behind``.
    """
    known = tuple(row["behind"] for row in rows if "behind" in row)
    frame = pd.DataFrame([{k: v for k, v in row.items() if k != "behind"} for row in rows])
    for column in Estimates.columns:
        if column not in frame:
            frame[column] = {"unit": unit, "period": ""}.get(column, np.nan)
    numeric = [c for c in Estimates.columns if c not in ("term", "unit", "period")]
    frame[numeric] = frame[numeric].astype(float)
    return Estimates(frame[list(Estimates.columns)], tables, method, known)


def joined(*parts: Estimates | Absent) -> Estimates | Absent:
    """Join estimates whose terms differ; Absent as soon as one part is."""
    missing = [part for part in parts if isinstance(part, Absent)]
    if missing:
        return Absent(tuple(sorted({name for part in missing for name in part.tables})))
    methods = list(dict.fromkeys((part.method.nl, part.method.en) for part in parts))
    return Estimates(
        pd.concat([part.frame for part in parts], ignore_index=True),
        tuple(sorted({name for part in parts for name in part.tables})),
        Text(nl="; ".join(nl for nl, _ in methods), en="; ".join(en for _, en in methods)),
        tuple(one for part in parts for one in part.behind),
    )


@absent_passes_through
def only(result: Estimates, *terms: str) -> Estimates | Absent:
    """Return the estimates with these terms, in this order.

    Absent when one of them is not there: a method leaves out a term that it cannot estimate, and a
    chapter goes on without it.
    """
    if set(terms) - set(result.frame["term"]):
        return Absent(result.tables)
    places = [result.frame["term"].tolist().index(term) for term in terms]
    return rows_at(result, places)


def rows_at(result: Result, places: list[int]) -> Result:
    """Return the rows at these places, with what stands behind them."""
    return dataclasses.replace(
        result,
        frame=result.frame.iloc[places].reset_index(drop=True),
        behind=tuple(result.behind[place] for place in places) if result.behind else (),
    )

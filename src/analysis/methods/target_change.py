"""How a rate changed since a base year, in every reading of the target that its source allows.

The rate of a population is that of its organisations together: people or days in the numerator,
employees or full-time years in the denominator. Only organisations with a figure in all
these years count, so that the years are about the same ones. Intervals treat these as a sample of
organisations (Taylor linearisation, ``clusters``); a change of the rate of a year is no effect of a
programme, as everything else changed too.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import YES, Cell
from analysis.methods.participants import FEWEST
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.standing import organisations_of

TABLES = ("organisation_years", "participants")
#: Outcome → columns that are counted.
COUNTED = {
    "turnover": ("leavers",),
    "without_pension": ("to_same_branch", "to_other_branch", "to_other_sector", "to_inactive"),
    "sector_exit": ("to_other_sector", "to_inactive"),
}
_ABSENCE = "absence"

Unit = Literal["percent_change", "percentage_points"]

METHOD = Text(
    nl="verandering van het cijfer van alle organisaties samen sinds het basisjaar, van "
    "organisaties met een cijfer in elk basisjaar en nu; 95%-interval met organisaties als "
    "steekproef (Taylor-linearisatie)",
    en="change of the rate of all organisations together since the base year, of organisations "
    "with a figure in each base year and now; 95% interval with organisations as a sample (Taylor "
    "linearisation)",
)


@dataclass(frozen=True)
class _Both:
    """Organisations with a figure in both years; totals in columns now, of, then, of."""

    totals: np.ndarray
    employees: float
    cell: Cell
    now: int


def with_turnover(table: DataTable, outcome: str) -> DataTable:
    """Return ``organisation_years`` with another definition of turnover as its rate.

    Parameters
    ----------
    outcome
        A key of ``COUNTED``.
    """
    if table.frame is None:
        return table
    counted, of = _counted(table.frame, outcome)
    rate = (counted / of.where(of > 0)).astype(float)
    return DataTable(table.name, table.frame.assign(turnover_rate=rate))


def changes(
    table: DataTable,
    outcome: str,
    *,
    base_years: tuple[int, ...],
    populations: tuple[str, ...],
    last: int,
    unit: Unit = "percent_change",
) -> Estimates | Absent:
    """Return changes since each base year, as terms ``base_<year>.<population>``.

    Parameters
    ----------
    table
        ``organisation_years``.
    outcome
        ``absence`` or a key of ``COUNTED``.
    base_years, populations
        Of the edition.
    last
        The newest year with a figure up to this one is compared.
    unit
        Relative, or absolute in percentage points.
    """
    frame = _parts(table, outcome, last)
    if frame is None:
        return Absent(TABLES[:1])
    years, frame = _same_organisations(frame, base_years)
    rows = []
    for year in years:
        for population in populations:
            found = _both(frame, outcome, year, population)
            row = None if found is None else _row(found, unit)
            if row is not None:
                rows.append(row | {"term": f"base_{year}{PAIR}{population}"})
    if not rows:
        return Absent(TABLES)
    return estimates(rows, tables=TABLES, method=METHOD, unit=unit)


def _parts(table: DataTable, outcome: str, last: int) -> pd.DataFrame | None:
    """Return what is counted and of what, in years up to ``last``."""
    if table.frame is None:
        return None
    frame = table.frame[table.frame["year"] <= last].dropna(subset=["organisation"])
    counted, of = _counted(frame, outcome)
    frame = frame.assign(counted=counted.astype(float), of=of.astype(float))
    frame = frame.dropna(subset=["counted", "of", "employees"])
    frame = frame[frame["of"] > 0]
    return None if frame.empty else frame


def _same_organisations(
    frame: pd.DataFrame, base_years: tuple[int, ...]
) -> tuple[list[int], pd.DataFrame]:
    """Return base years, and the organisations with a figure in all of them and in the last year.

    Changes since several years are about the same organisations. Were they not, the numbers of
    employees of two of them would differ by those of an organisation or two. A year of which fewer
    than half have a figure is no base year.
    """
    there = {
        int(year): set(part["organisation"]) for year, part in frame.groupby("year", sort=False)
    }
    now = max(there)
    kept, common = [], there[now]
    for year in sorted(set(base_years) - {now}, key=lambda one: (-len(there.get(one, ())), one)):
        both = common & there.get(year, set())
        if 2 * len(both) >= len(common) and year < now:
            kept, common = [*kept, year], both
    return sorted(kept), frame[frame["organisation"].isin(common)]


def _counted(frame: pd.DataFrame, outcome: str) -> tuple[pd.Series, pd.Series]:
    """Return what is counted and of what."""
    if outcome == _ABSENCE:
        return frame["absence_rate"] * frame["person_years"] / 100, frame["person_years"]
    counted = frame[list(COUNTED[outcome])].sum(axis=1, min_count=len(COUNTED[outcome]))
    return counted, (frame["employees"] + frame["employees_at_start"]) / 2


def _both(frame: pd.DataFrame, outcome: str, base: int, population: str) -> _Both | None:
    mine = frame["participant"].eq(1).fillna(False).to_numpy(dtype=bool)
    now = int(frame["year"].max())
    levels: dict[str, object] = {"year": now, "source": f"{outcome} of {base} and {now}"}
    if population == "participants":
        frame = frame[mine]
        levels["participant"] = YES
    elif population == "branches":
        branches = sorted(set(frame.loc[mine, "branch"].dropna()))
        if not branches:
            return None
        frame = frame[frame["branch"].isin(branches)]
        levels["branch"] = branches
    if base >= now:
        return None
    columns = ["counted", "of"]
    late = frame[frame["year"] == now].drop_duplicates("organisation").set_index("organisation")
    early = frame[frame["year"] == base].drop_duplicates("organisation").set_index("organisation")
    joined = late[columns].merge(
        early[columns], left_index=True, right_index=True, suffixes=("", "_then")
    )
    if len(joined) < FEWEST or (joined[["counted", "counted_then"]].sum() <= 0).any():
        return None
    employees = float(late.loc[joined.index, "employees"].sum())
    return _Both(joined.to_numpy(dtype=float), employees, Cell.of("employees", **levels), now)


def _largest(totals: np.ndarray) -> dict[str, float]:
    """Return the largest contributors to any of the four totals: of one, it is their change."""
    parts = [contributions(column) for column in totals.T]
    return {name: max(part[name] for part in parts) for name in ("largest", "largest_two")}


def _row(found: _Both, unit: Unit) -> dict | None:
    def change(totals: np.ndarray) -> np.ndarray:
        now, then = totals[0] / totals[1], totals[2] / totals[3]
        if unit == "percent_change":
            return np.array([np.log(now / then)])
        return np.array([100 * (now - then)])

    (one,) = clusters.of_totals(change, found.totals)
    if not one.se > 0 or not math.isfinite(one.se):
        return None
    low, high = one.interval()
    row = {"estimate": one.estimate, "ci_low": low, "ci_high": high}
    if unit == "percent_change":
        row = {name: 100 * math.expm1(value) for name, value in row.items()}
    count = len(found.totals)
    return row | {
        "p_value": one.p_value,
        "n": found.employees,
        "n_organisations": count,
        "df": one.df,
        "period": f"{found.now}JJ00",
        "behind": behind(
            "difference",
            found.cell,
            organisations_of(found.cell),
            numerator=float(count),
            **_largest(found.totals),
        ),
    }

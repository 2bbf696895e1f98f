"""Turnover of supporting functions beside that of care functions in the same organisation.

Organisations with much turnover have it in all functions, so that only functions of the same
organisation and year are compared: the ratio of rates of Mantel and Haenszel, with a stratum for
each organisation and year (Rothman, Greenland & Lash 2008, Modern Epidemiology, chapter 15). Its
variance takes organisations as clusters, by linearisation of the ratio of two sums.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import covering

#: Functions in which people work with clients.
CARE = ("nursing", "care", "guidance", "treatment")
#: Organisations in which both groups are, and leavers of each.
FEWEST, FEWEST_LEAVERS = 12, 20

_METHOD = Text(
    nl="verloop in een functiegroep gedeeld door dat in zorgfuncties van dezelfde organisatie in "
    "hetzelfde jaar (Mantel-Haenszel); 95%-interval met organisaties als clusters",
    en="turnover in a function group divided by that in care functions of the same organisation in "
    "the same year (Mantel-Haenszel); 95% interval with organisations as clusters",
)
_TOGETHER = Text(
    nl=", voor alle branches samen (Bonferroni)", en=", for all branches together (Bonferroni)"
)


@dataclass(frozen=True)
class Compared:
    """Counts of two groups of functions, by organisation and year in which both are."""

    counts: pd.DataFrame
    table: str
    group: str

    def of_branch(self, branch: str) -> "Compared":
        """Return the part of one branch."""
        return Compared(self.counts[self.counts["branch"] == branch], self.table, self.group)


def compared(table: DataTable, group: str, *, first: int, last: int) -> Compared | Absent:
    """Count those at risk and leavers in a function group and in care functions.

    Columns ``at_risk``, ``leavers``, ``care_at_risk`` and ``care_leavers`` per organisation and
    year; years of an organisation that lack either are left out.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame[
        table.frame["year"].between(first, last) & table.frame["function_group"].notna()
        & table.frame["branch"].notna()
    ].dropna(subset=["at_risk", "leavers"])  # fmt: skip
    keys = ["organisation", "year", "branch"]
    own = frame[frame["function_group"] == group].groupby(keys)[["at_risk", "leavers"]].sum()
    care = frame[frame["function_group"].isin(CARE)].groupby(keys)[["at_risk", "leavers"]].sum()
    both = own.join(care.add_prefix("care_"), how="inner").reset_index()
    both = both[(both["at_risk"] > 0) & (both["care_at_risk"] > 0)]
    return Compared(both, table.name, group) if len(both) else Absent((table.name,))


def ratio(found: Compared | Absent, *, term: str, level: float = 0.95) -> Estimates | Absent:
    """Return the ratio of turnover within organisations and years, as one term."""
    if isinstance(found, Absent):
        return found
    row = _ratio_row(found, term, level)
    return _told([row] if row else [], found)


def by_branch(found: Compared | Absent, branches: list[str]) -> Estimates | Absent:
    """Return the ratio of each branch, largest first; branches with too few are left out."""
    if isinstance(found, Absent):
        return found
    level = clusters.bonferroni(len(branches))
    rows = [_ratio_row(found.of_branch(name), name, level) for name in branches]
    kept = sorted((row for row in rows if row), key=lambda row: -row["estimate"])
    return _told(kept, found, together=True)


def _ratio_row(found: Compared, term: str, level: float) -> dict | None:
    counts = found.counts
    enough = (
        counts["organisation"].nunique() >= FEWEST
        and min(counts["leavers"].sum(), counts["care_leavers"].sum()) >= FEWEST_LEAVERS
    )
    if not enough:
        return None
    both = counts["at_risk"] + counts["care_at_risk"]
    upper = counts["leavers"] * counts["care_at_risk"] / both
    lower = counts["care_leavers"] * counts["at_risk"] / both
    one = clusters.ratio(
        upper.to_numpy(float), lower.to_numpy(float), counts["organisation"].to_numpy()
    )
    if not one.se > 0:
        return None
    low, high = one.log_interval(level)
    return {
        **_about(counts),
        "term": term,
        "estimate": one.estimate,
        "ci_low": float(low),
        "ci_high": float(high),
        "p_value": float(2 * stats.t.sf(abs(np.log(one.estimate)) * one.estimate / one.se, one.df)),
        "df": float(one.df),
        "behind": behind("difference", _cell(counts, (found.group, *CARE))),
    }


def _about(counts: pd.DataFrame) -> dict:
    newest = counts[counts["year"] == counts["year"].max()]
    return {
        "n": float((newest["at_risk"] + newest["care_at_risk"]).sum()),
        "n_organisations": float(counts["organisation"].nunique()),
        "df": float(counts["organisation"].nunique() - 1),
        "period": f"{int(counts['year'].max())}JJ00",
    }


def _cell(counts: pd.DataFrame, groups: tuple[str, ...]) -> Cell:
    return Cell.of(
        "employees at the start",
        year=int(counts["year"].max()),
        branch=sorted(set(counts["branch"])),
        function_group=groups,
    )


def _told(rows: list[dict], found: Compared, *, together: bool = False) -> Estimates | Absent:
    if not rows:
        return Absent((found.table,))
    method = Text(
        nl=_METHOD.nl + (_TOGETHER.nl if together else ""),
        en=_METHOD.en + (_TOGETHER.en if together else ""),
    )
    return estimates(
        rows, tables=(found.table,), method=covering(method, set(found.counts["year"])),
        unit="ratio",
    )  # fmt: skip

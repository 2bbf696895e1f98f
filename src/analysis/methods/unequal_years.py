"""Years of work with the background of who worked, a new long absence, and exit from the sector.

Background and long absences are additional sources: a sample of people, with the weight that each
stands for. A row is a person at an organisation in a year.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.cells import YES, Cell
from analysis.methods.resampling import FEWEST_CLUSTERS
from analysis.methods.results import Absent
from analysis.methods.years import covering
from analysis.sources.vocabulary import EDUCATION, PRACTICAL

ABSENCE, EXIT = "long_absence", "sector_exit"
#: Destination that is no loss by inequality: everybody retires.
_PENSION = "pension"
#: First ages of the second and third age group of the intersections.
AGE_STARTS = (35, 55)
AGE_GROUPS = ("young", "middle", "older")
_EMPLOYED = ("person", "organisation")
_FROM_EMPLOYMENT = (
    *_EMPLOYED, "year", "branch", "function_group", "contract", "birth_year", "sex",
    "destination", "months", "temporary_months", "wage", "irregular_allowance", "first_month",
)  # fmt: skip
_FROM_BACKGROUND = (
    "person", "year", "education", "origin", "ses_rank", "household_income", "weight",
)  # fmt: skip


@dataclass(frozen=True)
class Years:
    """Years of people at risk of one outcome.

    Attributes
    ----------
    rows
        A row per person, organisation and year: ``event`` (0 or 1), ``exposure`` (part of the year
        at risk), ``weight``, the columns of the background, and of the job.
    outcome
        ``ABSENCE`` or ``EXIT``.
    tables
        Names of the dataset's tables behind the rows.
    """

    rows: pd.DataFrame
    outcome: str
    tables: tuple[str, ...]

    @property
    def mass(self) -> np.ndarray:
        """Weight times the part of the year: what a row counts for."""
        return (self.rows["weight"] * self.rows["exposure"]).to_numpy(float)

    @property
    def cell(self) -> Cell:
        """Address of the people."""
        return Cell.of("sampled employees", answered=f"inequality {self.outcome}")

    @property
    def part(self) -> dict[str, str]:
        """Levels of those who had the outcome."""
        return {"long_absence" if self.outcome == ABSENCE else "left_sector": YES}

    @property
    def about(self) -> dict[str, object]:
        """Columns of ``Estimates`` that all rows share."""
        clusters = self.rows["organisation"].nunique()
        return {
            "n": float(self.rows["person"].nunique()),
            "n_organisations": float(clusters),
            "df": float(clusters - 1),
            "period": f"{int(self.rows['year'].max())}JJ00",
        }

    def told(self, method: Text) -> Text:
        """Say of a method which years it takes together."""
        return covering(method, self.rows["year"].astype(int))

    def known(self, *columns: str) -> "Years | None":
        """Return the rows with a value in all columns; None when these are too few."""
        rows = self.rows.dropna(subset=list(columns))
        enough = rows["organisation"].nunique() >= FEWEST_CLUSTERS
        return replace(self, rows=rows) if enough and rows["event"].nunique() == 2 else None

    def chosen(self, keep: Callable[[pd.DataFrame], pd.Series]) -> "Years | Absent":
        """Return some of the rows; Absent when these are too few."""
        found = replace(self, rows=self.rows[keep(self.rows)]).known()
        return Absent(self.tables) if found is None else found


def absences(
    employments: DataTable, background: DataTable, long_absences: DataTable, *, last: int
) -> Years | Absent:
    """Return years at work with whether a long absence began in them.

    Time in an absence that began in an earlier year is no time at risk.
    """
    tables = (employments.name, background.name, long_absences.name)
    rows = worked(employments, background, last=last)
    if rows is None or long_absences.frame is None or long_absences.frame.empty:
        return Absent(tables)
    began = pd.to_datetime(long_absences.frame["start_date"])
    cases = long_absences.frame[[*_EMPLOYED]].assign(year=began.dt.year)
    # Only years about which the source tells.
    rows = rows[rows["year"].between(cases["year"].min(), cases["year"].max())]
    rows = rows.merge(cases.drop_duplicates().assign(event=1.0), how="left")
    rows = rows.merge(_ill_already(long_absences.frame, int(rows["year"].max())), how="left")
    free = 1 - rows["ill_already"].fillna(0.0)
    rows = rows.assign(event=rows["event"].fillna(0.0), exposure=rows["months"] / 12 * free)
    rows = rows[rows["exposure"] > 0].drop(columns="ill_already")
    found = Years(rows, ABSENCE, tables).known()
    return Absent(tables) if found is None else found


def _ill_already(cases: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return which part of a year somebody was in an absence that began in an earlier year.

    Parameters
    ----------
    cases
        With ``start_date`` and ``end_date``; one without an end lasts.
    """
    began = pd.to_datetime(cases["start_date"])
    ended = pd.to_datetime(cases["end_date"]).fillna(pd.Timestamp(last + 1, 1, 1))
    parts = []
    for year in range(int(began.dt.year.min()) + 1, last + 1):
        days = (ended - pd.Timestamp(year, 1, 1)).dt.days
        part = (days / (365 + calendar.isleap(year))).clip(0, 1)
        there = (began.dt.year < year) & (part > 0)
        parts.append(cases.loc[there, [*_EMPLOYED]].assign(year=year, ill_already=part[there]))
    if not parts:
        return cases.loc[[], [*_EMPLOYED]].assign(year=0, ill_already=0.0)
    return pd.concat(parts).groupby([*_EMPLOYED, "year"], as_index=False).max()


def exits(employments: DataTable, background: DataTable, *, last: int) -> Years | Absent:
    """Return years of those employed in January, with whether they left the sector in the year.

    Retirement is no exit here. Who has several jobs counts at the one with most wage.
    """
    tables = (employments.name, background.name)
    rows = worked(employments, background, last=last)
    if rows is None:
        return Absent(tables)
    left = rows["destination"].notna() & (rows["destination"] != _PENSION)
    rows = rows.assign(event=left.astype(float), exposure=1.0)
    # From any job of the year: who changes employer first leaves from one that began later.
    rows["event"] = rows.groupby(["person", "year"])["event"].transform("max")
    rows = rows[pd.to_datetime(rows["first_month"]).dt.month == 1]
    rows = rows.sort_values(["person", "year", "wage"]).drop_duplicates(
        ["person", "year"], keep="last"
    )
    found = Years(rows, EXIT, tables).known()
    return Absent(tables) if found is None else found


def worked(employments: DataTable, background: DataTable, *, last: int) -> pd.DataFrame | None:
    """Return years of work of people whose background is known; None without any.

    Adds ``practical``, ``temporary``, ``irregular`` (allowance as a share of the wage), their
    values in the year before (``temporary_before``, ``irregular_before``), ``schooling`` as a
    number, ``age_group``, and the tenth of household income in the year.
    """
    if employments.frame is None or background.frame is None:
        return None
    jobs = employments.frame[list(_FROM_EMPLOYMENT)]
    rows = jobs[(jobs["year"] <= last) & (jobs["months"] > 0)].merge(
        background.frame[list(_FROM_BACKGROUND)].dropna(subset="weight"), on=["person", "year"]
    )
    if rows.empty:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        irregular = (rows["irregular_allowance"] / rows["wage"]).where(rows["wage"] > 0)
    rows = rows.assign(
        practical=rows["education"].isin(PRACTICAL).astype(float).where(rows["education"].notna()),
        schooling=rows["education"].map({name: place for place, name in enumerate(EDUCATION)}),
        temporary=(rows["contract"] != "permanent").astype(float).where(rows["contract"].notna()),
        irregular=irregular,
        age_group=_age_groups(rows["year"] - rows["birth_year"]),
        # Classes, as a negative income has no logarithm.
        income_tenth=_tenths(rows["household_income"].groupby(rows["year"]).rank(pct=True)),
    )
    before = rows.groupby(["person", "year"])[["temporary", "irregular"]].mean().reset_index()
    before = before.assign(year=before["year"] + 1)
    return rows.merge(before, on=["person", "year"], how="left", suffixes=("", "_before"))


def _tenths(share: pd.Series) -> pd.Series:
    return np.ceil(10 * share).map("tenth {:.0f}".format).where(share.notna())


def _age_groups(age: pd.Series) -> pd.Series:
    named = np.array(AGE_GROUPS, dtype=object)[np.digitize(age.fillna(0), AGE_STARTS)]
    return pd.Series(named, index=age.index).where(age.notna())

"""An organisation in its branch: what its figures are made from, out of the tables of a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.edition import Edition
from analysis.errors import EditionError
from analysis.profile.measures import EXIT, MEASURES, STOCK

#: Tables of the dataset that a profile reads.
TABLES = ("organisation_years", "organisation_ages", "individuals")


@dataclass(frozen=True)
class Panel:
    """What one figure is made from: organisations of a branch by year.

    Attributes
    ----------
    values
        In the unit of the figure; a row per organisation, a column per year in ascending order.
    size
        People that chance works on, of the same shape.
    counted
        People counted out of ``size``, or None where none are.
    """

    values: pd.DataFrame
    size: pd.DataFrame
    counted: pd.DataFrame | None


@dataclass(frozen=True)
class Context:
    """An organisation in its branch.

    Attributes
    ----------
    newest
        Its row of the newest year.
    branch
        Empty where it is not known; an organisation then has no others to stand beside.
    panels
        By name of the figure; those without a source are left out.
    answers
        Respondents of the branch, or None without a survey.
    employees
        Of every organisation of the branch, in its newest year.
    students
        Side jobs of students at the organisation itself on 1 January, by year; empty where not
        known.
    """

    organisation: str
    newest: pd.Series
    branch: str
    edition: Edition
    panels: dict[str, Panel]
    answers: pd.DataFrame | None
    employees: pd.Series
    students: pd.Series


def context_of(tables: Mapping[str, DataTable], organisation: str, edition: Edition) -> Context:
    """Return an organisation in its branch, up to the reference year of the edition.

    Parameters
    ----------
    tables
        ``TABLES`` of the dataset by name; a frame may be None.
    organisation
        Pseudonym.

    Raises
    ------
    EditionError
        If the dataset holds no such organisation up to that year.
    """
    rows = tables["organisation_years"].frame
    if rows is not None:
        rows = rows[rows["year"] <= edition.reference_year]
        rows = rows.assign(**{STOCK: (rows["employees"] + rows["employees_at_start"]) / 2})
    own = None if rows is None else rows[rows["organisation"] == organisation]
    if own is None or own.empty:
        raise EditionError(
            "ORG: this dataset holds no organisation with this pseudonym; allowed: one of its "
            "organisations. Pseudonyms differ from edition to edition: ask the trusted third party "
            "for the one of this edition."
        )
    newest = own.sort_values("year").iloc[-1]
    branch = "" if pd.isna(newest["branch"]) else str(newest["branch"])
    alike = (rows["year"] == newest["year"]) & (rows["branch"] == branch)
    members = rows[alike | (rows["organisation"] == organisation)]["organisation"]
    peers = rows[rows["organisation"].isin(members)]
    ages = _of_members(tables["organisation_ages"].frame, members, edition)
    return Context(
        organisation,
        newest,
        branch,
        edition,
        _panels(peers, ages),
        _of_members(tables["individuals"].frame, members, edition),
        peers.sort_values("year").groupby("organisation")["employees"].last(),
        _students(ages, organisation),
    )


def _students(ages: pd.DataFrame | None, organisation: str) -> pd.Series:
    if ages is None:
        return pd.Series(dtype=float)
    own = ages[ages["organisation"] == organisation]
    return own.groupby("year")["students_at_risk"].sum().astype(float)


def _of_members(
    frame: pd.DataFrame | None, members: pd.Series, edition: Edition
) -> pd.DataFrame | None:
    if frame is None:
        return None
    kept = frame["organisation"].isin(members) & (frame["year"] <= edition.reference_year)
    return frame[kept]


def _panels(peers: pd.DataFrame, ages: pd.DataFrame | None) -> dict[str, Panel]:
    panels = {}
    for measure in MEASURES:
        if measure.name.startswith(EXIT):
            found = _exits(ages, measure.name.removeprefix(EXIT))
        elif measure.by == "respondents":
            continue
        else:
            counted = reduce(lambda a, b: a + b, (peers[name] for name in measure.counted), 0)
            found = pd.DataFrame(
                {
                    "organisation": peers["organisation"],
                    "year": peers["year"],
                    "value": peers[measure.name] * measure.scale,
                    "size": peers[measure.size],
                    "counted": counted if measure.counted else np.nan,
                }
            )
        if found is None or found["value"].isna().all():
            continue
        known = found.dropna(subset=["value"]).astype({"value": float, "size": float})
        wide = known.pivot(index="organisation", columns="year").sort_index(axis="columns")
        panels[measure.name] = Panel(
            wide["value"],
            wide["size"],
            wide["counted"].astype(float) if measure.by == "counts" else None,
        )
    return panels


def _exits(ages: pd.DataFrame | None, band: str) -> pd.DataFrame | None:
    """Count those of an age band who left the sector; side jobs of students do not count."""
    if ages is None:
        return None
    names = ["at_risk", "students_at_risk", "sector_leavers", "student_leavers"]
    sums = ages[ages["age_band"] == band].groupby(["organisation", "year"], as_index=False)[names]
    found = sums.sum()
    size = found["at_risk"] - found["students_at_risk"]
    counted = found["sector_leavers"] - found["student_leavers"]
    return pd.DataFrame(
        {
            "organisation": found["organisation"],
            "year": found["year"],
            "value": 100 * counted / size.where(size > 0),
            "size": size,
            "counted": counted,
        }
    )

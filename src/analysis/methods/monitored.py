"""The participants and their comparison over the years, and what is compared of each.

Comparable organisations are of the participants' branches and never took part. All have a figure
in each year, so that no year is about others. An organisation counts by how precisely its figures
tell: a small one differs from year to year by chance (inverse variance, from the years before the
start). The year in which an organisation started counts as before if it started in its course.
"""

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.methods import chance_alone, leverage
from analysis.methods.behind import Behind
from analysis.methods.participants import FEWEST
from analysis.methods.standing import SIZES, Standing, all_of, standing

TABLES = ("organisation_years", "participants")
#: Years before the start that any comparison needs.
LEAST_BEFORE = 3
DRAWS = 1999
#: First whole year in the programme of who never takes part.
NEVER = 0
_NOTHING = 1e-9

Weighting = Literal["precision", "equal", "size"]


@dataclass(frozen=True)
class Monitored:
    """Organisations over the years before and after the start.

    Attributes
    ----------
    found
        Their rates, from the first year to the last.
    first
        First whole year in the programme, ``NEVER`` for who does not take part.
    years
        Shape (years,).
    """

    found: Standing
    first: np.ndarray
    years: np.ndarray

    @property
    def taking_part(self) -> np.ndarray:
        """Whether an organisation takes part, shape (organisations,)."""
        return self.first != NEVER

    @property
    def starts(self) -> np.ndarray:
        """First whole years of the groups, ascending."""
        return np.unique(self.first[self.taking_part])

    @property
    def before(self) -> np.ndarray:
        """Whether a year is before every start, shape (years,)."""
        return self.years < self.starts[0]

    @property
    def after(self) -> int:
        """How many years there are from the last start on."""
        return int((self.years >= self.starts[-1]).sum())

    @property
    def mine(self) -> np.ndarray:
        """Places of the participants, in the order in which ``draws`` fills a set."""
        places = np.flatnonzero(self.taking_part)
        return places[np.argsort(self.strata[places], kind="stable")]

    @property
    def group(self) -> np.ndarray:
        """Group of each participant, as a place in ``starts`` and in the order of ``mine``."""
        return np.searchsorted(self.starts, self.first[self.mine])

    @property
    def strata(self) -> np.ndarray:
        """Branch and region together, shape (organisations,)."""
        region = pd.factorize(pd.Series(self.found.region).fillna(""))[0]
        return self.found.branch * (region.max() + 1) + region

    @property
    def design(self) -> np.ndarray:
        """Branch and region; regions that are hardly there have none of their own."""
        branch = self.found.branch
        columns = [branch == one for one in range(len(self.found.branches))]
        known = pd.Series(self.found.region).fillna("").to_numpy()
        large = [one for one in np.unique(known) if (known == one).sum() >= FEWEST]
        columns += [known == one for one in large[1:] if one]
        return np.column_stack(columns).astype(float)

    def weight(self, weighting: Weighting = "precision") -> np.ndarray:
        """Return how much an organisation counts, with a mean of one."""
        size = self.found.size[:, self.before].mean(axis=1)
        if weighting == "size":
            weight = size
        elif weighting == "equal":
            weight = np.ones(len(size))
        else:
            earlier = dataclasses.replace(
                self.found,
                rate=self.found.rate[:, self.before],
                size=self.found.size[:, self.before],
            )
            noise = earlier.noise
            variance = noise.shock + noise.chance / size
            weight = 1 / variance if (variance > 0).all() else np.ones(len(size))
        return weight / weight.mean()

    def draws(self, *, seed: int, draws: int = DRAWS) -> np.ndarray:
        """Return sets of organisations drawn blindly within strata, shape (draws, participants)."""
        return chance_alone.drawn(self.strata, self.taking_part, draws=draws, seed=seed)

    def known(self, weighting: Weighting = "precision") -> Behind:
        """Return what stands behind an effect of the programme."""
        design = np.column_stack([self.taking_part, self.design])
        weight = self.weight(weighting)
        return leverage.of_coefficient(design, 0, all_of(self.found), weights=weight)

    def about(self) -> dict[str, object]:
        """Return the columns of ``Estimates`` that say what an effect rests on."""
        return {
            "n": float(self.found.employees.sum()),
            "n_organisations": len(self.first),
            "df": int(self.taking_part.sum()) - 1,
            "period": self.found.period,
        }

    def chosen(self, kept: np.ndarray) -> "Monitored | None":
        """Return some of the organisations; None where too few take part or are left."""
        found = self.found.chosen(kept)
        first = self.first[np.isin(self.found.organisation, found.organisation)]
        return _checked(Monitored(found, first, self.years))


def first_whole_years(participants: DataTable) -> dict[str, int]:
    """Return the first whole year in the programme of each organisation of which it is known."""
    frame = participants.frame
    if frame is None or frame.empty:
        return {}
    frame = frame.dropna(subset=["organisation", "start_date"])
    start = pd.to_datetime(frame["start_date"])
    late = (start.dt.day_of_year > 1).astype(int)
    return dict(zip(frame["organisation"], (start.dt.year + late).astype(int), strict=True))


def monitored(
    table: DataTable,
    participants: DataTable,
    measure: str,
    branches: list[str],
    *,
    first: int,
    last: int,
) -> Monitored | None:
    """Gather participants and comparable organisations; None where no comparison is possible.

    Parameters
    ----------
    table, participants
        ``organisation_years`` and ``participants``.
    measure
        A key of ``standing.SIZES``.
    first, last
        Years to look at, as far as the measure is known in them.
    """
    starts = first_whole_years(participants)
    if table.frame is None or not starts:
        return None
    frame = table.frame
    told = frame[frame["participant"].eq(1).fillna(False) & (frame[measure] > 0)]
    told = told[told["year"].between(first, last) & (told[SIZES[measure]] > 0)]
    if told.empty:
        return None
    years = np.arange(int(told["year"].min()), int(told["year"].max()) + 1)
    found = standing(table, measure, branches, last=int(years[-1]), years=len(years))
    if found is None:
        return None
    names = pd.Series(found.organisation)
    since = names.map(starts).where(found.participant, NEVER)
    # Of who takes part from an unknown day, no year is before or after.
    dated = since.notna().to_numpy()
    first_year = since.fillna(NEVER).to_numpy(dtype=int)
    whole = Monitored(found, first_year, years)
    if not whole.taking_part.any():
        return None
    of_theirs = np.isin(found.branch, found.branch[whole.taking_part])
    return whole.chosen(dated & of_theirs)


def _checked(one: Monitored) -> Monitored | None:
    count = int(one.taking_part.sum())
    if count < FEWEST or len(one.first) - count < FEWEST:
        return None
    if one.before.sum() < LEAST_BEFORE or np.ptp(one.found.logs) < _NOTHING:
        return None
    centred = one.found.logs - one.found.logs.mean(axis=1, keepdims=True)
    centred = centred - centred.mean(axis=0)
    if np.abs(centred).max() < _NOTHING:
        return None
    return None if leverage.is_thin(one.known()) else one

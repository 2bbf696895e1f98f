"""Where organisations stand in their branch before a programme starts: rates, sizes, logarithms.

Only years before the start are used, and only organisations with a rate in each of them, so that a
year alone and several years together are about the same organisations.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import shrinkage
from analysis.methods.cells import YES, Cell
from analysis.methods.shrinkage import Noise, Posterior

#: Measure → column of what it is a rate of. Of both, less is taken as better.
SIZES = {"absence_rate": "person_years", "turnover_rate": "employees"}
#: Column → name in terms and in labels.
NAMES = {"absence_rate": "absence", "turnover_rate": "turnover"}
#: Years that are taken together.
YEARS = 3
#: A branch with fewer organisations is left out: a place in it would point at somebody.
FEWEST = 10

#: Beyond these, equal rates of unequal sizes differ in their last digits.
_DIGITS = 9
#: Fields with an entry for each organisation, but for its branch.
_OF_EACH = (
    "organisation", "size_band", "region", "participant", "employees", "rate", "size",
)  # fmt: skip

SAME = Text(
    nl="organisaties met een cijfer in elk van de {years} jaar tot en met {last}, in branches met "
    "ten minste tien daarvan",
    en="organisations with a figure in each of the {years} years up to {last}, in branches with at "
    "least ten of them",
)


@dataclass(frozen=True)
class Standing:
    """A rate of organisations over some years.

    Attributes
    ----------
    measure
        Column of the rate.
    organisation, size_band, region
        Shape (organisations,).
    branch
        Number of the branch in ``branches``, shape (organisations,).
    branches
        Names of the branches.
    participant
        Whether it takes part; all False where that is not known.
    employees
        In the last year.
    rate, size
        Shape (organisations, years), the last year as the last column.
    last
        The last year.
    """

    measure: str
    organisation: np.ndarray
    size_band: np.ndarray
    region: np.ndarray
    branch: np.ndarray
    branches: tuple[str, ...]
    participant: np.ndarray
    employees: np.ndarray
    rate: np.ndarray
    size: np.ndarray
    last: int

    @property
    def logs(self) -> np.ndarray:
        """Logarithms of the rates, shape (organisations, years)."""
        return np.log(self.rate)

    @property
    def name(self) -> str:
        """The measure as terms name it."""
        return NAMES[self.measure]

    @property
    def period(self) -> str:
        """The last year as a period."""
        return f"{self.last}JJ00"

    @property
    def noise(self) -> Noise:
        """What a year adds; from all years."""
        return shrinkage.noise(self.logs, self.size, self.branch)

    def latest(self, years: int) -> tuple[np.ndarray, np.ndarray]:
        """Return rates and sizes of the last years."""
        return self.rate[:, -years:], self.size[:, -years:]

    def posterior(self, years: int = YEARS) -> Posterior:
        """Return what the last years tell of the lasting level of each organisation."""
        rate, size = self.latest(years)
        return shrinkage.posterior(
            np.log(rate).mean(axis=1), self.noise.variance(size), self.branch
        )

    def pooled(self, years: int = YEARS) -> np.ndarray:
        """Return the rate over the last years together, weighted by size."""
        rate, size = self.latest(years)
        return np.round((rate * size).sum(axis=1) / size.sum(axis=1), _DIGITS)

    def less_than_branch(self, years: int = YEARS) -> np.ndarray:
        """Tell for each organisation whether its rate is below that of its branch as a whole."""
        rate, size = self.latest(years)
        weight = size.sum(axis=1)
        total = np.bincount(self.branch, (rate * size).sum(axis=1))
        whole = np.round(total / np.bincount(self.branch, weight), _DIGITS)
        return self.pooled(years) < whole[self.branch]

    def chosen(self, kept: np.ndarray) -> "Standing":
        """Return some of the organisations; branches that lose too many are left out."""
        numbers = np.bincount(self.branch[kept], minlength=len(self.branches))
        kept = kept & (numbers >= FEWEST)[self.branch]
        names, branch = np.unique(self.branch[kept], return_inverse=True)
        return dataclasses.replace(
            self,
            branch=branch,
            branches=tuple(self.branches[one] for one in names),
            **{name: getattr(self, name)[kept] for name in _OF_EACH},
        )


def year_before(participants: DataTable, *, last: int) -> int:
    """Return the last full year before the first organisation started, or ``last``."""
    frame = participants.frame
    if frame is None or frame.empty or frame["start_date"].isna().all():
        return last
    return min(int(pd.to_datetime(frame["start_date"]).dt.year.min()) - 1, last)


def standing(
    table: DataTable, measure: str, branches: list[str], *, last: int, years: int = YEARS
) -> Standing | None:
    """Gather a rate of the organisations of some branches; None when hardly any has it.

    Parameters
    ----------
    table
        ``organisation_years``.
    measure
        A key of ``SIZES``.
    last, years
        The last year, and how many there are up to and with it.
    """
    if table.frame is None:
        return None
    size = SIZES[measure]
    wanted = list(range(last - years + 1, last + 1))
    frame = table.frame
    frame = frame[frame["year"].isin(wanted) & frame["branch"].isin(branches)]
    # The logarithm of nothing is not known; a branch may not change.
    frame = frame[(frame[measure] > 0) & (frame[size] > 0)]
    frame = frame.dropna(subset=["organisation"]).sort_values(["organisation", "year"])
    whole = frame.groupby("organisation").agg(
        years=("year", "nunique"), branches=("branch", "nunique")
    )
    kept = whole.index[(whole["years"] == years) & (whole["branches"] == 1)]
    frame = frame[frame["organisation"].isin(kept)]
    in_branch = frame[frame["year"] == last]["branch"].value_counts()
    enough = [one for one in branches if in_branch.get(one, 0) >= FEWEST]
    frame = frame[frame["branch"].isin(enough)]
    if frame.empty:
        return None
    now = frame[frame["year"] == last]
    shape = (len(now), years)
    return Standing(
        measure=measure,
        organisation=now["organisation"].to_numpy(),
        size_band=now["size_band"].to_numpy(),
        region=now["region"].to_numpy(),
        branch=now["branch"].map({name: at for at, name in enumerate(enough)}).to_numpy(),
        branches=tuple(enough),
        participant=now["participant"].eq(1).fillna(False).to_numpy(dtype=bool),
        employees=now["employees"].to_numpy(dtype=float),
        rate=frame[measure].to_numpy(dtype=float).reshape(shape),
        size=frame[size].to_numpy(dtype=float).reshape(shape),
        last=last,
    )


def of_branches(table: DataTable, branches: list[str]) -> DataTable:
    """Return the rows of some branches."""
    if table.frame is None:
        return table
    return DataTable(table.name, table.frame[table.frame["branch"].isin(branches)])


def together(first: Standing | None, second: Standing | None) -> tuple[Standing, Standing] | None:
    """Return two rates of the organisations that have both; None where these are too few."""
    if first is None or second is None:
        return None
    both = np.intersect1d(first.organisation, second.organisation)
    found = tuple(one.chosen(np.isin(one.organisation, both)) for one in (first, second))
    if not len(found[0].organisation):
        return None
    return found


def taking_part(found: Standing) -> Cell:
    """Return the address of the participants' people."""
    return Cell.of("employees", participant=YES, **_whose(found))


def all_of(found: Standing) -> Cell:
    """Return the address of the people of all organisations that are compared."""
    return Cell.of("employees", branch=list(found.branches), **_whose(found))


def organisations_of(cell: Cell) -> Cell:
    """Return the address of the organisations with these people."""
    return Cell("organisations", cell.levels)


def _whose(found: Standing) -> dict[str, str | int]:
    """Return the levels that set apart those with a figure in each of the years."""
    return {"year": found.last, "source": f"{found.name} of {found.rate.shape[1]} years"}


def method_about(found: Standing, text: Text) -> Text:
    """Add to a method which organisations it is about."""
    words = {"years": found.rate.shape[1], "last": found.last}
    return Text(
        nl=f"{text.nl}; {SAME.nl.format(**words)}", en=f"{text.en}; {SAME.en.format(**words)}"
    )

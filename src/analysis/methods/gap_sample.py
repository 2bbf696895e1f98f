"""Organisations of two groups of branches whose absence is compared, with their characteristics.

One row per organisation: its means over the years, weighted by person-years, so that the weighted
means of the rows are those of all years. Branches differ for years; what changes within an
organisation is another question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import organisation_panel, resampling
from analysis.methods.absence_composition import at_common_level
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.exact_binomial import interval
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import covering

#: Characteristics that come from the annual accounts.
ACCOUNTS = ("overhead_share", "effective_streams")
#: Organisations that a branch needs.
FEWEST_IN_BRANCH = 10
#: Part of the organisations of the other side whose values a characteristic may have.
RANGE = (0.025, 0.975)
#: Part of the second group that lies in the range of the first, below which a characteristic says
#: nothing of the gap: its slope would be drawn on to where nobody is.
LEAST_COMPARABLE = 0.1
#: All characteristics of the accounts, or of all, at once.
TOGETHER = "together"

SUPPORT_METHOD = Text(
    nl="aandeel van de organisaties waarvan het kenmerk ligt tussen de percentielen 2,5 en 97,5 "
    "van de andere groep branches; gemiddelden over de jaren; exact 95%-interval",
    en="share of organisations whose characteristic lies between the percentiles 2.5 and 97.5 of "
    "the other group of branches; means over the years; exact 95% interval",
)
APART_METHOD = Text(
    nl="verschil in gemiddelde tussen de twee groepen branches, gewogen naar persoonsjaren, in "
    "standaarddeviaties tussen organisaties van een branche",
    en="difference in means between the two groups of branches, weighted by person-years, in "
    "standard deviations between organisations of a branch",
)


@dataclass(frozen=True)
class GapSample:
    """Organisations of two groups of branches.

    Attributes
    ----------
    outcome
        Absence in percent, shape (organisations,).
    drivers
        In standard deviations between organisations of a branch, shape (organisations, drivers).
    names
        Of the drivers.
    weight
        Person-years.
    branch, employees
        Of each organisation; employees in its newest year.
    high
        Whether an organisation is of the first group.
    years
        Calendar years that are taken together.
    among
        Whom the tables hold: those that Vernet follows, with accounts where these are used.
    left_out
        Characteristic → why it is not in the sample.
    """

    outcome: np.ndarray
    drivers: np.ndarray
    names: tuple[str, ...]
    weight: np.ndarray
    branch: np.ndarray
    employees: np.ndarray
    high: np.ndarray
    years: tuple[int, ...]
    table: str
    among: Cell
    left_out: dict[str, str]

    def of(self, kept: np.ndarray) -> "GapSample":
        """Return some of the organisations."""
        return replace(
            self, outcome=self.outcome[kept], drivers=self.drivers[kept], weight=self.weight[kept],
            branch=self.branch[kept], employees=self.employees[kept], high=self.high[kept],
        )  # fmt: skip

    def with_drivers(self, names: Sequence[str]) -> "GapSample":
        """Return the same with some of the characteristics; those that are not there stay out."""
        kept = [name for name in self.names if name in names]
        columns = [self.names.index(name) for name in kept]
        return replace(self, drivers=self.drivers[:, columns], names=tuple(kept))

    def about(self) -> dict:
        """Return the columns of a result that are the same for all its rows."""
        return {
            "n": float(self.employees.sum()),
            "n_organisations": len(self.branch),
            "period": f"{max(self.years)}JJ00",
        }

    def cell(self) -> Cell:
        """Return the address of those whom the results count."""
        return self.among.within(branch=sorted(set(self.branch)))

    def told(self, method: Text) -> Text:
        """Add to a method which years it takes together."""
        return covering(method, self.years)


def gap_sample(
    table: DataTable,
    drivers: Sequence[str],
    high: Sequence[str],
    low: Sequence[str],
    *,
    first: int,
    last: int,
) -> GapSample | Absent:
    """Return the organisations of two groups of branches with an absence and all characteristics.

    What cannot be estimated is left out as in ``organisation_panel.sample``. Absent when a side
    has no branch with ten organisations. ``size`` is the logarithm of the number of employees.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame[table.frame["branch"].isin([*high, *low])]
    size = np.log(frame["employees"].where(frame["employees"] > 0).astype(float))
    frame = frame[~(frame["person_years"] <= 0)].assign(size=size)
    chosen = organisation_panel.sample(
        DataTable(table.name, frame), "absence_rate", list(drivers), first=first, last=last,
        needed=("person_years",),
    )  # fmt: skip
    if isinstance(chosen, Absent):
        return chosen
    rows = chosen.rows
    weight = rows["person_years"].to_numpy(float)
    outcome = at_common_level(rows["absence_rate"], weight, rows["year"])
    values = _at_common_mean(chosen.standardised(), weight, rows["year"])
    place, names = pd.factorize(rows["organisation"])
    total = np.bincount(place, weight)

    def middle(column: np.ndarray) -> np.ndarray:
        return np.bincount(place, weight * column) / total

    branch = rows.groupby(place)["branch"].first().to_numpy(dtype=object)
    accounts = bool(set(ACCOUNTS) & set(chosen.drivers))
    found = GapSample(
        middle(outcome),
        np.column_stack([middle(column) for column in values.T]),
        chosen.drivers,
        total,
        branch,
        rows.groupby(place)["employees"].last().to_numpy(float),
        np.isin(branch, list(high)),
        tuple(sorted({int(year) for year in rows["year"]})),
        table.name,
        Cell.of("organisations", vernet=YES, **({"intrakoop": YES} if accounts else {})),
        chosen.left_out,
    )
    return enough(found)


def enough(found: GapSample) -> GapSample | Absent:
    """Leave out branches with few organisations; Absent when a side has none left."""
    names, counts = np.unique(found.branch.astype(str), return_counts=True)
    found = found.of(np.isin(found.branch, names[counts >= FEWEST_IN_BRANCH]))
    one_side = found.high.all() or not found.high.any()
    parameters = found.drivers.shape[1] + len(names)
    if one_side or len(found.branch) < 2 * parameters:
        return Absent((found.table,))
    return found


def _at_common_mean(values: np.ndarray, weight: np.ndarray, year: pd.Series) -> np.ndarray:
    """Return values with each year brought to the mean of all years."""
    place, years = pd.factorize(year)
    sums = np.column_stack(
        [np.bincount(place, weight * column, minlength=len(years)) for column in values.T]
    )
    level = sums / np.bincount(place, weight, minlength=len(years))[:, None]
    return values - level[place] + sums.sum(axis=0) / weight.sum()


# --- common support -------------------------------------------------------------------------------


def within_range(found: GapSample, names: Sequence[str], *, of_high: bool) -> np.ndarray:
    """Tell which organisations have values that the other side, or their own, has too.

    Parameters
    ----------
    of_high
        Whether the range is that of the first group, or that of the second.
    """
    part = found.with_drivers(names)
    side = found.high if of_high else ~found.high
    low, high = np.quantile(part.drivers[side], RANGE, axis=0)
    return ((part.drivers >= low) & (part.drivers <= high)).all(axis=1)


def comparable(found: GapSample | Absent) -> GapSample | Absent:
    """Leave out characteristics on which hardly anybody of the second group is like the first."""
    if isinstance(found, Absent):
        return found
    shares = {
        name: within_range(found, [name], of_high=True)[~found.high].mean() for name in found.names
    }
    kept = [name for name in found.names if shares[name] >= LEAST_COMPARABLE]
    if not kept:
        return Absent((found.table,))
    left_out = found.left_out | {name: "not comparable" for name in shares if name not in kept}
    return replace(found.with_drivers(kept), left_out=left_out)


def support(found: GapSample | Absent) -> Estimates | Absent:
    """Return the share of the second group that lies in the range of the first.

    Terms are the characteristics, the least shared on top, and ``together``: in the range of
    overhead and funding streams at once, or of all characteristics where these are unknown.
    """
    if isinstance(found, Absent):
        return found
    both = [name for name in ACCOUNTS if name in found.names] or list(found.names)
    second = found.of(~found.high)
    cell = second.cell()
    rows = []
    for term, names in [*((name, [name]) for name in found.names), (TOGETHER, both)]:
        inside = within_range(found, names, of_high=True)[~found.high]
        low, high = interval(int(inside.sum()), len(inside))
        rows.append(
            {
                "term": term,
                "estimate": 100 * inside.mean(),
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                **second.about(),
                "behind": behind(
                    "share",
                    cell,
                    cell.within(common_support=term),
                    numerator=float(inside.sum()),
                ),
            }
        )
    rows.sort(key=lambda row: (row["term"] == TOGETHER, row["estimate"]))
    method = found.told(SUPPORT_METHOD)
    return estimates(rows, tables=(found.table,), method=method, unit="percent")


def apart(found: GapSample | Absent) -> Estimates | Absent:
    """Return how far the means of the two groups lie apart, the furthest on top."""
    if isinstance(found, Absent):
        return found
    draws = by_branch(found)
    rows = []
    for place, name in enumerate(found.names):

        def distance(weight: np.ndarray, place: int = place) -> np.ndarray:
            value = found.drivers[:, place]
            first, second = weight * found.high, weight * ~found.high
            return first @ value / first.sum(axis=-1) - second @ value / second.sum(axis=-1)

        effect = resampling.by_percentiles(
            float(distance(found.weight)), distance(draws * found.weight)
        )
        rows.append(
            {
                "term": name,
                **effect.row(),
                **found.about(),
                "df": len(found.branch) - 2,
                "behind": behind("difference", found.cell()),
            }
        )
    rows.sort(key=lambda row: -abs(row["estimate"]))
    method = found.told(APART_METHOD)
    return estimates(rows, tables=(found.table,), method=method, unit="standard_deviations")


def by_branch(found: GapSample, draws: int = resampling.DRAWS, seed: int = 20250308) -> np.ndarray:
    """Return how often each organisation is drawn within its branch.

    Shape (draws, organisations).
    """
    times = np.zeros((draws, len(found.branch)))
    for number, branch in enumerate(sorted(set(found.branch))):
        members = np.flatnonzero(found.branch == branch)
        times[:, members] = resampling.counts(len(members), draws, seed + number)
    return times

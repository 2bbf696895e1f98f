"""Absence of branches, and of groups of them, by who works there.

Absence by age band and function group of each organisation, over several years together. A year in
which all were ill more often counts at the level of all years, so that a branch that is followed in
bad years is not one of high absence.

Direct standardisation: Breslow & Day (1987), Statistical Methods in Cancer Research II, chapter 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, resampling
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import YES, Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.years import covering
from analysis.sources.vernet import ALL
from analysis.sources.vocabulary import AGE_BANDS, FUNCTION_GROUPS

#: Organisations that a branch needs.
FEWEST_IN_BRANCH = 10
#: Cells of age and function that both sides have hold at least this part of the person-years.
LEAST_SHARED = 0.8
CRUDE, STANDARDISED = "crude", "standardised"
_SEED = 20250307

RATE = Text(
    nl="verzuim gewogen naar persoonsjaren, alle jaren op het niveau van alle jaren samen",
    en="absence weighted by person-years, all years at the level of all years together",
)
CLUSTERS = Text(
    nl="95%-interval met organisaties als clusters",
    en="95% interval with organisations as clusters",
)
RATES_METHOD = Text(
    nl=f"{RATE.nl}; gestandaardiseerd naar leeftijdsgroep en functiegroep van alle branches "
    f"samen; {CLUSTERS.nl}; de branches gelden samen (Bonferroni)",
    en=f"{RATE.en}; standardised to the age bands and function groups of all branches "
    f"together; {CLUSTERS.en}; the branches hold jointly (Bonferroni)",
)
RANKS_METHOD = Text(
    nl=f"plaats van de branche, 1 is het laagste verzuim; {RATE.nl}; interval uit {{draws}} keer "
    "opnieuw trekken van organisaties binnen hun branche",
    en=f"place of the branch, 1 being the lowest absence; {RATE.en}; interval from drawing "
    "organisations within their branch again {draws} times",
)


@dataclass(frozen=True)
class Composition:
    """Person-years and years lost to absence by age and function, per organisation.

    Attributes
    ----------
    person_years, lost
        Shape (organisations, age bands, function groups).
    branch, employees
        Of each organisation; employees in the newest of the years.
    years
        Calendar years that are taken together.
    table
        Name of the dataset's table.
    """

    person_years: np.ndarray
    lost: np.ndarray
    branch: np.ndarray
    employees: np.ndarray
    years: tuple[int, ...]
    table: str

    @property
    def branches(self) -> tuple[str, ...]:
        """Branches with organisations, sorted."""
        return tuple(sorted(set(self.branch)))

    def of(self, branches: Sequence[str]) -> "Composition":
        """Return the part of some branches."""
        kept = np.isin(self.branch, list(branches))
        return replace(
            self, person_years=self.person_years[kept], lost=self.lost[kept],
            branch=self.branch[kept], employees=self.employees[kept],
        )  # fmt: skip

    def sums(self, groups: Sequence[Sequence[str]]) -> np.ndarray:
        """Return the cells of each organisation in its group, and zeros in the others.

        Shape (organisations, groups, 2, age bands, function groups): person-years, then lost.
        """
        both = np.stack([self.person_years, self.lost], axis=1)
        member = np.stack([np.isin(self.branch, list(group)) for group in groups], axis=1)
        return member[:, :, None, None, None] * both[:, None]

    def about(self) -> dict:
        """Return the columns of a result that are the same for all its rows."""
        return {
            "n": float(self.employees.sum()),
            "n_organisations": len(self.branch),
            "period": f"{max(self.years)}JJ00",
        }

    def cell(self) -> Cell:
        """Return the address of those whom the results count."""
        return Cell.of(
            "employees", year=max(self.years), vernet=YES, branch=sorted(set(self.branch))
        )

    def told(self, method: Text) -> Text:
        """Add to a method which years it takes together."""
        return covering(method, self.years)


def composition(
    parts: DataTable, organisations: DataTable, *, first: int, last: int
) -> Composition | Absent:
    """Arrange absence by age band and function group per organisation.

    Branches with fewer than ten organisations are left out; Absent when fewer than two are left.

    Parameters
    ----------
    parts
        Absence by organisation, year, age band and function group.
    organisations
        Organisations by year, for how many people work there.
    """
    if parts.frame is None or organisations.frame is None:
        return Absent((parts.name,))
    rows = parts.frame
    rows = rows[
        rows["year"].between(first, last)
        & rows["absence_rate"].notna()
        & (rows["person_years"] > 0)
        & (rows["age_band"] != ALL)
        & (rows["function_group"] != ALL)
        & rows["branch"].notna()
    ]
    sizes = rows.groupby("branch")["organisation"].nunique()
    rows = rows[rows["branch"].isin(sizes[sizes >= FEWEST_IN_BRANCH].index)]
    if rows["branch"].nunique() < 2 or not (rows["absence_rate"] > 0).any():
        return Absent((parts.name,))
    weight = rows["person_years"].to_numpy(float)
    rate = at_common_level(rows["absence_rate"], weight, rows["year"])
    place, names = pd.factorize(rows["organisation"])
    shape = (len(names), len(AGE_BANDS), len(FUNCTION_GROUPS))
    cell = (
        place,
        pd.Categorical(rows["age_band"], list(AGE_BANDS)).codes,
        pd.Categorical(rows["function_group"], list(FUNCTION_GROUPS)).codes,
    )
    person_years, lost = np.zeros(shape), np.zeros(shape)
    np.add.at(person_years, cell, weight)
    np.add.at(lost, cell, weight * rate / 100)
    known = organisations.frame[organisations.frame["year"] <= rows["year"].max()]
    newest = known.sort_values("year").groupby("organisation")["employees"].last()
    return Composition(
        person_years,
        lost,
        rows.groupby(place)["branch"].first().to_numpy(dtype=object),
        newest.reindex(names).fillna(0).to_numpy(float),
        tuple(sorted(int(year) for year in set(rows["year"]))),
        parts.name,
    )


def at_common_level(rate: pd.Series, weight: np.ndarray, year: pd.Series) -> np.ndarray:
    """Return rates with each year brought to the mean of all years, by a factor per year."""
    place, years = pd.factorize(year)
    sums = np.bincount(place, rate * weight, minlength=len(years))
    level = sums / np.bincount(place, weight, minlength=len(years))
    mean = sums.sum() / weight.sum()
    factor = np.divide(mean, level, out=np.ones(len(years)), where=level > 0)
    return rate.to_numpy(float) * factor[place]


def rates(found: Composition | Absent) -> Estimates | Absent:
    """Return the absence of each branch, as terms ``<branch>.crude`` and ``.standardised``.

    The highest crude absence stands on top. Without enough shared cells only the crude rates.
    """
    if isinstance(found, Absent):
        return found
    groups = [(branch,) for branch in found.branches]
    ways = [CRUDE, STANDARDISED] if shared_cells(found, groups) is not None else [CRUDE]
    level = clusters.bonferroni(len(groups))
    rows = []
    for way in ways:
        values = of_groups(found, groups, lambda sums, way=way: 100 * rates_of(sums)[way])
        for (branch,), value in zip(groups, values, strict=True):
            part = found.of([branch])
            low, high = value.interval(level)
            lost = part.lost.sum(axis=(1, 2))
            rows.append(
                {
                    "term": f"{branch}{PAIR}{way}",
                    "estimate": value.estimate,
                    "ci_low": low,
                    "ci_high": high,
                    "df": value.df,
                    **part.about(),
                    "behind": behind(
                        "rate",
                        part.cell(),
                        magnitude=f"{way} absence over years",
                        weight=float(part.person_years.sum()),
                        largest_value=100.0,
                        **contributions(lost),
                    ),
                }
            )
    order = {row["term"].partition(PAIR)[0]: -row["estimate"] for row in reversed(rows)}
    rows.sort(key=lambda row: order[row["term"].partition(PAIR)[0]])
    method = found.told(RATES_METHOD)
    return estimates(rows, tables=(found.table,), method=method, unit="percent")


def ranks(found: Composition | Absent, *, draws: int = resampling.DRAWS) -> Estimates | Absent:
    """Return the place of each branch, 1 being the lowest absence, with its interval.

    Terms ``<branch>.crude`` and ``<branch>.standardised``.
    """
    if isinstance(found, Absent):
        return found
    groups = [(branch,) for branch in found.branches]
    if shared_cells(found, groups) is None:
        return Absent((found.table,))
    own = [found.of(group) for group in groups]
    drawn = []
    for place, part in enumerate(own):
        cells = np.stack([part.person_years, part.lost], axis=1)
        times = resampling.counts(len(cells), draws, _SEED + place)
        drawn.append((times @ cells.reshape(len(cells), -1)).reshape(draws, *cells.shape[1:]))
    sums = np.stack(drawn, axis=1)
    whole = found.sums(groups).sum(axis=0)
    many = [rates_of(one) for one in sums]
    rows = []
    for way in (CRUDE, STANDARDISED):
        estimate = stats.rankdata(rates_of(whole)[way])
        places = np.array([stats.rankdata(one[way]) for one in many])
        low, high = np.quantile(places, [0.025, 0.975], axis=0, method="inverted_cdf")
        for number, (branch,) in enumerate(groups):
            rows.append(
                {
                    "term": f"{branch}{PAIR}{way}",
                    "estimate": estimate[number],
                    "ci_low": low[number],
                    "ci_high": high[number],
                    "df": len(found.branch) - len(groups),
                    **found.about(),
                    "behind": behind("model fit", found.cell()),
                }
            )
    order = {row["term"].partition(PAIR)[0]: -row["estimate"] for row in reversed(rows)}
    rows.sort(key=lambda row: order[row["term"].partition(PAIR)[0]])
    said = found.told(RANKS_METHOD)
    method = Text(nl=said.nl.format(draws=draws), en=said.en.format(draws=draws))
    return estimates(rows, tables=(found.table,), method=method, unit="rank")


def shared_cells(found: Composition, groups: Sequence[Sequence[str]]) -> np.ndarray | None:
    """Return the cells that all groups have; None when these hold too little."""
    size = found.sums(groups)[:, :, 0].sum(axis=0)
    shared = (size > 0).all(axis=0)
    return (
        shared
        if (size[:, shared].sum(axis=1) >= LEAST_SHARED * size.sum(axis=(1, 2))).all()
        else None
    )


def rates_of(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Return the crude and the standardised rate of each group, as shares.

    Parameters
    ----------
    sums
        Shape (groups, 2, ages, functions). The standard is all groups together, in the cells that
        all of them have.
    """
    size, lost = sums[:, 0], sums[:, 1]
    shared = (size.real > 0).all(axis=0)
    standard = np.where(shared, size.sum(axis=0), 0)
    rate = np.where(shared, divided(lost, size), 0)
    return {
        CRUDE: lost.sum(axis=(1, 2)) / size.sum(axis=(1, 2)),
        STANDARDISED: (standard * rate).sum(axis=(1, 2)) / standard.sum(),
    }


def divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, and return zero where there is nothing to divide by."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole.real > 0)


def of_groups(
    found: Composition,
    groups: Sequence[Sequence[str]],
    function: Callable[[np.ndarray], np.ndarray],
) -> list[clusters.Ratio]:
    """Estimate functions of the cells of groups, with organisations as clusters."""
    sums = found.sums(groups)
    shape = sums.shape[1:]
    return clusters.of_totals(
        lambda totals: function(totals.reshape(shape)), sums.reshape(len(sums), -1)
    )

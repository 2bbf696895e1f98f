"""The rows of organisations and years on which a model of organisations rests.

A driver is measured in standard deviations between organisations of a branch, so that the slopes
of drivers can be compared. What cannot be estimated is left out here, by rules that were fixed
before any data were seen, and a table says what and why.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import panel
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import covering

#: Organisations that a branch needs in a year, and a sample in all.
FEWEST_IN_BRANCH, FEWEST = 10, 40
#: A driver is left out when it is known for a smaller part of the rows than this.
LEAST_KNOWN = 0.5
#: Variance inflation above which drivers cannot be told apart, and above which one may have to go.
TOO_MUCH, MAY_GO = 10.0, 5.0


@dataclass(frozen=True)
class Sample:
    """Organisations by year, complete in what a model needs.

    Attributes
    ----------
    rows
        Sorted by organisation and year; column ``log_outcome`` beside the columns of the table.
    drivers
        Those that can be estimated, in the order given.
    spread
        Standard deviation of every given driver between organisations of a branch.
    cell, n, period
        Who is in it, how many people work there, and the newest year.
    """

    rows: pd.DataFrame
    drivers: tuple[str, ...]
    spread: dict[str, float]
    table: str
    cell: Cell
    n: float
    period: str
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def organisation(self) -> np.ndarray:
        """Organisation of each row."""
        return self.rows["organisation"].to_numpy()

    @property
    def outcome(self) -> np.ndarray:
        """Logarithm of the outcome."""
        return self.rows["log_outcome"].to_numpy()

    @property
    def level(self) -> np.ndarray:
        """Branch and year of each row, which get an effect of their own."""
        return (self.rows["branch"] + self.rows["year"].astype(str)).to_numpy()

    def standardised(self, drivers: tuple[str, ...] | None = None) -> np.ndarray:
        """Return drivers in standard deviations, shape (rows, drivers)."""
        names = self.drivers if drivers is None else drivers
        return np.column_stack([self.rows[d].to_numpy(float) / self.spread[d] for d in names])

    def controls(self) -> np.ndarray:
        """Return size, between and, if it changes, within, and an indicator per branch and year.

        Organisations that are followed in other years than the rest get the means of these
        indicators beside it. Without them, which years an organisation is followed in would pose as
        a change within it (Wooldridge 2019, Journal of Econometrics 211).
        """
        size = np.log(self.rows["employees"].to_numpy(float))
        middle = panel.means(size, self.organisation)
        levels = panel.indicators(self.level)
        followed = panel.means(levels, self.organisation)
        # Nothing is left where all organisations of a branch are followed in the same years.
        basis, strength, _ = np.linalg.svd(
            followed - panel.means(followed, self.level), full_matrices=False
        )
        uneven = basis[:, strength > 1e-9 * len(basis)]
        both = np.column_stack([middle, size - middle, levels, uneven])
        return both[:, np.abs(both).max(axis=0) > 1e-9]

    def told(self, method: Text) -> Text:
        """Add to a method which years it takes together."""
        return covering(method, set(self.rows["year"]))

    def about(self) -> dict:
        """Return the columns of a result that are the same for all its rows."""
        return {
            "n": self.n,
            "n_organisations": self.rows["organisation"].nunique(),
            "period": self.period,
        }

    def of(self, organisations: np.ndarray) -> "Sample":
        """Return the part with these organisations; its counts remain those of the whole."""
        kept = self.rows["organisation"].isin(organisations)
        return Sample(
            self.rows[kept].reset_index(drop=True), self.drivers, self.spread, self.table,
            self.cell, self.n, self.period, self.left_out,
        )  # fmt: skip


def sample(
    table: DataTable,
    outcome: str,
    drivers: list[str],
    *,
    first: int,
    last: int,
    among: Cell | None = None,
    needed: tuple[str, ...] = (),
) -> Sample | Absent:
    """Return the rows on which a model of a rate of organisations rests.

    Absent when the rate does not vary or too few organisations are left. Left out are: rows with a
    rate of zero or an unknown value, branches with fewer than ten organisations in a year, and
    drivers that are mostly unknown, that do not vary between the organisations of a branch, or
    that the other drivers nearly explain. In the last case, as long as a variance inflation factor
    is above 10, the driver that stands last in the list among those above 5 goes: those a claim is
    about stand first.

    Parameters
    ----------
    among
        Whom the table holds with the outcome; those that Vernet follows when left out.
    needed
        Further columns that must be known, such as other covariates.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame[table.frame["year"].between(first, last)]
    frame = frame[frame[outcome].notna() & (frame[outcome] > 0) & (frame["employees"] > 0)]
    left_out: dict[str, str] = {}
    usable = []
    for name in drivers:
        if name not in frame or len(frame) == 0 or frame[name].notna().mean() < LEAST_KNOWN:
            left_out[name] = "unknown"
        else:
            usable.append(name)
    rows = frame.dropna(subset=[*usable, *needed]).copy()
    counts = rows.groupby(["branch", "year"])["organisation"].transform("nunique")
    rows = rows[counts >= FEWEST_IN_BRANCH]
    rows = rows.sort_values(["organisation", "year"]).reset_index(drop=True)
    if rows["organisation"].nunique() < FEWEST or not usable:
        return Absent((table.name,))
    spread = spreads(table.frame[table.frame["year"].between(first, last)], usable)
    constant = {n for n in usable if not spread[n] > 1e-9 or rows[n].nunique() < 2}
    left_out |= dict.fromkeys(constant, "constant")
    kept = _told_apart(rows, [name for name in usable if name not in constant], left_out)
    if not kept:
        return Absent((table.name,))
    rows["log_outcome"] = np.log(rows[outcome].to_numpy(float))
    if not rows.groupby(["branch", "year"])["log_outcome"].std().max() > 1e-9:
        return Absent((table.name,))
    newest = rows.groupby("organisation").tail(1)
    among = Cell.of("organisations", vernet=YES) if among is None else among
    return Sample(
        rows,
        tuple(kept),
        spread,
        table.name,
        among.within(branch=sorted(set(rows["branch"]))),
        float(newest["employees"].sum()),
        f"{int(rows['year'].max())}JJ00",
        left_out,
    )


def spreads(frame: pd.DataFrame, drivers: list[str]) -> dict[str, float]:
    """Return the standard deviation of each driver's mean between organisations of a branch.

    All organisations of the table count, not only those with an outcome.
    """
    centred = centred_means(frame, drivers)
    return {name: float(centred[name].std(ddof=0)) for name in drivers}


def centred_means(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return each organisation's mean over the years, as deviation from its branch's.

    Years are compared within themselves first: an organisation that is only followed in years of
    high absence is not one of high absence.
    """
    # Pandas cannot compare within groups when there is no group.
    if frame["branch"].isna().all():
        empty = pd.MultiIndex.from_arrays([[], []], names=["branch", "organisation"])
        return pd.DataFrame(index=empty, columns=columns, dtype=float)
    level = frame.groupby(["branch", "year"])[columns].transform("mean")
    own = frame[["branch", "organisation"]].assign(
        **{name: frame[name].astype(float) - level[name] for name in columns}
    )
    middle = own.groupby(["branch", "organisation"])[columns].mean()
    return middle - middle.groupby("branch").transform("mean")


def _told_apart(rows: pd.DataFrame, drivers: list[str], left_out: dict[str, str]) -> list[str]:
    kept = list(drivers)
    while len(kept) > 1:
        shares = panel.explained_by_others(centred_means(rows, kept).to_numpy())
        inflation = 1 / np.maximum(1 - shares, 1e-12)
        if inflation.max() <= TOO_MUCH:
            break
        goes = [name for name, one in zip(kept, inflation, strict=True) if one > MAY_GO][-1]
        left_out[goes] = "collinear"
        kept.remove(goes)
    return kept


_EXPLAINED = Text(
    nl="deel van de verschillen tussen organisaties van een branche dat de andere kenmerken samen "
    "verklaren (R² van de gemiddelden over de jaren)",
    en="part of the differences between organisations of a branch that the other characteristics "
    "together explain (R² of the means over the years)",
)


def collinearity(chosen: Sample | Absent) -> Estimates | Absent:
    """Return which part of each driver the other drivers explain, also of those left out for it."""
    if isinstance(chosen, Absent):
        return chosen
    names = [d for d in chosen.spread if chosen.left_out.get(d) in (None, "collinear")]
    if len(names) < 2:
        return Absent((chosen.table,))
    centred = centred_means(chosen.rows, names)
    shares = panel.explained_by_others(centred.to_numpy())
    rows = [
        {
            "term": name,
            "estimate": 100 * share,
            "df": len(centred) - len(names),
            "behind": behind("model fit", chosen.cell),
            **chosen.about(),
        }
        for name, share in sorted(zip(names, shares, strict=True), key=lambda pair: -pair[1])
    ]
    return estimates(rows, tables=(chosen.table,), method=_EXPLAINED, unit="percent")

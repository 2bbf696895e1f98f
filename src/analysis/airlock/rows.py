"""One row of a result as the rules see it: what would be shown, and what stands behind it."""

import math
from dataclasses import dataclass

import pandas as pd

from analysis.methods.behind import Behind
from analysis.methods.cells import DIMENSIONS, YES, Cell
from analysis.methods.results import Aggregate, Curve, Estimates, Result

#: Decimals with which the book shows a unit; more would tell the counts behind a share.
DECIMALS = {
    "percent": 1,
    "percentage_points": 1,
    "percentage_points_per_year": 2,
    "thousand": 1,
    "ratio": 2,
    "standard_deviations": 2,
    "percent_change": 1,
    "odds_ratio": 2,
    "correlation": 2,
    "index": 3,
    "rank": 0,
    "factors": 0,
    "groups": 0,
    "times": 1,
    "euro": 0,
    "million_euro": 1,
    "billion_euro": 1,
    "persons": 0,
    "people": 0,
    "organisations": 0,
    "sessions": 0,
    "branches": 0,
    "regions": 0,
    "sources": 0,
    "interventions": 0,
    "steps": 0,
    "years": 1,
}


#: Units of which the numbers are counts of people, or show how many there are.
COUNTED = ("persons", "people", "organisations", "sessions")


#: How many persons a unit of a count stands for.
PERSONS_IN = {"persons": 1, "people": 1, "thousand": 1000}


def persons_of(cell: Cell) -> Cell:
    """Return the cell of the people at organisations, where a cell counts organisations."""
    return Cell("employees", cell.levels) if cell.population == "organisations" else cell


@dataclass(frozen=True)
class Row:
    """A row before it is rounded.

    Attributes
    ----------
    value, unit
        What would be shown.
    n, n_organisations
        Persons and organisations behind it, unweighted.
    df
        Degrees of freedom of an estimate; those of a cell are known behind it, or missing.
    """

    value: float
    unit: str
    n: float
    n_organisations: float
    df: float
    behind: Behind

    @property
    def cell(self) -> Cell:
        """Whom ``n`` counts."""
        return Cell.parse(self.behind.cell)

    @property
    def part(self) -> Cell | None:
        """Whom the numerator of a share counts, if there is one."""
        return Cell.parse(self.behind.part) if self.behind.part else None

    @property
    def whole(self) -> float:
        """Number of units of which the numerator is a part."""
        of_organisations = self.part is not None and self.part.unit == "organisations"
        return self.n_organisations if of_organisations else self.n

    @property
    def complement(self) -> float:
        """Number of units outside the numerator."""
        return self.whole - (self.behind.numerator or 0.0)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Dimensions that tell the numerator from the whole."""
        if self.part is None:
            return ()
        return tuple(
            name for name, levels in self.part.levels if dict(self.cell.levels).get(name) != levels
        )

    @property
    def sensitive(self) -> bool:
        """Whether knowing who is in the numerator harms somebody; so is what nobody described."""
        return not self.attributes or any(DIMENSIONS[name].sensitive for name in self.attributes)

    def half_step(self, decimals: int, base: int = 1) -> float:
        """Half of the step to which the value is rounded, with counts in multiples of ``base``."""
        step = 10.0**-decimals
        return 0.5 * max(step, base if self.unit in COUNTED else step)

    @property
    def units(self) -> float:
        """Number of units over which a mean is taken."""
        return self.n_organisations if self.cell.unit == "organisations" else self.n

    @property
    def of_the_programme(self) -> bool:
        """Whether it is a share of the programme's own few organisations."""
        return (
            self.behind.kind in ("share", "weighted share")
            and self.part is not None
            and self.part.unit == "organisations"
            and dict(self.part.levels).get("participant") == (YES,)
        )


def rows_of(result: Result) -> list[Row]:
    """Return the rows of a confidential result; it says what stands behind each.

    Raises
    ------
    ValueError
        If it does not, or its type has no rules.
    """
    if len(result.behind) != len(result.frame):
        raise ValueError("the result does not say what stands behind its rows")
    match result:
        case Aggregate():
            names = ("value", "unit", "n_persons", "n_organisations", None)
        case Estimates():
            names = ("estimate", "unit", "n", "n_organisations", "df")
        case Curve():
            # A curve is one exhibit on those at risk at its start.
            first = result.frame.iloc[0]
            known = result.behind[0]
            organisations = math.nan if known.organisations is None else known.organisations
            n = float(first["at_risk"])
            return [Row(float(first["value"]), "percent", n, organisations, math.nan, known)]
        case _:
            raise ValueError(f"type {type(result).__name__} has no rule")
    columns = [_column(result.frame, name) for name in names]
    return [
        Row(float(value), unit if isinstance(unit, str) else "percent", float(n), float(o),
            float(df if known.df is None else known.df), known)
        for value, unit, n, o, df, known in zip(*columns, result.behind, strict=True)
    ]  # fmt: skip


def _column(frame: pd.DataFrame, name: str | None) -> list:
    return [math.nan] * len(frame) if name is None else frame[name].tolist()


def count_interval(count: float, base: int) -> tuple[float, float]:
    """Return the whole numbers between which a count lies that was rounded to ``base``."""
    reach = base // 2
    return max(0.0, count - reach), count + reach


def to_base(count: float, base: int) -> float:
    """Round a count to a multiple of ``base``; a half goes up, whichever side it is on."""
    return math.floor(count / base + 0.5) * base if math.isfinite(count) else count

"""The CSV of an exhibit: its size, its columns and, where people stand behind it, its cells."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from analysis.airlock.reader.problems import REBUILD, TRACE, Problem
from analysis.airlock.reader.search import read_rows
from analysis.edition import Disclosure

MOST_ROWS = 5_000
#: Counts leave as multiples of this.
BASE = 5
#: Columns of each type of result; every CSV has all of one of them.
_TYPES = (
    {"group", "period", "measure", "kind", "value", "unit", "status", "n_persons",
     "n_organisations"},
    {"term", "estimate", "ci_low", "ci_high", "p_value", "n", "n_organisations", "df", "unit",
     "period", "half_step"},
    {"time", "value", "ci_low", "ci_high", "at_risk", "events"},
)  # fmt: skip
_MORE = {"data", "status", "kind"} | {
    f"{column}_{language}" for column in ("group", "measure", "term") for language in ("nl", "en")
}
_SHOWN = ("value", "estimate", "ci_low", "ci_high")
_PERSONS = ("n", "n_persons", "at_risk", "events")
_NUMERIC = (*_SHOWN, *_PERSONS, "n_organisations", "p_value", "df")
SUPPRESSED = "suppressed"
#: Decimals with which a unit is shown; a unit that is not here may not leave.
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
    "euro": 0,
    "million_euro": 1,
    "billion_euro": 1,
}
#: Decimals of what has no unit: a curve from 0 to 1, and a p-value.
_DECIMALS_OF_CURVES = 3
_DECIMALS_OF_P = 4
_COUNTED = {"persons", "people", "organisations", "sessions"}


@dataclass(frozen=True)
class Thresholds:
    """What a cell must reach, from the file of the edition."""

    edition: Disclosure

    def least(self, unit: str) -> int:
        """Return the smallest count of a unit."""
        return {
            "persons": self.edition.minimum_persons,
            "organisations": self.edition.minimum_organisations,
        }.get(unit, BASE)

    def is_published(self, unit: str, value: Decimal) -> bool:
        """Tell whether the edition lists a count as published by others."""
        return any(
            one.unit == unit and Decimal(str(one.value)) == value
            for one in self.edition.published_counts
        )

    def count_problem(self, unit: str, value: Decimal) -> tuple[str, str] | None:
        """Return what is wrong with a count that is shown, and what is allowed."""
        least = self.least(unit)
        if value < least:
            return f"a count of {unit} below the minimum", f"{least} or more"
        if value % BASE:
            return f"a count of {unit} that is not rounded", f"multiples of {BASE}"
        return None

    def value_problem(self, unit: str, value: Decimal) -> tuple[str, str] | None:
        """Return what is wrong with a number in a unit, and what is allowed."""
        if unit not in DECIMALS:
            return "a unit that is not known", ", ".join(DECIMALS)
        counted = unit in _COUNTED and not self.is_published(unit, value)
        if counted and (problem := self.count_problem(unit, value)):
            return problem
        if decimals(value) > DECIMALS[unit]:
            return f"more decimals than {unit} has", f"{DECIMALS[unit]} decimals"
        return None


def decimals(value: Decimal) -> int:
    """Return how many decimals a number needs."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def number_of(cell: str) -> Decimal | None:
    """Read a number of a CSV; None for an empty cell.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if cell == "":
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def read_table(name: str, content: bytes) -> tuple[list[dict[str, str]], list[Problem]]:
    """Read the CSV of an exhibit and check its size and columns.

    Returns
    -------
    tuple
        Rows, none when they cannot be read; and problems.
    """
    if content.count(b"\n") > MOST_ROWS + 1:
        return [], [Problem(name, f"more than {MOST_ROWS} rows", f"{MOST_ROWS} rows", TRACE)]
    try:
        head, rows = read_rows(content.decode("utf-8"))
    except ValueError:
        return [], [Problem(name, "no readable CSV", "CSV in UTF-8 with one head", REBUILD)]
    columns = set(head)
    if not any(need <= columns <= need | _MORE for need in _TYPES):
        fine = "those of an aggregate, estimates or a curve"
        return [], [Problem(name, "columns that no exhibit has", fine, TRACE)]
    return rows, []


def has_numbers(row: dict[str, str]) -> bool:
    """Tell whether all cells that should be are empty or a number."""
    try:
        for column in _NUMERIC:
            number_of(row.get(column, ""))
    except ValueError:
        return False
    return True


def check_cells(name: str, rows: list[dict[str, str]], thresholds: Thresholds) -> list[Problem]:
    """Check the rows of an exhibit that rests on confidential tables."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        for problem in _row(row, thresholds):
            found[problem] = found.get(problem, 0) + 1
    action = "Suppress or round it in the airlock; publish nothing from this folder"
    return [
        Problem(name, f"{what}, in {times} {'row' if times == 1 else 'rows'}", fine, action)
        for (what, fine), times in found.items()
    ]


def _row(row: dict[str, str], thresholds: Thresholds) -> set[tuple[str, str]]:
    if not has_numbers(row):
        return {("a cell that is no number", "numbers and empty cells")}
    numbers = {column: number_of(row[column]) for column in _NUMERIC if column in row}
    shown = [column for column in _SHOWN if numbers.get(column) is not None]
    found: set[tuple[str, str] | None] = set()
    if row.get("status") == SUPPRESSED and any(value is not None for value in numbers.values()):
        found.add(("a suppressed row with a number", "empty cells"))
    unit = row.get("unit")
    for column in shown:
        if unit is not None:
            found.add(thresholds.value_problem(unit, numbers[column]))
        elif decimals(numbers[column]) > _DECIMALS_OF_CURVES:
            found.add(("more decimals than a curve has", f"{_DECIMALS_OF_CURVES} decimals"))
    for column in _PERSONS:
        if (count := numbers.get(column)) is not None:
            found.add(thresholds.count_problem("persons", count))
    if (count := numbers.get("n_organisations")) is not None:
        found.add(thresholds.count_problem("organisations", count))
    if (freedom := numbers.get("df")) is not None and freedom % BASE:
        found.add(("degrees of freedom that are not rounded", f"multiples of {BASE}"))
    if (chance := numbers.get("p_value")) is not None and decimals(chance) > _DECIMALS_OF_P:
        found.add(("more decimals than a p-value has", f"{_DECIMALS_OF_P} decimals"))
    if shown:
        for column in ("n", "n_persons", "n_organisations", "at_risk"):
            if column in numbers and numbers[column] is None:
                found.add((f"a value without {column}", "a value with the counts behind it"))
    return {problem for problem in found if problem is not None}

"""The disclosure rules: pure functions from a result to the reasons why it may not leave.

This is the first version: what is public passes, and a confidential result leaves only when every
cell counts enough persons and organisations. One cell too few refuses the whole exhibit, because
a single hidden cell can be recomputed from its neighbours. An exhibit with a type that no rule
knows is refused.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from analysis.edition import Disclosure
from analysis.methods.results import Aggregate, Curve, Estimates, Result

#: What a result may rest on without any delivery: the edition's stated assumptions and the
#: published report.
PUBLISHED = ("assumptions", "report")
#: Counts of persons and organisations behind a cell are released as multiples of this.
COUNT_BASE = 5
_COUNTED = ("persons", "organisations", "sessions")
#: Decimals with which the book shows a unit; more would tell the counts behind a share.
_DECIMALS = {
    "percent": 1,
    "percentage_points": 1,
    "thousand": 1,
    "ratio": 2,
    "standard_deviations": 2,
    "times": 1,
}


@dataclass(frozen=True)
class Context:
    """What a rule may know: which tables are public, and the thresholds."""

    public: dict[str, bool]
    thresholds: Disclosure


Rule = Callable[[Result, Context], list[str]]


def known_tables(result: Result, context: Context) -> list[str]:
    """Every result says which tables it rests on, and the dataset knows them."""
    if not result.tables:
        return ["the result names no table; only methods may make results"]
    unknown = sorted(set(result.tables) - set(context.public) - set(PUBLISHED))
    return [f"table '{name}' is not in the dataset" for name in unknown]


def minimum_persons(result: Result, context: Context) -> list[str]:
    """Each confidential cell or estimate counts enough persons."""
    if is_public(result, context):
        return []
    least = context.thresholds.minimum_persons
    match result:
        case Aggregate():
            counts = result.frame["n_persons"]
        case Estimates():
            counts = result.frame["n"]
        case Curve():
            counts = result.frame["at_risk"]
        case _:
            return [f"type {type(result).__name__} has no rule"]
    return _too_few(counts, least, "persons")


def minimum_organisations(result: Result, context: Context) -> list[str]:
    """Each confidential cell or estimate counts enough organisations."""
    if is_public(result, context) or isinstance(result, Curve):
        return []
    return _too_few(
        result.frame["n_organisations"], context.thresholds.minimum_organisations, "organisations"
    )


RULES: dict[str, Rule] = {
    "known_tables": known_tables,
    "minimum_persons": minimum_persons,
    "minimum_organisations": minimum_organisations,
}


def is_public(result: Result, context: Context) -> bool:
    """Tell whether every table behind the result is public by its supplier."""
    return all(name in PUBLISHED or context.public.get(name, False) for name in result.tables)


def with_rounded_counts(result: Result, context: Context) -> Result:
    """Round confidential counts to multiples of ``COUNT_BASE``, and the rest as the page shows it.

    After the rules have seen the exact ones: no exact number of people leaves, and no share from
    which one could be computed. Counts that the edition lists as published stay as they are.
    """
    if is_public(result, context):
        return result
    frame = result.frame.copy()
    published = {(one.unit, one.value) for one in context.thresholds.published_counts}
    for column in ("estimate", "ci_low", "ci_high", "value"):
        if column in frame:
            frame[column] = [
                value if (unit, value) in published else _coarse(value, unit)
                for value, unit in zip(frame[column], frame["unit"], strict=True)
            ]
    for column in ("n", "n_persons", "n_organisations", "at_risk", "events"):
        if column in frame:
            frame[column] = (frame[column] / COUNT_BASE).round() * COUNT_BASE
    return dataclasses.replace(result, frame=frame)


def _coarse(value: float, unit: str) -> float:
    if unit in _COUNTED:
        return round(value / COUNT_BASE) * COUNT_BASE if value == value else value
    return round(value, _DECIMALS.get(unit, 9))


def _too_few(counts, least: int, what: str) -> list[str]:
    unknown = int(counts.isna().sum())
    few = int((counts < least).sum())
    problems = []
    if unknown:
        problems.append(f"{unknown} cells do not say how many {what} they count")
    if few:
        problems.append(f"{few} cells count fewer than {least} {what}; merge categories")
    return problems

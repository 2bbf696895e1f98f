"""What if fewer people were absent or left: people, vacancies and euros for each step of a slider.

Every outcome is a constant times one slider, so that a page needs no more than the outcome of one
step. Its uncertainty scales with it: where X is drawn from the assumptions and a > 0, the quantiles
of aX are a times those of X, exactly (equivariance of quantiles under increasing maps; Hyndman &
Fan 1996, Am. Stat. 50, property 6 of sample quantiles holds likewise). For the same reason the
break-even fall c / X runs from c over the upper quantile to c over the lower one. Sums of two
uncertain amounts do not scale so; the scenarios have none, as cover may be in both amounts.

What the sliders move lies ahead and is nobody's forecast: numbers of employees, leavers and
vacancies stay as they were last published, and prices as they are assumed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
)

Slider = Literal["absence", "exit", "cost"]

#: Euros per employee in a step of the slider of cost; the others move by one percent.
STEP_OF_COST = 100.0
#: Significant digits of the outcome of a step: a page and a chapter then calculate with the same.
_DIGITS = 6


@dataclass(frozen=True)
class Outcome:
    """Something that a slider moves.

    Attributes
    ----------
    slider
        The one that moves it.
    adds_up
        Whether amounts of several years may be added; people who are absent on a day may not.
    by_reading
        Whether it depends on which departures are unwanted.
    """

    slider: Slider
    unit: str
    adds_up: bool = False
    by_reading: bool = False


#: Outcomes in the order of the page.
OUTCOMES: dict[str, Outcome] = {
    "ill": Outcome("absence", "people"),
    "fte": Outcome("absence", "people"),
    "fte_of_vacancies": Outcome("absence", "percent"),
    "absence_averted": Outcome("absence", "million_euro", adds_up=True),
    "absence_cash": Outcome("absence", "million_euro", adds_up=True),
    "absence_society": Outcome("absence", "million_euro", adds_up=True),
    "kept": Outcome("exit", "people", adds_up=True, by_reading=True),
    "kept_of_vacancies": Outcome("exit", "percent", by_reading=True),
    "turnover_averted": Outcome("exit", "million_euro", adds_up=True, by_reading=True),
    "bill": Outcome("cost", "million_euro", adds_up=True),
    "break_even_averted": Outcome("cost", "percent"),
    "break_even_cash": Outcome("cost", "percent"),
}
#: The same for a thousand employees of a branch, as ``<outcome>.<branch>``.
OF_A_THOUSAND: dict[str, Outcome] = {
    "ill_of_thousand": Outcome("absence", "people"),
    "averted_of_thousand": Outcome("absence", "euro"),
    "cash_of_thousand": Outcome("absence", "euro"),
    "kept_of_thousand": Outcome("exit", "people"),
    "turnover_of_thousand": Outcome("exit", "euro"),
}

STEPS = Text(
    nl="uitkomst van één stap: één procent minder verzuim, één procent minder ongewenst vertrek, "
    "of honderd euro per werknemer voor interventies; aantallen uit gepubliceerde cijfers, "
    "bedragen uit trekkingen uit de aannames (Monte Carlo) met het interval van 95% van de "
    "uitkomsten; de spreiding geldt voor het gemiddelde van alle gevallen en schaalt mee met de "
    "stap",
    en="outcome of one step: one percent less absence, one percent fewer unwanted departures, or "
    "a hundred euros per employee for interventions; numbers from published figures, amounts from "
    "draws from the assumptions (Monte Carlo) with the interval that holds 95% of the outcomes; "
    "the range is that of the mean over all cases and scales with the step",
)
FALLS = Text(
    nl="uitkomst van één stap maal het aantal stappen, in het jaar waarin de daling is bereikt",
    en="outcome of one step times the number of steps, in the year in which the fall is reached",
)


@absent_passes_through
def readings(outflow: Estimates, moves: Estimates) -> Estimates:
    """Return how many departures in a year are unwanted by each reading, in thousands.

    Parameters
    ----------
    outflow
        One row: everybody who left the sector.
    moves
        Terms ``to_pension``, ``to_other_sector``, ``within_branch`` and ``between_branches``.

    Returns
    -------
    Estimates
        ``before_pension``: all who left the sector but for pension; ``other_sector``: those who
        went to another sector; ``employer``: all who left the sector before pension or changed
        employer or function in it, which the source does not tell apart.
    """
    out = outflow.frame.iloc[0]
    moved = moves.frame.set_index("term")
    parts = {
        "before_pension": [(out, 1), (moved.loc["to_pension"], -1)],
        "other_sector": [(moved.loc["to_other_sector"], 1)],
        "employer": [
            (out, 1),
            (moved.loc["to_pension"], -1),
            (moved.loc["within_branch"], 1),
            (moved.loc["between_branches"], 1),
        ],
    }
    return estimates(
        [
            {
                "term": term,
                "estimate": sum(sign * part["estimate"] for part, sign in given),
                "n": len(given),
                "half_step": sum(part["half_step"] for part, _ in given),
                "period": min(part["period"] for part, _ in given),
            }
            for term, given in parts.items()
        ],
        tables=tuple(sorted({*outflow.tables, *moves.tables})),
        method=Text(
            nl="som van gepubliceerde cijfers; de bron geeft geen interval",
            en="sum of published figures; the source gives no interval",
        ),
        unit="thousand",
    )


@absent_passes_through
def steps(
    counts: Estimates, unwanted: Estimates, values: Estimates, *, order: Iterable[str]
) -> Estimates | Absent:
    """Return the outcome of one step of each slider; Absent where a number is not above zero.

    Parameters
    ----------
    counts
        Terms ``employees``, ``ill``, ``open_vacancies`` and ``new_vacancies``, in thousands.
    unwanted
        Departures by each reading, in thousands; see ``readings``.
    values
        Worth of one, with interval; see ``costs.unit_values``.
    order
        Readings to use, the first one first.

    Returns
    -------
    Estimates
        Terms of ``OUTCOMES``; those that depend on a reading as ``<outcome>.<reading>``.
    """
    tables = tuple(sorted({*counts.tables, *unwanted.tables, *values.tables}))
    if not (pd.concat([counts.frame, unwanted.frame])["estimate"] > 0).all():
        # Nothing is no share of nobody.
        return Absent(tables)
    number = counts.frame.set_index("term")
    leaving = unwanted.frame.set_index("term")
    worth = values.frame.set_index("term")
    figures = number["estimate"]
    chosen = {term: leaving.loc[term, "estimate"] for term in order}
    found = {
        **_of_absence(figures, worth),
        **_of_exit(chosen, figures["new_vacancies"], worth),
        **_of_cost(figures, worth),
    }
    rows = []
    for outcome, known in OUTCOMES.items():
        for reading in chosen if known.by_reading else ("",):
            term = f"{outcome}{PAIR}{reading}" if reading else outcome
            value, low, high = found[term]
            rows.append(
                {
                    "term": term,
                    "estimate": _significant(value),
                    "ci_low": _significant(low),
                    "ci_high": _significant(high),
                    "half_step": 0.0 if np.isnan(low) else np.nan,
                    "n": len(number) if not reading else len(number) + 1,
                    "unit": known.unit,
                    "period": min(
                        _periods(known, number["period"], leaving["period"].get(reading))
                    ),
                }
            )
    return estimates(rows, tables=tables, method=STEPS)


def _periods(known: Outcome, numbers: pd.Series, leaving: str | None) -> list[str]:
    """Return the periods of what an outcome is made of; the oldest is its own."""
    if not known.by_reading:
        return list(numbers.drop("new_vacancies"))
    return [leaving, *([numbers["new_vacancies"]] if known.unit == "percent" else [])]


Figure = tuple[float, float, float]
_NO_INTERVAL = (np.nan, np.nan)


def _of_absence(figures: Mapping[str, float], worth: pd.DataFrame) -> dict[str, Figure]:
    # One percent of thousands of people.
    ill = figures["ill"] * 10
    fte = _times(ill, worth.loc["part_time_factor"])
    return {
        "ill": (ill, *_NO_INTERVAL),
        "fte": fte,
        "fte_of_vacancies": tuple(end / figures["open_vacancies"] / 10 for end in fte),
        **{
            f"absence_{name}": _times(ill / 1e6, worth.loc[f"absence_{name}"])
            for name in ("averted", "cash", "society")
        },
    }


def _of_exit(
    leaving: Mapping[str, float], vacancies: float, worth: pd.DataFrame
) -> dict[str, Figure]:
    found = {}
    for reading, people in leaving.items():
        kept = people * 10
        found[f"kept{PAIR}{reading}"] = (kept, *_NO_INTERVAL)
        found[f"kept_of_vacancies{PAIR}{reading}"] = (kept / vacancies / 10, *_NO_INTERVAL)
        found[f"turnover_averted{PAIR}{reading}"] = _times(kept / 1e6, worth.loc["leaver"])
    return found


def _of_cost(figures: Mapping[str, float], worth: pd.DataFrame) -> dict[str, Figure]:
    bill = STEP_OF_COST * figures["employees"]
    even = {}
    for name in ("averted", "cash"):
        value, low, high = _times(figures["ill"], worth.loc[f"absence_{name}"])
        # What saves most is earned back soonest.
        even[f"break_even_{name}"] = tuple(100 * bill / one for one in (value, high, low))
    return {"bill": (bill / 1000, *_NO_INTERVAL), **even}


def _times(count: float, worth: pd.Series) -> Figure:
    return tuple(count * worth[name] for name in ("estimate", "ci_low", "ci_high"))


def _significant(value: float) -> float:
    return value if np.isnan(value) else float(f"{value:.{_DIGITS}g}")


def of_a_thousand(absence: pd.DataFrame, exits: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Return the outcome of one step for a thousand employees of each branch.

    The rates come from the release, rounded as the airlock left them, so that nobody learns more
    from the outcomes than from the rates themselves. The interval is that of the assumptions.

    Parameters
    ----------
    absence, exits
        Frames of estimates in percent, a term per branch.
    values
        Frame of ``costs.unit_values``.

    Returns
    -------
    pandas.DataFrame
        Columns ``term``, ``estimate``, ``ci_low`` and ``ci_high``.
    """
    worth = values.set_index("term")
    rows = {}
    # One percent of the people among a thousand: a tenth of the rate in percent.
    for row in absence.itertuples():
        ill = row.estimate / 10
        rows[f"ill_of_thousand{PAIR}{row.term}"] = (ill, *_NO_INTERVAL)
        for name in ("averted", "cash"):
            amount = _times(ill, worth.loc[f"absence_{name}"])
            rows[f"{name}_of_thousand{PAIR}{row.term}"] = amount
    for row in exits.itertuples():
        kept = row.estimate / 10
        rows[f"kept_of_thousand{PAIR}{row.term}"] = (kept, *_NO_INTERVAL)
        rows[f"turnover_of_thousand{PAIR}{row.term}"] = _times(kept, worth.loc["leaver"])
    return pd.DataFrame(
        [
            dict(zip(("term", "estimate", "ci_low", "ci_high"), (term, *map(_significant, figure)),
                     strict=True))
            for term, figure in rows.items()
        ]
    )  # fmt: skip


# --- positions of the sliders ---------------------------------------------------------------------


@dataclass(frozen=True)
class Position:
    """Where the sliders stand.

    Attributes
    ----------
    absence, exit
        Fall in percent.
    cost
        Euros per employee and year.
    years
        Years until the fall is reached, in a straight line; at least one.
    """

    absence: float
    exit: float
    cost: float
    years: int

    def taken(self, slider: Slider) -> float:
        """Return how many steps a slider is away from nothing."""
        return self.cost / STEP_OF_COST if slider == "cost" else getattr(self, slider)

    def path(self, slider: Slider) -> float:
        """Return what to multiply the last year with for the sum of all years.

        A fall grows by as much every year: 1/T + 2/T + … + T/T = (T + 1)/2. Interventions cost the
        same every year.
        """
        return float(self.years) if slider == "cost" else (self.years + 1) / 2


def outcome_of(term: str) -> Outcome:
    """Return what a term of ``steps`` or ``of_a_thousand`` is."""
    name = term.partition(PAIR)[0]
    return OUTCOMES[name] if name in OUTCOMES else OF_A_THOUSAND[name]


def at(
    found: pd.DataFrame, term: str, position: Position, *, summed: bool = False, less: str = ""
) -> Figure:
    """Return an outcome and its interval where the sliders stand.

    Parameters
    ----------
    found
        Frame of ``steps``.
    summed
        Whether to add up all years until the fall is reached, instead of that year alone.
    less
        Term of an outcome without interval to take off, such as the bill. It shifts the interval.
    """
    figure = _scaled(found, term, position, summed=summed)
    if not less:
        return figure
    off = _scaled(found, less, position, summed=summed)[0]
    return tuple(end - off for end in figure)


def _scaled(found: pd.DataFrame, term: str, position: Position, *, summed: bool) -> Figure:
    row = found.loc[found["term"] == term].iloc[0]
    slider = outcome_of(term).slider
    times = position.taken(slider) * (position.path(slider) if summed else 1.0)
    return tuple(float(row[name]) * times for name in ("estimate", "ci_low", "ci_high"))


@absent_passes_through
def reached(found: Estimates, position: Position, terms: Iterable[str]) -> Estimates:
    """Return outcomes in the year in which the fall is reached, in the order of ``terms``."""
    rows = found.frame.set_index("term")
    return estimates(
        [
            {
                "term": term,
                **dict(zip(("estimate", "ci_low", "ci_high"), at(found.frame, term, position),
                           strict=True)),
                "n": rows.loc[term, "n"],
                "unit": rows.loc[term, "unit"],
                "period": rows.loc[term, "period"],
                # Rounding of a published number moves with the step, and is far below the rest.
                "half_step": rows.loc[term, "half_step"],
            }
            for term in terms
        ],
        tables=found.tables,
        method=FALLS,
    )  # fmt: skip


@absent_passes_through
def falls(
    found: Estimates, percents: Iterable[int], *, reading: str, chosen: tuple[str, ...]
) -> Aggregate | Absent:
    """Return outcomes of several falls, of absence and of exit alike.

    Parameters
    ----------
    found
        From ``steps``.
    reading
        Of unwanted departures.
    chosen
        Outcomes to show, as names of ``OUTCOMES``.

    Returns
    -------
    Aggregate
        Groups ``at_<percent>``; measures by outcome, with ``_low`` and ``_high`` where it has an
        interval.
    """
    terms = {name: f"{name}{PAIR}{reading}" if OUTCOMES[name].by_reading else name
             for name in chosen}  # fmt: skip
    rows = found.frame.set_index("term")
    cells = []
    for percent in percents:
        for name, term in terms.items():
            row = rows.loc[term]
            ends = {name: "estimate", f"{name}_low": "ci_low", f"{name}_high": "ci_high"}
            cells += [
                {"group": f"at_{percent}", "measure": measure, "value": percent * row[column],
                 "unit": row["unit"]}
                for measure, column in ends.items()
                if not np.isnan(row[column])
            ]  # fmt: skip
    frame = pd.DataFrame(cells).assign(
        # Side by side, outcomes are as old as the oldest of them.
        period=rows.loc[list(terms.values()), "period"].min(),
        kind="derived", status="not stated", n_persons=np.nan, n_organisations=np.nan,
    )  # fmt: skip
    return Aggregate(frame[list(Aggregate.columns)], found.tables, FALLS)

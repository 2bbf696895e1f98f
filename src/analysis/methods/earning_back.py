"""Do interventions earn themselves back from saved absence: by which fall, and what decides it.

The break-even fall of absence is the cost of an intervention over what all absence costs. It needs
no estimate of what the intervention does; it says how much that would have to be (threshold
analysis; Briggs, Claxton & Sculpher 2006, Decision Modelling for Health Economic Evaluation,
chapter 4). One-at-a-time swings show which assumption moves the outcome most (tornado diagram;
Howard 1988, Management Science 34): the others stay at their mean, and that they may move together
is left out.
"""

from typing import Protocol

import numpy as np

from analysis.languages import Text
from analysis.methods import costs
from analysis.methods.results import PAIR, Absent, Estimates, absent_passes_through, estimates

#: Term of the outcome with every assumption at its mean, and names of the two ends of one.
BASE, LOW, HIGH = "base", "low", "high"
#: The fall of absence itself, from none to what the programme wants.
FALL = "fall"

BREAK_EVEN = Text(
    nl="daling van het verzuim waarbij de besparing even groot is als de kosten: gemiddelde kosten "
    "gedeeld door de gemiddelde kosten van alle verzuim; het interval omvat 95% van de trekkingen "
    "uit de aannames (Monte Carlo)",
    en="fall of absence at which the saving equals the cost: mean cost over the mean cost of all "
    "absence; the interval holds 95% of the draws from the assumptions (Monte Carlo)",
)
SWINGS = Text(
    nl="besparing op vervanging bij de ambitie, min de kosten van interventies, per werknemer per "
    "jaar; één aanname tegelijk op haar lage of hoge waarde, de andere op hun gemiddelde",
    en="saving on cover at the ambition, less the cost of interventions, per employee a year; one "
    "assumption at a time at its low or high value, the others at their mean",
)


class Assumed(costs.Assumed, Protocol):
    """What a departure or a year of absence is worth, and what is spent to prevent it."""

    avoidable_share: costs.Range
    intervention_cost_per_employee_euro: costs.Range


@absent_passes_through
def break_even(
    ill: Estimates, employees: Estimates, assumed: Assumed, *, simulations: int, seed: int
) -> Estimates | Absent:
    """Return by how many percent absence must fall to pay for the interventions.

    Absent where nobody is ill, or too few to tell from nobody after rounding.

    Parameters
    ----------
    ill, employees
        One row each, in thousands of people.

    Returns
    -------
    Estimates
        Terms ``averted``, where all costs of absence count, and ``cash``, where only the bill for
        cover does; in percent.
    """
    absent, all_ = (part.frame.iloc[0] for part in (ill, employees))
    tables = tuple(sorted({"assumptions", *ill.tables, *employees.tables}))
    if not (absent["estimate"] > absent["half_step"] and all_["estimate"] > 0):
        return Absent(tables)
    random = np.random.default_rng(seed)
    size = {"size": simulations, "random": random}
    worth = costs.worth_of_absence(assumed, **size)
    spent = costs.draw(assumed.intervention_cost_per_employee_euro, **size)
    rate = random.uniform(
        absent["estimate"] - absent["half_step"], absent["estimate"] + absent["half_step"],
        simulations,
    ) / all_["estimate"]  # fmt: skip
    rows = []
    for term in ("averted", "cash"):
        saved = rate * worth[term]
        low, high = np.percentile(100 * spent / saved, costs.PERCENTILES)
        rows.append(
            {
                "term": term,
                "estimate": 100 * spent.mean() / saved.mean(),
                "ci_low": low,
                "ci_high": high,
                "n": absent["n"],
                "period": absent["period"],
            }
        )
    return estimates(rows, tables=tables, method=BREAK_EVEN, unit="percent")


@absent_passes_through
def swings(ill: Estimates, employees: Estimates, assumed: Assumed) -> Estimates | Absent:
    """Return the yearly cash result per employee with one assumption at a time at its ends.

    Absent where nobody is known to be ill.

    Returns
    -------
    Estimates
        Term ``base``, then ``<assumption>.low`` and ``<assumption>.high`` by falling swing; in
        euros. An assumption without spread is left out.
    """
    absent, all_ = (part.frame.iloc[0] for part in (ill, employees))
    tables = tuple(sorted({"assumptions", *ill.tables, *employees.tables}))
    if not (absent["estimate"] > 0 and all_["estimate"] > 0):
        return Absent(tables)
    rate = absent["estimate"] / all_["estimate"]
    reach = absent["half_step"] / all_["estimate"]
    ends = {
        FALL: (0.0, assumed.avoidable_share.high),
        "absence_rate": (rate - reach, rate + reach),
        **{
            name: (getattr(assumed, name).low, getattr(assumed, name).high)
            for name in (
                "part_time_factor", "annual_salary_euro", "cover_share", "cover_price",
                "intervention_cost_per_employee_euro",
            )
        },
    }  # fmt: skip
    means = {name: costs.mean_of(getattr(assumed, name)) for name in ends if hasattr(assumed, name)}
    means |= {FALL: costs.mean_of(assumed.avoidable_share), "absence_rate": rate}
    found = {
        name: tuple(_result({**means, name: end}) for end in pair)
        for name, pair in ends.items()
        if pair[0] < pair[1]
    }
    ordered = sorted(found, key=lambda name: -abs(found[name][1] - found[name][0]))
    terms = {BASE: _result(means)}
    for name in ordered:
        terms |= dict(zip((f"{name}{PAIR}{LOW}", f"{name}{PAIR}{HIGH}"), found[name], strict=True))
    return estimates(
        [
            {"term": term, "estimate": value, "n": absent["n"], "half_step": 0.0,
             "period": absent["period"]}
            for term, value in terms.items()
        ],
        tables=tables,
        method=SWINGS,
        unit="euro",
    )  # fmt: skip


def _result(at: dict[str, float]) -> float:
    cover = at["part_time_factor"] * at["annual_salary_euro"] * at["cover_share"]
    saved = at[FALL] * at["absence_rate"] * cover * at["cover_price"]
    return float(saved - at["intervention_cost_per_employee_euro"])

"""Simulations of the individual model: people in organisations, weights, and what is planted."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import buffer, proportional_odds, regression, weighted_correlation
from analysis.methods.results import Absent
from analysis.methods.survey_sample import Sample
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted
from analysis.simulations.people import People
from analysis.simulations.people import people as draw_people

#: A resource that goes with the factor, and what it adds to the log odds.
_CORRELATION, _OTHER = 0.4, 0.3
_WORKLOAD = 0.35


def _two_scores(people: People, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    first, rest = people.normal(random), people.normal(random)
    return first, _CORRELATION * first + np.sqrt(1 - _CORRELATION**2) * rest


def odds_of_clusters(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate a log odds ratio with organisations as clusters."""
    people = draw_people(random)
    factor, other = _two_scores(people, random)
    latent = -1.2 + truth * factor + _OTHER * other + people.logistic(random)
    design = pd.DataFrame({"factor": factor, "other": other, "constant": 1.0})
    fit = regression.logistic(
        latent > 0,
        design,
        weights=people.weight,
        clusters=people.organisation,
    )
    return _of_fit(fit, "factor", truth)


def ordered_odds(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the log odds ratio of an ordered answer."""
    people = draw_people(random)
    factor, other = _two_scores(people, random)
    latent = truth * factor + _OTHER * other + people.logistic(random)
    answer = np.searchsorted([1.0, 2.2], latent)
    design = pd.DataFrame({"factor": factor, "other": other})
    found = proportional_odds.proportional_odds(
        answer, design, weights=people.weight, clusters=people.organisation
    )
    return _of_fit(found.fit, "factor", truth)


def interaction(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how a resource goes with the slope of workload."""
    people = draw_people(random)
    workload, learning = _two_scores(people, random)
    systematic = _WORKLOAD * workload + truth * workload * learning
    # A standardised outcome has variance 1; that of the product is 1 + r².
    spread = _WORKLOAD**2 + truth**2 * (1 + _CORRELATION**2)
    exhaustion = systematic + np.sqrt(1 - spread) * people.normal(random)
    sample = _sample(
        {"workload": workload, "learning": learning, "exhaustion": exhaustion},
        people,
    )
    found = buffer.interactions(sample, "workload", ("learning",))
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found.frame.iloc[0], truth)


def correlation(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate a correlation with organisations as clusters."""
    people = draw_people(random)
    first, rest = people.normal(random), people.normal(random)
    second = truth * first + np.sqrt(1 - truth**2) * rest
    found = weighted_correlation.correlation(
        first, second, weights=people.weight, clusters=people.organisation
    )
    return drawn_from(found, truth)


def _of_fit(fit: regression.Fit, name: str, truth: float) -> Drawn:
    low, high = fit.interval(name)
    return Drawn(float(fit.params[name]), low, high, fit.p_value(name), truth)


def _sample(scores: dict[str, np.ndarray], people: People) -> Sample:
    rows = range(len(people.weight))
    return Sample(
        scores=pd.DataFrame(scores),
        outcomes=pd.DataFrame(index=rows),
        controls=pd.DataFrame(index=rows),
        weights=people.weight / people.weight.mean(),
        organisation=people.organisation,
        persons=len(rows),
        year=2025,
        years=(2025,),
        tables=("individuals",),
    )


def _simulation(
    name: str,
    title: Text,
    claims: tuple[str, ...],
    variants: dict[str, float],
    draw: Callable[[float, np.random.Generator], Drawn],
    uses: tuple,
) -> Simulation:
    return Simulation(
        name=name, title=title, claims=claims, topic="individual", variants=variants, draw=draw,
        uses=uses,
    )  # fmt: skip


SIMULATIONS = (
    _simulation(
        "factors-odds",
        Text(
            nl="log odds ratio van een factor, gewogen, organisaties als clusters",
            en="log odds ratio of a factor, weighted, organisations as clusters",
        ),
        ("C35", "C36", "C44"),
        planted("motivation", "to_leaving"),
        odds_of_clusters,
        (regression,),
    ),
    _simulation(
        "factors-ordered",
        Text(
            nl="log odds ratio van verzuim dat niet, deels of geheel door het werk komt",
            en="log odds ratio of absence that comes not, partly or wholly from work",
        ),
        ("C36",),
        planted("exhaustion", "to_absence"),
        ordered_odds,
        (proportional_odds,),
    ),
    _simulation(
        "factors-buffer",
        Text(
            nl="product van werkdruk en een energiebron",
            en="product of workload and a resource",
        ),
        ("C39", "C66"),
        planted("buffer"),
        interaction,
        (buffer,),
    ),
    _simulation(
        "factors-correlation",
        Text(
            nl="gewogen correlatie, organisaties als clusters",
            en="weighted correlation, organisations as clusters",
        ),
        ("C36", "C45"),
        planted("motivation", "learning"),
        correlation,
        (weighted_correlation,),
    ),
)

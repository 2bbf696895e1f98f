"""The two processes of the JD-R model: exhaustion and absence, engagement and leaving.

Each process is a pair of models on the same respondents: the mediator on the working conditions,
and the outcome on both (Bakker & Demerouti 2017, J. Occup. Health Psychol. 22:273; Imai, Keele &
Tingley 2010). All working conditions stand in both models, so that each path is at equal others.
"""

from dataclasses import dataclass

import numpy as np

from analysis.languages import Text
from analysis.methods import counterfactual, leverage, sensitivity
from analysis.methods.behind import Behind, behind
from analysis.methods.counterfactual import Mediated
from analysis.methods.resampling import Effect
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    estimates,
)
from analysis.methods.survey_sample import DRIVERS, Sample

_HELD = Text(
    nl="gewogen; andere werkkenmerken, leeftijd, geslacht, opleiding, functiegroep, contract, "
    "branche en meting gelijk gehouden; 95%-intervallen door hele organisaties opnieuw te trekken",
    en="weighted; other working conditions, age, sex, education, function group, contract, branch "
    "and wave held equal; 95% intervals by drawing whole organisations again",
)
PATHS = Text(
    nl="pijlen in standaarddeviaties per standaarddeviatie: lineair model voor de tussenstap, en "
    "logistisch model voor de uitkomst, als verschil in kans gedeeld door de standaarddeviatie van "
    f"de uitkomst; {_HELD.nl}",
    en="arrows in standard deviations per standard deviation: linear model for the step in "
    "between, and logistic model for the outcome, as difference in probability divided by the "
    f"standard deviation of the outcome; {_HELD.en}",
)
POINTS = Text(
    nl=f"logistisch model, verschil in kans per standaarddeviatie; {_HELD.nl}",
    en=f"logistic model, difference in probability per standard deviation; {_HELD.en}",
)
PARTS = Text(
    nl="verschil in kans tussen een gemiddelde score en één standaarddeviatie meer, gesplitst "
    f"volgens de contrafeitelijke mediatie van Imai e.a. (2010); {_HELD.nl}",
    en="difference in probability between a mean score and one standard deviation more, divided "
    f"by the counterfactual mediation of Imai et al. (2010); {_HELD.en}",
)
ODDS = Text(
    nl=f"logistisch model, odds ratio per standaarddeviatie; {_HELD.nl}",
    en=f"logistic model, odds ratio per standard deviation; {_HELD.en}",
)
ROBUSTNESS = Text(
    nl="nodig: robuustheidswaarde van Cinelli en Hazlett (2020) uit lineaire modellen, met het "
    "interval dat uit dat van de pijl volgt; bekend: het kleinste van wat een ander gemeten "
    "werkkenmerk van begin en eind van de pijl verklaart, voor het sterkste van hen",
    en="needed: robustness value of Cinelli and Hazlett (2020) from linear models, with the "
    "interval that follows from that of the arrow; known: the least of what another measured "
    "working condition explains of the start and the end of the arrow, for the strongest of them",
)


@dataclass(frozen=True)
class Process:
    """What is known of one process.

    Attributes
    ----------
    paths
        Terms ``<from>.<to>``, in standard deviations.
    points
        Those of them to the outcome, in percentage points.
    parts
        Terms ``<condition>.indirect``, ``.direct`` and ``.total``, in percentage points.
    odds
        Terms ``<mediator>``: odds ratio of the outcome per standard deviation.
    robustness
        Terms ``<from>.needed`` and ``<from>.known``, in percent, per arrow to the mediator and for
        the arrow from it.
    """

    paths: Estimates | Absent
    points: Estimates | Absent
    parts: Estimates | Absent
    odds: Estimates | Absent
    robustness: Estimates | Absent


def process(
    sample: Sample | Absent,
    conditions: tuple[str, ...],
    mediator: str,
    outcome: str,
    *,
    seed: int,
    draws: int = counterfactual.DRAWS,
) -> Process:
    """Estimate a process.

    Parameters
    ----------
    sample
        From ``survey_sample.complete_respondents``.
    conditions
        Working conditions whose paths are shown; those that the sample dropped are left out.
    mediator
        ``exhaustion`` or ``engagement``.
    outcome
        A column of the sample's outcomes.

    Returns
    -------
    Process
        Of Absent results where the paths cannot be told apart.
    """
    if isinstance(sample, Absent):
        return Process(*[sample] * 5)
    nothing = Absent(sample.tables)
    there = [name for name in DRIVERS if name in sample.scores]
    shown = [name for name in conditions if name in there]
    if not shown or mediator not in sample.scores:
        return Process(*[nothing] * 5)
    found = counterfactual.several(
        sample.scores[there].to_numpy(),
        sample.scores[mediator].to_numpy(),
        sample.outcomes[outcome].to_numpy(),
        cluster=sample.organisation,
        seed=seed,
        covariates=sample.controls.to_numpy(),
        weight=sample.weights,
        draws=draws,
    )
    if found is None:
        return Process(*[nothing] * 5)
    effects = dict(zip(there, found, strict=True))
    return _told(sample, there, {name: effects[name] for name in shown}, mediator, outcome)


def _told(
    sample: Sample, there: list[str], effects: dict[str, Mediated], mediator: str, outcome: str
) -> Process:
    before, after = sample.design(*there), sample.design(*there, mediator)
    mass = np.ones(len(before)) if sample.weights is None else sample.weights
    any_one = next(iter(effects.values()))
    curvature = mass * any_one.fitted * (1 - any_one.fitted)
    on_mediator = {
        name: leverage.of_coefficient(
            before.to_numpy(), before.columns.get_loc(name), sample.cell, weights=mass
        )
        for name in effects
    }
    on_outcome = {
        name: leverage.of_coefficient(
            after.to_numpy(), after.columns.get_loc(name), sample.cell, weights=curvature
        )
        for name in [*effects, mediator]
    }
    points = "percentage_points"

    def row(term: str, effect: Effect, unit: str, rests_on: Behind) -> dict:
        return {**sample.about, "term": term, **effect.row(), "unit": unit, "behind": rests_on}

    share = np.average(sample.outcomes[outcome], weights=mass)
    spread = np.sqrt(share * (1 - share))
    to_outcome = {mediator: any_one.per_mediator} | {
        name: one.direct for name, one in effects.items()
    }
    to_mediator = {name: one.a for name, one in effects.items()}
    paths = [
        *(
            row(f"{name}{PAIR}{mediator}", one, "standard_deviations", on_mediator[name])
            for name, one in to_mediator.items()
        ),
        *(
            row(
                f"{name}{PAIR}{outcome}", one.times(1 / spread), "standard_deviations",
                on_outcome[name],
            )
            for name, one in to_outcome.items()
        ),
    ]  # fmt: skip
    in_points = [
        row(f"{name}{PAIR}{outcome}", one.times(100), points, on_outcome[name])
        for name, one in to_outcome.items()
    ]
    parts = [
        row(
            f"{name}{PAIR}{part}",
            getattr(one, part).times(100),
            points,
            _weaker(on_mediator[name], on_outcome[mediator], on_outcome[name]),
        )
        for name, one in effects.items()
        for part in ("indirect", "direct", "total")
    ]
    odds = [row(mediator, _exponent(any_one.b), "odds_ratio", on_outcome[mediator])]
    given = {"tables": sample.tables}
    return Process(
        estimates(paths, method=sample.told(PATHS), **given),
        estimates(in_points, method=sample.told(POINTS), **given),
        estimates(parts, method=sample.told(PARTS), **given),
        estimates(odds, method=sample.told(ODDS), **given),
        _robustness(sample, there, effects, mediator, outcome),
    )


def _weaker(*parts: Behind) -> Behind:
    """Return what stands behind a number made of several coefficients: the least of each."""
    return parts[0].model_copy(
        update={
            "fewest_ones": min(part.fewest_ones for part in parts),
            "fewest_zeros": min(part.fewest_zeros for part in parts),
            "effective": min(part.effective for part in parts),
            "largest_weight": max(part.largest_weight for part in parts),
        }
    )


def _exponent(effect: Effect) -> Effect:
    low, high = np.exp([effect.ci_low, effect.ci_high])
    return Effect(float(np.exp(effect.estimate)), float(low), float(high), effect.p_value)


def _robustness(
    sample: Sample, there: list[str], effects: dict[str, Mediated], mediator: str, outcome: str
) -> Estimates | Absent:
    before, after = sample.design(*there), sample.design(*there, mediator)
    arrows = {
        **{name: (before, sample.scores[mediator], one.a) for name, one in effects.items()},
        mediator: (after, sample.outcomes[outcome], next(iter(effects.values())).b),
    }
    fit = behind("model fit", sample.cell)
    rows = []
    for name, (design, end, effect) in arrows.items():
        place, values = design.columns.get_loc(name), design.to_numpy()
        needed = sensitivity.of_slope(values, place, end.to_numpy(), weight=sample.weights)
        if needed is None or effect.estimate == 0:
            continue
        df = len(design) - design.shape[1]
        t = np.sqrt(needed.partial_r2 / (1 - needed.partial_r2) * df)
        ends = np.array([effect.ci_low, effect.ci_high]) / effect.estimate * t
        near = 0.0 if ends[0] * ends[1] <= 0 else min(abs(ends))
        common = {**sample.about, "unit": "percent", "behind": fit}
        rows.append(
            {
                **common,
                "term": f"{name}{PAIR}needed",
                "estimate": 100 * needed.value,
                "ci_low": 100 * sensitivity.robustness_value(near, df),
                "ci_high": 100 * sensitivity.robustness_value(max(abs(ends)), df),
            }
        )
        known = _strongest(sample, design, name, end.to_numpy(), [d for d in there if d != name])
        rows.append({**common, "term": f"{name}{PAIR}known", "estimate": 100 * known})
    if not rows:
        return Absent(sample.tables)
    return estimates(rows, tables=sample.tables, method=sample.told(ROBUSTNESS))


def _strongest(sample: Sample, design, name: str, end: np.ndarray, others: list[str]) -> float:
    """Return how strong a common cause the strongest measured other condition is."""
    without = design.drop(columns=name)
    strength = [0.0]
    for other in others:
        with_end = sensitivity.of_slope(
            design.to_numpy(), design.columns.get_loc(other), end, weight=sample.weights
        )
        with_start = sensitivity.of_slope(
            without.to_numpy(),
            without.columns.get_loc(other),
            design[name].to_numpy(),
            weight=sample.weights,
        )
        if with_end is not None and with_start is not None:
            strength.append(min(with_end.partial_r2, with_start.partial_r2))
    return max(strength)

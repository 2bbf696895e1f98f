"""Whether a resource dampens a stressor: their interaction, and slopes at little and at much of it.

The buffer hypothesis of the JD-R model (Bakker, Demerouti & Euwema 2005, Journal of Occupational
Health Psychology 10): where people have more of a resource, a stressor goes with less exhaustion.
Both are centred, so that the main terms hold at the mean; simple slopes after Aiken & West (1991).
The squares of both stand in the model: where stressor and resource go together, a bend in either
would pass for an interaction (Ganzach 1997, Psychological Methods 2).
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage
from analysis.methods.clusters import bonferroni
from analysis.methods.regression import linear
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates
from analysis.methods.survey_associations import CLUSTERS, for_several
from analysis.methods.survey_sample import DRIVERS, Sample

METHOD = Text(
    nl="product van stressor en energiebron in een lineair model, beide gestandaardiseerd, met hun "
    f"kwadraten en de andere werkomstandigheden gelijk gehouden; {CLUSTERS.nl}",
    en="product of stressor and resource in a linear model, both standardised, with their squares "
    f"and the other working conditions held equal; {CLUSTERS.en}",
)
COMBINED = "combined"
#: Standard deviations from the mean at which slopes are shown.
LITTLE, MUCH = -1.0, 1.0


def combine(sample: Sample | Absent, parts: tuple[str, ...]) -> Sample | Absent:
    """Return the sample with the standardised mean of some scales as ``combined``."""
    if isinstance(sample, Absent):
        return sample
    if set(parts) - set(sample.scores):
        return Absent(sample.tables)
    mean = sample.scores[list(parts)].mean(axis=1).to_numpy()
    mass = np.ones(len(mean)) if sample.weights is None else sample.weights
    centred = mean - np.average(mean, weights=mass)
    spread = np.sqrt(np.average(centred**2, weights=mass))
    joined = sample.scores.assign(**{COMBINED: centred / spread})
    return replace(sample, scores=joined)


@absent_passes_through
def interactions(
    sample: Sample,
    stressor: str,
    resources: tuple[str, ...],
    *,
    outcome: str = "exhaustion",
    replaced: tuple[str, ...] = (),
    comparisons: int = 1,
) -> Estimates | Absent:
    """Estimate the interaction of a stressor with each resource, each in a model of its own.

    Parameters
    ----------
    resources
        Scales; those that the sample lacks are left out.
    replaced
        Scales that the resource is made of, which do not stand beside it.
    comparisons
        For how many interactions together the intervals hold.

    Returns
    -------
    Estimates or Absent
        Terms are resources. Negative: the stressor goes with less of the outcome where there is
        more of the resource.
    """
    rows = []
    for resource in resources:
        if {stressor, resource, outcome} <= set(sample.scores):
            rows.append(
                _row(sample, stressor, resource, outcome, replaced, 0.0, "product", comparisons)
                | {"term": resource}
            )
    if not rows:
        return Absent(sample.tables)
    return estimates(
        rows, tables=sample.tables, method=sample.told(for_several(METHOD, comparisons)),
        unit="index",
    )  # fmt: skip


@absent_passes_through
def simple_slopes(
    sample: Sample, stressor: str, resource: str, *, outcome: str = "exhaustion"
) -> Estimates | Absent:
    """Estimate the slope of a stressor where there is little and where there is much of a resource.

    Terms ``little`` and ``much``: one standard deviation below and above the mean.
    """
    if not {stressor, resource, outcome} <= set(sample.scores):
        return Absent(sample.tables)
    rows = [
        _row(sample, stressor, resource, outcome, (), at, stressor, 1) | {"term": term}
        for term, at in (("little", LITTLE), ("much", MUCH))
    ]
    return estimates(
        rows, tables=sample.tables, method=sample.told(METHOD), unit="standard_deviations"
    )


def _row(
    sample: Sample,
    stressor: str,
    resource: str,
    outcome: str,
    replaced: tuple[str, ...],
    at: float,
    term: str,
    comparisons: int,
) -> dict:
    """Fit the model with the resource counted from ``at``, and return one coefficient.

    Counted from there, the coefficient of the stressor is its slope there.
    """
    others = tuple(
        name for name in DRIVERS if name not in (stressor, resource, *replaced)
    )  # fmt: skip
    product = sample.scores[stressor] * (sample.scores[resource] - at)
    bends = [sample.scores[name].pow(2).rename(f"{name} squared") for name in (stressor, resource)]
    design = pd.concat(
        [product.rename("product"), *bends, sample.design(stressor, resource, *others)], axis=1
    )
    fit = linear(
        sample.scores[outcome].to_numpy(), design, weights=sample.weights,
        clusters=sample.organisation,
    )  # fmt: skip
    low, high = fit.interval(term, level=bonferroni(comparisons))
    return {
        **sample.about,
        "estimate": float(fit.params[term]),
        "ci_low": low,
        "ci_high": high,
        "p_value": fit.p_value(term),
        "behind": leverage.of_coefficient(
            design.to_numpy(), design.columns.get_loc(term), sample.cell, weights=sample.weights
        ),
    }

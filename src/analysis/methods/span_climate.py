"""From the span of control to the climate around the manager, and from there to work and leaving.

The span is that of the organisation, the climate that of its people: the span is compared between
organisations of a branch, with organisations as clusters. What runs through the climate to an
outcome of yes or no is counterfactual mediation, see ``counterfactual``. All of it is association:
nobody drew lots for a span.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import counterfactual, leverage, regression, survey_sample
from analysis.methods.behind import Behind
from analysis.methods.resampling import Effect
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.survey_sample import ABSENCE, LEAVING, Sample
from analysis.sources.vocabulary import ITEMS_PER_PART

SPAN, SUPERVISOR = "span", "supervisor"
_USE = "factors with spans"
_ITEMS = [f"climate_supervisor_{number}" for number in range(1, ITEMS_PER_PART + 1)]

_HELD = Text(
    nl="gewogen naar de werknemers; leeftijd, geslacht, opleiding, functiegroep, contract, branche "
    "en meting gelijk gehouden",
    en="weighted to the employees; age, sex, education, function group, contract, branch and wave "
    "held equal",
)
_CLIMATE = Text(
    nl="lineair model, in standaarddeviaties per standaarddeviatie van het aantal mensen per "
    f"leidinggevende tussen organisaties; organisaties als clusters; {_HELD.nl}",
    en="linear model, in standard deviations per standard deviation of the number of people per "
    f"manager between organisations; organisations as clusters; {_HELD.en}",
)
_PATHS = Text(
    nl="pijlen in standaarddeviaties per standaarddeviatie: lineair model voor de tussenstap, "
    "logistisch model voor de uitkomst, als verschil in kans gedeeld door de standaarddeviatie van "
    "de uitkomst; 95%-intervallen door hele organisaties opnieuw te trekken; " + _HELD.nl,
    en="arrows in standard deviations per standard deviation: linear model for the step in "
    "between, logistic model for the outcome, as difference in probability divided by the standard "
    "deviation of the outcome; 95% intervals by drawing whole organisations again; " + _HELD.en,
)
_PARTS = Text(
    nl="verschil in kans bij één standaarddeviatie meer mensen per leidinggevende, gesplitst "
    "volgens de contrafeitelijke mediatie van Imai e.a. (2010); 95%-intervallen door hele "
    "organisaties opnieuw te trekken; " + _HELD.nl,
    en="difference in probability at one standard deviation more people per manager, divided by "
    "the counterfactual mediation of Imai et al. (2010); 95% intervals by drawing whole "
    "organisations again; " + _HELD.en,
)


@dataclass(frozen=True)
class Chain:
    """What is known of the chain from span to outcomes.

    Attributes
    ----------
    paths
        Terms ``span.supervisor``, ``supervisor.<outcome>`` and ``span.<outcome>``.
    parts
        Terms ``<outcome>.indirect``, ``.direct`` and ``.total``, in percentage points.
    """

    paths: Estimates | Absent
    parts: Estimates | Absent


def respondents(
    individuals: DataTable, organisation_years: DataTable, *, last: int
) -> Sample | Absent:
    """Return respondents, the span of their organisation and the climate around the manager.

    The span is the mean logarithm over the years up to the newest wave. The climate is the mean of
    the items about the direct manager, all of them answered.
    """
    missing = [one.name for one in (individuals, organisation_years) if one.frame is None]
    if missing:
        return Absent(tuple(missing))
    tables = (individuals.name, organisation_years.name)
    years = organisation_years.frame[
        (organisation_years.frame["year"] <= last)
        & (organisation_years.frame["span_of_control"] > 0)
    ]
    span = np.log(years["span_of_control"]).groupby(years["organisation"]).mean()
    frame = individuals.frame.assign(
        **{
            SPAN: individuals.frame["organisation"].map(span).astype(float),
            SUPERVISOR: climate_of(individuals.frame),
        }
    )
    found = survey_sample.complete_respondents(
        DataTable(individuals.name, frame), last=last, beside=(SPAN, SUPERVISOR), use=_USE
    )
    if isinstance(found, Absent):
        return Absent(tables)
    found = replace(found, tables=tables)
    if SPAN not in found.scores or SUPERVISOR not in found.scores:
        return Absent(tables)
    return found


def climate_of(frame: pd.DataFrame) -> pd.Series:
    """Return the climate around the manager: the mean of its items, all of them answered."""
    return frame[_ITEMS].astype(float).mean(axis=1, skipna=False)


def to_climate(sample: Sample | Absent) -> Estimates | Absent:
    """Return how the climate around the manager goes with the span, as ``span_to_climate``."""
    if isinstance(sample, Absent):
        return sample
    design = sample.design(SPAN)
    fit = regression.linear(
        sample.scores[SUPERVISOR].to_numpy(), design, weights=sample.weights,
        clusters=sample.organisation,
    )  # fmt: skip
    se = fit.se(SPAN)
    if not se > 0:
        return Absent(sample.tables)
    reach = stats.t.ppf(0.975, fit.df) * se
    slope = float(fit.params[SPAN])
    row = {
        **sample.about,
        "term": "span_to_climate",
        "estimate": slope,
        "ci_low": slope - reach,
        "ci_high": slope + reach,
        "p_value": fit.p_value(SPAN),
        "behind": _rests_on(sample, design, SPAN),
    }
    return estimates(
        [row], tables=sample.tables, method=sample.told(_CLIMATE), unit="standard_deviations"
    )


def chain(sample: Sample | Absent, *, seed: int, draws: int = counterfactual.DRAWS) -> Chain:
    """Estimate the chain from span through climate to intention to leave and to absence."""
    if isinstance(sample, Absent):
        return Chain(sample, sample)
    paths, parts = [], []
    for outcome in (LEAVING, ABSENCE):
        found = counterfactual.mediated(
            sample.scores[SPAN].to_numpy(),
            sample.scores[SUPERVISOR].to_numpy(),
            sample.outcomes[outcome].to_numpy(),
            cluster=sample.organisation,
            seed=seed,
            covariates=sample.controls.to_numpy(),
            weight=sample.weights,
            draws=draws,
        )
        if found is None:
            return Chain(Absent(sample.tables), Absent(sample.tables))
        mass = np.ones(len(sample.scores)) if sample.weights is None else sample.weights
        curved = mass * found.fitted * (1 - found.fitted)
        share = np.average(sample.outcomes[outcome], weights=mass)
        spread = float(np.sqrt(share * (1 - share)))
        before, after = sample.design(SPAN), sample.design(SPAN, SUPERVISOR)
        first = _rests_on(sample, before, SPAN)
        second, direct = (
            _rests_on(sample, after, name, weights=curved) for name in (SUPERVISOR, SPAN)
        )
        if not paths:
            paths.append(_row(sample, f"{SPAN}{PAIR}{SUPERVISOR}", found.a, first))
        paths += [
            _row(sample, f"{SUPERVISOR}{PAIR}{outcome}", found.per_mediator.times(1 / spread),
                 second),
            _row(sample, f"{SPAN}{PAIR}{outcome}", found.direct.times(1 / spread), direct),
        ]  # fmt: skip
        weakest = min((first, second, direct), key=lambda one: one.effective)
        parts += [
            _row(sample, f"{outcome}{PAIR}{name}", getattr(found, name).times(100), weakest)
            for name in ("indirect", "direct", "total")
        ]
    given = {"tables": sample.tables}
    return Chain(
        estimates(paths, method=sample.told(_PATHS), unit="standard_deviations", **given),
        estimates(parts, method=sample.told(_PARTS), unit="percentage_points", **given),
    )


def _row(sample: Sample, term: str, effect: Effect, rests_on: Behind) -> dict:
    return {**sample.about, "term": term, **effect.row(), "behind": rests_on}


def _rests_on(
    sample: Sample, design: pd.DataFrame, name: str, *, weights: np.ndarray | None = None
) -> Behind:
    return leverage.of_coefficient(
        design.to_numpy(),
        design.columns.get_loc(name),
        sample.cell,
        weights=sample.weights if weights is None else weights,
    )

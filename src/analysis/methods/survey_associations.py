"""How scales of the survey relate to outcomes: odds ratios and differences per standard deviation.

Each model holds personal characteristics, branch and wave equal. A scale stands alone, or together
with others: alone it carries what it shares with them.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats
from scipy.special import expit

from analysis.languages import Text
from analysis.methods import leverage
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.clusters import bonferroni
from analysis.methods.equivalence import SMALLEST_ODDS_RATIO, two_one_sided
from analysis.methods.progress import follow
from analysis.methods.proportional_odds import NotFittedError, compare_cuts, proportional_odds
from analysis.methods.regression import Fit, linear, logistic
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates
from analysis.methods.survey_sample import ABSENCE, LEAVING, Sample, naive

CLUSTERS = Text(
    nl="gewogen naar de werknemers, met organisaties als clusters; leeftijd, geslacht, opleiding, "
    "functiegroep, contract, branche en meting gelijk gehouden",
    en="weighted to the employees, with organisations as clusters; age, sex, education, function "
    "group, contract, branch and wave held equal",
)
USED_METHOD = Text(
    nl="telling van wie alle schalen, beide uitkomsten en alle persoonskenmerken invulde",
    en="count of who answered all scales, both outcomes and all personal characteristics",
)
COMPLETE_METHOD = Text(
    nl="telling van wie alle schalen, beide uitkomsten en alle persoonskenmerken invulde, gedeeld "
    "door wie een vragenlijst invulde",
    en="count of who answered all scales, both outcomes and all personal characteristics, divided "
    "by who returned a questionnaire",
)
ODDS_METHOD = Text(
    nl=f"logistisch model, odds ratio per standaarddeviatie; {CLUSTERS.nl}",
    en=f"logistic model, odds ratio per standard deviation; {CLUSTERS.en}",
)
LINEAR_METHOD = Text(
    nl=f"lineair model, in standaarddeviaties per standaarddeviatie; {CLUSTERS.nl}",
    en=f"linear model, in standard deviations per standard deviation; {CLUSTERS.en}",
)
ORDERED_METHOD = Text(
    nl="proportioneel-oddsmodel voor niet, deels of geheel door het werk, odds ratio per "
    f"standaarddeviatie; {CLUSTERS.nl}",
    en="proportional-odds model for not, partly or wholly from work, odds ratio per standard "
    f"deviation; {CLUSTERS.en}",
)
BRANT_METHOD = Text(
    nl="odds ratio bij geheel gedeeld door die bij deels of geheel door het werk, uit aparte "
    f"logistische modellen (naar Brant); {CLUSTERS.nl}",
    en="odds ratio for wholly divided by that for partly or wholly from work, from separate "
    f"logistic models (after Brant); {CLUSTERS.en}",
)
POINTS_METHOD = Text(
    nl="logistisch model, gemiddeld verschil in procentpunten per standaarddeviatie "
    f"(deltamethode); {CLUSTERS.nl}",
    en="logistic model, mean difference in percentage points per standard deviation "
    f"(delta method); {CLUSTERS.en}",
)
DESIGN_METHOD = Text(
    nl="variantie van de coëfficiënten, gedeeld door die bij evenveel losse, gelijk tellende "
    "respondenten; gemiddelde over de schalen van het logistische model",
    en="variance of the coefficients, divided by that of as many independent respondents who "
    "count alike; mean over the scales of the logistic model",
)
SELECTED_METHOD = Text(
    nl="van alle factoren de sterkste en de zwakste, als odds ratio in de richting die het JD-R-"
    "model verwacht; intervallen die voor alle factoren en beide uitkomsten samen gelden "
    "(Bonferroni), zodat kiezen mag",
    en="the strongest and the weakest of all factors, as an odds ratio in the direction that the "
    "JD-R model expects; intervals that hold for all factors and both outcomes together "
    "(Bonferroni), so that choosing is allowed",
)
#: What the JD-R model expects of more of it: more leaving and absence (1), or less (-1).
EXPECTED = {
    "workload": 1, "work_life": 1, "exhaustion": 1,
    "climate": -1, "learning": -1, "leadership": -1, "autonomy": -1, "engagement": -1,
    "fixed_teams": -1,
}  # fmt: skip
OUTCOMES = (LEAVING, ABSENCE)


def for_several(method: Text, comparisons: int) -> Text:
    """Add to a method for how many estimates together its intervals hold."""
    if comparisons < 2:
        return method
    return Text(
        nl=f"{method.nl}; 95%-intervallen die voor {comparisons} schattingen samen gelden "
        "(Bonferroni)",
        en=f"{method.en}; 95% intervals that hold for {comparisons} estimates together "
        "(Bonferroni)",
    )


@absent_passes_through
def used(sample: Sample) -> Estimates:
    """Count the respondents of the sample, as term ``used``."""
    row = {
        **sample.about,
        "term": "used",
        "estimate": float(sample.persons),
        "half_step": 0.0,
        "behind": behind("count", sample.cell),
    }
    return estimates([row], tables=sample.tables, method=USED_METHOD, unit="persons")


@absent_passes_through
def complete(sample: Sample) -> Estimates:
    """Return which part of those who returned a questionnaire is in the sample, in percent."""
    row = {
        **sample.about,
        "n": float(sample.asked),
        "term": "complete",
        "estimate": 100 * sample.persons / sample.asked,
        "half_step": 0.0,
        "behind": behind(
            "share", Cell.of("respondents"), sample.cell, numerator=float(sample.persons),
            part_organisations=float(sample.organisations),
        ),
    }  # fmt: skip
    return estimates([row], tables=sample.tables, method=COMPLETE_METHOD, unit="percent")


@absent_passes_through
def odds_ratios(
    sample: Sample,
    outcome: str,
    scales: tuple[str, ...],
    *,
    together: bool,
    comparisons: int | None = None,
) -> Estimates | Absent:
    """Estimate the odds ratio of an outcome per standard deviation of each scale.

    Parameters
    ----------
    outcome
        ``intention_to_leave`` or ``work_related_absence``.
    together
        Whether the scales stand in one model, or each in one of its own.
    comparisons
        For how many odds ratios together the intervals hold; as many as there are scales when
        left out.

    Returns
    -------
    Estimates or Absent
        Terms are scales, strongest first. Absent when no scale is there, or no model can be
        fitted.
    """
    there = tuple(name for name in scales if name in sample.scores)
    comparisons = comparisons or len(there)
    level = bonferroni(comparisons)
    groups = [there] if together else [(name,) for name in there]
    rows = _rows(sample, sample.outcomes[outcome].to_numpy(), groups, logistic, np.exp, level)
    if not rows:
        return Absent(sample.tables)
    rows.sort(key=lambda row: -abs(np.log(row["estimate"])))
    return estimates(
        rows, tables=sample.tables, method=sample.told(for_several(ODDS_METHOD, comparisons)),
        unit="odds_ratio",
    )  # fmt: skip


@absent_passes_through
def differences(
    sample: Sample,
    outcome: str,
    scales: tuple[str, ...],
    *,
    together: bool = True,
    comparisons: int = 1,
) -> Estimates | Absent:
    """Estimate the difference in a score per standard deviation of each scale, strongest first.

    Parameters are those of ``odds_ratios``; ``outcome`` is a scale.
    """
    if outcome not in sample.scores:
        return Absent(sample.tables)
    there = tuple(name for name in scales if name in sample.scores)
    groups = [there] if together else [(name,) for name in there]
    level = bonferroni(comparisons)
    rows = _rows(sample, sample.scores[outcome].to_numpy(), groups, linear, _as_it_is, level)
    if not rows:
        return Absent(sample.tables)
    rows.sort(key=lambda row: -abs(row["estimate"]))
    return estimates(
        rows, tables=sample.tables, method=sample.told(for_several(LINEAR_METHOD, comparisons)),
        unit="standard_deviations",
    )  # fmt: skip


@absent_passes_through
def ordered_odds_ratios(sample: Sample, scales: tuple[str, ...]) -> Estimates | Absent:
    """Estimate the odds ratio of absence that comes further from work, for scales together."""
    there = [name for name in scales if name in sample.scores]
    design = sample.design(*there).drop(columns="constant")
    cause = sample.outcomes["cause"].to_numpy()
    if not there or len(np.unique(cause)) < 3:
        return Absent(sample.tables)
    try:
        found = proportional_odds(
            cause, design, weights=sample.weights, clusters=sample.organisation
        )
    except NotFittedError:
        return Absent(sample.tables)
    whole = design.assign(constant=1.0)
    rows = [_row(sample, name, found.fit, np.exp, bonferroni(len(there)), whole) for name in there]
    rows.sort(key=lambda row: -abs(np.log(row["estimate"])))
    return estimates(
        rows, tables=sample.tables, method=sample.told(for_several(ORDERED_METHOD, len(there))),
        unit="odds_ratio",
    )  # fmt: skip


@absent_passes_through
def proportionality(sample: Sample, scales: tuple[str, ...]) -> Estimates | Absent:
    """Test whether odds are proportional: a ratio of odds ratios per scale.

    A ratio of 1 says that a scale relates equally to absence that comes partly and wholly from
    work. The intervals hold for all scales together.
    """
    there = [name for name in scales if name in sample.scores]
    cause = sample.outcomes["cause"].to_numpy()
    if not there or len(np.unique(cause)) < 3:
        return Absent(sample.tables)
    design = sample.design(*there)
    try:
        found = compare_cuts(
            cause, design, there, weights=sample.weights, clusters=sample.organisation,
            level=bonferroni(len(there)),
        )  # fmt: skip
    except np.linalg.LinAlgError:
        return Absent(sample.tables)
    rows = [
        {
            **sample.about,
            "term": name,
            "estimate": found.ratio[name],
            "ci_low": found.ci_low[name],
            "ci_high": found.ci_high[name],
            "p_value": found.p_value[name],
            "behind": leverage.of_coefficient(
                design.to_numpy(), design.columns.get_loc(name), sample.cell, weights=sample.weights
            ),
        }
        for name in there
    ]
    return estimates(
        rows, tables=sample.tables, method=sample.told(for_several(BRANT_METHOD, len(there))),
        unit="ratio",
    )  # fmt: skip


@absent_passes_through
def percentage_points(
    sample: Sample, outcome: str, scales: tuple[str, ...], *, together: bool = False
) -> Estimates | Absent:
    """Estimate how many percentage points an outcome differs per standard deviation of a scale.

    Average marginal effect of the logistic model, with the delta method. Terms are scales, in the
    order of ``scales``.
    """
    answers = sample.outcomes[outcome].to_numpy()
    there = tuple(name for name in scales if name in sample.scores)
    rows = []
    for names in [there] if together else [(name,) for name in there]:
        design = sample.design(*names)
        fit = _fitted(logistic, sample, answers, design)
        if fit is None:
            continue
        mass = np.ones(len(answers)) if sample.weights is None else sample.weights
        columns = design.to_numpy(float)
        chance = expit(columns @ fit.params.to_numpy())
        slope = mass * chance * (1 - chance) / mass.sum()
        bend = columns.T @ (slope * (1 - 2 * chance))
        for name in names:
            place = design.columns.get_loc(name)
            gradient = fit.params[name] * bend
            gradient[place] += slope.sum()
            estimate = 100 * slope.sum() * fit.params[name]
            se = 100 * float(np.sqrt(gradient @ fit.covariance @ gradient))
            reach = stats.t.ppf(0.975, fit.df) * se
            rows.append(
                {
                    **sample.about,
                    "term": name,
                    "estimate": estimate,
                    "ci_low": estimate - reach,
                    "ci_high": estimate + reach,
                    "p_value": fit.p_value(name),
                    "behind": leverage.of_coefficient(
                        columns, place, sample.cell, weights=fit.curvature
                    ),
                }
            )
    if not rows:
        return Absent(sample.tables)
    return estimates(
        rows, tables=sample.tables, method=sample.told(POINTS_METHOD), unit="percentage_points"
    )


@absent_passes_through
def design_effect(sample: Sample, outcome: str, scales: tuple[str, ...]) -> Estimates | Absent:
    """Compare the variance of coefficients with that of as many independent, equal respondents.

    Term ``design_effect``: the mean ratio over the scales, in one logistic model.
    """
    answers, design = sample.outcomes[outcome].to_numpy(), sample.design(*scales)
    honest = _fitted(logistic, sample, answers, design)
    simple = _fitted(logistic, naive(sample), answers, design)
    there = [name for name in scales if name in sample.scores]
    if honest is None or simple is None or not there:
        return Absent(sample.tables)
    ratio = np.mean([(honest.se(name) / simple.se(name)) ** 2 for name in there])
    row = {
        **sample.about,
        "term": "design_effect",
        # It describes this sample, and has no sampling error of its own.
        "estimate": float(ratio),
        "half_step": 0.0,
        "behind": behind("model fit", sample.cell),
    }
    return estimates([row], tables=sample.tables, method=sample.told(DESIGN_METHOD), unit="times")


@absent_passes_through
def strongest_and_weakest(
    sample: Sample, drivers: tuple[str, ...], mediators: tuple[str, ...]
) -> Estimates | Absent:
    """Pick the strongest of all factors and the weakest driver, for both outcomes.

    Odds ratios are turned in the direction that the JD-R model expects: above 1 is as expected.
    The strongest stands in a model with all factors; the weakest in one with the drivers alone,
    as drivers work through the mediators. Terms ``<outcome>_strongest`` and ``_weakest``; the
    p-value of the weakest is that of equivalence.
    """
    drivers = tuple(name for name in drivers if name in sample.scores)
    everything = (*drivers, *(name for name in mediators if name in sample.scores))
    level = bonferroni(len(OUTCOMES) * (len(everything) + len(drivers)))
    rows = []
    for outcome in OUTCOMES:
        answers = sample.outcomes[outcome].to_numpy()
        for which, names in (("strongest", everything), ("weakest", drivers)):
            design = sample.design(*names)
            fit = _fitted(logistic, sample, answers, design)
            if fit is None or not names:
                return Absent(sample.tables)
            order = sorted(names, key=lambda name: abs(fit.params[name]))
            name = order[-1] if which == "strongest" else order[0]
            row = _row(
                sample, name, fit, _turned(EXPECTED[name]), level, design,
                term=f"{outcome}_{which}",
            )  # fmt: skip
            if which == "weakest":
                row["p_value"] = two_one_sided(
                    fit.params[name], fit.se(name), fit.df, float(np.log(SMALLEST_ODDS_RATIO))
                )
            rows.append(row)
    return estimates(
        rows, tables=sample.tables, method=sample.told(SELECTED_METHOD), unit="odds_ratio"
    )


def renamed(result: Estimates | Absent, **names: str) -> Estimates | Absent:
    """Return the rows of some terms under other names, in this order: ``old="new"``."""
    if isinstance(result, Absent):
        return result
    terms = result.frame["term"].tolist()
    if set(names) - set(terms):
        return Absent(result.tables)
    at = [terms.index(old) for old in names]
    frame = result.frame.iloc[at].reset_index(drop=True).assign(term=list(names.values()))
    return Estimates(
        frame, result.tables, result.method, tuple(result.behind[place] for place in at)
    )


def _rows(
    sample: Sample,
    outcome: np.ndarray,
    groups: list[tuple[str, ...]],
    model: Callable[..., Fit],
    scale: Callable[[float], float],
    level: float,
) -> list[dict]:
    rows = []
    # One model shows no progress worth following.
    for names in groups if len(groups) == 1 else follow(groups, "models"):
        design = sample.design(*names)
        fit = _fitted(model, sample, outcome, design)
        if fit is not None:
            rows += [_row(sample, name, fit, scale, level, design) for name in names]
    return rows


def _fitted(model: Callable[..., Fit], sample: Sample, outcome: np.ndarray, design) -> Fit | None:
    """Fit a model; None when its columns are collinear, or tell every answer, in this sample."""
    try:
        return model(outcome, design, weights=sample.weights, clusters=sample.organisation)
    except np.linalg.LinAlgError:
        return None


def _row(
    sample: Sample,
    name: str,
    fit: Fit,
    scale: Callable[[float], float],
    level: float,
    design,
    *,
    term: str | None = None,
) -> dict:
    low, high = (float(scale(end)) for end in fit.interval(name, level=level))
    return {
        **sample.about,
        "term": term or name,
        "estimate": float(scale(fit.params[name])),
        "ci_low": min(low, high),
        "ci_high": max(low, high),
        "p_value": fit.p_value(name),
        "df": float(fit.df),
        "behind": leverage.of_coefficient(
            design.to_numpy(), design.columns.get_loc(name), sample.cell, weights=fit.curvature
        ),
    }


def _as_it_is(value: float) -> float:
    return value


def _turned(direction: int) -> Callable[[float], float]:
    return lambda value: np.exp(direction * value)

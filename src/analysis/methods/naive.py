"""What an estimate would look like without clusters, weights or the split between and within.

For the appendix that shows why the book does not do so. The counts beside a wrong estimate are
those of the right one: they say who is in the data, not what the wrong method takes them for.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import drivers, leverage, panel, regression, survey_sample
from analysis.methods.organisation_panel import Sample as OrganisationSample
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
)

RIGHT, NO_CLUSTERS, NO_WEIGHTS = "right", "no_clusters", "no_weights"
POOLED = "pooled"
_NOTHING = 1e-9

_ODDS = Text(
    nl="odds ratio per standaarddeviatie in één logistisch model, drie keer: gewogen met "
    "organisaties als clusters; gewogen alsof respondenten los van elkaar staan; en met clusters "
    "maar ongewogen",
    en="odds ratio per standard deviation in one logistic model, three times: weighted with "
    "organisations as clusters; weighted as if respondents were independent; and with clusters "
    "but unweighted",
)
_SLOPES = Text(
    nl="verschil in procent per standaarddeviatie: tussen organisaties en binnen een organisatie "
    "(Mundlak, organisaties als clusters), en één helling over alle jaren van alle organisaties, "
    "elk jaar geteld als een nieuwe organisatie; effecten van branche maal jaar en van omvang; "
    "95%-intervallen per helling, zonder correctie voor veel toetsen",
    en="difference in percent per standard deviation: between organisations and within an "
    "organisation (Mundlak, organisations as clusters), and one slope over all years of all "
    "organisations, every year counted as a new organisation; effects of branch by year and of "
    "size; 95% intervals for each slope, without correction for many tests",
)


@absent_passes_through
def odds_ratios(
    sample: survey_sample.Sample, outcome: str, scales: tuple[str, ...]
) -> Estimates | Absent:
    """Estimate odds ratios the right way, without clusters and without weights.

    Terms ``<scale>.right``, ``<scale>.no_clusters`` and ``<scale>.no_weights``.

    Parameters
    ----------
    outcome
        ``intention_to_leave`` or ``work_related_absence``.
    scales
        Those that the sample lacks are left out.
    """
    there = [name for name in scales if name in sample.scores]
    design = sample.design(*scales)
    answers = sample.outcomes[outcome].to_numpy()
    ways = {
        RIGHT: (sample.weights, sample.organisation),
        NO_CLUSTERS: (sample.weights, None),
        NO_WEIGHTS: (None, sample.organisation),
    }
    try:
        fits = {
            way: regression.logistic(answers, design, weights=weights, clusters=clusters)
            for way, (weights, clusters) in ways.items()
        }
    except np.linalg.LinAlgError:
        return Absent(sample.tables)
    rows = [
        {
            **sample.about,
            "term": f"{name}{PAIR}{way}",
            "estimate": float(np.exp(fit.params[name])),
            "ci_low": float(np.exp(fit.interval(name)[0])),
            "ci_high": float(np.exp(fit.interval(name)[1])),
            "p_value": fit.p_value(name),
            "behind": leverage.of_coefficient(
                design.to_numpy(),
                design.columns.get_loc(name),
                sample.cell,
                weights=fit.curvature,
            ),
        }
        for name in there
        for way, fit in fits.items()
    ]
    if not rows:
        return Absent(sample.tables)
    return estimates(rows, tables=sample.tables, method=_ODDS, unit="odds_ratio")


@absent_passes_through
def slopes(chosen: OrganisationSample) -> Estimates:
    """Estimate slopes between and within organisations, and one slope that pools all years.

    Terms ``<driver>.between``, ``<driver>.within`` and ``<driver>.pooled``. A driver that does not
    change within organisations has no slope there.
    """
    standardised = chosen.standardised()
    fit, design = panel.within_between(
        chosen.outcome, standardised, chosen.organisation, controls=chosen.controls()
    )
    size = np.log(chosen.rows["employees"].to_numpy(float))
    pooled_design = np.column_stack([standardised, size, panel.indicators(chosen.level)])
    pooled = panel.clustered(chosen.outcome, pooled_design, np.arange(len(size)))
    count = len(chosen.drivers)
    rows = []
    for place, name in enumerate(chosen.drivers):
        ways = {
            drivers.BETWEEN: (fit, design, place),
            drivers.WITHIN: (fit, design, count + place),
            POOLED: (pooled, pooled_design, place),
        }
        rows += [
            _slope(found, columns, at, chosen) | {"term": f"{name}{PAIR}{way}", "df": fit.df}
            for way, (found, columns, at) in ways.items()
            if np.abs(columns[:, at]).max() > _NOTHING
        ]
    return estimates(rows, tables=(chosen.table,), method=_SLOPES, unit="percent_change")


def _slope(fit: panel.Fit, design: np.ndarray, place: int, chosen: OrganisationSample) -> dict:
    low, high = fit.interval(place)
    return {
        **chosen.about(),
        "estimate": drivers.percent(fit.slopes[place]),
        "ci_low": drivers.percent(low),
        "ci_high": drivers.percent(high),
        "p_value": float(fit.p_values[place]),
        "behind": leverage.of_coefficient(design, place, chosen.cell),
    }

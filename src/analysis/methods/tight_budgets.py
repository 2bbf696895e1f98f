"""Whether many people per manager go with a worse climate more where money is tight.

The climate around the manager is that of the survey. The number of people per manager and the
result of the organisation are means over the years, compared between organisations of a branch: two
waves of a survey are too few to follow both within an organisation. A slope that differs with the
result is an interaction (Aiken & West 1991, Multiple Regression); it is told at a usual result and
at one that is a standard deviation worse.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import leverage, regression, survey_sample
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.span_climate import SPAN, SUPERVISOR, climate_of
from analysis.methods.survey_sample import Sample

RESULT = "result"
_USE = "factors with results"
#: Fewer organisations make the interval of a product too narrow: with 120 of them it missed the
#: truth in a tenth of the simulations.
FEWEST = 200
_NOTHING = 1e-9

_METHOD = Text(
    nl="lineair model van het klimaat rond de leidinggevende, in standaarddeviaties per "
    "standaarddeviatie van het aantal mensen per leidinggevende tussen organisaties van een "
    "branche, bij een gewoon resultaat en bij een resultaat dat een standaarddeviatie slechter is; "
    "organisaties als clusters; gewogen naar de werknemers; leeftijd, geslacht, opleiding, "
    "functiegroep, contract, branche en meting gelijk gehouden",
    en="linear model of the climate around the manager, in standard deviations per standard "
    "deviation of the number of people per manager between organisations of a branch, at a usual "
    "result and at a result that is a standard deviation worse; organisations as clusters; "
    "weighted to the employees; age, sex, education, function group, contract, branch and wave "
    "held equal",
)


def respondents(
    individuals: DataTable, organisation_years: DataTable, *, last: int
) -> Sample | Absent:
    """Return respondents with the span and the result of their organisation."""
    missing = [one.name for one in (individuals, organisation_years) if one.frame is None]
    if missing:
        return Absent(tuple(missing))
    tables = (individuals.name, organisation_years.name)
    of_organisation = _standing(organisation_years.frame, last)
    if of_organisation is None:
        return Absent(tables)
    frame = individuals.frame.assign(
        **{
            name: individuals.frame["organisation"].map(of_organisation[name]).astype(float)
            for name in (SPAN, RESULT)
        },
        **{SUPERVISOR: climate_of(individuals.frame)},
    )
    found = survey_sample.complete_respondents(
        DataTable(individuals.name, frame), last=last, beside=(SPAN, RESULT, SUPERVISOR), use=_USE
    )
    if isinstance(found, Absent) or {SPAN, RESULT, SUPERVISOR} - set(found.scores):
        return Absent(tables)
    return replace(found, tables=tables)


def span_by_result(sample: Sample | Absent) -> Estimates | Absent:
    """Return how the climate goes with the span, as ``usual``, ``tight`` and their ``difference``.

    Absent with fewer than ``FEWEST`` organisations, and where the span and its product with the
    result cannot be told apart.
    """
    if isinstance(sample, Absent):
        return sample
    if sample.organisations < FEWEST:
        return Absent(sample.tables)
    rows = []
    for term, worse, name in (
        ("usual", 0.0, SPAN), ("tight", 1.0, SPAN), ("difference", 0.0, "product"),
    ):  # fmt: skip
        # At a result this many standard deviations worse, the product is zero.
        product = sample.scores[SPAN] * (-sample.scores[RESULT] - worse)
        design = sample.design(SPAN, RESULT).assign(product=product)
        if np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]:
            return Absent(sample.tables)
        fit = regression.linear(
            sample.scores[SUPERVISOR].to_numpy(), design, weights=sample.weights,
            clusters=sample.organisation,
        )  # fmt: skip
        if not fit.se(name) > 0:
            return Absent(sample.tables)
        low, high = fit.interval(name)
        rows.append(
            {
                **sample.about,
                "term": term,
                "estimate": float(fit.params[name]),
                "ci_low": low,
                "ci_high": high,
                "p_value": fit.p_value(name),
                "behind": leverage.of_coefficient(
                    design.to_numpy(), design.columns.get_loc(name), sample.cell,
                    weights=sample.weights,
                ),
            }
        )  # fmt: skip
    return estimates(
        rows, tables=sample.tables, method=sample.told(_METHOD), unit="standard_deviations"
    )


def _standing(frame: pd.DataFrame, last: int) -> pd.DataFrame | None:
    """Return each organisation's mean log span and result, as deviation from its branch."""
    rows = frame[(frame["year"] <= last) & (frame["span_of_control"] > 0)]
    rows = rows[rows["result_share"].notna() & rows["branch"].notna()]
    if rows.empty:
        return None
    rows = rows.assign(
        **{SPAN: np.log(rows["span_of_control"].astype(float)), RESULT: rows["result_share"]}
    )
    means = rows.groupby("organisation")[[SPAN, RESULT]].mean()
    branch = rows.groupby("organisation")["branch"].last()
    means = means - means.groupby(branch).transform("mean")
    return means if (means.std() > _NOTHING).all() else None

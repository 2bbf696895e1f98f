"""Does it lie with the organisation? How far organisations differ, and what explains more.

Two questions that are easily confused. How much of the variance lies between organisations says
whether people of one organisation resemble each other; for outcomes of individuals that is small
by nature. Whether working conditions explain more than personal characteristics says where the
levers are, also when every organisation has the same ones.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import between_organisations, explained, resampling
from analysis.methods.behind import behind
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
    only,
)
from analysis.methods.survey_sample import ABSENCE, DRIVERS, LEAVING, Sample

#: Characteristics of a person that no organisation changes.
PERSONAL = ("age_band", "sex", "education", "contract")
OUTCOMES = (LEAVING, ABSENCE)

VARIATION = Text(
    nl="aandeel van de variantie dat tussen organisaties ligt; ja-of-nee-uitkomsten op de schaal "
    "van de log-odds (logistisch model met een eigen niveau per organisatie, maximale "
    "aannemelijkheid), scores met beperkte aannemelijkheid (REML); ongewogen, van ieder het "
    "nieuwste antwoord, niets gelijk gehouden; 95%-intervallen uit "
    "de profielaannemelijkheid",
    en="share of the variance that lies between organisations; outcomes of yes or no on the scale "
    "of log odds (logistic model with a level per organisation, maximum likelihood), scores by "
    "restricted likelihood (REML); unweighted, the newest answer of each, nothing held equal; 95% "
    "intervals from the profile likelihood",
)
MEDIAN_ODDS = Text(
    nl="mediane odds ratio (Merlo e.a. 2006) uit een logistisch model met een eigen niveau per "
    "organisatie; ongewogen, van ieder het nieuwste antwoord, niets gelijk gehouden; "
    "95%-intervallen uit de profielaannemelijkheid",
    en="median odds ratio (Merlo et al. 2006) from a logistic model with a level per "
    "organisation; unweighted, the newest answer of each, nothing held equal; 95% intervals from "
    "the profile likelihood",
)
EXPLAINED = Text(
    nl="verklaarde variantie in gewogen lineaire modellen, verminderd met wat toeval verklaart "
    "(aangepaste R²): alleen werkkenmerken en alleen persoonskenmerken (leeftijd, geslacht, "
    "opleiding en contract); 95%-intervallen door hele organisaties opnieuw te trekken",
    en="explained variance in weighted linear models, less what chance explains (adjusted R²): "
    "working conditions alone and personal characteristics alone (age, sex, education and "
    "contract); 95% intervals by drawing whole organisations again",
)


@absent_passes_through
def variation(sample: Sample) -> Estimates | Absent:
    """Estimate the share of variance between organisations, in percent.

    Terms: the two outcomes, then the scales of the sample.
    """
    once = _once(sample)
    found = {
        **{
            name: between_organisations.of_yes_or_no(
                sample.outcomes[name].to_numpy()[once], sample.organisation[once]
            )
            for name in OUTCOMES
        },
        **{
            name: between_organisations.of_scores(
                scores.to_numpy()[once], sample.organisation[once]
            )
            for name, scores in sample.scores.items()
        },
    }
    rows = [
        {**_fit(sample), "term": name, "p_value": one.p_value, "unit": "percent"}
        | dict(zip(("estimate", "ci_low", "ci_high"), one.share(), strict=True))
        for name, one in found.items()
        if one is not None
    ]
    if not rows:
        return Absent(sample.tables)
    return estimates(rows, tables=sample.tables, method=VARIATION)


@absent_passes_through
def median_odds(sample: Sample) -> Estimates | Absent:
    """Estimate the median odds ratio between two organisations, for the two outcomes."""
    once = _once(sample)
    found = {
        name: between_organisations.of_yes_or_no(
            sample.outcomes[name].to_numpy()[once], sample.organisation[once]
        )
        for name in OUTCOMES
    }
    if any(one is None for one in found.values()):
        return Absent(sample.tables)
    rows = [
        {**_fit(sample), "term": name, "p_value": one.p_value, "unit": "odds_ratio"}
        | dict(zip(("estimate", "ci_low", "ci_high"), one.median_odds_ratio(), strict=True))
        for name, one in found.items()
    ]
    return estimates(rows, tables=sample.tables, method=MEDIAN_ODDS)


@absent_passes_through
def work_against_person(
    sample: Sample, *, seed: int, draws: int = resampling.DRAWS
) -> Estimates | Absent:
    """Compare what working conditions explain with what personal characteristics explain.

    Terms ``<outcome>.work`` and ``<outcome>.person`` in percent of the variance, and
    ``<outcome>`` for the difference in percentage points.
    """
    work = [name for name in DRIVERS if name in sample.scores]
    person = [name for name in sample.controls if name.partition("=")[0] in PERSONAL]
    rows = []
    for outcome in OUTCOMES:
        found = explained.compared(
            sample.outcomes[outcome].to_numpy(),
            sample.scores[work].to_numpy(),
            sample.controls[person].to_numpy(),
            cluster=sample.organisation,
            seed=seed,
            weight=sample.weights,
            draws=draws,
        )
        if found is None:
            return Absent(sample.tables)
        for term, name, unit in (
            (f"{outcome}{PAIR}work", "first", "percent"),
            (f"{outcome}{PAIR}person", "second", "percent"),
            (outcome, "difference", "percentage_points"),
        ):
            row = found[name].row()
            if unit == "percent":
                # An explained share is not negative; what chance explains may be.
                row |= {key: max(row[key], 0.0) for key in ("estimate", "ci_low", "ci_high")}
                row["p_value"] = np.nan
            rows.append({**_fit(sample), "term": term, "unit": unit, **row})
    return estimates(rows, tables=sample.tables, method=sample.told(EXPLAINED))


def _once(sample: Sample) -> np.ndarray:
    """Take the newest answer of each person.

    Two answers of one person resemble each other more than those of two colleagues. In a model that
    knows organisations only, that would count as a difference between organisations.
    """
    return np.ones(len(sample.scores), dtype=bool) if sample.newest is None else sample.newest


def _fit(sample: Sample) -> dict:
    return {**sample.about, "behind": behind("model fit", sample.cell)}


@absent_passes_through
def only_shares(compared: Estimates) -> Estimates:
    """Return what each group explains, without the differences."""
    return only(compared, *(term for term in compared.frame["term"] if PAIR in term))

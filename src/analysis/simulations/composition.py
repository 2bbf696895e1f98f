"""Simulations of exit where groups are made up otherwise: a standardised ratio, and what is mix."""

import numpy as np

from analysis.languages import Text
from analysis.methods import age_bands, age_decomposition, age_ratios
from analysis.methods.results import Absent
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted
from analysis.sources.vocabulary import AGE_BANDS, SEXES

_ORGANISATIONS = 80
_BANDS = list(AGE_BANDS)
_FEMALE, _MALE = list(SEXES).index("female"), list(SEXES).index("male")
#: Exit rate of older men, how many times as often women leave, and the share of women.
_OLDER, _WOMEN, _SHARE_YOUNG, _SHARE_OLDER = 0.06, 1.5, 0.9, 0.6
#: SD of the logarithm of an organisation's rates.
_SPREAD = 0.3


def _exits(at_risk: np.ndarray, rate: np.ndarray, branch: np.ndarray, random) -> age_bands.Exits:
    """Let people leave at rates that an organisation shares."""
    factor = np.exp(random.normal(-(_SPREAD**2) / 2, _SPREAD, len(at_risk)))
    chance = np.minimum(rate * factor[:, None, None, None], 0.95)
    leavers = random.binomial(at_risk, chance)
    return age_bands.Exits(
        at_risk.astype(float), leavers.astype(float), branch, 2025, "organisation_ages"
    )


def _ages(truth: float, random: np.random.Generator) -> age_bands.Exits:
    """Draw exits; among the young there are more women, who leave more often."""
    young = _BANDS.index(age_bands.YOUNG)
    shape = (_ORGANISATIONS, len(_BANDS), len(SEXES), 2)
    share = np.full((len(_BANDS), len(SEXES), 2), 0.0)
    rate = np.full_like(share, _OLDER)
    for place in range(len(_BANDS)):
        women = _SHARE_YOUNG if place == young else _SHARE_OLDER
        share[place, _FEMALE] = (women, 0.0)
        share[place, _MALE] = (1 - women, 0.0)
    rate[young] *= np.exp(truth)
    rate[:, _FEMALE] *= _WOMEN
    size = random.uniform(40, 160, _ORGANISATIONS)[:, None, None, None]
    at_risk = random.poisson(np.broadcast_to(size * share, shape))
    return _exits(at_risk, rate, np.full(_ORGANISATIONS, "vvt", dtype=object), random)


def _ratio(truth: float, random: np.random.Generator, standard: age_ratios.Standard) -> Drawn:
    found = age_ratios.ratios(_ages(truth, random), ["vvt"], standard=standard)
    if isinstance(found, Absent):
        return no_answer(truth)
    row = drawn_from(found.frame.iloc[0], truth)
    ends = np.log([row.estimate, row.ci_low, row.ci_high])
    return Drawn(*map(float, ends), row.p_value, truth)


def standardised_ratio(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the ratio with both rates standardised to one composition."""
    return _ratio(truth, random, "own")


def crude_ratio(truth: float, random: np.random.Generator) -> Drawn:
    """Compare the rates as they are."""
    return _ratio(truth, random, "crude")


_STUDENTS, _OTHERS, _YOUNG = 0.35, 0.15, 0.11
_BASE = np.array([0.2, 0.3, 0.5])


def composition(more: float, random: np.random.Generator) -> Drawn:
    """Estimate what more students under 25 bring to the exit rate under 35 of a branch."""
    under, young = _BANDS.index("under_25"), _BANDS.index(age_bands.YOUNG)
    mine = np.arange(_ORGANISATIONS) < _ORGANISATIONS // 2
    shares = np.where(mine[:, None], _BASE + np.array([more, 0, -more]), _BASE)
    size = random.uniform(60, 240, _ORGANISATIONS)
    at_risk = np.zeros((_ORGANISATIONS, len(_BANDS), len(SEXES), 2), dtype=int)
    rate = np.full(at_risk.shape[1:], _OLDER)
    groups = ((under, 1, _STUDENTS), (under, 0, _OTHERS), (young, 0, _YOUNG))
    for group, (band, student, leaving) in enumerate(groups):
        at_risk[:, band, 0, student] = random.poisson(size * shares[:, group])
        rate[band, :, student] = leaving
    found = age_decomposition.kitagawa(
        _exits(at_risk, rate, np.where(mine, "vvt", "ghz").astype(object), random),
        ["vvt"],
    )
    truth = 100 * more * (_STUDENTS - _YOUNG)
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found["vvt.composition"].frame.iloc[0], truth)


def _log_ratios() -> dict[str, float]:
    young, *older = (planted("exit_by_age", band) for band in ("25_to_34", *age_bands.OLDER))
    return {
        world: float(np.log(rate / np.mean([one[world] for one in older])))
        for world, rate in young.items()
    }


_CLAIMS = ("C83", "C84")

SIMULATIONS = (
    Simulation(
        name="exit-standardised",
        title=Text(
            nl="vertrekkans van 25 tot 35 jaar gedeeld door die van ouderen, gestandaardiseerd "
            "(logaritme)",
            en="exit rate at 25 to 34 divided by that of older people, standardised (logarithm)",
        ),
        claims=_CLAIMS,
        topic="ages",
        variants=_log_ratios(),
        draw=standardised_ratio,
        uses=(age_bands, age_ratios, age_decomposition),
    ),
    Simulation(
        name="exit-standardised-naive-crude",
        title=Text(
            nl="verhouding van vertrekkansen zoals ze zijn, terwijl jongeren vaker vrouw zijn",
            en="ratio of exit rates as they are, while the young are more often women",
        ),
        claims=_CLAIMS,
        topic="ages",
        variants=_log_ratios(),
        draw=crude_ratio,
        uses=(age_bands, age_ratios, age_decomposition),
        naive=True,
    ),
    Simulation(
        name="exit-composition",
        title=Text(
            nl="welk deel van een verschil in vertrek door de samenstelling komt (Kitagawa)",
            en="which part of a difference in leaving is composition (Kitagawa)",
        ),
        claims=_CLAIMS,
        topic="ages",
        variants={"favourable": 0.1, "null": 0.0, "reversed": -0.1},
        draw=composition,
        uses=(age_bands, age_ratios, age_decomposition),
    ),
)

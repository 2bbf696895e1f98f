"""Simulations of inequality: gradients over a ladder, a part of an index, variance between strata.

People work at organisations that differ in how often anybody is ill; places on the ladder also
differ between organisations.
"""

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.languages import Text
from analysis.methods import (
    between_organisations,
    concentration,
    inequality,
    intersections,
    unequal_years,
)
from analysis.methods.results import Absent
from analysis.methods.unequal_years import ABSENCE, Years
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

_ORGANISATIONS, _PEOPLE = 80, 6000
#: SD of the logarithm of an organisation's level, and of its people's places on the ladder.
_LEVEL, _PLACES = 0.6, 1.0
_MIDDLE = 0.055


def _years(
    chance_of: np.ndarray, status: np.ndarray, organisation: np.ndarray,
    random: np.random.Generator, **more: np.ndarray,
) -> Years:  # fmt: skip
    """Draw who falls ill; the mean level of organisations is that of their chance."""
    level = np.exp(random.normal(-(_LEVEL**2) / 2, _LEVEL, _ORGANISATIONS))
    chance = np.clip(chance_of * level[organisation], 0, 1)
    rows = pd.DataFrame(
        {
            "person": np.arange(len(status)),
            "organisation": organisation,
            "year": 2025,
            "event": (random.random(len(status)) < chance).astype(float),
            "exposure": 1.0,
            "weight": random.uniform(50, 150, len(status)),
            "ses_rank": status,
            **more,
        }
    )
    return Years(rows, ABSENCE, ("drawn",))


def _ladder(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw organisation and status of people, and the place that status has among everybody."""
    organisation = random.integers(0, _ORGANISATIONS, _PEOPLE)
    mean = random.normal(0, _PLACES, _ORGANISATIONS)
    status = random.normal(mean[organisation], 1.0)
    place = stats.norm.cdf(status / np.sqrt(1 + _PLACES**2))
    return organisation, status, place


def slope(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the difference between top and bottom of the ladder, in percentage points."""
    organisation, status, place = _ladder(random)
    chance = _MIDDLE + truth / 100 * (place - 0.5)
    return _said(_years(chance, status, organisation, random), "difference", truth)


def ratio(truth: float, random: np.random.Generator, cluster: str = "organisation") -> Drawn:
    """Estimate the logarithm of the ratio of top to bottom."""
    organisation, status, place = _ladder(random)
    chance = _MIDDLE * np.exp(truth * (place - 0.5))
    return _said(_years(chance, status, organisation, random), "ratio", truth, cluster)


def ratio_of_persons(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate it as if colleagues were independent."""
    return ratio(truth, random, "person")


def _said(years: Years, scale: str, truth: float, cluster: str = "organisation") -> Drawn:
    found = inequality.indices(years, {"welfare": "ses_rank"}, scale, cluster=cluster)
    if isinstance(found, Absent):
        return no_answer(truth)
    row = found.frame.iloc[0]
    if scale == "difference":
        return drawn_from(row, truth)
    ends = row[["estimate", "ci_low", "ci_high"]].astype(float).map(np.log)
    return Drawn(*ends, float(row["p_value"]), truth)


#: Share of nights at the bottom less that at the top, and in the middle.
_NIGHTS, _NIGHT = 0.6, 0.5


def part(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate what night work adds to Erreygers' index, in hundredths.

    Nights fall along the ladder; the covariance with a uniform place is a twelfth of the fall.
    """
    organisation, status, place = _ladder(random)
    night = (random.random(_PEOPLE) < _NIGHT - _NIGHTS * (place - 0.5)).astype(float)
    more = truth / 100 / (8 * -_NIGHTS / 12)
    years = _years(_MIDDLE + more * (night - _NIGHT), status, organisation, random, night=night)
    # Draws of the resampling itself vary with the data.
    seed = int(random.integers(1, 2**31))
    parts = concentration.divide(years, "ses_rank", {"night": ("night",)}, seed=seed)
    if isinstance(parts, Absent):
        return no_answer(truth)
    found = parts.effect("night").times(100)
    return Drawn(found.estimate, found.ci_low, found.ci_high, found.p_value, truth)


_EACH = 300


def between_strata(share: float, random: np.random.Generator) -> Drawn:
    """Estimate the share of variance between strata, on the scale of log odds."""
    variance = share / (1 - share) * np.pi**2 / 3
    people = np.maximum(random.exponential(_EACH, intersections.POSSIBLE), 5).round()
    chance = special.expit(-2.8 + random.normal(0, np.sqrt(variance), len(people)))
    ill = random.binomial(people.astype(int), chance)
    found = between_organisations.of_yes_or_no(ill, np.arange(len(people)), times=people)
    if found is None:
        return no_answer(100 * share)
    return Drawn(*found.share(), found.p_value, 100 * share)


_ENDS = {part: planted("ses_long_absence", part) for part in ("bottom", "top")}
_CLAIMS = ("C90",)
_RATIO = Text(
    nl="langdurig verzuim bovenaan een ladder tegenover onderaan (RII, logaritme)",
    en="long absence at the top of a ladder against the bottom (RII, logarithm)",
)
_RATIOS = {
    world: float(np.log(_ENDS["top"][world] / _ENDS["bottom"][world])) for world in _ENDS["top"]
}
_USES = (inequality, unequal_years)

#: A share has no sign: the reversed world has the same one.
_STRATA = {
    world: share for world, share in planted("intersection", "vpc").items() if world != "reversed"
}

SIMULATIONS = (
    Simulation(
        name="ladder-slope",
        title=Text(
            nl="langdurig verzuim bovenaan een ladder min onderaan (SII), in procentpunten",
            en="long absence at the top of a ladder less the bottom (SII), in percentage points",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants={
            world: 100 * (_ENDS["top"][world] - _ENDS["bottom"][world]) for world in _ENDS["top"]
        },
        draw=slope,
        uses=_USES,
        draws=400,
    ),
    Simulation(
        name="ladder-ratio",
        title=_RATIO,
        claims=_CLAIMS,
        topic="individual",
        variants=_RATIOS,
        draw=ratio,
        uses=_USES,
        draws=400,
    ),
    Simulation(
        name="ladder-ratio-naive",
        title=Text(
            nl=f"{_RATIO.nl}, alsof collega's los van elkaar staan",
            en=f"{_RATIO.en}, as if colleagues were independent",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_RATIOS,
        draw=ratio_of_persons,
        uses=_USES,
        naive=True,
        draws=400,
    ),
    Simulation(
        name="concentration-part",
        title=Text(
            nl="bijdrage van nachtwerk aan de concentratie-index van Erreygers, in honderdsten",
            en="part of night work in Erreygers' concentration index, in hundredths",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants={"favourable": -0.8, "null": 0.0, "reversed": 0.8},
        draw=part,
        uses=(concentration, inequality, unequal_years),
        draws=400,
    ),
    Simulation(
        name="strata-variance",
        title=Text(
            nl="deel van de verschillen dat tussen combinaties van kenmerken ligt, in procenten",
            en="part of the differences that lies between combinations of characteristics, in "
            "percent",
        ),
        claims=_CLAIMS,
        topic="individual",
        variants=_STRATA,
        draw=between_strata,
        uses=(between_organisations, intersections),
        lowest=0.0,
        conservative=Text(nl="een variantie is nooit negatief", en="a variance is never negative"),
        draws=400,
    ),
)

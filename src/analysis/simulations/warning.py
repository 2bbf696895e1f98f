"""Simulations of early warning: what goes before what, and whether it helps to foresee."""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import calibration, discrimination, early_warning
from analysis.methods.results import Absent, only
from analysis.simulations.base import Drawn, Simulation, no_answer, planted

ORGANISATIONS = 150
YEARS = tuple(range(2020, 2026))
#: Signal → part of its variance that stays the same within an organisation.
SIGNALS = {"mental_care_share": 0.5, "burdensome_conditions": 0.99}
NAMES = {name: Text(nl=name, en=name) for name in SIGNALS}
_BRANCHES = ("vvt", "ghz", "ggz")
#: Organisations with and without the outcome in the simulations of areas; scores in SD.
_CASES, _CONTROLS, _CORRELATION, _DISTANCE = 80, 220, 0.6, 1.2
_PREDICTED = 2000


def organisation_years(
    effects: dict[str, float],
    random: np.random.Generator,
    *,
    organisations: int = ORGANISATIONS,
    spread: float = 0.18,
) -> pd.DataFrame:
    """Draw organisations in years whose exits follow the signals of the year before.

    Parameters
    ----------
    effects
        Signal → difference in the log rate per SD within its branch and year.
    spread
        SD of the log rate between organisations, whatever the signals.
    """
    shape = (organisations, len(YEARS))
    branch = np.arange(organisations) % len(_BRANCHES)
    size = np.round(np.exp(random.normal(6.8, 0.6, organisations)))[:, None]
    drawn, push = {}, np.zeros(shape)
    for name, stable in SIGNALS.items():
        values = np.sqrt(stable) * random.normal(size=(organisations, 1))
        values = values + np.sqrt(1 - stable) * random.normal(size=shape)
        drawn[name] = 10 + branch[:, None] + values
        standard = np.empty(shape)
        for code in range(len(_BRANCHES)):
            own = values[branch == code]
            standard[branch == code] = (own - own.mean(axis=0)) / own.std(axis=0, ddof=1)
        push[:, 1:] += effects.get(name, 0.0) * standard[:, :-1]
    lasting = spread * random.normal(size=(organisations, 1))
    level = np.log(0.10) + lasting + 0.05 * random.normal(size=shape) + push
    exits = random.poisson(size * np.exp(level))
    columns = {
        "organisation": np.repeat([f"o{place}" for place in range(organisations)], len(YEARS)),
        "branch": np.repeat(np.array(_BRANCHES)[branch], len(YEARS)),
        "year": np.tile(YEARS, organisations),
        "employees": np.repeat(size, len(YEARS)).astype(int),
        "sector_exit_rate": (exits / size).ravel(),
    }
    return pd.DataFrame(columns | {name: values.ravel() for name, values in drawn.items()})


def _panel(signal: str, truth: float, random: np.random.Generator) -> early_warning.Panel | Absent:
    # One signal, so that its interval is not widened for others and its coverage can be counted.
    table = DataTable("organisation_years", organisation_years({signal: truth}, random))
    return early_warning.panel(
        table, "sector_exit_rate", {signal: NAMES[signal]}, first=YEARS[1], last=YEARS[-1]
    )


def lead_association(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how care use goes with exit a year later."""
    found = early_warning.lead_associations(
        _panel("mental_care_share", truth, random), last_value=False
    )
    return _in_logarithms(found, "mental_care_share", truth)


def constant_signal(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how something that hardly changes goes with exit a year later."""
    found = early_warning.lead_associations(
        _panel("burdensome_conditions", truth, random), last_value=False
    )
    return _in_logarithms(found, "burdensome_conditions", truth)


def within_association(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how a year of more care use goes with exit, within an organisation."""
    found = early_warning.within_between(_panel("mental_care_share", truth, random))
    return _in_logarithms(found, "mental_care_share.within", truth)


def _in_logarithms(found, term: str, truth: float) -> Drawn:
    if isinstance(found, Absent):
        return no_answer(truth)
    row = only(found, term).frame.iloc[0]
    ends = [float(np.log1p(row[name] / 100)) for name in ("estimate", "ci_low", "ci_high")]
    # The interval decides, as it does for a claim.
    return Drawn(*ends, np.nan, truth)


def gain_in_area(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much better one score tells apart than another, for the same organisations."""
    outcome = np.repeat([1, 0], [_CASES, _CONTROLS])
    covariance = [[1, _CORRELATION], [_CORRELATION, 1]]
    noise = random.multivariate_normal([0, 0], covariance, size=len(outcome))
    baseline = float(stats.norm.cdf(_DISTANCE / np.sqrt(2)))
    better = np.sqrt(2) * stats.norm.ppf(baseline + truth)
    scores = noise + outcome[:, None] * [better, _DISTANCE]
    found = discrimination.gain(outcome, scores[:, 0], scores[:, 1])
    return Drawn(found.estimate, *found.interval(), found.p_value(0.0), truth)


def calibration_slope(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of predictions that are too extreme, right, or too moderate."""
    line = 1.2 * random.normal(size=_PREDICTED) - 1
    outcome = random.random(_PREDICTED) < 1 / (1 + np.exp(-(truth * line)))
    probability = 1 / (1 + np.exp(-line))
    found = calibration.recalibrate(outcome, probability)["slope"]
    return Drawn(found.estimate, *found.interval(), found.p_value, truth)


_TOPIC = "warning"
#: A model of all organisations takes long.
_FEWER = 300

SIMULATIONS = (
    Simulation(
        name="lead-association",
        title=Text(
            nl="zorggebruik en vertrek een jaar later, organisaties als clusters",
            en="care use and exit a year later, organisations as clusters",
        ),
        claims=("C50", "C51"),
        topic=_TOPIC,
        variants=planted("early_warning", "mental_care"),
        draw=lead_association,
        uses=(early_warning,),
        draws=_FEWER,
    ),
    Simulation(
        name="lead-constant",
        title=Text(
            nl="een kenmerk dat nauwelijks verandert, en vertrek een jaar later",
            en="a characteristic that hardly changes, and exit a year later",
        ),
        claims=("C52",),
        topic=_TOPIC,
        variants=planted("early_warning", "burdensome"),
        draw=constant_signal,
        uses=(early_warning,),
        draws=_FEWER,
    ),
    Simulation(
        name="lead-within",
        title=Text(
            nl="zorggebruik en vertrek een jaar later, binnen een organisatie",
            en="care use and exit a year later, within an organisation",
        ),
        claims=("C51", "C52"),
        topic=_TOPIC,
        variants=planted("early_warning", "mental_care"),
        draw=within_association,
        uses=(early_warning,),
        draws=_FEWER,
    ),
    Simulation(
        name="auc-gain",
        title=Text(
            nl="winst in AUC van de ene voorspelling boven de andere",
            en="gain in AUC of one forecast over another",
        ),
        claims=("C51",),
        topic=_TOPIC,
        variants={"favourable": 0.04, "null": 0.0, "reversed": -0.04},
        draw=gain_in_area,
        uses=(discrimination,),
    ),
    Simulation(
        name="calibration-slope",
        title=Text(nl="kalibratiehelling", en="calibration slope"),
        claims=("C51",),
        topic=_TOPIC,
        variants={"favourable": 0.8, "null": 1.0, "reversed": 1.2},
        draw=calibration_slope,
        uses=(calibration,),
        null=1.0,
    ),
)

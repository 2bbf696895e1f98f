"""Simulations of exit by age: ratios and parts of rates, where organisations differ in both."""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import age_bands, age_decomposition, age_ratios
from analysis.simulations.base import Drawn, Simulation, drawn_from, planted

ORGANISATIONS = 60
#: Exit rate at 35 to 54, and of those under 25 who are no students.
_OLDER, _OTHERS = 0.06, 0.13
#: How far organisations differ in exit, and in exit of one group beside the others.
_LEVEL_SD, _GROUP_SD = 0.2, 0.25


def _exits(rates: tuple[float, ...], random: np.random.Generator) -> age_bands.Exits:
    """Draw exits; rates of students and others under 25, of 25 to 34, and of 35 to 54."""
    size = np.exp(random.normal(np.log(80), 0.6, ORGANISATIONS))[:, None]
    # Students, others under 25, 25 to 34, 35 to 44, 45 to 54.
    at_risk = random.poisson(size * np.array([0.4, 0.6, 2.5, 2.2, 2.0]))
    sds = np.array([_LEVEL_SD, *[_GROUP_SD] * 4])
    draws = np.exp(random.normal(-(sds**2) / 2, sds, (ORGANISATIONS, 5)))
    level = np.column_stack([draws[:, :1] * draws[:, 1:], draws[:, 0] * draws[:, 4]])
    chance = np.minimum(level * np.array([*rates, rates[-1]]), 1.0)
    leavers = random.binomial(at_risk, chance)

    def arranged(counts: np.ndarray) -> np.ndarray:
        cells = np.zeros((ORGANISATIONS, 5, 2, 2))
        cells[:, 0, 0, 1], cells[:, 0, 0, 0] = counts[:, 0], counts[:, 1]
        cells[:, 1:4, 0, 0] = counts[:, 2:]
        return cells

    branch = np.full(ORGANISATIONS, "vvt", dtype=object)
    return age_bands.Exits(arranged(at_risk), arranged(leavers), branch, 2025, "drawn")


def ratio(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the logarithm of the ratio, organisations as clusters."""
    found = _exits((0.35, _OTHERS, _OLDER * np.exp(truth), _OLDER), random)
    row = age_ratios.ratio(found).frame.iloc[0]
    log = row[["estimate", "ci_low", "ci_high"]].astype(float).map(np.log)
    return Drawn(*log, float(row["p_value"]), truth)


def ratio_of_persons(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same as if people of one organisation were independent."""
    found = _exits((0.35, _OTHERS, _OLDER * np.exp(truth), _OLDER), random)
    sides = [found.counts(age_bands.YOUNG), found.counts(*age_bands.OLDER)]
    young, older = (left.sum() / at_risk.sum() for at_risk, left in sides)
    se = np.sqrt(sum((1 - rate) / left.sum() for rate, (_, left) in
                     zip((young, older), sides, strict=True)))  # fmt: skip
    log = np.log(young / older)
    reach = stats.norm.ppf(0.975) * se
    return Drawn(log, log - reach, log + reach, float(2 * stats.norm.sf(abs(log) / se)), truth)


def excess(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more those under 25 add to the excess than those of 25 to 34."""
    # Of 3.5 people under 35, 0.4 are students; their rate makes the planted difference.
    young = 0.10
    rest = 0.6 * (_OTHERS - _OLDER) - 2.5 * (young - _OLDER)
    students = _OLDER + (3.5 * truth / 100 - rest) / 0.4
    found = _exits((students, _OTHERS, young, _OLDER), random)
    row = age_decomposition.excess(found).frame.set_index("term").loc["under_25_less_25_to_34"]
    return drawn_from(row, truth)


_RATIOS = {
    world: float(np.log(young / np.mean([one[world] for one in older])))
    for older in [tuple(planted("exit_by_age", band) for band in age_bands.OLDER)]
    for world, young in planted("exit_by_age", age_bands.YOUNG).items()
}
_RATIO_TITLE = Text(
    nl="verhouding van de vertrekkans van 25 tot 35 jaar tot die van 35 tot 55 jaar (logschaal)",
    en="ratio of the exit rate at ages 25 to 34 to that at 35 to 54 (log scale)",
)

SIMULATIONS = (
    Simulation(
        name="exit-ratio",
        title=_RATIO_TITLE,
        claims=("C83", "C84"),
        topic="ages",
        variants=_RATIOS,
        draw=ratio,
        uses=(age_bands, age_ratios, age_decomposition),
    ),
    Simulation(
        name="exit-ratio-naive",
        title=Text(
            nl=f"{_RATIO_TITLE.nl}, alsof collega's los van elkaar staan",
            en=f"{_RATIO_TITLE.en}, as if colleagues were independent",
        ),
        claims=("C83", "C84"),
        topic="ages",
        variants=_RATIOS,
        draw=ratio_of_persons,
        uses=(age_bands, age_ratios, age_decomposition),
        naive=True,
    ),
    Simulation(
        name="exit-excess",
        title=Text(
            nl="bijdrage van jonger dan 25 min die van 25 tot 35 jaar aan de vertrekkans onder 35",
            en="part of those under 25 less that of ages 25 to 34 in the exit rate under 35",
        ),
        claims=("C84",),
        topic="ages",
        variants={"favourable": 1.0, "null": 0.0, "reversed": -1.0},
        draw=excess,
        uses=(age_bands, age_ratios, age_decomposition),
    ),
)

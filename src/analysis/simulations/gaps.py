"""Simulations of a gap between branches: its standardised size, and a characteristic's part."""

import numpy as np

from analysis.languages import Text
from analysis.methods import (
    absence_composition,
    branch_gaps,
    clusters,
    gap_sample,
    oaxaca_blinder,
    resampling,
)
from analysis.methods.absence_composition import Composition
from analysis.methods.cells import YES, Cell
from analysis.methods.gap_sample import GapSample
from analysis.simulations.base import Drawn, Simulation, drawn_from
from analysis.sources.vocabulary import AGE_BANDS, FUNCTION_GROUPS

#: Organisations of each branch, about as many as Vernet follows.
SIZES = {"vvt": 100, "ghz": 40, "welfare": 15, "hospitals": 60, "ggz": 40}
HIGH, LOW = ("vvt", "ghz", "welfare"), ("hospitals", "ggz")
#: How far organisations of a branch differ in absence, in percentage points and on the log scale.
_SPREAD, _LOG_SPREAD = 1.0, 0.15
#: Mean difference between the groups in a characteristic, in standard deviations of a branch.
_APART = 2.0
#: The interval comes from as many draws of organisations.
_DRAWS = 300
_BRANCH = np.repeat(list(SIZES), list(SIZES.values())).astype(object)
_HIGH = np.isin(_BRANCH, HIGH)


def _sample(part: float, random: np.random.Generator) -> GapSample:
    """Draw organisations; a characteristic goes with ``part`` percentage points of their gap.

    Branches differ in the characteristic, and in absence for reasons that no characteristic tells.
    """
    level = {branch: random.normal(0, 0.5, 2) for branch in SIZES}
    own = np.array([level[branch] for branch in _BRANCH])
    middle = own[:, 0] - _APART * ~_HIGH
    driver = middle + random.normal(0, 1, len(_BRANCH))
    other = random.normal(0, 1, len(_BRANCH)) + 0.5 * driver
    weight = np.exp(random.normal(6.5, 0.6, len(_BRANCH)))
    # What the groups differ among all organisations like these, not among those drawn.
    apart = middle[_HIGH].mean() - middle[~_HIGH].mean()
    outcome = (
        7.5 + part / apart * driver + 0.2 * other + own[:, 1]
        + random.normal(0, _SPREAD, len(_BRANCH))
    )  # fmt: skip
    return GapSample(
        outcome, np.column_stack([driver, other]), gap_sample.ACCOUNTS, weight, _BRANCH,
        np.full(len(_BRANCH), 500.0), _HIGH, (2025,), "drawn",
        Cell.of("organisations", vernet=YES), {},
    )  # fmt: skip


def _part(truth: float, random: np.random.Generator, reference: str) -> Drawn:
    found = oaxaca_blinder.two_fold(_sample(truth, random), reference=reference, draws=_DRAWS)
    return drawn_from(found.frame.set_index("term").loc[gap_sample.ACCOUNTS[0]], truth)


def part(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the part of a characteristic with slopes within branches."""
    return _part(truth, random, "within")


def part_between_branches(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same with slopes that also compare branches."""
    return _part(truth, random, "neumark")


def standardised(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the gap at equal ages and functions, where functions differ between branches."""
    pattern = np.outer(
        np.linspace(0.7, 1.2, len(AGE_BANDS)), np.linspace(0.8, 1.2, len(FUNCTION_GROUPS))
    )
    size = random.uniform(5, 60, (len(_BRANCH), *pattern.shape))
    size[_HIGH] *= 1 + (np.arange(len(FUNCTION_GROUPS)) > 3)
    own = np.exp(random.normal(-(_LOG_SPREAD**2) / 2, _LOG_SPREAD, len(_BRANCH)))
    standard = size.sum(axis=0) / size.sum()
    rate = 0.07 / (standard * pattern).sum() * pattern
    level = own * (1 + truth / 7 * _HIGH)
    found = Composition(
        size, size * rate * level[:, None, None], _BRANCH, np.full(len(_BRANCH), 500.0), (2025,),
        "drawn",
    )  # fmt: skip
    row = branch_gaps.gaps(found, HIGH, LOW).frame.set_index("term").loc["standardised"]
    return drawn_from(row, truth)


#: Percentage points, about those of a gap that overhead makes most of.
_PARTS = {"favourable": 1.1, "null": 0.0, "reversed": -0.7}
_USES = (absence_composition, branch_gaps, gap_sample, oaxaca_blinder, clusters, resampling)

SIMULATIONS = (
    Simulation(
        name="gap-part",
        title=Text(
            nl="deel van een verschil tussen branches dat met een kenmerk samengaat (procentpunt)",
            en="part of a gap between branches that goes with a characteristic (percentage points)",
        ),
        claims=("C91",),
        topic="organisation",
        variants=_PARTS,
        draw=part,
        uses=_USES,
    ),
    Simulation(
        name="gap-part-naive",
        title=Text(
            nl="deel van een verschil tussen branches dat met een kenmerk samengaat, met een "
            "helling die ook branches vergelijkt",
            en="part of a gap between branches that goes with a characteristic, with a slope that "
            "also compares branches",
        ),
        claims=("C91",),
        topic="organisation",
        variants=_PARTS,
        draw=part_between_branches,
        uses=_USES,
        naive=True,
    ),
    Simulation(
        name="gap-standardised",
        title=Text(
            nl="verschil in verzuim tussen branches bij gelijke leeftijden en functies "
            "(procentpunt)",
            en="difference in absence between branches at equal ages and functions (percentage "
            "points)",
        ),
        claims=("C24", "C91"),
        topic="organisation",
        variants={"favourable": 1.7, "null": 0.0, "reversed": -1.1},
        draw=standardised,
        uses=_USES,
    ),
)

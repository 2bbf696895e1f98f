"""Simulations of what few organisations can tell: correlations, use of an offer, small units."""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import (
    checklists,
    cross_cases,
    evidence_grades,
    exact_binomial,
    offer_use,
    small_units,
    themes,
)
from analysis.methods.results import Absent
from analysis.methods.themes import MENTIONED, Voices
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted
from analysis.sources.vocabulary import COMMITMENT, MEANINGS, PROCESSES

_PARTICIPANTS = 18
#: Where the items of a score begin to be there, in SD of doing better.
_LEVELS = np.linspace(-1, 1, 4)
#: Organisations and functions of drawn units, and the yearly turnover.
_ORGANISATIONS, _FUNCTIONS, _TURNOVER = 120, 12, 0.12
_VOICES = 40


def share_of_participants(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate a share of eighteen with its exact interval; against a half."""
    count = int(random.binomial(_PARTICIPANTS, truth))
    low, high = exact_binomial.interval(count, _PARTICIPANTS)
    p_value = float(stats.binomtest(count, _PARTICIPANTS, 0.5).pvalue)
    return Drawn(count / _PARTICIPANTS, low, high, p_value, truth)


def _profiles(scores: dict[tuple[str, ...], np.ndarray]) -> checklists.Profiles:
    """Spread scores over the items that they add up."""
    names = [f"o{place:02d}" for place in range(_PARTICIPANTS)]
    columns = {
        item: (score > place).astype(float)
        for items, score in scores.items()
        for place, item in enumerate(items)
    }
    present = pd.DataFrame(columns, index=names)
    employees = pd.Series(1000.0, index=names)
    return checklists.Profiles(present, pd.DataFrame(), employees, 2025, ("checklist",))


def difference_of_correlations(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more commitment goes with doing better than processes do.

    Each score is a count of items on a normal scale; ``truth`` is the difference of the two
    correlations on that scale, which counting lowers: see ``_seen``.
    """
    better = random.normal(size=_PARTICIPANTS)
    strong = abs(truth)
    latent = strong * better + np.sqrt(1 - strong**2) * random.normal(size=_PARTICIPANTS)
    other = random.normal(size=_PARTICIPANTS)
    pair = (latent, other) if truth >= 0 else (other, latent)
    scores = [np.searchsorted(_LEVELS, one).astype(float) for one in pair]
    found = _profiles({COMMITMENT: scores[0], PROCESSES[:4]: scores[1]})
    result = cross_cases.difference(
        found, pd.Series(better, index=found.present.index), COMMITMENT, PROCESSES[:4],
        seed=int(random.integers(2**31)),
    )  # fmt: skip
    expected = _seen(truth)
    return (
        no_answer(expected)
        if isinstance(result, Absent)
        else drawn_from(result.frame.iloc[0], expected)
    )


def _seen(truth: float) -> float:
    """Return the rank correlation of a normal variable with a count of levels of another.

    Of eighteen pairs it is expected to be nearer to zero than of all: the covariance of their ranks
    mixes that of grades with the difference of concordant and discordant pairs (Moran 1948,
    Biometrika 35, 203-206), and ties leave part of the spread (Kruskal 1958).
    """
    if truth == 0:
        return 0.0
    edges = stats.norm.cdf(_LEVELS)
    parts = np.diff(np.r_[0.0, edges, 1.0])
    # Covariance of the grade of one normal variable with standing above a level of the other.
    grid = np.linspace(-8, 8, 4001)
    density = stats.norm.pdf(grid)
    strong = abs(truth)
    grade = 2 * stats.norm.cdf(grid) - 1
    middles = np.cumsum(parts) - parts / 2
    above = stats.norm.sf((_LEVELS[:, None] - strong * grid) / np.sqrt(1 - strong**2))
    steps = np.diff(middles)
    score = middles[0] + steps @ above
    step = grid[1] - grid[0]
    weight = density * step
    grades = 3 * (grade * (2 * score - 1) * weight).sum()
    # Probability of each count at each value of the other variable, and of pairs in order.
    at = np.diff(np.vstack([np.ones_like(grid), above, np.zeros_like(grid)]), axis=0) * -1
    before = np.cumsum(at * weight, axis=1) - at * weight / 2
    lower = np.cumsum(before, axis=0) - before
    higher = before.sum(axis=0) - lower - before
    concordant = 2 * (at * (lower - higher) * weight).sum()
    n = _PARTICIPANTS
    expected = ((n - 2) * grades + 3 * concordant) / (n + 1)
    spread = np.sqrt(1 - ((n - 2) * (parts**3).sum() + 3 * (parts**2).sum()) / (n + 1))
    return float(np.sign(truth) * expected / spread)


def use_of_offer(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the part of an offer that is used, where organisations differ; against a half."""
    own = random.beta(truth * 20, (1 - truth) * 20, _PARTICIPANTS)
    offered = 1 + random.poisson(5, (_PARTICIPANTS, 20))
    used = random.binomial(offered, own[:, None])
    frame = pd.DataFrame(
        {
            "organisation": np.repeat([f"o{place}" for place in range(_PARTICIPANTS)], 20),
            "theme": "all", "offered": offered.ravel(), "used": used.ravel(),
        }
    )  # fmt: skip
    row = offer_use.use(DataTable("hr_offer", frame), period="2025JJ00").frame.iloc[0]
    ends = row[["estimate", "ci_low", "ci_high"]] / 100
    return Drawn(*(float(one) for one in ends), np.nan, truth)


def units_without_leavers(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how many times as many units have no leavers as chance gives (log scale).

    ``truth`` is the logarithm of that ratio. Leavers are drawn without replacement; then units
    with a leaver lose or win one, which is moved to another unit of the organisation.
    """
    rows = []
    for place in range(_ORGANISATIONS):
        size = random.integers(10, 31, _FUNCTIONS)
        people = np.repeat(np.arange(_FUNCTIONS), size)
        count = round(_TURNOVER * size.sum())
        left = np.bincount(random.choice(people, count, replace=False), minlength=_FUNCTIONS)
        rows.append((place, size, _with_none(left, size, truth, random)))
    frame = pd.DataFrame(
        {
            "organisation": np.repeat([f"o{place}" for place, *_ in rows], _FUNCTIONS),
            "year": 2025,
            "function": np.tile([f"f{one}" for one in range(_FUNCTIONS)], len(rows)),
            "at_risk": np.concatenate([size for _, size, _ in rows]),
            "leavers": np.concatenate([left for *_, left in rows]),
        }
    )
    found = small_units.units(DataTable("functions", frame), first=2025, last=2025)
    result = small_units.ratio(found)
    if isinstance(result, Absent):
        return no_answer(truth)
    row = result.frame.iloc[0]
    logs = np.log(row[["estimate", "ci_low", "ci_high"]].astype(float))
    return Drawn(*(float(one) for one in logs), float(row["p_value"]), truth)


def _with_none(
    left: np.ndarray, size: np.ndarray, truth: float, random: np.random.Generator
) -> np.ndarray:
    """Empty units of their leavers, as often as makes ``exp(truth)`` times as many empty ones."""
    people, leavers = int(size.sum()), int(left.sum())
    none = stats.hypergeom.pmf(0, people, size, leavers)
    wanted = np.minimum((np.exp(truth) - 1) * none / (1 - none), 1.0)
    emptied = (left > 0) & (random.random(len(left)) < wanted)
    kept = ~emptied & (left > 0)
    if not emptied.any() or not kept.any():
        return left
    moved = left[emptied].sum()
    to = random.choice(np.flatnonzero(kept), moved)
    return np.where(emptied, 0, left) + np.bincount(to, minlength=len(left))


def heard(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate which share of voices speaks for a practice; voices of an organisation are alike."""
    own = random.beta(truth * 19, (1 - truth) * 19, _PARTICIPANTS)
    said = (random.random((_PARTICIPANTS, _VOICES)) < own[:, None]).astype(float).reshape(-1, 1)
    voices = Voices(
        dict.fromkeys((MENTIONED, *MEANINGS), said),
        ("leadership",),
        pd.DataFrame({"organisation": np.repeat(np.arange(_PARTICIPANTS), _VOICES)}),
        tuple(f"o{place}" for place in range(_PARTICIPANTS)),
        2025,
        "codings",
    )
    found = evidence_grades.heard(voices)
    if isinstance(found, Absent):
        return no_answer(truth)
    row = found.frame.iloc[0]
    ends = row[["estimate", "ci_low", "ci_high"]] / 100
    return Drawn(*(float(one) for one in ends), np.nan, truth)


_DISCRETE = Text(
    nl="een exact interval dekt bij zo weinig organisaties vaker dan het zegt",
    en="with so few organisations an exact interval covers more often than it says",
)
_SEVEN = Text(
    nl="het interval geldt voor zeven praktijken samen",
    en="the interval holds for seven practices together",
)
_FEW = Text(
    nl="bij achttien organisaties is het interval van Zou iets ruimer dan nodig",
    en="with eighteen organisations the interval of Zou is slightly wider than needed",
)

SIMULATIONS = (
    Simulation(
        name="share-of-participants",
        title=Text(
            nl="aandeel van de deelnemers dat iets heeft, met exact interval",
            en="share of the participants that have something, with its exact interval",
        ),
        claims=("C60", "C64"),
        topic="organisation",
        variants=planted("checklist", "absence_policy"),
        draw=share_of_participants,
        uses=(exact_binomial,),
        null=0.5,
        conservative=_DISCRETE,
    ),
    Simulation(
        name="commitment-less-processes",
        title=Text(
            nl="verschil van twee rangcorrelaties over achttien organisaties",
            en="difference of two rank correlations over eighteen organisations",
        ),
        claims=("C59",),
        topic="organisation",
        variants={"favourable": 0.85, "null": 0.0, "reversed": -0.85},
        draw=difference_of_correlations,
        uses=(cross_cases, checklists),
        conservative=_FEW,
    ),
    Simulation(
        name="use-of-offer",
        title=Text(
            nl="deel van het HR-aanbod dat gebruikt wordt, met organisaties als clusters",
            en="part of the HR offer that is used, with organisations as clusters",
        ),
        claims=("C61",),
        topic="organisation",
        variants=planted("offer_use"),
        draw=use_of_offer,
        uses=(offer_use,),
        null=0.5,
    ),
    Simulation(
        name="practice-heard",
        title=Text(
            nl="aandeel van de mensen in sessies dat voor een goed voorbeeld spreekt",
            en="share of people in sessions who speak for a best practice",
        ),
        claims=("C62",),
        topic="organisation",
        variants=planted("themes", "leadership"),
        draw=heard,
        uses=(evidence_grades, themes),
        null=None,
        conservative=_SEVEN,
    ),
    Simulation(
        name="units-without-leavers",
        title=Text(
            nl="kleine onderdelen zonder vertrek, gedeeld door wat toeval geeft (logschaal)",
            en="small units without leavers, divided by what chance gives (log scale)",
        ),
        claims=("C63",),
        topic="organisation",
        variants={"favourable": float(np.log(1.12)), "null": 0.0},
        draw=units_without_leavers,
        uses=(small_units,),
    ),
)

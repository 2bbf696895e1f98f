"""Simulations of what is on offer and what voices need, of two coders, and of two themes valued."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import inventory, mentions, needs, said_and_heard
from analysis.methods.results import Absent
from analysis.methods.themes import Voices
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted
from analysis.sources.vocabulary import THEMES

ORGANISATIONS, VOICES, INTERVENTIONS = 18, 700, 170
#: Themes that a voice mentions, and how alike colleagues are in that.
_MENTIONED, _SHARED = 0.3, 0.05
SENSITIVITY, SPECIFICITY, TWICE = 0.85, 0.95, 0.2
_DRAWS = 200


def _chances(mean: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw the chance of each theme in each organisation, shape (organisations, themes)."""
    size = (1 - _SHARED) / _SHARED
    return random.beta(mean * size, (1 - mean) * size, (ORGANISATIONS, len(mean)))


def _told(need: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw how many voices of each organisation need a theme; ``need`` adds up to one."""
    people = random.multinomial(VOICES, np.full(ORGANISATIONS, 1 / ORGANISATIONS))
    return random.binomial(people[:, None], _chances(2 * need, random)).astype(float)


def _themes(need: np.ndarray, supply: np.ndarray, random: np.random.Generator) -> needs.Themes:
    offered = random.multinomial(INTERVENTIONS, supply).astype(float)
    names = tuple(f"t{at}" for at in range(len(need)))
    return needs.Themes(names, _told(need, random), offered, VOICES, 2025, ("drawn",))


def mismatch(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the dissimilarity of an offer of which a part answers another need."""
    need, part = np.full(10, 0.1), truth / 100
    supply = need + np.where(np.arange(10) == 0, part, -part / 9)
    found = _themes(need, supply, random)
    row = needs.mismatch(found, seed=int(random.integers(1 << 31)), draws=_DRAWS)
    return drawn_from(row.frame.iloc[0], truth)


def seen_mismatch(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same without a correction for chance, from percentiles of a bootstrap."""
    need, part = np.full(10, 0.1), truth / 100
    supply = need + np.where(np.arange(10) == 0, part, -part / 9)
    found = _themes(need, supply, random)
    times = random.multinomial(ORGANISATIONS, np.full(ORGANISATIONS, 1 / ORGANISATIONS), _DRAWS)
    again = times @ found.told
    again = again / again.sum(axis=1, keepdims=True)
    offers = random.multinomial(INTERVENTIONS, found.supplied, _DRAWS) / INTERVENTIONS
    drawn = 50 * np.abs(again - offers).sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    seen = 50 * np.abs(found.needed - found.supplied).sum()
    return Drawn(float(seen), float(low), float(high), np.nan, truth)


def gap_of_a_set(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much larger a set of themes is among needs than among interventions."""
    need = np.full(10, 0.1)
    supply = need - np.where(np.arange(10) < 5, truth / 500, -truth / 500)
    found = _themes(need, supply, random)
    return drawn_from(needs.of_set(found, found.names[:5], term="set").frame.iloc[0], truth)


def share_of_interventions(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate which share of the interventions is at the individual, in percent."""
    level = np.where(random.random(INTERVENTIONS) < truth / 100, "individual", "organisational")
    table = _inventory(level=level)
    readings = {"one": inventory.AT_INDIVIDUAL["left_out"]}
    row = inventory.shares(table, readings, year=2025).frame.iloc[0]
    return drawn_from(row, truth)


def recovery_less_source(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how many more interventions are for recovery than for the source."""
    chance = [1 / 3 + truth / 200, 1 / 3, 1 / 3 - truth / 200]
    aim = random.choice(["recovery", "early", "source"], size=INTERVENTIONS, p=chance)
    aims = inventory.AIMS
    found = inventory.difference(
        _inventory(aim=aim), aims["recovery"], aims["source"], term="less", year=2025
    )
    return drawn_from(found.frame.iloc[0], truth)


def _inventory(**code: np.ndarray) -> DataTable:
    codes = [f"i{at}" for at in range(INTERVENTIONS)]
    frame = pd.DataFrame({"intervention": codes, "coder": "a", "overlaps": "none", **code})
    return DataTable("interventions", frame)


def corrected_share(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the share that says something, corrected for what two coders miss."""
    mean = np.array([truth / 100, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    table = _coded(mean, random)
    found = said_and_heard.corrected(
        table, [THEMES_DRAWN[0]], year=2025, seed=int(random.integers(1 << 31)), draws=100
    )
    if isinstance(found, Absent):
        return no_answer(truth)
    return drawn_from(found.frame.iloc[0], truth)


def share_as_heard(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same from what the first coder heard."""
    mean = np.array([truth / 100, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    rows = _coded(mean, random).frame
    rows = rows[(rows["theme"] == THEMES_DRAWN[0]) & (rows["coder"] == "a")]
    by_place = rows.groupby("organisation")["mentioned"].agg(["sum", "size"])
    ratio = needs.clusters.ratio(by_place["sum"], by_place["size"], np.arange(len(by_place)))
    low, high = needs.interval_of(ratio)
    return Drawn(100 * ratio.estimate, 100 * low, 100 * high, np.nan, truth)


THEMES_DRAWN = tuple(THEMES)[:8]


def _coded(mean: np.ndarray, random: np.random.Generator) -> DataTable:
    """Draw what two coders hear; the second one codes a part."""
    organisation = random.integers(0, ORGANISATIONS, VOICES)
    said = random.random((VOICES, len(mean))) < _chances(mean, random)[organisation]
    twice = random.random(VOICES) < TWICE
    frames = []
    for coder, coded in (("a", np.ones(VOICES, dtype=bool)), ("b", twice)):
        heard = random.random(said.shape) < np.where(said, SENSITIVITY, 1 - SPECIFICITY)
        people = np.repeat(np.flatnonzero(coded), len(mean))
        frames.append(
            pd.DataFrame(
                {
                    "attendee": people,
                    "session": organisation[people],
                    "organisation": organisation[people],
                    "kind": "listening",
                    "theme": np.tile(THEMES_DRAWN, int(coded.sum())),
                    "coder": coder,
                    "mentioned": heard[coded].ravel().astype(int),
                }
            )
        )
    return DataTable("codings", pd.concat(frames, ignore_index=True))


def valued(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more voices value one theme than another."""
    organisation = np.sort(random.integers(0, ORGANISATIONS, VOICES))
    mentioned = random.random((VOICES, 2)) < _chances(np.full(2, _MENTIONED), random)[organisation]
    tilt = truth / 400 / _MENTIONED
    chance = {"keep": 0.3 + np.array([tilt, -tilt]), "stop": 0.3 - np.array([tilt, -tilt])}
    marks = {
        name: (mentioned & (random.random((VOICES, 2)) < one)).astype(float)
        for name, one in chance.items()
    }
    people = pd.DataFrame({"organisation": organisation})
    voices = Voices(
        {"mentioned": mentioned.astype(float), **marks}, ("one", "other"), people,
        tuple(str(at) for at in range(ORGANISATIONS)), 2025, "drawn",
    )  # fmt: skip
    return drawn_from(mentions.contrast(voices, "one", "other", term="valued").frame.iloc[0], truth)


_MISMATCH = Text(
    nl="deel van het aanbod dat een andere behoefte zou moeten beantwoorden, in procenten",
    en="part of the offer that would have to answer another need, in percent",
)
_SHARES = {"favourable": 8.0, "null": 30.0, "reversed": 55.0}
_SHARE = Text(
    nl="aandeel van de stemmen dat een thema noemt, in procenten",
    en="share of the voices that name a theme, in percent",
)

SIMULATIONS = (
    Simulation(
        name="interventions-share",
        title=Text(
            nl="aandeel van de interventies voor het individu (Wilson), in procenten",
            en="share of the interventions for the individual (Wilson), in percent",
        ),
        claims=("C29", "C31"),
        topic="description",
        variants={name: 100 * one for name, one in planted("inventory", "individual").items()},
        draw=share_of_interventions,
        uses=(inventory,),
        null=50.0,
    ),
    Simulation(
        name="interventions-recovery",
        title=Text(
            nl="aandeel interventies voor herstel min dat voor de bron",
            en="share of interventions for recovery less that for the source",
        ),
        claims=("C30",),
        topic="description",
        variants={"favourable": 35.0, "null": 0.0, "reversed": -35.0},
        draw=recovery_less_source,
        uses=(inventory,),
    ),
    Simulation(
        name="needs-mismatch",
        title=_MISMATCH,
        claims=("C32",),
        topic="description",
        variants={"favourable": 60.0, "null": 0.0},
        draw=mismatch,
        uses=(needs,),
        lowest=0.0,
        conservative=Text(
            nl="een index kan niet onder nul komen, en de kleinste afwijkingen gaan in toeval op",
            en="an index cannot fall below zero, and the smallest gaps drown in chance",
        ),
    ),
    Simulation(
        name="needs-mismatch-naive",
        title=Text(
            nl=f"{_MISMATCH.nl}, zonder correctie voor toeval",
            en=f"{_MISMATCH.en}, without correction for chance",
        ),
        claims=("C32",),
        topic="description",
        variants={"favourable": 60.0, "null": 0.0},
        draw=seen_mismatch,
        uses=(needs,),
        naive=True,
    ),
    Simulation(
        name="needs-gap",
        title=Text(
            nl="aandeel van een groep thema's onder behoeften min dat onder interventies",
            en="share of a set of themes among needs less that among interventions",
        ),
        claims=("C32", "C33"),
        topic="description",
        variants={"favourable": 40.0, "null": 0.0, "reversed": -40.0},
        draw=gap_of_a_set,
        uses=(needs,),
    ),
    Simulation(
        name="share-said",
        title=Text(
            nl=f"{_SHARE.nl}, gecorrigeerd voor fouten van codeurs",
            en=f"{_SHARE.en}, corrected for errors of coders",
        ),
        claims=("C76",),
        topic="description",
        variants=_SHARES,
        draw=corrected_share,
        uses=(said_and_heard,),
        null=None,
        draws=500,
    ),
    Simulation(
        name="share-said-naive",
        title=Text(
            nl=f"{_SHARE.nl}, zoals de eerste codeur het hoorde",
            en=f"{_SHARE.en}, as the first coder heard it",
        ),
        claims=("C76",),
        topic="description",
        variants=_SHARES,
        draw=share_as_heard,
        uses=(said_and_heard, needs),
        null=None,
        naive=True,
        draws=500,
    ),
    Simulation(
        name="themes-valued",
        title=Text(
            nl="hoeveel meer stemmen het ene thema waarderen dan het andere, in procentpunten",
            en="how much more voices value one theme than another, in percentage points",
        ),
        claims=("C77",),
        topic="description",
        variants={"favourable": 18.0, "null": 0.0, "reversed": -14.0},
        draw=valued,
        uses=(mentions,),
    ),
)

"""Simulations of the sessions: eighteen organisations, voices that resemble each other, coders."""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods import agreement, clusters, theme_groups, themes
from analysis.methods.agreement import Rated
from analysis.methods.themes import Voices
from analysis.simulations.base import Drawn, Simulation, planted

ORGANISATIONS, VOICES = 18, 700
#: Correlation of what voices of one organisation name, and how well coders hear it.
_ICC = 0.05
_SENSITIVITY, _FALSE = 0.85, 0.05
#: Part of the voices that a second coder hears again.
_AGAIN = 0.2
_BETWEEN = (1 - _ICC) / _ICC
#: Themes that are coded; for one rare theme alone, alpha comes out a little low.
_THEMES = 8
_DRAWS = 400


def _organisations(random: np.random.Generator) -> np.ndarray:
    """Draw the organisation of each voice; some have twice as many as others."""
    share = random.dirichlet(np.full(ORGANISATIONS, 12.0))
    return np.sort(
        np.append(
            np.repeat(np.arange(ORGANISATIONS), 2),
            random.choice(ORGANISATIONS, VOICES - 2 * ORGANISATIONS, p=share),
        )
    )


def _named(share: float, organisation: np.ndarray, random: np.random.Generator) -> np.ndarray:
    own = random.beta(share * _BETWEEN, (1 - share) * _BETWEEN, ORGANISATIONS)
    return random.random(len(organisation)) < own[organisation]


def _voices(named: np.ndarray, organisation: np.ndarray, role: np.ndarray | str) -> Voices:
    people = pd.DataFrame({"organisation": organisation, "role": role, "branch": "vvt"})
    names = tuple(f"o{place:02d}" for place in range(ORGANISATIONS))
    marks = {"mentioned": named.astype(float)[:, None]}
    return Voices(marks, ("leadership",), people, names, 2025, "drawn")


def share(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the share of voices that names a theme, with organisations as clusters."""
    organisation = _organisations(random)
    found = clusters.mean(_named(truth, organisation, random), organisation)
    return Drawn(found.estimate, *themes.interval_of(found), np.nan, truth)


def share_of_independent(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same as if all voices were independent (Wilson)."""
    organisation = _organisations(random)
    named = _named(truth, organisation, random)
    ends = stats.binomtest(int(named.sum()), len(named)).proportion_ci(method="wilson")
    return Drawn(float(named.mean()), ends.low, ends.high, np.nan, truth)


def difference(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more team leaders name a theme than professionals of their organisation."""
    organisation = _organisations(random)
    leader = random.random(len(organisation)) < 0.15
    own = random.beta(0.5 * _BETWEEN, 0.5 * _BETWEEN, ORGANISATIONS)[organisation]
    # So that no chance leaves the interval from 0 to 1.
    chance = np.clip(own, 0.15, 0.85) + truth * leader
    named = random.random(len(organisation)) < chance
    role = np.where(leader, "team_leader", "professional")
    found = theme_groups.role_differences(_voices(named, organisation, role))
    row = found.frame.iloc[0]
    ends = (float(row[name]) / 100 for name in ("estimate", "ci_low", "ci_high"))
    return Drawn(*ends, float(row["p_value"]), truth)


def _codes(share: float, size: int, random: np.random.Generator) -> np.ndarray:
    said = random.random(size) < share
    chance = np.where(said, _SENSITIVITY, _FALSE)[:, None]
    return (random.random((size, 2)) < chance).astype(float)


def _kappa(share: float) -> tuple[float, float]:
    """Return the share that a coder hears, and the agreement of two coders beyond chance."""
    heard = share * _SENSITIVITY + (1 - share) * _FALSE
    both = share * _SENSITIVITY**2 + (1 - share) * _FALSE**2
    return heard, (both - heard**2) / (heard * (1 - heard))


def alpha(share: float, random: np.random.Generator) -> Drawn:
    """Estimate Krippendorff's alpha of two coders of a fifth of the voices, over some themes."""
    codes = _codes(share, _THEMES * round(_AGAIN * VOICES), random)
    rated = Rated(codes, np.arange(len(codes)) % ORGANISATIONS)
    seed = int(random.integers(2**31))
    found = agreement.agreement(rated, seed=seed, draws=_DRAWS).alpha
    truth = _kappa(share)[1]
    return Drawn(found.estimate, found.ci_low, found.ci_high, found.p_value, truth)


_NAMES = planted("themes", "leadership")
_TITLE = Text(
    nl="aandeel van de stemmen dat een thema noemt, met achttien organisaties",
    en="share of the voices that names a theme, with eighteen organisations",
)

SIMULATIONS = (
    Simulation(
        name="theme-share",
        title=_TITLE,
        claims=("C41", "C65", "C67", "C68", "C74", "C76"),
        topic="description",
        variants=_NAMES,
        draw=share,
        uses=(clusters, themes),
        null=_NAMES["null"],
    ),
    Simulation(
        name="theme-share-naive",
        title=Text(
            nl=f"{_TITLE.nl}, alsof stemmen los van elkaar staan",
            en=f"{_TITLE.en}, as if voices were independent",
        ),
        claims=("C41", "C65", "C67", "C68", "C74", "C76"),
        topic="description",
        variants=_NAMES,
        draw=share_of_independent,
        uses=(clusters, themes),
        null=_NAMES["null"],
        naive=True,
    ),
    Simulation(
        name="theme-role-difference",
        title=Text(
            nl="verschil in wat teamleiders en professionals van dezelfde organisatie noemen",
            en="difference in what team leaders and professionals of one organisation name",
        ),
        claims=("C41",),
        topic="description",
        variants={"favourable": 0.12, "null": 0.0, "reversed": -0.12},
        draw=difference,
        uses=(clusters, themes, theme_groups),
    ),
    Simulation(
        name="coder-alpha",
        title=Text(
            nl="overeenstemming van twee codeurs (alfa van Krippendorff) bij een vijfde van de "
            "stemmen",
            en="agreement of two coders (Krippendorff's alpha) on a fifth of the voices",
        ),
        claims=("C41",),
        topic="description",
        variants=_NAMES,
        draw=alpha,
        uses=(agreement,),
        null=None,
    ),
)

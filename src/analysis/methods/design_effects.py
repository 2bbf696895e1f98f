"""How much less voices tell because they come in organisations: the design effect.

The variance of a share with organisations as clusters, divided by that of as many people who stand
by themselves (Kish 1965, Survey Sampling, section 8.2).
"""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.results import PAIR, Absent, Estimates, absent_passes_through, estimates
from analysis.methods.themes import LEVEL, MENTIONED, SHARE_METHOD, Voices, share_row

NAIVE_METHOD = Text(
    nl="ter vergelijking het interval (Wilson) alsof alle stemmen los van elkaar staan",
    en="for comparison the interval (Wilson) as if all voices were independent",
)
EFFECT_METHOD = Text(
    nl="variantie van een aandeel met organisaties als clusters, gedeeld door die bij evenveel "
    "losse stemmen",
    en="variance of a share with organisations as clusters, divided by that of as many independent "
    "voices",
)
DESIGN_METHOD = Text(
    nl="variantie van een aandeel met organisaties als clusters, gedeeld door die bij evenveel "
    "losse stemmen; het gemiddelde over de thema's bepaalt hoeveel losse stemmen evenveel zeggen",
    en="variance of a share with organisations as clusters, divided by that of as many independent "
    "voices; the mean over themes decides how many independent voices tell as much",
)


@absent_passes_through
def honest_and_naive(voices: Voices) -> Estimates:
    """Set the interval with clusters beside that of independent voices.

    Terms ``<theme>.clusters`` and ``<theme>.naive``; the theme named most comes first.
    """
    rows = []
    for theme in sorted(voices.themes, key=lambda theme: -voices.of(theme).sum()):
        honest = share_row(voices, theme, MENTIONED)
        named = voices.of(theme)
        exact = stats.binomtest(int(named.sum()), len(named)).proportion_ci(LEVEL, method="wilson")
        rows.append(honest | {"term": f"{theme}{PAIR}clusters"})
        rows.append(
            honest
            | {
                "term": f"{theme}{PAIR}naive",
                "ci_low": 100 * exact.low,
                "ci_high": 100 * exact.high,
            }
        )
    both = Text(
        nl=f"{SHARE_METHOD.nl}; {NAIVE_METHOD.nl}", en=f"{SHARE_METHOD.en}; {NAIVE_METHOD.en}"
    )
    return estimates(rows, tables=(voices.table,), method=both, unit="percent")


def _each(voices: Voices) -> dict[str, float]:
    """Return the design effect of each theme that some voices name and others do not."""
    found = {}
    for theme in voices.themes:
        share = clusters.mean(voices.of(theme), voices.organisation)
        variance = share.estimate * (1 - share.estimate) / (len(voices.people) - 1)
        if variance > 0:
            found[theme] = share.se**2 / variance
    return found


@absent_passes_through
def of_themes(voices: Voices, themes: tuple[str, ...]) -> Estimates | Absent:
    """Return the design effect of each of these themes; they describe these voices."""
    effects = _each(voices)
    rows = [
        {**voices.about, "term": theme, "estimate": effects[theme], "half_step": 0.0,
         "behind": behind("model fit", voices.cell)}
        for theme in themes
        if theme in effects
    ]  # fmt: skip
    if not rows:
        return Absent((voices.table,))
    return estimates(rows, tables=(voices.table,), method=EFFECT_METHOD, unit="times")


@absent_passes_through
def mean(voices: Voices) -> Estimates | Absent:
    """Return the mean design effect over themes, and how many independent voices tell as much.

    Terms ``design_effect`` and ``effective_voices``. They describe these voices.
    """
    effects = _each(voices)
    mean = float(np.mean(list(effects.values()))) if effects else 0.0
    if not mean > 0:
        return Absent((voices.table,))
    about = {**voices.about, "half_step": 0.0, "behind": behind("model fit", voices.cell)}
    rows = [
        {**about, "term": "design_effect", "estimate": mean, "unit": "times"},
        {
            **about,
            "term": "effective_voices",
            "estimate": len(voices.people) / mean,
            "unit": "persons",
        },
    ]
    return estimates(rows, tables=(voices.table,), method=DESIGN_METHOD)

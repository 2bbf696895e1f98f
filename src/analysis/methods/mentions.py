"""What the same voices say more of than of something else.

People of one organisation talk about the same things, so that organisations are the clusters of all
intervals. Somebody who does not mention a theme in an open conversation may know it all the same:
a share is one of mentions, not of use.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import clusters, resampling
from analysis.methods.behind import behind
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates
from analysis.methods.themes import Said, Voices

CONTRAST_METHOD = Text(
    nl="per stem: wil houden min kan stoppen, het ene thema min het andere; gemiddelde over alle "
    "stemmen, in procentpunten; 95%-interval met organisaties als clusters",
    en="per voice: should be kept less can be stopped, one theme less the other; mean over all "
    "voices, in percentage points; 95% interval with organisations as clusters",
)
DIFFERENCE_METHOD = Text(
    nl="verschil tussen twee aandelen van dezelfde mensen, volgens de eerste codeur; 95%-interval "
    "met organisaties als clusters",
    en="difference between two shares of the same people, according to the first coder; 95% "
    "interval with organisations as clusters",
)


@absent_passes_through
def contrast(voices: Voices, first: str, second: str, *, term: str) -> Estimates | Absent:
    """Compare how much voices value two themes, in percentage points of all voices.

    A voice scores 1 for a theme that should be kept and -1 for one that can be stopped. The scores
    of both themes are of the same voices, so that their difference is taken within each voice.
    Only the difference is returned: next to the published shares, the score of one theme would
    tell how few want to keep or stop it.
    """
    if not {first, second} <= set(voices.themes) or not {"keep", "stop"} <= set(voices.marks):
        return Absent((voices.table,))
    one, other = (voices.of(theme, "keep") - voices.of(theme, "stop") for theme in (first, second))
    per_voice = one - other
    if len(voices.organisations) < resampling.FEWEST_CLUSTERS or not np.ptp(per_voice):
        return Absent((voices.table,))
    return _mean(voices, per_voice, term, CONTRAST_METHOD)


@absent_passes_through
def difference(voices: Voices, term: str, more: Said, less: Said) -> Estimates | Absent:
    """Return how many more of the same people say one thing than another, in percentage points.

    Each person counts in both shares, so that what people of talkative organisations have in
    common drops out. Absent where nobody says one without the other.
    """
    says = [voices.says(side) for side in (more, less)]
    if any(side is None for side in says):
        return Absent((voices.table,))
    sides = tuple(str(voices.part(side)) for side in (more, less))
    return _mean(voices, says[0] - says[1], term, DIFFERENCE_METHOD, sides)


def _mean(
    voices: Voices, gap: np.ndarray, term: str, method: Text, sides: tuple[str, ...] = ()
) -> Estimates | Absent:
    """Return the mean of a difference within voices; Absent without any difference."""
    found = clusters.mean(gap, voices.organisation)
    if not found.se > 0:
        return Absent((voices.table,))
    low, high = found.interval()
    row = {
        "term": term,
        "estimate": 100 * found.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "p_value": found.p_value,
        **voices.about,
        "behind": behind("difference", voices.cell, sides=sides),
    }
    return estimates([row], tables=(voices.table,), method=method, unit="percentage_points")

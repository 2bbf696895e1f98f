"""Which themes stand first: places with intervals.

Ranks have the intervals of Mogstad, Romano, Shaikh & Wilhelm (2024, Review of Economic Studies 91):
a theme may stand anywhere between those that are clearly named more and those clearly named less.
A bootstrap of ranks is too narrow where themes lie close together.
"""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates
from analysis.methods.themes import EVERYBODY, FEWEST_VOICES, LEVEL, MENTIONED, Voices

RANK_METHOD = Text(
    nl="plaats naar het aandeel van de stemmen; het interval telt welke thema's aantoonbaar vaker "
    "of minder vaak genoemd zijn (verschillen binnen dezelfde organisaties, Bonferroni, Mogstad "
    "e.a.); thema's van minder dan tien stemmen delen de laatste plaats",
    en="place by the share of the voices; the interval counts which themes are clearly named more "
    "or less often (differences within the same organisations, Bonferroni, Mogstad et al.); "
    "themes of fewer than ten voices share the last place",
)


def covariance(voices: Voices, columns: np.ndarray) -> np.ndarray:
    """Return the covariance of the shares of columns, shape (columns, columns).

    Parameters
    ----------
    columns
        Shape (voices, columns); their means are the shares.
    """
    count = int(voices.organisation.max()) + 1
    scores = np.zeros((count, columns.shape[1]))
    np.add.at(scores, voices.organisation, (columns - columns.mean(axis=0)) / len(columns))
    return count / (count - 1) * (scores - scores.mean(axis=0)).T @ (scores - scores.mean(axis=0))


def rank_intervals(
    shares: np.ndarray, spread: np.ndarray, df: float, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the place of each share, and between which places it may stand.

    Parameters
    ----------
    shares
        Shape (themes,).
    spread
        Their covariance, shape (themes, themes).

    Returns
    -------
    tuple
        Shape (themes,) each: place, first and last place. Equal shares have equal places.
    """
    count = len(shares)
    difference = shares[:, None] - shares[None, :]
    own = np.diag(spread)
    se = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * spread, 0.0))
    critical = stats.t.ppf(1 - (1 - level) / (2 * max(count - 1, 1)), df)
    clear = difference > critical * se + 1e-12
    places = 1.0 + (difference < -1e-12).sum(axis=1)
    return places, 1.0 + clear.sum(axis=0), count - clear.sum(axis=1).astype(float)


@absent_passes_through
def ranks(voices: Voices, measure: str = MENTIONED) -> Estimates | Absent:
    """Return the place of each theme with its interval, the first place first."""
    if measure not in voices.marks:
        return Absent((voices.table,))
    columns = voices.marks[measure]
    shares = columns.mean(axis=0)
    places, low, high = rank_intervals(shares, covariance(voices, columns), voices.about["df"])
    few = columns.sum(axis=0) < FEWEST_VOICES
    if few.any():
        places[few], low[few], high[few] = len(shares), low[few].min(), len(shares)
    rows = [
        {
            **voices.about,
            "term": theme,
            "estimate": places[at],
            "ci_low": low[at],
            "ci_high": high[at],
            "behind": behind("model fit", EVERYBODY),
        }
        for at, theme in enumerate(voices.themes)
    ]
    rows.sort(key=lambda row: row["estimate"])
    return estimates(rows, tables=(voices.table,), method=RANK_METHOD, unit="rank")

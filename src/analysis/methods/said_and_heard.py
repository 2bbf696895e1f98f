"""What people say beside what coders hear: shares corrected for two coders who both err.

A coder misses part of what is said (sensitivity below one) and hears what was not said (specificity
below one). Nobody knows what was really said, but themes differ in how often they come up, and how
often two coders agree on a rare and on a common theme shows both kinds of error: the latent class
model of Hui & Walter (1980, Biometrics 36), with one sensitivity and one specificity for both
coders and all themes, estimated by EM. A share is then corrected as in Rogan & Gladen (1978, Am. J.
Epidemiol. 107). It assumes that coders err independently of each other. Organisations are drawn
again for the interval. Without the assumption that errors are alike for all themes, only the limits
of ``coder_error`` follow.
"""

import dataclasses

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import resampling
from analysis.methods.behind import behind
from analysis.methods.results import PAIR, Absent, Estimates, estimates, joined, only
from analysis.methods.themes import EVERYBODY

DRAWS = 400
_STEPS = 300
#: SD between themes of the share that mentions them. Below it themes come up about equally often,
#: and the two kinds of error cannot be told apart.
LEAST_SPREAD = 0.06
#: People who must mention a theme.
FEWEST = 10
#: Coders who tell hardly more than chance leave a correction without meaning.
_LEAST_SKILL = 0.3

METHOD = Text(
    nl="aandeel, gecorrigeerd voor wat codeurs missen en ten onrechte horen: latenteklassemodel "
    "van Hui en Walter op wat dubbel gecodeerd is, en Rogan-Gladen; veronderstelt dat codeurs los "
    "van elkaar fouten maken, en bij alle thema's even vaak; 95%-interval door organisaties "
    "opnieuw te trekken",
    en="share, corrected for what coders miss and hear wrongly: latent class model of Hui and "
    "Walter on what was coded twice, and Rogan-Gladen; assumes that coders err independently, and "
    "equally often on all themes; 95% interval by drawing organisations again",
)


def errors(patterns: np.ndarray, *, steps: int = _STEPS) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the sensitivity and specificity of two alike coders.

    Parameters
    ----------
    patterns
        Shape (..., themes, 3): units in which both, one and none of the coders heard the theme.

    Returns
    -------
    sensitivity, specificity : numpy.ndarray
        Shape (...,).
    """
    both, one, none = np.moveaxis(np.asarray(patterns, dtype=float), -1, 0)
    total = np.maximum(both + one + none, 1e-12)
    share = np.clip((both + one / 2) / total, 0.02, 0.98)
    shape = (*both.shape[:-1], 1)
    right, rejects = np.full(shape, 0.8), np.full(shape, 0.9)
    for _ in range(steps):
        said = [right**2, right * (1 - right), (1 - right) ** 2]
        unsaid = [(1 - rejects) ** 2, rejects * (1 - rejects), rejects**2]
        posterior = [
            share * yes / (share * yes + (1 - share) * no)
            for yes, no in zip(said, unsaid, strict=True)
        ]
        true = [count * chance for count, chance in zip((both, one, none), posterior, strict=True)]
        false = [count - part for count, part in zip((both, one, none), true, strict=True)]
        share = np.clip(sum(true) / total, 1e-6, 1 - 1e-6)
        right = _part(true[0] + true[1] / 2, sum(true))
        rejects = _part(false[2] + false[1] / 2, sum(false))
    return right[..., 0], rejects[..., 0]


def _part(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found = part.sum(axis=-1, keepdims=True) / np.maximum(whole.sum(axis=-1, keepdims=True), 1e-12)
    return np.clip(found, 0.01, 0.9999)


def corrected(
    codings: DataTable, themes: list[str], *, year: int | None, seed: int, draws: int = DRAWS
) -> Estimates | Absent:
    """Return the share of voices that mentions each theme, corrected for errors of coders.

    Terms: the themes, and ``sensitivity`` and ``specificity``; all in percent.

    Returns
    -------
    Estimates or Absent
        Absent with too few organisations, without double coding, where themes come up about
        equally often, so that the errors cannot be told apart, or where fewer than ``FEWEST``
        people mention one of the themes.
    """
    if codings.frame is None or year is None:
        return Absent((codings.name,))
    rows = codings.frame[codings.frame["kind"] == "listening"]
    place, organisations = resampling.codes(rows["organisation"].to_numpy())
    if organisations < resampling.FEWEST_CLUSTERS:
        return Absent((codings.name,))
    found = _counted(rows.assign(place=place), organisations)
    first, patterns, names = found
    shares = first[..., 0].sum(axis=0) / first[..., 1].sum(axis=0)
    if not patterns.sum() or np.std(shares) < LEAST_SPREAD or not set(themes) <= set(names):
        return Absent((codings.name,))
    # Corrected for errors, a share still tells how few people are behind it.
    heard = first[..., 0].sum(axis=0)[[names.index(theme) for theme in themes]]
    if len(heard) and heard.min() < FEWEST:
        return Absent((codings.name,))
    drawn = resampling.counts(organisations, draws, seed)
    estimate = _values(np.ones((1, organisations)), first, patterns)[0]
    again = _values(drawn, first, patterns)
    again = again[np.isfinite(again).all(axis=1)]
    if not np.isfinite(estimate).all() or len(again) < 0.9 * draws:
        return Absent((codings.name,))
    result = []
    for term in (*themes, "sensitivity", "specificity"):
        at = [*names, "sensitivity", "specificity"].index(term)
        effect = resampling.by_spread(estimate[at], again[:, at], organisations - 1)
        result.append(
            {
                "term": term,
                "estimate": 100 * effect.estimate,
                "ci_low": 100 * max(effect.ci_low, 0.0),
                "ci_high": 100 * min(effect.ci_high, 1.0),
                "n": rows["attendee"].nunique(),
                "n_organisations": organisations,
                "df": organisations - 1,
                "period": f"{year}JJ00",
                "behind": behind("model fit", EVERYBODY),
            }
        )
    return estimates(result, tables=(codings.name,), method=METHOD, unit="percent")


def _counted(rows: pd.DataFrame, organisations: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Count, by organisation and theme, what the first coder heard and what two coders heard.

    Returns
    -------
    first
        Shape (organisations, themes, 2): voices with the theme, and all voices.
    patterns
        Shape (organisations, themes, 3), as ``errors`` takes them.
    names
        The themes.
    """
    names = sorted(set(rows["theme"]))
    wide = rows.pivot_table(
        index=["place", "attendee", "session", "theme"], columns="coder", values="mentioned"
    ).reset_index()
    theme = wide["theme"].map({name: at for at, name in enumerate(names)}).to_numpy()
    place = wide["place"].to_numpy()
    first = np.zeros((organisations, len(names), 2))
    patterns = np.zeros((organisations, len(names), 3))
    a = wide["a"].to_numpy(dtype=float)
    b = wide["b"].to_numpy(dtype=float) if "b" in wide else np.full(len(wide), np.nan)
    known = np.isfinite(a)
    np.add.at(first, (place[known], theme[known], 0), a[known])
    np.add.at(first, (place[known], theme[known], 1), 1.0)
    twice = known & np.isfinite(b)
    heard = (2 - a[twice] - b[twice]).astype(int)
    np.add.at(patterns, (place[twice], theme[twice], heard), 1.0)
    return first, patterns, names


def _values(drawn: np.ndarray, first: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Return corrected shares, sensitivity and specificity of draws, shape (draws, themes + 2)."""
    right, rejects = errors(np.einsum("do,otk->dtk", drawn, patterns))
    heard = np.einsum("do,otk->dtk", drawn, first)
    skill = (right + rejects - 1)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (heard[..., 0] / heard[..., 1] - (1 - rejects[:, None])) / skill
    share = np.where(skill < _LEAST_SKILL, np.nan, np.clip(share, 0.0, 1.0))
    return np.column_stack([share, right, rejects])


def beside(heard: Estimates | Absent, repaired: Estimates | Absent) -> Estimates | Absent:
    """Set shares as heard beside corrected ones, as ``theme.heard`` and ``theme.corrected``.

    Only those as heard where none could be corrected.
    """
    if isinstance(heard, Absent):
        return heard
    parts = [_renamed(heard, "heard")]
    if not isinstance(repaired, Absent):
        parts.append(_renamed(only(repaired, *heard.frame["term"]), "corrected"))
    return joined(*parts)


def _renamed(result: Estimates, name: str) -> Estimates:
    terms = result.frame["term"] + f"{PAIR}{name}"
    return dataclasses.replace(result, frame=result.frame.assign(term=terms))

"""How far what coders heard may lie from what was said.

Coders miss themes and hear some that were not there. Two coders without a gold standard do not
tell how often they do either: for one theme there are four counts of the two coders together and
five unknowns (Hui & Walter 1980, Biometrics 36, need two groups with different shares and equal
errors). So no corrected share is given. What does follow, if both coders err alike and apart from
each other, are the ends between which the share must lie. Rogan & Gladen (1978, American Journal of
Epidemiology 107): share coded = share · sensitivity + (1 - share) · (1 - specificity). With
agreement kappa of both coders, the share is lowest when they miss nothing and highest when they
hear nothing that was not there.
"""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import agreement, resampling
from analysis.methods.agreement import Rated
from analysis.methods.behind import behind
from analysis.methods.distribution import aggregate
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
)
from analysis.methods.themes import EVERYBODY, FEWEST_VOICES, MENTIONED, Voices, part_of, share_row
from analysis.sources.vocabulary import MEANINGS, THEMES

TWICE = EVERYBODY.within(answered="coded twice")
DRAWS = 1000
POOLED = "all_themes"
_BOUNDS = Text(
    nl="grenzen van het aandeel als beide codeurs even vaak en los van elkaar fouten maken: het "
    "laagst als zij niets missen, het hoogst als zij niets horen wat er niet was (naar Rogan en "
    "Gladen); 95%-interval uit een bootstrap van organisaties; het midden is het aandeel volgens "
    "de eerste codeur",
    en="limits of the share if both coders err equally often and apart from each other: lowest if "
    "they miss nothing, highest if they hear nothing that was not there (after Rogan and Gladen); "
    "95% interval from a bootstrap of organisations; the middle is the share by the first coder",
)
_BOTH = Text(
    nl="aandeel van de dubbel gecodeerde stemmen bij wie beide codeurs, of een van beide, een "
    "thema hoorden",
    en="share of the voices coded twice with whom both coders, or either of them, heard a theme",
)


def bounds(share: np.ndarray, kappa: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest share that fits what coders heard.

    With sensitivity s and 1 - specificity f, equal for both coders and independent given the
    truth p: share = p s + (1 - p) f, and the chance that both hear it is p s² + (1 - p) f². The
    lowest p has s = 1, the highest f = 0.

    Parameters
    ----------
    share
        Share by one coder, from 0 to 1.
    kappa
        Agreement of both, corrected for chance; below 0 counts as 0.
    """
    kappa = np.clip(kappa, 0.0, 1.0)
    heard = share * (1 - kappa)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(heard < 1, (share - heard) / (1 - heard), 0.0)
        high = np.where(share > 0, share / (share + kappa * (1 - share)), 0.0)
    return low, high


def coded_twice(codings: DataTable, code: str = MENTIONED) -> dict[str, Rated]:
    """Return the codes of both coders per theme, of the voices that both coded."""
    frame = codings.frame
    rows = frame[(frame["kind"] == "listening") & frame[code].notna()]
    return {
        theme: agreement.double_coded(
            rows[rows["theme"] == theme], ["attendee", "session"], code, cluster="organisation"
        )
        for theme in THEMES
        if (rows["theme"] == theme).any()
    }


def _listened(codings: DataTable) -> bool:
    frame = codings.frame
    if frame is None:
        return False
    return bool(((frame["kind"] == "listening") & (frame["coder"] == "b")).any())


def _pooled(rated: dict[str, Rated]) -> Rated:
    return Rated(
        np.concatenate([one.codes for one in rated.values()]),
        np.concatenate([one.cluster for one in rated.values()]),
    )


def _about(codings: DataTable, voices: Voices) -> dict:
    frame = codings.frame
    again = frame[(frame["kind"] == "listening") & (frame["coder"] == "b")]
    return {
        "n": float(again["attendee"].nunique()),
        "n_organisations": float(again["organisation"].nunique()),
        "period": voices.about["period"],
        "behind": agreement.behind_agreement(TWICE),
    }


@absent_passes_through
def alphas(codings: DataTable, voices: Voices, *, seed: int) -> Estimates | Absent:
    """Estimate Krippendorff's alpha of all themes together, per meaning, and per theme.

    Terms ``all_themes``, the meanings, and themes, the largest first. A theme that either coder
    heard with fewer than ten voices is left out.
    """
    if not _listened(codings):
        return Absent((codings.name,))
    about = _about(codings, voices)
    rated = coded_twice(codings)
    whole = agreement.agreement(_pooled(rated), seed=seed)
    if whole is None:
        return Absent((codings.name,))
    first = [agreement.row(POOLED, whole, **about)]
    for name in MEANINGS:
        if name in voices.marks:
            found = agreement.agreement(_pooled(coded_twice(codings, name)), seed=seed)
            if found is not None:
                first.append(agreement.row(name, found, **about))
    rows = [
        agreement.row(theme, found, **about)
        for theme, one in rated.items()
        if _heard(one) >= FEWEST_VOICES
        and (found := agreement.agreement(one, seed=seed)) is not None
    ]
    rows.sort(key=lambda row: -row["estimate"])
    return estimates([*first, *rows], tables=(codings.name,), method=agreement.METHOD)


def _heard(rated: Rated) -> float:
    """Return with how many voices either coder heard it."""
    return float((np.nan_to_num(rated.codes.astype(float)).max(axis=1, initial=0) > 0).sum())


@absent_passes_through
def equal_and_by_chance(codings: DataTable, voices: Voices, *, seed: int) -> Aggregate | Absent:
    """Return per theme alpha, the percentage of equal codes, and what chance would give.

    Measures ``alpha``, ``equal`` and ``by_chance``; themes in the order of how often coders heard
    them, the rarest last.
    """
    if not _listened(codings):
        return Absent((codings.name,))
    about = _about(codings, voices)
    rated = {
        theme: one for theme, one in coded_twice(codings).items() if _heard(one) >= FEWEST_VOICES
    }
    rows = []
    for theme in sorted(rated, key=lambda theme: -_heard(rated[theme])):
        found = agreement.agreement(rated[theme], seed=seed)
        if found is None:
            continue
        known = behind("model fit", TWICE, df=float(found.clusters - 1))
        for measure, value, unit in (
            ("alpha", found.alpha.estimate, "index"),
            ("equal", 100 * found.equal.estimate, "percent"),
            ("by_chance", 100 * found.by_chance, "percent"),
        ):
            rows.append(
                {
                    "group": theme,
                    "period": about["period"],
                    "measure": measure,
                    "kind": "model fit",
                    "value": value,
                    "unit": unit,
                    "status": "not stated",
                    "n_persons": about["n"],
                    "n_organisations": about["n_organisations"],
                    "behind": known,
                }
            )
    if not rows:
        return Absent((codings.name,))
    return aggregate(rows, (codings.name,), agreement.EQUAL_METHOD)


@absent_passes_through
def limits(
    codings: DataTable, voices: Voices, *, seed: int, draws: int = DRAWS
) -> Estimates | Absent:
    """Estimate between which shares the truth lies when coders err, in percent.

    Terms ``<theme>.lowest``, ``<theme>.coded`` and ``<theme>.highest``. Themes that either coder
    heard with fewer than ten voices are left out.
    """
    if not _listened(codings):
        return Absent((codings.name,))
    drawn = resampling.counts(len(voices.organisations), draws, seed)
    rows = []
    for theme, one in coded_twice(codings).items():
        if theme not in voices.themes or _heard(one) < FEWEST_VOICES:
            continue
        named = voices.of(theme)
        if not FEWEST_VOICES <= named.sum() <= len(named) - FEWEST_VOICES:
            continue
        rows.append((named.mean(), _three_rows(voices, theme, one, named, drawn)))
    if not rows:
        return Absent((codings.name,))
    rows.sort(key=lambda pair: -pair[0])
    return estimates(
        [row for _, three in rows for row in three],
        tables=(codings.name,),
        method=_BOUNDS,
        unit="percent",
    )


def _three_rows(
    voices: Voices,
    theme: str,
    rated: Rated,
    named: np.ndarray,
    drawn: np.ndarray,
) -> list[dict]:
    """Return the rows of one theme; both parts of a draw take the same organisations."""
    count = drawn.shape[1]
    ones = np.bincount(voices.organisation, named, minlength=count)
    sizes = np.bincount(voices.organisation, minlength=count)
    met = np.zeros((count, 2, 2))
    inside = np.isin(rated.cluster, voices.organisations)
    first, second = rated.codes[inside].astype(int).T
    place = np.searchsorted(voices.organisations, rated.cluster[inside])
    np.add.at(met, (place, first, second), 1.0)
    met = met + np.swapaxes(met, 1, 2)
    shares = np.append(named.mean(), (drawn @ ones) / (drawn @ sizes))
    tables = np.concatenate([met.sum(axis=0)[None], resampling.resummed(met, drawn)])
    kappa = agreement.from_coincidences(tables, np.arange(2), "nominal")
    low, high = bounds(shares, np.nan_to_num(kappa))
    ends = []
    for name, values in (("lowest", low), ("highest", high)):
        effect = resampling.by_percentiles(values[0], values[1:]).times(100)
        ends.append(
            {
                **voices.about,
                "term": f"{theme}{PAIR}{name}",
                **effect.row(),
                "p_value": np.nan,
                "behind": behind("difference", EVERYBODY, sides=(str(part_of(theme)),)),
            }
        )
    coded = share_row(voices, theme) | {"term": f"{theme}{PAIR}coded"}
    return [ends[0], coded, ends[1]]


@absent_passes_through
def both_or_either(codings: DataTable, voices: Voices) -> Aggregate | Absent:
    """Return per theme the share of voices with whom both coders, and either, heard it."""
    if not _listened(codings):
        return Absent((codings.name,))
    about = _about(codings, voices)
    rows = []
    for theme, one in coded_twice(codings).items():
        codes = one.codes.astype(float)
        for measure, heard in (("both", codes.min(axis=1)), ("either", codes.max(axis=1))):
            part = TWICE.within(theme=theme, source=f"{measure} coders")
            rows.append(
                {
                    "group": theme,
                    "period": about["period"],
                    "measure": measure,
                    "kind": "share",
                    "value": 100 * float(heard.mean()),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": about["n"],
                    "n_organisations": about["n_organisations"],
                    "behind": behind(
                        "share",
                        TWICE,
                        part,
                        numerator=float(heard.sum()),
                        part_organisations=float(pd.Series(one.cluster[heard > 0]).nunique()),
                    ),
                }
            )
    heard = {row["group"]: row["value"] for row in rows if row["measure"] == "either"}
    rows.sort(key=lambda row: -heard[row["group"]])
    return aggregate(rows, (codings.name,), _BOTH)

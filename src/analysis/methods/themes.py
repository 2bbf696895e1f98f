"""What voices in listening sessions name: shares, ranks, and how far few organisations carry them.

A voice is a person who took part in a listening session. Voices of one organisation resemble each
other, in one session they hear each other: organisations are the clusters, and with eighteen of
them intervals rest on seventeen degrees of freedom. Shares and variances are those of a cluster
sample by linearisation (Lumley 2010, Complex Surveys, chapter 2), intervals symmetric in the log
odds. Organisations chose to take part and voices were not drawn: intervals say what other
organisations of this kind might have given, not what the sector would.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.clusters import Ratio
from analysis.methods.distribution import aggregate
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
)
from analysis.sources.vocabulary import MEANINGS, THEMES

MENTIONED = "mentioned"
#: Fewer organisations than this give a variance without any meaning.
FEWEST_ORGANISATIONS = 5
#: Themes that fewer voices name share the last places: their order would tell how few they are.
FEWEST_VOICES = 10
LEVEL = 0.95
EVERYBODY = Cell.of("attendees", session_kind="listening")

_CLUSTERS = Text(
    nl="organisaties als clusters (linearisatie), 95%-interval op de logitschaal met t-verdeling",
    en="organisations as clusters (linearisation), 95% interval on the logit scale with t "
    "distribution",
)
SHARE_METHOD = Text(
    nl=f"aandeel van de stemmen in luistersessies, volgens de eerste codeur; {_CLUSTERS.nl}",
    en=f"share of the voices in listening sessions, by the first coder; {_CLUSTERS.en}",
)
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


@dataclass(frozen=True)
class Voices:
    """Voices of listening sessions, and what each of them named.

    Attributes
    ----------
    marks
        Measure (``mentioned`` or a meaning) → shape (voices, themes), 0 and 1. A meaning counts
        only where the theme was named; one that nobody coded is not there.
    themes
        Along the second axis.
    people
        Columns ``organisation`` (a number from 0), ``role`` and ``branch``; a row per voice.
    organisations
        Pseudonyms of the organisations, in the order of their numbers; they never leave.
    year
        In which the sessions were held.
    table
        Name of the table.
    """

    marks: dict[str, np.ndarray]
    themes: tuple[str, ...]
    people: pd.DataFrame
    organisations: tuple[str, ...]
    year: int
    table: str

    @property
    def organisation(self) -> np.ndarray:
        """Number of the organisation of each voice."""
        return self.people["organisation"].to_numpy()

    @property
    def about(self) -> dict:
        """What every row of a result says of all voices."""
        return {
            "n": float(len(self.people)),
            "n_organisations": float(self.people["organisation"].nunique()),
            "df": float(self.people["organisation"].nunique() - 1),
            "period": f"{self.year}JJ00",
        }

    def of(self, theme: str, measure: str = MENTIONED) -> np.ndarray:
        """Return who named a theme, shape (voices,)."""
        return self.marks[measure][:, self.themes.index(theme)]


def voices_of(codings: DataTable, attendees: DataTable) -> Voices | Absent:
    """Return the voices of listening sessions that were coded on every theme.

    The first coder counts; the second one only says how far coders agree. Who came to several
    sessions is one voice, who named what was named in any of them.

    Parameters
    ----------
    codings
        A row per attendee, session, theme and coder.
    attendees
        A row per attendee and session, with its date.

    Returns
    -------
    Voices or Absent
        Absent with fewer than ``FEWEST_ORGANISATIONS`` organisations.
    """
    frame = codings.frame
    dates = None if attendees.frame is None else pd.to_datetime(attendees.frame["date"])
    if frame is None or dates is None or dates.isna().all():
        return Absent((codings.name, attendees.name))
    rows = frame[(frame["kind"] == "listening") & (frame["coder"] == "a")]
    rows = rows.dropna(subset=["mentioned", "organisation"])
    if rows["organisation"].nunique() < FEWEST_ORGANISATIONS:
        return Absent((codings.name,))
    themes = tuple(theme for theme in THEMES if (rows["theme"] == theme).any())
    wide = {
        measure: _wide(rows, measure, themes)
        for measure in (MENTIONED, *MEANINGS)
        if rows[measure].notna().any()
    }
    whole = wide[MENTIONED].notna().all(axis=1)
    named = wide[MENTIONED][whole]
    marks = {
        measure: np.nan_to_num(found.reindex(named.index).to_numpy(float)) * (named.to_numpy() > 0)
        for measure, found in wide.items()
    }
    people = rows.drop_duplicates("attendee").set_index("attendee").reindex(named.index)
    if people["organisation"].nunique() < FEWEST_ORGANISATIONS:
        return Absent((codings.name,))
    people = people[["organisation", "role", "branch"]].reset_index(drop=True)
    people["organisation"], names = pd.factorize(people["organisation"], sort=True)
    return Voices(marks, themes, people, tuple(names), int(dates.dt.year.max()), codings.name)


def _wide(rows: pd.DataFrame, measure: str, themes: tuple[str, ...]) -> pd.DataFrame:
    return rows.pivot_table(
        index="attendee", columns="theme", values=measure, aggfunc="max"
    ).reindex(columns=list(themes))


def interval_of(share: Ratio, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a share with few clusters.

    Symmetric in the log odds. Where nobody or everybody named it, the exact interval of as many
    people as there are organisations: people of one organisation might all say the same.
    """
    size = share.df + 1
    if share.estimate in (0.0, 1.0) or share.se == 0:
        exact = stats.binomtest(round(share.estimate * size), size).proportion_ci(level)
        return float(exact.low), float(exact.high)
    return share.logit_interval(level)


@absent_passes_through
def prevalence(
    voices: Voices, measure: str = MENTIONED, *, only: tuple[str, ...] | None = None
) -> Estimates | Absent:
    """Estimate which share of the voices names each theme, in percent, the largest first.

    Parameters
    ----------
    measure
        ``mentioned``, or what the theme is to the speaker.
    only
        Themes; all when left out.
    """
    there = [theme for theme in (only or voices.themes) if theme in voices.themes]
    if measure not in voices.marks or not there:
        return Absent((voices.table,))
    rows = [share_row(voices, theme, measure) | {"term": theme} for theme in there]
    rows.sort(key=lambda row: -row["estimate"])
    return estimates(rows, tables=(voices.table,), method=SHARE_METHOD, unit="percent")


def share_row(voices: Voices, theme: str, measure: str = MENTIONED) -> dict:
    """Return the columns of ``Estimates`` for the share of voices that names a theme."""
    named = voices.of(theme, measure)
    share = clusters.mean(named, voices.organisation)
    low, high = interval_of(share)
    return {
        **voices.about,
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "behind": behind("share", EVERYBODY, part_of(theme, measure), **_counts(voices, named)),
    }


def _counts(voices: Voices, named: np.ndarray) -> dict[str, float]:
    return {
        "numerator": float(named.sum()),
        "part_organisations": float(len(np.unique(voices.organisation[named > 0]))),
    }


def part_of(theme: str, measure: str = MENTIONED, cell: Cell = EVERYBODY) -> Cell:
    """Return the address of the voices that named a theme, or gave it a meaning."""
    named = cell.within(theme=theme)
    return named if measure == MENTIONED else named.within(meaning=measure)


@absent_passes_through
def side_by_side(voices: Voices, *measures: str) -> Estimates | Absent:
    """Set the shares of two or three meanings beside each other, as terms ``<theme>.<meaning>``.

    The theme with the largest sum comes first.
    """
    if set(measures) - set(voices.marks):
        return Absent((voices.table,))
    total = {theme: sum(voices.of(theme, one).sum() for one in measures) for theme in voices.themes}
    rows = [
        share_row(voices, theme, measure) | {"term": f"{theme}{PAIR}{measure}"}
        for theme in sorted(voices.themes, key=lambda theme: -total[theme])
        for measure in measures
    ]
    return estimates(rows, tables=(voices.table,), method=SHARE_METHOD, unit="percent")


@absent_passes_through
def meanings(voices: Voices) -> Aggregate | Absent:
    """Return the share of voices per theme and meaning; the theme named most comes first."""
    there = [name for name in MEANINGS if name in voices.marks]
    if not there:
        return Absent((voices.table,))
    order = sorted(voices.themes, key=lambda theme: -voices.of(theme).sum())
    rows = []
    for theme in order:
        for measure in there:
            named = voices.of(theme, measure)
            rows.append(
                {
                    "group": theme,
                    "period": f"{voices.year}JJ00",
                    "measure": measure,
                    "kind": "share",
                    "value": 100 * float(named.mean()),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(len(named)),
                    "n_organisations": voices.about["n_organisations"],
                    "behind": behind(
                        "share", EVERYBODY, part_of(theme, measure), **_counts(voices, named)
                    ),
                }
            )
    return aggregate(rows, (voices.table,), SHARE_METHOD)


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


def _design_effects(voices: Voices) -> dict[str, float]:
    """Return the design effect of each theme that some voices name and others do not."""
    found = {}
    for theme in voices.themes:
        share = clusters.mean(voices.of(theme), voices.organisation)
        variance = share.estimate * (1 - share.estimate) / (len(voices.people) - 1)
        if variance > 0:
            found[theme] = share.se**2 / variance
    return found


@absent_passes_through
def design_effects_of(voices: Voices, themes: tuple[str, ...]) -> Estimates | Absent:
    """Return the design effect of each of these themes; they describe these voices."""
    effects = _design_effects(voices)
    rows = [
        {**voices.about, "term": theme, "estimate": effects[theme], "half_step": 0.0,
         "behind": behind("model fit", EVERYBODY)}
        for theme in themes
        if theme in effects
    ]  # fmt: skip
    if not rows:
        return Absent((voices.table,))
    return estimates(rows, tables=(voices.table,), method=EFFECT_METHOD, unit="times")


@absent_passes_through
def design_effect(voices: Voices) -> Estimates | Absent:
    """Return the mean design effect over themes, and how many independent voices tell as much.

    Terms ``design_effect`` and ``effective_voices``. They describe these voices.
    """
    effects = _design_effects(voices)
    mean = float(np.mean(list(effects.values()))) if effects else 0.0
    if not mean > 0:
        return Absent((voices.table,))
    about = {**voices.about, "half_step": 0.0, "behind": behind("model fit", EVERYBODY)}
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

"""What voices in sessions name, and which share of them.

A voice is a person who took part in a session, most often a listening session. Voices of one
organisation resemble each other, in one session they hear each other: organisations are the
clusters, and with eighteen of them intervals rest on seventeen degrees of freedom. Shares and
variances are those of a cluster sample by linearisation (Lumley 2010, Complex Surveys, chapter 2),
intervals symmetric in the log odds. Organisations chose to take part and voices were not drawn:
intervals say what other organisations of this kind might have given, not what the sector would.
"""

from collections.abc import Mapping
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
#: Of the two coders, the one who coded everything; the second only says how far coders agree.
FIRST_CODER = "a"
#: Fewer organisations than this give a variance without any meaning.
FEWEST_ORGANISATIONS = 5
#: Themes that fewer voices name share the last places: their order would tell how few they are.
FEWEST_VOICES = 10
LEVEL = 0.95
EVERYBODY = Cell.of("attendees", session_kind="listening")
#: What is known of a voice.
_ABOUT = ("organisation", "role", "branch", "age_band", "education")

_CLUSTERS = Text(
    nl="organisaties als clusters (linearisatie), 95%-interval op de logitschaal met t-verdeling",
    en="organisations as clusters (linearisation), 95% interval on the logit scale with t "
    "distribution",
)
SHARE_METHOD = Text(
    nl=f"aandeel van de stemmen in sessies, volgens de eerste codeur; {_CLUSTERS.nl}",
    en=f"share of the voices in sessions, by the first coder; {_CLUSTERS.en}",
)


@dataclass(frozen=True)
class Said:
    """Something that people may say.

    Attributes
    ----------
    themes
        Themes of which at least one is named.
    meanings
        What the theme is to the speaker, at least one of these; empty when naming it is enough.
    """

    themes: tuple[str, ...]
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voices:
    """Voices of sessions, and what each of them named.

    Attributes
    ----------
    marks
        Measure (``mentioned`` or a meaning) → shape (voices, themes), 0 and 1. A meaning counts
        only where the theme was named; one that nobody coded is not there.
    themes
        Along the second axis.
    people
        Columns ``organisation`` (a number from 0), ``role``, ``branch`` and, where they were asked,
        ``age_band`` and ``education``; a row per voice.
    organisations
        Pseudonyms of the organisations, in the order of their numbers; they never leave.
    year
        In which the sessions were held.
    table
        Name of the table.
    cell
        Address of these voices.
    """

    marks: dict[str, np.ndarray]
    themes: tuple[str, ...]
    people: pd.DataFrame
    organisations: tuple[str, ...]
    year: int
    table: str
    cell: Cell = EVERYBODY

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
            "period": self.period,
        }

    @property
    def period(self) -> str:
        """Year of the sessions, as a period."""
        return f"{self.year}JJ00"

    def of(self, theme: str, measure: str = MENTIONED) -> np.ndarray:
        """Return who named a theme, shape (voices,)."""
        return self.marks[measure][:, self.themes.index(theme)]

    def says(self, said: Said) -> np.ndarray | None:
        """Return who says something, shape (voices,); None when nobody coded any part of it."""
        themes = [theme for theme in said.themes if theme in self.themes]
        measures = [name for name in said.meanings or (MENTIONED,) if name in self.marks]
        if not themes or not measures:
            return None
        return np.max([self.of(theme, name) for theme in themes for name in measures], axis=0)

    def part(self, said: Said) -> Cell:
        """Return the address of those who say something."""
        part = self.cell.within(theme=said.themes)
        return part.within(meaning=said.meanings) if said.meanings else part


def voices_of(
    codings: DataTable,
    attendees: DataTable,
    *,
    kinds: tuple[str, ...] = ("listening",),
    roles: tuple[str, ...] | None = None,
) -> Voices | Absent:
    """Return the voices of some kinds of session that were coded on every theme.

    The first coder counts. Who came to several sessions is one voice, who named what was named in
    any of them.

    Parameters
    ----------
    codings
        A row per attendee, session, theme and coder.
    attendees
        A row per attendee and session, with its date.
    roles
        Of the voices; all when left out.

    Returns
    -------
    Voices or Absent
        Absent with fewer than ``FEWEST_ORGANISATIONS`` organisations.
    """
    frame = codings.frame
    dates = None if attendees.frame is None else _dates(attendees.frame, kinds)
    if frame is None or dates is None or dates.empty:
        return Absent((codings.name, attendees.name))
    rows = frame[frame["kind"].isin(kinds) & (frame["coder"] == FIRST_CODER)]
    if roles is not None:
        rows = rows[rows["role"].isin(roles)]
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
    people = people[[name for name in _ABOUT if name in people]].reset_index(drop=True)
    people["organisation"], names = pd.factorize(people["organisation"], sort=True)
    year, cell = int(dates.dt.year.max()), Cell.of("attendees", session_kind=kinds, role=roles)
    return Voices(marks, themes, people, tuple(names), year, codings.name, cell)


def _dates(attendees: pd.DataFrame, kinds: tuple[str, ...]) -> pd.Series:
    return pd.to_datetime(attendees.loc[attendees["kind"].isin(kinds), "date"]).dropna()


def _wide(rows: pd.DataFrame, measure: str, themes: tuple[str, ...]) -> pd.DataFrame:
    return rows.pivot_table(
        index="attendee", columns="theme", values=measure, aggfunc="max"
    ).reindex(columns=list(themes))


def interval_of(share: Ratio, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a share with few clusters.

    Symmetric in the log odds, as ``svyciprop(method = "logit")`` of R's survey package. Where
    nobody or everybody named it, the exact interval of as many people as there are organisations:
    people of one organisation might all say the same. The interval of Korn and Graubard (1998),
    exact for as many people as the variance is worth, takes those who name nothing for
    independent: it misses a rare theme more often.
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


def share_row(voices: Voices, theme: str, measure: str = MENTIONED, level: float = LEVEL) -> dict:
    """Return the columns of ``Estimates`` for the share of voices that names a theme."""
    return _row(voices, voices.of(theme, measure), part_of(theme, measure, voices.cell), level)


@absent_passes_through
def shares(
    voices: Voices,
    terms: Mapping[str, Said],
    *,
    level: float = LEVEL,
    method: Text = SHARE_METHOD,
) -> Estimates | Absent:
    """Estimate which share of the voices says something, in percent, a term each.

    What nobody coded is left out.

    Parameters
    ----------
    level
        Of one interval, and with ``method`` how it came about.
    """
    rows = [
        {"term": term, **_row(voices, says, voices.part(said), level)}
        for term, said in terms.items()
        if (says := voices.says(said)) is not None
    ]
    if not rows:
        return Absent((voices.table,))
    return estimates(rows, tables=(voices.table,), method=method, unit="percent")


def _row(voices: Voices, named: np.ndarray, part: Cell, level: float) -> dict:
    share = clusters.mean(named, voices.organisation)
    low, high = interval_of(share, level)
    return {
        **voices.about,
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "behind": behind("share", voices.cell, part, **_counts(voices, named)),
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
                    "period": voices.period,
                    "measure": measure,
                    "kind": "share",
                    "value": 100 * float(named.mean()),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(len(named)),
                    "n_organisations": voices.about["n_organisations"],
                    "behind": behind(
                        "share",
                        voices.cell,
                        part_of(theme, measure, voices.cell),
                        **_counts(voices, named),
                    ),
                }
            )
    return aggregate(rows, (voices.table,), SHARE_METHOD)

"""What is seen in the data beside what is heard in the sessions, per topic.

A joint display sets results of numbers and of conversations side by side and says whether they
agree, differ, or one of them is silent (Guetterman, Fetters & Creswell 2015, Annals of Family
Medicine 13). Here a rule that was fixed beforehand decides, on whole intervals:

- seen: *none* when the odds ratios of leaving and of absence both lie within what this book calls
  too small to matter; *clear* when one of them lies beyond one on the side that the JD-R model
  expects, *opposite* when it does on the other side, and unclear when they lie on both sides; for a
  characteristic of organisations likewise with its difference in absence;
- heard: *often* when more than one in four voices name the theme, *seldom* when fewer do;
- clear and often agree, and so do none and seldom; clear and seldom differ, and none and often.
  What is seen on the opposite side differs, whether sessions tell it often or seldom.
  Whatever else is left open. A topic that one of the two cannot speak about is silent there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, drivers, equivalence
from analysis.methods.behind import behind
from analysis.methods.distribution import aggregate
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
    rows_at,
)
from analysis.methods.survey_associations import EXPECTED, odds_ratios
from analysis.methods.survey_sample import ABSENCE, LEAVING, Sample, complete_respondents
from analysis.methods.themes import EVERYBODY, Voices, part_of, share_row
from analysis.sources.vocabulary import ITEMS_PER_PART

#: Above this share of the voices, in percent, a theme is heard often, below it seldom.
OFTEN = 25.0
OUTCOMES = (LEAVING, ABSENCE)
#: Difference in the absence of organisations with more irregular hours.
ORGANISATIONS = "absence_of_organisations"
AGREE, DIFFER, OPEN = "agree", "differ", "open"
SILENT_DATA, SILENT_SESSIONS = "silent_data", "silent_sessions"
_PART = "workload_administrative"


@dataclass(frozen=True)
class Topic:
    """Something that data, sessions or both can speak about.

    Attributes
    ----------
    theme
        Theme of the sessions; none where they have no code for it.
    scale
        Factor of the survey; none where it does not ask for it.
    driver
        Characteristic of organisations, where the payslips know it and the survey does not.
    """

    theme: str | None = None
    scale: str | None = None
    driver: str | None = None


TOPICS: dict[str, Topic] = {
    "leadership": Topic("leadership", "leadership"),
    "learning": Topic("learning", "learning"),
    "climate": Topic("climate", "climate"),
    "workload": Topic("workload", "workload"),
    "administration": Topic("administration", "administration"),
    "craft": Topic("craft", "autonomy"),
    "fixed_team": Topic("fixed_team", "fixed_teams"),
    "rosters": Topic("rosters", driver="irregular_allowance_share"),
    "support_staff": Topic("support_staff"),
    "national_offer": Topic("national_offer"),
    "work_life": Topic(scale="work_life"),
}
_SCALES = ("leadership", "learning", "climate", "workload", "autonomy", "work_life")
_EXPECTED = {**EXPECTED, "administration": 1}
#: For how many odds ratios together the intervals hold.
COMPARISONS = len(OUTCOMES) * sum(topic.scale is not None for topic in TOPICS.values())

METHOD = Text(
    nl="gehoord: aandeel van de stemmen; gezien: odds ratio per standaarddeviatie, elke factor in "
    "een eigen model, en voor organisaties het verschil in verzuim per standaarddeviatie tussen "
    "organisaties; het oordeel volgt uit hele intervallen, die voor alle onderwerpen samen gelden "
    "(Bonferroni)",
    en="heard: share of the voices; seen: odds ratio per standard deviation, each factor in a "
    "model of its own, and for organisations the difference in absence per standard deviation "
    "between organisations; the verdict follows from whole intervals that hold for all topics "
    "together (Bonferroni)",
)
CORRELATION_METHOD = Text(
    nl="rangcorrelatie van Spearman tussen het aandeel stemmen en de gemiddelde sterkte in de "
    "enquête (logaritme van de odds ratio in de verwachte richting), over de onderwerpen waarover "
    "beide spreken; interval van Bonett en Wright met de onderwerpen als waarnemingen",
    en="Spearman's rank correlation between the share of voices and the mean strength in the "
    "survey (logarithm of the odds ratio in the expected direction), over the topics that both "
    "speak about; interval of Bonett and Wright with topics as observations",
)


def administrative_burden(individuals: DataTable) -> DataTable:
    """Return the survey with the administrative part of workload in the place of all of it."""
    if individuals.frame is None:
        return individuals
    items = [f"{_PART}_{number}" for number in range(1, ITEMS_PER_PART + 1)]
    part = individuals.frame[items].mean(axis=1, skipna=False)
    return DataTable(individuals.name, individuals.frame.assign(workload=part))


def seen(individuals: DataTable, organisation_years: DataTable, *, last: int) -> Estimates | Absent:
    """Estimate the odds ratio of both outcomes per topic, as terms ``<topic>.<outcome>``.

    Each factor stands in a model of its own; the intervals hold for all together. A topic that
    the survey cannot tell is left out. The largest in the expected direction comes first.
    """
    whole = complete_respondents(individuals, last=last)
    burden = complete_respondents(administrative_burden(individuals), last=last)
    if isinstance(burden, Sample):
        burden = replace(burden, use="administrative burden")
    teams = complete_respondents(individuals, last=last, organisation_years=organisation_years)
    topic_of = {topic.scale: name for name, topic in TOPICS.items() if topic.scale}
    parts = []
    for sample, scales, names in (
        (whole, _SCALES, topic_of),
        (burden, ("workload",), {"workload": "administration"}),
        (teams, ("fixed_teams",), topic_of),
    ):
        for outcome in OUTCOMES:
            found = odds_ratios(sample, outcome, scales, together=False, comparisons=COMPARISONS)
            if not isinstance(found, Absent):
                terms = [f"{names[scale]}{PAIR}{outcome}" for scale in found.frame["term"]]
                parts.append(replace(found, frame=found.frame.assign(term=terms)))
    if not parts:
        return Absent((individuals.name,))
    return _strongest_first(parts)


def _strongest_first(parts: list[Estimates]) -> Estimates:
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    known = tuple(one for part in parts for one in part.behind)
    topic = frame["term"].str.partition(PAIR)[0]
    turned = np.log(frame["estimate"]) * topic.map(lambda name: _direction(name))
    strength = turned.groupby(topic).mean()
    order = sorted(range(len(frame)), key=lambda at: (-strength[topic[at]], frame["term"][at]))
    method = parts[0].method
    whole = Estimates(
        frame, tuple(sorted({name for part in parts for name in part.tables})), method, known
    )
    return rows_at(whole, order)


def _direction(topic: str) -> int:
    return _EXPECTED[TOPICS[topic].scale]


def seen_state(topic: str, rows: pd.DataFrame) -> str:
    """Return what the survey says of a topic: ``clear``, ``opposite``, ``none`` or ``unclear``.

    Parameters
    ----------
    rows
        Odds ratios of the outcomes, with ``ci_low`` and ``ci_high``.
    """
    ends = np.log(rows[["ci_low", "ci_high"]].to_numpy(float)) * _direction(topic)
    low, high = ends.min(axis=1), ends.max(axis=1)
    small = np.log(equivalence.SMALLEST_ODDS_RATIO)
    nothing = (low >= -small) & (high <= small)
    if nothing.all() and len(rows) == len(OUTCOMES):
        return "none"
    expected, other = ((low > 0) & ~nothing).any(), ((high < 0) & ~nothing).any()
    if expected == other:
        return "unclear"
    return "clear" if expected else "opposite"


def driver_state(low: float, high: float) -> str:
    """Return the same of a characteristic that is expected to go with more absence."""
    if low >= -drivers.NEGLIGIBLE and high <= drivers.NEGLIGIBLE:
        return "none"
    if low > 0:
        return "clear"
    return "opposite" if high < 0 else "unclear"


def heard_state(low: float, high: float) -> str:
    """Return whether a theme is heard ``often``, ``seldom``, or neither is clear."""
    if low > OFTEN:
        return "often"
    return "seldom" if high < OFTEN else "unclear"


def verdict_of(seen: str, heard: str) -> str:
    """Return whether what is seen and heard agree; ``silent`` where one cannot speak."""
    if seen == "silent":
        return SILENT_DATA
    if heard == "silent":
        return SILENT_SESSIONS
    if (seen, heard) in (("clear", "often"), ("none", "seldom")):
        return AGREE
    against = seen == "opposite" and heard in ("often", "seldom")
    if against or (seen, heard) in (("clear", "seldom"), ("none", "often")):
        return DIFFER
    return OPEN


def verdicts(
    voices: Voices | Absent, seen: Estimates | Absent, organisations: Estimates | Absent
) -> dict[str, str]:
    """Return the verdict per topic, those that agree first."""
    found = {
        topic: verdict_of(_seen(topic, seen, organisations), _heard(topic, voices))
        for topic in TOPICS
    }
    order = (AGREE, DIFFER, OPEN, SILENT_DATA, SILENT_SESSIONS)
    return dict(sorted(found.items(), key=lambda item: order.index(item[1])))


def _seen(topic: str, seen: Estimates | Absent, organisations: Estimates | Absent) -> str:
    about = TOPICS[topic]
    if about.driver and isinstance(organisations, Estimates):
        row = organisations[f"{about.driver}{PAIR}between"]
        if isinstance(row, Estimates):
            return driver_state(*row.frame.loc[0, ["ci_low", "ci_high"]].astype(float))
    if about.scale and isinstance(seen, Estimates):
        rows = seen.frame[seen.frame["term"].str.startswith(f"{topic}{PAIR}")]
        if not rows.empty:
            return seen_state(topic, rows)
    return "silent"


def _heard(topic: str, voices: Voices | Absent) -> str:
    row = _heard_row(topic, voices)
    return "silent" if row is None else heard_state(row["ci_low"], row["ci_high"])


def _heard_row(topic: str, voices: Voices | Absent) -> dict | None:
    """Return the share of a theme, with an interval that holds for all topics together."""
    theme = TOPICS[topic].theme
    if isinstance(voices, Absent) or theme not in voices.themes:
        return None
    themes = sum(one.theme is not None for one in TOPICS.values())
    return share_row(voices, theme, level=clusters.bonferroni(themes))


def display(
    voices: Voices | Absent, seen: Estimates | Absent, organisations: Estimates | Absent
) -> Aggregate | Absent:
    """Return a row per topic and verdict, ``<topic>.<verdict>``, with what it rests on.

    Measures ``heard`` with ``heard_low`` and ``heard_high``, the two outcomes, and
    ``absence_of_organisations``; what a topic lacks is not there.
    """
    rows, tables = [], set()
    for topic, verdict in verdicts(voices, seen, organisations).items():
        cells = _heard_cells(topic, voices)
        if cells:
            tables.add(voices.table)
        for source, terms in (
            (seen, {f"{topic}{PAIR}{outcome}": outcome for outcome in OUTCOMES}),
            (organisations, {f"{TOPICS[topic].driver}{PAIR}between": ORGANISATIONS}),
        ):
            found = _cells_of(source, terms)
            if found:
                tables |= set(source.tables)
            cells += found
        rows += [
            {"group": f"{topic}{PAIR}{verdict}", "status": "not stated"} | one for one in cells
        ]
    if not rows:
        return Absent(tuple(sorted(_tables_of(voices, seen, organisations))))
    # One period, so that topics stand below each other; the method tells the years.
    period = max(row["period"] for row in rows)
    return aggregate([row | {"period": period} for row in rows], tuple(sorted(tables)), METHOD)


def _heard_cells(topic: str, voices: Voices | Absent) -> list[dict]:
    row = _heard_row(topic, voices)
    if row is None:
        return []
    about = {
        "period": row["period"],
        "unit": "percent",
        "n_persons": row["n"],
        "n_organisations": row["n_organisations"],
    }
    sides = (str(part_of(TOPICS[topic].theme)),)
    end = behind("difference", EVERYBODY, sides=sides, df=row["df"])
    return [
        about | {"measure": "heard", "kind": "share", "value": row["estimate"],
                 "behind": row["behind"]},
        about | {"measure": "heard_low", "kind": "difference", "value": row["ci_low"],
                 "behind": end},
        about | {"measure": "heard_high", "kind": "difference", "value": row["ci_high"],
                 "behind": end},
    ]  # fmt: skip


def _cells_of(source: Estimates | Absent, terms: Mapping[str, str]) -> list[dict]:
    if isinstance(source, Absent):
        return []
    found = []
    for row, known in zip(source.frame.itertuples(), source.behind, strict=True):
        if row.term in terms:
            found.append(
                {
                    "period": row.period,
                    "measure": terms[row.term],
                    "kind": known.kind,
                    "value": row.estimate,
                    "unit": row.unit,
                    "n_persons": row.n,
                    "n_organisations": row.n_organisations,
                    "behind": known.model_copy(update={"df": float(row.df)}),
                }
            )
    return found


def _tables_of(*results: Voices | Estimates | Absent) -> set[str]:
    return {
        name
        for one in results
        for name in ((one.table,) if isinstance(one, Voices) else one.tables)
    }


@absent_passes_through
def rank_correlation(voices: Voices, seen: Estimates) -> Estimates | Absent:
    """Estimate how far the order of what is heard is that of what is seen, as term ``correlation``.

    Absent with fewer than five topics, or when one of the two orders is not there.
    """
    strength: dict[str, float] = {}
    for topic, about in TOPICS.items():
        rows = seen.frame[seen.frame["term"].str.startswith(f"{topic}{PAIR}")]
        if about.theme in voices.themes and len(rows):
            strength[topic] = float(np.log(rows["estimate"]).mean() * _direction(topic))
    heard = [voices.of(TOPICS[topic].theme).mean() for topic in strength]
    if len(strength) < 5 or len(set(heard)) < 2 or len(set(strength.values())) < 2:
        return Absent((voices.table, *seen.tables))
    found = stats.spearmanr(heard, list(strength.values()))
    estimate, low, high = spearman_interval(float(found.statistic), len(strength))
    row = {
        **voices.about,
        "term": "correlation",
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "p_value": float(found.pvalue),
        "behind": behind("model fit", EVERYBODY),
    }
    return estimates(
        [row], tables=tuple(sorted({voices.table, *seen.tables})), method=CORRELATION_METHOD,
        unit="correlation",
    )  # fmt: skip


def spearman_interval(
    correlation: float, count: int, level: float = 0.95
) -> tuple[float, float, float]:
    """Return a rank correlation and its interval (Bonett & Wright 2000, Psychometrika 65)."""
    inside = float(np.clip(correlation, -0.999, 0.999))
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + inside**2 / 2) / (count - 3))
    middle = np.arctanh(inside)
    return correlation, float(np.tanh(middle - reach)), float(np.tanh(middle + reach))

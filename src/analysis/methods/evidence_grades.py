"""How much evidence each best practice has: heard, seen, tested.

A fixed rubric with three steps, each a fact about a theme or a factor and never about the
organisation where a practice was found:

- heard: more than one in ten voices of the listening sessions name the theme as something that
  gives energy, is needed to stay or should be kept;
- seen: the factor of the survey that belongs to it goes with less intention to leave or with less
  work-related absence;
- tested: compared with a group that did not have it. No data of this book do that.

That a practice was not named, or not asked for, does not say that it does not work. The steps
follow the order of designs in evidence grading (GRADE: Guyatt et al. 2008, BMJ 336, 924-926), where
what was only heard or only associated is low.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import clusters, themes
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.results import (
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
    only,
    rows_at,
)
from analysis.methods.survey_associations import odds_ratios, renamed
from analysis.methods.survey_sample import ABSENCE, LEAVING, Sample
from analysis.methods.themes import Said, Voices

#: Share of voices, in percent, from which a practice counts as heard.
HEARD_FROM = 10.0
FEWEST_VOICES, FEWEST_ORGANISATIONS = 50, 10
#: What a theme must mean to a speaker to speak for a practice.
POSITIVE = ("energy", "need", "keep")


@dataclass(frozen=True)
class Practice:
    """What belongs to a practice: themes of the sessions, and a factor of the survey."""

    themes: tuple[str, ...]
    factor: str | None


#: The eight of the report; nothing stands where neither sessions nor survey ask for it.
PRACTICES: dict[str, Practice] = {
    "board_role": Practice(("board",), "climate"),
    "leadership_programme": Practice(("leadership",), "leadership"),
    "own_control": Practice(("rosters", "fixed_team"), "autonomy"),
    "safe_environment": Practice(("climate",), "learning"),
    "talent": Practice(("learning",), None),
    "attention_to_staff": Practice(("direct_contact",), "engagement"),
    "absence_guidance": Practice(("conversation",), None),
    "data_driven": Practice((), None),
}
_ASKED = tuple(name for name, one in PRACTICES.items() if one.factor is not None)

HEARD_METHOD = Text(
    nl="aandeel van de mensen in luistersessies dat een thema van de praktijk noemt als iets dat "
    "energie geeft, nodig is of moet blijven, volgens de eerste codeur; 95%-intervallen op de "
    "logit-schaal die voor alle praktijken samen gelden (Bonferroni), met organisaties als "
    "clusters",
    en="share of the people in listening sessions who name a theme of the practice as something "
    "that gives energy, is needed or should be kept, according to the first coder; 95% intervals "
    "on the logit scale that hold for all practices together (Bonferroni), with organisations as "
    "clusters",
)
COUNT_METHOD = Text(
    nl="aantal van de acht praktijken dat meer dan een op de tien mensen in luistersessies noemt; "
    "de grenzen tellen de praktijken waarvan het hele interval, en waarvan een deel van het "
    "interval erboven ligt (samen 95%, Bonferroni)",
    en="number of the eight practices that more than one in ten people in listening sessions name; "
    "the ends count the practices of which the whole interval, and of which a part of the interval "
    "lies above it (95% together, Bonferroni)",
)
GRADE_METHOD = Text(
    nl="stappen van een vaste maatstaf: gehoord, gezien, vergeleken met een controlegroep; odds "
    "ratio's per standaarddeviatie uit de enquête",
    en="steps of a fixed rubric: heard, seen, compared with a control group; odds ratios per "
    "standard deviation from the survey",
)


@absent_passes_through
def heard(voices: Voices) -> Estimates | Absent:
    """Return which share of voices speaks for each practice, in percent; most heard first.

    A practice without a theme, or that nobody or everybody speaks for, is left out.
    """
    if len(voices.people) < FEWEST_VOICES or len(voices.organisations) < FEWEST_ORGANISATIONS:
        return Absent((voices.table,))
    asked = {name: Said(one.themes, POSITIVE) for name, one in PRACTICES.items() if one.themes}
    level = clusters.bonferroni(len(asked))
    found = themes.shares(voices, asked, level=level, method=HEARD_METHOD)
    if isinstance(found, Absent):
        return found
    share = found.frame["estimate"]
    places = [at for at in (-share).sort_values(kind="stable").index if 0 < share[at] < 100]
    return rows_at(found, places) if places else Absent((voices.table,))


@absent_passes_through
def number_heard(shares: Estimates) -> Estimates:
    """Count the practices that more than one in ten people name, as term ``heard``.

    The intervals hold for all practices together, so those surely and those possibly above one in
    ten are the ends of a 95 % interval of the number. A practice without a theme may be named too.
    """
    frame, unasked = shares.frame, sum(not one.themes for one in PRACTICES.values())
    first = frame.iloc[0]
    row = {
        "term": "heard",
        "estimate": float((frame["estimate"] > HEARD_FROM).sum()),
        "ci_low": float((frame["ci_low"] > HEARD_FROM).sum()),
        "ci_high": float((frame["ci_high"] > HEARD_FROM).sum() + unasked),
        "n": first["n"],
        "n_organisations": first["n_organisations"],
        "df": first["df"],
        "period": first["period"],
        "behind": behind("model fit", Cell.of("attendees", session_kind="listening")),
    }
    return estimates([row], tables=shares.tables, method=COUNT_METHOD, unit="factors")


@absent_passes_through
def seen(sample: Sample, outcome: str) -> Estimates | Absent:
    """Return the odds ratio of an outcome for the factor of each practice that has one.

    Each factor stands alone in its model; the intervals hold for all factors together. Terms are
    practices; a factor that was not asked is left out.
    """
    factors = {PRACTICES[name].factor: name for name in _ASKED}
    found = odds_ratios(sample, outcome, tuple(factors), together=False, comparisons=len(factors))
    if isinstance(found, Absent):
        return found
    return renamed(found, **{factor: factors[factor] for factor in found.frame["term"]})


@absent_passes_through
def both_outcomes(leaving: Estimates, absence: Estimates) -> Estimates | Absent:
    """Set both outcomes side by side, as terms ``<practice>.<outcome>``."""
    shared = [name for name in leaving.frame["term"] if name in set(absence.frame["term"])]
    if not shared:
        return Absent(leaving.tables)
    parts = []
    for outcome, result in ((LEAVING, leaving), (ABSENCE, absence)):
        part = only(result, *shared)
        frame = part.frame.assign(term=[f"{name}.{outcome}" for name in shared])
        parts.append(Estimates(frame, part.tables, part.method, part.behind))
    whole = Estimates(
        pd.concat([part.frame for part in parts], ignore_index=True),
        leaving.tables,
        leaving.method,
        (*parts[0].behind, *parts[1].behind),
    )
    size = len(shared)
    return rows_at(whole, [place + side * size for place in range(size) for side in (0, 1)])


def grades(
    shares: Estimates | Absent, leaving: Estimates | Absent, absence: Estimates | Absent
) -> Aggregate | Absent:
    """Return the evidence for each practice: the numbers of each step, and how many it has.

    Groups are practices; measures ``heard`` (percent), ``leaving`` and ``absence`` (odds ratios)
    and ``steps``. What was not asked or could not be estimated has no number. Absent without any.
    """
    results = {"heard": shares, "leaving": leaving, "absence": absence}
    there = {
        name: one.frame.set_index("term").assign(behind=list(one.behind))
        for name, one in results.items()
        if not isinstance(one, Absent)
    }
    tables = tuple(sorted({name for one in results.values() for name in one.tables}))
    if not there:
        return Absent(tables)
    rows = []
    for name in PRACTICES:
        own = {step: frame.loc[name] for step, frame in there.items() if name in frame.index}
        for step, row in own.items():
            rows.append(_number(name, step, row))
        rows.append(_steps(name, own, there))
    return aggregate(rows, tables, GRADE_METHOD)


def _number(practice: str, step: str, row: pd.Series) -> dict:
    return {
        "group": practice,
        "period": "",
        "measure": step,
        "kind": row["behind"].kind,
        "value": row["estimate"],
        "unit": row["unit"],
        "status": "not stated",
        "n_persons": row["n"],
        "n_organisations": row["n_organisations"],
        "behind": row["behind"].model_copy(update={"df": row["df"]}),
    }


def _steps(practice: str, own: dict[str, pd.Series], there: dict[str, pd.DataFrame]) -> dict:
    is_heard = "heard" in own and own["heard"]["ci_low"] > HEARD_FROM
    is_seen = any(own[step]["ci_high"] < 1 for step in ("leaving", "absence") if step in own)
    # A grade rests on everybody who was asked, also where this practice was not.
    base = next(iter(there.values())).iloc[0]
    return {
        "group": practice,
        "period": "",
        "measure": "steps",
        "kind": "model fit",
        "value": float(is_heard) + float(is_seen),
        "unit": "steps",
        "status": "not stated",
        "n_persons": base["n"],
        "n_organisations": base["n_organisations"],
        "behind": behind(
            "model fit", Cell.parse(base["behind"].cell), df=float(np.nan_to_num(base["df"]))
        ),
    }

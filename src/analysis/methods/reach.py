"""Reach: who took part, who was heard, and what their data hold.

A complete count has no sampling error: its interval is missing and its ``half_step`` is 0.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pingouin as pg

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Aggregate, Estimates, estimates, joined
from analysis.methods.years import in_latest_year

COUNT_METHOD = Text(
    nl="telling van wat geleverd is; geen steekproef", en="count of what was delivered; no sample"
)
DIFFERENCE_METHOD = Text(
    nl="verschil met andere organisaties van dezelfde branche, gedeeld door de gezamenlijke "
    "standaarddeviatie (Cohens d); 95%-intervallen die voor alle kenmerken samen gelden "
    "(Bonferroni)",
    en="difference from other organisations of the same branch, divided by the pooled standard "
    "deviation (Cohen's d); 95% intervals that hold for all characteristics together (Bonferroni)",
)


def counted(
    term: str,
    value: float,
    *,
    unit: str,
    persons: float,
    organisations: float,
    year: int,
    tables: tuple[str, ...],
    cell: Cell,
    part: Cell | None = None,
) -> Estimates:
    """Return one complete count as an estimate.

    Parameters
    ----------
    cell, part
        Whom ``persons`` counts, and what ``value`` counts where that is something else.
    """
    row = {
        "term": term,
        "estimate": float(value),
        "n": persons,
        "n_organisations": organisations,
        "period": f"{year}JJ00",
        "half_step": 0.0,
        "behind": behind("count", cell, part, numerator=None if part is None else float(value)),
    }
    return estimates([row], tables=tables, method=COUNT_METHOD, unit=unit)


def size_of_sector(table: DataTable, *, last: int) -> Estimates | Absent:
    """Count employees (``people``, in thousands) and ``organisations`` of the newest year."""
    rows = in_latest_year(table, last)
    if rows is None:
        return Absent((table.name,))
    year = int(rows["year"].max())
    about = {
        "persons": float(rows["employees"].sum()),
        "organisations": len(rows),
        "year": year,
        "tables": (table.name,),
        "cell": Cell.of("employees", year=year),
    }
    everyone = Cell.of("organisations", year=year)
    return joined(
        counted("people", about["persons"] / 1000, unit="thousand", **about),
        counted("organisations", len(rows), unit="organisations", part=everyone, **about),
    )


def respondents(individuals: DataTable, *, last: int) -> Estimates | Absent:
    """Count the questionnaires of all waves, as term ``respondents``."""
    if individuals.frame is None:
        return Absent((individuals.name,))
    frame = individuals.frame[individuals.frame["year"] <= last]
    if frame.empty:
        return Absent((individuals.name,))
    return counted(
        "respondents",
        len(frame),
        unit="persons",
        persons=float(frame["respondent"].nunique()),
        organisations=frame["organisation"].nunique(),
        year=int(frame["year"].max()),
        tables=(individuals.name,),
        cell=Cell.of("respondents"),
        # Somebody may answer in more than one wave.
        part=Cell.of("questionnaires"),
    )


def voices(attendees: DataTable) -> Estimates | Absent:
    """Count the people heard in listening sessions, as term ``voices``."""
    if attendees.frame is None or not attendees.frame["kind"].eq("listening").any():
        return Absent((attendees.name,))
    rows = attendees.frame[attendees.frame["kind"] == "listening"]
    count = rows["attendee"].nunique()
    return counted(
        "voices",
        count,
        unit="persons",
        persons=count,
        organisations=rows["organisation"].nunique(),
        year=int(pd.to_datetime(rows["date"]).dt.year.max()),
        tables=(attendees.name,),
        cell=Cell.of("attendees", session_kind="listening"),
    )


def voices_by_branch(attendees: DataTable, branches: list[str]) -> Aggregate | Absent:
    """Count the people of listening sessions by the branch of their organisation."""
    if attendees.frame is None or not attendees.frame["kind"].eq("listening").any():
        return Absent((attendees.name,))
    rows = attendees.frame[attendees.frame["kind"] == "listening"]
    year = int(pd.to_datetime(rows["date"]).dt.year.max())
    whole = Cell.of("attendees", session_kind="listening")
    cells = []
    for branch in branches:
        own = rows[rows["branch"] == branch]
        people = float(own["attendee"].nunique())
        cells.append(
            {
                "group": branch,
                "period": f"{year}JJ00",
                "measure": "people",
                "kind": "count",
                "value": people,
                "unit": "persons",
                "status": "not stated",
                "n_persons": people,
                "n_organisations": own["organisation"].nunique(),
                "behind": behind("count", whole.within(branch=branch)),
            }
        )
    frame = pd.DataFrame(cells)[list(Aggregate.columns)]
    known = tuple(one["behind"] for one in cells)
    return Aggregate(frame, (attendees.name,), COUNT_METHOD, known)


def participants(table: DataTable) -> Estimates | Absent:
    """Count the participating organisations and the branches that they come from.

    Terms ``participants`` and ``branches``; ``n`` counts employees, as far as PFZW knows them.
    """
    return _participants_and(table, "branch", "branches")


def places_of_participants(table: DataTable) -> Estimates | Absent:
    """Count the participating organisations and the regions that they are in.

    Terms ``participants`` and ``regions``; see ``participants``.
    """
    return _participants_and(table, "region", "regions")


def _participants_and(table: DataTable, column: str, name: str) -> Estimates | Absent:
    """Count the participants, and the different values of a column, named as its unit."""
    if table.frame is None or table.frame[[column, "start_date"]].isna().all().any():
        return Absent((table.name,))
    frame = table.frame
    about = {
        "persons": float(frame["employees"].sum()),
        "organisations": len(frame),
        "year": int(pd.to_datetime(frame["start_date"]).dt.year.max()),
        "tables": (table.name,),
        "cell": Cell.of("employees", participant=YES),
    }
    taking_part = Cell.of("organisations", participant=YES)
    return joined(
        counted("participants", len(frame), unit="organisations", part=taking_part, **about),
        counted(name, frame[column].nunique(), unit=name, **about),
    )


def people_heard(attendees: DataTable) -> Estimates | Absent:
    """Count sessions and attendees of each kind of session.

    Terms ``<kind>_sessions`` and ``<kind>_people``. Somebody who comes to two kinds counts in both.
    """
    if attendees.frame is None:
        return Absent((attendees.name,))
    frame = attendees.frame
    year = int(pd.to_datetime(frame["date"]).dt.year.max())
    found = []
    for kind, rows in frame.groupby("kind", sort=False):
        about = {
            "persons": float(rows["attendee"].nunique()),
            "organisations": rows["organisation"].nunique(),
            "year": year,
            "tables": (attendees.name,),
            "cell": Cell.of("attendees", session_kind=str(kind)),
        }
        found.append(
            counted(f"{kind}_sessions", rows["session"].nunique(), unit="sessions", **about)
        )
        found.append(counted(f"{kind}_people", rows["attendee"].nunique(), unit="persons", **about))
    return joined(*found)


def facilitators(attendees: DataTable) -> Estimates | Absent:
    """Count the facilitators of all sessions, as term ``facilitators``."""
    if attendees.frame is None:
        return Absent((attendees.name,))
    frame = attendees.frame
    count = frame["facilitator"].nunique()
    return counted(
        "facilitators",
        count,
        unit="persons",
        persons=count,
        organisations=frame["organisation"].nunique(),
        year=int(pd.to_datetime(frame["date"]).dt.year.max()),
        tables=(attendees.name,),
        cell=Cell.of("facilitators"),
    )


def sources_linked(
    table: DataTable, sources: Mapping[str, str], *, last: int
) -> Estimates | Absent:
    """Count PFZW and the sources that link to at least one of its organisations, as ``sources``.

    Parameters
    ----------
    sources
        Supplier → column of ``organisation_years`` that tells whether a row was linked.
    """
    rows = in_latest_year(table, last)
    # A flag that is nowhere known belongs to a source that was not delivered.
    if rows is None or any(rows[column].isna().all() for column in sources.values()):
        return Absent((table.name,))
    linked = [column for column in sources.values() if rows[column].eq(1).any()]
    return counted(
        "sources",
        1 + len(linked),
        unit="sources",
        persons=float(rows["employees"].sum()),
        organisations=len(rows),
        year=int(rows["year"].max()),
        tables=(table.name,),
        cell=Cell.of("employees", year=int(rows["year"].max())),
    )


def standardised_differences(
    table: DataTable,
    characteristics: list[str],
    *,
    branches: list[str],
    first: int,
    last: int,
) -> Estimates | Absent:
    """Compare participants with the other organisations of the same branch.

    Means of ``first`` to ``last`` per organisation, less the mean of the others in its branch. A
    characteristic that not all participants have is left out. ``n`` is that of all
    participants in every row, as small differences between rows would show single organisations.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame
    frame = frame[frame["branch"].isin(branches) & frame["year"].between(first, last)]
    columns = list(dict.fromkeys([*characteristics, "participant", "employees"]))
    means = frame.groupby("organisation")[columns].mean()
    taking_part = means["participant"] > 0
    branch = frame.groupby("organisation")["branch"].first()
    rows = []
    level = clusters.bonferroni(len(characteristics))
    for name in characteristics:
        usual = means.loc[~taking_part, name].groupby(branch).mean()
        centred = means[name] - branch.map(usual)
        mine, others = centred[taking_part].dropna(), centred[~taking_part].dropna()
        # Fewer than all participants would show in the width of the interval.
        if len(mine) < taking_part.sum() or len(mine) < 10 or len(others) < 10:
            continue
        size = pg.compute_effsize(mine, others, eftype="cohen")
        low, high = pg.compute_esci(
            stat=size, nx=len(mine), ny=len(others), eftype="cohen", confidence=level, decimals=6
        )
        rows.append(
            {
                "term": name,
                "estimate": float(size),
                "ci_low": float(low),
                "ci_high": float(high),
                "n": float(means.loc[taking_part, "employees"].sum()),
                "n_organisations": int(taking_part.sum()),
                "df": len(mine) + len(others) - 2,
                "period": f"{last}JJ00",
                "behind": behind(
                    "difference",
                    Cell.of("employees", year=last, participant=YES),
                    Cell.of("organisations", year=last, participant=YES),
                    numerator=float(min(len(mine), len(others))),
                ),
            }
        )
    if not rows:
        return Absent((table.name,))
    return estimates(
        rows, tables=(table.name,), method=DIFFERENCE_METHOD, unit="standard_deviations"
    )


def fillable(
    table: DataTable, indicators: Mapping[str, list[str]], *, last: int
) -> Estimates | Absent:
    """Return which share of indicators, in percent, is filled for the participants.

    Rounded down to five percent: few participants stand behind it, and an exact share would tell
    how many of them lack what.

    Parameters
    ----------
    indicators
        Term → columns of ``organisation_years``. Absent when the source of one was not delivered.
    """
    rows = in_latest_year(table, last)
    if rows is None or not rows["participant"].eq(1).any():
        return Absent((table.name,))
    if any(rows[name].isna().all() for names in indicators.values() for name in names):
        return Absent((table.name,))
    taking_part = rows[rows["participant"] == 1]
    found = []
    for term, columns in indicators.items():
        share = np.floor(20 * taking_part[columns].notna().to_numpy().mean() + 1e-9) / 20
        found.append(
            {
                "term": term,
                "estimate": 100 * float(share),
                "n": float(taking_part["employees"].sum()),
                "n_organisations": len(taking_part),
                "period": f"{int(taking_part['year'].max())}JJ00",
                "half_step": 0.0,
                "behind": behind(
                    "derived",
                    Cell.of("employees", participant=YES, year=int(taking_part["year"].max())),
                ),
            }
        )
    return estimates(
        found,
        tables=(table.name,),
        method=Text(
            nl="aandeel van de indicatoren dat voor de deelnemers gevuld is, naar beneden afgerond "
            "op 5%; volledige telling",
            en="share of the indicators that is filled for the participants, rounded down to 5%; "
            "complete count",
        ),
        unit="percent",
    )

"""What organisations agreed to do after the sessions, beside what people said they need.

An action agenda is that of an organisation: its points belong together, so that organisations are
the clusters. A block of the agenda is compared with the same block of what voices in listening
sessions need, both as a share of all they name.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.themes import FEWEST_ORGANISATIONS, FIRST_CODER, Voices, interval_of
from analysis.sources.vocabulary import BUILDING_BLOCKS

#: Who carries an action, in groups that are large enough to show.
OWNERS = {
    "leaders": ("board", "management"),
    "hr_and_council": ("hr", "employee_council"),
    "team": ("professional", "team_leader"),
}
AGENDA, NEEDED = "agenda", "needed"
_NEED = "need"

_SHARE = Text(
    nl="aandeel van de actiepunten; 95%-interval op de logitschaal met organisaties als clusters, "
    "alsof deze organisaties een trekking zijn",
    en="share of the action points; 95% interval on the logit scale with organisations as "
    "clusters, as if these organisations were a draw",
)
_BESIDE = Text(
    nl="aandeel van alle actiepunten, en van alle keren dat een stem in een luistersessie een "
    "thema nodig noemt om te blijven; 95%-intervallen op de logitschaal met organisaties als "
    "clusters",
    en="share of all action points, and of all times that a voice in a listening session says that "
    "a theme is needed to stay; 95% intervals on the logit scale with organisations as clusters",
)
_GAP = Text(
    nl="aandeel van de actiepunten min aandeel van wat nodig is, met 95%-intervallen die voor alle "
    "bouwstenen samen gelden (Bonferroni); organisaties als clusters",
    en="share of the action points less share of what is needed, with 95% intervals that hold for "
    "all building blocks together (Bonferroni); organisations as clusters",
)

_ITEM = Text(
    nl="aandeel van de deelnemende organisaties volgens de eerste codeur, als band van een derde",
    en="share of the participating organisations according to the first coder, as a band of a "
    "third",
)


def by_owner(points: DataTable, attendees: DataTable) -> Estimates | Absent:
    """Return the share of action points that each group of ``OWNERS`` carries, in percent."""
    return _shares(
        points,
        attendees,
        {
            name: (lambda rows, roles=roles: rows["owner"].isin(roles), {"role": roles})
            for name, roles in OWNERS.items()
        },
    )


def at_individuals(points: DataTable, attendees: DataTable) -> Estimates | Absent:
    """Return the share of action points that is aimed at individuals alone, as ``individual``."""
    return _shares(
        points,
        attendees,
        {"individual": (lambda rows: rows["level"].eq("individual"), {"level": "individual"})},
    )


def of_blocks(points: DataTable, attendees: DataTable) -> Estimates | Absent:
    """Return for each building block which part is aimed at individuals and carried by leaders.

    Terms ``<block>.individual`` and ``<block>.leaders``, in percent. One level and one group of
    owners a block: a second would let a reader compute what the airlock hides of the first.
    """
    given = _read(points, attendees)
    if isinstance(given, Absent):
        return given
    rows, period, tables = given
    found = []
    for name in BUILDING_BLOCKS:
        own = rows[_block_of(rows) == name]
        if own["organisation"].nunique() < FEWEST_ORGANISATIONS:
            continue
        cell = Cell.of("action points", block=name)
        for side, yes, levels in (
            ("individual", own["level"].eq("individual"), {"level": "individual"}),
            ("leaders", own["owner"].isin(OWNERS["leaders"]), {"role": OWNERS["leaders"]}),
        ):
            found.append(_row(f"{name}{PAIR}{side}", own, yes, cell, levels, period))
    if not found:
        return Absent(tables)
    return estimates(found, tables=tables, method=_SHARE, unit="percent")


def beside_need(points: DataTable, voices: Voices | Absent) -> Estimates | Absent:
    """Return the share of each block in the agendas and in what voices need, in percent.

    Terms ``<block>.agenda`` and ``<block>.needed``.
    """
    given = _totals(points, voices)
    if isinstance(given, Absent):
        return given
    totals, tables = given
    rows = []
    for name in BUILDING_BLOCKS:
        for side, population in ((AGENDA, "action points"), (NEEDED, "statements")):
            part, whole = totals[f"{side} {name}"], totals[side]
            among = whole > 0
            levels = {} if side == AGENDA else {"meaning": _NEED, "session_kind": "listening"}
            cell = Cell.of(population, **levels)
            rows.append(
                {
                    "term": f"{name}{PAIR}{side}",
                    **_share(part[among].to_numpy(), whole[among].to_numpy(), totals.index[among]),
                    "n": float(whole.sum()),
                    "n_organisations": float(among.sum()),
                    "df": float(among.sum() - 1),
                    "period": voices.period,
                    "behind": behind(
                        "share",
                        cell,
                        cell.within(block=name),
                        numerator=float(part.sum()),
                        part_organisations=float((part > 0).sum()),
                    ),
                }
            )
    return estimates(rows, tables=tables, method=_BESIDE, unit="percent")


def less_than_needed(points: DataTable, voices: Voices | Absent) -> Estimates | Absent:
    """Return how much more of a block the agendas hold than voices need, in percentage points.

    Terms are building blocks; below zero, the agendas leave something out.
    """
    given = _totals(points, voices)
    if isinstance(given, Absent):
        return given
    totals, tables = given
    level = clusters.bonferroni(len(BUILDING_BLOCKS))
    rows = []
    for name in BUILDING_BLOCKS:
        columns = [f"{AGENDA} {name}", AGENDA, f"{NEEDED} {name}", NEEDED]
        (found,) = clusters.of_totals(
            lambda t: np.array([t[0] / t[1] - t[2] / t[3]]), totals[columns].to_numpy()
        )
        low, high = found.interval(level)
        cell = Cell.of("action points")
        rows.append(
            {
                "term": name,
                "estimate": 100 * found.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "n": float(totals[AGENDA].sum()),
                "n_organisations": float(len(totals)),
                "df": float(found.df),
                "period": voices.period,
                "behind": behind(
                    "difference",
                    cell,
                    sides=(
                        str(cell.within(block=name)),
                        str(
                            Cell.of(
                                "statements", meaning=_NEED, session_kind="listening", block=name
                            )
                        ),
                    ),
                ),
            }
        )
    return estimates(rows, tables=tables, method=_GAP, unit="percentage_points")


def _block_of(rows: pd.DataFrame) -> pd.Series:
    """Return the building block of each row's theme; missing for a theme outside them."""
    blocks = {theme: name for name, themes in BUILDING_BLOCKS.items() for theme in themes}
    return rows["theme"].map(blocks)


def _totals(
    points: DataTable, voices: Voices | Absent
) -> tuple[pd.DataFrame, tuple[str, ...]] | Absent:
    """Count per organisation the points and the needs, of each block and in all."""
    if points.frame is None:
        return Absent((points.name,))
    if isinstance(voices, Absent):
        return voices
    tables = (points.name, voices.table)
    if _NEED not in voices.marks:
        return Absent(tables)
    agreed = points.frame.dropna(subset=["organisation"])
    agreed = pd.crosstab(agreed["organisation"], agreed["theme"].fillna("other"))
    said = pd.DataFrame(voices.marks[_NEED], columns=list(voices.themes))
    said = said.groupby(np.array(voices.organisations)[voices.organisation]).sum()
    sides = {AGENDA: agreed, NEEDED: said}
    columns = {}
    for side, counts in sides.items():
        columns[side] = counts.sum(axis=1)
        for name, themes in BUILDING_BLOCKS.items():
            columns[f"{side} {name}"] = counts.reindex(columns=list(themes)).sum(axis=1)
    totals = pd.DataFrame(columns).fillna(0.0).astype(float)
    if any((totals[side] > 0).sum() < FEWEST_ORGANISATIONS for side in sides):
        return Absent(tables)
    return totals, tables


def _share(part: np.ndarray, whole: np.ndarray, organisation: np.ndarray) -> dict[str, float]:
    """Return a share of totals in percent with its interval, as columns of ``Estimates``."""
    found = clusters.ratio(part, whole, organisation)
    low, high = interval_of(found)
    return {"estimate": 100 * found.estimate, "ci_low": 100 * low, "ci_high": 100 * high}


def _read(
    points: DataTable, attendees: DataTable
) -> tuple[pd.DataFrame, str, tuple[str, ...]] | Absent:
    """Return the points, the year of the sessions in which they were agreed, and the tables."""
    missing = [table.name for table in (points, attendees) if table.frame is None]
    if missing:
        return Absent(tuple(missing))
    tables = (points.name, attendees.name)
    rows = points.frame.dropna(subset=["organisation"])
    dates = pd.to_datetime(attendees.frame["date"]).dropna()
    if rows["organisation"].nunique() < FEWEST_ORGANISATIONS or dates.empty:
        return Absent(tables)
    return rows, f"{int(dates.dt.year.max())}JJ00", tables


def _shares(points: DataTable, attendees: DataTable, terms: dict) -> Estimates | Absent:
    given = _read(points, attendees)
    if isinstance(given, Absent):
        return given
    rows, period, tables = given
    cell = Cell.of("action points")
    found = [_row(term, rows, yes(rows), cell, levels, period)
             for term, (yes, levels) in terms.items()]  # fmt: skip
    return estimates(found, tables=tables, method=_SHARE, unit="percent")


def _row(
    term: str, rows: pd.DataFrame, yes: pd.Series, cell: Cell, levels: dict, period: str
) -> dict:
    organisations = rows["organisation"].nunique()
    return {
        "term": term,
        **_share(yes.to_numpy(float), np.ones(len(rows)), rows["organisation"].to_numpy()),
        "n": float(len(rows)),
        "n_organisations": float(organisations),
        "df": float(organisations - 1),
        "period": period,
        "behind": behind(
            "share",
            cell,
            cell.within(**levels),
            numerator=float(yes.sum()),
            part_organisations=float(rows.loc[yes, "organisation"].nunique()),
        ),
    }


def has_item(checklist: DataTable, participants: DataTable, item: str) -> Estimates | Absent:
    """Return which share of the participants has something of the checklist, as term ``item``.

    In percent, with the exact interval of Clopper and Pearson. So few organisations leave the
    airlock as a band only.
    """
    missing = [table.name for table in (checklist, participants) if table.frame is None]
    if missing:
        return Absent(tuple(missing))
    tables = (checklist.name, participants.name)
    rows = checklist.frame[
        (checklist.frame["item"] == item)
        & (checklist.frame["coder"] == FIRST_CODER)
        & checklist.frame["present"].notna()
    ]
    everybody = participants.frame
    if len(rows) < FEWEST_ORGANISATIONS or everybody["employees"].isna().all():
        return Absent(tables)
    yes = int((rows["present"] == "yes").sum())
    low, high = stats.binomtest(yes, len(rows)).proportion_ci(method="exact")
    row = {
        "term": item,
        "estimate": 100 * yes / len(rows),
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(everybody["employees"].sum()),
        "n_organisations": float(len(rows)),
        "period": f"{int(pd.to_datetime(everybody['start_date']).dt.year.max())}JJ00",
        "behind": behind(
            "share",
            Cell.of("employees", participant=YES),
            Cell.of("organisations", participant=YES, item=item),
            numerator=float(yes),
        ),
    }
    return estimates([row], tables=tables, method=_ITEM, unit="percent")

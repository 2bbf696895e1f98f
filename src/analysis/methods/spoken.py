"""What people in sessions say: which share names a theme, and as what.

People of one organisation were heard together and may be alike, so that organisations are the
clusters. The interval is that of Korn and Graubard (1998, Survey Methodology 24): the exact
interval of Clopper and Pearson on as many independent people as the variance is worth, which also
holds for themes that hardly anybody names. Not naming a theme is not denying it: people were asked
openly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Estimates, estimates

#: Fewer organisations than this give a variance without any meaning.
FEWEST_ORGANISATIONS = 5
#: Of the two coders, the one who coded everything.
FIRST_CODER = "a"

METHOD = Text(
    nl="aandeel mensen dat het thema noemt, volgens de eerste codeur; 95%-interval van Korn en "
    "Graubard met organisaties als clusters",
    en="share of people who name the theme, according to the first coder; 95% interval of Korn and "
    "Graubard with organisations as clusters",
)
DIFFERENCE_METHOD = Text(
    nl="verschil tussen twee aandelen van dezelfde mensen, volgens de eerste codeur; 95%-interval "
    "met organisaties als clusters",
    en="difference between two shares of the same people, according to the first coder; 95% "
    "interval with organisations as clusters",
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
class Heard:
    """People of some roles in some kinds of session, and what they said.

    Attributes
    ----------
    codings
        A row per person and theme, of the first coder; several sessions of a person are one.
    organisation
        Organisation per person.
    cell
        Address of these people.
    period
        Year of their newest session.
    tables
        Names of the tables that were used.
    """

    codings: pd.DataFrame
    organisation: pd.Series
    cell: Cell
    period: str
    tables: tuple[str, ...]

    def says(self, said: Said) -> np.ndarray:
        """Tell of each person whether they say this."""
        rows = self.codings[self.codings["theme"].isin(said.themes)]
        columns = list(said.meanings) or ["mentioned"]
        who = rows.loc[rows[columns].eq(1).any(axis=1) & rows["mentioned"].eq(1), "attendee"]
        return self.organisation.index.isin(who)

    def part(self, said: Said) -> Cell:
        """Return the address of those who say this."""
        given = {"theme": said.themes, "meaning": said.meanings or None}
        return self.cell.within(**{name: one for name, one in given.items() if one})


def heard(
    codings: DataTable,
    attendees: DataTable,
    *,
    kinds: tuple[str, ...],
    roles: tuple[str, ...] | None = None,
) -> Heard | Absent:
    """Return the people of these roles in these kinds of session.

    Parameters
    ----------
    codings
        A row per person, session, theme and coder.
    attendees
        Tells when the sessions were.
    roles
        All of them when left out.

    Returns
    -------
    Heard or Absent
        Absent when a table is, or with fewer than ``FEWEST_ORGANISATIONS`` organisations.
    """
    missing = [table.name for table in (codings, attendees) if table.frame is None]
    if missing:
        return Absent(tuple(missing))
    tables = (codings.name, attendees.name)
    rows = codings.frame[
        (codings.frame["coder"] == FIRST_CODER) & codings.frame["kind"].isin(kinds)
    ]
    if roles is not None:
        rows = rows[rows["role"].isin(roles)]
    rows = rows[rows["mentioned"].notna() & rows["organisation"].notna()]
    organisation = rows.groupby("attendee")["organisation"].first()
    dates = pd.to_datetime(attendees.frame.loc[attendees.frame["kind"].isin(kinds), "date"])
    if organisation.nunique() < FEWEST_ORGANISATIONS or dates.dropna().empty:
        return Absent(tables)
    return Heard(
        rows,
        organisation,
        Cell.of("attendees", session_kind=kinds, role=roles),
        f"{int(dates.dt.year.max())}JJ00",
        tables,
    )


def shares(people: Heard | Absent, terms: Mapping[str, Said]) -> Estimates | Absent:
    """Return which share of people says something, in percent, a term each."""
    if isinstance(people, Absent):
        return people
    rows = []
    for term, said in terms.items():
        yes = people.says(said)
        rows.append(
            {
                **_about(people),
                "term": term,
                **share_row(yes.astype(float), np.ones(len(yes)), people.organisation.to_numpy()),
                "behind": behind(
                    "share",
                    people.cell,
                    people.part(said),
                    numerator=float(yes.sum()),
                    part_organisations=float(people.organisation[yes].nunique()),
                ),
            }
        )
    return estimates(rows, tables=people.tables, method=METHOD, unit="percent")


def difference(people: Heard | Absent, term: str, more: Said, less: Said) -> Estimates | Absent:
    """Return how many more of the same people say one thing than another, in percentage points.

    Each person counts in both shares, so that what people of talkative organisations have in
    common drops out. Absent where nobody says one without the other.
    """
    if isinstance(people, Absent):
        return people
    gap = people.says(more).astype(float) - people.says(less)
    if not gap.any():
        return Absent(people.tables)
    found = clusters.mean(gap, people.organisation.to_numpy())
    if not found.se > 0:
        return Absent(people.tables)
    low, high = found.interval()
    row = {
        **_about(people),
        "term": term,
        "estimate": 100 * found.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "p_value": float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df)),
        "behind": behind(
            "difference",
            people.cell,
            sides=tuple(str(people.part(side)) for side in (more, less)),
        ),
    }
    return estimates(
        [row], tables=people.tables, method=DIFFERENCE_METHOD, unit="percentage_points"
    )


def share_row(part: np.ndarray, whole: np.ndarray, organisation: np.ndarray) -> dict[str, float]:
    """Return a share of totals in percent with its interval, as columns of ``Estimates``.

    Parameters
    ----------
    part, whole
        Counts per row; their totals are divided.
    organisation
        Organisation of each row.
    """
    found = clusters.ratio(part, whole, organisation)
    low, high = korn_graubard(found.estimate, found.se, float(whole.sum()), found.df)
    return {"estimate": 100 * found.estimate, "ci_low": 100 * low, "ci_high": 100 * high}


def korn_graubard(share: float, se: float, count: float, df: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, exact for as many people as its variance is worth.

    Korn & Graubard (1998), as ``svyciprop(method = "beta")`` of R's survey package: the effective
    number of people is that of the variance, times the squared ratio of t quantiles with n − 1 and
    with the design's degrees of freedom; never more than were heard.
    """
    worth = count
    if se > 0:
        narrower = stats.t.ppf(0.975, count - 1) / stats.t.ppf(0.975, df)
        worth = min(count, share * (1 - share) / se**2 * narrower**2)
    low, high = proportion_confint(share * worth, worth, alpha=0.05, method="beta")
    return float(np.nan_to_num(low, nan=0.0)), float(np.nan_to_num(high, nan=1.0))


def _about(people: Heard) -> dict:
    organisations = people.organisation.nunique()
    return {
        "n": float(len(people.organisation)),
        "n_organisations": float(organisations),
        "df": float(organisations - 1),
        "period": people.period,
    }

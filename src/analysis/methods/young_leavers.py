"""Who leaves the sector at a young age: how long they had been there, and whether they come back.

Time at the last employer is at most the experience in the sector, as earlier employers before the
data are not seen: the share with some years is a lower bound. Return is one way to end being out,
and no other end is seen, so that the product-limit estimator of Kaplan and Meier (1958) holds for
those who are followed less long; who emigrates or dies counts as not returned.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, resampling
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, estimates

#: Months at the last employer from which somebody is called experienced.
EXPERIENCED = 24
#: Months within which a return is counted.
WINDOW = 60
FEWEST, FEWEST_ORGANISATIONS = 30, 12
_DRAWS = 500

_EXPERIENCE = Text(
    nl="aandeel van wie uit de sector vertrok dat dan ten minste twee jaar bij de laatste "
    "werkgever had gewerkt; 95%-interval met organisaties als clusters",
    en="share of those who left the sector who had then worked for the last employer for at least "
    "two years; 95% interval with organisations as clusters",
)
_RETURN = Text(
    nl="kans om binnen vijf jaar weer een loonstrook in de sector te hebben, één min Kaplan-Meier: "
    "wie korter gevolgd is, telt zolang mee; 95%-interval met bootstrap van organisaties",
    en="chance of a payslip in the sector again within five years, one minus Kaplan-Meier: those "
    "who are followed less long count as long as they are; 95% interval by bootstrap of "
    "organisations",
)


@dataclass(frozen=True)
class Leavers:
    """The first time that people of an age left the sector.

    Attributes
    ----------
    frame
        Columns ``person``, ``organisation``, ``tenure`` (months at the last employer), ``months``
        (until return or the end of the data) and ``returned``.
    ages
        First and last age.
    year
        Of the newest payslip.
    """

    frame: pd.DataFrame
    ages: tuple[int, int]
    year: int


def leavers(table: DataTable, *, ages: tuple[int, int], last: int) -> Leavers | Absent:
    """Return the first time that people of these ages left the sector.

    Parameters
    ----------
    table
        ``careers``.
    ages
        First and last, at the end of the year of leaving.
    last
        No payslip after this year counts. The newest payslip ends the data: after it, nobody could
        be seen to come back.
    """
    if table.frame is None:
        return Absent((table.name,))
    rows = table.frame[
        table.frame["destination"].notna() & table.frame["age_at_end"].between(*ages)
    ]
    rows = rows.sort_values(["person", "last_month"]).drop_duplicates("person")
    newest = min(_month(pd.to_datetime(table.frame["last_month"])).max(), 12 * last + 12)
    followed = newest - _month(pd.to_datetime(rows["last_month"]))
    gap = rows["next_gap_months"]
    returned = gap.notna() & (gap < followed)
    frame = pd.DataFrame(
        {
            "person": rows["person"],
            "organisation": rows["organisation"],
            "tenure": rows["tenure_months"],
            "months": np.where(returned, gap.fillna(0).clip(lower=0), followed),
            "returned": returned,
        }
    )
    frame = frame[followed.to_numpy() >= 0]
    if len(frame) < FEWEST or frame["organisation"].nunique() < FEWEST_ORGANISATIONS:
        return Absent((table.name,))
    return Leavers(frame, ages, int(newest - 1) // 12)


def _month(date: pd.Series) -> pd.Series:
    """Return months counted from the year 0."""
    return 12 * date.dt.year + date.dt.month


def experienced(found: Leavers | Absent) -> Estimates | Absent:
    """Return the share, in percent, who had been at their last employer for two years."""
    if isinstance(found, Absent):
        return found
    frame = found.frame
    long = (frame["tenure"] >= EXPERIENCED).to_numpy()
    if min(long.sum(), (~long).sum()) < FEWEST:
        return Absent(("careers",))
    share = clusters.mean(long, frame["organisation"].to_numpy())
    low, high = share.logit_interval()
    cell = _cell(found)
    known = behind(
        "share", cell, cell.within(experienced=YES), numerator=float(long.sum()),
        part_organisations=float(frame.loc[long, "organisation"].nunique()),
    )  # fmt: skip
    row = {
        **_about(found, "experienced"),
        "behind": known,
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "df": float(share.df),
    }
    return estimates([row], tables=("careers",), method=_EXPERIENCE, unit="percent")


def returned(found: Leavers | Absent, *, seed: int, within: int = WINDOW) -> Estimates | Absent:
    """Return the chance, in percent, of having come back within so many months.

    Absent when nobody who left is followed that long.
    """
    if isinstance(found, Absent):
        return found
    frame = found.frame
    months, back = frame["months"].to_numpy(int), frame["returned"].to_numpy()
    long = (months >= within).sum()
    if long < FEWEST or (back & (months < within)).sum() < FEWEST:
        return Absent(("careers",))
    place, organisations = resampling.codes(frame["organisation"])
    # Who is back after m months without a payslip came back in month m + 1, counted from 0 as m;
    # who is followed for m months is not seen in it.
    shape = (organisations, within + 1)
    cell = place * (within + 1) + np.minimum(months, within)
    events, unseen = (
        np.bincount(cell[kind], minlength=organisations * (within + 1)).reshape(shape)[:, :within]
        for kind in (back, ~back)
    )
    followed = np.bincount(cell, minlength=organisations * (within + 1)).reshape(shape)
    at_risk = followed[:, ::-1].cumsum(axis=1)[:, ::-1][:, :within] - unseen
    drawn = np.vstack([np.ones(organisations), resampling.counts(organisations, _DRAWS, seed)])
    hazard = (drawn @ events) / np.maximum(drawn @ at_risk, 1.0)
    share = 1 - np.prod(1 - hazard, axis=1)
    effect = resampling.by_percentiles(100 * share[0], 100 * share[1:])
    row = {
        **_about(found, "returned"),
        **effect.row(),
        "p_value": np.nan,
        "df": float(organisations - 1),
    }
    return estimates([row], tables=("careers",), method=_RETURN, unit="percent")


def _about(found: Leavers, term: str) -> dict:
    return {
        "term": term,
        "n": float(len(found.frame)),
        "n_organisations": float(found.frame["organisation"].nunique()),
        "period": f"{found.year}JJ00",
        "behind": behind("model fit", _cell(found)),
    }


def _cell(found: Leavers) -> Cell:
    first, last = found.ages
    return Cell.of("sampled employees", year=found.year, followed=f"leavers_{first}_to_{last}")

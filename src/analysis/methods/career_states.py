"""Careers as states: where each person stands at the end of each year.

A person works in the function with a temporary or a permanent contract, works in another function
of the sector, or is out of it: in another sector, inactive or retired. Payslips only see the
sector, so that where somebody is after leaving is what the last payslip says; what follows there
is not seen, but a return is. A person counts from the first end of a year at which it is seen in
the function, at the age it then has: years before that are not in the data (left truncation).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.methods.function_turnover import CARE
from analysis.methods.results import Absent

#: States in the order of a career; the first three are work in the sector.
STATES = (
    "in_training", "temporary", "permanent", "other_function", "other_sector", "inactive",
    "retired",
)  # fmt: skip
PLACE = {name: place for place, name in enumerate(STATES)}
WORKING = ("temporary", "permanent", "other_function")
GONE = ("other_sector", "inactive", "retired")
#: States in which people are on their way, in training or at work.
FOLLOWED = ("in_training", *WORKING)
#: What the last payslip says, and the state after it. Who is gone without a destination is in the
#: remainder, as those of whom the pension fund does not know it are.
AFTER = {"pension": "retired", "other_sector": "other_sector", "inactive": "inactive"}
UNSEEN = -1
#: Fewer people than this in a state of their own are no state.
FEWEST = 30
#: All care functions as one.
ALL_CARE = "all_care"
#: Where careers are seen, unless more is asked.
TABLES = ("employment_years", "careers")


@dataclass(frozen=True)
class Years:
    """Where people stand at the end of each year.

    Attributes
    ----------
    state
        Shape (persons, years): place in ``STATES``, with all work as temporary or permanent;
        ``UNSEEN`` before the first end of a year at which somebody is seen.
    function, organisation, branch
        Shape (persons, years): place in ``functions``, and numbers; ``UNSEEN`` out of the sector.
    birth_year, cluster
        Per person; the cluster is the organisation at which it was first seen.
    entered
        Year in which a person is known to have started, or 0 for those who were there already.
    established
        First year at the end of which a person has worked for two years for certain.
    first
        Year of the first column.
    tables
        In which they were seen.
    """

    state: np.ndarray
    function: np.ndarray
    organisation: np.ndarray
    branch: np.ndarray
    birth_year: np.ndarray
    cluster: np.ndarray
    entered: np.ndarray
    established: np.ndarray
    first: int
    functions: tuple[str, ...]
    persons: np.ndarray
    tables: tuple[str, ...] = TABLES

    @property
    def last(self) -> int:
        """Year of the last column."""
        return self.first + self.state.shape[1] - 1


@dataclass(frozen=True)
class Steps:
    """A row per person and year in which it is followed: from the state before to that after.

    Attributes
    ----------
    age
        At the end of the year before.
    origin, target
        Places in ``STATES``.
    cluster, person, year
        The year is that of the target.
    function
        Name of the function, or ``ALL_CARE``.
    tables
        In which they were seen.
    """

    age: np.ndarray
    origin: np.ndarray
    target: np.ndarray
    cluster: np.ndarray
    person: np.ndarray
    year: np.ndarray
    function: str
    tables: tuple[str, ...] = TABLES


def years(employment: DataTable, careers: DataTable, *, first: int, last: int) -> Years | Absent:
    """Place each person at the end of each year.

    Parameters
    ----------
    employment
        ``employment_years``.
    careers
        ``careers``, for who was there before the data began.
    first, last
        Years to look at. The last end of a year at which anybody is seen at work ends the data: in
        a later year nobody would be, and all would seem to have left.
    """
    if employment.frame is None or careers.frame is None:
        return Absent((employment.name, careers.name))
    rows = employment.frame[employment.frame["year"].between(first, last)]
    at_end = pd.to_datetime(rows["last_month"]).dt.month.eq(12).to_numpy()
    there = at_end & rows["contract"].notna().to_numpy()
    if not there.any():
        return Absent((employment.name,))
    last = int(rows.loc[there, "year"].max())
    kept = (rows["year"] <= last).to_numpy()
    rows, at_end, there = rows[kept], at_end[kept], there[kept]
    person, persons = pd.factorize(rows["person"], sort=True)
    organisation, _ = pd.factorize(rows["organisation"], sort=True)
    functions = tuple(sorted(set(rows["function_group"].dropna())))
    column = rows["year"].to_numpy() - first
    shape = (len(persons), last - first + 1)
    # Of two jobs, the larger one; it is written last.
    order = np.argsort(rows["fte_months"].fillna(0).to_numpy(), kind="stable")
    order = order[there[order]]
    at = person[order], column[order]
    work = np.where(rows["contract"] == "permanent", PLACE["permanent"], PLACE["temporary"])
    state = np.full(shape, UNSEEN, dtype=np.int8)
    state[at] = work[order]
    function = np.full(shape, UNSEEN, dtype=np.int8)
    codes = pd.Categorical(rows["function_group"], categories=functions).codes
    function[at] = codes[order]
    employer = np.full(shape, UNSEEN, dtype=np.int32)
    employer[at] = organisation[order]
    branch = np.full(shape, UNSEEN, dtype=np.int8)
    branch[at] = pd.factorize(rows["branch"], sort=True)[0][order]
    gone = np.full(shape, UNSEEN, dtype=np.int8)
    after = rows["destination"].map(AFTER).map(PLACE)
    # Who is at work at the end of the year leaves by it only where December says so: an earlier
    # destination of that year was followed by a return.
    known = after.notna().to_numpy() & (at_end | (state[person, column] == UNSEEN))
    gone[person[known], column[known]] = after[known].to_numpy(int)
    _carry(state, gone)
    birth = np.zeros(len(persons), dtype=int)
    birth[person] = rows["birth_year"].to_numpy()
    entered, established = _starts(careers.frame, persons)
    seen = state != UNSEEN
    some = seen.any(axis=1)
    cluster = employer[np.arange(len(persons)), np.argmax(seen, axis=1)]
    return Years(
        state[some], function[some], employer[some], branch[some], birth[some], cluster[some],
        entered[some], established[some], first, functions, np.asarray(persons)[some],
    )  # fmt: skip


def _carry(state: np.ndarray, gone: np.ndarray) -> None:
    """Write where people are who do not work in the sector: where they last went.

    Who leaves on the last day of a year is at work at its end, and gone from the next one on.
    """
    went = np.full(len(state), UNSEEN, dtype=np.int8)
    for year in range(state.shape[1]):
        went = np.where(gone[:, year] != UNSEEN, gone[:, year], went)
        out = state[:, year] == UNSEEN
        seen = (state[:, :year] != UNSEEN).any(axis=1)
        told = np.where(went == UNSEEN, PLACE["inactive"], went)
        state[:, year] = np.where(out & seen, told, state[:, year])
        went = np.where(out | (gone[:, year] != UNSEEN), went, UNSEEN).astype(np.int8)


def _starts(careers: pd.DataFrame, persons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return when each person started, where that was seen, and when it has been there two years.

    Who was there when the data began started at the present employer or before it, so that the
    second year is over no later than two years after that.
    """
    month = pd.to_datetime(careers["first_month"])
    known = pd.DataFrame(
        {
            "person": careers["person"],
            "began": month.dt.year,
            "truncated": careers["left_truncated"],
            "start": pd.to_datetime(careers["start_date"]).dt.year,
        }
    )
    by_person = known.groupby("person")
    began = by_person["began"].min().reindex(persons)
    truncated = by_person["truncated"].max().reindex(persons).fillna(1).to_numpy() == 1
    start = by_person["start"].min().reindex(persons)
    entered = np.where(truncated, 0, began.fillna(0)).astype(int)
    sure = np.where(truncated, np.minimum(start.fillna(9999), began.fillna(9999)), began)
    return entered, (np.nan_to_num(sure, nan=9999.0) + 2).astype(int)


def trained(found: Years | Absent, training: DataTable) -> Years | Absent:
    """Keep those of whom the start of a training is known, with the years in which it went on.

    In training is who has begun and not worked in the sector yet. Age and function are known of
    those who did work in it later, so that nobody is seen who never came: the chance of coming is
    not told by this, what follows and the age at which is.
    """
    if isinstance(found, Absent):
        return found
    if training.frame is None:
        return Absent((training.name,))
    rows = training.frame[training.frame["event"] == "training_start"]
    begun = pd.to_datetime(rows["date"]).dt.year.groupby(rows["person"]).min()
    begun = begun.reindex(found.persons)
    kept = begun.notna().to_numpy()
    if not kept.any():
        return Absent((training.name,))
    begun = begun[kept].to_numpy(int)
    state, function = found.state[kept].copy(), found.function[kept].copy()
    years_seen = found.first + np.arange(state.shape[1])
    waiting = (state == UNSEEN) & (years_seen >= begun[:, None])
    # Whom the data saw at work before the first end of a year has left training behind.
    waiting &= (found.entered[kept] > 0)[:, None] & (years_seen < found.entered[kept][:, None])
    first_function = function[np.arange(len(function)), np.argmax(state != UNSEEN, axis=1)]
    state[waiting] = PLACE["in_training"]
    function[waiting] = np.broadcast_to(first_function[:, None], function.shape)[waiting]
    return Years(
        state, function, found.organisation[kept], found.branch[kept], found.birth_year[kept],
        found.cluster[kept], found.entered[kept], found.established[kept], found.first,
        found.functions, found.persons[kept], (*found.tables, training.name),
    )  # fmt: skip


def steps(found: Years | Absent, function: str) -> Steps | Absent:
    """Return the steps of everybody who was seen in a function, from then on.

    Other functions are a state of their own when enough people went to one.

    Parameters
    ----------
    function
        A function group, or ``ALL_CARE``.
    """
    if isinstance(found, Absent):
        return found
    names = CARE if function == ALL_CARE else (function,)
    codes = [place for place, name in enumerate(found.functions) if name in names]
    own = np.isin(found.function, codes)
    begun = np.maximum.accumulate(own, axis=1)
    state = np.where(begun, found.state, UNSEEN)
    other = begun & (found.function != UNSEEN) & ~own
    if other.any(axis=1).sum() >= FEWEST:
        state = np.where(other, PLACE["other_function"], state)
    before, after = state[:, :-1], state[:, 1:]
    person, column = np.nonzero(before != UNSEEN)
    if not len(person):
        return Absent(found.tables)
    year = found.first + column + 1
    return Steps(
        year - 1 - found.birth_year[person],
        before[person, column].astype(int),
        after[person, column].astype(int),
        found.cluster[person],
        person,
        year,
        function,
        found.tables,
    )

"""Published series: selecting, the latest figure, means, ratios and sums.

A published figure comes without an interval; nothing here invents one. ``half_step`` carries the
rounding of the figure through every calculation.
"""

import dataclasses

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.formats import year_of
from analysis.languages import Text
from analysis.methods.results import (
    HALF_STEP,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
    joined,
)

#: Group of tables that cover the whole sector only.
SECTOR = "sector"

PUBLISHED = Text(
    nl="gepubliceerd cijfer, ongewijzigd; de bron geeft geen interval",
    en="published figure, unchanged; the source gives no interval",
)


def select(
    table: DataTable,
    measures: list[str],
    *,
    frequency: str,
    groups: list[str],
    first: int,
    last: int,
) -> Aggregate | Absent:
    """Take the published figures of some groups and years.

    Parameters
    ----------
    table
        A table of published series.
    measures
        Measures to take, in this order.
    frequency
        ``year``, ``quarter`` or ``month``.
    groups
        Groups to take, in this order; a group without figures is left out.
    first, last
        Years, both included.

    Returns
    -------
    Aggregate or Absent
        One cell per measure, group and period; Absent when there is none.
    """
    rows = _rows(table, measures, groups, frequency, first, last)
    if rows is None:
        return Absent((table.name,))
    frame = pd.DataFrame(
        {
            "group": rows["group"],
            "period": rows["period"],
            "measure": rows["measure"],
            "kind": np.where(rows["unit"] == "percent", "rate", "count"),
            "value": rows["value"],
            "unit": rows["unit"],
            "status": rows["status"],
            "n_persons": np.nan,
            "n_organisations": np.nan,
        }
    )
    return Aggregate(frame, (table.name,), PUBLISHED)


def at_latest_common_period(
    aggregate: Aggregate | Absent, *, groups: list[str]
) -> Aggregate | Absent:
    """Keep the last period for which all ``groups`` have a figure.

    Absent when there is no such period, or when a group has no figure at all.
    """
    if isinstance(aggregate, Absent):
        return aggregate
    frame = aggregate.frame
    full = frame.groupby("period")["group"].nunique()
    full = full[full == len(groups)]
    if full.empty:
        return Absent(aggregate.tables)
    chosen = frame[frame["period"] == full.index.max()].reset_index(drop=True)
    return Aggregate(chosen, aggregate.tables, aggregate.method)


def of_group(aggregate: Aggregate | Absent, group: str) -> Estimates | Absent:
    """Take the one figure of a group; Absent when there is none."""
    if isinstance(aggregate, Absent):
        return aggregate
    rows = aggregate.frame[aggregate.frame["group"] == group]
    if len(rows) != 1:
        return Absent(aggregate.tables)
    row = rows.iloc[0]
    return _one(row["value"], row["unit"], row["period"], aggregate.tables[0])


def latest(
    table: DataTable,
    measure: str,
    *,
    frequency: str,
    group: str,
    last: int,
) -> Estimates | Absent:
    """Return the newest published figure up to and including the year ``last``."""
    rows = _rows(table, [measure], [group], frequency, 0, last)
    if rows is None:
        return Absent((table.name,))
    newest = rows.loc[rows["period"].idxmax()]
    return _one(newest["value"], newest["unit"], newest["period"], table.name)


def highest(
    table: DataTable, measure: str, *, frequency: str, group: str, first: int, last: int
) -> Estimates | Absent:
    """Return the highest published figure and its period; the first of equals."""
    rows = _rows(table, [measure], [group], frequency, first, last)
    if rows is None:
        return Absent((table.name,))
    top = rows.loc[rows["value"].idxmax()]
    return _one(top["value"], top["unit"], top["period"], table.name)


def extremes(
    table: DataTable, measure: str, *, frequency: str, group: str, first: int, last: int
) -> Estimates | Absent:
    """Return the lowest and the highest published figure of a span, as terms of those names."""
    rows = _rows(table, [measure], [group], frequency, first, last)
    if rows is None:
        return Absent((table.name,))
    found = {"lowest": rows["value"].idxmin(), "highest": rows["value"].idxmax()}
    return estimates(
        [
            {
                "term": term,
                "estimate": rows.loc[index, "value"],
                "n": len(rows),
                "unit": rows.loc[index, "unit"],
                "period": rows["period"].max(),
                "half_step": HALF_STEP,
            }
            for term, index in found.items()
        ],
        tables=(table.name,),
        method=Text(
            nl="laagste en hoogste gepubliceerde cijfer; de bron geeft geen interval",
            en="lowest and highest published figure; the source gives no interval",
        ),
    )


def mean_of_last_four_quarters(
    table: DataTable, measure: str, *, group: str, last: int
) -> Estimates | Absent:
    """Return the plain mean of the four newest quarters; Absent when they do not follow on.

    The mean of four quarters lies close to the annual figure, which CBS weights by the days
    available in each quarter.
    """
    rows = _rows(table, [measure], [group], "quarter", 0, last)
    if rows is None or len(rows) < 4:
        return Absent((table.name,))
    newest = rows.tail(4)
    place = newest["year"] * 4 + newest["period"].str[-1].astype(int)
    if place.max() - place.min() != 3:
        return Absent((table.name,))
    return estimates(
        [
            {
                "term": "value",
                "estimate": newest["value"].mean(),
                "n": 4,
                "unit": newest["unit"].iloc[0],
                "period": newest["period"].max(),
                "half_step": HALF_STEP,
            }
        ],
        tables=(table.name,),
        method=Text(
            nl="gemiddelde van de vier nieuwste gepubliceerde kwartalen; de bron geeft geen "
            "interval",
            en="mean of the four newest published quarters; the source gives no interval",
        ),
    )


def latest_common_year(*wanted: tuple[DataTable, str, str], last: int) -> list[Estimates] | Absent:
    """Return the published figures of the newest year that all of ``wanted`` have.

    Parameters
    ----------
    *wanted
        Table, measure and group.
    last
        No year after this one.
    """
    found = [_rows(table, [measure], [group], "year", 0, last) for table, measure, group in wanted]
    lacking = [
        table.name for (table, _, _), rows in zip(wanted, found, strict=True) if rows is None
    ]
    if lacking:
        return Absent(tuple(sorted(set(lacking))))
    years = set.intersection(*(set(rows["period"]) for rows in found))
    if not years:
        return Absent(tuple(sorted({table.name for table, _, _ in wanted})))
    newest = max(years)
    chosen = [rows[rows["period"] == newest].iloc[0] for rows in found]
    return [
        _one(row["value"], row["unit"], newest, table.name)
        for row, (table, _, _) in zip(chosen, wanted, strict=True)
    ]


def vacancy_rate(
    vacancies: DataTable, employment: DataTable, *, group: str, last: int
) -> Estimates | Absent:
    """Return open vacancies over vacancies plus employees, in percent, for one year.

    CBS itself divides by jobs and gives the number per thousand jobs. Both sources describe SBI
    section Q, but count in their own way.
    """
    pair = latest_common_year(
        (vacancies, "open_vacancies", group), (employment, "employees", SECTOR), last=last
    )
    if isinstance(pair, Absent):
        return pair
    open_, employed = (part.frame.iloc[0] for part in pair)
    ends = [
        (open_["estimate"] + sign * open_["half_step"])
        / (
            open_["estimate"]
            + sign * open_["half_step"]
            + employed["estimate"]
            - sign * employed["half_step"]
        )
        for sign in (-1, 1)
    ]
    return estimates(
        [
            {
                "term": "value",
                "estimate": 100 * open_["estimate"] / (open_["estimate"] + employed["estimate"]),
                "n": 2,
                "unit": "percent",
                "period": open_["period"],
                "half_step": 50 * (ends[1] - ends[0]),
            }
        ],
        tables=_tables(*pair),
        method=Text(
            nl=(
                "openstaande vacatures gedeeld door vacatures plus werknemers; de bron geeft geen "
                "interval"
            ),
            en="open vacancies over vacancies plus employees; the source gives no interval",
        ),
    )


def people_ill(
    absence: DataTable, employment: DataTable, *, group: str, last: int
) -> Estimates | Absent:
    """Return employees times absence rate for one year, in thousands of people on a day.

    An approximation: the rate is about days, the employees are heads.
    """
    pair = latest_common_year(
        (absence, "absence_rate", group), (employment, "employees", SECTOR), last=last
    )
    return pair if isinstance(pair, Absent) else rate_of_count(*pair)


def of_same_period(
    known: Estimates | Absent, table: DataTable, measure: str, *, frequency: str, group: str
) -> Estimates | Absent:
    """Return the published figure of the period of another result; Absent without one."""
    if isinstance(known, Absent):
        return known
    period = known.frame["period"].iloc[0]
    found = latest(table, measure, frequency=frequency, group=group, last=year_of(period))
    same = not isinstance(found, Absent) and found.frame["period"].iloc[0] == period
    return found if same else Absent((table.name,))


def rate_of_count(rate: Estimates, count: Estimates) -> Estimates:
    """Return ``rate`` percent of ``count``, with the rounding of both carried through."""
    a, b = rate.frame.iloc[0], count.frame.iloc[0]
    return estimates(
        [
            {
                "term": "value",
                "estimate": a["estimate"] * b["estimate"] / 100,
                "n": a["n"] + b["n"],
                "unit": b["unit"],
                "period": min(a["period"], b["period"]),
                "half_step": (a["half_step"] * b["estimate"] + a["estimate"] * b["half_step"])
                / 100,
            }
        ],
        tables=_tables(rate, count),
        method=Text(
            nl=(
                "verzuimpercentage maal aantal werknemers; een benadering, want het percentage "
                "gaat over dagen en het aantal over mensen"
            ),
            en=(
                "absence rate times number of employees; an approximation, as the rate is about "
                "days and the number about people"
            ),
        ),
    )


@absent_passes_through
def difference(minuend: Estimates, subtrahend: Estimates) -> Estimates:
    """Return minuend − subtrahend, with the rounding of both carried through."""
    a, b = minuend.frame.iloc[0], subtrahend.frame.iloc[0]
    return estimates(
        [
            {
                "term": "value",
                "estimate": a["estimate"] - b["estimate"],
                "n": a["n"] + b["n"],
                "unit": a["unit"],
                "period": min(a["period"], b["period"]),
                "half_step": a["half_step"] + b["half_step"],
            }
        ],
        tables=_tables(minuend, subtrahend),
        method=Text(nl="verschil van twee cijfers", en="difference of two figures"),
    )


@absent_passes_through
def collect(**parts: Estimates) -> Estimates:
    """Join single estimates into one result; the keywords become the terms."""
    return joined(
        *(
            dataclasses.replace(part, frame=part.frame.assign(term=term))
            for term, part in parts.items()
        )
    )


def _one(value: float, unit: str, period: str, table: str) -> Estimates:
    row = {
        "term": "value",
        "estimate": value,
        "n": 1,
        "unit": unit,
        "period": period,
        # Employment is published in whole thousands, what else is used here to one decimal.
        "half_step": 0.5 if table == "employment" else HALF_STEP,
    }
    return estimates([row], tables=(table,), method=PUBLISHED)


def _tables(*parts: Estimates) -> tuple[str, ...]:
    return tuple(sorted({table for part in parts for table in part.tables}))


def _rows(
    table: DataTable, measures: list[str], groups: list[str], frequency: str, first: int, last: int
) -> pd.DataFrame | None:
    if table.frame is None:
        return None
    frame = table.frame
    chosen = frame[
        frame["measure"].isin(measures)
        & frame["group"].isin(groups)
        & (frame["frequency"] == frequency)
        & frame["year"].between(first, last)
    ]
    if chosen.empty:
        return None
    return (
        chosen.assign(
            _measure=chosen["measure"].map(measures.index), _group=chosen["group"].map(groups.index)
        )
        .sort_values(["_measure", "_group", "period"])
        .drop(columns=["_measure", "_group"])
        .reset_index(drop=True)
    )

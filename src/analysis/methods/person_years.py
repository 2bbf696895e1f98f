"""Years of work of people, with their irregular hours and long absences in the order of time.

A row is a person in a calendar year. Irregular work is the allowance for irregular hours in percent
of the wage. What happened comes from the dates: who was well on 1 January, whether a long absence
began in the year, how many had begun before, and whether somebody recovered in the year before.
Hours of the same year are partly hours after the illness, so that models take those of earlier
calendar years (Hernán & Robins 2020, Causal Inference: What If, chapter 19).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import survey_sample
from analysis.methods.cells import Cell
from analysis.methods.results import Absent
from analysis.methods.years import covering
from analysis.sources.vocabulary import AGE_BANDS

#: Below this place on the socio-economic ladder somebody counts as having low pay: two fifths.
LOW_PAY = 0.4
#: First ages of the bands after the youngest.
_AGES = (25, 35, 45, 55)
#: Characteristics of a person in a year that models hold equal.
CONTROLS = (
    "year", "rank_fifth", "education", "sex", "age_band", "contract", "origin", "function_group",
    "branch",
)  # fmt: skip
#: Those of which each combination has a level of its own where people are compared over time.
CROSSED = ("education", "sex", "age_band", "contract", "origin")
#: Years of work, long absences and organisations below which nothing is estimated.
FEWEST_YEARS, FEWEST_CASES, FEWEST_ORGANISATIONS = 500, 50, 12
#: Cases a column of a model.
CASES_PER_COLUMN = 5
_NOTHING = 1e-9


@dataclass(frozen=True)
class Histories:
    """Years of work of the people of the sample.

    Attributes
    ----------
    rows
        Years of which the source of absences tells, by person and year. ``person``, ``year``,
        ``months``; ``irregular``: allowance in percent of the wage, and ``irregular_1``: that of
        the calendar year before (missing when not at work then); ``low_pay``; ``CONTROLS``;
        ``well``: not ill on 1 January; ``ill``: a long absence began in the year; ``earlier``: how
        many had begun before the year; ``recovered``: one ended in the year before;
        ``organisation``: of the first year of the person, so that all years of a person lie in one
        cluster.
    cases
        ``person``, ``start``, ``end`` (missing while it lasts), by person and start.
    tables
        Of the dataset.
    spread
        Standard deviation of ``irregular`` between people within a year, in percent of the wage.
    """

    rows: pd.DataFrame
    cases: pd.DataFrame
    tables: tuple[str, ...]
    spread: float

    def at_risk(self, *, first: bool = False) -> pd.DataFrame:
        """Return the years of those who were well on 1 January and whose last year is known.

        Parameters
        ----------
        first
            Whether only those who never had a long absence, as far as the data go back.
        """
        rows = self.rows
        chosen = rows["well"] & rows["irregular_1"].notna()
        return rows[chosen & (rows["earlier"] == 0)] if first else rows[chosen]

    def per_spread(self, values: pd.Series) -> np.ndarray:
        """Return shares in standard deviations between people, from their mean."""
        values = values.to_numpy(dtype=float)
        return (values - values.mean()) / self.spread

    def about(self, rows: pd.DataFrame, followed: str) -> tuple[dict, Cell]:
        """Return the columns of an estimate from these rows, and whom they count."""
        organisations = rows["organisation"].nunique()
        columns = {
            "n": float(rows["person"].nunique()),
            "n_organisations": float(organisations),
            "df": float(organisations - 1),
            "period": f"{int(rows['year'].max())}JJ00",
        }
        return columns, Cell.of("sampled employees", followed=followed)

    def told(self, method: Text) -> Text:
        """Add the years to a method."""
        return covering(method, self.rows["year"])


def histories(
    employments: DataTable,
    absences: DataTable,
    background: DataTable,
    *,
    first: int,
    last: int,
) -> Histories | Absent:
    """Put the years of work of each person in the order of time.

    Parameters
    ----------
    employments, absences, background
        ``employment_years``, ``long_absences`` and ``background``.
    first, last
        Years that count.

    Returns
    -------
    Histories or Absent
        Absent without one of the tables, or with too few years, cases or organisations, or where
        irregular work does not differ between people.
    """
    tables = (employments, absences, background)
    names = tuple(sorted(table.name for table in tables))
    missing = tuple(table.name for table in tables if table.frame is None)
    if missing:
        return Absent(missing)
    rows = _years_of_work(employments.frame, first, last).merge(
        background.frame[["person", "year", "education", "origin", "ses_rank"]]
        .dropna()
        .drop_duplicates(["person", "year"]),
        on=["person", "year"],
    )
    cases = _cases(absences.frame)
    if len(rows) < FEWEST_YEARS or len(cases) < FEWEST_CASES:
        return Absent(names)
    rows = rows.sort_values(["person", "year"], ignore_index=True)
    rows["low_pay"] = rows["ses_rank"] < LOW_PAY
    rows["rank_fifth"] = np.minimum((5 * rows["ses_rank"]).astype(int), 4).astype(str)
    rows["organisation"] = rows.groupby("person")["organisation"].transform("first")
    before = rows[["person", "year", "irregular"]].assign(year=rows["year"] + 1)
    rows = rows.merge(
        before.rename(columns={"irregular": "irregular_1"}), on=["person", "year"], how="left"
    )
    # A year of which the source of absences tells nothing is no year in which nobody was ill.
    told = cases["start"].dt.year
    rows = _illness(rows[rows["year"].between(told.min(), told.max())], cases, last)
    spread = float(np.sqrt(rows.groupby("year")["irregular"].var().mean()))
    known = rows["well"] & rows["irregular_1"].notna()
    if (
        not spread > _NOTHING
        or rows["organisation"].nunique() < FEWEST_ORGANISATIONS
        or known.sum() < FEWEST_YEARS
        or rows.loc[known, "ill"].sum() < FEWEST_CASES
    ):
        return Absent(names)
    return Histories(rows, cases, names, spread)


def _years_of_work(frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Add up the employments of a person in a year; the largest one says what kind of work."""
    frame = frame[frame["year"].between(first, last) & (frame["wage"] > 0)]
    sums = frame.groupby(["person", "year"], as_index=False).agg(
        wage=("wage", "sum"), allowance=("irregular_allowance", "sum"), months=("months", "sum")
    )
    main = frame.sort_values(["person", "year", "fte_months", "organisation"]).drop_duplicates(
        ["person", "year"], keep="last"
    )
    kept = ["person", "year", "organisation", "branch", "function_group", "contract", "sex"]
    found = main[[*kept, "birth_year"]].merge(sums, on=["person", "year"])
    age = found["year"] - found.pop("birth_year")
    return found.assign(
        year=found["year"].astype(int),
        months=np.minimum(found["months"].astype(int), 12),
        irregular=100 * found.pop("allowance") / found.pop("wage"),
        age_band=np.array(list(AGE_BANDS))[np.digitize(age, _AGES)],
    )


def _cases(frame: pd.DataFrame) -> pd.DataFrame:
    found = pd.DataFrame(
        {
            "person": frame["person"],
            "start": pd.to_datetime(frame["start_date"]),
            "end": pd.to_datetime(frame["end_date"]),
        }
    )
    return found.dropna(subset=["start"]).sort_values(["person", "start"], ignore_index=True)


def _illness(rows: pd.DataFrame, cases: pd.DataFrame, last: int) -> pd.DataFrame:
    """Add what the dates of illness say of each year."""
    index = pd.MultiIndex.from_frame(rows[["person", "year"]])
    began = cases["start"].dt.year
    ended = cases["end"].dt.year
    # A case that began after the last year counts nowhere; one that lasts, to the end.
    lasting = np.clip(np.minimum(ended.fillna(last), last) - began, 0, None).astype(int)
    which = np.repeat(np.arange(len(cases)), lasting)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(lasting) - lasting, lasting)
    still = pd.MultiIndex.from_arrays(
        [cases["person"].to_numpy()[which], began.to_numpy()[which] + nth + 1]
    )
    starts = pd.MultiIndex.from_arrays([cases["person"], began])
    recovery = ended.notna()
    recovered = pd.MultiIndex.from_arrays(
        [cases.loc[recovery, "person"], ended[recovery].astype(int) + 1]
    )
    first_case = cases.groupby("person")["start"].first().dt.year
    counted = cases.assign(year=began).merge(
        rows[["person", "year"]], on="person", suffixes=("_case", "")
    )
    earlier = counted[counted["year_case"] < counted["year"]].groupby(["person", "year"]).size()
    return rows.assign(
        well=~index.isin(still),
        ill=index.isin(starts),
        recovered=index.isin(recovered),
        earlier=earlier.reindex(index, fill_value=0).to_numpy(),
        first_case=rows["person"].map(first_case).to_numpy(dtype=float),
    )


def controls(
    rows: pd.DataFrame, *, without: tuple[str, ...] = (), crossed: bool = False
) -> pd.DataFrame:
    """Return indicators of the characteristics that models hold equal, and the constant.

    Levels with few people or cases join the largest; fewer characteristics are held equal when
    there are few cases.

    Parameters
    ----------
    crossed
        Whether each combination of ``CROSSED`` has a level. An earlier case tells who is at risk
        for reasons that are not held equal, so that much is held equal where it is compared.
    """
    levels = rows[[name for name in CONTROLS if name not in without]].astype(str)
    if crossed:
        joint = levels[CROSSED[0]].str.cat(levels[list(CROSSED[1:])], sep="|")
        levels = levels.drop(columns=list(CROSSED)).assign(stratum=joint)
    found = survey_sample.indicators(levels, rows[["ill"]].astype(float))
    most = max(int(rows["ill"].sum() // CASES_PER_COLUMN), 1)
    return found.iloc[:, :most].assign(constant=1.0)

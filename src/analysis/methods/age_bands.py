"""Who leaves the sector at which age: exit rates by age band.

Rates are of those employed on 1 January who left the sector in the year. PFZW counts everybody, so
intervals do not stand for a sample: they say how far a figure could have been different had the
same happened at other organisations like these. Organisations are the clusters, and rates of two
age bands of one organisation are not independent; ``clusters.of_totals`` carries that along.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import NO, YES, Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import AGE_BANDS, SEXES

#: The band of the claim, those it is compared with, and the wide band that hides it.
YOUNG, OLDER, MERGED = "25_to_34", ("35_to_44", "45_to_54"), ("under_25", "25_to_34")
#: What terms call the wide band, everybody together, and jobs with and without those of students.
UNDER_35, SECTOR = "under_35", "sector"
ALL, WITHOUT_STUDENTS = "all", "without_students"
#: The parts of the wide band: side jobs of students under 25, others under 25, and 25 to 34.
STUDENTS, OTHERS = "students_under_25", "others_under_25"

RATE_METHOD = Text(
    nl="vertrek uit de sector als aandeel van de werknemers op 1 januari; volledige telling; "
    "95%-intervallen op de logit-schaal, met organisaties als clusters",
    en="exit from the sector as a share of the employees on 1 January; complete count; 95% "
    "intervals on the logit scale, with organisations as clusters",
)


@dataclass(frozen=True)
class Exits:
    """Employees of 1 January and those of them who left the sector, per organisation.

    Attributes
    ----------
    at_risk, leavers
        Shape (organisations, age bands, sexes, 2); the last axis is other jobs, side jobs of
        students.
    branch
        Branch of each organisation.
    year
        Calendar year.
    table
        Name of the dataset's table.
    """

    at_risk: np.ndarray
    leavers: np.ndarray
    branch: np.ndarray
    year: int
    table: str

    def of_branch(self, branch: str, *, other: bool = False) -> "Exits":
        """Return the organisations of a branch, or those of all others."""
        kept = (self.branch == branch) != other
        return replace(
            self, at_risk=self.at_risk[kept], leavers=self.leavers[kept], branch=self.branch[kept]
        )

    def without_students(self) -> "Exits":
        """Return the same without side jobs of students."""
        return replace(self, at_risk=self.at_risk[..., :1], leavers=self.leavers[..., :1])

    def counts(self, *bands: str) -> tuple[np.ndarray, np.ndarray]:
        """Return those at risk and leavers of bands together, shape (organisations,) each."""
        places = [PLACE[band] for band in bands]
        return tuple(
            counts[:, places].sum(axis=(1, 2, 3)) for counts in (self.at_risk, self.leavers)
        )


PLACE = {band: place for place, band in enumerate(AGE_BANDS)}


def exits(table: DataTable, *, last: int, year: int | None = None) -> Exits | Absent:
    """Arrange the counts of the newest year up to ``last``, or of ``year``, per organisation."""
    rows = in_latest_year(table, last)
    if rows is not None and year is not None:
        rows = table.frame[table.frame["year"] == year]
    if rows is None or rows["organisation"].nunique() < 2 or not rows["sector_leavers"].sum() > 0:
        return Absent((table.name,))
    place, organisations = pd.factorize(rows["organisation"])
    shape = (len(organisations), len(AGE_BANDS), len(SEXES), 2)
    at_risk, leavers = np.zeros(shape), np.zeros(shape)
    cell = (
        place,
        rows["age_band"].map(PLACE).to_numpy(),
        rows["sex"].map({sex: code for code, sex in enumerate(SEXES)}).to_numpy(),
    )
    for target, whole, students in (
        (at_risk, "at_risk", "students_at_risk"),
        (leavers, "sector_leavers", "student_leavers"),
    ):
        of_students = rows[students].to_numpy(dtype=float)
        np.add.at(target, (*cell, 0), rows[whole].to_numpy(dtype=float) - of_students)
        np.add.at(target, (*cell, 1), of_students)
    branch = rows.groupby(place)["branch"].first().to_numpy(dtype=object)
    return Exits(at_risk, leavers, branch, int(rows["year"].max()), table.name)


# --- rates ----------------------------------------------------------------------------------------


def rates(found: Exits | Absent) -> Estimates | Absent:
    """Return exit rates of the age bands, and of those under 35 together, in percent.

    Terms ``<band>.all`` and, where a band has side jobs of students, ``<band>.without_students``.
    A band in which nobody or everybody left is left out.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for term, bands in ({band: (band,) for band in AGE_BANDS} | {UNDER_35: MERGED}).items():
        whole, others = found.counts(*bands), found.without_students().counts(*bands)
        rows.append(_rate(f"{term}{PAIR}{ALL}", whole, cell_of(found, bands), found))
        if whole[0].sum() > others[0].sum():
            cell = cell_of(found, bands, student_job=NO)
            rows.append(_rate(f"{term}{PAIR}{WITHOUT_STUDENTS}", others, cell, found))
    return assembled(rows, found, "percent", RATE_METHOD)


def _rate(
    term: str, counts: tuple[np.ndarray, np.ndarray], cell: Cell, found: Exits
) -> dict | None:
    at_risk, leavers = counts
    if not 0 < leavers.sum() < at_risk.sum() or (at_risk > 0).sum() < 2:
        return None
    present = at_risk > 0
    rate = clusters.ratio(leavers[present], at_risk[present], np.flatnonzero(present))
    low, high = rate.logit_interval()
    return {
        "term": term,
        "estimate": 100 * rate.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(at_risk.sum()),
        "n_organisations": int(present.sum()),
        "df": rate.df,
        "period": f"{found.year}JJ00",
        "behind": behind(
            "share", cell, cell.within(left_sector=YES), numerator=float(leavers.sum())
        ),
    }


def merged_parts(found: Exits | Absent) -> Estimates | Absent:
    """Return the exit rates of the three parts of the wide band, in percent."""
    if isinstance(found, Absent):
        return found
    cells = {
        STUDENTS: cell_of(found, ("under_25",), student_job=YES),
        OTHERS: cell_of(found, ("under_25",), student_job=NO),
        YOUNG: cell_of(found, (YOUNG,)),
    }
    at_risk, leavers = three_parts(found)
    rows = [
        _rate(term, (at_risk[:, place], leavers[:, place]), cell, found)
        for place, (term, cell) in enumerate(cells.items())
    ]
    return assembled(rows, found, "percent", RATE_METHOD)


def three_parts(found: Exits) -> tuple[np.ndarray, np.ndarray]:
    """Return those at risk and leavers of the three parts, shape (organisations, 3) each."""
    under, young = PLACE["under_25"], PLACE[YOUNG]
    return tuple(
        np.stack(
            [
                counts[:, under, :, 1].sum(axis=1),
                counts[:, under, :, 0].sum(axis=1),
                counts[:, young].sum(axis=(1, 2)),
            ],
            axis=1,
        )
        for counts in (found.at_risk, found.leavers)
    )


def cell_of(found: Exits, bands: Sequence[str], **levels: str) -> Cell:
    """Return the address of the employees of some age bands at the start of the year."""
    return Cell.of("employees at the start", year=found.year, age_band=list(bands), **levels)


def assembled(
    rows: list[dict | None], found: Exits, unit: str, method: Text, comparisons: int = 1
) -> Estimates | Absent:
    """Put rows together, those without an estimate left out; Absent without any.

    Parameters
    ----------
    comparisons
        How many p-values hold together (Bonferroni).
    """
    usable = [row for row in rows if row]
    if not usable:
        return Absent((found.table,))
    for row in usable:
        if "p_value" in row:
            row["p_value"] = min(1.0, comparisons * row["p_value"])
    return estimates(usable, tables=(found.table,), method=method, unit=unit)


def p_value(found: clusters.Ratio) -> float:
    """Return the two-sided p-value of no difference."""
    return float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df)) if found.se else np.nan

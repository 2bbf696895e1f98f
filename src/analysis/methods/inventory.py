"""The inventory of interventions: how many there are, what they are for, how firm the codes are.

The list is complete for what was found, and a sample of what a next search with the same means
would find: shares have the interval of Wilson (1927, JASA 22), differences between two codes of one
list that of a multinomial (Agresti 2013, Categorical Data Analysis, section 1.5). The table is
public, so that nothing stands behind its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import agreement
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.sources.vocabulary import NO_OVERLAP

LEVEL = 0.95

COUNT_METHOD = Text(
    nl="telling van wat in kaart is gebracht, met en zonder wat een eerdere interventie herhaalt",
    en="count of what was mapped, with and without what repeats an earlier intervention",
)
SHARE_METHOD = Text(
    nl="aandeel van de interventies volgens de eerste codeur; 95%-interval van Wilson, dat de "
    "lijst ziet als een steekproef van wat een volgende zoektocht zou vinden",
    en="share of the interventions by the first coder; 95% interval of Wilson, which takes the "
    "list as a sample of what a next search would find",
)
DIFFERENCE_METHOD = Text(
    nl="verschil tussen twee aandelen van dezelfde lijst; 95%-interval van een multinomiale "
    "verdeling",
    en="difference between two shares of the same list; 95% interval of a multinomial distribution",
)
CODERS_METHOD = Text(
    nl="aandeel volgens elk van beide codeurs, alleen van wat beiden codeerden; 95%-interval van "
    "Wilson",
    en="share by each of the two coders, only of what both coded; 95% interval of Wilson",
)


@dataclass(frozen=True)
class Reading:
    """One way to turn the levels of a code into yes and no.

    Attributes
    ----------
    column
        The code.
    counted
        Levels that count as yes.
    left_out
        Levels that count neither as yes nor as no.
    """

    column: str
    counted: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def of(self, rows: pd.DataFrame) -> np.ndarray:
        """Return yes or no for the rows that this reading takes."""
        known = rows[self.column].dropna()
        return known[~known.isin(self.left_out)].isin(self.counted).to_numpy()


#: The report knows two levels only; an intervention at both can be read in three ways.
AT_INDIVIDUAL = {
    "as_individual": Reading("level", ("individual", "both")),
    "as_organisational": Reading("level", ("individual",)),
    "left_out": Reading("level", ("individual",), ("both",)),
}
AIMS = {
    "recovery": Reading("aim", ("recovery",)),
    "early": Reading("aim", ("early",)),
    "source": Reading("aim", ("source",)),
}
STATED = {"stated": Reading("problem_stated", ("yes",))}
#: Codes of which the agreement is shown.
CODES = ("level", "aim", "theme", "problem_stated", "overlaps")


def listed(interventions: DataTable, *, distinct: bool = False) -> pd.DataFrame | None:
    """Return each intervention once, as the first coder saw it; None without any.

    Parameters
    ----------
    distinct
        Whether to leave out what repeats another one of the list.
    """
    if interventions.frame is None or interventions.frame.empty:
        return None
    rows = interventions.frame.sort_values("coder").drop_duplicates("intervention")
    if not distinct:
        return rows
    other = rows["overlaps"].isin(rows["intervention"]) & (rows["overlaps"] != rows["intervention"])
    return rows[~other]


def counts(interventions: DataTable, *, year: int) -> Estimates | Absent:
    """Count the interventions: ``highest`` is all of them, ``lowest`` each kind once.

    Parameters
    ----------
    year
        Year of the edition, as the list has no date of its own.
    """
    rows = {
        "lowest": listed(interventions, distinct=True),
        "highest": listed(interventions),
    }
    if rows["highest"] is None:
        return Absent((interventions.name,))
    found = [
        {"term": term, "estimate": len(chosen), "n": len(rows["highest"]), "half_step": 0.0}
        for term, chosen in rows.items()
    ]
    return _estimates(found, interventions, COUNT_METHOD, year, "interventions")


def shares(
    interventions: DataTable,
    readings: Mapping[str, Reading],
    *,
    year: int,
    distinct: bool = False,
) -> Estimates | Absent:
    """Return which share of the interventions each reading counts, in percent."""
    rows = listed(interventions, distinct=distinct)
    if rows is None:
        return Absent((interventions.name,))
    found = [row for term, reading in readings.items() if (row := _share(term, reading.of(rows)))]
    if not found:
        return Absent((interventions.name,))
    return _estimates(found, interventions, SHARE_METHOD, year, "percent")


def _share(term: str, yes: np.ndarray) -> dict | None:
    if not len(yes):
        return None
    low, high = stats.binomtest(int(yes.sum()), len(yes)).proportion_ci(LEVEL, method="wilson")
    return {
        "term": term,
        "estimate": 100 * float(yes.mean()),
        "ci_low": 100 * float(low),
        "ci_high": 100 * float(high),
        "n": len(yes),
    }


def difference(
    interventions: DataTable, first: Reading, second: Reading, *, term: str, year: int
) -> Estimates | Absent:
    """Return how much larger the first share is than the second, in percentage points.

    Parameters
    ----------
    first, second
        Readings of one code that never count the same intervention.
    """
    rows = listed(interventions)
    if rows is None:
        return Absent((interventions.name,))
    one, other = first.of(rows).astype(float), second.of(rows).astype(float)
    if len(one) < 2 or not (one.any() or other.any()):
        return Absent((interventions.name,))
    gap = one.mean() - other.mean()
    se = np.sqrt((one.mean() + other.mean() - gap**2) / len(one))
    reach = stats.norm.ppf((1 + LEVEL) / 2) * se
    found = {
        "term": term,
        "estimate": 100 * gap,
        "ci_low": 100 * (gap - reach),
        "ci_high": 100 * (gap + reach),
        "p_value": float(2 * stats.norm.sf(abs(gap) / se)) if se > 0 else np.nan,
        "n": len(one),
    }
    return _estimates([found], interventions, DIFFERENCE_METHOD, year, "percentage_points")


def by_coder(
    interventions: DataTable, readings: Mapping[str, Reading], *, year: int
) -> Estimates | Absent:
    """Return the share of each reading by each coder, of what both coded.

    Terms are ``reading.first`` and ``reading.second``. If they differ, part of a share is in the
    eye of who coded.
    """
    frame = interventions.frame
    if frame is None or frame.empty:
        return Absent((interventions.name,))
    twice = frame[frame.duplicated("intervention", keep=False)]
    coders = sorted(set(twice["coder"]))
    if len(coders) != 2 or twice["intervention"].nunique() < agreement.FEWEST:
        return Absent((interventions.name,))
    found = []
    for term, reading in readings.items():
        for name, coder in zip(("first", "second"), coders, strict=True):
            row = _share(f"{term}{PAIR}{name}", reading.of(twice[twice["coder"] == coder]))
            if row:
                found.append(row)
    if not found:
        return Absent((interventions.name,))
    return _estimates(found, interventions, CODERS_METHOD, year, "percent")


def agreements(
    interventions: DataTable, *, year: int, seed: int, draws: int = agreement.DRAWS
) -> Estimates | Absent:
    """Return Krippendorff's alpha of each code; a code without differences is left out.

    ``overlaps`` is read as whether an intervention repeats another one at all.
    """
    frame = interventions.frame
    if frame is None or frame.empty:
        return Absent((interventions.name,))
    repeats = frame["overlaps"].ne(NO_OVERLAP).map({True: "yes", False: "no"})
    found = []
    for code in CODES:
        rated = agreement.double_coded(
            frame.assign(overlaps=repeats).dropna(subset=[code]), ["intervention"], code
        )
        one = agreement.agreement(rated, seed=seed, draws=draws)
        if one is not None:
            found.append(agreement.row(code, one, n=one.units))
    if not found:
        return Absent((interventions.name,))
    return _estimates(found, interventions, agreement.METHOD, year, "index")


def _estimates(
    rows: list[dict], interventions: DataTable, method: Text, year: int, unit: str
) -> Estimates:
    dated = [{"period": f"{year}JJ00", **row} for row in rows]
    return estimates(dated, tables=(interventions.name,), method=method, unit=unit)

"""How long absence goes with irregular hours of the year before, and with an earlier absence.

Each year, people who are well on 1 January are followed until their first long absence of that
year. With the complementary log-log link this is a proportional hazards model on dates that are
taken by year (Prentice & Gloeckler 1978, Biometrics 34). All cases of a person together make the
recurrent-events model of Andersen & Gill (1982, Ann. Statist. 10), with standard errors that are
robust to all that the years of a person, and the people of an organisation, have in common (Lin &
Wei 1989, JASA 84).

The hours are those of the calendar year before: hours of the year of an illness, or a mean over all
years, are partly hours after it. ``naive`` shows what these give.
"""

import dataclasses

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, regression
from analysis.methods.behind import Behind
from analysis.methods.cells import Cell
from analysis.methods.counterfactual import independent
from analysis.methods.person_years import Histories, controls
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
    joined,
    rows_at,
)

EVERYBODY, LOW, OTHER = "everybody", "low_pay", "other_pay"
TIME_FIXED, AFTERWARDS, LAGGED = "time_fixed", "afterwards", "lagged"
AGAIN, EQUAL_HOURS = "again", "again_equal_hours"
FIRST_YEAR, LATER_YEARS = "first_year", "later_years"
#: Mean and later hours, which hold what came after the illness.
MEAN, AFTER = "irregular_mean", "irregular_after"
FEWEST_CASES = 20
_NOTHING = 1e-8

_HELD = Text(
    nl="plaats op de sociaal-economische ladder (vijfden), opleiding, geslacht, leeftijd, "
    "contract, herkomst, functiegroep, branche en jaar gelijk gehouden; organisaties als clusters, "
    "met alle jaren van een persoon in één cluster",
    en="place on the socio-economic ladder (fifths), education, sex, age, contract, origin, "
    "function group, branch and year held equal; organisations as clusters, with all years of a "
    "person in one cluster",
)
_FIRST = Text(
    nl="hazard ratio van een eerste langdurig verzuim per standaarddeviatie onregelmatig werk in "
    f"het jaar ervoor; jaarlijks model met complementaire log-log-link; {_HELD['nl']}",
    en="hazard ratio of a first long absence per standard deviation of irregular work in the year "
    f"before; yearly model with complementary log-log link; {_HELD['en']}",
)
_AGAIN = Text(
    nl="hazard ratio van langdurig verzuim na een eerder geval (Andersen-Gill, per jaar, met "
    "complementaire log-log-link); onregelmatig werk in het jaar ervoor, "
    f"{_HELD['nl']}",
    en="hazard ratio of long absence after an earlier case (Andersen-Gill, by year, with "
    "complementary log-log link); irregular work in the year before, "
    f"{_HELD['en']}",
)
_BESIDE = Text(
    nl="hazard ratio per standaarddeviatie onregelmatig werk: van een eerste langdurig verzuim; "
    "gewogen van elk, in een marginaal structureel model met gestabiliseerde "
    "inverse-kansgewichten uit vijfden van onregelmatig werk, afgekapt op het eerste en laatste "
    f"percentiel; complementaire log-log-link; {_HELD['nl']}",
    en="hazard ratio per standard deviation of irregular work: of a first long absence; weighted, "
    "of any, in a marginal structural model with stabilised inverse probability weights from "
    "fifths of irregular work, cut off at the first and last percentile; complementary log-log "
    f"link; {_HELD['en']}",
)
_NAIVE = Text(
    nl="hazard ratio van een eerste langdurig verzuim per standaarddeviatie onregelmatig werk, met "
    "het gemiddelde over alle jaren van een persoon, of met de uren van het jaar erna; "
    f"{_HELD['nl']}",
    en="hazard ratio of a first long absence per standard deviation of irregular work, with the "
    "mean over all years of a person, or with the hours of the year after; "
    f"{_HELD['en']}",
)


def fit(
    histories: Histories,
    rows: pd.DataFrame,
    exposures: dict[str, np.ndarray],
    *,
    followed: str,
    without: tuple[str, ...] = (),
    crossed: bool = False,
    weights: np.ndarray | None = None,
) -> tuple[regression.Fit, list[dict]] | None:
    """Fit the yearly hazard of a long absence and write its ratios.

    Parameters
    ----------
    rows
        Years at risk.
    exposures
        Term → values per row. Its hazard ratio is a row of the result.
    followed
        Name of those who are followed, for the airlock.
    without, crossed
        Which characteristics are held equal; see ``controls``.
    weights
        Of the rows; None counts each once.

    Returns
    -------
    tuple or None
        The model, with the exposures first, and a row per term; None where it cannot be fitted.
    """
    if rows["ill"].sum() < FEWEST_CASES:
        return None
    held = controls(rows, without=without, crossed=crossed)
    design = pd.DataFrame(exposures, index=rows.index).join(held).astype(float)
    # What follows from what is held equal has no association of its own.
    if not _told_apart(design.to_numpy(float), len(exposures)):
        return None
    try:
        found = regression.hazards(
            rows["ill"].to_numpy(float),
            design,
            exposure=rows["months"].to_numpy(float) / 12,
            weights=weights,
            clusters=rows["organisation"].to_numpy(),
        )
    except (ValueError, np.linalg.LinAlgError):
        return None
    about, cell = histories.about(rows, followed)
    written = []
    behind_them = _leverages(design, len(exposures), cell, found.curvature)
    for name, known in zip(exposures, behind_them, strict=True):
        if leverage.is_thin(known):
            return None
        low, high = found.interval(name)
        written.append(
            {
                **about,
                "term": name,
                "estimate": float(np.exp(found.params[name])),
                "ci_low": float(np.exp(low)),
                "ci_high": float(np.exp(high)),
                "p_value": found.p_value(name),
                "unit": "ratio",
                "behind": known,
            }
        )
    return found, written


def _told_apart(columns: np.ndarray, exposures: int) -> bool:
    """Tell whether no exposure follows from the other exposures and what is held equal."""
    own, held = columns[:, :exposures], columns[:, exposures:]
    left = own - held @ np.linalg.solve(held.T @ held, held.T @ own)
    enough = (left**2).sum(axis=0) > _NOTHING * (own**2).sum(axis=0)
    return bool(enough.all() and independent(left).all())


def _leverages(
    design: pd.DataFrame, exposures: int, cell: Cell, curvature: np.ndarray
) -> list[Behind]:
    """Return what stands behind the first columns; the others are partialled out once for all."""
    columns = design.to_numpy(float)
    own, held = columns[:, :exposures], columns[:, exposures:]
    heavy = held * curvature[:, None]
    left = own - held @ np.linalg.solve(heavy.T @ held, heavy.T @ own)
    ones = np.array([one.sum() for one in columns.T if np.isin(one, (0.0, 1.0)).all()])
    thin = {
        "fewest_ones": int(ones.min()),
        "fewest_zeros": int((len(columns) - ones[ones < len(columns)]).min(initial=len(columns))),
    }
    return [
        leverage.of_coefficient(left, place, cell, weights=curvature).model_copy(update=thin)
        for place in range(exposures)
    ]


def by_pay(rows: pd.DataFrame, values: np.ndarray) -> dict[str, np.ndarray]:
    """Split an exposure into that of people with low pay and that of others."""
    low = rows["low_pay"].to_numpy()
    return {LOW: values * low, OTHER: values * ~low}


@absent_passes_through
def first_absence(histories: Histories) -> Estimates | Absent:
    """Return the hazard ratio of a first long absence per SD of irregular work in the year before.

    Terms ``everybody.lagged``, ``low_pay.lagged`` and ``other_pay.lagged``.
    """
    return _ratios(histories, histories.at_risk(first=True), "irregular_1", LAGGED, _FIRST)


@absent_passes_through
def naive(histories: Histories) -> Estimates | Absent:
    """Return the ratios of ``first_absence`` as they come out with hours after the illness.

    Terms ``<group>.time_fixed``, from the mean over all years of a person, and
    ``<group>.afterwards``, from the year after.
    """
    rows = histories.rows
    after = rows[["person", "year", "irregular"]].assign(year=rows["year"] - 1)
    chosen = histories.at_risk(first=True).merge(
        after.rename(columns={"irregular": AFTER}), on=["person", "year"], how="left"
    )
    chosen[MEAN] = chosen["person"].map(rows.groupby("person")["irregular"].mean())
    parts = [
        _ratios(histories, chosen, MEAN, TIME_FIXED, _NAIVE),
        _ratios(histories, chosen[chosen[AFTER].notna()], AFTER, AFTERWARDS, _NAIVE),
    ]
    found = [part for part in parts if not isinstance(part, Absent)]
    return joined(*found) if found else Absent(histories.tables)


def _ratios(
    histories: Histories,
    rows: pd.DataFrame,
    column: str,
    way: str,
    method: Text,
) -> Estimates | Absent:
    if rows.empty:
        return Absent(histories.tables)
    values = histories.per_spread(rows[column])
    found = []
    for exposures in ({EVERYBODY: values}, by_pay(rows, values)):
        fitted = fit(histories, rows, exposures, followed=f"first absence {way}")
        if fitted is not None:
            found += [row | {"term": f"{row['term']}{PAIR}{way}"} for row in fitted[1]]
    if not found:
        return Absent(histories.tables)
    return estimates(found, tables=histories.tables, method=histories.told(method))


@absent_passes_through
def recurrence(histories: Histories) -> Estimates | Absent:
    """Return the hazard ratio of a long absence after an earlier case.

    Terms ``again``, against people without an earlier case; ``again_equal_hours``, with the hours
    of the year itself held equal, so without what runs through more irregular hours after recovery;
    and ``irregular``, per SD of irregular work in the year before, over first and later cases.
    """
    rows = histories.at_risk()
    before = {"irregular": histories.per_spread(rows["irregular_1"])}
    # Hours of the year are partly hours after an illness in it; no other hours lie between.
    within = by_pay(rows, histories.per_spread(rows["irregular"]))
    found = []
    for term, held in ((AGAIN, before), (EQUAL_HOURS, within)):
        fitted = fit(
            histories, rows, {term: _had(rows)} | held, followed="all absences", crossed=True
        )
        if fitted is not None:
            found += [row for row in fitted[1] if row["term"] not in within]
    if not found:
        return Absent(histories.tables)
    return estimates(found, tables=histories.tables, method=histories.told(_AGAIN))


@absent_passes_through
def recurrence_by_year(histories: Histories) -> Estimates | Absent:
    """Return the hazard ratio after an earlier case, by pay and by time since recovery.

    Terms ``<pay>.first_year``, the calendar year after that of a recovery, and
    ``<pay>.later_years``. Each compares with people of the same pay without an earlier case.
    """
    rows = histories.at_risk()
    again, recent = _had(rows), rows["recovered"].to_numpy(float)
    split = {FIRST_YEAR: again * recent, LATER_YEARS: again * (1 - recent)}
    exposures = {
        f"{pay}{PAIR}{when}": part
        for when, values in split.items()
        for pay, part in by_pay(rows, values).items()
    }
    held = {"irregular": histories.per_spread(rows["irregular_1"])}
    fitted = fit(histories, rows, exposures | held, followed="all absences by year", crossed=True)
    if fitted is None:
        return Absent(histories.tables)
    found = [row for row in fitted[1] if row["term"] in exposures]
    return estimates(found, tables=histories.tables, method=histories.told(_AGAIN))


def _had(rows: pd.DataFrame) -> np.ndarray:
    """Tell, as 0 and 1, who had a long absence before the year."""
    return (rows["earlier"] > 0).to_numpy(float)


def beside(*parts: Estimates | Absent, without: str = "") -> Estimates | Absent:
    """Put ways side by side, as far as they could be computed.

    Parameters
    ----------
    *parts
        Results with terms ``<group>.<way>``.
    without
        A way that is left out.
    """
    there = [part for part in parts if not isinstance(part, Absent)]
    if not there:
        return joined(*parts)
    found = dataclasses.replace(joined(*there), method=_BESIDE)
    ways = found.frame["term"].str.split(PAIR).str[1]
    return rows_at(found, [int(place) for place in np.flatnonzero(ways != without)])

"""Where people go who leave, after a year with more changes in teams or irregular hours.

Leaving has several destinations that exclude each other: competing risks. In discrete time the
hazard of each destination is its leavers in a year over those who were there on 1 January; the
hazards of all destinations and of staying add up to one, so that each can be modelled by itself
(Allison 1982, Sociological Methodology 13; Putter, Fiocco & Geskus 2007, Stat. Med. 26). The counts
are complete, per organisation and year. Poisson regression gives ratios of hazards; organisations
are the clusters, which also takes in that counts spread more than Poisson (Wooldridge 1999, Journal
of Econometrics 90).

What is compared lies a year before: leavers are replaced, and newcomers count as changes in a team,
so that in the same year leaving makes its own cause.
"""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import leverage, multiplicity, organisation_panel, panel
from analysis.methods.cells import Cell
from analysis.methods.counterfactual import independent
from analysis.methods.results import PAIR, Absent, Estimates, estimates, rows_at
from analysis.methods.years import covering

#: Destination → columns of ``organisation_years`` that count who went there.
DESTINATIONS = {
    "other_employer": ("to_same_branch", "to_other_branch"),
    "other_sector": ("to_other_sector",),
    "inactive": ("to_inactive",),
    "pension": ("to_pension",),
}
#: What may push people out, as columns of the year before.
UNREST = ("team_churn", "manager_churn", "irregular_allowance_share")
#: Organisations that are needed, and leavers to a destination.
FEWEST, FEWEST_LEAVERS = 40, 100
_NOTHING = 1e-9

_METHOD = Text(
    nl="verschil in vertrek naar elke bestemming in procent, per standaarddeviatie van een kenmerk "
    "in het jaar ervoor: Poisson-model per bestemming (concurrerende risico's in discrete tijd) op "
    "volledige tellingen, met wie er op 1 januari werkte als noemer; kenmerken en omvang samen in "
    "één model, effecten van branche maal jaar; organisaties als clusters; per kenmerk "
    "gecorrigeerd voor het aantal bestemmingen (Benjamini-Hochberg)",
    en="difference in leaving for each destination in percent, per standard deviation of a "
    "characteristic in the year before: Poisson model for each destination (competing risks in "
    "discrete time) on complete counts, with those who worked on 1 January as the denominator; "
    "characteristics and size together in one model, effects of branch by year; organisations as "
    "clusters; corrected for the number of destinations by characteristic (Benjamini-Hochberg)",
)


def hazards(
    table: DataTable, *, first: int, last: int, held: tuple[str, ...] = ()
) -> Estimates | Absent:
    """Return how leaving for each destination goes with unrest, in percent per SD.

    Terms ``<destination>.<characteristic>``. A characteristic that is not known, does not vary, or
    follows from the others is left out; so is a destination with few leavers.

    Parameters
    ----------
    held
        Further columns of the same year as the characteristics that are held equal.
    """
    rows = _rows(table, first, last, held)
    if rows is None:
        return Absent((table.name,))
    drivers = [name for name in (*UNREST, *held) if name in rows]
    spread = organisation_panel.spreads(rows, drivers)
    drivers = [name for name in drivers if spread[name] > _NOTHING]
    if not drivers:
        return Absent((table.name,))
    design = np.column_stack(
        [
            panel.indicators((rows["branch"] + rows["year"].astype(str)).to_numpy()),
            np.log(rows["employees_at_start"].to_numpy(float)),
            *(rows[name].to_numpy(float) / spread[name] for name in drivers),
        ]
    )
    # Where a characteristic follows from another, neither has a slope of its own; one of them
    # stays in the model, as held equal.
    told_apart, own = panel.identified(design), independent(design)
    places = dict(zip(drivers, range(design.shape[1] - len(drivers), design.shape[1]), strict=True))
    kept = {
        name: int(own[:place].sum())
        for name, place in places.items()
        if told_apart[place] and name in UNREST
    }
    design = design[:, own]
    if not kept:
        return Absent((table.name,))
    newest = rows.groupby("organisation").tail(1)
    about = {
        "n": float(newest["employees_at_start"].sum()),
        "n_organisations": float(len(newest)),
        "df": float(len(newest) - 1),
        "period": f"{int(rows['year'].max())}JJ00",
    }
    cell = Cell.of("organisations", branch=sorted(set(rows["branch"])))
    found = []
    for destination, columns in DESTINATIONS.items():
        leavers = rows[list(columns)].sum(axis=1).to_numpy(float)
        fit = fitted(leavers, design, rows)
        if fit is None:
            continue
        slopes, errors, mean = fit
        for name, place in kept.items():
            found.append(
                {
                    **about,
                    "term": f"{destination}{PAIR}{name}",
                    "slope": slopes[place],
                    "se": errors[place],
                    "p_value": float(
                        2 * stats.t.sf(abs(slopes[place] / errors[place]), about["df"])
                    ),
                    "behind": leverage.of_coefficient(design, place, cell, weights=mean),
                }
            )
    if not found:
        return Absent((table.name,))
    _adjust(found, list(kept))
    return estimates(
        found, tables=(table.name,), method=covering(_METHOD, set(rows["year"])),
        unit="percent_change",
    )  # fmt: skip


def of_characteristic(
    result: Estimates | Absent, characteristic: str, *, series: str | None = None
) -> Estimates | Absent:
    """Return the part about one characteristic, with its destinations as terms.

    Parameters
    ----------
    series
        Joins each destination as the right part of the term, to put models beside each other.
    """
    if isinstance(result, Absent):
        return result
    ending = f"{PAIR}{characteristic}"
    places = [at for at, term in enumerate(result.frame["term"]) if term.endswith(ending)]
    if not places:
        return Absent(result.tables)
    part = rows_at(result, places)
    names = part.frame["term"].str.removesuffix(ending)
    return dataclasses.replace(
        part, frame=part.frame.assign(term=names if series is None else names + PAIR + series)
    )


def _rows(table: DataTable, first: int, last: int, held: tuple[str, ...]) -> pd.DataFrame | None:
    """Return complete years with the characteristics of earlier ones, by organisation and year."""
    if table.frame is None:
        return None
    frame = table.frame[table.frame["year"].between(first, last) & table.frame["branch"].notna()]
    counted = [name for columns in DESTINATIONS.values() for name in columns]
    drivers = [name for name in (*UNREST, *held) if frame[name].notna().any()]
    before = frame[["organisation", "year", *drivers]].assign(year=frame["year"] + 1)
    rows = frame[["organisation", "year", "branch", "employees_at_start", *counted]].merge(
        before, on=["organisation", "year"], how="inner"
    )
    rows = rows.dropna(subset=[*counted, *drivers, "employees_at_start"])
    rows = rows[rows["employees_at_start"] > 0]
    # Each branch and year has an effect of its own, which must not rest on a few.
    there = rows.groupby(["branch", "year"])["organisation"].transform("nunique")
    rows = rows[there >= organisation_panel.FEWEST_IN_BRANCH]
    if rows["organisation"].nunique() < FEWEST:
        return None
    return rows.sort_values(["organisation", "year"]).reset_index(drop=True)


def fitted(
    leavers: np.ndarray, design: np.ndarray, rows: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Fit leavers to one destination by Poisson regression with organisations as clusters.

    Parameters
    ----------
    leavers
        Per row.
    design
        Shape (rows, columns), with the constant or its indicators; not collinear.
    rows
        With ``organisation`` and ``employees_at_start``, which is the exposure.

    Returns
    -------
    tuple or None
        Slopes, their standard errors, and the expected leavers of each row; None with few leavers
        or without an end.
    """
    if leavers.sum() < FEWEST_LEAVERS:
        return None
    exposure = rows["employees_at_start"].to_numpy(float)
    model = sm.GLM(leavers, design, family=sm.families.Poisson(), exposure=exposure)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            fit = model.fit()
        errors = _jackknifed(design, leavers, np.asarray(fit.mu), rows["organisation"].to_numpy())
    except (np.linalg.LinAlgError, PerfectSeparationWarning, ValueError):
        return None
    if not fit.converged or not (np.isfinite(errors).all() and (errors > 0).all()):
        return None
    return np.asarray(fit.params), errors, np.asarray(fit.mu)


def _jackknifed(
    design: np.ndarray, leavers: np.ndarray, mean: np.ndarray, cluster: np.ndarray
) -> np.ndarray:
    """Return standard errors from leaving out one organisation at a time, in one step each.

    Large organisations weigh most and draw the fit to themselves, so that the plain sandwich is too
    small: with 80 organisations it rejects twice as often as it says. The residuals of each are
    those without it (CR3 of Bell & McCaffrey 2002, Survey Methodology 28).
    """
    root = np.sqrt(mean)
    scaled, residual = design * root[:, None], (leavers - mean) / root
    bread = np.linalg.inv(scaled.T @ scaled)
    order = np.argsort(cluster, kind="stable")
    _, starts = np.unique(cluster[order], return_index=True)
    scores = []
    for own in np.split(order, starts[1:]):
        part = scaled[own]
        without = np.linalg.solve(np.eye(len(own)) - part @ bread @ part.T, residual[own])
        scores.append(part.T @ without)
    meat = np.array(scores)
    count = len(meat)
    return np.sqrt((count - 1) / count * np.diag(bread @ (meat.T @ meat) @ bread))


def _adjust(rows: list[dict], drivers: list[str]) -> None:
    """Correct p-values and intervals for the number of destinations, by characteristic.

    An interval without zero then is a discovery, as in ``drivers``.
    """
    for name in drivers:
        family = [row for row in rows if row["term"].endswith(f"{PAIR}{name}")]
        if not family:
            continue
        p_values = np.array([row["p_value"] for row in family])
        level = multiplicity.interval_level(p_values)
        for row, p_value in zip(family, multiplicity.adjusted(p_values), strict=True):
            slope, se = row.pop("slope"), row.pop("se")
            reach = stats.t.ppf((1 + level) / 2, row["df"]) * se
            row["estimate"] = 100 * float(np.expm1(slope))
            row["ci_low"] = 100 * float(np.expm1(slope - reach))
            row["ci_high"] = 100 * float(np.expm1(slope + reach))
            row["p_value"] = float(p_value)

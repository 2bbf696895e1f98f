"""Representation: who is in a source or at a table, compared with all employees."""

import dataclasses
from collections.abc import Mapping

import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.coverage import cell, matrix
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.years import in_latest_year

REPRESENTATION_METHOD = Text(
    nl="aandeel van de groep in de bron, gedeeld door haar aandeel onder alle werknemers; "
    "95%-intervallen met organisaties als clusters, die voor alle groepen samen gelden "
    "(Bonferroni)",
    en="share of the group in the source, divided by its share among all employees; 95% intervals "
    "with organisations as clusters, which hold for all groups together (Bonferroni)",
)
WEIGHT_METHOD = Text(
    nl="aandeel van elke leeftijdsgroep: onder alle werknemers (telling), onder respondenten, en "
    "na weging (raking naar branche en leeftijd, geslacht, regio en functiegroep)",
    en="share of each age band: among all employees (count), among respondents, and after "
    "weighting (raking to branch and age, sex, region and function group)",
)
DESIGN_METHOD = Text(
    nl="design-effect van ongelijke gewichten volgens Kish (1965): 1 plus het kwadraat van de "
    "variatiecoëfficiënt; geldt bij benadering",
    en="design effect of unequal weights after Kish (1965): 1 plus the squared coefficient of "
    "variation; an approximation",
)


def representation(
    sample: pd.DataFrame | None,
    population: pd.Series | None,
    *,
    group: str,
    terms: Mapping[str, list[str]],
    year: int,
    tables: tuple[str, ...],
    comparisons: int | None = None,
) -> Estimates | Absent:
    """Compare the shares of groups in a source with those in the population.

    Parameters
    ----------
    sample
        One row per person with ``organisation``, the column ``group`` and, where rows stand for
        several persons, ``count``.
    population
        Group → number of people; the population is taken as known.
    terms
        Term → values of ``group`` that it joins.
    comparisons
        Number of intervals that hold together; that of the terms when left out.

    Returns
    -------
    Estimates or Absent
        Ratios: 1 is as in the population, below 1 is under-represented.
    """
    if sample is None or population is None or not population.sum():
        return Absent(tables)
    known = sample[sample[group].notna()]
    if known["organisation"].nunique() < 2:
        return Absent(tables)
    weight = known["count"] if "count" in known else pd.Series(1.0, index=known.index)
    level = clusters.bonferroni(comparisons or len(terms))
    rows = []
    for term, values in terms.items():
        share = clusters.mean(
            known[group].isin(values).to_numpy(), known["organisation"], weight=weight.to_numpy()
        )
        whole = population.reindex(values).sum() / population.sum()
        if share.estimate == 0 or whole == 0:
            return Absent(tables)
        low, high = share.log_interval(level)
        rows.append(
            {
                "term": term,
                "estimate": share.estimate / whole,
                "ci_low": low / whole,
                "ci_high": high / whole,
                "n": float(weight.sum()),
                "n_organisations": known["organisation"].nunique(),
                "df": share.df,
                "period": f"{year}JJ00",
            }
        )
    return estimates(rows, tables=tables, method=REPRESENTATION_METHOD, unit="ratio")


def shares_by_age(
    individuals: DataTable, ages: DataTable, bands: list[str], *, last: int
) -> Aggregate | Absent:
    """Compare the ages of all employees with those of respondents, before and after weighting.

    Groups are age bands; measures ``population``, ``respondents`` and ``weighted``, in percent.
    """
    wave = in_latest_year(individuals, last)
    if wave is None or ages.frame is None:
        return Absent(tuple(t.name for t in (individuals, ages) if t.frame is None))
    year = int(wave["year"].max())
    everybody = ages.frame[ages.frame["year"] == year]
    counted_by = {
        "population": everybody.groupby("age_band", observed=True)["employees"].sum(),
        "respondents": wave.groupby("age_band", observed=True).size(),
        "weighted": wave.groupby("age_band", observed=True)["weight"].sum(),
    }
    organisations = {
        "population": everybody["organisation"].nunique(),
        "respondents": wave["organisation"].nunique(),
        "weighted": wave["organisation"].nunique(),
    }
    cells = [
        cell(
            band,
            measure,
            100 * float(sums.get(band, 0.0) / sums.sum()),
            float(counted_by["population" if measure == "population" else "respondents"][band]),
            organisations[measure],
            year,
        )
        for band in bands
        for measure, sums in counted_by.items()
    ]
    found = matrix(cells, bands, individuals.name, WEIGHT_METHOD)
    return dataclasses.replace(found, tables=(individuals.name, ages.name))


def design_effect(individuals: DataTable, *, last: int) -> Estimates | Absent:
    """Return the design effect of the survey weights and the effective number of respondents.

    Terms ``design_effect`` (times) and ``effective`` (persons), of the newest wave.
    """
    if individuals.frame is None:
        return Absent((individuals.name,))
    frame = individuals.frame[individuals.frame["year"] <= last]
    wave = frame[(frame["year"] == frame["year"].max()) & frame["weight"].notna()]
    if wave.empty:
        return Absent((individuals.name,))
    weight = wave["weight"].to_numpy(dtype=float)
    effect = len(weight) * (weight**2).sum() / weight.sum() ** 2
    about = {
        "n": float(len(weight)),
        "n_organisations": wave["organisation"].nunique(),
        "period": f"{int(wave['year'].max())}JJ00",
        "half_step": 0.0,
    }
    return estimates(
        [
            {"term": "design_effect", "estimate": effect, "unit": "times", **about},
            {"term": "effective", "estimate": len(weight) / effect, "unit": "persons", **about},
        ],
        tables=(individuals.name,),
        method=DESIGN_METHOD,
    )


def population_by(ages: DataTable, column: str, *, year: int) -> pd.Series | None:
    """Return the number of employees by a column of ``organisation_ages`` in a year."""
    if ages.frame is None:
        return None
    rows = ages.frame[ages.frame["year"] == year]
    return rows.groupby(column, observed=True)["employees"].sum() if len(rows) else None

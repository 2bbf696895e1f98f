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
    nl="aandeel van elke groep: onder alle werknemers (telling), onder respondenten, en na weging "
    "(raking naar branche en leeftijd, geslacht, regio en functiegroep)",
    en="share of each group: among all employees (count), among respondents, and after "
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


def shares(
    individuals: DataTable,
    everybody: DataTable,
    column: str,
    levels: list[str],
    *,
    last: int,
) -> Aggregate | Absent:
    """Compare all employees with respondents, before and after weighting, in percent.

    Parameters
    ----------
    everybody
        Table with ``organisation``, ``year``, ``employees`` and ``column``.
    column
        Whose ``levels`` are the groups. The measures are ``population``, ``respondents`` and
        ``weighted``.
    """
    wave = in_latest_year(individuals, last)
    lacking = tuple(t.name for t in (individuals, everybody) if t.frame is None)
    if wave is None or lacking:
        return Absent(lacking or (individuals.name,))
    wave = wave[wave["weight"].notna() & wave[column].notna()]
    year = int(wave["year"].max())
    workforce = everybody.frame[everybody.frame["year"] == year]
    answered = wave.groupby(column, observed=True).size()
    sums = {
        "population": workforce.groupby(column, observed=True)["employees"].sum(),
        "respondents": answered,
        "weighted": wave.groupby(column, observed=True)["weight"].sum(),
    }
    organisations = {
        "population": workforce.groupby(column, observed=True)["organisation"].nunique(),
        "respondents": wave.groupby(column, observed=True)["organisation"].nunique(),
    }
    cells = []
    for level in levels:
        for measure, counts in sums.items():
            behind = "population" if measure == "population" else "respondents"
            cells.append(
                cell(
                    level,
                    measure,
                    100 * float(counts.get(level, 0.0) / counts.sum()),
                    float(sums[behind].get(level, 0)),
                    float(organisations[behind].get(level, 0)),
                    year,
                )
            )
    found = matrix(cells, levels, individuals.name, WEIGHT_METHOD)
    return dataclasses.replace(found, tables=(individuals.name, everybody.name))


def of_insured(care_use: DataTable, *, last: int) -> pd.DataFrame | None:
    """Return the insured of the newest year as a sample: a row per organisation and age band."""
    rows = in_latest_year(care_use, last)
    if rows is None:
        return None
    return rows[["organisation", "age_band", "insured"]].rename(columns={"insured": "count"})


def of_voices(attendees: DataTable) -> pd.DataFrame | None:
    """Return the people of listening sessions, each once."""
    if attendees.frame is None:
        return None
    rows = attendees.frame[attendees.frame["kind"] == "listening"]
    return rows.drop_duplicates("attendee")


def population_of_participants(ages: DataTable, *, year: int | None) -> pd.Series | None:
    """Return the employees of the participants by age band."""
    if ages.frame is None or year is None:
        return None
    rows = ages.frame[(ages.frame["year"] == year) & ages.frame["participant"].eq(1)]
    return rows.groupby("age_band", observed=True)["employees"].sum() if len(rows) else None


def population_by_education(background: DataTable, *, last: int) -> pd.Series | None:
    """Return the sampled employees by education, as counts."""
    rows = in_latest_year(background, last)
    return None if rows is None else rows.groupby("education", observed=True).size()


def design_effect(individuals: DataTable, *, last: int) -> Estimates | Absent:
    """Return the design effect of the survey weights and what it leaves of the respondents.

    Terms ``design_effect`` (times), ``respondents`` and ``effective`` (persons) of the newest wave.
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
            {"term": "respondents", "estimate": len(weight), "unit": "persons", **about},
            {
                "term": "effective",
                "estimate": round(len(weight) / effect),
                "unit": "persons",
                **about,
            },
        ],
        tables=(individuals.name,),
        method=DESIGN_METHOD,
    )


def population_by(ages: DataTable, column: str, *, year: int | None) -> pd.Series | None:
    """Return the number of employees by a column of ``organisation_ages`` in a year."""
    if ages.frame is None or year is None:
        return None
    rows = ages.frame[ages.frame["year"] == year]
    return rows.groupby(column, observed=True)["employees"].sum() if len(rows) else None

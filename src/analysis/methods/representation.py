"""Representation: who is in a source or at a table, compared with all employees."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.coverage import cell, matrix
from analysis.methods.results import Absent, Aggregate, Estimates, estimates, only
from analysis.methods.years import in_latest_year

WEIGHT_METHOD = Text(
    nl="aandeel van elke groep: onder alle werknemers (telling), onder respondenten, en na weging "
    "(raking naar branche en leeftijd, geslacht, regio en functiegroep, voor zover geleverd)",
    en="share of each group: among all employees (count), among respondents, and after "
    "weighting (raking to branch and age, sex, region and function group, as far as delivered)",
)
DESIGN_METHOD = Text(
    nl="design-effect van ongelijke gewichten volgens Kish (1965): 1 plus het kwadraat van de "
    "variatiecoëfficiënt; geldt bij benadering",
    en="design effect of unequal weights after Kish (1965): 1 plus the squared coefficient of "
    "variation; an approximation",
)


def representation(
    sample: pd.DataFrame | None,
    population: pd.Series | pd.DataFrame | None,
    *,
    group: str,
    terms: Mapping[str, list[str]],
    year: int | None,
    tables: tuple[str, ...],
    compared_with: Text,
    cell: Cell,
    comparisons: int | None = None,
    complete: bool = False,
) -> Estimates | Absent:
    """Compare the shares of groups in a source with those among employees.

    Parameters
    ----------
    sample
        One row per person with ``organisation``, the column ``group`` and, where rows stand for
        several persons, ``count``.
    population
        Group → number of people, taken as known; or a sample of its own, whose uncertainty counts.
    terms
        Term → values of ``group`` that it joins.
    compared_with
        Whom the population holds, for the reader.
    cell
        Whom the sample holds.
    comparisons
        Number of intervals that hold together; that of the terms when left out.
    complete
        Whether both sides are complete counts, which have no sampling error.

    Returns
    -------
    Estimates or Absent
        Ratios: 1 is as among the employees, below 1 is under-represented.
    """
    if sample is None or population is None or not len(population):
        return Absent(tables)
    known = sample[sample[group].notna()]
    if known["organisation"].nunique() < 2:
        return Absent(tables)
    weight = known["count"] if "count" in known else pd.Series(1.0, index=known.index)
    level = clusters.bonferroni(comparisons or len(terms))
    rows = []
    for term, values in terms.items():
        share = _share(known, weight, group, values)
        whole = _whole(population, group, values)
        if share.estimate == 0 or whole.estimate == 0:
            return Absent(tables)
        ratio = share.estimate / whole.estimate
        # Independent shares: their relative variances add up in the logarithm of the ratio.
        error = np.hypot(share.se / share.estimate, whole.se / whole.estimate)
        low, high = clusters.Ratio(ratio, ratio * error, share.df).log_interval(level)
        counted = known[group].isin(values)
        rows.append(
            {
                "term": term,
                "estimate": ratio,
                "n": float(weight.sum()),
                "n_organisations": known["organisation"].nunique(),
                "period": f"{year}JJ00",
                **(
                    {"half_step": 0.0}
                    if complete
                    else {"ci_low": low, "ci_high": high, "df": share.df}
                ),
                "behind": behind(
                    "share",
                    cell,
                    cell.within(**{group: values}),
                    numerator=float(weight[counted].sum()),
                    part_organisations=known.loc[counted, "organisation"].nunique(),
                ),
            }
        )
    return estimates(
        rows, tables=tables, method=_method(compared_with, len(terms), complete), unit="ratio"
    )


def _share(rows: pd.DataFrame, weight: pd.Series, group: str, values: list[str]) -> clusters.Ratio:
    return clusters.mean(
        rows[group].isin(values).to_numpy(), rows["organisation"], weight=weight.to_numpy()
    )


def _whole(population: pd.Series | pd.DataFrame, group: str, values: list[str]) -> clusters.Ratio:
    if isinstance(population, pd.DataFrame):
        return _share(population, pd.Series(1.0, index=population.index), group, values)
    known = population.reindex(values).sum() / population.sum()
    return clusters.Ratio(float(known), 0.0, 0)


def _method(compared_with: Text, terms: int, complete: bool) -> Text:
    if complete:
        end = {"nl": "volledige telling", "en": "complete count"}
    elif terms > 1:
        end = {
            "nl": "95%-intervallen met organisaties als clusters, die samen gelden (Bonferroni)",
            "en": "95% intervals with organisations as clusters, which hold jointly (Bonferroni)",
        }
    else:
        end = {
            "nl": "95%-interval met organisaties als clusters",
            "en": "95% interval with organisations as clusters",
        }
    return Text(
        nl=f"aandeel van de groep, gedeeld door haar aandeel onder {compared_with.nl}; {end['nl']}",
        en=f"share of the group, divided by its share among {compared_with.en}; {end['en']}",
    )


def renamed(result: Estimates | Absent, **terms: str) -> Estimates | Absent:
    """Return some estimates under the terms of a claim: new term → old term."""
    if isinstance(result, Absent):
        return result
    chosen = only(result, *terms.values())
    return dataclasses.replace(chosen, frame=chosen.frame.assign(term=list(terms)))


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
    whole = {"population": workforce, "respondents": wave}
    of = {
        "population": Cell.of("employees", year=year),
        "respondents": Cell.of("respondents", year=year),
    }
    cells = []
    for level in levels:
        for measure, counts in sums.items():
            who = "population" if measure == "population" else "respondents"
            cells.append(
                cell(
                    level,
                    measure,
                    100 * float(counts.get(level, 0.0) / counts.sum()),
                    float(sums[who].sum()),
                    whole[who]["organisation"].nunique(),
                    behind(
                        "weighted share" if measure == "weighted" else "share",
                        of[who],
                        of[who].within(**{column: level}),
                        numerator=float(sums[who].get(level, 0)),
                        part_organisations=float(organisations[who].get(level, 0)),
                        **(
                            {"magnitude": "weighted respondents", "weight": float(counts.sum())}
                            if measure == "weighted"
                            else {}
                        ),
                    ),
                    year,
                )
            )
    return matrix(cells, levels, (individuals.name, everybody.name), WEIGHT_METHOD)


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


def educated(
    background: DataTable, employments: DataTable, organisation_years: DataTable, *, last: int
) -> pd.DataFrame | None:
    """Return the sampled employees of the newest year with their education and employer.

    Columns ``organisation``, ``education`` and ``participant``: a row per employment.
    """
    rows = in_latest_year(background, last)
    places = in_latest_year(organisation_years, last)
    if rows is None or places is None or employments.frame is None:
        return None
    year = int(rows["year"].max())
    jobs = employments.frame.loc[
        employments.frame["year"] == year, ["person", "organisation"]
    ].drop_duplicates()
    found = jobs.merge(rows[["person", "education"]], on="person")
    return found.merge(places[["organisation", "participant"]], on="organisation")


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
    of_wave = Cell.of("respondents", year=int(wave["year"].max()))
    about["behind"] = behind("derived", of_wave)
    answered = {**about, "behind": behind("count", of_wave)}
    return estimates(
        [
            {"term": "design_effect", "estimate": effect, "unit": "times", **about},
            {"term": "respondents", "estimate": len(weight), "unit": "persons", **answered},
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

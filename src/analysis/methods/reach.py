"""Reach: what was linked, who is in the data, who was heard, and who took part.

A complete count has no sampling error: its interval is missing and its ``half_step`` is 0.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pingouin as pg

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.results import Absent, Estimates, estimates, joined

COUNT_METHOD = Text(
    nl="telling van wat geleverd is; geen steekproef", en="count of what was delivered; no sample"
)
LINKED_METHOD = Text(
    nl="aandeel van de geleverde eenheden dat aan een organisatie en jaar van PFZW te koppelen is; "
    "volledige telling",
    en="share of the delivered units that can be linked to an organisation and year of PFZW; "
    "complete count",
)
REPRESENTATION_METHOD = Text(
    nl="aandeel van de groep in de bron, gedeeld door haar aandeel onder alle werknemers; "
    "95%-intervallen met organisaties als clusters, die voor alle groepen samen gelden "
    "(Bonferroni)",
    en="share of the group in the source, divided by its share among all employees; 95% intervals "
    "with organisations as clusters, which hold for all groups together (Bonferroni)",
)
DIFFERENCE_METHOD = Text(
    nl="verschil van de gemiddelden per organisatie, gedeeld door de gezamenlijke "
    "standaarddeviatie (Cohens d); 95%-intervallen die voor alle kenmerken samen gelden "
    "(Bonferroni)",
    en="difference of the means per organisation, divided by the pooled standard deviation "
    "(Cohen's d); 95% intervals that hold for all characteristics together (Bonferroni)",
)
DESIGN_METHOD = Text(
    nl="design-effect van ongelijke gewichten volgens Kish (1965): 1 plus het kwadraat van de "
    "variatiecoëfficiënt; geldt bij benadering",
    en="design effect of unequal weights after Kish (1965): 1 plus the squared coefficient of "
    "variation; an approximation",
)


def counted(
    term: str,
    value: float,
    *,
    unit: str,
    persons: float,
    organisations: float,
    year: int,
    tables: tuple[str, ...],
) -> Estimates:
    """Return one complete count as an estimate."""
    row = {
        "term": term,
        "estimate": float(value),
        "n": persons,
        "n_organisations": organisations,
        "period": f"{year}JJ00",
        "half_step": 0.0,
    }
    return estimates([row], tables=tables, method=COUNT_METHOD, unit=unit)


def participants(table: DataTable, *, last: int) -> Estimates | Absent:
    """Count the participating organisations and the branches that they come from.

    Terms ``participants`` and ``branches``; ``n`` counts their employees.
    """
    rows = _latest(table, last)
    if rows is None or not rows["participant"].eq(1).any():
        return Absent((table.name,))
    taking_part = rows[rows["participant"] == 1]
    about = {
        "persons": float(taking_part["employees"].sum()),
        "organisations": len(taking_part),
        "year": int(taking_part["year"].max()),
        "tables": (table.name,),
    }
    return joined(
        counted("participants", len(taking_part), unit="organisations", **about),
        counted("branches", taking_part["branch"].nunique(), unit="branches", **about),
    )


def people_heard(attendees: DataTable) -> Estimates | Absent:
    """Count sessions and attendees of each kind of session.

    Terms ``<kind>_sessions`` and ``<kind>_people``. Somebody who comes to two kinds counts in both.
    """
    if attendees.frame is None:
        return Absent((attendees.name,))
    frame = attendees.frame
    year = int(pd.to_datetime(frame["date"]).dt.year.max())
    found = []
    for kind, rows in frame.groupby("kind", sort=False):
        about = {
            "persons": float(rows["attendee"].nunique()),
            "organisations": rows["organisation"].nunique(),
            "year": year,
            "tables": (attendees.name,),
        }
        found.append(
            counted(f"{kind}_sessions", rows["session"].nunique(), unit="sessions", **about)
        )
        found.append(counted(f"{kind}_people", rows["attendee"].nunique(), unit="persons", **about))
    return joined(*found)


def facilitators(attendees: DataTable) -> Estimates | Absent:
    """Count the facilitators of all sessions, as term ``facilitators``."""
    if attendees.frame is None:
        return Absent((attendees.name,))
    frame = attendees.frame
    count = frame["facilitator"].nunique()
    return counted(
        "facilitators",
        count,
        unit="persons",
        persons=count,
        organisations=frame["organisation"].nunique(),
        year=int(pd.to_datetime(frame["date"]).dt.year.max()),
        tables=(attendees.name,),
    )


def sources_linked(
    table: DataTable, sources: Mapping[str, str], *, last: int
) -> Estimates | Absent:
    """Count the sources of the organisation model that link to at least one organisation.

    Parameters
    ----------
    sources
        Supplier → column of ``organisation_years`` that tells whether a row was linked.
    """
    rows = _latest(table, last)
    if rows is None:
        return Absent((table.name,))
    linked = [column for column in sources.values() if rows[column].eq(1).any()]
    return counted(
        "sources",
        len(linked),
        unit="sources",
        persons=float(rows["employees"].sum()),
        organisations=len(rows),
        year=int(rows["year"].max()),
        tables=(table.name,),
    )


def linked_shares(
    counts: DataTable, *, source: str | None = None, dimension: str = "all", year: int | None = None
) -> Estimates | Absent:
    """Return the linked share, in percent, of each source or of each level of one source.

    Parameters
    ----------
    source
        One source, whose levels of ``dimension`` become the terms; all sources when None.
    dimension
        ``all``, ``branch``, ``region``, ``age_band`` or ``year``.
    """
    if counts.frame is None:
        return Absent((counts.name,))
    rows = counts.frame[counts.frame["dimension"] == dimension]
    if source is not None:
        rows = rows[rows["source"] == source]
    rows = rows[rows["delivered"] > 0]
    if rows.empty:
        return Absent((counts.name,))
    return estimates(
        [
            {
                "term": row.source if source is None else row.level,
                "estimate": 100 * row.linked / row.delivered,
                "n": row.n_persons,
                "n_organisations": row.n_organisations,
                "period": f"{year}JJ00" if year else "",
                "half_step": 0.0,
            }
            for row in rows.itertuples()
        ],
        tables=(counts.name,),
        method=LINKED_METHOD,
        unit="percent",
    )


def coverage(
    table: DataTable, by: str, levels: list[str], covered: str, *, last: int
) -> Estimates | Absent:
    """Return the share of employees, in percent, who work at an organisation that a source covers.

    Parameters
    ----------
    by
        Column of ``organisation_years`` whose ``levels`` become the terms.
    covered
        Column that is 1 where the source knows the organisation and year.
    """
    rows = _latest(table, last)
    if rows is None or not rows[covered].eq(1).any():
        return Absent((table.name,))
    found = []
    for level in levels:
        group = rows[rows[by] == level]
        if group.empty:
            continue
        known = group[covered].eq(1)
        found.append(
            {
                "term": level,
                "estimate": 100 * group.loc[known, "employees"].sum() / group["employees"].sum(),
                "n": float(group["employees"].sum()),
                "n_organisations": len(group),
                "period": f"{int(group['year'].max())}JJ00",
                "half_step": 0.0,
            }
        )
    return estimates(
        found,
        tables=(table.name,),
        method=Text(
            nl="aandeel van de werknemers bij een organisatie die de bron kent; volledige telling",
            en="share of employees at an organisation that the source knows; complete count",
        ),
        unit="percent",
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


def standardised_differences(
    table: DataTable,
    characteristics: list[str],
    *,
    branches: list[str],
    first: int,
    last: int,
) -> Estimates | Absent:
    """Compare participants with the other organisations of the same branches.

    Means of ``first`` to ``last`` per organisation. A characteristic that fewer than ten
    participants have is left out.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame
    frame = frame[frame["branch"].isin(branches) & frame["year"].between(first, last)]
    means = frame.groupby("organisation")[[*characteristics, "participant", "employees"]].mean()
    taking_part = means["participant"] > 0
    rows = []
    level = clusters.bonferroni(len(characteristics))
    for name in characteristics:
        mine, others = means.loc[taking_part, name].dropna(), means.loc[~taking_part, name].dropna()
        if len(mine) < 10 or len(others) < 10:
            continue
        size = pg.compute_effsize(mine, others, eftype="cohen")
        low, high = pg.compute_esci(
            stat=size, nx=len(mine), ny=len(others), eftype="cohen", confidence=level, decimals=6
        )
        rows.append(
            {
                "term": name,
                "estimate": float(size),
                "ci_low": float(low),
                "ci_high": float(high),
                "n": float(means.loc[mine.index, "employees"].sum()),
                "n_organisations": len(mine),
                "df": len(mine) + len(others) - 2,
                "period": f"{last}JJ00",
            }
        )
    if not rows:
        return Absent((table.name,))
    return estimates(
        rows, tables=(table.name,), method=DIFFERENCE_METHOD, unit="standard_deviations"
    )


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


def fillable(
    table: DataTable, indicators: Mapping[str, list[str]], *, last: int
) -> Estimates | Absent:
    """Return the share of indicators, in percent, that is filled for the participants.

    Parameters
    ----------
    indicators
        Term → columns of ``organisation_years``.
    """
    rows = _latest(table, last)
    if rows is None or not rows["participant"].eq(1).any():
        return Absent((table.name,))
    taking_part = rows[rows["participant"] == 1]
    found = []
    for term, columns in indicators.items():
        share = taking_part.reindex(columns=columns).notna().to_numpy().mean()
        found.append(
            {
                "term": term,
                "estimate": 100 * float(share),
                "n": float(taking_part["employees"].sum()),
                "n_organisations": len(taking_part),
                "period": f"{int(taking_part['year'].max())}JJ00",
                "half_step": 0.0,
            }
        )
    return estimates(
        found,
        tables=(table.name,),
        method=Text(
            nl="aandeel van de indicatoren dat voor de deelnemers gevuld is; volledige telling",
            en="share of the indicators that is filled for the participants; complete count",
        ),
        unit="percent",
    )


def _latest(table: DataTable, last: int) -> pd.DataFrame | None:
    if table.frame is None:
        return None
    rows = table.frame[table.frame["year"] <= last]
    return None if rows.empty else rows[rows["year"] == rows["year"].max()]


def population_by(ages: DataTable, column: str, *, year: int) -> pd.Series | None:
    """Return the number of employees by a column of ``organisation_ages`` in a year."""
    if ages.frame is None:
        return None
    rows = ages.frame[ages.frame["year"] == year]
    return rows.groupby(column, observed=True)["employees"].sum() if len(rows) else None


def latest_year(table: DataTable, last: int) -> int | None:
    """Return the newest year of a table up to ``last``."""
    rows = _latest(table, last)
    return None if rows is None else int(np.max(rows["year"]))

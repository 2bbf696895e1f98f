"""The linkage report: what was delivered, what was linked, what was lost and how that differs.

In every dimension and level, delivered = linked + not linked. The units are those of the source:
organisation-years, organisations, persons, person-organisation-years, respondents or functions.
"""

import duckdb
import pandas as pd

from analysis.linkage import differences
from analysis.linkage.columns import Column, column
from analysis.linkage.units import PAYROLL, Units, units_of

DIMENSIONS = ("branch", "region", "age_band", "year")
#: Level of units of which the branch, region, age or year is not known.
UNKNOWN = "unknown"


def _count(name: str, nl: str, en: str) -> Column:
    return column(name, "BIGINT", nl, en, unit="units")


_SOURCE = column("source", "VARCHAR", "Geleverde tabel", "Delivered table")
_ORGANISATIONS = column(
    "n_organisations",
    "BIGINT",
    "Aantal organisaties achter de cel",
    "Number of organisations behind the cell",
    unit="organisations",
)


def _persons_of(part: str) -> Column:
    return column(
        f"n_persons_{part}",
        "BIGINT",
        f"Personen achter de eenheden van {part}",
        f"Persons behind the units of {part}",
        unit="persons",
    )


def _organisations_of(part: str) -> Column:
    return column(
        f"n_organisations_{part}",
        "BIGINT",
        f"Organisaties achter de eenheden van {part}",
        f"Organisations behind the units of {part}",
        unit="organisations",
    )


COUNTS: tuple[Column, ...] = (
    _SOURCE,
    column("unit", "VARCHAR", "Wat een eenheid is", "What a unit is"),
    column("dimension", "VARCHAR", "Waarnaar is verdeeld, of all", "What it is split by, or all"),
    column("level", "VARCHAR", "Waarde van de dimensie", "Value of the dimension"),
    _count("delivered", "Geleverde eenheden", "Delivered units"),
    _count("linked", "Gekoppelde eenheden", "Linked units"),
    _count("not_linked", "Niet gekoppelde eenheden", "Units not linked"),
    _count("one_to_many", "Eenheden die vaker voorkomen", "Units that occur more than once"),
    _count(
        "implausible",
        "Gekoppeld, maar de twee bronnen spreken elkaar tegen over de omvang",
        "Linked, but the two sources contradict each other on the size",
    ),
    column(
        "n_persons",
        "BIGINT",
        "Personen achter de geleverde eenheden, zoals de bron hen telt",
        "Persons behind the delivered units, as the source counts them",
        unit="persons",
    ),
    _ORGANISATIONS,
    *(
        one
        for part in ("linked", "one_to_many", "implausible")
        for one in (_persons_of(part), _organisations_of(part))
    ),
)

LOSSES: tuple[Column, ...] = (
    _SOURCE,
    column("reason", "VARCHAR", "Reden van het verlies", "Reason for the loss"),
    _count("not_linked", "Niet gekoppelde eenheden", "Units not linked"),
    column(
        "n_persons",
        "BIGINT",
        "Personen achter de niet gekoppelde eenheden",
        "Persons behind the units not linked",
        unit="persons",
    ),
    _ORGANISATIONS,
)

WEIGHTING: tuple[Column, ...] = (
    column("year", "BIGINT", "Kalenderjaar", "Calendar year", unit="year"),
    column("respondents", "BIGINT", "Gewogen respondenten", "Weighted respondents", unit="persons"),
    column("population", "DOUBLE", "Som van de gewichten", "Sum of the weights", unit="persons"),
    column(
        "design_effect",
        "DOUBLE",
        "Verlies door ongelijke gewichten (Kish): 1 + variatiecoëfficiënt in het kwadraat",
        "Loss from unequal weights (Kish): 1 + the squared coefficient of variation",
    ),
    column("effective_n", "DOUBLE", "Effectief aantal", "Effective number", unit="persons"),
    column("merged", "VARCHAR", "Samengevoegde categorieën", "Categories raked together"),
    column("dropped", "VARCHAR", "Weggelaten marges", "Margins left out"),
    column(
        "without", "VARCHAR", "Branches zonder respondenten", "Branches that have no respondents"
    ),
)

BALANCE: tuple[Column, ...] = (
    column("year", "BIGINT", "Kalenderjaar", "Calendar year", unit="year"),
    column("margin", "VARCHAR", "Marge", "Margin"),
    column("category", "VARCHAR", "Categorie", "Category"),
    column("respondents", "BIGINT", "Respondenten", "Respondents", unit="persons"),
    column("population_share", "DOUBLE", "In de populatie", "In the population", unit="share"),
    column("unweighted_share", "DOUBLE", "Onder respondenten", "Of respondents", unit="share"),
    column("weighted_share", "DOUBLE", "Na weging", "After weighting", unit="share"),
    column("raked", "BIGINT", "Marge gebruikt bij het wegen (1 = ja)", "Raked to (1 = yes)"),
)

#: Exact in any order of the rows.
_PERSONS_WHERE = "CAST(round(sum(CAST(persons AS DECIMAL(18, 4))) FILTER ({})) AS BIGINT)"
_PERSONS = _PERSONS_WHERE.format("true")

#: Tables that linking writes about itself.
TABLES = {
    "linkage_counts": COUNTS,
    "linkage_losses": LOSSES,
    "linkage_differences": differences.COLUMNS,
    "survey_weighting": WEIGHTING,
    "survey_balance": BALANCE,
}
KEYS = {
    "linkage_counts": ("source", "dimension", "level"),
    "linkage_losses": ("source", "reason"),
    "linkage_differences": ("source", "characteristic"),
    "survey_weighting": ("year",),
    "survey_balance": ("year", "margin", "category"),
}


def linkage_report(engine: duckdb.DuckDBPyConnection, present: set[str]) -> dict[str, pd.DataFrame]:
    """Account for every source that is looked up in the payroll.

    Parameters
    ----------
    engine
        With a view per delivered table, ``organisation_base`` and, where they can be made,
        ``organisation_years`` and ``employment_years``.
    present
        Names of the delivered tables.

    Returns
    -------
    dict
        ``linkage_counts``, ``linkage_losses`` and ``linkage_differences``; without rows when there
        is no payroll to link to.
    """
    counts, losses = [], []
    for units in units_of(present):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE units AS {_with_place(units)}")
        counts.append(_counts(engine, units))
        losses.append(_losses(engine, units))
    return {
        "linkage_counts": _frame(counts, COUNTS),
        "linkage_losses": _frame(losses, LOSSES),
        "linkage_differences": differences.linkage_differences(engine, present),
    }


def _frame(parts: list[pd.DataFrame], columns: tuple[Column, ...]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=[one.name for one in columns])
    return pd.concat(filled, ignore_index=True)


def _with_place(units: Units) -> str:
    """Return the units with branch and region, also where only the organisation is known."""
    return f"""
        SELECT own.organisation, own.persons, own.linked, own.reason, own.implausible, own.repeated,
            own.age_band, CAST(own.year AS VARCHAR) AS year, place.branch, place.region
        FROM ({units.query}) AS own
        LEFT JOIN (
            SELECT organisation, arg_max(branch, year) AS branch, arg_max(region, year) AS region
            FROM {PAYROLL} GROUP BY organisation
        ) AS place USING (organisation)
    """


def _counts(engine: duckdb.DuckDBPyConnection, units: Units) -> pd.DataFrame:
    parts = {
        "linked": "linked",
        "one_to_many": "repeated",
        "implausible": "linked AND implausible",
    }
    measured = f"""
        count(*) AS delivered,
        count(*) FILTER (linked) AS linked,
        count(*) FILTER (NOT linked) AS not_linked,
        count(*) FILTER (repeated) AS one_to_many,
        count(*) FILTER (linked AND implausible) AS implausible,
        {_PERSONS} AS n_persons,
        count(DISTINCT organisation) AS n_organisations,
        {
        ", ".join(
            f"coalesce({_PERSONS_WHERE.format(where)}, 0) AS n_persons_{part}, "
            f"count(DISTINCT organisation) FILTER ({where}) AS n_organisations_{part}"
            for part, where in parts.items()
        )
    }
    """
    queries = [f"SELECT 'all' AS dimension, 'all' AS level, {measured} FROM units"]
    for dimension in DIMENSIONS:
        # A source that knows no age or year says nothing by it.
        queries.append(f"""
            SELECT '{dimension}', coalesce({dimension}, '{UNKNOWN}'), {measured} FROM units
            WHERE EXISTS (SELECT 1 FROM units WHERE {dimension} IS NOT NULL)
            GROUP BY coalesce({dimension}, '{UNKNOWN}')
        """)
    frame = engine.execute(" UNION ALL ".join(queries)).df()
    frame.insert(0, "source", units.source)
    frame.insert(1, "unit", units.unit)
    return frame[frame["delivered"] > 0]


def _losses(engine: duckdb.DuckDBPyConnection, units: Units) -> pd.DataFrame:
    frame = engine.execute(f"""
        SELECT reason, count(*) AS not_linked, {_PERSONS} AS n_persons,
            count(DISTINCT organisation) AS n_organisations
        FROM units WHERE NOT linked GROUP BY reason
    """).df()
    frame.insert(0, "source", units.source)
    return frame

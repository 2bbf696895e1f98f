"""Give survey respondents their scores and weights before anything is averaged over them."""

import duckdb
import pandas as pd

from analysis.errors import DeliveryError
from analysis.linkage.survey import score
from analysis.linkage.weights import IN, SurveyWeights, survey_weights
from analysis.sources import fwg, pfzw, vocabulary
from analysis.sources.izz_monitor import RESPONDENTS

TABLE = "weighted_respondents"


def make_weighted_respondents(
    engine: duckdb.DuckDBPyConnection, present: set[str]
) -> SurveyWeights:
    """Make the table ``weighted_respondents``: the survey with a score per scale and a weight.

    Needs ``organisation_base``. Where the payroll was not delivered, all weights are missing.
    """
    asked = engine.execute(f"""
        SELECT own.respondent, own.year, base.branch, own.age_band, own.sex, base.region,
            own.function_group, base.size_band
        FROM {RESPONDENTS.name} AS own LEFT JOIN organisation_base AS base
            ON base.organisation = own.organisation AND base.year = own.year
        ORDER BY own.respondent, own.year
    """).df()
    if asked.duplicated(["respondent", "year"]).any():
        repeated = int(asked.duplicated(["respondent", "year"]).sum())
        raise DeliveryError(
            f"{RESPONDENTS.name}: {repeated} rows repeat a respondent and year; expected one row "
            "each. Remove the repeated rows at the source."
        )
    weighted = survey_weights(asked, population(engine, present))
    engine.register("weights", asked[["respondent", "year"]].assign(weight=weighted.weights))
    scores = ", ".join(f"{score(scale)} AS {scale}" for scale in vocabulary.SCALES)
    engine.execute(f"""
        CREATE TABLE {TABLE} AS
        SELECT own.*, {scores},
            CASE WHEN NOT isnan(weights.weight) THEN weights.weight END AS weight
        FROM {RESPONDENTS.name} AS own JOIN weights USING (respondent, year)
    """)
    engine.unregister("weights")
    return weighted


def population(engine: duckdb.DuckDBPyConnection, present: set[str]) -> pd.DataFrame:
    """Return the payroll's employees by year, branch, margin and category.

    Margins whose table was not delivered are left out.
    """
    ages, functions = pfzw.ORGANISATION_AGES.name, pfzw.ORGANISATION_FUNCTIONS.name
    margins = []
    if pfzw.ORGANISATION_YEARS.name in present:
        margins += [
            f"SELECT organisation, year, '{name}' AS margin, {name} AS category, employees "
            "FROM organisation_base"
            for name in ("region", "size_band")
        ]
    if ages in present:
        margins += [
            f"SELECT organisation, year, 'branch_age' AS margin, branch || '{IN}' || age_band AS "
            f"category, own.employees FROM {ages} AS own "
            "JOIN organisation_base USING (organisation, year)",
            f"SELECT organisation, year, 'sex', sex, employees FROM {ages}",
        ]
    if {functions, fwg.FUNCTIONS.name} <= present:
        margins.append(
            "SELECT organisation, year, 'function_group' AS margin, function_group, employees "
            f"FROM {functions} JOIN {fwg.FUNCTIONS.name} USING (function)"
        )
    if not margins:
        return pd.DataFrame(columns=["year", "branch", "margin", "category", "employees"])
    return engine.execute(f"""
        SELECT year, branch, margin, category, CAST(sum(cells.employees) AS DOUBLE) AS employees
        FROM ({" UNION ALL ".join(margins)}) AS cells
        JOIN organisation_base USING (organisation, year)
        WHERE category IS NOT NULL
        GROUP BY year, branch, margin, category
        ORDER BY year, branch, margin, category
    """).df()

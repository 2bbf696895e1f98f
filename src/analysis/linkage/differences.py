"""How units that were linked differ from those that were not: standardised differences.

Difference of the means over the pooled standard deviation, sqrt((s1² + s0²) / 2); for a share the
variance is p (1 − p) (Austin 2009, Statistics in Medicine 28). Above 0.1 is usually called a
difference that matters. It does not depend on the number of units, as a p-value does.
"""

import math

import duckdb
import pandas as pd

from analysis.linkage import employment, organisations
from analysis.linkage.columns import Column, column
from analysis.linkage.organisation_parts import PARTS
from analysis.sources import additional, izz_monitor, pfzw, vocabulary

COLUMNS: tuple[Column, ...] = (
    column("source", "VARCHAR", "Geleverde tabel", "Delivered table"),
    column("unit", "VARCHAR", "Wat wordt vergeleken", "What is compared"),
    column(
        "characteristic", "VARCHAR", "Kenmerk, of kenmerk=waarde", "Characteristic, or with =value"
    ),
    column("linked_mean", "DOUBLE", "Gemiddelde, gekoppeld", "Mean of linked"),
    column("unlinked_mean", "DOUBLE", "Gemiddelde, niet gekoppeld", "Mean of not linked"),
    column(
        "standardised_difference",
        "DOUBLE",
        "Verschil gedeeld door de gepoolde standaardafwijking; leeg als die 0 is",
        "Difference over the pooled standard deviation; empty when that is 0",
        unit="standard deviations",
    ),
    column("n_linked", "BIGINT", "Gekoppelde eenheden", "Linked units", unit="units"),
    column("n_unlinked", "BIGINT", "Niet gekoppelde eenheden", "Units not linked", unit="units"),
    column("n_organisations", "BIGINT", "Organisaties", "Organisations", unit="organisations"),
)

_NUMBERS = (
    "employees",
    "temporary_share",
    "irregular_allowance_share",
    "turnover_rate",
    "sector_exit_rate",
    "inflow_rate",
)


def standardised_difference(
    mean_1: float, mean_0: float, variance_1: float, variance_0: float
) -> float:
    """Return the standardised difference of two groups, NaN when neither varies.

    Examples
    --------
    >>> round(standardised_difference(0.6, 0.5, 0.6 * 0.4, 0.5 * 0.5), 3)
    0.202
    """
    pooled = math.sqrt((variance_1 + variance_0) / 2)
    return (mean_1 - mean_0) / pooled if pooled > 0 else math.nan


def linkage_differences(engine: duckdb.DuckDBPyConnection, present: set[str]) -> pd.DataFrame:
    """Compare linked with unlinked units of every source that has both.

    Sources per organisation: organisation-years of the payroll with and without the source.
    Respondents: those whose organisation is in the payroll against the others. Additional sources:
    persons in the payslips with and without the source.
    """
    rows: list[dict] = []
    if present & {pfzw.ORGANISATION_YEARS.name, pfzw.PAYSLIPS.name}:
        measured = _of_organisations()
        for part in PARTS:
            if present.issuperset(part.needs):
                # A year without the source says nothing about whom the source knows.
                own = (
                    f"(SELECT *, linked_{part.source} = 1 AS linked FROM {organisations.TABLE} "
                    f"WHERE year IN (SELECT year FROM {organisations.TABLE} "
                    f"WHERE linked_{part.source} = 1))"
                )
                rows += _compare(engine, part.needs[0], "organisation-years", own, measured)
    if izz_monitor.RESPONDENTS.name in present:
        own = (
            "(SELECT *, (organisation, year) IN (SELECT (organisation, year) FROM "
            f"organisation_base) AS linked FROM {izz_monitor.RESPONDENTS.name})"
        )
        measured = _shares("age_band", vocabulary.AGE_BANDS) | _shares("sex", vocabulary.SEXES)
        measured |= _shares("function_group", vocabulary.FUNCTION_GROUPS)
        rows += _compare(engine, izz_monitor.RESPONDENTS.name, "respondents", own, measured)
    if pfzw.PAYSLIPS.name in present:
        for table in additional.TABLES:
            if table.name in present:
                rows += _of_persons(engine, table.name)
    return pd.DataFrame(rows, columns=[one.name for one in COLUMNS])


def _shares(name: str, labels: dict) -> dict[str, str]:
    return {f"{name}={label}": f"CAST({name} = '{label}' AS INTEGER)" for label in labels}


def _of_organisations() -> dict[str, str]:
    bands = dict.fromkeys(organisations.SIZE_BANDS.values())
    return (
        {number: number for number in _NUMBERS}
        | _shares("branch", vocabulary.BRANCHES)
        | _shares("region", vocabulary.REGIONS)
        | _shares("size_band", bands)
        | {"participant=1": "participant"}
    )


def _of_persons(engine: duckdb.DuckDBPyConnection, table: str) -> list[dict]:
    own = f"""(
        SELECT *, person IN (SELECT person FROM {table}) AS linked FROM (
            SELECT person, max(year) - max(birth_year) AS age, max(sex) AS sex,
                arg_max(contract, (last_month, organisation)) AS contract,
                arg_max(function_group, (last_month, organisation)) AS function_group,
                arg_max(organisation, (last_month, organisation)) AS organisation
            FROM {employment.TABLE} GROUP BY person
        )
    )"""
    measured = {"age": "age"} | _shares("sex", vocabulary.SEXES)
    measured |= _shares("contract", vocabulary.CONTRACTS)
    measured |= _shares("function_group", vocabulary.FUNCTION_GROUPS)
    return _compare(engine, table, "persons in the payslips", own, measured)


def _compare(
    engine: duckdb.DuckDBPyConnection, source: str, unit: str, rows: str, measured: dict[str, str]
) -> list[dict]:
    """Compare by counts, sums and sums of squares, which are exact in any order of the rows."""
    sums = ", ".join(
        f"count({sql}), CAST(sum(CAST({sql} AS DECIMAL(18, 8))) AS DOUBLE), "
        f"CAST(sum(CAST(CAST({sql} AS DOUBLE) * {sql} AS DECIMAL(28, 8))) AS DOUBLE)"
        for sql in measured.values()
    )
    found = engine.execute(f"SELECT linked, {sums} FROM {rows} GROUP BY linked").fetchall()
    groups = {row[0]: row[1:] for row in found}
    if set(groups) != {True, False}:
        return []
    organisations_behind = engine.execute(
        f"SELECT count(DISTINCT organisation) FROM {rows}"
    ).fetchall()[0][0]
    compared = []
    for place, name in enumerate(measured):
        moments = {}
        for linked, values in groups.items():
            n, total, squares = values[3 * place : 3 * place + 3]
            if n < 2:
                break
            mean = total / n
            spread = max(squares / n - mean**2, 0.0)
            # For a share p (1 − p), which is the variance over n; else the one over n − 1.
            variance = spread if "=" in name else spread * n / (n - 1)
            moments[linked] = (n, mean, variance)
        if len(moments) < 2:
            continue
        (n_1, mean_1, variance_1), (n_0, mean_0, variance_0) = moments[True], moments[False]
        compared.append(
            {
                "source": source,
                "unit": unit,
                "characteristic": name,
                "linked_mean": mean_1,
                "unlinked_mean": mean_0,
                "standardised_difference": standardised_difference(
                    mean_1, mean_0, variance_1, variance_0
                ),
                "n_linked": n_1,
                "n_unlinked": n_0,
                "n_organisations": organisations_behind,
            }
        )
    return compared

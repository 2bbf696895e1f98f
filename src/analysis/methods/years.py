"""The newest year of a table."""

import pandas as pd

from analysis.dataset import DataTable


def latest_year(table: DataTable, last: int) -> int | None:
    """Return the newest year of a table up to ``last``; None when there is none."""
    rows = in_latest_year(table, last)
    return None if rows is None else int(rows["year"].max())


def in_latest_year(table: DataTable, last: int) -> pd.DataFrame | None:
    """Return the rows of the newest year up to ``last``; None when there are none."""
    if table.frame is None:
        return None
    rows = table.frame[table.frame["year"] <= last]
    return None if rows.empty else rows[rows["year"] == rows["year"].max()]

"""Which years a result is about: the newest of a table, or all that a model took together."""

from collections.abc import Iterable

import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text


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


def covering(method: Text, years: Iterable[int]) -> Text:
    """Add to a method the years of the data, where a result takes several together.

    The period of a result is that of its newest data, which decides whether it is too old to judge.
    """
    first, last = min(years), max(years)
    if first == last:
        return method
    return Text(
        nl=f"{method.nl}; gegevens over {first} tot en met {last}",
        en=f"{method.en}; data on {first} to {last}",
    )

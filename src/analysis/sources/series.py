"""The one shape of a published series: a figure per measure, group and period."""

import re

import numpy as np
import pandas as pd
import pandera.pandas as pa

from analysis.errors import DeliveryError

_PERIOD = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<part>JJ00|KW0[1-4]|MM(?:0[1-9]|1[0-2]))")
_FREQUENCIES = {"JJ": "year", "KW": "quarter", "MM": "month"}

#: What the status of a period is called in StatLine and in the AZW files, and here.
STATUSES = {
    "definitief": "definite",
    "nader voorlopig": "provisional",
    "voorlopig": "provisional",
    # Taken from a news item: the item does not say whether the figure was provisional.
    "nieuws": "not stated",
    "": "not stated",
}

#: Shape of every table of published series in the dataset.
SERIES = pa.DataFrameSchema(
    {
        "measure": pa.Column(str),
        "group": pa.Column(str),
        "period": pa.Column(str, pa.Check.str_matches(rf"^{_PERIOD.pattern}$")),
        "frequency": pa.Column(str, pa.Check.isin(list(_FREQUENCIES.values()))),
        "year": pa.Column(int, pa.Check.in_range(1900, 2100)),
        "value": pa.Column(float, nullable=False),
        "unit": pa.Column(str),
        "status": pa.Column(str, pa.Check.isin(sorted(set(STATUSES.values())))),
        "reference": pa.Column(str),
    },
    strict=True,
    ordered=True,
    unique=["measure", "group", "period"],
)


def numbers(column: pd.Series, *, file: str) -> pd.Series:
    """Turn text cells into floats; empty cells and a single point are missing.

    Raises
    ------
    DeliveryError
        If a cell is neither; the message counts the cells and prints none.
    """
    text = column.str.strip()
    missing = text.isin(["", "."])
    value = pd.to_numeric(text.mask(missing), errors="coerce")
    wrong = int((~np.isfinite(value) & ~missing).sum())
    if wrong:
        raise DeliveryError(
            f"{file}: column '{column.name}' holds {wrong} cells that are not numbers; expected "
            "digits with a decimal point, or '.' where a figure is missing. Correct these cells "
            "or download the file again."
        )
    return value.astype(float)


#: How a file says that the stub made it: at the start of a CSV's column ``source``, and of the
#: key ``source`` beside ``value`` in a JSON response.
SYNTHETIC_PREFIX = "synthetic"


def add_calendar(frame: pd.DataFrame, *, file: str, column: str) -> pd.DataFrame:
    """Add ``frequency`` and ``year`` that follow from the codes in ``period``.

    Raises
    ------
    DeliveryError
        If a code is not a year, quarter or month as StatLine writes them.
    """
    parts = check_periods(frame["period"], file=file, column=column)
    return frame.assign(
        frequency=parts["part"].str[:2].map(_FREQUENCIES).astype(str),
        year=parts["year"].astype(int),
    )


def check_periods(periods: pd.Series, *, file: str, column: str) -> pd.DataFrame:
    """Return the parts ``year`` and ``part`` of StatLine's period codes; see ``add_calendar``."""
    parts = periods.str.extract(rf"^{_PERIOD.pattern}$")
    wrong = int(parts["year"].isna().sum())
    if wrong:
        raise DeliveryError(
            f"{file}: column '{column}' holds {wrong} cells that are not a period; expected a "
            "year (2022JJ00), quarter (2022KW03) or month (2022MM07). Correct these cells or "
            "download the file again."
        )
    return parts


def statuses(column: pd.Series, *, file: str) -> pd.Series:
    """Translate the status of a period; see ``STATUSES``."""
    text = column.fillna("").str.strip().str.lower()
    unknown = sorted(set(text) - set(STATUSES))
    if unknown:
        raise DeliveryError(
            f"{file}: column '{column.name}' holds {len(unknown)} unknown statuses; allowed: "
            f"{', '.join(sorted(filter(None, STATUSES)))}, or empty where none is stated. "
            "Correct these cells or download the file again."
        )
    return text.map(STATUSES)


def check_complete(frame: pd.DataFrame, *, file: str) -> None:
    """Every group of a StatLine table has every period of its measure; fewer means a cut-off file.

    ``frame`` still has the rows whose value is missing.
    """
    per_group = frame.groupby(["measure", "group"])["period"].nunique()
    full = frame.groupby("measure")["period"].nunique()
    short = per_group[per_group < per_group.index.get_level_values("measure").map(full)]
    if len(short):
        raise DeliveryError(
            f"{file}: column 'Perioden' has fewer periods for {len(short)} of {len(per_group)} "
            f"groups; expected {int(full.max())} for each. The file looks cut off: download it "
            "again."
        )


def check_unique(frame: pd.DataFrame, *, file: str) -> None:
    """Refuse a figure that a file gives more than once."""
    repeated = int(frame.duplicated(["measure", "group", "period"]).sum())
    if repeated:
        raise DeliveryError(
            f"{file}: column 'Perioden' repeats {repeated} figures; expected one row for each "
            "measure, group and period. Remove the repeated rows or download the file again."
        )

"""CBS StatLine tables from captured OData responses (v4, v3) and from CSV.

StatLine serves one table in several forms. All come out as the same long frame: a row per
measure, group and period, also where the figure is missing in v3.

- OData v4: a folder with ``Observations.json`` and its code lists. Missing observations are left
  out. ``PeriodenCodes.json`` states whether a period is definite.
- OData v3: one JSON response (``TypedDataSet`` or ``UntypedDataSet``). Keys are padded with
  spaces, a missing figure is null, or a point in the untyped form. No status.
- CSV: the v3 columns as text.

See the CBS open data guides for v3 and v4 (https://www.cbs.nl/en-gb/our-services/open-data).
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import DeliveryError
from analysis.sources import series
from analysis.sources.csv_files import read_csv

PERIODS = "Perioden"
#: A capture whose Properties name this source was made by the stub.
SYNTHETIC_SOURCE = "SYNTHETIC"


@dataclass(frozen=True)
class Measure:
    """A measure of a StatLine table: its title at CBS, its name and unit here."""

    title: str
    name: str
    unit: str


@dataclass(frozen=True)
class StatLineTable:
    """What the book takes from one StatLine table."""

    table_id: str
    dimension: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Capture:
    """One delivered form of a table.

    ``frame`` has the columns ``measure``, ``group``, ``period``, ``value`` and ``status``.
    """

    frame: pd.DataFrame
    synthetic: bool


def read_capture(path: Path, table: StatLineTable, *, file: str) -> Capture:
    """Read one capture: a folder is OData v4, a ``.json`` file OData v3, a ``.csv`` file CSV.

    Raises
    ------
    DeliveryError
        Naming file, column, expectation and remedy.
    """
    if path.is_dir():
        return _read_v4(path, table, file=file)
    if path.suffix.lower() == ".json":
        return _read_v3(path, table, file=file)
    return _read_csv(path, table, file=file)


def _read_v4(folder: Path, table: StatLineTable, *, file: str) -> Capture:
    observations_file = f"{file}/Observations.json"
    content = _read_json(folder / "Observations.json", file=observations_file)
    _refuse_more_pages(content, file=observations_file)
    rows = _rows(
        content,
        ["Measure", table.dimension, PERIODS, "Value"],
        file=observations_file,
    )
    _check_count(folder, len(rows), file=observations_file)

    measures_file = f"{file}/MeasureCodes.json"
    codes = _rows(
        _read_json(folder / "MeasureCodes.json", file=measures_file),
        ["Identifier", "Title"],
        file=measures_file,
    )
    wanted = {_v3_stem(measure.title): measure.name for measure in table.measures}
    names = {
        code: wanted.get(_v3_stem(title))
        for code, title in zip(codes["Identifier"], codes["Title"], strict=True)
    }
    absent = sorted(set(wanted.values()) - set(names.values()))
    if absent:
        raise DeliveryError(
            f"{measures_file}: column 'Title' lacks the measure "
            f"'{next(m.title for m in table.measures if m.name == absent[0])}'; expected "
            f"{', '.join(m.title for m in table.measures)}. Capture table {table.table_id} again."
        )
    unknown = sorted(set(rows["Measure"]) - set(names))
    if unknown:
        raise DeliveryError(
            f"{observations_file}: column 'Measure' holds {len(unknown)} codes that "
            "MeasureCodes.json does not list; capture both files again at the same moment."
        )
    _check_codes(rows[table.dimension], folder, table.dimension, file=observations_file)

    periods_file = f"{file}/PeriodenCodes.json"
    periods = _rows(
        _read_json(folder / "PeriodenCodes.json", file=periods_file),
        ["Identifier", "Status"],
        file=periods_file,
    )
    status = dict(
        zip(
            periods["Identifier"],
            series.statuses(periods["Status"], file=periods_file),
            strict=True,
        )
    )
    frame = pd.DataFrame(
        {
            "measure": rows["Measure"].map(names),
            "group": rows[table.dimension].astype(str).str.strip(),
            "period": rows[PERIODS].astype(str).str.strip(),
            "value": _typed_numbers(rows["Value"], file=observations_file),
        }
    ).dropna(subset="measure")
    frame["status"] = frame["period"].map(status).fillna("not stated")
    series.check_unique(frame, file=observations_file)
    return Capture(frame.reset_index(drop=True), _is_synthetic(folder, file=file))


def _read_v3(path: Path, table: StatLineTable, *, file: str) -> Capture:
    content = _read_json(path, file=file)
    _refuse_more_pages(content, file=file)
    columns = _v3_columns(table)
    rows = _rows(content, [table.dimension, PERIODS, *columns], file=file)
    for column in columns:
        rows[column] = rows[column].map(lambda cell: "" if cell is None else str(cell))
    return Capture(_melt(rows, table, file=file), _is_synthetic(path.parent, file=file))


def _read_csv(path: Path, table: StatLineTable, *, file: str) -> Capture:
    rows = read_csv(path, [table.dimension, PERIODS, *_v3_columns(table)], file=file)
    return Capture(_melt(rows, table, file=file), _is_synthetic(path.parent, file=file))


def _melt(rows: pd.DataFrame, table: StatLineTable, *, file: str) -> pd.DataFrame:
    columns = dict(zip(_v3_columns(table), table.measures, strict=True))
    parts = [
        pd.DataFrame(
            {
                "measure": measure.name,
                "group": rows[table.dimension].astype(str).str.strip(),
                "period": rows[PERIODS].astype(str).str.strip(),
                "value": series.numbers(rows[column], file=file),
                "status": "not stated",
            }
        )
        for column, measure in columns.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    series.check_unique(frame, file=file)
    series.check_complete(frame, file=file)
    return frame


def _v3_columns(table: StatLineTable) -> list[str]:
    """v3 names a measure after its title, without spaces, and its place in the table."""
    return [
        f"{_v3_stem(measure.title)}_{place}"
        for place, measure in enumerate(table.measures, start=1)
    ]


def _v3_stem(title: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", title))


def _read_json(path: Path, *, file: str) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeliveryError(
            f"{file}: no such file; a capture of OData v4 needs Observations, MeasureCodes and "
            "PeriodenCodes. Add the file or capture the table again."
        ) from None
    except UnicodeDecodeError:
        raise DeliveryError(
            f"{file}: not UTF-8 text; expected a JSON response of CBS. Capture it again."
        ) from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what = "empty" if not text.strip() else f"not whole JSON (line {error.lineno})"
        raise DeliveryError(
            f"{file}: {what}; expected a JSON response of CBS with a list 'value'. The file looks "
            "cut off: capture it again."
        ) from None


def _rows(content: Any, columns: Sequence[str], *, file: str) -> pd.DataFrame:
    rows = content.get("value") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DeliveryError(
            f"{file}: column 'value' is not a list of rows; expected a JSON response of CBS. "
            "Capture it again."
        )
    if not rows:
        raise DeliveryError(
            f"{file}: empty; expected rows with {', '.join(columns)}. Capture it again."
        )
    for column in columns:
        lacking = sum(column not in row for row in rows)
        if lacking:
            raise DeliveryError(
                f"{file}: column '{column}' is missing in {lacking} of {len(rows)} rows; expected "
                f"{', '.join(columns)} in each. Capture the file again."
            )
    return pd.DataFrame({column: [row[column] for row in rows] for column in columns}, dtype=object)


def _typed_numbers(column: pd.Series, *, file: str) -> pd.Series:
    wrong = sum(
        isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell)
        for cell in column
    )
    if wrong:
        raise DeliveryError(
            f"{file}: column '{column.name}' holds {wrong} cells that are not numbers; expected a "
            "number in each. Capture the file again."
        )
    return column.astype(float)


def _refuse_more_pages(content: Any, *, file: str) -> None:
    links = [] if not isinstance(content, dict) else [key for key in content if "nextLink" in key]
    if links:
        raise DeliveryError(
            f"{file}: column '{links[0]}' says that more pages follow; expected the whole table in "
            "one file. Capture all pages and join their 'value' lists."
        )


def _check_count(folder: Path, rows: int, *, file: str) -> None:
    """A capture that kept the count of the table must hold as many observations."""
    path = folder / "Observations_count_top1.json"
    if not path.exists():
        return
    count = _read_json(path, file=path.name).get("@odata.count")
    if count != rows:
        raise DeliveryError(
            f"{file}: column 'value' holds {rows} observations; expected {count}, the count in "
            f"{path.name}. The capture is not complete: capture it again."
        )


def _check_codes(column: pd.Series, folder: Path, dimension: str, *, file: str) -> None:
    codes_file = f"{dimension}Codes.json"
    codes = _rows(_read_json(folder / codes_file, file=codes_file), ["Identifier"], file=codes_file)
    unknown = set(column.astype(str).str.strip()) - set(codes["Identifier"].astype(str).str.strip())
    if unknown:
        raise DeliveryError(
            f"{file}: column '{dimension}' holds {len(unknown)} codes that {codes_file} does not "
            "list; capture both files again at the same moment."
        )


def _is_synthetic(folder: Path, *, file: str) -> bool:
    path = folder / "Properties.json"
    if not path.exists():
        return False
    properties = _read_json(path, file=f"{file}/Properties.json")
    return isinstance(properties, dict) and properties.get("Source") == SYNTHETIC_SOURCE

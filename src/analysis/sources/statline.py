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
#: Where a file of the stub says what it is.
SOURCE = "source"


@dataclass(frozen=True)
class Measure:
    """A measure of a StatLine table: its title at CBS, its name and unit here."""

    title: str
    name: str
    unit: str


@dataclass(frozen=True)
class StatLineTable:
    """What the book takes from one StatLine table.

    Attributes
    ----------
    groups
        Codes of the dimension that the book cannot do without; a file that lacks one is cut off.
    """

    table_id: str
    dimension: str
    measures: tuple[Measure, ...]
    groups: tuple[str, ...]


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
        capture = _read_v4(path, table, file=file)
    elif path.suffix.lower() == ".json":
        capture = _read_v3(path, table, file=file)
    else:
        capture = _read_csv(path, table, file=file)
    lacking = sorted(set(table.groups) - set(capture.frame["group"]))
    if lacking:
        raise DeliveryError(
            f"{file}: column '{table.dimension}' lacks the code {lacking[0]}; expected at least "
            f"{', '.join(table.groups)}. The file looks cut off: download it again."
        )
    return capture


def _read_v4(folder: Path, table: StatLineTable, *, file: str) -> Capture:
    observations_file = f"{file}/Observations.json"
    content = _read_json(folder / "Observations.json", file=observations_file)
    _refuse_more_pages(content, file=observations_file)
    rows = _rows(
        content,
        ["Measure", table.dimension, PERIODS],
        ["Value"],
        file=observations_file,
    )
    _check_count(folder, len(rows), file=file)

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
    _check_codes(rows[table.dimension], folder, table.dimension, file=file)

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
            "group": rows[table.dimension].str.strip(),
            "period": rows[PERIODS].str.strip(),
            "value": _typed_numbers(rows["Value"], file=observations_file),
        }
    ).dropna(subset="measure")
    frame["status"] = frame["period"].map(status).fillna("not stated")
    series.check_unique(frame, file=observations_file)
    return Capture(frame.reset_index(drop=True), _is_synthetic(content))


def _read_v3(path: Path, table: StatLineTable, *, file: str) -> Capture:
    content = _read_json(path, file=file)
    _refuse_more_pages(content, file=file)
    columns = _v3_columns(table)
    rows = _rows(content, [table.dimension, PERIODS], [*columns], file=file)
    for column in columns:
        rows[column] = rows[column].map(lambda cell: "" if cell is None else str(cell))
    return Capture(_melt(rows, table, file=file), _is_synthetic(content))


def _read_csv(path: Path, table: StatLineTable, *, file: str) -> Capture:
    columns = [table.dimension, PERIODS, *_v3_columns(table)]
    rows = read_csv(path, columns, file=file, optional=(SOURCE,))
    marked = SOURCE in rows and rows[SOURCE].str.startswith(series.SYNTHETIC_PREFIX).any()
    return Capture(_melt(rows, table, file=file), bool(marked))


def _melt(rows: pd.DataFrame, table: StatLineTable, *, file: str) -> pd.DataFrame:
    series.check_periods(rows[PERIODS].str.strip(), file=file, column=PERIODS)
    columns = dict(zip(_v3_columns(table), table.measures, strict=True))
    parts = [
        pd.DataFrame(
            {
                "measure": measure.name,
                "group": rows[table.dimension].str.strip(),
                "period": rows[PERIODS].str.strip(),
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
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        what = "empty" if not text.strip() else f"not whole JSON{line}"
        raise DeliveryError(
            f"{file}: {what}; expected a JSON response of CBS with a list 'value'. The file looks "
            "cut off: capture it again."
        ) from None


def _rows(
    content: Any, texts: Sequence[str], others: Sequence[str] = (), *, file: str
) -> pd.DataFrame:
    """Return columns of a response; those in ``texts`` must hold text in every row."""
    columns = [*texts, *others]
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
    for column in texts:
        wrong = sum(not _is_text(row[column]) for row in rows)
        if wrong:
            raise DeliveryError(
                f"{file}: column '{column}' holds {wrong} cells that are not text; expected a code "
                "or a title in each. Capture the file again."
            )
    return pd.DataFrame(
        {
            **{column: pd.Series([row[column] for row in rows], dtype=str) for column in texts},
            **{column: pd.Series([row[column] for row in rows], dtype=object) for column in others},
        }
    )


def _typed_numbers(column: pd.Series, *, file: str) -> pd.Series:
    wrong = sum(not _is_number(cell) for cell in column)
    if wrong:
        raise DeliveryError(
            f"{file}: column '{column.name}' holds {wrong} cells that are not numbers; expected a "
            "number in each. Capture the file again."
        )
    return column.astype(float)


def _is_text(cell: Any) -> bool:
    """Tell whether a cell is text that can be written again; a lone surrogate cannot."""
    return isinstance(cell, str) and cell.encode("utf-8", "replace").decode() == cell


def _is_number(cell: Any) -> bool:
    try:
        return not isinstance(cell, bool) and math.isfinite(cell)
    except (TypeError, OverflowError):
        return False


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
    content = _read_json(path, file=f"{file}/{path.name}")
    count = content.get("@odata.count") if isinstance(content, dict) else None
    if count != rows:
        raise DeliveryError(
            f"{file}/Observations.json: column 'value' holds {rows} observations; expected "
            f"{count}, the count in {path.name}. The capture is not complete: capture it again."
        )


def _check_codes(column: pd.Series, folder: Path, dimension: str, *, file: str) -> None:
    codes_file = f"{file}/{dimension}Codes.json"
    content = _read_json(folder / f"{dimension}Codes.json", file=codes_file)
    codes = _rows(content, ["Identifier"], file=codes_file)
    unknown = set(column.str.strip()) - set(codes["Identifier"].str.strip())
    if unknown:
        raise DeliveryError(
            f"{file}/Observations.json: column '{dimension}' holds {len(unknown)} codes that "
            f"{codes_file} does not list; capture both files again at the same moment."
        )


def _is_synthetic(content: Any) -> bool:
    return str(content.get(SOURCE, "")).startswith(series.SYNTHETIC_PREFIX)

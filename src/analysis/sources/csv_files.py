"""Delivered CSV files read as text, with the ways in which they break told apart."""

import csv
from pathlib import Path

import pandas as pd

from analysis.errors import DeliveryError


def read_csv(path: Path, columns: list[str], *, file: str) -> pd.DataFrame:
    """Read ``columns`` of a CSV file as stripped text; the separator follows from the header.

    Parameters
    ----------
    path
        UTF-8, with or without byte order mark; ``,`` or ``;`` between the columns.
    columns
        The columns that must be there; others are left out.
    file
        How messages name the file.

    Raises
    ------
    DeliveryError
        If the file is empty, not UTF-8, cut off, or lacks a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryError(
            f"{file}: not UTF-8 text; expected columns {', '.join(columns)}. Save the file as CSV "
            "in UTF-8."
        ) from None
    lines = text.splitlines()
    if len(lines) < 2:
        raise DeliveryError(
            f"{file}: empty; expected columns {', '.join(columns)} and at least one row. "
            "Download the file again."
        )
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        raise DeliveryError(
            f"{file}: a quoted cell of column '{_header(lines[0], separator)[-1]}' or another is "
            "not closed; expected every quote in a pair. The file looks cut off: download it again."
        ) from None
    if not text.endswith(("\n", '"')):
        raise DeliveryError(
            f"{file}: the last row ends in column '{rows[0][-1].strip()}' without a line break; "
            "expected one after every row. The file looks cut off: download it again."
        )
    header = [name.strip() for name in rows[0]]
    repeated = [name for name in columns if header.count(name) > 1]
    if repeated:
        raise DeliveryError(
            f"{file}: column '{repeated[0]}' stands twice; expected columns "
            f"{', '.join(columns)}, each once. Rename or remove one of the two."
        )
    missing = [name for name in columns if name not in header]
    if missing:
        raise DeliveryError(
            f"{file}: column '{missing[0]}' is missing; expected columns {', '.join(columns)}, "
            f"found {', '.join(header)}. Rename the column back or download the file again."
        )
    short = sum(len(row) != len(header) for row in rows[1:])
    if short:
        raise DeliveryError(
            f"{file}: {short} rows do not reach or go past the last column '{header[-1]}'; "
            f"expected {len(header)} cells in each. The file looks cut off or mixed up: download "
            "it again."
        )
    frame = pd.DataFrame(rows[1:], columns=header, dtype=str)[columns]
    return frame.apply(lambda column: column.str.strip())


def _header(line: str, separator: str) -> list[str]:
    return [name.strip().strip('"') for name in line.split(separator)]

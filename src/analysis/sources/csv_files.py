"""Delivered CSV files read as text, with the ways in which they break told apart."""

import csv
from pathlib import Path

import pandas as pd

from analysis.errors import DeliveryError
from analysis.sources.column_names import shown_column

#: Longest cell that a delivered file may hold; the csv module refuses longer ones.
_LONGEST_CELL = csv.field_size_limit()


def read_csv(
    path: Path, columns: list[str], *, file: str, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Read columns of a CSV file as stripped text; the separator follows from the header.

    Parameters
    ----------
    path
        UTF-8, with or without byte order mark; ``,`` or ``;`` between the columns. Blank lines
        count for nothing.
    columns
        The columns that must be there; others are left out.
    file
        How messages name the file.
    optional
        Columns to read where they are there.

    Raises
    ------
    DeliveryError
        If the file is empty, not UTF-8, cut off, or lacks a column. The message holds no row.
    """
    expected = f"expected columns {', '.join(columns)}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryError(
            f"{file}: not UTF-8 text; {expected}. Save the file as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise DeliveryError(
            f"{file}: holds characters that no text has; {expected}. The file looks damaged: "
            "download it again."
        )
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        raise DeliveryError(
            f"{file}: empty; {expected} and at least one row. Download the file again."
        )
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    last = columns[-1]
    try:
        rows = list(csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=True))
    except csv.Error:
        raise DeliveryError(
            f"{file}: a cell, up to column '{last}', is not closed or longer than "
            f"{_LONGEST_CELL:,} characters; expected every quote in a pair. The file looks cut "
            "off: download it again."
        ) from None
    header = [name.strip() for name in rows[0]]
    known = (*columns, *optional)
    shown = [shown_column(name, place, known) for place, name in enumerate(header)]
    repeated = [name for name in known if header.count(name) > 1]
    if repeated:
        raise DeliveryError(
            f"{file}: column '{repeated[0]}' stands twice; {expected}, each once. Rename or remove "
            "one of the two."
        )
    missing = [name for name in columns if name not in header]
    if missing:
        # Without a header the first line is a row of data, which no message may hold.
        has_header = len(missing) < len(columns)
        found = f"found {', '.join(shown)}" if has_header else "found none of them"
        raise DeliveryError(
            f"{file}: column '{missing[0]}' is missing; {expected}, {found}. Rename the column "
            "back or download the file again."
        )
    short = sum(len(row) != len(header) for row in rows[1:])
    if short:
        raise DeliveryError(
            f"{file}: {short} rows do not end with the last column '{shown[-1]}'; expected "
            f"{len(header)} cells in each. The file looks cut off or mixed up: download it again."
        )
    if not text.rstrip("\r").endswith(("\n", '"')):
        raise DeliveryError(
            f"{file}: the last row ends in column '{shown[-1]}' without a line break; expected "
            "one after every row. The file looks cut off: download it again."
        )
    wanted = [*columns, *(name for name in optional if name in header)]
    frame = pd.DataFrame(rows[1:], columns=header, dtype=str)[wanted]
    return frame.apply(lambda column: column.str.strip())

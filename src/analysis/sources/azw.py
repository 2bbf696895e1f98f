"""Figures on the labour market in care and welfare (AZW) that CBS published in text.

CSV files with one address of the source per row. Files made by the stub say so in that column.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import DeliveryError
from analysis.sources import series
from analysis.sources.csv_files import read_csv
from analysis.sources.statline import Capture

SOURCE = "source"
STATUS = "status"
#: The whole sector, for files that have no column of branches.
SECTOR = "sector"

#: Branch labels of the AZW programme, and the code of this book.
BRANCHES = {
    "Zorg en welzijn (breed)": SECTOR,
    "Zorg en welzijn (smal)": "sector_narrow",
    "Universitair medische centra": "umc",
    "Ziekenhuizen en overige med. spec. zorg": "hospitals",
    "Geestelijke gezondheidszorg": "ggz",
    "Huisartsen en gezondheidscentra": "general_practice",
    "Overige zorg en welzijn": "other",
    "Verpleging, verzorging en thuiszorg": "vvt",
    "Gehandicaptenzorg": "ghz",
    "Jeugdzorg": "youth_care",
    "Sociaal werk": "social_work",
    "Kinderopvang": "childcare",
}


@dataclass(frozen=True)
class AzwFile:
    """The layout of one kind of AZW file.

    Attributes
    ----------
    period
        Column with a StatLine period code or, when ``annual``, a bare year.
    branch
        Column with a label of ``BRANCHES``; None where the file covers the whole sector.
    measures
        Column → (measure, unit).
    has_status
        Whether the file has a column ``status``.
    """

    period: str
    branch: str | None
    measures: dict[str, tuple[str, str]]
    annual: bool = False
    has_status: bool = True


def read_figures(path: Path, layout: AzwFile, *, file: str) -> Capture:
    """Read one AZW file; ``frame`` has an extra column ``reference``, the address of the source.

    Raises
    ------
    DeliveryError
        Naming file, column, expectation and remedy.
    """
    columns = [
        layout.period,
        *([layout.branch] if layout.branch else []),
        *layout.measures,
        *([STATUS] if layout.has_status else []),
        SOURCE,
    ]
    rows = read_csv(path, columns, file=file)
    unsourced = int((rows[SOURCE] == "").sum())
    if unsourced:
        raise DeliveryError(
            f"{file}: column '{SOURCE}' is empty in {unsourced} rows; expected where each figure "
            "was published. Add the addresses."
        )
    synthetic = rows[SOURCE].str.startswith(series.SYNTHETIC_PREFIX)
    if synthetic.any() and not synthetic.all():
        raise DeliveryError(
            f"{file}: column '{SOURCE}' marks {int(synthetic.sum())} of {len(rows)} rows as "
            "synthetic; expected all or none. Keep real and synthetic figures in separate files."
        )
    period = rows[layout.period] + ("JJ00" if layout.annual else "")
    group = _branch_codes(rows[layout.branch], file=file) if layout.branch else SECTOR
    status = series.statuses(rows[STATUS], file=file) if layout.has_status else "not stated"
    parts = [
        pd.DataFrame(
            {
                "measure": measure,
                "group": group,
                "period": period,
                "value": series.numbers(rows[column], file=file),
                "status": status,
                "reference": rows[SOURCE],
            }
        )
        for column, (measure, _) in layout.measures.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    series.check_unique(frame, file=file)
    return Capture(frame, bool(synthetic.all()))


def _branch_codes(column: pd.Series, *, file: str) -> pd.Series:
    unknown = sorted(set(column) - set(BRANCHES))
    if unknown:
        raise DeliveryError(
            f"{file}: column '{column.name}' holds {len(unknown)} unknown branches; allowed: "
            f"{'; '.join(BRANCHES)}. Use these labels."
        )
    return column.map(BRANCHES)

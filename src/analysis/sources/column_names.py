"""Names of columns that a message may repeat: those that the book asks for, and slips of the pen.

A file without a header shows a row of data in its place, so a name that nobody asked for may be
somebody's name or number. Then a message gives the place of the column: ``#3``.
"""

import difflib
import functools
import re
from collections.abc import Collection

from analysis.sources.confidential import CONFIDENTIAL

#: Share of letters that a slip of the pen leaves as they are.
_CLOSE = 0.75
#: Shorter names are close to too much: Dave is close to date.
_SHORTEST_CLOSE = 6
_LOOKS_LIKE_DATA = re.compile(r"[0-9]{5,}|[0-9a-f]{16,}|[0-9]+-[0-9]+")


def shown_column(name: str, place: int, expected: Collection[str] = ()) -> str:
    """Return a delivered column's name, or its place when the name may be a cell with data.

    Parameters
    ----------
    name
        As it was delivered.
    place
        Counted from 0.
    expected
        Names that may be shown beside those of all tables.
    """
    folded = name.strip().casefold()
    known = _known() | {other.casefold() for other in expected}
    if folded in known or any(other.startswith(f"{folded}_") for other in known if folded):
        return name.strip()
    speakable = name.isprintable() and not _LOOKS_LIKE_DATA.search(folded)
    if (
        speakable
        and len(folded) >= _SHORTEST_CLOSE
        and difflib.get_close_matches(folded, known, n=1, cutoff=_CLOSE)
    ):
        return name.strip()
    return f"#{place + 1}"


@functools.cache
def _known() -> frozenset[str]:
    """Return the names of all columns of all tables, in small letters."""
    # The readers of published tables need this module for their messages.
    from analysis.sources.statline import PERIODS, StatLineTable
    from analysis.sources.tables import TABLES

    names = {column for table in CONFIDENTIAL.values() for column in table.columns}
    for table in TABLES.values():
        layout = table.layout
        if isinstance(layout, StatLineTable):
            names |= {layout.dimension, PERIODS}
        else:
            names |= {layout.period, layout.branch or layout.period, *layout.measures}
    return frozenset(name.casefold() for name in names)

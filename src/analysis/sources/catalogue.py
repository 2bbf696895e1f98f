"""The tables that CBS lists, found by id or by the words of their title. An id is never guessed."""

from dataclasses import dataclass
from typing import Any

from analysis.errors import EditionError
from analysis.sources import odata
from analysis.sources.download import Session
from analysis.sources.pages import read_list

_AZW = "azw"
_SECTOR = "zorg"


@dataclass(frozen=True)
class Listed:
    """A table in the list: its id, catalogue and title, as CBS writes them."""

    table_id: str
    catalogue: str
    title: str


def read_catalogue(
    session: Session, protocol: odata.Protocol, roots: odata.Roots
) -> tuple[Listed, ...]:
    """Return the tables of all catalogues in v4, of those made for others in v3.

    Raises
    ------
    DeliveryError, WorkplaceError
        If the list cannot be read.
    """
    address = odata.catalogue_address(protocol, roots)
    rows = read_list(session, address, what="the list of tables of CBS")["value"]
    return tuple(
        Listed(*(_text(row, key) for key in ("Identifier", "Catalog", "Title")))
        for row in rows
        if _text(row, "Identifier") and _text(row, "Catalog")
    )


def _text(row: dict[str, Any], key: str) -> str:
    return str(row.get(key) or "").strip()


def by_id(listed: tuple[Listed, ...], table_id: str) -> Listed:
    """Return the table with an id, in capitals or not.

    Raises
    ------
    EditionError
        If none has it, or more than one.
    """
    found = [table for table in listed if table.table_id.lower() == table_id.lower()]
    if len(found) != 1:
        raise EditionError(
            f"table '{table_id}' stands {len(found)} times in the list of {len(listed)} tables of "
            "CBS; expected once. Check the id, or try the other --protocol."
        )
    return found[0]


def by_title(listed: tuple[Listed, ...], words: tuple[str, ...]) -> list[Listed]:
    """Return the tables on care and welfare made for others whose title has all words."""
    return [
        table
        for table in listed
        if table.catalogue != odata.STATLINE
        and (_AZW in table.catalogue.lower() or _SECTOR in table.title.lower())
        and all(word in table.title.lower() for word in words)
    ]

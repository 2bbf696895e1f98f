"""The pages of one long answer, kept in a hidden folder so that a download can go on.

The folder holds a file per page and an index. A page counts once it is in the index with its
SHA-256; what a killed run left half is asked for again.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis import files
from analysis.errors import DeliveryError
from analysis.sources import odata
from analysis.sources.download import Session

_INDEX = "index.json"


class Pages:
    """The pages of one address, as one state of a table gave them.

    Parameters
    ----------
    folder
        Where to keep them; made when the first page is there.
    address
        Where the first page is.
    stamp
        The state of the table, from ``odata.stamp_of``. Pages of another state, or from another
        address, are dropped.
    """

    def __init__(self, folder: Path, address: str, stamp: dict[str, str]) -> None:
        self._folder = folder
        self._address = address
        self._stamp = stamp
        self._index = self._kept()
        if not self._index:
            self.drop()

    def _kept(self) -> list[dict[str, Any]]:
        try:
            index = json.loads((self._folder / _INDEX).read_text(encoding="utf-8"))
            if (index["address"], index["stamp"]) != (self._address, self._stamp):
                return []
            kept = []
            for page in index["pages"]:
                if files.sha256(self._folder / page["file"]) != page["sha256"]:
                    break
                kept.append(page)
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return kept

    @property
    def rows(self) -> int:
        """Number of rows that are here."""
        return sum(page["rows"] for page in self._index)

    def complete(
        self, session: Session, expected: int, *, what: str, advance: Callable[[int], None]
    ) -> None:
        """Get the pages that are not here yet.

        Parameters
        ----------
        expected
            Number of rows that the table promised.
        advance
            Is told the rows of each page that comes, and first those that were here.

        Raises
        ------
        DeliveryError
            If the pages go round in a circle, or hold another number of rows than promised; in that
            case they are dropped.
        """
        advance(self.rows)
        while (address := self._following()) is not None and self.rows <= expected:
            self._get(session, address, what)
            advance(self._index[-1]["rows"])
        if self.rows != expected:
            found = self.rows
            self.drop()
            raise DeliveryError(
                f"{what}: {found} rows came from {self._address}; expected {expected}, as CBS "
                "says of the table. Try again later: CBS may be publishing it right now."
            )

    def _following(self) -> str | None:
        return self._index[-1]["next"] if self._index else self._address

    def _get(self, session: Session, address: str, what: str) -> None:
        content = session.get(address, what=what)
        rows = odata.rows_of(content, address=address)
        seen = [page["address"] for page in self._index]
        following = _next(content, seen, rows, address=address, what=what)
        path = self._folder / f"{len(self._index) + 1:05}.json"
        kept = {"head": odata.head_of(content), "value": rows}
        files.write_text(path, json.dumps(kept, ensure_ascii=False))
        self._index.append(
            {
                "file": path.name,
                "address": address,
                "next": following,
                "rows": len(rows),
                "sha256": files.sha256(path),
            }
        )
        index = {"address": self._address, "stamp": self._stamp, "pages": self._index}
        files.write_json(self._folder / _INDEX, index)

    def contents(self) -> Iterator[dict[str, Any]]:
        """Yield the pages, each with ``head`` and ``value``."""
        for page in self._index:
            yield json.loads((self._folder / page["file"]).read_text(encoding="utf-8"))

    def drop(self) -> None:
        """Remove what is kept."""
        self._index = []
        if self._folder.exists():
            shutil.rmtree(self._folder)


def read_list(session: Session, address: str, *, what: str) -> dict[str, Any]:
    """Return a short list that is not worth resuming, such as codes: ``value`` of all pages.

    Raises
    ------
    DeliveryError
        If the pages go round in a circle.
    """
    whole: dict[str, Any] = {}
    seen: list[str] = []
    following: str | None = address
    while following is not None:
        content = session.get(following, what=what)
        rows = odata.rows_of(content, address=following)
        if not whole:
            whole = {**odata.head_of(content), "value": []}
        whole["value"] += rows
        asked, following = following, _next(content, seen, rows, address=following, what=what)
        seen.append(asked)
    return whole


def _next(
    content: dict[str, Any], seen: list[str], rows: list[Any], *, address: str, what: str
) -> str | None:
    following = odata.next_address(content, address=address)
    if following in (address, *seen) or (following and not rows):
        raise DeliveryError(
            f"{what}: the pages go round in a circle at {address}; expected each page once. Try "
            "again later, or with the other --protocol."
        )
    return following

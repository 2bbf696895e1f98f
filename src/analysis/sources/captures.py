"""One table of CBS, downloaded into a folder of the deliveries that the readers take as it is.

OData v4 becomes ``<id>_odata_v4`` with ``Observations.json``, the count that CBS gives
(``Observations_count_top1.json``), ``Properties.json`` and every code list; v3 becomes
``<id>_odata_v3`` with ``<id>_TypedDataSet.json`` and what explains it. Either appears whole or not
at all. Until then the pages wait beside it, in ``.<id>_odata_v4.pages``.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from analysis import files
from analysis.errors import DeliveryError, EditionError, WorkplaceError
from analysis.sources import about, odata
from analysis.sources.download import Session
from analysis.sources.pages import Pages, read_list

_COUNT = "Observations_count_top1.json"
#: A table that changes again during the second download is changing right now.
_STARTS = 2


class Bar(Protocol):
    """What shows how far a download is, such as a bar of click."""

    def update(self, n_steps: int) -> None:
        """Tell that so many rows more are here."""


#: Table and number of rows → a bar for the duration of the download.
Follow = Callable[[str, int], AbstractContextManager[Bar]]


@dataclass(frozen=True)
class Captured:
    """A table in the deliveries.

    Attributes
    ----------
    rows
        Number of observations in v4, of rows in v3.
    last_period
        Code of the last period with a row, empty if the table has none.
    downloaded
        False when it was here already and CBS has not changed it since.
    """

    folder: Path
    title: str
    modified: str
    rows: int
    last_period: str
    downloaded: bool


def figures_file(service: odata.Service) -> str:
    """Return the name of the file with the figures."""
    name = f"{odata.FIGURES[service.protocol]}.json"
    return name if service.protocol == "v4" else f"{service.table_id}_{name}"


def capture(
    session: Session,
    service: odata.Service,
    deliveries: Path,
    *,
    again: bool,
    check: Callable[[Path], object],
    follow: Follow,
) -> Captured:
    """Download a table, unless it is here and unchanged.

    Parameters
    ----------
    deliveries
        Folder in which the folder of the table appears.
    again
        Whether to download it though it is unchanged.
    check
        Reads the complete folder before it appears; what it raises keeps the folder away.
    follow
        Shows how far the download is.

    Raises
    ------
    EditionError
        If the folder of the table exists and was not made, or not left so, by this function.
    DeliveryError
        If an answer is not OData, the number of rows is not the promised one, or ``check`` refuses.
    WorkplaceError
        If the server does not answer, or the table keeps changing.
    """
    target = deliveries / f"{service.table_id}_odata_{service.protocol}"
    waiting = deliveries / f".{target.name}.pages"
    before = _ours(target)
    properties = _properties(session, service)
    if before and not again and _same(before, service, properties):
        shutil.rmtree(waiting, ignore_errors=True)
        return _captured(target, before, downloaded=False)
    for _ in range(_STARTS):
        pages, count, parts = _download(session, service, properties, waiting, follow)
        now = _properties(session, service)
        if odata.stamp_of(now) == odata.stamp_of(properties):
            break
        pages.drop()
        properties = now
    else:
        raise WorkplaceError(
            f"table {service.table_id}: CBS changed it during the download, {_STARTS} times. Run "
            "`preventieplan fetch` again in an hour."
        )
    try:
        with files.whole_folder(target) as folder:
            noted = _write(folder, service, properties, pages, count, parts)
            check(folder)
    except DeliveryError:
        # The next run must not meet the same pages.
        pages.drop()
        raise
    pages.drop()
    return _captured(target, noted, downloaded=True)


def _ours(target: Path) -> dict[str, Any] | None:
    if not target.exists() and not target.is_symlink():
        return None
    noted = about.read_about(target)
    if noted is None:
        raise EditionError(
            f"{target}: was not made by `preventieplan fetch`, or was changed since; expected no "
            "such folder. Move it elsewhere or name another folder; nothing was replaced."
        )
    return noted


def _same(noted: dict[str, Any], service: odata.Service, properties: dict[str, Any]) -> bool:
    return (noted["stamp"], noted["source"]) == (odata.stamp_of(properties), service.base)


def _captured(target: Path, noted: dict[str, Any], *, downloaded: bool) -> Captured:
    return Captured(
        target, noted["title"], noted["modified"], noted["rows"], noted["last_period"], downloaded
    )


def _properties(session: Session, service: odata.Service) -> dict[str, Any]:
    address = service.address(odata.PROPERTIES[service.protocol])
    content = session.get(address, what=f"table {service.table_id}")
    return odata.properties_of(service.protocol, content, address=address)


def _download(
    session: Session,
    service: odata.Service,
    properties: dict[str, Any],
    waiting: Path,
    follow: Follow,
) -> tuple[Pages, dict[str, Any], dict[str, dict[str, Any]]]:
    """Get the figures as pages, the answer that counts them, and all that explains them."""
    what = f"table {service.table_id}"
    rows, count = _count(session, service, properties)
    address = service.address(odata.FIGURES[service.protocol])
    pages = Pages(waiting, address, odata.stamp_of(properties))
    with follow(service.table_id, rows) as bar:
        pages.complete(session, rows, what=what, advance=bar.update)
    listing = session.get(service.address(), what=what)
    names = odata.parts_of(listing, address=service.address())
    parts = {name: read_list(session, service.address(name), what=what) for name in names}
    return pages, count, {"root": {**odata.head_of(listing), "value": listing["value"]}, **parts}


def _count(
    session: Session, service: odata.Service, properties: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    what = f"table {service.table_id}"
    if service.protocol == "v4":
        address = service.address("Observations", "$count=true&$top=1")
        content = session.get(address, what=what)
        return odata.count_of(content, "@odata.count", address=address), content
    content, address = properties, service.address("TableInfos")
    if "RecordCount" not in content:
        # The list of tables states it for every table, TableInfos not always.
        address = service.listed
        rows = odata.rows_of(session.get(address, what=what), address=address)
        named = [row for row in rows if str(row.get("Identifier")).strip() == service.table_id]
        content = named[0] if named else {}
    return odata.count_of(content, "RecordCount", address=address), content


def _write(
    folder: Path,
    service: odata.Service,
    properties: dict[str, Any],
    pages: Pages,
    count: dict[str, Any],
    parts: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    last = ""
    with (folder / figures_file(service)).open("w", encoding="utf-8", newline="\n") as stream:
        for place, page in enumerate(pages.contents()):
            if place == 0:
                # Ends before the bracket that closes the rows.
                head = dict(sorted(page["head"].items()))
                stream.write(json.dumps({**head, "value": []}, ensure_ascii=False)[:-2])
            for row_place, row in enumerate(page["value"]):
                stream.write("\n" if place == row_place == 0 else ",\n")
                stream.write(json.dumps(row, ensure_ascii=False, sort_keys=True))
            # A code starts with its year.
            last = max([last, *(str(row.get("Perioden", "")).strip() for row in page["value"])])
        stream.write("\n]}\n")
    if service.protocol == "v4":
        files.write_json(folder / _COUNT, {k: v for k, v in count.items() if "nextLink" not in k})
        files.write_json(folder / "Properties.json", properties)
    else:
        files.write_json(folder / "TableInfos.json", {"value": [properties]})
    for name, content in parts.items():
        files.write_json(folder / f"{name}.json", content)
    described = about.describe(service, properties, parts)
    described |= {"rows": pages.rows, "last_period": last}
    about.seal(folder, described)
    return described

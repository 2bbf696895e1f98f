"""OData as CBS speaks it: where a table is, what a response must hold. No network, no files.

Both versions answer with JSON: a list ``value`` and, when more pages follow, the address of the
next one. They differ in where things are:

- v4 (https://www.cbs.nl/en-gb/our-services/open-data/statline-as-open-data): a table is
  ``{root}/{catalogue}/{id}``, with ``Properties`` (one object), ``Observations`` (one row per
  figure) and code lists. ``{root}/Datasets`` lists the tables of all catalogues.
- v3 (``ODataFeed``, pages of 10,000 rows): a table is ``{root}/ODataFeed/odata/{id}``, with
  ``TableInfos`` (one row) and ``TypedDataSet`` (a column per measure).
  ``{root}/ODataCatalog/Tables`` lists the tables, with ``RecordCount``. Tables of other catalogues,
  AZW among them, have a root of their own.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from analysis.errors import DeliveryError, EditionError

Protocol = Literal["v4", "v3"]

ROOT_V4 = "https://datasets.cbs.nl/odata/v1"
ROOT_V3 = "https://opendata.cbs.nl"
#: Tables that CBS makes with and for others.
ROOT_V3_OTHERS = "https://dataderden.cbs.nl"
#: The catalogue of StatLine itself.
STATLINE = "CBS"

#: Where the figures are.
FIGURES = {"v4": "Observations", "v3": "TypedDataSet"}
#: What says when the table was last modified.
PROPERTIES = {"v4": "Properties", "v3": "TableInfos"}
#: The same figures once more, as text.
_UNTYPED = "UntypedDataSet"
_NAME = re.compile(r"\w+")
_TABLE_ID = re.compile(r"[0-9]{3,6}[0-9A-Za-z]{0,12}")


@dataclass(frozen=True)
class Roots:
    """The addresses below which CBS publishes, without a slash at the end."""

    v4: str = ROOT_V4
    v3: str = ROOT_V3
    v3_others: str = ROOT_V3_OTHERS


@dataclass(frozen=True)
class Service:
    """Where one table is served.

    Attributes
    ----------
    base
        Address of the table, without a slash at the end.
    listed
        Address that lists the table with its number of rows; v3 only.
    """

    protocol: Protocol
    catalogue: str
    table_id: str
    base: str
    listed: str = ""

    def address(self, part: str = "", query: str = "") -> str:
        """Return the address of a part of the table, such as ``Observations``."""
        where = f"{self.base}/{part}" if part else self.base
        options = [option for option in (_format(self.protocol), query) if option]
        return f"{where}?{'&'.join(options)}" if options else where


def service(protocol: Protocol, catalogue: str, table_id: str, roots: Roots) -> Service:
    """Return where a table is served.

    Raises
    ------
    EditionError
        If ``table_id`` is not written as CBS writes them.
    """
    if not _TABLE_ID.fullmatch(table_id):
        raise EditionError(
            f"table '{table_id}' is not an id of CBS; expected digits and letters, as in 80072ned. "
            "Look it up in StatLine."
        )
    if protocol == "v4":
        base = f"{roots.v4}/{quote(catalogue, safe='')}/{table_id}"
        return Service(protocol, catalogue, table_id, base)
    root = roots.v3 if catalogue == STATLINE else roots.v3_others
    listed = _tables(root, f"$filter=Identifier eq '{table_id}'")
    return Service(protocol, catalogue, table_id, f"{root}/ODataFeed/odata/{table_id}", listed)


def catalogue_address(protocol: Protocol, roots: Roots) -> str:
    """Return the address that lists tables by id, catalogue and title.

    All catalogues in v4; in v3 those of others.
    """
    wanted = "$select=Identifier,Catalog,Title"
    return f"{roots.v4}/Datasets?{wanted}" if protocol == "v4" else _tables(roots.v3_others, wanted)


def _tables(root: str, query: str) -> str:
    kept = quote(query, safe="$=,'")
    return f"{root}/ODataCatalog/Tables?{_format('v3')}&{kept}"


def _format(protocol: Protocol) -> str:
    return "$format=json" if protocol == "v3" else ""


def read_root(option: str, address: str) -> str:
    """Return a root that somebody typed, without a slash at the end.

    Raises
    ------
    EditionError
        If it is not an address.
    """
    scheme, host, _ = _origin(address)
    if scheme not in ("http", "https") or not host or "?" in address or "#" in address:
        raise EditionError(
            f"{option} '{address}' is not an address; expected https://, a host and a path. Leave "
            "it out to ask CBS."
        )
    return address.rstrip("/")


def rows_of(content: Any, *, address: str) -> list[dict[str, Any]]:
    """Return the rows of a response.

    Raises
    ------
    DeliveryError
        If the response is not a list ``value`` of rows.
    """
    rows = content.get("value") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DeliveryError(
            f"{address}: the answer has no list 'value' of rows; expected OData of CBS. Try again "
            "later, or with the other --protocol."
        )
    return rows


def head_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a response says beside its rows, without what holds for one page only."""
    passing = ("nextLink", "count", "deltaLink")
    return {key: said for key, said in content.items() if key != "value" and not _is(key, passing)}


def next_address(content: dict[str, Any], *, address: str) -> str | None:
    """Return the address of the page that follows, or None after the last one.

    Raises
    ------
    DeliveryError
        If the next page would be on another server; nobody promised what that one says.
    """
    links = [said for key, said in content.items() if _is(key, ("nextLink",))]
    if not links or links[0] is None:
        return None
    if not isinstance(links[0], str):
        raise DeliveryError(
            f"{address}: the address of the next page is not text; expected an address. Try again "
            "later."
        )
    following = _keep_secure(urljoin(address, links[0]), address)
    check_origin(following, asked=address)
    return following


def check_origin(found: str, *, asked: str) -> None:
    """Refuse an address that leaves the server that was asked.

    Raises
    ------
    DeliveryError
        Naming both servers.
    """
    if _origin(found) != _origin(asked):
        raise DeliveryError(
            f"{asked}: the answer leads to another server ({_shown(found)}); expected "
            f"{_shown(asked)}. Nothing was read from there; look at what CBS says of its open data."
        )


def _keep_secure(found: str, asked: str) -> str:
    """A server behind another one that encrypts may write its own links as http."""
    parts, before = urlsplit(found), urlsplit(asked)
    if (parts.scheme, before.scheme) == ("http", "https") and parts.netloc == before.hostname:
        return urlunsplit(parts._replace(scheme="https"))
    return found


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _shown(address: str) -> str:
    scheme, host, port = _origin(address)
    return f"{scheme}://{host}:{port}"


def _is(key: str, names: tuple[str, ...]) -> bool:
    """Tell whether a key is an annotation: ``@odata.count`` in v4, ``odata.count`` in v3."""
    return key.removeprefix("@").removeprefix("odata.") in names and "odata." in key


def parts_of(content: Any, *, address: str) -> list[str]:
    """Return the names of the lists that a table consists of, without figures and properties.

    Raises
    ------
    DeliveryError
        If a name would not do as the name of a file.
    """
    rows = rows_of(content, address=address)
    names = [row.get("name") for row in rows if row.get("kind", "EntitySet") == "EntitySet"]
    wrong = [name for name in names if not isinstance(name, str) or not _NAME.fullmatch(name)]
    if wrong or not names:
        raise DeliveryError(
            f"{address}: the answer names {len(names)} lists, {len(wrong)} of them unreadable; "
            "expected the lists of a table, such as MeasureCodes. Try again later."
        )
    known = {*FIGURES.values(), *PROPERTIES.values(), _UNTYPED}
    return sorted(set(names) - known)


def count_of(content: Any, key: str, *, address: str) -> int:
    """Return a promised number of rows.

    Raises
    ------
    DeliveryError
        If it is not a whole number of at least 0.
    """
    count = content.get(key) if isinstance(content, dict) else None
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise DeliveryError(
            f"{address}: the answer does not say how many rows the table has; expected a number "
            f"'{key}'. Try again later."
        )
    return count


def properties_of(protocol: Protocol, content: Any, *, address: str) -> dict[str, Any]:
    """Return what a table says of itself: one object in v4, the only row in v3.

    Raises
    ------
    DeliveryError
        If it does not say when it was modified.
    """
    found = content
    if protocol == "v3":
        rows = rows_of(content, address=address)
        found = rows[0] if len(rows) == 1 else None
    if not isinstance(found, dict) or not isinstance(found.get("Modified"), str):
        raise DeliveryError(
            f"{address}: the answer does not say when the table was modified; expected a text "
            "'Modified'. Try again later, or with the other --protocol."
        )
    return found


def stamp_of(properties: dict[str, Any]) -> dict[str, str]:
    """Return what changes when, and only when, CBS publishes the table again."""
    keys = ("Modified", "ObservationsModified", "MetaDataModified", "Version")
    return {key: str(properties[key]) for key in keys if properties.get(key) is not None}

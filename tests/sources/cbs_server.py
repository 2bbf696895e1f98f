"""A web server on this machine that plays CBS: OData v4 and v3, with pages, and with faults on order."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from analysis.sources.csv_files import read_csv
from analysis.sources.statline import StatLineTable

#: Writes an answer in its own way; gets the handler and the body that was due.
Fault = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class PlayedTable:
    """A table as CBS has it: the responses of v4 by name, from which those of v3 follow."""

    table_id: str
    catalogue: str
    dimension: str
    parts: dict[str, dict]
    properties: dict
    #: What the server claims; None for the truth.
    claimed: int | None = None

    @property
    def observations(self) -> list[dict]:
        return self.parts["Observations"]["value"]

    def v3_parts(self) -> dict[str, list[dict]]:
        measures = self.parts["MeasureCodes"]["value"]
        columns = {
            row["Identifier"]: "".join(w[:1].upper() + w[1:] for w in row["Title"].split())
            + f"_{n}"
            for n, row in enumerate(measures, start=1)
        }
        cells: dict[tuple[str, str], dict] = {}
        for row in self.observations:
            key = row[self.dimension], row["Perioden"]
            cells.setdefault(key, {})[columns[row["Measure"]]] = row["Value"]
        groups = list(dict.fromkeys(group for group, _ in cells))
        periods = list(dict.fromkeys(period for _, period in cells))
        keys = [(group, period) for group in groups for period in periods]
        empty = dict.fromkeys(columns.values())
        return {
            "TypedDataSet": [
                {"ID": n, self.dimension: f"{g:<7}", "Perioden": p, **empty, **cells.get((g, p), {})}
                for n, (g, p) in enumerate(keys)
            ],
            "UntypedDataSet": [],
            "TableInfos": [
                {"ID": 0, **{k: self.properties[k] for k in ("Title", "Identifier", "Modified")}}
            ],
            "DataProperties": [
                {"ID": 0, "Type": "TimeDimension", "Key": "Perioden", "Title": "Perioden", "Unit": ""},
                *(
                    {"Type": "Topic", "Key": columns[row["Identifier"]], "Title": row["Title"], "Unit": row["Unit"]}
                    for row in measures
                ),
            ],
            "CategoryGroups": [],
            self.dimension: [{"Key": g, "Title": g} for g in groups],
            "Perioden": [
                {"Key": row["Identifier"], "Title": row["Identifier"], "Status": row["Status"]}
                for row in self.parts["PeriodenCodes"]["value"]
            ],
        }  # fmt: skip


@dataclass
class CbsServer:
    """What the server holds, was asked, and does wrong."""

    tables: list[PlayedTable]
    page_size: int = 10_000
    asked: list[str] = field(default_factory=list)
    faults: list[tuple[str, Iterator[Fault]]] = field(default_factory=list)
    address: str = ""

    @property
    def v4(self) -> str:
        return f"{self.address}/v4"

    def fails(self, part: str, *faults: Fault, forever: bool = False) -> None:
        """Answer requests whose address holds ``part`` with faults, once each or the first forever."""
        self.faults.append((part, repeat(faults[0]) if forever else iter(faults)))

    def count(self, part: str) -> int:
        """How often an address with ``part`` was asked for."""
        return sum(part in asked for asked in self.asked)

    def answer(self, path: str) -> tuple[int, bytes]:
        where, query = urlsplit(path).path.strip("/").split("/"), parse_qs(urlsplit(path).query)
        v3 = where[0] != "v4"
        content = self._v3(where, query) if v3 else self._v4(where[1:], query)
        if content is None:
            return 404, b"not here"
        rows = content.get("value")
        if isinstance(rows, list) and "$top" not in query:
            skip = int(query.get("$skip", ["0"])[0])
            content = {**content, "value": rows[skip : skip + self.page_size]}
            if skip + self.page_size < len(rows):
                mark = "odata.nextLink" if v3 else "@odata.nextLink"
                form = "$format=json&" if v3 else ""
                base = f"{self.address}{urlsplit(path).path}"
                content[mark] = f"{base}?{form}$skip={skip + self.page_size}"
        return 200, json.dumps(content).encode()

    def _v4(self, where: list[str], query: dict) -> dict | None:
        if where == ["Datasets"]:
            kept = ("Identifier", "Catalog", "Title")
            return {"value": [{k: t.properties[k] for k in kept} for t in self.tables]}
        table = next((t for t in self.tables if [t.catalogue, t.table_id] == where[:2]), None)
        if table is None:
            return None
        if len(where) == 2:
            names = [{"name": n, "kind": "EntitySet", "url": n} for n in table.parts]
            return {
                "value": [*names, {"name": "Properties", "kind": "Singleton", "url": "Properties"}]
            }
        if where[2] == "Properties":
            return table.properties
        content = table.parts.get(where[2])
        if content and "$count" in query:
            count = len(content["value"]) if table.claimed is None else table.claimed
            return {**content, "@odata.count": count, "value": content["value"][:1]}
        return content

    def _v3(self, where: list[str], query: dict) -> dict | None:
        if where == ["ODataCatalog", "Tables"]:
            chosen = query.get("$filter", [""])[0]
            listed = [t for t in self.tables if not chosen or f"'{t.table_id}'" in chosen]
            return {
                "value": [
                    {
                        **{k: t.properties[k] for k in ("Identifier", "Catalog", "Title")},
                        "RecordCount": len(t.v3_parts()["TypedDataSet"]) if t.claimed is None else t.claimed,
                    }
                    for t in listed
                ]
            }  # fmt: skip
        table = next(
            (t for t in self.tables if where[:3] == ["ODataFeed", "odata", t.table_id]), None
        )
        if table is None:
            return None
        parts = table.v3_parts()
        if len(where) == 3:
            return {"value": [{"name": name, "url": f"{self.address}/x/{name}"} for name in parts]}
        made_up = {k: v for k, v in table.parts["Observations"].items() if k == "source"}
        return (
            {**made_up, "odata.metadata": "m", "value": parts[where[3]]}
            if where[3] in parts
            else None
        )


@contextmanager
def serving(server: CbsServer) -> Iterator[CbsServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(self.path)
            server.asked.append(path)
            status, body = server.answer(path)
            fault = next(
                (f for part, faults in server.faults if part in path and (f := next(faults, None))),
                None,
            )
            if fault:
                self.close_connection = True
                fault(self, body)
                return
            send(self, status, body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        # A client that gives up is part of the game.
        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        server.address = f"http://127.0.0.1:{listening.server_port}"
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    length: int | None = None,
    **headers: str,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if handler.close_connection:
        handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(body)


def status(code: int, **headers: str) -> Fault:
    return lambda handler, _: send(handler, code, b"<html>no</html>", **headers)


def instead(text: str | bytes) -> Fault:
    body = text.encode() if isinstance(text, str) else text
    return lambda handler, _: send(handler, 200, body)


def changed(change: Callable[[dict], dict]) -> Fault:
    return lambda handler, body: send(handler, 200, json.dumps(change(json.loads(body))).encode())


def cut_off(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Close the connection in the middle of the body."""
    send(handler, 200, body[: len(body) // 2], length=len(body))


def too_short(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Announce fewer bytes than the body has."""
    send(handler, 200, body, length=len(body) - 10)


def hang_up(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Close the connection without a word."""


def slow(until: threading.Event) -> Fault:
    """Send nothing until the test is over."""
    return lambda *_: until.wait(10) and None


def from_capture(folder: Path, layout: StatLineTable, catalogue: str = "CBS") -> PlayedTable:
    """Play a v4 capture; what the stub's leaves out is made up."""
    parts = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    found = parts.pop("Properties", None)
    for name in ("root", "catalog_root", "catalog_Datasets", "Observations_count_top1"):
        parts.pop(name, None)
    made_up = {
        "Identifier": layout.table_id,
        "Catalog": catalogue,
        "Title": "Ziekteverzuimpercentage; bedrijfstakken",
        "Modified": "2026-01-15T02:00:00+01:00",
        "Version": "202601150200",
        "License": "https://creativecommons.org/licenses/by/4.0/",
    }
    return PlayedTable(layout.table_id, catalogue, layout.dimension, parts, found or made_up)


def from_csv(path: Path, layout: StatLineTable) -> PlayedTable:
    """Play the stub's vacancies: v4 responses from a v3 CSV."""
    columns = {
        f"{''.join(w[:1].upper() + w[1:] for w in m.title.split())}_{n}": (f"M{n:06}", m)
        for n, m in enumerate(layout.measures, start=1)
    }
    frame = read_csv(path, [layout.dimension, "Perioden", *columns], file=path.name)
    observations = [
        {
            "Measure": code,
            layout.dimension: row[layout.dimension],
            "Perioden": row["Perioden"],
            "Value": float(row[column]),
        }
        for row in frame.to_dict("records")
        for column, (code, _) in columns.items()
        if row[column] != "."
    ]
    numbered = [{"Id": n, **row} for n, row in enumerate(observations)]
    synthetic = {"source": "synthetic: made by preventieplan stub"}
    codes = [{"Identifier": c, "Title": m.title, "Unit": "x 1 000"} for c, m in columns.values()]
    groups, periods = frame[layout.dimension].unique(), frame["Perioden"].unique()
    parts = {
        "Observations": {**synthetic, "value": numbered},
        "MeasureCodes": {**synthetic, "value": codes},
        "Dimensions": {"value": [{"Identifier": layout.dimension}]},
        f"{layout.dimension}Codes": {"value": [{"Identifier": g} for g in groups]},
        "PeriodenCodes": {"value": [{"Identifier": p, "Status": "Definitief"} for p in periods]},
    }
    properties = {
        "Identifier": layout.table_id,
        "Catalog": "CBS",
        "Title": "Vacatures; bedrijfstakken",
        "Modified": "2026-02-13T02:00:00+01:00",
    }
    return PlayedTable(layout.table_id, "CBS", layout.dimension, parts, properties)


def azw_table(table_id: str, title: str) -> PlayedTable:
    """Play a small table of the AZW programme, in a form that the book does not read."""
    parts = {
        "Observations": {"value": [{"Id": 0, "Measure": "A", "Branche": "T", "Perioden": "2024JJ00", "Value": 1.0}]},
        "MeasureCodes": {"value": [{"Identifier": "A", "Title": "Ziekteverzuim", "Unit": "%"}]},
        "PeriodenCodes": {"value": [{"Identifier": "2024JJ00", "Status": "Voorlopig"}]},
        "BrancheCodes": {"value": [{"Identifier": "T", "Title": "Totaal"}]},
    }  # fmt: skip
    properties = {
        "Identifier": table_id,
        "Catalog": "AZW",
        "Title": title,
        "Modified": "2026-03-01T02:00:00+01:00",
    }
    return PlayedTable(table_id, "AZW", "Branche", parts, properties)

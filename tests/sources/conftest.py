"""A server that plays CBS, and downloads from it without waiting."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.errors import BookError
from analysis.sources import odata
from analysis.sources.download import Patience, Session
from analysis.sources.fetch import Fetch
from analysis.sources.tables import TABLES
from tests.sources.cbs_server import CbsServer, PlayedTable, from_capture, from_csv, serving

ABSENCE = TABLES["absence"].layout
VACANCIES = TABLES["vacancies"].layout


@pytest.fixture
def absence(stub_folder: Path) -> PlayedTable:
    return from_capture(stub_folder / "cbs/80072ned_odata_v4", ABSENCE)


@pytest.fixture
def vacancies(stub_folder: Path) -> PlayedTable:
    return from_csv(stub_folder / "cbs/80472ned_csv/80472ned.csv", VACANCIES)


@pytest.fixture
def cbs(absence, vacancies, monkeypatch) -> Iterator[CbsServer]:
    """CBS with the synthetic tables, in pages of 100 rows."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(CbsServer([absence, vacancies], page_size=100)) as server:
        yield server


class Run:
    """A way to fetch, with what it said and how long it would have waited."""

    def __init__(self, cbs: CbsServer, deliveries: Path) -> None:
        self.cbs, self.deliveries = cbs, deliveries
        self.said: list[str] = []
        self.warned: list[str] = []
        self.waited: list[float] = []
        self.bars: list[tuple[str, int, list[int]]] = []
        self.patience = Patience(connect=0.2, read=0.1, attempts=3, pause=1.0, longest=60.0)

    def session(self) -> Session:
        return Session(self.patience, self.waited.append)

    def roots(self) -> odata.Roots:
        return odata.Roots(self.cbs.v4, self.cbs.address, self.cbs.address)

    @contextlib.contextmanager
    def follow(self, label: str, rows: int):
        self.bars.append((label, rows, []))
        yield SimpleNamespace(update=self.bars[-1][2].append)

    def __call__(self, *table_ids: str, protocol: odata.Protocol = "v4", **options) -> None:
        self.said.clear()
        self.warned.clear()
        self.cbs.asked.clear()
        with self.session() as session:
            Fetch(
                session=session,
                deliveries=self.deliveries,
                protocol=protocol,
                say=self.said.append,
                warn=self.warned.append,
                follow=self.follow,
                roots=self.roots(),
                **options,
            ).run(table_ids)

    def fails(self, code: int, *said: str, table: str = "80072ned", **options) -> None:
        """Fetch a table and see one line of warning and an exit code."""
        with pytest.raises(BookError) as caught:
            self(table, **options)
        assert caught.value.exit_code == code
        assert len(self.warned) == 1
        for part in said:
            assert part in self.warned[0]
        assert "\n" not in self.warned[0]

    @property
    def pages_asked(self) -> int:
        """Requests for pages of the figures; the one for the count is none."""
        return sum("/Observations" in asked and "$count" not in asked for asked in self.cbs.asked)

    @property
    def hidden(self) -> set[str]:
        return {path.name for path in self.deliveries.iterdir() if path.name.startswith(".")}

    def figures(self, folder: str = "80072ned_odata_v4", file: str = "Observations.json") -> list:
        return json.loads((self.deliveries / folder / file).read_text())["value"]


@pytest.fixture
def fetch(cbs, tmp_path) -> Run:
    return Run(cbs, tmp_path / "deliveries")

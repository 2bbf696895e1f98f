"""Releases in the ledger: whole ones, once, and never at the price of the ledger."""

import json
import threading

import pytest
from click.testing import CliRunner

from analysis import edition, files
from analysis.airlock.ledger import read_ledger
from analysis.cli import main
from analysis.errors import AirlockError, BookError
from analysis.publish.recording import record_release
from analysis.publish.release import Manifest
from tests.publish.told import told

CELL = {"cell": "attendees|branch=vvt", "about": "", "shown": 120.0, "low": 118.0, "high": 122.0}
KEPT = {"cell": "attendees|branch=ghz", "about": ""}


@pytest.fixture
def make(tmp_path):
    """Write a release without exhibits."""

    def write(name="release", cells=(CELL, KEPT), **changes):
        folder = tmp_path / name
        files.write_json(folder / "findings.json", [])
        files.write_json(folder / "disclosure.json", told(**changes))
        if cells is not None:
            files.write_json(folder / "told.json", list(cells))
        manifest = Manifest(
            edition="2025", reference_year=2025, version="0", data="real", sources=(),
            inconsistencies=(), reported={}, files=files.digests(folder),
        )  # fmt: skip
        files.write_json(folder / "manifest.json", manifest.model_dump(mode="json"))
        return folder

    return write


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    path = tmp_path / "ledger.json"
    monkeypatch.setattr(edition, "ledger_path", lambda: path)
    return path


def command(*arguments):
    return CliRunner().invoke(main, ["release", "record", *map(str, arguments)])


def test_a_release_is_recorded_with_what_it_told(make, ledger):
    folder = make(data="real")
    found = record_release(folder, ledger)
    assert found.new
    (entry,) = read_ledger(ledger).releases
    assert entry == found.entry
    assert (entry.edition, entry.data) == ("2025", "real")
    assert entry.digest == files.sha256(folder / "manifest.json")
    assert [(one.cell, one.shown, one.hidden) for one in entry.told] == [
        (CELL["cell"], 120.0, False),
        (KEPT["cell"], None, True),
    ]


def test_a_second_run_changes_nothing(make, ledger):
    folder = make(data="real")
    assert command(folder).exit_code == 0
    before = ledger.read_bytes()
    again = command(folder)
    assert again.exit_code == 0
    assert "Recorded already" in again.output
    assert ledger.read_bytes() == before


def test_another_release_comes_behind_it(make, ledger):
    record_release(make("first"), ledger)
    record_release(make("second", cells=(KEPT,)), ledger)
    assert [len(one.told) for one in read_ledger(ledger).releases] == [2, 1]


@pytest.mark.parametrize("real", [True, False])
def test_synthetic_releases_are_recorded_with_a_warning(make, ledger, real):
    done = command(make(data="real" if real else "synthetic"))
    assert done.exit_code == 0
    assert "Recorded: edition 2025" in done.output
    assert ("Warning: its confidential data are synthetic" in done.output) != real


def test_a_release_that_tells_nothing_confidential_says_so(make, ledger):
    done = command(make(cells=()))
    assert done.exit_code == 0
    assert "tells nothing of confidential data" in done.output
    assert "Warning" not in done.output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "not a whole release"),
        (lambda folder: (folder / "told.json").write_text("[]"), "told.json is not what"),
        (lambda folder: (folder / "told.json").unlink(), "told.json is missing"),
        (lambda folder: (folder / "persons.csv").write_text("x"), "persons.csv is not declared"),
    ],
)
def test_a_release_that_is_not_whole_is_refused(make, ledger, spoil, said):
    folder = make()
    spoil(folder)
    done = command(folder)
    assert done.exit_code == 1
    assert said in done.output
    assert not ledger.exists()


@pytest.mark.parametrize("cells", [None, [{"cell": 1}], [3], [{**CELL, "name": "x"}]])
def test_a_release_that_tells_something_else_is_refused(make, ledger, cells):
    with pytest.raises(BookError, match=r"told\.json.*made by another version"):
        record_release(make(cells=cells), ledger)
    assert not ledger.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"releases": [{"edition": "2025"}]}', "\udcff"])
def test_a_damaged_ledger_stays_as_it_is(make, ledger, text):
    ledger.write_bytes(text.encode("utf-8", "surrogateescape"))
    before = ledger.read_bytes()
    with pytest.raises(AirlockError, match="not a ledger of releases"):
        record_release(make(), ledger)
    assert ledger.read_bytes() == before


def test_an_interrupted_run_leaves_the_ledger_whole(make, ledger, monkeypatch):
    record_release(make("first"), ledger)
    second = make("second", cells=(KEPT,))
    before = ledger.read_bytes()

    def stop(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(ledger), "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            record_release(second, ledger)
    assert ledger.read_bytes() == before
    assert [path.name for path in ledger.parent.glob("*.part")] == []
    assert record_release(second, ledger).new
    assert len(read_ledger(ledger).releases) == 2


def test_two_programs_at_once_lose_nothing(make, ledger):
    folders = [make(f"r{n}", cells=[{**KEPT, "about": f"m{n}"}]) for n in range(6)]
    threads = [threading.Thread(target=record_release, args=(f, ledger)) for f in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_ledger(ledger).releases) == 6
    assert json.loads(ledger.read_text())["releases"]

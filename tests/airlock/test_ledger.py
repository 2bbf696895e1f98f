"""The ledger of releases: read, grown and refused."""

import json

import pytest

from analysis.airlock.ledger import Entry, Ledger, Told, read_ledger, record
from analysis.errors import AirlockError


def entry(digest="a", data="synthetic", **told):
    return Entry(
        edition="2025",
        data=data,
        digest=digest * 64,
        told=tuple(
            Told(cell=f"employees|branch={branch}", **about) for branch, about in told.items()
        ),
    )


SHOWN = {"shown": 100.0, "low": 98.0, "high": 102.0}


def test_no_ledger_is_an_empty_one(tmp_path):
    assert read_ledger(tmp_path / "ledger.json") == Ledger()


def test_a_release_is_recorded_once(tmp_path):
    path = tmp_path / "ledger.json"
    assert record(path, entry(vvt=SHOWN, ghz={}))
    assert not record(path, entry(vvt=SHOWN, ghz={}))
    assert record(path, entry("b"))
    assert [one.digest[0] for one in read_ledger(path).releases] == ["a", "b"]


@pytest.mark.parametrize("content", ["", "[]", '{"releases": [{"edition": "2025"}]}', "\xff{"])
def test_a_damaged_ledger_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "ledger.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(AirlockError, match="not a ledger of releases"):
        record(path, entry())
    assert path.read_text(encoding="latin-1") == content


def test_what_a_reader_knows_and_what_was_hidden():
    ledger = Ledger(releases=(entry(vvt=SHOWN, ghz={}), entry("b", ghz=SHOWN, ggz={})))
    assert [str(one.quantity.cell) for one in ledger.shown()] == [
        "employees|branch=vvt",
        "employees|branch=ghz",
    ]
    # What one release hid and another showed is public.
    assert {str(one.cell) for one in ledger.hidden()} == {"employees|branch=ggz"}
    assert ledger.counts() == {"employees|branch=vvt": 100.0, "employees|branch=ghz": 100.0}


@pytest.mark.parametrize(
    ("asked", "found"),
    [("synthetic", ["synthetic"]), ("real", ["real", "partly synthetic"]),
     ("partly synthetic", ["real", "partly synthetic"])],
)  # fmt: skip
def test_synthetic_releases_are_kept_apart(asked, found):
    every = Ledger(
        releases=tuple(
            entry(digest, data)
            for digest, data in zip("abc", ("synthetic", "real", "partly synthetic"), strict=True)
        )
    )
    assert [one.data for one in every.of(asked).releases] == found


def test_changes_count_cells():
    ledger = Ledger(releases=(entry(vvt=SHOWN, ghz=SHOWN, ggz=SHOWN),))
    now = [
        {"cell": "employees|branch=vvt", **SHOWN},
        {"cell": "employees|branch=ghz"},
        {"cell": "employees|branch=welfare", **SHOWN},
    ]
    assert ledger.changes(now) == {
        "new": 1, "gone": 1, "same": 1, "newly_hidden": 1, "changed": 1
    }  # fmt: skip
    assert Ledger().changes(now) == {}


def test_the_file_is_plain_json(tmp_path):
    record(tmp_path / "ledger.json", entry(vvt=SHOWN))
    kept = json.loads((tmp_path / "ledger.json").read_text())
    assert kept["releases"][0]["told"][0]["shown"] == 100.0

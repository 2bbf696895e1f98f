"""What cannot be read is refused by name, among all else: it never counts as not delivered."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from analysis.errors import DeliveryError
from analysis.sources.delivered_files import assign_files, find_delivered
from analysis.sources.delivery import assign_captures, files_in, read_tables
from tests.sources import tiny_delivery as tiny
from tests.sources.checking import found, run_check

NAME = "vernet_absence"
FRAME = tiny.frames()[NAME]
FLOWS = "azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal.csv"


@pytest.fixture
def folder(tmp_path):
    tiny.write_note(tmp_path / "d", "vernet")
    tiny.write_parquet(tmp_path / "d", NAME, FRAME)
    return tmp_path / "d"


def close_folder(monkeypatch, closed: Path):
    """Play a system that does not list a folder; permissions bind not every user."""
    scandir = os.scandir

    def refuse(place):
        if not isinstance(place, int) and os.fspath(place) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(closed))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)


def close_file(monkeypatch, closed: Path):
    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(closed))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)


def test_a_folder_that_cannot_be_listed_is_named(folder, monkeypatch):
    tiny.write_note(folder, "pfzw")
    close_folder(monkeypatch, folder / "pfzw")
    for read in (files_in, assign_files, assign_captures):
        with pytest.raises(DeliveryError, match="^pfzw: cannot be opened"):
            read(folder)
    report = run_check(folder)
    assert found(report) == [("pfzw", "cannot be opened", None)]
    assert not [skipped for skipped in report.not_checked if "not delivered" in skipped.reason.en
                and "pfzw" in skipped.reason.en]  # fmt: skip


ODD = {
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("place", ["vernet/absence_2024.parquet", f"azw/{FLOWS}"])
def test_what_bears_the_name_of_a_file_and_is_none_is_refused(folder, kind, place):
    path = folder / place
    path.parent.mkdir(exist_ok=True)
    ODD[kind](path)
    assert found(run_check(folder)) == [(place, "not a file", None)]
    assert found(run_check(folder.parent / "d")) == [(place, "not a file", None)]
    read = find_delivered if place.startswith("vernet") else read_tables
    with pytest.raises(DeliveryError, match=f"^{place}: not a file"):
        read(folder)


def test_a_folder_with_nothing_but_a_link_to_nowhere_is_not_empty(tmp_path):
    place = tmp_path / "d" / "vernet" / "absence.csv"
    place.parent.mkdir(parents=True)
    place.symlink_to("nowhere")
    assert found(run_check(tmp_path / "d")) == [("vernet/absence.csv", "not a file", None)]


def test_a_pipe_among_the_parts_of_a_table_is_not_waited_for(stub_copy):
    place = stub_copy / "cbs/80072ned_odata_v4/PeriodenCodes.json"
    place.unlink()
    os.mkfifo(place)
    for other in stub_copy.iterdir():
        if other.is_dir() and other.name != "cbs":
            shutil.rmtree(other)
    assert found(run_check(stub_copy)) == [
        ("cbs/80072ned_odata_v4/PeriodenCodes.json", "not a file", None)
    ]


@pytest.mark.parametrize("place", ["vernet/absence.parquet", "vernet/delivery.json"])
def test_a_file_that_cannot_be_opened_is_one_problem_among_others(folder, monkeypatch, place):
    tiny.write_note(folder, "fwg")
    (folder / "fwg" / "organisation_grades.csv").write_bytes(b"")
    (folder / "fwg" / "mystery.csv").write_bytes(b"")
    close_file(monkeypatch, folder / place)
    assert (place, "cannot be opened", None) in found(run_check(folder))


def test_a_note_that_is_a_folder(folder):
    (folder / "vernet/delivery.json").unlink()
    (folder / "vernet/delivery.json").mkdir()
    assert found(run_check(folder)) == [("vernet/delivery.json", "not a file", None)]


def test_a_published_file_that_cannot_be_opened(folder, stub_folder, monkeypatch):
    (folder / "azw").mkdir()
    shutil.copy2(stub_folder / "azw" / FLOWS, folder / "azw")
    close_file(monkeypatch, folder / "azw" / FLOWS)
    assert (f"azw/{FLOWS}", "cannot be opened", None) in [
        (place, rule, None) for place, rule, _ in found(run_check(folder))
    ]
    with pytest.raises(DeliveryError, match=f"^azw/{FLOWS}: cannot be opened"):
        read_tables(folder)


def test_every_broken_file_of_a_published_table_is_named(folder):
    (folder / "azw").mkdir()
    names = [f"azw/azw_in_uitstroom_{year}.csv" for year in (2023, 2024)]
    for name in names:
        (folder / name).write_text("")
    assert [place for place, *_ in found(run_check(folder))] == names


@pytest.mark.parametrize("name", [b"azw_in_uitstroom_\xff.csv", b"azw_in_uitstroom_\nOK.csv"])
def test_odd_names_of_published_files(folder, stub_folder, name):
    path = folder / "azw" / os.fsdecode(name)
    path.parent.mkdir()
    path.write_text("")
    (problem,) = run_check(folder).refused
    assert problem.file == f"azw/azw_in_uitstroom_\ufffd{'OK' if b'OK' in name else ''}.csv"
    shutil.copy2(stub_folder / "azw" / FLOWS, path)
    tables, _ = read_tables(folder)
    assert [file.isprintable() for file in tables["flows"].files] == [True]

import os
import signal
import subprocess
import sys
import time

import pytest

from analysis import files


def test_a_folder_appears_whole(tmp_path):
    with files.whole_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "a").read_text() == "1"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_an_error_leaves_the_older_folder_as_it_was(tmp_path):
    with files.whole_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("1")

    def fail():
        with files.whole_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "out" / "a").read_text() == "1"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_newer_folder_replaces_the_older_one(tmp_path):
    for content in "12":
        with files.whole_folder(tmp_path / "out") as folder:
            (folder / content).write_text(content)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2"]


def test_a_killed_writer_leaves_nothing_that_looks_whole(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from analysis import files\n"
        "with files.whole_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').write_text('x'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "out"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "out").exists()
    with files.whole_folder(tmp_path / "out") as folder:
        (folder / "whole").write_text("x")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "whole"]


def test_equal_json_gives_equal_bytes(tmp_path):
    files.write_json(tmp_path / "a", {"b": 1, "a": "é"})
    files.write_json(tmp_path / "b", {"a": "é", "b": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert files.sha256(tmp_path / "a") == files.sha256(tmp_path / "b")


def test_json_refuses_what_is_not_a_number(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "a", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_is_not_touched_when_writing_fails(tmp_path):
    target = tmp_path / "a"
    files.write_text(target, "old")
    before = time.time_ns()
    with pytest.raises(UnicodeEncodeError):
        files.write_text(target, "\ud800")
    assert target.read_text() == "old"
    assert target.stat().st_mtime_ns < before
    assert list(tmp_path.iterdir()) == [target]


def test_a_sealed_folder_is_whole_until_somebody_touches_it(tmp_path):
    target = tmp_path / "out"
    assert not files.is_whole(target)

    def fill():
        with files.whole_folder(target, seal=True) as folder:
            (folder / "a").write_text("1")
            (folder / "b").write_text("2")

    fill()
    assert files.is_whole(target)
    for spoil in (
        lambda: (target / "a").write_text("changed"),
        lambda: (target / "b").unlink(),
        lambda: (target / "c").write_text("added"),
    ):
        spoil()
        assert not files.is_whole(target)
        fill()
        assert files.is_whole(target)

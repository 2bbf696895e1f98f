"""The whole path by the command line: second runs, interruptions, damage, other worlds."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from analysis import project
from analysis.build import Build, _inputs
from analysis.edition import read_edition
from analysis.stub.published import write_published
from analysis.stub.worlds import WORLDS
from tests.conftest import SMALL_BOOK, environment_of, preventieplan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("builds")]

CHAPTERS = ["chapter"] * len(SMALL_BOOK)
STEPS = ["dataset", *CHAPTERS, "airlock", "render", "pages", "pages", "site"]


def test_every_recorded_input_makes_a_step_run(tmp_path):
    """A release that is recorded changes what the airlock compares with."""
    chosen = Build(read_edition(), None, tmp_path, cores=1)
    text = (project.root() / "Snakefile").read_text()
    for name in _inputs(chosen):
        wanted = "notebook-{chapter}" if name.startswith("notebook-") else name
        assert f"inputs/{wanted}.json" in text
    airlock = text.split("rule airlock:")[1].split("rule ")[0]
    assert "inputs/ledger.json" in airlock


def contents(folder):
    """Everything that a build gives away, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("2025/release", "site")
        for path in (folder / part).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def steps(done: subprocess.CompletedProcess) -> list[str]:
    lines = [line.split("] ", 1)[1] for line in done.stdout.splitlines() if line.startswith("[")]
    # Chapters and languages start in any order.
    return [line.split()[0] for line in lines]


@pytest.fixture
def build(small_project, published_deliveries, tmp_path):
    """Build the published deliveries into a place of our own."""
    out = tmp_path / "out"

    def run(*more: str) -> subprocess.CompletedProcess:
        return preventieplan(
            "build", "--deliveries", published_deliveries, "--out", out, *more,
            project=small_project,
        )  # fmt: skip

    return run


@pytest.fixture
def own(small_book, tmp_path):
    """A copy of a finished build, free to spoil."""
    return shutil.copytree(small_book.out, tmp_path / "out")


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("site/index.html", ["site"]),
        ("site/2025/nl/1.1-context.html", ["site"]),
        ("2025/release/findings.json", ["render", "pages", "pages", "site"]),
        ("2025/dataset/absence.parquet", STEPS),
    ],
)
def test_what_is_lost_or_changed_is_made_again(own, build, small_book, damage, expected):
    path = own / damage
    if path.suffix == ".html" and path.name != "index.html":
        path.write_text("changed")
    else:
        path.unlink()
    done = build()
    assert done.returncode == 0, done.stderr
    assert steps(done) == expected
    assert contents(own) == contents(small_book.out)


def test_a_changed_delivery_is_noticed_by_its_content(small_project, stub_copy, tmp_path):
    out = tmp_path / "out"
    call = ("build", "--deliveries", stub_copy, "--out", out, "--until", "release")
    assert preventieplan(*call, project=small_project).returncode == 0
    path = next((stub_copy / "azw").glob("cbs_werkzame*"))
    stamp = path.stat()
    path.write_text(path.read_text().replace("2025,1500,", "2025,1480,"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    done = preventieplan(*call, project=small_project)
    assert steps(done) == ["dataset", *CHAPTERS, "airlock", "render"]
    findings = json.loads((out / "2025/release/findings.json").read_text())
    assert findings[0]["estimate"] == 1480
    path.touch()
    assert steps(preventieplan(*call, project=small_project)) == [], (
        "a new date alone changes nothing"
    )


@pytest.fixture
def start(small_project, published_deliveries, tmp_path):
    """Start a build of the small book and leave it running."""

    def run() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "analysis.cli", "build", "--deliveries", published_deliveries,
             "--out", tmp_path / "out"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment_of(small_project),
        )  # fmt: skip

    return run


def left_running(out) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        try:
            words = " ".join(process.info["cmdline"] or [])
            if str(out) in words or str(process.info["cwd"] or "").startswith(str(out)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def assert_nothing_runs_on(out):
    """A step notices within a second that its build is gone."""
    deadline = time.monotonic() + 10
    while left_running(out) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left_running(out) == []


def test_a_build_killed_at_random_moments_goes_on_to_the_same_result(
    small_book, start, build, tmp_path
):
    """SIGKILL to the build alone: nothing of it may go on writing."""
    out = tmp_path / "out"
    moments = random.Random(20251122)
    kills = 0
    for _ in range(8):
        process = start()
        try:
            process.wait(timeout=moments.uniform(1.0, 9.0))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
        process.stdout.close()
    assert kills >= 3, "the machine is too fast for this test: shorten the moments"
    done = build()
    assert done.returncode == 0, done.stderr
    assert contents(out) == contents(small_book.out)
    assert_nothing_runs_on(out)


def test_ctrl_c_stops_everything_and_the_next_run_goes_on(small_book, start, build, tmp_path):
    out = tmp_path / "out"
    process = start()
    for line in process.stdout:
        if "chapter" in line:
            break
    process.send_signal(signal.SIGINT)
    told = process.stdout.read()
    assert process.wait() == 130
    assert "Traceback" not in told
    process.stdout.close()
    assert_nothing_runs_on(out)
    assert build().returncode == 0
    assert contents(out) == contents(small_book.out)


def test_two_builds_in_one_place_do_not_mix(start, build):
    first = start()
    for line in first.stdout:
        if "dataset" in line:
            break
    second = build()
    assert second.returncode == 5
    assert "another build is running here" in second.stderr
    first.communicate()
    assert first.returncode == 0


@pytest.mark.parametrize("name", ["null", "reversed"])
def test_verdict_and_sentence_follow_the_world(tmp_path, small_project, small_book, name):
    write_published(tmp_path / "world", WORLDS[name], 1)
    done = preventieplan(
        "build", "--deliveries", tmp_path / "world", "--out", tmp_path / "out", "--until", "release",
        project=small_project,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    favourable, other = (
        {one["claim"]: one for one in json.loads((book / "2025/release/findings.json").read_text())}
        for book in (small_book.out, tmp_path / "out")
    )
    assert favourable["C09"]["verdict"] == "supported"
    assert other["C09"]["verdict"] == "contradicted"
    assert favourable["C09"]["text"]["nl"]["sentence"] != other["C09"]["text"]["nl"]["sentence"]
    for claim in ("C01", "C06", "C11", "C14", "C15", "C21"):
        assert other[claim]["verdict"] == favourable[claim]["verdict"], "sector totals hold"


def test_gaps_can_be_filled_from_the_stub_and_are_marked(small_project, stub_copy, tmp_path):
    for path in stub_copy.glob("azw/azw_*"):
        path.unlink()
    flows = tmp_path / "out" / "2025" / "release"
    done = preventieplan(
        "build", "--deliveries", stub_copy, "--out", tmp_path / "out", "--until", "release",
        "--fill-synthetic", project=small_project,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    findings = {one["claim"]: one for one in json.loads((flows / "findings.json").read_text())}
    assert findings["C11"]["synthetic"]
    assert findings["C11"]["verdict"] == "supported"


def test_real_gaps_filled_from_the_stub_make_a_partly_synthetic_book(small_project, real, tmp_path):
    done = preventieplan(
        "build", "--deliveries", real, "--out", tmp_path / "out", "--until", "release",
        "--fill-synthetic", project=small_project,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    release = tmp_path / "out" / "2025" / "release"
    assert json.loads((release / "manifest.json").read_text())["data"] == "partly synthetic"
    findings = {one["claim"]: one for one in json.loads((release / "findings.json").read_text())}
    assert findings["C12"]["synthetic"]
    assert not findings["C21"]["synthetic"]


@pytest.mark.parametrize("name", ["with space", "x: y", "br{x}", "quote'd"])
def test_odd_paths_work(stub_copy, tmp_path, name):
    deliveries = tmp_path / name
    shutil.move(stub_copy, deliveries)
    out = tmp_path / f"out {name}"
    done = preventieplan("build", "--deliveries", deliveries, "--out", out, "--until", "dataset")
    assert done.returncode == 0, done.stderr
    assert (out / "2025/dataset/manifest.json").exists()


def test_a_disk_that_cannot_be_written_ends_with_5(tmp_path):
    (tmp_path / "file").write_text("x")
    done = preventieplan("build", "--out", tmp_path / "file" / "out")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("build", "--deliveries", ""), "is empty; name a folder"),
        (("build", "--until", "print"), "is not one of 'dataset', 'release', 'site'"),
        (("stub", "x", "--world", "rosy"), "allowed: favourable, null, reversed"),
    ],
)
def test_a_wrong_call_ends_with_2(tmp_path, arguments, told):
    done = preventieplan(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_out_cannot_lie_in_the_deliveries(stub_copy):
    done = preventieplan("build", "--deliveries", stub_copy, "--out", stub_copy / "build")
    assert done.returncode == 2
    assert "lies in the deliveries folder" in done.stderr
    assert not (stub_copy / "build").exists()


def test_publishing_replaces_nothing_of_a_stranger(small_book, tmp_path):
    site = tmp_path / "own"
    (site / "2025").mkdir(parents=True)
    (site / "2025" / "thesis.txt").write_text("mine")
    done = preventieplan("publish", small_book.release, "--into", site)
    assert done.returncode == 2
    assert "not a site of this program" in done.stderr
    assert (site / "2025" / "thesis.txt").read_text() == "mine"
    assert sorted(path.name for path in site.iterdir()) == ["2025"]


@pytest.mark.parametrize(
    "place",
    ["2025/dataset/mine.txt", "2025/release/mine.txt", "site/2025/mine.txt", "site/index.html"],
)
def test_building_replaces_nothing_of_a_stranger(tmp_path, place):
    mine = tmp_path / "out" / place
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = preventieplan("build", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "not written by this program" in done.stderr
    assert mine.read_text() == "mine"


def test_an_earlier_step_leaves_later_results_alone(own, build):
    page = own / "site" / "2025" / "nl" / "index.html"
    page.write_text("changed by hand")
    assert build("--until", "dataset").returncode == 0
    assert page.read_text() == "changed by hand"


@pytest.mark.parametrize("name", [".release.whole.json", "inputs/code.json", ".running"])
def test_damaged_notes_are_written_again(own, build, small_book, name):
    (own / "2025" / name).write_bytes(b"\xff[1]")
    done = build()
    assert done.returncode == 0, done.stderr
    assert contents(own) == contents(small_book.out)


def test_publishing_into_the_release_itself_is_refused(small_book, tmp_path):
    release = tmp_path / "release"
    shutil.copytree(small_book.release, release)
    for site in (release, release / "site"):
        done = preventieplan("publish", release, "--into", site)
        assert done.returncode == 2
        assert "apart from the release" in done.stderr
    assert not (release / "site").exists()

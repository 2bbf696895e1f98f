"""Which tables are downloaded, what is said of them, and the command line around it."""

import json
import os
import subprocess
import sys
import time

import pytest
from filelock import FileLock

from analysis.errors import BookError, DeliveryError, EditionError, WorkplaceError
from analysis.sources.delivery import find_files
from analysis.sources.fetch import AZW_IDS, AZW_TITLES
from analysis.sources.tables import TABLES
from tests.conftest import ROOT, preventieplan
from tests.sources import cbs_server as server

AZW = "Ziekteverzuimpercentage; branche zorg en welzijn"


@pytest.fixture
def azw(cbs):
    """CBS with some AZW tables, and with others that look like them."""
    cbs.tables += [
        server.azw_table("24015NED", AZW),
        server.azw_table("24099NED", "Instroom en uitstroom; zorg en welzijn"),
        server.azw_table("24021NED", "Mobiliteit binnen zorg en welzijn; branche"),
        server.azw_table("24022NED", "Mobiliteit naar regio"),
    ]
    elsewhere = server.azw_table("47001NED", "Werkzame personen in het onderwijs")
    elsewhere.catalogue = elsewhere.properties["Catalog"] = "MKB"
    statline = server.azw_table("85000NED", "Flexibele werknemers in de zorg")
    statline.catalogue = statline.properties["Catalog"] = "CBS"
    cbs.tables += [elsewhere, statline]
    return cbs


def test_every_table_of_the_book_is_known_by_id_or_title():
    from_azw = {name for name, table in TABLES.items() if table.supplier == "azw"}
    assert set(AZW_IDS) | set(AZW_TITLES) == from_azw
    assert not set(AZW_IDS) & set(AZW_TITLES)


@pytest.mark.parametrize("protocol", ["v4", "v3"])
def test_all_tables_of_the_book(fetch, azw, protocol):
    fetch(protocol=protocol)
    assert fetch.warned == []
    folders = {path.name for path in fetch.deliveries.iterdir() if not path.name.startswith(".")}
    assert folders == {
        f"{table_id}_odata_{protocol}"
        for table_id in ("80072ned", "80472ned", "24015NED", "24099NED")
    }
    said = "\n".join(fetch.said)
    assert "24015NED: 1 rows, modified 2026-03-01" in said
    assert (
        said.count("This book does not read it: `preventieplan build` lists it as not used.") == 2
    )
    assert (
        "AZW table 'moves': 2 tables (24021NED, 24022NED); choose with --table, with 'mobiliteit' in "
        "the title"
    ) in said
    for name in ("employment", "flexible_share"):
        assert f"AZW table '{name}': no table" in said
    assert len(fetch.said) == 7
    captures, unused = find_files(fetch.deliveries)
    assert set(captures) == {"absence", "vacancies"}
    assert unused
    assert {path.split("_")[0] for path in unused} == {"24015NED", "24099NED"}


def test_azw_tables_that_are_not_listed_are_said_and_no_error(fetch):
    fetch()
    assert fetch.warned == []
    missing = [line for line in fetch.said if line.startswith("AZW table")]
    assert len(missing) == 5
    assert (
        "'absence_by_branch': no table, with id 24015NED among the 2 that CBS lists" in missing[0]
    )
    assert all("Nothing was downloaded for it" in line for line in missing)
    assert all(line.endswith("(--protocol v3).") for line in missing)


def test_the_list_is_asked_for_once(fetch, azw):
    fetch("24015ned", "24099NED", "24021NED")
    assert fetch.cbs.count("Datasets") == 1
    assert (fetch.deliveries / "24015NED_odata_v4" / "about.json").exists()


def test_the_list_may_have_pages(fetch, azw):
    fetch.cbs.page_size = 2
    fetch("24099NED")
    assert fetch.cbs.count("Datasets") == 4


def test_a_list_that_cannot_be_read_does_not_keep_statline_away(fetch):
    fetch.cbs.fails("Datasets", server.status(503), forever=True)
    with pytest.raises(BookError) as caught:
        fetch()
    assert caught.value.exit_code == WorkplaceError.exit_code
    assert "1 thing went wrong" in str(caught.value)
    assert len(fetch.warned) == 1
    assert "the list of tables of CBS: an error (status 503)" in fetch.warned[0]
    assert set(find_files(fetch.deliveries)[0]) == {"absence", "vacancies"}


@pytest.mark.parametrize(
    ("table_id", "said"),
    [
        ("99999NED", "0 times in the list of 2"),
        ("../80072ned", "is not an id"),
        ("", "is not an id"),
    ],
)
def test_an_unknown_id_is_a_wrong_call(fetch, table_id, said):
    with pytest.raises(BookError) as caught:
        fetch(table_id, "80472ned")
    assert caught.value.exit_code == EditionError.exit_code
    assert said in fetch.warned[0]
    assert "80472ned" in fetch.said[0], "the other table comes"


def test_the_worst_exit_code_counts_and_the_rest_comes(fetch, absence):
    absence.claimed = 1
    fetch.cbs.fails("80472ned/Properties", server.status(404), forever=True)
    with pytest.raises(BookError) as caught:
        fetch("80072ned", "80472ned", "99999NED")
    assert caught.value.exit_code == WorkplaceError.exit_code
    assert DeliveryError.exit_code < WorkplaceError.exit_code
    assert "3 things went wrong" in str(caught.value)
    assert [line.split(":")[0] for line in fetch.warned[:2]] == ["table 80072ned", "table 80472ned"]
    assert "not found at" in fetch.warned[1]
    assert "--protocol" in fetch.warned[1]


def test_an_id_twice_is_asked_for_once(fetch):
    fetch("80072ned", "80072NED")
    assert len(fetch.said) == 1


def test_a_table_that_ends_before_the_edition_is_remarked_on(fetch, absence):
    fetch("80072ned", last_year=2099)
    last = max(row["Perioden"] for row in absence.observations)
    assert fetch.said[0].endswith(f"It ends with {last}, the edition with 2099.")
    fetch("80072ned", last_year=2000)
    assert "It ends" not in fetch.said[0]


def test_two_runs_at_once(fetch):
    fetch.deliveries.mkdir()
    with (
        FileLock(fetch.deliveries / ".fetch.lock"),
        pytest.raises(WorkplaceError, match="another `preventieplan fetch` is running here"),
    ):
        fetch("80072ned")
    fetch("80072ned")


def test_the_messages_hold_no_row(fetch, absence):
    absence.observations[0]["Value"] = "geheim"
    with pytest.raises(BookError):
        fetch("80072ned")
    assert "geheim" not in fetch.warned[0]


# The command line


def command(cbs, *arguments, **options):
    return preventieplan(
        "fetch", *arguments, "--root-v4", cbs.v4, "--root-v3", cbs.address, **options
    )


def test_the_command_downloads_and_the_book_can_read_it(azw, tmp_path):
    done = command(azw, tmp_path / "new" / "deliveries")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "a bar is for a terminal"
    assert "80072ned: " in done.stdout
    out = tmp_path / "out"
    built = preventieplan(
        "build", "--deliveries", tmp_path / "new/deliveries", "--until", "dataset", "--out", out
    )
    assert built.returncode == 0, built.stderr
    assert "Not used by this book: 24015NED_odata_v4/" in built.stdout
    manifest = json.loads((out / "2025/dataset/manifest.json").read_text())
    assert manifest["tables"]["absence"]["present"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--table", "99999NED"], 2, "99999NED"),
        (["--edition", "1850"], 2, "edition '1850' is not known"),
        (["--protocol", "v5"], 2, "v5"),
        (["--root-v4", "nowhere"], 2, "--root-v4 'nowhere' is not an address"),
        (["--table", "80472ned", "--table", "80072ned"], 5, "not found at"),
    ],
)
def test_exit_codes_of_the_command(cbs, tmp_path, arguments, code, said):
    cbs.fails("80072ned", server.status(404), forever=True)
    done = preventieplan("fetch", tmp_path, "--root-v4", cbs.v4, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_read_only_folder_is_told_in_one_line(cbs, tmp_path):
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere; see also test_captures.py")
    done = command(cbs, folder, "--table", "80072ned")
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert str(folder) in done.stderr
    assert "Permission denied" in done.stderr
    assert cbs.asked == []


def test_the_roots_may_come_from_the_environment(cbs, tmp_path, monkeypatch):
    monkeypatch.setenv("PREVENTIEPLAN_ROOT_V3", f"{cbs.address}/")
    done = preventieplan("fetch", tmp_path, "--table", "80472ned", "--protocol", "v3")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "80472ned_odata_v3" / "80472ned_TypedDataSet.json").exists()


def test_a_killed_run_is_gone_on_with(fetch, cbs, absence):
    """Killed from outside, with no chance to tidy up."""
    waiting = fetch.deliveries / ".80072ned_odata_v4.pages"

    def never(*_):
        time.sleep(0.2)

    cbs.fails("$skip=300", *[never] * 5)
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", "fetch", fetch.deliveries]
        + ["--table", "80072ned", "--root-v4", cbs.v4],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            if (waiting / "00003.json").exists() and cbs.count("$skip=300"):
                break
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    kept = len(json.loads((waiting / "index.json").read_text())["pages"])
    assert kept == 3
    assert not (fetch.deliveries / "80072ned_odata_v4").exists()
    cbs.faults.clear()
    fetch("80072ned")
    assert cbs.count("$skip=100") == cbs.count("$skip=200") == 0, "these pages are here"
    assert fetch.figures() == absence.observations

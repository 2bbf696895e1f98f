"""One table into a folder: whole, resumed, counted, and never in the place of somebody else's."""

import json
import shutil

import pandas as pd
import pytest

from analysis import files
from analysis.sources import captures
from analysis.sources.delivery import find_files, read_tables
from tests.sources import cbs_server as server
from tests.sources.conftest import ABSENCE

V4 = "80072ned_odata_v4"
V3 = "80472ned_odata_v3"


def same_figures(fetched: pd.DataFrame, captured: pd.DataFrame) -> None:
    """Compare all but the reference, in which a fetched table says how new it is and from where."""
    assert fetched["reference"].str.contains(r", 20\d\d-\d\d-\d\d, http").all()
    pd.testing.assert_frame_equal(
        fetched.drop(columns="reference"), captured.drop(columns="reference")
    )


def test_the_stub_reads_the_same_through_a_download(fetch, stub_folder):
    fetch("80072ned", "80472ned")
    found, stub = read_tables(fetch.deliveries)[0], read_tables(stub_folder)[0]
    same_figures(found["absence"].frame, stub["absence"].frame)
    values = ["measure", "group", "period", "value"]
    pd.testing.assert_frame_equal(found["vacancies"].frame[values], stub["vacancies"].frame[values])
    assert found["absence"].synthetic
    assert found["vacancies"].synthetic


@pytest.mark.parametrize("page_size", [1_000, 10_000])
def test_the_real_capture_comes_back_as_it_was(real, fetch, page_size):
    """Downloaded from a server that plays CBS with the real capture."""
    kept = real / "cbs" / V4
    fetch.cbs.tables[:] = [server.from_capture(kept, ABSENCE)]
    fetch.cbs.page_size = page_size
    fetch("80072ned")
    folder = fetch.deliveries / V4
    for path in kept.glob("*.json"):
        if not path.name.startswith(("root", "catalog")):
            assert json.loads((folder / path.name).read_text()) == json.loads(path.read_text())
    found = read_tables(fetch.deliveries)[0]["absence"]
    alone = fetch.deliveries.parent / "captured"
    shutil.copytree(kept, alone / V4)
    same_figures(found.frame, read_tables(alone)[0]["absence"].frame)
    assert json.loads((folder / "about.json").read_text())["rows"] == 4409


def test_the_real_capture_says_the_same_in_v3(real, fetch):
    """Missing figures are left out of v4 and null in v3."""
    fetch.cbs.tables[:] = [server.from_capture(real / "cbs" / V4, ABSENCE)]
    fetch.cbs.page_size = 1_000
    fetch("80072ned")
    v4 = read_tables(fetch.deliveries)[0]["absence"].frame
    shutil.rmtree(fetch.deliveries / V4)
    fetch("80072ned", protocol="v3")
    v3 = read_tables(fetch.deliveries)[0]["absence"].frame
    same_figures(v3.drop(columns="status"), v4.drop(columns="status"))


def test_what_a_reader_must_know_is_written_beside_it(fetch):
    fetch("80072ned")
    about = json.loads((fetch.deliveries / V4 / "about.json").read_text())
    held = files.digests(fetch.deliveries / V4)
    del held["about.json"]
    assert about.pop("files") == held
    assert about.pop("period_status")["Definitief"] > 10
    assert about.pop("source") == f"{fetch.cbs.v4}/CBS/80072ned"
    assert about == {
        "made_by": "preventieplan fetch",
        "table": "80072ned",
        "catalogue": "CBS",
        "protocol": "OData v4",
        "title": "Ziekteverzuimpercentage; bedrijfstakken",
        "units": {"Ziekteverzuimpercentage": "%"},
        "modified": "2026-01-15T02:00:00+01:00",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "stamp": {"Modified": "2026-01-15T02:00:00+01:00", "Version": "202601150200"},
        "rows": len(fetch.figures()),
        "last_period": max(row["Perioden"] for row in fetch.figures()),
    }


def test_the_same_table_gives_the_same_bytes(fetch):
    fetch("80072ned")
    first = files.digests(fetch.deliveries / V4)
    fetch.cbs.page_size = 33
    fetch("80072ned", again=True)
    assert fetch.pages_asked > 1
    assert files.digests(fetch.deliveries / V4) == first


def test_v3_is_joined_and_its_explanations_are_no_figures(fetch, stub_folder):
    fetch("80472ned", "80072ned", protocol="v3")
    captures_found, unused = find_files(fetch.deliveries)
    assert unused == []
    assert captures_found["vacancies"] == [fetch.deliveries / V3 / "80472ned_TypedDataSet.json"]
    assert captures_found["absence"] == [
        fetch.deliveries / "80072ned_odata_v3" / "80072ned_TypedDataSet.json"
    ]
    stub = read_tables(stub_folder)[0]
    found = read_tables(fetch.deliveries)[0]
    same_figures(found["vacancies"].frame, stub["vacancies"].frame)
    values = ["measure", "group", "period", "value"]
    pd.testing.assert_frame_equal(found["absence"].frame[values], stub["absence"].frame[values])
    assert found["vacancies"].synthetic
    about = json.loads((fetch.deliveries / V3 / "about.json").read_text())
    assert about["units"]["Openstaande vacatures"] == "x 1 000"
    assert list(about["period_status"]) == ["Definitief"]
    assert about["licence"] == "CC BY 4.0"
    assert fetch.cbs.count("UntypedDataSet") == 0, "the same figures once more"


def test_v3_and_v4_of_one_table_stand_side_by_side(fetch):
    fetch("80072ned")
    fetch("80072ned", protocol="v3")
    table = read_tables(fetch.deliveries)[0]["absence"]
    assert len(table.files) == 2
    assert table.revised == 0
    assert "definite" in set(table.frame["status"]), "the status that v4 states is kept"


def test_a_second_run_downloads_nothing(fetch):
    fetch("80072ned")
    before = files.digests(fetch.deliveries / V4)
    fetch("80072ned")
    assert fetch.cbs.asked == ["/v4/CBS/80072ned/Properties"]
    assert files.digests(fetch.deliveries / V4) == before
    assert "unchanged since 2026-01-15" in fetch.said[0]
    assert "--again" in fetch.said[0]


def test_a_modified_table_is_downloaded_anew(fetch, absence):
    fetch("80072ned")
    absence.properties["Modified"] = "2026-04-15T02:00:00+02:00"
    absence.observations[0]["Value"] = 1.5
    fetch("80072ned")
    assert fetch.figures()[0]["Value"] == 1.5
    assert "modified 2026-04-15" in fetch.said[0]


@pytest.mark.parametrize("claimed", [0, 1, 10_000])
@pytest.mark.parametrize("protocol", ["v4", "v3"])
def test_another_number_of_rows_than_promised(fetch, absence, claimed, protocol):
    absence.claimed = claimed
    fetch.fails(3, "table 80072ned", "rows came", f"expected {claimed}", protocol=protocol)
    assert fetch.hidden <= {".fetch.lock"}, "the next run must not meet the same pages"
    assert not any(fetch.deliveries.glob("8*"))
    absence.claimed = None
    fetch("80072ned", protocol=protocol)


def test_a_v3_table_that_states_its_own_count(fetch, absence):
    rows = len(absence.v3_parts()["TypedDataSet"])

    def counted(content):
        return {"value": [{**content["value"][0], "RecordCount": rows}]}

    fetch.cbs.fails("TableInfos", server.changed(counted), forever=True)
    fetch("80072ned", protocol="v3")
    assert fetch.cbs.count("ODataCatalog") == 0


def test_a_v3_table_without_a_count_is_refused(fetch):
    fetch.cbs.fails("ODataCatalog", server.instead('{"value": []}'), forever=True)
    fetch.fails(3, "does not say how many rows", protocol="v3")


def test_an_older_capture_stays_when_the_new_one_fails(fetch, absence):
    fetch("80072ned")
    before = files.digests(fetch.deliveries / V4)
    absence.properties["Modified"] = "2026-04-15"
    absence.claimed = 3
    fetch.fails(3, "expected 3")
    assert files.digests(fetch.deliveries / V4) == before


def test_what_the_book_cannot_read_does_not_appear(fetch, absence):
    """A measure that CBS renamed, say: told now, and not by the next build."""
    absence.parts["MeasureCodes"]["value"][0]["Title"] = "Verzuim"
    fetch.fails(3, "table 80072ned as downloaded", "lacks the measure")
    assert not any(fetch.deliveries.glob("8*"))
    assert fetch.hidden <= {".fetch.lock"}


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("Properties", '{"Title": "no date"}'),
        ("$count=true", '{"value": []}'),
        ("80072ned/Observations?$skip=100", '{"error": "down"}'),
        ("MeasureCodes", '["x"]'),
    ],
)
def test_what_is_not_odata_is_a_wrong_delivery(fetch, part, content):
    fetch.cbs.fails(part, server.instead(content), forever=True)
    fetch.fails(3, "80072ned")


def somebody_elses(folder):
    folder.mkdir(parents=True)
    (folder / "Observations.json").write_text("{}")


def edited(folder):
    path = folder / "Observations.json"
    path.write_text(path.read_text().replace("4.", "5.", 1))


def test_what_a_file_manager_hides_does_not_matter(fetch):
    fetch("80072ned")
    (fetch.deliveries / V4 / ".DS_Store").write_text("windows and icons")
    fetch("80072ned")
    assert "unchanged" in fetch.said[0]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    "prepare",
    [
        lambda fetch, folder: somebody_elses(folder),
        lambda fetch, folder: folder.mkdir(parents=True),
        lambda fetch, folder: (fetch.deliveries.mkdir(), folder.write_text("a file")),
        lambda fetch, folder: (fetch("80072ned"), edited(folder)),
        lambda fetch, folder: (fetch("80072ned"), (folder / "notes.txt").write_text("mine")),
        lambda fetch, folder: (fetch("80072ned"), (folder / "MeasureCodes.json").unlink()),
        lambda fetch, folder: (fetch.deliveries.mkdir(), folder.symlink_to("/nowhere")),
    ],
)
def test_what_fetch_did_not_make_is_never_replaced(fetch, prepare, again):
    folder = fetch.deliveries / V4
    prepare(fetch, folder)
    before = files.digests(folder) if folder.is_dir() else None
    fetch.fails(2, str(folder), "nothing was replaced", again=again)
    assert fetch.cbs.asked == []
    assert (files.digests(folder) if folder.is_dir() else None) == before


def test_a_link_to_a_folder_that_fetch_made_is_not_replaced(fetch, tmp_path):
    fetch("80072ned")
    folder = fetch.deliveries / V4
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    fetch.fails(2, "nothing was replaced")


def test_a_disk_that_refuses_is_told_in_one_line(fetch, monkeypatch):
    """As a read-only folder does; whoever may do anything cannot test with one."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(fetch.deliveries / V4))

    monkeypatch.setattr(captures.files, "whole_folder", refuse)
    fetch.fails(5, str(fetch.deliveries / V4), "Permission denied")

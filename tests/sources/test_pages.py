"""Pages: joined, kept for a run that goes on, dropped when the table changed, never in a circle."""

import json
from pathlib import Path

import pytest

from analysis import files
from analysis.sources.pages import Pages
from tests.sources import cbs_server as server

V4 = "80072ned_odata_v4"


@pytest.mark.parametrize("page_size", [7, 100, 1_000, 10_000])
def test_pages_are_joined(fetch, absence, page_size):
    fetch.cbs.page_size = page_size
    fetch("80072ned")
    assert fetch.figures() == absence.observations
    assert fetch.pages_asked == -(-len(absence.observations) // page_size)
    assert set(files.digests(fetch.deliveries / V4)) == {
        "Observations.json",
        "Observations_count_top1.json",
        "MeasureCodes.json",
        "PeriodenCodes.json",
        "BedrijfskenmerkenSBI2008Codes.json",
        "Properties.json",
        "root.json",
        "about.json",
    }
    assert fetch.hidden <= {".fetch.lock"}


def stop_after(pages: int):
    """Answer so many pages, then interrupt the download as Ctrl-C does."""

    def update(self, session, address, what):
        if len(self._index) == pages:
            raise KeyboardInterrupt
        return get(self, session, address, what)

    get = Pages._get
    return update


def test_an_interrupted_download_goes_on_where_it_stopped(fetch, absence, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Pages, "_get", stop_after(2))
        with pytest.raises(KeyboardInterrupt):
            fetch("80072ned")
    assert f".{V4}.pages" in fetch.hidden
    assert not any(fetch.deliveries.glob("8*"))
    assert fetch.pages_asked == 2
    fetch("80072ned")
    all_pages = -(-len(absence.observations) // 100)
    assert fetch.pages_asked == all_pages - 2
    assert fetch.bars[-1][2][0] == 200, "the bar starts where the download stopped"
    assert sum(fetch.bars[-1][2]) == fetch.bars[-1][1] == len(absence.observations)
    assert fetch.figures() == absence.observations
    assert f".{V4}.pages" not in fetch.hidden


def interrupted(fetch, monkeypatch) -> Path:
    with monkeypatch.context() as patch:
        patch.setattr(Pages, "_get", stop_after(2))
        with pytest.raises(KeyboardInterrupt):
            fetch("80072ned")
    return fetch.deliveries / f".{V4}.pages"


def test_pages_of_an_older_table_are_dropped(fetch, absence, monkeypatch):
    interrupted(fetch, monkeypatch)
    absence.properties["Modified"] = "2026-04-15"
    absence.observations[0]["Value"] = 1.5
    fetch("80072ned")
    assert fetch.figures()[0]["Value"] == 1.5
    assert fetch.pages_asked == -(-len(absence.observations) // 100)


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (lambda folder: (folder / "00002.json").write_text("half"), 1),
        (lambda folder: (folder / "00001.json").unlink(), 0),
        (lambda folder: (folder / "index.json").write_text('{"address"'), 0),
        (lambda folder: (folder / "index.json").write_text("[]"), 0),
        (lambda folder: (folder / "index.json").unlink(), 0),
    ],
)
def test_pages_that_a_killed_run_spoilt_are_asked_for_again(
    fetch, absence, monkeypatch, spoil, kept
):
    spoil(interrupted(fetch, monkeypatch))
    fetch("80072ned")
    assert fetch.pages_asked == -(-len(absence.observations) // 100) - kept
    assert fetch.figures() == absence.observations


def test_a_table_modified_during_the_download_starts_again(fetch, absence):
    def modify(handler, body):
        absence.properties["Modified"] = "2026-04-15"
        absence.observations[0]["Value"] = 1.5
        server.send(handler, 200, body)

    fetch.cbs.fails("$skip=200", modify)
    fetch("80072ned")
    assert fetch.figures()[0]["Value"] == 1.5
    assert (
        json.loads((fetch.deliveries / V4 / "about.json").read_text())["modified"] == "2026-04-15"
    )


def test_a_table_that_keeps_changing_is_given_up(fetch, absence):
    def modify(handler, body):
        absence.properties["Modified"] += "0"
        server.send(handler, 200, body)

    fetch.cbs.fails("$skip=200", modify, forever=True)
    fetch.fails(5, "changed it during the download, 2 times")


def to(link):
    return server.changed(lambda content: {**content, "@odata.nextLink": link})


def test_pages_that_lead_to_another_server_are_refused(fetch):
    fetch.cbs.fails("$skip=100", to("https://example.org/Observations?$skip=200"), forever=True)
    fetch.fails(3, "another server (https://example.org:443)", fetch.cbs.address)


@pytest.mark.parametrize("back", ["", "?$skip=100", "?$skip=200"])
def test_pages_in_a_circle_are_refused(fetch, back):
    link = f"{fetch.cbs.v4}/CBS/80072ned/Observations{back}"
    fetch.cbs.fails("Observations?$skip=200", to(link), forever=True)
    fetch.fails(3, "round in a circle")


def test_empty_pages_without_end_are_refused(fetch):
    def empty(content):
        return {
            "value": [],
            "@odata.nextLink": f"{fetch.cbs.v4}/CBS/80072ned/Observations?$skip=900",
        }

    fetch.cbs.fails("Observations?$skip=200", server.changed(empty), forever=True)
    fetch.fails(3, "round in a circle")


def test_code_lists_in_a_circle_are_refused(fetch):
    link = f"{fetch.cbs.v4}/CBS/80072ned/PeriodenCodes"
    fetch.cbs.fails("PeriodenCodes", to(link), forever=True)
    fetch.fails(3, "round in a circle")


def test_pages_are_kept_while_the_server_is_down(fetch, absence):
    fetch.cbs.fails("$skip=300", server.status(503), server.status(503), server.status(503))
    fetch.fails(5, "table 80072ned", "status 503", "tried 3 times")
    assert f".{V4}.pages" in fetch.hidden
    fetch("80072ned")
    assert fetch.pages_asked == -(-len(absence.observations) // 100) - 3

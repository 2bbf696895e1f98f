"""The report for whoever checks the output: complete, readable, and blind to what is hidden."""

import json
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.airlock import candidates
from analysis.airlock.candidates import Candidate
from analysis.airlock.gate import NOTEBOOK, open_gate
from analysis.edition import read_edition
from analysis.languages import LANGUAGES, Text
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import Aggregate
from analysis.publish.disclosed import read_disclosed
from analysis.publish.output_report import write_report
from analysis.publish.release import Manifest, Source
from tests.publish.told import DECISION, disclosed, judged

TITLE = Text(nl="Titel & <toelichting>", en="Title & <note>")


def manifest(**changes):
    source = Source(
        name="attendees", title=Text(nl="Aanwezigen", en="Attendees"), licence="confidential",
        supplier=Text(nl="Preventieplan", en="Preventieplan"), present=True, synthetic=True,
        revised=0, last={}, statuses={}, references=(),
    )  # fmt: skip
    content = {
        "edition": "2025", "reference_year": 2025, "version": "0.1.0", "data": "synthetic",
        "sources": (source,), "key_fingerprint": "0123456789abcdef", "inconsistencies": (),
        "reported": {}, "files": {"exhibits/c/one.csv": "", "exhibits/c/two.csv": "", "a.json": ""},
    }  # fmt: skip
    return Manifest(**{**content, **changes})


def report(found, language="nl", **changes):
    text = write_report(manifest(**changes), found, {("c", "one"): TITLE}, language)
    return text, BeautifulSoup(text, "html.parser")


HIDDEN = disclosed(
    judged(
        suppressed=4, merges=1, why={"minimum_persons": 3, "secondary": 1}, decisions=[DECISION]
    ),
    judged("C55", kind="finding", status="absent", public=True, tables=[], rules=[], cells=0),
    changes={"new": 11, "gone": 12, "same": 13, "changed": 15, "newly_hidden": 14},
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_plain_accessible_and_whole_in_itself(language):
    text, soup = report(HIDDEN, language)
    assert soup.html["lang"] == language
    assert len(soup.find_all("h1")) == 1
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not soup.find_all(["script", "link", "img", "iframe", "form"])
    assert not re.search(r"https?://|url\(|@import", text)
    for table in soup.find_all("table"):
        assert table.caption.get_text().strip()
        assert all(cell["scope"] in ("col", "row") for cell in table.find_all("th"))
        assert not table.find_all(attrs={"colspan": True}) + table.find_all(attrs={"rowspan": True})
        widths = {len(row.find_all(["th", "td"])) for row in table.find_all("tr")}
        assert len(widths) == 1
    assert "@media print" in text
    assert "{" not in soup.body.get_text()


def table_of(soup, caption):
    table = next(one for one in soup.find_all("table") if caption in one.caption.get_text())
    return [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in table.tbody.find_all("tr")
    ]


def test_it_tells_context_content_and_what_changed():
    _, soup = report(HIDDEN)
    about = dict(table_of(soup, "Over deze uitgave"))
    assert about["Gegevens"] == "synthetisch (verzonnen)"
    assert about["Versie van de code"] == "0.1.0"
    assert about["Vingerafdruk van de sleutel van de pseudoniemen"] == "0123456789abcdef"
    assert table_of(soup, "Bronnen")[0][2:] == ["synthetisch", "vertrouwelijk"]
    files = dict(table_of(soup, "Bestanden"))
    assert files == {"exhibits/*.csv": "2", "*.html": "2", "*.json": "2"}
    assert dict(table_of(soup, "vergeleken met de laatst"))["Waarvan nu verborgen"] == "14"
    assert "geen eerdere uitgave" in report(disclosed(judged()))[1].get_text()


def test_each_exhibit_says_what_was_done_and_why():
    text, soup = report(HIDDEN)
    row = table_of(soup, "c: onderdelen uit vertrouwelijke")[0]
    assert row[0].startswith("oneTitel & <toelichting>")
    assert "<toelichting>" not in text
    assert row[2:6] == [
        "attendees", "R1", "5",
        "4 (3 × R1 te weinig mensen; 1 × R14 verraadt een ander verborgen cijfer)",
    ]  # fmt: skip
    assert row[6:] == ["1", "R24"]
    decision = table_of(soup, "Waarover mensen besloten")[0]
    assert decision == [
        "c/one", "R24 derived_number", "Niemands gewicht is te berekenen.", "de makers", "2025",
    ]  # fmt: skip
    assert [r[0] for r in table_of(soup, "c: openbaar")] == ["C55"]


def test_without_confidential_data_it_says_so():
    about = dict(table_of(report(disclosed(judged(public=True)), "en")[1], "About"))
    assert about["Confidential data among these"] == "none"


def test_it_names_the_checks_for_a_person_and_for_a_computer():
    _, soup = report(HIDDEN)
    assert len(soup.find(class_="checks").find_all("li")) >= 8
    commands = [code.get_text() for code in soup.find("ol").find_all("code")]
    assert "preventieplan release check RELEASE" in commands


BRANCHES = ("vvt", "ghz", "ggz", "hospitals", "welfare")
SHOWN = (8120.0, 3310.0, 2230.0, 5540.0)
CANARY = 7.0


def put_table(folder, hidden):
    """Submit people by branch, of which the last are too few, and let the gate judge."""
    rows, known = [], []
    counts = (*SHOWN, hidden)
    for branch, count in zip(BRANCHES, counts, strict=True):
        rows.append({
            "group": branch, "period": "2025JJ00", "measure": "people", "kind": "count",
            "value": count, "unit": "persons", "status": "not stated", "n_persons": count,
            "n_organisations": 12.0,
        })  # fmt: skip
        known.append(behind("count", Cell.of("attendees", branch=branch)))
    method = Text(nl="geteld", en="counted")
    result = Aggregate(pd.DataFrame(rows), ("attendees",), method, tuple(known))
    labels = {name: {"nl": name, "en": name} for name in (*BRANCHES, "people")}
    candidate = Candidate(
        chapter="c", id="one", kind="table", result="Aggregate", tables=("attendees",),
        method=method, chart="table", options={"labels": labels}, behind=result.behind,
        texts={"title": TITLE, "subtitle": TITLE},
    )  # fmt: skip
    (folder / "exhibits").mkdir(parents=True)
    candidates.write(folder / "exhibits", candidate, result)
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / NOTEBOOK).write_text(json.dumps(notebook))
    tables = {"attendees": {"public": False, "present": True, "synthetic": True}}
    open_gate(read_edition("2025"), {"tables": tables}, {"c": folder}, folder.parent / "released")
    return folder.parent / "released"


def test_nothing_follows_from_the_report_for_what_is_hidden(tmp_path):
    """Worlds that differ only in a hidden count give the same report to the byte."""
    reports = []
    for hidden in (1.0, CANARY, 9.0):
        released = put_table(tmp_path / str(hidden) / "c", hidden)
        found = read_disclosed(released)
        assert found.totals.hidden == 1
        assert found.exhibits[0].why == {"minimum_persons": 1}
        reports.append([report(found, language)[0] for language in LANGUAGES])
    assert reports[0] == reports[1] == reports[2]


def test_not_even_shown_figures_stand_in_the_report(tmp_path):
    text, _ = report(read_disclosed(put_table(tmp_path / "c", CANARY)))
    for count in SHOWN:
        assert f"{count:.0f}" not in text.replace(".", "").replace(",", "")

"""The blocks that say how the data are protected."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from analysis.languages import LANGUAGES, Text
from analysis.publish import pages, protection
from analysis.publish.release import Exhibit, Manifest, Release
from tests.publish.told import DECISION, disclosed, judged


def both(text):
    return Text(nl=text, en=text)


def release(*exhibits):
    held = [
        Exhibit(chapter="c", id="table", kind="table", synthetic=False, title=both("A <b>table</b>")),
        Exhibit(chapter="c", id="gone", kind="table", synthetic=False, missing=(both("x"),)),
        Exhibit(chapter="c", id="design", kind="number", synthetic=False, value=both("1,3")),
    ]  # fmt: skip
    manifest = Manifest(
        edition="2025", reference_year=2025, version="0", data="real", sources=(),
        inconsistencies=(), reported={}, files={},
    )  # fmt: skip
    cell = {
        "cell_type": "markdown",
        "metadata": {"tags": ["nl"]},
        "source": ["# 1.2 Bereik\n", "x"],
    }
    chapters = {"c": {"cells": [cell]}}
    return Release(
        Path(), manifest, disclosed(*exhibits), {one.id: one for one in held}, {}, chapters
    )


def block(name, found, language="nl"):
    html = pages.prose(f"```{{{name}}}\n```", found, language, chapter="c")
    return BeautifulSoup(html, "html.parser")


def rows(soup):
    return [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in soup.find("tbody").find_all("tr")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["disclosure", "disclosure-rules", "disclosure-exhibits", "disclosure-decisions"]
)
def test_tables_have_captions_and_scopes(name, language):
    found = release(
        judged("table", suppressed=1, why={"secondary": 1}), judged("design", decisions=[DECISION])
    )
    soup = block(name, found, language)
    assert soup.find_all("table")
    for table in soup.find_all("table"):
        assert table.caption.get_text().strip()
        assert all(cell["scope"] in ("col", "row") for cell in table.find_all("th"))
        assert "{" not in table.get_text()


def test_rules_print_the_thresholds_of_the_edition():
    limits = disclosed().thresholds
    strict = limits.model_copy(
        update={"minimum_persons": 17, "largest_two_contributors": 0.625, "rounding_base": 11}
    )
    dutch, english = (protection.rules_table(strict, language) for language in LANGUAGES)
    assert "minstens 17 verschillende mensen" in dutch
    assert "62,5%" in dutch
    assert "62.5%" in english
    assert "multiples of 11" in english


def test_the_summary_adds_up_the_exhibits():
    found = release(judged("table", suppressed=3, why={"minimum_persons": 2, "secondary": 1}))
    told = dict(rows(block("disclosure", found, "en")))
    assert told["Figures hidden"] == "3"
    assert told["Of which: the figure itself does not comply"] == "2"
    assert told["Of which: it would give another away"] == "1"
    assert told["Hidden numbers and sums attacked"] == "3"
    assert told["Found out before more was hidden"] == "2"
    assert told["Earlier releases in the attack"] == "1"


def test_the_table_of_exhibits_links_and_says_no_reason():
    found = release(
        judged("table", suppressed=1, why={"group_disclosure": 1}),
        judged("gone", status="withheld", suppressed=5, why={"dominance": 5}),
        judged("design"),
    )
    soup = block("disclosure-exhibits", found)
    assert [row[3] for row in rows(soup)] == ["1", "5"]
    assert soup.find("a")["href"] == "c.html#exhibit-table"
    assert soup.find("a").get_text() == "A <b>table</b>"
    assert soup.find_all("a")[1]["href"] == "c.html", "what stayed inside has no place of its own"
    assert "een tabel in 1.2 Bereik" in soup.get_text()
    assert "iedereen" not in soup.get_text()
    assert "geheel binnen" in soup.get_text()


def test_nothing_hidden_or_decided_is_said():
    found = release(judged("table"))
    assert "niets verborgen" in block("disclosure-exhibits", found).get_text()
    assert "niemand te beslissen" in block("disclosure-decisions", found).get_text()


def test_decisions_name_the_number_by_its_value_and_chapter():
    soup = block("disclosure-decisions", release(judged("design", decisions=[DECISION])))
    assert rows(soup) == [
        ["het getal 1,3 in 1.2 Bereik", "Niemands gewicht is te berekenen.", "de makers", "2025"]
    ]
    assert soup.find("a")["href"] == "c.html"

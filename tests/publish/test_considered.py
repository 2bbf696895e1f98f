"""The block that puts the report's calls beside the verdicts of an edition."""

import dataclasses

import pytest
from bs4 import BeautifulSoup

from analysis.claims.considerations import Consideration
from analysis.errors import EditionError
from analysis.languages import LANGUAGES
from analysis.publish import pages
from analysis.publish.considered import considerations
from tests.publish.test_pages import both, judged
from tests.publish.test_pages import release as bare_release


def consideration(name="call", **changes):
    told = {
        "id": name, "kind": "consideration", "section": both("2.5"), "lines": (3, 4),
        "title": both("A <b>title</b>"), "asks": both("Do & dare."), "to": both("boards"),
        "evidence": {"claims": ["C46", "C18"], "chapters": ["c"]}, "not_shown": both("The rest."),
    }  # fmt: skip
    return Consideration(**told | changes)


@pytest.fixture
def release():
    cell = {
        "cell_type": "markdown",
        "metadata": {"tags": ["nl", "en"]},
        "source": ["# 1.2 Reach\n"],
    }
    found = {"C46": judged("C46", "2.2c"), "C18": judged("C18", "c")}
    return dataclasses.replace(bare_release(cell), findings=found)


def written(release, *found, kind="consideration", language="en"):
    return BeautifulSoup(considerations(found, kind, release, language), "html.parser")


def test_a_call_stands_beside_the_verdicts_that_bear_on_it(release):
    section = written(release, consideration()).section
    assert section.h3.get_text() == "A <b>title</b>"
    assert section["aria-labelledby"] == section.h3["id"]
    text = section.get_text()
    assert "To: boards (2.5; lines 3–4)" in text
    assert "Do & dare." in text
    assert "The rest." in text
    links = [link["href"] for link in section.find_all("a")]
    assert links == ["2.2c.html#C46", "c.html#C18", "c.html"], "in the order of the file"
    verdicts = [item.find(class_="verdict").get_text() for item in section.find_all("li")]
    assert verdicts == ["✓ Supported", "✓ Supported"]


def test_a_changed_verdict_changes_the_page(release):
    against = release.findings["C46"].model_copy(update={"verdict": "contradicted"})
    changed = dataclasses.replace(release, findings={**release.findings, "C46": against})
    assert "Contradicted" in written(changed, consideration()).get_text()
    assert "Contradicted" not in written(release, consideration()).get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_without_evidence_says_so(release, language):
    section = written(release, consideration(evidence="none"), language=language).section
    assert section.find(class_="absent").get_text().strip()
    assert section.find("li") is None
    assert section.find("a") is None
    assert "The rest." in section.get_text()


def test_calls_are_counted_by_kind(release):
    found = (
        consideration(),
        consideration("bare", evidence="none"),
        consideration("read", evidence={"chapters": ["c"]}),
        consideration("learned", kind="learning point"),
    )
    told = written(release, *found).p.get_text()
    assert "into 3 calls. Beside 1 of them" in told
    assert "Beside 2 there is none" in told
    learned = written(release, *found, kind="learning point")
    assert learned.section["id"] == "learned"
    assert "none" not in learned.p.get_text(), "nothing is left to count"


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ({"claims": ["C999"]}, "the claim 'C999' is not in"),
        ({"chapters": ["x"]}, "the chapter 'x'"),
    ],
)
def test_what_the_release_does_not_hold_stops_the_build(release, evidence, told):
    with pytest.raises(EditionError, match=told):
        written(release, consideration(evidence=evidence))


def test_a_page_names_the_kind(release):
    with pytest.raises(EditionError, match="'wish' are not known; allowed: consideration"):
        pages.prose("```{considerations}\nwish\n```", release, "nl", chapter="x")

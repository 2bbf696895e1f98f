"""Prose, gaps and blocks of a page, without building a book."""

import dataclasses
import json
from pathlib import Path

import pytest

from analysis.airlock.stripping import EXHIBIT_MIME
from analysis.errors import EditionError
from analysis.languages import Text
from analysis.publish import pages
from analysis.publish.markup import data_status, folded, table
from analysis.publish.release import (
    Exhibit,
    Finding,
    FindingText,
    Grid,
    Manifest,
    Release,
    Source,
)
from tests.publish.told import disclosed

FLOWS = Text(nl="Stromen", en="Flows")


def both(text):
    return Text(nl=text, en=text)


def release(*cells):
    exhibits = [
        Exhibit(chapter="c", id="there", kind="number", synthetic=False, value=both("7,5%"),
                interval=both("7,45% tot 7,55%"), period=both("2025"), the_period=both("2025")),
        Exhibit(chapter="c", id="gone", kind="number", synthetic=False, missing=(FLOWS,)),
        Exhibit(chapter="c", id="gone-figure", kind="figure", synthetic=False, missing=(FLOWS,)),
    ]  # fmt: skip
    manifest = Manifest(
        edition="2025", reference_year=2025, version="0", data="real", sources=(),
        inconsistencies=(), reported={"C21": both("7,5%")}, files={},
    )  # fmt: skip
    chapter = {"cells": list(cells)}
    return Release(Path(), manifest, disclosed(), {e.id: e for e in exhibits}, {}, {"c": chapter})


def markdown(source, *tags):
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": [source]}


def code(source, *exhibits, tags=()):
    outputs = [{"data": {EXHIBIT_MIME: {"id": name}}} for name in exhibits]
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": [source],
        "outputs": outputs,
    }


def prose(text, language="nl"):
    return pages.prose(text, release(), language, chapter="c")


def test_roles_are_filled():
    assert prose("Het was {value}`there` in {period}`there`.") == "Het was 7,5% in 2025."


def test_a_typed_number_stops_the_build():
    with pytest.raises(EditionError, match="c: the nl prose holds the typed number '7,5'"):
        prose("Het was 7,5 procent.")


def test_a_paragraph_without_its_number_says_what_is_missing():
    text = prose("Vooraf.\n\nEr gingen {value}`gone` weg.\n\nEn nog {value}`gone`.\n\nTot slot.")
    assert "gingen" not in text
    assert text.count("geheel of voor een deel: Stromen.") == 1
    assert "Vooraf." in text
    assert "Tot slot." in text


def test_each_part_says_once_what_it_lacks():
    page = pages.chapter_page(
        "c",
        release(
            markdown("# Kop\n\nEr gingen {value}`gone` weg.", "nl"),
            code("x = 1", "gone", "gone-figure"),
            markdown("## Volgende\n\nEn {value}`gone`.", "nl"),
        ),
        "nl",
    )
    assert page.count("voor een deel: Stromen") == 2


def test_only_the_own_language_and_no_parameters_reach_the_page():
    chapter = release(
        markdown("Nederlands", "nl"),
        markdown("English", "en"),
        code("dataset = 'somewhere'", tags=["parameters"]),
        code("print(1)"),
    )
    page = pages.chapter_page("c", chapter, "en")
    assert "Nederlands" not in page
    assert "somewhere" not in page
    assert "English" in page
    assert "```python\nprint(1)\n```" in page


@pytest.mark.parametrize("tags", [[], ["nl", "en"], ["parameters"]])
def test_prose_without_one_language_stops_the_build(tags):
    with pytest.raises(EditionError, match="allowed: exactly one of nl, en"):
        pages.chapter_page("c", release(markdown("tekst", *tags)), "nl")


def test_an_unknown_key_figure_stops_the_build():
    with pytest.raises(EditionError, match="'nobody' is not an exhibit; allowed: there"):
        prose("```{keyfigures}\nnobody: niemand\n```")


def test_key_figures_say_when_they_are_missing():
    html = prose("```{keyfigures}\nthere: er wel\ngone: er niet\n```")
    assert "7,5%" in html
    assert "niet in deze levering" in html


def test_an_unknown_id_names_the_known_ones():
    with pytest.raises(
        EditionError, match="'nobody', which this book does not have; allowed: there"
    ):
        prose("{value}`nobody`")
    assert json.dumps(prose("{reported}`C21`")) == '"7,5%"'


@pytest.mark.parametrize(("revised", "shown"), [(0, False), (1200, True)])
def test_figures_that_files_give_differently_are_told(revised, shown):
    source = Source(
        name="absence", title=FLOWS, supplier=FLOWS, licence="CC BY 4.0", present=True,
        synthetic=False, revised=revised, last={"year": "2023JJ00"}, statuses={"definite": 3},
        references=("CBS",),
    )  # fmt: skip
    manifest = release().manifest.model_copy(update={"sources": (source,)})
    told = "1.200 cijfers verschillen tussen bestanden; het nieuwste telt"
    assert (told in data_status(manifest, "nl")) == shown


def judged(claim, chapter):
    text = FindingText(
        statement="s", sentence=f"De zin van {claim} & meer.", reported="", estimate="–",
        method="m", reason="r", rule="r", caveat=None,
    )  # fmt: skip
    return Finding(
        claim=claim, section=both("s"), lines=(1,), verdict="supported", method="m", reason="r",
        chapter=chapter, exhibit=claim, synthetic=True, reported=None, estimate=None, ci_low=None,
        ci_high=None, unit=None, n=None, period=None, parts=(), text={"nl": text, "en": text},
    )  # fmt: skip


def test_conclusions_are_findings_of_any_chapter_with_a_link_to_their_grounds():
    known = dataclasses.replace(
        release(), findings={"C46": judged("C46", "2.2c"), "C18": judged("C18", "c")}
    )
    page = pages.prose("```{conclusions}\nC18 C46\n```", known, "nl", chapter="x")
    first, second = (
        page.index("De zin van C18 &amp; meer."),
        page.index("De zin van C46 &amp; meer."),
    )
    assert first < second, "in the order of the page"
    assert 'href="2.2c.html#C46"' in page
    assert "verzonnen" in page or "synthetisch" in page.lower(), "the verdict says what it rests on"


def test_a_conclusion_without_a_finding_stops_the_build():
    with pytest.raises(EditionError, match="claim 'C46' has no finding in this release"):
        pages.prose("```{conclusions}\nC46\n```", release(), "nl", chapter="x")


def test_a_folded_cell_shows_the_title_of_its_exhibit_first():
    title = both("Een titel")
    exhibit = Exhibit(chapter="c", id="f", kind="table", synthetic=False, title=title)
    written = folded(exhibit, "<figure>1</figure>", "nl")
    assert written.startswith('<details class="folded"><summary>Een titel</summary>')
    assert "<figure>1</figure>" in written


def test_an_exhibit_and_a_heading_may_have_the_same_words():
    text = both("After recovery")
    grid = Grid(head=["a", "b"], rows=[["c", "d"]])
    exhibit = Exhibit(
        chapter="c", id="after-recovery", kind="table", synthetic=False, title=text, source=text,
        method=text, licence="x", grid={"nl": grid, "en": grid},
    )  # fmt: skip
    assert 'id="after-recovery"' not in table(exhibit, "en", "2025")

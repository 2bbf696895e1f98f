"""The pages that are written by hand: what they say of this project and of the report."""

import re

import pytest

from analysis.cli import main
from analysis.languages import LANGUAGES
from analysis.publish.readability import sentences_of
from tests.conftest import ROOT, SHARED, pages_of_the_book

PAGES = sorted(ROOT.glob("book/*/*.md"))
OF_THE_REPORT = ("3.2-governance", "3.3-method", "a5-considerations")
_LINES = re.compile(r"\{lines\}`([^`]+)`")


def report_lines():
    report = SHARED / "report" / "eindrapportage.txt"
    if not report.exists():
        pytest.skip(f"{report} is absent: the report is not part of this repository")
    return report.read_text().splitlines()


def lines_named(path):
    for found in _LINES.findall(path.read_text()):
        for part in found.split(", "):
            first, _, last = part.partition("-")
            yield int(first), int(last or first)


def test_every_page_is_in_the_contents_and_in_both_languages():
    listed = set(pages_of_the_book())
    for language in LANGUAGES:
        names = {path.stem for path in PAGES if path.parent.name == language}
        assert names <= listed
        assert names == {path.stem for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_commands_that_a_page_names_exist(path):
    for called in re.findall(r"`preventieplan ([a-z -]+)", path.read_text()):
        command = main
        for word in called.split():
            assert word in command.commands, called
            command = command.commands[word]
            if not hasattr(command, "commands"):
                break


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_lines_that_a_page_names_are_in_the_report(path):
    report = report_lines()
    for first, last in lines_named(path):
        assert first <= last <= len(report)
        assert report[first - 1].strip(), (path.name, first)
        assert report[last - 1].strip(), (path.name, last)


@pytest.mark.parametrize("name", OF_THE_REPORT)
def test_both_languages_name_the_same_lines_and_conclusions(name):
    dutch, english = (ROOT / "book" / language / f"{name}.md" for language in LANGUAGES)
    assert list(lines_named(dutch)) == list(lines_named(english))
    blocks = [
        re.findall(r"^```.*?^```$", page.read_text(), re.M | re.S) for page in (dutch, english)
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path.parent.name == "nl"], ids=lambda path: path.stem
)
def test_no_sentence_of_the_report_is_copied(path):
    words = " ".join(report_lines()).lower().split()
    runs = {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    own = " ".join(sentences_of(path.read_text())).lower().split()
    copied = [own[i : i + 9] for i in range(len(own) - 8) if tuple(own[i : i + 9]) in runs]
    assert not copied


def test_the_report_still_tells_nothing_of_money():
    """Page 3.3 says that suggestions on funding are announced and not given."""
    told = [place for place, line in enumerate(report_lines(), 1) if "bekostiging" in line.lower()]
    assert told == [1146]

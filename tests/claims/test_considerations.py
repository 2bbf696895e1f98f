import pytest
import yaml

from analysis.claims import considerations
from analysis.claims.considerations import read_considerations
from analysis.errors import EditionError
from analysis.languages import LANGUAGES
from tests.conftest import ROOT, SHARED

TEXT = (ROOT / "book" / "considerations.yml").read_text()
#: First line of each box of the report, and how many entries it is split into.
BOXES = {579: 1, 616: 1, 846: 1, 890: 1, 906: 1, 992: 2, 1029: 2, 1056: 1, 1079: 1}
#: Where section 2.3.2 tells what was learned.
LEARNED = (658, 689, 724, 733, 775, 784)


def report_lines():
    report = SHARED / "report" / "eindrapportage.txt"
    if not report.exists():
        pytest.skip(f"{report} is absent: the report is not part of this repository")
    return report.read_text().splitlines()


def test_every_box_and_every_lesson_is_there():
    found = read_considerations()
    boxes = [one for one in found if one.kind == "consideration"]
    assert len(boxes) == sum(BOXES.values())
    starts = [one.lines[0] for one in boxes]
    assert set(BOXES) <= set(starts)
    assert tuple(one.lines[0] for one in found if one.kind == "learning point") == LEARNED


def test_boxes_are_all_those_of_the_report():
    marked = [place for place, line in enumerate(report_lines(), 1) if line.strip() == "Overweging"]
    assert marked == list(BOXES)


def test_lines_are_in_the_report_and_hold_text():
    report = report_lines()
    for one in read_considerations():
        assert one.lines[-1] <= len(report), one.id
        assert report[one.lines[0] - 1].strip(), one.id
        assert report[one.lines[-1] - 1].strip(), one.id


def test_no_sentence_of_the_report_is_copied():
    words = " ".join(report_lines()).lower().split()
    runs = {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    for one in read_considerations():
        for text in (one.title.nl, one.asks.nl, one.to.nl, one.not_shown.nl):
            own = text.lower().replace(".", "").split()
            copied = [own[i : i + 9] for i in range(len(own) - 8) if tuple(own[i : i + 9]) in runs]
            assert not copied, (one.id, copied)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_differ(language):
    titles = [one.title[language] for one in read_considerations()]
    assert len(set(titles)) == len(titles)


def test_numbers_stay_in_the_report():
    """Texts of a page hold no typed numbers."""
    for one in read_considerations():
        for language in LANGUAGES:
            texts = (one.title, one.asks, one.to, one.not_shown)
            assert not any(letter.isdigit() for text in texts for letter in text[language]), one.id


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Change the raw file and try to read it."""
    file = tmp_path / "considerations.yml"
    monkeypatch.setattr(considerations, "path", lambda: file)

    def change(alter):
        content = yaml.safe_load(TEXT)
        alter(content["considerations"])
        file.write_text(yaml.safe_dump(content))
        return str(file)

    return change


def put(key, value):
    def alter(found):
        found[0][key] = value

    return alter


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (put("evidence", {"claims": ["C999"]}), "the claim 'C999', which this book does not have"),
        (put("evidence", {"chapters": ["9.9-x"]}), "the chapter '9.9-x', which this book does not"),
        (put("evidence", {}), "or write 'none'"),
        (put("evidence", {"claims": ["C43", "C43"]}), "['C43'] stand twice"),
        (put("asks", {"nl": "Alleen Nederlands"}), "asks.en' is missing"),
        (put("kind", "wish"), "consideration"),
        (put("lines", [580, 579]), "not in order"),
        (put("lines", []), "lines"),
        (lambda found: found[0].pop("not_shown"), "not_shown' is missing"),
        (lambda found: found.append(found[-1]), "stand twice"),
        (lambda found: found.reverse(), "not in the order of the report"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_key_and_file(changed, alter, told):
    file = changed(alter)
    with pytest.raises(EditionError) as error:
        read_considerations()
    assert told in str(error.value)
    assert file in str(error.value)

"""The page of a profile: complete in both languages, accessible, and of one organisation alone."""

import re
from dataclasses import replace
from itertools import product

import pytest
from bs4 import BeautifulSoup

from analysis.languages import LANGUAGES, Text
from analysis.profile import pictures, talk, words
from analysis.profile.figures import profile_of
from analysis.profile.measures import MEASURES, TOPICS
from analysis.profile.page import write_page
from analysis.profile.talking_points import PAIRS, side_by_side, talking_points
from tests.profile.made import OWN, as_tables, made_branch


@pytest.fixture(scope="module")
def pages(different, edition):
    return {language: write_page(different, language, edition.disclosure) for language in LANGUAGES}


def text_of(page):
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_core_comes_first_with_what_stands_out(pages, different, language):
    soup = BeautifulSoup(pages[language], "html.parser")
    assert soup.find("main").find("h2")["id"] == "core"
    listed = soup.find(class_="core").find_all("li")
    assert len(listed) == min(5, len(different.standing_out))
    first = words.LABELS[different.standing_out[0].measure.name][language]
    assert first in listed[0].get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_whose_it_is_that_it_is_confidential_and_synthetic(pages, language):
    soup = BeautifulSoup(pages[language], "html.parser")
    mark = words.PAGE["confidential"][language].format(short=OWN[:8])
    assert [mark in one.get_text() for one in soup.find_all(class_="mark")] == [True, True]
    assert mark in soup.style.string, "it stands at the foot of every printed page"
    assert words.PAGE["synthetic"][language] in soup.title.string
    assert soup.html["lang"] == language
    assert OWN in text_of(pages[language])


def test_real_data_are_not_called_synthetic(different, edition):
    page = write_page(
        replace(different, synthetic=False, developments=()), "en", edition.disclosure
    )
    assert "synthetic" not in text_of(page).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_captions_and_headers_with_scope(pages, language):
    for table in BeautifulSoup(pages[language], "html.parser").find_all("table"):
        assert table.caption.get_text(strip=True)
        assert all(head.get("scope") in ("col", "row") for head in table.find_all("th"))
        rows = table.tbody.find_all("tr")
        assert rows
        assert all(row.find("th")["scope"] == "row" for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_have_alternative_texts_with_their_numbers(pages, language):
    images = BeautifulSoup(pages[language], "html.parser").find_all("img")
    assert len(images) == 4
    for image in images:
        assert len(re.findall(r"\d", image["alt"])) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_no_script_and_no_address(pages, language):
    soup = BeautifulSoup(pages[language], "html.parser")
    assert not soup.find_all(["script", "iframe", "link", "form"])
    for name, value in ((n, v) for tag in soup.find_all() for n, v in tag.attrs.items()):
        assert not name.startswith("on")
        if name in ("src", "srcset", "href"):
            assert value.startswith("data:image/svg+xml;base64,")


def test_no_other_organisation_is_in_it(pages, alike):
    others = set(alike["organisation_years"]["organisation"]) - {OWN}
    for page in pages.values():
        assert not [name for name in others if name in page or name[-8:] in page]


def test_equal_profiles_give_equal_bytes(pages, different, edition):
    assert write_page(different, "en", edition.disclosure) == pages["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_ends_in_no_conclusion_about_causes(pages, language):
    told = text_of(pages[language]).lower()
    forbidden = {
        "nl": ("veroorzaakt", "doordat u", "dankzij", "schuld", "leidt tot", "effect"),
        "en": ("caused by", "thanks to", "blame", "leads to", "effect of", "results in"),
    }
    assert not [phrase for phrase in forbidden[language] if phrase in told]
    assert words.PAGE["core_caution"][language].lower() in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_branch_of_two_gives_a_page_that_says_so(edition, language):
    frames = made_branch(2, branch="ggz")
    profile = profile_of(as_tables(frames), OWN, edition, synthetic=True)
    page = write_page(replace(profile, developments=()), language, edition.disclosure)
    assert words.PAGE["core_none_compared"][language] in text_of(page)
    assert words.PAGE["not_told"][language] in text_of(page)
    assert not [
        name
        for name in frames["organisation_years"]["organisation"]
        if name != OWN and name in page
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_without_figures_says_why(alike, edition, language):
    profile = profile_of(as_tables(alike | {"individuals": None}), OWN, edition, synthetic=True)
    page = write_page(replace(profile, developments=()), language, edition.disclosure)
    soup = BeautifulSoup(page, "html.parser")
    topic = soup.find(attrs={"aria-labelledby": "experience"})
    assert topic.find("table") is None
    assert words.REASONS["no source"][language] in topic.get_text()


def test_every_figure_has_words_in_both_languages():
    for measure in MEASURES:
        assert measure.name in words.LABELS
        assert measure.name in words.DEFINITIONS
        assert set(talk.TALK[measure.name]) == {"higher", "lower"}
    assert set(talk.QUESTIONS) == set(words.TOPICS) == set(TOPICS)
    assert set(talk.TALK) == {measure.name for measure in MEASURES}


def test_no_text_is_the_same_in_both_languages_by_mistake():
    texts = [
        *words.PAGE.values(), *words.LIMITS, *words.METHODS, *words.REASONS.values(),
        *(text for sides in talk.TALK.values() for text in sides.values()),
        *(text for asked in talk.QUESTIONS.values() for text in asked),
        *(pair.text for pair in PAIRS),
    ]  # fmt: skip
    names = {"Preventieplan arbeidsmarkt zorg en welzijn"}
    for text in texts:
        assert isinstance(text, Text)
        assert text.nl != text.en or text.nl in names, text.nl
        fields = [set(re.findall(r"{\w+}", text[language])) for language in LANGUAGES]
        assert fields[0] == fields[1]


def test_talking_points_are_those_of_figures_that_stand_out(different):
    points = talking_points(different)
    assert [point.figure for point in points] == list(different.standing_out)
    by_topic = [point for topic in TOPICS for point in talking_points(different, topic)]
    assert sorted(map(id, (p.figure for p in by_topic))) == sorted(
        map(id, (p.figure for p in points))
    )
    for point in points:
        assert point.text == talk.TALK[point.figure.measure.name][point.figure.position]


def test_figures_side_by_side_follow_fixed_rules(different):
    said = [text.en for text in side_by_side(different)]
    assert any("longer duration" in one for one in said)
    assert not any("Absence and team churn" in one for one in said), "team churn is lower here"


def test_no_two_rules_contradict_each_other():
    names = ("absence_rate", "frequency", "mean_duration")
    for sides in product(("within", "higher", "lower"), repeat=3):
        at = dict(zip(names, sides, strict=True))
        assert sum(pair.applies(at) for pair in PAIRS) <= 1


def test_an_empty_profile_says_nothing_side_by_side():
    assert not [pair for pair in PAIRS if pair.applies({})]


def test_a_strip_holds_rounded_places_only(different):
    for figure in different.shown:
        svg = pictures.strip(figure)
        assert 'aria-hidden="true"' in svg
        assert ("rotate(45)" in svg) == figure.stands_out

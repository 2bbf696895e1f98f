"""The sliders of the scenarios in a browser: what the page calculates is what the book calculates."""

import dataclasses
import html
import re

import pytest

from analysis.languages import LANGUAGES
from analysis.methods.scenarios import Position
from analysis.publish import scenario
from analysis.publish.release import read_release

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stub-book")]

NAMES = {
    "steps": "one-step", "fall": "ambition", "cost": "intervention-cost", "values": "worth-of-one",
    "absence": "absence-of-branches", "exits": "exits-of-branches",
}  # fmt: skip
#: Ends, ties of rounding, and a net result below zero.
POSITIONS = [
    Position(0, 0, 0, 1), Position(5, 5, 0, 1), Position(10, 10, 100, 3), Position(25, 25, 200, 2),
    Position(1, 49, 990, 10), Position(50, 50, 1000, 10), Position(33, 17, 10, 5),
    Position(7, 13, 330, 4), Position(21, 3, 670, 9), Position(44, 38, 450, 6),
]  # fmt: skip
COLUMNS = (5, 10, 25)


@pytest.fixture(scope="module")
def release(stub_book):
    return read_release(stub_book.release)


@pytest.fixture(scope="module")
def model(release):
    return scenario.model_of(
        {part: release.exhibits[name] for part, name in NAMES.items()}, release
    )


def opened(browser, stub_book, language, **options):
    page = browser.new_context(**options).new_page()
    page.goto((stub_book.site / "2025" / language / "3.2f-scenarios.html").as_uri())
    return page


def move(page, position, year):
    for name, value in (
        ("absence", position.absence), ("exit", position.exit), ("cost", position.cost),
        ("year", year + position.years),
    ):  # fmt: skip
        page.locator(f"#scenario-{name}").fill(f"{value:g}")


def numbers(page):
    return page.locator(".scenario-number").all_text_contents()


def written(model, position, language):
    page = scenario.write(dataclasses.replace(model, start=position), language, synthetic=True)
    return [html.unescape(text) for text in re.findall(r"scenario-number[^>]*>([^<]*)<", page)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_calculates_as_the_book_does(browser, stub_book, model, language):
    page = opened(browser, stub_book, language)
    assert numbers(page) == written(model, model.start, language), "where the sliders start"
    for position in POSITIONS:
        move(page, position, model.year)
        assert numbers(page) == written(model, position, language), position
    page.get_by_role("button", name={"nl": "Terug", "en": "Back"}[language]).click()
    page.wait_for_function("document.querySelector('#scenario-absence').value === '25'")
    page.wait_for_timeout(50)
    assert numbers(page) == written(model, model.start, language), "after the reset"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_falls_of_the_released_table(browser, stub_book, release, language):
    grid = release.exhibits["some-falls"].grid[language]
    page = opened(browser, stub_book, language)
    for place, percent in enumerate(COLUMNS, start=1):
        move(page, Position(percent, percent, 0, 1), 2025)
        shown = set(numbers(page))
        for row in grid.rows:
            assert row[place] in shown, (percent, row[0])


def test_the_sliders_move_by_keyboard_and_say_where_they_are(browser, stub_book):
    page = opened(browser, stub_book, "nl")
    slider = page.get_by_label("Minder verzuim", exact=True).and_(page.locator("input"))
    slider.focus()
    before = page.locator(".scenario-status").text_content()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "26"
    assert slider.get_attribute("aria-valuetext") == "26%"
    assert page.locator("#scenario-absence-shown").text_content() == "26%"
    assert page.locator(".scenario-status").text_content() != before
    assert "26%" in page.get_by_role("status").first.text_content()


def test_without_a_script_the_tables_stand_at_the_ambition(browser, stub_book, model):
    page = opened(browser, stub_book, "nl", java_script_enabled=False)
    assert not page.locator(".scenario form").is_visible()
    assert page.locator(".scenario-plain").is_visible()
    assert numbers(page) == written(model, model.start, "nl")


def test_on_paper_it_says_where_the_sliders_stood(browser, stub_book):
    page = opened(browser, stub_book, "nl")
    page.locator("#scenario-cost").fill("500")
    page.emulate_media(media="print")
    for one in page.locator(".scenario form :is(input, button), #scenario-how").all():
        assert not one.is_visible()
    assert page.locator("#scenario-cost-shown").is_visible()
    assert page.locator("#scenario-cost-shown").text_content() == "€\xa0500"
    assert not page.locator(".scenario-plain").is_visible(), "the tables moved with the sliders"
    assert page.locator(".scenario table").first.is_visible()


def test_a_move_is_said_once(browser, stub_book):
    """An output is a live region of its own; the slider says where it stands already."""
    page = opened(browser, stub_book, "nl")
    assert page.locator(".scenario output").count() == 4
    assert page.locator(".scenario output:not([aria-live=off])").count() == 0

"""The built site in a browser, as a reader opens it: straight from the folder."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import pages_of_the_book

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stub-book")]

PAGES = pages_of_the_book()


@pytest.fixture
def open_page(browser, stub_book):
    """Open a page of the site from its file and keep every address that it asks for."""
    contexts = []

    def open_(name, *, width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.failed = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.failed.append(request.url))
        page.on("pageerror", lambda error: page.failed.append(str(error)))
        page.goto((stub_book.site / name).as_uri())
        page.wait_for_load_state("load")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_ask_only_for_their_own_files_and_set_no_cookie(open_page, language):
    for name in PAGES:
        page = open_page(f"2025/{language}/{name}.html")
        assert page.asked
        assert all(address.startswith(("file://", "data:")) for address in page.asked)
        assert page.failed == []
        assert page.context.cookies() == []


@pytest.mark.parametrize("name", PAGES)
def test_the_language_link_stays_on_the_page(open_page, name):
    page = open_page(f"2025/nl/{name}.html")
    page.get_by_role("link", name="English").first.click()
    assert page.url.endswith(f"/2025/en/{name}.html")
    page.get_by_role("link", name="Nederlands").first.click()
    assert page.url.endswith(f"/2025/nl/{name}.html")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(open_page, width):
    for name in (*(f"2025/nl/{page}.html" for page in PAGES), "index.html"):
        page = open_page(name, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(("width", "layout"), [(390, "narrow"), (1280, "wide")])
def test_the_picture_fits_the_screen(open_page, width, layout):
    page = open_page("2025/nl/1.1-context.html", width=width)
    sources = page.eval_on_selector_all("picture img", "all => all.map(one => one.currentSrc)")
    loaded = page.eval_on_selector_all("picture img", "all => all.map(one => one.naturalWidth)")
    assert len(sources) >= 6
    assert all(source.endswith(".narrow.svg") == (layout == "narrow") for source in sources)
    assert all(width > 0 for width in loaded)


def test_code_opens_with_one_click(open_page):
    page = open_page("2025/en/1.1-context.html")
    code = page.locator("details:has(div.highlight)").nth(1)
    assert not code.locator("div.highlight").is_visible()
    code.locator("summary").click()
    assert code.locator("div.highlight").is_visible()


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "vacatures"), ("nl", "vertrekkers"), ("en", "absence")]
)
def test_search_finds_the_chapter(open_page, language, word):
    page = open_page(f"2025/{language}/search.html")
    page.goto(f"{page.url}?q={word}")
    page.wait_for_selector("#search-results li a")
    links = page.eval_on_selector_all("#search-results li a", "all => all.map(one => one.href)")
    assert any("1.1-context.html" in link for link in links)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_accessibility(open_page, language, scheme):
    """WCAG 2.1 A and AA, by axe."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    for name in PAGES:
        page = open_page(f"2025/{language}/{name}.html", scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page, options=options).response["violations"]
        told = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
        assert told == [], name


def test_the_front_door_is_accessible(open_page):
    page = open_page("index.html")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.response["violations"] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_output_report_is_accessible_and_fits(browser, stub_book, language):
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        asked = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((stub_book.release / f"report.{language}.html").as_uri())
        assert len(asked) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        found = Axe().run(page, options=options).response["violations"]
        assert [one["id"] for one in found] == []
        page.close()


def test_everything_can_be_reached_by_keyboard(open_page):
    page = open_page("2025/nl/1.1-context.html")
    reached = []
    # The contents of the book come first.
    for _ in range(len(PAGES) + 30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
    assert "Ga naar de inhoud" in reached[0]
    assert "English" in reached
    assert any("In zorg en welzijn werken" in text for text in reached)

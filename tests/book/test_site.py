"""The built site as files: what stands in it, and what must not."""

import base64
import functools
import gzip
import hashlib
import json
import re
import zlib

import pytest
from bs4 import BeautifulSoup

from tests.conftest import pages_of_the_book

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stub-book")]

LANGUAGES = ("nl", "en")
PAGES = pages_of_the_book()
#: Interface words that a theme without Dutch would leave behind.
ENGLISH = re.compile(
    r"\b(Search|Skip to|Back to top|Contents|Next|Previous|Toggle|Theme by|Light|Dark|Copy|Close|"
    r"System Settings|Link to|Permalink|By |Show code|Click to)\b"
)


def html_of(book, language, page):
    return (book.site / "2025" / language / f"{page}.html").read_text(encoding="utf-8")


def soup_of(book, language, page):
    return BeautifulSoup(html_of(book, language, page), "html.parser")


@pytest.fixture(params=[(lang, page) for lang in LANGUAGES for page in PAGES], ids="-".join)
def page(request, stub_book):
    language, name = request.param
    return language, name, soup_of(stub_book, language, name)


def test_language_title_and_one_heading(page):
    language, _, soup = page
    assert soup.html["lang"] == language
    assert soup.title.get_text().strip()
    assert len(soup.find_all("h1")) == 1
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_synthetic_pages_are_marked_and_not_indexed(page):
    language, _, soup = page
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    word = {"nl": "synthetische data", "en": "synthetic data"}[language]
    assert word in soup.find(class_="bd-header-announcement").get_text()


def test_real_pages_are_neither(real_book):
    for language in LANGUAGES:
        for name in PAGES:
            soup = soup_of(real_book, language, name)
            assert soup.find("meta", attrs={"name": "robots"}) is None
            assert soup.find(class_="bd-header-announcement") is None
        assert not soup_of(real_book, language, "1.1-context").find_all(class_="synthetic-mark")


def test_every_figure_says_that_it_is_synthetic(stub_book):
    for language in LANGUAGES:
        soup = soup_of(stub_book, language, "1.1-context")
        figures = soup.find_all("figure", class_="exhibit")
        assert len(figures) >= 10
        for figure in figures:
            assumptions_only = "assumptions of this edition." in figure.get_text() or (
                "aannames van deze editie." in figure.get_text()
            )
            assert figure.find(class_="synthetic-mark") or assumptions_only, figure["id"]


def test_no_page_asks_another_origin_for_anything(page):
    _, _, soup = page
    for tag in soup.find_all(["script", "link", "img", "iframe", "source", "video", "audio"]):
        for attribute in ("src", "href", "srcset"):
            address = tag.get(attribute, "")
            assert not re.match(r"(https?:)?//", address), (tag.name, address)


def test_an_id_is_of_one_thing(page):
    _, _, soup = page
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids)), "a link would lead to the first of them only"


def test_links_lead_somewhere(stub_book):
    site = stub_book.site

    @functools.cache
    def anchors(path):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        return {tag["id"] for tag in soup.find_all(id=True)}

    for path in [site / "index.html", *site.glob("2025/*/*.html")]:
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for tag in soup.find_all(href=True) + soup.find_all(src=True) + soup.find_all(srcset=True):
            address = tag.get("href") or tag.get("src") or tag.get("srcset")
            if re.match(r"(https?:|mailto:|data:|//)", address):
                continue
            file, _, anchor = address.partition("#")
            file = file.partition("?")[0]
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), (path.name, address)
            if anchor and target.suffix == ".html":
                assert anchor in anchors(target), (path.name, address)


def test_dutch_pages_have_no_english_interface(stub_book):
    for name in PAGES:
        soup = soup_of(stub_book, "nl", name)
        for tag in soup.find_all(["script", "style", "pre", "code"]):
            tag.decompose()
        found = [text for text in soup.stripped_strings if ENGLISH.search(text)]
        found += [
            tag[attribute]
            for attribute in ("title", "aria-label", "placeholder", "data-bs-title")
            for tag in soup.find_all(attrs={attribute: True})
            if ENGLISH.search(tag[attribute])
        ]
        assert found == [], name


def test_pictures_have_an_alt_text_and_both_layouts(stub_book):
    for language in LANGUAGES:
        soup = soup_of(stub_book, language, "1.1-context")
        for picture in soup.find_all("picture"):
            image = picture.find("img")
            assert len(image["alt"]) > 80
            assert image["src"].endswith(f".{language}.svg")
            assert picture.find("source")["srcset"].endswith(f".{language}.narrow.svg")


def test_tables_have_captions_and_scopes(page):
    _, name, soup = page
    if name in {"index", "1.1-context"}:
        assert soup.find_all("table")
    for table in soup.find_all("table"):
        assert table.caption.get_text().strip()
        assert all(cell.get("scope") in {"col", "row"} for cell in table.find_all("th"))
        assert not table.find_all(attrs={"rowspan": True}) + table.find_all(attrs={"colspan": True})


def test_code_is_one_click_away(stub_book):
    for language in LANGUAGES:
        soup = soup_of(stub_book, language, "1.1-context")
        blocks = soup.find_all("div", class_="highlight")
        assert len(blocks) >= 8
        for block in blocks:
            details = block.find_parent("details")
            assert details is not None
            assert not details.has_attr("open")


def test_both_languages_show_the_same_exhibits_and_verdicts(stub_book):
    dutch, english = (soup_of(stub_book, language, "1.1-context") for language in LANGUAGES)
    for attribute in ("figure", "div"):
        ids = [
            [
                tag["id"]
                for tag in soup.find_all(attribute, id=True, class_=re.compile("exhibit|finding"))
            ]
            for soup in (dutch, english)
        ]
        assert ids[0] == ids[1]
    verdicts = [
        [tag["class"][1] for tag in soup.find_all("strong", class_="verdict")]
        for soup in (dutch, english)
    ]
    assert verdicts[0] == verdicts[1]


def test_the_findings_stand_beside_what_the_report_says(stub_book):
    findings = json.loads((stub_book.release / "findings.json").read_text())
    soup = soup_of(stub_book, "en", "1.1-context")
    rows = soup.find("table", class_="findings").find_all("tr")[1:]
    findings = [one for one in findings if one["chapter"] == "1.1-context"]
    assert len(rows) == len(findings)
    for row, one in zip(rows, findings, strict=True):
        assert one["text"]["en"]["reported"] in row.get_text()
        assert (
            soup.find(id=one["claim"]).find("p").get_text().endswith(one["text"]["en"]["sentence"])
        )


def test_absent_parts_are_said_to_be_absent(real_book):
    soup = soup_of(real_book, "en", "1.1-context")
    notes = [note.get_text() for note in soup.find_all(class_="absent")]
    assert any("Share of flexible work by branch" in note for note in notes)
    assert any("Moves within the sector" in note for note in notes)
    assert not soup.find(id="exhibit-flexible-by-branch")
    assert soup.find(id="exhibit-absence-by-quarter")


def test_real_values_stand_on_the_page(real_book):
    for language, mark in (("nl", ","), ("en", ".")):
        soup = soup_of(real_book, language, "1.1-context")

        def row(exhibit, period, soup=soup):
            table = soup.find(id=f"exhibit-{exhibit}").find("table")
            found = next(r for r in table.find_all("tr") if r.th.get_text() == period)
            return [cell.get_text() for cell in found.find_all("td")]

        def written(*values, mark=mark):
            return [value.replace(".", mark) for value in values]

        assert row("absence-by-year", "2022") == written("7.9", "7.2", "9.0", "8.2")
        assert row("absence-by-year", "2020")[0] == written("6.4")[0]
        assert row("vacancies-by-year", "2022")[0] == written("63.4")[0]
        newest = {"nl": "3e kwartaal 2025", "en": "Q3 2025"}[language]
        assert row("absence-by-quarter", newest)[0] == written("7.0")[0]


def decoded(text: str) -> str:
    """Add what hides in base64 and gzip to a file's text."""
    found = [text]
    for part in re.findall(r"[A-Za-z0-9+/]{40,}={0,2}", text):
        try:
            raw = base64.b64decode(part, validate=True)
            found.append(raw.decode("utf-8", "ignore"))
            found.append(gzip.decompress(raw).decode("utf-8", "ignore"))
        except (ValueError, OSError, EOFError, zlib.error):
            continue  # neither base64 nor gzip: the text itself is searched all the same
    return "\n".join(found)


def test_nothing_of_the_machine_or_the_run_is_in_the_site(stub_book):
    forbidden = [str(stub_book.out), "papermill", "injected-parameters", "Traceback", "_sources"]
    for path in stub_book.site.rglob("*"):
        if path.is_dir() or path.suffix in {".woff2", ".ttf", ".png", ".ico"}:
            continue
        if "_static" in path.parts:
            continue
        text = decoded(path.read_text(encoding="utf-8"))
        for words in forbidden:
            assert words not in text, (path.name, words)
    assert not list(stub_book.site.rglob("_sources"))
    assert not list(stub_book.site.rglob(".buildinfo"))


def test_the_front_door_leads_to_both_languages(stub_book):
    soup = BeautifulSoup((stub_book.site / "index.html").read_text(), "html.parser")
    links = [tag["href"] for tag in soup.find_all("a")]
    assert links == ["2025/nl/index.html", "2025/en/index.html"]
    assert "synthetische data" in soup.get_text()


def test_the_site_tells_neither_the_key_nor_reasons_by_exhibit(stub_book):
    released = json.loads((stub_book.release / "manifest.json").read_text())
    site = stub_book.site / "2025"
    public = json.loads((site / "manifest.json").read_text())
    assert re.fullmatch("[0-9a-f]{16}", released["key_fingerprint"])
    assert public["key_fingerprint"] is None
    for path in site.rglob("*"):
        if path.is_file() and "_static" not in path.parts:
            assert released["key_fingerprint"].encode() not in path.read_bytes(), path.name
    inside = json.loads((stub_book.release / "disclosure.json").read_text())["exhibits"]
    outside = json.loads((site / "disclosure.json").read_text())["exhibits"]
    assert any(one["why"] for one in inside)
    bare = [{k: v for k, v in one.items() if k not in ("why", "rules")} for one in inside]
    assert bare == outside
    assert not list(site.rglob("report.*")) + list(site.rglob("told.json"))


def test_the_manifest_of_the_site_names_what_the_site_holds(stub_book):
    site = stub_book.site / "2025"
    files = json.loads((site / "manifest.json").read_text())["files"]
    assert {"findings.json", "disclosure.json", "exhibits/1.1-context/people.csv"} <= set(files)
    for name, digest in files.items():
        assert hashlib.sha256((site / name).read_bytes()).hexdigest() == digest, name


def test_the_page_on_protection_says_what_the_airlock_did(stub_book):
    told = json.loads((stub_book.release / "disclosure.json").read_text())
    confidential = [one for one in told["exhibits"] if not one["public"]]
    for language, mark in (("nl", "."), ("en", ",")):
        soup = soup_of(stub_book, language, "a2-protection")
        tables = soup.find("article").find_all("table")
        (summary,) = [one for one in tables if "numbers" in one["class"]]
        shown = [int(cell.get_text().replace(mark, "")) for cell in summary.find_all("td")]
        assert shown[0] == len(told["exhibits"])
        assert shown[1] == len(confidential)
        assert shown[3] == sum(one["suppressed"] for one in confidential) == shown[4] + shown[5]
        assert shown[-1] == sum(len(one["decisions"]) for one in confidential)
        hidden = [one["exhibit"] for one in confidential if one["suppressed"]]
        links = [link["href"] for link in soup.find("article").find_all("a", href=True)]
        assert hidden
        assert all(any(link.endswith(f"#exhibit-{name}") for link in links) for name in hidden)
        limit = str(told["thresholds"]["minimum_persons"])
        assert any(limit in cell.get_text() for cell in tables[0].tbody.find_all("th"))

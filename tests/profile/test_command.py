"""The command as a user calls it, on a small dataset."""

import json
import re
import shutil
import stat
import zlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import sync_playwright

from analysis.cli.profile import profile
from analysis.profile import pdf, pictures
from analysis.profile.context import TABLES
from tests.profile.made import OWN, made_branch, pseudonym

HTML = f"profile-{OWN}.{{}}.html"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """A dataset with the tables that a profile reads, as the build writes it."""
    folder = tmp_path_factory.mktemp("dataset")
    for name, frame in made_branch(45).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    described = {
        name: {"present": True, "path": f"{name}.parquet", "synthetic": True} for name in TABLES
    }
    (folder / "manifest.json").write_text(json.dumps({"tables": described}))
    return folder


def run(*arguments):
    return CliRunner().invoke(profile, [*map(str, arguments)])


@pytest.fixture(scope="module")
def written(dataset, tmp_path_factory):
    """Folder with the pages of both languages."""
    folder = tmp_path_factory.mktemp("profiles") / "here"
    for language in ("nl", "en"):
        done = run(
            OWN, "--dataset", dataset, "--into", folder, "--language", language, "--html-only"
        )
        assert done.exit_code == 0, done.output
    return folder


def test_it_writes_private_files_that_are_the_same_each_time(written, dataset):
    page = written / HTML.format("nl")
    first = page.read_bytes()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert {one.name for one in written.iterdir()} == {HTML.format("nl"), HTML.format("en")}
    assert run(OWN, "--dataset", dataset, "--into", written, "--html-only").exit_code == 0
    assert page.read_bytes() == first


@pytest.mark.parametrize(
    "wrong", ["Zorghuis De Linde", "12345678", OWN.upper(), OWN[:-1], OWN + "0"]
)
def test_what_is_no_pseudonym_is_refused_and_not_repeated(dataset, tmp_path, wrong):
    done = run(wrong, "--dataset", dataset, "--into", tmp_path / "x", "--html-only")
    assert done.exit_code == 2
    assert wrong not in done.output
    assert "32" in done.output


def test_an_unknown_pseudonym_is_refused_and_no_other_is_named(dataset, tmp_path):
    done = run(pseudonym(0xFFFF), "--dataset", dataset, "--into", tmp_path / "x", "--html-only")
    assert done.exit_code == 2
    assert not re.search(r"[0-9a-f]{32}", done.output)
    assert not (tmp_path / "x").exists()


def test_no_dataset_is_an_error_of_the_environment(tmp_path):
    done = run(OWN, "--out", tmp_path / "none", "--html-only")
    assert done.exit_code == 5
    assert "no whole dataset" in done.output


def test_two_places_of_the_data_are_refused(dataset, tmp_path):
    assert run(OWN, "--dataset", dataset, "--out", tmp_path).exit_code == 2


def test_it_does_not_write_into_a_release(dataset, tmp_path):
    release = tmp_path / "release"
    release.mkdir()
    (release / "manifest.json").write_text("{}")
    done = run(OWN, "--dataset", dataset, "--into", release, "--html-only")
    assert done.exit_code == 2
    assert [one.name for one in release.iterdir()] == ["manifest.json"]


@pytest.fixture
def without_pictures(monkeypatch):
    """Leave out the drawing, which takes longest, where a test is not about it."""
    monkeypatch.setattr(pictures, "development", lambda *_, **__: "data:,")


def test_without_chromium_the_page_is_kept(without_pictures, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    done = run(OWN, "--dataset", dataset, "--into", tmp_path / "x")
    assert done.exit_code == 5
    assert "Chromium" in done.output
    assert [one.name for one in (tmp_path / "x").iterdir()] == [HTML.format("nl")]


def test_a_browser_that_fails_leaves_the_page_and_nothing_else(
    without_pictures, dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(pdf, "find_browser", lambda: shutil.which("false"))
    done = run(OWN, "--dataset", dataset, "--into", tmp_path / "x")
    assert done.exit_code == 5
    assert [one.name for one in (tmp_path / "x").iterdir()] == [HTML.format("nl")]


def test_the_pdf_is_tagged_private_and_in_its_language(
    without_pictures, browser_path, dataset, tmp_path
):
    done = run(OWN, "--dataset", dataset, "--into", tmp_path / "x", "--language", "en")
    assert done.exit_code == 0, done.output
    printed = tmp_path / "x" / f"profile-{OWN}.en.pdf"
    content = printed.read_bytes()
    assert stat.S_IMODE(printed.stat().st_mode) == 0o600
    assert len(list((tmp_path / "x").iterdir())) == 2
    for sign in (b"/StructTreeRoot", b"/Marked true", b"/Lang (en)", b"/Outlines"):
        assert sign in content or sign in _inflated(content), f"{sign} is not in the PDF"


def _inflated(content: bytes) -> bytes:
    """Return the streams of a PDF, decompressed."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_accessible_fits_and_asks_for_nothing(browser_path, written, language):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        for width in (320, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((written / HTML.format(language)).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert all(address.startswith(("file:", "data:")) for address in asked)
            options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
            found = Axe().run(page, options=options).response["violations"]
            told = [(one["id"], one["nodes"][0]["html"][:160]) for one in found]
            assert told == [], width
            page.close()
        browser.close()

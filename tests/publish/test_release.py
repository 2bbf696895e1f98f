"""Releases: what render writes, publish reads, and what neither lets by."""

import json
import shutil
from decimal import Decimal

import pandas as pd
import pytest

from analysis.airlock.reader.wording import numbers_in, rounds_to
from analysis.build import chapters
from analysis.claims.register import read_register
from analysis.errors import BookError
from analysis.files import sha256
from analysis.publish.release import read_release
from analysis.publish.render import _check_all_judged
from tests.conftest import preventieplan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stub-book")]

FINDING_KEYS = {
    "claim", "verdict", "reported", "estimate", "ci_low", "ci_high", "unit", "n", "method",
    "reason", "chapter", "exhibit",
}  # fmt: skip
SUFFIXES = {".csv", ".json", ".svg", ".ipynb", ".html"}


@pytest.fixture
def copy(stub_book, tmp_path):
    target = tmp_path / "release"
    shutil.copytree(stub_book.release, target)
    return target


def declare(folder, name, text):
    """Change or remove a file as somebody who also changes the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    if text is None:
        (folder / name).unlink()
        del manifest["files"][name]
    else:
        (folder / name).write_text(text)
        manifest["files"][name] = sha256(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def alter(folder, change):
    content = json.loads((folder / "disclosure.json").read_text())
    change(content)
    declare(folder, "disclosure.json", json.dumps(content))


def test_a_release_reads_whole(stub_book):
    release = read_release(stub_book.release)
    assert release.manifest.data == "synthetic"
    assert set(release.chapters) == set(chapters())
    assert len(release.findings) == len(read_register().claims)


def test_findings_hold_one_object_per_claim(stub_book):
    findings = json.loads((stub_book.release / "findings.json").read_text())
    assert len({one["claim"] for one in findings}) == len(findings) == len(read_register().claims)
    for one in findings:
        assert set(one) >= FINDING_KEYS
        assert one["verdict"] in {"supported", "contradicted", "inconclusive", "not_testable"}
        assert one["method"]
        assert one["reason"]
        assert (one["n"] is None) == (one["estimate"] is None)


def test_only_known_kinds_of_files_leave(stub_book):
    kinds = {path.suffix for path in stub_book.release.rglob("*") if path.is_file()}
    assert kinds == SUFFIXES


def test_the_reports_are_declared_and_name_every_exhibit(stub_book):
    release = read_release(stub_book.release)
    for language in ("nl", "en"):
        name = f"report.{language}.html"
        assert name in release.manifest.files
        text = (stub_book.release / name).read_text()
        for one in release.disclosed.exhibits:
            assert f"<code>{one.exhibit}</code>" in text
        assert release.manifest.key_fingerprint in text


def test_every_picture_has_its_numbers_beside_it(stub_book):
    exhibits = stub_book.release / "exhibits" / "1.1-context"
    for path in exhibits.glob("*.svg"):
        name = path.name.split(".")[0]
        assert (exhibits / f"{name}.csv").exists()
        assert (exhibits / f"{name}.json").exists()
    for name in {path.name.split(".")[0] for path in exhibits.glob("*.svg")}:
        assert len(list(exhibits.glob(f"{name}.*.svg"))) == 4, "nl and en, wide and narrow"


def test_alt_texts_have_the_numbers_of_the_csv(stub_book):
    for exhibit in read_release(stub_book.release).exhibits.values():
        if exhibit.kind != "figure":
            continue
        path = stub_book.release / "exhibits" / exhibit.chapter / f"{exhibit.id}.csv"
        frame = pd.read_csv(path)
        column = "value" if "value" in frame else "estimate"
        top = frame.loc[frame[column].idxmax()]
        if top["unit"] in ("euro", "million_euro"):
            # Amounts have three figures, in the unit that needs the fewest.
            written = numbers_in(exhibit.alt.en, "en")
            assert any(rounds_to(Decimal(str(top[column])), one) for one in written), exhibit.id
            continue
        if top["unit"] == "thousand":
            wanted = (
                f"{top[column] / 1000:.2f}".rstrip("0").rstrip(".")
                if top[column] >= 1000
                else f"{top[column] * 1000:,.0f}"
            )
        elif top["unit"] in ("ratio", "standard_deviations", "odds_ratio", "correlation"):
            wanted = f"{top[column]:.2f}".replace("-", "−")
        elif top["unit"] in ("persons", "organisations", "interventions"):
            wanted = f"{top[column]:,.0f}"
        elif top["unit"] == "index":
            wanted = f"{top[column]:.3f}"
        else:
            wanted = f"{round(top[column] + 1e-9, 1):g}".replace("-", "−")
        assert wanted in exhibit.alt.en, (exhibit.id, wanted, exhibit.alt.en)
        assert exhibit.alt.nl != exhibit.alt.en
        assert ".svg" not in exhibit.alt.en


def test_csv_says_what_the_data_are(stub_book, real_book):
    for book, status in ((stub_book, "synthetic"), (real_book, "real")):
        frame = pd.read_csv(book.release / "exhibits/1.1-context/people.csv")
        assert set(frame["data"]) == {status}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda f: (f / "exhibits/1.1-context/people.csv").write_text("x"),
            "people.csv is not what",
        ),
        (lambda f: (f / "exhibits/1.1-context/people.csv").unlink(), "people.csv is missing"),
        (lambda f: (f / "persons.csv").write_text("x"), "persons.csv is not declared"),
        (lambda f: (f / "manifest.json").unlink(), "not a whole release"),
        (lambda f: (f / "disclosure.json").unlink(), "disclosure.json is missing"),
        (lambda f: declare(f, "disclosure.json", None), "no disclosure.json; nobody judged this"),
        (lambda f: declare(f, "disclosure.json", "{}"), "Disclosed does not fit (edition, data"),
        (lambda f: declare(f, "disclosure.json", "{"), "Disclosed does not fit"),
        (lambda f: alter(f, lambda d: d.pop("attack")), "does not fit (attack)"),
        (lambda f: alter(f, lambda d: d["exhibits"].pop()), "is not both in the release and in"),
        (lambda f: alter(f, lambda d: d.update(edition="2024")), "is of edition '2024'"),
        (lambda f: (f / "manifest.json").write_text("{}"), "does not fit"),
    ],
)
def test_a_spoilt_release_is_not_published(copy, tmp_path, spoil, told):
    spoil(copy)
    done = preventieplan("publish", copy, "--into", tmp_path / "site")
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_publishing_needs_nothing_but_the_release(copy, stub_book, tmp_path):
    done = preventieplan("publish", copy, "--into", tmp_path / "site", cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    def contents(site):
        return {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}

    assert contents(tmp_path / "site") == contents(stub_book.site)


def test_a_forgotten_claim_stops_the_render():
    register = read_register()
    judged = {claim.id for claim in register.claims} - {"C27"}
    with pytest.raises(BookError, match="claims C27 are in the register of 1.1-context"):
        _check_all_judged(register, judged, ["1.1-context"])


def test_real_values_reach_the_csv(real_book):
    exhibits = real_book.release / "exhibits" / "1.1-context"
    frame = pd.read_csv(exhibits / "absence-by-year.csv", dtype={"group": str})
    absence = frame.set_index(["group", "period"])["value"]
    assert absence[("422400", "2020JJ00")] == 6.4
    assert absence[("422400", "2022JJ00")] == 7.9
    assert absence[("422600", "2022JJ00")] == 7.2
    assert absence[("425300", "2022JJ00")] == 9.0
    vacancies = pd.read_csv(exhibits / "vacancies-by-year.csv").set_index(["measure", "period"])
    assert vacancies.loc[("open_vacancies", "2022JJ00"), "value"] == 63.4
    quarters = pd.read_csv(exhibits / "absence-by-quarter.csv")
    assert quarters["period"].max() == "2025KW03"


def test_real_findings(real_book):
    findings = {
        one["claim"]: one for one in json.loads((real_book.release / "findings.json").read_text())
    }
    assert findings["C11"]["estimate"] == 172.8
    assert findings["C11"]["verdict"] == "supported"
    assert findings["C21"]["estimate"] == pytest.approx(7.425)
    assert findings["C01"]["verdict"] == "inconclusive", "2022 is too old for a claim about 2025"
    for claim in ("C08", "C09", "C10", "C12", "C13", "C15"):
        assert findings[claim]["verdict"] == "inconclusive"
        assert "not in this delivery" in findings[claim]["reason"]
    assert not any(one["synthetic"] for one in findings.values())

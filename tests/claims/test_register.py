import csv
import math

import pytest
import yaml

from analysis.claims import register as registers
from analysis.claims.register import read_register
from analysis.errors import EditionError
from analysis.languages import LANGUAGES
from tests.conftest import ROOT, SHARED

TEXT = (ROOT / "book" / "claims" / "1.1-context.yml").read_text()
EXPECTED = {
    "1.1-context": ["C01", *(f"C{n:02}" for n in range(6, 18)), "C20", "C21", "C25", "C26", "C27"],
    "1.1a-interventions": [f"C{n}" for n in range(28, 34)],
    "1.2-reach": [
        "C02", "C03", "C04", "C05", "C22", "C23", "C79", "C86", "C88", "C94", "C95", "C96",
    ],
    "2.2-observations": ["C87"],
    "2.2a-factors": ["C35", "C36", "C39", "C44", "C45", "C66", "C71", "C98"],
    "2.2b-processes": ["C37", "C38", "C43"],
    "2.2c-organisations": [
        "C18", "C19", "C34", "C40", "C46", "C47", "C48", "C49", "C53", "C54",
    ],
    "2.2d-early-warning": ["C50", "C51", "C52"],
    "2.2e-age-bands": ["C83", "C84"],
    "2.2f-sessions": ["C41"],
    "2.3-participants": ["C56", "C57", "C58"],
    "2.3a-practices": ["C59", "C60", "C61", "C62", "C63", "C64"],
    "2.5-system": ["C76", "C77", "C78"],
    "3.2f-scenarios": ["C101"],
    "3.4-target": ["C42", "C99", "C100"],
    "a2-protection": ["C55"],
    "a3-scales": ["C97"],
}  # fmt: skip


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Change the raw register and try to read it."""
    path = tmp_path / "1.1-context.yml"
    monkeypatch.setattr(registers, "folder", lambda: tmp_path)

    def change(alter):
        content = yaml.safe_load(TEXT)
        alter({claim["id"]: claim for claim in content["claims"]}, content)
        path.write_text(yaml.safe_dump(content))
        return str(path)

    return change


@pytest.mark.parametrize("chapter", EXPECTED)
def test_the_register_holds_the_claims_of_each_chapter(chapter):
    claims = [claim.id for claim in read_register().claims if claim.chapter == chapter]
    assert claims == EXPECTED[chapter]


def test_lines_are_those_of_the_claims_table():
    table = SHARED / "claims" / "claims.csv"
    if not table.exists():
        pytest.skip(f"{table} is absent: the table of claims is not part of this repository")
    with table.open() as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    report = (SHARED / "report" / "eindrapportage.txt").read_text().splitlines()
    questions = (SHARED / "report" / "faq.txt").read_text().splitlines()
    for claim in read_register().claims:
        listed = set()
        if rows[claim.id]["section"] == "FAQ":
            # The table gives no lines of the questions beside the report.
            assert claim.section.nl == "veelgestelde vragen", claim.id
            assert claim.lines, claim.id
            assert all(questions[line - 1].strip() for line in claim.lines), claim.id
            continue
        for part in rows[claim.id]["src_lines"].split(","):
            first, _, last = part.partition("-")
            listed |= set(range(int(first), int(last or first) + 1))
        spoken = {line for line in listed if report[line - 1].strip()}
        assert spoken <= set(claim.lines), claim.id


def test_no_sentence_of_the_report_is_copied():
    report = SHARED / "report" / "eindrapportage.txt"
    if not report.exists():
        pytest.skip(f"{report} is absent: the report is not part of this repository")
    words = " ".join(report.read_text().lower().split()).split()
    runs = {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    for claim in read_register().claims:
        for text in (claim.statement.nl, *(wording.nl for wording in claim.wording.values())):
            own = text.lower().rstrip(".").split()
            copied = [own[i : i + 9] for i in range(len(own) - 8) if tuple(own[i : i + 9]) in runs]
            assert not copied, (claim.id, copied)


def test_every_number_of_the_report_lies_in_the_region_that_supports_it():
    for claim in read_register().claims:
        if claim.untestable or claim.reported is None:
            continue
        numbers = {claim.headline: claim.reported.value, **claim.reported.parts}
        if claim.reported.value is None:
            numbers = {"lowest": claim.reported.low, "highest": claim.reported.high}
        elif claim.reported.parts:
            numbers = claim.reported.parts
        for term, number in numbers.items():
            region = claim.tests[term]
            low = -math.inf if region.low is None else region.low
            high = math.inf if region.high is None else region.high
            assert low <= number <= high, (claim.id, term)


def test_sums_of_the_report():
    register = read_register()
    parts = register["C15"].reported.parts
    assert sum(parts.values()) == register["C14"].reported.value
    net = register["C11"].reported.value - register["C14"].reported.value
    assert net == register["C17"].reported.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_of_one_claim_differ_by_verdict(language):
    for claim in read_register().claims:
        texts = [wording[language] for wording in claim.wording.values()]
        assert len(set(texts)) == len(texts), claim.id


def drop(claim, key):
    def alter(claims, content):
        del claims[claim][key]

    return alter


def put(claim, key, value):
    def alter(claims, content):
        claims[claim][key] = value

    return alter


def word(claim, verdict, text):
    def alter(claims, content):
        claims[claim]["wording"][verdict]["nl"] = text

    return alter


def twice(claims, content):
    content["claims"].append(claims["C01"])


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (drop("C01", "tests"), "either 'tests' or 'untestable'"),
        (put("C07", "tests", {"a": {"low": 1.0, "reason": {"nl": "r", "en": "r"}}}),
         "either 'tests' or 'untestable'"),
        (put("C01", "wording", {"supported": {"nl": "a", "en": "a"}}), "expected exactly"),
        (put("C01", "headline", "nobody"), "'nobody' is not a test; allowed: employees"),
        (put("C01", "margin", 3), "key 'claims.0.margin' is not known; allowed here: caveat"),
        (word("C01", "supported", "{estimat}"), "uses ['estimat']"),
        (word("C01", "supported", "{estimate:.1f}"), "write the name alone"),
        (word("C01", "inconclusive", "{estimate}"), "there may be none"),
        (put("C01", "reported", {"value": 1.0, "low": 1.0, "high": 2.0, "unit": "thousand",
                                 "step": 1.0}), "either 'value', or 'low' and 'high'"),
        (put("C01", "tests", {"employees": {"low": 2.0, "high": 1.0,
                                            "reason": {"nl": "r", "en": "r"}}}), "not below high"),
        (put("C01", "tests", {"employees": {"reason": {"nl": "r", "en": "r"}}}), "'low', 'high'"),
        (put("C01", "statement", {"nl": "Alleen Nederlands"}), "statement.en' is missing"),
        (put("C01", "testable_from", 2027), "expected exactly contradicted, inconclusive, not_test"),
        (put("C07", "testable_from", 2027), "for a claim with tests"),
        (twice, "['C01'] stand twice"),
    ],
)  # fmt: skip
def test_a_wrong_register_names_key_and_file(changed, alter, told):
    path = changed(alter)
    with pytest.raises(EditionError) as error:
        read_register()
    assert told in str(error.value)
    assert path in str(error.value)


def test_a_claim_in_the_file_of_another_chapter_is_refused(changed):
    path = changed(put("C01", "chapter", "1.2-reach"))
    with pytest.raises(EditionError, match="C01 has another chapter than '1.1-context'") as error:
        read_register()
    assert path in str(error.value)


def test_a_claim_in_two_files_is_refused(changed, tmp_path):
    changed(lambda claims, content: None)
    (tmp_path / "1.2-reach.yml").write_text(TEXT.replace("1.1-context", "1.2-reach"))
    with pytest.raises(EditionError, match="stand twice"):
        read_register()


def test_an_unknown_claim_names_the_known_ones():
    with pytest.raises(EditionError, match="'C199' is not in the register; allowed: C01, C06"):
        read_register()["C199"]

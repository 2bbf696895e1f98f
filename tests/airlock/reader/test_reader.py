"""The reader of releases and sites: what passes, and every damage that must not."""

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import random
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.airlock.gate import PUBLISHED
from analysis.airlock.reader.check import check_folder
from analysis.airlock.reader.exhibits import PUBLIC_TABLES
from analysis.airlock.reader.search import passes_eleven_test
from analysis.cli import main
from analysis.errors import EditionError
from analysis.linkage.link import linked_tables
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.suppliers import SUPPLIERS
from analysis.sources.tables import TABLES
from tests.airlock.reader import small

CANARY = "KANARIEPIET"
EXHIBITS = "exhibits/1.2-reach"


def pseudonyms(count: int) -> list[str]:
    draw = random.Random(7)
    return [f"{draw.getrandbits(128):032x}" for _ in range(count)]


PSEUDONYM = pseudonyms(1)[0]
TABLE = "\n".join(["a,b", *(f"{one},7" for one in pseudonyms(30))]) + "\n"
FRAME = pd.DataFrame({"a": range(30), "b": [f"x{i}" for i in range(30)]})


def bsns(count: int) -> list[str]:
    draw = random.Random(3)
    found = []
    while len(found) < count:
        number = str(draw.randrange(100_000_000, 999_999_999))
        if passes_eleven_test(number):
            found.append(number)
    return found


def parquet() -> bytes:
    stream = io.BytesIO()
    FRAME.to_parquet(stream)
    return stream.getvalue()


def arrow() -> bytes:
    stream = io.BytesIO()
    FRAME.to_feather(stream)
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<row/>")
    return stream.getvalue()


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = b"".join(chunk(*one) for one in chunks)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + head + body + pixels + chunk(b"IEND", b"") + after


@pytest.fixture
def release(tmp_path):
    return small.make_release(tmp_path / "release")


@pytest.fixture
def site(tmp_path):
    return small.make_site(tmp_path / "site")


def told(folder, *words):
    """Return the problems as text, and check that no message shows what was found."""
    text = "\n".join(map(str, check_folder(folder, words)))
    assert CANARY not in text
    assert PSEUDONYM not in text
    return text


def replace(name, old, new):
    def damage(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, "the damage must find its place"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def first_count(name, number):
    """Put another number of persons in the first row of a table."""

    def damage(folder):
        path = folder / name
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table.loc[0, "n_persons"] = str(number)
        table.to_csv(path, index=False, lineterminator="\n")

    return damage


def write(name, content):
    def damage(folder):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return damage


def change(name, alter):
    """Alter the JSON of a file in place."""

    def damage(folder):
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        alter(content)
        small.write_json(folder / name, content)

    return damage


def in_note(text):
    """Put a text into the note of an exhibit."""
    return change(f"{EXHIBITS}/reach.json", lambda one: one.update(note=small.both(text)))


def test_a_release_made_by_hand_passes(release):
    assert told(release) == ""


def test_a_site_made_by_hand_passes(site):
    assert told(site) == ""


def test_a_percentage_is_no_number_of_thousands(release):
    replace(f"{EXHIBITS}/reach.json", "55.1%", "55.1% (76,300)")(release)
    small.declare(release)
    assert "1 numbers in its texts that its CSV does not hold" in told(release)


def test_a_public_table_has_numbers_too(release):
    replace(f"{EXHIBITS}/open.csv", "7.123456", "many")(release)
    small.declare(release)
    assert "open.csv: found a cell that is no number" in told(release)


# What stands beside the declared files. The list of files is left as it was.
UNDECLARED = [
    (write("persons.csv", "a,b\n1,2\n"), "persons.csv: found a file that manifest.json does not"),
    (replace("findings.json", "12.5", "12.6"), "findings.json: found other content than manifest"),
    (lambda f: (f / "findings.json").unlink(), "1 declared files that are not there"),
    (write("exhibits/.hidden.csv", "a\n"), "exhibits/.hidden.csv: found a hidden file"),
    (write(".git/HEAD", "x"), ".git: found a hidden folder"),
    (lambda f: (f / "x.csv").symlink_to("/etc/passwd"), "x.csv: found a symbolic link"),
    (lambda f: (f / "x").symlink_to(f.parent, True), "x: found a symbolic link"),
    (lambda f: os.mkfifo(f / "x.csv"), "x.csv: found something that is no file"),
    (lambda f: (f / "manifest.json").write_text("{"), "manifest.json: found no readable JSON"),
    (lambda f: (f / "manifest.json").write_text("[]"), "a format that is not known"),
    (lambda f: (f / "manifest.json").write_text('{"format": 1}'), "keys that do not fit"),
    (lambda f: (f / "manifest.json").write_text('{"a": 1, "a": 2}'), "no readable JSON"),
]


@pytest.mark.parametrize(("damage", "expected"), UNDECLARED)
def test_files_that_are_not_what_the_manifest_says(release, damage, expected):
    damage(release)
    assert expected in told(release)


# Damages of somebody whose code writes the manifest, too: every file is declared.
FILES = [
    (write("data.parquet", parquet()), "data.parquet: found a kind of file that may not leave"),
    (write("data.parquet", parquet()), "data.parquet: found a Parquet file"),
    (write("notes.txt", "x"), "notes.txt: found a kind of file"),
    (write("notebook.ipynb", "{}"), "notebook.ipynb: found a kind of file"),
    (write("exhibits/1.2-reach/deep/a.csv", "a\n"), "no file of an exhibit"),
    (write(f"{EXHIBITS}/other.csv", small.NUMBER_CSV), "an exhibit that disclosure.json does not"),
    (write(f"{EXHIBITS}/reach.png", b"GIF89a"), "content that is not PNG"),
    (write(f"{EXHIBITS}/reach.png", pickle.dumps(FRAME)), "reach.png: found a pickle"),
    (write("data.json", "\x00\x01"), "content that is no text"),
    (write("data.json", b"\xff\xfe\x00"), "content that is no text"),
    (write(f"{PSEUDONYM}.json", "{}"), "(a name not shown, in the folder): found a name that"),
]
STATUS = [
    (change("manifest.json", lambda m: m.update(format=2)), "a format that is not known"),
    (change("manifest.json", lambda m: m.update(format="1")), "a format that is not known"),
    (change("manifest.json", lambda m: m.pop("format")), "a format that is not known"),
    (change("manifest.json", lambda m: m.update(more=1)), "keys that do not fit"),
    (change("manifest.json", lambda m: m.update(edition="1850")), "an edition without a readable"),
    (change("manifest.json", lambda m: m.update(edition="../x")), "no name of an edition"),
    (change("manifest.json", lambda m: m.update(data="?")), "an unknown kind of data"),
    (change("manifest.json", lambda m: m.update(key_fingerprint="a" * 40)), "odd key fingerprint"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(status="review")), "did not pass"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(status="fail")), "did not pass"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(status="PASS")), "did not pass"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(status=None)), "is no entry"),
    (change("disclosure.json", lambda d: d["exhibits"][0].pop("status")), "that lacks a key"),
    (change("disclosure.json", lambda d: d["exhibits"].pop(0)), "disclosure.json does not list"),
    (change("disclosure.json", lambda d: d["exhibits"].clear()), "no list of exhibits"),
    (change("disclosure.json", lambda d: d["exhibits"].append(d["exhibits"][0])), "listed twice"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(tables=[])), "without tables"),
    (change("disclosure.json", lambda d: d["exhibits"][0].update(kind="list")), "is not known"),
    (
        change("disclosure.json", lambda d: d["exhibits"][0].update(public=True)),
        "confidential tables called public",
    ),
    (
        change("disclosure.json", lambda d: d["exhibits"][0].update(status="withheld")),
        "reach.csv: found content of an exhibit that was not released",
    ),
    (
        change("disclosure.json", lambda d: d["exhibits"][3].update(status="pass")),
        "gone.csv: found no CSV",
    ),
    (
        change(f"{EXHIBITS}/gone.json", lambda e: e.update(alt=small.both("x"))),
        "gone.json: found content of an exhibit that was not released",
    ),
    (change(f"{EXHIBITS}/reach.json", lambda e: e.update(id="other")), "another exhibit than"),
    (write("disclosure.json", "[]"), "no list of exhibits"),
    (write("disclosure.json", '{"exhibits": [{"a": NaN}]}'), "no readable JSON"),
    (change("findings.json", lambda f: f[0].update(n=7)), "a count of persons below the minimum"),
    (change("findings.json", lambda f: f[0].update(n=703)), "that is not rounded"),
    (change("findings.json", lambda f: f[0].update(n=None)), "a finding without n"),
    (change("findings.json", lambda f: f[0].update(estimate=12.4837)), "more decimals than"),
    (change("findings.json", lambda f: f[0].update(estimate="x")), "a finding that is no finding"),
    (
        change(
            "findings.json",
            lambda f: f[0]["parts"].append(
                {"unit": "persons", "estimate": 7.0, "ci_low": None, "ci_high": None}
            ),
        ),
        "a count of persons below the minimum",
    ),
    (change("findings.json", lambda f: f[0].update(exhibit="C98")), "did not judge"),
    (change("findings.json", lambda f: f.clear()), "a judged finding that is not there"),
    (write("findings.json", "{}"), "no list of findings"),
]
CELLS = [
    (("440,20", "7,20"), "a count of persons below the minimum, in 1 row; allowed: 10 or more"),
    (("440,20", "13,20"), "a count of persons that is not rounded"),
    (("440,20", "440,4"), "a count of organisations below the minimum"),
    (("440,20", "440,18"), "a count of organisations that is not rounded"),
    (("440,20", ",20"), "a value without n_persons"),
    (("440,20", "440,"), "a value without n_organisations"),
    (("76.3,", "76.34,"), "more decimals than percent has"),
    (("76.3,", "7.634567e1,"), "more decimals than percent has"),
    (("76.3,", "many,"), "a cell that is no number"),
    (("76.3,", "nan,"), "a cell that is no number"),
    (("percent,not", "wage,not"), "a unit that is not known"),
    (("76.3,percent", "7,persons"), "a count of persons below the minimum"),
    (("76.3,percent", "18.5,organisations"), "a count of organisations that is not rounded"),
    (("suppressed,,", "suppressed,5,"), "a suppressed row with a number"),
    (("2025JJ00,reach,share,,", "2025JJ00,reach,share,3.1,"), "a suppressed row with a number"),
    (("group,period", "person,period"), "columns that no exhibit has"),
    (("data\n", "data,wage\n"), "no readable CSV"),
    (('vvt,', '"vvt,'), "no readable CSV"),
]  # fmt: skip
NUMBERS = [
    (("705,,,,705,20", "705,,,,9,20"), "a count of persons below the minimum"),
    (("705,,,,705,20", "3,,,,705,20"), "a count of persons below the minimum"),
    (("705,,,,705,20", "705,,,0.123456,705,20"), "more decimals than a p-value has"),
]
HIDDEN = [
    (in_note(PSEUDONYM), "the pseudonym of a person or organisation"),
    (in_note(PSEUDONYM.upper()), "the pseudonym of a person or organisation"),
    (in_note("-".join([PSEUDONYM[:8], *(PSEUDONYM[i : i + 4] for i in (8, 12, 16)), PSEUDONYM[20:]])),
     "the pseudonym of a person"),
    (in_note("-".join(pseudonyms(2))), "the pseudonym"),
    (in_note("".join(pseudonyms(2))), "the checksum of no file here"),
    (in_note(b64(parquet())), "a Parquet file (as base64)"),
    (in_note(f"data:application/octet-stream;base64,{b64(parquet())}"), "a Parquet file"),
    (in_note(base64.encodebytes(parquet()).decode()), "a Parquet file"),
    (in_note(base64.urlsafe_b64encode(parquet()).decode()), "a Parquet file"),
    (in_note(parquet().hex()), "a Parquet file (as hexadecimal)"),
    (in_note(base64.b32encode(b"PAR1" + TABLE.encode()).decode()), "a Parquet file (as base32)"),
    (in_note(b64(arrow())), "an Arrow"),
    (in_note(b64(zipped())), "a zip or Office file"),
    (in_note(b64(pickle.dumps(FRAME))), "a pickle (as base64)"),
    (in_note(b64(pickle.dumps([1.5] * 9, protocol=0))), "a pickle (as base64)"),
    (in_note(b64(gzip.compress(TABLE.encode()))), "gzip data"),
    (in_note(b64(gzip.compress(TABLE.encode()))), "the pseudonym"),
    (in_note(b64(zlib.compress(TABLE.encode()))), "the pseudonym"),
    (in_note(b64(bz2.compress(TABLE.encode()))), "the pseudonym"),
    (in_note(b64(lzma.compress(TABLE.encode()))), "the pseudonym"),
    (in_note(b64(b64(gzip.compress(TABLE.encode())).encode())), "the pseudonym"),
    (in_note("x" + b64(TABLE.encode())), "the pseudonym"),
    (in_note(b64(TABLE.encode("utf-16"))), "the pseudonym"),
    (in_note("&#" + ";&#".join(str(ord(sign)) for sign in PSEUDONYM) + ";"), "the pseudonym"),
    (in_note("".join(f"%{ord(sign):02x}" for sign in PSEUDONYM)), "the pseudonym"),
    (in_note("\u200b".join(PSEUDONYM)), "the pseudonym"),
    (in_note("; ".join(bsns(12))), "citizen service numbers"),
    (in_note("BSN: 123456782"), "citizen service numbers"),
    (in_note("person,wage\n" + "a,1\n" * 12), "a table with a row per person"),
    (in_note('<table border="1" class="dataframe"><tr><td>1</td></tr></table>'), "a data frame"),
    (in_note('Traceback (most recent call last):\n File "x.py", line 3'), "a traceback"),
    (in_note("/home/jan/data/pfzw.csv"), "an absolute path of a machine"),
    (in_note("/Users/jan/data.csv"), "an absolute path of a machine"),
    (in_note("C:\\Users\\jan\\data.csv"), "an absolute path of a machine"),
    (in_note("jan.jansen@example.nl"), "an e-mail address"),
    (in_note(f"a {CANARY.lower()} sings"), "a word from the list"),
    (in_note(b64(f"here is the {CANARY} of the book".encode())), "a word from the list"),
    (in_note("loon 31.415,93 euro"), "a word from the list"),
    (write(f"{EXHIBITS}/reach.png", png((b"tEXt", b"Comment\x00" + CANARY.encode()))), "a word"),
    (write(f"{EXHIBITS}/reach.png", png((b"tEXt", b"Comment\x00x"))), "parts that are no pixels"),
    (write(f"{EXHIBITS}/reach.png",
           png((b"zTXt", b"Comment\x00\x00" + zlib.compress(CANARY.encode())))), "a word"),
    (write(f"{EXHIBITS}/reach.png", png(after=TABLE.encode())), "the pseudonym"),
    (write(f"{EXHIBITS}/reach.png", png(after=b"x")), "parts that are no pixels"),
    (write("chapters/1.2-reach.ipynb", gzip.compress(b"{}")), "content that is no text"),
    (write("bomb.json", json.dumps(b64(gzip.compress(bytes(80_000_000))))), "can be unpacked"),
]  # fmt: skip
SVG = [
    (("</svg>", "<script>alert(1)</script></svg>"), "an element that no chart has"),
    (("</svg>", f"<desc>{CANARY}</desc></svg>"), "a word from the list"),
    (("</svg>", "<desc>x</desc></svg>"), "an element that no chart has"),
    (("</svg>", "<text>Jan</text></svg>"), "an element that no chart has"),
    (("</svg>", "Jan</svg>"), "text outside the labels"),
    (("</svg>", '<image href="https://example.org/x.png"/></svg>'), "outside the picture"),
    (("</svg>", '<image href="data:image/png;base64,AAAA"/></svg>'), "an element that no chart"),
    (("</svg>", "<foreignObject/></svg>"), "an element that no chart has"),
    (("</svg>", '<use href="other.svg#a"/></svg>'), "outside the picture"),
    (('<g id="figure_1">', '<g id="figure_1" onload="x()">'), "such as an event"),
    (('<g id="figure_1">', '<g id="jan_jansen">'), "an id that no chart has"),
    (('<g id="figure_1">', '<g id="figure_1" data-x="1">'), "an attribute that no chart"),
    (("<cc:Work>", "<cc:Work><dc:date>2025-11-22</dc:date>"), "an element that no chart has"),
    (("<cc:Work>", "<cc:Work><dc:creator>x</dc:creator>"), "an element that no chart has"),
    (("<!-- Nursing -->", "<!-- Jan -->"), "1 labels that the exhibit does not have"),
    (("<!-- 76.3% -->", "<!-- 75.9% -->"), "1 labels that the exhibit does not have"),
    (("<!-- 50 -->", "<!-- Jan -->"), "1 labels that the exhibit does not have"),
    (("<!-- Nursing -->", ""), "letters that no label writes"),
    (('<g id="PathCollection_1">',
      '<g id="PathCollection_1">' + '<use xlink:href="#C0_0_0123456789"/>' * 3),
     "more marks than there are rows"),
    (("</svg>", '<path d="M 1 2' + " L 3 4" * 99 + '"/></svg>'), "more points than there are"),
    (("</svg>", '<path d="M 1 2 jan"/></svg>'), "a path that is no path"),
    (("</svg>", '<path style="fill: url(https://x.nl/a)"/></svg>'), "a style that no chart has"),
    (("<svg ", '<!DOCTYPE svg [<!ENTITY a "b">]><svg '), "definitions before the drawing"),
    (("<svg ", '<?xml-stylesheet href="x.css"?><svg '), "definitions before the drawing"),
    (("</svg>", "</g></svg>"), "no readable SVG"),
    (("</svg>", "</svg><!-- Jan -->"), "a comment outside the drawing"),
]  # fmt: skip
TEXTS = [
    (change(f"{EXHIBITS}/reach.json", lambda e: e["grid"]["en"]["rows"].append(["Mental", "4%"])),
     "1 numbers in its texts that its CSV does not hold"),
    (change(f"{EXHIBITS}/reach.json", lambda e: e.update(alt=small.both("Mental: 4 of 7."))),
     "4 numbers in its texts"),
    (change(f"{EXHIBITS}/voices.json", lambda e: e.update(value=small.both("703"))),
     "2 numbers in its texts"),
]  # fmt: skip


def cell(key, value):
    return change("chapters/1.2-reach.ipynb", lambda n: n["cells"][1].update({key: value}))


def output(data):
    return cell("outputs", [{"output_type": "execute_result", "data": data, "metadata": {}}])


NOTEBOOKS = [
    (output({"text/html": '<table class="dataframe"></table>'}), "an output in cell 1"),
    (output({"text/html": '<table class="dataframe"></table>'}), "a data frame shown"),
    (output({small.MIME: {"id": "other"}}), "an output in cell 1"),
    (cell("outputs", [{"output_type": "stream", "name": "stdout", "text": ["x"]}]), "an output"),
    (cell("outputs", [{"output_type": "display_data", "data": {small.MIME: {"id": "nobody"}},
                       "metadata": {}}]), "an output in cell 1"),
    (cell("execution_count", 3), "an execution count in cell 1"),
    (cell("metadata", {"tags": ["secret"]}), "metadata in cell 1"),
    (cell("metadata", {"note": CANARY}), "a word from the list"),
    (cell("attachments", {}), "keys that a stripped cell does not have in cell 1"),
    (cell("cell_type", "raw"), "an unknown kind of cell in cell 1"),
    (cell("id", "jan"), "an id of its own in cell 1"),
    (cell("source", 3), "a source that is no text in cell 1"),
    (cell("source", ["open('/home/jan/x.csv')"]), "an absolute path of a machine"),
    (change("chapters/1.2-reach.ipynb", lambda n: n["metadata"].update(widgets={})), "metadata of"),
    (change("chapters/1.2-reach.ipynb", lambda n: n.update(nbformat=3)), "no stripped notebook"),
    (change("chapters/1.2-reach.ipynb", lambda n: n.update(cells=None)), "no list of cells"),
    (write("chapters/1.2-reach.ipynb", "{"), "no readable JSON"),
]  # fmt: skip
DAMAGES = [
    *FILES,
    *STATUS,
    *((replace(f"{EXHIBITS}/reach.csv", *how), what) for how, what in CELLS),
    *((replace(f"{EXHIBITS}/voices.csv", *how), what) for how, what in NUMBERS),
    *HIDDEN,
    *((replace(f"{EXHIBITS}/reach.en.svg", *how), what) for how, what in SVG),
    *TEXTS,
    *NOTEBOOKS,
]


@pytest.mark.parametrize(("damage", "expected"), DAMAGES)
def test_damages_that_the_manifest_declares(release, damage, expected):
    kept = (release / "manifest.json").read_bytes()
    damage(release)
    if (release / "manifest.json").read_bytes() == kept:
        small.declare(release)
    assert expected in told(release, CANARY, "31415.93")


@pytest.mark.parametrize(
    "text",
    [
        "Tussen 123456789 en 987654321 ligt veel.",
        "zie https://opendata.cbs.nl/statline/#/CBS/nl/dataset/80072ned/table?ts=1700000000000",
        "de verhouding is 0.123456782, de andere 0.111222333",
        "mean_of_last_four_quarters_and_more_than_that",
        "regio/noord en /of zuid",
        "Arbeidsmarktzorgenwelzijnonderzoeksprogrammabureau",
    ],
)
def test_plain_text_is_no_alarm(release, text):
    in_note(text)(release)
    small.declare(release)
    assert told(release, CANARY) == ""


def test_checksums_and_coordinates_are_no_citizen_service_numbers(release):
    draw = random.Random(1)
    numbers = " ".join(f"{draw.random() * 500:.6f}" for _ in range(2000))
    in_note(numbers)(release)
    small.declare(release)
    assert "citizen" not in told(release)


def test_random_numbers_of_nine_digits_are_no_citizen_service_numbers(release):
    draw = random.Random(5)
    in_note(" ".join(str(draw.randrange(10**8, 10**9)) for _ in range(3000)))(release)
    small.declare(release)
    assert "citizen" not in told(release)


def test_citizen_service_numbers_in_one_column_among_others(release):
    draw = random.Random(5)
    rows = [f"{one},{draw.randrange(10**8, 10**9)},{draw.randrange(10**8)}" for one in bsns(40)]
    in_note("a,b,c\n" + "\n".join(rows))(release)
    small.declare(release)
    assert "citizen service numbers" in told(release)


def test_nothing_is_unpickled(release, tmp_path):
    class Loud:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    write(f"{EXHIBITS}/reach.png", pickle.dumps([Loud()] * 9))(release)
    small.declare(release)
    assert "a pickle" in told(release)
    assert not (tmp_path / "opened").exists()


def test_a_large_file_is_refused_unread(release):
    with (release / "findings.json").open("r+b") as stream:
        stream.truncate(17 * 1024 * 1024)
    assert "findings.json: found more than 16 MB" in told(release)


@pytest.mark.parametrize(("rows", "fine"), [(5000, True), (5001, False)])
def test_a_table_has_a_largest_size(release, rows, fine):
    row = small.PUBLIC_CSV.splitlines()[1]
    write(
        f"{EXHIBITS}/open.csv", "\n".join([small.PUBLIC_CSV.splitlines()[0], *[row] * rows]) + "\n"
    )(release)
    small.declare(release)
    assert ("more than 5000 rows" not in told(release)) == fine


def test_a_public_table_may_have_small_counts_and_decimals(release):
    assert "7.123456" in (release / EXHIBITS / "open.csv").read_text()
    assert told(release) == ""


def test_a_published_count_may_stand_exactly(release):
    replace(f"{EXHIBITS}/voices.csv", "705,,,,705,20,,persons", "18,,,,705,20,,organisations")(
        release
    )
    change(f"{EXHIBITS}/voices.json", lambda one: one.update(value=small.both("18")))(release)
    small.declare(release)
    assert told(release) == ""


def test_what_is_public_is_what_the_catalogue_publishes():
    inventory = {name for name, table in linked_tables().items() if _is_public(table.sources)}
    assert inventory == {"interventions"}
    assert set(TABLES) | set(PUBLISHED) | inventory == PUBLIC_TABLES


def _is_public(sources: tuple[str, ...]) -> bool:
    suppliers = {CONFIDENTIAL[source].supplier for source in sources}
    return bool(suppliers) and all(SUPPLIERS[one].public for one in suppliers)


def test_everything_is_told_at_once(release):
    in_note(PSEUDONYM)(release)
    replace(f"{EXHIBITS}/reach.csv", "440,20", "7,20")(release)
    write("persons.csv", "x\n")(release)
    text = told(release)
    assert "persons.csv" in text
    assert "pseudonym" in text
    assert "below the minimum" in text


PAGES = [
    (("<title>", '<script src="https://cdn.example.org/x.js"></script><title>'), "a script that loads"),
    (("<title>", '<script src="//cdn.example.org/x.js"></script><title>'), "a script that loads"),
    (("<title>", '<SCRIPT SRC=" h\tttps://cdn.example.org/x.js"></SCRIPT><title>'), "that loads"),
    (("<title>", '<link rel="stylesheet" href="https://x.nl/a.css"><title>'), "a link that loads"),
    (("<title>", '<link rel="preconnect" href="https://x.nl"><title>'), "a link that loads"),
    (("<title>", '<base href="https://x.nl/"><title>'), "a base that loads"),
    (("<title>", '<meta http-equiv="refresh" content="0; url=https://x.nl"><title>'), "moves to"),
    (("<title>", "<style>@import 'https://x.nl/a.css';</style><title>"), "a style that loads"),
    (("<title>", '<script>fetch("https://x.nl/" + document.title)</script><title>'), "a script"),
    (("<p>", '<img src="https://x.nl/a.png"><p>'), "an img that loads"),
    (("<p>", '<img srcset="a.png 1x, https://x.nl/a.png 2x"><p>'), "that loads"),
    (("<p>", '<iframe srcdoc="&lt;img src=https://x.nl/a.png&gt;"></iframe><p>'), "that loads"),
    (("<p>", '<form action="https://x.nl/"></form><p>'), "a form that loads"),
    (("<p>", '<a href="#" ping="https://x.nl/">x</a><p>'), "an a that loads"),
    (("<p>", '<a href="javascript:alert(1)">x</a><p>'), "a link that runs a script"),
    (("<p>", '<p style="background: url(//x.nl/a.png)">'), "a style that loads"),
    (("<p>", "<p onclick=\"location='https://x.nl'\">"), "a script that names"),
    (("<p>", '<svg><image href="https://x.nl/a.png"/></svg><p>'), "an image that loads"),
    (("<p>", f"<p title='{CANARY}'>"), "a word from the list"),
    (("<p>", f"<p data-x='{b64(TABLE.encode())}'>"), "the pseudonym"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "expected"), PAGES)
def test_pages_ask_nothing_of_other_addresses(site, how, expected):
    replace("2025/nl/index.html", *how)(site)
    small.seal(site)
    found = told(site, CANARY)
    assert expected.replace("an img", "a img").replace("an a that", "a a that").replace(
        "an image", "a image") in found  # fmt: skip


SITES = [
    (write("2025/nl/extra.html", "<p>x</p>"), False, "extra.html: found a file that .2025.whole"),
    (replace("2025/nl/index.html", "Zie", "Kijk"), False, "other content than .2025.whole.json"),
    (write("extra.html", "<p>x</p>"), False, "extra.html: found a file beside the editions"),
    (write("2024/nl/index.html", "<p>x</p>"), False, "2024/manifest.json: found no file"),
    (lambda f: (f / ".2025.whole.json").unlink(), False, "no list of its files"),
    (lambda f: (f / "2025/manifest.json").unlink(), True, "2025/manifest.json: found no file"),
    (lambda f: (f / "2025").rename(f / "2024"), False, "another edition than its folder"),
    (write("2025/chapters/a.ipynb", "{}"), True, "a.ipynb: found a kind of file"),
    (write("2025/nl/_static/x.woff2", b"wOF2"), True, "x.woff2: found a kind of file"),
    (write("2025/nl/_static/x.js", "fetch('https://x.nl')"), True, "x.js: found a script that"),
    (write("2025/nl/_static/x.js", "import('//x.nl/a.js')"), True, "x.js: found a script that"),
    (write("2025/nl/_static/x.css", "@import url(https://x.nl)"), True, "x.css: found a style"),
    (write("2025/nl/_static/x.css", "p{background:url('//x.nl')}"), True, "x.css: found a style"),
    (write("2025/nl/_static/x.css", r"p{background:url(\68ttps://x.nl)}"), True, "x.css: found"),
    (write("2025/nl/searchindex.js", f'Search.setIndex({{"{CANARY}": 1}})'), True, "a word from"),
    (write("2025/nl/objects.html", CANARY), True, "a word from the list"),
    (write("index.html", f"<p>{CANARY}</p>"), False, "index.html: found a word"),
    (replace("2025/exhibits/1.2-reach/reach.csv", "440,20", "7,20"), True, "below the minimum"),
    (change("2025/disclosure.json", lambda d: d["exhibits"][0].update(status="review")), True,
     "2025/disclosure.json: found an exhibit that did not pass"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "sealed", "expected"), SITES)
def test_damages_of_a_site(site, damage, sealed, expected):
    damage(site)
    if sealed and (site / "2025" / "manifest.json").exists():
        small.seal(site)
    assert expected in told(site, CANARY)


def test_a_file_of_the_theme_is_known_by_its_content(site):
    from importlib.metadata import files

    entry = next(f for f in files("pydata-sphinx-theme") if f.name.endswith(".woff2"))
    write(f"2025/nl/_static/{entry.name}", entry.locate().read_bytes())(site)
    small.seal(site)
    assert told(site) == ""
    write(f"2025/nl/{entry.name}", entry.locate().read_bytes())(site)
    small.seal(site)
    assert "a kind of file that may not leave" in told(site), "beside the theme it is a stranger"


@pytest.mark.parametrize("make", [lambda f: None, lambda f: f.mkdir(), lambda f: f.write_text("x")])
def test_what_is_neither_a_release_nor_a_site_is_a_wrong_call(tmp_path, make):
    make(tmp_path / "x")
    with pytest.raises(EditionError):
        check_folder(tmp_path / "x")


def run(*arguments):
    return CliRunner().invoke(main, ["release", "check", *map(str, arguments)])


def test_the_command_says_how_it_went(release, tmp_path):
    done = run(release)
    assert done.exit_code == 0
    assert done.output.startswith("Nothing found that may not leave. Now somebody")
    words = tmp_path / "words.txt"
    words.write_text(f"\n{CANARY}\n")
    in_note(f"{CANARY} {PSEUDONYM}")(release)
    small.declare(release)
    done = run(release, "--canaries", words)
    assert done.exit_code == 1
    assert CANARY not in done.output
    assert PSEUDONYM not in done.output
    assert "2 problems" in done.output
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty").exit_code == 2
    assert run(tmp_path / "absent").exit_code == 2
    assert run("").exit_code == 2


@pytest.mark.slow
@pytest.mark.xdist_group("stub-book")
class TestTheStubBook:
    def test_its_release_and_site_pass(self, stub_book):
        for folder in (stub_book.release, stub_book.site):
            done = subprocess.run(
                [sys.executable, "-m", "analysis.cli", "release", "check", folder],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(
        ("damage", "expected"),
        [
            (write("2025/en/persons.csv", TABLE), "persons.csv: found the pseudonym"),
            (replace("2025/en/searchindex.js", "Search", f"/*{CANARY}*/Search"), "a word from"),
            (replace("2025/en/_static/doctools.js", "use", f"{CANARY}; use"), "a word from"),
            (first_count("2025/exhibits/a1-linkage/linked-by-year.csv", 7), "below the"),
            (first_count("2025/exhibits/a1-linkage/linked-by-year.csv", 852693), "rounded"),
            (replace("2025/exhibits/a1-linkage/linked-by-year.json", "97", "31"), "1 numbers in"),
            (
                replace("2025/exhibits/1.2-reach/coverage-by-branch.en.svg", "<!-- 76", "<!-- 31"),
                "labels",
            ),
        ],
    )
    def test_a_damage_is_found(self, stub_book, tmp_path, damage, expected):
        shutil.copytree(stub_book.site, tmp_path / "site")
        damage(tmp_path / "site")
        assert expected in told(tmp_path / "site", CANARY)

"""A world with a canary in every place where one can sit: none of them may reach the book.

Pseudonyms have a column type of their own, and so have the codes that suppliers choose freely. All
other texts are closed lists: a delivery with anything else in them is refused before a build starts.
"""

import base64
import binascii
import gzip
import html
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pandera
import pytest

from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.schema import about
from tests.conftest import Built, preventieplan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("canaries")]

#: What stands for the person, the organisation and so on, wherever their pseudonym stands.
PSEUDONYMS = {
    "person": "c0ffee00c0ffee00c0ffee00c0ffee01",
    "organisation": "c0ffee00c0ffee00c0ffee00c0ffee02",
    "team": "c0ffee00c0ffee00c0ffee00c0ffee03",
    "respondent": "c0ffee00c0ffee00c0ffee00c0ffee04",
    "attendee": "c0ffee00c0ffee00c0ffee00c0ffee05",
    "facilitator": "c0ffee00c0ffee00c0ffee00c0ffee06",
}
#: The only columns in which a supplier writes words of its own.
CODES = {
    "function": "kanarie_functie_zq",
    "session": "kanarie_sessie_zq",
    "action": "kanarie_actie_zq",
    "intervention": "kanarie_interventie_zq",
    "overlaps": "kanarie_interventie_zq",
    "programme": "kanarie_opleiding_zq",
}
#: Table and column → whose rows get the number, and the number.
NUMBERS = {
    ("pfzw_payslips", "wage"): ("person", 31415.93),
    ("additional_background", "household_income"): ("person", 27182.81),
    ("intrakoop_accounts", "fte"): ("organisation", 57721.57),
}


def words() -> list[str]:
    numbers = [str(number) for _, number in NUMBERS.values()]
    return [*PSEUDONYMS.values(), *CODES.values(), *numbers]


@dataclass(frozen=True)
class Aviary:
    """A book built from a world with canaries."""

    deliveries: Path
    book: Built


def domain_of(table: str, column: str) -> str | None:
    return about(CONFIDENTIAL[table].columns[column]).domain


def file_of(deliveries: Path, table: str) -> Path:
    told = CONFIDENTIAL[table]
    return deliveries / told.supplier / f"{told.file}.parquet"


def plant(deliveries: Path) -> None:
    """Give one person, organisation and so on the canaries' pseudonyms, codes and numbers."""
    frames = {}
    for table in CONFIDENTIAL:
        frame = pd.read_parquet(file_of(deliveries, table))
        texts = frame.select_dtypes("category").columns
        frames[table] = frame.astype(dict.fromkeys(texts, object))
    victims = _victims(frames)
    for table, frame in frames.items():
        for column in CONFIDENTIAL[table].columns:
            canary = PSEUDONYMS.get(domain_of(table, column)) or CODES.get(column)
            if canary is not None:
                key = domain_of(table, column) or column
                frame[column] = frame[column].where(frame[column] != victims[key], canary)
        for (place, column), (domain, number) in NUMBERS.items():
            if place == table:
                frame.loc[frame[domain] == PSEUDONYMS[domain], column] = number
        frame.to_parquet(file_of(deliveries, table), index=False)


def _victims(frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    needed = ("programme_participants", "pfzw_payslips", "programme_sessions",
              "izz_monitor_respondents", "programme_action_points", "vernet_absence",
              "intrakoop_accounts")  # fmt: skip
    organisation = min(set.intersection(*(set(frames[table]["organisation"]) for table in needed)))

    def at_organisation(table: str) -> pd.Series:
        frame = frames[table]
        return frame[frame["organisation"] == organisation].iloc[0]

    slip, session = at_organisation("pfzw_payslips"), at_organisation("programme_sessions")
    attendees = frames["programme_attendees"]
    # A code that half the world shares is no canary: the rarest one is.
    programmes = frames["additional_training"]["programme"].value_counts()
    intervention = frames["inventory_interventions"]["intervention"].iloc[0]
    return {
        "organisation": organisation,
        "person": slip["person"],
        "team": slip["team"],
        "respondent": at_organisation("izz_monitor_respondents")["respondent"],
        "session": session["session"],
        "facilitator": session["facilitator"],
        "attendee": attendees[attendees["session"] == session["session"]]["attendee"].iloc[0],
        "action": at_organisation("programme_action_points")["action"],
        "intervention": intervention,
        "overlaps": intervention,
        "function": frames["fwg_functions"]["function"].iloc[-1],
        "programme": programmes.index[-1],
    }


@pytest.fixture(scope="module")
def aviary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aviary")
    deliveries, out = folder / "deliveries", folder / "out"
    done = preventieplan("stub", deliveries, "--scale", "0.002", "--years", "2019-2025")
    assert done.returncode == 0, done.stderr
    plant(deliveries)
    done = preventieplan("build", "--deliveries", deliveries, "--out", out)
    assert done.returncode == 0, done.stderr
    return Aviary(deliveries, Built(out))


def test_every_column_that_takes_words_has_a_canary():
    free = set()
    for table in CONFIDENTIAL.values():
        for name, column in table.columns.items():
            told = about(column)
            if column.dtype.check(pandera.String()) and not told.labels:
                free.add(told.domain or name)
    assert free == set(PSEUDONYMS) | set(CODES)


def test_a_closed_list_refuses_a_canary(aviary, tmp_path):
    frame = pd.read_parquet(file_of(aviary.deliveries, "programme_sessions"))
    frame["kind"] = "kanarie_zq"
    (tmp_path / "programme").mkdir()
    frame.to_parquet(tmp_path / "programme" / "sessions.parquet", index=False)
    note = aviary.deliveries / "programme" / "delivery.json"
    (tmp_path / "programme" / "delivery.json").write_bytes(note.read_bytes())
    done = preventieplan("check", tmp_path)
    assert done.returncode == 3
    assert "kanarie_zq" not in done.stdout + done.stderr


def test_the_canaries_were_in_what_the_chapters_read(aviary):
    dataset = aviary.book.out / "2025" / "dataset"
    frames = [pd.read_parquet(path) for path in dataset.rglob("*.parquet")]
    texts = {
        value
        for frame in frames
        for column in frame.columns
        if not pd.api.types.is_numeric_dtype(frame[column])
        for value in frame[column].astype(str).unique()
    }
    assert PSEUDONYMS["organisation"] in texts
    assert PSEUDONYMS["person"] in texts


@pytest.mark.parametrize("part", ["release", "site"])
def test_the_reader_finds_no_canary(aviary, tmp_path, part):
    (tmp_path / "words.txt").write_text("\n".join(words()))
    done = preventieplan(
        "release", "check", getattr(aviary.book, part), "--canaries", tmp_path / "words.txt"
    )
    assert done.returncode == 0, done.stderr


def forms() -> list[str]:
    """Write each canary as a page, a CSV or a search index might."""
    found = []
    for word in words():
        found.append(word)
        if word.replace(".", "").isdecimal():
            whole, part = word.split(".")
            tens = f"{int(whole):,}"
            found += [f"{whole},{part}", f"{tens}.{part}", f"{tens.replace(',', '.')},{part}"]
            found += [f"{whole}.{part[0]}", f"{whole},{part[0]}"]
        if len(word) == 32:
            found += [word.upper(), word[:16]]
    return found


def readings(content: bytes, deep: int = 3) -> list[str]:
    """Read a file in every simple way; shares nothing with the reader."""
    text = content.decode("utf-8", "ignore")
    found = [text, html.unescape(text), text.replace("\\u", "").replace("\n", "")]
    if deep == 0:
        return found
    parts = []
    for run in re.findall(r"[A-Za-z0-9+/=_-]{24,}", text):
        for start in range(4):
            body = run[start:].replace("-", "+").replace("_", "/").split("=")[0]
            try:
                parts.append(base64.b64decode(body + "=" * (-len(body) % 4)))
            except binascii.Error:
                continue
    for part in [content, *parts]:
        for unpack in (gzip.decompress, zlib.decompress):
            try:
                parts.append(unpack(part))
            except (OSError, EOFError, zlib.error):
                continue
    return found + [one for part in parts for one in readings(part, deep - 1)]


@pytest.mark.parametrize("part", ["release", "site"])
def test_a_second_simple_search_finds_no_canary(aviary, part):
    canaries = [form.lower() for form in forms()]
    for path in sorted(getattr(aviary.book, part).rglob("*")):
        if path.is_dir() or "_static" in path.parts[:-1]:
            continue
        for text in readings(path.read_bytes()):
            lower = text.lower()
            assert not [one for one in canaries if one in lower], path.name


def test_the_theme_has_no_canary(aviary):
    for path in aviary.book.site.rglob("_static/**/*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not [word for word in words() if word.encode() in content], path.name


def test_both_searches_would_have_found_one(tmp_path):
    secret = gzip.compress(f"x {CODES['session']} {PSEUDONYMS['person']}".encode())
    hidden = json.dumps({"alt": base64.b64encode(secret).decode()}).encode()
    assert any(CODES["session"] in text for text in readings(hidden))
    from analysis.airlock.reader.search import WHAT, Search

    told = " ".join(map(str, Search(words()).in_file("x.json", hidden)))
    assert WHAT["word"] in told
    assert WHAT["pseudonym"] in told

"""What must be in no file, however it is written: people, machines and the words asked for."""

import csv
import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from analysis.airlock.reader.layers import (
    COMPRESSED,
    Layer,
    TooMuchError,
    kind_of,
    readable,
    unpack,
)
from analysis.airlock.reader.problems import REBUILD, TRACE, Problem

#: 128 bits in hexadecimal, also with the hyphens of a UUID; a longer run is a checksum.
_PSEUDONYM = re.compile(
    r"(?<![0-9a-zA-Z])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-zA-Z])",
    re.IGNORECASE,
)
_CHECKSUM = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{33,}(?![0-9a-zA-Z])", re.IGNORECASE)
#: A number of 8 or 9 digits by itself: no part of a decimal, a name or a checksum.
_NUMBER = re.compile(r"(?<![\w.,\-/])\d{8,9}(?![\w.\-/]|,\d)")
_NAMED_BSN = re.compile(r"\b(?:bsn|burgerservicenummer)\W{0,12}[\d. ]{8,12}", re.IGNORECASE)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
#: Of this many neighbouring numbers so many pass: by chance, one window in a hundred thousand.
_WINDOWS = ((10, 7), (20, 11))
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|var|private|mnt|media|work|workspace|srv|data|opt|usr|etc)"
    r"/[\w.-]+|(?<!\w)[A-Za-z]:\\{1,2}[A-Za-z]|\bfile://|\\\\[A-Za-z][\w.-]+\\"
)
_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|Cell In\[\d+\], line \d+"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_FRAME = re.compile(
    r"class=\\?[\"'][^\"'<>]*\bdataframe\b|text/html\"\s*:|application/vnd\.dataresource"
)
_PERSON_COLUMN = re.compile(
    r"^(?:(?:person|persoon|respondent|attendee|employee|werknemer|client|cliënt|organisation|"
    r"organisatie|team|facilitator)(?:_?(?:id|nr|nummer|number|key))?|bsn|pseudonym|pseudoniem|"
    r"birth.*|geboorte.*|name|naam|voornaam|achternaam|address|adres|postcode|email|e-mail)$",
    re.IGNORECASE,
)
_FEWEST_ROWS = 10

WHAT = {
    "pseudonym": "the pseudonym of a person or organisation",
    "checksum": "a long hexadecimal code that is the checksum of no file here",
    "bsn": "numbers that look like citizen service numbers",
    "path": "an absolute path of a machine",
    "traceback": "a traceback",
    "mail": "an e-mail address",
    "frame": "a data frame shown as a table",
    "people": "a table with a row per person or organisation",
    "word": "a word from the list given with --canaries",
}


class Search:
    """Looks for what must not be there.

    Parameters
    ----------
    words
        More words to look for, in any case; a number also as Dutch and English write it.
    checksums
        Long hexadecimal codes that may stand in a file: the checksums of files.
    """

    def __init__(self, words: Iterable[str] = (), checksums: Iterable[str] = ()) -> None:
        wanted = {form.casefold() for word in words for form in _forms(word)}
        self._words = re.compile("|".join(map(re.escape, sorted(wanted)))) if wanted else None
        self._checksums = frozenset(checksums)

    def in_file(self, name: str, content: bytes, *, compressed: bool = False) -> list[Problem]:
        """Return what should not be in a file, each kind once.

        Parameters
        ----------
        compressed
            Whether the file's type is compressed by itself, as PDF is.
        """
        problems = {}
        try:
            for layer in unpack(content):
                how = f" (as {' in '.join(reversed(layer.way))})" if layer.way else ""
                kind = kind_of(layer) or (None if compressed else _packing(layer))
                if kind is not None:
                    problems.setdefault(
                        kind, Problem(name, kind + how, "text that a reader sees", TRACE)
                    )
                for key in self.in_text(layer.text):
                    problems.setdefault(key, Problem(name, WHAT[key] + how, "none", TRACE))
        except TooMuchError:
            problems["depth"] = Problem(
                name, "more hidden parts than can be unpacked", "plain content", REBUILD
            )
        return list(problems.values())

    def in_text(self, text: str) -> Iterator[str]:
        """Give the kinds of things that stand in a text."""
        if _PSEUDONYM.search(text):
            yield "pseudonym"
        if any(found.lower() not in self._checksums for found in _CHECKSUM.findall(text)):
            yield "checksum"
        tables = list(_tables(text))
        numbers = [_NUMBER.findall(text), *(one for table in tables for one in _columns(table))]
        if _NAMED_BSN.search(text) or any(map(_holds_bsn, numbers)):
            yield "bsn"
        for key, pattern in (
            ("path", _MACHINE_PATH),
            ("traceback", _TRACEBACK),
            ("mail", _MAIL),
            ("frame", _FRAME),
        ):
            if pattern.search(text):
                yield key
        if _has_people(text, tables):
            yield "people"
        if self._words is not None:
            folded = text.casefold()
            if self._words.search(folded) or self._words.search(re.sub(r"\s+", " ", folded)):
                yield "word"


def _packing(layer: Layer) -> str | None:
    """Name the way in which a layer was compressed; nothing in a book is."""
    return f"{layer.way[-1]} data" if layer.way and layer.way[-1] in COMPRESSED else None


def _forms(word: str) -> Iterator[str]:
    word = readable(word).strip()
    if not word:
        return
    yield word
    if re.fullmatch(r"\d{4,}(?:\.\d+)?", word):
        whole, dot, part = word.partition(".")
        grouped = f"{int(whole):,}"
        yield grouped + dot + part
        yield grouped.replace(",", ".") + dot.replace(".", ",") + part
        yield whole + dot.replace(".", ",") + part


def passes_eleven_test(number: str) -> bool:
    """Tell whether 8 or 9 digits could be a citizen service number."""
    digits = map(int, number.zfill(9))
    total = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total > 0 and total % 11 == 0


def _holds_bsn(numbers: Sequence[str]) -> bool:
    passed = [passes_eleven_test(number) for number in dict.fromkeys(numbers)]
    return any(
        sum(passed[place : place + size]) >= least
        for size, least in _WINDOWS
        for place in range(len(passed) - size + 1)
    )


def _tables(text: str) -> Iterator[list[list[str]]]:
    """Give the cells of each part of a text whose lines have equally many separators."""
    lines = text.splitlines()
    for separator in ",;\t|":
        if separator not in text:
            continue
        for count, run in itertools.groupby(lines, lambda line, one=separator: line.count(one)):
            rows = list(run) if count else []
            if len(rows) > _FEWEST_ROWS:
                yield [[cell.strip(' "') for cell in row.split(separator)] for row in rows]


def _columns(table: list[list[str]]) -> Iterator[list[str]]:
    """Give the numbers of each column that could be citizen service numbers."""
    for column in zip(*table, strict=True):
        yield [cell for cell in column if _NUMBER.fullmatch(cell)]


def _has_people(text: str, tables: list[list[list[str]]]) -> bool:
    # Something may stand before the first cell: a quote, or the tag of a page.
    heads = (re.split("[\"'>]", cell)[-1] for table in tables for cell in table[0])
    if any(map(_PERSON_COLUMN.match, heads)):
        return True
    return text.lstrip()[:1] in ("[", "{") and _has_people_in_json(text)


def _has_people_in_json(text: str) -> bool:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return False
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            long = [v for k, v in value.items() if _PERSON_COLUMN.match(k)]
            if any(isinstance(v, list | dict) and len(v) > _FEWEST_ROWS for v in long):
                return True
        elif isinstance(value, list):
            waiting += value
            rows = [one for one in value if isinstance(one, dict)]
            # "name" and "organisation" also head short lists about sources.
            if len(rows) > 50 and any(map(_PERSON_COLUMN.match, rows[0])):
                return True
    return False


def read_rows(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read CSV strictly.

    Raises
    ------
    ValueError
        If a row has another number of cells than the head, or a quote is open.
    """
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error:
        raise ValueError("not CSV") from None
    if not rows or len(set(rows[0])) != len(rows[0]):
        raise ValueError("no head")
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("uneven rows")
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

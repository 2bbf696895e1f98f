"""How a CSV file is written: encoding, line breaks, separator, header; and its copy as plain UTF-8.

One pass over the bytes, whatever the size. A file that is cut off or is no text is refused here,
before anything is read from it.
"""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analysis.languages import Text
from analysis.sources.problems import Problem, UnusableFileError

SEPARATORS = (",", ";", "\t")
_CHUNK = 1 << 22
#: The header must end within this many bytes.
_HEADER = 1 << 20
#: Bytes that no text holds, and bytes that Windows-1252 leaves open.
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\r")))
_NOT_WINDOWS = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

SAVE_AGAIN = Text(
    nl="Sla het bestand opnieuw op als CSV in UTF-8 en lever het opnieuw.",
    en="Save the file again as CSV in UTF-8 and deliver it again.",
)
DELIVER_AGAIN = Text(
    nl="Het bestand lijkt beschadigd of afgebroken: maak het opnieuw en lever het opnieuw.",
    en="The file looks damaged or cut off: make it again and deliver it again.",
)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes
    ----------
    encoding
        ``utf-8-sig`` (with or without mark) or ``cp1252``.
    header
        Names of the columns, stripped.
    plain
        Whether the file can be read as it is: UTF-8, with one kind of line break.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    plain: bool


@dataclass
class _Bytes:
    """What one pass over a file tells."""

    size: int = 0
    controls: bool = False
    nul: bool = False
    utf8: bool = True
    windows: bool = True
    quotes: int = 0
    pairs: int = 0
    feeds: int = 0
    returns: int = 0
    last: bytes = b""
    start: bytes = b""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )
    _pending: bool = False

    def take(self, chunk: bytes) -> None:
        if len(self.start) < _HEADER:
            self.start += chunk[: _HEADER - len(self.start)]
        self.size += len(chunk)
        self.nul |= b"\0" in chunk
        self.controls |= len(chunk.translate(None, _CONTROLS)) != len(chunk)
        self.quotes += chunk.count(b'"')
        self.pairs += chunk.count(b"\r\n") + (self.last == b"\r" and chunk[:1] == b"\n")
        self.feeds += chunk.count(b"\n")
        self.returns += chunk.count(b"\r")
        self.last = chunk[-1:]
        if chunk.isascii() and not self._pending:
            return
        self.windows &= len(chunk.translate(None, _NOT_WINDOWS)) == len(chunk)
        if self.utf8:
            self._decode(chunk)

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self.utf8 = False
        else:
            self._pending = bool(self._decoder.getstate()[0])

    def finish(self) -> None:
        if self.utf8:
            self._decode(b"", final=True)

    @property
    def one_line_break(self) -> bool:
        """Whether all line breaks are of one kind."""
        return self.pairs == self.returns and self.pairs in (0, self.feeds)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def read_dialect(path: Path, wanted: Collection[str], *, file: str) -> Dialect:
    """Find out how a CSV file is written.

    Parameters
    ----------
    path
        The file.
    wanted
        Names of the columns that the header should hold.
    file
        How messages name the file.

    Raises
    ------
    UnusableFileError
        If the file is empty, no text, of another encoding, cut off, or has no header.
    """
    seen = _Bytes()
    for chunk in _chunks(path):
        seen.take(chunk)
    seen.finish()
    columns = Text(
        nl=f"tekst met de kolommen {', '.join(wanted)}", en=f"text with columns {', '.join(wanted)}"
    )
    if not seen.start.removeprefix(codecs.BOM_UTF8).strip():
        _refuse(file, "empty file", columns, DELIVER_AGAIN)
    _refuse_other_encodings(seen, file)
    encoding = "utf-8-sig" if seen.utf8 else "cp1252"
    separator, header = _read_header(seen.start, encoding, wanted)
    if not separator:
        _refuse(
            file,
            "no header",
            Text(
                nl=f"een eerste regel met de kolommen {', '.join(wanted)}, gescheiden door een "
                "komma, puntkomma of tab",
                en=f"a first line with columns {', '.join(wanted)}, separated by a comma, "
                "semicolon or tab",
            ),
            Text(
                nl="Zet de namen van de kolommen op de eerste regel.",
                en="Put the names of the columns on the first line.",
            ),
        )
    _refuse_what_is_cut_off(seen, file)
    return Dialect(encoding, separator, header, seen.utf8 and seen.one_line_break)


def _refuse_other_encodings(seen: _Bytes, file: str) -> None:
    utf8 = Text(nl="tekst in UTF-8 of Windows-1252", en="text in UTF-8 or Windows-1252")
    halves = (seen.start[:2000:2].count(0), seen.start[1:2000:2].count(0))
    nearly_all = 0.9 * len(seen.start[:2000:2])
    if seen.start.startswith(_WIDE_MARKS) or (max(halves) > nearly_all and min(halves) == 0):
        _refuse(file, "UTF-16", utf8, SAVE_AGAIN)
    if seen.nul or seen.controls:
        _refuse(file, "not text", utf8, DELIVER_AGAIN)
    if not seen.utf8 and not seen.windows:
        _refuse(file, "unknown encoding", utf8, SAVE_AGAIN)


def _refuse_what_is_cut_off(seen: _Bytes, file: str) -> None:
    if seen.quotes % 2:
        _refuse(
            file,
            "quote not closed",
            Text(nl="elk aanhalingsteken in een paar", en="every quote in a pair"),
            DELIVER_AGAIN,
        )
    if seen.last not in (b"\n", b"\r", b'"'):
        _refuse(
            file,
            "cut off",
            Text(nl="een regeleinde na de laatste rij", en="a line break after the last row"),
            DELIVER_AGAIN,
        )


def _refuse(file: str, rule: str, expected: Text, remedy: Text) -> None:
    raise UnusableFileError(Problem(file=file, rule=rule, expected=expected, remedy=remedy))


def _read_header(
    start: bytes, encoding: str, wanted: Collection[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the separator that gives most of the wanted columns, and the names it gives."""
    text = start.decode(encoding, "replace").lstrip("\r\n")
    wanted = {name.casefold() for name in wanted}
    best: tuple[int, str, tuple[str, ...]] = (0, "", ())
    for separator in SEPARATORS:
        try:
            names = next(csv.reader(io.StringIO(text, newline=None), delimiter=separator))
        except (csv.Error, StopIteration):
            continue
        header = tuple(name.strip() for name in names)
        known = len({name.casefold() for name in header} & wanted)
        if known > best[0]:
            best = (known, separator, header)
    return best[1], best[2]


def write_plain(path: Path, dialect: Dialect, target: Path) -> None:
    r"""Copy a file as UTF-8 with ``\n`` at the end of every line, in chunks."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(dialect.encoding)(), translate=True
    )
    with target.open("wb") as stream:
        for chunk in _chunks(path):
            stream.write(decoder.decode(chunk).encode("utf-8"))
        stream.write(decoder.decode(b"", final=True).encode("utf-8"))

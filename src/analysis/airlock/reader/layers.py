"""What a file says when it is decoded: the text itself, and all that hides in it.

Nothing is ever unpickled or loaded by a library that runs what it reads.
"""

import base64
import binascii
import bz2
import codecs
import html
import io
import itertools
import lzma
import pickletools
import re
import tarfile
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: How many encodings may lie in each other, and how many bytes one file may become.
DEEPEST = 8
LARGEST = 64 * 1024 * 1024

PNG = b"\x89PNG\r\n\x1a\n"
#: How data and archives start. Gzip starts with three bytes only, so it counts when it unpacks.
_STARTS = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF\r\n": "an HDF5 file",
    b"Obj\x01": "an Avro file",
    b"<stata_dta>": "a Stata file",
    b"$FL2@(#)": "an SPSS file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office file",
    b"PK\x03\x04": "a zip or Office file",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"RDX3\n": "an R workspace",
    b"\xff\xff\xff\xff\x10\x00\x00\x00": "an Arrow stream",
}
#: What is refused as it is; only archives are opened, to see whose words they hold.
_OPAQUE = frozenset(_STARTS.values()) - {"a zip or Office file", "xz"} | {"a pickle"}
_GZIP = b"\x1f\x8b\x08"
#: Ways of packing.
COMPRESSED = ("gzip", "bzip2", "xz", "zlib", "zip", "tar")
_BZIP = re.compile(rb"BZh[1-9]1AY&SY")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_OLD_PICKLES = (b"(d", b"(l", b"c", b"(i", b"]", b"}", b"(")
#: A pickle has at least so many opcodes to its end; chance bytes fail before the larger number.
_FEWEST_OPCODES, _MOST_OPCODES = 6, 64

_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_BASE64_OF_ADDRESSES = re.compile(r"[A-Za-z0-9_-]{24,}={0,2}")
#: The same over lines, also as strings in JSON.
#: Its groups give nothing back, or a long run would be tried from each of its letters.
_BROKEN_BASE64 = re.compile(
    r'(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}+(?:(?:\\[rn]|[\s",])++[A-Za-z0-9+/_-]{4,}+)++={0,2}'
)
_BREAKS = re.compile(r'\\[rn]|[\s",]')
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){24,}")
_BASE32 = re.compile(r"[A-Z2-7]{32,}={0,6}")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrt\"'\\/])")
#: Chance bytes hold no twelve printable ones in a row.
_WORDS = re.compile(rb"[\x20-\x7e\t\r\n]{12,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


class TooMuchError(Exception):
    """A file hides more than the reader unpacks."""


@dataclass(frozen=True)
class Layer:
    """One way to read a part of a file."""

    way: tuple[str, ...]
    content: bytes

    @property
    def text(self) -> str:
        """The content as text; bytes that are no text are left out."""
        return readable(self.content.decode("utf-8", "ignore"))

    @property
    def is_text(self) -> bool:
        """Whether every byte belongs to text."""
        try:
            return "\x00" not in self.content.decode("utf-8")
        except UnicodeDecodeError:
            return False


def readable(text: str) -> str:
    """Return text as the eye sees it: one form of each letter, without invisible signs."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def unpack(content: bytes) -> Iterator[Layer]:
    """Give a file's content and everything that can be decoded from it.

    Raises
    ------
    TooMuchError
        If it is nested too deeply or grows too large.
    """
    seen: set[bytes] = set()
    left = LARGEST
    waiting = [Layer((), content)]
    while waiting:
        layer = waiting.pop()
        if layer.content in seen:
            continue
        seen.add(layer.content)
        left -= len(layer.content)
        if left < 0 or len(layer.way) > DEEPEST:
            raise TooMuchError
        yield layer
        if kind_of(layer) in _OPAQUE:
            continue
        waiting += [Layer((*layer.way, how), inner) for how, inner in _inside(layer)]


def kind_of(layer: Layer) -> str | None:
    """Name the stored data or archive that a layer is or holds; None when it is neither."""
    content = layer.content
    for start, name in _STARTS.items():
        if content.startswith(start) or (not layer.is_text and start in content):
            return name
    if _BZIP.search(content):
        return "bzip2"
    if content[257:262] == b"ustar":
        return "a tar archive"
    return "a pickle" if _is_pickle(content) else None


def _is_pickle(content: bytes) -> bool:
    """Tell whether bytes are a pickle, by reading its opcodes and running none."""
    places = [found.start() for found in list(_PICKLE.finditer(content))[:50]]
    if content.startswith(_OLD_PICKLES):
        places.append(0)
    for place in places:
        stream = io.BytesIO(content)
        stream.seek(place)
        try:
            opcodes = itertools.islice(pickletools.genops(stream), _MOST_OPCODES)
            if sum(1 for _ in opcodes) >= _FEWEST_OPCODES:
                return True
        except Exception:  # noqa: S112  whatever it is, it is no pickle
            continue
    return False


def _inside(layer: Layer) -> Iterator[tuple[str, bytes]]:
    yield from _decompressed(layer.content)
    if layer.content.startswith(PNG):
        for name, data in png_chunks(layer.content):
            if name != "IDAT":
                yield f"PNG {name}", data
                yield from _inflated(data)
    if layer.content.startswith(b"%PDF-"):
        for found in _PDF_STREAM.finditer(layer.content):
            yield from _inflated(found[1].strip(b"\r\n"), anywhere=False)
    if layer.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "UTF-16", layer.content.decode("utf-16", "ignore").encode()
    elif b"\x00" in layer.content:
        yield "without zero bytes", layer.content.replace(b"\x00", b"")
    if layer.is_text:
        yield from _in_text(layer.content.decode("utf-8"))


def _in_text(text: str) -> Iterator[tuple[str, bytes]]:
    plain = urllib.parse.unquote(html.unescape(_ESCAPE.sub(_unescaped, text)), errors="ignore")
    if plain != text:
        yield "escapes", plain.encode("utf-8", "ignore")
    runs = set(_BASE64.findall(text)) | set(_BASE64_OF_ADDRESSES.findall(text))
    runs |= {_BREAKS.sub("", run) for run in _BROKEN_BASE64.findall(text)}
    for run in runs:
        # Letters that stand before the code by accident move its groups of four.
        for start in range(4):
            if _has_content(raw := _from_base64(run[start:])):
                yield "base64", raw
    for run in set(_HEXADECIMAL.findall(text)):
        if _has_content(raw := binascii.unhexlify(run)):
            yield "hexadecimal", raw
    for run in set(_BASE32.findall(text)):
        body = run.rstrip("=")
        body = body[: len(body) // 8 * 8]
        if _has_content(raw := base64.b32decode(body)):
            yield "base32", raw


def _unescaped(found: re.Match[str]) -> str:
    sign = found[0]
    if sign[1] in "ux":
        return chr(int(sign[2:], 16))
    return {"n": "\n", "r": "\r", "t": "\t"}.get(sign[1], sign[1])


def _from_base64(run: str) -> bytes:
    body = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    return base64.b64decode(body + "=" * (-len(body) % 4))


def _has_content(raw: bytes) -> bool:
    return (
        bool(_WORDS.search(raw))
        or raw[:1] == b"\x78"
        or _GZIP in raw
        or raw.count(0) > len(raw) // 4
        or kind_of(Layer((), raw)) is not None
    )


def _decompressed(content: bytes) -> Iterator[tuple[str, bytes]]:
    for place in _places(content, _GZIP):
        yield from _tried(
            "gzip", lambda raw: _limited(zlib.decompressobj(31), raw), content[place:]
        )
    for found in _BZIP.finditer(content):
        start = content[found.start() :]
        yield from _tried("bzip2", lambda raw: _limited(bz2.BZ2Decompressor(), raw), start)
    for place in _places(content, b"\xfd7zXZ\x00"):
        start = content[place:]
        yield from _tried("xz", lambda raw: _limited(lzma.LZMADecompressor(), raw), start)
    yield from _inflated(content, anywhere=False)
    if b"PK\x03\x04" in content:
        yield from _members(content)
    if content[257:262] == b"ustar":
        yield from _tar_members(content)


def _places(content: bytes, start: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(start), content)][:20]


def _inflated(content: bytes, *, anywhere: bool = True) -> Iterator[tuple[str, bytes]]:
    """Try zlib at the start, or after the name that a PNG writes before compressed text."""
    starts = [content]
    if anywhere:
        starts += [content[place:] for place in _places(content, b"\x78")]
    for start in starts:
        if start[:1] == b"\x78":
            yield from _tried("zlib", lambda raw: _limited(zlib.decompressobj(), raw), start)


def _limited(decompressor, content: bytes) -> bytes:
    unpacked = decompressor.decompress(content, LARGEST)
    if len(unpacked) >= LARGEST:
        raise TooMuchError
    return unpacked


def _tried(
    how: str, decompress: Callable[[bytes], bytes], content: bytes
) -> Iterator[tuple[str, bytes]]:
    try:
        unpacked = decompress(content)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        return
    if unpacked:
        yield how, unpacked


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.file_size >= LARGEST:
                    raise TooMuchError
                yield "zip", member.filename.encode()
                yield "zip", archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError):
        return


def _tar_members(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for member in archive:
                yield "tar", member.name.encode()
                if member.isfile() and (stream := archive.extractfile(member)):
                    yield "tar", stream.read(LARGEST)
    except (tarfile.TarError, OSError):
        return


def png_chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the chunks of a PNG; what follows its end comes as chunk ``after the end``."""
    place = len(PNG)
    while place + 8 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8].decode("latin-1")
        yield name, content[place + 8 : place + 8 + length]
        place += length + 12
        if name == "IEND":
            break
    if place < len(content):
        yield "after the end", content[place:]

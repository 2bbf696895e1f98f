"""Which files there are, and whether each is declared, unchanged and of a kind that may leave."""

import hashlib
import json
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.airlock.reader.layers import PNG
from analysis.airlock.reader.problems import REBUILD, TRACE, Problem
from analysis.airlock.reader.theme import is_theme

MANIFEST = "manifest.json"
LARGEST_FILE = 16 * 1024 * 1024
TYPES = (".html", ".css", ".js", ".csv", ".json", ".png", ".pdf", ".svg")
NOTEBOOK = ".ipynb"
_BINARY = {".png": PNG, ".pdf": b"%PDF-"}


@dataclass(frozen=True)
class Inventory:
    """The files of a folder that can be read.

    Attributes
    ----------
    content
        Path in the folder → bytes; files that are too large, odd or links are not in it.
    checksums
        Path in the folder → SHA-256.
    problems
        What is wrong with the files as files.
    """

    content: dict[str, bytes] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def own(self) -> dict[str, bytes]:
        """Return the files that are not the theme's."""
        return {
            name: content
            for name, content in self.content.items()
            if not is_theme(name, self.checksums[name])
        }

    def read_json(self, name: str) -> Any:
        """Return what a JSON file says, or None, noting the problem, when it cannot be read."""
        if name not in self.content:
            self.problems.append(Problem(name, "no file", "a JSON file", REBUILD))
            return None
        try:
            return json.loads(
                self.content[name].decode("utf-8"),
                object_pairs_hook=_without_repetition,
                parse_constant=_no_constant,
            )
        except (ValueError, RecursionError):
            self.problems.append(Problem(name, "no readable JSON", "JSON in UTF-8", REBUILD))
            return None


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError("not a number of JSON")


def take_stock(folder: Path, *, hidden: frozenset[str] = frozenset()) -> Inventory:
    """Read every file below a folder.

    Parameters
    ----------
    hidden
        Names of hidden files that belong there.
    """
    stock = Inventory()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            stock.problems.append(Problem(name, "a symbolic link", "plain files", TRACE))
        elif stat.S_ISDIR(mode):
            if path.name.startswith("."):
                stock.problems.append(Problem(name, "a hidden folder", "no hidden ones", TRACE))
        elif not stat.S_ISREG(mode):
            stock.problems.append(Problem(name, "something that is no file", "plain files", TRACE))
        else:
            _take(stock, path, name, hidden)
    if not stock.content and not stock.problems:
        stock.problems.append(Problem(".", "no file at all", "a release or a site", REBUILD))
    return stock


def _take(stock: Inventory, path: Path, name: str, hidden: frozenset[str]) -> None:
    if path.name.startswith(".") and name not in hidden:
        stock.problems.append(Problem(name, "a hidden file", "no hidden files", TRACE))
    if path.stat().st_size > LARGEST_FILE:
        stock.problems.append(Problem(name, "more than 16 MB", "16 MB at most", TRACE))
        return
    content = path.read_bytes()
    stock.content[name] = content
    stock.checksums[name] = hashlib.sha256(content).hexdigest()


def check_types(stock: Inventory, *, notebooks: bool) -> list[Problem]:
    """Check that each file is of a kind that may leave, by its name and by its content.

    Parameters
    ----------
    notebooks
        Whether notebooks may lie in the folder ``chapters``: in a release, not in a site.
    """
    problems = []
    for name, content in stock.own().items():
        path = PurePosixPath(name)
        allowed = path.suffix in TYPES or (
            notebooks and path.suffix == NOTEBOOK and str(path.parent) == "chapters"
        )
        if not allowed:
            kinds = ", ".join(one.lstrip(".") for one in TYPES)
            kinds += ", and ipynb in chapters" if notebooks else ", and the theme's own files"
            problems.append(Problem(name, "a kind of file that may not leave", kinds, TRACE))
        elif path.suffix in _BINARY:
            if not content.startswith(_BINARY[path.suffix]):
                what = f"content that is not {path.suffix.lstrip('.').upper()}"
                problems.append(Problem(name, what, "what the name of the file says", TRACE))
        elif not _is_text(content):
            problems.append(Problem(name, "content that is no text", "text in UTF-8", TRACE))
    return problems


def _is_text(content: bytes) -> bool:
    try:
        return not any(ord(sign) < 32 and sign not in "\t\n\r" for sign in content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def compare(stock: Inventory, declared: object, *, names: set[str], by: str) -> list[Problem]:
    """Compare files with the list that declares them.

    Parameters
    ----------
    declared
        Path → SHA-256, as the list says.
    names
        Files that the list should hold.
    by
        Name of the list.
    """
    if not isinstance(declared, dict) or not all(isinstance(v, str) for v in declared.values()):
        return [Problem(by, "no list of files", "path and SHA-256 of every file", REBUILD)]
    problems = []
    for name in sorted(names - set(declared)):
        problems.append(Problem(name, f"a file that {by} does not declare", "declared ones", TRACE))
    for name in sorted(set(declared) & names):
        if declared[name] != stock.checksums.get(name):
            problems.append(
                Problem(name, f"other content than {by} declares", "the declared one", REBUILD)
            )
    missing = len(set(declared) - names)
    if missing:
        problems.append(
            Problem(by, f"{missing} declared files that are not there", "none", REBUILD)
        )
    return problems

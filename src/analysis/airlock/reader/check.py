"""Check a release or a site whole, and say everything that is wrong with it."""

import json
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.airlock.reader import inventory
from analysis.airlock.reader.cells import Thresholds
from analysis.airlock.reader.exhibits import DISCLOSURE, FINDINGS, Exhibits
from analysis.airlock.reader.inventory import MANIFEST, Inventory, take_stock
from analysis.airlock.reader.notebooks import check_notebook
from analysis.airlock.reader.pictures import check_png
from analysis.airlock.reader.problems import REBUILD, TRACE, Problem
from analysis.airlock.reader.requests import check_requests
from analysis.airlock.reader.search import Search
from analysis.airlock.reader.sliders import check_sliders
from analysis.airlock.reader.theme import is_theme
from analysis.edition import EDITION_NAME, Disclosure, read_edition
from analysis.errors import EditionError

#: Formats of a manifest that this reader knows.
FORMATS = (1,)
_MANIFEST = {
    "format", "edition", "reference_year", "version", "data", "sources", "key_fingerprint",
    "inconsistencies", "reported", "files",
}  # fmt: skip
_DATA = ("synthetic", "partly synthetic", "real")
_FRONT_DOOR = "index.html"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")


def check_folder(folder: Path, words: Iterable[str] = ()) -> list[Problem]:
    """Check a release or a site.

    Parameters
    ----------
    folder
        A release, or a site of one or more editions.
    words
        More words that may stand in no file.

    Raises
    ------
    EditionError
        If the folder is neither.
    """
    words = list(words)
    if not folder.is_dir() or folder.is_symlink():
        raise EditionError(f"{folder}: no folder; name a release or a site.")
    if (folder / MANIFEST).exists():
        problems = _check_release(folder, words)
    elif (folder / _FRONT_DOOR).exists():
        problems = _check_site(folder, words)
    else:
        raise EditionError(
            f"{folder}: neither a release (no {MANIFEST}) nor a site (no {_FRONT_DOOR}); name the "
            "folder `release` of an edition, or `site`."
        )
    search = Search(words)
    return sorted({_without_names(problem, search) for problem in problems})


def _without_names(problem: Problem, search: Search) -> Problem:
    """Replace a name that says too much by its place."""
    parts = PurePosixPath(problem.file).parts
    for place, part in enumerate(parts):
        if not _PLAIN_NAME.fullmatch(part.removeprefix(".")) or any(search.in_text(part)):
            place_of = "/".join(parts[:place]) or "the folder"
            return Problem(
                f"(a name not shown, in {place_of})", problem.found, problem.allowed, problem.action
            )
    return problem


def _check_release(folder: Path, words: list[str]) -> list[Problem]:
    stock = take_stock(folder)
    manifest, problems = _read_manifest(stock, "")
    problems += inventory.check_types(stock, notebooks=True)
    if manifest is not None:
        names = set(stock.content) - {MANIFEST}
        problems += inventory.compare(stock, manifest["files"], names=names, by=MANIFEST)
        problems += _check_content(stock, manifest)
    problems += _search(stock, words)
    return problems + stock.problems


def _check_site(folder: Path, words: list[str]) -> list[Problem]:
    editions = sorted(path.name for path in folder.iterdir() if path.is_dir())
    stock = take_stock(folder, hidden=frozenset(map(_list_of, editions)))
    problems = inventory.check_types(stock, notebooks=False)
    expected = {_FRONT_DOOR, *map(_list_of, editions)}
    if _FRONT_DOOR not in stock.content:
        problems.append(Problem(_FRONT_DOOR, "no front door", "a first page", REBUILD))
    if not editions:
        problems.append(Problem(".", "no edition", "a folder per edition", REBUILD))
    for name in stock.content:
        if "/" not in name and name not in expected:
            problems.append(Problem(name, "a file beside the editions", _FRONT_DOOR, TRACE))
    for edition in editions:
        problems += _check_edition(stock, edition)
    for name, content in stock.content.items():
        theme = is_theme(name, stock.checksums[name])
        problems += check_requests(name, content.decode("utf-8", "replace"), theme=theme)
    problems += _search(stock, words)
    return problems + stock.problems


def _list_of(edition: str) -> str:
    """Return the name of the list of files that stands beside an edition."""
    return f".{edition}.whole.json"


def _check_edition(stock: Inventory, edition: str) -> list[Problem]:
    prefix = f"{edition}/"
    inner = Inventory(
        {n.removeprefix(prefix): c for n, c in stock.content.items() if n.startswith(prefix)},
        {n.removeprefix(prefix): c for n, c in stock.checksums.items() if n.startswith(prefix)},
    )
    listed = _list_of(edition)
    problems = []
    if listed not in stock.content:
        what = "no list of its files beside the edition"
        problems.append(Problem(listed, what, "path and SHA-256 of every file", REBUILD))
    else:
        declared = stock.read_json(listed)
        problems += inventory.compare(inner, declared, names=set(inner.content), by=listed)
    manifest, found = _read_manifest(inner, edition)
    problems += found
    if manifest is not None:
        # Pages are made from notebooks, which stay in the release.
        released = manifest["files"]
        if isinstance(released, dict):
            released = {n: c for n, c in released.items() if not n.startswith("chapters/")}
        names = {n for n in inner.content if n.startswith("exhibits/")}
        names |= {DISCLOSURE, FINDINGS} & set(inner.content)
        problems += inventory.compare(inner, released, names=names, by=MANIFEST)
        problems += _check_content(inner, manifest)
        problems += check_sliders(inner, manifest["reference_year"])
    problems += inner.problems
    return [
        Problem(prefix + one.file if one.file != listed else listed, *_rest(one))
        for one in problems
    ]


def _rest(problem: Problem) -> tuple[str, str, str]:
    return problem.found, problem.allowed, problem.action


def _read_manifest(stock: Inventory, folder: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Read the manifest; None when nothing else can be checked without it."""
    content = stock.read_json(MANIFEST)
    if content is None:
        return None, []
    if not isinstance(content, dict) or content.get("format") not in FORMATS:
        fine = ", ".join(map(str, FORMATS))
        return None, [Problem(MANIFEST, "a format that is not known", f"format {fine}", REBUILD)]
    if set(content) != _MANIFEST:
        return None, [
            Problem(MANIFEST, "keys that do not fit", ", ".join(sorted(_MANIFEST)), REBUILD)
        ]
    problems = []
    if content["data"] not in _DATA:
        problems.append(Problem(MANIFEST, "an unknown kind of data", ", ".join(_DATA), REBUILD))
    print_of_key = content["key_fingerprint"]
    if print_of_key is not None and not re.fullmatch(r"[0-9a-f]{16}", str(print_of_key)):
        problems.append(Problem(MANIFEST, "an odd key fingerprint", "64 bits", TRACE))
    name = content["edition"]
    if not isinstance(name, str) or not re.fullmatch(EDITION_NAME, name):
        problems.append(Problem(MANIFEST, "no name of an edition", "a year", REBUILD))
    elif folder and name != folder:
        problems.append(Problem(MANIFEST, "another edition than its folder", "its own", REBUILD))
    return content, problems


def _thresholds(manifest: dict[str, Any]) -> Disclosure | None:
    try:
        return read_edition(str(manifest["edition"])).disclosure
    except EditionError:
        return None


def _check_content(stock: Inventory, manifest: dict[str, Any]) -> list[Problem]:
    limits = _thresholds(manifest)
    if limits is None:
        what = "an edition without a readable file in editions/"
        return [Problem(MANIFEST, what, "an edition of this clone", "Check it in its own clone")]
    quotations = json.dumps([manifest["reported"], manifest["inconsistencies"]], ensure_ascii=False)
    exhibits = Exhibits(stock, Thresholds(limits), quotations)
    problems = exhibits.check()
    for name, content in stock.content.items():
        if name.endswith(inventory.NOTEBOOK):
            notebook = stock.read_json(name)
            if notebook is not None:
                problems += check_notebook(name, notebook, exhibits.ids())
        elif name.endswith(".png") and not is_theme(name, stock.checksums[name]):
            problems += check_png(name, content)
    return problems


def _search(stock: Inventory, words: list[str]) -> list[Problem]:
    # A checksum may stand in a list of files, or in the name of one.
    named = {part for name in stock.content for part in re.findall(r"[0-9a-f]{33,}", name)}
    search = Search(words, {*stock.checksums.values(), *named, *_declared(stock)})
    problems = []
    for name, content in stock.own().items():
        problems += search.in_file(name, content, compressed=name.endswith((".png", ".pdf")))
        for kind in search.in_text(name):
            problems.append(Problem(name, f"a name that holds {kind}", "names of the book", TRACE))
    return problems


def _declared(stock: Inventory) -> set[str]:
    """Return the checksums that manifests declare for notebooks, which are in no site."""
    found = set()
    for name in stock.content:
        if PurePosixPath(name).name == MANIFEST:
            try:
                listed = json.loads(stock.content[name])["files"]
                found |= {v for k, v in listed.items() if k.startswith("chapters/")}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    return {one for one in found if isinstance(one, str) and re.fullmatch(r"[0-9a-f]{64}", one)}

"""What stands below a folder of deliveries: files, and what only looks like one."""

import os
from dataclasses import dataclass
from pathlib import Path

from analysis.languages import Text
from analysis.sources.problems import Problem, UnusableFileError, shown_path


@dataclass(frozen=True)
class Walked:
    """All that stands below a folder, in the order of the paths; hidden things are left out.

    Attributes
    ----------
    others
        What is neither a file nor a folder: links to nowhere, pipes.
    unreadable
        Folders that cannot be looked into.
    """

    root: Path
    files: list[Path]
    folders: list[Path]
    others: list[Path]
    unreadable: list[Path]


def walk(root: Path) -> Walked:
    """Look into a folder and all folders below, through links.

    A link that leads back to a folder above itself is not followed.
    """
    files, others, seen = [], [], set()
    inner: list[Path] = []
    unreadable: set[Path] = set()
    walked = os.walk(
        root, followlinks=True, onerror=lambda error: unreadable.add(Path(error.filename))
    )
    for place, folders, names in walked:
        seen.add(os.path.realpath(place))
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(Path(place, name)) not in seen
        ]
        inner += [Path(place, name) for name in folders]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            try:
                (files if path.is_file() else others).append(path)
            except OSError:
                # Its names can be listed, but nothing in it can be reached.
                unreadable.add(path.parent)
    files = [path for path in files if path.parent not in unreadable]
    return Walked(root, sorted(files), sorted(inner), sorted(others), sorted(unreadable))


def walk_all(root: Path) -> Walked:
    """Look into a folder of which every part must be readable.

    Raises
    ------
    DeliveryError
        If a folder cannot be looked into: what it holds must not count as not delivered.
    """
    walked = walk(root)
    if walked.unreadable:
        raise UnusableFileError(cannot_be_opened(walked.unreadable[0], root))
    return walked


def cannot_be_opened(path: Path, root: Path, *, table: str | None = None) -> Problem:
    """Return the problem of a file or folder that the system does not open."""
    return unopened(shown_path(path.relative_to(root)), table=table)


def unopened(file: str, *, table: str | None = None) -> Problem:
    """Return the problem of a thing that the system does not open, by the name it is shown by."""
    return Problem(
        file=file,
        table=table,
        rule="cannot be opened",
        expected=Text(nl="wat gelezen mag worden", en="what may be read"),
        remedy=Text(
            nl="Geef leesrechten of kopieer het opnieuw.",
            en="Give permission to read it or copy it again.",
        ),
    )


def not_a_file(file: str, *, table: str | None = None) -> Problem:
    """Return the problem of a thing that bears the name of a file and is none."""
    return Problem(
        file=file,
        table=table,
        rule="not a file",
        expected=Text(nl="een bestand of een link ernaar", en="a file or a link to one"),
        remedy=Text(
            nl="Zet het bestand zelf op deze plek.", en="Put the file itself in this place."
        ),
    )

"""Files of the pages' theme, known by being equal to those of the installed packages."""

import functools
import hashlib
import importlib.metadata
from pathlib import Path

#: Packages whose files Jupyter Book copies into ``_static``.
PACKAGES = (
    "sphinx",
    "sphinx-book-theme",
    "pydata-sphinx-theme",
    "sphinx-design",
    "sphinx-togglebutton",
    "sphinx-copybutton",
    "myst-nb",
    "jupyter-book",
)
FOLDER = "_static"


@functools.cache
def checksums() -> frozenset[str]:
    """Return the SHA-256 of every file of those packages that is no code of Python."""
    found = set()
    for package in PACKAGES:
        try:
            listed = importlib.metadata.files(package) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for entry in listed:
            path = Path(str(entry.locate()))
            if path.suffix not in (".py", ".pyc") and path.is_file():
                found.add(hashlib.sha256(path.read_bytes()).hexdigest())
    return frozenset(found)


def is_theme(name: str, checksum: str) -> bool:
    """Tell whether a file lies in a theme's folder and is one of the packages' files."""
    return FOLDER in name.split("/")[:-1] and checksum in checksums()

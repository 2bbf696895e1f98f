"""Where a profile may be written: never where something is published, nor where git would take it.

A profile tells of one organisation; it goes to that organisation and to nobody else.
"""

from pathlib import Path

from analysis import files
from analysis.errors import EditionError

#: Folder of a work tree that git does not take.
_BUILD = "build"
_SITE = "site"
#: Folders of an edition that are written whole by a step of the build.
_OF_EDITION = ("chapters", "dataset", "inputs", "pages", "release", "released")
#: Files that only a folder which is published or written whole holds.
_MARKS = ("manifest.json", "index.html")


def check_place(folder: Path, out: Path) -> None:
    """Refuse a folder in which a profile could leave.

    Parameters
    ----------
    folder
        Where the profile would be written; need not be there yet.
    out
        Folder of the build.

    Raises
    ------
    EditionError
        If it lies in a release, a site, a dataset, or the work tree of git outside ``build``.
    """
    place = folder.resolve()
    around = (place, *place.parents)
    tree = next((one for one in around if (one / ".git").exists()), None)
    bases = [out.resolve()]
    if tree is not None:
        bases.append(tree / _BUILD)
    for base in bases:
        if place.is_relative_to(base) and _is_of_the_build(place.relative_to(base).parts):
            raise _refused(folder, "a release, a site or a dataset")
    for one in around[:-1]:
        if files.is_sealed(one) or any((one / mark).exists() for mark in _MARKS):
            raise _refused(folder, "a release, a site or another folder that is written whole")
    if tree is not None and not place.is_relative_to(tree / _BUILD):
        raise _refused(folder, f"a work tree of git, outside its folder {_BUILD}")


def _is_of_the_build(parts: tuple[str, ...]) -> bool:
    return parts[:1] == (_SITE,) or (len(parts) > 1 and parts[1] in _OF_EDITION)


def _refused(folder: Path, what: str) -> EditionError:
    return EditionError(
        f"--into {folder}: lies in {what}, and a profile is confidential; allowed: a folder that "
        "is not published, such as build/<edition>/profiles. Name another one."
    )

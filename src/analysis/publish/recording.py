"""Record a release in the ledger, so that later releases do not undo what it protects."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from analysis import files
from analysis.airlock.gate import TOLD
from analysis.airlock.ledger import Entry, Told, record
from analysis.errors import BookError
from analysis.publish.release import MANIFEST, read_release


@dataclass(frozen=True)
class Recorded:
    """What came of it.

    Attributes
    ----------
    entry
        Of the release.
    new
        Whether the ledger did not hold it yet.
    """

    entry: Entry
    new: bool


def record_release(folder: Path, ledger: Path) -> Recorded:
    """Add a release to the ledger, once.

    Parameters
    ----------
    folder
        The release.
    ledger
        File of the ledger; made where there is none.

    Raises
    ------
    BookError
        If the release is not whole.
    AirlockError
        If the ledger cannot be read; it stays as it is.
    WorkplaceError
        If another program goes on writing the ledger.
    """
    entry = entry_of(folder)
    with files.alone(ledger):
        return Recorded(entry, record(ledger, entry))


def entry_of(folder: Path) -> Entry:
    """Return what the ledger holds of a release.

    Raises
    ------
    BookError
        If the release is not whole.
    """
    release = read_release(folder)
    if TOLD not in release.manifest.files:
        raise BookError(f"{folder}: no {TOLD}; the release was made by another version.")
    try:
        told = TypeAdapter(tuple[Told, ...]).validate_python(
            tuple(json.loads((folder / TOLD).read_text(encoding="utf-8")))
        )
    except (ValidationError, ValueError, TypeError):
        raise BookError(
            f"{folder}: {TOLD} does not fit; the release was made by another version. Build it "
            "again."
        ) from None
    # The manifest holds the checksums of all other files, so that its own stands for all.
    return Entry(
        edition=release.manifest.edition,
        data=release.disclosed.data,
        digest=files.sha256(folder / MANIFEST),
        told=told,
    )

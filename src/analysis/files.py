"""Files that appear whole or not at all."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from analysis.errors import WorkplaceError


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that equal content gives equal bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    write_text(path, text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and that its owner alone may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.unlink(missing_ok=True)
    try:
        # Never readable by others, not even while it is written.
        opened = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as stream:
            stream.write(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(place: Path) -> Iterator[None]:
    """Keep two programs from writing one place at once; the lock lies outside it.

    Raises
    ------
    WorkplaceError
        If another program goes on writing there.
    """
    name = hashlib.sha256(str(place.resolve()).encode()).hexdigest()[:16]
    try:
        with FileLock(Path(tempfile.gettempdir()) / f"preventieplan-{name}.lock", timeout=60):
            yield
    except Timeout:
        raise WorkplaceError(
            f"{place}: another program is writing here; wait for it, or choose another place."
        ) from None


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_whole(target: Path) -> bool:
    """Tell whether a folder still holds exactly what ``whole_folder`` sealed there."""
    try:
        noted = json.loads(_seal(target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return target.is_dir() and noted == digests(target)


def is_sealed(target: Path) -> bool:
    """Tell whether ``whole_folder`` ever sealed this folder, whatever it holds now."""
    return _seal(target).is_file()


def _seal(target: Path) -> Path:
    return target.with_name(f".{target.name}.whole.json")


@contextlib.contextmanager
def whole_folder(target: Path, *, seal: bool = False) -> Iterator[Path]:
    """Give an empty folder to fill; put it in the place of ``target`` when all went well.

    What an interrupted run leaves behind starts with a dot and is removed by the next one. The
    older ``target`` stays until the new one is complete.

    Parameters
    ----------
    target
        The folder to write.
    seal
        Whether a hidden file beside it notes what it holds, for ``is_whole``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}.*.part"):
        shutil.rmtree(leftover, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    temporary.chmod(0o755)
    try:
        yield temporary
        if seal:
            # Before the folder itself: a folder without a seal is always somebody else's.
            write_json(_seal(target), digests(temporary))
        older = temporary.with_name(f"{temporary.name}.older.part")
        if target.exists():
            target.rename(older)
        try:
            temporary.rename(target)
        except OSError:
            if older.exists():
                older.rename(target)
            raise
    finally:
        for leftover in target.parent.glob(f".{target.name}.*.part"):
            shutil.rmtree(leftover, ignore_errors=True)

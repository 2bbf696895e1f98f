"""Where the parts of the project are: the folders beside the package in a clone."""

from pathlib import Path

from analysis.errors import WorkplaceError


def root() -> Path:
    """Return the folder of the clone that this package was installed from.

    Raises
    ------
    WorkplaceError
        If the package was installed apart from its clone.
    """
    folder = Path(__file__).resolve().parents[2]
    missing = [part for part in ("book", "editions", "notebooks") if not (folder / part).is_dir()]
    if missing:
        raise WorkplaceError(
            f"{folder}: no folder {', '.join(missing)} here; install the package from a clone of "
            "the project with `pip install --no-deps -e .`."
        )
    return folder

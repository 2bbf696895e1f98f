"""Time and memory of a build, as ratios in one run: `.venv/bin/python benchmarks/build.py`.

Absolute seconds depend on the machine; the ratios hardly do.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis import project
from analysis.sources.delivery import files_in, read_tables

RUNS = 3


def seconds(work) -> float:
    """Return the shortest of a few runs."""
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def preventieplan(*arguments: str | Path, cwd: Path | None = None) -> None:
    """Run the command line."""
    command = [sys.executable, "-m", "analysis.cli", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, cwd=cwd)


def read_bare(deliveries: Path) -> None:
    """Read the same files without any check."""
    for path in files_in(deliveries):
        if path.suffix == ".csv":
            pd.read_csv(path, sep=None, engine="python")
        elif path.suffix == ".json":
            pd.read_json(path, typ="series")


def main() -> None:
    """Print the ratios."""
    stub = project.root() / "data_stub"
    checked, bare = seconds(lambda: read_tables(stub)), seconds(lambda: read_bare(stub))
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        start = time.perf_counter()
        preventieplan("build", "--out", out)
        full = time.perf_counter() - start
        second = seconds(lambda: preventieplan("build", "--out", out))
        dataset = out / "2025" / "dataset"
        chapter = project.root() / "notebooks" / "1.1-context.ipynb"
        papermill = [
            sys.executable, "-m", "papermill", str(chapter), str(out / "bare.ipynb"),
            "-p", "edition", "2025", "-p", "dataset", str(dataset),
        ]  # fmt: skip
        notebook = seconds(lambda: subprocess.run(papermill, check=True, capture_output=True))
        chapters = sorted(path.stem for path in (project.root() / "notebooks").glob("*.ipynb"))
        gate = seconds(
            lambda: preventieplan(
                "step", "airlock", "--edition", "2025", *chapters, cwd=out / "2025"
            )
        )
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = {
        "reading with all checks / bare pandas": checked / bare,
        "second build / full build": second / full,
        "full build / bare papermill of its chapter": full / notebook,
        "the airlock, its process included / full build": gate / full,
        "largest process of a build, MiB": memory,
    }
    for name, value in rows.items():
        print(f"{name:<45} {value:8.2f}")


if __name__ == "__main__":
    main()

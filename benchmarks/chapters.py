"""Time and memory of each chapter on the stub: `.venv/bin/python benchmarks/chapters.py [dataset]`.

Each chapter runs in a process of its own, its kernel included, one after another. The ratio is to
the quickest of them, whose time is that of a kernel that starts. A chapter may take a minute; the
last column says which one takes more here.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analysis import project

#: Seconds that a chapter may take on two cores with the default stub.
MOST = 60


def preventieplan(*arguments: str | Path, cwd: Path | None = None) -> int:
    """Run the command line; return the peak memory of it and of its kernel, in MiB."""
    command = [sys.executable, "-m", "analysis.cli", *map(str, arguments)]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))} ended with {process.returncode}")
    return used.ru_maxrss // 1024


def main() -> None:
    """Print a line per chapter."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "2025"
        if len(sys.argv) > 1:
            folder.mkdir()
            (folder / "dataset").symlink_to(Path(sys.argv[1]).resolve())
        else:
            preventieplan("build", "--until", "dataset", "--out", scratch)
        found = {}
        for notebook in sorted((project.root() / "notebooks").glob("*.ipynb")):
            start = time.perf_counter()
            memory = preventieplan("step", "chapter", notebook, "-p", "edition", "2025", cwd=folder)
            found[notebook.stem] = (time.perf_counter() - start, memory)
    quickest = min(seconds for seconds, _ in found.values())
    print(f"{'chapter':<24}{'/ quickest':>12}{'seconds':>10}{'MiB':>8}")
    for name, (seconds, memory) in found.items():
        late = "  more than a minute" if seconds > MOST else ""
        print(f"{name:<24}{seconds / quickest:12.2f}{seconds:10.1f}{memory:8d}{late}")


if __name__ == "__main__":
    main()

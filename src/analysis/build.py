"""The build: what it depends on, and Snakemake that runs the steps which are out of date."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock, Timeout

from analysis import files, project
from analysis.edition import Edition
from analysis.errors import BookError, EditionError, WorkplaceError
from analysis.lifeline import LIFELINE_VARIABLE, identity
from analysis.publish.site import is_our_front_door
from analysis.sources.check import UNUSED, check_deliveries
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivery import files_in, find_files
from analysis.sources.tables import TABLES

Until = Literal["dataset", "release", "site"]
_RULE = re.compile(r"^(?:local)?rule (\w+):")
_WILDCARD = re.compile(r"^    wildcards: \w+=([\w.-]+)")
_TOTAL = re.compile(r"^total\s+(\d+)")
#: A step writes its error here, so that the build can repeat it and end with its exit code.
ERROR = "error.json"
#: Which deliveries passed the check, by content, and what was found in them.
CHECKED = "checked.json"


@dataclass(frozen=True)
class Build:
    """Where a build reads and writes.

    Attributes
    ----------
    deliveries
        Folder of deliveries, or None for the synthetic stub of the project.
    out
        Folder that holds a folder per edition, and the site.
    fill_synthetic
        Whether tables that were not delivered come from the stub.
    """

    edition: Edition
    deliveries: Path | None
    out: Path
    cores: int
    fill_synthetic: bool = False

    @property
    def folder(self) -> Path:
        """Folder of this edition."""
        return self.out / self.edition.name

    @property
    def site(self) -> Path:
        """The site, which holds all editions."""
        return self.out / "site"

    def targets(self, until: Until) -> list[str]:
        """Name the files that the last step writes last, as the Snakefile does.

        Earlier results are named too, so that a lost one is made again.
        """
        site = [
            str(self.site / name) for name in (f"{self.edition.name}/manifest.json", "index.html")
        ]
        wanted = {
            "dataset": ["dataset/manifest.json"],
            "release": ["dataset/manifest.json", "release/manifest.json"],
            "site": ["dataset/manifest.json", "release/manifest.json", *site],
        }
        return wanted[until]

    @property
    def read_from(self) -> Path:
        """Folder of deliveries that the build reads."""
        return project.root() / "data_stub" if self.deliveries is None else self.deliveries

    @property
    def fill_from(self) -> Path | None:
        """Folder that fills gaps, if any."""
        return project.root() / "data_stub" if self.fill_synthetic else None


def run(build: Build, *, until: Until, say: Callable[[str], None]) -> None:
    """Bring an edition up to date.

    Deliveries are validated before anything runs. What a step depends on is known by content, so
    a second run does nothing, and a run after an interruption does what is missing.

    Parameters
    ----------
    build
        Where to read and write.
    until
        Last step to run.
    say
        Gets a line for each step that starts.

    Raises
    ------
    DeliveryError, EditionError, AirlockError, WorkplaceError, BookError
        As the step that failed.
    """
    if build.read_from.resolve() in (build.out, *build.out.parents):
        raise EditionError(
            f"--out {build.out} lies in the deliveries folder; expected a place outside it. Name "
            "another with --out."
        )
    _refuse_strangers(build, until)
    if not build.read_from.is_dir():
        # Says what is wrong before anything is made.
        find_files(build.read_from)
    recorded = _inputs(build)
    checked = _check_deliveries(build, recorded, say)
    build.folder.mkdir(parents=True, exist_ok=True)
    with _only_one(build.out), _no_orphans(build.folder):
        files.write_json(build.folder / CHECKED, checked)
        _record_inputs(build, recorded)
        _drop_what_is_not_whole(build, until)
        error = build.folder / ERROR
        error.unlink(missing_ok=True)
        code, log = _run_snakemake(build, until, say)
        if code:
            raise _explain(error, log)


def _check_deliveries(build: Build, recorded: dict, say: Callable[[str], None]) -> dict:
    """Validate deliveries, unless the same files passed the same code before.

    Returns
    -------
    dict
        What passed, by content, and what was found in it.

    Raises
    ------
    DeliveryError
        With a line for each problem; nothing was changed then.
    """
    passed = build.folder / CHECKED
    seen = {key: recorded[key] for key in ("code", "edition", "deliveries")}
    noted = {}
    # A note that cannot be read says nothing: the check runs again.
    with suppress(OSError, ValueError):
        noted = json.loads(passed.read_text(encoding="utf-8"))
    if noted.get("seen") != seen:
        report = check_deliveries(build.read_from, edition=build.edition.name)
        report.raise_if_refused()
        unused = sorted(note.place for note in report.notes if note.rule == UNUSED)
        noted = {"seen": seen, "tables": list(report.tables), "unused": unused}
    known = [*TABLES, *CONFIDENTIAL]
    say(f"Read {len(noted['tables'])} of {len(known)} tables from {build.read_from}.")
    if absent := [name for name in known if name not in noted["tables"]]:
        say(f"Not delivered: {', '.join(absent)}.")
    if noted["unused"]:
        say(f"Not used by this book: {', '.join(noted['unused'])}.")
    return noted


def chapters() -> list[str]:
    """Return the chapters of the book: the names of its notebooks."""
    return sorted(path.stem for path in (project.root() / "notebooks").glob("*.ipynb"))


@contextmanager
def _only_one(out: Path) -> Iterator[None]:
    try:
        with FileLock(out / ".lock", timeout=0):
            yield
    except Timeout:
        raise WorkplaceError(
            f"{out}: another build is running here; wait for it, or build elsewhere with --out."
        ) from None


@contextmanager
def _no_orphans(folder: Path) -> Iterator[None]:
    """Stop what a killed build left running, and leave nothing running ourselves."""
    _stop_tree(folder / ".running")
    try:
        yield
    finally:
        _stop_tree(folder / ".running")


def _stop_tree(path: Path) -> None:
    """Stop the process that ``path`` names and all below it, if it is still that process."""
    if not path.exists():
        return
    # A note that cannot be read, or names a process that is gone, leaves nothing to stop.
    with suppress(psutil.Error, OSError, ValueError, KeyError, TypeError):
        noted = json.loads(path.read_text(encoding="utf-8"))
        process = psutil.Process(noted["pid"])
        if identity(process.pid) == noted["identity"]:
            family = [*process.children(recursive=True), process]
            for member in family:
                # One that ended meanwhile must not keep the others alive.
                with suppress(psutil.Error):
                    member.kill()
            psutil.wait_procs(family, timeout=10)
    path.unlink(missing_ok=True)


def _outputs(build: Build, until: Until) -> list[Path]:
    """Return the folders that a run writes, as far as they are there."""
    made = [build.folder / "dataset"]
    if until in ("release", "site"):
        made += [
            *(build.folder / "chapters").glob("[!.]*/"),
            build.folder / "released",
            build.folder / "release",
        ]
    if until == "site":
        made += [*(build.folder / "pages").glob("[!.]*/"), build.site / build.edition.name]
    return [folder for folder in made if folder.exists()]


def _refuse_strangers(build: Build, until: Until) -> None:
    """Replace nothing that this program did not write."""
    # Snakemake makes the folders of a step before it starts: an empty one is nobody's.
    odd = [
        folder
        for folder in _outputs(build, until)
        if not files.is_sealed(folder) and any(path.is_file() for path in folder.rglob("*"))
    ]
    if until == "site" and not is_our_front_door(build.site):
        odd.append(build.site / "index.html")
    if odd:
        raise EditionError(
            f"{odd[0]}: not written by this program; expected a new place or an earlier build. "
            "Name another with --out."
        )


def _drop_what_is_not_whole(build: Build, until: Until) -> None:
    """Remove outputs that somebody changed since their step wrote them; they are made again."""
    for folder in _outputs(build, until):
        if not files.is_whole(folder):
            shutil.rmtree(folder)


def _inputs(build: Build) -> dict:
    """Return what each kind of input holds, by content."""
    root = project.root()
    return {
        "code": _digests(
            root,
            ["src/analysis/**/*.py", "src/analysis/**/*.yml", "requirements.lock", "Snakefile"],
        ),
        "edition": build.edition.model_dump(mode="json"),
        "claims": _digests(root, ["book/claims/*.yml"]),
        # What earlier releases told: the airlock judges anew when one is recorded.
        "ledger": _digests(root, ["editions/ledger.json"]),
        "book": _digests(root, ["book/**/*"]),
        "deliveries": {
            str(place): {str(path): files.sha256(path) for path in files_in(place)}
            for place in (build.read_from.resolve(), build.fill_from)
            if place is not None
        },
        **{f"notebook-{name}": _digests(root, [f"notebooks/{name}.ipynb"]) for name in chapters()},
    }


def _record_inputs(build: Build, recorded: dict) -> None:
    """Write what each kind of input holds, only where it changed: steps depend on these files."""
    for name, content in recorded.items():
        path = build.folder / "inputs" / f"{name}.json"
        text = json.dumps(content, indent=1, sort_keys=True)
        if not path.exists() or path.read_bytes() != text.encode("utf-8"):
            files.write_text(path, text)


def _digests(place: Path, patterns: list[str]) -> dict[str, str]:
    """Return the SHA-256 of the files of the project that match."""
    found = {
        path
        for pattern in patterns
        for path in place.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {path.relative_to(place).as_posix(): files.sha256(path) for path in sorted(found)}


def _run_snakemake(build: Build, until: Until, say: Callable[[str], None]) -> tuple[int, list[str]]:
    config = {
        "edition": build.edition.name,
        "deliveries": str(build.read_from.resolve()),
        "fill": str(build.fill_from or ""),
        "site": str(build.site),
        "chapters": chapters(),
        "notebooks": str((project.root() / "notebooks").resolve()),
        "python": sys.executable,
    }
    files.write_json(build.folder / "config.json", config)
    command = [
        sys.executable, "-m", "snakemake",
        "--snakefile", str(project.root() / "Snakefile"),
        "--directory", str(build.folder),
        "--cores", str(build.cores),
        "--rerun-triggers", "mtime", "params",
        "--rerun-incomplete", "--nolock", "--nocolor",
        "--configfile", str(build.folder / "config.json"),
        "--", *build.targets(until),
    ]  # fmt: skip
    environment = {**os.environ, LIFELINE_VARIABLE: json.dumps(identity(os.getpid()))}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    files.write_json(
        build.folder / ".running", {"pid": process.pid, "identity": identity(process.pid)}
    )
    log = []
    started, total, step = 0, "?", ""
    for line in process.stderr:
        log.append(line.rstrip())
        if found := _TOTAL.match(line):
            total = found[1]
        elif found := _RULE.match(line):
            step = found[1]
        elif found := _WILDCARD.match(line):
            step += f" {found[1]}"
        elif line.startswith("    resources:"):
            started += 1
            say(f"[{started}/{total}] {step}")
    return process.wait(), log


def _explain(error: Path, log: list[str]) -> BookError:
    """Repeat the error of the step that failed, or show the end of Snakemake's log."""
    if error.exists():
        told = json.loads(error.read_text(encoding="utf-8"))
        problem = BookError(told["message"])
        problem.exit_code = told["exit_code"]
        return problem
    return WorkplaceError("The build stopped:\n" + "\n".join(line for line in log[-15:] if line))

"""Shared fixtures: the deliveries, and books built once per run."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from analysis import project
from analysis.stub.published import write_published
from analysis.stub.worlds import WORLDS

ROOT = project.root()
SHARED = ROOT.parent / "shared"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes long first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@dataclass(frozen=True)
class Built:
    """A book that the command line built."""

    out: Path

    @property
    def release(self) -> Path:
        return self.out / "2025" / "release"

    @property
    def site(self) -> Path:
        return self.out / "site"


def preventieplan(
    *arguments: str | Path, project: Path | None = None, **options
) -> subprocess.CompletedProcess:
    """Run the command line as a user does; of a copy of the project where one is given."""
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment_of(project),
        **options,
    )


def environment_of(project: Path | None) -> dict[str, str]:
    """Return the environment in which the package of a copy of the project is the one that runs."""
    return dict(os.environ) if project is None else {**os.environ, "PYTHONPATH": f"{project}/src"}


def copy_project(target: Path) -> Path:
    """Copy what a build reads, for a test that changes it."""
    for part in ("book", "editions", "notebooks", "src", "data_stub"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("Snakefile", "requirements.lock"):
        shutil.copy2(ROOT / part, target)
    return target


def pages_of_the_book() -> tuple[str, ...]:
    """Return the names of all pages of a language, the search page included."""
    listed = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())
    return ("index", *(page["file"] for page in listed["chapters"]), "search")


#: Enough for chapters to run side by side, and quick.
SMALL_BOOK = ("1.1-context", "a2-protection")


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with two chapters, for builds that are about building; not to be changed."""
    project = copy_project(tmp_path_factory.mktemp("small-project") / "project")
    for folder, ending in (("notebooks", "ipynb"), ("book/claims", "yml")):
        for path in (project / folder).glob(f"*.{ending}"):
            if path.stem not in SMALL_BOOK:
                path.unlink()
    pages = [*SMALL_BOOK, "about", "glossary", "references"]
    for language in ("nl", "en"):
        for path in (project / "book" / language).glob("*.md"):
            if path.stem not in ("index", *pages):
                path.unlink()
        for name in ("index", "about"):
            (project / "book" / language / f"{name}.md").write_text(f"# {name}\n")
    listed = "".join(f"  - file: {page}\n" for page in pages)
    (project / "book" / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{listed}")
    return project


@pytest.fixture(scope="session")
def real() -> Path:
    """Real public deliveries; a user's machine may not have them."""
    folder = SHARED / "real"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the real captures are not part of this repository")
    return folder


@pytest.fixture(scope="session")
def stub_folder() -> Path:
    return ROOT / "data_stub"


def copy_published(stub_folder: Path, target: Path) -> Path:
    """Copy the stub's published deliveries; the confidential ones are large."""
    for name in ("azw", "cbs"):
        shutil.copytree(stub_folder / name, target / name)
    shutil.copy2(stub_folder / "README.md", target)
    return target


@pytest.fixture
def stub_copy(stub_folder: Path, tmp_path: Path) -> Path:
    """The stub's published deliveries, free to spoil."""
    return copy_published(stub_folder, tmp_path / "deliveries")


@pytest.fixture(scope="session")
def published_deliveries(stub_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stub's published deliveries, for builds that are about building; not to be changed."""
    return copy_published(stub_folder, tmp_path_factory.mktemp("published") / "deliveries")


@pytest.fixture
def make_world(tmp_path: Path):
    """Write the deliveries of a world."""

    def make(name: str, seed: int = 1) -> Path:
        folder = tmp_path / f"{name}-{seed}"
        write_published(folder, WORLDS[name], seed)
        return folder

    return make


@pytest.fixture(scope="session")
def stub_book(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The book of the stub, built by the command line."""
    out = tmp_path_factory.mktemp("stub-book")
    done = preventieplan("build", "--out", out)
    assert done.returncode == 0, done.stderr
    return Built(out)


@pytest.fixture(scope="session")
def small_book(
    small_project: Path, published_deliveries: Path, tmp_path_factory: pytest.TempPathFactory
) -> Built:
    """The small book on the published deliveries alone, which is built faster."""
    out = tmp_path_factory.mktemp("small-book")
    done = preventieplan(
        "build", "--deliveries", published_deliveries, "--out", out, project=small_project
    )
    assert done.returncode == 0, done.stderr
    return Built(out)


@pytest.fixture(scope="session")
def real_book(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The book of the real captures, built by the command line."""
    out = tmp_path_factory.mktemp("real-book")
    done = preventieplan("build", "--deliveries", real, "--out", out)
    assert done.returncode == 0, done.stderr
    return Built(out)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The system's Chromium; its absence fails in CI and skips elsewhere."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        message = "no Chromium found: install it (Debian: sudo apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found

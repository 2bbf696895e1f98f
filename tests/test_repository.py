"""What a newcomer and a package manager rely on."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()


def locked_versions() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", LOCK, re.M):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def declared() -> list[Requirement]:
    texts = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_lock_holds_every_declared_dependency(requirement):
    versions = locked_versions().get(canonicalize_name(requirement.name))
    assert versions, f"{requirement.name} is not in requirements.lock; run `make lock`"
    assert all(version in requirement.specifier for version in versions)


def test_lock_has_a_hash_for_every_package_and_no_address():
    packages = re.split(r"\n(?=[A-Za-z0-9])", LOCK.split("\n", 2)[2])
    assert len(packages) > 100
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in LOCK
    assert "--index-url" not in LOCK
    assert "--find-links" not in LOCK


def test_conda_environment_agrees_with_the_one_source():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, through_pip = environment["dependencies"]
    specifier = SpecifierSet(python.removeprefix("python").strip())
    assert specifier == SpecifierSet(PROJECT["requires-python"])
    assert pip == "pip"
    assert through_pip == {"pip": ["-r requirements.lock"]}


def test_licences_and_citation():
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text()
    assert "Attribution 4.0 International" in (ROOT / "LICENSE-TEXT").read_text()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"] == "EUPL-1.2"


def test_readme_shows_the_book_and_names_the_commands():
    readme = (ROOT / "README.md").read_text()
    picture = re.search(r"!\[[^]]{20,}\]\(([^)]+)\)", readme)
    assert picture, "the README has no picture with a description"
    assert (ROOT / picture[1]).is_file()
    assert "make book" in readme
    assert "make test" in readme
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / target).exists(), f"README links to {target}, which is not there"


def test_notebooks_are_stored_without_outputs():
    import json

    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        cells = json.loads(path.read_text())["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert not any(cell["outputs"] or cell["execution_count"] for cell in code), path.name
        prose = [cell["metadata"]["tags"] for cell in cells if cell["cell_type"] == "markdown"]
        assert prose[::2] == [["nl"]] * (len(prose) // 2), "each Dutch cell is followed by English"
        assert prose[1::2] == [["en"]] * (len(prose) // 2)


def make(*arguments: str, path: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_says_in_one_line_what_to_install_without_python(tmp_path):
    """A machine with make and bash, but no Python and no uv."""
    import shutil

    for tool in ("bash", "make", "touch", "rm", "find"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = make(f"VENV={tmp_path}/venv", f"{tmp_path}/venv/.ready", path=str(tmp_path))
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "install" in said[0]
    assert "Python 3.11" in said[0]


def test_make_says_in_one_line_what_to_install_without_venv(tmp_path):
    """A Python like Debian's, whose venv is a package of its own."""
    import shutil

    for tool in ("bash", "make", "touch", "rm", "find"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    python = tmp_path / "python3"
    python.write_text('#!/bin/bash\ncase "$*" in *ensurepip*) exit 1;; *) exit 0;; esac\n')
    python.chmod(0o755)
    done = make(f"VENV={tmp_path}/venv", f"{tmp_path}/venv/.ready", path=str(tmp_path))
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert said == [
        "python3 has no venv: install it (Debian: apt install python3-venv), or install uv."
    ]


def test_tests_of_a_group_run_in_one_worker(tmp_path):
    """Versions that do not fit together stop grouping in silence; then books are built twice."""
    (tmp_path / "test_group.py").write_text(
        "import os, pathlib, pytest\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.parametrize('number', range(8))\n"
        "def test(number):\n"
        "    worker = os.environ['PYTEST_XDIST_WORKER']\n"
        "    (pathlib.Path(__file__).parent / f'{worker}-{number}').touch()\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = xdist_group\n")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "."],
        cwd=tmp_path, env=bare, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    ran = [path.name for path in tmp_path.glob("gw*-*")]
    assert len(ran) == 8
    assert len({name.split("-")[0] for name in ran}) == 1

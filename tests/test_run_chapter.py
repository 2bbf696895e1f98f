"""Chapters in a kernel: parameters, failures, and what leaves the kernel's folder."""

import json
import shutil

import nbformat
import pytest

from analysis.airlock.gate import NOTEBOOK
from analysis.dataset import make_dataset
from analysis.errors import AirlockError, BookError, EditionError
from analysis.run_chapter import check_parameters, run_chapter
from tests.conftest import ROOT, preventieplan

CHAPTER = ROOT / "notebooks" / "1.1-context.ipynb"
PARAMETERS = 'edition = "2025"\ndataset = "x"\npreview = "nl"'
OPEN = (
    "from analysis import exhibits\n"
    'chapter = exhibits.open_chapter("9.9-trial", edition=edition, preview=preview)'
)


@pytest.fixture
def notebook(tmp_path):
    """Write a chapter with some cells behind its parameters."""

    def write(*cells, parameters=PARAMETERS):
        book = nbformat.v4.new_notebook()
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "p", "language": "python"}
        tagged = nbformat.v4.new_code_cell(parameters)
        tagged.metadata["tags"] = ["parameters"]
        book.cells = [tagged, *(nbformat.v4.new_code_cell(cell) for cell in cells)]
        path = tmp_path / "9.9-trial.ipynb"
        nbformat.write(book, path)
        return path

    return write


def run(path, tmp_path, **parameters):
    run_chapter(path, {"edition": "2025", "dataset": "x", **parameters}, tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("edition", ["2025", 2025])
def test_the_edition_may_be_an_integer(edition):
    assert check_parameters(CHAPTER, {"edition": edition}).name == "2025"


def test_papermill_itself_can_run_a_chapter_with_an_integer(stub_folder, tmp_path):
    import papermill

    make_dataset(stub_folder, tmp_path / "dataset", edition="2025")
    papermill.execute_notebook(
        str(CHAPTER), str(tmp_path / "out.ipynb"), progress_bar=False, cwd=str(tmp_path),
        parameters={"edition": 2025, "dataset": str(tmp_path / "dataset")},
    )  # fmt: skip
    cells = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    assert any("vertrouwelijk" in json.dumps(cell.get("outputs", "")) for cell in cells)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"edition": "1850"}, "edition '1850' is not known; allowed: 2025"),
        ({"edition": 1850}, "edition '1850' is not known; allowed: 2025"),
        (
            {"edition": "2025", "yaer": 2025},
            "parameter 'yaer' is not known; allowed: edition, dataset",
        ),
        (
            {"edition": "2025", "preview": "de"},
            "parameter 'preview' has the value 'de'; allowed: nl",
        ),
        ({"edition": "2025", "dataset": 3}, "parameter 'dataset' has the value 3"),
    ],
)
def test_wrong_parameters_stop_before_a_kernel_starts(monkeypatch, tmp_path, given, told):
    import papermill

    monkeypatch.setattr(papermill, "execute_notebook", lambda *a, **k: pytest.fail("started"))
    with pytest.raises(EditionError) as error:
        run_chapter(CHAPTER, given, tmp_path / "out")
    assert told in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_chapter_declares_exactly_our_parameters(notebook):
    with pytest.raises(EditionError, match="expected exactly edition, dataset, preview"):
        check_parameters(notebook(parameters='edition = "2025"'), {})


@pytest.mark.parametrize("content", ["", "[]", "{}", "not json", '{"cells": [], "nbformat": 3}'])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(EditionError, match="not a notebook of format 4"):
        check_parameters(path, {})


def test_a_failing_cell_shows_no_value(notebook, tmp_path):
    path = notebook('raise ValueError("wage of person 31415")')
    with pytest.raises(BookError, match="cell 2 stopped with ValueError") as error:
        run(path, tmp_path)
    assert "31415" not in str(error.value)
    assert not (tmp_path / "out").exists()
    assert "31415" in (tmp_path / "out.failed.ipynb").read_text()


def test_the_name_of_an_error_cannot_carry_a_value(notebook, tmp_path):
    path = notebook('raise type("Wage31415", (Exception,), {})()')
    with pytest.raises(BookError, match="stopped with an error") as error:
        run(path, tmp_path)
    assert "31415" not in str(error.value).replace(str(tmp_path), "")


def test_our_own_errors_keep_their_words_and_kind(notebook, tmp_path):
    path = notebook(OPEN, 'chapter.number("x", "7.5")')
    with pytest.raises(AirlockError, match="number 'x' got str; allowed: Estimates"):
        run(path, tmp_path)


def test_a_dead_kernel_is_told(notebook, tmp_path):
    with pytest.raises(BookError, match="the kernel died"):
        run(notebook("import os; os._exit(1)"), tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_file_that_a_cell_writes_does_not_stay(notebook, tmp_path):
    path = notebook('open("persons.csv", "w").write("31415")', "1 + 1")
    out = run(path, tmp_path)
    assert {item.name for item in out.iterdir()} == {"exhibits", NOTEBOOK}
    assert not list(tmp_path.rglob("persons.csv"))


def test_a_second_run_replaces_the_first(notebook, tmp_path):
    run(notebook("1"), tmp_path)
    out = run(notebook("2"), tmp_path)
    assert '"2"' in (out / NOTEBOOK).read_text()


def test_a_leaking_notebook_leaks_into_nothing(tmp_path, small_project):
    """The real chapter with a cell that prints, shows, plots, stores and writes a secret."""
    clone = shutil.copytree(small_project, tmp_path / "clone")
    path = clone / "notebooks" / "1.1-context.ipynb"
    book = json.loads(path.read_text())
    leak = (
        "import pandas as pd, matplotlib.pyplot as plt, warnings, sys\n"
        "secret = chr(67) + 'ANARY' + str(31415)\n"
        "print(secret); sys.stderr.write(secret); warnings.warn(secret)\n"
        "plt.plot([1, 2]); plt.title(secret); plt.show()\n"
        "open('leak.csv', 'w').write(secret)\n"
        "pd.DataFrame({'name': [secret]})"
    )
    cell = {"cell_type": "code", "id": "leak", "metadata": {"note": "CANARY31415"}, "source": [leak],
            "execution_count": None, "outputs": []}  # fmt: skip
    book["cells"].append(cell)
    book["metadata"]["widgets"] = {"state": "CANARY31415"}
    path.write_text(json.dumps(book))
    done = preventieplan(
        "build",
        "--out",
        tmp_path / "out",
        project=clone,
    )
    assert done.returncode == 0, done.stderr
    assert "CANARY31415" in (tmp_path / "out/2025/chapters/1.1-context/chapter.ipynb").read_text()
    for part in ("2025/release", "2025/released", "2025/pages", "site"):
        for file in (tmp_path / "out" / part).rglob("*"):
            if file.is_file():
                assert b"CANARY31415" not in file.read_bytes(), file
    assert not list(clone.rglob("leak.csv"))

"""One chapter: parameters checked, then papermill runs its notebook in a kernel of its own."""

import builtins
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis import files
from analysis.airlock.gate import NOTEBOOK
from analysis.edition import Edition, read_edition
from analysis.errors import BookError, EditionError
from analysis.exhibits.chapter import CANDIDATES_VARIABLE
from analysis.languages import LANGUAGES

#: Every chapter has these parameters and no others.
PARAMETERS = ("edition", "dataset", "preview")


def check_parameters(notebook: Path, given: dict[str, Any]) -> Edition:
    """Check a chapter's parameters before a kernel starts.

    Parameters
    ----------
    notebook
        The notebook; its cell tagged ``parameters`` must set exactly ``PARAMETERS``.
    given
        Values for this run; ``edition`` may be an integer, as papermill passes 2025.

    Returns
    -------
    Edition
        The edition that the chapter runs for.

    Raises
    ------
    EditionError
        Naming the parameter, what is allowed and the file.
    """
    try:
        nbformat.validate(nbformat.read(notebook, as_version=nbformat.NO_CONVERT))
        declared = papermill.inspect_notebook(str(notebook))
    except Exception as error:
        raise EditionError(
            f"{notebook}: not a notebook of format 4 ({type(error).__name__}); save it again from "
            "Jupyter."
        ) from None
    if set(declared) != set(PARAMETERS):
        raise EditionError(
            f"{notebook}: the parameters cell sets {', '.join(sorted(declared)) or 'nothing'}; "
            f"expected exactly {', '.join(PARAMETERS)}."
        )
    unknown = sorted(set(given) - set(PARAMETERS))
    if unknown:
        raise EditionError(
            f"{notebook}: parameter '{unknown[0]}' is not known; allowed: {', '.join(PARAMETERS)}."
        )
    preview = given.get("preview", LANGUAGES[0])
    if preview not in LANGUAGES:
        raise EditionError(
            f"{notebook}: parameter 'preview' has the value {preview!r}; allowed: "
            f"{', '.join(LANGUAGES)}."
        )
    dataset = given.get("dataset")
    if dataset is not None and not isinstance(dataset, str):
        raise EditionError(
            f"{notebook}: parameter 'dataset' has the value {dataset!r}; allowed: a folder."
        )
    return read_edition(given.get("edition"))


def run_chapter(notebook: Path, parameters: dict[str, Any], target: Path) -> None:
    """Run a chapter and keep its candidates and its executed notebook.

    Parameters
    ----------
    notebook
        The chapter.
    parameters
        See ``check_parameters``.
    target
        Folder that gets ``exhibits/`` and the executed notebook, whole or not at all. It is
        confidential.

    Raises
    ------
    EditionError
        If a parameter does not fit; no kernel was started then.
    BookError
        If a cell failed; the notebook up to there lies beside ``target`` for the researcher.
    """
    edition = check_parameters(notebook, parameters)
    parameters = {**parameters, "edition": edition.name}
    failed = target.with_name(f"{target.name}.failed.ipynb")
    failed.unlink(missing_ok=True)
    with files.whole_folder(target, seal=True) as folder:
        (folder / "exhibits").mkdir()
        # What a cell writes to the current folder ends here, and goes.
        scratch = folder / "scratch"
        scratch.mkdir()
        os.environ[CANDIDATES_VARIABLE] = str((folder / "exhibits").resolve())
        try:
            papermill.execute_notebook(
                str(notebook),
                str(folder / NOTEBOOK),
                parameters=parameters,
                cwd=str(scratch),
                progress_bar=False,
            )
        except PapermillExecutionError as error:
            (folder / NOTEBOOK).replace(failed)
            raise _explain(error, notebook, failed) from None
        except DeadKernelError:
            raise BookError(
                f"{notebook.name}: the kernel died; it may have run out of memory. Run the "
                "notebook in Jupyter to see where."
            ) from None
        finally:
            del os.environ[CANDIDATES_VARIABLE]
        shutil.rmtree(scratch)


def _explain(error: PapermillExecutionError, notebook: Path, failed: Path) -> BookError:
    """Repeat our own messages, which hold no data; of any other error show the name alone."""
    own = {kind.__name__: kind for kind in (BookError, *BookError.__subclasses__())}
    if error.ename in own:
        return own[error.ename](f"{notebook.name}: {error.evalue}")
    # A class that a cell defines may carry anything in its name.
    kind = error.ename if hasattr(builtins, error.ename) else "an error"
    return BookError(
        f"{notebook.name}: cell {error.cell_index} stopped with {kind}. Open "
        f"{failed.resolve()} to see where; it is confidential."
    )

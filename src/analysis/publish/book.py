"""The source tree of one language, and the run of Jupyter Book over it."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from analysis import files, project
from analysis.errors import BookError
from analysis.languages import LANGUAGES, Language
from analysis.publish import interface, pages, readability
from analysis.publish.release import Release
from analysis.yaml_files import read_yaml


def build_pages(release: Release, language: Language, target: Path) -> None:
    """Build the HTML of one language.

    Parameters
    ----------
    release
        What to publish.
    target
        Folder of the HTML; replaced when the build went well.

    Raises
    ------
    BookError
        If Jupyter Book warns or fails, with what it said.
    """
    with (
        tempfile.TemporaryDirectory(prefix="preventieplan-") as scratch,
        files.whole_folder(target, seal=True) as folder,
    ):
        source = Path(scratch) / "book"
        write_source(release, language, source)
        run_jupyter_book(source)
        html = source / "_build" / "html"
        for leftover in (".buildinfo", "objects.inv", "_sources"):
            path = html / leftover
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.copytree(html, folder, dirs_exist_ok=True)
        words = project.root() / "book" / language / "interface.yml"
        labels = read_yaml(words) if words.exists() else {}
        for path in sorted(folder.glob("*.html")):
            files.write_text(path, tidy(path.read_text(encoding="utf-8"), labels))


#: A second title for print, which a screen reader would read as a second main heading.
_PRINT_TITLE = re.compile(
    r'(<div id="jb-print-docs-body" class="onlyprint">\s*)<h1>(.*?)</h1>', re.DOTALL
)
#: Roles that ARIA 1.2 withdrew, or that promise children which are not there.
_OLD_ROLES = re.compile(r' role="(?:doc-biblioentry|list)"')


def tidy(page: str, labels: dict[str, str]) -> str:
    """Mend what the theme writes without asking.

    Parameters
    ----------
    page
        HTML of a page.
    labels
        English label in an attribute → label in the language of the page.
    """
    page = _OLD_ROLES.sub("", _PRINT_TITLE.sub(r'\1<p class="print-title">\2</p>', page))
    if not labels:
        return page
    label = re.compile(
        r'\b(aria-label|title|data-bs-title)="(' + "|".join(map(re.escape, labels)) + ')"'
    )
    return label.sub(lambda hit: f'{hit[1]}="{labels[hit[2]]}"', page)


def write_source(release: Release, language: Language, target: Path) -> None:
    """Write the source tree that Jupyter Book reads."""
    book = project.root() / "book"
    target.mkdir(parents=True)
    texts = {
        path.stem: pages.prose(
            path.read_text(encoding="utf-8"), release, language, chapter=f"{language}/{path.name}"
        )
        + "\n"
        for path in sorted((book / language).glob("*.md"))
    }
    texts |= {
        chapter: pages.chapter_page(chapter, release, language) for chapter in release.chapters
    }
    ordered = {name: texts[name] for name in sorted(texts, key=_order(book / "_toc.yml"))}
    for name, text in readability.fill_table(ordered, language).items():
        files.write_text(target / f"{name}.md", text)
    files.write_text(target / "glossary.md", _glossary(book, language))
    for name in ("_static", "_templates"):
        shutil.copytree(book / name, target / name)
    shutil.copy2(book / "references.bib", target)
    shutil.copy2(book / "_toc.yml", target)
    _compile_catalogues(book / "locale", target / "locale")
    config = _config(book, release, language)
    files.write_text(target / "_config.yml", yaml.safe_dump(config, allow_unicode=True))


def _order(contents: Path) -> Callable[[str], int]:
    """Return the place of a page in the table of contents."""
    listed = read_yaml(contents)
    names = [listed["root"], *(page["file"] for page in listed["chapters"])]
    return lambda name: names.index(name) if name in names else len(names)


def _config(book: Path, release: Release, language: Language) -> dict[str, Any]:
    config = read_yaml(book / "_config.yml")
    own = read_yaml(book / language / "_config.yml")
    sphinx = config["sphinx"]["config"]
    own_sphinx = own.pop("sphinx")["config"]
    theme = {**sphinx["html_theme_options"], **own_sphinx.pop("html_theme_options")}
    sphinx |= own_sphinx
    config |= own
    data = release.manifest.data
    banner = {
        "synthetic": interface.SYNTHETIC_BANNER[language],
        "partly synthetic": interface.PARTLY_SYNTHETIC_BANNER[language],
        "real": "",
    }[data]
    sphinx["html_theme_options"] = {**theme, "announcement": banner}
    sphinx["html_context"] = {
        "noindex": data != "real",
        "languages": [
            {"code": code, "name": {"nl": "Nederlands", "en": "English"}[code]}
            for code in LANGUAGES
        ],
        "own_language": language,
        "edition": release.manifest.edition,
    }
    return config


def _glossary(book: Path, language: Language) -> str:
    glossary = read_yaml(book / "glossary.yml")
    terms = sorted(glossary["terms"], key=lambda term: term[language]["term"].lower())
    lines = [f"# {glossary['title'][language]}", "", glossary["intro"][language], ""]
    lines += ["```{glossary}"]
    for term in terms:
        lines += [term[language]["term"], f"  {term[language]['meaning']}", ""]
    return "\n".join([*lines[:-1], "```", ""])


def _compile_catalogues(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.relative_to(source).parts[0])
        compiled = (target / path.relative_to(source)).with_suffix(".mo")
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with compiled.open("wb") as stream:
            write_mo(stream, catalogue)


#: What marks a line of Jupyter Book that says what is wrong.
_COMPLAINT = re.compile(r"WARNING|ERROR|threw an exception")


def run_jupyter_book(source: Path) -> None:
    """Run Jupyter Book; a warning is an error.

    Raises
    ------
    BookError
        With the lines that Jupyter Book printed about it.
    """
    command = [
        sys.executable, "-c", "from jupyter_book.cli.main import main; main()",
        "build", "-W", "-n", "--keep-going", str(source),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    said = [line for line in output.splitlines() if _COMPLAINT.search(line)]
    if done.returncode or said:
        told = "\n".join(said or output.splitlines()[-15:]).replace(str(source), "book")
        raise BookError(f"Jupyter Book did not build without a warning:\n{told}")

"""The site: the pages of every edition and language, their exhibits, and one front door."""

import json
import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from analysis import files
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Language
from analysis.publish.book import build_pages
from analysis.publish.disclosed import DISCLOSURE
from analysis.publish.release import FINDINGS, MANIFEST, Release, read_release

_GENERATOR = '<meta name="generator" content="preventieplan-book">'
_INTRO = {
    "nl": "Het onderzoeksboek bij het Preventieplan arbeidsmarkt zorg en welzijn",
    "en": "The research book of the Preventieplan labour market care and welfare",
}
_EDITION = {"nl": "Editie {edition}, in het Nederlands", "en": "Edition {edition}, in English"}
_SYNTHETIC = {"nl": "synthetische data", "en": "synthetic data"}


def assemble(release: Release, pages: dict[Language, Path], site: Path) -> None:
    """Put built pages and the release's public files into the site.

    Parameters
    ----------
    release
        The release behind the pages.
    pages
        Language → folder of HTML.
    site
        The site; other editions in it stay.
    """
    with files.alone(site):
        with files.whole_folder(site / release.manifest.edition, seal=True) as folder:
            for language, html in pages.items():
                shutil.copytree(html, folder / language)
            shutil.copytree(release.folder / "exhibits", folder / "exhibits")
            shutil.copy2(release.folder / FINDINGS, folder / FINDINGS)
            files.write_json(folder / DISCLOSURE, release.disclosed.for_everybody())
            files.write_json(folder / MANIFEST, _public_manifest(release, folder))
        write_front_door(site)


def _public_manifest(release: Release, folder: Path) -> dict[str, Any]:
    """Return the manifest of what the site holds, without what only the release may tell."""
    held = [name for name in release.manifest.files if (folder / name).is_file()]
    public = {"key_fingerprint": None, "files": {n: files.sha256(folder / n) for n in held}}
    return release.manifest.model_copy(update=public).model_dump(mode="json")


def is_our_front_door(site: Path) -> bool:
    """Tell whether the site's first page is absent or was written by this program."""
    index = site / "index.html"
    return not index.exists() or _GENERATOR in index.read_text(encoding="utf-8", errors="replace")


def _refuse_strangers(site: Path, release: Release) -> None:
    """Replace nothing that this program did not write, and not the release itself."""
    taken = site / release.manifest.edition
    place, source = site.resolve(), release.folder.resolve()
    odd = None
    if place == source or source in place.parents or place in source.parents:
        odd = site
    elif not is_our_front_door(site):
        odd = site / "index.html"
    elif taken.exists() and _is_synthetic(taken) is None:
        odd = taken
    if odd is not None:
        raise EditionError(
            f"{odd}: not a site of this program; allowed: a new folder, or an earlier site, apart "
            "from the release. Name another folder."
        )


def write_front_door(site: Path) -> None:
    """Write the page that leads to every edition, newest first."""
    editions = sorted((path.parent for path in site.glob(f"*/{MANIFEST}")), reverse=True)
    found = {folder.name: _is_synthetic(folder) for folder in editions}
    manifests = {
        edition: synthetic for edition, synthetic in found.items() if synthetic is not None
    }
    sections = []
    for language in LANGUAGES:
        items = []
        for edition, synthetic in manifests.items():
            mark = f" ({_SYNTHETIC[language]})" if synthetic else ""
            text = _EDITION[language].format(edition=edition) + mark
            items.append(
                f'<li><a href="{edition}/{language}/index.html" hreflang="{language}">'
                f"{escape(text)}</a></li>"
            )
        sections.append(
            f'<section lang="{language}"><h2>{escape(_INTRO[language])}</h2>'
            f"<ul>{''.join(items)}</ul></section>"
        )
    noindex = '<meta name="robots" content="noindex">' if any(manifests.values()) else ""
    page = f"""<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{_GENERATOR}
{noindex}
<title>Preventieplan arbeidsmarkt zorg en welzijn</title>
<style>
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto;
  padding: 0 1rem; color: #1b1b1b; background: #fff; }}
h1 {{ line-height: 1.2; }} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
a {{ color: #12355b; }} a:focus-visible {{ outline: 3px solid #b3410e; }}
</style>
</head>
<body>
<main>
<h1>Preventieplan arbeidsmarkt zorg en welzijn</h1>
{"".join(sections)}
</main>
</body>
</html>
"""
    files.write_text(site / "index.html", page)


def _is_synthetic(folder: Path) -> bool | None:
    """Tell whether an edition in the site holds synthetic data; None when it is no edition."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest["data"] != "real" if manifest["edition"] == folder.name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def publish(releases: list[Path], site: Path) -> None:
    """Build a site from releases alone.

    All releases are read and all pages are built before the site changes.

    Raises
    ------
    BookError
        If a release is not whole, or Jupyter Book warns.
    EditionError
        If the site holds anything that this program did not write.
    WorkplaceError
        If another program is writing the same site.
    """
    read = [read_release(path) for path in releases]
    for release in read:
        _refuse_strangers(site, release)
    with tempfile.TemporaryDirectory(prefix="preventieplan-") as scratch:
        built = []
        for release in read:
            folders = {
                language: Path(scratch) / release.manifest.edition / language
                for language in LANGUAGES
            }
            for language, folder in folders.items():
                build_pages(release, language, folder)
            built.append((release, folders))
        for release, folders in built:
            assemble(release, folders, site)

"""``preventieplan step``: one step of the build each; Snakemake calls these."""

from collections.abc import Callable
from pathlib import Path

import click

from analysis.cli.parts import FOLDER, clear_errors
from analysis.lifeline import hold


@click.group(hidden=True)
def step() -> None:
    """Run one step of the build, in the folder of its edition; Snakemake calls these."""
    hold()


def _edition_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--edition", required=True)(command)


@step.command("dataset")
@_edition_option
@click.option("--deliveries", type=FOLDER, required=True)
@click.option("--fill", type=FOLDER)
@clear_errors
def step_dataset(edition: str, deliveries: Path, fill: Path | None) -> None:
    """Deliveries to dataset."""
    from analysis.dataset import make_dataset
    from analysis.edition import read_edition

    name = read_edition(edition).name
    make_dataset(deliveries, Path("dataset"), edition=name, fill=fill)


@step.command("chapter")
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-p", "parameters", type=(str, str), multiple=True, help="As papermill takes them.")
@clear_errors
def step_chapter(notebook: Path, parameters: tuple[tuple[str, str], ...]) -> None:
    """Notebook to candidates."""
    from analysis.run_chapter import run_chapter

    given = {"dataset": str(Path("dataset").resolve()), **dict(parameters)}
    run_chapter(notebook, given, Path("chapters") / notebook.stem)


@step.command("airlock")
@_edition_option
@click.argument("chapters", nargs=-1, required=True)
@clear_errors
def step_airlock(edition: str, chapters: tuple[str, ...]) -> None:
    """Candidates to released frames."""
    from analysis.airlock.gate import open_gate
    from analysis.airlock.ledger import read_ledger
    from analysis.dataset import read_manifest
    from analysis.edition import ledger_path, read_edition

    folders = {chapter: Path("chapters") / chapter for chapter in chapters}
    open_gate(
        read_edition(edition),
        read_manifest(Path("dataset")),
        folders,
        Path("released"),
        read_ledger(ledger_path()),
    )


@step.command("render")
@_edition_option
@clear_errors
def step_render(edition: str) -> None:
    """Released frames to release."""
    from analysis.claims.register import read_register
    from analysis.dataset import read_manifest
    from analysis.edition import read_edition
    from analysis.publish.render import render

    manifest = read_manifest(Path("dataset"))
    render(read_edition(edition), read_register(), manifest, Path("released"), Path("release"))


@step.command("pages")
@click.argument("language", type=click.Choice(["nl", "en"]))
@clear_errors
def step_pages(language: str) -> None:
    """Release to the pages of one language."""
    from analysis.publish.book import build_pages
    from analysis.publish.release import read_release

    build_pages(read_release(Path("release")), language, Path("pages") / language)


@step.command("site")
@click.argument("site", type=FOLDER)
@clear_errors
def step_site(site: Path) -> None:
    """Pages to site."""
    from analysis.languages import LANGUAGES
    from analysis.publish.release import read_release
    from analysis.publish.site import assemble

    pages = {language: Path("pages") / language for language in LANGUAGES}
    assemble(read_release(Path("release")), pages, site)

"""The command line: ``preventieplan``."""

import functools
import io
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from analysis import build as building
from analysis import cli_release, files
from analysis.errors import BookError, DeliveryError, EditionError, WorkplaceError
from analysis.lifeline import LIFELINE_VARIABLE, hold


class _Folder(click.Path):
    """A folder; an empty text, as an unset variable gives, is not the current one."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "":
            self.fail("is empty; name a folder.", param, ctx)
        return super().convert(value, param, ctx)


class _Years(click.ParamType):
    """Two years, written 2019-2025."""

    name = "years"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        parts = value.split("-") if isinstance(value, str) else []
        if len(parts) != 2 or not all(part.isdecimal() and len(part) == 4 for part in parts):
            self.fail(f"'{value}' is not two years; write them as 2019-2025.", param, ctx)
        return int(parts[0]), int(parts[1])


_FOLDER = _Folder(file_okay=False, path_type=Path)
#: What a shell expects of a program that Ctrl-C ended.
_INTERRUPTED = 130


def _clear_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Show an error as its message and end with its exit code; no traceback, no data."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BookError as error:
            _end(str(error), error.exit_code)
        except KeyboardInterrupt:
            _say_stopped()
        except RuntimeError as error:
            # DuckDB turns Ctrl-C into an error of its own.
            if "interrupted" not in str(error).lower():
                raise
            _say_stopped()
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _end(f"{where}{error.strerror or error}", WorkplaceError.exit_code)

    return wrapped


def _say_stopped() -> None:
    click.echo("Stopped; nothing half-written counts. Run the same command again.", err=True)
    sys.exit(_INTERRUPTED)


def _leave_tidily(number: int, frame: Any) -> None:
    """End as on an error, so that what stands in scratch folders is removed."""
    sys.exit(128 + number)


def _end(message: str, exit_code: int) -> None:
    if os.environ.get(LIFELINE_VARIABLE):
        files.write_json(Path.cwd() / building.ERROR, {"message": message, "exit_code": exit_code})
    click.echo(message, err=True)
    sys.exit(exit_code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="preventieplan-book", prog_name="preventieplan")
def main() -> None:
    """Recompute the Preventieplan report for any data year, and publish it as a book.

    Exit codes: 0 fine, 1 a check did not hold, 2 the call or the edition is wrong, 3 a delivery is
    wrong, 4 the airlock refused, 5 the environment (disk, lock, tool).
    """
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _leave_tidily)


@main.command()
@click.option("--edition", help="Name of the edition; the newest when left out.")
@click.option(
    "--deliveries", type=_FOLDER, help="Folder of deliveries; the synthetic stub when left out."
)
@click.option("--out", type=_FOLDER, default=Path("build"), show_default=True)
@click.option("--cores", type=click.IntRange(min=1), default=2, show_default=True)
@click.option(
    "--until",
    type=click.Choice(["dataset", "release", "site"]),
    default="site",
    show_default=True,
    help="Last step to run.",
)
@click.option(
    "--fill-synthetic",
    is_flag=True,
    help="Take published tables that were not delivered from the stub, and confidential ones when "
    "none was delivered; mark all that used them.",
)
@_clear_errors
def build(
    edition: str | None,
    deliveries: Path | None,
    out: Path,
    cores: int,
    until: building.Until,
    fill_synthetic: bool,
) -> None:
    """Build the book of an edition, from deliveries to site."""
    from analysis.edition import read_edition

    chosen = building.Build(read_edition(edition), deliveries, out.resolve(), cores, fill_synthetic)
    building.run(chosen, until=until, say=click.echo)
    if until == "dataset":
        click.echo(f"Dataset: {chosen.folder / 'dataset'}")
        return
    click.echo(f"Release: {chosen.folder / 'release'}")
    if until == "site":
        click.echo(f"Site:    {chosen.out / 'site' / 'index.html'}")


@main.command()
@click.argument("releases", nargs=-1, required=True, type=_FOLDER)
@click.option("--into", "site", type=_FOLDER, required=True, help="Folder of the site.")
@_clear_errors
def publish(releases: tuple[Path, ...], site: Path) -> None:
    """Build a site from releases alone."""
    from analysis.publish.site import publish as publish_releases

    publish_releases(list(releases), site)
    click.echo(f"Site:    {site / 'index.html'}")


@main.command()
@click.argument("deliveries", type=_FOLDER)
@click.option(
    "--world",
    default="favourable",
    show_default=True,
    help="What is planted: favourable, null, reversed, or a YAML file of overrides.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.01,
    show_default=True,
    help="Share of the sector's people in the files per person.",
)
@click.option("--seed", type=click.IntRange(min=0), default=20251122, show_default=True)
@click.option(
    "--years", type=_Years(), default="2019-2025", show_default=True, help="First and last year."
)
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
@_clear_errors
def stub(
    deliveries: Path,
    world: str,
    scale: float,
    seed: int,
    years: tuple[int, int],
    truth: Path | None,
) -> None:
    """Write synthetic deliveries whose truth is known."""
    from analysis.stub.deliveries import draw_world, write_world
    from analysis.stub.published import write_published
    from analysis.stub.worlds import world_named

    planted = world_named(world)
    drawn = draw_world(planted, seed, scale=scale, years=years)
    write_published(deliveries, planted, seed)
    write_world(deliveries, drawn, say=click.echo)
    if truth is not None:
        drawn.write_truth(truth)
    click.echo(f"Synthetic deliveries: {deliveries}")


@main.command()
@click.argument("deliveries", type=_FOLDER)
@click.option("--edition", help="Name of the edition; the newest when left out.")
@click.option(
    "--table", "tables", multiple=True, help="Id of a table; all of the book if left out."
)
@click.option("--protocol", type=click.Choice(["v4", "v3"]), default="v4", show_default=True)
@click.option("--again", is_flag=True, help="Download also what CBS has not changed since.")
@click.option("--root-v4", envvar="PREVENTIEPLAN_ROOT_V4", hidden=True)
@click.option("--root-v3", envvar="PREVENTIEPLAN_ROOT_V3", hidden=True)
@_clear_errors
def fetch(
    deliveries: Path,
    edition: str | None,
    tables: tuple[str, ...],
    protocol: Literal["v4", "v3"],
    again: bool,
    root_v4: str | None,
    root_v3: str | None,
) -> None:
    """Download the tables of the book from CBS into a folder of deliveries."""
    from analysis.edition import read_edition
    from analysis.sources import odata
    from analysis.sources.download import Session
    from analysis.sources.fetch import Fetch

    roots = odata.Roots()
    if root_v4:
        roots = replace(roots, v4=odata.read_root("--root-v4", root_v4))
    if root_v3:
        root = odata.read_root("--root-v3", root_v3)
        roots = replace(roots, v3=root, v3_others=root)
    last_year = read_edition(edition).years.last
    with Session() as session:
        Fetch(
            session=session,
            deliveries=deliveries,
            protocol=protocol,
            say=click.echo,
            warn=functools.partial(click.echo, err=True),
            follow=_rows_bar,
            roots=roots,
            again=again,
            last_year=last_year,
        ).run(tables)


def _rows_bar(label: str, rows: int) -> Any:
    """Show a bar on a terminal, nothing elsewhere."""
    # Without a terminal a bar of click would still print its label.
    stream = sys.stderr if sys.stderr.isatty() else io.StringIO()
    return click.progressbar(length=rows, label=label, file=stream)


@main.command()
@click.argument("source", metavar="IN", type=_FOLDER)
@click.argument("target", metavar="OUT", type=_FOLDER)
@click.option("--supplier", required=True, help="Whose files these are, such as pfzw.")
@click.option("--edition", required=True, help="Edition that the pseudonyms are for.")
@click.option(
    "--key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the key; the environment variable PREVENTIEPLAN_KEY when left out.",
)
@click.option(
    "--fraction",
    "fractions",
    multiple=True,
    metavar="FILE=SHARE",
    help="Share of all persons that a file holds, such as payslips=0.5.",
)
@_clear_errors
def pseudonymise(
    source: Path,
    target: Path,
    supplier: str,
    edition: str,
    key_file: Path | None,
    fractions: tuple[str, ...],
) -> None:
    """Replace the ids in a supplier's files by pseudonyms."""
    from analysis.linkage.pseudonymise import pseudonymise as replace_ids
    from analysis.linkage.pseudonymise import read_fractions
    from analysis.linkage.pseudonyms import read_key

    note = replace_ids(
        source,
        target,
        supplier=supplier,
        edition=edition,
        key=read_key(key_file),
        fractions=read_fractions(fractions),
    )
    click.echo(f"Delivery: {target / supplier} (key {note.key_fingerprint or 'not needed'})")


@main.command()
@click.argument("deliveries", type=_FOLDER)
@click.option(
    "--edition",
    help="Edition that the deliveries are for; without it, suppliers are compared with each other.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON file for what is found; it appears whole or not at all.",
)
@click.option("--language", type=click.Choice(["en", "nl"]), default="en", show_default=True)
@_clear_errors
def check(
    deliveries: Path, edition: str | None, report: Path | None, language: Literal["en", "nl"]
) -> None:
    """Check deliveries of any size and say everything that is wrong at once."""
    from analysis.edition import read_edition
    from analysis.sources.check import check_deliveries
    from analysis.sources.problems import write_report

    named = read_edition(edition).name if edition is not None else None
    if report is not None and report.resolve().is_relative_to(deliveries.resolve()):
        raise EditionError(
            f"--report {report} lies among the deliveries; allowed: a place outside them. Name "
            "another file."
        )
    found = check_deliveries(deliveries, edition=named)
    if report is not None:
        files.write_json(report, found.model_dump(mode="json"))
    click.echo(write_report(found, language))
    if found.refused:
        sys.exit(DeliveryError.exit_code)


@main.command()
@click.argument("folder", type=_FOLDER)
@_clear_errors
def handout(folder: Path) -> None:
    """Write what each supplier is asked to deliver: pages to read and Table Schemas."""
    from analysis.sources.handout import write_handouts

    write_handouts(folder)
    click.echo(f"Hand-outs: {folder}")


@main.command()
@click.option("--out", type=_FOLDER, default=Path("build"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@_clear_errors
def serve(out: Path, port: int) -> None:
    """Show the built site in a browser on this machine."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    site = out / "site"
    if not (site / "index.html").exists():
        raise WorkplaceError(f"{site}: no site here; run `preventieplan build` first.")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise WorkplaceError(
            f"port {port}: {error.strerror}; choose another with --port."
        ) from None
    with server:
        click.echo(f"http://127.0.0.1:{port}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")


cli_release.register(main, _FOLDER, _clear_errors)


@main.group(hidden=True)
def step() -> None:
    """Run one step of the build, in the folder of its edition; Snakemake calls these."""
    hold()


def _edition_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--edition", required=True)(command)


@step.command("dataset")
@_edition_option
@click.option("--deliveries", type=_FOLDER, required=True)
@click.option("--fill", type=_FOLDER)
@_clear_errors
def step_dataset(edition: str, deliveries: Path, fill: Path | None) -> None:
    """Deliveries to dataset."""
    from analysis.dataset import make_dataset
    from analysis.edition import read_edition

    name = read_edition(edition).name
    make_dataset(deliveries, Path("dataset"), edition=name, fill=fill)


@step.command("chapter")
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-p", "parameters", type=(str, str), multiple=True, help="As papermill takes them.")
@_clear_errors
def step_chapter(notebook: Path, parameters: tuple[tuple[str, str], ...]) -> None:
    """Notebook to candidates."""
    from analysis.run_chapter import run_chapter

    given = {"dataset": str(Path("dataset").resolve()), **dict(parameters)}
    run_chapter(notebook, given, Path("chapters") / notebook.stem)


@step.command("airlock")
@_edition_option
@click.argument("chapters", nargs=-1, required=True)
@_clear_errors
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
@_clear_errors
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
@_clear_errors
def step_pages(language: str) -> None:
    """Release to the pages of one language."""
    from analysis.publish.book import build_pages
    from analysis.publish.release import read_release

    build_pages(read_release(Path("release")), language, Path("pages") / language)


@step.command("site")
@click.argument("site", type=_FOLDER)
@_clear_errors
def step_site(site: Path) -> None:
    """Pages to site."""
    from analysis.languages import LANGUAGES
    from analysis.publish.release import read_release
    from analysis.publish.site import assemble

    pages = {language: Path("pages") / language for language in LANGUAGES}
    assemble(read_release(Path("release")), pages, site)


if __name__ == "__main__":
    main()

"""The commands of ``preventieplan``."""

import functools
import io
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from analysis import build as building
from analysis import files
from analysis.cli.parts import FOLDER, Years, clear_errors, leave_tidily
from analysis.cli.profile import profile
from analysis.cli.release import release
from analysis.cli.simulate import simulate
from analysis.cli.steps import step
from analysis.errors import DeliveryError, EditionError, WorkplaceError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="preventieplan-book", prog_name="preventieplan")
def main() -> None:
    """Recompute the Preventieplan report for any data year, and publish it as a book.

    Exit codes: 0 fine, 1 a check did not hold, 2 the call or the edition is wrong, 3 a delivery is
    wrong, 4 the airlock refused, 5 the environment (disk, lock, tool).
    """
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, leave_tidily)


@main.command()
@click.option("--edition", help="Name of the edition; the newest when left out.")
@click.option(
    "--deliveries", type=FOLDER, help="Folder of deliveries; the synthetic stub when left out."
)
@click.option("--out", type=FOLDER, default=Path("build"), show_default=True)
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
@clear_errors
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
@click.argument("releases", nargs=-1, required=True, type=FOLDER)
@click.option("--into", "site", type=FOLDER, required=True, help="Folder of the site.")
@clear_errors
def publish(releases: tuple[Path, ...], site: Path) -> None:
    """Build a site from releases alone."""
    from analysis.publish.site import publish as publish_releases

    publish_releases(list(releases), site)
    click.echo(f"Site:    {site / 'index.html'}")


@main.command()
@click.argument("deliveries", type=FOLDER)
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
    "--edition", default="2025", show_default=True, help="Edition that the deliveries are for."
)
@click.option(
    "--years", type=Years(), help="First and last year; 2019 to the edition's last if left out."
)
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
@clear_errors
def stub(
    deliveries: Path,
    world: str,
    scale: float,
    seed: int,
    edition: str,
    years: tuple[int, int] | None,
    truth: Path | None,
) -> None:
    """Write synthetic deliveries whose truth is known."""
    from analysis.edition import read_edition
    from analysis.stub.deliveries import FIRST_YEAR, draw_world, write_world
    from analysis.stub.published import write_published
    from analysis.stub.worlds import world_named

    planted = world_named(world)
    chosen = read_edition(edition)
    drawn = draw_world(
        planted,
        seed,
        scale=scale,
        years=years or (FIRST_YEAR, chosen.years.last),
        edition=chosen.name,
    )
    write_published(deliveries, planted, seed)
    write_world(deliveries, drawn, say=click.echo)
    if truth is not None:
        drawn.write_truth(truth)
    click.echo(f"Synthetic deliveries: {deliveries}")


@main.command()
@click.argument("deliveries", type=FOLDER)
@click.option("--edition", help="Name of the edition; the newest when left out.")
@click.option(
    "--table", "tables", multiple=True, help="Id of a table; all of the book if left out."
)
@click.option("--protocol", type=click.Choice(["v4", "v3"]), default="v4", show_default=True)
@click.option("--again", is_flag=True, help="Download also what CBS has not changed since.")
@click.option("--root-v4", envvar="PREVENTIEPLAN_ROOT_V4", hidden=True)
@click.option("--root-v3", envvar="PREVENTIEPLAN_ROOT_V3", hidden=True)
@clear_errors
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
@click.argument("source", metavar="IN", type=FOLDER)
@click.argument("target", metavar="OUT", type=FOLDER)
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
@clear_errors
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
@click.argument("deliveries", type=FOLDER)
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
@clear_errors
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
@click.argument("folder", type=FOLDER)
@clear_errors
def handout(folder: Path) -> None:
    """Write what each supplier is asked to deliver: pages to read and Table Schemas."""
    from analysis.sources.handout import write_handouts

    write_handouts(folder)
    click.echo(f"Hand-outs: {folder}")


@main.command()
@click.option("--out", type=FOLDER, default=Path("build"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@clear_errors
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


main.add_command(profile)
main.add_command(release)
main.add_command(simulate)
main.add_command(step)

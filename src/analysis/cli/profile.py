"""``preventieplan profile``: what one organisation gets before its data-verification session."""

import re
from pathlib import Path

import click

from analysis import files
from analysis.cli.parts import FOLDER, clear_errors
from analysis.errors import EditionError, WorkplaceError
from analysis.languages import LANGUAGES, Language

_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


@click.command(short_help="One organisation beside its branch, for its data-verification session.")
@click.argument("organisation", metavar="ORG")
@click.option("--edition", help="Name of the edition; the newest when left out.")
@click.option("--dataset", type=FOLDER, help="Folder of the dataset; that of --out when left out.")
@click.option("--out", type=FOLDER, help="Folder of the build.  [default: build]")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
@click.option(
    "--into", type=FOLDER, help="Folder to write into.  [default: <out>/<edition>/profiles]"
)
@click.option("--html-only", is_flag=True, help="Make no PDF, which takes Chromium.")
@clear_errors
def profile(
    organisation: str,
    edition: str | None,
    dataset: Path | None,
    out: Path | None,
    language: Language,
    into: Path | None,
    html_only: bool,
) -> None:
    """Write the profile of an organisation: its figures beside its branch, and what to talk about.

    ORG is the pseudonym of the organisation in this edition. The profile is confidential: it goes
    to that organisation alone, and is refused in a release, a site or the work tree of git.
    """
    from analysis.dataset import open_dataset, read_manifest
    from analysis.edition import read_edition
    from analysis.profile.context import TABLES
    from analysis.profile.figures import profile_of
    from analysis.profile.page import write_page
    from analysis.profile.pdf import find_browser, print_pdf
    from analysis.profile.place import check_place

    if not _PSEUDONYM.fullmatch(organisation):
        # What was given may be the name of an organisation: it is not repeated.
        raise EditionError(
            f"ORG: {len(organisation)} characters that are no pseudonym; allowed: 32 of 0-9 and "
            "a-f. Ask the trusted third party for the pseudonym of this edition."
        )
    if dataset is not None and out is not None:
        raise EditionError("--dataset and --out both say where the data is; allowed: one of them.")
    chosen = read_edition(edition)
    build = Path("build") if out is None else out
    folder = build / chosen.name / "dataset" if dataset is None else dataset
    target = build / chosen.name / "profiles" if into is None else into
    check_place(target, build)

    manifest = read_manifest(folder)["tables"]
    data = open_dataset(folder)
    found = profile_of(
        {name: getattr(data, name) for name in TABLES},
        organisation,
        chosen,
        synthetic=any(manifest[name].get("synthetic") for name in TABLES),
    )
    page = target / f"profile-{organisation}.{language}.html"
    files.write_private(page, write_page(found, language, chosen.disclosure).encode())
    click.echo(f"Profile: {page}")
    if found.participant is not True:
        click.echo(
            "This organisation is not on the list of participants: make sure that it asked for "
            "its profile.",
            err=True,
        )
    if html_only:
        return
    browser = find_browser()
    if browser is None:
        raise WorkplaceError(
            f"no Chromium on this machine, which makes the PDF; {page} is there as HTML. Install "
            "it (Debian: sudo apt install chromium), or leave the PDF out with --html-only."
        )
    printed = page.with_suffix(".pdf")
    files.write_private(printed, print_pdf(page, browser))
    click.echo(f"PDF:     {printed}")

"""``preventieplan release``: what is done with a release before it leaves."""

import sys
from pathlib import Path

import click

from analysis.cli.parts import FOLDER, clear_errors
from analysis.errors import BookError


@click.group()
def release() -> None:
    """Check a release or a site before it leaves, and record it when it does."""


@release.command(short_help="Say all that may not leave.")
@click.argument("path", type=FOLDER)
@click.option(
    "--canaries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with a word a line that may stand in no file; the words are never shown.",
)
@clear_errors
def check(path: Path, canaries: Path | None) -> None:
    """Read a release or a site as a stranger would, and say all that should not be in it.

    It trusts nothing that wrote the files: it decodes them, looks for people, raw data, paths
    of machines and requests to other addresses, and holds every cell against the thresholds in
    the file of the edition. What it does not know is a problem.

    Exit codes: 0 nothing found, 1 something found, 2 neither a release nor a site.
    """
    from analysis.airlock.reader.check import check_folder

    words = [] if canaries is None else _words_of(canaries)
    problems = check_folder(path, words)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        click.echo(f"{count}: this must not be published.", err=True)
        sys.exit(BookError.exit_code)
    click.echo(
        "Nothing found that may not leave. Now somebody goes through the report of the "
        "release; see `preventieplan release record --help`."
    )


@release.command("record", short_help="Record a release that leaves in the ledger.")
@click.argument("path", metavar="RELEASE", type=FOLDER)
@clear_errors
def record(path: Path) -> None:
    """Record a release in editions/ledger.json, as soon as it leaves.

    Later releases are attacked together with it, and show nothing that it hid. Commit the file
    afterwards. A release that was recorded already is recorded once.
    """
    from analysis.edition import ledger_path
    from analysis.publish.recording import record_release

    found = record_release(path, ledger_path())
    entry = found.entry
    if not found.new:
        click.echo(f"Recorded already: edition {entry.edition}, {entry.digest[:16]}.")
        return
    click.echo(
        f"Recorded: edition {entry.edition}, {entry.digest[:16]}, {ledger_path()}. Commit "
        "that file."
    )
    if not entry.told:
        click.echo("It tells nothing of confidential data.", err=True)
    elif entry.data == "synthetic":
        click.echo(
            "Warning: its confidential data are synthetic; it is only joined with synthetic "
            "releases.",
            err=True,
        )


def _words_of(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]

"""A page of a profile as PDF, printed by the Chromium of this machine: tagged, with an outline."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from analysis.errors import WorkplaceError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Seconds; a page takes a few.
_LONGEST = 120
_FLAGS = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)  # fmt: skip


def find_browser() -> str | None:
    """Return the Chromium of this machine; None when there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_pdf(page: Path, browser: str) -> bytes:
    """Print a page as PDF.

    What the browser keeps of it lies beside the page, readable by its owner alone, and is removed.

    Raises
    ------
    WorkplaceError
        If the browser does not print.
    """
    with tempfile.TemporaryDirectory(
        prefix=".profile.", suffix=".part", dir=page.parent
    ) as scratch:
        printed = Path(scratch) / "page.pdf"
        # Chromium has no sandbox for root; the page has no script and asks for nothing.
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [
            browser, *_FLAGS, *root, f"--user-data-dir={scratch}/browser",
            f"--print-to-pdf={printed}", page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_LONGEST)
            content = printed.read_bytes()
        except (subprocess.SubprocessError, OSError):
            raise WorkplaceError(
                f"{browser}: did not print the page as PDF; {page} is there as HTML. Try again, or "
                "print that page from a browser."
            ) from None
    return content

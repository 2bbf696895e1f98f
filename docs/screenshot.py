"""Take the README's picture of the built book: `make screenshot`, after `make book`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "build" / "site" / "2025" / "en" / "1.1-context.html"
PICTURE = ROOT / "docs" / "book.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Photograph a figure with its verdict, as a reader sees it."""
    browser_path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("No Chromium found: install it (Debian: sudo apt install chromium).")
    if not PAGE.exists():
        sys.exit(f"{PAGE}: not built yet; run `make book` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(PAGE.as_uri())
        page.locator("#exhibit-absence-by-year").scroll_into_view_if_needed()
        page.evaluate(
            "window.scrollTo(0, document.getElementById('exhibit-absence-by-year')"
            ".getBoundingClientRect().top + window.scrollY - 140)"
        )
        page.wait_for_timeout(500)
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()

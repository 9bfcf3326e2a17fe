"""Draws the pictures that cannot be SVG, of those in assets/: `python -m tests.drawings`."""

import struct
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import browser as chromium
from tests.serving import ROOT

ASSETS = ROOT / "assets"


def main() -> None:
    path = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        (ASSETS / "share.png").write_bytes(drawn(browser, "share.svg", 1200, 630))
        (ASSETS / "apple-touch-icon.png").write_bytes(drawn(browser, "favicon.svg", 180, 180))
        (ASSETS / "favicon.ico").write_bytes(icon(drawn(browser, "favicon.svg", 32, 32), 32))
        browser.close()


def drawn(browser: Browser, name: str, width: int, height: int) -> bytes:
    """The drawing as a PNG of this size in pixels."""
    page = browser.new_page(viewport={"width": width, "height": height})
    svg = Path(ASSETS / name).read_text("utf-8").replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
    page.set_content(f'<body style="margin:0;font-size:0">{svg}')
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def icon(png: bytes, side: int) -> bytes:
    """An .ico file that holds this one picture."""
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, side, side, 0, 0, 1, 32, len(png), 22) + png


if __name__ == "__main__":
    main()

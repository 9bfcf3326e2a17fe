"""Finds the Chromium of the browser tests, or installs one: `python -m tests.browser`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Package manager → its quiet install command, the browser, a font with Chinese letters.
PACKAGES = {
    "apt-get": ("apt-get install -y -qq --no-install-recommends", "chromium", "fonts-noto-cjk fontconfig"),
    "dnf": ("dnf install -y -q", "chromium", "google-noto-sans-cjk-fonts fontconfig"),
    "apk": ("apk add -q", "chromium", "font-noto-cjk fontconfig"),
    "pacman": ("pacman -S --noconfirm --needed", "chromium", "noto-fonts-cjk fontconfig"),
}
HELP = """No Chromium was found and none could be installed. Do one of these, then run make again:
  - install Chromium or Google Chrome with the package manager of this machine,
  - run .venv/bin/playwright install --with-deps chromium,
  - set CARDMALL_CHROMIUM to the path of a Chromium or Chrome executable."""


def find() -> str | None:
    """Path of a Chromium that starts: CARDMALL_CHROMIUM, else Playwright's own, else the system's."""
    if given := os.environ.get("CARDMALL_CHROMIUM"):
        return given if _starts(given) else None
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in (_playwrights_own(), *found, MAC) if path and _starts(path)), None)


def install() -> None:
    """Tries Playwright's download, then the distribution's package; each may fail, find() tells."""
    _run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=240)
    if find() is None:
        _install_packages(1)


def ensure_font() -> bool:
    """Whether Chinese text can be drawn, after trying to install a font for it."""
    if not _has_font():
        _install_packages(2)
    return _has_font()


def main() -> int:
    if (given := os.environ.get("CARDMALL_CHROMIUM")) and find() is None:
        print(f"CARDMALL_CHROMIUM names no browser that starts: {given}", file=sys.stderr)
        return 1
    if find() is None:
        print("No Chromium yet: installing one ...", flush=True)
        install()
    path = find()
    if path is None:
        print(HELP, file=sys.stderr)
        return 1
    if not ensure_font():
        print("No font with Chinese letters was found: tests pass, pictures will show boxes.", file=sys.stderr)
    print(f"Browser: {path}")
    return 0


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """A browser whose system libraries are missing is no browser."""
    return Path(path).is_file() and _run([path, "--version"], seconds=30, quiet=True)


def _has_font() -> bool:
    if sys.platform == "darwin":
        return True
    lister = shutil.which("fc-list")
    return bool(lister) and bool(subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def _install_packages(column: int) -> None:
    manager = next((name for name in PACKAGES if shutil.which(name)), None)
    if manager is None or (root := _as_root()) is None:
        return
    row = PACKAGES[manager]
    if manager == "apt-get":
        _run([*root, "apt-get", "update", "-qq"], seconds=180)
    _run([*root, *row[0].split(), *row[column].split()], seconds=600)


def _as_root() -> list[str] | None:
    """The prefix that makes a command run as root; None where that would need a password."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], seconds=10, quiet=True):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def _run(command: list[str], *, seconds: int, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(command, timeout=seconds, stdout=output, stderr=output, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    raise SystemExit(main())

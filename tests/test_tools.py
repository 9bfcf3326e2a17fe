"""The tools of `make lint`, run as tests so that one summary says whether everything passed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["ruff format --check", "ruff check", "pyright", "lint-imports"])
def test_it_satisfies(tool: str) -> None:
    name, *options = tool.split()
    done = subprocess.run([BIN / name, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""The tools of `make lint`, run as tests so that one summary says whether everything passed; what silences them."""

import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
# One line that a tool is told to pass over; a type suppression names its rule and says why in words.
SILENCES = re.compile(r"#\s*(type:\s*ignore|pyright:\s*ignore|noqa\b|fmt:\s*skip)")
OF_A_TYPE = re.compile(r"#\s*(type|pyright):\s*ignore")
EXPLAINED = re.compile(r"# (type|pyright): ignore\[[\w, -]+\] - \w+[\w'’]*,? \w+")
# What a whole file would be spared by, and what would hide a type instead of a suppression.
FILE_WIDE = re.compile(r"#\s*(ruff:|flake8:|fmt:\s*(off|on)|pyright:(?!\s*ignore)|mypy:)")
MOST_SILENCED = 1  # lines in 1,000 of pages and components; 25 before the vars of Reflex had their types


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["ruff format --check", "ruff check", "pyright", "lint-imports"])
def test_it_satisfies(tool: str) -> None:
    name, *options = tool.split()
    done = subprocess.run([BIN / name, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def comments(*floors: str) -> Iterator[str]:
    """Every comment of the house, or of these floors, with its place."""
    for floor in floors or ("",):
        for source in sorted((ROOT / "cardmall" / floor).rglob("*.py")):
            for token in tokenize.generate_tokens(io.StringIO(source.read_text("utf-8")).readline):
                if token.type == tokenize.COMMENT:
                    yield f"{source.relative_to(ROOT)}:{token.start[0]}  {token.string}"


def test_every_type_suppression_names_its_rule_and_its_reason() -> None:
    silenced = [comment for comment in comments() if OF_A_TYPE.search(comment)]
    assert silenced and [comment for comment in silenced if not EXPLAINED.search(comment)] == []


def test_pages_and_components_are_seldom_silenced() -> None:
    floors = ("pages", "components")
    silenced = [comment for comment in comments(*floors) if SILENCES.search(comment)]
    lines = sum(len(s.read_text("utf-8").splitlines()) for f in floors for s in (ROOT / "cardmall" / f).rglob("*.py"))
    assert len(silenced) <= MOST_SILENCED * lines / 1000, silenced


def test_no_file_is_silenced_as_a_whole() -> None:
    assert [comment for comment in comments() if FILE_WIDE.search(comment)] == []


def test_pages_and_components_never_claim_a_type() -> None:
    """A cast is a suppression that no tool counts."""
    claims = re.compile(r"\bcast\(|import cast\b")
    sources = [*(ROOT / "cardmall/pages").rglob("*.py"), *(ROOT / "cardmall/components").rglob("*.py")]
    assert [source for source in sources if claims.search(source.read_text("utf-8"))] == []


def test_pyright_spares_no_rule_and_no_unneeded_suppression() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    rules = {name: level for name, level in told.items() if name.startswith("report")}
    assert rules == {"reportUnnecessaryTypeIgnoreComment": "error"}
    assert told["typeCheckingMode"] == "basic" and "ignore" not in told and "exclude" not in told

"""`python -m tests.refusals` writes docs/refusals.md: every refusal as the screen says it, and where it is decided."""

import ast
from collections.abc import Iterator
from pathlib import Path

from cardmall import locales
from cardmall.domain.terms import Reason, Way

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "refusals.md"
HEAD = """# Refusals

Search here for the words on the screen, in either language: the line names the `Reason` and the file below `cardmall/`
that decides on it (of the four ways: in whose table). `python -m tests.refusals` writes this page; a test compares it.

| on the screen | reason | decided in |
|---|---|---|
"""
RULES = "domain/rules/"


def page() -> str:
    """The whole page."""
    places = decided()
    rows = (f"| {words} | `{reason}` | {_files(places[reason], way)} |" for reason, way, words in texts())
    return HEAD + "\n".join(rows) + "\n"


def texts() -> Iterator[tuple[Reason, str, str]]:
    """Every sentence that refuses: its reason, the way it is about or "", the words in both languages."""
    catalogs = [locales.catalog(locale) for locale in locales.LOCALES]
    for reason in Reason:
        keys = {f"refused.{reason}": "", f"refused.{reason}_at": ""}
        keys |= {f"way.closed.{way}_{reason}": way.value for way in Way}
        for key, way in keys.items():
            if key in catalogs[0]:
                yield reason, way, " · ".join(catalog[key].replace("|", "\\|") for catalog in catalogs)


def decided() -> dict[Reason, set[str]]:
    """The files below cardmall/ that name each reason."""
    found: dict[Reason, set[str]] = {}
    for source in (ROOT / "cardmall").rglob("*.py"):
        name = str(source.relative_to(ROOT / "cardmall"))
        if name.startswith(("domain/", "services/", "reads/", "adapters/", "http/", "states/", "desk", "views/")):
            for reason in _named(ast.parse(source.read_text("utf-8"))):
                found.setdefault(reason, set()).add(name)
    return found


def _named(tree: ast.AST) -> Iterator[Reason]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Reason" | "R"), attr=name) if name in Reason.__members__:
                yield Reason[name]
            case _:
                pass


def _files(names: set[str], way: str) -> str:
    """The tables of rules; of a reason in none of them, whatever names it."""
    if way:
        return f"`{RULES}ways.py` ({way})"
    rules = sorted(name for name in names if name.startswith(RULES))
    return ", ".join(f"`{name}`" for name in rules or sorted(names))


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")

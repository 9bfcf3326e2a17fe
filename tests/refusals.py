"""`python -m tests.refusals` writes docs/refusals.md: every refusal as the screen says it, and where it is decided."""

import ast
from collections.abc import Iterator
from pathlib import Path

from cardmall import locales
from cardmall.domain.terms import Reason, Way

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "refusals.md"
HEAD = """# Refusals

Search here for a few characters of the words on the screen, in either language, without numbers and dates: those are
filled in. Below each sentence stand its `Reason`, the files below `cardmall/` that name it, and the rows of their
tables that decide (a row without a way belongs to several). `python -m tests.refusals` writes this page.
"""
RULES = "domain/rules/"
FLOORS = ("domain/", "services/", "reads/", "adapters/", "http/", "states/", "desk", "views/")
Places = dict[Reason, dict[str, list[str]]]  # by file: the rows of a table, or nothing


def page() -> str:
    """The whole page."""
    places = decided()
    parts = (_part(reason, places[reason], way, words) for reason, way, words in texts())
    return HEAD + "".join(parts)


def _part(reason: Reason, places: dict[str, list[str]], way: str, words: str) -> str:
    """One sentence, and where it is decided: of a way only in the table of the ways, by its rows."""
    told = [f"\n- {words}", f"  - `{reason}`{f' of {way}' if way else ''}"]
    for file, rows in sorted(places.items()):
        if not way or file == f"{RULES}ways.py":
            own = [row for row in rows if not way or not row.startswith("Way.") or row.startswith(f"Way.{way}")]
            told += [f"  - `{file}`", *(f"    - `{row}`" for row in own)]
    return "\n".join(told) + "\n"


def texts() -> Iterator[tuple[Reason, str, str]]:
    """Every sentence that refuses: its reason, the way it is about or "", the words in both languages."""
    catalogs = [locales.catalog(locale) for locale in locales.LOCALES]
    for reason in Reason:
        keys = {f"refused.{reason}": "", f"refused.{reason}_at": ""}
        keys |= {f"way.closed.{way}_{reason}": way.value for way in Way}
        for key, way in keys.items():
            if key in catalogs[0]:
                yield reason, way, " · ".join(catalog[key] for catalog in catalogs)


def decided() -> Places:
    """Where below cardmall/ each reason is named; in a table of rules with its rows."""
    found: Places = {}
    for source in sorted((ROOT / "cardmall").rglob("*.py")):
        name = str(source.relative_to(ROOT / "cardmall"))
        if name.startswith(FLOORS) and name != "domain/reasons.py":
            for reason, row in _named(ast.parse(source.read_text("utf-8"))):
                rows = found.setdefault(reason, {}).setdefault(name, [])
                rows += [row] if name.startswith(RULES) and row and row not in rows else []
    return found


def _named(tree: ast.AST, row: str = "", of: str = "") -> Iterator[tuple[Reason, str]]:
    """Each reason with the row it stands in, written out with the way whose row it is."""
    match tree:
        case ast.Attribute(value=ast.Name(id="Reason" | "R"), attr=name) if name in Reason.__members__:
            yield Reason[name], f"{of}{row}"
        case ast.Dict():
            for key, value in zip(tree.keys, tree.values, strict=True):
                told = ast.unparse(key) if key else ""
                yield from _named(value, row, f"{told}: " if told.startswith("Way.") else of)
            return
        case ast.Call(func=ast.Name(id="Row")) | ast.Tuple(elts=[ast.Lambda(), *_]):
            row = " ".join(ast.unparse(tree).split())
        case _:
            pass
    for child in ast.iter_child_nodes(tree):
        yield from _named(child, row, of)


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")

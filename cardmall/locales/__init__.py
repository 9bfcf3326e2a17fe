"""Every shown word, in both languages: locales/<locale>/orders.toml, `title = …` has the key "orders.title"."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

from cardmall.domain.figures import number_words

LOCALES = ("zh_CN", "en")
DEFAULT = LOCALES[0]
PARAMETER = re.compile(r"\{(\w+)\}")
FIGURE = re.compile(r"\{=(\w+)(?: ([\w -]+))?\}")  # a number of limits: {=answer_hours}, {=asks times}
HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "assets" / "i18n.js"


@cache
def catalog(locale: str) -> dict[str, str]:
    """All texts of one language by full key."""
    texts: dict[str, str] = {}
    for file in sorted((HERE / locale).glob("*.toml")):
        _flatten(file.stem, tomllib.loads(file.read_text("utf-8")), texts)
    return texts


def _flatten(prefix: str, table: dict, into: dict[str, str]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            _flatten(key, value, into)
        else:
            into[key] = FIGURE.sub(lambda found: number_words(found[1], found[2] or ""), value)


@cache
def keys() -> frozenset[str]:
    """Keys a page may ask for; a plural variant (`key_one`) belongs to its key."""
    return frozenset(key for key in catalog(DEFAULT) if not key.endswith("_one"))


def has(prefix: str) -> bool:
    """At least one key begins with `prefix.`."""
    return any(key.startswith(f"{prefix}.") for key in keys())


def parameters(key: str) -> frozenset[str]:
    """Names in braces a text of this key needs. KeyError: no such key."""
    return frozenset(PARAMETER.findall(catalog(DEFAULT)[key]))


def known(locale: str) -> str:
    """The locale itself, or the default for one we do not speak."""
    return locale if locale in LOCALES else DEFAULT


def text(locale: str, key: str, **params: object) -> str:
    """Text made on the server: toasts, e-mail. KeyError: no such key."""
    texts = catalog(known(locale))
    one = f"{key}_one"
    chosen = texts[one] if params.get("n") == 1 and one in texts else texts[key]
    return PARAMETER.sub(lambda found: str(params.get(found[1], found[0])), chosen)


def script() -> str:
    """The same catalogs and the same rule as `text`, for the browser."""
    data = json.dumps({locale: catalog(locale) for locale in LOCALES}, ensure_ascii=False, sort_keys=True)
    return f"const TEXTS = {data};\n" + (HERE / "tr.js").read_text("utf-8")


def write_script(path: Path = SCRIPT) -> None:
    """Before every build; left alone when nothing changed, so that nothing reloads in vain."""
    fresh = script()
    if not path.exists() or path.read_text("utf-8") != fresh:
        path.parent.mkdir(exist_ok=True)
        path.write_text(fresh, "utf-8")

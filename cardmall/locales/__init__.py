"""Every shown word, in both languages: locales/<locale>/orders.toml, `title = …` has the key "orders.title"."""

import json
import os
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
FOLDER = HERE.parents[1] / "assets" / "texts"
LONG = 2_000  # signs of a table
# What the scripts in assets/ say by themselves: beginnings of keys.
SCRIPT_WORDS = {
    "scripts": ("kit.weekday.", "press."),
    "countdown": ("countdown.",),
    "codes": ("code.",),
    "delivery": ("delivery.box.", "field.none", "field.erased", "kit.copy", "kit.copied", "kit.copy_failed"),
    "unmask": ("unmask.", "labels.field_error.required", "labels.field_error.too_long"),
    "offer": ("answer.split",),
    "pictures": ("picture.", "refused.not_a_picture", "refused.picture_too_large", "refused.too_many_pictures"),
}


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


def texts(key: str) -> list[str]:
    """A key in both languages, as assets/tr.js takes it; the words of one thing follow where there are any."""
    both = [catalog(locale)[key] for locale in LOCALES]
    one = [catalog(locale).get(f"{key}_one", "") for locale in LOCALES]
    return both + one if any(one) else both


def texts_below(prefix: str) -> dict[str, list[str]]:
    """All texts below a prefix, by the rest of their keys."""
    start = f"{prefix}."
    return {key.removeprefix(start): texts(key) for key in sorted(keys()) if key.startswith(start)}


def is_long(prefix: str) -> bool:
    """Too long to stand wherever it is used: pages import it from a file of its own."""
    return len(to_json(texts_below(prefix))) > LONG


def to_json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def files() -> dict[str, str]:
    """What is written for the browser: the long tables by prefix, and what each script of ours says by itself."""
    prefixes = {key.rpartition(".")[0] for key in keys()} | {key.partition(".")[0] for key in keys()}
    found: dict[str, object] = {prefix: texts_below(prefix) for prefix in prefixes if is_long(prefix)}
    for name, starts in SCRIPT_WORDS.items():
        found[f"of_{name}"] = {key: texts(key) for key in sorted(keys()) if key.startswith(starts)}
    return {f"{name}.js": f"export default {to_json(value)};\n" for name, value in found.items()}


def write_files(folder: Path = FOLDER) -> None:
    """Before every build; a file is left alone when nothing changed, so that nothing reloads in vain."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = files()
    for gone in {file.name for file in folder.glob("*.js")} - fresh.keys():
        (folder / gone).unlink(missing_ok=True)
    for name, text in fresh.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            aside = path.with_suffix(f".{os.getpid()}")  # processes that start together write the same
            aside.write_text(text, "utf-8")
            aside.replace(path)

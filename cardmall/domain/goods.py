"""What a shop says of a product: read from a form, told back to it, compared from one version to the next (R85)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from unicodedata import normalize

from cardmall.domain import limits
from cardmall.domain.buyer_fields import FIELD_NAMES, FIELD_TICKS, BuyerFields, read_fields, typed_fields
from cardmall.domain.naming import same_name, typed_name
from cardmall.domain.picture_ids import PictureIds, read_picture_ids
from cardmall.domain.reasons import FieldError
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import Category, DeliveryMode
from cardmall.domain.words import fen_of, said, ticked, wrong_number

Typed = Mapping[str, str]  # the fields of the form, by the names in FIELDS and TICKS; "on" for a ticked box
FIELDS = (
    *("name", "category", "summary", "details", "price", "mode", "form", "delay", "promise", "unit"),
    *("rule", "instructions", "window", "fee", "most", "pictures", "group", "face"),
    *FIELD_NAMES,
)
_TICKED = ("return_allowed", "case_sensitive")
TICKS = (*_TICKED, *FIELD_TICKS)
UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60}  # of the promise, in seconds; the largest that fits is shown
_MINUTE = UNITS["minutes"]
# What is one thing in several fields: a number and its unit, all that buyers are asked for, a place in a group.
_TOGETHER = (frozenset({"promise", "unit"}), frozenset({*FIELD_NAMES, *FIELD_TICKS}), frozenset({"group", "face"}))


@dataclass(frozen=True)
class Goods:
    """All that a save of a product can change, by the names of its columns. `price` in fen.

    `face`: what tells it from the others of its group; both "" where it is in none.
    """

    name: str = ""
    category: Category = Category.game_card
    summary: str = ""
    details: str = ""
    price: int = 0
    mode: DeliveryMode = DeliveryMode.auto
    form: ProductForm = ProductForm.code
    delay_seconds: int = int(limits.DELIVERY_DELAY.total_seconds())
    promise_seconds: int = int(limits.DELIVERY_PROMISE.total_seconds())
    activation_rule: str = ""
    instructions: str = ""
    return_allowed: bool = True
    window_days: int = limits.RETURN_WINDOW.days
    fee_permille: int = 0
    most_per_order: int = limits.QUANTITY[-1]
    case_sensitive: bool = False
    buyer_fields: BuyerFields = ()
    pictures: PictureIds = ()
    group_name: str = ""
    face: str = ""

    @classmethod
    def of(cls, product: object) -> "Goods":
        """What `product` says now: its attributes named like the fields."""
        return cls(**{field.name: getattr(product, field.name) for field in fields(cls)})


NEW = Goods()  # what an empty form begins with
NEW_SLUG = "new"  # where that form is; no product has it


def difference(before: Goods, after: Goods) -> dict[str, tuple[Any, Any]]:
    """The fields in which the two differ, each with both values."""
    return {name: (value, vars(after)[name]) for name, value in vars(before).items() if value != vars(after)[name]}


def typed_goods(goods: Goods) -> dict[str, str]:
    """The same as the form shows it: `read_goods` of it returns `goods`."""
    fits = (name for name, size in UNITS.items() if goods.promise_seconds % size == 0)
    unit = next(fits, "minutes")
    return {
        "name": goods.name,
        "category": goods.category.value,
        "summary": goods.summary,
        "details": goods.details,
        "price": f"{goods.price // 100}.{goods.price % 100:02d}" if goods.price else "",
        "mode": goods.mode.value,
        "form": goods.form.value,
        "delay": str(goods.delay_seconds // _MINUTE),
        "promise": str(goods.promise_seconds // UNITS[unit]),
        "unit": unit,
        "rule": goods.activation_rule,
        "instructions": goods.instructions,
        "window": str(goods.window_days),
        "fee": f"{goods.fee_permille / 10:g}",
        "most": str(goods.most_per_order),
        "return_allowed": "on" if goods.return_allowed else "",
        "case_sensitive": "on" if goods.case_sensitive else "",
        "pictures": ",".join(goods.pictures),
        "group": goods.group_name,
        "face": goods.face,
    } | typed_fields(goods.buyer_fields)


def merged(base: Typed, mine: Typed, theirs: Typed) -> dict[str, str]:
    """One form of two that began as `base`: a field I left alone is theirs, a field I changed is mine."""
    changed = {name for name in base if mine.get(name) != base[name]}
    for together in _TOGETHER:
        if changed & together:
            changed |= together
    return {name: mine.get(name, "") if name in changed else value for name, value in theirs.items()}


def read_goods(typed: Typed, known: Goods) -> tuple[Goods, dict[str, FieldError]]:
    """What a form says, and what is wrong by field; a wrong field keeps what `known` has."""
    read = _Reading(typed, known)
    read.take("name", "name", _line(limits.PRODUCT_NAME))
    read.take("category", "category", _choice(Category))
    read.take("summary", "summary", _text(range(limits.TEXT_LENGTH + 1)))
    read.take("details", "details", _text(range(limits.PRODUCT_TEXT + 1)))
    read.take("price", "price", _price)
    read.take("mode", "mode", _choice(DeliveryMode))
    read.form()
    read.take("rule", "activation_rule", _text(limits.PRODUCT_RULE))
    read.take("instructions", "instructions", _text(range(limits.PRODUCT_TEXT + 1)))
    read.take("most", "most_per_order", _number(limits.QUANTITY))
    read.take("pictures", "pictures", read_picture_ids)
    for name in _TICKED:
        read.found[name] = ticked(typed.get(name))
    read.times()
    read.returns()
    read.asked()
    read.grouped()
    return Goods(**read.found), read.wrong


Reader = Callable[[str], Any]  # what is typed in one field: its value, or the FieldError


class _Reading:
    """A form being read: what was `found` by column, what is `wrong` by field."""

    def __init__(self, typed: Typed, known: Goods) -> None:
        self.typed, self.found, self.wrong = typed, dict(vars(known)), dict[str, FieldError]()

    def take(self, field: str, column: str, reader: Reader, size: int = 1) -> bool:
        """Read one field, `size` units of the column each; False where it is wrong."""
        value = reader(str(self.typed.get(field, "")))
        if isinstance(value, FieldError):
            self.wrong[field] = value
            return False
        self.found[column] = value * size if size > 1 else value
        return True

    def form(self) -> None:
        """What delivers itself is codes; by hand there is a choice."""
        if self.found["mode"] is DeliveryMode.auto:
            self.found["form"] = ProductForm.code
            return
        self.take("form", "form", _choice(ProductForm))

    def times(self) -> None:
        """Delivered by itself after `delay` minutes, at most a day; promised no earlier, at most 7 days."""
        unit = UNITS.get(str(self.typed.get("unit", "")), _MINUTE)
        most = int(limits.PROMISE_MOST.total_seconds()) // unit
        promised = self.take("promise", "promise_seconds", _number(range(1, most + 1)), unit)
        if self.found["mode"] is DeliveryMode.manual:
            self.found["delay_seconds"] = min(self.found["delay_seconds"], self.found["promise_seconds"])
            return
        minutes = int(limits.DELAY_MOST.total_seconds()) // _MINUTE
        delayed = self.take("delay", "delay_seconds", _number(range(minutes + 1)), _MINUTE)
        if promised and delayed and self.found["delay_seconds"] > self.found["promise_seconds"]:
            self.wrong["promise"] = FieldError.before_delay

    def returns(self) -> None:
        """Window and fee are asked for only where sealed codes may be returned."""
        if self.found["return_allowed"]:
            self.take("window", "window_days", _number(limits.RETURN_DAYS))
            self.take("fee", "fee_permille", _permille)

    def grouped(self) -> None:
        """Both, or none."""
        if not any(self.typed.get(name, "").strip() for name in ("group", "face")):
            self.found |= {"group_name": "", "face": ""}
            return
        self.take("group", "group_name", _line(limits.GROUP_NAME))
        self.take("face", "face", _line(limits.FACE))

    def asked(self) -> None:
        """What buyers are asked for: all of it, or as it was."""
        asked, wrong = read_fields(self.typed)
        self.wrong |= wrong
        if not wrong:
            self.found["buyer_fields"] = asked


def no_room(face: str, others: Sequence[str]) -> dict[str, FieldError]:
    """What keeps a product with this face out of a group with these other ones, by field; a face is there once,
    however it is spelled."""
    wrong: dict[str, FieldError] = {}
    if len(others) >= limits.GROUP_SIZE:
        wrong["group"] = FieldError.group_full
    if any(same_name(face, other) for other in others):
        wrong["face"] = FieldError.face_taken
    return wrong


def days_left(pieces: int, sold: int) -> int:
    """In how many days `pieces` are gone when they sell as the `sold` ones of the last SALES_TOLD; -1: not told, as
    none was sold, or there are more than are counted."""
    if not 0 < sold < limits.SALES_COUNTED or pieces >= limits.CARDS_COUNTED:
        return -1
    return -(-pieces * limits.SALES_TOLD.days // sold)


def read_group_name(text: str) -> str | FieldError:
    """The name of a group of products, as it is kept."""
    return _line(limits.GROUP_NAME)(text)


def _line(within: range) -> Reader:
    return lambda text: _measured(" ".join(typed_name(text).split()), within)


def _text(within: range) -> Reader:
    return lambda text: _measured(said(text.replace("\r\n", "\n")), within)


def _measured(words: str, within: range) -> str | FieldError:
    if len(words) in within:
        return words
    if not words:
        return FieldError.required
    return FieldError.too_long if len(words) > max(within) else FieldError.too_few


def _choice(words: type[Category] | type[DeliveryMode] | type[ProductForm]) -> Reader:
    return lambda text: words(text) if text in set(words) else FieldError.not_a_choice


def _price(text: str) -> int | FieldError:
    if not text.strip():
        return FieldError.required
    fen = fen_of(text)
    if fen is None:
        return FieldError.not_money
    return fen if fen in limits.PRODUCT_PRICE else FieldError.out_of_range


_DIGITS = re.compile(r"\d{1,5}", re.ASCII)
_PERCENT = re.compile(r"(\d{1,2})(?:\.(\d))?%?", re.ASCII)


def _number(within: range) -> Reader:
    return lambda text: _within(text, _DIGITS, int, within)


def _permille(text: str) -> int | FieldError:
    """3.5 → 35"""
    return _within(text, _PERCENT, lambda typed: round(float(typed.rstrip("%")) * 10), limits.FEE_PERMILLE)


def _within(text: str, look: re.Pattern[str], reader: Callable[[str], int], within: range) -> int | FieldError:
    typed = normalize("NFKC", text).strip()
    if not typed:
        return FieldError.required
    if not look.fullmatch(typed) or reader(typed) not in within:
        return wrong_number(typed)
    return reader(typed)


_LETTERS = re.compile(r"[A-Za-z0-9]{2,}")
_WORDS = re.compile(r"[a-z0-9]+")
_COVER_LETTERS, _COVER_SIGNS, _SLUG_LENGTH = 6, 2, 40


def cover_of(name: str) -> str:
    """The short word on the drawn cover: "Office 家庭版" → "Office", "音乐会员 年卡" → "音乐"."""
    first = (name.split() or [""])[0]
    latin = _LETTERS.match(first)
    return latin[0][:_COVER_LETTERS] if latin else first[:_COVER_SIGNS]


def slug_of(name: str, category: Category) -> str:
    """The readable part of a product's web address, ASCII: "Office 家庭版 2024" → "office-2024"; else its category."""
    words = "-".join(_WORDS.findall(normalize("NFKC", name).lower()))
    return words[:_SLUG_LENGTH].strip("-") or category.value.replace("_", "-")

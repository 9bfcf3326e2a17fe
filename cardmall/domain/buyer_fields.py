"""What a shop asks its buyers for with an order: up to five fields, read from its form and told back to it (R86)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self
from unicodedata import category, normalize

from cardmall.domain import limits
from cardmall.domain.codes import compared, lines_of
from cardmall.domain.naming import typed_name
from cardmall.domain.reasons import FieldError
from cardmall.domain.secret_words import asks_for_secret
from cardmall.domain.words import said, ticked, wrong_number


class FieldKind(StrEnum):
    """What an answer is made of; there are no patterns of a shop's own."""

    text = "text"
    digits = "digits"
    letters = "letters"  # A-Z, a-z and digits
    number = "number"
    phone = "phone"
    email = "email"
    select = "select"


@dataclass(frozen=True)
class BuyerField:
    """One question to the buyer. `twice`: typed twice. `choices` of a select; `low` to `high` of a number."""

    label: str
    kind: FieldKind = FieldKind.text
    help: str = ""
    required: bool = True
    twice: bool = False
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"kind": self.kind.value, "choices": list(self.choices)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        told: dict[str, Any] = {**data, "kind": FieldKind(data["kind"]), "choices": tuple(data["choices"])}
        return cls(**told)


BuyerFields = tuple[BuyerField, ...]
SLOTS = range(1, limits.BUYER_FIELDS + 1)  # the places of the form; one without a kind is free
PARTS, MARKS = ("kind", "label", "help", "choices", "low", "high"), ("required", "twice")


def name_of(slot: int, part: str) -> str:
    """The name of one part of the form: field2_label."""
    return f"field{slot}_{part}"


FIELD_NAMES = tuple(name_of(slot, part) for slot in SLOTS for part in PARTS)
FIELD_TICKS = tuple(name_of(slot, part) for slot in SLOTS for part in MARKS)
_FREE = dict.fromkeys((*PARTS, *MARKS), "")
_FRESH = _FREE | {"kind": FieldKind.text.value, "required": "on"}


def typed_fields(asked: BuyerFields) -> dict[str, str]:
    """The fields as the form shows them: `read_fields` of it returns them."""
    return _filled([_typed(one) for one in asked])


def _typed(one: BuyerField) -> dict[str, str]:
    bounds = (str(one.low), str(one.high)) if one.kind is FieldKind.number else ("", "")
    return {
        "kind": one.kind.value,
        "label": one.label,
        "help": one.help,
        "choices": "\n".join(one.choices),
        "low": bounds[0],
        "high": bounds[1],
        "required": "on" if one.required else "",
        "twice": "on" if one.twice else "",
    }


def _filled(slots: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The form with these slots, the others free."""
    every = [*slots, *[_FREE] * (len(SLOTS) - len(slots))]
    return {
        name_of(slot, part): told[part] for slot, told in zip(SLOTS, every, strict=True) for part in (*PARTS, *MARKS)
    }


def _slots(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """What stands in each slot that is not free."""
    every = [{part: typed.get(name_of(slot, part), "") for part in _FREE} for slot in SLOTS]
    return [told for told in every if told["kind"]]


def with_one_more(typed: Mapping[str, str]) -> dict[str, str]:
    """The form with an empty field at the end; as it is when all slots are taken."""
    return _filled([*_slots(typed), _FRESH][: len(SLOTS)])


def without(typed: Mapping[str, str], slot: int) -> dict[str, str]:
    """The form without the field in this slot."""
    slots = _slots(typed)
    return _filled([*slots[: slot - 1], *slots[slot:]] if _is_slot(slot) else slots)


def moved_up(typed: Mapping[str, str], slot: int) -> dict[str, str]:
    """The form with the field in this slot before the one above it; as it is for the first, and for none."""
    slots = _slots(typed)
    if _is_slot(slot) and 1 < slot <= len(slots):
        slots[slot - 2], slots[slot - 1] = slots[slot - 1], slots[slot - 2]
    return _filled(slots)


def _is_slot(slot: object) -> bool:
    """Whether it is the number of a slot: anything may be sent."""
    return type(slot) is int and slot in SLOTS


def read_fields(typed: Mapping[str, str]) -> tuple[BuyerFields, dict[str, FieldError]]:
    """What the form asks for, and what is wrong by its names; where anything is wrong, read nothing of the fields."""
    found, wrong = list[BuyerField](), dict[str, FieldError]()
    for slot in SLOTS:
        told = {part: str(typed.get(name_of(slot, part), "")) for part in _FREE}
        if not told["kind"]:
            continue
        one, errors = _read(told)
        if any(compared(one.label) == compared(other.label) for other in found) and "label" not in errors:
            errors["label"] = FieldError.repeated
        found.append(one)
        wrong |= {name_of(slot, part): error for part, error in errors.items()}
    return (() if wrong else tuple(found)), wrong


def _read(told: Mapping[str, str]) -> tuple[BuyerField, dict[str, FieldError]]:
    label, help_ = " ".join(typed_name(told["label"]).split()), " ".join(said(told["help"]).split())
    wrong = {"label": _measured(label, limits.FIELD_LABEL), "help": _measured(help_, range(limits.FIELD_HELP + 1))}
    kind = FieldKind(told["kind"]) if told["kind"] in set(FieldKind) else None
    if kind is None:
        wrong["kind"] = FieldError.not_a_choice
    choices = _choices(told["choices"]) if kind is FieldKind.select else ()
    wrong["choices"] = _wrong_choices(choices) if kind is FieldKind.select else None
    low, high = (_bound(told[part]) if kind is FieldKind.number else 0 for part in ("low", "high"))
    wrong |= {"low": _wrong_bound(low), "high": _wrong_bound(high)}
    if isinstance(low, int) and isinstance(high, int) and low > high:
        wrong["high"] = FieldError.out_of_range
    twice = ticked(told["twice"]) and kind is not FieldKind.select
    bounds = (low if isinstance(low, int) else 0, high if isinstance(high, int) else 0)
    one = BuyerField(label, kind or FieldKind.text, help_, ticked(told["required"]), twice, choices, *bounds)
    return one, {part: error for part, error in wrong.items() if error}


def _measured(words: str, within: range) -> FieldError | None:
    if len(words) not in within:
        return FieldError.too_long if words else FieldError.required
    return FieldError.secret_asked if asks_for_secret(words) else None


def _choices(text: str) -> tuple[str, ...]:
    lines = (" ".join(typed_name(line).split()) for line in lines_of(text))
    return tuple(line for line in lines if line)


def _wrong_choices(choices: Sequence[str]) -> FieldError | None:
    if not choices:
        return FieldError.required
    if len(choices) not in limits.FIELD_CHOICES:
        return FieldError.too_many if len(choices) > limits.FIELD_CHOICES[-1] else FieldError.too_few
    if len({_seen(one) for one in choices}) < len(choices):
        return FieldError.repeated
    return next(filter(None, (_measured(one, limits.FIELD_CHOICE) for one in choices)), None)


def _seen(choice: str) -> str:
    """How a choice reads, however it is spaced or spelt; one dash is like another, but A-1 is not A1."""
    return "".join("-" if category(c) == "Pd" else c for c in choice.casefold() if not c.isspace())


def _bound(text: str) -> int | FieldError:
    typed = normalize("NFKC", text).strip()
    if not typed:
        return FieldError.required
    sound = typed.isascii() and typed.isdigit() and len(typed) <= limits.FIELD_DIGITS
    return int(typed) if sound else wrong_number(typed)


def _wrong_bound(found: int | FieldError) -> FieldError | None:
    return found if isinstance(found, FieldError) else None

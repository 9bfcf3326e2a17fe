"""What a buyer answers to the fields of a product: checked, compared, masked (R86)."""

import re
from collections.abc import Mapping
from unicodedata import normalize

from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.buyer_fields import BuyerField, BuyerFields, FieldKind
from cardmall.domain.codes import compared, kept_code
from cardmall.domain.naming import typed_name
from cardmall.domain.reasons import FieldError

_DIGITS = re.compile(r"\d+", re.ASCII)
_LETTERS = re.compile(r"[A-Za-z0-9]+")
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,4}[A-Za-z]{2,24}")
_GAPS = re.compile(r"[\s\-]+")


def answer_name(n: int) -> str:
    """The name of the nth answer, from 1, in a form: answer2."""
    return f"answer{n}"


def again_name(n: int) -> str:
    """The name of the second time it is typed: again2."""
    return f"again{n}"


ANSWERS = tuple(name(n) for n in range(1, limits.BUYER_FIELDS + 1) for name in (answer_name, again_name))


def read_answers(asked: BuyerFields, typed: Mapping[str, str]) -> tuple[list[str], dict[str, FieldError]]:
    """The answer to each field as it is kept, "" for none, and what is wrong by the names of the form."""
    found, wrong = list[str](), dict[str, FieldError]()
    for n, one in enumerate(asked, 1):
        answer = read_answer(one, str(typed.get(answer_name(n), "")))
        if isinstance(answer, FieldError):
            wrong[answer_name(n)] = answer
        elif one.twice and answer != read_answer(one, str(typed.get(again_name(n), ""))):
            wrong[again_name(n)] = FieldError.not_same
        found.append("" if isinstance(answer, FieldError) else answer)
    return found, wrong


def read_answer(one: BuyerField, typed: str) -> str | FieldError:
    """One answer as it is kept, or what is wrong with it. A text stays as it was typed, without signs nobody sees and
    with one space for every gap; of the other kinds full-width signs are folded, too."""
    seen = kept_code(typed) if one.kind is FieldKind.text else typed_name(typed)
    answer = " ".join(seen.split())
    if not answer:
        return FieldError.required if one.required else ""
    return _READERS[one.kind](one, answer)


def _text(one: BuyerField, answer: str) -> str | FieldError:
    return answer if len(answer) in limits.FIELD_TEXT else FieldError.too_long


def _digits(one: BuyerField, answer: str) -> str | FieldError:
    return _text(one, answer) if _DIGITS.fullmatch(answer) else FieldError.not_digits


def _letters(one: BuyerField, answer: str) -> str | FieldError:
    return _text(one, answer) if _LETTERS.fullmatch(answer) else FieldError.not_letters


def _number(one: BuyerField, answer: str) -> str | FieldError:
    if not _DIGITS.fullmatch(answer):
        return FieldError.not_digits
    sound = len(answer) in limits.FIELD_TEXT and one.low <= int(answer) <= one.high
    return str(int(answer)) if sound else FieldError.out_of_range


def _phone(one: BuyerField, answer: str) -> str | FieldError:
    found = _PHONE.fullmatch(_GAPS.sub("", answer))
    return found[1] if found else FieldError.not_a_phone


def _email(one: BuyerField, answer: str) -> str | FieldError:
    sound = len(answer) in limits.FIELD_TEXT and _EMAIL.fullmatch(answer)
    return answer if sound else FieldError.not_an_email


def _select(one: BuyerField, answer: str) -> str | FieldError:
    return answer if answer in one.choices else FieldError.not_a_choice


_READERS = {
    FieldKind.text: _text,
    FieldKind.digits: _digits,
    FieldKind.letters: _letters,
    FieldKind.number: _number,
    FieldKind.phone: _phone,
    FieldKind.email: _email,
    FieldKind.select: _select,
}


def searched_answer(text: str) -> str:
    """By what an answer is found: the same text for every way of typing it."""
    answer = " ".join(typed_name(text).split())
    found = _PHONE.fullmatch(_GAPS.sub("", normalize("NFKC", answer)))
    return compared(found[1] if found else answer)


def is_found_by(one: BuyerField, answer: str) -> bool:
    """Whether an order is found by it: not by one of few, which could be told by how often it comes."""
    return one.kind not in (FieldKind.select, FieldKind.number) and searched_answer(answer) != ""


_ENDS, _SHARE = 2, 3


def masked_answer(kind: FieldKind, answer: str) -> str:
    """As a list or another person may see it: 138****0001, al***@example.com, and of all else two signs at each end,
    at most a third in all: ab****yz; never its length."""
    if kind is FieldKind.phone:
        return Address(AddressKind.phone, answer).masked if answer else ""
    if kind is FieldKind.email and "@" in answer:
        return _masked_email(answer)
    if not answer:
        return ""
    ends = min(_ENDS, len(answer) // (2 * _SHARE))
    return f"{answer[:ends]}****{answer[len(answer) - ends :]}"


def _masked_email(answer: str) -> str:
    """A short name is masked whole: al***@ of al@ would hide nothing."""
    user, _, host = answer.partition("@")
    return Address(AddressKind.email, answer).masked if len(user) > _ENDS else f"***@{host}"

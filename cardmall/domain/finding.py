"""What admins look for: kinds of results, what the audit keeps of a search, which values are masked (R78)."""

from enum import StrEnum

from cardmall.domain.buyer_answers import answer_name, masked_answer
from cardmall.domain.buyer_fields import FieldKind
from cardmall.domain.limits import BUYER_FIELDS
from cardmall.domain.typed import TAIL, Searched, searched


class Found(StrEnum):
    """What a search finds, in the order of its list."""

    shop = "shop"
    person = "person"
    order = "order"


class PersonField(StrEnum):
    """What of a person is masked to admins until they say why they want it."""

    called = "name"
    email = "email"
    phone = "phone"


_ANSWERS = {answer_name(n): n for n in range(1, BUYER_FIELDS + 1)}


def answer_asked(field: object) -> int:
    """Return which answer of an order `field` names, from 1 (`answer2` → 2); 0 when it names none."""
    return _ANSWERS.get(str(field), 0)


def noted_search(asked: Searched) -> str:
    """Return a search as the audit keeps it: a number of the house whole, four digits whole, all else masked; so is a
    phone number behind its letters."""
    if asked.number and not searched(asked.number[2:]).phone:
        return asked.number
    digits = asked.digits or asked.phone or asked.number[2:]
    if digits:
        return digits if len(digits) == TAIL else f"****{digits[-TAIL:]}"
    return masked_answer(FieldKind.email, asked.text)

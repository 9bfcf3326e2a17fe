"""Where a redirected refund may go, as it was typed: checked here, shown to nobody but masked."""

import re
from dataclasses import dataclass

from cardmall.domain import limits
from cardmall.domain.refunding import DestinationKind
from cardmall.domain.terms import FieldError
from cardmall.domain.words import said

_LEAST, _MOST = limits.CARD_DIGITS
_CARD = re.compile(rf"[1-9]\d{{{_LEAST - 1},{_MOST - 1}}}", re.ASCII)  # no bank's card begins with 0
_PHONE = re.compile(r"(?:\+?86)?(1\d{10})", re.ASCII)
_EMAIL = re.compile(r"[^\s@]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_NAME = re.compile(r"[^\W\d_]+(?:[ ·.'’-]+[^\W\d_]+)*\.?")


@dataclass(frozen=True)
class Destination:
    """An account of this kind and who holds it."""

    kind: DestinationKind
    account: str
    holder: str

    @property
    def masked(self) -> str:
        """**** 0001, 138****0001, al***@example.com"""
        if self.kind is DestinationKind.bank_card:
            return f"**** {self.account[-4:]}"
        user, at, host = self.account.partition("@")
        return f"{user[:2]}***@{host}" if at else f"{user[:3]}****{user[-4:]}"

    @property
    def told(self) -> str:
        """As the channel is told."""
        return f"{self.kind}:{self.account}:{self.holder}"


def typed_destination(kind: object, account: object, holder: object) -> Destination | dict[str, FieldError]:
    """The destination, or what is wrong with which field: every wrong one at once."""
    wrong: dict[str, FieldError] = {}
    known = str(kind) in set(DestinationKind)
    chosen = DestinationKind(str(kind)) if known else DestinationKind.bank_card
    number, name = _account(chosen, said(account)), " ".join(said(holder).split())
    if not known:
        wrong["kind"] = FieldError.not_a_choice if kind else FieldError.required
    if isinstance(number, FieldError):
        wrong["account"] = number
    if error := _name_error(name):
        wrong["holder"] = error
    return wrong if wrong or isinstance(number, FieldError) else Destination(chosen, number, name)


def _account(kind: DestinationKind, typed: str) -> str | FieldError:
    if not typed:
        return FieldError.required
    if kind is DestinationKind.bank_card:
        digits = "".join(c for c in typed if c not in " -")
        return digits if _CARD.fullmatch(digits) and is_luhn(digits) else FieldError.not_a_card
    phone = _PHONE.fullmatch("".join(c for c in typed if c not in " -"))
    if phone:
        return phone[1]
    fits = _EMAIL.fullmatch(typed) and len(typed) <= limits.ADDRESS_LENGTH
    return typed.lower() if fits else FieldError.not_an_address


def is_luhn(digits: str) -> bool:
    """The check digit of a card number is right."""
    doubled = [int(d) * (2 if n % 2 else 1) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _name_error(name: str) -> FieldError | None:
    if not name:
        return FieldError.required
    if len(name) > limits.NAME_LENGTH:
        return FieldError.too_long
    return None if len(name) > 1 and _NAME.fullmatch(name) else FieldError.not_a_name

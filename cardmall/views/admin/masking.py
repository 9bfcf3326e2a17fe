"""Values of a person that an admin sees masked, each with the name by which it is asked for in full (R78)."""

from dataclasses import dataclass

from cardmall.domain.finding import PersonField
from cardmall.models import Account
from cardmall.reads.accounts import addresses_of
from cardmall.reads.people import masked


@dataclass(frozen=True)
class MaskedValue:
    """`field`: how it is asked for; `label`: the shop's words for an answer, "" for a person's own; `shown`: masked,
    "" where there is nothing; `proven`: an address is confirmed; `erased`: an answer was there."""

    field: str
    label: str = ""
    shown: str = ""
    proven: bool = False
    erased: bool = False


def masked_person(account: Account) -> list[MaskedValue]:
    """Name, e-mail address and phone number; those the account has not are empty."""
    held = {address.kind.value: (address.masked, at is not None) for address, at in addresses_of(account)}
    shown = {PersonField.called.value: (masked(account.name), False)} | held
    return [MaskedValue(one.value, "", *shown.get(one.value, ("", False))) for one in PersonField]

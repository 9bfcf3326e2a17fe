"""What the house asks of whoever carries a message outside, and how they say that it could not be carried."""

from dataclasses import dataclass
from typing import Protocol

from cardmall.domain.address import Address


@dataclass(frozen=True)
class Letter:
    """A message as its reader gets it. `no`: the same at every try. `private`: it carries a
    code, of which neither log nor `trouble` may say more than that first word."""

    no: int
    to: Address
    subject: str
    text: str
    private: bool


class Later(Exception):
    """It could not be carried now; it is tried again."""


class Undeliverable(Exception):
    """It can never be carried to this address."""


class MessageChannel(Protocol):
    """Carries letters to one kind of address. What `send` raises besides the two above counts as Later."""

    def takes(self, address: Address) -> bool:
        """Whether it can reach such an address at all."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand the letter over, within 5 minutes. Later, Undeliverable: it was not.

        The first word of both is a number or name that may stand in a log; the others may repeat what the server said.
        """
        ...

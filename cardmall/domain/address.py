"""Where a person can be reached: a phone number or an e-mail address, already normalised (R7)."""

from dataclasses import dataclass
from enum import StrEnum


class AddressKind(StrEnum):
    email = "email"
    phone = "phone"


class CodePurpose(StrEnum):
    """What a 6-digit code is for."""

    confirm = "confirm"
    reset = "reset"


@dataclass(frozen=True)
class Address:
    """One normalised address: E.164 for a phone, lower case for an e-mail."""

    kind: AddressKind
    value: str

    @property
    def shown(self) -> str:
        """As its owner reads it: 138 0000 0001."""
        if self.kind is AddressKind.email:
            return self.value
        local = self.value.removeprefix("+86")
        return f"{local[:3]} {local[3:7]} {local[7:]}"

    @property
    def masked(self) -> str:
        """As a name others may see: 138****0001, al***@example.com."""
        if self.kind is AddressKind.phone:
            local = self.value.removeprefix("+86")
            return f"{local[:3]}****{local[-4:]}"
        user, _, host = self.value.partition("@")
        return f"{user[:2]}***@{host}"

"""What a person sees of their own addresses (R7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.address import Address, CodePurpose
from cardmall.models import Account
from cardmall.reads.accounts import addresses_of, last_code
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class AddressView:
    """One of the person's own addresses. `sent`: a code is on its way and still good."""

    kind: str = ""
    value: str = ""
    shown: str = ""
    confirmed: bool = False
    sent: bool = False


def address_views(look: Look) -> list[AddressView]:
    """The person's own addresses and whether they are proven (R7). Refused: nobody is signed in."""
    account = look.session.get_one(Account, require(look.who).id)
    return [_view(look.session, account, address, at, look.now) for address, at in addresses_of(account)]


def _view(session: Session, account: Account, address: Address, at: datetime | None, now: datetime) -> AddressView:
    sent = at is None and _on_its_way(session, account.id or 0, address, now)
    return AddressView(address.kind.value, address.value, address.shown, at is not None, sent)


def _on_its_way(session: Session, account_id: int, address: Address, now: datetime) -> bool:
    code = last_code(session, account_id, CodePurpose.confirm, address)
    return bool(code and code.used_at is None and code.expires_at > now and code.tries < limits.CONFIRM_CODE_TRIES)

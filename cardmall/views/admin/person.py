"""One person for admins: masked, where they belong, what state the account is in, their orders and cases (R78)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col

from cardmall.domain import limits
from cardmall.domain.terms import Role
from cardmall.domain.typed import is_id
from cardmall.domain.verbs import Verb
from cardmall.models import Account, Order, Shop
from cardmall.reads.doors import not_found
from cardmall.reads.keys import ListKey, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.newest import newest
from cardmall.reads.people import require
from cardmall.views.admin.cases import CaseLine, case_lines
from cardmall.views.admin.masking import MaskedValue, masked_person
from cardmall.views.admin.notes import notes_at
from cardmall.views.admin.rows import FoundRow, order_rows


@dataclass(frozen=True)
class PersonPage:
    """`no`: the account's id; `held`: name and addresses, masked. `disabled_at` and the `note` of the admin who did it,
    None and "" while it may sign in. One page of orders, newest first; the keys of its neighbours ("" = none)."""

    no: str = ""
    held: list[MaskedValue] = field(default_factory=list)
    role: str = ""
    shop: str = ""
    shop_slug: str = ""
    created_at: datetime | None = None
    disabled_at: datetime | None = None
    note: str = ""
    orders: list[FoundRow] = field(default_factory=list)
    next_key: str = ""
    prev_key: str = ""
    cases: list[CaseLine] = field(default_factory=list)


def person_page(look: Look, no: object, *, after: str = "", before: str = "") -> PersonPage:
    """The person of this account id. Refused: who looks is no admin, or there is no such account."""
    require(look.who, Role.admin)
    number = int(no) if isinstance(no, str) and no.isascii() and no.isdigit() and len(no) < 10 else 0
    account = look.session.get(Account, number) if is_id(number) else None
    if account is None:
        raise not_found()
    shop = look.session.get(Shop, account.shop_id) if account.shop_id else None
    disabled = [account.disabled_at] if account.disabled_at else []
    return PersonPage(
        str(account.id),
        masked_person(account),
        account.role.value,
        shop.name if shop else "",
        shop.slug if shop else "",
        account.created_at,
        account.disabled_at,
        notes_at(look.session, Verb.account_disabled, "account", disabled).get(str(account.id), ""),
        **_orders(look, number, read_key(after), read_key(before)),
        cases=case_lines(look.session, col(Order.shopper_id) == number),
    )


def _orders(look: Look, person: int, after: ListKey | None, before: ListKey | None) -> dict[str, Any]:
    mine = [[col(Order.shopper_id) == person]]
    found = newest(look.session, Order, mine, limits.PAGE_SIZE + 1, after=after, before=before)
    if not found and (after or before):  # they moved on: the first page is there
        return _orders(look, person, None, None)
    page, more = found[: limits.PAGE_SIZE], len(found) > limits.PAGE_SIZE
    page = page[::-1] if before else page
    older, newer = (True, more) if before else (more, after is not None)
    return {
        "orders": order_rows(look.session, page),
        "next_key": _key(page[-1]) if page and older else "",
        "prev_key": _key(page[0]) if page and newer else "",
    }


def _key(order: Order) -> str:
    return write_key(order.created_at, order.id)

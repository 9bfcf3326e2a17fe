"""Who is told what: in-site notices in the same transaction, and messages to the world outside."""

from typing import Any

from sqlmodel import select

from cardmall.domain.terms import Role
from cardmall.domain.topics import person_topic
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Account, Notice, Order, Transfer
from cardmall.reads.doors import receiver_id
from cardmall.services.act import Act
from cardmall.services.ending import append, touch
from cardmall.services.talk.outbox import leave_message


def tell_shopper(act: Act, kind: NoticeKind, **data: Any) -> None:
    """Tell the order's shopper (R46)."""
    if act.order:
        _tell(act, act.session.get_one(Account, act.order.shopper_id), kind, data)


def tell_shopper_everywhere(act: Act, kind: NoticeKind, **data: Any) -> None:
    """Tell the order's shopper, at every address that is confirmed: it must not be missed."""
    if act.order:
        account = act.session.get_one(Account, act.order.shopper_id)
        _tell(act, account, kind, data)
        for other in _addresses(account)[1:]:
            told = {"product": act.order.product_name, "order_no": act.order.no, **data}
            leave_message(act, other, account.locale, kind.value, told)


def tell_shop(act: Act, kind: NoticeKind, **data: Any) -> None:
    """Tell every member of the order's shop."""
    if act.order:
        tell_members(act, act.order.shop_id, kind, **data)


def tell_members(act: Act, shop_id: int, kind: NoticeKind, **data: Any) -> None:
    for member in act.session.exec(select(Account).where(Account.shop_id == shop_id)):
        _tell(act, member, kind, data)


def tell_person(act: Act, account: Account, kind: NoticeKind, **data: Any) -> None:
    _tell(act, account, kind, data)


def tell_receiver(act: Act, transfer: Transfer, order: Order, kind: NoticeKind, **data: Any) -> None:
    """Tell whoever has proven the address an order is offered to; nobody has: the address itself. Never which (R80).

    The old order's number is not told: it is not the receiver's.
    """
    told = {"product": order.product_name, "transfer": transfer.no, **data}
    found = transfer.receiver_id or receiver_id(act.session, transfer)
    if found:
        tell_person(act.by(act.who), act.session.get_one(Account, found), kind, **told)
        return
    locale = act.session.get_one(Account, order.shopper_id).locale
    leave_message(act, transfer.address, locale, kind.value, told)


def tell_admins(act: Act, kind: NoticeKind, **data: Any) -> None:
    for admin in act.session.exec(select(Account).where(Account.role == Role.admin)):
        _tell(act, admin, kind, data)


def _tell(act: Act, account: Account, kind: NoticeKind, data: dict[str, Any]) -> None:
    order_no, case_no = (act.order.no if act.order else ""), (act.case.no if act.case else "")
    named = {"product": _product(act.order), **data}
    about = {"account_id": account.id, "order_no": order_no, "case_no": case_no}
    append(act.session, Notice, at=act.now, kind=kind, data=named, **about)
    send(act, account, kind.value, order_no=order_no, **named)
    touch(act.session, person_topic(account.id))


def send(act: Act, account: Account, kind: str, **data: Any) -> None:
    """Leave a message for the person's confirmed address: a template and its parameters."""
    for target in _addresses(account)[:1]:
        leave_message(act, target, account.locale, kind, data)


def _addresses(account: Account) -> list[str]:
    """Those that are confirmed, the mailbox first."""
    known = ((account.email, account.email_confirmed_at), (account.phone, account.phone_confirmed_at))
    return [address for address, confirmed_at in known if address and confirmed_at]


def _product(order: Order | None) -> str:
    return order.product_name if order else ""

"""The shop's conversations."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Role
from cardmall.models import Account, Conversation, Order
from cardmall.reads.conversation import median_minutes
from cardmall.reads.desks import UNREAD_BY_SHOP
from cardmall.reads.keys import place, read_key, write_key
from cardmall.reads.look import Look
from cardmall.reads.people import masked, require
from cardmall.views.talk import TalkRow


@dataclass(frozen=True)
class Talks:
    """The shop's conversations, newest first; `unread` conversations in all; `next_key` leads on ("" = the end)."""

    rows: list[TalkRow] = field(default_factory=list)
    unread: int = 0
    median_minutes: int = -1
    next_key: str = ""


def shop_conversations(look: Look, *, after: str = "") -> Talks:
    """The conversations of the merchant's shop, the newest first."""
    merchant = require(look.who, Role.merchant)
    mine = col(Conversation.shop_id) == merchant.shop_id
    wanted = (
        select(Conversation, Order, Account)
        .join(Order, col(Order.id) == Conversation.order_id)
        .join(Account, col(Account.id) == Order.shopper_id)
        .where(mine)
    )
    if key := read_key(after):
        wanted = wanted.where(sa.tuple_(col(Conversation.last_at), col(Conversation.order_id)) < place(key))
    newest = (col(Conversation.last_at).desc(), col(Conversation.order_id).desc())
    found = look.session.exec(wanted.order_by(*newest).limit(limits.PAGE_SIZE + 1)).all()
    page = found[: limits.PAGE_SIZE]
    unread = sa.select(sa.func.count()).where(mine, UNREAD_BY_SHOP)
    return Talks(
        rows=[_row(*one) for one in page],
        unread=look.session.connection().execute(unread).scalar_one(),
        median_minutes=median_minutes(look.session, merchant.shop_id or 0, look.now),
        next_key=write_key(page[-1][0].last_at, page[-1][0].order_id) if len(found) > limits.PAGE_SIZE else "",
    )


def _row(talk: Conversation, order: Order, shopper: Account) -> TalkRow:
    return TalkRow(
        no=order.no,
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        shopper=masked(shopper.name),
        last_text=talk.last_text,
        last_at=talk.last_at,
        unread=talk.unread_by_shop,
        waiting_since=talk.waiting_since,
    )

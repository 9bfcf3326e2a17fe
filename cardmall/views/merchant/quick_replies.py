"""The quick replies of a shop."""

from dataclasses import dataclass

from sqlmodel import col, select

from cardmall.domain.terms import Role
from cardmall.models import QuickReply
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class QuickReplyRow:
    """Words and their title; `key` names them to the server."""

    key: str = ""
    title: str = ""
    text: str = ""


def quick_replies(look: Look) -> list[QuickReplyRow]:
    """All of the merchant's shop, by title."""
    merchant = require(look.who, Role.merchant)
    wanted = select(QuickReply).where(QuickReply.shop_id == merchant.shop_id)
    found = look.session.exec(wanted.order_by(col(QuickReply.title), col(QuickReply.id))).all()
    return [QuickReplyRow(one.id, one.title, one.text) for one in found]

"""One order on the admins' desk: all its shop sees, its payments, and its buyer masked (R78, R95)."""

from dataclasses import dataclass, field
from datetime import datetime

from cardmall.domain.buyer_answers import answer_name
from cardmall.domain.terms import Role
from cardmall.models import Account, Payment, Shop
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.whole import whole_order
from cardmall.views.admin.masking import MaskedValue, masked_person
from cardmall.views.buyer_fields import FieldAnswer
from cardmall.views.merchant.order import ShopOrder, desk_order


@dataclass(frozen=True)
class PaymentRow:
    """One payment, newest first. `amount` in fen; `captured_at`: when it took money, None for never; `odd`: another
    amount than asked, which goes back whole; `payer` as the channel masks it."""

    no: str
    channel: str
    status: str
    amount: int
    created_at: datetime
    captured_at: datetime | None
    trade_no: str
    payer: str
    odd: bool


@dataclass(frozen=True)
class AdminOrder:
    """No code is in it. `desk`: what its shop sees; `person`: the buyer's account id; `answers`: to what the shop
    asked for, masked, like `buyer`."""

    desk: ShopOrder = field(default_factory=ShopOrder)
    shop: str = ""
    shop_slug: str = ""
    person: str = ""
    buyer: list[MaskedValue] = field(default_factory=list)
    answers: list[MaskedValue] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)


def admin_order(look: Look, no: object) -> AdminOrder:
    """The order `no` of any shop. Refused: who looks is no admin, or there is no such order."""
    order = order_for(look, no, Role.admin)
    whole, shop = whole_order(look, order), look.session.get_one(Shop, order.shop_id)
    desk, buyer = desk_order(look, whole), look.session.get_one(Account, order.shopper_id)
    return AdminOrder(
        desk,
        shop.name,
        shop.slug,
        str(buyer.id),
        masked_person(buyer),
        [_answer(n, one) for n, one in enumerate(desk.order.fields.answers, 1)],
        [_payment(one) for one in reversed(whole.payments)],
    )


def _answer(n: int, one: FieldAnswer) -> MaskedValue:
    return MaskedValue(answer_name(n), one.label, one.answer, erased=not one.there)


def _payment(one: Payment) -> PaymentRow:
    return PaymentRow(
        one.no, one.channel.value, one.status.value, one.amount, one.created_at, one.captured_at, one.trade_no,
        one.payer, one.odd,
    )  # fmt: skip

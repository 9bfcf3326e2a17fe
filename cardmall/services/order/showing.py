"""The buyer's fields of an order in full, for whoever delivers it now (R86)."""

from dataclasses import dataclass

from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Role
from cardmall.models import Product
from cardmall.reads.approvals import are_answers_closed, hold_rule, rule_of
from cardmall.reads.buyer_answers import kept_answers
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.orders import order_facts
from cardmall.services.act import Act
from cardmall.services.order.beginning import note_begun


@dataclass(frozen=True)
class ShownFields:
    """`answers`: in the order of the fields; `edition`: of them, by which the order is then delivered."""

    answers: list[str]
    edition: int


def show_fields(act: Act, no: object) -> ShownFields:
    """Show what the buyer answered with an order of one's own shop: to see it, and to copy it.

    The one way to whole answers for a shop before delivery. Where a rule may approve a request about the order, work on
    it begins with that: whoever has read the answers may have used them (R97). Refused: it is not to be delivered by
    hand now, as the delivery itself would be; (not_found) nothing was asked for, or the answers are erased.
    """
    hold_rule(act.session, no)
    order = order_for(act, no, Role.merchant, lock=True)
    turn = may(OrderAct.deliver, standing(act.who), order_facts(act.session, order), act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    kept = kept_answers(act, [order])[order.id or 0]
    if not kept.edition:
        raise not_found()
    product = act.session.get_one(Product, order.product_id)
    if are_answers_closed(order, rule_of(act.session, product)):
        note_begun(act, order)
    return ShownFields(kept.answers, kept.edition)

"""开始处理: the shop says that it works on an order it delivers by hand (R95)."""

from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Reason, Role
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Order
from cardmall.reads.doors import order_for
from cardmall.reads.orders import order_facts
from cardmall.services.act import Act, record
from cardmall.services.talk.notify import tell_shopper


def begin_work(act: Act, no: object) -> None:
    """Note in the shop's own order that it is worked on, and tell its shopper: their corrections end, no way closes.

    A second press changes nothing. Refused: it is not to be delivered by hand now.
    """
    order = order_for(act, no, Role.merchant, lock=True)
    turn = may(OrderAct.begin, standing(act.who), order_facts(act.session, order), act.now)
    if turn.reason is Reason.begun:
        return
    if not turn.is_open:
        raise turn.refusal(order.status)
    note_begun(act, order)


def note_begun(act: Act, order: Order) -> None:
    """Work on this order begins; its shopper is told."""
    order.begun_at = act.now
    act.session.add(order)
    act = act.on(order=order)
    record(act, Verb.begun)
    tell_shopper(act, NoticeKind.order_begun)

"""What a buyer answers with an order: kept with the payment, corrected until delivery, erased when all is long over."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.buyer_answers import is_found_by, read_answers
from cardmall.domain.jobs import EraseAnswers
from cardmall.domain.limits import ANSWERS_KEPT
from cardmall.domain.rules import erasing
from cardmall.domain.rules.erasing import ErasingAct
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import Role, invalid
from cardmall.domain.verbs import Verb
from cardmall.models import BuyerAnswer, Order
from cardmall.reads.buyer_answers import answers_of, erasing_facts
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.orders import order_facts
from cardmall.services.act import Act, record, schedule


def keep_answers(act: Act, order: Order, answers: Sequence[str], before: Sequence[str]) -> None:
    """Seal the answers to the order's fields, in place of those `before`; the event names no answer (R86).

    They are asked for once: an order without fields keeps nothing. They are erased by a job of their own.
    """
    if before == answers:
        return
    if before:
        _forget(act, order)
    _seal(act, order, answers)
    record(act, Verb.field_corrected if before else Verb.field_filled, _changed(order, before, answers))
    if not before:
        schedule(act, EraseAnswers(order.id), act.now + ANSWERS_KEPT)


def _seal(act: Act, order: Order, answers: Sequence[str]) -> None:
    vault = act.world.vault
    rows = [
        {
            "order_id": order.id,
            "n": n,
            "sealed": vault.seal_answer(order.no, n, answer),
            "blind": vault.answer_blind(order.shop_id, answer) if is_found_by(one, answer) else None,
        }
        for n, (one, answer) in enumerate(zip(order.terms.buyer_fields, answers, strict=True), 1)
    ]
    act.session.connection().execute(sa.insert(BuyerAnswer), rows)


def _forget(act: Act, order: Order) -> int:
    """Remove the answers of the order; how many there were."""
    found = sa.delete(BuyerAnswer).where(col(BuyerAnswer.order_id) == order.id)
    return act.session.connection().execute(found).rowcount


def _changed(order: Order, before: Sequence[str], after: Sequence[str]) -> str:
    """The labels of what was corrected, by which the shop knows where to look; "" when all is new."""
    if not before:
        return ""
    told = zip(order.terms.buyer_fields, before, after, strict=True)
    return " · ".join(one.label for one, old, new in told if old != new)


def correct_answers(act: Act, no: object, answers: Mapping[str, str]) -> None:
    """Change what was answered with an order, until it is delivered, held or over.

    Refused: not_found where there is nothing to correct; beside the fields, what is wrong with them.
    """
    order = order_for(act, no, Role.shopper, lock=True)
    before = answers_of(act, [order]).get(order.id or 0)
    if not before:
        raise not_found()
    turn = may(OrderAct.correct, standing(act.who), order_facts(act.session, order), act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    found, wrong = read_answers(order.terms.buyer_fields, answers)
    if wrong:
        raise invalid(**wrong)
    keep_answers(act.on(order=order), order, found, before)


def erase_answers(act: Act, order: Order) -> timedelta | None:
    """Forget the answers of an order that was settled or ended long ago; how long to wait still, None when done."""
    turn = erasing.may(ErasingAct.erase, JOB, erasing_facts(act.session, order), act.now)
    if not turn.is_open:
        return turn.wait(act.now)
    if _forget(act, order):
        record(act.on(order=order), Verb.field_erased)
    return None

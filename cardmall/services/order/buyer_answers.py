"""What a buyer answers with an order: kept with the payment, corrected until delivery, erased when all is long over.

What a correction replaces stays sealed until then: which answers were valid when can be told in a dispute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.buyer_answers import answer_name, is_found_by, read_answers
from cardmall.domain.jobs import EraseAnswers
from cardmall.domain.limits import ANSWERS_KEPT
from cardmall.domain.rules import erasing
from cardmall.domain.rules.erasing import ErasingAct
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.terms import FieldError, Reason, Role, invalid
from cardmall.domain.verbs import Verb
from cardmall.models import BuyerAnswer, Order, ReplacedAnswer
from cardmall.models.columns import UtcDateTime
from cardmall.reads.buyer_answers import KeptAnswers, erasing_facts, kept_answers
from cardmall.reads.doors import not_found, order_for
from cardmall.reads.orders import order_facts
from cardmall.services.act import Act, record, schedule


def keep_answers(act: Act, order: Order, answers: Sequence[str]) -> None:
    """Seal the answers an unpaid order is to be delivered by; the event names none of them (R86).

    Others take their place without a trace until it is paid: the shop has seen none. An order without fields keeps
    nothing. They are erased by a job of their own.
    """
    before = kept_answers(act, [order])[order.id or 0]
    if before.answers == answers:
        return
    if before.edition:
        _forget(act, order, BuyerAnswer)
    act.session.connection().execute(sa.insert(BuyerAnswer), _sealed(act, order, answers, edition=1))
    if not before.edition:
        record(act, Verb.field_filled)
        schedule(act, EraseAnswers(order.id), act.now + ANSWERS_KEPT)


def _replace(act: Act, order: Order, answers: Sequence[str], before: KeptAnswers) -> None:
    """Seal these answers as the next edition; those before stay as they were, and are found no more."""
    columns = ("order_id", "edition", "n", "sealed")
    old = sa.select(*(getattr(BuyerAnswer, name) for name in columns), sa.literal(act.now, UtcDateTime()))
    kept = sa.insert(ReplacedAnswer).from_select(
        [*columns, "replaced_at"], old.where(col(BuyerAnswer.order_id) == order.id)
    )
    act.session.connection().execute(kept)
    rows = _sealed(act, order, answers, edition=before.edition + 1)
    told = [{"its_order": row.pop("order_id"), "its_n": row.pop("n"), **row} for row in rows]
    act.session.connection().execute(_AS_CORRECTED, told)
    record(act, Verb.field_corrected, _changed(order, before.answers, answers))


_AS_CORRECTED = (
    sa.update(BuyerAnswer)
    .where(col(BuyerAnswer.order_id) == sa.bindparam("its_order"), col(BuyerAnswer.n) == sa.bindparam("its_n"))
    .values({name: sa.bindparam(name) for name in ("edition", "sealed", "blind")})
)


def _sealed(act: Act, order: Order, answers: Sequence[str], *, edition: int) -> list[dict[str, Any]]:
    """The answers as their rows hold them."""
    vault = act.world.vault
    return [
        {
            "order_id": order.id,
            "n": n,
            "edition": edition,
            "sealed": vault.seal_answer(order.no, n, answer),
            "blind": vault.answer_blind(order.shop_id, answer) if is_found_by(one, answer) else None,
        }
        for n, (one, answer) in enumerate(zip(order.terms.buyer_fields, answers, strict=True), 1)
    ]


def _forget(act: Act, order: Order, kind: type[BuyerAnswer | ReplacedAnswer]) -> int:
    """Remove these answers of the order; how many there were."""
    found = sa.delete(kind).where(col(kind.order_id) == order.id)
    return act.session.connection().execute(found).rowcount


def _changed(order: Order, before: Sequence[str], after: Sequence[str]) -> str:
    """The labels of what was corrected, by which the shop knows where to look."""
    told = zip(order.terms.buyer_fields, before, after, strict=True)
    return " · ".join(one.label for one, old, new in told if old != new)


def correct_answers(act: Act, no: object, answers: Mapping[str, str], *, seen: object) -> None:
    """Change what was answered with an order, until it is delivered, held or over, and limits.CORRECTIONS times.

    `seen`: the edition the form began with. Refused: not_found where there is nothing to correct; beside the fields,
    what is wrong with them, and which are other than another window left them (changed).
    """
    order = order_for(act, no, Role.shopper, lock=True)
    before = kept_answers(act, [order])[order.id or 0]
    if not before.edition:
        raise not_found()
    facts = replace(order_facts(act.session, order), edition=before.edition, seen=seen if type(seen) is int else -1)
    turn = may(OrderAct.correct, standing(act.who), facts, act.now)
    if not turn.is_open and turn.reason is not Reason.changed:
        raise turn.refusal(order.status)
    found, wrong = read_answers(order.terms.buyer_fields, answers)
    if wrong:
        raise invalid(**wrong)
    told = zip(found, before.answers, strict=True)
    other = [answer_name(n) for n, (new, kept) in enumerate(told, 1) if new != kept]
    if other and not turn.is_open:
        refusal = turn.refusal(order.status)
        refusal.fields |= dict.fromkeys(other, FieldError.newer)
        raise refusal
    if other:
        _replace(act.on(order=order), order, found, before)


def erase_answers(act: Act, order: Order) -> timedelta | None:
    """Forget the answers of an order that was settled or ended long ago; how long to wait still, None when done."""
    turn = erasing.may(ErasingAct.erase, JOB, erasing_facts(act.session, order), act.now)
    if not turn.is_open:
        return turn.wait(act.now)
    _forget(act, order, ReplacedAnswer)
    if _forget(act, order, BuyerAnswer):
        record(act.on(order=order), Verb.field_erased)
    return None

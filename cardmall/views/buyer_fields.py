"""What a shop asks its buyers for, as its form and as the answers of an order (R86)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cardmall.domain.buyer_answers import masked_answer
from cardmall.domain.buyer_fields import BuyerFields
from cardmall.domain.rules.orders import OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import SHOPPER
from cardmall.domain.terms import Role
from cardmall.models import Order
from cardmall.reads.buyer_answers import answers_of
from cardmall.reads.look import Look
from cardmall.reads.people import require


@dataclass(frozen=True)
class AskedField:
    """One field to fill in; `answer`: what stands in it at first."""

    label: str
    kind: str
    help: str
    required: bool
    twice: bool
    choices: list[str]
    low: int
    high: int
    answer: str = ""


@dataclass(frozen=True)
class FieldAnswer:
    """A field of an order with its answer, "" where none was given. `there` is False once it was erased."""

    label: str
    answer: str = ""
    there: bool = True


@dataclass(frozen=True)
class OrderFields:
    """What was asked for with a paid order. `why` it cannot be corrected now, a Reason; "" where it can, and for
    everybody but its shopper, to whom answers are masked."""

    answers: list[FieldAnswer] = field(default_factory=list)
    asked: list[AskedField] = field(default_factory=list)
    can_correct: bool = False
    why: str = ""


def asked_fields(asked: BuyerFields, answers: Mapping[str, str]) -> list[AskedField]:
    """The fields to fill in, each with the answer known by its label."""
    return [
        AskedField(
            one.label, one.kind.value, one.help, one.required, one.twice, list(one.choices), one.low, one.high,
            answers.get(one.label, ""),
        )
        for one in asked
    ]  # fmt: skip


def fields_shown(asked: BuyerFields, answers: Sequence[str], *, masked: bool) -> list[FieldAnswer]:
    """Each field with its answer, as whoever looks may read it; all erased where there are no answers."""
    if not answers:
        return [FieldAnswer(one.label, there=False) for one in asked]
    told = zip(asked, answers, strict=True)
    return [FieldAnswer(one.label, masked_answer(one.kind, answer) if masked else answer) for one, answer in told]


def order_fields(look: Look, order: Order, facts: OrderFacts) -> OrderFields:
    """The fields of an order that was paid, for its page; whoever looks may see the order."""
    asked = order.terms.buyer_fields
    if not asked or order.paid_at is None:
        return OrderFields()
    answers, mine = answers_of(look, [order]).get(order.id or 0, []), require(look.who).role is Role.shopper
    shown = fields_shown(asked, answers, masked=not mine)
    if not mine or not answers:
        return OrderFields(shown)
    turn = may(OrderAct.correct, SHOPPER, facts, look.now)
    known = {one.label: answer for one, answer in zip(asked, answers, strict=True)}
    form = asked_fields(asked, known) if turn.is_open else []
    return OrderFields(shown, form, turn.is_open, turn.reason.value if turn.reason else "")


def open_fields(look: Look, orders: Sequence[Order], *, masked: Collection[str] = ()) -> dict[int, list[FieldAnswer]]:
    """The answers of these orders for who delivers them, by the order's id; none of an order that was not paid.

    `masked`: the numbers of those of which only the ends are shown.
    """
    paid = [order for order in orders if order.paid_at is not None and order.terms.buyer_fields]
    found = answers_of(look, paid)
    return {
        order.id or 0: fields_shown(order.terms.buyer_fields, found.get(order.id or 0, []), masked=order.no in masked)
        for order in paid
    }

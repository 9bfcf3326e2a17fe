"""What a shop asks its buyers for, as its form and as the answers of an order (R86)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cardmall.domain.buyer_answers import masked_answer
from cardmall.domain.buyer_fields import BuyerFields
from cardmall.domain.rules.orders import OrderAct, OrderFacts, may
from cardmall.domain.rules.turn import SHOPPER, Turn, standing
from cardmall.domain.terms import Role
from cardmall.models import Order
from cardmall.reads.approvals import NO_RULE, RuleInForce, are_answers_closed
from cardmall.reads.buyer_answers import KeptAnswers, kept_answers, replaced_answers
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.orders import order_facts
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
class EarlierAnswers:
    """What a correction replaced: valid `until` then."""

    until: datetime
    answers: list[FieldAnswer]


@dataclass(frozen=True)
class OrderFields:
    """What was asked for with a paid order, and the answers before each correction, the newest first. `why` it cannot
    be corrected now, a Reason; "" where it can, and for everybody but its shopper, to whom answers are masked."""

    answers: list[FieldAnswer] = field(default_factory=list)
    earlier: list[EarlierAnswers] = field(default_factory=list)
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
    kept, mine = kept_answers(look, [order])[order.id or 0], require(look.who).role is Role.shopper
    shown = fields_shown(asked, kept.answers, masked=not mine)
    before = replaced_answers(look, order) if kept.edition > 1 else []
    earlier = [EarlierAnswers(until, fields_shown(asked, told, masked=not mine)) for until, told in before]
    if not mine or not kept.edition:
        return OrderFields(shown, earlier)
    turn = _correction(kept, facts, look)
    return OrderFields(shown, earlier, turn.is_open, turn.reason.value if turn.reason else "")


def _correction(kept: KeptAnswers, facts: OrderFacts, look: Look) -> Turn[OrderAct]:
    return may(OrderAct.correct, SHOPPER, replace(facts, edition=kept.edition, seen=kept.edition), look.now)


@dataclass(frozen=True)
class CorrectionForm:
    """What an order asks for, each field with its answer; none where it cannot be corrected now. `edition`: of these
    answers."""

    fields: list[AskedField] = field(default_factory=list)
    edition: int = 0


def correction_form(look: Look, no: object) -> CorrectionForm:
    """What the shopper's own order asks for, to correct."""
    order = order_for(look, no, Role.shopper)
    kept, asked = kept_answers(look, [order])[order.id or 0], order.terms.buyer_fields
    if not kept.edition or not _correction(kept, order_facts(look.session, order), look).is_open:
        return CorrectionForm()
    known = {one.label: answer for one, answer in zip(asked, kept.answers, strict=True)}
    return CorrectionForm(asked_fields(asked, known), kept.edition)


@dataclass(frozen=True)
class GivenFields:
    """The fields of a paid order for its shop. `edition`: how often its buyer gave these answers, 0 for never;
    `closed`: they are read by the press that says that work begins (R97)."""

    answers: list[FieldAnswer] = field(default_factory=list)
    edition: int = 0
    closed: bool = False


def given_fields(
    look: Look, found: Sequence[tuple[Order, OrderFacts]], rules: Mapping[int, RuleInForce]
) -> dict[int, GivenFields]:
    """The answers of these orders for their shop, by the order's id: whole while a person may deliver it now, else
    masked; none of an order that was not paid. Masked, too, while a rule of its product (`rules`, by its id) may still
    approve a request."""
    paid = [(order, facts) for order, facts in found if order.paid_at is not None and order.terms.buyer_fields]
    kept, who = kept_answers(look, [order for order, _ in paid]), standing(require(look.who))
    shown = dict[int, GivenFields]()
    for order, facts in paid:
        its, masked = kept[order.id or 0], not may(OrderAct.deliver, who, facts, look.now).is_open
        closed = are_answers_closed(order, rules.get(order.product_id, NO_RULE))
        answers = fields_shown(order.terms.buyer_fields, its.answers, masked=masked or closed)
        shown[order.id or 0] = GivenFields(answers, its.edition, closed)
    return shown

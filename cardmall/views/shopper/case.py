"""One case as its two parties see it: whose turn it is, until when, what may be done, what was said."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.next_steps import NextStep, next_steps
from cardmall.domain.order_terms import Terms
from cardmall.domain.rules import orders as order_rules
from cardmall.domain.rules.cases import CaseAction, RoundKind, awaited, may, turns
from cardmall.domain.rules.orders import OrderAct
from cardmall.domain.rules.transfers import may_transfer
from cardmall.domain.rules.turn import SHOPPER, Standing, Turn
from cardmall.domain.rules.ways import ways
from cardmall.domain.terms import CaseStatus, Role
from cardmall.models import Case, EvidenceRound, Order, Picture, Product
from cardmall.reads.cases import case_facts, facts_among
from cardmall.reads.doors import case_for
from cardmall.reads.goods import as_sold
from cardmall.reads.look import Look
from cardmall.reads.orders import known_facts
from cardmall.reads.people import require
from cardmall.reads.pieces import left_of_case
from cardmall.reads.transfers import transfer_facts, transfers_of
from cardmall.reads.whole import WholeOrder, whole_order


@dataclass(frozen=True)
class TurnView:
    """One act of this person on the case: open, or why not and what helps (`opens_at`: from when on)."""

    action: str
    is_open: bool
    reason: str
    offer: str
    opens_at: datetime | None


@dataclass(frozen=True)
class TalkLine:
    """One message of a frozen conversation; `pictures` are ids."""

    role: str
    at: datetime
    text: str
    pictures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RoundView:
    """What one side said at one step. Fen, 0 = none; `pictures` are ids."""

    kind: str
    role: str
    at: datetime
    text: str
    amount: int
    pictures: list[str] = field(default_factory=list)
    conversation: list[TalkLine] = field(default_factory=list)


@dataclass(frozen=True)
class Changed:
    """One line of the listing: as sold beside as it is now. `name` is a catalog code; money as text of fen."""

    name: str
    sold: str
    now: str


@dataclass(frozen=True)
class SystemEvidence:
    """What the platform itself knows (R41, R42). `late_minutes`: after the promise, to delivery, end, hold or now.

    `ended`: the order was closed without a delivery.
    `paused`: the promise ran out while a case held the delivery; that is nobody's delay.
    """

    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    late_minutes: int = 0
    paused: bool = False
    ended: bool = False
    cards: int = 0
    revealed: list[datetime] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)


@dataclass(frozen=True)
class CaseView:
    """A case as both parties see it. Money in fen. `actions` are the open turns of the viewer."""

    id: int
    no: str
    kind: str
    status: str
    reason: str
    text: str
    paid: int
    amount: int
    fee: int
    pieces: int
    opened_at: datetime
    judged_at: datetime | None
    fault: str
    deadline: datetime
    estimated: bool
    grace_at: datetime | None
    ended_at: datetime | None
    reject_reason: str
    reject_text: str
    overdue: bool
    awaited: str
    offer_kind: str
    offer_amount: int
    offer_rest: int
    offers_left: int
    reminds: int
    heard_until: datetime | None
    merchant_heard: bool
    ruled_amount: int
    rule: int  # the version of the product's rule that approved it, 0: none did
    turns: list[TurnView] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


def case_view(case: Case, role: Role, now: datetime) -> CaseView:
    """The case with what this role may do to it now (R18)."""
    found = turns(Standing(role), case_facts(case), now)
    whom = awaited(case.status)
    return CaseView(
        **{name: getattr(case, name) for name in _COPIED},
        **{name: getattr(case, name).value for name in ("kind", "status", "reason")},
        reject_reason=case.reject_reason.value if case.reject_reason else "",
        overdue=case.status is CaseStatus.overdue,
        awaited=whom.value if whom else "",
        offer_kind=case.offer_kind.value if case.offer_kind else "",
        offer_rest=case.paid - case.offer_amount if case.offer_amount else 0,
        offers_left=limits.OFFERS - case.offers,
        turns=[_turn(t) for t in found],
        actions=[t.action.value for t in found if t.is_open],
    )


_COPIED = (
    *("id", "no", "text", "paid", "amount", "fee", "pieces", "opened_at", "judged_at", "fault", "deadline"),
    *("estimated", "grace_at", "ended_at", "reject_text", "offer_amount", "reminds"),
    *("heard_until", "merchant_heard", "ruled_amount", "rule"),
)


def _turn(turn: Turn[CaseAction]) -> TurnView:
    return TurnView(turn.action.value, turn.is_open, str(turn.reason or ""), str(turn.offer or ""), turn.opens_at)


@dataclass(frozen=True)
class CasePage:
    """One case for its shopper: the case, its order, what both sides said, what the platform knows.

    `partial_most`: less than so many fen may be asked for after a rejection, 0: nothing may."""

    case: CaseView | None = None
    rounds: list[RoundView] = field(default_factory=list)
    system: SystemEvidence = field(default_factory=SystemEvidence)
    next_steps: list[NextStep] = field(default_factory=list)
    partial_most: int = 0
    order_no: str = ""
    remind_at: datetime | None = None
    merchant_words: str = ""
    ground: str = ""


def case_page(look: Look, no: object) -> CasePage:
    """The case, for its shopper and for admins; after a rejection with what can be done next (R52)."""
    case, order = case_for(look, no, Role.shopper, Role.admin)
    whole, rounds = whole_order(look, order), rounds_of(look.session, case)
    view = case_view(case, require(look.who).role, look.now)
    most = _partial_most(look, case, whole)
    return CasePage(
        case=view,
        rounds=rounds,
        system=system_evidence(look, whole),
        next_steps=_next_steps(look, case, whole, partial=most > 0),
        partial_most=most,
        order_no=order.no,
        remind_at=next((t.opens_at for t in view.turns if t.action == CaseAction.remind), None),
        merchant_words=next((r.text for r in rounds[::-1] if r.role == Role.merchant), ""),
        ground=next((r.text for r in rounds if r.kind == RoundKind.ruled), ""),
    )


def _partial_most(look: Look, case: Case, whole: WholeOrder) -> int:
    """As the use case decides it."""
    left = left_of_case(whole.order, case, whole.cards)
    of_case = facts_among(case, whole.order, whole.cases, gone=not left.most)
    return left.most if may(CaseAction.ask_partial, SHOPPER, of_case, look.now).is_open else 0


def _next_steps(look: Look, case: Case, whole: WholeOrder, *, partial: bool) -> list[NextStep]:
    """Only while this rejection is the last word on the order."""
    order, facts, now = whole.order, whole.facts, look.now
    last_word = case.status is CaseStatus.rejected and facts_among(case, order, whole.cases).is_last_word
    if case.reject_reason is None or not last_word:
        return []
    passed = transfer_facts(order, facts, transfers_of(look.session, order), whole.refunds)
    decisions, pass_on = ways(facts, now), may_transfer(passed, now).is_open
    known = known_facts(order, facts, is_offered=passed.is_open)
    resumable = order_rules.may(OrderAct.resume, SHOPPER, known, now).is_open
    return list(next_steps(case.reject_reason, decisions, resumable=resumable, partial=partial, transfer=pass_on))


def rounds_of(session: Session, case: Case) -> list[RoundView]:
    """Everything both sides handed in, oldest first."""
    return rounds_of_many(session, [case])[case.id or 0]


def rounds_of_many(session: Session, cases: Sequence[Case]) -> dict[int, list[RoundView]]:
    """The same for each of these cases, by its id."""
    joined = select(EvidenceRound, Picture.id).outerjoin(Picture, col(Picture.round_id) == EvidenceRound.id)
    wanted = joined.where(col(EvidenceRound.case_id).in_([case.id for case in cases]))
    rounds: dict[int, dict[int, RoundView]] = defaultdict(dict)
    for one, picture in session.exec(wanted.order_by(col(EvidenceRound.id), col(Picture.at), col(Picture.id))):
        view = rounds[one.case_id].setdefault(one.id or 0, _round(one))
        view.pictures.extend([picture] if picture else [])
    return defaultdict(list, {case_id: list(found.values()) for case_id, found in rounds.items()})


def _round(found: EvidenceRound) -> RoundView:
    return RoundView(
        kind=found.kind.value,
        role=found.role.value,
        at=found.at,
        text=found.text,
        amount=found.amount,
        conversation=[_line(line) for line in found.conversation],
    )


def _line(line: dict[str, Any]) -> TalkLine:
    return TalkLine(line["role"], datetime.fromisoformat(line["at"]), line["text"], list(line["pictures"]))


def system_evidence(look: Look, whole: WholeOrder) -> SystemEvidence:
    """The platform's own record of the order: promise and delivery, looks at the cards, the listing then and now."""
    order, now = whole.order, look.now
    ended = order.delivered_at or _stopped_at(whole) or order.held_at or now  # a hold is nobody's delay
    late = ended - order.promised_at if order.promised_at else None
    return SystemEvidence(
        promised_at=order.promised_at,
        delivered_at=order.delivered_at,
        late_minutes=max(0, int(late.total_seconds() // 60)) if late else 0,
        paused=_paused(order, now),
        ended=order.closed_at is not None and order.delivered_at is None,
        cards=len(whole.given),
        revealed=sorted(card.revealed_at for card in whole.given if card.revealed_at),
        changes=sold_and_now(look, order, whole.listed.product),
    )


def _stopped_at(whole: WholeOrder) -> datetime | None:
    """When a closed order stopped waiting for its delivery: with the request its end came from, else with its end."""
    closed = whole.order.closed_at
    return next((case.opened_at for case in whole.cases if closed and case.ended_at == closed), closed)


def _paused(order: Order, now: datetime) -> bool:
    running = order.delivered_at is None and order.held_at is not None
    return running and order.promised_at is not None and order.promised_at <= now


# Looks, how and when it is delivered, what is asked for: no part of what the two sides argue about; other terms are.
_NOT_COMPARED = {"cover", "pictures", "delay_seconds", "promise_seconds", "buyer_fields", "form"}
COMPARED = [field.name for field in fields(Terms) if field.name not in _NOT_COMPARED]


def sold_and_now(look: Look, order: Order, product: Product, *, always: Collection[str] = ()) -> list[Changed]:
    """What differs, and what is named `always`. Long texts are no terms: a version of its product has them."""
    listed = Terms.of(product)
    texts = ("details", "instructions") if order.delivered_at else ("details",)  # instructions come with the delivery
    sold = as_sold(look.session, order, *texts) if product.version > order.version else {}
    pairs = [
        ("name", order.product_name, product.name),
        ("price", order.unit_price, product.price),
        *((name, getattr(order.terms, name), getattr(listed, name)) for name in COMPARED),
        *((name, text, getattr(product, name)) for name, text in sold.items()),
    ]
    return [Changed(name, str(sold), str(now)) for name, sold, now in pairs if sold != now or name in always]


OF_AN_OFFER = (CaseAction.accept, CaseAction.decline)


def offer_shown(case: CaseView | None) -> int:
    """Which offer waits for an answer here, counted from 1; -1 where none does, which no offer is."""
    return limits.OFFERS - case.offers_left if case and CaseAction.accept in case.actions else -1

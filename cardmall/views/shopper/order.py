"""One order as its page shows it: facts to verify, progress, the four ways, timeline, refunds (R15, R17, R45)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cardmall.domain import limits
from cardmall.domain.order_terms import Terms
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.rules.orders import OrderAct, may
from cardmall.domain.rules.turn import SHOPPER
from cardmall.domain.rules.ways import Decision, Facts, answered_by, decide_since, form_open, may_appeal
from cardmall.domain.terms import (
    CardStatus,
    Role,
    Way,
)
from cardmall.domain.verbs import Verb
from cardmall.models import Event, Order
from cardmall.reads.attempts import stopped_beside
from cardmall.reads.away import shop_told
from cardmall.reads.doors import order_for
from cardmall.reads.look import Look
from cardmall.reads.orders import known_facts
from cardmall.reads.people import require
from cardmall.reads.pieces import Held
from cardmall.reads.whole import WholeOrder, whole_order
from cardmall.views.approvals import NOTHING, RuleTold, told_of_order
from cardmall.views.buyer_fields import OrderFields, order_fields
from cardmall.views.gifts import gifts_told
from cardmall.views.receipts import ReceiptView, receipt_view
from cardmall.views.shopper.case import CaseView, case_view
from cardmall.views.shopper.closed import why_closed
from cardmall.views.shopper.panel import panel_of
from cardmall.views.shopper.refund import RefundView, refund_views
from cardmall.views.shopper.rows import RowLine, best_now, line_of, pill_of
from cardmall.views.shopper.timeline import ProgressStep, TimelineEntry, progress, timeline, told_events
from cardmall.views.shopper.transfer import OrderTransfer, order_transfer


@dataclass(frozen=True)
class WayView:
    """One of the four ways as decided now. `words`: the sentence that says why it is closed. Money in fen."""

    way: str
    is_open: bool
    reason: str
    words: str
    offer: str
    deadline: datetime | None
    estimated: bool
    pieces: int
    amount: int
    fee: int


@dataclass(frozen=True)
class CardView:
    """A card without its code: status and, once revealed, when. `tail` is never the whole of a code."""

    id: str
    status: str
    revealed_at: datetime | None
    shown: bool
    recall: str = ""  # under recall: "waiting", "replaced", "paid_back" or "gone"


@dataclass(frozen=True)
class OrderView:
    """Everything the order page shows; nothing of it is secret. Money in fen, times aware UTC."""

    no: str = ""
    product: str = ""
    product_slug: str = ""
    cover: str = ""
    picture: str = ""
    category: str = ""
    mode: str = ""
    form: str = ""  # a domain.receipts.ProductForm
    quantity: int = 0
    canceled_pieces: int = 0
    unit_price: int = 0
    total: int = 0
    shop: str = ""
    shop_slug: str = ""  # "" once it waits for neither payment nor delivery
    back_at: datetime | None = None  # when its shop takes new orders again, while this one waits for it
    status: str = ""
    stage: str = ""
    pill: str = ""
    tone: str = ""
    line: RowLine = field(default_factory=RowLine)
    panel: str = ""  # a domain.panel.Panel
    codes_first: bool = False  # before the panel
    has_codes: bool = False
    instructions: str = ""  # how its codes are used, as its product says now
    terms: Terms = field(default_factory=Terms.none)
    receipt: ReceiptView = field(default_factory=ReceiptView)
    fields: OrderFields = field(default_factory=OrderFields)
    created_at: datetime | None = None
    pay_by: datetime | None = None
    wait_until: datetime | None = None  # for money on its way
    paid_at: datetime | None = None
    deliver_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    revealed_at: datetime | None = None
    return_until: datetime | None = None
    window_days: int = 0  # for a return, as this order has them
    closed_at: datetime | None = None
    held: bool = False
    hold_until: datetime | None = None
    channel: str = ""
    payer: str = ""
    trade_no: str = ""
    best_way: str = ""
    again_way: str = ""  # the form for asking again after a rejection
    can_appeal: bool = False
    can_complete: bool = False
    can_resume: bool = False
    transfer: OrderTransfer = field(default_factory=OrderTransfer)
    refund_now: int = 0
    fee_now: int = 0
    ways: list[WayView] = field(default_factory=list)
    steps: list[ProgressStep] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    cards: list[CardView] = field(default_factory=list)
    sealed: int = 0  # cards nobody looked at
    looked_at: int = 0  # cards whose code may be shown again
    cases: list[CaseView] = field(default_factory=list)
    refunds: list[RefundView] = field(default_factory=list)
    rule: RuleTold = NOTHING  # whether a request about all of it would be approved at once, where one may be made


def order_view(look: Look, no: object) -> OrderView:
    """The order as this person may see it; the ways are the ones decide() gives at `now`."""
    return view_of(look, whole_order(look, order_for(look, no)))


def order_with_fields(look: Look, no: object) -> OrderView:
    """The same with what was answered to the shop's questions (R86), whether the shop is away (R98), and what its rule
    says of a request now (R97)."""
    order = order_for(look, no)
    view = view_of(look, whole_order(look, order), fields=True)
    request = next((one for one in view.ways if one.way == Way.request and one.is_open), None)
    rule = told_of_order(look, order, request.amount) if request else NOTHING
    slug, back_at = shop_told(look, order)
    return replace(view, shop_slug=slug, back_at=back_at, rule=rule)


def view_of(look: Look, whole: WholeOrder, *, fields: bool = False) -> OrderView:
    """The same of an order that was read before."""
    return view_with(look, whole, told_events(look.session, whole.order, require(look.who)), fields=fields)


def view_with(look: Look, whole: WholeOrder, events: Sequence[Event], *, fields: bool = False) -> OrderView:
    """The same with the events of the order, oldest first. `fields`: with the answers, for a page that shows them."""
    order, facts, case, refund, viewer = whole.order, whole.facts, whole.case, whole.refund, require(look.who)
    payment = next((p for p in whole.payments if p.captured_at and not p.odd), None)
    decisions = _decisions(look, whole)
    pill, tone = pill_of(order, facts, case)
    first = best_now(case, decisions)
    transfer = order_transfer(look.session, whole, viewer, look.now)
    known = known_facts(order, facts, is_offered=transfer.no != "")
    gifts = gifts_told(events, whole.given)
    again, panel = form_open(decisions), panel_of(order, facts, case, refund, transfer)
    return OrderView(
        **_copied(order, facts),
        product=order.product_name,
        cover=order.terms.cover,
        picture=cover_picture(order.terms.pictures),
        terms=order.terms,
        form=order.terms.form.value,
        receipt=receipt_view(look, whole),
        fields=order_fields(look, order, known) if fields else OrderFields(),
        shop=whole.listed.shop,
        product_slug=whole.listed.product.slug,
        pill=pill,
        tone=tone,
        line=line_of(whole),
        wait_until=order.pay_by + limits.PAYING_WAITS,
        panel=panel.value,
        codes_first=known.has_codes and panel.is_calm,
        has_codes=known.has_codes,
        instructions=whole.listed.product.instructions if known.has_codes else "",
        revealed_at=facts.last_revealed_at,
        return_until=order.delivered_at + timedelta(days=facts.policy.window_days) if order.delivered_at else None,
        window_days=facts.policy.window_days,
        held=order.held_at is not None,
        channel=payment.channel.value if payment else "",
        payer=payment.payer if payment and viewer.role is not Role.merchant else "",
        trade_no=payment.trade_no if payment else "",
        best_way=first.way.value if first else "",
        again_way=again.value if again else "",
        can_appeal=may_appeal(decisions),
        can_complete=may(OrderAct.complete, SHOPPER, known, look.now).is_open,
        can_resume=may(OrderAct.resume, SHOPPER, known, look.now).is_open,
        transfer=transfer,
        refund_now=first.preview.amount if first and first.preview else 0,
        fee_now=first.preview.fee if first and first.preview else 0,
        ways=[way_view(d, look, whole) for d in decisions],
        steps=progress(order, case, refund),
        timeline=timeline(events, viewer),
        cards=_cards(whole, events),
        sealed=sum(c.status is CardStatus.sealed and not c.is_recalled for c in whole.given),
        looked_at=sum(c.status in (CardStatus.revealed, CardStatus.redeemed) for c in whole.given),
        cases=[case_view(c, viewer.role, look.now) for c in reversed(whole.cases)],
        refunds=refund_views(viewer, whole.counting, whole.payments, look.world.calendar, look.now, gifts=gifts),
    )


_RECALLED = {Verb.recall_replaced: "replaced", Verb.recall_paid_back: "paid_back"}


def _cards(whole: WholeOrder, events: Sequence[Event]) -> list[CardView]:
    """What the shopper was given, and what a recall made of it."""
    told = {card: _RECALLED[e.verb] for e in events if e.verb in _RECALLED for card in e.data.get("cards", ())}

    def recall_of(card: Held) -> str:
        return ("waiting" if card.is_recalled else told.get(card.id, "gone")) if card.recall_id else ""

    return [CardView(c.id, c.status.value, c.revealed_at, c.revealed_at is not None, recall_of(c)) for c in whole.given]


def _decisions(look: Look, whole: WholeOrder) -> tuple[Decision, ...]:
    """The four ways, each since the moment that counts for it; the service judges alike."""
    stopped = stopped_beside(look.session, whole.order, whole.cases, now=look.now)
    since = {way: stopped[way].at if way in stopped else look.now for way in Way}
    return tuple(decide_since(since[way], way, whole.facts, look.now) for way in Way)


_COPIED = (
    *("no", "quantity", "canceled_pieces", "unit_price", "total"),
    *("created_at", "pay_by", "paid_at", "deliver_at", "promised_at", "delivered_at", "hold_until", "closed_at"),
)


def _copied(order: Order, facts: Facts) -> dict[str, Any]:
    """As the row has it; what nobody will deliver any more promises no time."""
    gone = dict.fromkeys(("deliver_at", "promised_at")) if facts.abandoned else {}
    words = {name: getattr(order, name).value for name in ("status", "stage", "category", "mode")}
    return {name: getattr(order, name) for name in _COPIED} | words | gone


def way_view(decision: Decision, look: Look, whole: WholeOrder) -> WayView:
    calendar, shown = look.world.calendar, decision.preview
    deadline = answered_by(decision, calendar, look.now)
    return WayView(
        way=decision.way.value,
        is_open=decision.is_open,
        reason=decision.reason.value,
        words=why_closed(decision, whole),
        offer=decision.offer.value,
        deadline=deadline,
        estimated=deadline is not None and not calendar.is_certain(deadline),
        pieces=shown.pieces if shown else 0,
        amount=shown.amount if shown else 0,
        fee=shown.fee if shown else 0,
    )

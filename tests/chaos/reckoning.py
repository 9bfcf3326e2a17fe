"""After the storm everybody finishes what is theirs; then the gateway's store and our rows are counted."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col

from cardmall.adapters import clock, jobs
from cardmall.adapters.channels import gateway_folder
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_BATCH,
    OPEN_CASE,
    BatchStatus,
    CardStatus,
    CaseKind,
    CaseStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    Refused,
    Role,
)
from cardmall.domain.verbs import Verb
from cardmall.models import Account as Person
from cardmall.models import (
    Batch,
    BatchPart,
    BatchText,
    Card,
    Case,
    Event,
    Job,
    Order,
    Payment,
    Posting,
    RecallItem,
    Refund,
    Transfer,
)
from cardmall.reads.people import as_actor
from cardmall.reads.recalls import UNFINISHED
from cardmall.services.case import rulings
from cardmall.services.money import redirects
from cardmall.services.order import orders, repairs
from tests.services.ruled_life import beyond_rules
from tests.town import act, rows

DAYS = 45  # so long at most until the last of 14 + 7 days, an appeal and its settlement are over
ENDED = (OrderStatus.completed, OrderStatus.canceled, OrderStatus.expired)


def calm_down(time_passes: Callable[[timedelta], None]) -> None:
    """Nobody is killed any more and the gateway is well: workers work, an admin rules and sends stuck refunds again."""
    for _ in range(DAYS):
        for step in (timedelta(minutes=2), timedelta(hours=23, minutes=58)):
            time_passes(step)
            jobs.tick()
            jobs.run_due()
        _people_finish()


def _people_finish() -> None:
    admin = next(as_actor(p) for p in rows(Person, Person.role == Role.admin))
    for case in rows(Case, Case.status == CaseStatus.appeal):
        with suppress(Refused):
            act(rulings.rule, admin, case.no, ruling="rule_shopper", amount="", ground="依平台记录", now=clock.now())
    found = rows(Refund)
    stuck = {r.order_id for r in found if r.status is RefundStatus.needs_attention or r.returned_at}
    for order in rows(Order, col(Order.id).in_(stuck)):
        with suppress(Refused):
            act(repairs.repair_order, admin, order.no, say=" ".join, now=clock.now())
    for refund in rows(Refund, col(Refund.status).in_((RefundStatus.needs_attention, RefundStatus.bounced))):
        with suppress(Refused):
            _redirect(refund)
    for order in rows(Order, Order.status == OrderStatus.awaiting_delivery):  # by hand, and nobody did
        shopper = next(as_actor(p) for p in rows(Person, Person.id == order.shopper_id))
        with suppress(Refused):
            act(orders.cancel_now, shopper, order.no, now=clock.now())


def _redirect(refund: Refund) -> None:
    """Its shopper names another card."""
    (order,) = rows(Order, Order.id == refund.order_id)
    (shopper,) = (as_actor(p) for p in rows(Person, Person.id == order.shopper_id))
    told = {"destination_kind": "bank_card", "account": "4111111111111111", "holder": "周明", "consent": True}
    act(redirects.redirect_refund, shopper, refund.no, **told, now=clock.now())


def reckon(data: Path) -> dict[str, Any]:
    """Counts, and everything that is wrong by kind; all of `wrong` empty means that no fen was lost or doubled."""
    payments, refunds, postings = rows(Payment), rows(Refund), rows(Posting)
    with closing(sqlite3.connect(gateway_folder(data) / "gateway.db")) as store:
        came = dict(store.execute("SELECT no, amount FROM trade WHERE status = 'paying'"))
        went = {
            no: (trade, fen) for no, trade, fen in store.execute("SELECT no, trade, amount FROM refund WHERE code = ''")
        }
    wrong = {
        "lost": _lost(came, went, payments, refunds),
        "doubled": _doubled(came, went, payments, refunds, postings),
        "stuck": _stuck(),
        "books": _books(came, went, postings),
        "stock": _stock(),
        "rules": beyond_rules(),
    }
    return {
        "orders": len(rows(Order)),
        "cases": len(rows(Case)),
        "transfers": dict(Counter(str(transfer.status) for transfer in rows(Transfer))),
        "gifts": len(rows(Case, Case.kind == CaseKind.gift)),
        "by_rule": len(rows(Case, Case.rule > 0)),
        "refunds_bounced": sum(r.bounced_at is not None for r in refunds),
        "refunds_redirected": sum(r.status is RefundStatus.redirected for r in refunds),
        "batches": dict(Counter(str(batch.status) for batch in rows(Batch))),
        "recalled": dict(Counter(str(i.outcome) for i in rows(RecallItem, by=RecallItem.card_id))),
        "payments_captured": len(came),
        "captured_by": _heard_by(Verb.paid, Verb.paid_late, Verb.paid_wrong),
        "refunds_heard_by": _heard_by(Verb.refund_succeeded),
        "fen_captured": sum(came.values()),
        "refunds": len(went),
        "fen_refunded": sum(fen for _, fen in went.values()),
        **{name: len(found) for name, found in wrong.items() if name != "books"},
        "sum_of_postings": sum(p.amount for p in postings),
        "wrong": {name: found[:20] for name, found in wrong.items() if found},
    }


def _heard_by(*verbs: Verb) -> dict[str, int]:
    """Through which door the news came: the channel's call, or a question of ours."""
    return dict(Counter(event.cause.split(":")[0] for event in rows(Event, col(Event.verb).in_(verbs))))


def _lost(came: dict[str, int], went: dict[str, Any], payments: list[Payment], refunds: list[Refund]) -> list[str]:
    """Money the gateway moved and we do not know of, and money we think moved and it did not."""
    captured = {p.no: p.amount for p in payments if p.status is PaymentStatus.captured}
    arrived = {r.no for r in refunds if r.status is RefundStatus.succeeded}
    told = {p.no: p.amount for p in payments}
    return [
        *(f"payment {no} came, and is not captured" for no in came.keys() - captured.keys()),
        *(f"payment {no} is captured, and never came" for no in captured.keys() - came.keys()),
        *(f"payment {no}: {fen} came of {told.get(no)}" for no, fen in came.items() if told.get(no) != fen),
        *(f"refund {no} went, and is not known to have arrived" for no in went.keys() - arrived),
        *(f"refund {no} is known to have arrived, and never went" for no in arrived - went.keys()),
    ]


def _doubled(
    came: dict[str, int], went: dict[str, Any], payments: list[Payment], refunds: list[Refund], postings: list[Posting]
) -> list[str]:
    """Given back more than came, delivered or posted twice, one card in two hands."""
    back: Counter[str] = Counter()
    for trade, fen in went.values():
        back[trade] += fen
    ours = {r.no: r.amount for r in refunds}
    twice = Counter(
        (e.order_id, e.verb) for e in rows(Event, col(Event.verb).in_(("paid", "delivered", "settled_with_shop")))
    )
    captures = Counter(
        p.order_id for p in postings if p.entry is LedgerEntry.capture and p.account is LedgerAccount.escrow
    )
    paid = Counter(p.order_id for p in payments if p.status is PaymentStatus.captured)
    given = Counter(card for e in rows(Event, Event.verb == Verb.cards_sealed) for card in e.data["cards"])
    return [
        *(f"payment {no}: {fen} back of {came.get(no, 0)}" for no, fen in back.items() if fen > came.get(no, 0)),
        *(f"refund {no}: {fen} of {ours.get(no)}" for no, (_, fen) in went.items() if ours.get(no) != fen),
        *(
            f"order {order}: {verb} {n} times"
            for (order, verb), n in twice.items()
            if n > 1 and verb != "settled_with_shop"
        ),
        *(f"order {order}: {n} captures of {paid[order]}" for order, n in captures.items() if n != paid[order]),
        *(f"card {card} delivered {n} times" for card, n in given.items() if n > 1),
    ]


def _stuck() -> list[str]:
    """Whatever has not come to an end."""
    unfinished = rows(RecallItem, col(RecallItem.status).in_(UNFINISHED), by=RecallItem.card_id)
    return [
        *(f"order is {_order_told(o)}" for o in rows(Order, col(Order.status).not_in(ENDED))),
        *(f"order {o.no} is abnormal: {o.abnormal}" for o in rows(Order, col(Order.abnormal).is_not(None))),
        *(f"order {o.no} is held" for o in rows(Order, col(Order.held_at).is_not(None))),
        *(f"case {c.no} is {c.status}" for c in rows(Case, col(Case.status).in_(OPEN_CASE))),
        *(f"refund is {_told(r)}" for r in rows(Refund, col(Refund.status).in_(LIVE_REFUND))),
        *(f"batch {b.name} is {b.status}" for b in rows(Batch, col(Batch.status).in_(OPEN_BATCH))),
        *(f"card {i.card_id} of recall {i.recall_id} is {i.status}" for i in unfinished),
        *(f"job {j.key} is {j.state}: {j.error[-300:]}" for j in rows(Job, Job.state == "dead")),
        *(f"job {j.key} is late" for j in rows(Job, Job.state == "open", col(Job.due_at) < clock.now())),
    ]


def _stock() -> list[str]:
    """Codes that came in otherwise than their batch says, one code twice, and what is left of lists."""
    cards, lists = rows(Card), rows(Batch)
    came = Counter(card.batch_id for card in cards)
    kept = Counter(card.shop_blind for card in cards if card.status is not CardStatus.withdrawn)
    stocked = [batch for batch in lists if batch.status is BatchStatus.stocked]
    return [
        *(f"batch {b.name}: {came[b.id]} cards of {b.stocked}" for b in lists if came[b.id] != b.stocked),
        *(f"batch {b.name}: {b.stocked} and {b.taken} of {b.good}" for b in stocked if b.stocked + b.taken != b.good),
        *(f"one code on {n} cards" for n in kept.values() if n > 1),
        *(
            f"a piece of batch {piece.batch_id} is left"
            for table in (BatchText, BatchPart)
            for piece in rows(table, by=table.n)
        ),
    ]


def _order_told(order: Order) -> str:
    """What a reader needs to see why it did not go on."""
    told = order.model_dump(exclude_none=True, exclude={"terms"})
    jobs = [f"{j.key} {j.state} {j.due_at:%d %H:%M:%S}" for j in rows(Job, Job.order_id == order.id)]
    return f"{order.status}: {told}, {_events(order.id)}, {jobs}"


def _told(refund: Refund) -> str:
    told = refund.model_dump(exclude_none=True, exclude={"destination"})
    return f"{refund.status}: {told}, {_events(refund.order_id)}"


def _events(order_id: int | None) -> list[str]:
    return [f"{e.at:%d %H:%M:%S} {e.verb} {e.cause} {e.data}" for e in rows(Event, Event.order_id == order_id)]


def _books(came: dict[str, int], went: dict[str, Any], postings: list[Posting]) -> list[str]:
    """The ledger says of the shopper's account what the gateway says, and holds nothing for anybody any more."""
    sums: Counter[str] = Counter()
    for line in postings:
        sums[line.account] += line.amount
    outside = sum(fen for _, fen in went.values()) - sum(came.values())
    return [
        *([f"sum of postings {sum(sums.values())}"] if sum(sums.values()) else []),
        *(
            [f"shoppers' account {sums[LedgerAccount.shopper]}, gateway {outside}"]
            if sums[LedgerAccount.shopper] != outside
            else []
        ),
        *([f"still in escrow: {sums[LedgerAccount.escrow]}"] if sums[LedgerAccount.escrow] else []),
    ]

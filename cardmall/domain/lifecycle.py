"""The graphs of every status: tables of Moves, checked when the module is read.

Guards live in decisions, effects in services.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cardmall.domain.terms import (
    BatchStatus,
    CardStatus,
    CaseStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    Role,
    Stage,
    TransferStatus,
)

START = "start"


@dataclass(frozen=True)
class Move:
    """One arrow: `verb` takes a row from any of `sources` to `target`, done by one of `roles`."""

    verb: str
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Table:
    """A graph over one status enum."""

    name: str
    statuses: type[StrEnum]
    moves: tuple[Move, ...]

    def target(self, verb: str, source: str, role: Role) -> str | None:
        """Where `verb` leads from `source` for `role`; None when there is no such arrow."""
        return next((m.target for m in self.moves if m.verb == verb and source in m.sources and role in m.roles), None)

    def actions(self, source: str, role: Role) -> tuple[str, ...]:
        """The verbs open to `role` in `source` (R18)."""
        return tuple(dict.fromkeys(m.verb for m in self.moves if source in m.sources and role in m.roles))


def _m(verb: str, sources: str | Iterable[str], target: str, *roles: Role) -> Move:
    return Move(verb, frozenset([sources] if isinstance(sources, str) else sources), target, frozenset(roles))


_S, _M, _A, _SYS = Role.shopper, Role.merchant, Role.admin, Role.system
_O, _C, _K, _P, _R = OrderStatus, CaseStatus, CardStatus, PaymentStatus, RefundStatus
_T, _B = TransferStatus, BatchStatus
_ALL = tuple(Role)

ORDER = Table(
    "order",
    OrderStatus,
    (
        _m("place", START, _O.pending_payment, _S, _SYS),  # by the system: a transfer both sides agreed to
        _m("pay", _O.pending_payment, _O.awaiting_delivery, _SYS),
        _m("expire", _O.pending_payment, _O.expired, _SYS),
        _m("deliver", _O.awaiting_delivery, _O.delivered, _SYS, _M),
        _m("complete", _O.delivered, _O.completed, _S, _SYS),
        _m("cancel", _O.pending_payment, _O.canceled, _S, _SYS),
        _m("cancel", (_O.awaiting_delivery, _O.delivered, _O.completed), _O.canceled, *_ALL),
    ),
)

CASE = Table(
    "case",
    CaseStatus,
    (
        _m("open", START, _C.review, _S),
        _m("report", START, _C.appeal, _S),
        _m("give", START, _C.approved, _M),  # money back that nobody asked for
        _m("withdraw", (_C.review, _C.info_requested, _C.offered, _C.overdue, _C.appeal), _C.withdrawn, _S),
        _m("approve", (_C.review, _C.info_requested, _C.offered, _C.overdue), _C.approved, _M, _SYS),
        _m("approve", _C.appeal, _C.approved, _SYS),  # an overdue undelivered case runs on after the shopper appealed
        _m("reject", _C.review, _C.rejected, _M),
        _m("ask", _C.review, _C.info_requested, _M),
        _m("answer", _C.info_requested, _C.review, _S, _SYS),
        _m("offer", _C.review, _C.offered, _M),
        _m("offer", _C.appeal, _C.appeal, _M),  # lies on the table until the ruling
        _m("decline", _C.appeal, _C.appeal, _S),
        _m("accept", _C.offered, _C.settled, _S),
        _m("decline", _C.offered, _C.review, _S, _SYS),
        _m("lapse", _C.review, _C.overdue, _SYS),
        _m("appeal", (_C.overdue, _C.rejected), _C.appeal, _S),
        _m("escalate", (_C.review, _C.info_requested, _C.offered, _C.overdue), _C.appeal, _SYS),
        _m("ask_partial", _C.rejected, _C.asked, _S),
        _m("accept", _C.asked, _C.settled, _M),
        _m("decline", _C.asked, _C.rejected, _M, _SYS),
        _m("concede", _C.appeal, _C.ruled_shopper, _M, _SYS),
        _m("accept", _C.appeal, _C.settled, _S),
        _m("rule_shopper", _C.appeal, _C.ruled_shopper, _A),
        _m("rule_split", _C.appeal, _C.ruled_split, _A),
        _m("rule_merchant", _C.appeal, _C.ruled_merchant, _A),
    ),
)

CARD = Table(
    "card",
    CardStatus,
    (
        _m("stock", START, _K.available, _M, _SYS),
        _m("enter", START, _K.sealed, _M),
        _m("receive", START, _K.revealed, _M),  # a piece of a receipt: no code, nothing to look at first
        _m("reserve", _K.available, _K.reserved, _S, _M, _SYS),
        _m("allocate", (_K.available, _K.reserved), _K.allocated, _SYS),
        _m("release", (_K.reserved, _K.allocated), _K.available, *_ALL),
        _m("withdraw", _K.available, _K.withdrawn, _M, _A, _SYS),
        _m("recall", (_K.available, _K.reserved, _K.allocated), _K.withdrawn, _SYS),
        _m("seal", _K.allocated, _K.sealed, _SYS, _M),
        _m("replace", _K.reserved, _K.sealed, _S),  # the offered card of an accepted replacement
        _m("reveal", _K.sealed, _K.revealed, _S),
        _m("redeem", _K.revealed, _K.redeemed, _M, _SYS),
        _m("void", (_K.sealed, _K.revealed, _K.redeemed), _K.voided, *_ALL),
    ),
)

PAYMENT = Table(
    "payment",
    PaymentStatus,
    (
        _m("start", START, _P.pending, _S),
        _m("capture", (_P.pending, _P.closed, _P.failed), _P.captured, _SYS),
        _m("fail", _P.pending, _P.failed, _SYS),
        _m("close", _P.pending, _P.closed, *_ALL),
    ),
)

_UNPAID = (_R.requested, _R.failed, _R.needs_attention, _R.bounced)
REFUND = Table(
    "refund",
    RefundStatus,
    (
        _m("request", START, _R.requested, *_ALL),
        _m("send", (_R.requested, _R.failed, _R.needs_attention), _R.sent, _SYS, _A),
        _m("accept", _R.sent, _R.processing, _SYS),
        _m("succeed", (_R.sent, _R.processing), _R.succeeded, _SYS),
        _m("fail", (_R.sent, _R.processing), _R.failed, _SYS),
        _m("give_up", (_R.requested, _R.failed), _R.needs_attention, _SYS),  # unsent: the channel's limits are known
        _m("redirect", (_R.needs_attention, _R.bounced), _R.redirected, _S, _A),
        _m("bounce", _R.succeeded, _R.bounced, _SYS, _A),  # the bank sent it back
        _m("arrive", (_R.redirected, _R.dropped), _R.succeeded, _SYS, _A),  # after all, under the old number
        _m("drop", _UNPAID, _R.dropped, _SYS, _A),  # its predecessor arrived
    ),
)

TRANSFER = Table(
    "transfer",
    TransferStatus,
    (
        _m("offer", START, _T.offered, _S),
        _m("agree", _T.offered, _T.accepted, _S, _M),  # the second of the two
        _m("decline", (_T.offered, _T.accepted), _T.declined, _S, _M, _SYS),
        _m("withdraw", (_T.offered, _T.accepted), _T.withdrawn, _S, _SYS),
        _m("expire", (_T.offered, _T.accepted), _T.expired, _SYS),
        _m("complete", _T.accepted, _T.completed, _SYS),
    ),
)

BATCH = Table(
    "batch",
    BatchStatus,
    (
        _m("hand_in", START, _B.reading, _M),
        _m("check", _B.reading, _B.checked, _SYS),
        _m("fail", _B.reading, _B.failed, _SYS),
        _m("stock", _B.checked, _B.stocking, _M),
        _m("finish", _B.stocking, _B.stocked, _SYS),
        _m("drop", (_B.reading, _B.checked), _B.dropped, _M, _SYS),
    ),
)

TABLES = (ORDER, CASE, CARD, PAYMENT, REFUND, TRANSFER, BATCH)


def flaws(table: Table) -> Iterator[str]:
    """What is wrong with a graph: unknown, unreachable or ambiguous states."""
    known = {START, *table.statuses}
    yield from (f"unknown {s}" for m in table.moves for s in {m.target, *m.sources} if s not in known)
    reached: set[Any] = {START}
    for _ in table.moves:
        reached |= {m.target for m in table.moves if m.sources & reached}
    yield from (f"unreachable {s}" for s in table.statuses if s not in reached)
    arrows = [(m.verb, s, r) for m in table.moves for s in m.sources for r in m.roles]
    yield from (f"ambiguous {a}" for a in {a for a in arrows if arrows.count(a) > 1})


def checked(tables: Iterable[Table]) -> None:
    """Stop the start of the program when a graph is wrong."""
    wrong = [f"{table.name}: {flaw}" for table in tables for flaw in flaws(table)]
    if wrong:
        raise ValueError("; ".join(sorted(wrong)))


checked(TABLES)

_BY_STATUS = {
    OrderStatus.pending_payment: Stage.to_pay,
    OrderStatus.awaiting_delivery: Stage.to_deliver,
    OrderStatus.delivered: Stage.delivered,
    OrderStatus.completed: Stage.delivered,
    OrderStatus.canceled: Stage.closed,
    OrderStatus.expired: Stage.closed,
}


def stage_of(status: OrderStatus, *, abnormal: bool, case_open: bool, refunding: bool) -> Stage:
    """The one tab an order stands under: the first that fits (R10)."""
    if abnormal:
        return Stage.abnormal
    if case_open:
        return Stage.in_case
    return Stage.refunding if refunding else _BY_STATUS[status]

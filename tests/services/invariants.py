"""What holds at every moment of every order (R75-R81), read from the database alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.domain.ledger import LedgerAccount, LedgerEntry
from cardmall.domain.lifecycle import stage_of
from cardmall.domain.rules.cases import OfferKind
from cardmall.domain.terms import (
    LIVE_REFUND,
    OPEN_CASE,
    OPEN_TRANSFER,
    REPLACED_REFUND,
    CardStatus,
    CaseStatus,
    DeliveryMode,
    OrderStatus,
    PaymentStatus,
    RefundCause,
    RefundStatus,
    TransferStatus,
)
from cardmall.models import Card, Case, Event, Job, Order, Payment, Posting, Refund, Transfer
from cardmall.reads.books import Check, check_books
from cardmall.reads.pieces import done_cards
from tests.bank import at_the_bank

NOT_JOBS = ("", "callback", "news")  # causes that are no job's key


@dataclass
class Books:
    """All rows that matter, in one look."""

    orders: Sequence[Order]
    cases: Sequence[Case]
    cards: Sequence[Card]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    postings: Sequence[Posting]
    jobs: Sequence[Job]
    transfers: Sequence[Transfer]
    news: Sequence[Event]

    def offer(self, order: Order) -> Transfer | None:
        """The open one."""
        return next((t for t in self.transfers if t.order_id == order.id and t.status in OPEN_TRANSFER), None)

    def open_case(self, order: Order) -> Case | None:
        return next((c for c in self.cases if c.order_id == order.id and c.status in OPEN_CASE), None)

    def refunds_of(self, order: Order) -> list[Refund]:
        return [r for r in self.refunds if r.order_id == order.id]

    def waits(self, kind: str, **args: Any) -> datetime | None:
        """When the next open job of this kind about this is due."""
        due = [j.due_at for j in self.jobs if j.kind == kind and j.state == "open" and args.items() <= j.args.items()]
        return min(due, default=None)


@dataclass
class Watch:
    """Looks after every step, and remembers what was seen before. `worked_at`: when the worker last began."""

    worked_at: datetime | None = None
    heard: int = 0  # the last event read
    told: dict[tuple[type, Any], str] = field(default_factory=dict)  # where the events say each row stands
    sealed: set[str] = field(default_factory=set)
    acted: set[tuple[Any, ...]] = field(default_factory=set)

    def look(self) -> None:
        with db.reading() as session:
            books = _read(session, self.heard)
            one_open_case_by_sql(session)
        for event in books.news:
            self._follow(event)
        self._compare(books)
        holds_are_true(books, self.worked_at)
        for check in CHECKS:
            check(books)

    def _follow(self, event: Event) -> None:
        """Where an event says its rows went; it starts where the last one ended (R78)."""
        self.heard = event.id or 0
        self._acts_once(event)
        for row in _about(event):
            before, after = event.data.get("before"), event.data["after"]
            assert self.told.get(row) == before, f"{event.verb}: {row} stood at {self.told.get(row)}, not {before}"
            self.told[row] = after
            self._never_again(row, after)

    def _never_again(self, row: tuple[type, Any], after: str) -> None:
        """A card that was ever sealed is on no shelf again (R77)."""
        if row[0] is Card and after == CardStatus.sealed:
            self.sealed.add(row[1])
        assert after != CardStatus.available or row[1] not in self.sealed, f"{row[1]} is for sale again"

    def _acts_once(self, event: Event) -> None:
        """One job does one thing once, and one deadline ends once (R79); a recall looks again, at other cards."""
        if event.cause in NOT_JOBS:
            return
        some = tuple(event.data.get("cards", ())) if event.cause.startswith("recall_order:") else ()
        deed = (event.cause, event.verb, event.order_id, event.data.get("before"), some)
        assert deed not in self.acted, f"twice: {deed}"
        self.acted.add(deed)

    def _compare(self, books: Books) -> None:
        """No status moved without its event (R78)."""
        stand = {(type(r), _name(r)): r.status.value for r in _with_status(books)}
        assert stand == {row: self.told.get(row) for row in stand}
        back = [c.id for c in books.cards if c.status is CardStatus.available and c.id in self.sealed]
        assert not back, f"for sale again: {back}"


def _read(session: Session, heard: int) -> Books:
    news = session.exec(select(Event).where(col(Event.id) > heard).order_by(col(Event.id))).all()
    kinds: tuple[Any, ...] = (Order, Case, Card, Payment, Refund, Posting, Job, Transfer)
    found: list[Any] = [session.exec(select(kind)).all() for kind in kinds]
    return Books(*found, news=news)


def _with_status(books: Books) -> list[Order | Case | Card | Refund | Transfer]:
    return [*books.orders, *books.cases, *books.cards, *books.refunds, *books.transfers]


def _name(row: Order | Case | Card | Refund | Transfer) -> Any:
    return row.no if isinstance(row, Refund | Transfer) else row.id


def _about(event: Event) -> list[tuple[type, Any]]:
    """Whose status an event tells: the words of the statuses say which kind of row it is."""
    after = event.data.get("after")
    if event.data.get("cards") and after in set(CardStatus):
        return [(Card, card) for card in event.data["cards"]]
    if event.verb.startswith("refund_"):
        return [(Refund, event.data["no"])] if after else []
    if event.verb.startswith("transfer_"):
        return [(Transfer, event.data["transfer"])] if after else []
    if event.case_id and after in set(CaseStatus):
        return [(Case, event.case_id)]
    return [(Order, event.order_id)] if after in set(OrderStatus) else []


def refunds_never_exceed_what_came(books: Books) -> None:
    """R75, per payment."""
    promised: Counter[int] = Counter()
    for refund in books.refunds:
        promised[refund.payment_id] += 0 if refund.status in REPLACED_REFUND else refund.amount
    for payment in books.payments:
        captured = payment.amount if payment.status is PaymentStatus.captured else 0
        assert promised[payment.id or 0] <= captured, f"{payment.no}: {promised[payment.id or 0]} of {captured}"


def one_open_case_by_sql(session: Session) -> None:
    """R76: not even for a moment two."""
    many = sa.select(col(Case.order_id)).where(col(Case.status).in_(OPEN_CASE)).group_by(col(Case.order_id))
    assert not session.connection().execute(many.having(sa.func.count() > 1)).all()


def the_books_balance(books: Books) -> None:
    """Every entry, every order and the whole town sum to 0; nobody spends what the platform does not hold."""
    entries, town, escrow = Counter[str](), Counter[int](), Counter[int]()
    for line in books.postings:
        entries[line.entry_no] += line.amount
        town[line.order_id] += line.amount
        escrow[line.order_id] += line.amount if line.account is LedgerAccount.escrow else 0
    assert not any(entries.values()) and not any(town.values()), (entries, town)
    assert all(fen >= 0 for fen in escrow.values()), escrow
    said = {order.no: (order.escrow or 0, escrow[order.id or 0]) for order in books.orders}
    assert all(told == held for told, held in said.values()), said


def every_balance_explains_itself(books: Books) -> None:
    """Escrow holds what came and was advanced, less what went back and was settled; refunds on their way are in it."""
    for order in books.orders:
        made = _made(line for line in books.postings if line.order_id == order.id)
        captured = sum(p.amount for p in books.payments if p.order_id == order.id and p.captured_at)
        refunds = books.refunds_of(order)
        bounced = sum(r.amount for r in refunds if r.bounced_at)
        returned = sum(r.amount for r in refunds if r.status is RefundStatus.succeeded or r.succeeded_at)
        live = sum(r.amount for r in refunds if r.status in LIVE_REFUND)
        told = made[LedgerEntry.capture], made[LedgerEntry.refund], made[LedgerEntry.refund_back]
        assert told == (captured, returned, bounced), (order.no, told)
        lost = made[LedgerEntry.loss] - made[LedgerEntry.loss_back]
        held = (
            captured
            - returned
            + bounced
            + made[LedgerEntry.advance]
            - made[LedgerEntry.settlement]
            - made[LedgerEntry.fee]
            + made[LedgerEntry.recovery]
            + lost
        )
        assert held == _balance(books, LedgerAccount.escrow, order=order) >= live, order.no
        assert made[LedgerEntry.fee] <= sum(c.fee for c in books.cases if c.order_id == order.id), order.no


def shops_owe_what_was_advanced(books: Books) -> None:
    """A shop has been paid what was settled and not repaid; nobody repays more than was advanced."""
    for shop in {order.shop_id for order in books.orders}:
        made = _made(line for line in books.postings if line.shop_id == shop)
        paid = _balance(books, LedgerAccount.shop, shop=shop), _balance(books, LedgerAccount.fees, shop=shop)
        assert (
            sum(paid)
            == made[LedgerEntry.settlement]
            + made[LedgerEntry.fee]
            - made[LedgerEntry.repayment]
            - made[LedgerEntry.recovery]
            and min(paid) >= 0
        ), paid
        assert (
            -_balance(books, LedgerAccount.platform, shop=shop)
            == made[LedgerEntry.advance] - made[LedgerEntry.repayment]
            >= 0
        )


def _made(lines: Iterable[Posting]) -> Counter[LedgerEntry]:
    """Fen moved by each kind of entry."""
    made = Counter[LedgerEntry]()
    for line in lines:
        made[line.entry] += max(line.amount, 0)
    return made


def _balance(books: Books, account: LedgerAccount, *, order: Order | None = None, shop: int = 0) -> int:
    mine = lambda line: line.order_id == order.id if order else line.shop_id == shop  # noqa: E731
    return sum(line.amount for line in books.postings if line.account is account and mine(line))


def refund_numbers_are_one_and_move_once(books: Books) -> None:
    """R81: the channel knows no refund we do not, none of another amount, and no payment gave more than it had."""
    ours = {refund.no: refund for refund in books.refunds}
    trades = {payment.id: payment for payment in books.payments}
    assert len(ours) == len(books.refunds)
    given: Counter[str] = Counter()
    for number, trade, fen in _at_the_bank():
        assert (ours[number].amount, trades[ours[number].payment_id].no) == (fen, trade), number
        given[trade] += fen
    told = [(r.no, r.amount, r.status.value, r.cause.value, r.predecessor_id) for r in books.refunds]
    assert all(given[payment.no] <= payment.amount for payment in books.payments), (given, told)


def one_chain_follows_each_redirected_refund(books: Books) -> None:
    """A redirected refund has one successor, of the same debt, and so has one that arrived in its successor's stead,
    whether the bank returned it then or not; behind that dropped successor the next one may stand."""
    after: defaultdict[int, list[Refund]] = defaultdict(list)
    for refund in books.refunds:
        if refund.predecessor_id:
            after[refund.predecessor_id].append(refund)
    for refund in books.refunds:
        debt = [(one.amount, one.payment_id, one.order_id, one.case_id) for one in after[refund.id or 0]]
        owed = [(refund.amount, refund.payment_id, refund.order_id, refund.case_id)]
        arrived = [RefundStatus.dropped] == [one.status for one in after[refund.id or 0]]
        stands = refund.status in (RefundStatus.succeeded, RefundStatus.bounced)
        replaced = refund.status is RefundStatus.redirected or (arrived and stands)
        went_on = refund.status is RefundStatus.dropped and debt == owed
        assert debt == (owed if replaced or went_on else []), (refund.no, refund.status, debt)


def _at_the_bank() -> list[tuple[str, str, int]]:
    return [(row["no"], row["trade"], row["amount"]) for row in at_the_bank("SELECT * FROM refund WHERE code = ''")]


def stages_are_true(books: Books) -> None:
    """R10."""
    for order in books.orders:
        facts = {
            "abnormal": order.abnormal is not None,
            "case_open": books.open_case(order) is not None,
            "refunding": any(r.status in LIVE_REFUND for r in books.refunds_of(order)),
        }
        assert order.stage == stage_of(order.status, **facts), (order.no, order.stage, facts)


def holds_are_true(books: Books, worked_at: datetime | None) -> None:
    """Nothing is held without an open case or running 24 hours; an open case but a question for less holds."""
    for order in books.orders:
        case = books.open_case(order)
        running = order.hold_until is not None and (worked_at is None or order.hold_until > worked_at)
        assert not order.held_at or case or running or books.offer(order), f"{order.no} is held for nothing"
        assert order.held_at or not books.offer(order), f"{order.no} is offered and goes on"
        assert order.held_at or not case or case.status is CaseStatus.asked, f"{order.no} goes on in spite of {case}"


def reserved_means_offered(books: Books) -> None:
    """A paid order reserves exactly the cards offered as a replacement; an ended one none."""
    reserved = Counter(c.order_id for c in books.cards if c.status is CardStatus.reserved)
    for order in books.orders:
        case = books.open_case(order)
        offered = case.pieces if case and case.offer_kind is OfferKind.replacement else 0
        if order.status is not OrderStatus.pending_payment:
            assert reserved[order.id] == offered, (order.no, order.status, reserved[order.id], offered)


def an_order_delivers_its_pieces_left(books: Books) -> None:
    """Before delivery no more cards than pieces left; after it exactly so many were given, offers aside."""
    held = Counter((c.order_id, c.status) for c in books.cards)
    for order in books.orders:
        left = order.quantity - order.canceled_pieces
        assert 0 <= order.canceled_pieces < order.quantity, order.no
        if order.status is OrderStatus.awaiting_delivery:
            assert held[order.id, CardStatus.allocated] <= left, order.no
        if order.status in (OrderStatus.delivered, OrderStatus.completed):
            alive = sum(held[order.id, s] for s in (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed))
            assert 0 < alive <= left, (order.no, alive, left)
            assert order.taken_back == left - alive, (order.no, order.taken_back, alive, left)


def an_order_names_the_channel_it_was_paid_by(books: Books) -> None:
    for order in books.orders:
        known = {p.channel for p in books.payments if p.order_id == order.id and p.captured_at and not p.odd}
        assert order.channel in known if order.paid_at else order.channel is None, order.no


def an_order_lacks_what_it_has_not_got(books: Books) -> None:
    """Who waits in line for cards, and for how many (R91)."""
    for order in books.orders:
        have = sum(c.order_id == order.id and c.status is CardStatus.allocated for c in books.cards)
        waits = order.status is OrderStatus.awaiting_delivery and order.mode is DeliveryMode.auto
        assert order.lacks == (order.quantity - order.canceled_pieces - have if waits else 0), order.no


def the_pieces_left_are_paid_for(books: Books) -> None:
    """What goes on undelivered is in escrow, whole, once what is on its way back is taken off (R75)."""
    escrow = Counter[int]()
    for line in books.postings:
        escrow[line.order_id] += line.amount if line.account is LedgerAccount.escrow else 0
    for order in books.orders:
        if order.status is OrderStatus.awaiting_delivery:
            live = sum(r.amount for r in books.refunds_of(order) if r.status in LIVE_REFUND and not _twice(r))
            left = (order.quantity - order.canceled_pieces) * order.unit_price - order.given
            assert escrow[order.id or 0] - live >= left, (order.no, escrow[order.id or 0], live, left)


def no_piece_is_paid_back_twice(books: Books) -> None:
    """What cases gave back leaves the whole price of each card that stayed and no agreement or ruling was about, but
    for what a gift gave for that card."""
    for order in books.orders:
        done = done_cards([c for c in books.cases if c.order_id == order.id])
        used = (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed)
        alive = [c for c in books.cards if c.order_id == order.id and c.status in used]
        assert all(0 <= c.given <= order.unit_price for c in alive), order.no
        left = sum(order.unit_price - c.given for c in alive if c.id not in done)
        if order.status is OrderStatus.awaiting_delivery:
            left = (order.quantity - order.canceled_pieces) * order.unit_price - order.given
        kept = [r for r in books.refunds_of(order) if r.status not in REPLACED_REFUND]
        given = sum(r.amount for r in kept if r.cause in _OF_PIECES)
        assert given <= order.total - left, (order.no, given, left)


_OF_PIECES = (RefundCause.case, RefundCause.recall, RefundCause.gift)


def _twice(refund: Refund) -> bool:
    """Money that came in beside the order's own payment."""
    return refund.cause not in _OF_PIECES


def ended_orders_keep_nothing(books: Books) -> None:
    """Canceled or expired: every card void, or looked at before; no hold, no open case."""
    left: defaultdict[int | None, set[CardStatus]] = defaultdict(set)
    for card in books.cards:
        left[card.order_id].add(card.status)
    for order in books.orders:
        if order.status in (OrderStatus.canceled, OrderStatus.expired):
            assert left[order.id] <= {CardStatus.voided}, (order.no, left[order.id])
            assert order.held_at is None and books.open_case(order) is None, order.no


def no_recalled_card_goes_on(books: Books) -> None:
    """None is for sale; once its turn has come none can be used; until then a job is coming."""
    for card in books.cards:
        if card.recall_id:
            assert card.status is not CardStatus.available, card.id
            over = card.status in (CardStatus.withdrawn, CardStatus.voided)
            coming = ("list_recall", "recall_order")
            assert over or any(books.waits(kind, recall=card.recall_id) for kind in coming), (card.id, card.status)


def every_job_is_sound(books: Books) -> None:
    assert not [(j.key, j.error) for j in books.jobs if j.state == "dead" or j.error]


def something_wakes_every_case(books: Books) -> None:
    """No state ends nowhere: a job is waiting for each open case at the second its time is over."""
    for case in books.cases:
        if case.status in OPEN_CASE:
            at = books.waits(_WAKES.get(case.status, "case_deadline"), case=case.no)
            late = case.status is CaseStatus.appeal  # told again every day
            latest = max(case.deadline + limits.DEADLINE_SECOND, clock.now())  # one that is late was woken by a check
            assert at and (late or at <= latest), (case.no, case.status, at)


_WAKES = {CaseStatus.overdue: "end_grace", CaseStatus.appeal: "ruling_late"}


def something_wakes_every_order(books: Books) -> None:
    for order in books.orders:
        kind = _due(order, books)
        assert kind is None or books.waits(kind, order=order.id), f"{order.no}: no {kind} is coming"


def _due(order: Order, books: Books) -> str | None:
    """The job that moves an order on when nobody does."""
    if order.held_at:
        return None if books.open_case(order) or books.offer(order) else "end_hold"
    if order.status is OrderStatus.awaiting_delivery:
        return "deliver" if order.mode is DeliveryMode.auto else None
    by_status = {OrderStatus.pending_payment: "expire_order", OrderStatus.delivered: "complete"}
    return by_status.get(order.status)


def something_ends_every_offer(books: Books) -> None:
    """Offered: its own deadline. Accepted: the receiver's order, which is waited for like any unpaid one."""
    orders = {order.id: order for order in books.orders}
    for transfer in books.transfers:
        if transfer.status is TransferStatus.offered:
            assert books.waits("transfer_deadline", transfer=transfer.no), transfer.no
        if transfer.status is TransferStatus.accepted:
            assert orders[transfer.new_order_id].status is OrderStatus.pending_payment, transfer.no


def a_transfer_moves_all_or_nothing(books: Books) -> None:
    """Completed: the old order canceled, in full on its way back, without a card; else nobody took anything over."""
    orders, cards = {order.id: order for order in books.orders}, Counter(card.order_id for card in books.cards)
    for transfer in books.transfers:
        old, new = orders[transfer.order_id], orders.get(transfer.new_order_id)
        sent = [r for r in books.refunds_of(old) if r.status not in REPLACED_REFUND]  # its successor counts
        back = sum(r.amount for r in sent if r.cause is RefundCause.transfer)
        done = transfer.status is TransferStatus.completed
        if done:
            assert new and new.paid_at and old.status is OrderStatus.canceled and not cards[old.id], transfer.no
            assert back == transfer.amount == old.total == new.total, transfer.no
        if new and not done:
            assert not new.paid_at and not cards[new.id], f"{transfer.no}: {new.no} has what it did not get"
    passed = {t.order_id for t in books.transfers if t.status is TransferStatus.completed}
    assert {r.order_id for r in books.refunds if r.cause is RefundCause.transfer} <= passed


def no_order_is_in_a_case_and_offered(books: Books) -> None:
    for order in books.orders:
        assert not (books.offer(order) and books.open_case(order)), order.no
        assert sum(t.order_id == order.id and t.status in OPEN_TRANSFER for t in books.transfers) <= 1, order.no


def something_wakes_every_refund(books: Books) -> None:
    for refund in books.refunds:
        moving = refund.status in LIVE_REFUND - {RefundStatus.needs_attention, RefundStatus.bounced}
        coming = any(books.waits(kind, refund=refund.no) for kind in ("send_refund", "query_refund"))
        assert coming or not moving, f"{refund.no} stays {refund.status}"


CHECKS = (
    refunds_never_exceed_what_came,
    the_books_balance,
    every_balance_explains_itself,
    shops_owe_what_was_advanced,
    refund_numbers_are_one_and_move_once,
    one_chain_follows_each_redirected_refund,
    stages_are_true,
    reserved_means_offered,
    an_order_delivers_its_pieces_left,
    an_order_lacks_what_it_has_not_got,
    an_order_names_the_channel_it_was_paid_by,
    the_pieces_left_are_paid_for,
    no_piece_is_paid_back_twice,
    ended_orders_keep_nothing,
    no_recalled_card_goes_on,
    every_job_is_sound,
    something_wakes_every_case,
    something_wakes_every_order,
    something_wakes_every_refund,
    something_ends_every_offer,
    a_transfer_moves_all_or_nothing,
    no_order_is_in_a_case_and_offered,
)


def books_checks() -> list[Check]:
    """What the job finds that compares every row with the ledger."""
    with db.reading() as session:
        return check_books(session, clock.now()).checks

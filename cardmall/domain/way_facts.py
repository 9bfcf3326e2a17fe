"""All that decides about the four ways out of an order, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cardmall.domain import limits
from cardmall.domain.refunds import Policy
from cardmall.domain.terms import OPEN_CASE, RULED, CardStatus, CaseStatus, OrderStatus


@dataclass(frozen=True)
class Given:
    """`fen` were given back for a `card` that stayed, unasked (R96). `sealed_at`: None once it was looked at, which was
    `revealed_at`. `done`: a ruling or an agreed amount was about it; `asked`: the last case is."""

    fen: int
    card: str = ""
    sealed_at: datetime | None = None
    revealed_at: datetime | None = None
    done: bool = False
    asked: bool = False


@dataclass(frozen=True)
class Facts:
    """All that decides about the ways out of one order. Times are aware UTC, money integer fen.

    `quantity`: the pieces left, those canceled before delivery not counted. `appealable`: the pieces an appeal could be
    about now that no ruling was about. `done_…`: cards that stayed after a ruling or an accepted amount. `sealed_at`:
    when each card still sealed came to the shopper. `unconfirmed`: it was delivered by a receipt that its shopper has
    not confirmed. `recalled`: cards under recall that were not dealt with yet. `last_case_gone`: every card of the last
    case is void by now. `given`: fen given back, unasked, for the pieces that are not delivered yet; `given_for`: for
    cards that stayed.
    """

    status: OrderStatus
    quantity: int
    unit_price: int
    policy: Policy
    cards: tuple[CardStatus, ...] = ()
    delivered_at: datetime | None = None
    revealed: tuple[datetime, ...] = ()  # when each card that is not void was first looked at
    sealed_at: tuple[datetime, ...] = ()
    paying: bool = False  # the channel says that the money is on its way
    last_case_pieces: int = 0
    promised_at: datetime | None = None
    stock_missing: bool = False
    shop_disabled: bool = False
    requests_used: int = 0
    last_case: CaseStatus | None = None
    last_case_ended_at: datetime | None = None
    ruled_before: bool = False
    appealable: int = 0
    done_revealed: tuple[datetime, ...] = ()
    done_sealed: tuple[datetime, ...] = ()
    unconfirmed: bool = False
    recalled: tuple[CardStatus, ...] = ()
    last_case_gone: bool = False
    given: int = 0
    given_for: tuple[Given, ...] = ()

    @property
    def ended(self) -> bool:
        return self.status in (OrderStatus.canceled, OrderStatus.expired)

    @property
    def unpaid(self) -> bool:
        return self.status is OrderStatus.pending_payment

    @property
    def awaiting(self) -> bool:
        return self.status is OrderStatus.awaiting_delivery

    @property
    def abandoned(self) -> bool:
        """Paid, and its shop was disabled before it delivered: nothing is coming any more."""
        return self.awaiting and self.shop_disabled

    @property
    def case_open(self) -> bool:
        return self.last_case in OPEN_CASE

    @property
    def last_revealed_at(self) -> datetime | None:
        return max(self.revealed, default=None)

    @property
    def sealed(self) -> int:
        return self.cards.count(CardStatus.sealed)

    def promise_broken(self, now: datetime) -> bool:
        """The delivery promise has passed and there is nothing to deliver (R41)."""
        return self.stock_missing and self.promised_at is not None and self.promised_at < now

    def rejected_lately(self, now: datetime) -> bool:
        """The last case was rejected at most 7 days ago and no card was revealed since."""
        ended = self.last_case_ended_at
        if self.last_case is not CaseStatus.rejected or self.last_case_gone:
            return False
        if ended is None or now - ended > limits.APPEAL_WINDOW:
            return False
        return self.last_revealed_at is None or self.last_revealed_at <= ended

    @property
    def ruled(self) -> bool:
        """A ruling is final for the pieces it was about."""
        return (self.ruled_before or self.last_case in RULED) and not self.appealable

    def fault_until(self, at: datetime) -> datetime:
        """The last moment to report a fault of a card first looked at then; a receipt waits to be confirmed (R94)."""
        return at + (limits.RECEIPT_WINDOW if self.unconfirmed else limits.FAULT_WINDOW)

    def may_report_fault(self, at: datetime, now: datetime) -> bool:
        return now <= self.fault_until(at)

    def used_lately(self, now: datetime) -> int:
        """Cards looked at so lately that a fault may be reported; what was dealt with once is not taken up again."""
        late = [sum(self.may_report_fault(at, now) for at in some) for some in (self.revealed, self.done_revealed)]
        return late[0] - late[1]

    def kept(self, now: datetime) -> int:
        """Sealed cards that cannot be given back, and came so lately that a fault may be reported."""
        if self.policy.return_allowed:
            return 0
        late = [sum(sealed_lately(at, now) for at in some) for some in (self.sealed_at, self.done_sealed)]
        return late[0] - late[1]

    def is_faulty(self, card: Given, now: datetime) -> bool:
        """`faulty` counts this card."""
        if card.done:
            return False
        if card.revealed_at:
            return self.may_report_fault(card.revealed_at, now)
        return not self.policy.return_allowed and card.sealed_at is not None and sealed_lately(card.sealed_at, now)

    def faulty(self, now: datetime) -> int:
        """Pieces an appeal for a fault covers: looked at lately, or sealed and not to be given back."""
        return self.used_lately(now) + self.kept(now)

    def too_late(self, now: datetime) -> bool:
        """Every card was looked at, or came, too long ago for a fault to be reported."""
        looked = self.last_revealed_at is not None and not self.may_report_fault(self.last_revealed_at, now)
        return looked or (self.delivered_at is not None and not sealed_lately(self.delivered_at, now))

    def window_over(self, now: datetime) -> bool:
        return self.delivered_at is None or now - self.delivered_at > timedelta(days=self.policy.window_days)


def sealed_lately(at: datetime, now: datetime) -> bool:
    """A fault of a sealed card that cannot be given back and came then may be reported now."""
    return now - at <= limits.SEALED_FAULT_WINDOW

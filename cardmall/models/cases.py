"""Cases: a shopper's request on one order, its rounds of evidence, and the attempts behind it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.rules.cases import OfferKind, RoundKind
from cardmall.domain.terms import OPEN_CASE, CaseKind, CaseReason, CaseStatus, RejectReason, Role, Way
from cardmall.models.columns import fen, json_data, maybe_moment, moment, word

_OPEN = sa.text("status IN ({})".format(", ".join(f"'{s.value}'" for s in sorted(OPEN_CASE))))
_BY_RULE = sa.text("rule > 0")


class Case(SQLModel, table=True):
    """One request and its answer. `paid`, `fee`, `amount` (fen) are what the shopper was shown when asking.

    `deadline` is that of the state it is in; `grace_at`: when the platform approves an overdue one itself.
    `days_left`: business days the merchant had when the clock stopped for an ask or an offer.
    `judged_at`: the attempt whose time counts, when our own fault had stopped it (R63); `fault`: number of that error.
    `offer_kind`, `offer_amount`: the counter-offer on the table; in `asked` what the shopper asks for.
    `cards`: ids of the delivered cards it is about; empty before delivery: all pieces.
    `heard_until`: the merchant may answer the appeal; `merchant_heard`: it did. `ruled_amount`: fen of a split ruling.
    `canceled`: of a ruling: pieces of its order that had been canceled by then.
    `rule`: the version of its product's rule that approved it at once (R97), 0: none did.
    `assignee_id`: the admin who took the appeal; any other may rule, too. No foreign key:
    SQLite would have to copy the whole table for one, with rows pointing at it.
    """

    __tablename__ = "case"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (
        *fen("paid", "fee", "amount"),
        sa.Index("uq_one_open_case", "order_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_case_queue", "shop_id", "status", "deadline", "id"),
        sa.Index("ix_case_order", "order_id", "id"),
        sa.Index("ix_case_shop", "shop_id", "id"),
        sa.Index("ix_case_opened", "shop_id", "opened_at", "reason"),
        sa.Index("ix_case_ended", "shop_id", "ended_at", "status"),
        sa.Index("ix_case_rule", "shop_id", "ended_at", sqlite_where=_BY_RULE, postgresql_where=_BY_RULE),
        sa.Index("ix_case_precedent", "status", "kind", "reason", "ended_at", "id"),
        sa.Index("ix_case_desk", "status", "deadline", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    order_id: int = Field(foreign_key="order.id")
    shop_id: int = Field(foreign_key="shop.id")
    kind: CaseKind = word(CaseKind)
    status: CaseStatus = word(CaseStatus)
    reason: CaseReason = word(CaseReason)
    text: str = ""
    pieces: int
    paid: int
    fee: int
    amount: int
    opened_at: datetime = moment()
    judged_at: datetime | None = maybe_moment()
    fault: str = ""
    deadline: datetime = moment()
    estimated: bool = False
    grace_at: datetime | None = maybe_moment()
    days_left: int = 0
    asks: int = 0
    offers: int = 0
    offer_kind: OfferKind | None = word(OfferKind, nullable=True)
    offer_amount: int = 0
    partials: int = 0
    cards: list[str] = json_data(list)
    appealed_at: datetime | None = maybe_moment()
    heard_until: datetime | None = maybe_moment()
    merchant_heard: bool = False
    ruled_amount: int = 0
    canceled: int = 0
    rule: int = 0
    assignee_id: int | None = None
    reminds: int = 0
    reminded_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    counted: bool = False  # in the figures of a closed day: once, however often it goes on and ends again
    reject_reason: RejectReason | None = word(RejectReason, nullable=True)
    reject_text: str = ""


class EvidenceRound(SQLModel, table=True):
    """What one side said at one step of a case; its pictures point here, `conversation` is a frozen copy (R40)."""

    __tablename__ = "evidence_round"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    __table_args__ = (sa.Index("ix_round_case", "case_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    author_id: int = Field(foreign_key="account.id")
    role: Role = word(Role)
    kind: RoundKind = word(RoundKind)
    at: datetime = moment()
    text: str = ""
    amount: int = 0
    conversation: list[dict[str, Any]] = json_data(list)


class Attempt(SQLModel, table=True):
    """A press of 提交申请, written before anything else is tried (R63).

    `answer`: "" while it is under way in the process that holds `lease`; then "case", the reason of a refusal, or
    "fault": an error of ours stopped it, and `fault` is the number under which the log has it.
    """

    __table_args__ = (
        sa.Index("ix_attempt_order", "order_id", "id"),
        sa.Index("ix_attempt_lease", "lease", "answer"),
    )
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="order.id")
    shopper_id: int = Field(foreign_key="account.id")
    way: Way = word(Way)
    at: datetime = moment()
    facts: dict[str, Any] = json_data()
    answer: str = ""
    lease: str = ""
    fault: str = ""


class Lease(SQLModel, table=True):
    """A serving process that is alive: it says so (`seen_at`, real time) every few seconds."""

    id: str = Field(primary_key=True)
    seen_at: datetime = moment()

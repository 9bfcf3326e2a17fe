"""What the demo page shows: the outbox of codes and notices, and the next deadline."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain.jobs import JobKind
from cardmall.domain.limits import OUTBOX_SIZE
from cardmall.models import Job, Outgoing
from cardmall.reads.look import Look

LOOKS = (JobKind.query_payment, JobKind.close_payment)  # of the shop at its channel, again and again: nobody's deadline


@dataclass(frozen=True)
class OutgoingRow:
    """A message that left the house: `code` when it carries one, `order_no` or `transfer` when it is about one."""

    at: datetime
    target: str
    kind: str
    code: str
    order_no: str
    product: str
    transfer: str


def outbox(look: Look, *, limit: int = OUTBOX_SIZE) -> list[OutgoingRow]:
    """The newest messages first."""
    found = look.session.exec(
        select(Outgoing).order_by(col(Outgoing.at).desc(), col(Outgoing.id).desc()).limit(limit)
    ).all()
    return [_row(message) for message in found]


def _row(message: Outgoing) -> OutgoingRow:
    told = {name: str(message.data.get(name, "")) for name in ("code", "order_no", "product", "transfer")}
    return OutgoingRow(message.at, message.target, message.kind, **told)


def next_deadline(look: Look) -> datetime | None:
    """When the next waiting job is due that moves something."""
    wanted = sa.select(sa.func.min(col(Job.due_at))).where(col(Job.state) == "open", col(Job.due_at) > look.now)
    return look.session.connection().execute(wanted.where(col(Job.kind).not_in(LOOKS))).scalar_one()

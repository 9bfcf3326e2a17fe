"""How an order stands, as plain data that travels with a question to support; no code, no address (R62)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.jobs import TASKS, OfPayment, OfTransfer
from cardmall.domain.rules.ways import ways
from cardmall.domain.terms import OPEN_CASE
from cardmall.models import Case, Event, Job, Order, Refund
from cardmall.reads.cases import ASKED
from cardmall.reads.facts import facts_of

_WAITING = ("open", "dead")  # states of a job that is not done
# Of payments and offers, which support is not told about:
_UNTOLD = [kind for kind, task in TASKS.items() if issubclass(task, OfPayment | OfTransfer)]


@dataclass(frozen=True)
class WaySeen:
    """One of the four ways as it was decided."""

    way: str
    is_open: bool
    reason: str


@dataclass(frozen=True)
class EventSeen:
    verb: str
    role: str
    at: datetime


@dataclass(frozen=True)
class JobSeen:
    """`dead`: given up after too many failures."""

    kind: str
    due: datetime
    failures: int
    dead: bool


@dataclass(frozen=True)
class RefundSeen:
    no: str
    status: str
    failures: int


@dataclass(frozen=True)
class Diagnosis:
    """What travelled along, newest event first. `at`: when; None = nothing did. `case_no` "" = no open case."""

    at: datetime | None = None
    status: str = ""
    stage: str = ""
    abnormal: str = ""
    held_until: datetime | None = None
    held: bool = False
    ways: list[WaySeen] = field(default_factory=list)
    events: list[EventSeen] = field(default_factory=list)
    jobs: list[JobSeen] = field(default_factory=list)
    case_no: str = ""
    case_status: str = ""
    case_deadline: datetime | None = None
    refunds: list[RefundSeen] = field(default_factory=list)


def diagnose(session: Session, order: Order, now: datetime) -> dict[str, Any]:
    """The order as it stands now, to be frozen as JSON; diagnosis_of() reads it."""
    cases = list(session.exec(select(Case).where(Case.order_id == order.id, ASKED).order_by(col(Case.id))))
    refunds = list(session.exec(select(Refund).where(Refund.order_id == order.id).order_by(col(Refund.id))))
    decided = ways(facts_of(session, order), now)
    return {
        "status": order.status.value,
        "stage": order.stage.value,
        "abnormal": order.abnormal.value if order.abnormal else "",
        "held": order.held_at is not None,
        "held_until": _time(order.hold_until),
        "ways": {d.way.value: d.reason.value for d in decided},
        "open": [d.way.value for d in decided if d.is_open],
        "events": _events(session, order),
        "jobs": _jobs(session, order),
        "case": _case(cases),
        "refunds": [{"no": r.no, "status": r.status.value, "failures": r.failures} for r in refunds],
    }


def _events(session: Session, order: Order) -> list[dict[str, str]]:
    wanted = select(Event).where(Event.order_id == order.id).order_by(col(Event.id).desc())
    found = session.exec(wanted.limit(limits.SUPPORT_EVENTS))
    return [{"verb": e.verb.value, "role": e.role.value, "at": e.at.isoformat()} for e in found]


def _jobs(session: Session, order: Order) -> list[dict[str, Any]]:
    """What waits to be done for the order, its cases or its refunds."""
    about = (Job.order_id == order.id, col(Job.kind).not_in(_UNTOLD))
    wanted = select(Job).where(col(Job.state).in_(_WAITING), *about).order_by(col(Job.due_at), col(Job.id))
    return [
        {"kind": j.kind, "due": j.due_at.isoformat(), "failures": j.failures, "dead": j.state == "dead"}
        for j in session.exec(wanted.limit(limits.LIST_SIZE))
    ]


def _case(cases: Sequence[Case]) -> dict[str, str]:
    """The open one; {} when there is none."""
    case = next((c for c in cases if c.status in OPEN_CASE), None)
    return {"no": case.no, "status": case.status.value, "deadline": case.deadline.isoformat()} if case else {}


def diagnosis_of(data: dict[str, Any], at: datetime) -> Diagnosis:
    """What diagnose() froze; messages of earlier releases hold only status, stage and ways."""
    case = data.get("case") or {}
    return Diagnosis(
        at=at,
        status=data.get("status", ""),
        stage=data.get("stage", ""),
        abnormal=data.get("abnormal", ""),
        held=data.get("held", False),
        held_until=_moment(data.get("held_until")),
        ways=[WaySeen(way, way in data.get("open", ()), reason) for way, reason in data.get("ways", {}).items()],
        events=[EventSeen(e["verb"], e["role"], datetime.fromisoformat(e["at"])) for e in data.get("events", ())],
        jobs=[_job(j) for j in data.get("jobs", ())],
        case_no=case.get("no", ""),
        case_status=case.get("status", ""),
        case_deadline=_moment(case.get("deadline")),
        refunds=[RefundSeen(r["no"], r["status"], r["failures"]) for r in data.get("refunds", ())],
    )


def _job(job: dict[str, Any]) -> JobSeen:
    return JobSeen(job["kind"], datetime.fromisoformat(job["due"]), job["failures"], job["dead"])


def _time(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""What the platform itself can prove about a case, each fact with its event; and both stories on one axis of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import CaseKind, Role
from cardmall.domain.verbs import AXIS, Verb
from cardmall.models import Case, Event, Order
from cardmall.reads.cases import delivered_before
from cardmall.views.shopper.case import RoundView, SystemEvidence, TalkLine


@dataclass(frozen=True)
class SystemFact:
    """A fact nobody has to prove: `code` and whether it is so. `event`: its number, LEDGER: its postings.

    `minutes` late, `n` of `of` pieces or times, `amount` in fen: what the sentence names.
    """

    code: str
    yes: bool
    event: int = 0
    minutes: int = 0
    n: int = 0
    of: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Beat:
    """One moment of both stories: words of one side, or (`verb`) something that happened. `pictures` are ids."""

    at: datetime
    role: str
    kind: str = ""
    text: str = ""
    amount: int = 0
    pictures: list[str] = field(default_factory=list)
    conversation: list[TalkLine] = field(default_factory=list)
    verb: str = ""
    event: int = 0


LEDGER = -1  # stands for the ledger instead of an event


def axis(case: Case, rounds: Iterable[RoundView], events: Iterable[Event]) -> list[Beat]:
    """Oldest first: what each side said, and what happened to the order between."""
    said = [
        Beat(r.at, r.role, kind=r.kind, text=r.text, amount=r.amount, pictures=r.pictures, conversation=r.conversation)
        for r in rounds
    ]
    happened = [
        Beat(e.at, e.role.value, text=e.note, verb=e.verb.value, event=e.id or 0)
        for e in events
        if e.verb in AXIS and e.case_id in (None, case.id)
    ]
    return sorted([*happened, *said], key=lambda beat: beat.at)


def proven(
    case: Case, order: Order, events: Sequence[Event], system: SystemEvidence, escrow: int, now: datetime
) -> list[SystemFact]:
    """The facts, in the order an admin asks for them; `escrow`: fen that the platform holds for the order."""
    mine = [e for e in events if e.case_id == case.id]
    found = [
        _first(case, order, events, mine),
        SystemFact(_delivered(order), order.delivered_at is not None, _last(events, Verb.delivered), n=system.cards),
        *([] if order.terms.form is ProductForm.receipt else [_revealed(events, system)]),
        _promise(order, events, mine, system),
        SystemFact("escrow", escrow > 0, LEDGER, amount=escrow),
        SystemFact("heard", case.merchant_heard, _answer(mine)),
    ]
    # a fault goes to the platform at once: no merchant was ever asked to answer it in time
    reviewed = [] if case.kind is CaseKind.fault else [_missed(case, mine, now), _reminded(mine)]
    opened = _last(mine, Verb.case_opened)  # what did not happen is told of the time since then
    late = len(found) - 3  # the promise, the money and what was heard come last
    return [fact if fact.event else replace(fact, event=opened) for fact in found[:late] + reviewed + found[late:]]


def _delivered(order: Order) -> str:
    return "receipt" if order.terms.form is ProductForm.receipt else "delivered"


def _last(events: Sequence[Event], *verbs: Verb) -> int:
    """The newest event of these; 0 when there is none."""
    return next((e.id or 0 for e in events[::-1] if e.verb in verbs), 0)


def _first(case: Case, order: Order, events: Sequence[Event], mine: Sequence[Event]) -> SystemFact:
    """The request came before any delivery."""
    earlier = not delivered_before(case, order)
    return SystemFact(
        "asked_first", earlier, _last(mine, Verb.case_opened) if earlier else _last(events, Verb.delivered)
    )


def _revealed(events: Sequence[Event], system: SystemEvidence) -> SystemFact:
    looked = len(system.revealed)
    return SystemFact("revealed", looked > 0, _last(events, Verb.card_revealed), n=looked, of=system.cards)


def _missed(case: Case, mine: Sequence[Event], now: datetime) -> SystemFact:
    """The merchant let its deadline pass: by how long, until it spoke, the case ended, or now."""
    lapse = next((e for e in mine if e.verb is Verb.case_overdue), None)
    if lapse is None:
        return SystemFact("deadline_missed", False, _answer(mine))
    due = datetime.fromisoformat(lapse.data["deadline"]) if lapse.data.get("deadline") else lapse.at
    spoke = next((e.at for e in mine if e.role is Role.merchant and e.at > due), case.ended_at or now)
    return SystemFact("deadline_missed", True, lapse.id or 0, minutes=int((spoke - due).total_seconds() // 60))


def _answer(mine: Sequence[Event]) -> int:
    """What the merchant said last."""
    return next((e.id or 0 for e in mine[::-1] if e.role is Role.merchant), 0)


def _promise(order: Order, events: Sequence[Event], mine: Sequence[Event], system: SystemEvidence) -> SystemFact:
    event = _last(events, Verb.delivered) if order.delivered_at else _last(mine, Verb.case_opened)
    return SystemFact("promise_broken", system.late_minutes > 0, event, minutes=system.late_minutes)


def _reminded(mine: Sequence[Event]) -> SystemFact:
    """By the platform (`n`) and by the shopper (`of`)."""
    ours = sum(e.verb is Verb.deadline_near for e in mine)
    theirs = sum(e.verb is Verb.merchant_reminded for e in mine)
    event = _last(mine, Verb.deadline_near, Verb.merchant_reminded)
    return SystemFact("reminded", ours + theirs > 0, event, n=ours, of=theirs)

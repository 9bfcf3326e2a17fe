"""Rounds of evidence: what one side said at one step, with pictures and a frozen copy of the conversation."""

from typing import Any

from cardmall.domain import limits
from cardmall.domain.rules.cases import RoundKind
from cardmall.domain.terms import FieldError, invalid
from cardmall.domain.words import said, ticked
from cardmall.models import Case, EvidenceRound, Order
from cardmall.reads.conversation import transcript
from cardmall.services.act import Act
from cardmall.services.case.pictures import attach


def add_round(
    act: Act,
    case: Case,
    order: Order,
    kind: RoundKind,
    *,
    text: str = "",
    amount: int = 0,
    pictures: object = (),
    conversation: object = False,
) -> EvidenceRound:
    """Keep what was said. `pictures`: ids of waiting ones; `conversation`: a true value freezes a copy (R39, R40)."""
    frozen: list[dict[str, Any]] = transcript(act.session, order) if ticked(conversation) else []
    found = EvidenceRound(
        case_id=case.id or 0,
        author_id=act.who.id,
        role=act.who.role,
        kind=kind,
        at=act.now,
        text=text,
        amount=amount,
        conversation=frozen,
    )
    act.session.add(found)
    act.session.flush()
    attach(act, order, pictures, found)
    return found


def typed_words(text: object, *, required: bool) -> str:
    """The words of a form's text field, within bounds."""
    words = said(text)
    if required and not words:
        raise invalid(text=FieldError.required)
    if len(words) > limits.TEXT_LENGTH:
        raise invalid(text=FieldError.too_long)
    return words

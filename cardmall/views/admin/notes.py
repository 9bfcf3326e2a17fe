"""Why something was done: the note of its event."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.verbs import Verb
from cardmall.models import Event


def notes_at(session: Session, verb: Verb, about: str, moments: Sequence[datetime]) -> dict[str, str]:
    """The notes of what happened at these moments, by what `data[about]` names, as text."""
    if not moments:
        return {}
    wanted = select(Event).where(col(Event.at).in_(moments), Event.verb == verb).order_by(col(Event.id))
    return {str(event.data[about]): event.note for event in session.exec(wanted) if about in event.data}

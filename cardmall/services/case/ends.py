"""A case ends."""

from cardmall.domain.verbs import Verb
from cardmall.models import Case
from cardmall.services.act import Act, move


def decided(act: Act, case: Case, verb: str, event: Verb, note: str = "", **data: object) -> None:
    """The case ends with this move."""
    case.ended_at = act.now
    act.session.add(case)
    move(act, case, verb, event, note, **data)

"""What a merchant gave back unasked, as the refund of it is told (R96)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cardmall.domain.verbs import Verb
from cardmall.models import Event
from cardmall.reads.pieces import Held


@dataclass(frozen=True)
class GiftTold:
    """A gift: `of` pieces, cards or an amount, "" where a refund is none; how many `pieces` it ended or lies on;
    `places` of the cards that became void, as the page of the order numbers them. `reason`: coded; `words` for the
    shopper; `case`: the id of its case."""

    of: str = ""
    pieces: int = 0
    places: list[int] = field(default_factory=list)
    reason: str = ""
    words: str = ""
    case: int = 0


def gifts_told(events: Sequence[Event], given: Sequence[Held]) -> dict[int | None, GiftTold]:
    """By the id of its case, from the events of an order and the cards its shopper was `given`."""
    places = {card.id: n for n, card in enumerate(given, 1)}
    return {event.case_id: _told(event, places) for event in events if event.verb is Verb.gifted}


def _told(event: Event, places: dict[str, int]) -> GiftTold:
    data = event.data
    ended = sorted(places[card] for card in data["cards"] if card in places)
    return GiftTold(data["of"], data["pieces"], ended, data["reason"], event.note, event.case_id or 0)

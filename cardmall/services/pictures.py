"""Pictures wait with their owner until a round of evidence or a message takes them along (R39)."""

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.terms import Actor, FieldError, invalid
from cardmall.models import EvidenceRound, Message, Order, Picture


def attach(session: Session, actor: Actor, order: Order, ids: object, to: EvidenceRound | Message) -> None:
    """Give waiting pictures of this person to a round or message: `ids` is client input, a list or "a,b"."""
    wanted = _ids(ids)
    if len(wanted) > limits.PICTURES:
        raise invalid(pictures=FieldError.too_many)
    found = _waiting(session, actor, order, wanted)
    if len(found) != len(wanted):
        raise invalid(pictures=FieldError.not_a_choice)
    for picture in found:
        if isinstance(to, Message):
            picture.message_id = to.id
        else:
            picture.round_id = to.id
        session.add(picture)


def _ids(ids: object) -> list[str]:
    """Each once, in the order given."""
    parts = ids.split(",") if isinstance(ids, str) else ids if isinstance(ids, list) else []
    return list(dict.fromkeys(part.strip() for part in parts if isinstance(part, str) and part.strip()))


def _waiting(session: Session, actor: Actor, order: Order, wanted: list[str]) -> list[Picture]:
    mine = select(Picture).where(
        Picture.order_id == order.id,
        Picture.owner_id == actor.id,
        col(Picture.round_id).is_(None),
        col(Picture.message_id).is_(None),
    )
    return list(session.exec(mine.where(col(Picture.id).in_(wanted[: limits.PICTURES + 1]))).all()) if wanted else []

"""Pictures wait with their owner until a round of evidence or a message takes them along (R39)."""

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import ids_of, is_picture_id
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.upkeep import DropPicture
from cardmall.models import EvidenceRound, Message, Order, Picture, PictureData
from cardmall.reads.locks import locked, locking
from cardmall.reads.pictures import WAITS, is_waiting, order_with_room, picture_for
from cardmall.services.act import Act, schedule


def keep_picture(act: Act, no: object, picture_id: str, *, full: bytes, thumb: bytes, width: int, height: int) -> str:
    """Keep a drawn picture of this order; unsent, it is gone after a day. Its id, which the caller made up.

    Refused: too_many_pictures (six wait on this order), too_many_tries (this person's day or waiting room is full).
    """
    order = order_with_room(act, no, lock=True)
    belongs = Picture(
        id=picture_id, order_id=order.id or 0, owner_id=act.who.id, at=act.now, width=width, height=height
    )
    act.session.add(belongs)
    act.session.flush()
    act.session.add(PictureData(picture_id=picture_id, full=full, thumb=thumb))
    schedule(act, DropPicture(picture_id), act.now + limits.PICTURE_WAITS)
    return picture_id


def drop_picture(act: Act, picture_id: object) -> None:
    """Take back a picture of one's own that was not sent yet; what was sent stays (Refused: stale)."""
    picture = picture_for(act, picture_id, lock=True)
    if not is_waiting(picture):
        raise Refused(Reason.stale, Offer.case)
    forget_picture(act.session, picture)


def drop_unsent(session: Session, picture_id: str) -> None:
    """Its day is over: a picture nobody sent or saved goes, any other is left alone."""
    picture = locked(session, Picture, Picture.id == picture_id)
    if picture and is_waiting(picture):
        forget_picture(session, picture)


def forget_picture(session: Session, picture: Picture) -> None:
    """Delete it with its bytes."""
    session.delete(session.get_one(PictureData, picture.id))
    session.flush()
    session.delete(picture)


def attach(act: Act, order: Order, ids: object, to: EvidenceRound | Message) -> None:
    """Give waiting pictures of this person to a round or message: `ids` is client input, a list or "a,b"."""
    for picture in chosen(act, order, ids):
        if isinstance(to, Message):
            picture.message_id = to.id
        else:
            picture.round_id = to.id
        act.session.add(picture)


def chosen(act: Act, order: Order, ids: object) -> list[Picture]:
    """The waiting pictures these ids name; all of them, or the field is wrong."""
    wanted = ids_of(ids)
    if len(wanted) > limits.PICTURES:
        raise invalid(pictures=FieldError.too_many)
    found = _waiting(act, order, wanted)
    if len(found) != len(wanted):
        raise invalid(pictures=FieldError.not_a_choice)
    return found


def _waiting(act: Act, order: Order, wanted: list[str]) -> list[Picture]:
    known = [one for one in wanted if is_picture_id(one)]
    mine = select(Picture).where(Picture.order_id == order.id, Picture.owner_id == act.who.id, *WAITS)
    return list(act.session.exec(locking(mine.where(col(Picture.id).in_(known)))).all()) if known else []

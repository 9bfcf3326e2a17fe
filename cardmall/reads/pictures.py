"""Who sees a picture, and whether a person may hand in one more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import is_picture_id
from cardmall.domain.terms import Offer, Reason, Refused, Role
from cardmall.models import Order, Picture, PictureData
from cardmall.reads.doors import may_see, not_found, note_seen, order_for
from cardmall.reads.locks import locking
from cardmall.reads.look import Look
from cardmall.reads.people import require

WAITS = tuple(
    col(column).is_(None) for column in (Picture.round_id, Picture.message_id, Picture.shown_from, Picture.given_at)
)


@dataclass(frozen=True)
class PictureView:
    """The bytes of one JPEG."""

    id: str
    jpeg: bytes


def picture_view(look: Look, picture_id: object, *, thumb: bool = False) -> PictureView:
    """Of an order: for its two parties and admins; one that waits, for its owner only. Else Refused(not_found)."""
    picture = picture_for(look, picture_id)
    wanted = select(PictureData.thumb if thumb else PictureData.full)
    return PictureView(picture.id, look.session.exec(wanted.where(PictureData.picture_id == picture.id)).one())


def picture_for(look: Look, picture_id: object, *, lock: bool = False) -> Picture:
    """The picture of an order, if this person may see it: foreign and unknown look the same (R80)."""
    known = require(look.who)
    wanted = select(Picture).where(Picture.id == picture_id)
    found = look.session.exec(locking(wanted) if lock else wanted).first() if is_picture_id(picture_id) else None
    order = look.session.get(Order, found.order_id) if found and found.order_id else None
    if found is None or order is None or not may_see(known, order):
        raise not_found()
    if is_waiting(found) and found.owner_id != known.id:
        raise not_found()
    note_seen(look.session, known, order)
    return found


def is_waiting(picture: Picture) -> bool:
    """Handed in, but not yet sent with a round, message or receipt, nor saved with its product."""
    sent = (picture.round_id, picture.message_id, picture.shown_from, picture.given_at)
    return all(one is None for one in sent)


def waiting_pictures(look: Look, no: object) -> list[str]:
    """Ids of what this person handed in for the order and has not sent yet, oldest first."""
    order = order_for(look, no)
    mine = select(Picture.id).where(Picture.order_id == order.id, Picture.owner_id == require(look.who).id, *WAITS)
    return list(look.session.exec(mine.order_by(col(Picture.at), col(Picture.id))).all())


def order_with_room(look: Look, no: object, *, lock: bool = False) -> Order:
    """The order, if its shopper or merchant may hand in one more. Refused: too_many_pictures, too_many_tries."""
    order = order_for(look, no, Role.shopper, Role.merchant, lock=lock)
    mine = Picture.owner_id == require(look.who).id
    if _count(look.session, mine, Picture.order_id == order.id, *WAITS) >= limits.PICTURES:
        raise Refused(Reason.too_many_pictures, Offer.form)
    demand_room(look)
    return order


def demand_room(look: Look) -> None:
    """Refused: this person handed in as many as a day takes, or has as many waiting (too_many_tries, until when)."""
    mine = Picture.owner_id == require(look.who).id
    today = _newest(look.session, limits.PICTURES_A_DAY, mine, Picture.at > look.now - timedelta(days=1))
    waiting = _newest(look.session, limits.PICTURES_WAITING, mine, *WAITS)
    ends = ((today, timedelta(days=1)), (waiting, limits.PICTURE_WAITS))
    opens = [at + lasts for at, lasts in ends if at]
    if opens:
        raise Refused(Reason.too_many_tries, Offer.form, at=max(opens))


def _newest(session: Session, n: int, *where: Any) -> datetime | None:
    """When the n-th newest of these was handed in, None for fewer: once it counts no more there is room for one."""
    found = select(Picture.at).where(*where).order_by(col(Picture.at).desc())
    return session.exec(found.offset(n - 1).limit(1)).first()


def _count(session: Session, *where: Any) -> int:
    return session.exec(select(func.count()).select_from(Picture).where(*where)).one()

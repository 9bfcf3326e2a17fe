"""Pictures of a product wait with its shop until a save names them; a version says which there were (R85)."""

import secrets
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.picture_ids import PictureIds
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.upkeep import DropPicture
from cardmall.models import Picture, PictureData, Product
from cardmall.reads.doors import not_found, product_for
from cardmall.reads.goods_pictures import is_sold_with, pictures_of_product, product_with_picture_room
from cardmall.reads.pictures import demand_room, is_waiting
from cardmall.services.act import Act, schedule
from cardmall.services.case.pictures import forget_picture

_BYTES = ("full", "thumb", "page", "card")


def keep_goods_picture(act: Act, slug: object, picture_id: str, *, width: int, height: int, **jpegs: bytes) -> str:
    """Keep a drawn picture of this product; unsaved, it is gone after a day. Its id, which the caller made up.

    `jpegs`: full, thumb, page, card. Refused: not_found, archived, not_allowed, too_many_tries (this person's day or
    waiting room is full).
    """
    product = product_with_picture_room(act, slug, lock=True)
    belongs = Picture(id=picture_id, product_id=product.id, owner_id=act.who.id, at=act.now, width=width, height=height)
    act.session.add(belongs)
    act.session.flush()
    act.session.add(PictureData(picture_id=picture_id, **jpegs))
    schedule(act, DropPicture(picture_id), act.now + limits.PICTURE_WAITS)
    return picture_id


def drop_goods_picture(act: Act, slug: object, picture_id: object) -> None:
    """Take back a picture of one's own that no save has named; what was saved stays (Refused: stale)."""
    product = product_for(act, slug, lock=True)
    found = pictures_of_product(act.session, product, (str(picture_id),)).get(str(picture_id))
    if found is None or found.owner_id != act.who.id:
        raise not_found()
    if not is_waiting(found):
        raise Refused(Reason.stale, Offer.form)
    forget_picture(act.session, found)


def show_pictures(act: Act, product: Product, before: PictureIds, after: PictureIds) -> None:
    """Show these from the version of `product` that is being made, and the others no longer.

    Refused beside the field: one of them is none of this product's, or waited too long.
    """
    found = pictures_of_product(act.session, product, tuple({*before, *after}))
    if not found.keys() >= set(after):
        raise invalid(pictures=FieldError.not_a_choice)
    for picture_id, picture in found.items():
        if picture_id in after:
            sold = picture.shown_until is None or is_sold_with(act.session, picture)
            picture.shown_from = picture.shown_from if picture.shown_from and sold else product.version
            picture.shown_until = None
        else:
            picture.shown_until = product.version
        act.session.add(picture)


def copy_pictures(act: Act, old: Product, new: Product) -> PictureIds:
    """Give `new` pictures of its own that look like those of `old`; their ids, in the same order. They count as
    handed in today. Refused: too_many_tries."""
    if old.pictures:
        demand_room(act)
    known = {one.id: one for one in act.session.exec(select(Picture).where(col(Picture.id).in_(old.pictures))).all()}
    ids = {picture_id: secrets.token_hex(16) for picture_id in old.pictures}
    for old_id, new_id in ids.items():
        size: dict[str, Any] = {"width": known[old_id].width, "height": known[old_id].height}
        act.session.add(
            Picture(id=new_id, product_id=new.id, owner_id=act.who.id, at=act.now, shown_from=new.version, **size)
        )
    act.session.flush()
    for old_id, new_id in ids.items():
        _copy_bytes(act, old_id, new_id)
    return tuple(ids.values())


def _copy_bytes(act: Act, old_id: str, new_id: str) -> None:
    """In the database: they are many."""
    same = [col(getattr(PictureData, name)) for name in _BYTES]
    known = sa.select(sa.literal(new_id), *same).where(col(PictureData.picture_id) == old_id)
    act.session.connection().execute(sa.insert(PictureData).from_select(["picture_id", *_BYTES], known))


def forget_pictures(act: Act, product: Product) -> None:
    """Delete all pictures of a product that is being deleted."""
    mine = sa.select(col(Picture.id)).where(col(Picture.product_id) == product.id)
    run = act.session.connection().execute
    run(sa.delete(PictureData).where(col(PictureData.picture_id).in_(mine)))
    run(sa.delete(Picture).where(col(Picture.product_id) == product.id))

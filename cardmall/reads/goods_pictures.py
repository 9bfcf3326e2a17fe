"""Pictures of products: who sees one, and whether a shop may hand in one more (R85)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.domain.picture_ids import PictureIds, is_picture_id
from cardmall.domain.rules.goods import GoodsAct, GoodsFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Role
from cardmall.models import Order, Picture, PictureData, Product, Shop
from cardmall.reads.doors import not_found, product_for
from cardmall.reads.locks import locking
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.reads.pictures import demand_room

SOLD_AS = col(Order.version) > sa.literal_column("0")  # as the partial index says it


class GoodsPictureSize(StrEnum):
    """As which of its JPEGs a picture of a product is shown."""

    full = "full"
    page = "page"
    card = "card"
    thumb = "thumb"


@dataclass(frozen=True)
class GoodsPicture:
    """The bytes of one JPEG; `public`: everybody may see it."""

    id: str
    jpeg: bytes
    public: bool


def product_with_picture_room(look: Look, slug: object, *, lock: bool = False) -> Product:
    """A product of the shop of who looks, if they may give it one more picture.

    Refused: not_found, archived, not_allowed, too_many_tries (this person's day or waiting room is full).
    """
    product = product_for(look, slug, lock=lock)
    facts = GoodsFacts(archived=product.archived_at is not None)
    turn = may(GoodsAct.save, standing(require(look.who)), facts, look.now)
    if not turn.is_open:
        raise turn.refusal()
    demand_room(look)
    return product


def goods_picture(look: Look, picture_id: object, size: object) -> GoodsPicture:
    """Everybody sees what is on sale, or was sold with it; the rest its shop and admins. Else Refused(not_found)."""
    found = _found(look.session, picture_id)
    if found is None:
        raise not_found()
    picture, product, disabled = found
    public = _is_public(look.session, picture, on_sale=product.listed and not disabled)
    if not public and not _is_of_the_house(look, product):
        raise not_found()
    return GoodsPicture(picture.id, _jpeg(look.session, picture.id, size), public)


def _found(session: Session, picture_id: object) -> tuple[Picture, Product, bool] | None:
    if not is_picture_id(picture_id):
        return None
    wanted = select(Picture, Product, col(Shop.disabled_at).is_not(None))
    joined = wanted.join(Product, col(Product.id) == Picture.product_id).join(Shop, col(Shop.id) == Product.shop_id)
    return session.exec(joined.where(Picture.id == picture_id)).first()


def _is_public(session: Session, picture: Picture, *, on_sale: bool) -> bool:
    """On sale with it now, or an order names a version that had it."""
    if picture.shown_from is None:
        return False
    return (on_sale and picture.shown_until is None) or is_sold_with(session, picture)


def is_sold_with(session: Session, picture: Picture) -> bool:
    """An order names a version of its product from the first that showed it to the last."""
    since = col(Order.version) >= picture.shown_from
    sold = select(Order.id).where(Order.product_id == picture.product_id, since, SOLD_AS)
    sold = sold if picture.shown_until is None else sold.where(Order.version < picture.shown_until)
    return session.exec(sold.limit(1)).first() is not None


def _is_of_the_house(look: Look, product: Product) -> bool:
    if look.who is None:
        return False
    mine = look.who.role is Role.merchant and look.who.shop_id == product.shop_id
    return mine or look.who.role is Role.admin


_SIZES: dict[str, Any] = {one.value: getattr(PictureData, one.value) for one in GoodsPictureSize}


def _jpeg(session: Session, picture_id: str, size: object) -> bytes:
    """In this size; in full for any other word."""
    found = sa.func.coalesce(_SIZES.get(str(size), PictureData.full), PictureData.full)
    return session.exec(select(found).where(PictureData.picture_id == picture_id)).one()


def pictures_of_product(session: Session, product: Product, ids: PictureIds) -> dict[str, Picture]:
    """Those of these pictures that are of this product, by id, under their locks."""
    wanted = select(Picture).where(Picture.product_id == product.id, col(Picture.id).in_(ids))
    found = session.exec(locking(wanted.order_by(col(Picture.id)))).all() if ids else []
    return {one.id: one for one in found}

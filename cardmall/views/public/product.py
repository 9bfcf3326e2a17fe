"""One product as a shopper sees it (R17)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cardmall.domain.order_terms import Terms
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.terms import Offer, OrderStatus, Reason, Refused
from cardmall.models import Away, Order, Product, Shop
from cardmall.reads.away import is_away
from cardmall.reads.look import Look
from cardmall.reads.sales import sold_lately
from cardmall.views.approvals import NOTHING, RuleTold, told_of_product
from cardmall.views.public.home import ON_SALE, stock_of


@dataclass(frozen=True)
class UnpaidOrder:
    """An order of this product that still waits for its shopper's payment; `no` "" for none. `total` in fen."""

    no: str = ""
    quantity: int = 0
    total: int = 0


@dataclass(frozen=True)
class FaceChip:
    """One product of a group, as a link beside the others. `price` in fen; `stock` as in a ProductRow."""

    slug: str
    face: str
    price: int
    stock: int


@dataclass(frozen=True)
class ProductView:
    """The product page: price, stock, activation rule, delivery promise, and how an order of it can be canceled.

    `picture`: the id of its cover, the first of its `pictures`; "" where that is drawn.
    `faces`: all of its group that are on sale, itself too, the cheapest first; empty where it stands alone.
    `sold`: pieces in the last SALES_TOLD, to SALES_COUNTED.
    `kept`: where no more can be ordered now, the own unpaid order, which may keep the last pieces.
    `rule`: by which requests before delivery are approved at once (R97).
    `back_at`: when its shop takes orders again, None: it does (R98); `away_note`: its words to buyers meanwhile.
    """

    slug: str = ""
    name: str = ""
    cover: str = ""
    picture: str = ""
    pictures: list[str] = field(default_factory=list)
    category: str = ""
    price: int = 0
    shop: str = ""
    shop_slug: str = ""
    back_at: datetime | None = None
    away_note: str = ""
    mode: str = ""
    stock: int = 0
    delay_minutes: int = 0
    promise_minutes: int = 0
    terms: Terms = field(default_factory=Terms.none)
    details: str = ""
    quantities: list[int] = field(default_factory=list)
    sold: int = 0
    kept: UnpaidOrder = UnpaidOrder()
    faces: list[FaceChip] = field(default_factory=list)
    rule: RuleTold = NOTHING


def unpaid_order(look: Look, slug: object) -> UnpaidOrder:
    """The newest one of whoever looks."""
    if look.who is None:
        return UnpaidOrder()
    own = (Order.shopper_id == look.who.id, Order.status == OrderStatus.pending_payment, col(Order.pay_by) > look.now)
    wanted = select(Order).join(Product).where(Product.slug == str(slug), *own).order_by(col(Order.id).desc()).limit(1)
    found = look.session.exec(wanted).first()
    return UnpaidOrder(found.no, found.quantity, found.total) if found else UnpaidOrder()


def product_view(look: Look, slug: object) -> ProductView:
    """The page of one listed product; Refused(unlisted) when there is none."""
    wanted = select(Product, Shop, Away).select_from(Product).join(Shop).outerjoin(Away, is_away(look.now))
    found = look.session.exec(wanted.where(Product.slug == str(slug), *ON_SALE)).first()
    if found is None:
        raise Refused(Reason.unlisted, Offer.shop)
    product, shop, away = found
    together = _together(look.session, product)
    counted = stock_of(look, together)
    stock = counted[product.id or 0]
    most = product.most_per_order if stock < 0 else min(stock, product.most_per_order)
    return ProductView(
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        picture=cover_picture(product.pictures),
        pictures=list(product.pictures),
        category=product.category.value,
        price=product.price,
        shop=shop.name,
        shop_slug=shop.slug,
        back_at=away.until if away else None,
        away_note=away.note if away else "",
        mode=product.mode.value,
        stock=stock,
        delay_minutes=product.delay_seconds // 60,
        promise_minutes=product.promise_seconds // 60,
        terms=Terms.of(product),
        details=product.details,
        quantities=list(range(1, most + 1)),
        sold=sold_lately(look, [product])[product.id or 0],
        kept=unpaid_order(look, slug) if away or not stock else UnpaidOrder(),
        faces=[_chip(one, counted) for one in together] if len(together) > 1 else [],
        rule=told_of_product(look, product),
    )


def _together(session: Session, product: Product) -> list[Product]:
    """What is on sale of its group; the product alone where it is in none."""
    if not product.group_name:
        return [product]
    own = (Product.shop_id == product.shop_id, Product.group_name == product.group_name)
    listed = select(Product).where(*own, col(Product.group_name) != "", col(Product.listed).is_(True))
    return list(session.exec(listed.order_by(col(Product.price), col(Product.id))).all())


def _chip(product: Product, counted: dict[int, int]) -> FaceChip:
    return FaceChip(product.slug, product.face, product.price, counted[product.id or 0])

"""One product as a shopper sees it (R17)."""

from dataclasses import dataclass, field

from sqlmodel import select

from cardmall.domain import limits
from cardmall.domain.order_terms import Terms
from cardmall.domain.terms import Offer, Reason, Refused
from cardmall.models import Product, Shop
from cardmall.reads.look import Look
from cardmall.views.public.home import ON_SALE, _stock


@dataclass(frozen=True)
class ProductView:
    """The product page: price, stock, activation rule, delivery promise, and how an order of it can be canceled."""

    slug: str = ""
    name: str = ""
    cover: str = ""
    category: str = ""
    price: int = 0
    shop: str = ""
    mode: str = ""
    stock: int = 0
    delay_minutes: int = 0
    promise_minutes: int = 0
    terms: Terms = field(default_factory=Terms.none)
    quantities: list[int] = field(default_factory=list)


def product_view(look: Look, slug: object) -> ProductView:
    """The page of one listed product; Refused(unlisted) when there is none."""
    found = look.session.exec(select(Product, Shop.name).join(Shop).where(Product.slug == str(slug), *ON_SALE)).first()
    if found is None:
        raise Refused(Reason.unlisted, Offer.shop)
    product, shop = found
    stock = _stock(look.session, [product])[product.id or 0]
    most = max(limits.QUANTITY) if stock < 0 else stock
    return ProductView(
        slug=product.slug,
        name=product.name,
        cover=product.cover,
        category=product.category.value,
        price=product.price,
        shop=shop,
        mode=product.mode.value,
        stock=stock,
        delay_minutes=product.delay_seconds // 60,
        promise_minutes=product.promise_seconds // 60,
        terms=Terms.of(product),
        quantities=list(range(1, most + 1)),
    )

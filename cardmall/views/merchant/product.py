"""One product as its shop changes it, and what a shopper will read of it (R85)."""

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from cardmall.domain.goods import NEW, Goods, cover_of, typed_goods
from cardmall.domain.order_terms import Terms
from cardmall.domain.picture_ids import cover_picture
from cardmall.domain.receipts import takes_back
from cardmall.domain.terms import DeliveryMode, Role
from cardmall.models import Product, Shop
from cardmall.reads.doors import product_for
from cardmall.reads.goods import codes_on_shelf, group_members, group_names, has_codes, last_save, was_ever_named
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.views.buyer_fields import AskedField, asked_fields
from cardmall.views.merchant.product_rule import RuleView, rule_view
from cardmall.views.public.home import ENOUGH, ProductRow


@dataclass(frozen=True)
class GroupMember:
    """One product of the group as its shop sees it. `price` in fen; `stock`: codes on the shelf, -1 = by hand."""

    slug: str
    face: str
    price: int
    stock: int
    listed: bool
    archived: bool


@dataclass(frozen=True)
class GoodsView:
    """A product of the own shop; `slug` "" for one that is not made yet. `typed`: its form, as it opens.

    `codes` on the shelf; `has_codes`: it has, or had, any; `may_delete`: nothing ever named it. `saved_by` is "" where
    nobody is known. `members`: all of its group, itself too; `groups`: the names of the shop's groups.
    """

    slug: str = ""
    shop: str = ""
    cover: str = ""
    version: int = 0
    listed: bool = False
    archived: bool = False
    codes: int = 0
    has_codes: bool = False
    may_delete: bool = False
    saved_by: str = ""
    saved_at: datetime | None = None
    goods: Goods = NEW
    typed: dict[str, str] = field(default_factory=lambda: typed_goods(NEW))
    members: list[GroupMember] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    rule: RuleView = field(default_factory=RuleView)


@dataclass(frozen=True)
class GoodsPreview:
    """What the mall shows of it: the card on the shelf, the terms its cancellation is explained by, what is asked."""

    row: ProductRow
    terms: Terms
    fields: list[AskedField]


def new_goods_view(look: Look) -> GoodsView:
    """The empty form of a new product. Refused: no member of a shop."""
    member = require(look.who, Role.merchant)
    shop = look.session.get_one(Shop, member.shop_id)
    return GoodsView(shop=shop.name, groups=group_names(look.session, shop.id))


def goods_view(look: Look, slug: object) -> GoodsView:
    """One product of the own shop. Refused: there is none."""
    product = product_for(look, slug)
    codes, saved = has_codes(look.session, product), last_save(look.session, product)
    members = group_members(look.session, product.shop_id, product.group_name) if product.group_name else []
    shelf = codes_on_shelf(look.session, members or [product])
    return GoodsView(
        slug=product.slug,
        shop=look.session.get_one(Shop, product.shop_id).name,
        cover=product.cover,
        version=product.version,
        listed=product.listed,
        archived=product.archived_at is not None,
        codes=shelf.get(product.id or 0, 0),
        has_codes=codes,
        may_delete=not was_ever_named(look.session, product),
        saved_by=saved[1] if saved else "",
        saved_at=saved[0].at if saved else None,
        goods=Goods.of(product),
        typed=typed_goods(Goods.of(product)),
        members=[_member(one, shelf) for one in sorted(members, key=lambda one: (one.price, one.id or 0))],
        groups=group_names(look.session, product.shop_id),
        rule=rule_view(look, product),
    )


def _member(product: Product, shelf: dict[int, int]) -> GroupMember:
    by_hand = product.mode is DeliveryMode.manual
    return GroupMember(
        slug=product.slug,
        face=product.face,
        price=product.price,
        stock=-1 if by_hand else shelf.get(product.id or 0, 0),
        listed=product.listed,
        archived=product.archived_at is not None,
    )


def goods_preview(goods: Goods, view: GoodsView) -> GoodsPreview:
    """What a shopper would see of `goods` in the place of what `view` shows."""
    kept = view.slug and view.cover != cover_of(view.goods.name)
    cover = view.cover if kept else cover_of(goods.name)
    by_hand = goods.mode is DeliveryMode.manual
    row = ProductRow(
        slug=view.slug,
        name=goods.name,
        cover=cover,
        picture=cover_picture(goods.pictures),
        category=goods.category.value,
        price=goods.price,
        shop=view.shop,
        mode=goods.mode.value,
        stock=-1 if by_hand else min(ENOUGH, view.codes),
        return_allowed=takes_back(goods.form, return_allowed=goods.return_allowed),
    )
    terms = Terms.of(SimpleNamespace(**vars(goods), cover=cover))
    return GoodsPreview(row, terms, asked_fields(goods.buyer_fields, {}))

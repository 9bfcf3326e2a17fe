"""Goods: a member of a shop creates, saves, copies, lists, archives and deletes its products (R85)."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.buyer_fields import BuyerField
from cardmall.domain.goods import NEW, Goods, Typed, cover_of, difference, read_goods, slug_of
from cardmall.domain.rules.goods import GoodsAct, GoodsFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import DeliveryMode, FieldError, Role, invalid
from cardmall.domain.topics import product_topic, shop_topic
from cardmall.domain.verbs import Verb
from cardmall.models import ApprovalRule, Product, ProductVersion, Shop, StockWatch
from cardmall.reads.doors import not_found, product_for, products_for
from cardmall.reads.goods import group_members, has_codes, is_awaited, was_ever_named
from cardmall.reads.locks import locked
from cardmall.reads.people import require
from cardmall.services.act import Act, record
from cardmall.services.ending import touch
from cardmall.services.shop.group_room import in_its_group, own_shop
from cardmall.services.shop.pictures import copy_pictures, forget_pictures, show_pictures

_SLUG_LETTERS, _SLUG_TAIL = "abcdefghjkmnpqrstuvwxyz23456789", 4


def create_product(act: Act, typed: Typed, *, slug: str = "") -> str:
    """A new product of the own shop, unlisted, in its first version; its slug, which is made up unless the caller has
    one that is free. Refused beside the fields."""
    _demand(act, GoodsAct.create)
    goods = _read(typed, NEW)
    if goods.pictures:  # they are handed in for a product
        raise invalid(pictures=FieldError.not_a_choice)
    return _new_product(act, in_its_group(act, own_shop(act), goods), slug=slug).slug


def copy_product(act: Act, slug: object, name: object) -> str:
    """One more product like it, called `name`, unlisted, without stock and in no group; its slug."""
    _demand(act, GoodsAct.copy)
    known = product_for(act, slug, lock=True)
    called = " ".join(str(name).split())[: limits.PRODUCT_NAME[-1]]
    return _new_product(act, replace(Goods.of(known), name=called, group_name="", face=""), copied=known).slug


def save_product(act: Act, slug: object, typed: Typed, *, version: object) -> None:
    """Write what the form says, as the version after `version`. Refused: somebody saved it since (changed), archived;
    beside the fields: what is wrong with them."""
    shop_id = own_shop(act)
    product = product_for(act, slug, lock=True)
    before = Goods.of(product)
    _demand(act, GoodsAct.save, product, GoodsFacts(current=product.version == version))
    after = _read(typed, before)
    if wrong := _held(act, product, before, after):
        raise invalid(**wrong)
    if (after.group_name, after.face) != (before.group_name, before.face):
        after = in_its_group(act, shop_id, after, product)
    write_version(act, product, after)


def write_version(act: Act, product: Product, after: Goods) -> None:
    """The next version of a product under its lock; none where nothing differs."""
    before = Goods.of(product)
    changed = difference(before, after)
    if not changed:
        return
    if product.cover == cover_of(before.name):
        product.cover = cover_of(after.name)
    for name, (_, value) in changed.items():
        setattr(product, name, value)
    product.version += 1
    if after.pictures != before.pictures:
        show_pictures(act, product, before.pictures, after.pictures)
    _keep(act, product, changed)
    _tell(act, product, Verb.product_saved, before.group_name, version=product.version, fields=sorted(changed))


def list_products(act: Act, slugs: Iterable[object]) -> int:
    """Put these on the shelf; how many were not there. Refused as a whole: one is archived, the shop is disabled."""
    shop = locked(act.session, Shop, Shop.id == require(act.who, Role.merchant).shop_id)
    facts = GoodsFacts(shop_disabled=shop is not None and shop.disabled_at is not None)
    found = [one for one in products_for(act, _few(slugs), lock=True) if not one.listed]
    for product in found:
        _demand(act, GoodsAct.list_, product, facts)
        _shelve(act, product, Verb.product_listed, listed=True)
    return len(found)


def unlist_products(act: Act, slugs: Iterable[object]) -> int:
    """Take these off the shelf; how many were there. Their orders go on."""
    _demand(act, GoodsAct.unlist)
    found = [one for one in products_for(act, _few(slugs), lock=True) if one.listed]
    for product in found:
        _shelve(act, product, Verb.product_unlisted, listed=False)
    return len(found)


def archive_product(act: Act, slug: object) -> None:
    """Take it off the shelf and out of the list of goods. Its orders go on, and its page is gone."""
    _demand(act, GoodsAct.archive)
    product = product_for(act, slug, lock=True)
    if product.archived_at is None:
        product.archived_at = act.now
        _shelve(act, product, Verb.product_archived, listed=False)


def restore_product(act: Act, slug: object) -> None:
    """Back among the goods, unlisted."""
    _demand(act, GoodsAct.restore)
    product = product_for(act, slug, lock=True)
    if product.archived_at is not None:
        product.archived_at = None
        _shelve(act, product, Verb.product_restored, listed=False)


def delete_product(act: Act, slug: object) -> None:
    """Remove it with its versions. Refused: an order, a card or a batch ever named it (sold_before)."""
    shop_id = require(act.who, Role.merchant).shop_id
    product = locked(act.session, Product, Product.slug == str(slug), Product.shop_id == shop_id, keys=True)
    if product is None:
        raise not_found()
    _demand(act, GoodsAct.delete, product, GoodsFacts(sold=was_ever_named(act.session, product)))
    _tell(act, product, Verb.product_deleted)
    forget_pictures(act, product)
    for table in (ApprovalRule, ProductVersion, StockWatch):
        act.session.connection().execute(sa.delete(table).where(col(table.product_id) == product.id))
    act.session.delete(product)


def _demand(act: Act, action: GoodsAct, product: Product | None = None, facts: GoodsFacts | None = None) -> None:
    archived = product is not None and product.archived_at is not None
    turn = may(action, standing(require(act.who)), replace(facts or GoodsFacts(), archived=archived), act.now)
    if not turn.is_open:
        raise turn.refusal()


def _held(act: Act, product: Product, before: Goods, after: Goods) -> dict[str, FieldError]:
    """What the product's codes and orders forbid to change now, by field."""
    wrong: dict[str, FieldError] = {}
    if after.case_sensitive != before.case_sensitive and has_codes(act.session, product):
        wrong["case_sensitive"] = FieldError.fixed
    to_manual = after.mode is not before.mode and after.mode is DeliveryMode.manual
    if to_manual and is_awaited(act.session, product.id):
        wrong["mode"] = FieldError.orders_wait
    return wrong


def _read(typed: Typed, known: Goods) -> Goods:
    goods, wrong = read_goods(typed, known)
    if wrong:
        raise invalid(**wrong)
    return goods


def _new_product(act: Act, goods: Goods, copied: Product | None = None, slug: str = "") -> Product:
    """In its first version; with pictures of its own, like those of the product it was copied from."""
    shop_id = require(act.who, Role.merchant).shop_id or 0
    product = Product(slug=slug or _new_slug(act, goods), shop_id=shop_id, cover=cover_of(goods.name), **vars(goods))
    product.listed, product.created_at = False, act.now
    act.session.add(product)
    act.session.flush()
    if copied:
        product.pictures = copy_pictures(act, copied, product)
    _keep(act, product, {name: (None, value) for name, value in vars(Goods.of(product)).items()})
    _tell(act, product, Verb.product_created, **({"copied": copied.slug} if copied else {}))
    return product


def _new_slug(act: Act, goods: Goods) -> str:
    """What its name says in ASCII, and four letters nobody has: it stays, whatever the product is called later."""
    while True:
        tail = "".join(secrets.choice(_SLUG_LETTERS) for _ in range(_SLUG_TAIL))
        slug = f"{slug_of(goods.name, goods.category)}-{tail}"
        if act.session.exec(select(Product.id).where(Product.slug == slug)).first() is None:
            return slug


def _few(slugs: Iterable[object]) -> list[object]:
    """As many as one press may move."""
    return list(slugs)[: limits.LISTED_AT_ONCE]


def _shelve(act: Act, product: Product, verb: Verb, *, listed: bool) -> None:
    product.listed = listed
    _tell(act, product, verb)


def _keep(act: Act, product: Product, changed: dict[str, tuple[Any, Any]]) -> None:
    """The version that was just made: who, when, what was before and what is now."""
    before = {name: _stored(old) for name, (old, _) in changed.items() if old is not None}
    after = {name: _stored(new) for name, (_, new) in changed.items()}
    act.session.add(
        ProductVersion(
            product_id=product.id or 0, n=product.version, actor_id=act.who.id, at=act.now, before=before, after=after
        )
    )


def _stored(value: Any) -> Any:
    """A value of a field as JSON has it."""
    if not isinstance(value, tuple):
        return value
    parts: tuple[str | BuyerField, ...] = value
    return [one.to_json() if isinstance(one, BuyerField) else one for one in parts]


def _tell(act: Act, product: Product, verb: Verb, left: str = "", **data: Any) -> None:
    """Record it, and tell the pages that show it: its own, those of its group, and of the group it left."""
    act.session.add(product)
    record(act, verb, product.name, product=product.slug, **data)
    groups = {product.group_name, left} - {""}
    others = [one.slug for name in sorted(groups) for one in group_members(act.session, product.shop_id, name)]
    touch(act.session, shop_topic(product.shop_id), *map(product_topic, {product.slug, *others}))

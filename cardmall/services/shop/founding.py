"""A shop begins: an admin creates it, names it and appoints its owner (R7). Goods and stock are its owner's acts."""

import re

from sqlmodel import col, select

from cardmall.domain import limits
from cardmall.domain.address import Address
from cardmall.domain.membership import joining_error
from cardmall.domain.naming import same_name, typed_name
from cardmall.domain.terms import OPEN_TRANSFER, FieldError, Role, invalid
from cardmall.domain.topics import PEOPLE, SHOPS, person_topic, shop_topic
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Account, Order, Shop, Transfer
from cardmall.reads.accounts import holder_of, lock_named
from cardmall.reads.doors import shop_for
from cardmall.reads.people import require
from cardmall.services.account.codes import end_codes
from cardmall.services.act import Act, record
from cardmall.services.ending import touch
from cardmall.services.talk.notify import tell_members, tell_person

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def create_shop(act: Act, name: object, slug: object, owner: Address | None) -> Shop:
    """Open a shop without goods, with the account that has proven `owner` as its owner. Refused beside the field: a
    name out of bounds or read like another shop's, a web address out of bounds or in use, and whatever
    `appoint_owner` refuses."""
    require(act.who, Role.admin, Role.system)
    called, at = typed_name(name), str(slug or "").strip().lower()
    wrong = {"name": _wrong_name(act, called), "slug": _wrong_slug(act, at)}
    wrong["owner"] = None if owner else FieldError.not_an_address
    if owner is None or any(wrong.values()):
        raise invalid(**{field: error for field, error in wrong.items() if error})
    person = _named(act, owner)
    shop = Shop(slug=at, name=called, created_at=act.now)
    act.session.add(shop)
    act.session.flush()
    record(act, Verb.shop_created, called, shop=at)
    _join(act, person, shop)
    touch(act.session, SHOPS)
    return shop


def rename_shop(act: Act, slug: object, name: object) -> None:
    """Call it `name` from now on, on every page that is opened or told of the shop."""
    shop, called = shop_for(act, slug), typed_name(name)
    if error := _wrong_name(act, called, shop.id):
        raise invalid(name=error)
    before, shop.name = shop.name, called
    act.session.add(shop)
    if before != called:
        record(act, Verb.shop_renamed, called, shop=shop.slug, before=before, after=called)
    touch(act.session, SHOPS, shop_topic(shop.id))


def appoint_owner(act: Act, slug: object, owner: Address | None) -> None:
    """Whoever has proven this address becomes an owner of the shop (R7). Refused beside the field: nobody has proven
    it; an admin, a member of a shop, a disabled account, an account with orders of its own."""
    require(act.who, Role.admin)
    if owner is None:
        raise invalid(owner=FieldError.not_an_address)
    person, shop = _named(act, owner), shop_for(act, slug)
    _join(act, person, shop)
    touch(act.session, SHOPS)


def _named(act: Act, owner: Address) -> Account:
    """Its holder, locked together with whoever else names the address."""
    lock_named(act.session, owner)
    person = holder_of(act.session, owner)
    if person is None:
        raise invalid(owner=FieldError.nobody)
    buys = _has_order(act, person) or _takes_over(act, person)
    if error := joining_error(person.role, disabled=person.disabled_at is not None, has_orders=buys):
        raise invalid(owner=error)
    return person


def _has_order(act: Act, person: Account) -> bool:
    return act.session.exec(select(Order.id).where(Order.shopper_id == person.id).limit(1)).first() is not None


def _takes_over(act: Act, person: Account) -> bool:
    """They agreed to take over an order, which will be theirs once its shop agrees, too."""
    mine = (col(Transfer.receiver_id) == person.id, col(Transfer.status).in_(OPEN_TRANSFER))
    return act.session.exec(select(Transfer.id).where(*mine).limit(1)).first() is not None


def _join(act: Act, person: Account, shop: Shop) -> None:
    """From now on this account is the shop's, and its other members hear of it; codes under way end."""
    tell_members(act, shop.id or 0, NoticeKind.shop_owner_added)
    person.role, person.shop_id = Role.merchant, shop.id
    act.session.add(person)
    end_codes(act, person)
    record(act, Verb.owner_appointed, person.name, shop=shop.slug, account=person.id)
    tell_person(act, person, NoticeKind.shop_joined)
    touch(act.session, person_topic(person.id), PEOPLE)


def _wrong_name(act: Act, name: str, shop_id: int | None = None) -> FieldError | None:
    """`shop_id`: the shop that may go on having it."""
    if not name:
        return FieldError.required
    if len(name) not in limits.SHOP_NAME:
        return FieldError.out_of_range
    others = act.session.exec(select(Shop.name).where(col(Shop.id).is_distinct_from(shop_id)))
    return FieldError.in_use if any(same_name(name, other) for other in others) else None


def _wrong_slug(act: Act, slug: str) -> FieldError | None:
    if not slug:
        return FieldError.required
    if len(slug) not in limits.SHOP_SLUG or not _SLUG.fullmatch(slug):
        return FieldError.not_a_slug
    known = act.session.exec(select(Shop.id).where(col(Shop.slug) == slug)).first()
    return FieldError.in_use if known else None

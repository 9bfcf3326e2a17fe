"""A shop begins: created, named and given its owner by an admin, or on the machine itself (R7)."""

import io
import itertools
import sys
from typing import Any

import pytest

from cardmall import __main__ as cli
from cardmall import startup
from cardmall.adapters import db
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import Actor, Role
from cardmall.models import Account, Event, Notice, Order, Shop
from cardmall.reads.accounts import holder_of
from cardmall.reads.people import as_actor
from cardmall.services.account import standing
from cardmall.services.order.orders import place_order
from cardmall.services.shop import founding
from cardmall.services.transfer import transfers
from cardmall.views.admin.shops import shops_page
from tests.services.race import race, refusals, rounds
from tests.town import MANUAL, NOW, PRICE, Town, act, count, look, refused, rows

_fresh = itertools.count(1)


def mail(name: str) -> Address:
    return Address(AddressKind.email, f"{name}@cardmall.test")


def address_of(who: Actor) -> Address:
    with db.reading() as session:
        return Address(AddressKind.email, session.get_one(Account, who.id).email or "")


def somebody() -> Actor:
    """One more shopper."""
    name = f"new{next(_fresh)}"
    with db.transaction() as session:
        account = Account(name=name, role=Role.shopper, email=f"{name}@x.test", password_hash="", created_at=NOW)
        account.email_confirmed_at = NOW
        session.add(account)
        session.flush()
        return as_actor(account)


def create(town: Town, owner: Address | None, **told: Any) -> Shop:
    form = {"name": f"星河数码{next(_fresh)}", "slug": f"xinghe-{next(_fresh)}"} | told
    return act(founding.create_shop, town.carol, form["name"], form["slug"], owner, now=NOW)


def wrong(use_case: Any, *args: Any, **told: Any) -> dict[str, str]:
    return refused(use_case, *args, **told).fields


def account(who: Actor) -> Account:
    return rows(Account, Account.id == who.id)[0]


def test_a_shop_begins_with_its_owner(town: Town) -> None:
    owner = somebody()
    shop = create(town, address_of(owner), name="  星河数码 ", slug="XingHe")
    assert (shop.name, shop.slug, shop.disabled_at) == ("星河数码", "xinghe", None)
    assert (account(owner).role, account(owner).shop_id) == (Role.merchant, shop.id)
    told = [(e.verb, e.data.get("shop")) for e in rows(Event) if e.verb in ("shop_created", "owner_appointed")]
    assert told == [("shop_created", "xinghe"), ("owner_appointed", "xinghe")]
    [row] = [row for row in look(shops_page, town.carol, now=NOW).rows if row.slug == "xinghe"]
    assert len(row.owners) == 1 and "@" in row.owners[0] and (account(owner).email or "") not in row.owners[0]


@pytest.mark.parametrize(
    ("told", "field", "error"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "\u200b"}, "name", "required"),
        ({"name": "店"}, "name", "out_of_range"),
        ({"name": "店" * 31}, "name", "out_of_range"),
        ({"name": "B-O bs"}, "name", "in_use"),
        ({"slug": ""}, "slug", "required"),
        ({"slug": None}, "slug", "required"),
        ({"slug": "a"}, "slug", "not_a_slug"),
        ({"slug": "青禾"}, "slug", "not_a_slug"),
        ({"slug": "a--b"}, "slug", "not_a_slug"),
        ({"slug": "-ab"}, "slug", "not_a_slug"),
        ({"slug": "../etc"}, "slug", "not_a_slug"),
        ({"slug": "a" * 33}, "slug", "not_a_slug"),
        ({"slug": "a\nb"}, "slug", "not_a_slug"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_done(
    town: Town, told: dict[str, Any], field: str, error: str
) -> None:
    owner, before = somebody(), count(Shop)
    assert wrong(create, town, address_of(owner), **told) == {field: error}
    assert count(Shop) == before and account(owner).role is Role.shopper


def test_every_field_is_told_at_once(town: Town) -> None:
    assert wrong(create, town, None, name="", slug="!") == {
        "name": "required",
        "slug": "not_a_slug",
        "owner": "not_an_address",
    }


def test_a_web_address_belongs_to_one_shop(town: Town) -> None:
    create(town, address_of(somebody()), slug="once")
    assert wrong(create, town, address_of(somebody()), slug="ONCE") == {"slug": "in_use"}


def test_whom_no_shop_can_have(town: Town) -> None:
    shop = create(town, address_of(somebody()))
    town.tale().order(MANUAL)  # alice buys
    off = somebody()
    act(standing.disable_account, town.carol, off.id, reason="冒用", now=NOW)
    expected = {
        mail("nobody-at-all"): "nobody",
        address_of(town.carol): "is_admin",
        address_of(town.bob): "in_a_shop",
        address_of(town.alice): "has_orders",
        address_of(off): "disabled",
        None: "not_an_address",
    }
    for address, error in expected.items():
        assert wrong(act, founding.appoint_owner, town.carol, shop.slug, address, now=NOW) == {"owner": error}


def test_an_unproven_claim_is_nobody(town: Town) -> None:
    shop, who = create(town, address_of(somebody())), somebody()
    with db.transaction() as session:
        session.get_one(Account, who.id).email_confirmed_at = None
    told = wrong(act, founding.appoint_owner, town.carol, shop.slug, address_of(who), now=NOW)
    assert told == {"owner": "nobody"}


def test_a_shop_has_several_owners_and_another_name(town: Town) -> None:
    shop, second = create(town, address_of(somebody())), somebody()
    first = next(a for a in rows(Account) if a.shop_id == shop.id)
    act(founding.appoint_owner, town.carol, shop.slug, address_of(second), now=NOW)
    told = [(n.account_id, n.kind) for n in rows(Notice) if n.kind.startswith("shop_")]
    assert told == [(first.id, "shop_joined"), (first.id, "shop_owner_added"), (second.id, "shop_joined")]
    act(founding.rename_shop, town.carol, shop.slug, "银河数码", now=NOW)
    act(founding.rename_shop, town.carol, shop.slug, "银河数码", now=NOW)  # the same name is no event
    assert rows(Shop, Shop.id == shop.id)[0].name == "银河数码"
    renamed = [e.data for e in rows(Event) if e.verb == "shop_renamed"]
    assert [(data["before"], data["after"]) for data in renamed] == [(shop.name, "银河数码")]
    assert len([a for a in rows(Account) if a.shop_id == shop.id]) == 2
    assert wrong(act, founding.rename_shop, town.carol, shop.slug, " ", now=NOW) == {"name": "required"}


def test_only_an_admin_does_any_of_it(town: Town) -> None:
    shop = create(town, address_of(somebody()))
    for who in (town.alice, town.bob, None):
        expected = "not_allowed" if who else "sign_in_first"
        for use_case, told in (
            (founding.create_shop, ("我的店", "my-shop", mail("alice"))),
            (founding.rename_shop, (shop.slug, "改名")),
            (founding.appoint_owner, (shop.slug, mail("alice"))),
        ):
            assert refused(act, use_case, who, *told, now=NOW).reason == expected
    assert refused(act, founding.rename_shop, town.carol, "no-such", "改名", now=NOW).reason == "not_found"


def test_a_member_of_a_shop_places_no_order(town: Town) -> None:
    """As it was asked before it joined: what the lock finds decides."""
    who = somebody()
    create(town, address_of(who))
    assert refused(act, place_order, who, MANUAL, quantity="1", price=PRICE, now=NOW).reason == "not_allowed"
    assert count(Order, Order.shopper_id == who.id) == 0


@pytest.mark.slow
def test_whoever_orders_while_joining_does_one_of_both(town: Town) -> None:
    for _ in range(rounds(20)):
        who = somebody()
        address = address_of(who)
        results = race(
            lambda who=who: act(place_order, who, MANUAL, quantity="1", price=PRICE, now=NOW),
            lambda address=address: create(town, address),
            jitter=0.002,
        )
        joined, ordered = account(who).role is Role.merchant, count(Order, Order.shopper_id == who.id)
        assert joined != bool(ordered) and len(refusals(results)) == 1, results


@pytest.mark.slow
@pytest.mark.parametrize("same_owner", [True, False])
def test_of_two_shops_at_one_web_address_one_is_opened(town: Town, same_owner: bool) -> None:
    for round_ in range(rounds(20)):
        first, before = address_of(somebody()), count(Shop)
        second = first if same_owner else address_of(somebody())
        told = {"slug": f"twice-{round_}"}
        results = race(lambda a=first, t=told: create(town, a, **t), lambda a=second, t=told: create(town, a, **t))
        assert (refusals(results), count(Shop)) == (["invalid"], before + 1)


def test_who_takes_over_an_order_joins_no_shop(town: Town) -> None:
    who = somebody()
    offer = town.tale().order(MANUAL).pay().offer_to(address_of(who).value)
    create(town, address_of(somebody()), slug="other")
    act(transfers.agree_transfer, who, offer.transfer.no, now=offer.at)
    told = wrong(act, founding.appoint_owner, town.carol, "other", address_of(who), now=offer.at)
    assert told == {"owner": "has_orders"}


def test_the_first_shop_is_made_on_the_machine(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "prepared", lambda: db.reading())
    monkeypatch.setattr(sys, "argv", ["cardmall", "create-shop", "first", "第一家店", "Owner@Cardmall.test"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("ein langes Kennwort 7\n"))
    cli.main()
    with db.reading() as session:
        owner = holder_of(session, mail("owner"))
        assert owner and owner.role is Role.merchant and session.get_one(Shop, owner.shop_id).name == "第一家店"
    monkeypatch.setattr(sys, "argv", ["cardmall", "create-shop", "second", "第二家店", "owner@cardmall.test"])
    with pytest.raises(SystemExit, match="in_a_shop"):
        cli.main()
    assert [shop.slug for shop in rows(Shop)] == ["first"]

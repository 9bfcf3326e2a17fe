"""Pictures of a product: part of its versions, public while it is on sale or was sold, else its shop's own (R85)."""

import secrets
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.models import Order, Picture, PictureData
from cardmall.reads.goods_pictures import SOLD_AS, goods_picture
from cardmall.reads.pictures import picture_view
from cardmall.services.case.pictures import drop_picture, keep_picture
from cardmall.services.shop import goods, shops
from cardmall.services.shop.pictures import drop_goods_picture, keep_goods_picture
from tests.services.race import race, refusals, rounds
from tests.services.test_goods import form_of, product, save, told_of, versions
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    NOW,
    Town,
    act,
    count,
    look,
    move_clock,
    refused,
    rows,
    run_jobs,
    set_clock,
)

JPEGS: dict[str, Any] = {"full": b"full", "page": b"page", "card": b"card", "thumb": b"thumb"}
SIZE: dict[str, Any] = {"width": 1600, "height": 1000}
ROUNDS = rounds(15)


@pytest.fixture(autouse=True)
def at_noon(database: Any) -> None:
    set_clock(NOW)


def keep(who: Actor | None, slug: str = AUTO) -> str:
    return act(keep_goods_picture, who, slug, secrets.token_hex(16), **SIZE, **JPEGS, now=clock.now())


def show(town: Town, *ids: str, slug: str = AUTO) -> None:
    """Save the product with these pictures."""
    save(town, slug, product(slug).version, pictures=",".join(ids))


def sees(who: Actor | None, picture: str) -> str:
    """public, own, or "" for nothing at all."""
    try:
        found = look(goods_picture, who, picture, "card", now=clock.now())
    except Exception as no:
        assert getattr(no, "reason", "") == "not_found"
        return ""
    assert found.jpeg == b"card"
    return "public" if found.public else "own"


def everybody(town: Town, picture: str) -> list[str]:
    """As bob, carol, the stranger mo, alice and nobody see it."""
    return [sees(who, picture) for who in (town.bob, town.carol, town.mo, town.alice, None)]


PUBLIC, OWN, GONE = ["public"] * 5, ["own", "own", "", "", ""], [""] * 5


def test_a_picture_is_the_shops_own_until_it_is_saved_with_what_is_on_sale(town: Town) -> None:
    first, second = keep(town.bob), keep(town.bob)
    assert everybody(town, first) == OWN
    show(town, second, first)
    assert [everybody(town, one) for one in (first, second)] == [PUBLIC, PUBLIC]
    assert product(AUTO).pictures == (second, first)
    act(goods.unlist_products, town.bob, [AUTO], now=NOW)
    assert everybody(town, first) == OWN
    act(goods.list_products, town.bob, [AUTO], now=NOW)
    act(shops.disable_shop, town.carol, "bobs", reason="多次逾期不发货", now=NOW)
    assert everybody(town, first) == OWN


def test_what_was_sold_with_a_picture_stays_to_be_seen(town: Town) -> None:
    sold, never = keep(town.bob), keep(town.bob)
    show(town, sold)
    tale = town.tale().order(AUTO)
    show(town, never)
    act(goods.archive_product, town.bob, AUTO, now=NOW)
    assert (everybody(town, sold), everybody(town, never)) == (PUBLIC, OWN)
    assert tale.row.terms.pictures == (sold,)


def test_a_picture_that_was_removed_before_anything_was_sold_with_it_is_the_shops_own_again(town: Town) -> None:
    one = keep(town.bob)
    town.tale().order(AUTO)
    show(town, one)
    show(town)
    town.tale(shopper=town.mallory).order(AUTO)
    assert everybody(town, one) == OWN
    show(town, one)
    assert everybody(town, one) == PUBLIC
    act(goods.archive_product, town.bob, AUTO, now=NOW)
    assert everybody(town, one) == OWN, "what was sold while it was away was not sold with it"


def test_every_size_is_its_own_and_any_other_word_is_the_full_one(town: Town) -> None:
    one = keep(town.bob)
    found = {size: look(goods_picture, town.bob, one, size, now=NOW).jpeg for size in (*JPEGS, "", "x", "owner_id")}
    assert found == {**JPEGS, "": b"full", "x": b"full", "owner_id": b"full"}


@pytest.mark.parametrize("junk", ["", "0" * 32, "A" * 32, "' or 1=1", None, 7, ["a"]])
def test_unknown_is_as_foreign(town: Town, junk: Any) -> None:
    assert refused(look, goods_picture, town.bob, junk, "card", now=NOW).reason == "not_found"


def test_a_save_with_pictures_is_a_version_that_says_before_and_after(town: Town) -> None:
    first, second = keep(town.bob), keep(town.bob)
    show(town, first)
    show(town, second, first)
    show(town, second, first)
    one, two = versions(AUTO)
    assert (one.before["pictures"], one.after["pictures"]) == ([], [first])
    assert (two.before, two.after) == ({"pictures": [first]}, {"pictures": [second, first]})
    assert (product(AUTO).version, told_of(AUTO)) == (3, ["product_saved", "product_saved"])


def test_foreign_and_forgotten_pictures_cannot_be_saved(town: Town) -> None:
    own, foreign = keep(town.bob), keep(town.bob, MANUAL)
    evidence = act(
        keep_picture, town.bob, town.tale().order(MANUAL).no, "e" * 32, full=b"1", thumb=b"2", **SIZE, now=NOW
    )
    for strange in (foreign, evidence, "f" * 32, "../x"):
        found = refused(show, town, own, strange)
        assert (found.reason, found.fields) == ("invalid", {"pictures": "not_a_choice"})
    many = [keep(town.bob) for _ in range(limits.PICTURES + 1)]
    assert refused(show, town, *many).fields == {"pictures": "too_many"}
    assert (product(AUTO).version, product(AUTO).pictures) == (1, ())
    assert not [one for one in rows(Picture) if one.shown_from]
    found = refused(act, goods.create_product, town.bob, form_of(AUTO, pictures=own), now=NOW)
    assert found.fields == {"pictures": "not_a_choice"}


def test_who_may_hand_in(town: Town) -> None:
    why = [refused(keep, who).reason for who in (None, town.alice, town.carol, town.mo)]
    assert why == ["sign_in_first", "not_allowed", "not_allowed", "not_found"]
    act(goods.archive_product, town.bob, AUTO, now=NOW)
    assert refused(keep, town.bob).reason == "archived"
    assert (count(Picture), count(PictureData)) == (0, 0)


def test_one_person_has_so_many_waiting(town: Town) -> None:
    for n in range(limits.PICTURES_WAITING):
        keep(town.bob, (AUTO, MANUAL)[n % 2])
    found = refused(keep, town.bob)
    assert found.reason == "too_many_tries" and found.at is not None
    assert abs(found.at - NOW - limits.PICTURE_WAITS) < HOUR
    show(town, rows(Picture, Picture.product_id == product(AUTO).id)[0].id)
    keep(town.bob)


def test_what_nobody_saved_is_gone_after_a_day_and_what_was_saved_stays(town: Town) -> None:
    waiting, saved, removed = keep(town.bob), keep(town.bob), keep(town.bob)
    show(town, saved, removed)
    show(town, saved)
    move_clock(DAY - HOUR)
    run_jobs()
    assert count(Picture) == 3
    move_clock(2 * HOUR)
    run_jobs()
    assert {one.id for one in rows(Picture)} == {saved, removed} and count(PictureData) == 2
    assert everybody(town, waiting) == GONE


def test_taking_back_is_for_who_handed_in_and_before_it_is_saved(town: Town) -> None:
    def drop(who: Actor | None, picture: str, slug: str = AUTO) -> None:
        act(drop_goods_picture, who, slug, picture, now=NOW)

    one, saved = keep(town.bob), keep(town.bob)
    show(town, saved)
    why = [refused(drop, who, one).reason for who in (None, town.alice, town.carol, town.mo)]
    assert why == ["sign_in_first", "not_allowed", "not_allowed", "not_found"]
    assert [refused(drop, town.bob, one, MANUAL).reason, refused(drop, town.bob, "x").reason] == ["not_found"] * 2
    assert refused(drop, town.bob, saved).reason == "stale"
    drop(town.bob, one)
    assert {found.id for found in rows(Picture)} == {saved}


def test_pictures_of_products_are_none_of_orders_and_the_other_way_round(town: Town) -> None:
    one = keep(town.bob)
    for who in (town.bob, town.alice, town.carol):
        assert refused(act, picture_view, who, one, now=NOW).reason == "not_found"
        assert refused(act, drop_picture, who, one, now=NOW).reason == "not_found"
    tale = town.tale().order(MANUAL)
    evidence = act(keep_picture, town.alice, tale.no, "e" * 32, full=b"1", thumb=b"2", **SIZE, now=NOW)
    assert everybody(town, evidence) == GONE


def test_a_copy_has_pictures_of_its_own_that_look_the_same(town: Town) -> None:
    first, second = keep(town.bob), keep(town.bob)
    show(town, first, second)
    slug = act(goods.copy_product, town.bob, AUTO, "点卡 副本", now=NOW)
    copied = product(slug).pictures
    assert len(copied) == 2 and not {first, second} & set(copied)
    assert versions(slug)[0].after["pictures"] == list(copied)
    assert [everybody(town, one) for one in copied] == [OWN, OWN]
    for one in copied:
        assert {size: look(goods_picture, town.bob, one, size, now=NOW).jpeg for size in JPEGS} == JPEGS
    act(goods.delete_product, town.bob, slug, now=NOW)
    assert {one.id for one in rows(Picture)} == {first, second} and count(PictureData) == 2


def test_copies_of_pictures_count_as_handed_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    show(town, keep(town.bob), keep(town.bob))
    monkeypatch.setattr(limits, "PICTURES_A_DAY", 4)
    act(goods.copy_product, town.bob, AUTO, "副本一", now=NOW)
    assert refused(act, goods.copy_product, town.bob, AUTO, "副本二", now=NOW).reason == "too_many_tries"
    assert count(Picture) == 4
    act(goods.copy_product, town.bob, MANUAL, "没有图片", now=NOW)


def test_a_picture_belongs_to_an_order_or_a_product(town: Town) -> None:
    order, its = town.tale().order(MANUAL).row, product(AUTO)
    wrong: list[dict[str, Any]] = [{"order_id": order.id, "product_id": its.id}, {}]
    for both in (*wrong, {"order_id": order.id, "shown_from": 1}):
        with pytest.raises(IntegrityError), db.transaction() as session:
            session.add(Picture(id="c" * 32, owner_id=town.bob.id, at=NOW, **SIZE, **both))


def test_two_windows_that_save_pictures_at_once_make_one_version(town: Town) -> None:
    for _ in range(ROUNDS):
        mine, theirs = keep(town.bob), keep(town.bob)
        version = product(AUTO).version
        saves = [partial(save, town, AUTO, version, pictures=one) for one in (mine, theirs)]
        results = race(*saves, jitter=0.003)
        assert refusals(results) == ["changed"]
        assert product(AUTO).pictures == ((mine, theirs)[results.index(None)],)
        move_clock(DAY)
        run_jobs()


def test_a_picture_whose_day_ends_while_it_is_saved_is_shown_or_told_never_lost(town: Town) -> None:
    for _ in range(ROUNDS):
        one = keep(town.bob)
        set_clock(clock.now() + limits.PICTURE_WAITS)
        results = race(partial(show, town, one), run_jobs, jitter=0.003)
        saved = results[0] is None
        assert (count(Picture, Picture.id == one), count(PictureData, PictureData.picture_id == one)) == (saved, saved)
        assert product(AUTO).pictures == ((one,) if saved else ()) or refusals(results) == ["invalid"]
        show(town)


def test_whether_a_picture_was_sold_is_found_by_an_index(town: Town) -> None:
    sold = (Order.product_id == 1, Order.version >= 2, Order.version < 4, SOLD_AS)
    wanted = sa.select(Order.id).where(*sold).limit(1)  # type: ignore[arg-type]
    with db.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("a question to the planner of SQLite")
        text = str(wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        (plan,) = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert "ix_order_version" in plan[3]

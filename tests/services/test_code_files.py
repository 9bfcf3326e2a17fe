"""Codes that are never sold again are taken along once, by an owner who types the password anew (R92)."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.models import Account, Batch, Card, CodeFile, Event, Product
from cardmall.reads.code_files import codes_of, is_untaken, own_file
from cardmall.reads.goods import cards_counted
from cardmall.reads.look import Look
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.shop import batches, withdrawing
from cardmall.services.shop.code_files import export_codes
from cardmall.views.merchant.product_stock import ProductStock, product_stock
from tests.services.test_batches import at_noon, hand_in, stocked
from tests.town import AUTO, MANUAL, MINUTE, Town, act, count, look, refused, rows, run_jobs, set_clock

__all__ = ["at_noon"]


def take(who: Actor, slug: str = AUTO) -> str:
    (account,) = rows(Account, Account.id == who.id)
    return act(export_codes, who, slug, account.password_hash or "", now=clock.now())


def codes(who: Actor, key: str) -> list[str]:
    """What the file says, in its order."""
    return look(_codes, who, key, now=clock.now())


def _codes(mine: Look, key: str) -> list[str]:
    file, found = own_file(mine, key), list[tuple[str, str]]()
    while more := codes_of(mine, file, found[-1][0] if found else ""):
        found += more
    return [code for _, code in found]


def stock_of(town: Town) -> ProductStock:
    return look(product_stock, town.bob, AUTO, now=clock.now())


def withdrawn(town: Town, text: str) -> None:
    act(withdrawing.withdraw_batch, town.bob, stocked(town, text).name, now=clock.now())


def test_withdrawn_codes_are_taken_once_and_read_for_a_quarter_of_an_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CODES_AT_ONCE", 2)
    assert refused(take, town.bob).reason == "changed"
    withdrawn(town, "W-1\nW-2\nW-3")
    assert (stock_of(town).untaken, stock_of(town).file) == (3, "")
    key = take(town.bob)
    assert sorted(codes(town.bob, key)) == ["W-1", "W-2", "W-3"]
    told = stock_of(town)
    assert (told.untaken, told.file, told.file_cards) == (0, key, 3)
    (file,) = rows(CodeFile)
    assert told.file_until == file.created_at + limits.CODE_FILE_OPEN
    assert refused(take, town.bob).reason == "exported_before"
    (noted,) = rows(Event, Event.verb == "codes_taken")
    assert (noted.actor_id, noted.data) == (town.bob.id, {"product": AUTO, "cards": 3})
    assert not [row for row in rows(Event) if "W-1" in str(row.data)]
    until = file.created_at + limits.CODE_FILE_OPEN
    set_clock(until - MINUTE)
    assert len(codes(town.bob, key)) == 3
    set_clock(until)
    assert refused(codes, town.bob, key).reason == "not_found"
    assert stock_of(town).file == ""


def test_a_file_is_its_makers_and_takes_no_more_than_it_may(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CODE_FILE", 2)
    withdrawn(town, "W-1\nW-2\nW-3")
    assert stock_of(town).untaken == 3
    first = take(town.bob)
    second = take(town.bob)
    assert sorted(codes(town.bob, first) + codes(town.bob, second)) == ["W-1", "W-2", "W-3"]
    for other in (town.mo, town.alice, town.carol):
        assert refused(codes, other, first).reason == "not_found"
        assert refused(take, other).reason in ("not_allowed", "not_found")
    assert refused(codes, town.bob, "nothing").reason == "not_found"
    moved = replace(town.bob, shop_id=town.mo.shop_id)
    assert refused(codes, moved, first).reason == "not_found", "the codes are the shop's, whoever took them"


def test_a_password_changed_meanwhile_takes_nothing(town: Town) -> None:
    withdrawn(town, "W-1")
    told = refused(act, export_codes, town.bob, AUTO, "another hash", now=clock.now())
    assert told.fields == {"password": "wrong"}
    assert count(CodeFile) == 0 == count(Card, col(Card.code_file_id).is_not(None))


def test_a_code_that_somebody_may_have_seen_or_that_came_again_stays(town: Town) -> None:
    """Of orders that were canceled the card nobody looked at may leave; what is in stock again or was seen never."""
    unseen, seen = (town.tale(clock.now()).order(AUTO).pay().deliver() for _ in range(2))
    unseen.request(way="return").approve()
    seen.reveal().appeal().respond().rule(town.carol, "rule_shopper")
    withdrawn(town, "W-1\nW-2")
    stocked(town, "w 1")
    assert [*unseen.card_states, *seen.card_states] == ["voided", "voided"]
    assert stock_of(town).untaken == 2
    assert "W-2" in codes(town.bob, take(town.bob))
    taken = rows(Card, col(Card.code_file_id).is_not(None))
    assert {card.status.value for card in taken} == {"withdrawn", "voided"}
    assert unseen.cards[0].code_file_id and not seen.cards[0].code_file_id


def test_an_exported_code_never_comes_into_stock_again_and_of_two_alike_one_is_exported(town: Town) -> None:
    withdrawn(town, "W-1\nW-2")
    withdrawn(town, "w 1")
    assert stock_of(town).untaken == 2
    assert sorted(codes(town.bob, take(town.bob))) in (["W-1", "W-2"], ["W-2", "w 1"])
    name = hand_in(town.bob, "W-1\nW-2\nW-3")
    run_jobs()
    assert rows(Batch, Batch.name == name)[0].counts == {"sold": 2, "good": 1}
    town.sell("other")
    tale = town.tale(clock.now()).order(MANUAL).pay()
    told = refused(act, deliver_manually, town.bob, tale.no, codes=["W-2"], now=clock.now())
    assert told.fields == {"codes": "bad_lines"}


def test_a_list_confirmed_before_brings_no_code_that_is_exported_meanwhile(town: Town) -> None:
    withdrawn(town, "W-1")
    name = hand_in(town.bob, "W-1\nW-2")
    run_jobs()
    take(town.bob)
    act(batches.confirm_batch, town.bob, name, now=clock.now())
    run_jobs()
    (batch,) = rows(Batch, Batch.name == name)
    assert (batch.stocked, batch.taken) == (1, 1)


def test_codes_that_may_be_taken_are_found_by_an_index(town: Town) -> None:
    (found,) = rows(Product, Product.slug == AUTO)
    with db.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("a question to the planner of SQLite")
        wanted = sa.select(cards_counted(*is_untaken(found), by=Card.id))
        text = str(wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()]
    assert "SEARCH card USING INDEX ix_card_untaken (product_id=?)" in plan

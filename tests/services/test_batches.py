"""A list of codes becomes stock: read, checked, taken in by pieces, whatever is killed or pressed twice (R88-R92)."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from cardmall.adapters import clock, db, jobs
from cardmall.adapters.vault import vault
from cardmall.domain import limits
from cardmall.domain.terms import SYSTEM, Actor, ListForm
from cardmall.models import (
    Batch,
    BatchLine,
    BatchPart,
    BatchText,
    Card,
    Event,
    Job,
    Notice,
    Order,
    Product,
    Shop,
    StockWatch,
)
from cardmall.services.order import orders
from cardmall.services.order.shelf import off_the_shelf
from cardmall.services.shop import batches, checking, watching, withdrawing
from cardmall.views.merchant.import_codes import import_view
from cardmall.views.merchant.product import goods_view
from cardmall.views.merchant.product_stock import product_stock
from cardmall.views.merchant.products import GoodsAsked, goods_page
from cardmall.views.merchant.stock import shop_stock
from tests.opened import noted
from tests.town import (
    AUTO,
    DAY,
    HOUR,
    MANUAL,
    MINUTE,
    NOW,
    Tale,
    Town,
    act,
    an_act,
    count,
    look,
    move_clock,
    refused,
    rows,
    run_jobs,
    set_clock,
)

LINES, TABLE = ListForm.lines, ListForm.table


@pytest.fixture(autouse=True)
def at_noon(database: Any) -> None:
    set_clock(NOW)


def hand_in(who: Actor, text: str, slug: str = AUTO, form: ListForm = LINES) -> str:
    """The name of the batch."""
    key = uuid.uuid4().hex
    pieces = [text[at : at + 1000] for at in range(0, len(text), 1000)]
    sealed = [vault().seal_piece(key, checking.TEXT, n, piece) for n, piece in enumerate(pieces)]
    return act(batches.hand_in_list, who, slug, key, form=form, sealed=sealed, now=clock.now())


def stocked(town: Town, text: str, slug: str = AUTO, **how: Any) -> Batch:
    """Handed in, checked, confirmed, in stock."""
    name = hand_in(town.bob, text, slug)
    run_jobs()
    act(batches.confirm_batch, town.bob, name, now=clock.now(), **how)
    run_jobs()
    return batch(name)


def batch(name: str) -> Batch:
    (found,) = rows(Batch, Batch.name == name)
    return found


def lines(name: str) -> list[tuple[int, str, str, int]]:
    found = rows(BatchLine, BatchLine.batch_id == batch(name).id, by=BatchLine.line)
    return [(one.line, one.verdict.value, one.tail, one.first) for one in found]


def cards(*where: Any) -> list[Card]:
    return rows(Card, *where, by=Card.id)


def codes(*where: Any) -> set[str]:
    return {vault().open(card.id, card.sealed_code) for card in cards(*where)}


def kept() -> int:
    """Pieces of lists that still lie somewhere."""
    return count(BatchText) + count(BatchPart)


def test_a_list_is_checked_confirmed_and_sold(town: Town) -> None:
    (known,) = cards(Card.tail == "0000")
    text = "NEW-0001\nNEW\u200b-0002\n\nnew 0001\nAUTO-CARD-0000\nNEW-0003\n"
    name = hand_in(town.bob, text)
    assert (name, batch(name).status, kept()) == ("PC-261123-01", "reading", 1)
    run_jobs()
    found = batch(name)
    assert (found.status, found.good, kept()) == ("checked", 3, 1)
    assert found.counts == {"good": 2, "cleaned": 1, "blank": 1, "repeated": 1, "in_stock": 1}
    assert lines(name) == [
        (2, "cleaned", "002", 0), (3, "blank", "", 0), (4, "repeated", "001", 1), (5, "in_stock", known.tail, 0),
    ]  # fmt: skip
    assert count(Card) == 10, "nothing is stock before the merchant says yes"
    act(batches.confirm_batch, town.bob, name, note=" 供应商 A ", now=NOW)
    run_jobs()
    found = batch(name)
    assert (found.status, found.stocked, found.taken, found.note, kept()) == ("stocked", 3, 0, "供应商 A", 0)
    assert codes(Card.batch_id == found.id) == {"NEW-0001", "NEW-0002", "NEW-0003"}
    assert {card.status for card in cards(Card.batch_id == found.id)} == {"available"}
    verbs = [e.verb.value for e in rows(Event) if e.data.get("batch") == name]
    assert verbs == ["batch_handed_in", "batch_checked", "batch_confirmed", "cards_stocked", "batch_stocked"]


def test_no_code_leaves_the_vault(town: Town) -> None:
    name = hand_in(town.bob, "SECRET-CODE-1\nsecret\u200b-code-2\nSECRET-CODE-1\nAUTO-CARD-0001")
    run_jobs()
    act(batches.confirm_batch, town.bob, name, now=NOW)
    jobs.run_one(jobs.claim_one() or pytest.fail("no job"))
    with db.reading() as session:
        for table in sa.inspect(session.connection()).get_table_names():
            told = str(session.connection().execute(sa.text(f'SELECT * FROM "{table}"')).all())
            assert "SECRET-CODE" not in told.upper(), table


def test_a_table_gives_the_codes_of_its_column(town: Town) -> None:
    name = hand_in(town.bob, '序号,卡密\n1,"T-1"\n2,T-2\n3,\n', form=TABLE)
    run_jobs()
    assert batch(name).counts == {"good": 2, "blank": 1}


def test_what_cannot_be_read_fails_and_leaves_nothing(town: Town) -> None:
    open_quote = 'code\n"' + "for ever\n" * 20_000
    for text, form, failure in (("\n \n", LINES, "empty"), (open_quote, TABLE, "no_table")):
        name = hand_in(town.bob, text, form=form)
        run_jobs()
        found = batch(name)
        assert (found.status, found.failure, kept(), count(BatchLine)) == ("failed", failure, 0, 0)
        assert refused(act, batches.confirm_batch, town.bob, name, now=NOW).reason == "changed"


def test_a_list_without_a_good_code_is_not_taken_into_stock(town: Town) -> None:
    name = hand_in(town.bob, "AUTO-CARD-0001\n")
    run_jobs()
    assert (batch(name).status, batch(name).good) == ("checked", 0)
    assert refused(act, batches.confirm_batch, town.bob, name, now=NOW).reason == "changed"


def test_a_code_is_compared_with_all_the_shop_ever_had(town: Town) -> None:
    town.sell("other", 2)
    tale = town.tale().order(AUTO).pay().deliver()
    (sold,) = tale.cards
    gone = stocked(town, "GONE-1")
    act(withdrawing.withdraw_batch, town.bob, gone.name, now=NOW)
    lying = cards(Card.product_id == sold.product_id, Card.status == "available")[0]
    known, left = (vault().open(card.id, card.sealed_code) for card in (sold, lying))
    name = hand_in(town.bob, f"{known}\nOTHER-0001\ngone-1\n{left}")
    run_jobs()
    assert batch(name).counts == {"sold": 1, "elsewhere": 1, "good": 1, "in_stock": 1}
    act(batches.confirm_batch, town.bob, name, now=clock.now())
    run_jobs()
    assert [card.status.value for card in cards(col(Card.batch_id).is_not(None))].count("available") == 1
    assert sorted(card.status.value for card in cards(Card.tail == "E1")) == ["available", "withdrawn"]


def test_another_shop_may_have_the_same_code(town: Town) -> None:
    with db.transaction() as session:
        mine = session.exec(select(Product).where(Product.slug == AUTO)).one()
        shop = session.exec(select(Shop.id).where(Shop.slug == "mos")).one()
        told = {name: getattr(mine, name) for name in Product.model_fields if name not in ("id", "slug", "shop_id")}
        session.add(Product(slug="mos-card", shop_id=shop or 0, **told))
    name = hand_in(town.mo, "AUTO-CARD-0000", slug="mos-card")
    run_jobs()
    assert batch(name).counts == {"good": 1}


def test_foreign_products_and_batches_are_as_unknown_as_none(town: Town) -> None:
    name = hand_in(town.bob, "A-1")
    run_jobs()
    deeds = [
        partial(batches.confirm_batch), partial(batches.drop_batch), partial(withdrawing.withdraw_batch),
    ]  # fmt: skip
    for who, reason in ((town.mo, "not_found"), (town.alice, "not_allowed"), (town.carol, "not_allowed")):
        assert {refused(act, deed, who, name, now=NOW).reason for deed in deeds} == {reason}
        assert refused(hand_in, who, "A-2").reason == reason
        assert refused(act, batches.set_stock_line, who, AUTO, "5", now=NOW).reason == reason
    assert refused(act, batches.confirm_batch, town.bob, "PC-261123-77", now=NOW).reason == "not_found"
    assert batch(name).status == "checked"


def test_a_second_press_is_nothing_and_a_dropped_list_comes_no_more(town: Town) -> None:
    name = hand_in(town.bob, "A-1\nA-2")
    run_jobs()
    for _ in range(3):
        act(batches.confirm_batch, town.bob, name, now=NOW)
    run_jobs()
    act(batches.confirm_batch, town.bob, name, now=NOW)
    assert (batch(name).stocked, count(Card, col(Card.batch_id).is_not(None))) == (2, 2)
    assert refused(act, batches.drop_batch, town.bob, name, now=NOW).reason == "changed"
    other = hand_in(town.bob, "B-1\n\nB-2")
    run_jobs()
    for _ in range(2):
        act(batches.drop_batch, town.bob, other, now=NOW)
    assert (batch(other).status, kept(), lines(other)) == ("dropped", 0, [])
    assert refused(act, batches.confirm_batch, town.bob, other, now=NOW).reason == "changed"


def test_nobody_says_yes_for_a_day_and_it_is_dropped(town: Town) -> None:
    name = hand_in(town.bob, "A-1")
    run_jobs()
    move_clock(limits.BATCH_WAITS + MINUTE)
    run_jobs()
    assert (batch(name).status, kept()) == ("dropped", 0)


def test_what_is_wrong_in_the_form_stands_beside_its_field(town: Town) -> None:
    name = hand_in(town.bob, "A-1")
    run_jobs()
    for told, field in (
        ({"note": "长" * 201}, {"note": "too_long"}),
        ({"valid_until": "tomorrow"}, {"valid_until": "out_of_range"}),
        ({"valid_until": "2026-11-22"}, {"valid_until": "out_of_range"}),
        ({"valid_until": "2999-01-01"}, {"valid_until": "out_of_range"}),
    ):
        assert refused(act, batches.confirm_batch, town.bob, name, now=NOW, **told).fields == field
    lines = {"-1": "out_of_range", "10001": "out_of_range", "1.5": "out_of_range", "x": "not_a_number"}
    for line, error in lines.items():
        assert refused(act, batches.set_stock_line, town.bob, AUTO, line, now=NOW).fields == {"line": error}
    assert batch(name).status == "checked" and count(StockWatch) == 0
    act(batches.set_stock_line, town.bob, AUTO, "１０", now=NOW)
    assert [watch.line for watch in rows(StockWatch, by=StockWatch.product_id)] == [10]


def test_a_product_that_is_delivered_by_hand_takes_no_list(town: Town) -> None:
    assert refused(hand_in, town.bob, "A-1", MANUAL).reason == "by_hand"


def test_only_so_many_lists_wait_at_once(town: Town) -> None:
    for n in range(limits.BATCHES_WAITING):
        hand_in(town.bob, f"A-{n}")
    assert refused(hand_in, town.bob, "B").reason == "too_many_batches"


def test_a_killed_worker_is_taken_over_and_nothing_comes_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STOCKED_AT_ONCE", 2)
    monkeypatch.setattr(limits, "CHECKED_AT_ONCE", 1)
    name = hand_in(town.bob, "\n".join(f"K-{n}" for n in range(7)))
    died_in(name, "read_batch")
    assert (batch(name).status, batch(name).good, batch(name).parts) == ("checked", 7, 4)
    act(batches.confirm_batch, town.bob, name, now=clock.now())
    died_in(name, "stock_batch")
    found = batch(name)
    assert (found.status, found.stocked, found.taken, found.done) == ("stocked", 7, 0, 4)
    assert codes(Card.batch_id == found.id) == {f"K-{n}" for n in range(7)}


def died_in(name: str, kind: str) -> None:
    """Each time a worker claims the job it dies, and a second one takes the lease over; the first one comes back."""
    for _ in range(20):
        dead = jobs.claim_one()
        if dead is None:
            break
        if dead.kind != kind:
            jobs.run_one(dead)
            continue
        move_clock(jobs.LEASE + timedelta(seconds=1))
        jobs.run_one(jobs.claim_one() or pytest.fail(kind))
        before = batch(name)
        jobs.run_one(dead)  # not dead after all: it has lost its lease
        assert batch(name) == before
    assert count(Job, Job.kind == kind, Job.state == "open") == 0


def test_what_was_taken_meanwhile_is_counted(town: Town) -> None:
    first, second = (hand_in(town.bob, text) for text in ("A-1\nA-2\nA-3", "a1\nA-4\na 3"))
    run_jobs()
    assert (batch(first).good, batch(second).good) == (3, 3)
    for name in (first, second):
        act(batches.confirm_batch, town.bob, name, now=NOW)
    run_jobs()
    assert sorted((batch(n).stocked, batch(n).taken) for n in (first, second)) in ([(1, 2), (3, 0)], [(2, 1), (2, 1)])
    assert count(Card, col(Card.batch_id).is_not(None)) == 4


def waiting(town: Town, pieces: list[int], slug: str = "scarce") -> list[Tale]:
    """Orders of one of Bob's goods, paid one after the other, whose cards are gone when delivery is due."""
    town.sell(slug, sum(pieces))
    tales = [town.tale(clock.now() + n * MINUTE).order(slug, wanted).pay() for n, wanted in enumerate(pieces)]
    with db.transaction() as session:
        broken = col(Card.product_id) == tales[0].row.product_id
        session.connection().execute(sa.update(Card).where(broken).values(status="voided", order_id=None))
    move_clock(30 * MINUTE)
    run_jobs()
    assert {tale.row.abnormal for tale in tales} == {"no_stock"}
    return tales


def test_who_waits_is_served_in_the_order_of_paying_and_delivered_at_once(town: Town) -> None:
    first, second, third, fourth = tales = waiting(town, [1, 2, 3, 1])
    stocked(town, "\n".join(f"S-{n}" for n in range(5)), "scarce")
    assert [tale.row.status for tale in tales] == ["delivered", "delivered", "awaiting_delivery", "awaiting_delivery"]
    assert (third.card_states, fourth.card_states) == (["allocated"] * 2, []), "nobody is served out of turn"
    assert (first.row.abnormal, third.row.abnormal) == (None, "no_stock")
    assert [len(tale.jobs("deliver")) for tale in (third, fourth)] == [1, 1]
    stocked(town, "\n".join(f"M-{n}" for n in range(4)), "scarce")
    assert {tale.row.status for tale in tales} == {"delivered"}
    left = cards(Card.product_id == second.row.product_id, Card.status == "available")
    assert len(left) == 2, "the rest is for buyers"


def test_a_held_order_keeps_its_place(town: Town) -> None:
    held, other = waiting(town, [1, 1])
    held.at = other.at = clock.now()
    with db.transaction() as session:
        session.connection().execute(sa.update(Order).where(col(Order.no) == held.no).values(held_at=clock.now()))
    stocked(town, "S-1", "scarce")
    assert (held.row.status, held.card_states) == ("awaiting_delivery", ["allocated"])
    assert (other.row.status, other.card_states) == ("awaiting_delivery", [])
    stocked(town, "S-2", "scarce")
    assert (held.row.status, other.row.status) == ("awaiting_delivery", "delivered")


def test_withdrawn_is_for_good_and_what_comes_back_goes_too(town: Town) -> None:
    town.sell("fresh", 1)
    name = stocked(town, "W-1\nW-2\nW-3", "fresh").name
    mine = Card.batch_id == batch(name).id
    tale = town.tale(clock.now()).order("fresh", 2)
    for _ in range(2):
        act(withdrawing.withdraw_batch, town.bob, name, now=clock.now())
    run_jobs()
    assert [card.status.value for card in cards(mine)].count("withdrawn") == 2
    act(orders.cancel_now, town.alice, tale.no, now=clock.now())
    assert {card.status.value for card in cards(mine)} == {"withdrawn"}
    assert count(Card, Card.product_id == tale.row.product_id, Card.status == "available") == 1
    assert count(Event, Event.verb == "batch_withdrawn") == 1
    unstocked = hand_in(town.bob, "W-9")
    assert refused(act, withdrawing.withdraw_batch, town.bob, unstocked, now=clock.now()).reason == "changed"


def test_what_is_withdrawn_or_over_is_not_sold_before_its_job_came(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WITHDRAWN_AT_ONCE", 1)
    town.sell("fresh", 1)
    name = stocked(town, "W-1\nW-2\nW-3", "fresh").name
    stocked(town, "V-1", "fresh", valid_until="2026-11-24")
    act(withdrawing.withdraw_batch, town.bob, name, now=clock.now())
    set_clock(clock.now() + 3 * DAY)
    assert count(Card, col(Card.batch_id).is_not(None), Card.status == "available") == 3
    sold = {card.batch_id for card in town.tale(clock.now()).order("fresh", 1).cards}
    assert sold == {None}, "neither of a withdrawn batch nor of one that is over"
    with db.transaction() as session:
        order = rows(Order)[-1]
        assert off_the_shelf(an_act(session, SYSTEM, now=clock.now()), order, 1) == []


def test_a_large_batch_is_withdrawn_piece_by_piece(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WITHDRAWN_AT_ONCE", 2)
    name = stocked(town, "\n".join(f"W-{n}" for n in range(5))).name
    act(withdrawing.withdraw_batch, town.bob, name, now=clock.now())
    assert count(Card, Card.status == "withdrawn") == 2
    run_jobs()
    assert count(Card, Card.status == "withdrawn") == 5
    told = [len(e.data["cards"]) for e in rows(Event, Event.verb == "cards_withdrawn")]
    assert sorted(told) == [1, 2, 2]


def test_a_batch_leaves_the_shelf_when_it_is_valid_no_more(town: Town) -> None:
    name = stocked(town, "V-1\nV-2", valid_until="2026-11-24").name
    mine = Card.batch_id == batch(name).id
    move_clock(DAY)
    run_jobs()
    assert {card.status.value for card in cards(mine)} == {"available"}
    move_clock(8 * HOUR)  # it is 24:00 of that day in Shanghai
    run_jobs()
    assert {card.status.value for card in cards(mine)} == {"withdrawn"}
    assert count(Card, Card.status == "available") == 10


def told(who: Actor) -> list[str]:
    return [n.kind.value for n in rows(Notice, Notice.account_id == who.id) if n.kind.startswith("stock_")]


def buy(town: Town, slug: str, pieces: int) -> None:
    town.tale(clock.now()).order(slug, pieces).pay()


def test_the_shop_hears_once_that_stock_is_low_and_every_time_it_is_out(town: Town) -> None:
    town.sell("few", 5)
    watch = partial(act, watching.watch_stock)
    act(batches.set_stock_line, town.bob, "few", "3", now=NOW)
    assert watch(now=NOW) is False and told(town.bob) == []
    buy(town, "few", 3)
    for _ in range(2):
        watch(now=NOW)
    assert told(town.bob) == ["stock_low"] and told(town.mo) == []
    buy(town, "few", 2)
    watch(now=NOW)
    assert told(town.bob) == ["stock_low", "stock_out"]
    stocked(town, "F-1", "few")
    watch(now=NOW)
    assert told(town.bob) == ["stock_low", "stock_out"], "still low, and told before"
    stocked(town, "F-2\nF-3\nF-4", "few")
    watch(now=NOW)
    buy(town, "few", 2)
    watch(now=NOW)
    assert told(town.bob) == ["stock_low", "stock_out", "stock_low"], "anew, for it was above"
    act(batches.set_stock_line, town.bob, "few", "", now=NOW)
    buy(town, "few", 2)
    watch(now=NOW)
    assert told(town.bob)[-1] == "stock_out", "sold out is told without a line"


def test_the_pages_tell_lines_and_numbers_to_the_shop_alone(town: Town) -> None:
    name = hand_in(town.bob, "PAGE-0001\nPAGE-0002\n\nPAGE-0003\npage0001\n" + "PAGE-0009\n" * 2)
    run_jobs()
    found = look(import_view, town.bob, AUTO, name, now=NOW)
    assert [(row.line, row.last, row.verdict) for row in found.rows] == [
        (1, 2, "good"), (3, 3, "blank"), (4, 4, "good"), (5, 5, "repeated"), (6, 6, "good"), (7, 7, "repeated"),
    ]  # fmt: skip
    assert [(row.verdict, row.count, row.lines) for row in found.counts] == [
        ("good", 4, ""), ("blank", 1, "3"), ("repeated", 2, "5, 7"),
    ]  # fmt: skip
    assert (found.good, found.skipped, found.next_key) == (4, 3, "")
    assert look(import_view, town.bob, MANUAL, name, now=NOW).batch == "", "a list of another product is none of it"
    act(batches.confirm_batch, town.bob, name, now=NOW)
    run_jobs()
    buy(town, AUTO, 2)
    stock = look(product_stock, town.bob, AUTO, now=NOW)
    assert (stock.left, stock.kept, stock.rows[0].name, stock.rows[0].total, stock.rows[0].left) == (12, 2, name, 4, 4)
    assert {row.slug: row.left for row in look(shop_stock, town.bob, now=NOW).rows} == {AUTO: 12, MANUAL: 0}
    assert look(shop_stock, town.mo, now=NOW).rows == []
    for who, reason in ((town.mo, "not_found"), (town.carol, "not_allowed"), (None, "sign_in_first")):
        assert refused(look, import_view, who, AUTO, name, now=NOW).reason == reason
        assert refused(look, product_stock, who, AUTO, now=NOW).reason == reason


def test_the_lines_of_a_long_list_come_page_by_page(town: Town) -> None:
    name = hand_in(town.bob, "L-0001\n" + "\n".join(f"x\nL-{n:04d}" for n in range(2, 130)))
    run_jobs()
    first = look(import_view, town.bob, AUTO, name, now=NOW)
    rest = look(import_view, town.bob, AUTO, name, after=first.next_key, now=NOW)
    bad = [row.line for row in (*first.rows, *rest.rows) if row.verdict == "repeated"]
    assert bad == list(range(4, 258, 2)) and rest.next_key == ""
    assert look(import_view, town.bob, AUTO, name, after="'; --", now=NOW).rows == first.rows


def test_a_long_list_is_looked_at_by_its_first_lines_of_each_verdict(town: Town) -> None:
    name = hand_in(town.bob, "\n" * 60 + "N-0001\n" + "\n".join(["n0001"] * 60) + "\nAUTO-CARD-0000\n\n")
    run_jobs()
    with noted(db.engine()) as told:
        found = look(import_view, town.bob, AUTO, name, now=NOW)
    assert [(row.verdict, row.count, row.lines, row.more) for row in found.counts] == [
        ("good", 1, "", False), ("blank", 61, "1, 2, 3, 4, 5, 6", True),
        ("repeated", 60, "62, 63, 64, 65, 66, 67", True), ("in_stock", 1, "122", False),
    ]  # fmt: skip
    assert [text for text, _ in told if "row_number" in text.lower()] == [], "it would number every line"


def test_where_many_cards_lie_counting_them_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large a stock is, its pages look at CARDS_COUNTED cards of each kind at most."""
    assert limits.LOW_STOCK[-1] <= limits.CARDS_COUNTED, "below it the line is compared with an exact number"
    name = stocked(town, "\n".join(f"MANY-{n:04d}" for n in range(6))).name
    buy(town, AUTO, 2)
    for most, left, of_batch in ((3, 3, 3), (100, 14, 6)):
        monkeypatch.setattr(limits, "CARDS_COUNTED", most)
        stock = look(product_stock, town.bob, AUTO, now=NOW)
        (batch_row,) = stock.rows
        assert (stock.left, stock.kept, batch_row.name, batch_row.left) == (left, 2, name, of_batch)
        assert {row.slug: row.left for row in look(shop_stock, town.bob, now=NOW).rows} == {AUTO: left, MANUAL: 0}
        goods = look(goods_page, town.bob, GoodsAsked(), now=NOW)
        assert {row.slug: row.stock for row in goods.rows} == {AUTO: left, MANUAL: -1}
        assert look(goods_view, town.bob, AUTO, now=NOW).codes == left
    monkeypatch.setattr(limits, "CARDS_COUNTED", 2)
    act(withdrawing.withdraw_batch, town.bob, name, now=NOW)
    run_jobs()
    (batch_row,) = look(product_stock, town.bob, AUTO, now=NOW).rows
    assert (batch_row.left, batch_row.withdrawn, batch_row.sold, batch_row.percent) == (0, 2, 0, 0)

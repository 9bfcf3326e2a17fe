"""A house of the release before moves in: nothing is lost, no change is claimed, nobody waits for ever."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from cardmall import startup
from cardmall.adapters import clock, db
from cardmall.adapters.world import world
from cardmall.domain.buyer_fields import BuyerField
from cardmall.domain.goods import Goods
from cardmall.domain.jobs import EndGrace
from cardmall.domain.order_terms import Terms
from cardmall.domain.receipts import ProductForm
from cardmall.domain.upkeep import CloseMismatches
from cardmall.models import (
    BuyerAnswer,
    Event,
    EvidenceRound,
    Job,
    Notice,
    Order,
    Picture,
    Product,
    ProductVersion,
    ReplacedAnswer,
    SupportThread,
)
from cardmall.services.act import schedule
from cardmall.services.case.pictures import keep_picture
from cardmall.services.money import refunds
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.order.delivery import deliver_manually
from cardmall.services.order.receipts import give_receipt
from cardmall.services.shop.batches import drop_batch, set_stock_line
from cardmall.services.shop.watching import watch_stock
from tests.services.test_batches import hand_in
from tests.services.test_goods import save
from tests.services.test_goods_pictures import keep, show
from tests.services.test_pictures import keep as keep_for
from tests.services.test_redirects import redirect, stuck
from tests.services.test_refunds import owed
from tests.services.test_returns import check
from tests.services.test_served_again import short
from tests.town import (
    AUTO,
    CALENDAR,
    DAY,
    MANUAL,
    MINUTE,
    NOW,
    Tale,
    Town,
    act,
    count,
    move_clock,
    rows,
    run_jobs,
    set_clock,
    settle_town,
)

BEFORE = "238010ac9b78"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'house.db'}")
    db.use(engine)
    startup.migrate()
    yield settle_town()
    db.use(None)
    engine.dispose()


def move_out(before: str) -> None:
    """Back to the tables of the revision `before`."""
    config = Config()
    config.set_main_option("script_location", str(startup.MIGRATIONS))
    command.downgrade(config, before)


def move_in(before: str = BEFORE) -> None:
    """Back to the tables of the revision `before`, without the jobs it did not know, and forward again."""
    move_out(before)
    with db.transaction() as session:
        session.connection().execute(sa.text("DELETE FROM job WHERE kind IN ('end_grace', 'deadline_near')"))
    startup.migrate()


def said(tale: Tale) -> list[tuple[str, str, str]]:
    return [(r.kind.value, r.role.value, r.text) for r in rows(EvidenceRound, EvidenceRound.case_id == tale.case.id)]


def test_what_was_said_before_stands_where_it_is_read_now(town: Town) -> None:
    town.sell("told", summary="一年授权")
    tale = town.tale().order("told").pay().request("other", "买重了").reject("other", "已开始制作")
    move_in()
    assert said(tale) == [("opened", "shopper", "买重了"), ("rejected", "merchant", "已开始制作")]
    assert [r.at for r in rows(EvidenceRound)] == [tale.case.opened_at, tale.case.ended_at]
    assert rows(EvidenceRound)[0].conversation == []
    assert tale.row.terms.summary == "一年授权"


def test_an_overdue_case_of_before_is_approved_after_its_grace(town: Town) -> None:
    set_clock(NOW)
    tale = town.tale().order(MANUAL).pay().request().lapse()
    missed, grace = CALENDAR.due(NOW, 2), tale.case.grace_at
    with db.transaction() as session:  # as it was stored before
        session.connection().execute(sa.text('UPDATE "case" SET deadline = :at'), {"at": f"{missed:%F %T.%f}"})
    move_in()
    assert (tale.case.status, tale.case.grace_at) == ("overdue", None)
    set_clock(missed + DAY / 2)
    run_jobs()
    assert (tale.case.status, tale.case.grace_at, tale.case.deadline) == ("overdue", grace, grace)
    set_clock(missed + 2 * DAY)
    run_jobs()
    assert (tale.case.status, tale.row.status, [r.amount for r in tale.refunds]) == ("approved", "canceled", [9900])


def test_a_case_answered_before_is_left_alone(town: Town) -> None:
    tale = town.tale().order(AUTO).pay().request().approve()
    before = (tale.case.status, tale.verbs, tale.money())
    move_in()
    run_jobs()
    assert (tale.case.status, tale.verbs[: len(before[1])], tale.case.grace_at) == (*before[:2], None)


def test_who_asked_support_before_still_waits_and_who_was_answered_does_not(town: Town) -> None:
    waits, heard = (town.tale().order(AUTO).pay() for _ in range(2))
    waits.ask_support("在吗").later(minutes=5).ask_support("还在吗")
    asked = heard.at
    heard.ask_support("何时发货").later(minutes=9).advise(town.carol, "马上")
    before = {t.order_id: t for t in rows(SupportThread, by=SupportThread.order_id)}
    move_in()
    after = {t.order_id: t for t in rows(SupportThread, by=SupportThread.order_id)}
    assert after[waits.row.id] == before[waits.row.id]
    found = after[heard.row.id]
    assert (found.waiting_since, found.first_asked_at, found.last_text) == (None, asked, "马上")
    assert (found.first_answered_at, found.unread_by_admin) == (before[heard.row.id].first_answered_at, 0)


def test_a_refund_sent_before_is_watched_like_any_other(town: Town) -> None:
    tale = owed(town)
    act(refunds.set_out, tale.refunds[0].no, now=clock.now(), cause="job")
    with db.transaction() as session:
        session.connection().execute(sa.text("DELETE FROM job WHERE kind = 'refund_unanswered'"))
    move_in()
    sent_at = tale.refunds[0].sent_at
    assert sent_at and [job.due_at for job in tale.jobs("refund_unanswered")] == [sent_at + DAY]


def test_a_successor_stopped_before_the_arrival_was_written_down_can_still_be_ended(town: Town) -> None:
    """Then only its hindrance said that an earlier number was paid, and it counted as sent."""
    tale = stuck(town)
    first = tale.refunds[0]
    town.scene.cashier.refunded(first.no, tale.payments[0].no, first.amount, "SEED", clock.now())
    redirect(tale)
    move_clock(2 * MINUTE)
    run_jobs()
    with db.transaction() as session:
        run = session.connection().execute
        run(sa.text("DELETE FROM posting WHERE entry != 'capture'"))
        run(sa.text("UPDATE refund SET succeeded_at = NULL"))
        run(sa.text("UPDATE refund SET sent_at = created_at WHERE predecessor_id IS NOT NULL"))
    move_in("e19c5a7f3b02")
    for _ in range(4):  # asked, unknown; asked again half an hour later, unknown: burnt; ended
        check(tale)
        run_jobs()
        move_clock(31 * MINUTE)
    assert [refund.status for refund in tale.refunds] == ["succeeded", "dropped"]
    assert (tale.money(), tale.refunds[0].written_off_at) == ({}, None)


BEFORE_TERMS = "a7d2f48c61be"
MANY = 5_100  # more than the migration changes at a time
OWN = {"no": "no || :n", "summary": "summary || :n", "fee_permille": ":n % 51", "return_allowed": ":n % 2"}


def as_columns() -> list[dict[str, object]]:
    with db.reading() as session:
        return [
            dict(row) for row in session.connection().execute(sa.text('SELECT * FROM "order" ORDER BY id')).mappings()
        ]


def test_an_order_of_before_keeps_exactly_the_terms_it_was_sold_under(town: Town) -> None:
    sold = {
        "cover": "旧",
        "summary": """一年 "授权"\n🎮 \\ it's""",
        "delay_seconds": 0,
        "promise_seconds": 86_400,
        "activation_rule": "查看即使用\n二",
        "return_allowed": False,
        "window_days": 30,
        "fee_permille": 50,
    }
    town.sell("odd", 1, **sold)
    tales = [town.tale().order(AUTO).pay(), town.tale().order("odd").pay()]
    terms = [tale.row.terms for tale in tales]
    assert terms[1] == Terms(**sold)
    with db.transaction() as session:  # what the product says today is another matter
        session.connection().execute(sa.update(Product).values(cover="新", summary="新", fee_permille=10))
    move_out(BEFORE_TERMS)
    before = as_columns()
    assert [Terms(**{name: row[name] for name in sold}) for row in before] == terms  # pyright: ignore[reportArgumentType]
    startup.migrate()
    assert [tale.row.terms for tale in tales] == terms
    move_out(BEFORE_TERMS)
    assert as_columns() == before


def test_every_one_of_many_orders_keeps_its_own_terms(town: Town) -> None:
    like = town.tale().order(AUTO)
    move_out(BEFORE_TERMS)
    names = [name for name in as_columns()[0] if name != "id"]
    copied = ", ".join(OWN.get(name, f'"{name}"') for name in names)
    copy = f'INSERT INTO "order" ({", ".join(names)}) SELECT {copied} FROM "order" WHERE no = :like'
    with db.transaction() as session:
        session.connection().execute(sa.text(copy), [{"n": n, "like": like.no} for n in range(MANY)])
    before = as_columns()
    startup.migrate()
    terms = {order.id: order.terms for order in rows(Order)}
    assert len(terms) == MANY + 1 and len({one.summary for one in terms.values()}) == MANY + 1
    move_out(BEFORE_TERMS)
    assert as_columns() == before
    told = [(row["summary"], row["fee_permille"], row["return_allowed"]) for row in before]
    assert [(one.summary, one.fee_permille, one.return_allowed) for one in terms.values()] == told


BEFORE_JOBS = "d3b8c60f2a91"
ABOUT_AN_ORDER = {"case_deadline", "deadline_near", "deliver", "end_hold", "expire_order", "query_payment"}
ABOUT_AN_ORDER |= {"send_refund", "transfer_deadline"}


def of_orders() -> dict[str, int | None]:
    """The order of every job by the job's key."""
    return {job.key: job.order_id for job in rows(Job)}


def test_every_waiting_job_of_before_knows_its_order(town: Town) -> None:
    told = [town.tale().order(AUTO).pay(), town.tale().order(MANUAL).pay().offer_to("mallory@cardmall.test")]
    told += [town.tale().order(MANUAL).pay().request(), town.tale().order(MANUAL).pay().request().approve()]
    told += [town.tale().order(MANUAL).pay().request().reject("other", "已开始制作")]
    act(schedule, CloseMismatches(NOW), NOW)
    with db.transaction() as session:
        dead = {"state": "dead"}, {"state": "done"}
        for values, key in zip(dead, (f"expire:{told[0].row.id}", f"expire:{told[1].row.id}"), strict=True):
            session.connection().execute(sa.update(Job).where(col(Job.key) == key).values(**values))
    written = of_orders()
    assert {job.kind for job in rows(Job) if job.order_id} >= ABOUT_AN_ORDER
    assert {job.order_id for job in rows(Job)} == {None, *(tale.row.id for tale in told)}
    move_out(BEFORE_JOBS)
    startup.migrate()
    assert of_orders() == written | {f"expire:{told[1].row.id}": None}, "one that is done is not asked for"
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.connection().execute(sa.update(Job).values(key="the same"))


def test_every_one_of_many_jobs_knows_its_order(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().request()
    for n in range(1_100):  # more than the migration changes at a time
        act(schedule, EndGrace(tale.case.no, tale.row.id, named=f"many:{n}"), NOW)
    written = of_orders()
    move_out(BEFORE_JOBS)
    startup.migrate()
    assert of_orders() == written and list(written.values()).count(tale.row.id) > 1_100


def test_a_product_of_before_begins_with_its_first_version(town: Town) -> None:
    tale = town.tale().order(AUTO)
    move_out("5d0f3a97c2b6")
    startup.migrate()
    found = {one.product_id: one for one in rows(ProductVersion)}
    (card,) = rows(Product, Product.slug == AUTO)
    assert (tale.row.version, card.version, card.most_per_order, card.archived_at) == (1, 1, 20, None)
    first = found[card.id or 0]
    assert (first.n, first.actor_id, first.at, first.before) == (1, None, card.created_at, {})
    assert Goods(**first.after) == Goods.of(card) and len(found) == 2


def test_the_release_before_reads_no_word_of_fields_and_forward_again_nothing_is_asked(town: Town) -> None:
    town.sell("game", promise_seconds=2 * 86_400, buyer_fields=(BuyerField("游戏账号"),))
    old = town.tale().order("game").pay(answers={"answer1": "x"}).request().approve().refund_arrives()
    set_clock(old.at + 91 * DAY)
    run_jobs()
    tale = town.tale(clock.now()).order("game").pay(answers={"answer1": "Dragon77"})
    act(correct_answers, tale.shopper, tale.no, {"answer1": "Tiger88"}, seen=1, now=tale.at)
    assert {"field_filled", "field_corrected", "field_erased"} <= {*tale.verbs, *old.verbs} and count(BuyerAnswer) == 1
    kept = [verb for verb in tale.verbs if not verb.startswith("field_")]
    move_out("b47c4e51f0ad")
    with db.reading() as session:
        ask = session.connection().execute
        assert ask(sa.text("SELECT DISTINCT verb FROM event WHERE verb LIKE 'field%'")).all() == []
        assert ask(sa.text("SELECT kind FROM job WHERE kind = 'erase_answers'")).all() == []
        terms = [json.loads(found) for (found,) in ask(sa.text('SELECT terms FROM "order"'))]
    assert [(one["v"], "buyer_fields" in one) for one in terms] == [(1, False)] * 2
    startup.migrate()
    assert (tale.verbs, tale.row.terms.buyer_fields, count(BuyerAnswer)) == (kept, (), 0)


def test_answers_of_before_are_the_first_edition_and_delivered_by_it(town: Town) -> None:
    town.sell("game", promise_seconds=2 * 86_400, buyer_fields=(BuyerField("游戏账号"),))
    tale = town.tale().order("game").pay(answers={"answer1": "Dragon77"})
    act(correct_answers, tale.shopper, tale.no, {"answer1": "Tiger88"}, seen=1, now=tale.at)
    sealed = rows(BuyerAnswer, by=BuyerAnswer.n)[0].sealed
    move_out("5d2a97c0be13")
    startup.migrate()
    (kept,) = rows(BuyerAnswer, by=BuyerAnswer.n)
    assert (kept.edition, kept.sealed, count(ReplacedAnswer)) == (1, sealed, 0)
    act(deliver_manually, town.bob, tale.no, codes=["CODE-1"], seen=1, now=tale.at)
    assert tale.row.status == "delivered"


def test_whoever_lacks_cards_stands_in_line_after_the_migration(town: Town) -> None:
    """Whatever the program before flagged: an order whose refund is stuck waits like any other."""
    keeper, (first, stuck_one, held) = short(town, [1, 2, 2])
    fine, manual = town.tale(clock.now()).order(AUTO).pay(), town.tale(clock.now()).order(MANUAL).pay()
    with db.transaction() as session:
        ask = session.connection().execute
        ask(sa.text("UPDATE \"order\" SET abnormal = 'refund_stuck' WHERE no = :no"), {"no": stuck_one.no})
        mine = {"id": held.row.id, "product": held.row.product_id}
        spare = "SELECT max(id) FROM card WHERE status = 'voided' AND product_id = :product"
        ask(sa.text(f"UPDATE card SET status = 'allocated', order_id = :id WHERE id = ({spare})"), mine)
    move_out("c3e81f5b9a26")
    startup.migrate()
    assert [tale.row.lacks for tale in (first, stuck_one, held, keeper, fine, manual)] == [1, 2, 1, 0, 0, 0]


def test_evidence_of_before_stays_and_the_release_before_knows_no_picture_of_a_product(town: Town) -> None:
    set_clock(NOW)
    first = keep(town.bob)
    show(town, first)
    tale = town.tale().order(AUTO).pay()
    told = {"full": b"full", "thumb": b"thumb", "width": 8, "height": 6}
    evidence = act(keep_picture, tale.shopper, tale.no, "e" * 32, **told, now=tale.at)
    assert (tale.row.terms.pictures, count(Picture)) == ((first,), 2)
    move_out("5d2a97c0be13")
    with db.reading() as session:
        ask = session.connection().execute
        terms = [json.loads(found) for (found,) in ask(sa.text('SELECT terms FROM "order"'))]
        assert [(one["v"], "pictures" in one, "buyer_fields" in one) for one in terms] == [(2, False, True)]
        assert ask(sa.text("SELECT id FROM picture")).all() == [(evidence,)]
        assert ask(sa.text("SELECT full, thumb FROM picture_data")).all() == [(b"full", b"thumb")]
    startup.migrate()
    assert (tale.row.terms.pictures, rows(Product, Product.slug == AUTO)[0].pictures) == ((), ())
    (left,) = rows(Picture)
    assert (left.id, left.order_id, left.product_id, left.shown_from) == (evidence, tale.row.id, None, None)
    second = keep(town.bob)
    show(town, second)
    assert rows(Product, Product.slug == AUTO)[0].pictures == (second,)


def test_the_release_before_knows_no_group_and_forward_again_every_product_stands_alone(town: Town) -> None:
    save(town, AUTO, 1, group="王者荣耀 点券", face="500")
    move_out("c61f08d7be42")
    startup.migrate()
    assert {(one.group_name, one.face) for one in rows(Product)} == {("", "")}
    save(town, AUTO, 2, group="王者荣耀 点券", face="500")
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.connection().execute(sa.text("UPDATE product SET group_name = '王者荣耀 点券', face = '500'"))


def test_the_release_before_reads_no_word_of_batches(town: Town) -> None:
    set_clock(NOW)
    town.sell("few", 3)
    act(set_stock_line, town.bob, "few", "3")
    name = hand_in(town.bob, "NEW-1\nNEW-2")
    run_jobs()
    act(drop_batch, town.bob, name)
    tale = town.tale().order("few").pay()
    act(watch_stock)
    verbs = {event.verb.value for event in rows(Event)}
    assert {"batch_handed_in", "batch_checked", "batch_dropped", "stock_line_set"} <= verbs
    assert [one.kind for one in rows(Notice, Notice.account_id == town.bob.id)].count("stock_low") == 1
    move_out("8f3e1d6a90c4")
    with db.reading() as session:
        ask = session.connection().execute
        found = {verb for (verb,) in ask(sa.text("SELECT DISTINCT verb FROM event"))}
        assert found == {one for one in verbs if not one.startswith(("batch_", "stock_line", "field_"))}
        assert ask(sa.text("SELECT kind FROM notice WHERE kind LIKE 'stock%'")).all() == []
    startup.migrate()
    assert {"ordered", "paid"} <= set(tale.verbs)


BEFORE_RECEIPTS = "d07b5e92a1c4"


def test_the_program_before_reads_a_receipt_as_a_code_that_was_looked_at(town: Town) -> None:
    town.sell("top-up", form=ProductForm.receipt)
    tale = town.tale().order("top-up").pay()
    picture = keep_for(town.bob, tale)
    act(give_receipt, town.bob, tale.no, text="已充", pictures=picture, now=tale.at)
    tale.appeal("not_received", "没有到账")
    move_out(BEFORE_RECEIPTS)
    with db.reading() as session:
        told = session.connection().execute(sa.text('SELECT terms FROM "order"')).scalar_one()
        reason = session.connection().execute(sa.text('SELECT reason FROM "case"')).scalar_one()
    terms = json.loads(told)
    assert (terms["v"], "form" in terms, reason) == (3, False, "other")
    assert count(Event, Event.verb == "receipt_given") == count(Notice, Notice.kind == "receipt_given") == 0
    startup.migrate()
    assert tale.row.terms.form is ProductForm.code
    (card,) = tale.cards
    assert (card.status, world().vault.open(card.id, card.sealed_code)) == ("revealed", "已充")
    assert [one.given_at for one in rows(Picture, Picture.id == picture)] == [None]

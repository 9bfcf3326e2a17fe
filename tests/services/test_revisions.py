"""The revisions build the tables of the models on an empty database of either kind, and lead back to nothing."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from cardmall import startup
from cardmall.adapters import clock, db
from cardmall.adapters.world import our_act
from cardmall.domain.calendar import day_of
from cardmall.domain.terms import Channel
from cardmall.models import Event, Notice
from cardmall.reads.days import Sums, balances
from cardmall.services.account.finding import note_search, unmask
from cardmall.services.money import days
from cardmall.services.order.beginning import begin_work
from tests.conftest import standing_on
from tests.ground import Ground, fresh_name
from tests.services.giving import amount, cards, gift
from tests.services.recalling import SLUG, items, outcomes, press, sell
from tests.services.test_batches import at_noon
from tests.town import AUTO, DAY, MANUAL, NOW, act, count, run_jobs, settle_town

__all__ = ["at_noon"]


@pytest.fixture
def config(databases: Ground) -> Iterator[Config]:
    """A house on a database without a table."""
    name, found = fresh_name(), Config()
    databases.create(name)
    found.set_main_option("script_location", str(startup.MIGRATIONS))
    with standing_on(databases, name):
        yield found
    databases.drop(name)


def tables() -> set[str]:
    return set(sa.inspect(db.engine()).get_table_names()) - {"alembic_version"}


def test_they_build_what_the_models_say(config: Config) -> None:
    startup.migrate()
    command.check(config)
    settle_town().tale().order(MANUAL).pay().request().approve()


def test_they_lead_back_to_nothing_and_forward_again(config: Config) -> None:
    startup.migrate()
    built = tables()
    command.downgrade(config, "base")
    assert tables() == set()
    startup.migrate()
    assert tables() == built


def test_a_way_back_and_forward_keeps_every_balance(config: Config) -> None:
    startup.migrate()
    settle_town().tale(NOW - 3 * DAY).order(MANUAL).pay()
    before = carried()
    command.downgrade(config, "7b2e94d0c5a1")
    startup.migrate()
    assert carried() == before != {}


def test_pieces_that_were_taken_back_before_are_counted(config: Config) -> None:
    startup.migrate()
    town = settle_town()
    tale = town.tale().order(AUTO, 3).pay().deliver()
    tale.request(way="return", cards=[tale.cards[0].id]).approve()
    one = town.tale().order(MANUAL, 3).pay().request(pieces=1).approve()
    assert (tale.row.taken_back, one.row.taken_back) == (1, 0)
    command.downgrade(config, "5e83b1c7d2f9")
    startup.migrate()
    assert (tale.row.taken_back, one.row.taken_back) == (1, 0)


def test_how_orders_were_paid_before_is_filled_in(config: Config) -> None:
    startup.migrate()
    town = settle_town()
    tale, unpaid = town.tale().order(MANUAL).pay(channel=Channel.wechat), town.tale().order(MANUAL)
    act(begin_work, town.bob, tale.no, now=tale.at)
    command.downgrade(config, "b91f3ad6c704")
    assert count(Event, Event.verb == "begun") == count(Notice, Notice.kind == "order_begun") == 0
    startup.migrate()
    assert (tale.row.channel, tale.row.begun_at, unpaid.row.channel) == (Channel.wechat, None, None)


def test_no_way_back_while_a_gift_lies_on_a_piece(config: Config) -> None:
    startup.migrate()
    town = settle_town()
    tale = town.tale().order(AUTO, 2).pay().deliver()
    gift(tale, amount(100))
    with pytest.raises(RuntimeError, match="given back"):
        command.downgrade(config, "b91f3ad6c704")
    gift(tale, cards(tale, 1, 2))
    command.downgrade(config, "b91f3ad6c704")
    startup.migrate()
    assert (tale.cases, [one.case_id for one in tale.refunds]) == ([], [None, None])
    assert "gifted" not in tale.verbs


def test_no_more_lies_on_an_order_than_it_cost_and_what_a_ruling_was_about_is_counted(config: Config) -> None:
    startup.migrate()
    tale = settle_town().tale().order(MANUAL, 5).pay().request(pieces=1).approve()
    tale.request(pieces=2).reject("other", "已在制作").appeal(text="不服").respond()
    tale.rule(tale.town.carol, "rule_merchant")
    for wrong in (
        'UPDATE "order" SET given = -1',
        'UPDATE "order" SET given = total + 1',
        "UPDATE card SET given = -1",
    ):
        with pytest.raises(IntegrityError, match=r"(?i)check"):
            run_sql(wrong)
    before = tale.case.canceled
    command.downgrade(config, "c41d7e90ab25")
    startup.migrate()
    assert before == tale.case.canceled == 1


def test_the_way_back_leaves_no_search_that_the_program_before_cannot_read(config: Config) -> None:
    startup.migrate()
    town = settle_town()
    act(note_search, town.carol, "1234", now=NOW)
    act(unmask, town.carol, "person", str(town.alice.id), "email", reason="x", now=NOW)
    command.downgrade(config, "c7f2a90e61d4")
    assert count(Event, col(Event.verb).in_(("searched", "unmasked"))) == 0
    startup.migrate()
    command.check(config)


BEFORE_RECALLS = "5e3a90b7c1d8"


def test_no_way_back_while_a_recall_runs(config: Config) -> None:
    startup.migrate()
    town = settle_town()
    bad = sell(town, 2)
    town.tale(clock.now()).order(SLUG).pay().deliver()
    key = press(town.bob, batch=bad.name)
    for undone in ("UPDATE job SET state = state", "UPDATE job SET state = 'done'", _DEALT_WITH):
        run_sql(undone)
        with pytest.raises(RuntimeError, match=f"A recall is not over \\({key}\\)"):
            command.downgrade(config, BEFORE_RECALLS)
        assert len(items(key)) == 1
    run_sql("UPDATE recall_item SET status = 'waiting'")
    run_sql("UPDATE job SET state = 'open' WHERE kind = 'list_recall'")
    run_jobs()
    assert outcomes(key) == ["paid_back"]
    run_sql("UPDATE job SET state = 'open' WHERE kind = 'list_recall'")
    with pytest.raises(RuntimeError, match="A recall is not over"):
        command.downgrade(config, BEFORE_RECALLS)
    run_sql("UPDATE job SET state = 'done'")
    command.downgrade(config, BEFORE_RECALLS)
    assert "recall" not in tables()


_DEALT_WITH = "UPDATE recall_item SET status = 'done'"  # but the card is where it was


def run_sql(text: str) -> None:
    with db.transaction() as session:
        session.connection().execute(sa.text(text))


def carried() -> Sums:
    """What pages show, once every day that is over is closed."""
    while found := _next_day():
        with db.transaction() as session:
            days.close_day(our_act(session, now=NOW), found)
    with db.reading() as session:
        return balances(session)


def _next_day() -> days.DaySums | None:
    with db.reading() as session:
        return days.sums_to_carry(session, day_of(NOW))

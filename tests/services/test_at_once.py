"""Two acts at once on one database: each waits, is refused, or is called anew; none crashes."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
import sqlalchemy as sa
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from cardmall.adapters import db, jobs
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import SYSTEM, Actor
from cardmall.models import Account, Card, Job, Order, SignIn
from cardmall.reads.locks import locked
from cardmall.reads.people import as_actor
from cardmall.services.account import accounts, confirmation, standing
from cardmall.services.order import orders
from cardmall.services.order.repairs import repair_order
from cardmall.services.order.shelf import off_the_shelf
from cardmall.services.transfer import transfers
from tests.ground import IN_FORCE, POSTGRES
from tests.patience import PATIENCE, until
from tests.services.race import race, refusals, rounds
from tests.services.test_delivery import by_hand
from tests.town import AUTO, DAY, MANUAL, NOW, PRICE, Tale, Town, act, an_act, more_shoppers, rows, set_clock

pytestmark = pytest.mark.slow
side_by_side = pytest.mark.skipif(IN_FORCE != POSTGRES, reason="on SQLite acts begin one after the other")
WANTED = Address(AddressKind.email, "wanted@cardmall.test")


@side_by_side
def test_an_act_that_lost_to_another_is_called_anew_as_a_whole(town: Town) -> None:
    met, calls = threading.Barrier(2), Counter[int]()

    def rename(first: Actor, second: Actor) -> None:
        def change(session: Session) -> None:
            calls[first.id] += 1
            for who in (first, second):
                account = locked(session, Account, Account.id == who.id)
                assert account
                account.name += "!"
                if who is first and calls[first.id] == 1:
                    met.wait(PATIENCE)

        db.in_transaction(change)

    race(partial(rename, town.alice, town.mallory), partial(rename, town.mallory, town.alice))
    assert sorted(calls.values()) == [1, 2]
    assert [one.name for one in rows(Account)][:2] == ["alice!!", "mallory!!"]


def test_the_third_loss_is_an_error(town: Town) -> None:
    calls: list[Session] = []

    def lose(session: Session) -> None:
        calls.append(session)
        raise OperationalError("", {}, DeadlockDetected())

    with pytest.raises(OperationalError):
        db.in_transaction(lose)
    assert len(set(map(id, calls))) == len(calls) == 3


def claimed(tale: Tale) -> Job:
    """The job that delivers the order, in the hands of a worker who has done all that was due before it."""
    (wanted,) = tale.jobs("deliver")
    while (job := jobs.claim_one()) and job.id != wanted.id:
        jobs.run_one(job)
    assert job
    return job


def test_a_repair_and_the_job_it_finds_late_wait_for_each_other(town: Town) -> None:
    town.sell("plenty", rounds(10))
    for _ in range(rounds(10)):
        tale = town.tale().order("plenty").pay()
        set_clock(late := tale.at + DAY)
        job = claimed(tale)
        check = partial(act, repair_order, town.carol, tale.no, say=str, now=late)
        race(partial(jobs.run_one, job), check, jitter=0.004)
        (found,) = rows(Job, Job.id == job.id)
        assert (found.state, found.error, tale.row.status.value) in (
            ("done", "", "delivered"),
            ("open", "", "awaiting_delivery"),
        )


def test_a_job_taken_away_while_it_ran_changes_nothing(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    set_clock(tale.at + DAY)
    job = claimed(tale)
    with db.transaction() as session:
        session.get_one(Job, job.id).claim += 1
    jobs.run_one(job)
    assert (tale.row.status, tale.card_states, tale.jobs("deliver")[0].failures) == (
        "awaiting_delivery", ["allocated"], job.failures,
    )  # fmt: skip


def test_no_session_opened_with_the_old_password_outlives_a_reset(town: Town) -> None:
    for n in range(rounds(10)):
        address = Address(AddressKind.email, f"r{n}@cardmall.test")
        who = act(accounts.register, address, "old", now=NOW).id
        act(confirmation.send_reset_code, address, "123456", now=NOW)
        race(
            partial(act, accounts.sign_in, who, "old", f"token{n}", now=NOW),
            partial(act, confirmation.reset_password, address, "123456", "new", now=NOW),
            jitter=0.004,
        )
        assert rows(SignIn, SignIn.account_id == who, by=SignIn.token_hash) == []


def test_of_two_who_prove_one_address_at_once_one_has_it(town: Town) -> None:
    for n in range(rounds(10)):
        address = Address(AddressKind.email, f"p{n}@cardmall.test")
        claims = [as_actor(act(accounts.register, address, "hash", now=NOW)) for _ in range(2)]
        for who in claims:
            act(confirmation.send_confirm_code, who, address.kind, "123456", now=NOW)
        told = race(
            *(partial(act, confirmation.confirm_address, who, address.kind, "123456", now=NOW) for who in claims)
        )
        assert refusals(told) == ["stale"] and told.count(None) == 1
        assert len(rows(Account, Account.email == address.value, col(Account.email_confirmed_at).is_not(None))) == 1


def test_one_code_entered_at_once_for_two_orders_is_one_card(town: Town) -> None:
    for n in range(rounds(10)):
        tales = [town.tale().order(MANUAL).pay() for _ in range(2)]
        told = race(*(partial(by_hand, tale, f"SAME-{n}") for tale in tales))
        assert refusals(told) == ["invalid"] and told.count(None) == 1
        assert sorted(tale.row.status.value for tale in tales) == ["awaiting_delivery", "delivered"]


def test_who_is_disabled_while_agreeing_agreed_or_did_not(town: Town) -> None:
    for _ in range(rounds(10)):
        tale = town.tale().order(MANUAL).pay().offer_to("mallory@cardmall.test")
        agree = partial(act, transfers.agree_transfer, town.mallory, tale.transfer.no, now=tale.at)
        race(agree, partial(act, standing.disable_account, town.carol, town.mallory.id, reason="因", now=NOW))
        assert rows(Account, Account.id == town.mallory.id)[0].disabled_at
        act(standing.enable_account, town.carol, town.mallory.id, reason="回来", now=NOW)
        act(transfers.withdraw_transfer, town.alice, tale.transfer.no, now=tale.at)
        act(orders.cancel_now, town.alice, tale.no, now=tale.at + DAY)


@pytest.fixture
def held(town: Town) -> Iterator[threading.Event]:
    """Another act holds every card of the shelf, and leaves them once this is set."""
    leave, has_them = threading.Event(), threading.Event()
    order = town.tale().order(MANUAL).row

    def hold() -> None:
        with suppress(InterruptedError), db.transaction() as session:
            order.product_id = rows(Card)[0].product_id
            assert len(off_the_shelf(an_act(session, SYSTEM, now=NOW), order, 10)) == 10
            has_them.set()
            leave.wait(PATIENCE)
            raise InterruptedError

    holder = threading.Thread(target=hold)
    holder.start()
    assert has_them.wait(PATIENCE)
    yield leave
    leave.set()
    holder.join()


def is_somebody_waiting() -> bool:
    with db.reading() as session:
        return session.connection().execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one() > 0


@side_by_side
def test_a_card_another_act_leaves_is_sold(town: Town, held: threading.Event) -> None:
    def let_go() -> None:
        until(is_somebody_waiting)
        held.set()

    no, _ = race(partial(act, orders.place_order, town.alice, AUTO, quantity=2, price=PRICE, now=NOW), let_go)
    assert len(Tale(town, town.alice, NOW, no).cards) == 2


def test_as_many_buyers_as_cards_all_get_one_and_all_are_delivered(town: Town) -> None:
    buyers = more_shoppers(4)
    for n in range(rounds(10)):
        town.sell(f"round{n}", len(buyers))
        bought = race(
            *(partial(act, orders.place_order, who, f"round{n}", quantity=1, price=PRICE, now=NOW) for who in buyers)
        )
        assert refusals(bought) == []
        tales = [Tale(town, who, NOW, no).pay() for who, no in zip(buyers, bought, strict=True)]
        race(*(tale.deliver for tale in tales))
        assert {order.status for order in rows(Order, col(Order.no).in_(bought))} == {"delivered"}

"""Acts and looks off the loop: nobody may act, a refusal is an answer, readers never wait for writers."""

import asyncio
import threading
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import SQLModel

from cardmall import cookies, desk
from cardmall.adapters import clock, db
from cardmall.domain.terms import Offer, Reason, Refused, Role
from cardmall.models import Account, SignIn
from cardmall.states.threads import WRITERS, act_as, answered, read_as
from tests.patience import PATIENCE, until

ALICE = cookies.hash_of("alice")


@pytest.fixture
def alice(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path / 't.db'}")
    SQLModel.metadata.create_all(engine)
    db.use(engine)
    now = clock.now()
    with db.transaction() as session:
        account = Account(name="Alice", role=Role.shopper, email="a@x.test", password_hash="", created_at=now)
        session.add(account)
        session.flush()
        until = now + timedelta(days=1)
        session.add(SignIn(token_hash=ALICE, account_id=account.id or 0, created_at=now, expires_at=until))
    yield account
    db.use(None)
    engine.dispose()


def rename(act, name):
    act.session.get_one(Account, act.who.id).name = name
    if name == "":
        raise Refused(Reason.invalid, Offer.form)
    return name


def whole_name(look):
    return look.session.get_one(Account, look.who.id).name if look.who else "nobody"


def test_alice_acts_and_sees_it(alice):
    assert asyncio.run(act_as(ALICE, rename, "Alicia")) == "Alicia"
    assert asyncio.run(read_as(ALICE, whole_name)) == "Alicia"


def test_a_refused_act_changes_nothing(alice):
    refused = asyncio.run(act_as(ALICE, rename, ""))
    assert isinstance(refused, Refused) and refused.reason is Reason.invalid
    assert asyncio.run(read_as(ALICE, whole_name)) == "Alice"


def test_nobody_and_a_made_up_cookie_may_not_act(alice):
    for who in ("", cookies.hash_of("mallory")):
        refused = asyncio.run(act_as(who, rename, "Mallory"))
        assert isinstance(refused, Refused) and refused.reason is Reason.sign_in_first
        assert asyncio.run(read_as(who, whole_name)) == "nobody"
    assert asyncio.run(read_as(ALICE, whole_name)) == "Alice"


def test_a_list_opens_while_every_writer_waits_for_the_lock(alice):
    async def story() -> None:
        waiting = [asyncio.create_task(act_as(ALICE, rename, f"A{n}")) for n in range(2 * WRITERS._max_workers)]
        await asyncio.sleep(0)  # each hands its work to a thread; half wait at the lock, half for a thread
        await asyncio.to_thread(until, lambda: WRITERS._work_queue.qsize() == WRITERS._max_workers)
        assert await read_as(ALICE, whole_name) == "Alice"
        assert not any(one.done() for one in waiting), "the list was read while the lock was held"
        release.set()
        await asyncio.gather(*waiting)

    locked, release = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(locked, release))
    holder.start()
    assert locked.wait(PATIENCE)
    asyncio.run(story())
    holder.join(PATIENCE)


def test_nobody_is_refused_at_once_while_the_lock_is_held(alice):
    locked, release = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(locked, release))
    holder.start()
    assert locked.wait(PATIENCE)
    mallory = cookies.hash_of("mallory")
    refused, pressed = (
        asyncio.run(act_as(mallory, rename, "Mallory")),
        asyncio.run(answered(partial(desk.submit_request, mallory, "CM1", way="request"))),
    )
    assert holder.is_alive() and not release.is_set(), "strangers do not wait for the write lock"
    for answer in (refused, pressed):
        assert isinstance(answer, Refused) and answer.reason is Reason.sign_in_first
    release.set()
    holder.join(PATIENCE)


def _hold(locked: threading.Event, release: threading.Event) -> None:
    with db.transaction() as session:
        session.connection()  # the transaction begins with its first statement
        locked.set()
        release.wait(PATIENCE)

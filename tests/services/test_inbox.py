"""Alice reads her notices; nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Actor
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Notice
from cardmall.reads.people import as_actor
from cardmall.services.account import accounts
from cardmall.services.talk import inbox
from cardmall.views.person import person_view
from cardmall.views.shopper.inbox import inbox_view
from tests.town import a_look, an_act

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def person(name: str) -> Actor:
    with db.transaction() as session:
        address = Address(AddressKind.email, f"{name}@cardmall.test")
        found = as_actor(accounts.register(our_act(session, now=NOW), address, "hash"))
        accounts.sign_in(our_act(session, now=NOW), found.id, "hash", who_hash(found))
        return found


def told(actor: Actor, count: int = 1) -> list[int]:
    with db.transaction() as session:
        rows = [
            Notice(account_id=actor.id, at=NOW, kind=NoticeKind.order_paid, order_no=f"CM{n}", data={"product": "P"})
            for n in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id or 0 for row in rows]


def test_it_shows_the_newest_first_page_by_page() -> None:
    alice = person("alice")
    ids = told(alice, PAGE_SIZE + 3)
    with db.reading() as session:
        first = inbox_view(a_look(session, alice))
        rest = inbox_view(a_look(session, alice), before=first.rows[-1].id)
    assert [n.id for n in first.rows + rest.rows] == ids[::-1]
    assert (first.more, rest.more) == (True, False)
    assert (first.rows[0].product, first.rows[0].unread) == ("P", True)


def test_it_is_in_order_of_time_whatever_was_written_first() -> None:
    """Two acts that end at once may write in the other order than they began; so does the demo town."""
    alice = person("alice")
    moments = [NOW + timedelta(minutes=(7 * n) % (PAGE_SIZE + 3)) for n in range(PAGE_SIZE + 3)]
    with db.transaction() as session:
        session.add_all(Notice(account_id=alice.id, at=at, kind=NoticeKind.order_paid, data={}) for at in moments)
    with db.reading() as session:
        first = inbox_view(a_look(session, alice))
        rest = inbox_view(a_look(session, alice), before=first.rows[-1].id)
    assert [n.at for n in first.rows + rest.rows] == sorted(moments, reverse=True)


def test_what_is_older_than_a_strangers_notice_is_nothing() -> None:
    alice, bob = person("alice"), person("bob")
    (bobs,) = told(bob)
    told(alice, 2)
    with db.reading() as session:
        assert inbox_view(a_look(session, alice), before=bobs).rows == []


def test_it_says_there_is_no_more_on_an_exactly_full_page() -> None:
    alice = person("alice")
    told(alice, PAGE_SIZE)
    with db.reading() as session:
        assert inbox_view(a_look(session, alice)).more is False


def unread(session: Session, who: Actor) -> int:
    """The number at the bell; the inbox shows as many new ones."""
    session.flush()
    _, person = person_view(session, who_hash(who), NOW)
    assert person.unread == sum(row.unread for row in inbox_view(a_look(session, who)).rows)
    return person.unread


def who_hash(who: Actor) -> str:
    return f"token of {who.id}"


def test_it_marks_one_or_all_as_read() -> None:
    alice = person("alice")
    one, *_ = told(alice, 3)
    with db.transaction() as session:
        inbox.read_notice(an_act(session, alice, now=NOW), one)
        assert unread(session, alice) == 2
        inbox.read_all_notices(an_act(session, alice, now=NOW))
        assert unread(session, alice) == 0


def test_it_neither_shows_nor_touches_another_persons_notices() -> None:
    alice, mallory = person("alice"), person("mallory")
    (hers,) = told(alice)
    with db.transaction() as session:
        assert inbox_view(a_look(session, mallory)).rows == []
        assert inbox_view(a_look(session, mallory), before=hers + 1).rows == []
        inbox.read_notice(an_act(session, mallory, now=NOW), hers)
        inbox.read_all_notices(an_act(session, mallory, now=NOW))
    with db.reading() as session:
        assert session.exec(select(Notice)).one().read_at is None

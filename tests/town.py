"""A small town for the tests of use cases: Alice and Mallory buy, Bob and Mo sell, Carol decides."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from cardmall import cookies, worker
from cardmall.adapters import clock, db, jobs
from cardmall.adapters.workdays import work_calendar
from cardmall.adapters.world import a_look, an_act, world
from cardmall.domain.terms import SYSTEM, Actor, Category, DeliveryMode, Refused, Role
from cardmall.models import (
    Account,
    Card,
    Case,
    Event,
    Job,
    Notice,
    Order,
    Payment,
    Posting,
    Product,
    Refund,
    Remembered,
    Shop,
    Transfer,
)
from cardmall.reads.people import as_actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.account.accounts import sign_in
from cardmall.services.money.payments import PaymentNews, hear_payment
from cardmall.services.shop.stock import stock_codes
from tests.bank import Till
from tests.today import moment

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 16:00 in Shanghai
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALENDAR = work_calendar()
AUTO, MANUAL = "auto-card", "manual-card"


@dataclass
class Town:
    """Bob's shop sells `auto-card` (with stock) and `manual-card`; Mo has a shop of his own."""

    scene: Scene
    alice: Actor
    mallory: Actor
    bob: Actor
    mo: Actor
    carol: Actor
    founded: datetime = NOW
    codes: dict[str, list[str]] = field(default_factory=dict)

    def tale(self, at: datetime | None = None, shopper: Actor | None = None) -> "Tale":
        return Tale(self, shopper or self.alice, at or self.founded)

    def sell(self, slug: str, stock: int = 0, **how: Any) -> list[str]:
        """Bob's shop sells one more product: with stock it delivers by itself. Its codes."""
        mode = DeliveryMode.auto if stock else DeliveryMode.manual
        codes = [f"{slug.upper()}-{n:04d}" for n in range(stock)]
        with db.transaction() as session:
            product = Product(slug=slug, shop_id=self.bob.shop_id or 0, **{**_GOODS, "mode": mode, **how})
            session.add(product)
            session.flush()
            stock_codes(an_act(session, SYSTEM, now=self.founded), product, codes)
        self.codes[slug] = codes
        return codes


PRICE = 9900  # of what they sell, in fen
_GOODS: dict[str, Any] = {
    "category": Category.game_card,
    "name": "点卡",
    "cover": "点",
    "price": PRICE,
    "activation_rule": "查看卡密即视为使用",
    "delay_seconds": 300,
    "promise_seconds": 600,
    "created_at": NOW,
}


def settle_town(now: datetime = NOW) -> Town:
    """People, shops and ten cards, in the database in force."""
    with db.transaction() as session:
        shops = [Shop(slug=slug, name=slug, created_at=now) for slug in ("bobs", "mos")]
        session.add_all(shops)
        session.flush()
        bobs, mos = (shop.id for shop in shops)
        people = [
            _person(session, name, role, shop, now)
            for name, role, shop in (
                ("alice", Role.shopper, None),
                ("mallory", Role.shopper, None),
                ("bob", Role.merchant, bobs),
                ("mo", Role.merchant, mos),
                ("carol", Role.admin, None),
            )
        ]
    town = Town(Scene(world(), Till()), *people, founded=now)
    town.sell(AUTO, 10)
    town.sell(MANUAL)
    return town


def _person(session: Session, name: str, role: Role, shop: int | None, now: datetime) -> Actor:
    address = f"{name}@cardmall.test"
    account = Account(
        name=name, role=role, shop_id=shop, email=address, email_confirmed_at=now, password_hash="", created_at=now
    )
    session.add(account)
    session.flush()
    return as_actor(account)


def sign_everybody_in() -> None:
    """Each account has a session under a token that is the first part of its address, as after signing in."""
    for account in rows(Account):
        token = cookies.hash_of((account.email or "").partition("@")[0])
        act(sign_in, account.id, account.password_hash, token, now=clock.now())


def more_shoppers(count: int, now: datetime = NOW) -> list[Actor]:
    with db.transaction() as session:
        return [_person(session, f"shopper{n}", Role.shopper, None, now) for n in range(count)]


@dataclass
class Tale:
    """An order's story like the seeds', but every verb is a transaction of its own: `tale.order("x").pay()`."""

    town: Town
    shopper: Actor
    at: datetime
    no: str = ""

    def __getattr__(self, verb: str) -> Callable[..., "Tale"]:
        if verb.startswith("_") or not hasattr(Story, verb):
            raise AttributeError(verb)

        def tell(*args: Any, **kw: Any) -> "Tale":
            with db.transaction() as session:
                story = Story(session, self.town.scene, self.shopper, self.town.bob, self.at, self.no)
                getattr(story, verb)(*args, **kw)
            self.at, self.no = story.at, story.no
            return self

        return tell

    @property
    def row(self) -> Order:
        with db.reading() as session:
            return session.exec(select(Order).where(Order.no == self.no)).one()

    @property
    def case(self) -> Case:
        """The newest one."""
        return self.cases[-1]

    @property
    def cases(self) -> list[Case]:
        return rows(Case, Case.order_id == self.row.id)

    @property
    def transfer(self) -> Transfer:
        """The newest offer to somebody else."""
        return rows(Transfer, Transfer.order_id == self.row.id)[-1]

    @property
    def successor(self) -> "Tale":
        """The receiver's order."""
        found = self.transfer
        (new,) = rows(Order, Order.id == found.new_order_id)
        (who,) = rows(Account, Account.id == new.shopper_id)
        return Tale(self.town, as_actor(who), self.at, new.no)

    @property
    def refunds(self) -> list[Refund]:
        return rows(Refund, Refund.order_id == self.row.id)

    @property
    def payments(self) -> list[Payment]:
        return rows(Payment, Payment.order_id == self.row.id)

    @property
    def cards(self) -> list[Card]:
        return rows(Card, Card.order_id == self.row.id, by=Card.id)

    @property
    def card_states(self) -> list[str]:
        return sorted(card.status.value for card in self.cards)

    @property
    def verbs(self) -> list[str]:
        """What happened, oldest first."""
        return [event.verb.value for event in self.events]

    @property
    def events(self) -> list[Event]:
        return rows(Event, Event.order_id == self.row.id)

    def told(self, person: Actor) -> list[str]:
        """The notices of one person about this order."""
        return [n.kind.value for n in rows(Notice, Notice.account_id == person.id, Notice.order_no == self.no)]

    def jobs(self, kind: str) -> list[Job]:
        """Waiting jobs of this kind that name the order, or a case, offer, payment or refund of it."""
        offers = rows(Transfer, Transfer.order_id == self.row.id)
        about = {self.row.id, *(found.no for found in (*self.cases, *offers, *self.payments, *self.refunds))}
        found = rows(Job, Job.kind == kind, Job.state == "open")
        return [job for job in found if about & set(job.args.values())]

    def money(self) -> dict[str, int]:
        """Fen on every account of this order; accounts at 0 are left out."""
        sums: dict[str, int] = {}
        for posting in rows(Posting, Posting.order_id == self.row.id):
            sums[posting.account.value] = sums.get(posting.account.value, 0) + posting.amount
        assert sum(sums.values()) == 0
        return {account: fen for account, fen in sums.items() if fen}


def rows(kind: type[Any], *where: Any, by: Any = None) -> list[Any]:
    """Rows as they stand committed now, oldest first."""
    with db.reading() as session:
        return list(session.exec(select(kind).where(*where).order_by(by if by is not None else col(kind.id))).all())


def count(kind: type[SQLModel], *where: Any) -> int:
    with db.reading() as session:
        return session.connection().execute(sa.select(sa.func.count()).select_from(kind).where(*where)).scalar_one()


def act(use_case: Callable[..., Any], *args: Any, now: datetime | None = None, cause: str = "", **kw: Any) -> Any:
    """One use case in one transaction; an Actor or None in front is who acts, else the house itself does.

    A number that two acts drew at once is drawn anew, as at the desk; a deadlock is an error here.
    """
    for _ in range(2):
        with suppress(IntegrityError), db.transaction() as session:
            return use_case(*_given(session, use_case, args, now, cause), **kw)
    with db.transaction() as session:
        return use_case(*_given(session, use_case, args, now, cause), **kw)


def _given(
    session: Session, use_case: Callable[..., Any], args: tuple[Any, ...], now: datetime | None, cause: str
) -> tuple[Any, ...]:
    first = getattr(use_case, "func", use_case).__code__.co_varnames[0]
    if first == "look":
        return (a_look(session, args[0], now=now), *args[1:])
    if first != "act":
        return (session, *args)
    somebody = bool(args) and (args[0] is None or isinstance(args[0], Actor))
    who, rest = (args[0], args[1:]) if somebody else (SYSTEM, args)
    return (an_act(session, who, now=now, cause=cause), *rest)


def look(view: Callable[..., Any], who: Actor | None, *args: Any, now: datetime | None = None, **kw: Any) -> Any:
    """What `who` is shown."""
    with db.reading() as session:
        return view(a_look(session, who, now=now), *args, **kw)


def hear(payment: Payment, at: datetime, *, paid: bool = True, amount: int | None = None, trade_no: str = "T1") -> bool:
    """The channel's callback about a payment."""
    told = payment.amount if amount is None else amount
    news = PaymentNews(payment.no, paid, told, trade_no, "138****0001")
    return act(hear_payment, news, now=at, cause="callback")


def move_clock(step: timedelta) -> None:
    """The one clock goes on."""
    with db.transaction() as session:
        clock.advance(session, step)
    with db.reading() as session:
        clock.load_clock(session)


def set_clock(at: datetime) -> None:
    """The one clock shows this moment, whatever day the tests run on; a test may go back, the house may not."""
    with db.transaction() as session:
        session.merge(Remembered(name="clock_offset_seconds", value=str((at - moment()).total_seconds())))
    with db.reading() as session:
        clock.load_clock(session)


def run_jobs() -> int:
    """The worker, by hand: everything due now."""
    assert jobs.HANDLERS, worker.__doc__  # registered by reading the worker's module
    return jobs.run_due()


def refused(use_case: Any, *args: Any, **kw: Any) -> Refused:
    """How the house said no; that it does is part of the test."""
    with pytest.raises(Refused) as found:
        use_case(*args, **kw)
    return found.value

"""How many SQL statements each page of each role takes, at most, whatever order or case of the demo town it shows."""

import re
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from cardmall import cookies, routes
from cardmall.adapters import clock, db, signals
from cardmall.adapters.world import world
from cardmall.domain.terms import DeliveryMode
from cardmall.domain.topics import order_topic
from cardmall.models import Account, Order, Product
from cardmall.reads.people import actor_of, as_actor
from cardmall.seeds.goods import ASKED
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.states.shopper import case as case_state
from cardmall.views.admin.abnormal import abnormal_page
from cardmall.views.admin.money import trial
from tests import load
from tests.bank import Till
from tests.ground import on_sqlite
from tests.opened import noted, opened, visits
from tests.town import a_look, sign_everybody_in

# A higher number needs a reason beside it. The frame around each page takes one, and the page itself asks once more
# who looks: two looks, because what a page listens to depends on who it is, and it listens before it looks.
AT_MOST = {
    "/": 5,  # with a group on the page
    "/p/[slug]": 7,  # sold out: an own unpaid order may keep the last pieces; the last is for the rule (R97)
    "/login": 1,
    "/register": 1,
    "/forgot": 1,
    "/help": 5,
    "/rules": 5,
    "/demo": 3,
    "/me": 2,
    "/inbox": 3,
    "/checkout/[no]": 10,  # the rule; is the shop away; the last is for what was answered before, if the shop asks
    "/pay/[no]": 8,
    "/orders": 8,
    "/orders/[no]": 16,  # one asks the rule, one whether the shop is away; the last is for what the shop asked for
    "/orders/[no]/print": 15,
    "/orders/[no]/cancel": 13,  # the last asks the rule
    "/cases/[no]": 13,
    "/refunds/[no]": 4,
    "/support/[no]": 14,
    "/orders/[no]/transfer": 8,
    "/transfers/[no]": 4,
    "/merchant": 13,  # the record: closed days, and the rows since
    "/merchant/cases/[no]": 17,  # the last is for what was answered, if the shop asked
    "/merchant/orders": 10,  # counts, the page, who bought, the products to choose from
    "/merchant/orders/[no]": 18,  # the last is for the rule; as /orders/[no], with the conversation and what settles it
    "/merchant/orders/[no]/refund": 13,
    "/merchant/delivery": 7,  # what can be delivered, its answers and rules; what is held; how many
    "/merchant/products": 6,
    "/merchant/products/[slug]": 12,  # the rule twice, shop, codes on the shelf, the last save, what named it, group
    "/merchant/stock": 5,
    "/merchant/stock/[slug]": 11,  # the last is for recalls
    "/merchant/stock/[slug]/import": 6,
    "/merchant/shop": 6,
    "/merchant/messages": 9,  # the last two are for quick replies
    "/merchant/money": 10,  # balances: carried forward, and posted since
    "/admin": 7,
    "/admin/orders": 2,
    "/admin/orders/[no]": 22,  # as /merchant/orders/[no]; the shop and who bought
    "/admin/cases/[no]": 20,  # as /merchant/cases/[no]; the batches of its cards, and recalls of its product
    "/admin/support": 8,
    "/admin/abnormal": 16,
    "/admin/money": 17,
    "/admin/shops": 12,  # as /merchant, for all shops of the page at once
    "/admin/shops/[slug]": 12,  # members, time away, goods, balances carried and since, cases and how many, events
    "/admin/people": 6,
    "/admin/people/[no]": 11,  # as /orders, with who it is, the shop and the cases
    "/admin/calendar": 3,
    "/admin/audit": 3,
}

# What a page shows of answers it reads; no other page reads any.
SHOWS_ANSWERS = {
    *("/checkout/[no]", "/orders/[no]"),
    *("/merchant/delivery", "/merchant/orders/[no]", "/merchant/cases/[no]", "/admin/cases/[no]", "/admin/orders/[no]"),
}

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


@pytest.fixture
def town(demo_database: Any) -> None:
    """The demo town, everybody signed in under a token that is their first name. Bob asks his buyers for something."""
    sign_everybody_in()
    ask_buyers()


def ask_buyers() -> None:
    """Alice answers with orders of one product: delivered, appealed, one that waits, and one not paid yet."""
    with db.transaction() as session:
        alice, bob = (as_actor(look_up(session, name)) for name in ("alice", "bob"))
        its = (Product.shop_id == bob.shop_id, Product.mode == DeliveryMode.manual)
        product = session.exec(select(Product).where(*its)).first()
        assert product
        product.buyer_fields = ASKED

        def tale() -> Story:
            began = clock.now() - timedelta(minutes=9)
            return Story(session, Scene(world(), Till()), alice, bob, began).order(product.slug)

        tale().pay().deliver_by_hand("ASKED-1")
        tale().pay().request().reject("other", "已在充值").appeal()
        tale().pay()
        tale()


def look_up(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.email == f"{name}@cardmall.test")).one()


def test_each_page_takes_so_many_at_most(town: None) -> None:
    most: dict[str, int] = defaultdict(int)
    for visit in visits():
        opened(visit)  # what is new is marked as read the first time
        most[visit.route] = max(most[visit.route], len(opened(visit)))
    assert {route: number for route, number in most.items() if number > AT_MOST.get(route, 0)} == {}


def test_answers_are_read_by_the_pages_that_show_them_alone(town: None) -> None:
    found = {visit.route for visit in visits() if any("FROM buyer_answer" in text for text, _ in opened(visit))}
    assert found == SHOWS_ANSWERS


# Two panes of one page that follow different topics are two states, and each looks by itself who is looking.
TWO_PANES = {routes.MERCHANT_MESSAGES, routes.ADMIN_SUPPORT, routes.ADMIN_ABNORMAL, routes.ADMIN_MONEY}


def test_no_page_asks_the_same_twice(town: None) -> None:
    """Its frame and what stands on it, whatever moment a statement names; who looks is known to each of two panes."""
    twice: dict[str, set[str]] = defaultdict(set)
    for visit in visits():
        opened(visit)  # what is new is marked as read the first time
        asked = Counter((text, MOMENT.sub("then", told)) for text, told in opened(visit))
        twice[visit.route] |= {
            text
            for (text, _), times in asked.items()
            if times > 1 and not (visit.route in TWO_PANES and "JOIN sign_in" in text)
        }
    assert {route: texts for route, texts in twice.items() if texts} == {}


def test_what_is_abnormal_takes_as_many_however_much_it_is(town: None) -> None:
    desk = next(visit for visit in visits() if visit.route == routes.ADMIN_ABNORMAL)
    rows, few = len(books_and_troubles()[2]), len(opened(desk))
    with db.transaction() as session:
        session.connection().execute(sa.update(Order).values(stage="to_pay"))  # the wrong list for most
    assert len(books_and_troubles()[2]) > rows + 10
    assert len(opened(desk)) == few


@on_sqlite
def test_a_grown_history_balances_and_troubles_nobody(town: None) -> None:
    *_, troubles = books_and_troubles()
    assert load.grow(500) == 500
    total, ownerless, now = books_and_troubles()
    assert (total, ownerless) == (0, 0) and now <= troubles


def books_and_troubles() -> tuple[int, int, set[str]]:
    """The sum of all accounts, what nobody owns, and the orders an admin should look at."""
    with db.reading() as session:
        carol = actor_of(session, cookies.hash_of("carol"), clock.now())
        books, page = (
            trial(a_look(session, carol, now=clock.now())),
            abnormal_page(a_look(session, carol, now=clock.now())),
        )
        return books.total, books.ownerless_sum, {row.order_no for row in page.rows}


def look(session: Session, email: str) -> list[int | None]:
    return [account.id for account in session.exec(select(Account).where(Account.email == email))]


def test_one_look_asks_the_same_once_and_another_parameter_anew(town: None) -> None:
    with db.reading(db.Remembering) as session, noted(db.engine()) as found:
        alice, bob = (look(session, f"{name}@cardmall.test") for name in ("alice", "bob"))
        assert (look(session, "alice@cardmall.test"), look(session, "bob@cardmall.test")) == (alice, bob)
        assert alice != bob and session.exec(select(Order.no)).first() == session.exec(select(Order.no)).first()
    assert len(found) == 3


def test_the_next_look_asks_again(town: None) -> None:
    with noted(db.engine()) as found:
        for _ in range(2):
            with db.reading(db.Remembering) as session:
                look(session, "alice@cardmall.test")
    assert len(found) == 2


def test_a_case_that_moved_while_it_was_looked_at_is_looked_at_again(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = next(one for one in visits() if one.route == routes.CASE)
    opened(visit)
    usual, looked, look_at = len(opened(visit)), [], case_state.case_page

    def moving(*args: Any, **told: Any) -> Any:
        page = look_at(*args, **told)
        if not looked:
            signals.publish({order_topic(page.order_no)})
        looked.append(page)
        return page

    monkeypatch.setattr(case_state, "case_page", moving)
    assert usual < len(opened(visit)) and len(looked) == 2

"""What the first page shows: filters, their order, and pages that neither repeat nor leave out a product."""

import pytest
import sqlalchemy as sa

from cardmall.adapters import db
from cardmall.adapters.world import a_look
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.reasons import FieldError
from cardmall.domain.terms import Category, DeliveryMode
from cardmall.models import Product
from cardmall.views.public.home import ProductRow, catalog_page
from cardmall.views.public.shelf import Shelf, ShelfOrder, read_shelf, shelf_shown
from tests.town import NOW, settle_town


@pytest.fixture
def goods(database: sa.Engine) -> None:
    """A shelf of three pages; every price twice, every third sold out, the last few by hand."""
    settle_town(NOW)
    with db.transaction() as session:
        for product in session.scalars(sa.select(Product)):
            product.listed = False
        like = session.scalars(sa.select(Product).limit(1)).one().model_dump(exclude={"id", "slug", "name", "listed"})
        for n in range(2 * PAGE_SIZE + 5):
            mode = DeliveryMode.manual if n % 3 == 0 else DeliveryMode.auto
            told = like | {"price": 1000 + 50 * (n // 2), "mode": mode, "category": list(Category)[n % 4]}
            session.add(Product(**told, slug=f"good-{n}", name=f"Good {n}"))


def pages(shelf: Shelf) -> list[list[ProductRow]]:
    found, after = [], ""
    while True:
        with db.reading() as session:
            page = catalog_page(a_look(session, None, now=NOW), shelf, after=after)
        found.append(page.rows)
        if not (after := page.next_key):
            return found


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("order", list(ShelfOrder))
def test_pages_follow_one_another_without_a_gap(order: ShelfOrder) -> None:
    found = pages(Shelf(order=order))
    slugs = [row.slug for page in found for row in page]
    assert [len(page) for page in found] == [PAGE_SIZE, PAGE_SIZE, 5]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.usefixtures("goods")
def test_it_follows_the_price_when_asked() -> None:
    up = [row.price for page in pages(Shelf(order=ShelfOrder.price_up)) for row in page]
    down = [row.price for page in pages(Shelf(order=ShelfOrder.price_down)) for row in page]
    assert up == sorted(up) and down == sorted(up, reverse=True)


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("low", "high", "fen"), [("10.5", "", (1050, 10**9)), ("", "￥11", (0, 1100)), ("11", "11.00", (1100, 1100))]
)
def test_the_price_is_bounded_on_both_sides(low: str, high: str, fen: tuple[int, int]) -> None:
    prices = {row.price for page in pages(Shelf(low=low, high=high)) for row in page}
    every = {row.price for page in pages(Shelf()) for row in page}
    assert prices == {price for price in every if fen[0] <= price <= fen[1]} != set()


@pytest.mark.usefixtures("goods")
def test_what_is_sold_out_can_be_left_out() -> None:
    """By hand is never sold out."""
    rows = [row for page in pages(Shelf(in_stock=True)) for row in page]
    assert rows and all(row.stock != 0 for row in rows)
    assert {row.slug for page in pages(Shelf()) for row in page if row.stock != 0} == {row.slug for row in rows}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"low": "abc"}, FieldError.not_money),
        ({"high": "-1"}, FieldError.not_money),
        ({"low": "9", "high": "8"}, FieldError.out_of_range),
    ],
)
def test_a_bound_that_is_none_is_told_and_kept_as_it_was_typed(asked: dict[str, str], error: FieldError) -> None:
    shown = shelf_shown(read_shelf(asked))
    assert shown.price_error == error
    assert {"low": shown.low, "high": shown.high} == {"low": "", "high": ""} | asked
    assert read_shelf(asked).prices() == (None, None)


def test_what_an_address_cannot_mean_is_left_out() -> None:
    asked = {"category": "nothing", "order": "random()", "stock": "yes", "q": " ", "low": "", "high": ""}
    assert read_shelf(asked) == Shelf()


def test_each_choice_keeps_the_others() -> None:
    shown = shelf_shown(read_shelf({"category": "software", "q": "win", "low": "5", "order": "price_up", "stock": "1"}))
    for one in (*shown.tabs, *shown.orders):
        assert "q=win" in one.url and "low=5" in one.url
    assert "stock" not in shown.stock_url and "category=software" in shown.stock_url
    assert [one.name for one in shown.orders if one.selected] == ["price_up"]


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("after", ["x", "1", "1.x", "²", "-1.-1", "9" * 40])
def test_a_key_that_is_none_begins_from_the_top(after: str) -> None:
    with db.reading() as session:
        found = catalog_page(a_look(session, None, now=NOW), Shelf(), after=after)
    assert len(found.rows) == PAGE_SIZE

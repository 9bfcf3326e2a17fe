"""The form of a recall says what it would touch before it does it; the page counts how far it is (R93)."""

from typing import Any

import pytest

from cardmall.adapters import clock, db
from cardmall.domain.recalls import Looked
from cardmall.domain.terms import Role
from cardmall.models import Account, Card, Product, Recall
from cardmall.reads.people import as_actor
from cardmall.services.act import Act
from cardmall.services.shop.stock import stock_codes
from cardmall.states.admin.case import AdminCaseState
from cardmall.states.merchant.product_stock import ProductStockState
from cardmall.states.recalling import NO_EFFECT
from tests.states.test_appeal_desk import account, appealed
from tests.states.test_desks import page_of, run, town
from tests.states.test_goods import comes
from tests.town import an_act, count, rows, run_jobs

pytestmark = pytest.mark.usefixtures("town")
SLUG = "office-home"
FORM = {"reason": "out_of_date", "words": "已过期，为您退款", "remedy": "refund", "looked": Looked.unseen.value}
__all__ = ["town"]


def at_stock(who: str = "bob") -> Any:
    page = page_of(ProductStockState, who, f"/merchant/stock/{SLUG}")
    run(ProductStockState.refresh.fn(page))
    return page


def codes_on_shelf(number: int) -> str:
    """Fresh codes of the product, one a line."""
    codes = [f"STATE-{n}-{count(Card)}" for n in range(number)]
    with db.transaction() as session:
        (product,) = [one for one in rows(Product) if one.slug == SLUG]
        bob: Account = account(session, "bob")
        stock_codes(_act(session, bob), product, codes)
    return "\n".join(codes)


def _act(session: Any, who: Account) -> Act:
    return an_act(session, as_actor(who), now=clock.now())


def recalls() -> int:
    """Pressed beside the one of the town."""
    return count(Recall) - 1


def send(page: Any, state: Any = ProductStockState, **told: str) -> Any:
    """What the form says; once it shows what it would touch, that as well."""
    counted = {"counted": "yes"} if page.previewed else {}
    return run(state.recall.fn(page, {**FORM, **counted, **told}))


def test_the_first_press_counts_and_the_same_again_recalls() -> None:
    page, codes = at_stock(), codes_on_shelf(2)
    ProductStockState.begin_recall.fn(page, "")
    assert (page.recalling, page.recalled_batch, page.previewed) == (True, "", False)
    assert send(page, codes=codes) is None
    assert (page.previewed, page.recall_effect.shelf, page.recall_effect.orders) == (True, 2, 0)
    assert send(page, codes=codes, counted="") is None  # the second half of a double click
    assert recalls() == 0 and page.previewed
    assert send(page, codes=codes, words="改了说明") is None  # another form is counted anew
    assert recalls() == 0
    assert "开始召回" in str(send(page, codes=codes, words="改了说明"))
    assert (page.recalling, page.previewed, page.recall_effect) == (False, False, NO_EFFECT)
    (row,) = page.figures.recalls
    assert (row.batch, row.reason, row.words, row.done, row.waiting) == ("", "out_of_date", "改了说明", 0, 0)
    run_jobs()
    assert "正在重试" in str(run(ProductStockState.retry.fn(page, row.key)))


def test_what_is_wrong_stands_beside_its_field_and_the_form_closes_with_nothing_done() -> None:
    page = at_stock()
    ProductStockState.begin_recall.fn(page, "")
    send(page, reason="", words="", codes="NOBODY")
    assert (page.reason_error, page.words_error, page.previewed) == ("required", "required", False)
    send(page, codes="NOBODY")
    assert (page.reason_error, page.codes_error) == ("", "not_a_choice")
    ProductStockState.begin_recall.fn(page, "PC-000000-01")
    assert send(page) is not None  # said: there is no such batch
    assert not page.previewed
    ProductStockState.leave_recall.fn(page)
    assert (page.recalling, page.codes_error, recalls()) == (False, "", 0)


def test_what_is_wrong_in_one_form_of_the_page_stays_when_another_is_sent() -> None:
    page = at_stock()
    run(ProductStockState.set_line.fn(page, {"line": "viele"}))
    run(ProductStockState.export_codes.fn(page, {"password": ""}))
    ProductStockState.begin_recall.fn(page, "")
    send(page, codes="NOBODY")
    told = page.line_error, page.password_error, page.codes_error
    assert told == ("not_a_number", "required", "not_a_choice")
    run(comes(page, again=False))
    run(ProductStockState.load.fn(page))
    assert (page.line_error, page.password_error, page.codes_error) == ("", "", "")


def test_the_form_stays_open_about_its_batch_when_the_page_is_drawn_anew() -> None:
    page = at_stock()
    run(ProductStockState.load.fn(page))
    ProductStockState.begin_recall.fn(page, "PC-1")
    for about in ("PC-1", ""):
        run(comes(page, again=about != ""))
        run(ProductStockState.load.fn(page))
        assert (page.recalling, page.recalled_batch) == (about != "", about)


def test_nobody_else_sees_or_does_any_of_it() -> None:
    codes = codes_on_shelf(1)
    for who in ("alice", "erin"):
        page = at_stock(who)
        send(page, codes=codes)
        send(page, codes=codes)
        assert (page.previewed, page.figures.may_recall, recalls()) == (False, False, 0)


def test_an_admin_recalls_from_an_appeal() -> None:
    page = page_of(AdminCaseState, "carol", f"/admin/cases/{appealed()}")
    run(AdminCaseState.refresh.fn(page))
    slug = page.view.order.product_slug
    with db.transaction() as session:
        (product,) = [one for one in rows(Product) if one.slug == slug]
        stock_codes(_act(session, account(session, "bob")), product, ["ADMIN-1"])
    AdminCaseState.begin_recall.fn(page, "")
    send(page, AdminCaseState, codes="ADMIN-1")
    assert "开始召回" in str(send(page, AdminCaseState, codes="ADMIN-1"))
    recall = rows(Recall, by=Recall.pressed_at)[-1]
    assert (recall.role, [row.key for row in page.view.recalls]) == (Role.admin, [recall.id])

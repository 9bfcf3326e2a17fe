"""Manners at the door: without scripts, with wrong input, to strangers, in English, for screen readers."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.person import PASSWORD, Person
from tests.e2e.pages.shopper import Shopper

NewPage = Callable[..., Page]


def test_signing_in_works_without_scripts(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/login")
    page.locator("input[name=identifier]").fill("dave@cardmall.test")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form[action$='/auth/sign-in'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))
    names = [cookie for cookie in page.context.cookies() if cookie.get("name") == "cardmall_session"]
    assert [(c.get("httpOnly"), c.get("sameSite")) for c in names] == [(True, "Lax")]


def test_a_wrong_password_and_an_unknown_account_look_the_same_and_keep_what_was_typed(new_page: NewPage) -> None:
    said = []
    for typed in ("dave@cardmall.test", "nobody@cardmall.test"):
        page = new_page()
        page.goto("/login")
        page.locator("input[name=identifier]").fill(typed)
        page.locator("input[name=password]").fill("not the password")
        page.get_by_role("main").get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        expect(page.locator("input[name=identifier]")).to_have_value(typed)
        said.append(page.get_by_role("main").inner_text())
    assert said[0] == said[1]


def test_an_unknown_and_a_foreign_order_show_the_same_page(new_page: NewPage, db: Connection) -> None:
    foreign = db.execute(text("SELECT o.no FROM \"order\" o JOIN account a ON a.id = o.shopper_id "
                              "WHERE a.email = 'alice@cardmall.test' LIMIT 1")).scalar_one()  # fmt: skip
    dave = Person(new_page()).sign_in("dave")
    for path in ("/orders/{}", "/orders/{}/cancel", "/checkout/{}", "/pay/{}", "/support/{}"):
        shown = []
        for no in (foreign, "CM26010100000000"):
            dave.visit(path.format(no)).sees("没有找到相关内容")
            shown.append(dave.page.locator("main").inner_text())
        assert shown[0] == shown[1] and foreign not in shown[0]


def test_the_cancel_form_says_what_is_missing_beside_the_field_and_keeps_the_text(new_page: NewPage) -> None:
    dave = Shopper(new_page())
    dave.sign_in("dave")
    no = dave.buy("reader-year")
    dave.open_form(no)
    dave.page.get_by_role("textbox", name="补充说明").fill("项目取消了")
    dave.press(dave.submit_button())
    expect(dave.page.get_by_role("alert").filter(has_text="请选择原因")).to_be_visible()
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("项目取消了")
    dave.choose(dave.page.get_by_role("radio", name="需求变更")).press(dave.submit_button())
    expect(dave.panel("in_case")).to_be_visible()


def test_the_whole_page_speaks_english_when_asked(new_page: NewPage) -> None:
    page = new_page()
    Person(page).sign_in("alice")
    page.request.post("/locale", form={"locale": "en"})
    page.goto("/orders")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("My orders")
    expect(page).to_have_title("My orders")
    for tab in ("All", "To pay", "Delivered"):
        expect(page.get_by_role("link", name=re.compile(rf"^{tab} ?\d+")).first).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_fit_for_screen_readers_and_never_scroll_sideways(
    new_page: NewPage, viewport: tuple[int, int]
) -> None:
    alice, bob = Person(new_page(viewport)).sign_in("alice"), Person(new_page(viewport)).sign_in("bob")
    for person, path in ((alice, "/"), (alice, "/p/office-home"), (alice, "/orders"), (bob, "/merchant")):
        person.visit(path)
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()
        expect(person.page.locator(".breathe")).to_have_count(0)
        found = Axe().run(person.page).response["violations"]
        assert not [v for v in found if v["impact"] in ("serious", "critical")], (path, found)
        width = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, path

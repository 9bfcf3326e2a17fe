"""A form that is not right says so where it is read; a press says what becomes of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Connection, text

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town
from tests.e2e.truth import nobody_writes
from tests.serving import App

NewPage = Callable[..., Page]
VIEWPORTS = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])


def summary(form: Locator) -> Locator:
    """What is wrong with the form, said beside its button."""
    return form.locator("[role=alert][data-wrong]")


def shown(control: Locator) -> Locator:
    """The control as it is seen: the box of a chip is its label."""
    return control.locator("xpath=(ancestor::label | self::*)[1]")


def first_wrong(form: Locator) -> Locator:
    """The control that has the focus, once it is one the form complains about."""
    held = form.locator(":focus:not(button)")  # the press itself gave its button the focus
    expect(shown(held)).to_be_in_viewport()
    wrong = form.page.locator("[id$='-error']:not(:empty)").first
    expect(wrong).to_be_visible()
    return held


def says_what_is_wrong(form: Locator, press: Locator) -> None:
    """Twice: the second refusal says the same as the first and moves the focus again."""
    for _ in range(2):
        press.click()
        expect(summary(form)).to_be_visible()
        held = first_wrong(form)
        held.blur()
        alert, act = summary(form).bounding_box(), press.bounding_box()
        assert alert and act and 0 <= act["y"] - (alert["y"] + alert["height"]) <= 16, "directly above its button"
    summary(form).get_by_role("link").first.click()
    expect(shown(form.locator(":focus"))).to_be_in_viewport()


@VIEWPORTS
def test_b1_an_empty_request_leads_to_the_first_wrong_field(new_page: NewPage, viewport: tuple[int, int]) -> None:
    dave = Shopper(new_page(viewport=viewport))
    dave.sign_in("dave")
    no = dave.buy("reader-year")
    dave.open_form(no)
    dave.page.get_by_role("textbox", name="补充说明").fill("项目取消了")
    form = dave.page.locator("main form")
    says_what_is_wrong(form, dave.submit_button())
    expect(form.get_by_role("radio").first).to_be_focused()
    expect(dave.page.get_by_role("textbox", name="补充说明")).to_have_value("项目取消了")
    dave.fill_form().send_form(no)


@VIEWPORTS
def test_b1_a_rule_not_agreed_to_is_asked_for_in_our_words(new_page: NewPage, viewport: tuple[int, int]) -> None:
    dave = Shopper(new_page(viewport=viewport))
    dave.sign_in("dave")
    dave.order("reader-year")
    form = dave.page.locator("main form")
    says_what_is_wrong(form, dave.button(re.compile("确认规则并去支付")))
    expect(form.get_by_role("checkbox")).to_be_focused()
    expect(summary(form)).to_contain_text("请先阅读并勾选")


FORMS = {
    "password": ("dave", "/me", "修改密码"),
    "calendar": ("carol", "/admin/calendar", "保存设定"),
    "support": ("dave", "/support/{no}", re.compile("发送")),
    "talk": ("dave", "/orders/{no}", "发送"),
    "transfer": ("dave", "/orders/{no}/transfer", re.compile("发起转让")),
    "sign-in": ("", "/login", "登录"),
    "register": ("", "/register", "注册"),
    "forgot": ("", "/forgot", re.compile("验证码")),
}


@pytest.mark.parametrize("name", FORMS)
def test_b1_every_form_answers_an_empty_press_itself(new_page: NewPage, town: Town, name: str) -> None:
    who, path, words = FORMS[name]
    no = town.dave().buy("reader-year") if "{no}" in path else ""
    person = Person(new_page())
    if who:
        person.sign_in(who)
    person.visit(path.format(no=no))
    if name == "talk":
        person.press(person.button("打开对话"))
    form = person.page.locator("main form").filter(has=person.button(words)).first
    expect(form).to_have_js_property("noValidate", True)
    person.press(person.button(words, within=form))
    form = person.page.locator("main form").filter(has=person.button(words)).first
    expect(summary(form)).to_be_visible()
    first_wrong(form)


def test_b1_the_merchants_empty_answer_and_delivery_say_what_is_missing(town: Town) -> None:
    dave = town.dave()
    wanted, asked = dave.buy("reader-year"), dave.buy("reader-year")
    dave.request(asked)
    bob = town.bob().visit("/merchant/delivery")
    row = bob.box_of(wanted)
    bob.press(bob.button(re.compile("发货"), within=row))
    expect(summary(row.locator("form"))).to_be_visible()
    first_wrong(row.locator("form"))


def attempts(db: Connection, no: str) -> int:
    """How many times the order was asked to be canceled."""
    wanted = text('SELECT count(*) FROM attempt a JOIN "order" o ON o.id = a.order_id WHERE o.no = :no')
    return int(db.execute(wanted, {"no": no}).scalar_one())


def test_b2_a_button_shows_that_its_act_runs_and_cannot_be_pressed_again(
    app: App, new_page: NewPage, db: Connection
) -> None:
    dave = Shopper(new_page())
    dave.sign_in("dave")
    no = dave.buy("reader-year")
    dave.open_form(no).fill_form()
    with nobody_writes(app):
        dave.press(dave.submit_button())
        expect(dave.submit_button()).to_have_attribute("aria-busy", "true")
        dave.press(dave.submit_button())
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    expect(dave.panel("in_case")).to_be_visible()
    expect(dave.page.locator("[aria-busy]")).to_have_count(0)
    assert attempts(db, no) == 1

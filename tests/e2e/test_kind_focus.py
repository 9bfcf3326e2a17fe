"""After a submit and after a step inside the app the focus is at the result or at the heading."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.town import Town

MANUAL = "reader-year"


def at_heading(page: Page) -> None:
    expect(page.locator("main h1:not([data-loading])").first).to_be_focused()


def at_result(page: Page, panel: str) -> None:
    expect(page.locator(f"[data-panel={panel}]")).to_be_focused()


@pytest.mark.parametrize(
    ("who", "start", "path"),
    [
        ("dave", "/", "/p/"),
        ("alice", "/orders", "/orders/CM"),
        ("alice", "/inbox", "/orders/CM"),
        ("bob", "/merchant", "/merchant/cases/AS"),
        ("bob", "/merchant/money", "/merchant/orders/CM"),
        ("carol", "/admin", "/admin/cases/AS"),
    ],
)
def test_b7_a_step_inside_the_app_begins_at_the_heading(
    new_page: Callable[..., Page], who: str, start: str, path: str
) -> None:
    one = Person(new_page()).sign_in(who).visit(start)
    go = one.page.locator("main").locator(f"a[href*='{path}']").first
    expect(go).to_be_visible()
    one.press(go)
    one.page.wait_for_url(re.compile(path))
    at_heading(one.page)


def test_b7_from_one_case_to_another_the_focus_goes_to_the_new_heading(town: Town) -> None:
    bob = town.bob().visit("/merchant")
    bob.press(bob.page.locator("main").get_by_role("link", name="查看").first)
    bob.page.wait_for_url(re.compile(r"/merchant/cases/AS"))
    before = bob.page.url
    past = bob.page.locator("main li a[href*='/merchant/cases/AS']").first
    expect(past).to_be_visible()
    bob.press(past)
    expect(bob.page).not_to_have_url(before)
    at_heading(bob.page)


def bought(town: Town) -> tuple[Shopper, str]:
    dave = town.dave()
    return dave, dave.buy(MANUAL)


def test_b7_a_form_that_leads_on_ends_at_the_heading_of_what_it_led_to(town: Town) -> None:
    dave, no = bought(town)
    dave.request(no)
    at_heading(dave.page)


def test_b7_an_act_on_the_page_ends_at_its_result(town: Town) -> None:
    dave, no = bought(town)
    dave.request(no)
    dave.open_order(no).say_yes("撤回申请", "撤回申请")
    at_result(dave.page, "waiting_manual")


def test_b7_a_merchants_answer_ends_at_its_result(town: Town) -> None:
    dave, no = bought(town)
    dave.request(no)
    bob = town.bob().open_case(no)
    bob.reject("授权已在制作中")
    at_result(bob.page, "over")


def test_b7_a_row_that_was_answered_leaves_the_focus_in_the_page(town: Town) -> None:
    dave, no = bought(town)
    dave.request(no)
    bob = town.bob().open_queue().approve_in_queue(no)
    at_heading(bob.page)


def test_b7_the_end_of_a_list_keeps_its_place_on_the_page(town: Town) -> None:
    """The last "more" of a list is gone after its press: the reader stays where the new rows begin."""
    alice = town.alice().visit("/inbox")
    rows, more = alice.page.locator("main li"), alice.button("查看更早的消息")
    expect(more).to_be_visible()
    while more.count():
        shown = rows.count()
        more.scroll_into_view_if_needed()
        place = alice.page.evaluate("window.scrollY")
        alice.press(more)
        expect(rows).not_to_have_count(shown)
    at_heading(alice.page)
    assert place > 0 and alice.page.evaluate("window.scrollY") == place


def test_b7_a_browser_that_cannot_tell_what_is_visible_loses_no_focus(town: Town) -> None:
    dave, no = bought(town)
    dave.request(no)
    dave.page.add_init_script("delete Element.prototype.checkVisibility")  # Safari before 17.4
    dave.open_order(no).say_yes("撤回申请", "撤回申请")
    at_result(dave.page, "waiting_manual")

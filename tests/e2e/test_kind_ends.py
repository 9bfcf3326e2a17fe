"""No page is a dead end, and nobody is shown another's frame."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages.person import Person
from tests.e2e.town import Town

NewPage = Callable[..., Page]
STAFF = {"bob": ("/merchant", "商家中心"), "carol": ("/admin", "平台管理")}


def of(new_page: NewPage, name: str, viewport: tuple[int, int] = DESK) -> Person:
    person = Person(new_page(viewport=viewport))
    return person.sign_in(name) if name else person


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", STAFF)
def test_b6_staff_find_their_desk_from_every_page_of_the_mall(
    new_page: NewPage, name: str, viewport: tuple[int, int]
) -> None:
    desk, title = STAFF[name]
    person = of(new_page, name, viewport).visit("/me")
    main = person.page.locator("main")
    expect(main.get_by_role("link", name=title)).to_have_attribute("href", desk)
    expect(main.get_by_role("link", name="我的订单")).to_have_count(0)
    header = person.page.get_by_role("banner").get_by_role("navigation").get_by_role("link", name=title)
    expect(header).to_have_attribute("href", desk)


@pytest.mark.parametrize("name", STAFF)
def test_b6_staff_are_told_that_they_cannot_buy_before_they_press(new_page: NewPage, name: str) -> None:
    person = of(new_page, name).visit("/p/office-home")
    expect(person.button("立即购买")).to_be_disabled()
    person.sees("请用买家账号购买")


@pytest.mark.parametrize(("name", "path"), [("alice", "/merchant"), ("bob", "/admin"), ("carol", "/merchant/delivery")])
def test_b6_the_wrong_role_sees_its_own_frame(new_page: NewPage, name: str, path: str) -> None:
    person = of(new_page, name).visit(path).sees("没有找到相关内容")
    other = "商家中心" if path.startswith("/merchant") else "平台管理"
    expect(person.page.get_by_role("navigation", name=other)).to_have_count(0)
    expect(person.page.get_by_role("banner").get_by_role("navigation")).to_be_visible()


def test_b6_an_admin_opens_an_order_in_the_frame_of_the_desk(town: Town) -> None:
    no = town.dave().buy("reader-year")
    carol = town.carol().visit(f"/orders/{no}")
    expect(carol.page.get_by_role("navigation", name="平台管理")).to_be_visible()
    expect(carol.page.get_by_role("banner")).to_have_count(0)
    carol.sees(no)


@pytest.mark.parametrize(
    ("name", "links"), [("", ("登录", "商城")), ("dave", ("我的订单", "商城")), ("bob", ("商家中心", "商城"))]
)
@pytest.mark.parametrize("path", ["/orders/CM26010100000000", "/nowhere"])
def test_b6_an_unknown_page_says_where_to_go(new_page: NewPage, name: str, links: tuple[str, ...], path: str) -> None:
    person = Person(new_page(allow=("404",)))
    if name:
        person.sign_in(name)
    person.visit(path)
    for words in links:
        expect(person.page.locator("main").get_by_role("link", name=words).first).to_be_visible()


def test_b6_a_stranger_at_a_personal_page_finds_its_heading_and_the_way_in(new_page: NewPage) -> None:
    person = of(new_page, "").visit("/orders")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("请先登录")
    expect(person.link("登录", within=person.page.locator("main"))).to_be_visible()


@pytest.mark.parametrize("path", ["/orders", "/orders/CM26010100000000", "/merchant", "/admin", "/p/office-home"])
def test_b6_a_page_that_is_still_loading_has_a_title_and_a_heading(new_page: NewPage, path: str) -> None:
    page = new_page()
    page.route_web_socket(re.compile("/_event"), lambda ws: None)  # its server never answers
    page.goto(path)
    expect(page.get_by_role("heading", level=1).first).to_be_attached()
    assert page.title().strip()

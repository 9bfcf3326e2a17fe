"""Evidence by picker and drop: what the form carries, what is refused in words, who sees it in the end."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Connection, text

from tests.e2e.conftest import PHONE
from tests.e2e.pages.evidence import PictureBox
from tests.e2e.pages.person import Person
from tests.e2e.pages.shopper import Shopper
from tests.e2e.truth import Truth
from tests.hostile import gif, picture, truncated


@pytest.fixture
def dave(new_page: Callable[..., Page]) -> Shopper:
    shopper = Shopper(new_page(allow=("415",)))
    shopper.sign_in("dave")
    return shopper


def sent(db: Connection, no: str) -> list[str]:
    rows = 'SELECT p.id FROM picture p JOIN "order" o ON o.id = p.order_id WHERE o.no = :no AND p.round_id IS NOT NULL'
    return list(db.execute(text(f"{rows} ORDER BY p.at, p.id"), {"no": no}).scalars())


def waiting(db: Connection, no: str) -> int:
    rows = 'SELECT count(*) FROM picture p JOIN "order" o ON o.id = p.order_id WHERE o.no = :no AND p.round_id IS NULL'
    return db.execute(text(rows), {"no": no}).scalar_one()


def test_pictures_chosen_and_dropped_go_along_with_the_request(
    dave: Shopper, new_page: Callable[..., Page], db: Connection
) -> None:
    no = dave.buy("reader-year")
    dave.open_form(no)
    box = PictureBox(dave.page)
    box.choose(("凭证.png", picture("PNG"))).holds(1)
    box.drop(("one.jpg", picture()), ("two.webp", picture("WEBP"))).holds(3)
    box.take_back("one.jpg").holds(2)
    dave.reload()
    kept = box.holds(2).ids()
    dave.fill_form("商品信息不符").press(dave.submit_button())
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    assert (sent(db, no), waiting(db, no)) == (kept, 0)
    assert Truth(db, no).stage == "in_case"
    answer = 'SELECT answer FROM attempt a JOIN "order" o ON o.id = a.order_id WHERE o.no = :no'
    assert list(db.execute(text(answer), {"no": no}).scalars()) == ["case"]
    seen = {}
    for name in ("dave", "bob", "carol", "alice", "erin"):
        person = Person(new_page()).sign_in(name)
        seen[name] = person.page.request.get(f"/pictures/{kept[0]}").status
    assert seen == {"dave": 200, "bob": 200, "carol": 200, "alice": 404, "erin": 404}


def test_what_is_refused_says_why_beside_the_others(dave: Shopper, db: Connection) -> None:
    no = dave.buy("reader-year")
    dave.open_form(no)
    box = PictureBox(dave.page)
    large = picture() + bytes(5 * 1024 * 1024)
    box.drop(("a.gif", gif()), ("b.jpg", large), ("c.jpg", truncated()), ("d.png", picture("PNG")))
    box.says("a.gif：只支持 JPG、PNG、WebP", "b.jpg：图片过大，每张不超过 5 MB", "c.jpg：只支持 JPG、PNG、WebP").holds(
        1
    )
    for name in ("a.gif", "b.jpg", "c.jpg"):
        box.take_back(name)
    box.drop(*[(f"{n}.jpg", picture()) for n in range(6)]).holds(6).says("最多 6 张图片")
    assert waiting(db, no) == len(box.ids()) == 6


def test_the_form_waits_for_a_picture_on_its_way(dave: Shopper, db: Connection) -> None:
    no = dave.buy("reader-year")
    dave.open_form(no).fill_form()
    box, held = PictureBox(dave.page), []

    def hold(route: Route) -> None:
        held.append(route) if route.request.method == "POST" else route.continue_()

    dave.page.route("**/pictures", hold)
    box.drop(("late.jpg", picture()))
    dave.press(dave.submit_button())
    expect(box.box.get_by_text("图片正在上传")).to_be_visible()
    assert Truth(db, no).stage == "to_deliver"
    dave.page.unroute("**/pictures", hold)
    box.holds(1)
    expect(box.box.get_by_text("图片正在上传")).to_have_count(0)
    dave.press(dave.submit_button())
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    assert len(sent(db, no)) == 1


def test_the_box_fits_a_phone_and_is_reached_by_keys(new_page: Callable[..., Page]) -> None:
    dave = Shopper(new_page(viewport=PHONE, has_touch=True))
    dave.sign_in("dave")
    dave.open_form(dave.buy("reader-year"))
    box = PictureBox(dave.page)
    box.drop(*[(f"{n}.jpg", picture()) for n in range(5)]).holds(5)
    assert dave.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    dave.page.get_by_role("textbox", name="补充说明").focus()
    reached = []
    for _ in range(6):
        dave.page.keyboard.press("Tab")
        reached.append(dave.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.type"))
    assert reached == [*[f"移除 {n}.jpg" for n in range(5)], "图片佐证"]
    dave.page.keyboard.press("Shift+Tab")
    dave.page.keyboard.press("Enter")
    box.holds(4)

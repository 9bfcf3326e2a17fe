"""Names that say what they are, acts that ask once, the decision where it is looked for."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESK
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.test_kind_forms import VIEWPORTS
from tests.e2e.test_refunds import owed, refund_no, statuses
from tests.e2e.town import Town
from tests.e2e.truth import settled

NewPage = Callable[..., Page]
MANUAL = "reader-year"
WHOLE = "el => el.scrollWidth <= el.clientWidth"


def box_of(what: Locator) -> dict[str, float]:
    expect(what).to_be_visible()
    found = what.bounding_box()
    assert found
    return dict(found)  # type: ignore[arg-type]


@VIEWPORTS
def test_b5_a_card_never_loses_its_face_value(new_page: NewPage, viewport: tuple[int, int]) -> None:
    page = new_page(viewport=viewport)
    page.goto("/")
    for name, face in (("Steam 钱包充值码 ¥200", "¥200"), ("PlayStation 充值卡 港服 500", "500")):
        card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
        value = card.get_by_role("heading").locator("[data-face]")
        expect(value).to_have_text(face)
        assert value.evaluate(WHOLE)
        outer, inner = box_of(card), box_of(value)
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


@VIEWPORTS
def test_b5_the_way_to_a_refund_has_one_target(new_page: NewPage, town: Town, viewport: tuple[int, int]) -> None:
    dave = Shopper(new_page(viewport=viewport))
    dave.sign_in("dave")
    no = dave.buy(MANUAL)
    dave.request(no)
    town.bob().open_case(no).approve()
    dave.open_order(no)
    track = dave.page.locator("main").get_by_role("link", name="查看退款进度")
    expect(track.first).to_be_visible()
    assert len({link.get_attribute("href") for link in track.all()}) == 1
    # What no longer matters is gone: nothing to look at, nothing to cancel.
    expect(dave.page.get_by_role("heading", name="取消")).to_have_count(0)
    expect(dave.page.locator("#codes")).to_have_count(0)
    expect(dave.page.locator("main").get_by_text("点击“查看卡密”")).to_have_count(0)


@VIEWPORTS
def test_b5_reject_in_the_queue_leads_to_its_form(new_page: NewPage, town: Town, viewport: tuple[int, int]) -> None:
    dave = town.dave()
    no = dave.buy(MANUAL)
    dave.request(no)
    bob = Merchant(new_page(viewport=viewport))
    bob.sign_in("bob")
    bob.open_case(no)
    form = bob.page.locator("#reject form").first
    expect(form.get_by_role("radio").first.locator("xpath=ancestor::label")).to_be_in_viewport()


def test_b5_the_merchants_case_is_named_and_decided_above_the_fold(new_page: NewPage, town: Town) -> None:
    dave = town.dave()
    no = dave.buy(MANUAL)
    dave.request(no)
    bob = town.bob()
    bob.open_queue().press(bob.queue_row(no).get_by_role("link").first)
    bob.page.wait_for_url(re.compile(r"/merchant/cases/AS\d{14}/?$"))
    title = bob.page.get_by_role("heading", level=1)
    for part in ("读书会员 年卡", "¥168.00", "取消订单"):
        expect(title).to_contain_text(part)
    act = bob.button(re.compile("^同意退款"))
    expect(act).to_be_in_viewport(ratio=1)
    assert box_of(act)["y"] < DESK[1]


def test_b5_the_shoppers_and_the_admins_case_say_what_it_is_about(town: Town) -> None:
    dave = town.dave()
    no = dave.buy(MANUAL)
    town.bob().deliver(no, f"NAME-{no[-8:]}")
    dave.open_order(no).reveal()
    dave.appeal(no, "兑换时提示无效", "卡密无效")
    expect(dave.page.get_by_role("heading", level=1)).to_contain_text("读书会员 年卡")
    expect(dave.page.get_by_role("heading", level=1)).to_contain_text("¥168.00")
    case = re.findall(r"AS\d{14}", dave.page.url)[0]
    carol = town.carol().visit("/admin")
    row = carol.page.get_by_role("row").filter(has_text=case)
    # The merchant may still be heard: nothing can be ruled yet, so nobody is sent to rule.
    expect(carol.link("查看", within=row)).to_be_visible()
    expect(carol.link("去裁决", within=row)).to_have_count(0)
    carol.press(carol.link("查看", within=row))
    title = carol.page.get_by_role("heading", level=1)
    for part in ("读书会员 年卡", "¥168.00"):
        expect(title).to_contain_text(part)


@VIEWPORTS
def test_b5_delivering_asks_once(new_page: NewPage, town: Town, viewport: tuple[int, int]) -> None:
    dave = town.dave()
    no = dave.buy(MANUAL)
    bob = Merchant(new_page(viewport=viewport))
    bob.sign_in("bob")
    bob.visit("/merchant/delivery")
    row = bob.box_of(no)
    row.get_by_role("textbox").fill(f"ONCE-{no[-8:]}")
    bob.press(bob.button("密封并发货", within=row))
    bob.press(bob.button("返回", within=bob.dialog()))
    assert town.truth(no).status == "awaiting_delivery"
    expect(row.get_by_role("textbox")).to_have_value(f"ONCE-{no[-8:]}")
    bob.press(bob.button("密封并发货", within=row))
    bob.press(bob.button("密封并发货", within=bob.dialog()))
    expect(row).to_have_count(0)
    assert town.truth(no).status == "delivered"


def test_b5_the_proposed_repair_is_the_primary_button_and_asks_once(town: Town) -> None:
    dave, clock = town.dave(), town.clock()
    no = owed(town, dave, "银行卡", ("退款", "收款账户已注销"))
    number = refund_no(town, no)
    for _ in range(4):
        clock.a_day()
    assert settled(lambda: statuses(town, no), ["needs_attention"]) == ["needs_attention"]
    carol = town.carol().visit("/admin/abnormal")
    row = carol.page.get_by_role("row").filter(has_text=number)
    act = carol.button(f"请买家为退款 {number} 提供新的收款账户", within=row)
    expect(row.get_by_role("button").first).to_have_attribute("aria-label", re.compile(number))
    carol.press(act)
    carol.press(carol.button("返回", within=carol.dialog()))
    assert not town.truth(no).verbs.count("redirect_asked")
    carol.press(act)
    carol.press(carol.dialog().locator("button").last)
    expect(row).to_contain_text("已请买家提供新账户")
    assert town.truth(no).verbs.count("redirect_asked") == 1


def test_b5_every_page_of_a_desk_counts_what_waits_and_follows(new_page: NewPage, town: Town) -> None:
    bob = town.bob().visit("/merchant/money")
    entry = bob.page.get_by_role("navigation", name="商家中心").get_by_role("link", name=re.compile("^取消审核"))
    expect(entry.locator("b")).to_be_visible()
    before = int(entry.locator("b").inner_text())
    dave = town.dave()
    no = dave.buy(MANUAL)
    dave.request(no)
    expect(entry.locator("b")).to_have_text(str(before + 1))
    carol = town.carol().visit("/admin/calendar")
    bar = carol.page.get_by_role("navigation", name="平台管理")
    expect(bar.get_by_role("link", name=re.compile("^异常订单")).locator("b")).to_be_visible()

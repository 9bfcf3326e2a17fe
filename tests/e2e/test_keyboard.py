"""Stories told with the keyboard alone: unpaid cancel, request, approve, appeal, ruling."""

import re

from playwright.sync_api import Locator, Route, expect

from tests.e2e.pages.keyboard import Keyboard
from tests.e2e.town import Town

MANUAL = "reader-year"
GROUND = "依平台记录与双方陈述"


def at_keys(town: Town, name: str) -> Keyboard:
    return Keyboard(town.new_page()).sign_in(name)


def button(who: Keyboard, name: str | re.Pattern[str]) -> Locator:
    return who.page.locator("main").get_by_role("button", name=name).first


def link(who: Keyboard, name: str | re.Pattern[str]) -> Locator:
    return who.page.locator("main").get_by_role("link", name=name).first


def order(dave: Keyboard) -> str:
    """From the product to the checkout; the order's number."""
    dave.open(f"/p/{MANUAL}").press(button(dave, "立即购买"))
    dave.page.wait_for_url(re.compile(r"/checkout/CM"))
    return dave.lands().order_no()


def buy(dave: Keyboard) -> str:
    no = order(dave)
    form = dave.page.locator("main form")
    dave.choose(form.get_by_role("radio", name="支付宝"), form)
    dave.press(form.get_by_role("checkbox"), "Space").press(button(dave, re.compile("确认规则并去支付")))
    dave.page.wait_for_url(re.compile(r"/pay/CM"))
    dave.is_live().press(button(dave, "支付成功"))
    dave.page.wait_for_url(re.compile(r"/orders/CM"))
    return no


def request(dave: Keyboard, no: str) -> None:
    dave.open(f"/orders/{no}").press(dave.page.locator("#ways").get_by_role("link", name="申请取消"))
    dave.page.wait_for_url(re.compile(r"/cancel"))
    form = dave.lands().page.locator("main form")
    dave.choose(form.get_by_role("radio", name="需求变更"), form.locator("fieldset").filter(has_text="需求变更"))
    dave.press(button(dave, re.compile("提交申请并暂停")))
    dave.page.wait_for_url(re.compile(rf"/orders/{no}/?$"))
    dave.lands()
    expect(dave.page.locator("[data-panel=in_case]")).to_be_visible()


def row(who: Keyboard, no: str) -> Locator:
    return who.page.locator("main tr").filter(has_text=no).first


def reject(bob: Keyboard, no: str) -> None:
    bob.open("/merchant").press(row(bob, no).get_by_role("link", name="驳回"))
    bob.page.wait_for_url(re.compile(r"/merchant/cases/AS"))
    sheet = bob.lands().page.locator("#reject")
    bob.choose(sheet.get_by_role("radio", name="其他"), sheet)
    bob.write(sheet.get_by_role("textbox").first, "授权已在制作中")
    bob.press(sheet.get_by_role("button", name=re.compile("^驳回")))
    expect(bob.page.locator("main").get_by_text("已驳回").first).to_be_visible()
    bob.lands()


def appeal(dave: Keyboard, no: str) -> str:
    """The number of the case."""
    dave.open(f"/orders/{no}").press(dave.page.locator("[data-panel=rejected]").get_by_role("link", name="平台申诉"))
    dave.page.wait_for_url(re.compile(r"/cancel"))
    dave.lands().write(dave.page.get_by_role("textbox", name="补充说明"), "一直没有发货")
    dave.press(button(dave, "提交申诉"))
    dave.page.wait_for_url(re.compile(r"/cases/AS"))
    dave.lands()
    expect(dave.page.locator("[data-panel=appeal]")).to_be_visible()
    return re.findall(r"AS\d{14}", dave.page.url)[0]


def test_b7_an_unpaid_order_is_canceled_with_the_keyboard_alone(town: Town) -> None:
    dave = at_keys(town, "dave")
    no = order(dave)
    dave.open(f"/orders/{no}").press(dave.page.locator("#ways").get_by_role("button", name="立即取消"))
    dave.say_yes("立即取消")
    expect(dave.page.locator("[data-panel=canceled]")).to_be_visible()
    dave.lands()
    assert town.truth(no).status == "canceled"


def test_b7_a_code_is_revealed_and_copied_with_the_keyboard_alone(town: Town) -> None:
    dave = at_keys(town, "dave")
    no = buy(dave)
    town.bob().deliver(no, f"KEYS-{no[-8:]}")
    dave.open(f"/orders/{no}")
    codes = dave.page.locator("#codes")
    dave.press(codes.get_by_role("button", name="查看卡密")).say_yes("查看卡密")
    expect(codes.locator("code[data-code=shown]")).to_have_text(f"KEYS-{no[-8:]}")
    hide = codes.get_by_role("button", name="隐藏")
    expect(hide).to_be_focused()
    expect(codes.locator("code")).to_be_in_viewport(ratio=1)
    dave.key("Enter")
    expect(codes.locator("code")).to_have_attribute("data-code", "masked")
    dave.press(codes.get_by_role("button", name="复制"))


def test_b7_all_codes_at_once_leave_the_focus_at_the_first(town: Town) -> None:
    shopper = town.dave()
    no = shopper.buy(MANUAL, quantity=2)
    town.bob().deliver(no, f"ONE-{no[-8:]}", f"TWO-{no[-8:]}")
    dave = at_keys(town, "dave").open(f"/orders/{no}")
    codes = dave.page.locator("#codes")
    dave.press(codes.get_by_role("button", name=re.compile("全部"))).say_yes(re.compile("查看"))
    expect(codes.locator("code[data-code=shown]")).to_have_count(2)
    expect(codes.get_by_role("button", name="隐藏").first).to_be_focused()


def test_b7_codes_that_come_after_the_news_of_them_still_get_the_focus(town: Town) -> None:
    """The page may hear that the cards were looked at before it has the codes: then the button asked is gone."""
    no = town.alice().buy(MANUAL, quantity=2)
    town.bob().deliver(no, f"ONE-{no[-8:]}", f"TWO-{no[-8:]}")
    alice = at_keys(town, "alice").open(f"/orders/{no}")
    codes = alice.page.locator("#codes")
    everything = codes.get_by_role("button", name=re.compile("全部"))

    def late(route: Route) -> None:
        answer = route.fetch()
        everything.wait_for(state="detached")
        route.fulfill(response=answer)

    alice.page.route("**/reveal", late)
    alice.press(everything).say_yes(re.compile("查看"))
    expect(codes.locator("code[data-code=shown]")).to_have_count(2)
    expect(codes.get_by_role("button", name="隐藏").first).to_be_focused()


def test_b7_a_request_is_made_and_approved_with_the_keyboard_alone(town: Town) -> None:
    dave, bob = at_keys(town, "dave"), at_keys(town, "bob")
    no = buy(dave)
    request(dave, no)
    bob.open("/merchant").press(row(bob, no).get_by_role("button", name="同意退款")).say_yes(re.compile("同意"))
    expect(row(bob, no)).to_have_count(0)
    bob.lands()
    expect(dave.page.locator("[data-panel=refunding], [data-panel=refunded]").first).to_be_visible()
    assert town.truth(no).status == "canceled"


def test_b7_an_appeal_is_made_and_ruled_on_with_the_keyboard_alone(town: Town) -> None:
    dave, bob, carol = (at_keys(town, name) for name in ("dave", "bob", "carol"))
    no = buy(dave)
    request(dave, no)
    reject(bob, no)
    case = appeal(dave, no)
    bob.open(f"/merchant/cases/{case}").write(bob.page.get_by_role("textbox", name="您的陈述"), "平台记录可以证明")
    bob.press(button(bob, "提交陈述"))
    expect(dave.page.locator("[data-panel=appeal]")).to_contain_text("商家已陈述")
    bob.lands()
    carol.open(f"/admin/cases/{case}")
    form = carol.page.locator("main form").filter(has=carol.page.get_by_role("radio", name=re.compile("支持买家")))
    carol.choose(form.get_by_role("radio", name=re.compile("支持买家")), form.locator("fieldset"))
    carol.write(form.get_by_role("textbox", name="裁决理由"), GROUND)
    carol.press(form.get_by_role("button", name="作出裁决")).say_yes("作出裁决")
    expect(carol.page.locator("[data-panel=over]")).to_be_visible()
    carol.lands()
    expect(dave.page.locator("[data-panel=ruled_shopper]")).to_contain_text(GROUND)
    assert town.truth(no).cases == ["ruled_shopper"]

"""A shop is disabled while its orders run; an account is disabled while its page is open. Both are back in the end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.e2e.pages.admin import Admin
from tests.e2e.pages.newcomer import proven
from tests.e2e.pages.person import Person
from tests.e2e.town import Town
from tests.e2e.truth import settled

SHOP = "禾苗点卡"


@contextmanager
def disabled(carol: Admin, what: str, name: str) -> Iterator[None]:
    """The town is shared: whatever happens, it is enabled again."""
    carol.disable(what, name)
    try:
        yield
    finally:
        carol.enable(what, name)


def test_a_disabled_shop_is_wound_up_and_opens_again(town: Town) -> None:
    dave, carol, clock = town.dave("404"), town.carol(), town.clock()  # a disabled shop's product is not found
    delivered = dave.buy("nintendo-300")
    clock.five_minutes()
    expect(dave.panel("sealed")).to_be_visible()
    dave.request(delivered, "拍错规格", way="return")
    asked = dave.buy("skin-box")
    dave.request(asked)
    waiting = dave.order("genshin-6480")
    dave.fill_in(**{"游戏 UID": "100482917", "再次输入：游戏 UID": "100482917"}).choose_answer("区服", "国际服").pay()

    with disabled(carol, "shops", SHOP):
        carol.sees("多次逾期不发货")
        expect(dave.panel("shop_disabled")).to_be_visible()  # on the page that stood open
        dave.sees("店铺已停用，不会再发货")
        expect(dave.page.get_by_text("后自动发货")).to_have_count(0)
        expect(dave.page.get_by_role("radio", name=re.compile("申请取消"))).to_be_disabled()
        dave.choose(dave.page.get_by_role("radio", name=re.compile("^立即取消")))
        dave.say_yes("立即取消", re.compile("立即取消"))
        truth = town.truth(waiting)
        assert settled(lambda: truth.status, "canceled") == "canceled"
        assert [amount for _, amount in truth.refunds] == [61800]

        truth = town.truth(asked)
        assert settled(lambda: (truth.status, truth.cases), ("canceled", ["approved"])) == ("canceled", ["approved"])
        assert [amount for _, amount in truth.refunds] == [8800]
        assert sum(truth.money.values()) == 0

        truth = town.truth(delivered)
        assert settled(lambda: truth.cases, ["appeal"]) == ["appeal"]
        assert (truth.status, truth.cards, truth.refunds) == ("delivered", ["sealed"], [])
        expect(dave.open_order(delivered).panel("appeal")).to_be_visible()
        carol.open_case(truth.case("no"))
        dave.visit("/p/steam-200").sees("没有找到相关内容")

    dave.visit("/p/steam-200")
    expect(dave.button("立即购买")).to_be_visible()


def test_a_disabled_account_is_nobody_at_its_next_click(town: Town) -> None:
    dave, carol = town.dave(), town.carol()
    dave.visit("/orders")
    with disabled(carol, "people", "陈*"):  # masked
        expect(dave.page.get_by_role("link", name="登录").first).to_be_visible()  # nobody reloaded this page
        dave.visit("/orders").sees("请先登录")
        dave.sign_in("dave").visit("/orders").sees("请先登录")  # as with a wrong password
    dave.sign_in("dave").visit("/orders")
    expect(dave.page.get_by_role("heading", name="我的订单")).to_be_visible()


def test_a_shop_is_opened_for_somebody_who_registered(town: Town) -> None:
    """R7: what is wrong stands beside its field; the owner's open page is a merchant's without a new sign-in."""
    address = "xinghe@cardmall.test"
    owner, carol = Person(proven(town.new_page(), town.db, address)), town.carol()
    carol.visit("/admin/shops").press(carol.button("新建店铺"))
    form = carol.dialog()
    form.get_by_label("店铺名").fill("星河数码")
    form.get_by_label("店铺网址").fill("星河")
    form.get_by_role("textbox", name="店主").fill("nobody@cardmall.test")
    carol.press(carol.button("新建店铺", within=form))
    expect(form.get_by_text("仅限小写字母、数字和连字符").last).to_be_visible()
    form.get_by_label("店铺网址").fill("xinghe")
    carol.press(carol.button("新建店铺", within=form))
    expect(form.get_by_text("没有账号验证过这个地址", exact=True)).to_be_visible()
    expect(form.get_by_label("店铺名")).to_have_value("星河数码")
    form.get_by_role("textbox", name="店主").fill(address)
    carol.press(carol.button("新建店铺", within=form))
    expect(carol.page.get_by_text("店铺已开通")).to_be_visible()
    expect(carol.page.get_by_text("xinghe · 1 位成员")).to_be_visible()

    owner.visit("/merchant")
    expect(owner.page.get_by_role("heading", name="取消审核")).to_be_visible()

    carol.press(carol.button("管理“星河数码”"))
    carol.dialog().get_by_label("店铺名").fill("银河数码")
    carol.press(carol.button("改名", within=carol.dialog()))
    expect(carol.page.get_by_text("银河数码").first).to_be_visible()


def test_the_form_of_a_new_shop_is_closed_when_its_page_begins_anew(town: Town) -> None:
    carol = town.carol()
    carol.visit("/admin/shops").press(carol.button("新建店铺"))
    for name, typed in (("name", "云间会员"), ("slug", "yunjian"), ("owner", "nobody@cardmall.test")):
        carol.page.locator(f"#found-{name}").fill(typed)
    carol.press(carol.button("新建店铺", within=carol.dialog()))
    expect(carol.dialog().get_by_text("没有账号验证过这个地址").first).to_be_visible()
    carol.reload()
    expect(carol.page.get_by_role("heading", name="店铺", exact=True)).to_be_visible()
    expect(carol.page.get_by_text("nobody@cardmall.test")).to_have_count(0)
    expect(carol.dialog()).to_have_count(0)
    carol.press(carol.button("新建店铺"))
    expect(carol.dialog().get_by_text("没有账号验证过这个地址")).to_have_count(0)

"""A shop is disabled while its orders run; an account is disabled while its page is open. Both are back in the end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.e2e.pages.admin import Admin
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
    waiting = dave.buy("genshin-6480")

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
    with disabled(carol, "people", "陈大伟"):
        expect(dave.page.get_by_role("link", name="登录").first).to_be_visible()  # nobody reloaded this page
        dave.visit("/orders").sees("请先登录")
        dave.sign_in("dave").visit("/orders").sees("请先登录")  # as with a wrong password
    dave.sign_in("dave").visit("/orders")
    expect(dave.page.get_by_role("heading", name="我的订单")).to_be_visible()

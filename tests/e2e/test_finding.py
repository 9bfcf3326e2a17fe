"""An admin finds an order by four digits and sees an address in full for a reason; the audit tells of both (R78)."""

import re

from playwright.sync_api import expect

from tests.e2e.pages.admin import Admin
from tests.e2e.town import Town

FIND = "/admin/orders"
REASON = "核对买家投诉 7f3a"
ADDRESS = "dave@cardmall.test"


def searched(carol: Admin, q: str) -> None:
    """Type it and press Enter; the search is in the address."""
    box = carol.page.get_by_role("searchbox", name="搜索订单、用户、店铺")
    box.fill(q)
    box.press("Enter")
    carol.page.wait_for_url(re.compile(r"/admin/orders/?\?q="))


def test_carol_finds_an_order_and_sees_one_address_for_a_reason(town: Town) -> None:
    dave, carol = town.dave(), town.carol()
    no = dave.order("office-home")
    carol.visit("/admin")
    carol.press(carol.page.get_by_role("complementary").get_by_role("link", name="订单查找", exact=True))
    expect(carol.page.get_by_role("heading", level=1, name="订单查找")).to_be_visible()
    carol.sees("搜索后显示结果")
    searched(carol, no[-4:])
    found = carol.page.locator(f"tr[data-no={no}]")
    expect(found).to_be_visible()
    assert ADDRESS not in carol.page.locator("main").inner_text()
    carol.press(found.get_by_role("link").first)
    carol.page.wait_for_url(re.compile(f"{FIND}/{no}"))
    carol.sees("商品信息：下单时与现在", "资金", "付款记录", "订单记录", no)

    masked = carol.page.locator("main").get_by_text("da***@cardmall.test", exact=True)
    expect(masked).to_be_visible()
    carol.press(carol.button("查看完整邮箱"))
    send = carol.button("记录原因并查看", within=carol.dialog())
    carol.press(send)
    expect(carol.dialog().get_by_role("alert")).to_have_text("请填写")
    carol.dialog().get_by_role("textbox", name="查看原因").fill(REASON)
    carol.press(send)
    expect(carol.page.locator("main").get_by_text(ADDRESS, exact=True)).to_be_visible()
    carol.press(carol.button("隐藏邮箱"))
    expect(masked).to_be_visible()

    carol.press(carol.link("查看用户"))
    carol.page.wait_for_url(re.compile("/admin/people/"))
    expect(carol.page.locator("main").get_by_text("da***@cardmall.test", exact=True)).to_be_visible()
    expect(carol.page.locator(f"tr[data-no={no}]")).to_be_visible()
    carol.page.go_back()
    expect(masked).to_be_visible()
    assert ADDRESS not in carol.page.locator("main").inner_text(), "left, it is masked again"

    for verb, words in (("searched", no[-4:]), ("unmasked", REASON)):
        carol.visit(f"/admin/audit?verb={verb}")
        newest = carol.page.locator("main tbody tr").first
        expect(newest).to_contain_text(words)
        assert ADDRESS not in newest.inner_text()
    expect(newest.get_by_role("link", name=no)).to_have_attribute("href", f"{FIND}/{no}")

    for path in (f"{FIND}?q={no}", f"{FIND}/{no}"):
        dave.visit(path)
        dave.sees("没有找到相关内容")
        assert no not in dave.page.locator("main").inner_text()


def test_a_shop_leads_to_its_orders_and_its_members(town: Town) -> None:
    carol = town.carol()
    carol.visit(FIND)
    searched(carol, "qinghe")
    carol.press(carol.page.locator("tr[data-found=shop]").get_by_role("link").first)
    carol.page.wait_for_url(re.compile("/admin/shops/qinghe"))
    carol.sees("成员", "资金账目", "最近操作", "平台代管")
    carol.press(carol.link("查看全部订单"))
    carol.page.wait_for_url(re.compile(r"\?shop=qinghe"))
    first = carol.page.locator("tr[data-found=order]").first.get_attribute("data-no") or ""
    carol.press(carol.link("下一页")).page.wait_for_url(re.compile("after="))
    expect(carol.page.locator(f"tr[data-no={first}]")).to_have_count(0)
    carol.press(carol.link("上一页")).page.wait_for_url(re.compile("before="))
    expect(carol.page.locator(f"tr[data-no={first}]")).to_have_count(1)

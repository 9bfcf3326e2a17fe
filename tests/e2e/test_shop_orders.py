"""A shop's orders: tabs that add up, filters in the address, ended ones open, a file without a code, work begun."""

import csv
import io
import re

from playwright.sync_api import Locator, expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.town import Town

ORDERS = "/merchant/orders"


def counts(bob: Merchant, query: str) -> dict[str, int]:
    """How many stand under each tab, once the tabs are those of this query."""
    tabs = bob.page.get_by_role("navigation", name="订单状态").get_by_role("link")
    expect(tabs.first).to_have_attribute("href", re.compile(f"{ORDERS}{query}$"))
    expect(tabs).to_have_count(8)
    told = [re.fullmatch(r"(\D+?)\s*(\d+)", text.strip()) for text in tabs.all_inner_texts()]
    return {found[1].strip(): int(found[2]) for found in told if found}


def adds_up(bob: Merchant, query: str = "") -> int:
    """The number of all orders under the filters, which the other tabs add up to."""
    every, *others = counts(bob, query).values()
    assert every == sum(others)
    return every


def rows(bob: Merchant) -> Locator:
    return bob.page.locator("tr[data-order]")


def chosen(bob: Merchant, name: str, choice: str, query: str) -> int:
    """Choose in a filter; how many orders it leaves."""
    box = bob.page.get_by_role("combobox", name=name, exact=True)
    box.select_option(label=choice)
    bob.page.wait_for_url(re.compile(query))
    left = adds_up(bob, rf"\?.*{query}")
    expect(box.locator("option:checked")).to_have_text(choice)
    return left


def unfolded(bob: Merchant) -> None:
    fold = bob.page.locator("details").filter(has_text="更多筛选")
    if fold.get_attribute("open") is None:
        bob.press(fold.locator("summary"))


def test_the_list_is_filtered_searched_and_kept_in_the_address(town: Town) -> None:
    bob = town.bob()
    bob.visit("/merchant")
    bob.press(bob.page.get_by_role("complementary").get_by_role("link", name="订单", exact=True))
    bob.page.wait_for_url(re.compile(ORDERS + "/?$"))
    expect(bob.page.get_by_role("heading", level=1, name="订单")).to_be_visible()
    every = adds_up(bob)
    assert every > 20

    unfolded(bob)
    automatic = chosen(bob, "发货方式", "自动发货", "mode=auto")
    assert 0 < automatic < every
    bob.reload()
    expect(bob.page.get_by_role("combobox", name="发货方式").locator("option:checked")).to_have_text("自动发货")
    assert adds_up(bob, r"\?mode=auto") == automatic
    paid = chosen(bob, "付款方式", "支付宝", "mode=auto.*channel=alipay")
    assert 0 < paid <= automatic
    bob.page.go_back()
    bob.page.wait_for_url(re.compile(r"\?mode=auto$"))
    expect(bob.page.get_by_role("combobox", name="付款方式").locator("option:checked")).to_have_text("付款方式：全部")
    assert adds_up(bob, r"\?mode=auto") == automatic

    bob.visit(ORDERS)
    unfolded(bob)
    held = chosen(bob, "暂停发货", "已暂停", "held=yes")
    assert 0 < held < every
    bob.visit(ORDERS)
    product = bob.page.get_by_role("combobox", name="商品", exact=True)
    name = product.locator("option").nth(1).inner_text()
    expect(product.locator("option").first).to_have_text("商品：全部")
    assert chosen(bob, "商品", name, "product=[^&]+") < every
    for text in rows(bob).all_inner_texts():
        assert name in text
    assert chosen(bob, "下单时间", "近 7 天", r"since=[\d-]+") <= every

    bob.visit(ORDERS)
    unfolded(bob)
    least = bob.page.get_by_role("textbox", name="最低金额（元）")
    least.fill("很多")
    bob.page.get_by_role("form", name="按金额筛选").get_by_role("button", name="确定").click()
    expect(bob.page.locator("#amount-error")).not_to_be_empty()
    expect(least).to_have_value("很多")
    assert adds_up(bob, r"\?least=[^&]+") == 0  # no file and no list by what is no amount
    least.fill("400")
    bob.page.get_by_role("form", name="按金额筛选").get_by_role("button", name="确定").click()
    bob.page.wait_for_url(re.compile("least=400"))
    dear = adds_up(bob, r"\?least=400")
    expect(bob.page.locator("#amount-error")).to_be_empty()
    assert 0 < dear < every


def test_an_order_is_found_and_an_ended_one_opens(town: Town) -> None:
    bob = town.bob()
    bob.visit(ORDERS)
    no = rows(bob).nth(3).get_attribute("data-order") or ""
    search = bob.page.get_by_role("searchbox", name="搜索订单")
    search.fill(no[-4:])
    search.press("Enter")
    bob.page.wait_for_url(re.compile(f"q={no[-4:]}"))
    expect(rows(bob).filter(has_text=no)).to_have_count(1)
    assert adds_up(bob, r"\?q=\d+") == rows(bob).count() < 4

    bob.visit(ORDERS)
    tab = bob.page.get_by_role("navigation", name="订单状态").get_by_role("link", name=re.compile("已取消"))
    bob.press(tab)
    expect(tab).to_have_attribute("aria-current", "page")
    ended = rows(bob).first
    closed = ended.get_attribute("data-order") or ""
    bob.press(ended.get_by_role("link").first)
    bob.page.wait_for_url(re.compile(f"{ORDERS}/{closed}"))
    bob.sees("商品信息：下单时与现在", "资金", "申请与退款", "订单记录", closed)
    bob.page.go_back()
    bob.page.wait_for_url(re.compile("stage=closed"))
    expect(rows(bob).filter(has_text=closed)).to_have_count(1)

    bob.visit(ORDERS)
    first = rows(bob).first.get_attribute("data-order") or ""
    bob.press(bob.link("下一页")).page.wait_for_url(re.compile("after="))
    expect(rows(bob).filter(has_text=first)).to_have_count(0)
    bob.press(bob.link("上一页")).page.wait_for_url(re.compile("before="))
    expect(rows(bob).filter(has_text=first)).to_have_count(1)


def test_work_begins_once_and_the_file_has_no_code(town: Town) -> None:
    dave, bob = town.dave(), town.bob()
    no = dave.buy("reader-year")
    bob.visit(f"{ORDERS}/{no}")
    bob.press(bob.button("开始处理"))
    bob.sees(re.compile("已开始处理"))
    expect(bob.button("开始处理")).to_have_count(0)
    dave.open_order(no).sees("商家开始处理")
    expect(dave.page.locator("main").get_by_text("申请取消").first).to_be_visible()
    bob.visit("/merchant/delivery")
    row = bob.waiting(no)
    expect(row.get_by_text(re.compile("已开始处理"))).to_be_visible()
    expect(row.get_by_role("button", name="开始处理")).to_have_count(0)

    bob.deliver(no, "STORY-CODE-9731")
    bob.visit(f"{ORDERS}/{no}").sees("第 1 件", re.compile("9731"))
    assert "STORY-CODE" not in bob.page.locator("main").inner_text()
    bob.visit(f"{ORDERS}?q={no}")
    expect(rows(bob)).to_have_count(1)
    with bob.page.expect_download() as taken:
        bob.press(bob.link("导出 CSV"))
    text = taken.value.path().read_text("utf-8-sig")
    (line,) = list(csv.DictReader(io.StringIO(text)))
    assert line["订单号"] == no and line["买家"].endswith("*")
    assert "STORY-CODE" not in text and "9731" not in text.replace(no, "")

"""A merchant imports codes in the browser: bad lines say why, good ones are sold, and who waited is served first."""

import re
import secrets

from playwright.sync_api import expect

from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.person import PASSWORD
from tests.e2e.town import Town
from tests.e2e.truth import settled

SOLD_OUT = "music-year"  # of Bob's; somebody who paid waits for it


def import_text(bob: Merchant, slug: str, text: str) -> str:
    """Hand in codes to be checked; the number of their batch. A list shows what it showed before until it is read."""
    bob.visit(f"/merchant/stock/{slug}").press(bob.link("导入卡密").first)
    bob.page.get_by_label("粘贴卡密").fill(text)
    bob.press(bob.button("检查卡密"))
    bob.page.wait_for_url(re.compile(r"/import/?\?batch=PC-\d{6}-\d+"))
    return bob.page.url.rpartition("=")[2]


def test_pasted_codes_are_checked_stocked_bought_and_delivered(town: Town) -> None:
    bob, alice = town.bob(), town.alice()
    mark = secrets.token_hex(4).upper()
    good = [f"{mark}-{n:04d}-MUSIC" for n in range(1, 6)]
    import_text(bob, SOLD_OUT, "\n".join([*good[:2], "", "Y" * 2001, good[0].lower(), *good[2:]]))
    bob.sees("检查结果", "共 8 行", "与第 1 行重复", "超过 2000 字符", "空行", "第 6–8 行，均可入库")
    main = bob.page.locator("main").inner_text()
    assert not [code for code in good if code in main], "a code is told by its tail only"
    bob.page.get_by_label("批次备注").fill("供应商 A")
    bob.press(bob.button("入库 5 件，跳过 3 行")).sees("已入库 5 件")
    bob.press(bob.link("回到库存")).sees("供应商 A", "已入库")
    no = alice.buy(SOLD_OUT, quantity=2)
    town.clock().five_minutes()
    truth = town.truth(no)
    assert settled(lambda: truth.status, "delivered") == "delivered"
    bob.visit("/merchant/stock")
    row = bob.page.locator("tr").filter(has_text="音乐会员")
    expect(row).to_contain_text("2 件")  # one of the five went to who waited
    expect(row).not_to_contain_text("售罄")


def test_a_table_in_gb18030_a_wrong_file_and_a_list_that_is_discarded(town: Town) -> None:
    bob = Merchant(town.new_page(allow=("415",))).sign_in("bob")
    mark = secrets.token_hex(4)
    bob.visit(f"/merchant/stock/{SOLD_OUT}/import")
    box, check = bob.page.get_by_label("选择文件"), bob.button("检查卡密")
    bob.press(check).sees("请粘贴卡密或选择文件")
    box.set_input_files({"name": "codes.csv", "mimeType": "text/csv", "buffer": b"PK\x03\x04\0\0"})
    with bob.page.expect_response(lambda answer: answer.status == 415):
        bob.press(check)
    bob.sees("无法读取文字")
    box.set_input_files({"name": "list.txt", "mimeType": "text/plain", "buffer": f"{mark}-繁體".encode("big5")})
    inside = bob.page.locator("[data-inside]")
    expect(inside).to_contain_text("文件前 5 行")
    expect(inside.locator("pre")).not_to_contain_text("繁體")
    inside.get_by_label("编码").select_option("Big5")
    expect(inside.locator("pre")).to_have_text(f"{mark}-繁體")
    inside.get_by_label("编码").select_option("UTF-16")
    bob.press(check).sees("无法读取文字")
    inside.get_by_label("编码").select_option("Big5")
    bob.press(check).sees("检查结果", "共 1 行", "第 1 行，可以入库")
    bob.say_yes("放弃", "放弃").sees("已放弃").press(bob.link("再导入一批"))
    table = f'序号,卡密,备注\n1,"{mark}-甲",赠品\n2,{mark}-乙,\n3,,空\n'.encode("gb18030")
    box.set_input_files({"name": "codes.csv", "mimeType": "text/csv", "buffer": table})
    bob.press(check).sees("检查结果", "共 3 行", "第 2–3 行，均可入库", "空行")
    bob.say_yes("放弃", "放弃").sees("已放弃")
    assert not bob.page.get_by_role("button", name="入库").count()


def codes_are_taken(bob: Merchant, *codes: str) -> None:
    """With the own password, once; the page never shows them."""
    box, take = bob.page.get_by_label("登录密码"), bob.button("导出 2 条")
    bob.press(take).sees("请填写")
    box.fill("wrong password")
    bob.press(take).sees("不正确")
    box.fill(PASSWORD)
    bob.press(take)
    expect(take).to_have_count(0)
    with bob.page.expect_download() as loaded:
        bob.press(bob.link("下载 2 条卡密"))
    assert sorted(loaded.value.path().read_text("utf-8").split()) == sorted(codes)
    assert not [code for code in codes if code in bob.page.content()]


def test_a_batch_is_withdrawn_and_the_low_stock_line_set(town: Town) -> None:
    bob = town.bob()
    mark = secrets.token_hex(4)
    batch = import_text(bob, "cloud-disk", f"{mark}-1\n{mark}-2")
    bob.press(bob.button("入库 2 件，跳过 0 行")).sees("已入库 2 件").press(bob.link("回到库存"))
    newest = bob.page.locator("tbody tr").filter(has_text=batch)
    expect(newest).to_contain_text("已入库")
    bob.press(bob.button("撤出", within=newest)).press(bob.button("撤出", within=bob.dialog()))
    expect(newest).to_contain_text("已撤出 2 件")
    expect(bob.button("撤出", within=newest)).to_have_count(0)
    codes_are_taken(bob, f"{mark}-1", f"{mark}-2")
    line = bob.page.get_by_label("补货线")
    line.fill("多")
    bob.press(bob.button("保存")).sees("请填写数值")
    expect(line).to_have_value("多")
    line.fill("12")
    bob.press(bob.button("保存"))
    bob.visit("/merchant/stock/cloud-disk")
    expect(bob.page.get_by_label("补货线")).to_have_value("12")

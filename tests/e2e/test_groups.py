"""A group of products: one entry of the shelf, chips on the page, made and dissolved from a product's form."""

import re

from playwright.sync_api import expect

from tests.e2e.test_goods import box, made, save
from tests.e2e.town import Town


def test_two_products_become_one_entry_and_a_shopper_goes_from_face_to_face(town: Town) -> None:
    bob, dave = town.bob(), town.dave()
    paths = []
    for face, price in (("500 点", "50"), ("1,000 点", "9.90")):
        paths.append(made(bob, f"山海点券 {face}", price))
        bob.page.get_by_role("combobox", name=re.compile("^组名")).fill("山海点券")
        box(bob.page, "规格").fill(face)
        bob.sees("2 处改动未保存")
        save(bob).sees("没有未保存的改动")
    bob.sees("本商品")
    box(bob.page, "规格").fill("500 点")
    save(bob).sees("同组已有这个规格")
    expect(box(bob.page, "规格")).to_be_focused()

    dave.visit("/?q=山海点券 500")
    expect(dave.page.locator("main li h2")).to_have_text(["山海点券"])
    dave.sees("¥9.90 起")
    dave.press(dave.page.locator("main li").get_by_role("link"))
    dave.page.wait_for_url(re.compile(paths[1]))
    chips = dave.page.get_by_role("navigation", name="规格").get_by_role("link")
    expect(chips).to_have_text(["1,000 点¥9.90", "500 点¥50.00"])
    expect(chips.first).to_have_attribute("aria-current", "page")
    chips.last.focus()
    dave.page.keyboard.press("Enter")
    dave.page.wait_for_url(re.compile(paths[0]))
    expect(dave.page.get_by_role("heading", level=1)).to_have_text("山海点券 500 点")
    expect(chips.last).to_have_attribute("aria-current", "page")

    bob.press(bob.button("下架"))
    expect(dave.page.get_by_role("navigation", name="规格")).to_have_count(0)  # an open page follows
    bob.reload()
    expect(box(bob.page, "规格")).to_have_value("500 点")  # what was typed is still there
    bob.say_yes("解散商品组", "解散")  # and goes with the group, however soon after that
    expect(bob.page.get_by_role("combobox", name=re.compile("^组名"))).to_have_value("")
    dave.visit("/?q=山海点券")
    expect(dave.page.locator("main li h2")).to_have_text(["山海点券 500 点"])


def test_what_was_discarded_is_not_filled_in_again(town: Town) -> None:
    bob = town.bob()
    bob.visit("/merchant/products/office-home")
    before = box(bob.page, "商品名").input_value()
    box(bob.page, "商品名").fill("另一个名字")
    bob.sees("1 处改动未保存").reload()
    expect(box(bob.page, "商品名")).to_have_value("另一个名字")
    bob.sees("1 处改动未保存").press(bob.link("放弃改动"))
    bob.press(bob.page.get_by_role("link", name=before).first)
    expect(box(bob.page, "商品名")).to_have_value(before)
    bob.sees("没有未保存的改动")

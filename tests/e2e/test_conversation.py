"""Alice and Bob talk in two browsers: live, read, warned, with a picture, and kept on paper (R34, R55, R56)."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from tests.e2e.conftest import PHONE
from tests.e2e.pages.person import Person

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP8z4APMOGVHSrSAGmCAQ8T3xq1AAAAAElFTkSuQmCC"
)


@pytest.fixture
def no(db: Connection) -> str:
    """Alice's order at Bob's that waits for a decision; she has written, Bob has not looked."""
    found = 'SELECT o.no FROM "order" o JOIN product p ON p.id = o.product_id WHERE p.slug = :slug ORDER BY o.id DESC'
    return db.execute(text(found), {"slug": "adobe-photo"}).scalars().first() or ""


def test_both_sides_talk_live_and_whoever_leads_away_is_warned(
    no: str, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    alice, bob = Person(new_page()).sign_in("alice"), Person(new_page(viewport=PHONE)).sign_in("bob")
    alice.visit(f"/orders/{no}").press(alice.button("打开对话"))
    talk = alice.page.get_by_role("log")
    expect(talk.get_by_text("未读").last).to_be_visible()

    bob.visit("/merchant/messages").press(bob.link(re.compile("Adobe")))
    expect(talk.get_by_text("未读")).to_have_count(0)  # nobody reloaded this page

    bob.page.get_by_role("textbox", name="消息").fill("加微信 qinghe88 转账更快")
    bob.press(bob.button("发送"))
    expect(bob.page.get_by_role("alert").get_by_text("微信")).to_be_visible()
    expect(bob.page.get_by_role("textbox", name="消息")).to_have_value("加微信 qinghe88 转账更快")
    expect(talk.get_by_text("qinghe88")).to_have_count(0)
    bob.press(bob.button("仍要发送"))
    expect(talk.get_by_text("qinghe88")).to_be_visible()
    expect(talk.get_by_text("疑似站外联系或付款，请勿脱离平台交易")).to_be_visible()
    expect(bob.page.get_by_role("log").get_by_text("已读").last).to_be_visible()

    shot = tmp_path / "shot.png"
    shot.write_bytes(PNG)
    alice.page.locator("#talk input[type=file]").set_input_files(shot)
    expect(alice.page.locator("#talk [data-state=done]")).to_have_count(1)
    alice.page.get_by_role("textbox", name="消息").fill("请在平台上处理，截图如下")
    alice.press(alice.button("发送"))
    expect(bob.page.get_by_role("log").get_by_role("button", name="查看图片")).to_have_count(1)
    expect(bob.page.get_by_text("截图如下").last).to_be_visible()

    alice.visit(f"/orders/{no}/print").sees("截图如下", "疑似站外联系或付款", "重复下单")
    alice.page.emulate_media(media="print")
    expect(alice.page.get_by_role("banner").first).to_be_hidden()
    expect(alice.button("打印")).to_be_hidden()

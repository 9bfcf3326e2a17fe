"""Somebody who registers and proves an address."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from tests.e2e.pages.person import PASSWORD


def code_for(db: Connection, target: str) -> str:
    wanted = text("SELECT json_extract(data, '$.code') FROM outgoing WHERE target = :target ORDER BY id DESC LIMIT 1")
    return str(db.execute(wanted, {"target": target}).scalar_one())


def registered(page: Page, identifier: str, end: str) -> Page:
    """At /me, a code on its way; `end` makes the password another than the account's own name."""
    page.goto("/register")
    page.locator("input[name=identifier]").fill(identifier)
    page.locator("input[name=password]").fill(f"{PASSWORD}-{end}")
    page.get_by_role("main").get_by_role("button", name="注册").click()
    page.wait_for_url(re.compile(r"/me"))
    return page


def proven(page: Page, db: Connection, identifier: str) -> Page:
    """At /me, the address confirmed with the code that was sent."""
    registered(page, identifier, "own")
    page.get_by_label("位验证码").fill(code_for(db, identifier))
    page.get_by_role("button", name="确认验证码").click()
    expect(page.locator("main").get_by_text("已验证")).to_be_visible()
    return page

"""The sign-in page as it is drawn."""

import re

from cardmall import locales, routes
from cardmall.pages.public import login


def test_who_tried_too_often_is_told_when_and_pointed_to_resetting_by_code() -> None:
    drawn = str(login.PAGE["component"]().render())
    limited = re.search(r"too_many_tries.{0,2000}", drawn, re.DOTALL)
    wait, by_code = (locales.text("zh_CN", f"login.{key}") for key in ("wait", "by_code"))
    assert limited and wait in drawn and by_code in limited[0] and routes.FORGOT in limited[0]

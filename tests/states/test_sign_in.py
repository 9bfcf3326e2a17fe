"""The sign-in page as it is drawn."""

import re

from cardmall import routes
from cardmall.pages.public import login


def test_who_tried_too_often_is_told_when_and_pointed_to_resetting_by_code() -> None:
    drawn = str(login.PAGE["component"]().render())
    limited = re.search(r"too_many_tries.{0,2000}", drawn, re.DOTALL)
    assert limited and "login.wait" in drawn and "login.by_code" in limited[0] and routes.FORGOT in limited[0]

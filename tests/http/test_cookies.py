"""Cookies of other apps on the same host travel with ours."""

import pytest

from cardmall import cookies


@pytest.mark.parametrize("odd", ['a={"x":1}', "foo[bar]=1", "alone", "a=b c", "é=1", 'q="2|1:0"', ""])
def test_an_odd_cookie_of_another_app_signs_nobody_out(odd: str) -> None:
    for header in (f"{odd}; {cookies.SESSION}=ours", f"{cookies.SESSION}=ours; {odd}"):
        assert cookies.value(header, cookies.SESSION) == "ours"


def test_without_the_cookie_there_is_nobody() -> None:
    assert cookies.value("", cookies.SESSION) == ""
    assert cookies.value(f"x{cookies.SESSION}=other", cookies.SESSION) == ""

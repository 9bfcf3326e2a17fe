"""What people type, and the one address it means."""

import pytest

from cardmall.adapters.addresses import read_address


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("13800000001", "+8613800000001"),
        (" +86 138 0000 0001 ", "+8613800000001"),
        ("8613800000001", "+8613800000001"),
        ("１３８００００１２３４", "+8613800001234"),
        ("0086 138 0000 0009", "+8613800000009"),
        ("\u202a13800000001\u202c", "+8613800000001"),
        ("\u200balice@cardmall.test\ufeff", "alice@cardmall.test"),
        ("Alice@CardMall.test", "alice@cardmall.test"),
        ("ａ@qq.com", "a@qq.com"),
        (" bob＠example.com ", "bob@example.com"),
    ],
)
def test_it_reads_the_same_address_however_it_is_typed(typed: str, value: str) -> None:
    found = read_address(typed)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "typed",
    ["", " ", "alice", "10086", "01012345678", "+14155552671", "13800000001;ext=3", "a@b", "a@localhost", "用户@qq.com",
     "a@" + "b" * 300 + ".com", "13800000001\x00@x", "a b@qq.com"],
)  # fmt: skip
def test_it_refuses_what_is_no_mobile_number_or_mailbox(typed: str) -> None:
    assert read_address(typed) is None

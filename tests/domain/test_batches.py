"""A list of codes, whatever somebody hands in: read, cleaned, judged line by line, never more of it than fits."""

import codecs
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain import limits
from cardmall.domain.batches import Judged, Unreadable, known_verdict, list_form_of, read_list, watch_state
from cardmall.domain.codes import compared, kept_code, tail_of
from cardmall.domain.terms import CardStatus, LineVerdict, ListForm
from cardmall.domain.texts import decoded, encoding_of, split_lines

V = LineVerdict
TABLE = ListForm.table


def read(text: str, form: ListForm = ListForm.lines, *, case_sensitive: bool = False) -> list[Judged]:
    return list(read_list([text], form, case_sensitive=case_sensitive))


def verdicts(text: str, form: ListForm = ListForm.lines) -> list[str]:
    return [one.verdict.value for one in read(text, form)]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"ABC\n", "utf-8"),
        ("卡密,备注".encode(), "utf-8"),
        ("卡密,备注".encode("gb18030"), "gb18030"),
        ("€𠀀".encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF8 + b"A", "utf-8-sig"),
        ("卡密\nA".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "卡密".encode("utf-16-be"), "utf-16"),
        (b"A\0B", None),
        ("A\0B".encode("utf-16"), None),
        (codecs.BOM_UTF32_LE + b"A\0\0\0", None),
        (codecs.BOM_UTF8 + "卡".encode("gb18030"), None),  # the mark says otherwise
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", None),  # a zip named list.csv
        ("卡密".encode("gb18030") + "卡密".encode() + b"\xff", None),  # mixed
        (b"\xff\xfe\x00\xd8", None),  # half a character
    ],
)
def test_text_is_known_by_its_bytes(data: bytes, encoding: str | None) -> None:
    assert encoding_of(data) == encoding


@pytest.mark.parametrize(
    ("data", "chosen", "encoding"),
    [
        ("繁體".encode("big5"), "big5", "cp950"),
        ("永恒-粧".encode("cp950"), "big5", "cp950"),
        ("卡密".encode("utf-16-le"), "utf-16le", "utf-16le"),
        (b"A", "gb18030", "gb18030"),
        ("卡密".encode(), "big5", None),
        ("卡密".encode(), "rot13", None),
        (b"A\0B", "gb18030", None),
        (codecs.BOM_UTF8 + "卡密".encode(), "big5", "utf-8-sig"),  # a mark is surer than a choice
    ],
)
def test_its_sender_may_say_what_it_is_written_in(data: bytes, chosen: str, encoding: str | None) -> None:
    assert encoding_of(data, chosen) == encoding


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(1, 5))
def test_a_text_is_the_same_in_whatever_pieces_it_comes(text: str, size: int) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert "".join(decoded(text.encode(encoding), encoding, size)) == text
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(split_lines(pieces, 99)) == list(split_lines([text], 99))


def test_lines_end_as_any_system_ends_them() -> None:
    assert list(split_lines(["a\r", "\nb\r", "c\n\n", "d\r"], 9)) == ["a", "b", "c", "", "d"]
    assert list(split_lines(["a\u2028b\x1cc"], 9)) == ["a\u2028b\x1cc"]
    assert list(split_lines([], 9)) == []


def test_a_line_of_twenty_megabytes_is_never_held() -> None:
    def endless() -> Iterator[str]:
        for _ in range(80):
            yield "X" * limits.LIST_PART

    (line,) = split_lines(endless(), 100)
    assert line == "X" * 101
    (judged,) = read_list(endless(), ListForm.lines, case_sensitive=False)
    assert (judged.verdict, judged.code, judged.tail) == (V.too_long, "", "")


def test_each_line_has_its_verdict() -> None:
    text = "\n".join(
        ["A-1111", "", " \u200b", "a 1111", "B\u200b-2222", "---", "C" * 2001, "C" * 2000, "=1+1", "+SUM(A1)", "a-1111"]
    )
    found = read(text)
    assert [one.verdict for one in found] == [
        V.good, V.blank, V.blank, V.repeated, V.cleaned, V.blank, V.too_long, V.good, V.good, V.good, V.repeated,
    ]  # fmt: skip
    assert [one.line for one in found] == list(range(1, 12))
    assert [one.first for one in found if one.verdict is V.repeated] == [1, 1]
    assert (found[0].tail, found[4].code, found[4].tail) == ("11", "B-2222", "22")
    assert [found[8].code, found[9].code] == ["=1+1", "+SUM(A1)"], "a formula is a code like any other"
    assert {one.code for one in found if one.verdict not in (V.good, V.cleaned)} == {""}


def test_case_parts_two_codes_where_the_product_says_so() -> None:
    assert [one.verdict for one in read("aB12\nAb12", case_sensitive=True)] == [V.good, V.good]
    assert [one.verdict for one in read("aB12\nAb12")] == [V.good, V.repeated]


@pytest.mark.parametrize(
    "heading", ["卡密", "Code", "\ufeff SECRET ", '"code"', '\ufeff"卡密"', " 'Code' ", "“卡密”", "ＣＯＤＥ"]
)  # fmt: skip
def test_a_table_has_its_codes_in_the_named_column(heading: str) -> None:
    for part in ",;\t":
        text = f'{heading},备注,面值\nK-1111,甲,5\n"K-2222",乙,5\n,丙\n\n'.replace(",", part)
        assert [(one.line, one.code, one.verdict) for one in read(text, TABLE)] == [
            (2, "K-1111", V.good), (3, "K-2222", V.good), (4, "", V.blank), (5, "", V.blank),
        ]  # fmt: skip
    assert [one.code for one in read(f"{heading}\nK-1\nK;2", TABLE)] == ["K-1", "K;2"], "one column may have a name"
    found = read("备注,面值\u200b,code\nx,5,K;1\ny;z,6\n", TABLE)
    assert [(one.code, one.verdict) for one in found] == [("K;1", V.good), ("", V.blank)]


def test_a_table_of_one_column_has_a_code_in_its_first_line_too() -> None:
    assert [one.code for one in read("AAAA\nBBBB\nCCCC", TABLE)] == ["AAAA", "BBBB", "CCCC"]
    found = read('\n"A ""1"""\n\n"B\nC"\nD\n', TABLE)
    assert [(one.line, one.code) for one in found] == [(1, ""), (2, 'A "1"'), (3, ""), (4, "B\nC"), (6, "D")]


def test_a_table_without_such_a_column_is_all_columns() -> None:
    found = read('账号,密码,备注\nu1,p1,\n"u2","p ""2""\r\nzwei",n', TABLE)
    assert [one.code for one in found] == ["账号：u1\n密码：p1", '账号：u2\n密码：p "2"\nzwei\n备注：n']
    assert [one.line for one in found] == [2, 3]
    assert [one.code for one in read("\n账号;密码\nu,1;p;1\n", TABLE)] == ["", "账号：u,1\n密码：p\n1"], "none is lost"
    long = "code\n" + '"' + "\n".join("abcdefghijklmnopqrstuvwxyz"[:21]) + '"\nnext'
    assert [(one.line, one.verdict) for one in read(long, TABLE)] == [(2, V.too_many_lines), (23, V.good)]


@pytest.mark.parametrize(
    "text",
    [
        "AAAA-1,BBBB\nCCCC,DDDD",  # a digit: these are codes, not names of columns
        "alice,hunter\nbob,sesame",  # the first account of a list without names is no heading
        "账号,密码①\nu,p",
        "账号,\nu,p",
        "账号,账号 \nu,p",
        "AAAA\nBBBB,CCCC",  # more cells than the first row said
        'code\n"AAAA\nBBBB\nCCCC',  # never closed
        'code\n"AAAA\nBBBB\n"CCCC"\nDDDD',  # closed by the next one's
        '"code\nAAAA',
        'code,price\n"AAAA"B,5',
        'code\n"' + "open for ever\n" * 20_000,
    ],
)
def test_a_table_whose_columns_are_not_named_or_whose_quotes_are_open_is_none(text: str) -> None:
    with pytest.raises(Unreadable) as found:
        read(text, TABLE)
    assert found.value.failure == "no_table"


def test_a_table_counts_its_codes_not_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIST_LINES", 6)
    several = "code\n" + "\n".join(f'"{n}-A\nB\nC"' for n in range(6))
    assert [one.line for one in read(several, TABLE)] == [2, 5, 8, 11, 14, 17]
    for text in (several + "\nD", several + "\n\n"):
        with pytest.raises(Unreadable) as found:
            read(text, TABLE)
        assert found.value.failure == "too_many"


def test_what_cannot_be_read_to_its_end_says_why() -> None:
    endless = "\n".join(f"C{n:06d}" for n in range(limits.LIST_CODES))
    assert len(read(endless)) == limits.LIST_CODES
    for text, form, failure in (
        (endless + "\none more", ListForm.lines, "too_many"),
        ("\n" * (limits.LIST_LINES + 1), ListForm.lines, "too_many"),
        (" \n\n", ListForm.lines, "empty"),
        ("code\n", TABLE, "empty"),
        ("", TABLE, "empty"),
        (" \n\n", TABLE, "empty"),
    ):
        with pytest.raises(Unreadable) as found:
            read(text, form)
        assert found.value.failure == failure


@given(st.text(max_size=200), st.sampled_from(ListForm))
def test_every_text_is_judged_and_what_is_good_is_kept_as_it_will_be_sold(text: str, form: ListForm) -> None:
    try:
        found = read(text, form)
    except Unreadable:
        return
    good = [one.code for one in found if one.code]
    assert all(kept_code(code) == code and compared(code) for code in good)
    assert len({compared(code) for code in good}) == len(good)
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_only_the_name_of_a_file_makes_it_a_table() -> None:
    assert [list_form_of(name) for name in ("A.CSV", "a.txt", "csv", None)] == [TABLE, *[ListForm.lines] * 3]


def test_what_the_shop_has_or_had_never_comes_twice() -> None:
    here = {status: known_verdict(status, same_product=True) for status in CardStatus}
    assert here == {
        "available": V.in_stock, "reserved": V.in_stock, "allocated": V.in_stock, "sealed": V.sold, "revealed": V.sold,
        "redeemed": V.sold, "voided": V.sold, "withdrawn": None,
    }  # fmt: skip
    there = {known_verdict(status, same_product=False) for status in set(CardStatus) - {CardStatus.withdrawn}}
    assert there == {V.elsewhere} and known_verdict(CardStatus.withdrawn, same_product=False) is None


def test_a_tail_tells_four_signs_and_never_more_than_half() -> None:
    assert [tail_of(text) for text in ("", "A", "AB", "ABCDE", "ABCDEFGHIJ")] == ["", "", "B", "DE", "GHIJ"]


def test_a_shop_is_told_below_its_line_and_at_nothing() -> None:
    assert [watch_state(n, 5) for n in (0, 1, 4, 5, 6)] == ["out", "low", "low", "", ""]
    assert [watch_state(n, line) for n, line in ((0, None), (0, 0), (1, None), (1, 0))] == ["out", "out", "", ""]

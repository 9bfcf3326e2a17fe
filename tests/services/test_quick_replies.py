"""Quick replies of a shop: bounds, titles once, nobody else's, and whoever adds the last one at once."""

from functools import partial

import pytest

from cardmall.domain import limits
from cardmall.models import QuickReply
from cardmall.services.talk.quick_replies import delete_quick_reply, save_quick_reply
from cardmall.views.merchant.quick_replies import QuickReplyRow, quick_replies
from tests.services.race import race, refusals
from tests.town import Town, act, look, refused, rows


def save(town: Town, title: str, text: str = "您好", key: str = "") -> None:
    act(save_quick_reply, town.bob, key, title=title, text=text)


def kept(town: Town) -> list[QuickReplyRow]:
    return look(quick_replies, town.bob)


def test_it_is_kept_changed_and_deleted(town: Town) -> None:
    save(town, " 还 没\n到账 ", "请稍等，\n我看一下 ")
    (row,) = kept(town)
    assert (row.title, row.text) == ("还 没 到账", "请稍等，\n我看一下")
    save(town, "到账了", "请刷新", row.key)
    assert kept(town) == [QuickReplyRow(row.key, "到账了", "请刷新")]
    act(delete_quick_reply, town.bob, row.key)
    assert kept(town) == []


@pytest.mark.parametrize(
    ("title", "text", "wrong"),
    [
        ("", "x", {"title": "required"}),
        ("字" * 21, "x", {"title": "too_long"}),
        ("​", "​", {"title": "required", "text": "required"}),
        ("T", "字" * 501, {"text": "too_long"}),
        ("ａ-B", "x", {"title": "title_taken"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(town: Town, title: str, text: str, wrong: dict[str, str]) -> None:
    save(town, "A B")
    assert refused(act, save_quick_reply, town.bob, title=title, text=text).fields == wrong
    assert [row.title for row in kept(town)] == ["A B"]


def test_its_own_title_is_not_taken(town: Town) -> None:
    save(town, "T", "old")
    save(town, "t", "new", kept(town)[0].key)
    assert [(row.title, row.text) for row in kept(town)] == [("t", "new")]


def test_a_form_that_began_before_somebody_else_saved_changes_nothing_until_that_was_seen(town: Town) -> None:
    save(town, "T", "old")
    (row,) = kept(town)
    save(town, "T", "theirs", row.key)
    mine = partial(act, save_quick_reply, town.bob, row.key, title="T", text="mine")
    assert refused(mine, seen=("T", "old")).reason == "changed"
    assert [one.text for one in kept(town)] == ["theirs"]
    mine(seen=("T", "theirs"))
    assert [one.text for one in kept(town)] == ["mine"]


def test_fifty_and_no_more_even_at_once(town: Town) -> None:
    for n in range(limits.QUICK_REPLIES - 1):
        save(town, f"T{n}")
    told = race(*(partial(save, town, f"last {n}") for n in range(4)))
    assert len(refusals(told)) == 3
    assert refused(save, town, "one more").fields == {"title": "replies_full"}
    assert len(kept(town)) == limits.QUICK_REPLIES
    save(town, "T0", "changed", kept(town)[0].key)


def test_another_shop_has_its_own(town: Town) -> None:
    save(town, "T")
    key = kept(town)[0].key
    for use_case, told in ((save_quick_reply, {"title": "X", "text": "y"}), (delete_quick_reply, {})):
        for who in (town.mo, town.alice, town.carol):
            assert refused(act, use_case, who, key, **told).reason in ("not_found", "not_allowed")
    assert look(quick_replies, town.mo) == []
    assert [row.title for row in rows(QuickReply)] == ["T"]

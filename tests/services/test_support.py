"""Alice asks support about an order; its state travels along, the answer comes back (R62)."""

import pytest

from cardmall.domain.terms import Actor, Reason
from cardmall.models import SupportMessage
from cardmall.services.talk.support import write_support
from tests.town import AUTO, HOUR, NOW, Tale, Town, act, refused, rows


def write(tale: Tale, by: Actor | None, text: object) -> None:
    act(write_support, by, tale.no, text=text, now=NOW + HOUR)


def test_a_question_carries_the_orders_state_and_reaches_the_admins(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.alice, "  为什么还没发货？ ")
    (message,) = rows(SupportMessage)
    assert (message.text, message.by_admin, message.author_id) == ("为什么还没发货？", False, town.alice.id)
    assert (message.data["status"], message.data["stage"]) == ("awaiting_delivery", "to_deliver")
    assert message.data["ways"] == {
        "cancel_now": "already_paid",
        "request": "not_delivered",
        "return": "not_delivered",
        "appeal": "nothing_to_appeal",
    }
    assert (tale.told(town.carol), "support_asked" in tale.told(town.bob)) == (["support_asked"], False)


def test_an_answer_reaches_the_shopper_without_diagnostics(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    write(tale, town.carol, "五分钟内发货")
    (message,) = rows(SupportMessage)
    assert (message.by_admin, message.data) == (True, {})
    assert tale.told(town.alice) == ["support_answered"]
    assert tale.verbs[-1] == "support_answered"


def test_the_same_words_twice_in_a_row_are_one_message(town: Town) -> None:
    tale = town.tale().order(AUTO).pay()
    for by, text in ((town.alice, "在吗"), (town.alice, "在吗 "), (town.carol, "在吗"), (town.alice, "在吗")):
        write(tale, by, text)
    assert [m.author_id for m in rows(SupportMessage)] == [town.alice.id, town.carol.id, town.alice.id]


@pytest.mark.parametrize(
    ("text", "error"), [("", "required"), (" \n", "required"), (None, "required"), ("\u200b", "required")]
)
def test_an_empty_question_is_none(town: Town, text: object, error: str) -> None:
    tale = town.tale().order(AUTO)
    assert refused(write, tale, town.alice, text).fields == {"text": error}
    assert refused(write, tale, town.alice, "x" * 501).fields == {"text": "too_long"}
    assert rows(SupportMessage) == []


def test_strangers_and_merchants_write_nothing(town: Town) -> None:
    tale = town.tale().order(AUTO)
    for stranger, reason in (
        (town.mallory, Reason.not_found),
        (town.bob, Reason.not_allowed),
        (town.mo, Reason.not_allowed),
        (None, Reason.sign_in_first),
    ):
        assert refused(write, tale, stranger, "hello").reason is reason
    assert rows(SupportMessage) == []

"""Alice and Bob write to each other about an order; what leads off the platform is warned about (R55, R56, R74)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Offer, Reason
from cardmall.domain.topics import order_topic, shop_topic
from cardmall.models import Conversation, Message, Notice, Picture, PictureData
from cardmall.services.case.pictures import keep_picture
from cardmall.services.talk.conversation import read_conversation, write_message
from cardmall.views.merchant.messages import shop_conversations
from cardmall.views.talk import TalkView, conversation_view
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, a_look, act, refused, rows

AT = NOW + HOUR
SHOP_WAS_ASKED = "message_received"


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale().order(MANUAL).pay()


@pytest.fixture
def topics() -> Iterator[set[str]]:
    heard: set[str] = set()
    db.on_commit(heard.update)
    yield heard
    db._listeners.remove(heard.update)


def write(tale: Tale, by: Actor | None, text: object = "在吗", at: datetime = AT, **how: Any) -> None:
    act(write_message, by, tale.no, text=text, now=at, **how)


def read(tale: Tale, by: Actor | None, at: datetime = AT) -> None:
    act(read_conversation, by, tale.no, now=at)


def talk_of(tale: Tale) -> Conversation:
    (talk,) = rows(Conversation, Conversation.order_id == tale.row.id, by=Conversation.order_id)
    return talk


def seen(tale: Tale, by: Actor | None, at: datetime = AT, no: str = "") -> TalkView:
    with db.reading() as session:
        return conversation_view(a_look(session, by, now=at), no or tale.no)


def picture(tale: Tale, by: Actor, number: int = 1) -> str:
    name = f"{number:032x}"
    size = {"full": b"full", "thumb": b"thumb", "width": 2, "height": 2}
    return act(keep_picture, by, tale.no, name, **size, now=AT)


def test_what_alice_writes_reaches_bob_and_waits_for_an_answer(town: Town, tale: Tale, topics: set[str]) -> None:
    write(tale, town.alice, "  什么时候发货？ ")
    (message,) = rows(Message)
    assert (message.text, message.role, message.author_id, message.read_at) == (
        "什么时候发货？", "shopper", town.alice.id, None
    )  # fmt: skip
    talk = talk_of(tale)
    assert (talk.shop_id, talk.last_at, talk.last_text, talk.waiting_since) == (
        town.bob.shop_id, AT, "什么时候发货？", AT
    )  # fmt: skip
    assert (talk.unread_by_shop, talk.unread_by_shopper) == (1, 0)
    assert tale.told(town.bob)[-1] == SHOP_WAS_ASKED and SHOP_WAS_ASKED not in tale.told(town.alice)
    assert tale.verbs[-1] == "message_sent"
    assert {order_topic(tale.no), shop_topic(town.bob.shop_id)} <= topics


def test_one_notice_stands_for_all_that_is_unread(town: Town, tale: Tale) -> None:
    for text in ("在吗", "还在吗", "请回复"):
        write(tale, town.alice, text)
    assert tale.told(town.bob).count(SHOP_WAS_ASKED) == 1
    read(tale, town.bob)
    write(tale, town.alice, "好的")
    assert tale.told(town.bob).count(SHOP_WAS_ASKED) == 2
    write(tale, town.bob, "马上")
    assert tale.told(town.alice).count(SHOP_WAS_ASKED) == 1


def test_every_member_of_the_shop_is_told_and_its_conversation_is_one(town: Town, tale: Tale) -> None:
    write(tale, town.alice)
    assert SHOP_WAS_ASKED not in tale.told(town.mo)


def test_bobs_answer_is_measured_from_the_first_question_on(town: Town, tale: Tale) -> None:
    write(tale, town.alice, "在吗")
    write(tale, town.alice, "还在吗", AT + 10 * MINUTE)
    write(tale, town.bob, "在的", AT + 25 * MINUTE)
    write(tale, town.bob, "今天发", AT + 26 * MINUTE)
    assert [m.answer_seconds for m in rows(Message)] == [None, None, 25 * 60, None]
    assert talk_of(tale).waiting_since is None


def test_the_median_of_a_months_answers_is_shown(town: Town, tale: Tale) -> None:
    assert seen(tale, town.alice).median_minutes == -1
    at = AT
    for minutes in (5, 60, 11):
        write(tale, town.alice, f"在吗 {minutes}", at)
        at += minutes * MINUTE
        write(tale, town.bob, f"在的 {minutes}", at)
    assert seen(tale, town.alice, at).median_minutes == 11
    assert seen(tale, town.alice, at + 31 * DAY).median_minutes == -1


def test_reading_marks_the_other_sides_words_and_tells_the_sender(town: Town, tale: Tale, topics: set[str]) -> None:
    write(tale, town.alice)
    write(tale, town.bob, "在的", AT + MINUTE)
    topics.clear()
    read(tale, town.bob, AT + 2 * MINUTE)
    assert [m.read_at for m in rows(Message)] == [AT + 2 * MINUTE, None]
    assert (talk_of(tale).unread_by_shop, talk_of(tale).unread_by_shopper) == (0, 1)
    assert order_topic(tale.no) in topics
    assert seen(tale, town.alice).messages[0].read and not seen(tale, town.bob).messages[1].read
    (notice,) = rows(Notice, Notice.account_id == town.bob.id, Notice.kind == SHOP_WAS_ASKED)
    assert notice.read_at == AT + 2 * MINUTE


def test_reading_again_writes_nothing_and_tells_nobody(town: Town, tale: Tale, topics: set[str]) -> None:
    write(tale, town.alice)
    read(tale, town.bob, AT + MINUTE)
    topics.clear()
    read(tale, town.bob, AT + HOUR)
    read(tale, town.alice, AT + HOUR)
    assert rows(Message)[0].read_at == AT + MINUTE
    assert topics == set()


def test_reading_before_anybody_wrote_makes_no_row(town: Town, tale: Tale) -> None:
    read(tale, town.alice)
    assert rows(Conversation, by=Conversation.order_id) == []


def test_a_double_click_sends_once_the_same_words_later_are_news(town: Town, tale: Tale) -> None:
    write(tale, town.alice, "在吗")
    write(tale, town.alice, "在吗 ", AT + timedelta(seconds=2))
    assert len(rows(Message)) == talk_of(tale).unread_by_shop == 1
    write(tale, town.alice, "在吗", AT + HOUR)
    write(tale, town.bob, "在吗", AT + HOUR)
    assert len(rows(Message)) == 3


def test_a_picture_goes_along_once(town: Town, tale: Tale) -> None:
    name = picture(tale, town.alice)
    for _ in range(2):
        write(tale, town.alice, "", pictures=name)
    (message,) = rows(Message)
    assert [p.message_id for p in rows(Picture, by=Picture.id)] == [message.id]
    assert seen(tale, town.bob).messages[0].pictures == [name]
    assert len(rows(PictureData, by=PictureData.picture_id)) == 1


def test_a_foreign_picture_is_refused_and_nothing_is_sent(town: Town, tale: Tale) -> None:
    bobs = picture(tale, town.bob)
    assert refused(write, tale, town.alice, "看图", pictures=bobs).fields == {"pictures": "not_a_choice"}
    assert rows(Message) == []


@pytest.mark.parametrize("empty", ["", "  ", None, "\u200b", [], {}])
def test_nothing_to_say_is_no_message(town: Town, tale: Tale, empty: object) -> None:
    assert refused(write, tale, town.alice, empty, pictures=" , ").fields == {"text": "required"}
    assert rows(Message) == []


def test_a_message_has_an_end(town: Town, tale: Tale) -> None:
    assert refused(write, tale, town.alice, "长" * 501).fields == {"text": "too_long"}
    write(tale, town.alice, "长" * 500)
    assert len(talk_of(tale).last_text) == limits.LAST_WORDS


def test_the_sender_is_warned_before_and_the_reader_after(town: Town, tale: Tale) -> None:
    text = "加微信 zhou1988 转账便宜"
    said = refused(write, tale, town.bob, text)
    assert (said.reason, said.offer) == (Reason.contact_found, Offer.form)
    assert said.fields == {"contacts": "wechat,payment_code"}
    assert rows(Message) == []
    write(tale, town.bob, text, sure="wechat,payment_code")
    assert seen(tale, town.alice).messages[0].contacts == ["wechat", "payment_code"]


def test_a_yes_covers_only_what_was_warned_of(town: Town, tale: Tale) -> None:
    for sure in ("qq", "", None, 1, ["qq"], "payment_code"):
        said = refused(write, tale, town.bob, "电话 13800138000", sure=sure)
        assert said.fields == {"contacts": "phone"}
    write(tale, town.bob, "电话 13800138000", sure=["phone"])
    assert len(rows(Message)) == 1


def test_order_numbers_and_codes_are_sent_without_a_warning(town: Town, tale: Tale) -> None:
    write(tale, town.alice, f"订单 {tale.no}，11-24 15:30 付的 ¥99.00，卡密 XKQ7-9D2M-4H8P 无效")
    assert rows(Message)[0].contacts == []


def test_nobody_floods(town: Town, tale: Tale) -> None:
    other = town.tale().order(AUTO).pay()
    for number in range(limits.MESSAGES_A_MINUTE):
        write((tale, other)[number % 2], town.alice, f"第 {number} 条")
    no = refused(write, tale, town.alice, "再来一条")
    assert (no.reason, no.at) == (Reason.too_many_tries, AT + MINUTE)
    write(tale, town.bob, "别急")
    write(tale, town.alice, "好", AT + MINUTE)


def test_strangers_write_read_and_see_nothing(town: Town, tale: Tale) -> None:
    write(tale, town.alice, "只给商家看")
    before = (rows(Message), talk_of(tale))
    for stranger, reason in (
        (town.mallory, Reason.not_found),
        (town.mo, Reason.not_found),
        (None, Reason.sign_in_first),
    ):
        for attempt in (write, read, seen):
            assert refused(attempt, tale, stranger).reason is reason
    assert (rows(Message), talk_of(tale)) == before


def test_an_admin_reads_without_leaving_a_mark_and_does_not_write(town: Town, tale: Tale) -> None:
    write(tale, town.alice, "在吗")
    view = seen(tale, town.carol)
    assert ([m.text for m in view.messages], view.may_write, view.unread) == (["在吗"], False, 0)
    for attempt in (write, read):
        assert refused(attempt, tale, town.carol).reason is Reason.not_allowed
    assert not seen(tale, town.alice).messages[0].read


def test_the_view_names_no_person_and_says_which_form_is_open(town: Town, tale: Tale) -> None:
    write(tale, town.alice)
    alices, bobs = seen(tale, town.alice), seen(tale, town.bob)
    assert (alices.shopper, bobs.shopper, alices.shop) == ("a*", "a*", "bobs")
    assert (alices.way, bobs.way) == ("request", "")
    assert (alices.unread, bobs.unread) == (0, 1)
    assert (alices.messages[0].mine, bobs.messages[0].mine) == (True, False)
    tale.deliver_by_hand("MANUAL-1")
    assert seen(tale, town.alice, tale.at).way == "return"
    tale.request(way="return")
    assert seen(tale, town.alice, tale.at).way == ""


def test_the_number_of_its_case_leads_to_the_same_conversation(town: Town, tale: Tale) -> None:
    write(tale, town.alice)
    tale.request()
    assert seen(tale, town.bob, no=tale.case.no).no == tale.no
    act(write_message, town.bob, tale.case.no, text="已收到申请", now=AT)
    assert refused(seen, tale, town.mo, no=tale.case.no).reason is Reason.not_found
    assert [m.text for m in seen(tale, town.alice).messages] == ["在吗", "已收到申请"]


def test_only_the_latest_messages_are_shown_oldest_first(
    town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESSAGES", 2)
    for number in range(3):
        write(tale, town.alice, str(number), AT + number * MINUTE)
    assert [m.text for m in seen(tale, town.alice).messages] == ["1", "2"]


def test_bobs_list_is_newest_first_page_by_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE", 2)
    tales = [town.tale().order(MANUAL).pay() for _ in range(3)]
    for number, tale in enumerate(tales):
        write(tale, town.alice, f"第 {number} 单", AT + number * MINUTE)
    write(tales[1], town.bob, "在的", AT + 9 * MINUTE)
    with db.reading() as session:
        first = shop_conversations(a_look(session, town.bob, now=AT + HOUR))
        rest = shop_conversations(a_look(session, town.bob, now=AT + HOUR), after=first.next_key)
        junk = shop_conversations(a_look(session, town.bob, now=AT + HOUR), after="junk")
    assert [r.last_text for r in (*first.rows, *rest.rows)] == ["在的", "第 2 单", "第 0 单"]
    assert (first.unread, rest.next_key, junk.rows) == (3, "", first.rows)
    answered, waiting = first.rows
    assert (answered.waiting_since, waiting.waiting_since) == (None, AT + 2 * MINUTE)
    assert (answered.shopper, answered.unread, waiting.unread) == ("a*", 1, 1)


def test_the_list_is_the_shops_own(town: Town, tale: Tale) -> None:
    write(tale, town.alice)
    with db.reading() as session:
        assert shop_conversations(a_look(session, town.mo, now=AT)).rows == []
        for stranger in (town.alice, town.carol):
            assert refused(shop_conversations, a_look(session, stranger, now=AT)).reason is Reason.not_allowed
        assert refused(shop_conversations, a_look(session, None, now=AT)).reason is Reason.sign_in_first

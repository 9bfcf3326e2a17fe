"""The conversation on the page: the words stay when they are warned about, what is in sight is read (R55, R56)."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from cardmall.adapters import db
from cardmall.domain.verbs import NoticeKind
from cardmall.models import Case, Conversation, Message, Notice, Order, Product
from cardmall.states.admin.case import AdminCaseState
from cardmall.states.merchant.case import MerchantCaseState
from cardmall.states.merchant.messages import MessagesState
from cardmall.states.shopper.inbox import notice_url
from cardmall.states.shopper.order import OrderState
from cardmall.states.shopper.printout import PrintState
from cardmall.states.talk import ConversationState
from cardmall.views.shopper.inbox import NoticeView
from tests.states.test_desks import page_of, run
from tests.states.test_desks import town as town  # the demo town, everybody signed in

pytestmark = pytest.mark.usefixtures("town")
STRANGERS = ["", "unknown", "dave", "erin"]


def number_of(slug: str) -> str:
    """Alice's newest order of this product."""
    with db.reading() as session:
        wanted = select(Order.no).join(Product).where(Product.slug == slug).order_by(col(Order.id).desc())
        return session.exec(wanted.limit(1)).one()


def talk(who: str, no: str, path: str = "/orders/{no}") -> Any:
    page = page_of(ConversationState, who, path.replace("{no}", no))
    run(ConversationState.load.fn(page))
    return page


def messages(no: str) -> list[Message]:
    with db.reading() as session:
        return list(session.exec(select(Message).join(Order).where(Order.no == no).order_by(col(Message.id))))


def unread(session: Session, no: str) -> tuple[int, int]:
    found = session.exec(select(Conversation).join(Order).where(Order.no == no)).one()
    return found.unread_by_shop, found.unread_by_shopper


def test_alice_opens_the_conversation_and_only_then_it_is_read() -> None:
    no = number_of("reader-year")
    page = talk("alice", no)
    assert (page.shown, page.view.unread, page.view.messages[-1].role) == (False, 1, "merchant")
    run(ConversationState.open.fn(page))
    assert (page.shown, page.view.unread) == (True, 0)
    assert messages(no)[-1].read_at is not None
    assert talk("bob", no, "/merchant/messages?order={no}").view.messages[-1].read


@pytest.mark.parametrize(
    ("kind", "who", "path"),
    [
        (OrderState, "alice", "/orders/{order}"),
        (OrderState, "carol", "/orders/{order}"),
        (MerchantCaseState, "bob", "/merchant/cases/{case}"),
        (AdminCaseState, "carol", "/admin/cases/{case}"),
    ],
)
def test_a_page_and_the_conversation_on_it_are_one_look(kind: Any, who: str, path: str) -> None:
    no = number_of("adobe-photo")
    with db.reading() as session:
        case = session.exec(select(Case.no).join(Order).where(Order.no == no)).one()
    page = page_of(kind, who, path.format(order=no, case=case))
    beside = page._get_root_state().get_substate(ConversationState.get_full_name().split("."))
    run(kind.load.fn(page))
    assert (beside.view.no, beside.loaded, beside.shown, page.missing) == (no, True, kind is not OrderState, False)
    other = talk("bob" if who == "alice" else "alice", no)
    run(ConversationState.send.fn(other, {"text": "在吗"}))
    run(kind.refresh.fn(page))
    assert [m.text for m in beside.view.messages] == [m.text for m in messages(no)]
    assert (messages(no)[-1].text, messages(no)[-1].read_at is not None) == ("在吗", who == "bob")


def test_a_stranger_finds_neither_the_page_nor_its_conversation() -> None:
    page = page_of(OrderState, "dave", f"/orders/{number_of('adobe-photo')}?talk=1")
    beside = page._get_root_state().get_substate(ConversationState.get_full_name().split("."))
    run(OrderState.load.fn(page))
    assert (page.missing, beside.view.no, beside.view.messages) == (True, "", [])


def test_a_notice_leads_alice_to_the_open_conversation_and_bob_to_his_desk() -> None:
    no = number_of("reader-year")
    told = NoticeView(1, NoticeKind.message_received.value, no, "", "x", messages(no)[0].at, True)
    assert notice_url("shopper", told) == f"/orders/{no}?talk=1#talk"
    assert notice_url("merchant", told) == f"/merchant/messages?order={no}"
    page = talk("alice", no, "/orders/{no}?talk=1")
    assert (page.shown, page.view.unread) == (True, 0)


def test_bob_reads_at_his_desk_and_by_the_number_of_the_case() -> None:
    no = number_of("adobe-photo")
    assert talk("bob", no, "/merchant/messages?order={no}").view.unread == 0
    assert messages(no)[-1].read_at is not None
    with db.reading() as session:
        case = session.exec(select(Case.no).join(Order).where(Order.no == no)).one()
        assert unread(session, no) == (0, 0)
    assert talk("bob", case, "/merchant/cases/{no}/").view.no == no


def test_the_desks_list_counts_what_is_unread() -> None:
    page = page_of(MessagesState, "bob", "/merchant/messages")
    run(MessagesState.load.fn(page))
    assert (page.chosen, page.figures.unread, page.loaded) == ("", 1, True)
    talk("bob", number_of("adobe-photo"), "/merchant/messages?order={no}")
    run(MessagesState.refresh.fn(page))
    assert page.figures.unread == 0
    run(MessagesState.show_more.fn(page))
    assert len({row.no for row in page.rows}) == len(page.rows) == 3


def test_a_warning_comes_before_and_the_yes_covers_it() -> None:
    no = number_of("adobe-photo")
    page, before = talk("alice", no), len(messages(no))
    run(ConversationState.send.fn(page, {"text": "加我QQ 98765432"}))
    assert (page.warned, page.sent, len(messages(no))) == (["qq"], 0, before)
    run(ConversationState.send.fn(page, {"text": "加我QQ 98765432，电话13800138000", "sure": "qq"}))
    assert (page.warned, len(messages(no))) == (["qq", "phone"], before)
    run(ConversationState.send.fn(page, {"text": "加我QQ 98765432，电话13800138000", "sure": "qq,phone"}))
    assert (page.warned, page.sent, messages(no)[-1].contacts) == ([], 1, ["qq", "phone"])


def test_what_is_wrong_stands_beside_the_box() -> None:
    no = number_of("adobe-photo")
    page = talk("alice", no)
    run(ConversationState.send.fn(page, {"text": " "}))
    assert (page.text_error, page.sent) == ("required", 0)
    run(ConversationState.send.fn(page, {"text": "看图", "pictures": "nothing"}))
    assert (page.text_error, page.pictures_error) == ("", "not_a_choice")
    run(ConversationState.send.fn(page, {"text": "在吗"}))
    assert (page.text_error, page.pictures_error, page.sent) == ("", "", 1)
    assert page.view.messages[-1].text == "在吗"


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_write_and_read_nothing(who: str) -> None:
    no = number_of("adobe-photo")
    before = [m.model_dump() for m in messages(no)]
    for path in ("/orders/{no}", "/merchant/messages?order={no}"):
        page = talk(who, no, path)
        run(ConversationState.open.fn(page))
        run(ConversationState.send.fn(page, {"text": "x"}))
        assert (page.view.no, page.view.messages, page.sent) == ("", [], 0)
    desk = page_of(MessagesState, who, f"/merchant/messages?order={no}")
    run(MessagesState.refresh.fn(desk))
    run(MessagesState.show_more.fn(desk))
    assert no not in [row.no for row in desk.rows]
    paper = page_of(PrintState, who, f"/orders/{no}/print")
    run(PrintState.load.fn(paper))
    assert (paper.missing, paper.sheet.order.no) == (True, "")
    assert [m.model_dump() for m in messages(no)] == before


@pytest.mark.parametrize("who", ["alice", "bob", "carol"])
def test_the_order_on_paper_is_for_both_sides_and_admins(who: str) -> None:
    no = number_of("adobe-photo")
    page = page_of(PrintState, who, f"/orders/{no}/print")
    run(PrintState.load.fn(page))
    sheet = page.sheet
    assert (page.missing, sheet.order.no, sheet.talk.no) == (False, no, no)
    assert [m.text for m in sheet.talk.messages] == [m.text for m in messages(no)]
    assert [r.kind for r in sheet.sheets[0].rounds] == ["opened"]
    assert sheet.order.timeline and sheet.talk.shopper.endswith("*")


def test_carol_reads_along_and_leaves_no_mark() -> None:
    no = number_of("adobe-photo")
    page = talk("carol", no, "/orders/{no}?talk=1")
    run(ConversationState.send.fn(page, {"text": "在吗"}))
    assert (page.view.may_write, page.sent, messages(no)[-1].read_at) == (False, 0, None)


def test_bobs_notice_is_read_with_the_conversation() -> None:
    no = number_of("adobe-photo")
    talk("bob", no, "/merchant/messages?order={no}")
    with db.reading() as session:
        told = session.exec(
            select(Notice).where(Notice.order_no == no, Notice.kind == NoticeKind.message_received)
        ).all()
    assert told and all(notice.read_at for notice in told)


@pytest.mark.parametrize("junk", [None, 7, [], {}, "'", {"text": [], "pictures": {}, "sure": 7}, {"text": {"a": 1}}])
def test_it_takes_no_harm_from_any_argument(junk: Any) -> None:
    no = number_of("adobe-photo")
    page, before = talk("alice", no), len(messages(no))
    run(ConversationState.send.fn(page, junk))
    assert (len(messages(no)), page.sent) == (before, 0)

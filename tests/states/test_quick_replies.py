"""The quick replies beside the messages: live, and no form loses what was typed because of a colleague (R95)."""

from typing import Any

from cardmall.adapters import bus, signals
from cardmall.domain.topics import quick_replies_topic, shop_topic
from cardmall.services.talk.quick_replies import delete_quick_reply, save_quick_reply
from cardmall.states.merchant.messages import MessagesState
from cardmall.states.merchant.quick_replies import NEW, QuickRepliesState
from tests.states.test_desks import page_of
from tests.states.test_goods import comes, run, town
from tests.town import Town, act

__all__ = ["town"]
FORM = {"title": "报平安", "text": "mine"}


def opened(town: Town, *titles: str) -> Any:
    """Bob's page with these kept."""
    for title in titles:
        act(save_quick_reply, town.bob, title=title, text="old")
    page = page_of(QuickRepliesState, "bob", "/merchant/messages")
    run(QuickRepliesState.load.fn(page))
    return page


def test_what_a_colleague_keeps_is_told_to_these_pages_only_and_no_form_is_drawn_anew(town: Town) -> None:
    page = opened(town, "报平安")
    QuickRepliesState.edit.fn(page, page.rows[0].key)
    drawn, since = page.saved, signals.mark()
    act(save_quick_reply, town.bob, title="另一条", text="x")
    assert signals.moved(since, quick_replies_topic(town.bob.shop_id))
    assert not signals.moved(since, shop_topic(town.bob.shop_id))
    run(QuickRepliesState.refresh.fn(page))
    assert (len(page.rows), page.edited.title, page.saved) == (2, "报平安", drawn)


def test_the_page_around_it_listens_for_it(town: Town) -> None:
    messages = page_of(MessagesState, "bob", "/merchant/messages")
    run(MessagesState.load.fn(messages))
    heard = bus._listeners[quick_replies_topic(town.bob.shop_id)][messages.router.session.client_token]
    assert {name.rpartition(".")[2] for name in heard} == {"refresh"}


def test_a_save_over_a_colleagues_is_refused_once_and_the_form_stays(town: Town) -> None:
    page = opened(town, "报平安")
    QuickRepliesState.edit.fn(page, page.rows[0].key)
    act(save_quick_reply, town.bob, page.rows[0].key, title="报平安", text="theirs")
    drawn = page.saved
    run(QuickRepliesState.save.fn(page, FORM))
    assert ([row.text for row in page.rows], page.saved) == (["theirs"], drawn), "shown, and nothing typed is lost"
    run(QuickRepliesState.save.fn(page, FORM))
    assert ([row.text for row in page.rows], page.edited) == (["mine"], NEW)


def test_what_a_colleague_deleted_is_saved_as_a_new_one_by_the_next_press(town: Town) -> None:
    page = opened(town, "报平安")
    QuickRepliesState.edit.fn(page, page.rows[0].key)
    act(delete_quick_reply, town.bob, page.rows[0].key)
    run(QuickRepliesState.save.fn(page, FORM))
    assert (page.rows, page.edited) == ([], NEW)
    run(QuickRepliesState.save.fn(page, FORM))
    assert [row.text for row in page.rows] == ["mine"]


def test_what_stood_open_does_so_when_the_page_is_drawn_anew_and_not_when_it_is_opened_again(town: Town) -> None:
    page = opened(town, "报平安")
    run(QuickRepliesState.keep.fn(page))
    QuickRepliesState.edit.fn(page, page.rows[0].key)
    for again, left in ((True, (True, "报平安")), (False, (False, ""))):
        run(comes(page, again=again))
        run(comes(page, again=True))  # the page around it was loaded
        run(QuickRepliesState.load.fn(page))
        assert (page.keeping, page.edited.title) == left


def test_deleting_another_one_leaves_the_form_alone(town: Town) -> None:
    page = opened(town, "报平安", "另一条")
    mine, other = sorted(page.rows, key=lambda row: row.title != "报平安")
    QuickRepliesState.edit.fn(page, mine.key)
    drawn = page.saved
    run(QuickRepliesState.delete.fn(page, other.key))
    assert (page.edited, page.saved, len(page.rows)) == (mine, drawn, 1)
    run(QuickRepliesState.delete.fn(page, mine.key))
    assert (page.edited, page.rows) == (NEW, [])

"""The conversation as pages set it: a card that opens on the order page, a pane that stands open on a desk.

The state of a page that sets one is `Talking`; the address names the order or its case.
"""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, button, link
from cardmall.components.conversation import composer, thread
from cardmall.components.feedback import bone, info_box, skeleton
from cardmall.components.format import duration
from cardmall.components.shell import here
from cardmall.components.surface import card, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.states.session import SessionState
from cardmall.states.talk import ConversationState

VIEW = ConversationState.view
_ROLE = SessionState.person.role


def talk_card() -> rx.Component:
    """Closed until it is opened: only then what came is read."""
    press = button(t("talk.open"), on_click=ConversationState.open, size="lg")
    closed = rx.el.div(press, class_name="flex flex-wrap items-center gap-3")
    new = rx.cond(VIEW.unread > 0, pill(t("talk.new", n=VIEW.unread), "seal"), _median("talk.median"))
    body = rx.cond(ConversationState.shown, talk_pane(), closed)
    return here(card(body, title=_title(), aside=new), id="talk")


def _title() -> rx.Var[str]:
    return choose(
        _ROLE, ("merchant", t("talk.title_merchant")), ("admin", t("talk.title_admin")), otherwise=t("talk.title")
    )


def talk_pane(*, tall: bool = False, restore: bool = True) -> rx.Component:
    """What was said and the box to answer; for admins without the box.

    `restore=False` where another form of the page takes pictures, too.
    """
    nothing = choose(_ROLE, ("shopper", t("talk.empty_shopper")), otherwise=t("talk.empty_merchant"))
    write = composer(
        VIEW.no,
        routes.pictures_url(VIEW.no),
        on_send=ConversationState.send,
        sent=ConversationState.sent,
        warned=ConversationState.warned,
        text_error=ConversationState.text_error,
        pictures_error=ConversationState.pictures_error,
        beside=_way(),
        restore=restore,
    )
    watcher = rx.el.div(info_box(t("talk.watcher"), tone="grey", icon="eye"), class_name="mt-4")
    known = rx.fragment(thread(VIEW, nothing, tall=tall), rx.cond(VIEW.may_write, write, watcher))
    return rx.cond(VIEW.no != "", known, _shapes())


def _way() -> rx.Component:
    """The same form as everywhere: talking is not asked of anybody who wants out (R24, R36)."""
    form = link(
        t_enum("talk.way", VIEW.way),
        href=routes.way_url(VIEW.no, VIEW.way),
        class_name="touch inline-flex items-center font-semibold underline underline-offset-2",
    )
    words = rx.el.span(t("talk.instead"), " ", form, class_name="text-sm text-ink2")
    return rx.cond(VIEW.way != "", words)


def _median(key: str) -> Child:
    return rx.cond(VIEW.median_minutes >= 0, t(key, time=duration(VIEW.median_minutes)), "")


def _shapes() -> rx.Component:
    return skeleton(bone("h-12 w-3/5 mb-3"), bone("h-12 w-2/5 ml-auto mb-3"), bone("h-20"))

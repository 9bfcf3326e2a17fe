"""A refund like a parcel: where it is, when it arrives, what its shopper does meanwhile (R57-R59)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import Child, link, link_button
from cardmall.components.feedback import detail_skeleton, info_box, two_columns
from cardmall.components.format import copy_button, deadline, exact, instant, money
from cardmall.components.progress import step, step_row
from cardmall.components.surface import Tone, amount, card, fact, facts, page_title, pill, side_note
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain.terms import RefundCause
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.refund_redirect import redirect_card
from cardmall.pages.whose import order_here, orders_crumb
from cardmall.states.shopper.refund import RefundState

PAGE_: Any = RefundState.page  # a Var of the browser, not the value
ONE = PAGE_.one

# State → tone and icon.
_LOOK: dict[str, tuple[Tone, str]] = {
    "requested": ("blue", "clock"),
    "sent": ("blue", "message-circle-question"),
    "processing": ("blue", "truck"),
    "succeeded": ("jade", "circle-check"),
    "failed": ("amber", "rotate-cw"),
    "needs_attention": ("amber", "user-round-search"),
    "redirected": ("grey", "corner-up-right"),
    "bounced": ("amber", "undo-2"),
    "dropped": ("grey", "circle-check"),
    "late": ("amber", "clock-alert"),
}


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(RefundState.loaded, _content(), waiting)
    return shop_frame(guarded(content, waiting, missing=RefundState.missing), here="orders", desk=True)


def _content() -> rx.Component:
    back = link_button(t("refund.to_order"), href=order_here(PAGE_.order_no))
    crumbs = [orders_crumb(), (PAGE_.order_no, order_here(PAGE_.order_no))]
    state = pill(labels.refund_status(ONE.status), labels.tone(ONE.status))
    title = page_title(t("refund.title"), state, aside=back, crumbs=crumbs, here=t("refund.title"))
    main = [_standing(), rx.cond(PAGE_.may_redirect, redirect_card()), _way(), _others()]
    return rx.el.div(title, two_columns(main, [_facts(), _rules()]))


def _standing() -> rx.Component:
    """One calm sentence for every state."""
    return rx.el.div(
        choose(ONE.state, *[(code, _box(code)) for code in _LOOK], otherwise=rx.fragment()),
        role="status",
        data_refund_state=ONE.state,
    )


def _box(code: str) -> rx.Component:
    tone, icon = _LOOK[code]
    head = rx.el.b(t(f"refund.head.{code}"), class_name="text-h2 font-semibold")
    lines = [rx.el.p(line, class_name="text-sm text-ink empty:hidden") for line in _lines(code)]
    return info_box(head, *lines, *_acts(code), tone=tone, icon=icon, top=True)


def _lines(code: str) -> list[Child]:
    about = {"amount": money(ONE.amount), "channel": labels.channel_in(ONE.channel), "account": ONE.payer}
    times = {"expected": deadline(ONE.expected_at), "at": instant(ONE.succeeded_at)}
    line = t_enum("refund.line", code, **about, **times)
    if code == "failed":
        when = rx.cond(PAGE_.retry_at, t("refund.retry_at", at=instant(PAGE_.retry_at)), "")
        return [t_enum("refund.hindrance", ONE.hindrance), line, when]
    if code == "needs_attention":
        going_on = ONE.cause == RefundCause.gift.value  # its order never ended
        line = rx.cond(going_on, t("refund.kept", amount=about["amount"]), line)
        asked = rx.cond(PAGE_.redirect_asked | PAGE_.may_redirect, t("refund.another"), t("refund.by_us"))
        return [t_enum("refund.hindrance", ONE.hindrance), line, asked]
    return [line, t_enum("refund.ask", ONE.channel)] if code == "late" else [line]


def _acts(code: str) -> list[rx.Component]:
    if code == "late":
        return [_everything()]
    if code == "redirected":
        look = "mt-2.5 text-ink"
        to = link_button(t("refund.to_successor"), href=routes.refund_url(PAGE_.successor), kind="outline")
        return [rx.el.div(to, class_name=look)]
    if code in ("needs_attention", "failed", "bounced"):
        support = link_button(t("refund.support"), href=routes.support_url(PAGE_.order_no))
        return [rx.cond(PAGE_.mine, rx.el.div(support, class_name="mt-2.5 text-ink"))]
    return []


def _everything() -> rx.Component:
    """What the payment institution wants to know, in one piece (R58)."""
    told = t(
        "refund.copy_all",
        no=ONE.no,
        trace=ONE.trace_no,
        amount=money(ONE.amount),
        at=exact(ONE.sent_at),
        channel=labels.channel_word(ONE.channel),
    )
    words = rx.el.p(told, class_name="text-sm text-ink [overflow-wrap:anywhere]", data_everything="")
    return rx.el.div(words, copy_button(told, class_name="px-0 text-ink"), class_name="mt-2")


_BACK = ONE.status == "bounced"


def _way() -> rx.Component:
    soon = rx.cond(_BACK, "", t_enum("refund.source", ONE.channel))
    return card(step_row(rx.foreach(PAGE_.steps, _step)), title=t("refund.way"), aside=soon)


def _step(one: Any) -> rx.Component:
    channel = labels.channel_word(ONE.channel)
    name = choose(
        one.code,
        ("platform", t("refund.step.platform")),
        ("channel", t("refund.step.channel", channel=channel)),
        ("arrival", rx.cond(_BACK, t("refund.step.back"), t_enum("refund.arrival", ONE.channel))),
        otherwise=t("refund.step.redirected"),
    )
    return step(name, instant(one.at), standing=one.state)


def _facts() -> rx.Component:
    mine = rx.fragment(labels.channel_word(ONE.channel), " ", ONE.payer)
    due = fact(t("refund.expected"), t("refund.expected_by", at=deadline(ONE.expected_at)))
    over = (ONE.status == "succeeded") | _BACK | ~ONE.expected_at.bool()
    came = rx.cond(ONE.succeeded_at, fact(t("refund.arrived"), exact(ONE.succeeded_at)))
    before = fact(
        t("refund.predecessor"), link(PAGE_.predecessor, href=routes.refund_url(PAGE_.predecessor), class_name=_LINK)
    )
    return card(
        facts(
            (t("refund.amount"), amount(money(ONE.amount), tone="text-jade")),
            (t("refund.to"), mine),
            (t("refund.cause"), t_enum("labels.refund_cause", ONE.cause)),
            rx.cond(over, rx.fragment(), due),
            came,
            (t("refund.no"), _copied(ONE.no)),
            rx.cond(ONE.trace_no != "", fact(t("refund.trace"), _copied(ONE.trace_no))),
            (t("refund.asked"), exact(ONE.created_at)),
            rx.cond(ONE.sent_at, fact(t("refund.sent"), exact(ONE.sent_at))),
            rx.cond(PAGE_.predecessor != "", before),
        ),
        title=t("refund.facts"),
        aside=PAGE_.product,
    )


_LINK = "underline underline-offset-2 [overflow-wrap:anywhere]"


def _copied(value: rx.Var) -> rx.Component:
    number = rx.el.span(value, class_name="[overflow-wrap:anywhere]")
    return rx.fragment(number, copy_button(value, class_name="py-0 -my-1"))


def _others() -> rx.Component:
    rows = rx.el.ul(rx.foreach(PAGE_.others, _other), class_name="[&>li+li]:border-t [&>li+li]:border-line2")
    return rx.cond(length(PAGE_.others) > 0, card(rows, title=t("refund.others")))


def _other(one: Any) -> rx.Component:
    words = rx.el.div(
        link(one.no, href=routes.refund_url(one.no), class_name=_LINK),
        rx.el.div(
            instant(one.created_at), " · ", labels.channel_word(one.channel), " ", one.payer, class_name="text-ink2"
        ),
        class_name="min-w-0 grow text-sm",
    )
    state = pill(labels.refund_status(one.status), labels.tone(one.status))
    row = "flex flex-wrap items-center gap-3 py-2.5"
    return rx.el.li(words, amount(money(one.amount)), state, class_name=row, key=one.no)


def _rules() -> rx.Component:
    """Section 5 in public words."""
    lines = [rx.el.li(t(f"rules.refund.{name}")) for name in ("original", "accepted", "failed")]
    more = link(t("refund.rules"), href=routes.RULES + "#arrival", class_name="underline underline-offset-2")
    return side_note(rx.el.ul(*lines, class_name="grid gap-1.5 mb-1.5"), more)


PAGE = {"title": t("refund.title"), "component": _page, "route": routes.REFUND, "on_load": RefundState.load}

"""One transfer: what, for how much, who has agreed and until when; each side finds its own buttons (R53)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.controls import Child, button, link, link_button, question
from cardmall.components.feedback import detail_skeleton, empty, info_box, two_columns
from cardmall.components.format import copy_button, countdown, ends, exact, instant, money
from cardmall.components.surface import amount, breadcrumb, card, cover, fact, facts, page_title, pill, product_line
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.transfer_form import MINUTES
from cardmall.pages.whose import order_here
from cardmall.states.shopper.transfer import TransferState

VIEW: Any = TransferState.view  # a Var of the browser, not the value
_ANSWER = int(limits.TRANSFER_WITHIN.total_seconds())
_PAY = int(limits.PAY_WITHIN.total_seconds())
_SHOPPER, _RECEIVER, _MERCHANT = (VIEW.side == side for side in ("shopper", "receiver", "merchant"))
_UNPAID = VIEW.status == "accepted"
_DONE = VIEW.status == "completed"
_TONES = {"offered": "amber", "accepted": "amber", "completed": "jade"}


def transfer_page() -> rx.Component:
    found = rx.cond(TransferState.missing, _lost(), _content())
    content = rx.cond(TransferState.loaded, found, detail_skeleton())
    return shop_frame(guarded(content, detail_skeleton()), desk=True)


def _lost() -> rx.Component:
    """The same for unknown and foreign numbers; whoever was invited proves the address first (R80)."""
    go = link_button(t("transfer.lost_link"), href=routes.ME, kind="outline", size="lg")
    told = empty("search-x", t("kit.lost_title"), t("transfer.lost_line"), go)
    return rx.el.div(rx.el.h1(t("kit.lost_title"), class_name="sr-only"), told, data_lost="")


def _content() -> rx.Component:
    main = [_panel(), _agreed(), _what()]
    asked = rx.fragment(*[_question(name) for name in TransferState.QUESTIONS])
    return rx.el.div(_title(), two_columns(main, [_facts()]), asked)


def _title() -> rx.Component:
    tone = choose(VIEW.status, *_TONES.items(), otherwise="grey")
    state = pill(t_enum("labels.transfer_status", VIEW.status), tone)
    return rx.fragment(_way_here(), page_title(t("transfer.title"), state))


def _way_here() -> rx.Component:
    """Back to the order, or to the shop's desk; a receiver came from a message."""
    order = [(t("order.crumb"), routes.ORDERS), (VIEW.order_no, routes.order_url(VIEW.order_no))]
    crumbs = {"shopper": order, "merchant": [(t("merchant.title"), routes.MERCHANT)]}
    receiver = breadcrumb([(t("frame.inbox"), routes.INBOX)], VIEW.no)
    ways = [(side, breadcrumb(way, VIEW.no)) for side, way in crumbs.items()]
    return choose(VIEW.side, *ways, otherwise=receiver)


def _panel() -> rx.Component:
    """The one thing to know or do now."""
    open_or_done = VIEW.is_open | _DONE
    agreed = choose(
        VIEW.side,
        ("receiver", rx.cond(VIEW.receiver_agreed_at, "agreed", "offered")),
        ("merchant", rx.cond(VIEW.merchant_agreed_at, "agreed", "offered")),
        otherwise="offered",
    )
    code = rx.cond(VIEW.status == "offered", agreed, VIEW.status) + "_" + VIEW.side
    until = rx.cond(_UNPAID, ends(VIEW.pay_by), ends(VIEW.deadline))
    told = t_enum("transfer.line", code, until=until, minutes=MINUTES, amount=money(VIEW.amount))
    head = rx.cond(open_or_done, t_enum("transfer.panel", code), t("transfer.panel.ended"))
    title = rx.el.div(rx.el.b(head, class_name="text-h2 font-semibold"), _left(), class_name=_HEAD)
    lines = rx.cond(open_or_done, rx.el.p(told, class_name="text-sm text-ink"), _why())
    body = [title, lines, _acts()]
    tone = choose(
        VIEW.status,
        ("completed", info_box(*body, tone="jade", icon="circle-check", top=True)),
        ("offered", info_box(*body, tone="amber", icon="hourglass", top=True)),
        ("accepted", info_box(*body, tone="amber", icon="wallet", top=True)),
        otherwise=info_box(*body, tone="grey", icon="circle-slash", top=True),
    )
    return rx.el.div(tone, data_panel=VIEW.status)


_HEAD = "flex flex-wrap items-baseline gap-x-3"


def _left() -> rx.Component:
    look = "font-semibold tabular-nums"
    answer = countdown(VIEW.deadline, "answer", total=_ANSWER, on_end=TransferState.refresh, class_name=look)
    pay = countdown(VIEW.pay_by, "pay", total=_PAY, on_end=TransferState.refresh, class_name=look)
    return choose(VIEW.status, ("offered", answer), ("accepted", pay), otherwise=rx.fragment())


def _why() -> rx.Component:
    """Why it ended, and that nothing has moved."""
    mine = rx.cond(VIEW.ended_why == "order_closed", t("transfer.why_line.closed"), t("transfer.why_line.mine"))
    after = rx.cond(_SHOPPER, mine, t("transfer.why_line.theirs"))
    return rx.el.div(
        rx.el.p(t_enum("transfer.why", VIEW.ended_why), class_name="text-sm text-ink"),
        rx.el.p(after, class_name="text-sm text-ink"),
    )


def _acts() -> rx.Component:
    can = VIEW.actions.contains
    pay = link_button(t("transfer.pay"), href=routes.checkout_url(VIEW.new_order_no), kind="seal", size="lg")
    new = link_button(t("transfer.to_order"), href=routes.order_url(VIEW.new_order_no), kind="outline", size="lg")
    old = link_button(t("transfer.to_order"), href=routes.order_url(VIEW.order_no), size="lg")
    late = rx.cond(_UNPAID, t("transfer.decline_late"), t("transfer.decline"))
    receiver = rx.fragment(
        rx.cond(_UNPAID, pay),
        rx.cond(_DONE, new),
        rx.cond(can("agree"), _ask("agree_receiver", kind="seal")),
        rx.cond(can("decline"), button(late, on_click=TransferState.ask("decline"), size="lg")),
    )
    merchant = rx.fragment(
        rx.cond(can("agree"), _ask("agree_merchant", kind="seal")), rx.cond(can("decline"), _ask("decline"))
    )
    shopper = rx.fragment(old, rx.cond(can("withdraw"), _ask("withdraw", kind="outline")))
    watch = rx.el.span(t("transfer.read_only"), class_name="text-sm text-ink2")
    mine = choose(VIEW.side, ("receiver", receiver), ("merchant", merchant), ("shopper", shopper), otherwise=watch)
    return rx.el.div(mine, class_name="flex flex-wrap gap-2 mt-2.5 text-ink empty:hidden")


def _ask(name: str, kind: Any = "plain") -> rx.Component:
    return button(t(f"transfer.{name}"), on_click=TransferState.ask(name), kind=kind, size="lg")


def _agreed() -> rx.Component:
    """Receiver, shop, payment: what has happened of it."""
    receiver = rx.cond(_RECEIVER, t("transfer.receiver_you"), t("transfer.receiver_they"))
    merchant = rx.cond(_MERCHANT, t("transfer.merchant_you"), t("transfer.merchant_they"))
    paid = rx.cond(_DONE, t("transfer.paid_at"), "")
    rows = [
        _yes(receiver, VIEW.receiver_agreed_at, _when(VIEW.receiver_agreed_at), "receiver"),
        _yes(merchant, VIEW.merchant_agreed_at, _when(VIEW.merchant_agreed_at), "merchant"),
        _yes(t("transfer.paid"), _DONE, paid, "paid"),
    ]
    return card(rx.el.ul(*rows, class_name="grid gap-3"), title=t("transfer.who"))


def _when(at: Any) -> Child:
    none = rx.cond(VIEW.is_open, t("transfer.not_yet"), "")
    return rx.cond(at, t("transfer.yes_at", at=instant(at)), none)


def _yes(who: Child, known: Any, words: Child, name: str) -> rx.Component:
    done = rx.icon("circle-check", size=18, class_name="text-jade shrink-0", aria_hidden="true")
    wait = rx.icon("circle-dashed", size=18, class_name="text-ink3 shrink-0", aria_hidden="true")
    look = "flex flex-wrap items-center gap-x-2.5"
    told = rx.el.span(words, class_name="text-ink2 text-sm")
    return rx.el.li(
        rx.cond(known, done, wait),
        rx.el.b(who, class_name="font-semibold"),
        told,
        class_name=look,
        custom_attrs={"data-yes": name},
    )


def _what() -> rx.Component:
    name = product_line(VIEW.product, "font-semibold grow")
    head = rx.el.div(cover(VIEW), name, amount(money(VIEW.amount)), class_name="flex items-center gap-3 mb-4")
    state = rx.cond(VIEW.sealed, t("transfer.sealed"), t("transfer.undelivered"))
    told = facts(
        (t("transfer.state"), state),
        (t("transfer.quantity"), VIEW.quantity.to(str)),
        (t("transfer.price"), t("transfer.price_line", amount=money(VIEW.amount))),
        (t("order.category"), labels.category(VIEW.category)),
        (t("transfer.shop"), VIEW.shop),
        (t("transfer.rule"), VIEW.activation_rule),
    )
    hint = rx.cond(_RECEIVER & VIEW.is_open, rx.el.p(t("transfer.rule_line"), class_name="text-sm text-ink2 mt-3"))
    return card(head, told, hint, title=t("transfer.what"))


def _facts() -> rx.Component:
    no = rx.fragment(VIEW.no, copy_button(VIEW.no, class_name="py-0 -my-1"))
    return card(
        facts(
            (t("transfer.no"), no),
            (t("transfer.giver"), VIEW.giver),
            (t("transfer.receiver"), VIEW.whom),
            (t("transfer.created"), exact(VIEW.created_at)),
            rx.cond(VIEW.ended_at, fact(t("transfer.ended"), exact(VIEW.ended_at))),
            rx.cond(VIEW.order_no != "", fact(t("transfer.old"), _order(VIEW.order_no))),
            rx.cond(VIEW.new_order_no != "", fact(t("transfer.new"), _order(VIEW.new_order_no))),
        ),
        title=t("transfer.facts"),
    )


def _order(no: Any) -> rx.Component:
    return link(no, href=order_here(no), class_name="underline underline-offset-2")


_ACTS = {
    "agree_receiver": TransferState.agree,
    "agree_merchant": TransferState.agree,
    "decline": TransferState.decline,
    "withdraw": TransferState.withdraw,
}


def _question(name: str) -> rx.Component:
    """The dialog before an answer."""
    key = f"transfer.ask.{name}"
    asked = rx.Var.create(TransferState.question)
    return question(key, name, t(f"{key}.line"), _ACTS[name], asked=asked, on_close=TransferState.close)


PAGE = {
    "title": t("transfer.head"),
    "component": transfer_page,
    "route": routes.TRANSFER,
    "on_load": TransferState.load,
}

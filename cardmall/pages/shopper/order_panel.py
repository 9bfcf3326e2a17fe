"""The one most urgent thing of an order, first on its page, with what can be done about it (R68)."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.answers import offer_sums
from cardmall.components.controls import Child, Kind, button, link_button
from cardmall.components.feedback import info_box
from cardmall.components.format import countdown, deadline, ends, instant, money
from cardmall.components.receipts import confirm_words, fault_words, is_receipt
from cardmall.components.surface import Tone
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain import limits
from cardmall.states.session import SessionState
from cardmall.states.shopper.order import OrderState

VIEW: Any = OrderState.view  # a Var of the browser, not the value
CASE = VIEW.cases[0]
REFUND = VIEW.refunds[0]
TRANSFER = VIEW.transfer
MINE = SessionState.person.role == "shopper"
_PAY = int(limits.PAY_WITHIN.total_seconds())
_ANSWER = int(limits.ANSWER_WITHIN.total_seconds())
_OFFER = int(limits.TRANSFER_WITHIN.total_seconds())
_HOLD = int(limits.HOLD_AFTER_REJECTION.total_seconds())

# Code of the panel → tone and icon.
_LOOK: dict[str, tuple[Tone, str]] = {
    "to_pay": ("amber", "wallet"),
    "paying": ("amber", "hourglass"),
    "wrong_amount": ("seal", "circle-alert"),
    "waiting": ("blue", "clock"),
    "waiting_manual": ("blue", "clock"),
    "in_case": ("amber", "hourglass"),
    "info_requested": ("amber", "message-circle-question"),
    "offered": ("amber", "handshake"),
    "appeal": ("blue", "scale"),
    "overdue": ("seal", "alarm-clock"),
    "rejected": ("seal", "circle-x"),
    "refunding": ("jade", "undo-2"),
    "refunded": ("jade", "circle-check"),
    "sealed": ("blue", "lock-keyhole"),
    "partly_used": ("blue", "lock-keyhole-open"),
    "used": ("grey", "lock-keyhole-open"),
    "recalled": ("amber", "hourglass"),
    "receipt": ("blue", "badge-check"),
    "no_stock": ("seal", "package-x"),
    "shop_disabled": ("seal", "store"),
    "refund_stuck": ("seal", "circle-alert"),
    "refund_asked": ("seal", "credit-card"),
    "refund_bounced": ("seal", "undo-2"),
    "transfer_offered": ("amber", "arrow-right-left"),
    "transfer_accepted": ("amber", "arrow-right-left"),
    "canceled": ("grey", "circle-slash"),
    "expired": ("grey", "circle-slash"),
    "completed": ("grey", "circle-check"),
}


def order_panel() -> rx.Component:
    """What VIEW.panel names."""
    return choose(VIEW.panel, *[(code, _panel(code)) for code in _LOOK], otherwise=rx.fragment())


def _panel(code: str) -> rx.Component:
    tone, icon = _LOOK[code]
    counts = {"n": VIEW.looked_at, "of": VIEW.looked_at + VIEW.sealed} if code == "partly_used" else {}
    time = _TIMES[code]() if code in _TIMES else ""
    head = rx.el.div(
        rx.el.b(t(f"order.panel.{code}", **counts), class_name="text-h2 font-semibold"),
        time,
        class_name="flex flex-wrap items-baseline gap-x-3",
    )
    lines = [rx.el.div(line, class_name="text-sm text-ink empty:hidden") for line in _LINES[code]()]
    acts = [rx.cond(MINE, rx.el.div(*_ACTS[code](), class_name=_ROW))] if code in _ACTS else []
    return rx.el.div(info_box(head, *lines, *acts, tone=tone, icon=icon, top=True), data_panel=code)


_ROW = "flex flex-wrap gap-2 mt-2.5 text-ink"


def _line(code: str, **params: object) -> Callable[[], list[Child]]:
    return lambda: [t(f"order.panel_line.{code}", **params)]


def _held() -> Child:
    codes = rx.cond(is_receipt(VIEW), "", t("order.panel_note.held_delivered"))
    return rx.cond(VIEW.held, rx.cond(VIEW.delivered_at, codes, t("order.panel_note.held_undelivered")), "")


def _case_lines(code: str) -> list[Child]:
    return [t(f"order.panel_line.{code}", deadline=case_countdown()), _held()]


def _overdue_lines() -> list[Child]:
    grace = t("case.panel_line.overdue_grace", until=deadline(CASE.grace_at))
    return [rx.cond(CASE.grace_at, grace, t("order.panel_line.overdue")), _held()]


def case_countdown() -> rx.Var[str]:
    """With 预计 before it where the calendar of that year is not official yet."""
    prefix: Any = rx.cond(CASE.estimated, t("order.case.estimated_until"), "")
    return prefix + deadline(CASE.deadline)


def _rejected_lines() -> list[Child]:
    until = ends(VIEW.hold_until)
    delivered, waiting = (t(f"order.panel_note.hold_{kind}", until=until) for kind in ("delivered", "undelivered"))
    hold = rx.cond(VIEW.delivered_at, delivered, waiting)
    reason = t("order.panel_note.reason", reason=labels.reject_reason(CASE.reject_reason))
    said = rx.cond(CASE.reject_text != "", t("kit.quoted", text=CASE.reject_text), "")
    return [reason, said, hold]


def _transfer_lines(code: str, until: rx.Var[str]) -> list[Child]:
    told = t(f"order.panel_line.transfer_{code}", to=TRANSFER.whom, until=until)
    return [told, _held(), t("order.panel_note.transfer_ways")]


def _refund_line(code: str) -> Callable[[], list[Child]]:
    params = {"amount": money(REFUND.amount), "channel": labels.channel_in(REFUND.channel), "payer": REFUND.payer}
    times = {"refunding": {"expected": deadline(REFUND.expected_at)}, "refunded": {"at": instant(REFUND.succeeded_at)}}
    return _line(code, **params, **times.get(code, {}))


_LINES: dict[str, Callable[[], list[Child]]] = {
    "to_pay": _line("to_pay", by=ends(VIEW.pay_by)),
    "paying": _line("paying", until=ends(VIEW.wait_until)),
    "wrong_amount": _line("wrong_amount", amount=money(REFUND.amount), total=money(VIEW.total), by=ends(VIEW.pay_by)),
    "waiting": _line("waiting"),
    "waiting_manual": _line("waiting_manual", promised=deadline(VIEW.promised_at)),
    "in_case": lambda: _case_lines("in_case"),
    "overdue": lambda: _overdue_lines(),
    "info_requested": lambda: _case_lines("info_requested"),
    "offered": lambda: _offer_lines(),
    "appeal": lambda: _case_lines("appeal"),
    "rejected": _rejected_lines,
    "refunding": lambda: [
        rx.cond(REFUND.expected_at, _refund_line("refunding")()[0], _refund_line("refunding_again")()[0])
    ],
    "refunded": _refund_line("refunded"),
    "sealed": _line("sealed"),
    "partly_used": _line("partly_used"),
    "used": lambda: [rx.cond(VIEW.can_appeal, t("order.panel_line.used"), t("order.panel_line.used_over"))],
    "receipt": lambda: [rx.cond(VIEW.can_appeal, t("order.panel_line.receipt"), t("order.panel_line.used_over"))],
    "recalled": _line("recalled"),
    "no_stock": _line("no_stock"),
    "shop_disabled": _line("shop_disabled", amount=money(VIEW.refund_now)),
    "refund_stuck": _line("refund_stuck", amount=money(REFUND.amount)),
    "refund_asked": _line("refund_asked", amount=money(REFUND.amount)),
    "refund_bounced": _line("refund_bounced", amount=money(REFUND.amount)),
    "transfer_offered": lambda: _transfer_lines("offered", ends(TRANSFER.deadline)),
    "transfer_accepted": lambda: _transfer_lines("accepted", ends(TRANSFER.pay_by)),
    "canceled": _line("canceled", closed=instant(VIEW.closed_at)),
    "expired": _line("expired", closed=instant(VIEW.closed_at)),
    "completed": _line("completed"),
}


def _count(until: rx.Var, kind: str, total: int = 0) -> rx.Component:
    ticking = countdown(until, kind, total=total, on_end=OrderState.refresh, class_name="font-semibold tabular-nums")
    return rx.cond(until, ticking)


_TIMES: dict[str, Callable[[], rx.Component]] = {
    "to_pay": lambda: _count(VIEW.pay_by, "pay", _PAY),
    "waiting": lambda: _count(VIEW.deliver_at, "deliver"),
    "in_case": lambda: _count(CASE.deadline, "reply"),
    "info_requested": lambda: _count(CASE.deadline, "answer", _ANSWER),
    "offered": lambda: _count(CASE.deadline, "answer", _ANSWER),
    "transfer_offered": lambda: _count(TRANSFER.deadline, "reply", _OFFER),
    "transfer_accepted": lambda: _count(TRANSFER.pay_by, "reply", _PAY),
    "rejected": lambda: rx.cond(VIEW.delivered_at, rx.fragment(), _count(VIEW.hold_until, "hold", _HOLD)),
}


def _go(key: str, href: rx.Var | str, kind: Kind = "plain") -> rx.Component:
    return link_button(t(f"order.act.{key}"), href=href, kind=kind)


def _pay() -> rx.Component:
    return _go("pay", routes.checkout_url(VIEW.no), "seal")


def _pay_still() -> rx.Component:
    """What goes back is another amount than asked: the order itself still waits to be paid."""
    return rx.cond(VIEW.status == "pending_payment", _pay())


def _ask(key: str, question: str, kind: Kind = "plain") -> rx.Component:
    return button(t(f"order.act.{key}"), on_click=OrderState.ask(question), kind=kind)


def _way_out() -> rx.Component:
    """The words above say that it can be canceled: so it can from here."""
    now, request = VIEW.best_way == "cancel_now", VIEW.best_way == "request"
    form = _go("request", routes.way_url(VIEW.no, "request"), "outline")
    return rx.fragment(rx.cond(now, _ask("cancel_now", "cancel_now", "outline")), rx.cond(request, form))


def _withdraw() -> rx.Component:
    return rx.cond(CASE.actions.contains("withdraw"), _ask("withdraw", "withdraw", "outline"))


def _case(key: str = "case", kind: Kind = "plain") -> rx.Component:
    return _go(key, routes.case_url(CASE.no), kind)


def _support() -> rx.Component:
    return _go("support", routes.support_url(VIEW.no))


def _complete(kind: Kind = "plain") -> rx.Component:
    return rx.cond(VIEW.can_complete, button(confirm_words(VIEW), on_click=OrderState.ask("complete"), kind=kind))


def _offer_lines() -> list[Child]:
    """What each side gets, and what becomes of the order."""
    both = rx.cond(CASE.offer_kind == "amount", offer_sums(CASE), t("case.offer.replacement"))
    return [both, *_case_lines("offered")]


def _offer_acts() -> list[rx.Component]:
    """The same two answers as on the case's page, each asked once more."""
    yes = rx.cond(
        CASE.offer_kind == "amount",
        t("order.act.accept_amount", amount=money(CASE.offer_amount)),
        t("case.offer.accept"),
    )
    mine = rx.fragment(
        button(yes, on_click=OrderState.ask("accept"), kind="seal"),
        button(t("case.offer.decline"), on_click=OrderState.ask("decline"), kind="outline"),
    )
    return [rx.cond(CASE.actions.contains("accept"), mine), _case(), _withdraw()]


def _rejected_acts() -> list[rx.Component]:
    resume = rx.cond(VIEW.delivered_at, _ask("resume_delivered", "resume"), _ask("resume_undelivered", "resume"))
    appeals_first = VIEW.best_way == "appeal"
    first = rx.cond(appeals_first, _appeal("ink"), _again_form("ink"))
    second = rx.cond(appeals_first, _again_form(), _appeal())
    return [first, second, rx.cond(VIEW.can_resume, resume), _case(), _support()]


def _appeal(kind: Kind = "plain") -> rx.Component:
    return rx.cond(VIEW.can_appeal, _go("appeal", routes.appeal_url(VIEW.no), kind))


def _fault() -> rx.Component:
    """A code that was looked at and does not work; a receipt that is not true."""
    return rx.cond(VIEW.can_appeal, link_button(fault_words(VIEW), href=routes.appeal_url(VIEW.no)))


def _again_form(kind: Kind = "plain") -> rx.Component:
    return rx.cond(VIEW.again_way != "", _go("again", routes.way_url(VIEW.no, VIEW.again_way), kind))


def _again() -> rx.Component:
    return _go("again_order", routes.product_url(VIEW.product_slug), "outline")


def _transfer_acts() -> list[rx.Component]:
    withdraw = button(t("transfer.withdraw"), on_click=OrderState.ask("withdraw_transfer"), kind="outline")
    return [_go("see_transfer", routes.transfer_url(TRANSFER.no)), withdraw]


_ACTS: dict[str, Callable[[], list[rx.Component]]] = {
    "to_pay": lambda: [_pay()],
    "paying": lambda: [button(t("order.act.ask_payment"), on_click=OrderState.ask_payment, kind="outline")],
    "wrong_amount": lambda: [_pay(), _support()],
    "in_case": lambda: [_case(), _withdraw()],
    "info_requested": lambda: [_case("answer", "seal"), _withdraw()],
    "offered": lambda: _offer_acts(),
    "appeal": lambda: [_case(), _withdraw()],
    "overdue": lambda: [_case(), _go("appeal", routes.appeal_url(VIEW.no)), _withdraw()],
    "rejected": _rejected_acts,
    "refunding": lambda: [_pay_still(), _go("refund", routes.refund_url(REFUND.no)), rx.cond(VIEW.closed_at, _again())],
    "refunded": lambda: [_go("refund", routes.refund_url(REFUND.no)), _again()],
    "sealed": lambda: [_complete()],
    "partly_used": lambda: [_complete(), _fault()],
    **dict.fromkeys(("used", "receipt"), lambda: [_complete("outline"), _fault()]),
    "waiting": lambda: [_way_out()],
    "waiting_manual": lambda: [_way_out()],
    "no_stock": lambda: [_way_out(), _support()],
    "shop_disabled": lambda: [_ask("cancel_now", "cancel_now", "outline")],
    "refund_asked": lambda: [_go("account", routes.refund_url(REFUND.no), "seal"), _support()],
    "refund_bounced": lambda: [_pay_still(), _go("account", routes.refund_url(REFUND.no), "seal"), _support()],
    "refund_stuck": lambda: [_pay_still(), _support(), _go("refund", routes.refund_url(REFUND.no))],
    "transfer_offered": lambda: _transfer_acts(),
    "transfer_accepted": lambda: _transfer_acts(),
    "canceled": lambda: [_again()],
    "expired": lambda: [_again()],
    "completed": lambda: [_again(), _fault(), _support()],
}

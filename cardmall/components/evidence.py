"""Evidence as both parties and admins see it: what was said at each step, and what the platform itself knows."""

from typing import Any

import reflex as rx

from cardmall.components import labels
from cardmall.components.controls import more
from cardmall.components.format import duration, exact, instant, money, percent
from cardmall.components.pictures import pictures
from cardmall.components.receipts import is_receipt, receipt_shown
from cardmall.components.surface import pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length

_WORDS = "whitespace-pre-wrap [overflow-wrap:anywhere]"


def evidence_rounds(rounds: Any) -> rx.Component:
    """A Var of list[views.shopper.case.RoundView], oldest first; put it into a card. Nothing said: one quiet line."""
    listed = rx.el.ol(rx.foreach(rounds, _round), class_name="grid gap-4")
    return rx.cond(length(rounds) > 0, listed, rx.el.p(t("evidence.none"), class_name="text-ink2"))


def _round(said: Any) -> rx.Component:
    step = rx.el.b(labels.round_kind(said.kind), class_name="font-semibold")
    amount = rx.cond(said.amount > 0, rx.el.b(money(said.amount), class_name="text-jade tabular-nums"))
    words = rx.cond(said.text != "", rx.el.p(said.text, class_name=_WORDS))
    return rx.el.li(
        rx.el.div(
            who(said.role),
            step,
            amount,
            rx.el.span(instant(said.at), class_name="text-sm text-ink2"),
            class_name="flex flex-wrap items-center gap-x-2 gap-y-1",
        ),
        words,
        pictures(said.pictures),
        frozen_talk(said.conversation),
        class_name="grid gap-2 border-t border-line2 pt-4 first:border-0 first:pt-0",
        data_round=said.kind,
    )


def who(role: Any) -> rx.Component:
    """买家, 商家 or the platform, as a pill."""
    tone = choose(role, ("shopper", "amber"), ("merchant", "jade"), otherwise="blue")
    return pill(labels.role(role), tone)


def frozen_talk(lines: Any) -> rx.Component:
    """A Var of list[TalkLine]: the conversation as it stood, folded away."""
    return rx.cond(
        length(lines) > 0,
        more(
            t("evidence.talk", n=length(lines)),
            rx.el.ol(
                rx.foreach(lines, _said), class_name="grid gap-3 mt-2 rounded-cover bg-paper border border-line2 p-3.5"
            ),
            rx.el.p(t("evidence.talk_line"), class_name="text-sm text-ink2 mt-1.5"),
        ),
    )


def _said(line: Any) -> rx.Component:
    head = rx.el.div(
        rx.el.b(labels.role(line.role), class_name="font-semibold"),
        " ",
        instant(line.at),
        class_name="text-sm text-ink2",
    )
    words = rx.cond(line.text != "", rx.el.p(line.text, class_name=_WORDS))
    return rx.el.li(head, words, pictures(line.pictures), class_name="grid gap-1")


def system_evidence_card(known: Any, order: Any) -> rx.Component:
    """A Var of views.shopper.case.SystemEvidence: facts nobody has to prove (R41, R42), with the receipt of `order`, a
    Var of OrderView, in the place of looks at codes; put it into a card."""
    return rx.el.div(
        rx.el.dl(_promise(known), _delivery(known), class_name="grid gap-3"),
        rx.cond(is_receipt(order), _receipt(order.receipt), _reveals(known)),
        terms_compared(known.changes, t("evidence.listing")),
        class_name="grid gap-3 border-l-2 border-blue pl-4",
        data_system_evidence="",
    )


def judged(case: Any) -> rx.Component:
    """A Var of CaseView: the earlier press whose moment counts, and the number of our error behind it (R63)."""
    return rx.el.span(
        exact(case.judged_at), rx.el.span(t("case.fault", no=case.fault), class_name="block text-sm text-ink2")
    )


def _fact(name: Any, *lines: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="text-sm text-ink2"), *[rx.el.dd(line, class_name="min-w-0") for line in lines]
    )


def _promise(known: Any) -> rx.Component:
    late = rx.el.b(t("evidence.late", time=duration(known.late_minutes)), class_name="text-blue font-semibold")
    running = rx.cond(known.paused, t("evidence.paused"), t("evidence.running"))
    open_ = rx.cond(known.ended, t("evidence.ended"), running)
    kept = rx.cond(known.delivered_at, t("evidence.kept"), open_)
    how = rx.cond(known.late_minutes > 0, late, rx.el.span(kept))
    return rx.cond(known.promised_at, _fact(t("evidence.promised"), exact(known.promised_at), how))


def _delivery(known: Any) -> rx.Component:
    never = rx.cond(known.ended, t("evidence.never_delivered"), t("evidence.not_delivered"))
    when = rx.cond(known.delivered_at, exact(known.delivered_at), never)
    return _fact(t("evidence.delivered"), when)


def _reveals(known: Any) -> rx.Component:
    """The reveal log, once there are cards to look at."""
    count = t("evidence.revealed", n=length(known.revealed), of=known.cards)
    times = rx.el.ol(
        rx.foreach(known.revealed, lambda at: rx.el.li(exact(at), class_name="tabular-nums")), class_name="grid"
    )
    return rx.cond(known.cards > 0, rx.el.div(rx.el.p(count, class_name="text-sm text-ink2"), times))


def _receipt(receipt: Any) -> rx.Component:
    """What the shop said of the account it topped up."""
    title = rx.el.p(t("receipt.title"), class_name="text-sm text-ink2 mb-1")
    return rx.cond(receipt.at, rx.el.div(title, receipt_shown(receipt)))


def terms_compared(changes: Any, title: Any) -> rx.Component:
    """A Var of list[views.shopper.case.Changed]: as sold beside as it is now, what differs in colour."""
    head = rx.el.p(title, class_name="text-sm text-ink2 mb-1 empty:hidden")
    table = rx.el.table(
        rx.el.thead(
            rx.el.tr(*[_heading(t(f"evidence.column.{name}")) for name in ("what", "sold", "now")]),
            class_name="max-sm:sr-only",
        ),
        rx.el.tbody(rx.foreach(changes, _changed), class_name="max-sm:block"),
        class_name="w-full text-left max-sm:block",
    )
    same = rx.el.p(t("evidence.unchanged"))
    return rx.el.div(head, rx.cond(length(changes) > 0, table, same))


def _heading(words: Any) -> rx.Component:
    return rx.el.th(words, scope="col", class_name="py-1 pr-4 text-sm font-medium text-ink2")


def _changed(line: Any) -> rx.Component:
    cell = "py-1.5 pr-4 align-top max-sm:block max-sm:py-0.5 max-sm:pr-0"
    name = rx.el.th(
        t_enum("evidence.change", line.name), scope="row", class_name=f"{cell} font-semibold whitespace-nowrap"
    )
    sold, now = _value(line.name, line.sold), _value(line.name, line.now)
    label = "sm:hidden mr-2 text-sm text-ink2"
    return rx.el.tr(
        name,
        rx.el.td(rx.el.span(t("evidence.column.sold"), class_name=label), sold, class_name=f"{cell} {_WORDS}"),
        rx.el.td(
            rx.el.span(t("evidence.column.now"), class_name=label),
            rx.el.span(now, class_name=rx.cond(line.sold != line.now, "text-blue", "")),
            class_name=f"{cell} {_WORDS}",
        ),
        class_name="border-t border-line2 max-sm:block max-sm:py-2",
    )


def _value(name: Any, value: Any) -> Any:
    """A listing's fact as people write it; it comes as text."""
    return choose(
        name,
        ("price", money(value)),
        ("return_allowed", t_enum("evidence.yes_no", value)),
        ("window_days", t("evidence.days", n=value)),
        ("fee_permille", percent(value)),
        otherwise=rx.cond(value == "", "—", value),
    )

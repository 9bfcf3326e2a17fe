"""A shopper's case: whose turn it is and until when, the one thing to do now, what both sides handed in (R45, R67)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components import labels
from cardmall.components.answers import accept_line, resume_line
from cardmall.components.approval import by_version
from cardmall.components.controls import button, link, link_button, question
from cardmall.components.evidence import evidence_rounds, judged, system_evidence_card
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import copy_button, deadline, exact, money
from cardmall.components.gifts import case_stand, is_gift
from cardmall.components.surface import amount, card, cover, fact, facts, page_title, pill, product_line
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, shop_frame
from cardmall.pages.shopper.case_gift import gift_panel, gift_told
from cardmall.pages.shopper.case_panel import CASE, MINE, ORDER, VIEW, case_panel
from cardmall.pages.shopper.case_reply import answer_card, offer_card, partial_card
from cardmall.pages.whose import orders_crumb
from cardmall.states.shopper.case import CaseState


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(CaseState.loaded & (VIEW.order_no != ""), _content(), waiting)
    missing = CaseState.missing
    return shop_frame(guarded(content, waiting, Role.shopper, Role.admin, missing=missing), here="orders", desk=True)


def _content() -> rx.Component:
    asked = rx.fragment(*[_question(name) for name in CaseState.QUESTIONS])
    return rx.el.div(_title(), rx.cond(is_gift(CASE), _gift(), _request()), rx.cond(MINE, asked))


def _gift() -> rx.Component:
    return two_columns([gift_panel(), gift_told()], [_order(), _system()])


def _request() -> rx.Component:
    mine = rx.cond(MINE, rx.fragment(offer_card(), answer_card()))
    main = [case_panel(), mine, _steps(), rx.cond(MINE, partial_card()), _evidence()]
    return two_columns(main, [_order(), _facts(), _system()])


def _system() -> rx.Component:
    return card(system_evidence_card(VIEW.system, ORDER), title=t("evidence.system"))


def _title() -> rx.Component:
    state = pill(case_stand(CASE), labels.tone(CASE.status))
    crumbs = [orders_crumb(), (VIEW.order_no, routes.order_url(VIEW.order_no))]
    support = link_button(t("order.support"), href=routes.support_url(VIEW.order_no))
    about = t("case.about", kind=labels.case_kind(CASE.kind), product=ORDER.product, amount=money(CASE.amount))
    return page_title(about, state, aside=support, crumbs=crumbs, here=CASE.no)


def _evidence() -> rx.Component:
    return card(evidence_rounds(VIEW.rounds), title=t("case.rounds"))


def _steps() -> rx.Component:
    """After a rejection: every step works now, or says what it waits for (R52)."""
    lead = rx.el.p(t_enum("case.after", CASE.reject_reason), class_name="text-ink2 mb-3")
    rows = rx.el.ul(rx.foreach(VIEW.next_steps, _step), class_name="grid gap-2")
    return rx.cond(length(VIEW.next_steps) > 0, card(lead, rows, title=t("case.next")))


def _step(one: Any) -> rx.Component:
    words = rx.el.div(
        rx.el.b(t_enum("case.step", one.step), class_name="font-semibold"),
        rx.el.div(t_enum("case.step_line", one.step), class_name="text-sm text-ink2"),
        class_name="min-w-0 grow",
    )
    act = rx.cond(MINE, _go(one))
    look = "flex flex-wrap items-center gap-3 rounded-cover border border-line px-3.5 py-3"
    return rx.el.li(words, act, class_name=look, key=one.step, custom_attrs={"data-step": one.step})


def _go(one: Any) -> rx.Component:
    no, words = VIEW.order_no, t_enum("case.go", one.step)
    links = {
        "again": routes.way_url(no, one.way),
        "appeal": routes.appeal_url(no),
        "partial": "#partial",
        "talk": routes.talk_url(no),
        "transfer": routes.transfer_form_url(no),
        "support": routes.support_url(no),
    }
    paused = rx.cond(ORDER.delivered_at, t("order.act.resume_delivered"), t("order.act.resume_undelivered"))
    resume = ("resume", button(paused, on_click=CaseState.ask("resume")))
    return choose(
        one.step, resume, *[(s, link_button(words, href=u)) for s, u in links.items()], otherwise=rx.fragment()
    )


def _order() -> rx.Component:
    words = rx.el.div(
        product_line(ORDER.product, "font-semibold"),
        rx.el.div(VIEW.order_no, class_name="text-sm text-ink2"),
        class_name="min-w-0 grow",
    )
    row = rx.el.div(cover(ORDER), words, amount(money(ORDER.total)), class_name="flex items-center gap-3")
    more = link(t("case.to_order"), href=routes.order_url(VIEW.order_no), class_name="text-sm underline")
    return card(row, rx.el.div(more, class_name="mt-3"))


def _facts() -> rx.Component:
    no = rx.fragment(CASE.no, copy_button(CASE.no, class_name="py-0 -my-1"))
    due = rx.fragment(rx.cond(CASE.estimated, t("order.case.estimated_until"), ""), deadline(CASE.deadline))
    body = facts(
        (t("order.case.no"), no),
        (t("order.case.reason"), labels.case_reason(CASE.reason)),
        (t("case.pieces"), t("case.piece_count", n=CASE.pieces, most=ORDER.quantity)),
        (t("order.case.amount"), amount(money(CASE.amount), tone="text-jade")),
        rx.cond(CASE.fee > 0, fact(t("order.case.fee"), money(CASE.fee))),
        (t("order.case.opened"), exact(CASE.opened_at)),
        rx.cond(CASE.judged_at, fact(t("case.judged"), judged(CASE))),
        rx.cond(
            CASE.ended_at, fact(t("case.ended"), exact(CASE.ended_at)), fact(t_enum("case.until", CASE.status), due)
        ),
        by_version(CASE),
        rx.cond(CASE.reminds > 0, fact(t("case.reminds"), t("case.remind_count", n=CASE.reminds))),
        rx.cond(ORDER.held & ~CASE.ended_at.bool(), fact(t("case.hold"), t("case.held"))),
    )
    return card(body, title=t("case.facts"))


_ACTS = {
    "accept": CaseState.accept,
    "decline": CaseState.decline,
    "withdraw": CaseState.withdraw,
    "resume": CaseState.resume,
}


def _question(name: str) -> rx.Component:
    """The dialog before an act that cannot be taken back."""
    key = f"case.ask.{name}"
    lines = {"accept": lambda: accept_line(CASE, ORDER), "resume": lambda: resume_line(ORDER)}
    line = lines[name]() if name in lines else t(f"{key}.line")
    asked = rx.Var.create(CaseState.question)
    return question(key, name, line, _ACTS[name], asked=asked, on_close=CaseState.close)


PAGE = {
    "title": t("case.head"),
    "component": _page,
    "route": routes.CASE,
    "on_load": CaseState.load,
}

"""One case on the merchant's desk: the request beside what was sold, the time left, one decision (R42, R50, R51)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions
from cardmall.components.desk import effect
from cardmall.components.feedback import detail_skeleton, two_columns
from cardmall.components.format import money
from cardmall.components.gifts import case_stand, gift_card, is_gift
from cardmall.components.labels import case_kind, tone
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t
from cardmall.domain.terms import Role
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.merchant.case_answers import answers, decision
from cardmall.pages.merchant.case_facts import evidence, request, shop_record_card
from cardmall.pages.merchant.case_outcome import shop_outcome
from cardmall.pages.merchant.case_waits import waits
from cardmall.pages.merchant.order_facts import history_card, order_facts_card
from cardmall.pages.talk import talk_pane
from cardmall.states.merchant.case import MerchantCaseState

_CASE: Any = MerchantCaseState.view.case
_ORDER: Any = MerchantCaseState.view.order


def _page() -> rx.Component:
    waiting = detail_skeleton()
    talk = card(talk_pane(restore=False), title=t("talk.title_merchant"))
    asked = [shop_outcome(), waits(), decision(), request(), evidence(), answers()]
    shown = rx.cond(is_gift(_CASE), gift_card(_CASE, _ORDER), rx.fragment(*asked))
    columns = two_columns([shown, talk], [shop_record_card(), order_facts_card(_ORDER), history_card(_ORDER)])
    parts = rx.fragment(_title(), columns, _approve_question(), _concede_question(), *_partial_questions())
    content = rx.cond(MerchantCaseState.loaded, parts, waiting)
    missing = MerchantCaseState.loaded & (_ORDER.no == "")
    return side_frame(Role.merchant, guarded(content, waiting, Role.merchant, missing=missing), here="reviews")


def _title() -> rx.Component:
    state = pill(case_stand(_CASE), tone(_CASE.status))
    urged = rx.cond(_CASE.reminds > 0, pill(t("merchant.reminded", n=_CASE.reminds), "amber"))
    return page_title(
        t("case.about", kind=case_kind(_CASE.kind), product=_ORDER.product, amount=money(_CASE.amount)),
        state,
        urged,
        crumbs=[(t("merchant.title"), routes.MERCHANT)],
        here=t("merchant.case_no", no=_CASE.no),
    )


def _approve_question() -> rx.Component:
    sum_back = money(_CASE.amount)
    yes = t("merchant.approve_amount", amount=sum_back)
    title, line = t("merchant.approve_title", amount=sum_back), effect(_CASE.kind)
    return _question("approve", title, line, yes, MerchantCaseState.approve)


def _concede_question() -> rx.Component:
    sum_back = money(_CASE.paid)
    yes, title = t("answer.appeal.concede", amount=sum_back), t("answer.appeal.ask", amount=sum_back)
    return _question("concede", title, t("answer.appeal.effect"), yes, MerchantCaseState.concede)


def _partial_questions() -> list[rx.Component]:
    given = money(_CASE.offer_amount)
    yes, title = t("answer.partial.yes", amount=given), t("answer.partial.ask", amount=given)
    no, refuse = t("answer.partial.no"), t("answer.partial.ask_no")
    return [
        _question("accept", title, t("answer.partial.effect"), yes, MerchantCaseState.accept),
        _question("decline", refuse, t("answer.partial.effect_no"), no, MerchantCaseState.decline),
    ]


def _question(name: str, title: Any, line: Any, yes: Any, act: Any) -> rx.Component:
    return dialog(
        rx.el.p(_ORDER.product, " · ", _ORDER.no, class_name="font-semibold [overflow-wrap:anywhere]"),
        rx.el.p(line, class_name="text-ink2 mt-1"),
        dialog_actions(button(yes, kind="ink", size="lg", on_click=act), MerchantCaseState.close),
        title=title,
        is_open=rx.Var.create(MerchantCaseState.question) == name,
        on_close=MerchantCaseState.close,
        name=name,
    )


PAGE = {
    "title": t("merchant.title"),
    "component": _page,
    "route": routes.MERCHANT_CASE,
    "on_load": MerchantCaseState.load,
}

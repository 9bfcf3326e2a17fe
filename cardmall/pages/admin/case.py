"""One appeal: both stories side by side, what the system verified, one ruling with a ground both see (R65)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import button, dialog, dialog_actions
from cardmall.components.desk import history
from cardmall.components.evidence import system_evidence_card
from cardmall.components.feedback import detail_skeleton
from cardmall.components.format import deadline, money
from cardmall.components.gifts import case_stand, gift_card, is_gift
from cardmall.components.labels import case_reason, tone
from cardmall.components.surface import card, page_title, pill
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.pages.admin.case_facts import appeal_order_facts, precedents, proven_facts
from cardmall.pages.admin.case_ruling import ruling, ruling_outcome
from cardmall.pages.admin.case_stories import stories
from cardmall.pages.frame import guarded, side_frame
from cardmall.pages.recalls import recall_list
from cardmall.pages.talk import talk_pane
from cardmall.states.admin.case import AdminCaseState

_VIEW: Any = AdminCaseState.view
_CASE: Any = AdminCaseState.view.case
_EFFECT = AdminCaseState.effect


def _page() -> rx.Component:
    waiting = detail_skeleton()
    content = rx.cond(AdminCaseState.loaded, rx.fragment(_title(), _columns(), _question()), waiting)
    missing = AdminCaseState.loaded & (_VIEW.order.no == "")
    return side_frame(Role.admin, guarded(content, waiting, Role.admin, missing=missing), here="desk")


def _title() -> rx.Component:
    state = pill(case_stand(_CASE), tone(_CASE.status))
    late = rx.cond(_VIEW.late, pill(t("ruling.overdue"), "seal"))
    due = rx.el.span(t("ruling.due"), " ", rx.el.b(deadline(_CASE.deadline), class_name="text-ink tabular-nums"))
    estimated = rx.cond(_CASE.estimated, pill(t("ruling.estimated"), "grey"))
    aside = rx.el.div(
        rx.cond(_VIEW.open, rx.fragment(due, estimated)),
        _assignment(),
        class_name="flex flex-wrap items-center gap-3 text-ink2",
    )
    words = t("case.about", kind=case_reason(_CASE.reason), product=_VIEW.order.product, amount=money(_CASE.paid))
    return page_title(words, state, late, aside=aside, crumbs=[(t("ruling.desk"), routes.ADMIN)], here=_CASE.no)


def _assignment() -> rx.Component:
    """Who has it; anybody else may rule, too."""
    take = button(t("ruling.take"), on_click=AdminCaseState.take, kind="outline")
    leave = button(t("ruling.leave"), on_click=AdminCaseState.leave)
    mine = rx.fragment(pill(t("ruling.by_me"), "blue"), leave)
    someone = rx.cond(_VIEW.mine, mine, pill(t("ruling.by", name=_VIEW.assignee), "grey"))
    free = rx.cond(_VIEW.why == "own_case", pill(t("ruling.own"), "grey"), take)
    return rx.cond(_VIEW.open, choose(_VIEW.assignee, ("", free), otherwise=someone))


def _columns() -> rx.Component:
    """Stories beside the ruling; on a phone the ruling follows them at once."""
    column = "grid gap-4 content-start min-w-0"
    recalls = recall_list(AdminCaseState, _VIEW.recalls, may=_VIEW.order.no != "", batches=_VIEW.batches)
    side = [ruling(), proven_facts(), appeal_order_facts(), recalls]
    asked = rx.fragment(ruling_outcome(), stories())
    below = [
        rx.cond(is_gift(_CASE), rx.fragment(), precedents()),
        card(talk_pane(restore=False), title=t("talk.title_admin")),
        card(system_evidence_card(_VIEW.system, _VIEW.order), title=t("ruling.system")),
        card(history(_VIEW.order.timeline, numbered=True), title=t("ruling.history")),
    ]
    return rx.el.div(
        rx.el.div(rx.cond(is_gift(_CASE), gift_card(_CASE, _VIEW.order), asked), class_name=column),
        rx.el.div(*side, class_name=f"{column} xl:row-span-2"),
        rx.el.div(*below, class_name=column),
        class_name="grid gap-4 xl:gap-5 xl:grid-cols-[minmax(0,1fr)_340px] xl:grid-rows-[auto_1fr]",
    )


def _question() -> rx.Component:
    """Names what happens, to whom, before it does."""
    effect = t_enum("ruling.effect", _EFFECT.ruling + "_" + _VIEW.column)
    sums = t("ruling.sums", shopper=money(_EFFECT.shopper), shop=money(_EFFECT.shop))
    return dialog(
        rx.el.p(_VIEW.order.product, " · ", _CASE.no, class_name="font-semibold [overflow-wrap:anywhere]"),
        rx.el.p(sums, class_name="mt-1 tabular-nums"),
        rx.el.p(effect, class_name="mt-1"),
        rx.el.p(t("ruling.final"), class_name="text-ink2 mt-2"),
        dialog_actions(
            button(t("ruling.act"), kind="seal", size="lg", on_click=AdminCaseState.rule), AdminCaseState.dismiss
        ),
        title=_asked(),
        is_open=_EFFECT.ruling != "",
        on_close=AdminCaseState.dismiss,
        name="ruling",
    )


def _asked() -> Any:
    back = money(_EFFECT.shopper)
    return choose(
        _EFFECT.ruling,
        ("rule_shopper", t("ruling.question_rule_shopper", amount=back)),
        ("rule_split", t("ruling.question_rule_split", amount=back)),
        otherwise=t("ruling.question_rule_merchant"),
    )


PAGE = {
    "title": t("ruling.desk"),
    "component": _page,
    "route": routes.ADMIN_CASE,
    "on_load": AdminCaseState.load,
}

"""What the merchant may answer, each with what it needs; and what is not possible now, with the reason."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.answers import answer_choice, answer_sheet, choices, offer_split
from cardmall.components.codes import typed_count
from cardmall.components.controls import Child, button
from cardmall.components.delivery import wrong_lines
from cardmall.components.desk import effect, time_left
from cardmall.components.feedback import info_box
from cardmall.components.format import deadline, money
from cardmall.components.forms import app_form, field, text_input, textarea
from cardmall.components.labels import case_action, channel_word, offer_kind, refused, reject_reason
from cardmall.components.pictures import picture_box
from cardmall.components.shell import here
from cardmall.components.surface import action_bar, card
from cardmall.components.text import t, t_enum
from cardmall.components.vars import choose, length
from cardmall.domain import limits
from cardmall.domain.rules.cases import CaseAction, OfferKind
from cardmall.domain.terms import Reason, Role
from cardmall.states.merchant.case import MerchantCaseState

_VIEW: Any = MerchantCaseState.view
_CASE: Any = MerchantCaseState.view.case
_WRONG = MerchantCaseState.wrong
_AMOUNT, _CODES = "offer-amount", "offer-codes"
_TO_REPLACE = "offer-replacement"  # the id of the radio; the fields follow it without asking the server


def decision() -> rx.Component:
    """The page's one decision: agree. What happens then stands beside the time that is left."""
    act = button(
        t("merchant.approve_amount", amount=money(_CASE.amount)),
        kind="seal",
        size="lg",
        on_click=MerchantCaseState.ask("approve"),
    )
    effects = rx.el.ul(*_effects(), class_name="grid gap-1 list-disc pl-5 text-ink2 min-w-0")
    body = rx.el.div(
        rx.cond(_CASE.awaited == Role.merchant.value, _time()),
        effects,
        class_name="flex max-sm:flex-col gap-4 sm:gap-6",
    )
    late = rx.el.div(
        info_box(t("merchant.overdue_line", at=deadline(_CASE.deadline)), tone="seal", icon="clock-alert"),
        class_name="mb-4",
    )
    sheet = card(rx.cond(_CASE.overdue, late), body, action_bar(act), title=t("merchant.if_approved"))
    return rx.cond(_may(CaseAction.approve), sheet)


def _time() -> rx.Component:
    left = time_left(
        _CASE.opened_at,
        _CASE.deadline,
        over=_CASE.overdue,
        over_word=t("merchant.overdue"),
        on_end=MerchantCaseState.refresh,
    )
    estimated = rx.cond(_CASE.estimated, rx.el.p(t("merchant.estimated"), class_name="text-sm text-ink2"))
    return rx.el.div(left, estimated, class_name="shrink-0")


def _effects() -> list[rx.Component]:
    back = rx.el.li(t("merchant.money_back", amount=money(_CASE.amount), channel=channel_word(_VIEW.order.channel)))
    fee = rx.cond(_CASE.fee > 0, rx.el.li(t("merchant.fee_kept", amount=money(_CASE.fee))))
    return [back, rx.el.li(effect(_CASE.kind)), fee]


def answers() -> rx.Component:
    """The other answers, one open at a time; those that are closed say why."""
    some = _may(CaseAction.reject) | _may(CaseAction.ask) | _may(CaseAction.offer) | _may(CaseAction.respond)
    title = rx.el.h2(t("answer.others"), class_name="text-h2 font-semibold px-5 pt-4 pb-2")
    sheets = [
        rx.cond(_may(CaseAction.respond), _statement()),
        rx.cond(_may(CaseAction.reject), _rejection()),
        rx.cond(_may(CaseAction.ask), _asking()),
        rx.cond(_may(CaseAction.offer), _offer()),
    ]
    sheet = card(title, *sheets, class_name="overflow-hidden")
    return rx.fragment(rx.cond(some, here(sheet, id="reject")), rx.cond(length(_VIEW.closed) > 0, _closed()))


def _may(action: CaseAction) -> rx.Var[bool]:
    return _CASE.actions.contains(action.value)


def _closed() -> rx.Component:
    rows = rx.el.ul(rx.foreach(_VIEW.closed, _closed_row), class_name="grid gap-1.5")
    return card(rows, title=t("answer.closed_title"))


def _closed_row(turn: Any) -> rx.Component:
    """An answer the state of the case does not know says so in the words of that state."""
    why = choose(
        turn.reason, (Reason.stale.value, t_enum("answer.closed_in", _CASE.status)), otherwise=refused(turn.reason)
    )
    name = rx.el.span(case_action(turn.action), class_name="font-semibold sm:w-36 shrink-0")
    return rx.el.li(name, rx.el.span(why, class_name="text-ink2"), class_name="flex max-sm:flex-col sm:gap-2")


def _form(act: Any, *parts: Child, **props: Any) -> rx.Component:
    look = f"grid gap-4 {props.pop('class_name', '')}"
    return app_form(*parts, on_submit=act, class_name=look, key=_CASE.no, **props)


def _words(name: str, label: Child, hint: Child, error: Any, **props: Any) -> rx.Component:
    box = textarea("text", id=name, rows=3)
    return rx.el.div(
        field(label, box, name=name, error=error, hint=hint, **props),
        rx.el.div(typed_count(name, limits.TEXT_LENGTH), class_name="text-right"),
    )


def _rejection() -> rx.Component:
    """Reasons the platform accepts for this case, each with what it needs (R51)."""
    form = _form(
        MerchantCaseState.reject,
        choices(
            t("merchant.reject_reason"),
            rx.foreach(_VIEW.reject_reasons, _reason),
            name="reject-reason",
            error=_WRONG.reject_reason,
            missing=t("kit.choose_reason"),
        ),
        _words("reject-text", t("merchant.reject_text"), t("merchant.reject_hint"), _WRONG.reject_text),
        picture_box(routes.pictures_url(_VIEW.order.no), error=_WRONG.reject_pictures),
        rx.el.p(t("merchant.if_rejected_line"), class_name="text-sm text-ink2"),
        rx.el.div(button(t("merchant.reject_now"), kind="outline", size="lg", type="submit")),
    )
    return answer_sheet(t("answer.reject.title"), t("answer.reject.line"), form, is_open=True)


def _statement() -> rx.Component:
    """The merchant's side of an appeal, while it is heard."""
    form = _form(
        MerchantCaseState.respond,
        _words("respond-text", t("answer.respond.text"), t("answer.respond.hint"), _WRONG.respond_text),
        picture_box(routes.pictures_url(_VIEW.order.no), error=_WRONG.respond_pictures),
        rx.el.div(button(t("answer.respond.send"), kind="outline", size="lg", type="submit")),
    )
    until = t("answer.respond.line", until=deadline(_CASE.heard_until))
    return answer_sheet(t("answer.respond.title"), until, form, is_open=True)


def _reason(code: Any) -> rx.Component:
    one = length(_VIEW.reject_reasons) == 1
    return answer_choice("reason", code, reject_reason(code), t_enum("answer.needs", code), default_checked=one)


def _asking() -> rx.Component:
    form = _form(
        MerchantCaseState.ask_shopper,
        _words("ask-text", t("answer.ask.text"), t("answer.ask.hint"), _WRONG.ask_text),
        rx.el.div(button(t("answer.ask.send"), kind="outline", size="lg", type="submit")),
    )
    return answer_sheet(t("answer.ask.title"), t("answer.ask.line"), form)


def _offer() -> rx.Component:
    """A lower amount, or other cards where there is something to replace; both sides' sums stand beside the amount."""
    kinds = choices(
        t("answer.offer.kind"), rx.foreach(_VIEW.offer_kinds, _kind), name="offer-kind", error=_WRONG.offer_kind
    )
    box = text_input("amount", id=_AMOUNT, input_mode="decimal", auto_complete="off", placeholder="0.00")
    split = offer_split(_AMOUNT, paid=_CASE.paid, most=_CASE.amount)
    money_part = rx.el.div(
        field(t("answer.offer.amount"), box, name=_AMOUNT, error=_WRONG.offer_amount),
        split,
        class_name=f"grid gap-1.5 max-w-[320px] group-has-[#{_TO_REPLACE}:checked]/offer:hidden",
    )
    form = _form(
        MerchantCaseState.make_offer,
        kinds,
        money_part,
        rx.el.div(_replacement(), class_name=f"hidden group-has-[#{_TO_REPLACE}:checked]/offer:block"),
        _words("offer-text", t("answer.offer.text"), t("answer.offer.text_hint"), _WRONG.offer_text, optional=True),
        rx.el.div(button(t("answer.offer.send"), kind="outline", size="lg", type="submit")),
        class_name="group/offer",
    )
    return answer_sheet(t("answer.offer.title"), t("answer.offer.left", n=_CASE.offers_left), form)


def _kind(code: Any) -> rx.Component:
    replaces = code == OfferKind.replacement.value
    return answer_choice(
        "kind",
        code,
        offer_kind(code),
        t_enum("answer.offer_line", code),
        default_checked=~replaces,
        id=rx.cond(replaces, _TO_REPLACE, "offer-part"),
    )


def _replacement() -> rx.Component:
    """What the shelf lacks must be typed; a code goes to the server and is never shown again."""
    box = textarea("codes", id=_CODES, rows=3, auto_complete="off", spell_check=False)
    typed = field(
        t("answer.offer.codes", n=_VIEW.lacking),
        box,
        name=_CODES,
        error=_WRONG.offer_codes,
        hint=t("answer.offer.codes_hint"),
    )
    lacking = rx.el.p(t("answer.stock.lacking", n=_VIEW.stock), class_name="text-sm text-amber mb-2")
    lines = rx.el.div(wrong_lines(MerchantCaseState.wrong_lines, _CODES), class_name="mt-1.5")
    short = rx.fragment(lacking, typed, lines)
    enough = rx.el.p(t("answer.stock.enough", n=_VIEW.stock), class_name="text-sm text-ink2")
    return rx.cond(_VIEW.lacking > 0, short, enough)

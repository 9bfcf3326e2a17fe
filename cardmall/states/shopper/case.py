"""A shopper's case: what is awaited from whom until when, and every act of the shopper on it (R45, R52, R67)."""

from collections.abc import Callable
from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.rules.cases import CaseAction
from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.reads.look import Look
from cardmall.services.case.appeals import respond
from cardmall.services.case.cases import resume_delivery
from cardmall.services.case.partials import ask_partial
from cardmall.services.case.replies import accept_offer, answer_merchant, decline_offer, remind_merchant, withdraw_case
from cardmall.states.page import Page
from cardmall.states.questions import Questions
from cardmall.views.shopper.case import OF_AN_OFFER, CasePage, case_page, offer_shown
from cardmall.views.shopper.order import OrderView, order_view
from cardmall.views.talk import has_talk


def _nothing() -> tuple[CasePage, OrderView, bool]:
    return CasePage(), OrderView(), False


def _whole(look: Look, no: str) -> tuple[CasePage, OrderView, bool]:
    """The case, its order, and whether there is a conversation to attach."""
    page = case_page(look, no)
    order = order_view(look, page.order_no)
    return page, order, has_talk(look, page.order_no)


class CaseState(Page, Questions, rx.State):
    """`question`: the act waiting for its yes; `sent` counts answers, so that the form starts empty after one."""

    QUESTIONS: ClassVar = ("accept", "decline", "withdraw", "resume")
    view: CasePage = CasePage()
    order: OrderView = OrderView()
    text_error: str = ""
    pictures_error: str = ""
    amount_error: str = ""
    sent: int = 0
    _offer_asked: int = 0  # which offer the open question is about
    talked: bool = False

    @rx.event
    async def load(self) -> None:
        await self._enter(Role.shopper, Role.admin)
        self.view, self.order, self.question, self.loaded = CasePage(), OrderView(), "", False
        self._wrong()
        await self._follow(CaseState.refresh, lambda: order_topic(self.view.order_no) if self.view.order_no else None)

    @rx.event
    async def refresh(self) -> None:
        """Somebody acted on the case, or the clock moved."""
        found = await self._show(_nothing(), _whole, self._arg())
        self.view, self.order, self.talked = found
        if self.question in OF_AN_OFFER and offer_shown(self.view.case) != self._offer_asked:
            self.question = ""  # the offer it was about is gone

    @rx.event
    async def answer(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{text, pictures, conversation}: what is wrong is said beside its field."""
        given = self._fields(form, "text", "pictures", ticks=("conversation",))
        if self.view.case and CaseAction.respond in self.view.case.actions:
            result = await self._act(respond, self._arg(), side=Role.shopper, **given)
        else:
            result = await self._act(answer_merchant, self._arg(), **given)
        self._wrong(result)
        self.sent += not isinstance(result, Refused)
        await self.refresh()
        return None if self.text_error or self.pictures_error else self._said(result, "case.done.answer")

    @rx.event
    async def ask_partial(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{amount, text}: the sum in yuan; once per case."""
        given = self._fields(form, "amount", "text")
        result = await self._act(ask_partial, self._arg(), **given)
        wrong = self._wrong(result)
        await self.refresh()
        return None if wrong else self._said(result, "case.done.partial")

    @rx.event
    async def accept(self) -> rx.event.EventSpec:
        seen = self._offer_asked or offer_shown(self.view.case)
        return await self._do("accept", accept_offer, self._arg(), seen=seen)

    def _opened(self) -> None:
        self._offer_asked = offer_shown(self.view.case)

    @rx.event
    async def decline(self) -> rx.event.EventSpec:
        return await self._do("decline", decline_offer, self._arg())

    @rx.event
    async def withdraw(self) -> rx.event.EventSpec:
        return await self._do("withdraw", withdraw_case, self._arg())

    @rx.event
    async def resume(self) -> rx.event.EventSpec:
        """继续发货: the hold that follows a rejection ends now."""
        return await self._do("resume", resume_delivery, self.view.order_no)

    @rx.event
    async def remind(self) -> rx.event.EventSpec:
        """催办: a refusal comes back as an answer, because it is recorded."""
        return await self._do("remind", remind_merchant, self._arg())

    async def _do(self, name: str, use_case: Callable[..., Any], no: str, **kw: Any) -> rx.event.EventSpec:
        self.question, self._offer_asked = "", 0
        result = await self._act(use_case, no, **kw)
        await self.refresh()
        return self._said(result, f"case.done.{name}")

"""One order: how far it is, the ways out of it, what its shopper may do now (R15, R17, R45)."""

from typing import Any, ClassVar

import reflex as rx

from cardmall.domain.terms import Reason, Refused, Role
from cardmall.domain.topics import away_topic, order_topic
from cardmall.services.case.cases import resume_delivery
from cardmall.services.case.replies import accept_offer, decline_offer, withdraw_case
from cardmall.services.money.payments import look_payment
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.order.orders import cancel_now, complete_order
from cardmall.services.order.repairs import RepairReport, repair_order
from cardmall.services.transfer.transfers import withdraw_transfer
from cardmall.states.answering import Answering
from cardmall.states.questions import Questions
from cardmall.states.repairs import letter
from cardmall.states.talk import Talking
from cardmall.views.buyer_fields import AskedField, CorrectionForm, correction_form
from cardmall.views.shopper.case import OF_AN_OFFER, offer_shown
from cardmall.views.shopper.order import OrderView, order_with_fields


class OrderState(Talking, Questions, Answering, rx.State):
    """`picked` is the way chosen among the open ones, `question` the act waiting for its yes.

    `correcting`: the form with the answers to the shop's questions is open; `asked`: what stands in it, only then.
    """

    QUESTIONS: ClassVar = ("cancel_now", "withdraw", "resume", "complete", "withdraw_transfer", "accept", "decline")
    view: OrderView = OrderView()
    picked: str = ""
    correcting: bool = False
    asked: list[AskedField] = []
    checked: RepairReport = RepairReport()
    _offer_asked: int = 0  # which offer the open question is about
    _edition: int = 0  # of the answers that are being corrected

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.shopper, Role.admin)
        self.view, self.picked, self.question, self.loaded = OrderView(), "", "", False
        self.checked, self.correcting, self.asked = RepairReport(), False, []
        self._wrong()
        await self._begin_talk()
        if actor:
            self._listen(OrderState.refresh, order_topic(self._arg()))
        await self._follow(OrderState.refresh, lambda: away_topic(self.view.shop_slug) if self.view.shop_slug else None)

    @rx.event
    async def refresh(self) -> None:
        """Something happened to the order, or the clock moved."""
        self.view = await self._show_talking(OrderView(), order_with_fields)
        if self.picked not in _open_ways(self.view):
            self.picked = self.view.best_way
        if not self.view.fields.can_correct:
            self.correcting, self.asked = False, []
        if (
            self.question in OF_AN_OFFER
            and offer_shown(self.view.cases[0] if self.view.cases else None) != self._offer_asked
        ):
            self.question = ""  # the offer it was about is gone

    @rx.event
    def pick(self, way: str) -> None:
        """One of the open ways, else nothing changes."""
        if way in _open_ways(self.view):
            self.picked = way

    @rx.event
    async def ask_payment(self) -> rx.event.EventSpec:
        """重新查询: the channel is asked at once whether the money has come."""
        return self._said(await self._act(look_payment, self._arg()), "order.payment_asked")

    @rx.event
    async def cancel(self) -> rx.event.EventSpec:
        result = await self._act(cancel_now, self._arg())
        return await self._done(result, "order.done.cancel_now")

    @rx.event
    async def withdraw(self) -> rx.event.EventSpec:
        """The newest case is taken back."""
        case_no = self.view.cases[0].no if self.view.cases else ""
        return await self._done(await self._act(withdraw_case, case_no), "order.done.withdraw")

    @rx.event
    async def accept(self) -> rx.event.EventSpec:
        """The newest case's open offer, as this page shows it."""
        case = self.view.cases[0] if self.view.cases else None
        result = await self._act(accept_offer, case.no if case else "", seen=self._offer_asked or offer_shown(case))
        return await self._done(result, "case.done.accept")

    def _opened(self) -> None:
        self._offer_asked = offer_shown(self.view.cases[0] if self.view.cases else None)

    @rx.event
    async def decline(self) -> rx.event.EventSpec:
        """The merchant goes on judging what was asked for."""
        case_no = self.view.cases[0].no if self.view.cases else ""
        return await self._done(await self._act(decline_offer, case_no), "case.done.decline")

    @rx.event
    async def resume(self) -> rx.event.EventSpec:
        """继续发货: the hold that follows a rejection ends now."""
        return await self._done(await self._act(resume_delivery, self._arg()), "order.done.resume")

    @rx.event
    async def complete(self) -> rx.event.EventSpec:
        said = "receipt.done" if self.view.receipt.at else "order.done.complete"
        return await self._done(await self._act(complete_order, self._arg()), said)

    @rx.event
    async def withdraw_transfer(self) -> rx.event.EventSpec:
        """The order stays with its shopper; delivery goes on."""
        result = await self._act(withdraw_transfer, self.view.transfer.no)
        return await self._done(result, "order.done.withdraw_transfer")

    @rx.event
    async def check(self) -> rx.event.EventSpec | None:
        """检查订单: what was found and done stands in its card; only a refusal is a toast."""
        result = await self._act(repair_order, self._arg(), say=letter(self._text))
        self.checked = result if isinstance(result, RepairReport) else RepairReport()
        await self.refresh()
        return self._said(result, "") if isinstance(result, Refused) else None

    @rx.event
    async def open_answers(self, is_open: bool) -> None:
        """Open the form with the answers, or close it."""
        opens = is_open is True and self.view.fields.can_correct
        found = await self._show(CorrectionForm(), correction_form, self._arg()) if opens else CorrectionForm()
        self.asked, self._edition = found.fields, found.edition
        self.correcting = bool(self.asked)
        self._wrong()

    @rx.event
    async def correct(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{answer1, …}: other answers to what the shop asked for, until it delivers. What another window corrected
        meanwhile is told beside its field; the next press is about that."""
        result = await self._act(correct_answers, self._arg(), self._answers(form), seen=self._edition)
        if self._wrong(result):
            if isinstance(result, Refused) and result.reason is Reason.changed:
                self._edition = (await self._show(CorrectionForm(), correction_form, self._arg())).edition
            return None
        self.correcting, self.asked = False, []
        return await self._done(result, "field.corrected")

    async def _done(self, result: Any, ok_key: str) -> rx.event.EventSpec:
        self.question, self._offer_asked = "", 0
        await self.refresh()
        return self._said(result, ok_key)


def _open_ways(view: OrderView) -> list[str]:
    return [way.way for way in view.ways if way.is_open]

"""异常: what is wrong with which order, what is proposed, and one press that does it (R60, R61)."""

from dataclasses import replace
from typing import Any

import reflex as rx

from cardmall.domain.terms import Role
from cardmall.domain.topics import ORDERS
from cardmall.services.money.redirects import ask_redirect
from cardmall.services.order.repairs import RepairReport, repair_order, run_job_again
from cardmall.states.page import Page
from cardmall.states.repairs import letter
from cardmall.views.admin.abnormal import AbnormalPage, AbnormalRow, DeadJob, abnormal_page


class AbnormalState(Page, rx.State):
    """`figures` is the page without its rows."""

    figures: AbnormalPage = AbnormalPage()
    rows: list[AbnormalRow] = []
    dead: list[DeadJob] = []

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.figures, self.rows, self.dead, self.loaded = AbnormalPage(), [], [], False
        if actor:
            self._listen(AbnormalState.refresh, ORDERS)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened to an order, or the clock moved."""
        page = await self._show(AbnormalPage(), abnormal_page)
        self.figures, self.rows, self.dead = replace(page, rows=[], dead=[]), page.rows, page.dead

    @rx.event
    async def retry(self, no: str) -> Any:
        """重试: everything proposed for this order."""
        result = await self._act(repair_order, no, say=letter(self._text))
        await self.refresh()
        done = result.done if isinstance(result, RepairReport) else []
        return self._said(result, "abnormal.retried" if done else "abnormal.by_hand")

    @rx.event
    async def run_again(self, key: str) -> Any:
        """A job about no order that gave up runs again."""
        result = await self._act(run_job_again, key)
        await self.refresh()
        return self._said(result, "abnormal.runs_again")

    @rx.event
    async def ask_account(self, refund_no: str) -> Any:
        """The shopper of a refund that cannot go back is asked for another account."""
        result = await self._act(ask_redirect, refund_no)
        await self.refresh()
        return self._said(result, "abnormal.asked_account")

"""The inbox: notices newest first, live (R46, R74)."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from cardmall import routes
from cardmall.domain.limits import PAGE_SIZE
from cardmall.domain.terms import Role
from cardmall.domain.topics import person_topic
from cardmall.domain.typed import is_id
from cardmall.domain.verbs import NoticeKind
from cardmall.services.talk.inbox import read_all_notices, read_notice
from cardmall.states.lists import MOST
from cardmall.states.page import Page
from cardmall.views.shopper.inbox import InboxView, NoticeView, inbox_view

_CASES = {kind for kind in NoticeKind if kind.startswith(("case_", "offer_"))}
_OF_A_PERSON = {kind for kind in NoticeKind if kind.startswith(("shop_", "account_"))}  # about no order
_OF_STOCK = (
    *(NoticeKind.stock_low, NoticeKind.stock_out, NoticeKind.stock_recalled),
    NoticeKind.order_recall_failed,
)
_SHOP_CASES = _CASES | {NoticeKind.merchant_reminded, NoticeKind.deadline_near}
_MOST = MOST * PAGE_SIZE  # rows a live page reloads


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the page shows it; `url` is where it leads this person."""

    id: int
    kind: str
    order_no: str
    product: str
    at: datetime
    unread: bool
    url: str
    minutes: int = 0


class InboxState(Page, rx.State):
    rows: list[NoticeRow] = []
    more: bool = False

    @rx.event
    async def load(self) -> None:
        actor = await self._enter()
        self.rows, self.loaded = self._kept(self.rows), False
        if actor:
            self._listen(InboxState.refresh, person_topic(actor.id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened: as many rows as before, from the top."""
        size = min(max(len(self.rows), PAGE_SIZE), _MOST)
        self.rows, self.more = _rows(await self._show(_nothing(), inbox_view, size=size))

    @rx.event
    async def show_more(self) -> None:
        """The next older page."""
        if self.rows:
            older, self.more = _rows(await self._show(_nothing(), inbox_view, self.rows[-1].id))
            self.rows = self.rows + older

    @rx.event
    async def read(self, notice_id: int) -> None:
        """A notice was opened; the link itself leads on."""
        if is_id(notice_id):
            await self._act(read_notice, notice_id)

    @rx.event
    async def read_all(self) -> rx.event.EventSpec:
        result = await self._act(read_all_notices)
        await self.refresh()
        return self._said(result, "inbox.all_read")


def notice_url(role: str, notice: NoticeView) -> str:
    """Where a notice leads: a shopper's order, a merchant's case, order or deliveries, the admins' desk."""
    kind = NoticeKind(notice.kind)
    if notice.transfer_no:
        return routes.transfer_url(notice.transfer_no)
    if kind is NoticeKind.support_asked:
        return routes.admin_support_url(notice.order_no)
    if kind is NoticeKind.wrong_amount or (role == Role.admin and kind is NoticeKind.order_recall_failed):
        return (routes.admin_order_url if role == Role.admin else routes.order_url)(notice.order_no)
    if role == Role.admin and notice.refund_no:
        return routes.ADMIN_ABNORMAL
    if kind is NoticeKind.statement_differs:
        return routes.ADMIN_MONEY
    if role == Role.admin:
        return routes.admin_case_url(notice.case_no) if notice.case_no else routes.ADMIN
    if kind in _OF_STOCK:
        return routes.MERCHANT_STOCK
    if kind is NoticeKind.shop_owes:
        return routes.MERCHANT_MONEY
    if kind in _OF_A_PERSON:
        return routes.MERCHANT if role == Role.merchant else routes.ME
    if role == Role.merchant and kind in _SHOP_CASES:
        return routes.merchant_case_url(notice.case_no)
    if role == Role.merchant and kind is NoticeKind.order_paid:
        return routes.MERCHANT_DELIVERY
    if kind is NoticeKind.message_received:
        return routes.messages_url(notice.order_no) if role == Role.merchant else routes.talk_url(notice.order_no)
    if kind in _CASES and notice.case_no:
        return routes.case_url(notice.case_no)
    if notice.refund_no:
        return routes.refund_url(notice.refund_no)
    if kind is NoticeKind.support_answered:
        return routes.support_url(notice.order_no)
    return (routes.merchant_order_url if role == Role.merchant else routes.order_url)(notice.order_no)


def _nothing() -> InboxView:
    return InboxView("", [], False)


def _rows(found: InboxView) -> tuple[list[NoticeRow], bool]:
    return [_row(found.role, notice) for notice in found.rows], found.more


def _row(role: str, notice: NoticeView) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        kind=notice.kind,
        order_no=notice.order_no,
        product=notice.product,
        at=notice.at,
        unread=notice.unread,
        url=notice_url(role, notice),
        minutes=notice.minutes,
    )

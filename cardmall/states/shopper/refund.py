"""One refund on its way, and the other account its shopper may name (R57-R59)."""

import asyncio
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters.attempts import TooManyTries
from cardmall.adapters.budgets import too_many
from cardmall.adapters.passwords import is_own_password
from cardmall.domain.limits import PASSWORD_LENGTH
from cardmall.domain.refunding import DestinationKind
from cardmall.domain.terms import FieldError, Offer, Reason, RefundStatus, Refused, invalid
from cardmall.domain.topics import order_topic
from cardmall.reads.accounts import own_password
from cardmall.services.money.redirects import redirect_refund, typed_account
from cardmall.states.page import Page
from cardmall.views.shopper.refund import RefundPage, refund_page


class RefundState(Page, rx.State):
    """`kind` is the account the form asks for; what is typed stays in the browser until it is sent."""

    page: RefundPage = RefundPage()
    kind: str = DestinationKind.bank_card.value
    kind_error: str = ""
    account_error: str = ""
    holder_error: str = ""
    consent_error: str = ""
    password_error: str = ""

    @rx.event
    async def load(self) -> None:
        await self._enter()
        self.page, self.loaded = RefundPage(), False
        self._wrong()
        await self._follow(RefundState.refresh, lambda: None if self.missing else order_topic(self.page.order_no))

    @rx.event
    async def refresh(self) -> None:
        """The channel answered, somebody acted, or the clock moved."""
        self.page = await self._show(RefundPage(), refund_page, self._arg())

    @rx.event
    def pick(self, kind: str) -> None:
        """A kind of account, else nothing changes."""
        if kind in tuple(DestinationKind):
            self.kind = kind
            self._wrong()

    @rx.event
    async def redirect(self, form: dict[str, Any]) -> Any:
        """{account, holder, consent, password}: a new refund goes to this account; errors stand beside their fields.

        A browser left open alone sends nobody's money elsewhere: the password is asked for again.
        """
        told = self._fields(form, "account", "holder", ticks=("consent",))
        unproven = await self._unproven(self._field(form, "password"))
        wrong = _wrong_fields(self.kind, **told) | (unproven.fields if unproven else {})
        if wrong or unproven:
            self._wrong(Refused(Reason.invalid, Offer.form, wrong))
            return self._said(unproven, "") if unproven and not unproven.fields else None
        return await self._send(told)

    async def _send(self, told: dict[str, str]) -> Any:
        """The refund goes on under a new number; what is wrong is said."""
        sent = await self._act(redirect_refund, self._arg(), destination_kind=self.kind, **told)
        self._wrong(sent)
        if isinstance(sent, Refused):
            await self.refresh()
            went = sent.status == RefundStatus.redirected  # a double click: the page now shows the successor itself
            return None if went or sent.reason is Reason.invalid else self._said(sent, "")
        return [self._said(sent, "refund.redirected_toast"), rx.redirect(routes.refund_url(sent))]

    async def _unproven(self, password: str) -> Refused | None:
        """Why this is not known to be the person themself: nobody, no password, a wrong one, too many wrong ones."""
        kept = await self._look(own_password)
        if isinstance(kept, Refused):
            return kept
        if not password:
            return invalid(password=FieldError.required)
        try:
            right = await asyncio.to_thread(
                is_own_password, password[: PASSWORD_LENGTH.stop], kept.account_id, kept.password_hash
            )
        except TooManyTries as why:
            return too_many(why)
        return None if right else invalid(password=FieldError.wrong)


def _wrong_fields(kind: str, **told: object) -> dict[str, str]:
    try:
        typed_account(kind, **told)
    except Refused as refused:
        return refused.fields
    return {}

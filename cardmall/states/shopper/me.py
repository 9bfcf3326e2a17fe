"""The personal centre: addresses and their codes, the password (R7, R8)."""

import asyncio
import secrets
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.adapters import attempts
from cardmall.adapters.budgets import too_many
from cardmall.adapters.passwords import is_own_password, password_error, passwords
from cardmall.domain.address import AddressKind
from cardmall.domain.terms import FieldError, Offer, Reason, Refused, invalid
from cardmall.domain.topics import person_topic
from cardmall.domain.typed import code_of, is_code
from cardmall.reads.accounts import Kept, own_password
from cardmall.services.account.accounts import change_password
from cardmall.services.account.confirmation import confirm_address, send_confirm_code
from cardmall.states.page import Page, errors_of
from cardmall.states.session import asking
from cardmall.views.shopper.me import AddressView, address_views


class MeState(Page, rx.State):
    """`changed` counts password changes: the form starts anew after each."""

    addresses: list[AddressView] = []
    code_error: str = ""
    old_error: str = ""
    new_error: str = ""
    changed: int = 0

    @rx.event
    async def load(self) -> None:
        actor = await self._enter()
        self.code_error, self.old_error, self.new_error = "", "", ""
        if actor:
            self._listen(MeState.refresh, person_topic(actor.id))
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """A code was sent or spent, here or in another browser."""
        self.addresses = await self._show([], address_views)

    @rx.event
    async def send_code(self, kind: str) -> rx.event.EventSpec:
        """A code to one of the person's own addresses, once a minute and ten times a day."""
        self.code_error = ""
        sent = await self._sent(_kind(kind))
        await self.refresh()
        return self._said(sent, "me.code_sent")

    @rx.event
    async def confirm(self, form: dict[str, Any]) -> Any:
        """{kind, code}: the address is proven by the right code; what cannot be one costs no try."""
        kind, code = _kind(self._field(form, "kind")), code_of(self._field(form, "code"))
        if kind and is_code(code):
            found = await self._act(confirm_address, kind, code)
        else:
            found = FieldError.wrong if kind and code else FieldError.required
        self.code_error = found.value if isinstance(found, FieldError) else ""
        await self.refresh()
        if found is FieldError.wrong and not any(one.sent for one in self.addresses if one.kind == kind):
            self.code_error = FieldError.spent.value  # the field is gone: say why
        if isinstance(found, FieldError):
            return None
        back = "" if isinstance(found, Refused) else self._back()
        return [self._said(found, "me.confirmed"), *([rx.redirect(back)] if back else [])]

    @rx.event
    async def change_password(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{old, new}: every other browser is signed out."""
        result = await self._changed(**self._fields(form, "old", "new"))
        wrong = errors_of(result)
        self.old_error, self.new_error = wrong.get("old", ""), wrong.get("new", "")
        self.changed += not isinstance(result, Refused)
        return None if wrong else self._said(result, "me.password_changed")

    async def _sent(self, kind: AddressKind | None) -> Refused | None:
        found = await self._look(address_views)
        target = next((a.value for a in found if a.kind == kind), "") if not isinstance(found, Refused) else ""
        if kind is None or not target:
            return found if isinstance(found, Refused) else Refused(Reason.stale, Offer.form)
        client = attempts.client_key(self.router.session.client_ip)
        try:
            with attempts.trying(*attempts.code_budgets(target, client)) as trial:
                result = await self._act(send_confirm_code, kind, f"{secrets.randbelow(10**6):06d}")
                trial.counts = result is None
        except attempts.TooManyTries as why:
            return too_many(why)
        return result

    async def _changed(self, old: str, new: str) -> Refused | None:
        kept = await self._look(own_password)
        if isinstance(kept, Refused):
            return kept
        try:
            fresh = await asyncio.to_thread(_hashed, kept, old, new)
        except Refused as refused:
            return refused
        except attempts.TooManyTries as why:
            return too_many(why)
        return await self._act(change_password, kept.password_hash or "", fresh, keep=asking(self))

    def _back(self) -> str:
        wanted = self.router.url.query_parameters.get("next", "")
        return wanted if wanted and routes.own_path(wanted) == wanted else ""


def _hashed(kept: Kept, old: str, new: str) -> str:
    """The new password's hash once the old one is right; tens of milliseconds, so in a thread."""
    errors = {"old": None if old else FieldError.required, "new": password_error(new, *kept.addresses)}
    wrong = {name: error for name, error in errors.items() if error}
    if wrong:
        raise invalid(**wrong)
    if not is_own_password(old, kept.account_id, kept.password_hash):
        raise invalid(old=FieldError.wrong)
    return passwords().hash(new)


def _kind(value: Any) -> AddressKind | None:
    return AddressKind(value) if isinstance(value, str) and value in set(AddressKind) else None

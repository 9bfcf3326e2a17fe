"""One appeal on the admins' desk: take it, weigh it, rule; the question names the effect before it happens (R65)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from cardmall.domain.terms import Refused, Role
from cardmall.domain.topics import order_topic
from cardmall.services.case.rulings import Effect, check_ruling, leave_case, rule, take_case
from cardmall.states.page import errors_of
from cardmall.states.recalling import Recalling
from cardmall.states.talk import Talking
from cardmall.views.admin.case import AppealCase, appeal_case

_NO_EFFECT = Effect("", 0, 0)
FIELDS = ("ruling", "amount", "ground")


@dataclass(frozen=True)
class RulingErrors:
    """FieldErrors of the ruling typed last, "" where all is well."""

    ruling: str = ""
    amount: str = ""
    ground: str = ""


class AdminCaseState(Talking, Recalling, rx.State):
    """`effect`: what the ruling that waits for its yes would give each side; typed text stays in the page, too."""

    view: AppealCase = AppealCase()
    effect: Effect = _NO_EFFECT
    wrong: RulingErrors = RulingErrors()
    _typed: dict[str, str] = {}
    _typed_for: str = ""

    @rx.event
    async def load(self) -> None:
        await self._enter(Role.admin)
        self.view, self.wrong, self.loaded = AppealCase(), RulingErrors(), False
        self._forget()
        if not await self._stood():
            self._close_recall()
        await self._begin_talk()
        await self._follow(
            AdminCaseState.refresh, lambda: order_topic(self.view.order.no) if self.view.order.no else None
        )

    @rx.event
    async def refresh(self) -> None:
        """Somebody acted on the case, or the clock moved."""
        self.view = await self._show_talking(AppealCase(), appeal_case)

    @rx.event
    async def take(self) -> rx.event.EventSpec:
        """接手"""
        return await self._do("ruling.taken", take_case)

    @rx.event
    async def leave(self) -> rx.event.EventSpec:
        """取消接手"""
        return await self._do("ruling.left", leave_case)

    @rx.event
    async def propose(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{ruling, amount, ground}: what is wrong is said beside its field, else the question is asked."""
        typed = self._fields(form, *FIELDS)
        found = await self._look(check_ruling, self._arg(), **typed)
        fields = errors_of(found)
        self.wrong = RulingErrors(**{name: fields.get(name, "") for name in FIELDS})
        self._forget()
        if isinstance(found, Refused):
            await self.refresh()
            return None if fields else self._said(found, "")
        self.effect, self._typed, self._typed_for = found, typed, self._arg()
        return None

    @rx.event
    def dismiss(self) -> None:
        self._forget()

    @rx.event
    async def rule(self) -> rx.event.EventSpec | None:
        """The yes of the dialog: final, at once; only for the case the question was about."""
        typed = self._typed if self._typed_for == self._arg() else {}
        self._forget()
        if not typed:
            return None
        return await self._do("ruling.done", rule, **typed)

    def _recalled_slug(self) -> str:
        """The product of the case."""
        return self.view.order.product_slug

    async def _do(self, done: str, use_case: Callable[..., None], **kw: Any) -> rx.event.EventSpec:
        result = await self._act(use_case, self._arg(), **kw)
        await self.refresh()
        return self._said(result, done)

    def _forget(self) -> None:
        self.effect, self._typed = _NO_EFFECT, {}

"""What every page state can do. Mix it in: `class OrdersState(Page, rx.State)`."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

import reflex as rx

from cardmall import locales
from cardmall.adapters import bus, clock
from cardmall.domain.calendar import in_shanghai
from cardmall.domain.terms import Actor, Offer, Refused, Role
from cardmall.states.session import SessionState, asking, chosen_locale, saying
from cardmall.states.threads import act_as, read_as

T = TypeVar("T")


class Page(rx.State, mixin=True):
    """Identity comes from the cookie at every call and is never kept (R80)."""

    async def _enter(self, *roles: Role) -> Actor | None:
        """First line of a load: refresh the frame, drop what the page before listened to. None: not one of `roles`."""
        bus.forget(self.router.session.client_token)
        actor = await (await self.get_state(SessionState))._meet()
        return actor if actor and (not roles or actor.role in roles) else None

    def _listen(self, handler: Any, *topics: str) -> None:
        """Run `handler` of this page when a topic, or the clock, moves. Call it before looking: nothing is missed."""
        for topic in (*topics, "clock"):
            bus.subscribe(self, topic, handler)

    async def _follow(self, handler: Any, topic: Callable[[], str]) -> None:
        """Refresh, then run `handler` when the topic this showed, or the clock, moves; "" shows none.

        Refreshes again only if the topic moved before this page listened.
        """
        mark = bus.mark()
        await self.refresh()  # pyright: ignore[reportAttributeAccessIssue] - every page that follows has one
        if name := topic():
            self._listen(handler, name)
            if bus.moved(mark, name):
                await self.refresh()  # pyright: ignore[reportAttributeAccessIssue]

    async def _look(self, query: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
        """`query(session, actor, *args)`; the actor is None for nobody."""
        return await read_as(asking(self), query, *args, **kw)

    async def _act(self, use_case: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
        """`use_case(session, actor, *args, now=…)` in one transaction; its result, or the refusal."""
        return await act_as(asking(self), use_case, *args, **kw)

    def _text(self, key: str, **params: object) -> str:
        """Server-made text in the person's language."""
        return locales.text(chosen_locale(self) or locales.DEFAULT, key, **params)

    def _said(self, result: object, ok_key: str, **params: object) -> rx.event.EventSpec:
        """Toast for the result of an act: done, or why not and where to go instead."""
        if isinstance(result, Refused):
            return saying("error", self._why(result), self._instead(result))
        return saying("success", self._text(ok_key, **params))

    def _why(self, refused: Refused) -> str:
        """The refusal in words, with the number or the moment it names."""
        key = f"refused.{refused.reason}"
        if refused.at is None:
            return self._text(key, n=refused.n)
        return self._text(f"{key}_at", at=in_shanghai(refused.at, clock.now()))

    def _instead(self, refused: Refused) -> str:
        """The state found, when the page was older than it, and the next path (R16)."""
        of_transfer = refused.offer is Offer.transfer
        kinds = ("transfer_status",) if of_transfer else ("order_status", "case_status")
        now, texts = "row.now_transfer" if of_transfer else "row.now", locales.keys()
        keys = (f"labels.{kind}.{refused.status}" for kind in kinds)
        known = (self._text(now, status=self._text(key)) for key in keys if key in texts)
        found = next(known, "")
        return " · ".join(part for part in (found, self._text(f"offer.{refused.offer}")) if part)

    def _arg(self) -> str:
        """The number or slug of /orders/<this>/…: client input, as it came."""
        parts = self.router.url.path.strip("/").split("/")
        return unquote(parts[1])[:64] if len(parts) > 1 else ""

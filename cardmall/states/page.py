"""What every page state can do. Mix it in: `class OrdersState(Page, rx.State)`."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

import reflex as rx

from cardmall import locales, routes
from cardmall.adapters import bus, clock, signals
from cardmall.domain.calendar import in_shanghai
from cardmall.domain.terms import Actor, Offer, Refused, Role, WrongLine
from cardmall.domain.topics import CLOCK, Topic
from cardmall.states.session import SessionState, asking, chosen_locale, saying
from cardmall.states.threads import act_as, read_as

T = TypeVar("T")
_DESKS = {routes.MERCHANT.strip("/"), routes.ADMIN.strip("/")}  # their pages have their own name first
_ERROR = "_error"


class Page(rx.State, mixin=True):
    """Identity comes from the cookie at every call and is never kept (R80).

    `loaded`: the page was looked at; `missing`: what it shows does not exist for this person.
    """

    loaded: bool = False
    missing: bool = False
    _address: str = ""  # of the list shown last

    async def _enter(self, *roles: Role) -> Actor | None:
        """First line of a load: refresh the frame, drop what the page before listened to. None: not one of `roles`."""
        bus.forget(self.router.session.client_token)
        session = await self.get_state(SessionState)
        session._arrive()
        actor = await session._meet()
        return actor if actor and (not roles or actor.role in roles) else None

    async def _stood(self) -> bool:
        """Was this page there before it began once more? What was open stays open."""
        return (await self.get_state(SessionState))._again

    def _listen(self, handler: Any, *topics: Topic) -> None:
        """Run `handler` of this page when a topic, or the clock, moves. Call it before looking: nothing is missed."""
        for topic in (*topics, CLOCK):
            bus.subscribe(self, topic, handler)

    async def _follow(self, handler: Any, *topics: Callable[[], Topic | None]) -> None:
        """Refresh, then run `handler` when a topic this showed, or the clock, moves; None: it shows none.

        Refreshes again only if one of them moved before this page listened.
        """
        mark = signals.mark()
        await self.refresh()  # pyright: ignore[reportAttributeAccessIssue] - every page that follows has one
        if names := [name for topic in topics if (name := topic())]:
            self._listen(handler, *names)
            if any(signals.moved(mark, name) for name in names):
                await self.refresh()  # pyright: ignore[reportAttributeAccessIssue] - every page that follows has one

    async def _look(self, query: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
        """`view(look, *args)`; `look.who` is None for nobody."""
        return await read_as(asking(self), query, *args, **kw)

    def _note_looked(self, *, missing: bool) -> None:
        """The page is loaded; `missing`: what it shows does not exist for this person."""
        self.missing, self.loaded = missing, True

    async def _show(self, nothing: T, view: Callable[..., T], *args: Any, **kw: Any) -> T:
        """Return what `view` shows, or `nothing` where it is refused; note that the page is loaded, or missing."""
        found = await self._look(view, *args, **kw)
        self._note_looked(missing=isinstance(found, Refused))
        return nothing if isinstance(found, Refused) else found

    async def _act(self, use_case: Callable[..., T], *args: Any, **kw: Any) -> T | Refused:
        """`use_case(act, *args)` in one transaction; its result, or the refusal."""
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

    def _kept(self, rows: list[Any]) -> list[Any]:
        """Return the rows of a list opened at the address it had before, by back or reload; of another one none.

        A list read from the top shows as many rows as it has, so that the place on the page is there again.
        """
        before, url = self._address, self.router.url
        self._address = f"{url.path}?{dict(url.query_parameters)}"
        return rows if before == self._address else []

    def _arg(self) -> str:
        """Return the number or slug the address names, or "": client input, as it came.

        /orders/<this>/…, /merchant/cases/<this>, /admin/support?order=<this>
        """
        parts = self.router.url.path.strip("/").split("/")
        place = 2 if parts[0] in _DESKS else 1
        return unquote(parts[place])[:64] if len(parts) > place else self._asked_for("order")

    def _asked_for(self, name: str) -> str:
        """Return a query parameter of the address, or "": client input, as it came."""
        return str(self.router.url.query_parameters.get(name, ""))[:64]

    def _fields(self, form: object, *names: str, ticks: tuple[str, ...] = ()) -> dict[str, str]:
        """Return these fields of a form, "" for what is missing or no text; of `ticks` "on" for a ticked box."""
        given = form if isinstance(form, dict) else {}
        ticked = {name: "on" if given.get(name) in (True, "on") else "" for name in ticks}
        return {name: _typed(given.get(name)) for name in names} | ticked

    def _asked(self, form: object, *names: str) -> list[str]:
        """Return those of these fields that a form has: it may leave out what it does not ask for now."""
        return [name for name in names if isinstance(form, dict) and name in form]

    def _field(self, form: object, name: str) -> str:
        """Return one field of a form, read like `_fields`."""
        return self._fields(form, name)[name]

    def _wrong(self, result: object = None, *names: str) -> dict[str, str]:
        """Show the errors of a refused form beside its fields: `text` in `text_error`, "" where all is well.

        `names`: the fields of this form, where the page has several; what is told beside those of another stays.
        Return the errors by field; none unless `result` is refused because of fields.
        """
        fields = errors_of(result)
        shown = {name.removesuffix(_ERROR): name for name in type(self).base_vars if name.endswith(_ERROR)}
        for field in names or shown:
            if field in shown:
                setattr(self, shown[field], fields.get(field, ""))
        return fields


def errors_of(result: object) -> dict[str, str]:
    """Return the errors of a refused form by field; none of anything else."""
    return result.fields if isinstance(result, Refused) else {}


def wrong_lines_of(result: object) -> list[WrongLine]:
    """Return the lines of a refused form that are wrong; none of anything else."""
    return list(result.lines) if isinstance(result, Refused) else []


def _typed(value: object) -> str:
    return value if isinstance(value, str) else ""

"""The pages before somebody is known: sign in, register, forgotten password. They send over plain HTTP."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from cardmall import carried, cookies, routes
from cardmall.domain.terms import FieldError, Reason
from cardmall.states.page import Page


@dataclass(frozen=True)
class FormErrors:
    """A FieldError for each field, "" when all is well."""

    identifier: str = ""
    password: str = ""
    name: str = ""
    code: str = ""


class SignInState(Page, rx.State):
    """What was typed and what was wrong with it, as the form's cookie tells."""

    back: str = ""
    query: str = ""
    identifier: str = ""
    name: str = ""
    errors: FormErrors = FormErrors()
    problem: str = ""
    wait: int = 0
    sent: bool = False

    @rx.event
    async def load_login(self) -> rx.event.EventSpec | None:
        return await self._arrive(routes.LOGIN)

    @rx.event
    async def load_register(self) -> rx.event.EventSpec | None:
        return await self._arrive(routes.REGISTER)

    @rx.event
    async def load_forgot(self) -> rx.event.EventSpec | None:
        return await self._arrive(routes.FORGOT)

    @rx.event
    def start_over(self) -> None:
        """Another address for the code."""
        self.sent, self.errors, self.problem = False, FormErrors(), ""

    async def _arrive(self, page: str) -> rx.event.EventSpec | None:
        """Show what was carried here; somebody already signed in goes on."""
        actor = await self._enter()
        self.back = _own(self.router.url.query_parameters.get("next", ""))
        self.query = f"?{urlencode({'next': self.back})}" if self.back else ""
        self._take(carried.unpack(cookies.value(self.router.headers.cookie, carried.COOKIE), page, time.time()))
        return rx.redirect(self.back or routes.home_url(actor.role)) if actor else None

    def _take(self, found: carried.Carried) -> None:
        known = {name: found.errors.get(name, "") for name in FormErrors.__dataclass_fields__}
        self.errors = FormErrors(**{name: code for name, code in known.items() if code in set(FieldError)})
        self.problem = found.problem if found.problem in set(Reason) else ""
        self.identifier, self.name, self.wait, self.sent = found.identifier, found.name, found.wait, found.sent


def _own(path: str) -> str:
    return path if path and routes.own_path(path) == path else ""

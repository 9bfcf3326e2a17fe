"""Who is looking, in which language, at what server time: the state every page shares."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import reflex as rx
from reflex.state import BaseState
from reflex_base.event import Event

from cardmall import cookies, locales
from cardmall.adapters import bus
from cardmall.components.format import use_now, use_said
from cardmall.components.text import use_locale
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Role
from cardmall.domain.topics import CLOCK, ORDERS, SUPPORT, Topic, person_topic, shop_topic
from cardmall.reads.look import Look
from cardmall.settings import settings
from cardmall.states.threads import read
from cardmall.views.person import PersonView, person_view


def asking(state: rx.State) -> str:
    """Hash of the session token in this socket's handshake, "" for nobody. Events cannot forge it."""
    return cookies.hash_of(cookies.value(state.router.headers.cookie, cookies.SESSION))


def chosen_locale(state: rx.State) -> str:
    """The language of the cookie, "" when none was chosen."""
    found = cookies.value(state.router.headers.cookie, cookies.LOCALE)
    return locales.known(found) if found else ""


@dataclass(frozen=True)
class Said:
    """Words in a corner of the page. `id`: drawn anew each time, "" for none; `kind`: success, warning or error."""

    id: str = ""
    kind: str = ""
    title: str = ""
    line: str = ""
    seconds: int = 0


KINDS = ("success", "warning", "error")


class SessionState(rx.State):
    """The signed-in person as the frame shows them. `known` becomes true once the server has looked."""

    locale: str = locales.DEFAULT
    person: PersonView = PersonView()
    known: bool = False
    whose: str = ""  # a mark of the sign-in, by which a page forgets what somebody else typed; "" for nobody
    demo: bool = settings.demo
    now: datetime | None = None
    said: Said = Said()
    interrupted: bool = False  # written by cardmall/doors/interruptions.py, past the state
    answered: list[str] = []  # the last events of this page the server handled, "deliver 3f2a": their presses are over
    begun: str = ""  # drawn anew each time the page is connected: what was pressed before may be done or not
    _owner: str = ""
    _here: str = ""  # the address of the page loaded last
    _again: bool = False  # it was loaded before, and no other one since: what was open in it stays so

    @rx.event
    async def load(self) -> None:
        """on_load of a page without a state of its own."""
        bus.forget(self.router.session.client_token)
        self._arrive()
        await self._meet()

    @rx.event
    async def refresh(self) -> None:
        """A notice arrived or the clock moved: the header follows."""
        await self._meet()

    @rx.event
    def say(self, kind: str, title: str, line: str = "", seconds: int = 0) -> None:
        """Show these words to this browser; `seconds` 0: as long as usual. Anything but words is said to nobody."""
        sound = isinstance(title, str) and isinstance(line, str) and type(seconds) is int and kind in KINDS
        room = limits.ARGUMENT_LENGTH
        if sound:
            self.said = Said(secrets.token_hex(8), kind, title[:room], line[:room], min(max(seconds, 0), 60))

    def _arrive(self) -> None:
        """Note which page is loaded, and whether it stood there before: it begins once more after a reload, in another
        language, and when the browser or a process is connected again."""
        before, url = self._here, self.router.url
        self._here = f"{url.path}?{dict(url.query_parameters)}"
        self._again = before == self._here

    async def _meet(self) -> Actor | None:
        """Look who is here and listen for their notices; what a stranger sees is empty."""
        who = asking(self)
        actor, self.person, self.now = await read(_person, who)
        self._owner, self.known, self.whose = who, True, cookies.hash_of(who)[:16] if actor else ""
        self.locale = chosen_locale(self) or self.person.locale
        bus.subscribe(self, CLOCK, SessionState.refresh)
        if actor:
            for topic in (person_topic(actor.id), *_DESK_TOPICS[actor.role](actor)):
                bus.subscribe(self, topic, SessionState.refresh)
        return actor


# What moves the counts of a desk's entries.
_DESK_TOPICS: dict[Role, Callable[[Actor], tuple[Topic, ...]]] = {
    Role.shopper: lambda actor: (),
    Role.merchant: lambda actor: (shop_topic(actor.shop_id),),
    Role.admin: lambda actor: (ORDERS, SUPPORT),
}


def _person(look: Look, who: str) -> tuple[Actor | None, PersonView, datetime]:
    actor, person = person_view(look.session, who, look.now)
    return actor, person, look.now


# States of pages whose HTML holds their content (cardmall/ssr). A fresh document must not be told what this tab showed
# before: it would replace what was drawn, and what somebody typed meanwhile.
DRAWN_ON_THE_SERVER: list[type[rx.State]] = []
_PUSHED = ".refresh"  # what adapters/bus.py runs when something moved: no answer to a press of this page
_ANSWERS = 5  # as many as a page may draw at once
_HYDRATE = "hydrate"  # how Reflex names the events a page begins with


class BindSession(rx.Middleware):
    """A client token with another cookie starts empty: nobody is handed the state of the person before (R80)."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        session = await state.get_state(SessionState)
        who = asking(session)
        if session._owner != who:
            session._get_root_state().reset()
            session._owner = who
        if event.name.rpartition(".")[2].startswith(_HYDRATE):
            session.begun = secrets.token_hex(4)
            session.known = False  # a page drawn anew: what was shown before is old
            for drawn in DRAWN_ON_THE_SERVER if event.payload.get("hashes") else ():
                (await state.get_state(drawn)).reset()
        session.locale = chosen_locale(session) or session.person.locale
        if not event.name.endswith(_PUSHED):
            handled = f"{event.name.rpartition('.')[2]} {secrets.token_hex(4)}"
            session.answered = [*session.answered[1 - _ANSWERS :], handled]


use_locale(SessionState.locale)
use_now(SessionState.now)
use_said(SessionState.said)


def saying(kind: str, title: str, line: str = "", seconds: int = 0) -> rx.event.EventSpec:
    """What a handler returns to have words said on its page."""
    room = limits.ARGUMENT_LENGTH  # a longer argument is refused on its way back
    return SessionState.say(kind, title[:room], line[:room], seconds)  # pyright: ignore[reportReturnType] - a call on the class makes an EventSpec

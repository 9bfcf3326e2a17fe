"""Says on each open page whether its server hears nothing of the other processes, or misses its database.

The words go past the state of the page: what interrupts the signals may have taken the state away, too. Once the
database answers again each page reloads: what was opened meanwhile is empty, and what was shown may be old.
"""

import asyncio
from dataclasses import dataclass, field

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER

from cardmall.adapters import bus, outage, signals
from cardmall.domain.topics import EVERYTHING, HEARD_AGAIN
from cardmall.states.session import SessionState

LOOK_SECONDS = 1.0


@dataclass
class Teller:
    """Remembers which sockets were told of the interruption, and whether the database was away at the last look."""

    app: rx.App
    told: set[str] = field(default_factory=lambda: set[str]())
    away: bool = False

    async def look(self) -> None:
        """Tell every page that does not know yet; once it is over, all that were told."""
        before, self.away = self.away, await asyncio.to_thread(outage.away)
        here = set(bus.pages_here(self.app).values())
        if self.away or signals.interrupted():
            await self._tell(here - self.told, interrupted=True)
            self.told = here
        elif self.told:
            await self._tell(here & self.told, interrupted=False)
            self.told = set()
        if before and not self.away:
            signals.tell_here(frozenset({EVERYTHING, HEARD_AGAIN}))

    async def _tell(self, sockets: set[str], *, interrupted: bool) -> None:
        update = update_of(interrupted)
        for socket in sockets:
            if self.app.event_namespace is not None:
                await self.app.event_namespace.emit(str(SocketEvent.EVENT), update, to=socket)


def update_of(interrupted: bool) -> StateUpdate:
    """What the page takes as a change of `SessionState.interrupted`."""
    return StateUpdate(delta={SessionState.get_full_name(): {f"interrupted{FIELD_MARKER}": interrupted}})


async def tell_pages(app: rx.App) -> None:
    """Lifespan task."""
    teller = Teller(app)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await teller.look()

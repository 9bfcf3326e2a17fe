"""Says on each open page whether its server hears nothing of the other processes.

The words go past the state of the page: what interrupts the signals may have taken the state away, too.
"""

import asyncio
from dataclasses import dataclass, field

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER

from cardmall.adapters import bus, signals
from cardmall.states.session import SessionState

LOOK_SECONDS = 1.0


@dataclass
class Teller:
    """Remembers which sockets were told of the interruption."""

    app: rx.App
    told: set[str] = field(default_factory=lambda: set[str]())

    async def look(self) -> None:
        """Tell every page that does not know yet; once it is over, all that were told."""
        here = set(bus.pages_here(self.app).values())
        if signals.interrupted():
            await self._tell(here - self.told, interrupted=True)
            self.told = here
        elif self.told:
            await self._tell(here & self.told, interrupted=False)
            self.told = set()

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

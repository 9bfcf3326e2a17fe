"""Every State handler there is, found by introspection: the name a raw client calls it by."""

import reflex as rx

import cardmall.cardmall  # noqa: F401 - loads every page and with it every state


def _states(root: type[rx.State]) -> list[type[rx.State]]:
    found = [s for s in root.get_substates() if s.__module__.startswith("cardmall.")]
    return found + [deeper for state in found for deeper in _states(state)]  # type: ignore[arg-type]


def every_handler() -> dict[str, str]:
    """`OrderState.cancel` → its full name on the wire; `setvar` and Reflex's own are listed with each state."""
    return {
        f"{state.__name__}.{name}": f"{state.get_full_name()}.{name}"
        for state in _states(rx.State)
        for name in state.event_handlers
    }

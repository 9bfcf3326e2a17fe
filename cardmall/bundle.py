"""How the pages are bundled, where Reflex has no setting for it."""

from collections.abc import Callable
from typing import Any

import reflex as rx

_GROUPS = "groups: ["
# Many small files hold a slow line up more than a few kilobytes too many: what several pages share comes as one.
_COMMON = r"""
            {
              test: /lucide-react|[\\/]public[\\/]/,
              name: "common",
              minShareCount: 20,
            },"""


class BundlePlugin(rx.plugins.Plugin):
    """Joins the icons and words that several pages share into one file."""

    def pre_compile(self, **context: Any) -> None:
        change: Callable[[str, Callable[[str], str]], None] = context["add_modify_task"]
        change("vite.config.js", with_groups)


def with_groups(config: str) -> str:
    """The configuration of Vite with our group. RuntimeError: Reflex writes it differently now."""
    if _GROUPS not in config:
        raise RuntimeError("vite.config.js has no groups: see cardmall/bundle.py")
    return config.replace(_GROUPS, _GROUPS + _COMMON, 1)

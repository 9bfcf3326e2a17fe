"""Words on the page: `t("orders.title")`, `t("orders.found", n=State.total)`.

A text is a Var that follows the language of the session, so it works as a child, a prop and a placeholder.
Components know no state: `states/session.py` hands its locale over with `use_locale` when it is imported.
An unknown key or a missing parameter stops the build.
"""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from cardmall import locales

_SCRIPT = VarData(imports={"$/public/tr": [ImportVar(tag="tr")]})
_locale: rx.Var[str] | None = None


def use_locale(var: Any) -> None:
    """Bind all texts to the language var of the session state."""
    global _locale
    _locale = var


def locale() -> rx.Var[str]:
    """The language var. RuntimeError: cardmall.states.session was not imported yet."""
    if _locale is None:
        raise RuntimeError("no locale: import cardmall.states.session before building components")
    return _locale


def t(key: str, **params: object) -> rx.Var[str]:
    """The text of a key. Parameters may be Vars. KeyError, TypeError: wrong key or parameters."""
    wanted = locales.parameters(key)
    if params.keys() - {"n"} != wanted - {"n"} or ("n" in wanted and "n" not in params):
        raise TypeError(f"{key} needs {sorted(wanted)}, got {sorted(params)}")
    return _call(locales.to_json(locales.texts(key)), params, _SCRIPT)


def t_enum(prefix: str, value: rx.Var | str, **params: object) -> rx.Var[str]:
    """The text `prefix.<value>` of a value known only in the browser. KeyError: nothing has this prefix."""
    if not locales.has(prefix):
        raise KeyError(prefix)
    value = rx.Var.create(value)
    table, data = f"({locales.to_json(locales.texts_below(prefix))})", _SCRIPT
    if locales.is_long(prefix):
        table = "T_" + prefix.replace(".", "_")
        data = VarData.merge(
            _SCRIPT, VarData(imports={f"$/public/texts/{prefix}": [ImportVar(tag=table, is_default=True)]})
        )
    return _call(f"{table}[{value!s}]", params, data, value)


def _call(texts: str, params: dict[str, object], script: VarData | None, *used: rx.Var) -> rx.Var[str]:
    """A page carries its own words, in both languages: nothing is fetched for them."""
    values = rx.Var.create(params)
    data = [var._get_all_var_data() for var in (locale(), values, *used)]
    expression = f"tr({locale()!s}, {texts}, {values!s})"
    return rx.Var(expression, _var_type=str, _var_data=VarData.merge(script, *data)).to(str)

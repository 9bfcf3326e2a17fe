"""What is pressed: buttons, links, dialogs, script-free forms. One seal button a page; row buttons are ink."""

from typing import Any, Literal

import reflex as rx
from reflex_base.config import get_config
from reflex_base.constants import Env
from reflex_base.environment import environment
from reflex_base.event import no_args_event_spec

from cardmall.components.text import locale, t

Kind = Literal["seal", "ink", "outline", "plain", "ghost"]
Size = Literal["sm", "md", "lg"]
Child = rx.Component | rx.Var | str

_BASE = (
    "touch shrink-0 inline-flex items-center justify-center gap-2 rounded-control border font-semibold "
    "whitespace-nowrap select-none "
    "transition-colors duration-150 disabled:opacity-55 disabled:cursor-not-allowed "
)
_KINDS: dict[Kind, str] = {
    "seal": "bg-stamp border-stamp text-white hover:not-disabled:brightness-92",
    "ink": "bg-ink border-ink text-paper hover:not-disabled:opacity-88",
    "outline": "bg-card border-ink text-ink hover:not-disabled:bg-grey-bg",
    "plain": "bg-card border-line text-ink hover:not-disabled:bg-grey-bg",
    "ghost": "bg-transparent border-transparent text-ink2 hover:not-disabled:text-ink hover:not-disabled:bg-grey-bg",
}
_SIZES: dict[Size, str] = {"sm": "h-8 px-3 text-sm", "md": "h-[34px] px-3.5", "lg": "h-10 px-5"}


class WrongFields(rx.Component):
    """What is wrong with the form around it, with links to the fields; nothing while all is well."""

    library = "$/public/forms"
    tag = "WrongFields"
    locale: rx.Var[str]


def button_look(kind: Kind, size: Size, extra: str = "") -> str:
    return f"{_BASE} {_KINDS[kind]} {_SIZES[size]} {extra}".strip()


def button(
    *children: Child, kind: Kind = "plain", size: Size = "md", class_name: str = "", **props: Any
) -> rx.Component:
    """A button that acts. With type="submit" it sends its form, and what is wrong with that stands directly above."""
    sends = props.get("type") == "submit"
    look = button_look(kind, size, "" if sends else class_name)
    act = rx.el.button(*children, **{"type": "button", **props}, class_name=look)
    above = f"flex flex-col gap-2 {class_name}"
    return rx.el.div(WrongFields.create(locale=locale()), act, class_name=above) if sends else act


def link_button(
    *children: Child, href: rx.Var | str, kind: Kind = "plain", size: Size = "md", class_name: str = "", **props: Any
) -> rx.Component:
    """A link that looks like a button."""
    return link(*children, href=href, class_name=button_look(kind, size, class_name), **props)


def link(*children: Child, href: rx.Var | str, class_name: str = "", **props: Any) -> rx.Component:
    """A link inside the app: no reload."""
    return Link.create(*children, to=href, class_name=class_name, **props)


class WithAttributes(rx.Component):
    """A component whose unknown props (title, rel, role) are HTML attributes.

    Reflex would write them into the style sheet, with the raw value: a product's name could restyle the page.
    """

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        known = {*cls.get_fields(), *cls._unsafe_create(children=[]).get_event_triggers(), "style"}
        plain = {name for name in props if name not in known and not name.startswith(("aria_", "data_"))}
        named = {name.replace("_", "-"): props[name] for name in plain}
        kept = {name: value for name, value in props.items() if name not in plain}
        return super().create(*children, **kept | {"custom_attrs": kept.get("custom_attrs", {}) | named})


class Link(WithAttributes):
    """React Router's link: an ordinary anchor that works before the scripts run, too."""

    library = "react-router"
    tag = "Link"
    alias = "RouterLink"
    to: rx.Var[str]
    on_click: rx.EventHandler[no_args_event_spec]


class NativeLink(WithAttributes):
    """An anchor the browser itself follows; Reflex's own would look for a page of the app."""

    tag = "a"
    _is_tag_in_global_scope = True
    href: rx.Var[str]
    download: rx.Var[bool]


def download(text: Child, *, href: rx.Var | str) -> rx.Component:
    """A file of ours."""
    return NativeLink.create(text, href=href, download=True, class_name=button_look("plain", "md"))


class NativeForm(WithAttributes):
    """A form the browser itself sends; Reflex's own form would prevent that."""

    tag = "form"
    _is_tag_in_global_scope = True
    action: rx.Var[str]
    method: rx.Var[str]


def native_form(*children: Child, action: str | rx.Var, class_name: str = "", **props: Any) -> rx.Component:
    """POST to one of our HTTP routes, with or without scripts; what is wrong is said by us, not by the browser."""
    props["custom_attrs"] = {"noValidate": True, **props.get("custom_attrs", {})}
    whole = server_url(action) if isinstance(action, str) else rx.Var.create(server_url("")) + action.to(str)
    return NativeForm.create(*children, action=whole, method="post", class_name=class_name, **props)


def asking_form(*children: Child, action: str, **props: Any) -> rx.Component:
    """GET one of our pages with what is chosen, with or without scripts."""
    return NativeForm.create(*children, action=action, method="get", custom_attrs={"noValidate": True}, **props)


def server_url(path: str) -> str:
    """Address of an HTTP route: relative where page and server share a port, absolute under the development server."""
    developing = (
        environment.REFLEX_ENV_MODE.get() == Env.DEV and not environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get()
    )
    return f"{get_config().api_url}{path}" if developing else path


class Dialog(rx.Component):
    """The browser's own modal dialog: focus stays inside, Escape closes."""

    library = "$/public/cardmall"
    tag = "Dialog"
    open: rx.Var[bool]
    labelledby: rx.Var[str]
    on_close: rx.EventHandler[no_args_event_spec]


def dialog(
    *children: Child, title: Child, is_open: rx.Var[bool] | bool, on_close: Any, name: str = "dialog"
) -> rx.Component:
    """A question before an act. Children end with `dialog_actions`."""
    look = "w-[min(440px,calc(100vw-32px))] rounded-card border border-line bg-card p-5 text-ink"
    head = rx.el.h2(title, id=f"{name}-title", class_name="text-h2 font-semibold mb-2 text-balance")
    return Dialog.create(head, *children, open=is_open, on_close=on_close, labelledby=f"{name}-title", class_name=look)


# In a row that wraps, what is wrong with the form stands above it, as wide as the row.
WRONG_ABOVE = "[&>div:has(>[data-wrong])]:contents [&_[data-wrong]]:basis-full [&_[data-wrong]]:order-first"


def dialog_actions(confirm: rx.Component, on_close: Any, keep: Child | None = None) -> rx.Component:
    """The way back on the left, the act on the right; what is wrong with the form above both."""
    back = button(keep if keep is not None else t("kit.cancel"), on_click=on_close, size="lg")
    return rx.el.div(back, confirm, class_name=f"flex flex-wrap justify-end gap-3 mt-5 {WRONG_ABOVE}")


def question(key: str, name: str, line: Child, act: Any, *, asked: rx.Var[str], on_close: Any) -> rx.Component:
    """Before an act that cannot be taken back: texts `<key>.title`, `.yes`, `.keep`; open while `asked` is `name`."""
    yes = button(t(f"{key}.yes"), on_click=act, kind="seal", size="lg")
    return dialog(
        rx.el.p(line),
        dialog_actions(yes, on_close, t(f"{key}.keep")),
        title=t(f"{key}.title"),
        is_open=asked == name,
        on_close=on_close,
        name=f"ask-{name}",
    )


def more(summary: Child, *children: Child, class_name: str = "") -> rx.Component:
    """Something most people need not see: the browser's details element."""
    head = rx.el.summary(
        summary,
        rx.icon("chevron-down", size=14, class_name="transition-transform duration-150 group-open:rotate-180"),
        class_name="touch inline-flex items-center gap-1 text-sm text-ink2 hover:text-ink",
    )
    return rx.el.details(head, *children, class_name=f"group {class_name}")

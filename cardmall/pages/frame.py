"""What stands around the content: header, side bar, demo banner, and the door to personal pages."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, NativeForm, link, link_button, native_form
from cardmall.components.feedback import empty, lost
from cardmall.components.shell import connection_strip, page_effects, zone_note
from cardmall.components.surface import avatar
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.states.session import SessionState

# Key in the catalog → address; a page that is not built is not listed.
SHOP_NAV = {"shop": routes.HOME, "orders": routes.ORDERS, "inbox": routes.INBOX, "help": routes.HELP}
DESKS: dict[Role, dict[str, str]] = {
    Role.merchant: {
        "reviews": routes.MERCHANT,
        "delivery": routes.MERCHANT_DELIVERY,
        "messages": routes.MERCHANT_MESSAGES,
        "money": routes.MERCHANT_MONEY,
    },
    Role.admin: {
        "desk": routes.ADMIN,
        "support": routes.ADMIN_SUPPORT,
        "abnormal": routes.ADMIN_ABNORMAL,
        "money": routes.ADMIN_MONEY,
        "shops": routes.ADMIN_SHOPS,
        "people": routes.ADMIN_PEOPLE,
        "calendar": routes.ADMIN_CALENDAR,
        "audit": routes.ADMIN_AUDIT,
    },
}
_SIGNED_IN = SessionState.person.role != ""
_READY = rx.State.is_hydrated & SessionState.known


def shop_frame(*content: Child, here: str = "") -> rx.Component:
    """Header and one column of at most 1120 px. `here`: key of SHOP_NAV."""
    main = rx.el.main(*content, id="main", class_name="w-full max-w-page mx-auto px-4 sm:px-7 pt-5 sm:pt-7 pb-16 grow")
    return _whole(_header(here), main, _foot())


def side_frame(role: Role, *content: Child, here: str = "", counts: dict[str, Any] | None = None) -> rx.Component:
    """A desk with a side bar, a strip on a phone. `here` and the keys of `counts`: keys of DESKS[role]."""
    main = rx.el.main(*content, id="main", class_name="min-w-0 px-4 lg:px-[30px] pt-5 lg:pt-[26px] pb-16")
    grid = rx.el.div(
        _side(role, here, counts or {}), main, class_name="grow lg:grid lg:grid-cols-[212px_minmax(0,1fr)]"
    )
    return _whole(grid)


def guarded(content: Child, skeleton: rx.Component, *roles: Role, missing: rx.Var[bool] | bool = False) -> rx.Component:
    """Nothing personal before the server knows who looks; one answer for missing and foreign (R80)."""
    allowed = roles or (Role.shopper, *DESKS)
    fits = rx.Var.create([role.value for role in allowed]).contains(SessionState.person.role)
    inside = rx.cond(_SIGNED_IN, rx.cond(fits & ~rx.Var.create(missing), content, lost()), _sign_in_first())
    return rx.cond(_READY, inside, skeleton)


def not_found_page() -> rx.Component:
    return shop_frame(lost())


def search_box(class_name: str = "") -> rx.Component:
    """Finds products by name and orders by number; an ordinary GET of the home page."""
    look = "h-[34px] w-full rounded-control border border-line bg-paper px-3 hover:border-ink3 focus:border-ink"
    field = rx.el.input(
        type="search",
        name="q",
        placeholder=t("frame.search"),
        aria_label=t("frame.search_label"),
        max_length=64,
        class_name=look,
    )
    return NativeForm.create(field, action=routes.HOME, method="get", role="search", class_name=class_name)


def _whole(*parts: Child) -> rx.Component:
    hidden = "sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-card focus:p-3"
    skip = rx.el.a(t("frame.skip"), href="#main", class_name=hidden)
    strip = connection_strip(SessionState.interrupted)
    look = "min-h-dvh flex flex-col has-data-[action-bar]:max-md:pb-20"
    before = (page_effects(SessionState.known, SessionState.answered), strip, skip, _demo_banner(), zone_note())
    return rx.el.div(*before, *parts, class_name=look)


def _demo_banner() -> rx.Component:
    mark = rx.el.span(
        t("frame.demo"), class_name="font-semibold border border-amber-line rounded-full px-2 leading-5 shrink-0"
    )
    line = rx.el.span(t("frame.demo_line"), class_name="truncate")
    go = link(
        t("frame.demo_link"),
        href=routes.DEMO,
        class_name="underline underline-offset-2 shrink-0 font-semibold py-2.5 -my-2.5",
    )
    look = "no-print flex items-center justify-center gap-2 bg-amber-bg text-amber text-[12px] px-4 py-1"
    return rx.cond(SessionState.demo, rx.el.div(mark, line, go, class_name=look))


def _brand(title: Child, href: str = routes.HOME, class_name: str = "") -> rx.Component:
    stamp = rx.el.span(
        t("frame.stamp"),
        aria_hidden="true",
        class_name="size-7 rounded-[6px] bg-stamp text-white grid place-items-center text-[15px] font-bold shrink-0",
    )
    words = rx.el.span(title, class_name=class_name)
    look = "touch flex items-center gap-2.5 text-[16px] font-bold whitespace-nowrap"
    return link(stamp, words, href=href, class_name=look, aria_label=title)


def _header(here: str) -> rx.Component:
    nav = rx.el.nav(
        *[_nav_link(key, url, here) for key, url in SHOP_NAV.items()],
        class_name="flex self-stretch gap-4 sm:gap-[22px]",
    )
    tools = rx.el.div(
        search_box("hidden md:block w-[200px] lg:w-[280px]"),
        rx.cond(_READY & _SIGNED_IN, _own_tools(), rx.cond(_READY, _stranger_tools())),
        class_name="flex items-center gap-2 sm:gap-5 ml-auto",
    )
    look = "no-print h-14 shrink-0 bg-card border-b border-line flex items-center px-4 sm:px-7 gap-4 sm:gap-7"
    return rx.el.header(_brand(t("frame.brand"), class_name="max-sm:hidden"), nav, tools, class_name=look)


def _nav_link(key: str, url: str, here: str) -> rx.Component:
    hidden = " max-sm:hidden" if key in ("inbox", "help") else ""  # the bell and the foot are there
    look = (
        "flex items-center border-b-2 border-t-2 border-transparent text-ink2 whitespace-nowrap hover:text-ink "
        "aria-[current=page]:text-ink aria-[current=page]:font-semibold aria-[current=page]:border-b-stamp" + hidden
    )
    found = link(
        t(f"frame.{key}"), href=url, class_name=look, custom_attrs={"aria-current": "page"} if key == here else {}
    )
    desk = rx.Var.create([role.value for role in DESKS]).contains(SessionState.person.role)
    return rx.cond(desk, rx.fragment(), found) if url == routes.ORDERS else found


def _own_tools() -> rx.Component:
    return rx.fragment(_bell(), _menu())


def _bell() -> rx.Component:
    unread = SessionState.person.unread
    badge = rx.el.span(
        unread,
        class_name=(
            "absolute top-0.5 right-0 min-w-[15px] rounded-full bg-stamp px-1 text-center text-[10px]/[15px] "
            "font-semibold text-white"
        ),
    )
    look = "relative grid place-items-center size-9 touch text-ink2 hover:text-ink"
    return link(
        rx.icon("bell", size=18, aria_hidden="true"),
        rx.cond(unread > 0, badge),
        href=routes.INBOX,
        class_name=look,
        aria_label=t("frame.unread", n=unread),
    )


def _menu() -> rx.Component:
    face = rx.el.summary(
        avatar(SessionState.person.name),
        aria_label=t("frame.account"),
        class_name="touch grid place-items-center rounded-full",
    )
    who = rx.el.div(
        rx.el.b(SessionState.person.name, class_name="font-semibold"),
        rx.el.div(SessionState.person.shop_name, class_name="text-sm text-ink2 empty:hidden"),
        class_name="px-3 py-2 border-b border-line2 mb-1",
    )
    sheet = rx.el.div(
        who,
        _desk_link(),
        _menu_link("user", t("frame.me"), routes.ME),
        language_switch(_ENTRY),
        sign_out_button(_ENTRY),
        class_name=(
            "absolute right-0 top-full z-30 mt-2 w-48 rounded-card border border-line bg-card p-1.5 "
            "shadow-[0_4px_16px_rgb(24_23_21/0.1)]"
        ),
    )
    return rx.el.details(face, sheet, class_name="relative", data_menu="")


_ENTRY = (
    "touch flex items-center gap-2.5 w-full rounded-control px-3 py-2 text-left text-ink2 hover:bg-grey-bg "
    "hover:text-ink"
)


def _menu_link(icon: str, text: Child, url: str) -> rx.Component:
    return link(rx.icon(icon, size=16, aria_hidden="true"), text, href=url, class_name=_ENTRY)


def _desk_link() -> rx.Component:
    merchant = _menu_link("store", t("frame.merchant_title"), routes.MERCHANT)
    admin = _menu_link("scale", t("frame.admin_title"), routes.ADMIN)
    desks = ((Role.merchant.value, merchant), (Role.admin.value, admin))
    return choose(SessionState.person.role, *desks, otherwise=rx.fragment())


def language_switch(class_name: str) -> rx.Component:
    """A form, so that it works without scripts; the button names the other language."""
    other = rx.cond(SessionState.locale == "en", "zh_CN", "en")
    hidden = rx.el.input(type="hidden", name="locale", value=other, read_only=True)
    act = rx.el.button(
        rx.icon("languages", size=16, aria_hidden="true"), t("frame.locale"), type="submit", class_name=class_name
    )
    return native_form(hidden, act, action=routes.LOCALE)


def sign_out_button(class_name: str) -> rx.Component:
    act = rx.el.button(
        rx.icon("log-out", size=16, aria_hidden="true"), t("frame.sign_out"), type="submit", class_name=class_name
    )
    return native_form(act, action=routes.SIGN_OUT)


def _stranger_tools() -> rx.Component:
    return rx.fragment(
        language_switch("touch flex items-center gap-1.5 text-ink2 hover:text-ink max-sm:[&>svg]:hidden"),
        link_button(t("frame.login"), href=routes.LOGIN),
        link_button(t("frame.register"), href=routes.REGISTER, kind="ghost", class_name="max-sm:hidden"),
    )


def _foot() -> rx.Component:
    look = "no-print w-full max-w-page mx-auto px-4 sm:px-7 py-6 text-sm text-ink2 flex flex-wrap gap-x-5 gap-y-1"
    links = [
        link(t(f"frame.{key}"), href=url, class_name="touch inline-flex items-center underline underline-offset-2")
        for key, url in (("help_link", routes.HELP), ("rules_link", routes.RULES))
    ]
    return rx.el.footer(*links, rx.el.span(t("frame.foot"), class_name="self-center"), class_name=look)


def _side(role: Role, here: str, counts: dict[str, Any]) -> rx.Component:
    title = t(f"frame.{role}_title")
    home = next(iter(DESKS[role].values()))
    entries = [_side_link(role, key, url, here, counts.get(key)) for key, url in DESKS[role].items()]
    nav = rx.el.nav(
        *entries,
        aria_label=title,
        class_name="flex lg:flex-col gap-0.5 max-lg:overflow-x-auto max-lg:[scrollbar-width:none]",
    )
    look = (
        "no-print bg-card lg:border-r max-lg:border-b border-line px-3 py-2 lg:py-[18px] flex flex-col gap-2 "
        "lg:gap-4 lg:sticky lg:top-0 lg:h-dvh"
    )
    top = rx.el.div(
        rx.el.div(_brand(title, home), class_name="px-2"),
        rx.el.div(rx.cond(_READY & _SIGNED_IN, _own_tools()), class_name="lg:hidden flex items-center gap-2"),
        class_name="flex items-center justify-between",
    )
    return rx.el.aside(top, nav, _side_foot(), class_name=look)


def _side_link(role: Role, key: str, url: str, here: str, count: Any) -> rx.Component:
    number = [rx.cond(count > 0, rx.el.b(count, class_name="ml-auto text-seal"))] if count is not None else []
    look = (
        "touch shrink-0 flex items-center gap-2 rounded-control px-3 py-2 text-ink2 whitespace-nowrap hover:text-ink "
        "aria-[current=page]:bg-grey-bg aria-[current=page]:text-ink aria-[current=page]:font-semibold"
    )
    attrs = {"aria-current": "page"} if key == here else {}
    return link(t(f"frame.{role}.{key}"), *number, href=url, class_name=look, custom_attrs=attrs)


def _side_foot() -> rx.Component:
    who = rx.el.div(
        avatar(SessionState.person.name),
        rx.el.div(
            rx.el.div(SessionState.person.name, class_name="font-semibold truncate"),
            rx.el.div(SessionState.person.shop_name, class_name="text-sm text-ink2 truncate"),
            class_name="min-w-0",
        ),
        class_name="flex items-center gap-2.5 px-3 py-2",
    )
    inbox = _menu_link("bell", t("frame.inbox"), routes.INBOX)
    shop = _menu_link("shopping-bag", t("frame.to_shop"), routes.HOME)
    known = rx.cond(
        _READY & _SIGNED_IN, rx.fragment(who, inbox, shop, language_switch(_ENTRY), sign_out_button(_ENTRY))
    )
    return rx.el.div(known, class_name="mt-auto max-lg:hidden")


def _sign_in_first() -> rx.Component:
    """Content of a personal page for somebody not signed in; after that they are back here."""
    path = rx.State.router.url.path
    go = link_button(t("frame.login"), href="/login?next=" + path, kind="seal", size="lg")
    return empty("lock-keyhole", t("kit.sign_in_title"), t("kit.sign_in_line"), go)

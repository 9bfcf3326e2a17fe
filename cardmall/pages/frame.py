"""What stands around the content: header, side bar, demo banner, and the door to personal pages."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, NativeForm, NativeLink, link, link_button
from cardmall.components.feedback import empty, lost
from cardmall.components.forms import search_input
from cardmall.components.shell import connection_strip, page_effects, zone_note
from cardmall.components.surface import avatar
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.limits import ORDERS_COUNTED
from cardmall.domain.terms import Role
from cardmall.pages.menus import DESKS, ENTRY, language_switch, menu_link, own_tools, sign_out_button
from cardmall.states.session import SessionState

# Key in the catalog → address; a page that is not built is not listed.
SHOP_NAV = {"shop": routes.HOME, "orders": routes.ORDERS, "inbox": routes.INBOX, "help": routes.HELP}
_SIGNED_IN = SessionState.person.role != ""
_READY = rx.State.is_hydrated & SessionState.known


def shop_frame(*content: Child, here: str = "", desk: bool = False) -> rx.Component:
    """Header and one column of at most 1120 px. `here`: key of SHOP_NAV; `desk`: staff keep their desk's side bar."""
    if desk:
        return _either_frame(*content, here=here)
    main = rx.el.main(*content, id="main", class_name=_COLUMN)
    return _whole(_header(here), main, _foot())


_COLUMN = "w-full max-w-page mx-auto px-4 sm:px-7 pt-5 sm:pt-7 pb-16 grow"
_BESIDE = "min-w-0 px-4 lg:px-[30px] pt-5 lg:pt-[26px] pb-16"
_GRID = "grow lg:grid lg:grid-cols-[212px_minmax(0,1fr)]"


def _either_frame(*content: Child, here: str) -> rx.Component:
    """One content in the frame of whoever looks."""
    staff = _READY & rx.Var.create([role.value for role in DESKS]).contains(SessionState.person.role)
    sides = [(role.value, _side(role, "")) for role in DESKS]
    side = choose(SessionState.person.role, *sides, otherwise=rx.fragment())
    main = rx.el.main(*content, id="main", class_name=rx.cond(staff, _BESIDE, _COLUMN))
    above = rx.cond(staff, side, _header(here))
    body = rx.el.div(above, main, class_name=rx.cond(staff, _GRID, "grow flex flex-col"))
    return _whole(body, rx.cond(staff, rx.fragment(), _foot()))


def side_frame(role: Role, *content: Child, here: str) -> rx.Component:
    """A desk with a side bar, a strip on a phone. `here`: key of DESKS[role]. Anybody else keeps the mall's frame."""
    other = _READY & (SessionState.person.role != role.value)
    main = rx.el.main(*content, id="main", class_name=rx.cond(other, _COLUMN, _BESIDE))
    above = rx.cond(other, _header(""), _side(role, here))
    return _whole(rx.el.div(above, main, class_name=rx.cond(other, "grow flex flex-col", _GRID)))


def guarded(
    content: Child, skeleton: rx.Component, *roles: Role, missing: rx.Var[bool] | bool = False, keep: bool = False
) -> rx.Component:
    """Nothing personal before the server knows who looks; one answer for missing and foreign (R80).

    `keep`: a list stays while it is read anew, so that back finds its place on the page.
    """
    allowed = roles or (Role.shopper, *DESKS)
    fits = rx.Var.create([role.value for role in allowed]).contains(SessionState.person.role)
    inside = rx.cond(_SIGNED_IN, rx.cond(fits & ~rx.Var.create(missing), content, lost_here()), _sign_in_first())
    return rx.cond(SessionState.known if keep else _READY, inside, loading(skeleton))


def loading(skeleton: rx.Component) -> rx.Component:
    """A page that waits has a heading, too."""
    return rx.fragment(rx.el.h1(t("kit.loading"), class_name="sr-only", data_loading=""), skeleton)


def lost_here() -> rx.Component:
    """Nothing here, and where this person finds what is theirs."""
    go = [link_button(t(f"frame.{role}_title"), href=next(iter(DESKS[role].values())), size="lg") for role in DESKS]
    orders = link_button(t("frame.orders"), href=routes.ORDERS, size="lg")
    login = link_button(t("frame.login"), href=routes.LOGIN, size="lg")
    own = choose(
        SessionState.person.role,
        *[(role.value, one) for role, one in zip(DESKS, go, strict=True)],
        (Role.shopper.value, orders),
        otherwise=login,
    )
    shop = link_button(t("frame.shop"), href=routes.HOME, kind="outline", size="lg")
    return lost(rx.el.div(own, shop, class_name="flex flex-wrap justify-center gap-3"))


def not_found_page() -> rx.Component:
    return shop_frame(lost_here())


NOT_FOUND = {
    "title": t("kit.lost_title"),
    "component": not_found_page,
    "route": "404",
    "on_load": SessionState.load,
}


def search_box(class_name: str = "") -> rx.Component:
    """Finds products by name and orders by number; an ordinary GET of the home page."""
    look = "h-[34px] rounded-control border border-line bg-paper px-3 hover:border-ink3 focus:border-ink"
    field = search_input(t("frame.search_label"), hint=t("frame.search"), class_name=look)
    return NativeForm.create(field, action=routes.HOME, method="get", role="search", class_name=class_name)


def _whole(*parts: Child) -> rx.Component:
    hidden = "sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-card focus:p-3"
    skip = NativeLink.create(t("frame.skip"), href="#main", class_name=hidden)
    strip = connection_strip(SessionState.interrupted)
    look = "min-h-dvh flex flex-col has-data-[action-bar]:max-md:pb-20"
    before = (
        page_effects(SessionState.known, SessionState.whose, SessionState.answered, SessionState.begun),
        strip,
        skip,
        _demo_banner(),
        zone_note(),
    )
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
    return rx.cond(SessionState.demo, rx.el.aside(mark, line, go, aria_label=t("frame.demo_label"), class_name=look))


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
        rx.cond(_READY & _SIGNED_IN, own_tools(), rx.cond(_READY, _stranger_tools())),
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
    return choose(SessionState.person.role, *_desk_links(), otherwise=found) if url == routes.ORDERS else found


def _desk_links() -> list[tuple[str, rx.Component]]:
    """Staff have no orders: their desk stands in that place."""
    look = "flex items-center border-y-2 border-transparent text-ink2 whitespace-nowrap hover:text-ink"
    return [
        (role.value, link(t(f"frame.{role}_title"), href=next(iter(urls.values())), class_name=look))
        for role, urls in DESKS.items()
    ]


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


def _side(role: Role, here: str) -> rx.Component:
    title = t(f"frame.{role}_title")
    home = next(iter(DESKS[role].values()))
    entries = [_side_link(role, key, url, here) for key, url in DESKS[role].items()]
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
        rx.el.div(rx.cond(_READY & _SIGNED_IN, own_tools()), class_name="lg:hidden flex items-center gap-2"),
        class_name="flex items-center justify-between",
    )
    return rx.el.aside(top, nav, _side_foot(), class_name=look)


def _side_link(role: Role, key: str, url: str, here: str) -> rx.Component:
    count: Any = SessionState.person.counts[key]
    shown = rx.cond(count.to(int) < ORDERS_COUNTED, count.to_string(), t("shop_orders.many"))
    number = rx.cond(count.to(int) > 0, rx.el.b(shown, class_name="ml-auto text-seal"))
    look = (
        "touch shrink-0 flex items-center gap-2 rounded-control px-3 py-2 text-ink2 whitespace-nowrap hover:text-ink "
        "aria-[current=page]:bg-grey-bg aria-[current=page]:text-ink aria-[current=page]:font-semibold "
        "aria-[current=page]:[scroll-initial-target:nearest]"
    )
    attrs = {"aria-current": "page"} if key == here else {}
    return link(t(f"frame.{role}.{key}"), number, href=url, class_name=look, custom_attrs=attrs)


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
    inbox = menu_link("bell", t("frame.inbox"), routes.INBOX)
    shop = menu_link("shopping-bag", t("frame.to_shop"), routes.HOME)
    known = rx.cond(_READY & _SIGNED_IN, rx.fragment(who, inbox, shop, language_switch(ENTRY), sign_out_button(ENTRY)))
    return rx.el.div(known, class_name="mt-auto max-lg:hidden")


def _sign_in_first() -> rx.Component:
    """Content of a personal page for somebody not signed in; after that they are back here."""
    path = rx.State.router.url.path
    go = link_button(t("frame.login"), href="/login?next=" + path, kind="seal", size="lg")
    head = rx.el.h1(t("kit.sign_in_title"), class_name="sr-only")
    shop = link_button(t("frame.shop"), href=routes.HOME, kind="outline", size="lg")
    both = rx.el.div(go, shop, class_name="flex flex-wrap justify-center gap-3")
    return rx.fragment(head, empty("lock-keyhole", t("kit.sign_in_title"), t("kit.sign_in_line"), both))

"""What a signed-in person opens from every frame: notices, the account, language, the way out."""

import reflex as rx

from cardmall import routes
from cardmall.components.controls import Child, link, native_form
from cardmall.components.surface import avatar
from cardmall.components.text import t
from cardmall.components.vars import choose
from cardmall.domain.terms import Role
from cardmall.states.session import SessionState

# Key in the catalog → address; a page that is not built is not listed.
DESKS: dict[Role, dict[str, str]] = {
    Role.merchant: {
        "reviews": routes.MERCHANT,
        "orders": routes.MERCHANT_ORDERS,
        "delivery": routes.MERCHANT_DELIVERY,
        "products": routes.MERCHANT_PRODUCTS,
        "stock": routes.MERCHANT_STOCK,
        "messages": routes.MERCHANT_MESSAGES,
        "money": routes.MERCHANT_MONEY,
        "shop": routes.MERCHANT_SHOP,
    },
    Role.admin: {
        "desk": routes.ADMIN,
        "orders": routes.ADMIN_ORDERS,
        "support": routes.ADMIN_SUPPORT,
        "abnormal": routes.ADMIN_ABNORMAL,
        "money": routes.ADMIN_MONEY,
        "shops": routes.ADMIN_SHOPS,
        "people": routes.ADMIN_PEOPLE,
        "calendar": routes.ADMIN_CALENDAR,
        "audit": routes.ADMIN_AUDIT,
    },
}


def own_tools() -> rx.Component:
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
        menu_link("user", t("frame.me"), routes.ME),
        language_switch(ENTRY),
        sign_out_button(ENTRY),
        class_name=(
            "absolute right-0 top-full z-30 mt-2 w-48 rounded-card border border-line bg-card p-1.5 "
            "shadow-[0_4px_16px_rgb(24_23_21/0.1)]"
        ),
    )
    return rx.el.details(face, sheet, class_name="relative", data_menu="")


ENTRY = (
    "touch flex items-center gap-2.5 w-full rounded-control px-3 py-2 text-left text-ink2 hover:bg-grey-bg "
    "hover:text-ink"
)


def menu_link(icon: str, text: Child, url: str) -> rx.Component:
    return link(rx.icon(icon, size=16, aria_hidden="true"), text, href=url, class_name=ENTRY)


def _desk_link() -> rx.Component:
    merchant = menu_link("store", t("frame.merchant_title"), routes.MERCHANT)
    admin = menu_link("scale", t("frame.admin_title"), routes.ADMIN)
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

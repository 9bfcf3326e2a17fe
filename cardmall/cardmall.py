"""Composition root: the app, its pages, its HTTP routes, what runs beside it. Nothing else."""

import reflex as rx
from starlette.applications import Starlette

from cardmall import locales, routes, startup, theme
from cardmall.adapters import bus
from cardmall.adapters.loglines import log_one_line
from cardmall.components.shell import EARLY_SCRIPT, WAIT_SCRIPT
from cardmall.doors import interruptions
from cardmall.doors.house import House
from cardmall.http import ROUTES
from cardmall.pages import frame
from cardmall.pages.admin import abnormal, audit, calendar, desk, people, person, shops
from cardmall.pages.admin import case as admin_case
from cardmall.pages.admin import money as admin_money
from cardmall.pages.admin import order as admin_order
from cardmall.pages.admin import orders as find
from cardmall.pages.admin import shop as admin_shop
from cardmall.pages.admin import support as admin_support
from cardmall.pages.merchant import (
    case,
    delivery,
    import_codes,
    messages,
    money,
    product_stock,
    products,
    reviews,
    stock,
)
from cardmall.pages.merchant import order as shop_order
from cardmall.pages.merchant import orders as shop_list
from cardmall.pages.merchant import product as shop_product
from cardmall.pages.merchant import refund as shop_refund
from cardmall.pages.merchant import shop as own_shop
from cardmall.pages.public import demo, forgot, help, home, login, product, register, rules
from cardmall.pages.shopper import (
    cancel,
    checkout,
    inbox,
    me,
    order,
    orders,
    pay,
    printout,
    refund,
    support,
    transfer,
    transfer_form,
)
from cardmall.pages.shopper import case as own_case
from cardmall.ssr import crawlers
from cardmall.ssr.answers import Pages, bare_route, page_route
from cardmall.ssr.lost import drawn_where_nothing_is
from cardmall.states.crash import tell_crash, tell_page_crash
from cardmall.states.session import BindSession

PUBLIC = (home, product, login, register, forgot, help, rules, demo)
SHOPPER = (
    me, inbox, checkout, pay, orders, order, printout, cancel, own_case, refund, support, transfer_form, transfer
)  # fmt: skip
DESKS = (
    reviews, case, shop_list, shop_order, shop_refund, delivery, products, shop_product, stock, product_stock,
    import_codes, messages, money, own_shop,
    desk, find, admin_order, admin_case, admin_support, abnormal, admin_money, shops, admin_shop, people, person,
    calendar, audit,
)  # fmt: skip

locales.write_files()
log_one_line()
outside = Starlette(routes=[*ROUTES, *crawlers.ROUTES])
pages = Pages()
app = House(
    stylesheets=theme.STYLESHEETS,
    html_lang="zh-CN",
    head_components=[
        rx.el.script(WAIT_SCRIPT),
        rx.el.script(EARLY_SCRIPT),
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
    ],
    toaster=None,  # assets/cardmall.js brings its own when there is something to say
    backend_exception_handler=tell_crash,
    frontend_exception_handler=tell_page_crash,
    api_transformer=[outside, drawn_where_nothing_is(pages)],
)
app.app_wraps.pop((5, "Overlay"))  # its toast names an internal address; the frame has its own strip
app.add_middleware(BindSession(), index=0)
app.register_lifespan_task(bus.pump)
app.register_lifespan_task(interruptions.tell_pages)
app.register_lifespan_task(startup.open_house)
app.register_lifespan_task(pages.renderer.running)
app.add_page(**frame.NOT_FOUND, image=routes.SHARED_PICTURE)
for page in (*PUBLIC, *SHOPPER, *DESKS):
    app.add_page(**page.PAGE, image=routes.SHARED_PICTURE)
    outside.routes.append(page_route(app, pages, page.PAGE["route"]))
    if page.PAGE["route"] != routes.HOME:
        outside.routes.append(bare_route(page.PAGE["route"]))

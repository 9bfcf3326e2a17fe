"""Every URL once: a constant where it is fixed, a builder where it names something."""

import re
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

_PLACE = re.compile(r"\[\w+\]|{\w+}")  # of a page, of an HTTP route
HOME = "/"
PRODUCT = "/p/[slug]"
LOGIN = "/login"
REGISTER = "/register"
FORGOT = "/forgot"
HELP = "/help"
RULES = "/rules"

CHECKOUT = "/checkout/[no]"
PAY = "/pay/[no]"
ORDERS = "/orders"
ORDER = "/orders/[no]"
CANCEL = "/orders/[no]/cancel"
TRANSFER_FORM = "/orders/[no]/transfer"
ORDER_PRINT = "/orders/[no]/print"
CASE = "/cases/[no]"
TRANSFER = "/transfers/[no]"
REFUND = "/refunds/[no]"
SUPPORT = "/support/[no]"
INBOX, ME = "/inbox", "/me"

MERCHANT = "/merchant"
MERCHANT_CASE = "/merchant/cases/[no]"
MERCHANT_ORDERS = "/merchant/orders"
MERCHANT_ORDER = "/merchant/orders/[no]"
MERCHANT_REFUND = "/merchant/orders/[no]/refund"
MERCHANT_PRODUCTS = "/merchant/products"
MERCHANT_PRODUCT = "/merchant/products/[slug]"
MERCHANT_DELIVERY = "/merchant/delivery"
MERCHANT_MESSAGES = "/merchant/messages"
MERCHANT_MONEY = "/merchant/money"
MERCHANT_STOCK = "/merchant/stock"
MERCHANT_SHOP = "/merchant/shop"
PRODUCT_STOCK = "/merchant/stock/[slug]"
IMPORT_CODES = "/merchant/stock/[slug]/import"

ADMIN = "/admin"
ADMIN_CASE = "/admin/cases/[no]"
ADMIN_ORDERS = "/admin/orders"
ADMIN_ORDER = "/admin/orders/[no]"
ADMIN_SUPPORT = "/admin/support"
ADMIN_CALENDAR = "/admin/calendar"
ADMIN_SHOPS = "/admin/shops"
ADMIN_SHOP = "/admin/shops/[slug]"
ADMIN_PEOPLE = "/admin/people"
ADMIN_PERSON = "/admin/people/[no]"
ADMIN_ABNORMAL = "/admin/abnormal"
ADMIN_MONEY = "/admin/money"
ADMIN_AUDIT = "/admin/audit"

DEMO = "/demo"

# Plain HTTP, answered by cardmall.http.
SIGN_IN = "/auth/sign-in"
SIGN_OUT = "/auth/sign-out"
SIGN_UP = "/auth/register"
FORGOT_CODE = "/auth/forgot"
RESET = "/auth/reset"
LOCALE = "/locale"
CALLBACK = "/payments/callback/sandbox"
SANDBOX_PAY = "/sandbox/pay"
REVEAL = "/orders/{no}/cards/{card_id}/reveal"
REVEAL_REST = "/orders/{no}/cards/reveal"
CODES_FILE = "/orders/{no}/codes.txt"
PICTURES = "/orders/{no}/pictures"
PICTURE = "/pictures/{picture_id}"
GOODS_PICTURES = "/merchant/products/{slug}/pictures"
GOODS_PICTURE_WAITING = "/merchant/products/{slug}/pictures/{picture_id}"  # until it is saved
GOODS_PICTURE = "/goods/{picture_id}.jpg"
LISTS = "/merchant/stock/{slug}/lists"
PASTED_LISTS = "/merchant/stock/{slug}/lists/pasted"
CODE_FILE = "/merchant/code-files/{key}"
AUDIT_FILE = "/admin/audit.csv"
UNMASK = "/admin/unmask"
BUYER_FIELDS = "/merchant/orders/{no}/fields"
SHOP_MONEY_FILE = "/merchant/money.csv"
SHOP_ORDERS_FILE = "/merchant/orders.csv"
JOURNAL_FILE = "/admin/money.csv"
ROBOTS, SITEMAP = "/robots.txt", "/sitemap.xml"
SHARED_PICTURE = "/share.png"  # beside a link to us in a chat
LIVE, READY = "/health/live", "/health/ready"


def _asking(path: str, asked: dict[str, str]) -> str:
    wanted = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def _fill(route: str, *values: Any) -> str:
    """The route with these in its places: a text is quoted, a Var of our rows is filled in as it is."""
    path, *rest = _PLACE.split(route)
    for value, after in zip(values, rest, strict=True):
        path = path + (quote(value, safe="") if type(value) is str else value) + after
    return path


# An order, a case, a refund or a transfer by its number.
checkout_url, pay_url, order_url, cancel_url, print_url = (
    partial(_fill, route) for route in (CHECKOUT, PAY, ORDER, CANCEL, ORDER_PRINT)
)
support_url, case_url, refund_url, transfer_url = (partial(_fill, route) for route in (SUPPORT, CASE, REFUND, TRANSFER))


def rule_url(way: str, reason: str) -> str:
    """The row of the guide that decided."""
    return HELP + "#" + way + "-" + reason


def shelf_url(**asked: str) -> str:
    """What is sold, under these filters; empty ones are left out."""
    return _asking(HOME, asked)


def product_url(slug: str, **asked: str) -> str:
    """`quantity`: how many are chosen there."""
    return _asking(_fill(PRODUCT, slug), asked) if asked else _fill(PRODUCT, slug)


def orders_url(**asked: str) -> str:
    """The order list under these filters; empty ones are left out."""
    return _asking(ORDERS, asked)


def transfer_form_url(no: str) -> str:
    return _fill(TRANSFER_FORM, no)


def messages_url(no: str) -> str:
    return MERCHANT_MESSAGES + "?order=" + no


def talk_url(no: str) -> str:
    """The order's page with its conversation open."""
    return order_url(no) + "?talk=1#talk"


def product_stock_url(slug: str) -> str:
    return _fill(PRODUCT_STOCK, slug)


def import_url(slug: str) -> str:
    return _fill(IMPORT_CODES, slug)


def batch_url(slug: str, batch: str) -> str:
    """A list that was handed in, by its name."""
    return _fill(IMPORT_CODES, slug) + "?batch=" + batch


def lists_url(slug: str, *, pasted: bool = False) -> str:
    """Where a list of codes for the product is handed in."""
    return _fill(PASTED_LISTS if pasted else LISTS, slug)


def merchant_case_url(no: str) -> str:
    return _fill(MERCHANT_CASE, no)


def shop_orders_url(*, file: bool = False, **asked: str) -> str:
    """A shop's orders under these filters, as a page or as a file."""
    return _asking(SHOP_ORDERS_FILE if file else MERCHANT_ORDERS, asked)


def merchant_order_url(no: str) -> str:
    return _fill(MERCHANT_ORDER, no)


def merchant_refund_url(no: str) -> str:
    return _fill(MERCHANT_REFUND, no)


def products_url(**asked: str) -> str:
    return _asking(MERCHANT_PRODUCTS, asked)


def merchant_product_url(slug: str) -> str:
    """A product as its shop changes it, or the form of a new one (domain/goods.py, NEW_SLUG)."""
    return _fill(MERCHANT_PRODUCT, slug)


def admin_case_url(no: str) -> str:
    return _fill(ADMIN_CASE, no)


def find_url(**asked: str) -> str:
    """What admins find by a search, `q`, or the orders of a `shop` by its web address; empty ones are left out."""
    return _asking(ADMIN_ORDERS, asked)


def admin_order_url(no: str) -> str:
    """An order as admins see it."""
    return _fill(ADMIN_ORDER, no)


def admin_shop_url(slug: str) -> str:
    return _fill(ADMIN_SHOP, slug)


def admin_person_url(no: str, **asked: str) -> str:
    """A person by the account's id, with a place in their list of orders."""
    return _asking(_fill(ADMIN_PERSON, no), asked) if asked else _fill(ADMIN_PERSON, no)


def admin_support_url(no: str) -> str:
    return ADMIN_SUPPORT + "?order=" + no


def audit_url(**asked: str) -> str:
    return _asking(ADMIN_AUDIT, asked)


def audit_file_url(**asked: str) -> str:
    return _asking(AUDIT_FILE, asked)


def money_url(**asked: str) -> str:
    return _asking(MERCHANT_MONEY, asked)


def money_file_url(**asked: str) -> str:
    return _asking(SHOP_MONEY_FILE, asked)


def login_url(back: str = "") -> str:
    """Sign-in page that returns to `back`, a path of ours."""
    return f"{LOGIN}?{urlencode({'next': back})}" if back else LOGIN


def reveal_url(no: str, card_id: str) -> str:
    return _fill(REVEAL, no, card_id)


reveal_rest_url, buyer_fields_url = partial(_fill, REVEAL_REST), partial(_fill, BUYER_FIELDS)


def code_file_url(key: str) -> str:
    """Codes that are never sold again, as a file of who took them."""
    return _fill(CODE_FILE, key)


def codes_file_url(no: str) -> str:
    return _fill(CODES_FILE, no)


def pictures_url(no: str) -> str:
    return _fill(PICTURES, no)


def picture_url(picture_id: str) -> str:
    return _fill(PICTURE, picture_id)


def goods_pictures_url(slug: str) -> str:
    return _fill(GOODS_PICTURES, slug)


def goods_picture_url(picture_id: str, size: str = "") -> str:
    """A picture of a product, in one of the sizes of reads/goods_pictures.py; in full without one."""
    return _fill(GOODS_PICTURE, picture_id) + (f"?size={size}" if size else "")


def way_url(no: str, way: str) -> str:
    """The form of a way with one (request, return)."""
    return cancel_url(no) + "?way=" + way


def appeal_url(no: str) -> str:
    return way_url(no, "appeal")


def home_url(role: str) -> str:
    return {"merchant": MERCHANT, "admin": ADMIN}.get(role, HOME)


def confirm_url(back: str = "") -> str:
    """Where an address is proven; after that on to `back`, a path of ours."""
    return f"{ME}?{urlencode({'next': back})}" if back else ME


def own_path(url: str) -> str:
    """The path when it is one of ours, else home: never redirect to a place somebody else names."""
    foreign = not url.startswith("/") or url.startswith("//") or "\\" in url or any(ord(c) < 33 for c in url)
    return HOME if foreign else url


def beginning(route: str) -> str:
    """The route before what differs: /orders/[no]/cancel → /orders/."""
    return re.split(r"[\[{]", route)[0]

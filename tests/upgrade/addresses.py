"""Which pages are opened by whom: every page of an application, its details for a sample of every kind of number."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

NOBODY = ""
SHOPPERS, MERCHANTS, ADMINS = ("alice", "dave"), ("bob", "erin"), ("carol",)
WAYS = ("request", "return", "appeal")  # of the form that cancels


@dataclass(frozen=True)
class Visit:
    """A page as one person opens it; `who` is empty for a visitor who has not signed in."""

    who: str
    path: str


_ORDER = 'FROM "order" o JOIN account a ON a.id = o.shopper_id'
_OF_ORDER = 'JOIN "order" o ON o.id = {}.order_id JOIN account a ON a.id = o.shopper_id WHERE a.email = :who'
_KIND = "c.kind, c.status, c.reason, c.offer_kind, c.appealed_at IS NULL"
_SHOP = "JOIN account m ON m.shop_id = {}.shop_id"
_OWN_GOODS = "SELECT p.slug FROM product p JOIN account m ON m.shop_id = p.shop_id WHERE m.email = :who"
# Where the numbers of a route come from: one of every kind that its visitor (:who, an e-mail address) may see.
NUMBERS = {
    "p/[slug]": "SELECT slug FROM product",
    "checkout/[no]": f"SELECT min(o.no) {_ORDER} WHERE a.email = :who GROUP BY o.status",
    "pay/[no]": f"SELECT min(o.no) {_ORDER} WHERE a.email = :who GROUP BY o.status",
    "orders/[no]": f"SELECT min(o.no) {_ORDER} WHERE a.email = :who "
    "GROUP BY o.status, o.stage, o.abnormal, o.mode, o.shop_id, o.canceled_pieces > 0",
    "orders/[no]/...": f"SELECT max(o.no) {_ORDER} WHERE a.email = :who GROUP BY o.status, o.stage",
    "support/[no]": f"SELECT o.no {_ORDER} JOIN support_thread s ON s.order_id = o.id WHERE a.email = :who "
    f"UNION SELECT min(o.no) {_ORDER} WHERE a.email = :who",
    "cases/[no]": f'SELECT min(c.no) FROM "case" c {_OF_ORDER.format("c")} GROUP BY {_KIND}',
    "refunds/[no]": f"SELECT min(r.no) FROM refund r {_OF_ORDER.format('r')} GROUP BY r.status, r.hindrance, r.cause",
    "transfers/[no]": "SELECT no FROM transfer",
    "merchant/cases/[no]": f'SELECT min(c.no) FROM "case" c {_SHOP.format("c")} WHERE m.email = :who GROUP BY {_KIND}',
    "merchant/orders/[no]": f'SELECT min(o.no) FROM "order" o {_SHOP.format("o")} WHERE m.email = :who '
    "GROUP BY o.status, o.stage, o.mode",
    "merchant/orders/[no]/...": f'SELECT max(o.no) FROM "order" o {_SHOP.format("o")} WHERE m.email = :who '
    "GROUP BY o.status, o.stage",
    **{f"merchant/{shelf}/[slug]": _OWN_GOODS for shelf in ("products", "stock")},
    "merchant/stock/[slug]/import": _OWN_GOODS,
    "merchant/messages?order=": f'SELECT o.no FROM conversation t JOIN "order" o ON o.id = t.order_id '
    f"{_SHOP.format('t')} WHERE m.email = :who",
    "admin/cases/[no]": f'SELECT min(c.no) FROM "case" c GROUP BY {_KIND}',
    "admin/orders/[no]": 'SELECT min(no) FROM "order" GROUP BY status, stage, mode',
    "admin/orders?q=": 'SELECT substr(max(no), -4) FROM "order" GROUP BY status',
    "admin/orders?shop=": "SELECT slug FROM shop",
    "admin/shops/[slug]": "SELECT slug FROM shop",
    "admin/people/[no]": "SELECT cast(min(id) AS text) FROM account GROUP BY role, shop_id",
    "admin/audit?number=": 'SELECT max(no) FROM "order" GROUP BY status, stage',
    "admin/support?order=": 'SELECT o.no FROM support_thread s JOIN "order" o ON o.id = s.order_id',
}


def visits(built: Path, database: Path) -> list[Visit]:
    """Every page in the manifest of a build (its `routes.json`), for the town in this database."""
    routes = [route for route in json.loads((built / "routes.json").read_text("utf-8")) if route != "404"]
    routes.sort(key=lambda route: "[" in route)  # lists first: an admin's look at a case is an event of the audit
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        return [
            Visit(who, f"/{path}") for route in routes for who in _visitors(route) for path in _paths(base, route, who)
        ]


def _visitors(route: str) -> tuple[str, ...]:
    """Who opens it: those whose page it is, and where it names nothing whoever has not signed in."""
    owners = {"merchant": MERCHANTS, "admin": ADMINS}.get(route.partition("/")[0], SHOPPERS)
    if route in ("login", "register", "forgot", "p/[slug]"):
        return (NOBODY,)
    everybody = (NOBODY, *SHOPPERS, *MERCHANTS, *ADMINS)
    if route in ("index", "help", "rules", "me", "inbox", "transfers/[no]"):
        return everybody
    return owners if "[" in route else (*owners, NOBODY)


def _paths(base: sqlite3.Connection, route: str, who: str) -> Iterator[str]:
    if "[" not in route:
        yield "" if route == "index" else route
    named = NUMBERS.get(route) or NUMBERS.get(re.sub(r"(\[\w+\]/).*", r"\1...", route), "")
    for no in _numbers(base, named, who):
        path = re.sub(r"\[\w+\]", no, route)
        yield path
        yield from (f"{path}?way={way}" for way in WAYS if path.endswith("/cancel"))
    for asking in (shape for shape in NUMBERS if shape.startswith(f"{route}?")):
        yield from (f"{asking}{no}" for no in _numbers(base, NUMBERS[asking], who))


def _numbers(base: sqlite3.Connection, asked: str, who: str) -> list[str]:
    found = base.execute(asked, {"who": f"{who}@cardmall.test"} if ":who" in asked else {}) if asked else []
    return [no for (no,) in found if no]

"""Plain HTTP beside the pages: what needs a cookie, a status code or works without scripts. One module per concern."""

from cardmall.http import (
    accounts,
    audit,
    buyer_fields,
    cards,
    code_files,
    goods_pictures,
    health,
    language,
    lists,
    money,
    orders,
    payments,
    pictures,
    unmasking,
)

ROUTES = [
    *accounts.ROUTES,
    *audit.ROUTES,
    *buyer_fields.ROUTES,
    *cards.ROUTES,
    *code_files.ROUTES,
    *goods_pictures.ROUTES,
    *health.ROUTES,
    *language.ROUTES,
    *lists.ROUTES,
    *money.ROUTES,
    *orders.ROUTES,
    *payments.ROUTES,
    *pictures.ROUTES,
    *unmasking.ROUTES,
]

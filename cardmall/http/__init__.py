"""Plain HTTP beside the pages: what needs a cookie, a status code or works without scripts. One module per concern."""

from cardmall.http import accounts, health, language

ROUTES = [*accounts.ROUTES, *health.ROUTES, *language.ROUTES]

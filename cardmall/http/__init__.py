"""Plain HTTP beside the pages: what needs a cookie, a status code or works without scripts. One module per concern."""

from cardmall.http import health, language

ROUTES = [*health.ROUTES, *language.ROUTES]

"""The audit: filters and pages live in the URL, so back, reload and a sent link show the same (R78)."""

from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.components.controls import server_url
from cardmall.domain.terms import Role
from cardmall.domain.topics import ORDERS
from cardmall.states.admin.searching import Searching
from cardmall.views.admin.audit import AuditFilters, AuditPage, AuditRow, audit_page, audit_query, read_asked


class AuditState(Searching, rx.State):
    """`asked` are the filters in force, as a URL writes them."""

    rows: list[AuditRow] = []
    asked: dict[str, str] = audit_query(AuditFilters())
    filtered: bool = False
    newer_url: str = ""
    older_url: str = ""
    file_url: str = ""

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.admin)
        self.rows, self.loaded = [], False
        if actor:
            self._listen(AuditState.refresh, ORDERS)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Something happened: the page of the URL, as things stand now."""
        asked = read_asked(dict(self.router.url.query_parameters))
        sought = {"number": asked.no, "email": asked.email} if asked.no or asked.email else {}
        noted = await self._note(sought, *filter(None, sought.values()))
        page = await self._show(AuditPage(), audit_page, asked) if noted else AuditPage()
        asked = AuditFilters() if self.missing else asked
        self.rows, self.asked, self.filtered = page.rows, audit_query(asked), asked.any
        self.newer_url = self._url(before=page.prev_key) if page.prev_key else ""
        self.older_url = self._url(after=page.next_key) if page.next_key else ""
        self.file_url = server_url(routes.audit_file_url(**self.asked))

    @rx.event
    def search(self, form: dict[str, Any]) -> Any:
        """{number, email, verb, since, until}: the first page of what fits."""
        typed = self._fields(form, "number", "email", "verb", "since", "until")
        return rx.redirect(routes.audit_url(**audit_query(read_asked(typed))))

    def _url(self, **place: str) -> str:
        return routes.audit_url(**self.asked, **place)

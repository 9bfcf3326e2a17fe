"""The form of a product's rule, on the page of the product: an owner sets it, and hears who did meanwhile (R97)."""

import secrets
from typing import Any

import reflex as rx

from cardmall.domain.approvals import (
    FIELD_OF,
    OFF,
    RULE_FIELDS,
    RULE_TICK,
    ApprovalTerms,
    differing,
    merged_terms,
    read_terms,
    typed_terms,
)
from cardmall.domain.terms import Reason, Refused
from cardmall.services.shop.approval_rules import set_rule
from cardmall.states.merchant.product_words import GoodsChange
from cardmall.states.page import Page
from cardmall.states.session import saying
from cardmall.views.merchant.product import GoodsView, goods_view
from cardmall.views.merchant.product_rule import RuleView


class RuleForm(Page, mixin=True):
    """`rule_typed`: what the form began with, under the mark `rule_drawn`, as the version `rule_seen` of the product
    `rule_of`. `rule_theirs`: what somebody else set meanwhile, told when one's own save found it."""

    rule_typed: dict[str, str] = typed_terms(OFF)
    rule_drawn: str = ""
    rule_seen: int = 0
    rule_of: str = ""
    rule_theirs: list[GoodsChange] = []
    rule_most_error: str = ""
    rule_shopper_error: str = ""
    rule_day_error: str = ""

    @rx.event
    async def save_rule(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """{rule_on, rule_most, rule_shopper, rule_day}: one more version of the rule."""
        mine, seen = self._fields(form, *RULE_FIELDS, ticks=(RULE_TICK,)), self.rule_seen
        result = await self._act(set_rule, self.rule_of, mine, version=seen)
        if isinstance(result, Refused) and result.reason is Reason.changed:
            return await self._compare_rule(mine)
        if self._wrong(result, *RULE_FIELDS):
            return None
        if isinstance(result, Refused):
            return self._said(result, "")
        page: Any = self
        await page.refresh()
        self._open_rule(self.rule_of, page.view.rule)
        return self._said(result, "approval.same" if result == seen else "approval.saved", n=result)

    async def _compare_rule(self, mine: dict[str, str]) -> rx.event.EventSpec | None:
        """Show what somebody else set, and keep what was typed; the next save is one of the newest version."""
        page: Any = self
        before, base = _read(self.rule_typed), self.rule_typed
        found = await self._show(GoodsView(), goods_view, self.rule_of)
        if self.missing:
            return None
        own = {FIELD_OF[name] for name in differing(before, _read(mine))}
        theirs = self._rule_lines(before, found.rule.terms)
        self._wrong(None, *RULE_FIELDS)
        self._open_rule(self.rule_of, found.rule, merged_terms(base, mine, found.rule.typed))
        self.rule_theirs = [GoodsChange(one.field, one.before, one.after, mine=one.field in own) for one in theirs]
        await page.refresh()
        return saying("warning", self._text("goods.stale"))

    def _open_rule(self, slug: str, rule: RuleView, typed: dict[str, str] | None = None) -> None:
        """Draw the form anew, unless it is of this version already: what is typed there stays."""
        self.rule_theirs = []
        if typed is None and (self.rule_of, self.rule_seen) == (slug, rule.version) and self.rule_drawn:
            return
        self.rule_of, self.rule_seen, self.rule_drawn = slug, rule.version, secrets.token_hex(4)
        self.rule_typed = typed or rule.typed

    def _rule_lines(self, before: ApprovalTerms, after: ApprovalTerms) -> list[GoodsChange]:
        """What differs, in the language of who looks."""
        found = differing(before, after).items()
        return [
            GoodsChange(FIELD_OF[name], self._rule_word(name, old), self._rule_word(name, new))
            for name, (old, new) in found
        ]

    def _rule_word(self, name: str, value: Any) -> str:
        if name == "is_on":
            return self._text("approval.is_on" if value else "approval.is_off")
        if name == "most":
            return f"¥{value / 100:,.2f}" if value else "—"
        return str(value)


def _read(typed: dict[str, str]) -> ApprovalTerms:
    return read_terms(typed, OFF)[0]

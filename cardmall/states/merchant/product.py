"""The form of one product, new or known: what is typed stays until it is saved, beside what a shopper will read."""

import secrets
from dataclasses import replace
from typing import Any

import reflex as rx

from cardmall import routes
from cardmall.domain import limits
from cardmall.domain.approvals import RULE_FIELDS
from cardmall.domain.buyer_fields import FIELD_NAMES, moved_up, with_one_more, without
from cardmall.domain.goods import (
    FIELDS,
    NEW,
    NEW_SLUG,
    TICKS,
    difference,
    merged,
    read_goods,
    typed_goods,
)
from cardmall.domain.order_terms import Terms
from cardmall.domain.terms import Reason, Refused, Role
from cardmall.domain.topics import product_topic
from cardmall.services.shop import goods
from cardmall.services.shop.groups import dissolve_group, rename_group
from cardmall.states.merchant.product_rule import RuleForm
from cardmall.states.merchant.product_words import FIELD_OF, GoodsChange, changed_lines
from cardmall.states.session import saying
from cardmall.views.buyer_fields import AskedField
from cardmall.views.merchant.product import GoodsView, goods_preview, goods_view, new_goods_view
from cardmall.views.public.home import ProductRow

OF_THE_FORM = (
    "version",
    "groups",
    "goods",
    "typed",
    "cover",
    "saved_by",
    "saved_at",
)  # of a view, as long as it is open


class MerchantProductState(RuleForm, rx.State):
    """`view`: the product as it was when the form was drawn, under the mark `drawn`; `typed`: what the form says now.

    `changes`: in what it differs; `dirty`: it differs, perhaps in what cannot be read. `theirs`: what somebody else
    saved meanwhile, told when one's own save found it; `newer`: somebody did, and the form is older.
    """

    view: GoodsView = GoodsView()
    typed: dict[str, str] = typed_goods(NEW)
    drawn: str = ""
    changes: list[GoodsChange] = []
    dirty: bool = False
    theirs: list[GoodsChange] = []
    newer: bool = False
    row: ProductRow = goods_preview(NEW, GoodsView()).row
    terms: Terms = Terms.none()
    asked: list[AskedField] = []
    question: str = ""
    name_error: str = ""
    category_error: str = ""
    summary_error: str = ""
    details_error: str = ""
    price_error: str = ""
    mode_error: str = ""
    form_error: str = ""
    delay_error: str = ""
    promise_error: str = ""
    rule_error: str = ""
    instructions_error: str = ""
    window_error: str = ""
    fee_error: str = ""
    most_error: str = ""
    pictures_error: str = ""
    group_error: str = ""
    face_error: str = ""
    case_sensitive_error: str = ""
    fields_wrong: dict[str, str] = dict.fromkeys(FIELD_NAMES, "")
    fields_drawn: str = ""  # a mark of the fields for buyers as they stand: moved, they begin anew
    _made: str = ""  # the product this visit made

    @rx.event
    async def load(self) -> None:
        actor = await self._enter(Role.merchant)
        if actor:
            self._listen(MerchantProductState.refresh, product_topic(self._arg()))
        if self.dirty and self.loaded and await self._stood():
            await self.refresh()  # what is typed stays
            return
        self.loaded, self._made, self.question = False, "", ""
        self._wrong()
        self._wrong(None, *RULE_FIELDS)
        await self.reload()

    @rx.event
    async def reload(self) -> None:
        """The form anew, with what the newest version says."""
        new = self._arg() == NEW_SLUG
        found = await self._show(GoodsView(), new_goods_view if new else goods_view, *([] if new else [self._arg()]))
        self.theirs = []
        self._open(found, found.typed)
        self._open_rule(found.slug, found.rule)

    @rx.event
    async def refresh(self) -> None:
        """It was listed, archived or saved: the form stays as it is, and is told where it is older now."""
        if not self.view.slug:
            return
        found = await self._show(GoodsView(), goods_view, self.view.slug)
        self.newer = found.version != self.view.version
        self.view = replace(found, **{name: getattr(self.view, name) for name in OF_THE_FORM})
        self._draw()

    @rx.event
    def type(self, form: dict[str, Any]) -> None:
        """The form as it is typed: the preview and the bar follow, nothing is kept."""
        self._take(form)
        self._draw()

    @rx.event
    def ask_more(self) -> None:
        """One more field for buyers, at the end."""
        self._set_fields(with_one_more(self.typed), drawn=self.fields_drawn)

    @rx.event
    def ask_less(self, slot: int) -> None:
        """The fields for buyers without this one."""
        self._set_fields(without(self.typed, slot))

    @rx.event
    def ask_before(self, slot: int) -> None:
        """This field for buyers before the one above it."""
        self._set_fields(moved_up(self.typed, slot))

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | list[rx.event.EventSpec] | None:
        """Make the product, or its next version, of what the form says."""
        self._take(form)
        if not self.view.slug:
            return await self._make()
        result = await self._act(goods.save_product, self.view.slug, dict(self.typed), version=self.view.version)
        if isinstance(result, Refused) and result.reason is Reason.changed:
            return await self._compare()
        if self._wrong(result):
            return self._draw()
        if not isinstance(result, Refused):
            await self.reload()
        return self._said(result, "goods.saved")

    @rx.event
    async def switch(self, listed: bool) -> rx.event.EventSpec | None:
        """List it, or unlist it, unless somebody did meanwhile."""
        use_case = goods.list_products if listed else goods.unlist_products
        result = await self._act(use_case, [self.view.slug])
        await self.refresh()
        return self._said(result, "goods.listed" if listed else "goods.unlisted", n=1) if result != 0 else None

    @rx.event
    async def copy(self) -> rx.event.EventSpec | list[rx.event.EventSpec]:
        """One more like it, as it is saved; on to its form. A double click makes one."""
        if self._made:
            return rx.redirect(routes.merchant_product_url(self._made))
        room = limits.PRODUCT_NAME[-1] - len(self._text("goods.copy_of", name=""))
        name = self._text("goods.copy_of", name=self.view.goods.name[:room])
        result = await self._act(goods.copy_product, self.view.slug, name)
        if isinstance(result, Refused):
            return self._said(result, "")
        self._made = result
        return self._go_to(result, "goods.copied")

    @rx.event
    async def archive(self) -> rx.event.EventSpec:
        """Out of the list of goods, or back where it is archived."""
        use_case = goods.restore_product if self.view.archived else goods.archive_product
        said = "goods.restored" if self.view.archived else "goods.archived_now"
        result = await self._act(use_case, self.view.slug)
        await self.refresh()
        return self._said(result, said)

    @rx.event
    def ask(self) -> None:
        """Delete it? It cannot be had back."""
        self.question = "delete" if self.view.may_delete else ""

    @rx.event
    async def rename_group(self) -> rx.event.EventSpec | None:
        """Give the whole group, as it is saved, the name that stands in the form."""
        before, called = self.view.goods.group_name, self.typed["group"]
        return await self._regroup(rename_group, "goods.group_renamed", before, called)

    @rx.event
    async def dissolve_group(self) -> rx.event.EventSpec | None:
        """Take every product out of the group, as it is saved."""
        return await self._regroup(dissolve_group, "goods.group_dissolved", self.view.goods.group_name)

    async def _regroup(self, use_case: Any, said: str, *told: str) -> rx.event.EventSpec | None:
        """What else is typed stays; what somebody else saved since is shown (R85)."""
        result = await self._act(use_case, *told)
        if self._wrong(result):
            return self._draw()
        if not isinstance(result, Refused):
            await self._reopen()
        return self._said(result, said, n=result)

    async def _reopen(self) -> None:
        """The form anew after an act on the whole group, which made one version of the product."""
        before, mine = self.view, self.typed
        found = await self._show(GoodsView(), goods_view, before.slug)
        if found.version > before.version + 1:
            await self._compare()
        place = {name: found.typed[name] for name in ("group", "face")}
        self._open(found, merged(before.typed, mine, found.typed) | place)

    @rx.event
    def close(self) -> None:
        self.question = ""

    @rx.event
    async def delete(self) -> rx.event.EventSpec | list[rx.event.EventSpec]:
        """The yes of that question; back to the list."""
        self.question = ""
        result = await self._act(goods.delete_product, self.view.slug)
        said = self._said(result, "goods.deleted")
        return said if isinstance(result, Refused) else [said, rx.redirect(routes.MERCHANT_PRODUCTS)]

    async def _make(self) -> rx.event.EventSpec | list[rx.event.EventSpec] | None:
        """A double click makes one."""
        if self._made:
            return rx.redirect(routes.merchant_product_url(self._made))
        result = await self._act(goods.create_product, dict(self.typed))
        if self._wrong(result):
            return self._draw()
        if isinstance(result, Refused):
            return self._said(result, "")
        self._made = result
        return self._go_to(result, "goods.made")

    async def _compare(self) -> rx.event.EventSpec | None:
        """Somebody saved it since: show what, and keep what was typed; the next save is one of the newest version."""
        before, mine = self.view, self.typed
        found = await self._show(GoodsView(), goods_view, before.slug)
        if self.missing:
            return None
        own, _ = read_goods(mine, before.goods)
        changed = {FIELD_OF.get(name, name) for name in difference(before.goods, own)}
        self.theirs = [
            replace(one, mine=one.field in changed) for one in changed_lines(self, before.goods, found.goods)
        ]
        self._wrong()
        self._open(found, merged(before.typed, mine, found.typed))
        return saying("warning", self._text("goods.stale"))

    def _set_fields(self, fields: dict[str, str], drawn: str = "") -> None:
        self.typed = self.typed | fields
        self.fields_drawn = drawn or secrets.token_hex(4)
        self._wrong()
        self._draw()

    def _wrong(self, result: object = None, *names: str) -> dict[str, str]:
        """As on any page, and beside the fields for buyers; the form of the rule is another one."""
        if names:
            return super()._wrong(result, *names)
        fields = super()._wrong(result, *FIELDS, *TICKS)
        self.fields_wrong = {name: fields.get(name, "") for name in FIELD_NAMES}
        return fields

    def _go_to(self, slug: str, said: str) -> list[rx.event.EventSpec]:
        return [self._said(slug, said), rx.redirect(routes.merchant_product_url(slug))]

    def _take(self, form: object) -> None:
        """What the page left out, because it does not ask for it now, stays as it was."""
        self.typed = self.typed | self._fields(form, *self._asked(form, *FIELDS), ticks=TICKS)

    def _open(self, found: GoodsView, typed: dict[str, str]) -> None:
        """Draw the form anew: its fields begin with what is `typed`."""
        self.view, self.typed, self.newer, self.drawn = found, typed, False, secrets.token_hex(4)
        self._draw()

    def _draw(self) -> None:
        """The preview and the bar, by what can be read of the form."""
        own, _ = read_goods(self.typed, self.view.goods)
        self.dirty, self.changes = self.typed != self.view.typed, changed_lines(self, self.view.goods, own)
        shown = goods_preview(own, self.view)
        self.row, self.terms, self.asked = shown.row, shown.terms, shown.fields

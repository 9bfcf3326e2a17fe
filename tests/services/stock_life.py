"""What a shop does to its goods and stock in a random life, and what its buyers answer."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlmodel import col

from cardmall.adapters import clock, db
from cardmall.adapters.vault import vault
from cardmall.domain.buyer_fields import BuyerField, FieldKind
from cardmall.domain.goods import Goods, typed_goods
from cardmall.domain.terms import Actor, BatchStatus, CardStatus, ListForm
from cardmall.models import Account, Batch, BuyerAnswer, Card, Order, Product
from cardmall.services.order.buyer_answers import correct_answers
from cardmall.services.shop import batches, checking, code_files, goods, withdrawing
from tests.town import AUTO, act, rows

if TYPE_CHECKING:
    from tests.services.life import Life

GAME = "game-top-up"
ASKED = (BuyerField("游戏账号"), BuyerField("区服", FieldKind.select, choices=("一区", "二区")))
STOCKED = (AUTO, "final-card", "fee-card")
PRICES = ("88.00", "99.00", "120.00")

StockCall = Callable[["Life", Actor | None, str], Any]


def answers(order: Order, name: str = "Dragon77") -> dict[str, str]:
    """What is typed at checkout; nothing where nothing is asked for."""
    asked = order.id is not None and order.terms.buyer_fields
    return {"answer1": name, "answer2": "一区"} if asked else {}


def edition(order: Order) -> int:
    """Of the answers an order has now, 0 for none."""
    return next((one.edition for one in rows(BuyerAnswer, BuyerAnswer.order_id == order.id, by=BuyerAnswer.n)), 0)


def correct(life: "Life", who: Actor | None, order: Order, amount: str) -> None:
    """Another account; with `more` from a window that saw answers nobody gave."""
    name = {"least": "Tiger88", "most": "Wolf99"}.get(amount, "Dragon77")
    seen = edition(order) + (amount == "more")
    act(correct_answers, who, order.no, answers(order, name), seen=seen, now=clock.now())


def hand_in(life: "Life", who: Actor | None, amount: str) -> None:
    """New codes, one of them twice, and one the shop has or had; with `nothing` only that one."""
    slug, key = life.dice.choice(STOCKED), uuid.uuid4().hex
    known = life.dice.choice(rows(Card))
    old = vault().open(known.id, known.sealed_code)
    fresh = life.codes({"nothing": 0, "least": 1}.get(amount, 6))
    sealed = [vault().seal_piece(key, checking.TEXT, 0, "\n".join([*fresh, *fresh[:1], old, ""]))]
    act(batches.hand_in_list, who, slug, key, form=ListForm.lines, sealed=sealed, now=clock.now())


def _at_batch(use_case: Callable[..., Any], *likely: BatchStatus) -> StockCall:
    """On a batch that fits, sooner than on any other."""

    def call(life: "Life", who: Actor | None, amount: str) -> None:
        found = rows(Batch)
        fitting = [one for one in found if one.status in likely] or found
        act(use_case, who, life.dice.choice(fitting).name if fitting else "PC-0", now=clock.now())

    return call


def confirm(life: "Life", who: Actor | None, amount: str) -> None:
    """With `least` valid for a day only."""
    found = [one for one in rows(Batch) if one.status is BatchStatus.checked] or rows(Batch)
    until = f"{clock.now():%Y-%m-%d}" if amount == "least" else ""
    name = life.dice.choice(found).name if found else "PC-0"
    act(batches.confirm_batch, who, name, valid_until=until, now=clock.now())


def take_codes(life: "Life", who: Actor | None, amount: str) -> None:
    """With `nothing` the password was changed meanwhile."""
    with db.reading() as session:
        hashed = session.get_one(Account, life.town.bob.id).password_hash
    gone = rows(Card, Card.status == CardStatus.withdrawn)
    its = rows(Product, col(Product.id).in_([card.product_id for card in gone])) or rows(Product)
    told = "" if amount == "nothing" else hashed
    act(code_files.export_codes, who, life.dice.choice(its).slug, told, now=clock.now())


def save(life: "Life", who: Actor | None, amount: str) -> None:
    """Another price; with `more` from a form somebody saved since."""
    (product,) = rows(Product, Product.slug == life.dice.choice(STOCKED))
    typed = typed_goods(Goods.of(product)) | {"price": life.dice.choice(PRICES), "rule": "查看卡密即视为使用，不退不换"}
    act(goods.save_product, who, product.slug, typed, version=product.version - (amount == "more"), now=clock.now())


def shelve(life: "Life", who: Actor | None, amount: str) -> None:
    """What is unlisted is listed again, sooner than anything is unlisted."""
    away = [one.slug for one in rows(Product) if not one.listed]
    if away or amount == "least":
        act(goods.list_products, who, away or [AUTO], now=clock.now())
    else:
        act(goods.unlist_products, who, [life.dice.choice(STOCKED)], now=clock.now())


def watch_stock(life: "Life", who: Actor | None, amount: str) -> None:
    act(batches.set_stock_line, who, life.dice.choice(STOCKED), life.dice.choice(("", "0", "5")), now=clock.now())


STOCK_DEEDS: dict[str, StockCall] = {
    "hand_in": hand_in,
    "confirm": confirm,
    "drop": _at_batch(batches.drop_batch, BatchStatus.reading, BatchStatus.checked),
    "take_off": _at_batch(withdrawing.withdraw_batch, BatchStatus.stocked),
    "take_codes": take_codes,
    "save": save,
    "shelve": shelve,
    "watch_stock": watch_stock,
}
LIKELY_STOCK = (*("hand_in", "confirm") * 3, *STOCK_DEEDS)

"""What the address of a shop's list of orders asks for, and as conditions on orders (R95)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from cardmall.domain.calendar import end_of
from cardmall.domain.terms import Channel, DeliveryMode, FieldError, Stage
from cardmall.domain.typed import TAIL, Searched, searched, storable
from cardmall.domain.words import fen_of
from cardmall.models import Account, Order, Product
from cardmall.models.account import PHONE_TAIL
from cardmall.models.orders import NO_TAIL
from cardmall.reads.buyer_answers import orders_with_answer
from cardmall.reads.keys import ListKey, read_day, read_key
from cardmall.reads.look import Look
from cardmall.reads.searching import aside

HELD, FREE = "yes", "no"
_AMOUNT = 16  # signs
_MOST = 2**31 - 1  # fen; no order costs more, and no column of sums holds more


@dataclass(frozen=True)
class DeskAsked:
    """What the address asks for; anything unknown in it counts as not asked. `product`: its slug.

    `least` and `most`: yuan as they were typed; `held`: HELD, FREE or "".
    """

    stage: Stage | None = None
    product: str = ""
    mode: DeliveryMode | None = None
    channel: Channel | None = None
    since: date | None = None
    until: date | None = None
    least: str = ""
    most: str = ""
    held: str = ""
    q: str = ""
    after: ListKey | None = None
    before: ListKey | None = None

    def amount_error(self) -> str:
        """Why no order fits the bounds of the sum, as a FieldError; "" when some may."""
        least, most = fen_of(self.least), fen_of(self.most)
        if (self.least and least is None) or (self.most and most is None):
            return FieldError.not_money.value
        return FieldError.out_of_range.value if least is not None and most is not None and least > most else ""

    def days_error(self) -> str:
        """The same of the days; then no order fits."""
        crossed = self.since and self.until and self.since > self.until
        return FieldError.out_of_range.value if crossed else ""

    def query(self) -> dict[str, str]:
        """As an address writes it, from the first page."""
        told = asdict(replace(self, after=None, before=None))
        dates = {name: day.isoformat() for name in ("since", "until") if (day := told[name])}
        return {name: str(value) for name, value in (told | dates).items() if value}


def read_desk_asked(given: dict[str, str]) -> DeskAsked:
    """From untrusted query parameters."""
    given = storable(given)
    held = given.get("held", "")
    return DeskAsked(
        _word(Stage, given.get("stage")),
        str(given.get("product", ""))[:64],
        _word(DeliveryMode, given.get("mode")),
        _word(Channel, given.get("channel")),
        read_day(given.get("since", "")),
        read_day(given.get("until", "")),
        str(given.get("least", "")).strip()[:_AMOUNT],
        str(given.get("most", "")).strip()[:_AMOUNT],
        held if held in (HELD, FREE) else "",
        searched(given.get("q", "")).text,
        read_key(given.get("after", "")),
        read_key(given.get("before", "")),
    )


def _word(words: Any, text: object) -> Any:
    return words(text) if text in set(words) else None


def orders_asked(look: Look, shop_id: int, asked: DeskAsked) -> list[sa.ColumnElement[bool]]:
    """The orders of the shop under all filters but the stage."""
    wanted = [_of_shop(shop_id, searching=bool(asked.q)), *_filtered(shop_id, asked)]
    if asked.q:
        wanted.append(col(Order.id).in_(_found(look, shop_id, searched(asked.q))))
    return wanted


def _of_shop(shop_id: int, *, searching: bool) -> sa.ColumnElement[bool]:
    """A search leaves few orders: they are looked up by what was found, not by going through those of the shop."""
    shop = col(Order.shop_id)
    return (aside(shop) if searching else shop) == shop_id


def _filtered(shop_id: int, asked: DeskAsked) -> Iterator[sa.ColumnElement[bool]]:
    if asked.product:
        its = (col(Product.shop_id) == shop_id, col(Product.slug) == asked.product)
        yield aside(col(Order.product_id)) == sa.select(col(Product.id)).where(*its).scalar_subquery()
    if asked.mode:
        yield col(Order.mode) == asked.mode
    if asked.channel:
        yield col(Order.channel) == asked.channel
    if asked.since:
        yield col(Order.created_at) >= end_of(asked.since - timedelta(days=1))
    if asked.until:
        yield col(Order.created_at) < end_of(asked.until)
    if asked.held:
        yield col(Order.held_at).is_not(None) if asked.held == HELD else col(Order.held_at).is_(None)
    if asked.amount_error():
        yield sa.false()
    else:
        yield from _amounts(fen_of(asked.least), fen_of(asked.most))


def _amounts(least: int | None, most: int | None) -> Iterator[sa.ColumnElement[bool]]:
    if least is not None:
        yield col(Order.total) >= min(least, _MOST)
    if most is not None:
        yield col(Order.total) <= min(most, _MOST)


def _found(look: Look, shop_id: int, asked: Searched) -> Any:
    """Ids of orders that a search means: by number or its tail, by the end of the buyer's number, by an answer."""
    found: list[sa.Select[Any]] = [orders_with_answer(look, shop_id, asked.text)]
    number = asked.number or f"CM{asked.digits}"
    found.append(sa.select(col(Order.id)).where(col(Order.no) == number, col(Order.shop_id) == shop_id))
    if asked.digits:
        found.append(_by_tail(shop_id, asked.digits))
    if len(asked.digits) == TAIL:  # of more, a shop could learn a whole number digit by digit
        found.append(_by_phone(shop_id, asked.digits))
    return sa.union_all(*found)


def _by_tail(shop_id: int, digits: str) -> sa.Select[Any]:
    ends = (sa.literal_column(NO_TAIL) == digits[-TAIL:], col(Order.no).endswith(digits))
    return sa.select(col(Order.id)).where(col(Order.shop_id) == shop_id, *ends)


def _by_phone(shop_id: int, digits: str) -> sa.Select[Any]:
    """Of buyers who have proven the number."""
    proven = col(Account.phone_confirmed_at).is_not(None)
    people = sa.select(col(Account.id)).where(sa.literal_column(PHONE_TAIL) == digits, proven)
    return sa.select(col(Order.id)).where(col(Order.shopper_id).in_(people), aside(col(Order.shop_id)) == shop_id)

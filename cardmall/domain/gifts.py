"""主动退款: what a merchant may give back unasked, what it comes to, and on which pieces it lies (R96)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from cardmall.domain import limits
from cardmall.domain.funds import Funds
from cardmall.domain.refunds import spread
from cardmall.domain.terms import CaseReason, FieldError, invalid
from cardmall.domain.words import fen_of, said


class GiftOf(StrEnum):
    """What is given back: pieces before delivery, or delivered cards, which both end; or an amount, and all stay."""

    pieces = "pieces"
    cards = "cards"
    amount = "amount"


GIFT_REASONS = (
    CaseReason.cannot_deliver,
    CaseReason.wrong_price,
    CaseReason.bad_code,
    CaseReason.buyer_asked,
    CaseReason.risk,
    CaseReason.other,
)


@dataclass(frozen=True)
class Piece:
    """A piece of an order that is left, the `n`-th. `worth`: fen of its price that did not come back yet; `card`: its
    id, "" before delivery, `state` where that stands; `done`: a ruling or an agreed amount was about it, nothing more
    can be asked for it."""

    n: int
    worth: int
    card: str = ""
    done: bool = False
    state: str = ""


@dataclass(frozen=True)
class GiftGoods:
    """The pieces left of the order `no`, and what was captured for it and is in no refund yet (`refundable`, fen);
    `parts`: the refunds of it."""

    delivered: bool
    pieces: Sequence[Piece]
    refundable: int
    parts: int = 0
    no: str = ""

    @property
    def kinds(self) -> tuple[GiftOf, ...]:
        """What can be given back now: as a whole, or an amount."""
        return (GiftOf.cards if self.delivered else GiftOf.pieces), GiftOf.amount

    @property
    def most(self) -> int:
        """The largest amount, in fen."""
        return self.worth_of(self.pieces)

    def worth_of(self, some: Sequence[Piece]) -> int:
        """What comes back for some of the pieces, in fen: the others keep what may still be asked for them."""
        named = {piece.n for piece in some}
        others = sum(piece.worth for piece in self.pieces if piece.n not in named and not piece.done)
        return max(0, min(sum(piece.worth for piece in some), self.refundable - others))


@dataclass(frozen=True)
class Gift:
    """What is given back: `amount` fen; with the `cards` named, or the last `pieces` before delivery, which end."""

    of: GiftOf
    amount: int
    pieces: int = 0
    cards: tuple[str, ...] = ()


def follow(gift: Gift, goods: GiftGoods) -> int:
    """How many refunds at most may have to follow this gift, for the pieces that stay: none of less than a fen."""
    left = zip(goods.pieces, _kept(gift, goods), strict=True)
    return sum(min(limits.PAID_A_PIECE - piece.done, fen) for piece, fen in left)


def _kept(gift: Gift, goods: GiftGoods) -> list[int]:
    """Fen that may still come back for each piece after the gift: none for one that it ends."""
    if gift.of is GiftOf.amount:
        lies = laid_on(gift.amount, goods.pieces)
        return [piece.worth - part for piece, part in zip(goods.pieces, lies, strict=True)]
    return [0 if _ends(piece, gift, goods) else piece.worth for piece in goods.pieces]


def _ends(piece: Piece, gift: Gift, goods: GiftGoods) -> bool:
    if gift.of is GiftOf.pieces:
        return piece.n > len(goods.pieces) - gift.pieces
    return piece.card in gift.cards


@dataclass(frozen=True)
class GiftAsked:
    """The form of a gift: what, why, and words for the buyer."""

    gift: Gift
    reason: CaseReason
    words: str


def read_gift(typed: Mapping[str, object], goods: GiftGoods) -> GiftAsked:
    """The form: {of, pieces, cards, amount, reason, text}; 其他 needs words. Refused: every wrong field is named at
    once; `of` is wrong as well when the order was delivered since."""
    reason, words = str(typed.get("reason") or ""), said(typed.get("text"))
    gift, wrong = _read(typed, goods)
    wrong = {"reason": _not_chosen(reason), "text": _not_said(words, reason), **wrong}
    found = {name: error for name, error in wrong.items() if error}
    if gift is None or found:
        raise invalid(**found)
    return GiftAsked(gift, CaseReason(reason), words)


def _not_chosen(reason: str) -> FieldError | None:
    if reason in GIFT_REASONS:
        return None
    return FieldError.not_a_choice if reason else FieldError.required


def _not_said(words: str, reason: str) -> FieldError | None:
    if reason == CaseReason.other and not words:
        return FieldError.required
    return FieldError.too_long if len(words) > limits.TEXT_LENGTH else None


Wrong = dict[str, FieldError | None]


def _read(typed: Mapping[str, object], goods: GiftGoods) -> tuple[Gift | None, Wrong]:
    of = str(typed.get("of") or "")
    if of not in goods.kinds:
        return None, {"of": FieldError.not_a_choice if of else FieldError.required}
    read = {GiftOf.pieces: _pieces, GiftOf.cards: _cards, GiftOf.amount: _amount}[GiftOf(of)]
    return read(typed.get(of), goods)


def _pieces(typed: object, goods: GiftGoods) -> tuple[Gift | None, Wrong]:
    """The last ones go: the first are delivered first."""
    text = str(typed) if type(typed) in (int, str) else ""
    count = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    if not 1 <= count <= len(goods.pieces):
        return None, {"pieces": FieldError.out_of_range if text else FieldError.required}
    return Gift(GiftOf.pieces, goods.worth_of(goods.pieces[-count:]), count), {}


def _cards(typed: object, goods: GiftGoods) -> tuple[Gift | None, Wrong]:
    """Each once, and none of another order; cards of which nothing is left would be void for nothing."""
    named = cast(Sequence[Any], typed) if isinstance(typed, list | tuple) else ()
    some = [piece for piece in goods.pieces if piece.card in named]
    if not named:
        return None, {"cards": FieldError.required}
    if len(some) != len(named):
        return None, {"cards": FieldError.not_a_choice}
    amount = goods.worth_of(some)
    if not amount:
        return None, {"cards": FieldError.out_of_range}
    return Gift(GiftOf.cards, amount, len(some), tuple(piece.card for piece in some)), {}


def _amount(typed: object, goods: GiftGoods) -> tuple[Gift | None, Wrong]:
    """Typed in yuan."""
    fen = fen_of(typed)
    if fen is None:
        return None, {"amount": FieldError.not_money if str(typed or "").strip() else FieldError.required}
    if not 0 < fen <= goods.most:
        return None, {"amount": FieldError.out_of_range}
    return Gift(GiftOf.amount, fen, len(goods.pieces)), {}


def laid_on(amount: int, pieces: Sequence[Piece]) -> list[int]:
    """What of `amount` fen lies on each of these pieces: on those that something can still be asked for, and what is
    more than they are worth on the others; so what can be asked for never is more than what is left."""
    free = [0 if piece.done else piece.worth for piece in pieces]
    done = [piece.worth if piece.done else 0 for piece in pieces]
    first = min(amount, sum(free))
    return [a + b for a, b in zip(spread(first, free), spread(amount - first, done), strict=True)]


@dataclass(frozen=True)
class GiftEffect:
    """Before the press: the buyer gets `amount` fen, `of_order` out of what is held for the order and `of_shop` out of
    the shop's balance; the shop keeps `kept` of what was paid for the order. `what` is given, as it stood then;
    `transfer`: the one it ends, as far as that was, "" of none."""

    amount: int = 0
    of_order: int = 0
    of_shop: int = 0
    kept: int = 0
    what: str = ""
    transfer: str = ""

    @property
    def mark(self) -> str:
        """What a press names that saw this: any other refund since, the settlement, a look at one of its cards, or a
        step of a transfer makes it another one."""
        return f"{self.amount}-{self.of_order}-{self.of_shop}-{self.kept}-{self.what}-{self.transfer}"


def effect_of(gift: Gift, goods: GiftGoods, funds: Funds, transfer: str = "") -> GiftEffect:
    """What the gift does. `funds`: where its amount comes from; `transfer`: the one it ends."""
    kept = goods.refundable - gift.amount
    return GiftEffect(gift.amount, funds.of_order, funds.of_shop, kept, _what(gift, goods), transfer)


def _what(gift: Gift, goods: GiftGoods) -> str:
    """A short name of what is given: the order, how many pieces of it or which cards, and where those stand."""
    cards = sorted((piece.card, piece.state) for piece in goods.pieces if piece.card in gift.cards)
    named = json.dumps([goods.no, gift.of, gift.pieces, cards])
    return hashlib.sha256(named.encode()).hexdigest()[:16]

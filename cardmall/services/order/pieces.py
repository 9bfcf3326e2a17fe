"""Which pieces a case is about: all that fit, or those the shopper chose; and what becomes of them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from cardmall.domain.refunds import lies_on, spread
from cardmall.domain.rules.ways import Decision, Facts, decide_pieces
from cardmall.domain.terms import Abnormal, CardStatus, CaseKind, FieldError, Reason, invalid
from cardmall.domain.verbs import Verb
from cardmall.models import Card, Case, Order
from cardmall.reads.facts import pieces_left
from cardmall.reads.pieces import cards_of, cards_of_case, fitting, given_ids
from cardmall.services.act import Act, move_cards, record
from cardmall.services.ending import restage
from cardmall.services.order.holds import lift_hold
from cardmall.services.order.shelf import give_back
from cardmall.services.transfer.closing import close_order


def choose_pieces(
    act: Act,
    order: Order,
    kind: CaseKind,
    decision: Decision,
    facts: Facts,
    *,
    pieces: object = None,
    cards: object = None,
) -> tuple[Decision, list[str]]:
    """The decision about the pieces asked for, and their cards once delivered: all that fit, `pieces` of them, or
    exactly these `cards`. Of sealed cards nobody named the last ones go: codes are opened from the top."""
    fit = fitting(act.session, order, kind, facts, act.now)
    if cards is not None:
        named = _among(cards, fit)
        return decide_pieces(decision, facts, len(named), named), named
    if pieces in (None, ""):
        return decision, fit
    named = _last(fit, _number(pieces))
    return decide_pieces(decision, facts, _number(pieces), named), named


def _number(value: object) -> int:
    """0, which no choice allows, for what is no number."""
    text = str(value) if type(value) in (int, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _among(cards: object, fit: list[str]) -> list[str]:
    """Each once, none but those that fit: a stranger's card looks like one that is gone."""
    if not isinstance(cards, list | tuple):
        raise invalid(cards=FieldError.not_a_choice)
    asked: Sequence[Any] = cards
    if not asked:
        raise invalid(cards=FieldError.required)
    if any(not isinstance(card, str) or card not in fit for card in asked):
        raise invalid(cards=FieldError.not_a_choice)
    if len(set(asked)) != len(asked):
        raise invalid(cards=FieldError.repeated)
    return [card for card in fit if card in asked]


def _last(found: list[Any], count: int) -> list[Any]:
    return found[max(0, len(found) - count) :]


def covered(session: Session, order: Order, case: Case) -> list[Card]:
    """The delivered cards the case is about, as they stand now. Asked for before delivery: so many, sealed ones first;
    from now on they are noted."""
    cards = cards_of(session, order)
    if not case.cards:
        case.cards = cards_of_case(case, cards)
        session.add(case)
    return [c for c in cards if c.id in case.cards]


def void(act: Act, cards: list[Card]) -> None:
    """They are never used again: sealed ones, and those looked at."""
    for status in (CardStatus.sealed, CardStatus.revealed, CardStatus.redeemed):
        move_cards(act, [c for c in cards if c.status is status], "void", Verb.cards_voided)


def take_back(act: Act, order: Order, cards: list[Card]) -> None:
    """They become void for money: they were not sold."""
    order.taken_back += len(given_ids(cards))
    act.session.add(order)
    void(act, cards)


def inherit(old: Sequence[Card], new: Sequence[Card], price: int) -> None:
    """What was given back for cards lies on those that replace them (R96): each takes over one's, and where they are
    not as many, all of them what was given for all, as far as they are worth it at `price` fen each."""
    given = [card.given for card in old]
    if len(new) != len(old):
        given = spread(min(sum(given), price * len(new)), [price] * len(new))
    for card, fen in zip(new, given, strict=True):
        card.given = fen


def lay_on_cards(act: Act, order: Order) -> None:
    """What was given back before the delivery lies on its cards from now on (R96)."""
    cards = [card for card in cards_of(act.session, order) if card.id in given_ids([card])]
    for card, fen in zip(cards, spread(order.given, [order.unit_price] * len(cards)), strict=True):
        card.given = fen
    act.session.add_all(cards)
    order.given = 0


def all_void(session: Session, order: Order) -> bool:
    return all(c.status is CardStatus.voided for c in cards_of(session, order))


def cancel_pieces(act: Act, order: Order, count: int) -> None:
    """Before delivery: the order is canceled with its last piece; else it goes on with the rest."""
    if count >= pieces_left(order):
        close_order(act, order, "cancel", Verb.canceled, reason=Reason.not_delivered)
        return
    drop_pieces(act, order, count)
    lift_hold(act, order)


def drop_pieces(act: Act, order: Order, count: int) -> None:
    """The last `count` pieces, not all, are canceled before delivery, with what was given back for them (R96)."""
    order.given -= lies_on(order.given, pieces_left(order), count)
    order.canceled_pieces += count
    record(act, Verb.pieces_canceled, pieces=count)
    _give_back_spare(act, order)


def _give_back_spare(act: Act, order: Order) -> None:
    """Cards beyond the pieces left go back to stock, none of them was ever sealed (R77); enough are no lack."""
    ready = [c for c in cards_of(act.session, order) if c.status is CardStatus.allocated]
    spare = ready[pieces_left(order) :]
    give_back(act, spare)
    order.lacks = min(order.lacks, max(0, pieces_left(order) - len(ready)))
    if order.abnormal is Abnormal.no_stock and len(ready) >= pieces_left(order):
        order.abnormal = None
    restage(act.session, order)

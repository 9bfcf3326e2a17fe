"""改退: a refund that cannot go back the way it came goes, with the shopper's consent, to another account (R59)."""

from cardmall.domain.destination import Destination, typed_destination
from cardmall.domain.refunding import arrives
from cardmall.domain.rules.refunds import RefundAct, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import (
    Channel,
    FieldError,
    RefundStatus,
    Role,
    invalid,
)
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.domain.words import ticked
from cardmall.models import Order, Refund
from cardmall.reads.doors import refund_for
from cardmall.reads.refunds import heir_of, refund_facts, refunds_of
from cardmall.services.act import Act, move, record
from cardmall.services.money.asking import clear_abnormal
from cardmall.services.money.money import start_refund
from cardmall.services.order.numbers import new_no
from cardmall.services.talk.notify import tell_admins, tell_shopper


def ask_redirect(act: Act, no: object) -> None:
    """The shopper is asked for another account; asked once more, they are told once more."""
    refund, order = refund_for(act, no, Role.admin, lock=True)
    turn = may(RefundAct.ask_account, standing(act.who), refund_facts(refund), act.now)
    if not turn.is_open:
        raise turn.refusal(refund.status)
    act = act.on(order=order)
    refund.redirect_asked_at = act.now
    record(act, Verb.redirect_asked, no=refund.no)
    tell_shopper(act, NoticeKind.redirect_asked, amount=refund.amount, refund=refund.no)


def redirect_refund(
    act: Act, no: object, *, destination_kind: object, account: object, holder: object, consent: object
) -> str:
    """The number of the successor, which goes to the account the shopper names. Their money moves once: a second
    press hears of the successor the first one made."""
    refund, order = refund_for(act, no, Role.shopper, lock=True)
    turn = may(RefundAct.redirect, standing(act.who), refund_facts(refund), act.now)
    if not turn.is_open:
        raise turn.refusal(refund.status)
    place = typed_account(destination_kind, account, holder, consent)
    act = act.on(order=order)
    successor = _successor(act, refund, place)
    move(act, refund, "redirect", Verb.refund_redirected, no=refund.no, successor=successor.no)
    start_refund(act, successor, channel=place.kind.value, to=place.masked)
    clear_abnormal(act.session, order)
    _tell(act, successor)
    return successor.no


def typed_account(kind: object, account: object, holder: object, consent: object) -> Destination:
    """The account somebody typed, with their consent. Refused with everything wrong in the form at once."""
    found = typed_destination(kind, account, holder)
    wrong = found if isinstance(found, dict) else {}
    if not ticked(consent):
        wrong["consent"] = FieldError.required
    if wrong or isinstance(found, dict):
        raise invalid(**wrong)
    return found


def _successor(act: Act, refund: Refund, place: Destination) -> Refund:
    """The same debt under a number of its own, at the end of the chain: a dropped successor may stand before it."""
    number = new_no(act, Refund)
    return Refund(
        no=number,
        order_id=refund.order_id,
        payment_id=refund.payment_id,
        case_id=refund.case_id,
        cause=refund.cause,
        status=RefundStatus.requested,
        amount=refund.amount,
        predecessor_id=heir_of(refund, refunds_of(act.session, act.session.get_one(Order, refund.order_id))).id,
        destination=act.world.vault.seal_destination(number, place.told),
        destination_kind=place.kind,
        destination_hint=place.masked,
        consented_by=act.who.id,
        consented_at=act.now,
        created_at=act.now,
        expected_at=arrives(Channel(place.kind.value), act.now, act.world.calendar),
    )


def _tell(act: Act, successor: Refund) -> None:
    for tell in (tell_shopper, tell_admins):
        tell(act, NoticeKind.refund_redirected, amount=successor.amount, refund=successor.no)

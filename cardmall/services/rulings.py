"""裁决: an admin decides an appeal, with a written ground both sides see; it executes itself (R65)."""

from datetime import datetime

from sqlmodel import Session

from cardmall.domain import limits
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.review import RULINGS, CaseAction, RoundKind, may
from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused, Role, invalid
from cardmall.domain.words import fen_of, said
from cardmall.models import Case, Order
from cardmall.queries.case import case_facts
from cardmall.queries.doors import case_for
from cardmall.queries.people import require
from cardmall.services.evidence import add_round
from cardmall.services.journal import Act
from cardmall.services.outcomes import carry_out_ruling


def rule(
    session: Session, actor: Actor | None, no: str, *, ruling: object, amount: object, ground: object,
    calendar: WorkCalendar, now: datetime,
) -> None:  # fmt: skip
    """Decide: rule_shopper, rule_split (`amount` in yuan as typed) or rule_merchant. Final, in one transaction."""
    case, order = case_for(session, actor, no, Role.admin, lock=True)
    act = Act(require(actor), now, order, case)
    chosen, fen, words = _form(case, ruling, amount, ground)
    _may_rule(act, case, order, chosen)
    case.ruled_amount = fen
    carry_out_ruling(session, act, order, case, chosen, words, calendar)
    add_round(session, act, case, order, RoundKind.ruled, text=words, amount=fen)


def _form(case: Case, ruling: object, amount: object, ground: object) -> tuple[CaseAction, int, str]:
    """Every wrong field is named at once; a split lies between nothing and everything."""
    words, wrong, fen = said(ground), {}, 0
    if str(ruling) not in {r.value for r in RULINGS}:
        wrong["ruling"] = FieldError.not_a_choice if ruling else FieldError.required
    elif ruling == CaseAction.rule_split:
        fen = fen_of(amount) or 0
        if not 0 < fen < case.paid:
            wrong["amount"] = FieldError.out_of_range if fen_of(amount) is not None else FieldError.not_money
    if not words:
        wrong["ground"] = FieldError.required
    elif len(words) > limits.TEXT_LENGTH:
        wrong["ground"] = FieldError.too_long
    if wrong:
        raise invalid(**wrong)
    return CaseAction(str(ruling)), fen, words


def _may_rule(act: Act, case: Case, order: Order, ruling: CaseAction) -> None:
    """Nobody judges their own order or shop, and nobody is judged unheard."""
    if order.shopper_id == act.actor.id or order.shop_id == act.actor.shop_id:
        raise Refused(Reason.own_case, Offer.orders, status=case.status)
    turn = may(ruling, Role.admin, case_facts(case), act.now)
    if not turn.is_open:
        raise Refused(turn.reason, turn.offer, status=case.status)

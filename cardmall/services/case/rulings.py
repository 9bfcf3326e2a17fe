"""裁决: an admin decides an appeal, with a written ground both sides see; it executes itself (R65)."""

from dataclasses import dataclass

from cardmall.domain import limits
from cardmall.domain.rules.cases import RULINGS, CaseAction, DeskAct, RoundKind, may, may_at_desk
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import FieldError, Role, invalid
from cardmall.domain.verbs import Verb
from cardmall.domain.words import fen_of, said
from cardmall.models import Case, Order
from cardmall.reads.cases import appeal_facts
from cardmall.reads.doors import case_for
from cardmall.reads.look import Look
from cardmall.reads.people import require
from cardmall.services.act import Act, record
from cardmall.services.case.evidence import add_round
from cardmall.services.case.outcomes import carry_out_ruling


def rule(act: Act, no: str, *, ruling: object, amount: object, ground: object) -> None:
    """Decide: rule_shopper, rule_split (`amount` in yuan as typed) or rule_merchant. Final, in one transaction."""
    case, order = case_for(act, no, Role.admin, lock=True)
    act = act.on(order=order, case=case)
    chosen, fen, words = _form(case, ruling, amount, ground)
    _may_rule(act, case, order, chosen)
    case.ruled_amount = fen
    carry_out_ruling(act, order, case, chosen, words)
    add_round(act, case, order, RoundKind.ruled, text=words, amount=fen)


@dataclass(frozen=True)
class Effect:
    """What a ruling would give each side of what was paid, in fen."""

    ruling: str
    shopper: int
    shop: int


def check_ruling(look: Look, no: str, *, ruling: object, amount: object, ground: object) -> Effect:
    """Before the question is asked: what this ruling would do; changes nothing. Refused as rule() would."""
    case, order = case_for(look, no, Role.admin)
    chosen, fen, _ = _form(case, ruling, amount, ground)
    _may_rule(look, case, order, chosen)
    back = {CaseAction.rule_shopper: case.paid, CaseAction.rule_split: fen}.get(chosen, 0)
    return Effect(chosen.value, back, case.paid - back)


def take_case(act: Act, no: str) -> None:
    """An admin takes an appeal nobody has; whoever comes second hears that the page was old."""
    case, order = case_for(act, no, Role.admin, lock=True)
    _may_at_desk(act, DeskAct.take, case, order)
    if case.assignee_id is None:
        _assign(act.on(order=order, case=case), case, act.who.id, Verb.case_taken)


def leave_case(act: Act, no: str) -> None:
    """The admin who took it puts it back."""
    case, order = case_for(act, no, Role.admin, lock=True)
    _may_at_desk(act, DeskAct.leave, case, order)
    _assign(act.on(order=order, case=case), case, None, Verb.case_left)


def _may_at_desk(act: Act, action: DeskAct, case: Case, order: Order) -> None:
    turn = may_at_desk(action, standing(act.who), appeal_facts(case, order, act.who), act.now)
    if not turn.is_open:
        raise turn.refusal(case.status)


def _assign(act: Act, case: Case, admin: int | None, event: Verb) -> None:
    case.assignee_id = admin
    act.session.add(case)
    record(act, event)


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


def _may_rule(look: Look, case: Case, order: Order, ruling: CaseAction) -> None:
    """Nobody judges their own order or shop, and nobody is judged unheard."""
    admin = require(look.who)
    turn = may(ruling, standing(admin), appeal_facts(case, order, admin), look.now)
    if not turn.is_open:
        raise turn.refusal(case.status)

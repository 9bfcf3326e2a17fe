"""A shopper's request on an order opens a case; delivery and the shop's money stand still until it is decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from cardmall.domain import limits
from cardmall.domain.jobs import CaseDeadline, DeadlineNear, FollowShop
from cardmall.domain.refunds import RefundPreview
from cardmall.domain.rules import orders as order_rules
from cardmall.domain.rules.cases import CaseAction, CaseFacts, RoundKind, may
from cardmall.domain.rules.orders import OrderAct
from cardmall.domain.rules.transfers import TransferEnd
from cardmall.domain.rules.turn import JOB, standing
from cardmall.domain.rules.ways import Decision, Facts, answered_by, decide_since
from cardmall.domain.terms import CaseKind, CaseReason, CaseStatus, Offer, Reason, Refused, Role, Way
from cardmall.domain.verbs import NoticeKind, Verb
from cardmall.models import Case, Order
from cardmall.reads.approvals import ByRule, by_rule, lock_ruled_product
from cardmall.reads.attempts import presses_of
from cardmall.reads.cases import case_facts, facts_among
from cardmall.reads.doors import case_for, order_for
from cardmall.reads.facts import cases_of, facts_of
from cardmall.reads.orders import order_facts
from cardmall.reads.pieces import cards_of, left_of_case
from cardmall.services.act import Act, Due, schedule, schedule_all, start
from cardmall.services.case.attempts import close_attempts
from cardmall.services.case.by_rule import approve_by_rule
from cardmall.services.case.evidence import add_round
from cardmall.services.case.forms import KIND, asked_way, request_form
from cardmall.services.order.holds import lift_hold, stop_delivery
from cardmall.services.order.numbers import new_no
from cardmall.services.order.pieces import choose_pieces
from cardmall.services.talk.notify import tell_shop, tell_shopper
from cardmall.services.transfer.closing import drop_transfer


def request_cancellation(
    act: Act,
    no: str,
    *,
    way: object,
    reason: object,
    text: object,
    pictures: object = (),
    conversation: object = False,
    pieces: object = None,
    cards: object = None,
) -> str:
    """Open a case (R23-R27): the case's number. About all that fits, `pieces` of it, or the delivered `cards` named.

    An earlier press that an error of ours stopped is what counts (R63). Approved at once where the rule of the product
    says so, and its caps, counted under the lock of the product, allow it (R97).
    """
    asked, form = asked_way(way), request_form(reason, text)
    ruled = asked is Way.request and lock_ruled_product(act.session, no)
    order = order_for(act, no, Role.shopper, lock=True)
    act = act.on(order=order)
    facts = facts_of(act.session, order)
    presses = presses_of(act.session, order, now=act.now)
    stopped = presses.stopped.get(asked)
    decision = decide_since(stopped.at if stopped else act.now, asked, facts, act.now)
    if not decision.is_open:
        raise Refused(decision.reason, decision.offer, status=order.status)
    kind, some = KIND[asked], {"pieces": pieces, "cards": cards}
    decision, covered = choose_pieces(act, order, kind, decision, facts, **some)
    case = new_case(act, order, decision, kind, *form)
    case.cards = covered
    if stopped:
        case.judged_at, case.fault = stopped.at, stopped.fault
    act = act.on(case=case)
    found = by_rule(act.session, order, case.amount, act.now) if ruled else None
    _open(act, order, case, facts, found)
    add_round(act, case, order, RoundKind.opened, text=case.text, pictures=pictures, conversation=conversation)
    close_attempts(presses.waiting)
    if found and found.turn.is_open:
        approve_by_rule(act, order, case, found)
    else:
        _ask_merchant(act, order, case, facts)
    return case.no


def new_case(act: Act, order: Order, decision: Decision, kind: CaseKind, reason: CaseReason, text: str) -> Case:
    """A case about the pieces the decision was about, at the sums it showed."""
    shown = decision.preview or RefundPreview(0, 0, 0, 0)
    return Case(
        no=new_no(act, Case),
        order_id=order.id or 0,
        shop_id=order.shop_id,
        kind=kind,
        status=CaseStatus.review,
        reason=reason,
        text=text,
        pieces=shown.pieces,
        paid=shown.paid,
        fee=shown.fee,
        amount=shown.amount,
        opened_at=act.now,
        deadline=answered_by(decision, act.world.calendar, act.now) or act.now,
    )


def _open(act: Act, order: Order, case: Case, facts: Facts, found: ByRule | None) -> None:
    """Case, hold, event: one transaction; the unique index lets one of two devices through (R76)."""
    status = order.status  # a failed flush forgets the row
    try:
        start(act, case, "open", Verb.case_opened, case.text, **_told(case), facts=_kept(facts), **_why_not(found))
    except IntegrityError:
        raise Refused(Reason.case_open, Offer.order, status=status) from None
    hold(act, order)


def _why_not(found: ByRule | None) -> dict[str, object]:
    """Why the rule in force does not approve it: "why was this not approved at once?" stays answerable."""
    closed = found is not None and found.turn.reason
    return {"rule": found.rule.n, "rule_why": closed.value} if found and closed else {}


def _ask_merchant(act: Act, order: Order, case: Case, facts: Facts) -> None:
    """The merchant is told, and has until the deadline; jobs watch over it."""
    review_until(act, case, case.deadline)
    if facts.shop_disabled:  # nobody there to answer: the platform takes it at once
        schedule(act, FollowShop(order.id, case_no=case.no), act.now)
    tell_shop(act, NoticeKind.case_opened, amount=case.amount, deadline=case.deadline.isoformat())


def hold(act: Act, order: Order) -> None:
    """暂停发货 until the case has ended; an offer to somebody else ends with it."""
    drop_transfer(act, order, TransferEnd.case, held=True)
    stop_delivery(act, order)
    order.hold_until = None


def _told(case: Case) -> dict[str, object]:
    judged = {"judged_at": case.judged_at.isoformat(), "fault": case.fault} if case.judged_at else {}
    return {
        "reason": case.reason.value,
        "kind": case.kind.value,
        "pieces": case.pieces,
        "amount": case.amount,
        "fee": case.fee,
        "deadline": case.deadline.isoformat(),
        **judged,
    }


def _kept(facts: Facts) -> dict[str, object]:
    """The facts a decision stood on: "why was this allowed in March?" stays answerable."""
    return {
        "status": facts.status.value,
        "cards": [c.value for c in facts.cards],
        "requests_used": facts.requests_used,
        "return_allowed": facts.policy.return_allowed,
        "fee_permille": facts.policy.fee_permille,
    }


def begin_act(act: Act, no: str, action: CaseAction, role: Role) -> tuple[Case, Order, Act]:
    """Lock the order and its case; raise Refused unless `may()` allows `action` to this role now."""
    case, order = case_for(act, no, role, lock=True)
    facts = _last_word(act, case, order) if action is CaseAction.ask_partial else case_facts(case)
    turn = may(action, standing(act.who), facts, act.now)
    if not turn.is_open:
        late = facts.too_late(act.now) and turn.reason is Reason.stale  # the job is late, the deadline is not
        found = order.status if turn.offer is Offer.order else case.status
        raise turn.refusal(CaseStatus.overdue if late else found)
    return case, order, act.on(order=order, case=case)


def _last_word(act: Act, case: Case, order: Order) -> CaseFacts:
    """Whether another case followed, and whether recalls and gifts left anything to ask for in part."""
    gone = not left_of_case(order, case, cards_of(act.session, order)).most
    return facts_among(case, order, cases_of(act.session, [order])[case.order_id], gone=gone)


def cut_to_what_is_left(act: Act, order: Order, case: Case) -> None:
    """A rejected case goes on about what recalls and gifts left of it."""
    left = left_of_case(order, case, cards_of(act.session, order))
    if (left.pieces, left.paid) == (case.pieces, case.paid):
        return
    case.fee = case.fee * left.paid // case.paid if case.paid else 0
    case.pieces, case.cards, case.paid, case.amount = left.pieces, left.cards, left.paid, left.paid - case.fee
    act.session.add(case)


def review_until(act: Act, case: Case, deadline: datetime) -> None:
    """The merchant has until `deadline` and hears of it 24 h and 2 h before (R43, R44)."""
    near = [
        (DeadlineNear(case.no, case.order_id, deadline=deadline, hours=before // timedelta(hours=1)), deadline - before)
        for before in limits.REMIND_BEFORE
        if deadline - before > act.now
    ]
    wait_until(act, case, deadline, near)
    case.estimated = not act.world.calendar.is_certain(deadline)


def wait_until(act: Act, case: Case, deadline: datetime, before: Sequence[Due] = ()) -> None:
    """The state the case is in ends by itself then; stored now, so that no later calendar moves it (R79).

    `before`: what is to be done until then.
    """
    case.deadline, case.estimated = deadline, False
    act.session.add(case)
    end = (CaseDeadline(case.no, case.order_id, deadline), deadline + limits.DEADLINE_SECOND)
    schedule_all(act, [end, *before])


def back_to_review(act: Act, case: Case) -> None:
    """A fresh deadline: the business days that were left when the clock stopped, at least one."""
    review_until(act, case, act.world.calendar.due(act.now, max(1, case.days_left)))


def resume_delivery(act: Act, no: str) -> None:
    """继续发货: after a rejection the shopper ends the hold before its 24 hours are over."""
    order = order_for(act, no, Role.shopper, lock=True)
    turn = order_rules.may(OrderAct.resume, standing(act.who), order_facts(act.session, order), act.now)
    if not turn.is_open:
        raise turn.refusal(order.status)
    lift_hold(act.on(order=order), order)


def end_hold(act: Act, order: Order) -> None:
    """24 hours after a rejection the order goes on by itself, unless a case is open again."""
    if not order_rules.may(OrderAct.resume, JOB, order_facts(act.session, order), act.now).is_open:
        return
    act = act.on(order=order)
    lift_hold(act, order)
    tell_shopper(act, NoticeKind.hold_lifted)

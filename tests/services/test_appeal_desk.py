"""Carol's desk: appeals by deadline, who took them, both stories, proven facts, precedents; others reach nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.terms import Actor, Refused, Role
from cardmall.models import Account, Case
from cardmall.services.case import appeals, rulings
from cardmall.views.admin.case import AppealCase, Precedent, ShopPast, ShopperPast, appeal_case
from cardmall.views.admin.desk import AppealQueue, appeal_queue
from cardmall.views.admin.proof import LEDGER, SystemFact
from tests.town import AUTO, DAY, HOUR, MANUAL, MINUTE, NOW, Tale, Town, a_look, act, refused

QUEUE_STATEMENTS, CASE_STATEMENTS = 2, 40
GROUND = "平台记录证明卡密无法使用"


def queue(who: Actor, now: Any = NOW, after: str = "") -> AppealQueue:
    with db.reading() as session:
        return appeal_queue(a_look(session, who, now=now), after=after)


def desk(who: Actor, tale: Tale, now: Any = None) -> AppealCase:
    with db.reading() as session:
        return appeal_case(a_look(session, who, now=now or tale.at), tale.case.no)


def fault(town: Town, at: Any = NOW) -> Tale:
    """Alice looked at the card and says it is no good."""
    tale = town.tale(at).order(AUTO).pay().deliver().reveal()
    told = {"reason": "invalid_card", "text": "充值时提示无效"}
    act(appeals.appeal, town.alice, tale.no, **told, now=tale.at)
    return tale


def silent(town: Town) -> Tale:
    """A delivered, sealed card; the merchant did not answer the return."""
    return town.tale().order(AUTO).pay().deliver().request("wrong_spec", "买错了", way="return").lapse()


def rule(town: Town, tale: Tale, ruling: str = "rule_shopper", amount: str = "", now: Any = None) -> Any:
    told = {"ruling": ruling, "amount": amount, "ground": GROUND}
    at = now or tale.at + limits.ANSWER_WITHIN
    return act(rulings.rule, town.carol, tale.case.no, **told, now=at)


def second_admin(name: str = "dora") -> Actor:
    with db.transaction() as session:
        row = Account(name=name, role=Role.admin, email=f"{name}@cardmall.test", password_hash="", created_at=NOW)
        session.add(row)
        session.flush()
        return Actor(row.id or 0, Role.admin)


def test_appeals_stand_by_deadline_and_a_late_ruling_is_red(town: Town) -> None:
    later, sooner = fault(town, NOW + DAY), fault(town)
    found = queue(town.carol, sooner.at)
    assert [row.no for row in found.rows] == [sooner.case.no, later.case.no]
    assert (found.waiting, found.late, found.untaken) == (2, 0, 2)
    end = sooner.case.deadline
    assert not queue(town.carol, end).rows[0].late
    over = queue(town.carol, end + limits.DEADLINE_SECOND)
    assert ([row.late for row in over.rows], over.late) == ([True, False], 1)


def test_a_row_says_who_is_heard_and_until_when(town: Town) -> None:
    tale = fault(town)
    (row,) = queue(town.carol, tale.at).rows
    assert (row.hearing, row.heard, row.heard_until) == (True, False, tale.at + limits.ANSWER_WITHIN)
    act(appeals.respond, town.bob, tale.case.no, side=Role.merchant, text="卡密有效", now=tale.at + MINUTE)
    assert queue(town.carol, tale.at).rows[0].heard
    assert not queue(town.carol, tale.at + limits.ANSWER_WITHIN).rows[0].hearing


def test_the_queue_goes_on_where_it_ended_and_takes_the_same_statements(town: Town) -> None:
    tales = [fault(town, NOW + n * MINUTE) for n in range(3)]
    counted = _statements(lambda: queue(town.carol))
    with db.transaction() as session:  # many more of the same, as rows
        like = session.get_one(Case, tales[0].case.id).model_dump(exclude={"id", "no", "order_id"})
        orders = [_copy_order(session, tales[0], n) for n in range(limits.PAGE_SIZE)]
        session.add_all([Case(**like, no=f"AS{n:04d}", order_id=order) for n, order in enumerate(orders)])
    assert _statements(lambda: queue(town.carol)) == counted == QUEUE_STATEMENTS
    first = queue(town.carol)
    second = queue(town.carol, after=first.next_key)
    assert (len(first.rows), len(second.rows), second.next_key) == (limits.PAGE_SIZE, 3, "")
    assert not {r.no for r in first.rows} & {r.no for r in second.rows}


def _copy_order(session: Any, tale: Tale, n: int) -> int:
    row = tale.row
    copy = type(row)(**{**dict(row), "id": None, "no": f"CM{n:04d}"})
    session.add(copy)
    session.flush()
    return copy.id or 0


def _statements(look: Any) -> int:
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN", "ROLLBACK"))])


def test_one_case_takes_the_same_statements_however_much_was_said(town: Town) -> None:
    tale = fault(town)
    before = _statements(lambda: desk(town.carol, tale))
    for n in range(limits.ROUNDS):
        act(appeals.respond, town.bob, tale.case.no, side=Role.merchant, text=f"说明 {n}", now=tale.at + n * MINUTE)
        act(appeals.respond, town.alice, tale.case.no, side=Role.shopper, text=f"说明 {n}", now=tale.at + n * MINUTE)
    for n in range(6):
        rule(town, fault(town, NOW + n * HOUR))
    assert _statements(lambda: desk(town.carol, tale)) <= before <= CASE_STATEMENTS


def test_carol_takes_a_case_and_the_other_admin_sees_her_masked(town: Town) -> None:
    tale, dora = fault(town), second_admin()
    act(rulings.take_case, town.carol, tale.case.no, now=tale.at)
    assert [(row.assignee, row.mine) for row in queue(town.carol).rows] == [("c*", True)]
    assert [(row.assignee, row.mine) for row in queue(dora).rows] == [("c*", False)]
    assert (queue(town.carol).mine, queue(dora).mine, queue(dora).untaken) == (1, 0, 0)
    no = refused(act, rulings.take_case, dora, tale.case.no, now=tale.at)
    assert (no.reason, no.status) == ("stale", "appeal")
    assert refused(act, rulings.leave_case, dora, tale.case.no, now=tale.at).reason == "stale"
    act(rulings.leave_case, town.carol, tale.case.no, now=tale.at)
    assert queue(town.carol).rows[0].assignee == ""
    assert tale.verbs[-2:] == ["case_taken", "case_left"]


def test_taking_twice_is_one_event_and_another_admin_may_still_rule(town: Town) -> None:
    tale, dora = fault(town), second_admin()
    for _ in range(2):
        act(rulings.take_case, dora, tale.case.no, now=tale.at)
    assert tale.verbs.count("case_taken") == 1
    rule(town, tale)
    assert tale.case.status == "ruled_shopper"
    assert refused(act, rulings.take_case, dora, tale.case.no, now=tale.at).status == "ruled_shopper"
    assert refused(act, rulings.leave_case, dora, tale.case.no, now=tale.at).reason == "stale"


def test_an_admin_never_rules_on_an_order_or_shop_of_their_own(town: Town) -> None:
    tale = fault(town)
    at = tale.at + limits.ANSWER_WITHIN
    shopper, member = Actor(town.alice.id, Role.admin), Actor(town.carol.id, Role.admin, town.bob.shop_id)
    told = {"ruling": "rule_shopper", "amount": "", "ground": GROUND}
    for own in (shopper, member):
        assert queue(own).rows[0].own
        assert desk(own, tale, at).why == "own_case"
        for no in (
            refused(act, rulings.rule, own, tale.case.no, **told, now=at),
            refused(act, rulings.check_ruling, own, tale.case.no, **told, now=at),
            refused(act, rulings.take_case, own, tale.case.no, now=at),
        ):
            assert (no.reason, no.status) == ("own_case", "appeal")
    assert (tale.case.status, tale.refunds) == ("appeal", [])


@pytest.mark.parametrize("who", ["alice", "mallory", "bob", "mo"])
def test_nobody_else_reaches_the_desk(town: Town, who: str) -> None:
    tale, one = fault(town), getattr(town, who)
    told = {"ruling": "rule_shopper", "amount": "", "ground": GROUND}
    for call in (
        lambda: queue(one), lambda: desk(one, tale), lambda: act(rulings.take_case, one, tale.case.no, now=tale.at),
        lambda: act(rulings.leave_case, one, tale.case.no, now=tale.at),
        lambda: act(rulings.check_ruling, one, tale.case.no, **told, now=tale.at),
    ):  # fmt: skip
        with pytest.raises(Refused) as found:
            call()
        assert found.value.reason == "not_allowed"
    assert refused(lambda: queue(None)).reason == "sign_in_first"  # type: ignore[arg-type]


def test_a_ruling_is_refused_while_the_merchant_may_answer(town: Town) -> None:
    tale = fault(town)
    found = desk(town.carol, tale)
    assert (found.why, found.opens_at) == ("hearing_open", tale.case.heard_until)
    assert desk(town.carol, tale, tale.at + limits.ANSWER_WITHIN).why == ""


def test_what_a_ruling_would_do_is_told_before_it_is_made(town: Town) -> None:
    tale = fault(town)
    at = tale.at + limits.ANSWER_WITHIN

    def check(ruling: str, amount: str = "", ground: str = GROUND) -> Any:
        told = {"ruling": ruling, "amount": amount, "ground": ground}
        return act(rulings.check_ruling, town.carol, tale.case.no, **told, now=at)

    paid = tale.case.paid
    shown = [check("rule_shopper"), check("rule_split", "40"), check("rule_merchant")]
    assert [(e.shopper, e.shop) for e in shown] == [(paid, 0), (4000, paid - 4000), (0, paid)]
    assert refused(check, "rule_split", "99").fields == {"amount": "out_of_range"}
    assert refused(check, "", ground=" ").fields == {"ruling": "required", "ground": "required"}
    assert (tale.case.status, tale.refunds) == ("appeal", [])


def test_facts_name_their_events(town: Town) -> None:
    tale = silent(town)
    numbers = {e.verb.value: e.id or 0 for e in tale.events}
    found = {fact.code: fact for fact in desk(town.carol, tale, tale.at + 3 * HOUR).facts}
    assert found["asked_first"] == SystemFact("asked_first", False, numbers["delivered"])
    assert found["delivered"] == SystemFact("delivered", True, numbers["delivered"], n=1)
    assert found["revealed"] == SystemFact("revealed", False, numbers["case_opened"], of=1)
    assert found["deadline_missed"] == SystemFact("deadline_missed", True, numbers["case_overdue"], minutes=180)
    assert found["promise_broken"] == SystemFact("promise_broken", False, numbers["delivered"])
    assert found["escrow"] == SystemFact("escrow", True, LEDGER, amount=9900)
    assert (found["reminded"].yes, found["heard"].yes) == (False, False)
    shown = {entry.id for entry in desk(town.carol, tale).order.timeline}
    assert {fact.event for fact in found.values()} - {LEDGER} <= shown


def test_an_undelivered_order_asked_first_and_waited_too_long(town: Town) -> None:
    tale = town.tale().order(MANUAL).pay().later(hours=26).request("slow_delivery", "没发货").remind().lapse()
    told = {"reason": "slow_delivery", "text": "请平台处理"}
    act(appeals.appeal, town.alice, tale.no, **told, now=tale.at)
    found = desk(town.carol, tale)
    proven = {fact.code: fact for fact in found.facts}
    assert (proven["asked_first"].yes, proven["delivered"].yes, proven["promise_broken"].yes) == (True, False, True)
    assert proven["promise_broken"].minutes > 25 * 60
    assert (proven["reminded"].of, found.column) == (1, "undelivered")
    assert (found.suggested, found.rule) == ("rule_shopper", "merchant_silent")


def test_both_stories_stand_on_one_axis_of_time(town: Town) -> None:
    tale = fault(town)
    act(appeals.respond, town.bob, tale.case.no, side=Role.merchant, text="卡密有效", now=tale.at + HOUR)
    act(appeals.respond, town.alice, tale.case.no, side=Role.shopper, text="看截图", now=tale.at + 2 * HOUR)
    told = [(b.role, b.kind or b.verb) for b in desk(town.carol, tale).beats]
    assert told == [
        ("system", "paid"), ("system", "delivered"), ("shopper", "card_revealed"), ("shopper", "appealed"),
        ("merchant", "responded"), ("shopper", "responded"),
    ]  # fmt: skip


def test_the_suggestion_follows_the_record(town: Town) -> None:
    tale = fault(town)
    assert desk(town.carol, tale).rule == "open"
    found = desk(town.carol, tale, tale.at + limits.ANSWER_WITHIN)
    assert (found.suggested, found.rule, found.column) == ("rule_shopper", "fault_unanswered", "revealed")
    assert desk(town.carol, silent(town)).rule == "merchant_silent"


def test_similar_rulings_come_with_ground_and_outcome_the_newest_first(town: Town) -> None:
    tale, other = fault(town), silent(town)
    past = [fault(town, NOW + n * HOUR) for n in range(6)]
    for n, one in enumerate(past):
        rule(town, one, *(("rule_split", "40") if n == 5 else ("rule_merchant",)), now=NOW + 4 * DAY + n * MINUTE)
    rule(town, other)
    found = desk(town.carol, tale).precedents
    assert [one.no for one in found] == [one.case.no for one in past[:0:-1]]
    first = found[0]
    at = NOW + 4 * DAY + 5 * MINUTE
    assert first == Precedent(past[5].case.no, "bobs", "a*", "点卡", "ruled_split", 9900, 4000, GROUND, at)
    assert found[1].amount == 0


def test_both_parties_records_are_counted(town: Town) -> None:
    silent(town)
    rule(town, fault(town))
    rule(town, fault(town, NOW + HOUR), "rule_merchant")
    rejected = town.tale(NOW + DAY).order(MANUAL).pay().request().reject("other", "快好了")
    told = {"reason": "other", "text": "不同意"}
    act(appeals.appeal, town.alice, rejected.no, **told, now=rejected.at)
    found = desk(town.carol, rejected)
    assert found.shopper == ShopperPast("a*", orders=4, cases=4, won=1, lost=1)
    assert found.shop == ShopPast("bobs", cases=4, answered=1, overdue_percent=25, won=1, lost=1)


def test_after_the_ruling_the_outcome_and_its_ground_stand_there(town: Town) -> None:
    tale = fault(town)
    rule(town, tale, "rule_split", "40")
    found = desk(town.carol, tale, tale.at + timedelta(days=3))
    assert (found.ruled, found.open, found.ruled_amount, found.ground) == (True, False, 4000, GROUND)
    assert found.why == "stale"
    assert [r.amount for r in found.order.refunds] == [4000]


def test_a_fault_was_never_reviewed_so_nothing_is_said_of_a_deadline(town: Town) -> None:
    codes = [fact.code for fact in desk(town.carol, fault(town)).facts]
    assert codes == ["asked_first", "delivered", "revealed", "promise_broken", "escrow", "heard"]

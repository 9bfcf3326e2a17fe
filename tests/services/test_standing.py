"""An account is disabled: nobody signs in with it, but what it left under way goes on."""

from functools import partial

import pytest
from sqlmodel import col

from cardmall.adapters import db
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import Actor, Role
from cardmall.models import Account, Event, SignIn
from cardmall.reads.accounts import kept_passwords
from cardmall.reads.people import actor_of, as_actor
from cardmall.services.account import standing
from cardmall.services.account.accounts import sign_in
from tests.services.race import race, refusals, rounds
from tests.town import DAY, MANUAL, NOW, Town, act, refused, rows, run_jobs, set_clock


def disable(town: Town, who: object, by: Actor | None = None) -> None:
    act(standing.disable_account, by or town.carol, who, reason="冒用他人身份", now=NOW)


def enable(town: Town, who: int) -> None:
    act(standing.enable_account, town.carol, who, reason="已核实", now=NOW)


def second_admin(name: str = "dan") -> Actor:
    with db.transaction() as session:
        account = Account(name=name, role=Role.admin, email=f"{name}@x.test", password_hash="", created_at=NOW)
        session.add(account)
        session.flush()
        return as_actor(account)


def who_is(token: str) -> Actor | None:
    with db.reading() as session:
        return actor_of(session, token, NOW)


def test_it_is_signed_out_everywhere_and_cannot_sign_in_again(town: Town) -> None:
    for token in ("phone", "desk"):
        act(sign_in, town.alice.id, "", token, now=NOW)
    assert who_is("phone") == town.alice
    disable(town, town.alice.id)
    assert who_is("phone") is None and not rows(SignIn, SignIn.account_id == town.alice.id, by=SignIn.token_hash)
    assert refused(act, sign_in, town.alice.id, "", "new", now=NOW).reason == "wrong_sign_in"
    with db.reading() as session:  # as for an address nobody has
        both = kept_passwords(session, Address(AddressKind.email, "alice@cardmall.test"))
        assert [kept.account_id for kept in both] == [0, 0]
    enable(town, town.alice.id)
    act(sign_in, town.alice.id, "", "new", now=NOW)
    assert who_is("new") == town.alice


def test_refunds_deadlines_and_notices_go_on(town: Town) -> None:
    paid_back = town.tale().order(MANUAL).pay().request().approve()
    asked = town.tale().order(MANUAL).pay().request()
    disable(town, town.alice.id)
    set_clock(asked.case.deadline + 2 * DAY)
    run_jobs()
    set_clock(asked.case.deadline + 3 * DAY)
    run_jobs()
    assert [r.status for r in paid_back.refunds] == ["succeeded"]
    assert asked.case.status in ("overdue", "approved")
    assert "case_overdue" in asked.told(town.alice)


def test_nobody_disables_themself_or_the_last_admin(town: Town) -> None:
    assert refused(disable, town, town.carol.id).reason == "own_account"
    dan = second_admin()
    disable(town, dan.id)
    assert refused(disable, town, town.carol.id, dan).reason == "last_admin"


def test_strangers_unknown_ids_and_second_presses_are_refused(town: Town) -> None:
    for use_case in (standing.disable_account, standing.enable_account):
        for who in (town.alice, town.bob, None):
            answer = refused(act, use_case, who, town.mallory.id, reason="因", now=NOW)
            assert answer.reason == ("not_allowed" if who else "sign_in_first")
        for odd in (0, -1, 2**63, 999, "1", True, None, 1.0, [1]):
            assert refused(act, use_case, town.carol, odd, reason="因", now=NOW).reason == "not_found"
        told = {"reason": "字" * 501, "now": NOW}
        assert refused(act, use_case, town.carol, town.alice.id, **told).fields == {"text": "too_long"}
    assert refused(enable, town, town.alice.id).reason == "changed"
    disable(town, town.alice.id)
    assert refused(disable, town, town.alice.id).reason == "changed"


def test_the_audit_knows_who_and_why(town: Town) -> None:
    disable(town, town.mallory.id)
    enable(town, town.mallory.id)
    events = rows(Event, col(Event.verb).in_(("account_disabled", "account_enabled")))
    assert [(e.actor_id, e.note, e.data["account"]) for e in events] == [
        (town.carol.id, "冒用他人身份", town.mallory.id),
        (town.carol.id, "已核实", town.mallory.id),
    ]


@pytest.mark.slow
def test_of_two_admins_who_disable_each_other_one_remains(town: Town) -> None:
    for n in range(rounds(10)):
        dan = second_admin(f"dan{n}")
        results = race(partial(disable, town, dan.id), partial(disable, town, town.carol.id, dan), jitter=0.003)
        assert refusals(results) == ["last_admin"]
        if rows(Account, Account.id == town.carol.id)[0].disabled_at:
            act(standing.enable_account, dan, town.carol.id, reason="回来", now=NOW)
            disable(town, dan.id)

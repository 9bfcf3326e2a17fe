"""Alice registers, confirms, signs in; Mallory tries the same with what is hers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain import limits
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.terms import FieldError, Reason, Refused, Role
from cardmall.domain.verbs import Verb
from cardmall.models import Account, ConfirmCode, Event, Outgoing, SignIn
from cardmall.reads.accounts import kept_passwords
from cardmall.reads.people import account_of, actor_of, as_actor, is_confirmed
from cardmall.services.account import accounts, confirmation
from cardmall.views.shopper.me import address_views
from tests.town import a_look, an_act

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ALICE = Address(AddressKind.email, "alice@cardmall.test")
PHONE = Address(AddressKind.phone, "+8613800000001")
MINUTE = timedelta(minutes=1)


def registered(address: Address = ALICE, password_hash: str = "hash-1", now: datetime = NOW) -> Account:
    with db.transaction() as session:
        return accounts.register(our_act(session, now=now), address, password_hash)


def signed_in(account: Account, token: str, now: datetime = NOW, old: str = "") -> None:
    with db.transaction() as session:
        accounts.sign_in(our_act(session, now=now), account.id or 0, account.password_hash, token, old=old)


def sent(account: Account, code: str, now: datetime = NOW, kind: AddressKind = AddressKind.email) -> None:
    with db.transaction() as session:
        confirmation.send_confirm_code(an_act(session, as_actor(account), now=now), kind, code)


def confirm(account: Account, code: str, now: datetime = NOW) -> FieldError | None:
    with db.transaction() as session:
        return confirmation.confirm_address(an_act(session, as_actor(account), now=now), AddressKind.email, code)


def confirmed(address: Address = ALICE, code: str = "111111") -> Account:
    account = registered(address)
    sent(account, code, kind=address.kind)
    with db.transaction() as session:
        assert confirmation.confirm_address(an_act(session, as_actor(account), now=NOW), address.kind, code) is None
    return reload(account)


def reload(account: Account) -> Account:
    with db.reading() as session:
        return session.get_one(Account, account.id)


def tokens() -> set[str]:
    with db.reading() as session:
        return set(session.exec(select(SignIn.token_hash)))


def reset(
    address: Address, code: str, now: datetime = NOW, password_hash: str = "hash-new", browser: str = ""
) -> Account | None:
    with db.transaction() as session:
        return confirmation.reset_password(our_act(session, now=now), address, code, password_hash, browser=browser)


def forgot(address: Address, code: str, now: datetime = NOW) -> None:
    with db.transaction() as session:
        confirmation.send_reset_code(our_act(session, now=now), address, code)


def outgoing(session: Session) -> list[Outgoing]:
    return list(session.exec(select(Outgoing).order_by(Outgoing.id)))  # pyright: ignore


def test_it_registers_an_unconfirmed_shopper_named_after_the_masked_address() -> None:
    account = registered(PHONE)
    assert (account.role, account.name, account.phone, account.email) == (
        Role.shopper,
        "138****0001",
        PHONE.value,
        None,
    )
    assert not is_confirmed(account)
    with db.reading() as session:
        assert [e.verb for e in session.exec(select(Event))] == [Verb.registered]


def test_it_says_nothing_of_a_confirmed_address_and_gives_nothing_away() -> None:
    alice = confirmed()
    mallory = registered(password_hash="mallory", now=NOW + MINUTE)
    assert (mallory.id, mallory.email, is_confirmed(mallory)) == (3 - alice.id, ALICE.value, False)  # pyright: ignore
    assert reload(alice).password_hash == "hash-1"
    with db.reading() as session:
        assert [kept.password_hash for kept in kept_passwords(session, ALICE)] == ["hash-1", "mallory"]


def test_a_later_claim_shuts_nobody_out_where_they_signed_in_before() -> None:
    alice = registered(password_hash="alice")
    registered(password_hash="mallory", now=NOW + MINUTE)
    with db.reading() as session:
        assert [kept.password_hash for kept in kept_passwords(session, ALICE)] == [None, "mallory"]
        at_home = kept_passwords(session, ALICE, lambda account_id: account_id == alice.id)
        assert [kept.password_hash for kept in at_home] == [None, "alice"]


def test_several_may_claim_an_address_and_proof_decides() -> None:
    mallory = registered(password_hash="mallory")
    signed_in(mallory, "mallory-token")
    sent(mallory, "666666")
    alice = registered(password_hash="alice", now=NOW + MINUTE)
    signed_in(alice, "alice-token", NOW + MINUTE)
    assert tokens() == {"mallory-token", "alice-token"}, "nobody is sent away by a stranger who registers"
    sent(alice, "111111", NOW + MINUTE)
    assert confirm(alice, "111111", NOW + MINUTE) is None
    assert (reload(mallory).email, tokens()) == (None, {"alice-token"})
    with pytest.raises(Refused):
        confirm(mallory, "666666", NOW + MINUTE)


def test_who_reads_the_codes_of_an_address_they_hold_already_is_led_to_that_account() -> None:
    alice = confirmed()
    again = registered(password_hash="forgotten", now=NOW + MINUTE)
    sent(again, "222222", NOW + MINUTE)
    assert confirm(again, "222222", NOW + MINUTE) is FieldError.taken
    assert (is_confirmed(reload(again)), is_confirmed(reload(alice))) == (False, True)


def test_a_person_with_another_address_stays_signed_in_when_a_claim_is_lost() -> None:
    mallory = confirmed(Address(AddressKind.email, "mallory@cardmall.test"))
    with db.transaction() as session:
        session.get_one(Account, mallory.id).phone = PHONE.value
    signed_in(reload(mallory), "mallory-token")
    alice = registered(PHONE, "alice")
    sent(alice, "123456", kind=AddressKind.phone)
    with db.transaction() as session:
        confirmation.confirm_address(an_act(session, as_actor(alice), now=NOW), AddressKind.phone, "123456")
    assert (reload(mallory).phone, reload(mallory).email) == (None, "mallory@cardmall.test")
    assert tokens() == {"mallory-token"}


def test_a_disabled_persons_address_is_proven_by_nobody_else() -> None:
    disabled = confirmed()
    with db.transaction() as session:
        session.get_one(Account, disabled.id).disabled_at = NOW
    again = registered(now=NOW + MINUTE)
    sent(again, "222222", NOW + MINUTE)
    assert confirm(again, "222222", NOW + MINUTE) is FieldError.taken


def test_strangers_use_up_no_tries_of_who_asked_for_the_code() -> None:
    registered()
    with db.transaction() as session:
        assert confirmation.send_reset_code(our_act(session, now=NOW), ALICE, "123456", browser="alice's")
    for _ in range(20):
        assert reset(ALICE, "000000", browser="mallory's") is None
    assert reset(ALICE, "123456", browser="mallory's") is None, "all strangers together have five tries"
    assert reset(ALICE, "123456", browser="alice's") is not None


def test_a_stranger_who_asks_for_codes_all_the_time_delays_nobody() -> None:
    registered()
    for second, (browser, code) in enumerate((("mallory's", "666666"), ("alice's", "123456"), ("mallory's", "777777"))):
        now = NOW + second * (MINUTE / 2)
        with db.transaction() as session:
            confirmation.send_reset_code(our_act(session, now=now), ALICE, code, browser=browser)
    assert reset(ALICE, "123456", NOW + MINUTE, browser="alice's") is not None


def test_it_signs_in_and_out() -> None:
    account = registered()
    signed_in(account, "t1")
    with db.transaction() as session:
        assert actor_of(session, "t1", NOW) == as_actor(account)
        assert actor_of(session, "t2", NOW) is None
        assert actor_of(session, "", NOW) is None
        accounts.sign_out(session, "t1")
        accounts.sign_out(session, "unknown")
        assert actor_of(session, "t1", NOW) is None


def test_it_forgets_a_session_after_its_life_and_clears_it_away() -> None:
    account = registered()
    signed_in(account, "t1")
    later = NOW + limits.SESSION_LIFE
    with db.reading() as session:
        assert account_of(session, "t1", later - MINUTE)
        assert account_of(session, "t1", later) is None
    signed_in(account, "t2", later)
    assert tokens() == {"t2"}


def test_it_ends_this_browsers_last_session_when_somebody_signs_in() -> None:
    account = registered()
    signed_in(account, "t1")
    signed_in(account, "other-browser")
    signed_in(account, "t2", old="t1")
    assert tokens() == {"other-browser", "t2"}


def test_it_shows_a_disabled_account_as_nobody() -> None:
    account = registered()
    signed_in(account, "t1")
    with db.transaction() as session:
        session.get_one(Account, account.id).disabled_at = NOW
    with db.reading() as session:
        assert {kept.password_hash for kept in kept_passwords(session, ALICE)} == {None}
        assert actor_of(session, "t1", NOW) is None
    with pytest.raises(Refused) as refused:
        signed_in(account, "t2")
    assert refused.value.reason is Reason.wrong_sign_in


def test_it_does_not_sign_in_with_a_password_changed_since_the_check() -> None:
    account = registered()
    with db.transaction() as session:
        accounts.change_password(an_act(session, as_actor(account), now=NOW), "hash-1", "hash-2", keep="")
    with pytest.raises(Refused):
        signed_in(account, "t1")
    assert tokens() == set()


def test_it_renews_only_the_hash_that_was_checked() -> None:
    account = registered()
    with db.transaction() as session:
        accounts.renew_hash(session, account.id or 0, "another", "no")
        accounts.renew_hash(session, account.id or 0, "hash-1", "hash-1-dearer")
    assert reload(account).password_hash == "hash-1-dearer"


def test_it_signs_out_every_other_browser_when_the_password_changes() -> None:
    account, bob = registered(), registered(PHONE)
    for token in ("here", "there"):
        signed_in(account, token)
    signed_in(bob, "bob")
    with db.transaction() as session:
        accounts.change_password(an_act(session, as_actor(account), now=NOW), "hash-1", "hash-2", keep="here")
    assert tokens() == {"here", "bob"}
    with pytest.raises(Refused), db.transaction() as session:
        accounts.change_password(an_act(session, as_actor(account), now=NOW), "hash-1", "hash-3", keep="here")


def test_it_confirms_an_address_by_the_code_that_was_sent() -> None:
    account = registered()
    sent(account, "123456")
    with db.reading() as session:
        assert [(o.target, o.kind, o.data) for o in outgoing(session)] == [
            (ALICE.value, "confirm_code", {"code": "123456"})
        ]
        assert "123456" not in session.exec(select(ConfirmCode)).one().code_hash
    assert confirm(account, "123456") is None
    assert reload(account).email_confirmed_at == NOW


def test_it_accepts_five_tries_of_a_code() -> None:
    account = registered()
    sent(account, "123456")
    for _ in range(limits.CONFIRM_CODE_TRIES):
        assert confirm(account, "000000") is FieldError.wrong
    assert confirm(account, "123456") is FieldError.wrong
    assert not is_confirmed(reload(account))


def test_it_accepts_a_code_for_ten_minutes() -> None:
    account = registered()
    sent(account, "123456")
    with db.reading() as session:
        assert address_views(a_look(session, as_actor(account), now=NOW))[0].sent
        assert not address_views(a_look(session, as_actor(account), now=NOW + limits.CONFIRM_CODE_LIFE))[0].sent
    assert confirm(account, "123456", NOW + limits.CONFIRM_CODE_LIFE) is FieldError.wrong
    assert confirm(account, "123456", NOW + limits.CONFIRM_CODE_LIFE - MINUTE) is None


def test_it_sends_one_code_a_minute_and_only_the_newest_counts() -> None:
    account = registered()
    sent(account, "111111")
    with pytest.raises(Refused) as refused:
        sent(account, "222222", NOW + limits.CONFIRM_CODE_EVERY - timedelta(seconds=1))
    assert (refused.value.reason, refused.value.at) == (Reason.too_many_tries, NOW + limits.CONFIRM_CODE_EVERY)
    sent(account, "333333", NOW + limits.CONFIRM_CODE_EVERY)
    assert confirm(account, "111111", NOW + MINUTE) is FieldError.wrong
    assert confirm(account, "333333", NOW + MINUTE) is None


def test_it_confirms_nothing_twice_and_nothing_the_person_does_not_have() -> None:
    account = confirmed()
    for kind in AddressKind:
        with pytest.raises(Refused):
            sent(account, "123456", NOW + MINUTE, kind)


def test_it_does_not_confirm_with_the_code_sent_to_somebody_else() -> None:
    alice, mallory = registered(), registered(PHONE)
    sent(mallory, "666666", kind=AddressKind.phone)
    sent(alice, "123456")
    assert confirm(alice, "666666") is FieldError.wrong


def test_it_gives_a_new_password_for_the_code_proves_the_address_and_ends_all_sessions() -> None:
    account = registered()
    signed_in(account, "t1")
    forgot(ALICE, "123456")
    found = reset(ALICE, "123456")
    assert found is not None
    assert reload(account).password_hash == "hash-new"
    assert is_confirmed(reload(account))
    assert tokens() == set()
    assert reset(ALICE, "123456", password_hash="again") is None


def test_it_gives_no_new_password_for_a_wrong_old_or_spent_code() -> None:
    account = registered()
    forgot(ALICE, "123456")
    for _ in range(limits.CONFIRM_CODE_TRIES):
        assert reset(ALICE, "000000") is None
    assert reset(ALICE, "123456") is None
    later = NOW + MINUTE
    forgot(ALICE, "654321", later)
    assert reset(ALICE, "654321", later + limits.CONFIRM_CODE_LIFE) is None
    assert reload(account).password_hash == "hash-1"


def test_it_does_not_take_a_confirm_code_for_a_reset_code() -> None:
    account = registered()
    sent(account, "123456")
    assert reset(ALICE, "123456") is None
    assert reload(account).password_hash == "hash-1"


def test_it_stays_silent_about_unknown_and_disabled_accounts_and_hasty_repeats() -> None:
    disabled = registered(PHONE)
    with db.transaction() as session:
        session.get_one(Account, disabled.id).disabled_at = NOW
    registered()
    for address in (Address(AddressKind.email, "nobody@cardmall.test"), PHONE, ALICE, ALICE):
        forgot(address, "123456")
    with db.reading() as session:
        assert [o.target for o in outgoing(session)] == [ALICE.value]
    assert reset(PHONE, "123456") is None

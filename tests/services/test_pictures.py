"""Pictures wait with their owner for a day, go along with a round, and are seen by two parties and admins only."""

import secrets
from datetime import datetime
from typing import Any

import pytest

from cardmall.adapters import clock
from cardmall.domain import limits
from cardmall.domain.terms import Actor
from cardmall.models import Picture, PictureData
from cardmall.reads.pictures import picture_view
from cardmall.services.case import cases
from cardmall.services.case.pictures import drop_picture, keep_picture
from tests.town import DAY, HOUR, MANUAL, MINUTE, Tale, Town, act, count, move_clock, refused, rows, run_jobs

SIZE: dict[str, Any] = {"width": 800, "height": 600}


def keep(actor: Actor | None, tale: Tale, at: datetime | None = None) -> str:
    new = secrets.token_hex(16)
    return act(keep_picture, actor, tale.no, new, full=b"full", thumb=b"thumb", **SIZE, now=at or tale.at)


def send(tale: Tale, pictures: object, **more: Any) -> str:
    told = {"way": "request", "reason": "not_as_described", "text": "", "pictures": pictures} | more
    return act(cases.request_cancellation, tale.shopper, tale.no, **told, now=tale.at)


def sees(actor: Actor | None, picture: str) -> bool:
    try:
        shown = [act(picture_view, actor, picture, thumb=thumb).jpeg for thumb in (False, True)]
        return shown == [b"full", b"thumb"]
    except Exception as no:
        assert getattr(no, "reason", "") in ("not_found", "sign_in_first")
        return False


@pytest.fixture
def tale(town: Town) -> Tale:
    return town.tale().order(MANUAL).pay()


def test_until_it_is_sent_only_its_owner_sees_it(town: Town, tale: Tale) -> None:
    mine, bobs = keep(town.alice, tale), keep(town.bob, tale)
    everyone = (town.alice, town.bob, town.carol, town.mallory, town.mo, None)
    assert [sees(who, mine) for who in everyone] == [True, False, False, False, False, False]
    assert [sees(who, bobs) for who in everyone] == [False, True, False, False, False, False]
    send(tale, mine)
    assert [sees(who, mine) for who in everyone] == [True, True, True, False, False, False]


def test_only_the_orders_two_parties_hand_something_in(town: Town, tale: Tale) -> None:
    why = [refused(keep, who, tale).reason for who in (None, town.mallory, town.mo, town.carol)]
    assert why == ["sign_in_first", "not_found", "not_found", "not_allowed"]
    assert (count(Picture), count(PictureData)) == (0, 0)


def test_six_wait_on_an_order_and_the_seventh_is_refused(town: Town, tale: Tale) -> None:
    kept = [keep(town.alice, tale) for _ in range(limits.PICTURES)]
    assert refused(keep, town.alice, tale).reason == "too_many_pictures"
    assert (count(Picture), count(PictureData)) == (6, 6)
    keep(town.bob, tale)
    act(drop_picture, town.alice, kept[0])
    keep(town.alice, tale)
    send(tale, ",".join(kept[1:]))
    assert rows(Picture, Picture.round_id.is_not(None), by=Picture.id)  # type: ignore[union-attr]
    keep(town.alice, tale)


def test_a_person_cannot_fill_the_house_through_many_orders(town: Town) -> None:
    orders = [town.tale().order(MANUAL).pay() for _ in range(6)]
    for tale in orders[:5]:
        for _ in range(6):
            keep(town.alice, tale)
    assert refused(keep, town.alice, orders[5]).reason == "too_many_tries"
    assert count(Picture) == limits.PICTURES_WAITING


def test_a_person_cannot_fill_the_house_day_after_day(town: Town, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PICTURES_A_DAY", 3)
    kept = [keep(town.alice, tale) for _ in range(3)]
    send(tale, kept)
    assert refused(keep, town.alice, tale).reason == "too_many_tries"
    assert refused(keep, town.alice, tale, tale.at + DAY - MINUTE).reason == "too_many_tries"
    assert keep(town.alice, tale, tale.at + DAY + MINUTE)


def test_one_takes_back_what_waits_and_nothing_else(town: Town, tale: Tale) -> None:
    mine, bobs = keep(town.alice, tale), keep(town.bob, tale)
    for who, what in ((town.alice, bobs), (town.mallory, mine), (town.carol, mine), (town.alice, "f" * 32)):
        assert refused(act, drop_picture, who, what).reason == "not_found"
    act(drop_picture, town.alice, mine)
    assert (count(Picture), count(PictureData)) == (1, 1)
    assert refused(act, drop_picture, town.alice, mine).reason == "not_found"
    other = keep(town.alice, tale)
    send(tale, other)
    assert refused(act, drop_picture, town.alice, other).reason == "stale"
    assert sees(town.bob, other)


@pytest.mark.parametrize(
    "odd", ["", "x", "../../etc/passwd", "%2e%2e", "\x00", "A" * 32, "f" * 33, "f" * 5000, None, 7]
)
def test_odd_names_are_unknown_pictures(town: Town, odd: object) -> None:
    assert refused(act, picture_view, town.alice, odd).reason == "not_found"
    assert refused(act, drop_picture, town.alice, odd).reason == "not_found"


def test_a_picture_nobody_sent_is_gone_after_a_day_one_that_was_sent_stays(town: Town, tale: Tale) -> None:
    sent, _, taken_back = (keep(town.alice, tale, clock.now()) for _ in range(3))
    send(tale, sent)
    act(drop_picture, town.alice, taken_back)
    move_clock(DAY - HOUR)
    run_jobs()
    assert count(Picture) == 2
    move_clock(2 * HOUR)
    run_jobs()
    assert [p.id for p in rows(Picture, by=Picture.id)] == [sent]
    assert count(PictureData) == 1


def test_nobody_sends_anothers_picture_or_one_of_another_order(town: Town, tale: Tale) -> None:
    elsewhere = town.tale().order(MANUAL).pay()
    bobs, other, mine = keep(town.bob, tale), keep(town.alice, elsewhere), keep(town.alice, tale)
    for ids in (bobs, other, f"{mine},{bobs}", "nothing", ["\x00"], "f" * 32):
        assert refused(send, tale, ids).fields == {"pictures": "not_a_choice"}
    assert refused(send, tale, [secrets.token_hex(16) for _ in range(7)]).fields == {"pictures": "too_many"}
    assert tale.cases == []
    send(tale, f" {mine}, {mine} ,")
    assert [p.round_id is not None for p in rows(Picture, Picture.id == mine, by=Picture.id)] == [True]


def test_a_picture_is_sent_once(town: Town, tale: Tale) -> None:
    mine = keep(town.alice, tale)
    send(tale, mine)
    tale.withdraw()
    assert refused(send, tale, mine).fields == {"pictures": "not_a_choice"}

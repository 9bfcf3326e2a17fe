"""暂停营业: a shop takes no orders until a day (R98). Nothing else moves: no order, promise, deadline or case."""

from datetime import datetime

from cardmall.domain.rules.away import AwayAct, AwayFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import Role
from cardmall.domain.topics import SHOPS, away_topic, shop_topic
from cardmall.domain.upkeep import EndAway
from cardmall.domain.verbs import Verb
from cardmall.models import Away, Shop
from cardmall.reads.away import away_now, planned_away
from cardmall.reads.doors import not_found
from cardmall.reads.locks import locked
from cardmall.reads.people import require
from cardmall.services.act import Act, record, schedule
from cardmall.services.ending import touch

AwaySeen = tuple[datetime | None, str]  # until when the shop was away, None: it was not; the note


def go_away(act: Act, *, day: object, note: object, seen: AwaySeen = (None, "")) -> None:
    """The own shop takes no orders from now until `day` (2026-12-05) begins in Shanghai; what was set before is set
    anew. Refused: who is no owner; it is no longer as it was `seen`; beside the field a day past, too far away or past
    the days together, a note too long."""
    shop = _lock_own(act)
    found = away_now(act.session, shop.id or 0, act.now)
    now: AwaySeen = (found.until, found.note) if found else (None, "")
    _demand(act, AwayAct.leave, AwayFacts(current=seen == now))
    plan = planned_away(act.session, shop.id or 0, act.now, day, note)
    if (plan.until, plan.note) == now:
        return
    _end(act, found)
    act.session.add(Away(shop_id=shop.id or 0, since=act.now, until=plan.until, note=plan.note))
    record(act, Verb.away, plan.note, shop=shop.slug, until=plan.day.isoformat(), days=plan.days)
    schedule(act, EndAway(shop.id or 0, plan.until), plan.until)
    _tell(act, shop)


def open_again(act: Act) -> None:
    """The own shop takes orders again, before the day that was set; one that takes them stays as it is. Refused: who
    is no owner."""
    shop = _lock_own(act)
    _demand(act, AwayAct.return_, AwayFacts())
    found = away_now(act.session, shop.id or 0, act.now)
    if found is None:
        return
    _end(act, found)
    record(act, Verb.away_ended, shop=shop.slug)
    _tell(act, shop)


def tell_open(act: Act, shop_id: int) -> None:
    """The day came: pages that show the shop look again; whether it is away they ask the time."""
    _tell(act, act.session.get_one(Shop, shop_id))


def _tell(act: Act, shop: Shop) -> None:
    """The pages of its goods, of its members, and the admins' list."""
    touch(act.session, away_topic(shop.slug), shop_topic(shop.id), SHOPS)


def _lock_own(act: Act) -> Shop:
    """The shop of who acts, under a lock that orders of its goods wait for."""
    member = require(act.who, Role.merchant)
    shop = locked(act.session, Shop, Shop.id == member.shop_id, keys=True)
    if shop is None:
        raise not_found()
    return shop


def _demand(act: Act, action: AwayAct, facts: AwayFacts) -> None:
    turn = may(action, standing(act.who), facts, act.now)
    if not turn.is_open:
        raise turn.refusal()


def _end(act: Act, found: Away | None) -> None:
    if found:
        found.until = act.now
        act.session.add(found)
        act.session.flush()

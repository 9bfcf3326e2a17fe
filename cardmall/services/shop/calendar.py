"""An admin sets a day as working or free, whatever the published calendar says. Stored deadlines never move (R79)."""

from datetime import date, datetime

from cardmall.domain import limits
from cardmall.domain.calendar import SHANGHAI
from cardmall.domain.terms import FieldError, Role, invalid
from cardmall.domain.topics import CALENDAR
from cardmall.domain.verbs import Verb
from cardmall.domain.words import said
from cardmall.models import CalendarDay
from cardmall.reads.doors import not_found
from cardmall.reads.keys import read_day
from cardmall.reads.people import require
from cardmall.services.act import Act, record
from cardmall.services.ending import touch

WORKS = {"work": True, "rest": False}


def set_workday(act: Act, day: object, works: object, note: object = "") -> None:
    """`day` as 2027-02-06, from today on; `works` is a key of WORKS. Setting it again replaces it."""
    admin = require(act.who, Role.admin)
    chosen, kind, words = _checked(day, works, note, act.now)
    act.session.merge(CalendarDay(day=chosen, works=kind, note=words, at=act.now, actor_id=admin.id))
    _told(act, chosen, words, works=kind)


def clear_workday(act: Act, day: object) -> None:
    """The published calendar counts again."""
    require(act.who, Role.admin)
    chosen = read_day(day)
    row = act.session.get(CalendarDay, chosen) if chosen else None
    if row is None:
        raise not_found()
    act.session.delete(row)
    _told(act, row.day, "", cleared=True)


def _told(act: Act, day: date, note: str, **data: bool) -> None:
    act.session.flush()
    record(act, Verb.workday_set, note, day=day.isoformat(), **data)
    touch(act.session, CALENDAR)


def _checked(day: object, works: object, note: object, now: datetime) -> tuple[date, bool, str]:
    chosen, words, wrong = read_day(day), said(note), {}
    today = now.astimezone(SHANGHAI).date()
    if chosen is None:
        wrong["day"] = FieldError.required
    elif not today <= chosen <= today + limits.CALENDAR_AHEAD:
        wrong["day"] = FieldError.out_of_range
    if str(works) not in WORKS:
        wrong["works"] = FieldError.required
    if len(words) > limits.NAME_LENGTH:
        wrong["note"] = FieldError.too_long
    if wrong or chosen is None:
        raise invalid(**wrong)
    return chosen, WORKS[str(works)], words

"""Jobs of cases and of the pictures shown in them."""

from typing import Any

from cardmall.adapters.jobs import handler
from cardmall.domain.jobs import CaseDeadline, DeadlineNear, EndGrace, OfCase, RulingLate
from cardmall.domain.upkeep import DropPicture
from cardmall.models import Case, Order
from cardmall.reads.doors import case_for
from cardmall.services.act import Act
from cardmall.services.case import appeals, deadlines, pictures


def _case(act: Act, task: OfCase) -> tuple[Case, Order]:
    return case_for(act, task.no, lock=True)


@handler(CaseDeadline)
def case_deadline(act: Act, task: CaseDeadline, _: Any) -> None:
    found = _case(act, task)
    deadlines.meet_case_deadline(act, *found)


@handler(EndGrace)
def end_grace(act: Act, task: EndGrace, _: Any) -> None:
    found = _case(act, task)
    deadlines.end_grace(act, *found)


@handler(DeadlineNear)
def deadline_near(act: Act, task: DeadlineNear, _: Any) -> None:
    deadlines.tell_deadline_near(act, *_case(act, task), deadline=task.deadline, hours=task.hours)


@handler(RulingLate)
def ruling_late(act: Act, task: RulingLate, _: Any) -> None:
    case, order = _case(act, task)
    appeals.tell_ruling_late(act.on(order=order, case=case), case, order)


@handler(DropPicture)
def drop_picture(act: Act, task: DropPicture, _: Any) -> None:
    pictures.drop_unsent(act.session, task.picture_id)

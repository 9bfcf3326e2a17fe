"""Days an admin set: what the published calendar does not know yet, or got wrong."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from cardmall.models.columns import moment


class CalendarDay(SQLModel, table=True):
    """One day as it counts here, whatever the published calendar says."""

    __tablename__ = "calendar_day"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    day: date = Field(primary_key=True)
    works: bool
    note: str = ""
    at: datetime = moment()
    actor_id: int = Field(foreign_key="account.id")

"""What is carried forward of days that are over, so that no page adds up a history."""

from datetime import date

from sqlmodel import Field, SQLModel

from cardmall.domain.ledger import LedgerAccount
from cardmall.models.columns import json_data, sum_of_fen, words


class Balance(SQLModel, table=True):
    """Fen on one account of one shop at the end of the last closed day: the sum of its postings until then."""

    shop_id: int = Field(primary_key=True, foreign_key="shop.id")
    account: LedgerAccount = Field(primary_key=True, sa_type=words(LedgerAccount))
    amount: int = sum_of_fen()


class ShopDay(SQLModel, table=True):
    """The figures of one shop on one day of Shanghai, as they stood when the day was closed (domain.record)."""

    __tablename__ = "shop_day"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    shop_id: int = Field(primary_key=True, foreign_key="shop.id")
    day: date = Field(primary_key=True)
    answered: int
    agreed: int
    refunded: int = sum_of_fen()
    sold: int = sum_of_fen()
    minutes: dict[str, int] = json_data()
    reasons: dict[str, int] = json_data()

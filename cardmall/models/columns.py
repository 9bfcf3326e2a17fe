"""Column types every table shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from cardmall.domain.buyer_fields import BuyerField, BuyerFields
from cardmall.domain.order_terms import Terms
from cardmall.domain.picture_ids import PictureIds


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time has no place in a table")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class TermsType(TypeDecorator[Terms]):
    """The terms of an order: a frozen value here, JSON with its version in the table."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Terms | None, dialect: Any) -> dict[str, Any] | None:
        return None if value is None else value.to_json()

    def process_result_value(self, value: dict[str, Any] | None, dialect: Any) -> Terms | None:
        return None if value is None else Terms.from_json(value)


class BuyerFieldsType(TypeDecorator[BuyerFields]):
    """What a product asks its buyers for: frozen values here, a JSON list in the table."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: BuyerFields | None, dialect: Any) -> list[dict[str, Any]] | None:
        return None if value is None else [one.to_json() for one in value]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Any) -> BuyerFields | None:
        return None if value is None else tuple(map(BuyerField.from_json, value))


class PictureIdsType(TypeDecorator[PictureIds]):
    """Pictures in the order in which they are shown: a tuple of ids here, a JSON list in the table."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: PictureIds | None, dialect: Any) -> list[str] | None:
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Any) -> PictureIds | None:
        return None if value is None else tuple(value)


def words(terms: type[StrEnum]) -> sa.Enum:
    """A StrEnum stored by value, readable in the database."""
    return sa.Enum(terms, native_enum=False, length=32, values_callable=lambda e: [m.value for m in e])


def word(terms: type[StrEnum], *, index: bool = False, nullable: bool = False, start: StrEnum | None = None) -> Any:
    """A status or other word; it begins as `start`, a nullable one empty."""
    first = {"default": start} if nullable or start else {}
    kind = words(terms)
    return Field(sa_type=kind, index=index, nullable=nullable, **first)  # pyright: ignore[reportCallIssue, reportArgumentType] - no overload fits


def moment(*, index: bool = False) -> Any:
    """A time that is always there."""
    return Field(sa_type=UtcDateTime, index=index, nullable=False)


def maybe_moment(*, index: bool = False) -> Any:
    """A time that may not have come yet."""
    return Field(default=None, sa_type=UtcDateTime, index=index, nullable=True)


def json_data(kind: type[dict[str, Any]] | type[list[Any]] = dict) -> Any:
    """A mapping or a list, empty at first."""
    return Field(default_factory=kind, sa_type=sa.JSON, nullable=False)


def sum_of_fen() -> Any:
    """Fen of many orders: more than 32 bits hold, which is 21 million yuan."""
    return Field(sa_type=sa.BigInteger, nullable=False)


def fen(*names: str) -> tuple[sa.CheckConstraint, ...]:
    """Amounts are never negative."""
    return tuple(sa.CheckConstraint(f"{name} >= 0", name=f"ck_{name}_not_negative") for name in names)

"""People and their sign-ins."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import Role
from cardmall.models.columns import maybe_moment, moment, word


def _where(condition: str) -> dict[str, Any]:
    """An index over some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


PHONE_TAIL = "substr(phone, length(phone) - 3)"  # as every query must write it to be served by its index


class Account(SQLModel, table=True):
    """One person. `email`/`phone` are normalised; an unconfirmed address belongs to nobody yet (R7).

    Several accounts may claim one address; one of them at most has confirmed it. An account whose claims another one
    confirmed is left without an address.
    """

    __table_args__ = (
        sa.Index("uq_account_email", "email", unique=True, **_where("email_confirmed_at IS NOT NULL")),
        sa.Index("uq_account_phone", "phone", unique=True, **_where("phone_confirmed_at IS NOT NULL")),
        sa.Index("ix_account_phone_tail", sa.text(PHONE_TAIL)),
    )
    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: Role = word(Role)
    shop_id: int | None = Field(default=None, foreign_key="shop.id", index=True)
    email: str | None = Field(default=None, index=True)
    phone: str | None = Field(default=None, index=True)
    email_confirmed_at: datetime | None = maybe_moment()
    phone_confirmed_at: datetime | None = maybe_moment()
    password_hash: str
    locale: str = "zh_CN"
    created_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()


class SignIn(SQLModel, table=True):
    """One signed-in browser: only the hash of its cookie is kept."""

    __tablename__ = "sign_in"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()


class ConfirmCode(SQLModel, table=True):
    """A 6-digit code sent to `target`, for `purpose` confirm or reset; only its hash is kept.

    `browser`: hash of the browser that asked for it, "" for none. Its wrong guesses are `tries`, those of all others
    `other_tries`: strangers cannot use up the tries of who asked.
    """

    __tablename__ = "confirm_code"  # pyright: ignore[reportAssignmentType] - SQLModel declares a method
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    purpose: str
    target: str
    code_hash: str
    created_at: datetime = moment()
    expires_at: datetime = moment()
    browser: str = ""
    tries: int = 0
    other_tries: int = 0
    used_at: datetime | None = maybe_moment()

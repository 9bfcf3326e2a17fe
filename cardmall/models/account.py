"""People and their sign-ins."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from cardmall.domain.terms import Role
from cardmall.models.columns import maybe_moment, moment, word


class Account(SQLModel, table=True):
    """One person. `email`/`phone` are normalised; an unconfirmed address belongs to nobody yet (R7)."""

    __table_args__ = (sa.CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="ck_account_address"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: Role = word(Role)
    shop_id: int | None = Field(default=None, foreign_key="shop.id", index=True)
    email: str | None = Field(default=None, unique=True)
    phone: str | None = Field(default=None, unique=True)
    email_confirmed_at: datetime | None = maybe_moment()
    phone_confirmed_at: datetime | None = maybe_moment()
    password_hash: str
    locale: str = "zh_CN"
    created_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()


class SignIn(SQLModel, table=True):
    """One signed-in browser: only the hash of its cookie is kept."""

    __tablename__ = "sign_in"  # pyright: ignore[reportAssignmentType]
    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()


class ConfirmCode(SQLModel, table=True):
    """A 6-digit code sent to `target`, for `purpose` confirm or reset; only its hash is kept."""

    __tablename__ = "confirm_code"  # pyright: ignore[reportAssignmentType]
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    purpose: str
    target: str
    code_hash: str
    created_at: datetime = moment()
    expires_at: datetime = moment()
    tries: int = 0
    used_at: datetime | None = maybe_moment()

"""Words a channel signed once, kept in our database so that no restart forgets them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from cardmall.adapters import db
from cardmall.adapters.payments.signing import WINDOW
from cardmall.models import HeardNonce


def is_first_heard(nonce: str, now: datetime) -> bool:
    """Remember the word; False when it was heard before. What is too old to pass by its time is forgotten."""
    with db.transaction() as session:
        connection = session.connection()
        connection.execute(sa.delete(HeardNonce).where(col(HeardNonce.at) < now - 2 * WINDOW))
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        row = insert(HeardNonce).values(nonce=nonce, at=now).on_conflict_do_nothing()
        return connection.execute(row.returning(col(HeardNonce.nonce))).first() is not None

"""Several accounts may claim one address; a code knows which browser asked for it"""

import sqlalchemy as sa
from alembic import op

revision = "cfc21d4261a7"
down_revision = "b6867f5fe594"
branch_labels = None
depends_on = None

# What PostgreSQL calls a unique column by itself; SQLite gives it no name at all.
NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}
ADDRESS = "email IS NOT NULL OR phone IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("account", naming_convention=NAMES) as account:
        for kind in ("email", "phone"):
            proven = sa.text(f"{kind}_confirmed_at IS NOT NULL")
            account.drop_constraint(f"account_{kind}_key", type_="unique")
            account.create_index(f"ix_account_{kind}", [kind])
            where = {"sqlite_where": proven, "postgresql_where": proven}
            account.create_index(f"uq_account_{kind}", [kind], unique=True, **where)
        account.drop_constraint("ck_account_address", type_="check")
    with op.batch_alter_table("confirm_code") as code:
        code.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))
        code.add_column(sa.Column("other_tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("confirm_code") as code:
        code.drop_column("other_tries")
        code.drop_column("browser")
    with op.batch_alter_table("account") as account:
        for kind in ("email", "phone"):
            account.drop_index(f"uq_account_{kind}")
            account.drop_index(f"ix_account_{kind}")
            account.create_unique_constraint(f"account_{kind}_key", [kind])
        account.create_check_constraint("ck_account_address", ADDRESS)

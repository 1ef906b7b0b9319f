"""API tokens have an end; those made before it end a year after they were made"""

from datetime import timedelta

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sqlmodel.sql.sqltypes.UTCDateTime()
TOKENS = sa.table(
    "apitoken", sa.column("id", sa.Integer()), sa.column("created_at", TIME), sa.column("expires_at", TIME)
)
LASTED = timedelta(days=365)


def upgrade() -> None:
    with op.batch_alter_table("apitoken") as batch:
        batch.add_column(sa.Column("expires_at", TIME, nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(TOKENS.c.id, TOKENS.c.created_at)).all():
        ends = TOKENS.update().where(TOKENS.c.id == row.id).values(expires_at=row.created_at + LASTED)
        connection.execute(ends)
    with op.batch_alter_table("apitoken") as batch:
        batch.alter_column("expires_at", existing_type=TIME, nullable=False)

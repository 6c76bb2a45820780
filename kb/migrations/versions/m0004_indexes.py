"""Indexes that hold what lists, groups and the catalogue ask for, so that no rows are read for it;
on PostgreSQL also in how many texts each word stands, which ranking asks with every search.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTED = (
    "quarter", "leads", "pbi", "open", "owner_fold", "severity", "status_fold", "impact_class",
)  # fmt: skip


def upgrade() -> None:
    """From 0003; nothing that is held changes."""
    op.drop_index("ix_snapshots_quarter_leads", "snapshots")
    op.create_index("ix_snapshots_quarter_counted", "snapshots", list(_COUNTED))
    for flag in ("speaks", "latest"):
        op.drop_index(f"ix_snapshots_{flag}_owner", "snapshots")
        op.drop_index(f"ix_snapshots_{flag}_severity", "snapshots")
        _view(flag, "owner", "owner_fold", "open", "pbi", "owner")
        _view(flag, "severity", "severity", "open", "pbi")
    _view("latest", "status", "status_fold", "status")
    _view("latest", "role", "role_fold")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE fulltext_words (token text CONSTRAINT pk_fulltext_words PRIMARY KEY, "
            "held bigint NOT NULL)"
        )
        op.execute(
            "INSERT INTO fulltext_words SELECT token, count(*) FROM fulltext, "
            "unnest(tsvector_to_array(tokens)) AS token GROUP BY token"
        )


def _view(flag: str, name: str, *columns: str) -> None:
    op.create_index(
        f"ix_snapshots_{flag}_{name}",
        "snapshots",
        list(columns),
        sqlite_where=sa.text(f"{flag} = 1"),
        postgresql_where=sa.text(flag),
    )

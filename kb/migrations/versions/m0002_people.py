"""People and their roles, who did what, and the standing of snapshots for those who see less.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kb.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0001; nothing that is held changes."""
    op.create_table(
        "people",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("added", Moment(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_people")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("report_id", sa.String(length=12), nullable=True),
        sa.Column("pbi", sa.String(length=15), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_who"), "audit", ["who"], unique=False)
    op.create_table(
        "circles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circles")),
        sa.UniqueConstraint("hidden", name=op.f("uq_circles_hidden")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "standings",
        sa.Column("circle", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("pbi", sa.String(length=15), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("vanished", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("slip_days", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle"], ["circles.id"], name=op.f("fk_standings_circle"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshots.id"],
            name=op.f("fk_standings_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("circle", "snapshot_id", name=op.f("pk_standings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_standings_snapshot_id"), "standings", ["snapshot_id"], unique=False)
    op.create_index(
        op.f("ix_standings_circle_pbi_position"),
        "standings",
        ["circle", "pbi", "position"],
        unique=False,
    )
    for flag in ("latest", "speaks"):
        name = op.f(f"ix_standings_circle_{flag}_snapshot_id")
        op.create_index(name, "standings", ["circle", flag, "snapshot_id"], unique=False)
    op.add_column("jobs", sa.Column("who", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("origin", sa.Text(), nullable=True))
    _append_only(op.get_bind().dialect.name)


def _append_only(dialect: str) -> None:
    """Nobody rewrites the audit; only what is older than the noted day can be deleted."""
    if dialect == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN OLD.at >= "
            "coalesce((SELECT value FROM meta WHERE name = 'audit_kept_from'), '') "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
        # REPLACE takes a row out without asking the trigger before it.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND OLD.at < (SELECT value::timestamptz FROM meta "
        "WHERE name = 'audit_kept_from') THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    )

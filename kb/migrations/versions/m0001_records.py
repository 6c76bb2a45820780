"""Reports, what they say, corrections, feedback, jobs, passages, outbox; full text.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kb.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=4), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("status_day", sa.Integer(), nullable=True),
        sa.Column("issue_day", sa.Integer(), nullable=True),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", Moment(timezone=True), nullable=False),
        sa.Column("published_at", Moment(timezone=True), nullable=True),
        sa.Column("supersedes", sa.String(length=12), nullable=True),
        sa.Column("superseded_by", sa.String(length=12), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("sha256", name=op.f("uq_reports_sha256")),
    )
    op.create_index(op.f("ix_reports_state"), "reports", ["state"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=12), nullable=False),
        sa.Column("pbi", sa.String(length=15), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("printed", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_corrections_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_report_id"), "corrections", ["report_id"], unique=False)
    op.create_table(
        "dropped",
        sa.Column("report_id", sa.String(length=12), nullable=False),
        sa.Column("pbi", sa.String(length=15), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_dropped_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "pbi", name=op.f("pk_dropped")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("understood", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feedback_reports",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["feedback.id"],
            name=op.f("fk_feedback_reports_feedback_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_feedback_reports_report_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("feedback_id", "report_id", name=op.f("pk_feedback_reports")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_feedback_reports_report_id"), "feedback_reports", ["report_id"], unique=False
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("runner", sa.Text(), nullable=True),
        sa.Column("seen", Moment(timezone=True), nullable=True),
        sa.Column("added", Moment(timezone=True), nullable=False),
        sa.Column("started", Moment(timezone=True), nullable=True),
        sa.Column("ended", Moment(timezone=True), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("report_id", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_jobs_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=12), nullable=False),
        sa.Column("pbi", sa.String(length=15), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("vanished", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("slip_days", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owner_fold", sa.Text(), nullable=True),
        sa.Column("role_fold", sa.Text(), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("status_fold", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("impact_class", sa.String(length=12), nullable=False),
        sa.Column("major_incident", sa.Boolean(), nullable=True),
        sa.Column("workaround", sa.Boolean(), nullable=False),
        sa.Column("outage", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("as_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_snapshots_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint("key", name=op.f("uq_snapshots_key")),
        sa.UniqueConstraint("report_id", "pbi", name=op.f("uq_snapshots_report_id_pbi")),
    )
    op.create_index(
        "ix_snapshots_latest_counted",
        "snapshots",
        ["pbi", "open", "owner_fold", "severity", "status_fold", "impact_class"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        "ix_snapshots_latest_created",
        "snapshots",
        ["created"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        "ix_snapshots_latest_owner",
        "snapshots",
        ["owner_fold", "open"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        "ix_snapshots_latest_severity",
        "snapshots",
        ["severity", "open"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        "ix_snapshots_latest_target",
        "snapshots",
        ["target"],
        unique=False,
        sqlite_where=sa.text("latest = 1"),
        postgresql_where=sa.text("latest"),
    )
    op.create_index(
        op.f("ix_snapshots_pbi_position"), "snapshots", ["pbi", "position"], unique=False
    )
    op.create_index(
        op.f("ix_snapshots_quarter_leads"), "snapshots", ["quarter", "leads"], unique=False
    )
    op.create_index(
        "ix_snapshots_speaks_counted",
        "snapshots",
        ["pbi", "open", "owner_fold", "severity", "status_fold", "impact_class"],
        unique=False,
        sqlite_where=sa.text("speaks = 1"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_index(
        "ix_snapshots_speaks_created",
        "snapshots",
        ["created"],
        unique=False,
        sqlite_where=sa.text("speaks = 1"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_index(
        "ix_snapshots_speaks_owner",
        "snapshots",
        ["owner_fold", "open"],
        unique=False,
        sqlite_where=sa.text("speaks = 1"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_index(
        "ix_snapshots_speaks_severity",
        "snapshots",
        ["severity", "open"],
        unique=False,
        sqlite_where=sa.text("speaks = 1"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_index(
        "ix_snapshots_speaks_target",
        "snapshots",
        ["target"],
        unique=False,
        sqlite_where=sa.text("speaks = 1"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_table(
        "bodies",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("user_impact", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshots.id"],
            name=op.f("fk_bodies_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", name=op.f("pk_bodies")),
    )
    op.create_table(
        "marks",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("fold", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_marks_snapshot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "kind", "fold", name=op.f("pk_marks")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_marks_kind_fold_snapshot_id"),
        "marks",
        ["kind", "fold", "snapshot_id"],
        unique=False,
    )
    op.create_table(
        "passages",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshots.id"],
            name=op.f("fk_passages_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "ordinal", name=op.f("pk_passages")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_passages_hash"), "passages", ["hash"], unique=False)
    _fulltext(op.get_bind().dialect.name)


def _fulltext(dialect: str) -> None:
    if dialect == "sqlite":
        # The row is the snapshot's; the text is normalised by kb/fulltext.py before it goes in.
        op.execute(
            "CREATE VIRTUAL TABLE fulltext USING fts5(numbers, title, narrative, rest, "
            "tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        return
    # What goes in is made by kb/tsvector.py. The tokens stand apart from the narrow rows, so that
    # counting the rows that hold a word reads few pages; what a search must look through beside
    # the index is kept short.
    op.execute(
        "CREATE TABLE fulltext (rowid integer CONSTRAINT pk_fulltext PRIMARY KEY, "
        "length integer NOT NULL, tokens tsvector NOT NULL) "
        "WITH (toast_tuple_target = 128)"
    )
    op.execute("ALTER TABLE fulltext ALTER COLUMN tokens SET STORAGE EXTERNAL")
    op.execute(
        "CREATE INDEX ix_fulltext_tokens ON fulltext USING gin (tokens) "
        "WITH (gin_pending_list_limit = 512)"
    )
    op.execute("CREATE TABLE fulltext_size (held bigint NOT NULL, words bigint NOT NULL)")
    op.execute("INSERT INTO fulltext_size VALUES (0, 0)")

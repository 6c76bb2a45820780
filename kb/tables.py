"""The tables: narrow rows to filter by, and the full record beside them as one JSON text.

Everything that a filter looks at is a plain column or a row of `marks`; the JSON in `bodies` is
only read for the rows that are shown. Days are proleptic Gregorian ordinals (`date.toordinal`),
so that ages and delays are integer arithmetic in every database. A `_fold` column holds the
casefolded text that filters compare with.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)

SCHEMA = "0004"
"""The newest revision in `migrations/versions`; a test holds the two together."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC and always handed out with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite drops the zone: it was UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("file", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("current", Boolean, nullable=False, default=False),
    Column("quarter", String(7)),
    Column("scope", Text),
    Column("status_day", Integer),
    Column("issue_day", Integer),
    Column("problems", Integer, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("supersedes", String(12)),
    Column("superseded_by", String(12)),
    # ReportReading as it speaks (after set_report), as it was read, and the report's findings.
    Column("body", Text, nullable=False),
    Column("printed", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Index(None, "state"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("pbi", String(15), nullable=False),
    # Which views it belongs to; see kb/derive.py, which alone writes them.
    Column("live", Boolean, nullable=False, default=False),
    Column("speaks", Boolean, nullable=False, default=False),
    Column("leads", Boolean, nullable=False, default=False),
    Column("latest", Boolean, nullable=False, default=False),
    Column("vanished", Boolean, nullable=False, default=False),
    Column("position", Integer, nullable=False, default=0),
    Column("slips", Integer, nullable=False, default=0),
    Column("slip_days", Integer, nullable=False, default=0),
    # What filters compare.
    Column("quarter", String(7)),
    Column("title", Text),
    Column("owner", Text),
    Column("owner_fold", Text),
    Column("role_fold", Text),
    Column("severity", SmallInteger),
    Column("status", Text),
    Column("status_fold", Text),
    Column("open", Boolean),
    Column("impact_class", String(12), nullable=False),
    Column("major_incident", Boolean),
    Column("workaround", Boolean, nullable=False),
    Column("outage", Boolean, nullable=False),
    Column("created", Integer),
    Column("target", Integer),
    Column("as_at", Integer),
    UniqueConstraint("report_id", "pbi"),
    Index(None, "pbi", "position"),
    # A quarter's problems in their order, with every narrow column that counts need.
    Index(
        "ix_snapshots_quarter_counted",
        "quarter", "leads", "pbi", "open", "owner_fold", "severity", "status_fold", "impact_class",
    ),
)  # fmt: skip


def _view(flag: str, name: str, *columns: str) -> Index:
    """An index over the rows of one view only (current, or latest).

    The revision gives PostgreSQL the same condition; said here as well it would load that dialect,
    a tenth of the start-up time of a command.
    """
    where = snapshots.c[flag] == true()
    return Index(
        f"ix_snapshots_{flag}_{name}",
        *(snapshots.c[name] for name in columns),
        sqlite_where=where,
    )


# One index a view that holds every narrow column a count needs, so that counts read no rows, and
# one for each of the columns that people filter and sort by most. Those of owner and severity give
# the rows in PBI order; names as printed stand behind what they are grouped by.
_INDEXED = {
    "counted": ("pbi", "open", "owner_fold", "severity", "status_fold", "impact_class"),
    "owner": ("owner_fold", "open", "pbi", "owner"),
    "severity": ("severity", "open", "pbi"),
    "created": ("created",),
    "target": ("target",),
}
VIEWS = (
    *(_view("speaks", name, *columns) for name, columns in _INDEXED.items()),
    *(_view("latest", name, *columns) for name, columns in _INDEXED.items()),
    # For the catalogue.
    _view("latest", "status", "status_fold", "status"),
    _view("latest", "role", "role_fold"),
)

bodies = Table(
    "bodies",
    metadata,
    Column("snapshot_id", ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True),
    # What histories compare, ahead of the long texts, so that reading it reads nothing more.
    Column("role", Text),
    Column("user_impact", Text),
    # ProblemReading as it speaks; as it was read, where corrections made a difference.
    Column("body", Text, nullable=False),
    Column("printed", Text),
)

marks = Table(
    "marks",
    metadata,
    # kind: "party", "process", "missing" or "finding".
    Column("snapshot_id", ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("fold", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Index(None, "kind", "fold", "snapshot_id"),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("pbi", String(15)),
    Column("field", String(40), nullable=False),
    Column("printed", Text),
    Column("value", Text),
    Column("who", Text, nullable=False),
    Column("note", Text),
    Column("at", Moment, nullable=False),
    Index(None, "report_id"),
)

dropped = Table(
    "dropped",
    metadata,
    # Problems that staff took out of a report, as they were printed, to be taken back: where the
    # row stood decides the place in the report's order.
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("pbi", String(15), primary_key=True),
    Column("snapshot_id", Integer, nullable=False),
    Column("printed", Text, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    # What a person thought of one answer, with the answer as it was given.
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("understood", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("up", Boolean, nullable=False),
    Column("comment", Text),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
    # The number of a removed one is never another's.
    sqlite_autoincrement=True,
)

feedback_reports = Table(
    "feedback_reports",
    metadata,
    # The reports whose words stand in the answer: it is removed with the first of them.
    Column("feedback_id", ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "report_id"),
    sqlite_with_rowid=False,
)

jobs = Table(
    "jobs",
    metadata,
    # Files on their way in; see kb/jobs.py. The bytes wait among the files.
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Who reads it, and when that one last gave a sign of life.
    Column("runner", Text),
    Column("seen", Moment),
    Column("added", Moment, nullable=False),
    Column("started", Moment),
    Column("ended", Moment),
    Column("message", Text, nullable=False),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE")),
    # Who brought it, and from where: it is read on their behalf, whoever's process reads it.
    Column("who", Text),
    Column("origin", Text),
    Index(None, "state"),
    sqlite_autoincrement=True,
)

passages = Table(
    "passages",
    metadata,
    # The text is not kept: it is cut from the body again, by the same rule (kb/passages.py).
    Column("snapshot_id", ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", SmallInteger, primary_key=True),
    Column("hash", String(32), nullable=False),
    Index(None, "hash"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    # Vectors that the index does not hold yet (put) or must lose (drop).
    Column("id", Integer, primary_key=True),
    Column("hash", String(32), nullable=False),
    Column("action", String(4), nullable=False),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    # Who may come in, by casefolded e-mail address; see kb/people.py.
    Column("email", Text, primary_key=True),
    Column("name", Text),
    Column("role", String(16), nullable=False),
    Column("added", Moment, nullable=False),
    Column("added_by", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    # Who did what, in the order of the ids: clocks may go backwards. Triggers refuse changes.
    # A removed report keeps its rows, so `report_id` is no foreign key.
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(24), nullable=False),
    Column("report_id", String(12)),
    Column("pbi", String(15)),
    Column("detail", Text),
    Column("origin", Text),
    Index(None, "at"),
    Index(None, "who"),
    sqlite_autoincrement=True,
)

sign_ins = Table(
    "sign_ins",
    metadata,
    # Browsers that signed in, by a hash of what is unique to the sign-in; see kb/signins.py.
    Column("key", String(64), primary_key=True),
    Column("email", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("ended", Moment),
    # It ended because nothing was done for too long.
    Column("idle", Boolean, nullable=False, server_default=false()),
    Index(None, "seen"),
)

circles = Table(
    "circles",
    metadata,
    # People who may see all reports but those with the same markings (a JSON list of casefolded
    # texts, "" for none); see kb/visible.py.
    Column("id", Integer, primary_key=True),
    Column("hidden", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

standings = Table(
    "standings",
    metadata,
    # The derived columns of `snapshots` as they are for one circle; only rows that are live there.
    Column("circle", ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True),
    Column("snapshot_id", ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True),
    # As in `snapshots`: histories are looked up by it.
    Column("pbi", String(15), nullable=False),
    Column("speaks", Boolean, nullable=False),
    Column("leads", Boolean, nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("vanished", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("slips", Integer, nullable=False),
    Column("slip_days", Integer, nullable=False),
    # Another visible report of the quarter says otherwise.
    Column("disputed", Boolean, nullable=False),
    Index(None, "snapshot_id"),
    Index(None, "circle", "pbi", "position"),
    Index(None, "circle", "latest", "snapshot_id"),
    Index(None, "circle", "speaks", "snapshot_id"),
    sqlite_with_rowid=False,
)

TRIGGERS = frozenset(
    {
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN OLD.at >= "
        "coalesce((SELECT value FROM meta WHERE name = 'audit_kept_from'), '') "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    }
)
"""Those that the revisions make on SQLite: a backup with any other is not restored."""

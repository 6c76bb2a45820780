"""One of many values: a condition that takes any number of them.

Engines bound the parameters of a statement (32,766 in SQLite, 65,535 in PostgreSQL), and a question
about what changed can name every problem that is held.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

_FEW = 500


class _Values(FunctionElement[str]):
    """The texts of a JSON list, as rows."""

    type = Text()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002
        """As it stands: it brings its own brackets."""
        return self


@compiles(_Values, "sqlite")
def _json_each(element: _Values, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kw)}))"


@compiles(_Values, "postgresql")
def _jsonb_elements(element: _Values, compiler: SQLCompiler, **kw: Any) -> str:
    listed = compiler.process(element.clauses, **kw)
    return f"(SELECT jsonb_array_elements_text(CAST({listed} AS jsonb)))"


def among(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """The text column is one of the values."""
    ordered = sorted(values)
    if len(ordered) <= _FEW:
        return column.in_(ordered)
    many = _Values(bindparam(None, json.dumps(ordered), Text()))
    return column.op("IN", is_comparison=True)(many)

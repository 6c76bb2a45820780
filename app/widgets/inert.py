"""Text of documents as it was typed: no HTML, Markdown, LaTeX, emoji code or colour takes effect.

Everything that comes from a report, a file name or a question goes through here (or into
`st.dataframe`, whose cells are plain text).
"""

from __future__ import annotations

import re
from html import escape

import streamlit as st

# A word joiner takes no room and breaks no line. It stands inside the marks that Streamlit replaces
# after Markdown has taken its backslashes away: emoji codes, directives, arrows, bare addresses.
_JOINER = "\u2060"
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~$&<>^=-])")
_LATE = re.compile(r":(?=\S)|(?<=\w)@(?=\w)|\bwww(?=\.)|--|<?->?|<-|>=|<=|~=")


def text(words: str | None, css: str = "", *, tag: str = "div") -> None:
    """Show words as they are. `css`: classes of ours; `tag`: of the element around them."""
    st.html(element(words, css, tag=tag))


def element(words: str | None, css: str = "", *, tag: str = "div") -> str:
    """An HTML element that shows words as they are, line ends kept."""
    kind = f' class="{escape(css)}"' if css else ""
    return f"<{tag}{kind}>{escaped(words)}</{tag}>"


def escaped(words: str | None) -> str:
    """Words for the inside of an HTML element or of a quoted attribute."""
    return escape(words or "").replace("\n", "<br>")


def label(words: str | None) -> str:
    """Words for the places where Streamlit takes only Markdown: labels of buttons, links, pills.

    The options of a select box are plain text already: nothing is to be done to them.
    """
    flat = " ".join((words or "").split())
    parts: list[str] = []
    end = 0
    for match in _LATE.finditer(flat):
        parts.append(_MARKS.sub(r"\\\1", flat[end : match.start()]))
        parts.append(_JOINER.join(_MARKS.sub(r"\\\1", mark) for mark in match.group()))
        parts.append(_JOINER)
        end = match.end()
    parts.append(_MARKS.sub(r"\\\1", flat[end:]))
    escaped_marks = "".join(parts)
    # "1. x" and "- x" at the start would open a list.
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", escaped_marks)


def shortened(words: str | None, limit: int = 90) -> str:
    """The first words, up to `limit` characters, with an ellipsis where something is left out."""
    flat = " ".join((words or "").split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:") + " …"

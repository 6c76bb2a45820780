"""Two wordings side by side, word by word, with what was taken out and what was put in marked."""

from __future__ import annotations

from difflib import SequenceMatcher

from app.widgets import inert


def compared(before: str | None, after: str | None) -> tuple[str, str]:
    """HTML of both wordings: `<del>` around what only the first has, `<ins>` around the second's.

    Differences of white space alone are none.
    """
    one, two = _words(before), _words(after)
    left: list[str] = []
    right: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left.append(_marked(one[a:b], "del" if kind != "equal" else None))
        right.append(_marked(two[c:d], "ins" if kind != "equal" else None))
    return _joined(left), _joined(right)


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def _marked(words: list[str], tag: str | None) -> str:
    if not words:
        return ""
    text = inert.escaped(" ".join(words))
    return f"<{tag}>{text}</{tag}>" if tag else text


def _joined(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)

"""The classification of a paper: the highest marking among the reports that it rests on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

Levels = tuple[tuple[str, ...], ...]


def highest(markings: Iterable[str | None], levels: Levels | None = None) -> str | None:
    """The marking that a paper made from reports with these markings has to carry.

    A marking that names several levels ("PUBLIC, to be treated as CONFIDENTIAL when complete")
    counts as the highest of them. Different markings of one level stand side by side.

    Args:
        levels: words from open to closed; default `kb/markings.toml`.

    Returns:
        The words as printed, or None where no report is marked.
    """
    levels = levels or known_levels()
    printed = list(dict.fromkeys(" ".join(m.split()) for m in markings if m and m.strip()))
    if not printed:
        return None
    ranks = {marking: rank(marking, levels) for marking in printed}
    top = max(ranks.values())
    unlike = {marking.casefold(): marking for marking in printed if ranks[marking] == top}
    return " / ".join(sorted(unlike.values()))


def rank(marking: str, levels: Levels) -> int:
    """The level of a marking, 0 for open; one above all for a marking that no word is known of."""
    text = marking.casefold()
    words = {word.casefold(): level for level, row in enumerate(levels) for word in row}
    found: list[int] = []
    for word in sorted(words, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
        if re.search(pattern, text):
            found.append(words[word])
            text = re.sub(pattern, "\0", text)
    return max(found, default=len(levels))


@lru_cache(maxsize=1)
def known_levels() -> Levels:
    """The levels of `kb/markings.toml`."""
    text = resources.files("kb").joinpath("markings.toml").read_text(encoding="utf-8")
    return tuple(tuple(row) for row in tomllib.loads(text)["levels"])

"""Whether a query accounts for each word of its question: what is left over, in a few words.

Where something that bears on the meaning is left over, the answer would be to another question:
the product then says what it understood and what it did not, rather than answering.
"""

from __future__ import annotations

from kb.query import Ask, Query
from kb.understand.about_shares import UNREAD
from kb.understand.lost import lost_readings
from kb.understand.meaning import Meaning
from kb.understand.sketch import Sketch
from kb.understand.strays import strays
from kb.understand.turning import turned
from kb.understand.wanted import wanted


def doubts(sketch: Sketch, meaning: Meaning, query: Query) -> tuple[str, ...]:
    """Words of the question that its query does not account for; none where all is well."""
    found = [
        *wanted(sketch, query),
        *lost_readings(sketch, query),
        *turned(sketch, meaning, query),
        *strays(sketch, query),
        *(
            ["what they are a share by"]
            if query.ask is Ask.SHARE and UNREAD in sketch.notes
            else []
        ),
    ]
    return tuple(dict.fromkeys(word for word in found if word))


__all__ = ["doubts"]

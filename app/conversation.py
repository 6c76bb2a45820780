"""The conversation of one visitor: kept in the session, so that it outlives reruns and pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from kb.answers import Answer
from kb.query import Focus

_KEY = "conversation"

LONGEST = 1800
"""Characters of questions that an address holds."""


@dataclass
class Turn:
    """One question with its answer.

    Attributes:
        number: unique within the conversation.
        verdict: the id of what the person thought of the answer; None where nothing was said.
        asked: in words; False where a condition of the answer before it was taken away.
    """

    number: int
    answer: Answer
    verdict: int | None = None
    asked: bool = True

    @property
    def source_key(self) -> str:
        """Where the session keeps which source of this answer is open."""
        return f"turn_source_{self.number}"


@dataclass
class Conversation:
    """Questions and answers in order, and which of them the evidence pane belongs to."""

    turns: list[Turn] = field(default_factory=list)
    open_turn: int | None = None
    _numbers: Any = field(default_factory=count)

    @property
    def focus(self) -> Focus | None:
        """What a follow-up builds on; None before the first answer."""
        return self.turns[-1].answer.focus if self.turns else None

    @property
    def latest(self) -> Turn | None:
        """The last turn."""
        return self.turns[-1] if self.turns else None

    def questions(self) -> list[str]:
        """What to ask again, in order, to come to the same conversation.

        It ends where a condition was taken away, or where an address would be too long: what
        comes later builds on that and would be understood otherwise without it.
        """
        found: list[str] = []
        for turn in self.turns:
            found.append(turn.answer.question.strip())
            if not turn.asked or sum(map(len, found)) > LONGEST:
                return found[:-1]
        return found

    def add(self, answer: Answer, *, asked: bool = True) -> Turn:
        """Append an answer; its evidence is the one that is open."""
        turn = Turn(next(self._numbers), answer, asked=asked)
        self.turns.append(turn)
        self.open_turn = turn.number
        return turn

    def opened(self) -> Turn | None:
        """The turn whose evidence is open."""
        return next((turn for turn in self.turns if turn.number == self.open_turn), self.latest)


def conversation(session: Any) -> Conversation:
    """The conversation that the session holds, made on the first call."""
    if _KEY not in session:
        session[_KEY] = Conversation()
    found: Conversation = session[_KEY]
    return found


def start_again(session: Any) -> None:
    """Forget the conversation."""
    session.pop(_KEY, None)

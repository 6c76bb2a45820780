"""The knowledge base: everything that lasts, behind one class. Start here.

Records in SQL are the truth; files, full text and vectors stand beside them and can be checked
against them. Nothing heavy is imported with this module: the encoder and the vector index come in
with the first search by meaning.

What it can do is written down in the order of what stands on what: `kb/core.py` (parts, people),
`kb/lookup.py` (records), `kb/texts.py` (search), `kb/keeping.py` (uploads, review), and here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb import audit
from kb.audit import Action
from kb.core import EVERYTHING, Progress, Reader
from kb.keeping import Keeping
from kb.notices import noticed
from kb.query import Focus
from kb.rights import guarded_class

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.exports.model import ExportDocument
    from kb.results import CheckReport

__all__ = ["EVERYTHING", "KnowledgeBase", "Progress", "Reader"]


@guarded_class
class KnowledgeBase(Keeping):
    """One folder (or database, index and file store) of reports. Safe to share between threads.

    What `open` returns acts for the local user, who may do everything; `acting` makes a view that
    acts for somebody else. Every public method checks the right that `kb/rights.py` names for it.

    Attributes:
        person, origin: for whom it acts, and from where ("cli", a network address).
    """

    def ask(self, question: str, *, focus: Focus | None = None, id: str | None = None) -> Answer:
        """The answer to a question in words; see `kb/answer`."""
        from kb.answer.asking import ask

        with noticed("question", text=question) as facts:
            answer = ask(self, question, focus=focus, id=id)
            facts.update(abstained=answer.abstained, problems=len(answer.pbis))
        audit.record(self, Action.ASKED, detail=question)
        return answer

    def export(self, document: ExportDocument, format: str) -> bytes:
        """A document to take away, in one of `kb.exports.FORMATS`; the audit notes its title.

        Raises:
            UnknownExport: another format.
        """
        from kb.exports import export_bytes

        made = export_bytes(document, format)
        audit.record(self, Action.EXPORTED, detail=f"{document.title} ({format})")
        return made

    def check(self, repair: bool = False) -> CheckReport:
        """Whether records, files, full text and vectors agree; with `repair`, makes them."""
        from kb.check import checked

        found = checked(self._of_everything(), repair=repair)
        if repair:
            audit.record(self, Action.REPAIRED)
        return found

    def stats(self) -> dict[str, int]:
        """How much is held."""
        from kb.check import counts

        return counts(self)

"""What a person sees when something goes wrong: a sentence, never a trace."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.widgets import inert, states
from ingest.errors import IngestError
from kb.errors import EncoderUnavailable, IndexUnavailable, KBError, NotAllowed, StoreUnavailable

log = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Draws an explanation in place of whatever failed inside.

    An error of the product's own has a sentence written for people. Anything else is a fault of
    ours: it is logged whole under a short number, and the person gets the number.
    """
    try:
        yield
    except (StoreUnavailable, EncoderUnavailable, IndexUnavailable) as error:
        # The message is for whoever runs the app: it names folders and files.
        log.error("the knowledge base cannot be used: %s", error)
        states.trouble(
            "The knowledge base cannot be read just now, so this page has nothing to show. "
            "Nothing was lost. Try again in a minute; if it stays, tell whoever runs this app: "
            "the log says why."
        )
    except NotAllowed as error:
        # No fault of anybody's: what is refused, and whom to ask.
        states.empty(
            "This is not open to you.",
            f"{sentence(error)} If you need it, ask an administrator of this app.",
        )
    except (KBError, IngestError) as error:
        states.trouble(sentence(error))
    except Exception:
        number = uuid.uuid4().hex[:8]
        log.exception("page failed, reference %s", number)
        states.trouble(
            "Something went wrong on our side, and this page could not be drawn. "
            f"Nothing was lost. Try again; if it stays, quote reference {number}."
        )
        if st.button("Try again", icon=":material/refresh:", key=f"retry_{number}"):
            st.rerun()


def sentence(error: Exception) -> str:
    """What an error says, as a sentence: with a capital, and a full stop at its end."""
    words = str(error).strip() or "It could not be done"
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


def attempt(action: str) -> _Attempt:
    """`with attempt("Publish") as done: ...` shows a refusal where it stands."""
    return _Attempt(action)


class _Attempt:
    """A change asked for by a button: a refusal is shown where the button is."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.ok = False

    def __enter__(self) -> _Attempt:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, _trace: object) -> bool:
        if error is None:
            self.ok = True
            return False
        if isinstance(error, KBError | IngestError):
            st.error(inert.label(f"{self.action} was refused: {error}"), icon=":material/error:")
            return True
        return False

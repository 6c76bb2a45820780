"""What a person sees in place of a page that failed: a sentence, and for a refusal a calm one."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

REFUSED = """
from app.boundary import guarded
from kb.errors import NotAllowed

with guarded():
    raise NotAllowed("members do not publish")
"""

FAULT = """
from app.boundary import guarded

with guarded():
    raise RuntimeError("secret of the machine")
"""


def drawn(script: str) -> str:
    app = AppTest.from_string(script).run()
    assert not app.exception
    return "".join(str(one.proto.body) for one in app.main if one.type == "html")


def test_a_refusal_is_no_fault() -> None:
    words = drawn(REFUSED)
    assert "This is not open to you." in words
    assert "Members do not publish." in words
    assert "pr-trouble" not in words


def test_a_fault_keeps_its_words_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    words = drawn(FAULT)
    assert "pr-trouble" in words
    assert "secret of the machine" not in words
    assert "secret of the machine" in caplog.text

"""The Ask page: a conversation that lasts, sources that open, conditions that can be changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app_samples import HOSTILE, data, html, loaded, opened, shown, template
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.conversation import Conversation
from app.service import knowledge_base
from app.suggestions import suggestions
from app.views.ask import answer_cell, columns_of, copied, row_pbis
from kb import feedback
from kb.answers import Answer, Table
from kb.base import KnowledgeBase
from kb.records import Citation
from kb.settings import Settings

__all__ = ["data", "loaded", "template"]

QUESTION = "Which open problems involve DCO?"


def asked(app: AppTest, question: str) -> AppTest:
    return app.chat_input(key="question_box").set_value(question).run()


def drawn(app: AppTest, key: str) -> dict[str, Any]:
    """What a component of ours was given to draw."""
    for element in app.main:
        proto = element.proto
        if type(proto).__name__ == "BidiComponent" and proto.id.endswith(key):
            found: dict[str, Any] = json.loads(proto.json)
            return found
    raise AssertionError(f"nothing was drawn for {key}")


def test_suggestions_are_made_from_what_is_loaded(data: Path, loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        found = suggestions(kb)
        held = " ".join(kb.catalogue().titles)
        assert "What is the user impact of the open problems attributed to DCO?" in found
        assert "What changed between Q2 2021 and Q3 2021?" in found
        for question in found:
            for number in [word.strip("?") for word in question.split() if word[0].isdigit()]:
                assert number in held or number in ("2021",)
            assert not kb.ask(question).abstained, question


def test_nothing_is_suggested_while_nothing_is_loaded(data: Path) -> None:
    with KnowledgeBase.open(Settings(data=data)) as kb:
        assert suggestions(kb) == []


def test_an_answer_comes_with_its_sources(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    assert not app.exception
    said = shown(app)
    assert QUESTION in said
    assert "122422" in said
    words = drawn(app, "words_0")
    assert any(block["refs"] for block in words["blocks"])
    assert words["copy"].startswith(QUESTION)
    assert "Source 1 of" in said


def test_a_suggestion_is_a_question(loaded: Path) -> None:
    app = opened()
    first = app.button(key="suggestion_0")
    first.click().run()
    assert "pr-question" in html(app)
    assert not [button for button in app.button if button.key == "suggestion_0"]


def test_the_conversation_outlives_another_page(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    app._page_hash = calc_hash("problems")
    app.run()
    assert QUESTION not in html(app)
    app._page_hash = calc_hash("")
    app.run()
    assert QUESTION in shown(app)
    talk: Conversation = app.session_state["conversation"]
    assert len(talk.turns) == 1


def test_a_follow_up_builds_on_the_answer_before_it(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    asked(app, "and which of those are critical?")
    talk: Conversation = app.session_state["conversation"]
    assert talk.turns[-1].answer.pbis == ("PBI000000122422",)
    assert talk.turns[-1].answer.query is not None
    assert talk.turns[-1].answer.query.filters.suppliers == ("DCO",)


def test_a_condition_taken_away_asks_again(loaded: Path) -> None:
    app = asked(opened(), "Which open problems with severity Critical involve DCO?")
    before: Conversation = app.session_state["conversation"]
    assert before.turns[-1].answer.pbis == ("PBI000000122422",)
    chip = next(one for one in app.button if one.label.startswith("Severity"))
    chip.click().run()
    talk: Conversation = app.session_state["conversation"]
    assert len(talk.turns) == 2
    assert set(talk.turns[-1].answer.pbis) == {"PBI000000122422", "PBI000000123400"}
    assert "without: Severity Critical" in shown(app)


def test_start_again_forgets(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    next(one for one in app.button if one.label == "Start again").click().run()
    assert "To begin with" in shown(app)
    assert "conversation" not in app.session_state or not app.session_state["conversation"].turns


def test_a_question_in_the_address_is_asked_once(loaded: Path) -> None:
    app = opened("", q=QUESTION)
    app.run()
    assert len(app.session_state["conversation"].turns) == 1


def test_a_page_loaded_anew_comes_back_to_the_conversation(loaded: Path) -> None:
    app = asked(asked(opened(), QUESTION), "and which of those are critical?")
    before: Conversation = app.session_state["conversation"]
    again = opened("", q=app.query_params["q"])
    after: Conversation = again.session_state["conversation"]
    assert [turn.answer.pbis for turn in after.turns] == [turn.answer.pbis for turn in before.turns]
    assert after.turns[-1].answer.pbis == ("PBI000000122422",)
    next(one for one in again.button if one.label.startswith("Severity")).click().run()
    assert again.query_params["q"] == app.query_params["q"], "what was taken away is no question"
    next(one for one in again.button if one.label == "Start again").click().run()
    assert "q" not in again.query_params
    assert "To begin with" in shown(again)


def test_a_question_full_of_markup_is_shown_as_typed(loaded: Path) -> None:
    app = asked(opened(), HOSTILE)
    assert not app.exception
    assert HOSTILE in shown(app)
    assert "<b>bold" not in html(app)


def test_copied_text_carries_the_sources() -> None:
    citation = Citation(document="a.pdf", page=2, pbi=None, quote="Pending", report="r")
    text = copied(Answer(question="Q?", answer="A.", citations=(citation,)))
    assert text == "Q?\n\nA.\n\nSources:\n[1] a.pdf, page 2: “Pending”"


def test_tables_know_numbers_dates_and_problems() -> None:
    table = Table(
        columns=("PBI", "Days", "Target", "Severity"),
        rows=(("122422", 3, "2021-10-29", "Critical"), ("7", None, None, None)),
    )
    assert row_pbis(table) == ["PBI000000122422", None]
    assert [column.number for column in columns_of(table)] == [False, True, False, False]
    assert answer_cell("Target", "2021-10-29").text == "29/10/2021"
    assert answer_cell("Severity", "Critical").level == 4
    assert answer_cell("Note", "x" * 200).css == "pr-long"


def thumbs(app: AppTest, number: int) -> Any:
    return next(one for one in app.feedback if one.key == f"thumbs_{number}")


def test_a_thumb_and_a_comment_are_kept_for_staff(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    thumbs(app, 0).set_value(0).run()
    app.text_area(key="comment_0").set_value(HOSTILE)
    next(one for one in app.button if one.label == "Keep the comment").click().run()
    assert not app.exception
    kb = knowledge_base()
    (kept,) = feedback.given(kb)
    assert (kept.question, kept.up, kept.comment) == (QUESTION, False, HOSTILE)
    thumbs(app, 0).set_value(1).run()
    (kept,) = feedback.given(kb)
    assert (kept.up, kept.comment) == (True, HOSTILE)
    about = opened("about")
    assert not about.exception
    assert QUESTION in shown(about)
    assert HOSTILE in shown(about)
    assert "<b>bold" not in html(about)
    thumbs(app, 0).set_value(None).run()
    assert feedback.given(kb) == []
    assert "Nobody has said yet" in shown(opened("about"))


def test_a_thumb_outlives_another_page(loaded: Path) -> None:
    app = asked(opened(), QUESTION)
    thumbs(app, 0).set_value(1).run()
    app._page_hash = calc_hash("problems")
    app.run()
    app._page_hash = calc_hash("")
    app.run()
    assert thumbs(app, 0).value == 1
    assert len(feedback.given(knowledge_base())) == 1

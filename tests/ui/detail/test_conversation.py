"""Messages and tool calls, to be read like a conversation."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from inspector.domain.events import MessageSeen, ToolCallSeen
from inspector.ui.detail.conversation import conversation
from inspector.ui.theme import Mode, Theme
from tests.domain.toy import Story


def test_it_is_told_in_order_and_foreign_texts_are_no_markup(qapp: QApplication) -> None:
    story = Story().request().event(1, MessageSeen("m", "assistant", "<b>hi</b>", status="incomplete", reason="tokens"))
    story.event(2, ToolCallSeen("c", "look", '{"city":"Oslo"}')).event(3, ToolCallSeen("d", "ask", "{}", output="12"))
    text = conversation(story.case().run, Theme(qapp, Mode.LIGHT))
    assert "&lt;b&gt;hi" in text
    assert text.index("hi") < text.index("look") < text.index("ask")
    assert "tokens" in text
    assert "12" in text


def test_nothing_yet_says_so_or_is_empty(qapp: QApplication) -> None:
    run = Story().request().case().run
    assert "<b>" not in conversation(run, Theme(qapp, Mode.DARK))

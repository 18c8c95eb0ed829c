"""Messages that people paste without an id are explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present.known_errors import LONGEST, explained


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("OpenAIError: Final run has not been received", "openai-node"),
        ("400 An assistant message with 'tool_calls' must be followed by tool messages responding", "Set the state"),
        ("The following tool_call_ids did not have response messages: call_1", "Set the state"),
        ("No tool output found for function call call_1.", "each has to be answered"),
        ("RuntimeError: Didn't receive a `response.completed` event.", "without its last event"),
        ("agents.exceptions.ModelBehaviorError: Model did not produce a final response!", "without its last event"),
        ("422 Thread is already running a task.", "Another run holds the thread"),
        ("Task already running. Please wait.", "dropped"),
        ('RuntimeError: Cannot call "send" once a close message has been sent.', "closed already"),
        ("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'", "closed already"),
        ("httpx.RemoteProtocolError: peer closed connection (incomplete chunked read)", "broke"),
        ("TypeError: terminated", "broke"),
        ("openai.APITimeoutError: Request timed out.", "gave up waiting"),
        ("GraphRecursionError: Recursion limit of 25 reached", "recursion_limit"),
        ("BlockingError: Blocking call to time.sleep", "--allow-blocking"),
    ],
)
def test_what_it_means_and_what_leads_on(text: str, part: str) -> None:
    said = explained(text)
    assert said is not None
    assert part in said
    assert said.endswith(".")


@given(st.text())
def test_any_other_text_is_none_of_them(text: str) -> None:
    assert explained(text) is None or len(text) > 5
    assert explained("hello " * LONGEST) is None

"""What a pasted text points at."""

from __future__ import annotations

import pytest

from inspector.protocols.responses.recognise import recognise


@pytest.mark.parametrize(
    ("text", "base", "run", "thread"),
    [
        ("resp_68af4030592c81938ec0a5fbab4a3e9f", None, "resp_68af4030592c81938ec0a5fbab4a3e9f", None),
        ("conv_68af4030", None, None, "conv_68af4030"),
        ("curl 'http://h:1/v1/responses/resp_abcd?stream=true'", "http://h:1/v1", "resp_abcd", None),
        ("POST https://user:secret@h/v1/responses", "https://h/v1", None, None),
        ("wss://h/v1/responses", "https://h/v1", None, None),
        ("https://h/v1/conversations/conv_abcd/items", "https://h/v1", None, "conv_abcd"),
        ('{"id": "resp_abcd", "conversation": {"id": "conv_efgh"}}', None, "resp_abcd", "conv_efgh"),
        ("Response with id 'weird' not found.", None, "weird", None),
    ],
)
def test_texts_that_point_somewhere(text: str, base: str | None, run: str | None, thread: str | None) -> None:
    found = recognise(text)
    assert found is not None
    assert (found.base, found.run, found.thread) == (base, run, thread)
    assert found.said.endswith((".", base or "."))
    assert "secret" not in found.said


def test_the_error_of_unanswered_calls_is_explained() -> None:
    found = recognise("400 No tool output found for function call call_5d17.")
    assert found is not None
    assert "call_5d17" in found.said
    assert "has to be answered" in found.said


@pytest.mark.parametrize("text", ["", "hello", "previous_response_id", "thread_abc123", "http://h/v1/threads/thread_1"])
def test_texts_that_do_not(text: str) -> None:
    assert recognise(text) is None


def test_an_api_version_is_kept() -> None:
    found = recognise("https://r.openai.azure.com/openai/v1/responses/resp_abcd?api-version=preview&x=1")
    assert found is not None
    assert found.query == (("api-version", "preview"),)

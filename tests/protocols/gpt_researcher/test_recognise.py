"""What leads to a GPT-Researcher server."""

from __future__ import annotations

import pytest

from inspector.protocols.gpt_researcher.recognise import recognise


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("ws://127.0.0.1:8000/ws", "http://127.0.0.1:8000"),
        ("wss://research.example.com/api/ws?token=x", "https://research.example.com/api"),
        ("WebSocket connection to 'ws://localhost:8000/ws' failed", "http://localhost:8000"),
        ("GET http://localhost:8000/outputs/task_1795260024_59760adeea.md 200", "http://localhost:8000"),
    ],
)
def test_its_socket_and_its_files(text: str, base: str) -> None:
    target = recognise(text)
    assert target is not None
    assert (target.base, target.run) == (base, None)
    assert "cannot be joined" in target.said


@pytest.mark.parametrize("text", ["ws://h/wsx", "http://h/outputs/other.md", "/ws", "https://h/v1/threads/t", ""])
def test_what_does_not(text: str) -> None:
    assert recognise(text) is None

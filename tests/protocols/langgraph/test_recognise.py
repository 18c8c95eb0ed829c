from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.adapter import Target
from inspector.protocols.langgraph.recognise import recognise

T, R = "01a1fc48-cb41-7330-9adc-a301b525bacf", "01a1fc48-cb44-70b9-a7c5-35c932a3448e"


@pytest.mark.parametrize(
    ("text", "run", "thread", "base"),
    [
        (f"http://127.0.0.1:2024/threads/{T}/runs/{R}/stream", R, T, "http://127.0.0.1:2024"),
        (f"see https://agents.example.com/api/v2/threads/{T}.", None, T, "https://agents.example.com/api/v2"),
        (f"https://user:secret@x.us.langgraph.app/threads/{T}", None, T, "https://x.us.langgraph.app"),
        (f"ws://h:1/threads/{T}/stream/events", None, T, "http://h:1"),
        (f"https://h/runs/{R}/stream", R, None, "https://h"),
        ("http://127.0.0.1:2024", None, None, "http://127.0.0.1:2024"),
        ("http://127.0.0.1:2024/docs", None, None, "http://127.0.0.1:2024"),
        ("https://x.us.langgraph.app/", None, None, "https://x.us.langgraph.app"),
        ("http://h/mounted/assistants/search", None, None, "http://h/mounted"),
        (f"https://smith.langchain.com/studio/thread/{T}?baseUrl=http%3A%2F%2Fh%3A1", None, T, "http://h:1"),
        (f"https://smith.langchain.com/studio/?baseUrl=http://h:1/&threadId={T}", None, T, "http://h:1"),
        (f"http://localhost:3000/?apiUrl=http://h:1&assistantId=a&threadId={T}", None, T, "http://h:1"),
        (f"http://localhost:3000/chat/{T}", None, T, None),
        (f"https://smith.langchain.com/o/x/projects/p/y/r/{R}?poll=true", R, None, None),
        (f"curl -X POST 'http://h:9/threads/{T}/runs/stream' -H 'x-api-key: s' -d '{{}}'", None, T, "http://h:9"),
        (f"content-location: /threads/{T}/runs/{R}", R, T, None),
        (f'{{"run_id":"{R}","thread_id": "{T}"}}', R, T, None),
        (f"error run_id={R} thread_id={T} graph_id=x", R, T, None),
        (f"\x1b[36mrun_id\x1b[0m=\x1b[35m{R}\x1b[0m \x1b[36mthread_id\x1b[0m=\x1b[35m{T}\x1b[0m", R, T, None),
        (f"Created run {{runId: '{R}', threadId: '{T}'}} http://127.0.0.1:2024", R, T, "http://127.0.0.1:2024"),
        (f"Thread {T} hangs", None, T, None),
        (f"{T} {R}", R, T, None),
        (T, None, T, None),
    ],
)
def test_what_a_text_points_at(text: str, run: str | None, thread: str | None, base: str | None) -> None:
    found = recognise(text)

    assert found is not None
    assert (found.run, found.thread, found.base) == (run, thread, base)
    assert found.said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing to see here",
        "http://127.0.0.1:8080/",
        "https://example.com/docs",
        "https://api.openai.com/v1/threads/thread_abc12345678/runs/run_abc12345678",
        f"https://x.azure.com/openai/threads/{T}?api-version=2024-05-01",
        "run_abc12345678 is stuck",
        "http://[bad",
        "https://smith.langchain.com/settings",
        "https://eu.smith.langchain.com/settings",
    ],
)
def test_what_is_not_ours(text: str) -> None:
    assert recognise(text) is None


def test_a_refusal_that_names_the_run_in_the_way() -> None:
    body = f"{{\"detail\":\"Thread {T} has in-flight runs: [{{'run_id': UUID('{R}'), 'thread_id': UUID('{T}')}}]\"}}"

    found = recognise(body)

    assert found is not None
    assert (found.thread, found.run, found.blocked_by) == (T, None, R)
    assert R in found.said


def test_a_refusal_with_the_address_that_was_asked() -> None:
    text = f"POST http://h:1/threads/{T}/runs/stream\n409 Thread is already running a task. Wait for it to finish"

    found = recognise(text)

    assert found is not None
    assert (found.thread, found.base) == (T, "http://h:1")
    assert found.said == "a thread that another run holds"


def test_a_refusal_alone_tells_what_it_lacks() -> None:
    found = recognise('{"detail":"Thread is already running a task. Wait for it to finish"}')

    assert found == Target("langgraph", said=found.said if found else "", blocked_by="")
    assert found is not None
    assert "does not tell" in found.said


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    recognise(text)
    recognise("http://" + text)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocols.assistants.recognise import recognise

UUID = "20236ffa-3d89-4d9a-8bd9-6e6cd87e0316"
OTHER = "d82ef8c5-2b2a-4cd9-8684-9bffe61eb02a"
FOUNDRY = "https://res.services.ai.azure.com/api/projects/p1"


@pytest.mark.parametrize(
    "text, base, query, thread, run",
    [
        ("http://h:1/v1/threads/thread_a1/runs/run_b1", "http://h:1/v1", (), "thread_a1", "run_b1"),
        (f"http://h/threads/{OTHER}/runs/{UUID}/steps", "http://h", (), OTHER, UUID),
        (
            f"{FOUNDRY}/threads/thread_a1/runs/run_b1?api-version=v1",
            FOUNDRY,
            (("api-version", "v1"),),
            "thread_a1",
            "run_b1",
        ),
        (
            "https://r.openai.azure.com/openai/threads/thread_a1/messages?api-version=2024-05-01-preview&api-key=k",
            "https://r.openai.azure.com/openai",
            (("api-version", "2024-05-01-preview"),),
            "thread_a1",
            None,
        ),
        (FOUNDRY + "?api-version=v1", FOUNDRY, (("api-version", "v1"),), None, None),
        ("https://u:pw@h/v1/threads/thread_a1", "https://h/v1", (), "thread_a1", None),
        (
            "curl -X POST 'http://h/v1/threads/thread_a1/runs/run_b1/cancel' -H 'Authorization: Bearer x'",
            "http://h/v1",
            (),
            "thread_a1",
            "run_b1",
        ),
        ("https://platform.openai.com/threads/thread_a1", None, (), "thread_a1", None),
        ("https://platform.openai.com/playground/assistants?thread=thread_a1", None, (), "thread_a1", None),
    ],
)
def test_an_address(
    text: str, base: str | None, query: tuple[tuple[str, str], ...], thread: str | None, run: str | None
) -> None:
    target = recognise(text)
    assert target is not None
    assert (target.base, target.query, target.thread, target.run) == (base, query, thread, run)
    assert target.said


@pytest.mark.parametrize(
    "text, thread, run",
    [
        ("thread_abc123", "thread_abc123", None),
        ("run_abc123", None, "run_abc123"),
        ("12:00 ERROR run_id=run_b1b thread_id=thread_a1a expired", "thread_a1a", "run_b1b"),
        (f'{{"run_id": "{UUID}", "thread_id": "{OTHER}"}}', OTHER, UUID),
        (f"thread id: {OTHER}", OTHER, None),
        ('{"id": "run_b1b", "object": "thread.run", "thread_id": "thread_a1a"}', "thread_a1a", "run_b1b"),
        ("""{"error": {"message": "No thread found with id 'thread_a1a'."}}""", "thread_a1a", None),
        ("""{"error": {"message": "No run found with id 'x-1'."}}""", None, "x-1"),
    ],
)
def test_an_id_somewhere(text: str, thread: str | None, run: str | None) -> None:
    target = recognise(text)
    assert target is not None
    assert (target.thread, target.run) == (thread, run)


@pytest.mark.parametrize(
    "text",
    [
        "Can't add messages to thread_a1a while a run run_b1b is active.",
        '{"error": {"message": "Thread thread_a1a already has an active run run_b1b.", "code": null}}',
        "openai.BadRequestError: Error code: 400 - {'error': {'message': 'Thread thread_a1a already has an active run "
        "run_b1b.'}}",
    ],
)
def test_the_run_in_the_way(text: str) -> None:
    target = recognise(text)
    assert target is not None
    assert (target.thread, target.run, target.blocked_by) == ("thread_a1a", "run_b1b", "run_b1b")
    assert "run_b1b" in target.said


def test_a_refusal_without_an_id_is_explained() -> None:
    target = recognise('Runs in status "expired" do not accept tool outputs.')
    assert target is not None
    assert (target.thread, target.run) == (None, None)
    assert "expired" in target.said


def test_a_refusal_with_an_address_is_both() -> None:
    text = "POST http://h/v1/threads/thread_a1/runs/run_b1/cancel 400 Cannot cancel run with status 'completed'."
    target = recognise(text)
    assert target is not None
    assert (target.run, "completed" in target.said) == ("run_b1", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        UUID,
        "http://h:2024/",
        f"http://h:2024/threads/{OTHER}/runs/{UUID}/stream",
        "run_id: str | None = None",
        "resp_abc123",
        "http://[::1",
    ],
)
def test_what_points_at_nothing_here(text: str) -> None:
    target = recognise(text)
    assert target is None or target.thread is None


@given(st.text(max_size=80))
def test_any_text_can_be_pasted(text: str) -> None:
    recognise(text)
    recognise("https://h/v1/threads/" + text)

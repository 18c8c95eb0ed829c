"""A recording that is replayed and watched live is judged as the recording is."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest

from inspector.demo.replay import ReplayServer
from inspector.domain.adapter import Target
from inspector.domain.case import Thresholds
from inspector.services.hub import LIVE
from inspector.services.model import ConnectionSpec, RunId
from inspector.store.open import open_log
from inspector.wiring import build_hub
from tests.protocols.recorded import FOLDER, fold, frames_of, verdict_of

pytestmark = pytest.mark.anyio

SPEED = 50.0
BY_THE_SERVER = (
    "server_sigkill_mid_writing",
    "server_sigterm_mid_writing",
    "client_never_answers_ping_server_closes_1011",
)
BY_ITSELF = ("llm_empty_report", "llm_error_event_mid_report_twice", "human_feedback_uvicorn_legacy_websockets_impl")
ASIDE = {"gpt_researcher.busy", "gpt_researcher.answer_swallowed"}
"""They hang on what the recorded client sent besides its start, which is not sent again."""


def command_of(name: str) -> dict[str, object]:
    """What the recorded client started."""
    words = next(each.body.decode() for each in frames_of(name) if each.body.startswith(b"start "))
    found: dict[str, object] = json.loads(words.removeprefix("start "))
    return found


async def watched(name: str, tmp_path: Path) -> tuple[str, set[str], list[str]]:
    """Ending and findings as seen live, and the endings that the session of it has when it is opened again."""
    server = await ReplayServer.start(frames_of(name), speed=SPEED)
    hub = build_hub()
    session = tmp_path / "watched.session"
    try:
        await hub.record_to(session)
        spec = ConnectionSpec(server.url, "gpt_researcher", thresholds=Thresholds(silence=30.0))
        connection = await hub.connect(spec)
        run = await hub.start(connection.id, command_of(name))
        over = asyncio.Event()
        leave = hub.subscribe(lambda _: over.set() if _done(hub.verdict(run).ending.value) else None)
        async with asyncio.timeout(60):
            await over.wait()
        leave()
        verdict = hub.verdict(RunId(LIVE, run.key))
        ending, found = verdict.ending.value, {finding.id for finding in verdict.findings}
    finally:
        await hub.aclose()
        await server.aclose()
    with closing(open_log(session)) as log:
        book = fold(list(log))
    return ending, found, [verdict_of(book, each).ending.value for each in book.runs.values()]


def _done(ending: str) -> bool:
    return ending not in ("running", "not_started", "waiting")


@pytest.mark.parametrize("name", BY_THE_SERVER + BY_ITSELF)
async def test_live_and_replayed_are_one_verdict(name: str, tmp_path: Path) -> None:
    full = f"gpt_researcher/{name}"
    book = fold(frames_of(full))
    recorded = verdict_of(book, next(iter(book.runs.values())))
    ending, found, again = await watched(full, tmp_path)
    assert ending == recorded.ending.value
    quiet = {"stream.was_silent"} | ASIDE  # time goes faster here
    expected = {finding.id for finding in recorded.findings} - quiet
    # what the replay has besides: no file that the recording names is there to be fetched
    assert expected <= found
    assert found - expected <= {"gpt_researcher.no_report"} | quiet
    assert again[0] == ending


async def test_a_run_of_another_process_cannot_be_watched() -> None:
    assert FOLDER.exists()
    server = await ReplayServer.start(frames_of("gpt_researcher/llm_empty_report"), speed=SPEED)
    hub = build_hub()
    try:
        connection = await hub.connect(ConnectionSpec(server.url, "gpt_researcher"))
        run = await hub.watch(connection.id, Target("gpt_researcher", "r1"))
        assert hub.verdict(run).ending.value == "lost"
        assert all(action.why_not for action in hub.actions(run) if action.id != "refresh")
    finally:
        await hub.aclose()
        await server.aclose()

"""Each act that a scene of the demo server is made for, by hand and to its end; refusals; and nothing sent unasked."""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from inspector.cli import acting
from inspector.services.model import Step
from tests.cli.shop import Shop, until

pytestmark = pytest.mark.anyio

BOTH = {"call_weather_oslo": "11 degrees", "call_time_oslo": "ten"}


def seen(told: dict[str, Any], *writes: str) -> None:
    """The effect was proved, and what was planned is what was sent and answered."""
    assert (told["possible"], told["effect"]) == (True, "seen"), told
    assert [request["method"] for request in told["requests"]] == ["POST"] * len(writes)
    assert [answer["status"] // 100 for answer in told["answers"]] == [2] * len(writes)
    for request, write in zip(told["requests"], writes, strict=True):
        assert request["url"].split("?")[0].endswith(write)


async def test_an_interrupt_is_answered(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    told = await shop.act("resume", scene, "yes")
    seen(told, f"/threads/{scene.thread}/runs/stream")
    assert told["requests"][0]["body"]["command"] == {"resume": "yes"}
    assert (told["run"]["id"], told["run"]["ending"]) == (scene.run, "completed")
    assert (told["started"]["thread"], told["started"]["ending"]) == (scene.thread, "completed")
    assert shop.writes == [f"/threads/{scene.thread}/runs/stream"]


async def test_two_interrupts_want_a_map(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-two-interrupts")
    refused = await shop.act("resume", scene, "yes", exits=4)
    assert (refused["possible"], refused["effect"]) == (False, "refused")
    assert (refused["requests"], refused["answers"], refused["started"]) == ([], [], None)
    assert "give a map" in refused["why"]
    assert shop.writes == []
    async with httpx.AsyncClient(base_url=shop.url(scene)) as client:
        state = (await client.get(f"/threads/{scene.thread}/state")).json()
    ids = [one["id"] for task in state["tasks"] for one in task["interrupts"]]
    told = await shop.act("resume", scene, dict.fromkeys(ids, "5"))
    seen(told, "/runs/stream")
    assert told["started"]["ending"] == "completed"


async def test_tool_outputs_are_given_by_hand(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-tool-outputs")
    told = await shop.act("resume", scene, BOTH)
    seen(told, "/runs/stream")
    assert told["started"]["ending"] == "completed"


async def test_a_run_of_keepalives_is_cancelled_and_continued(shop: Shop) -> None:
    scene = await shop.at("langgraph-keepalives-only", "call_model")
    cancelled = await shop.act("cancel", scene, {"action": "interrupt"})
    seen(cancelled, "/cancel")
    assert cancelled["requests"][0]["url"].endswith("/cancel?action=interrupt")
    assert cancelled["requests"][0]["body"] is None
    assert cancelled["answers"] == [{"status": 202, "body": None}]
    assert cancelled["run"]["ending"] == "cancelled"
    continued = await shop.act("continue", scene)
    seen(continued, "/runs/stream")
    assert continued["started"]["ending"] == "completed"


async def test_a_run_is_rolled_back(shop: Shop) -> None:
    scene = await shop.at("langgraph-keepalives-only", "call_model")
    told = await shop.act("cancel", scene, {"action": "rollback"})
    seen(told, "/cancel")
    assert told["run"]["ending"] == "cancelled"


async def test_a_stuck_node_is_skipped_by_hand(shop: Shop) -> None:
    scene = await shop.at("langgraph-stuck-node", "crawl")
    seen(await shop.act("cancel", scene), "/cancel")
    skipped = await shop.act("set_state", scene, {"values": {"pages": "none"}, "as_node": "crawl"})
    seen(skipped, f"/threads/{scene.thread}/state")
    assert skipped["requests"][0]["body"] == {"values": {"pages": "none"}, "as_node": "crawl"}
    continued = await shop.act("continue", scene)
    assert continued["started"]["ending"] == "completed"


async def test_a_failed_node_is_run_again(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-failed")
    told = await shop.act("continue", scene)
    seen(told, "/runs/stream")
    assert (told["run"]["ending"], told["started"]["ending"]) == ("failed", "completed")


async def test_a_thread_goes_back_to_a_checkpoint(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-failed")
    async with httpx.AsyncClient(base_url=shop.url(scene)) as client:
        history = (await client.get(f"/threads/{scene.thread}/history")).json()
    first = next(each for each in history if each["next"] and each["next"] != ["__start__"])
    told = await shop.act("rewind", scene, {"checkpoint_id": first["checkpoint"]["checkpoint_id"]})
    seen(told, "/runs/stream")
    assert told["started"]["ending"] == "completed"


async def test_a_thread_is_given_up(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-time-limit")
    seen(await shop.act("give_up", scene), f"/threads/{scene.thread}/state")
    refused = await shop.act("continue", scene, exits=4)
    assert refused["effect"] == "refused"


async def test_a_zombie_does_not_obey_and_a_copy_of_its_thread_goes_on(shop: Shop) -> None:
    scene = await shop.enter("langgraph-blocked-by-zombie")
    listed = await shop.shell("runs", shop.url(scene), "--thread", str(scene.thread), "--json", exits=0)
    zombie = next(run["id"] for run in listed.lines if run["id"] != scene.run)
    async with httpx.AsyncClient(base_url=shop.url(scene)) as client:
        await until(client, "/metrics?format=json", lambda metrics: metrics["workers"]["active"] == 0)
    cancelled = await shop.act("cancel", scene, None, "--for", "1", run=zombie, exits=1)
    assert (cancelled["possible"], cancelled["effect"]) == (True, "not_seen")
    assert len(cancelled["requests"]) == len(cancelled["answers"]) == 1
    told = await shop.act("copy_and_continue", scene)
    seen(told, "/copy", "/threads/{thread_id}/runs/stream")
    assert told["started"]["ending"] == "completed"
    assert told["started"]["thread"] != scene.thread


async def test_a_look_writes_nothing(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-healthy")
    told = await shop.act("refresh", scene)
    seen(told)
    assert told["run"]["ending"] == "completed"
    assert shop.writes == []


async def test_both_tool_outputs_are_submitted_at_once(shop: Shop) -> None:
    scene = await shop.waiting("assistants-two-tool-outputs")
    waiting = (await shop.watch(scene, "--json")).last
    calls = {call["id"]: "12" for call in waiting["tool_calls"]}
    assert len(calls) == 2
    one = dict(list(calls.items())[:1])
    lacking = await shop.shell(
        "act", "submit_tool_outputs", *shop.words(scene), "--data", str(one).replace("'", '"'), "--yes"
    )
    assert (lacking.status, lacking.out) == (2, "")
    assert "output is missing" in lacking.err
    assert shop.writes == []
    told = await shop.act("submit_tool_outputs", scene, calls)
    seen(told, f"/threads/{scene.thread}/runs/{scene.run}/submit_tool_outputs")
    assert {output["tool_call_id"] for output in told["requests"][0]["body"]["tool_outputs"]} == set(calls)
    assert told["started"] is None
    assert (await shop.watch(scene, "--json", exits=0)).last["ending"] == "completed"


async def test_a_run_that_is_stuck_is_cancelled_and_a_new_one_started(shop: Shop) -> None:
    scene = await shop.enter("assistants-stuck")
    cancelled = await shop.act("cancel", scene)
    seen(cancelled, f"/runs/{scene.run}/cancel")
    assert cancelled["run"]["ending"] == "cancelled"
    told = await shop.act("start_new_run", scene, {"assistant_id": "asst_healthy"})
    seen(told, f"/threads/{scene.thread}/runs")
    assert (told["started"]["ending"], told["run"]["ending"]) == ("completed", "cancelled")


async def test_an_act_that_is_late_is_refused_with_the_reason(shop: Shop) -> None:
    scene = await shop.over("assistants-expired", "expired")
    refused = await shop.act("cancel", scene, exits=4)
    assert (refused["possible"], refused["effect"], refused["answers"]) == (False, "refused", [])
    assert "expired" in refused["why"]
    assert refused["run"]["ending"] == "expired"
    text = await shop.shell("act", "cancel", *shop.words(scene), "--yes", exits=4)
    assert (text.out, text.err.count("\n")) == ("", 1)
    assert shop.writes == []


@pytest.mark.parametrize(
    ("name", "action", "data"),
    [
        ("langgraph-interrupt", "resume", '"yes"'),
        ("langgraph-interrupt", "copy_and_continue", '"yes"'),
        ("langgraph-failed", "continue", "null"),
        ("assistants-expired", "start_new_run", '{"assistant_id": "asst_healthy"}'),
    ],
)
async def test_a_dry_run_sends_nothing_but_reads(shop: Shop, name: str, action: str, data: str) -> None:
    scene = await (shop.over(name, "expired") if name.endswith("-expired") else shop.waiting(name))
    words = ["act", action, *shop.words(scene), "--data", data, "--dry-run"]
    planned = (await shop.shell(*words, "--json", exits=0)).last
    assert (planned["possible"], planned["effect"], planned["answers"]) == (True, "not_seen", [])
    shown = (await shop.shell(*words, exits=0)).out
    for request in planned["requests"]:
        assert request["method"] == "POST"
        assert request["url"] in shown
    assert shop.asked != []
    assert shop.writes == []


async def test_nothing_is_sent_without_consent(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    told = await shop.shell("act", "resume", *shop.words(scene), "--data", '"yes"', exits=2)
    assert "--yes" in told.err
    assert (told.out, shop.asked) == ("", [])


@pytest.mark.parametrize("answer", ["n\n", "", "y\n"])
async def test_a_person_at_a_terminal_is_asked(shop: Shop, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    scene = await shop.waiting("langgraph-interrupt")

    read, write = os.pipe()
    os.write(write, answer.encode())
    os.close(write)
    keyboard = Mock(isatty=lambda: True, fileno=lambda: read)
    monkeypatch.setattr("sys.stdin", keyboard)
    words = ["act", "resume", *shop.words(scene), "--data", '"yes"']
    agreed = answer == "y\n"
    told = await shop.shell(*words, exits=0 if agreed else 1)
    assert f"/threads/{scene.thread}/runs/stream" in told.out
    assert "Send? [y/N]" in told.err
    assert (acting.KEPT_BACK in told.err) is not agreed
    assert len(shop.writes) == int(agreed)
    if not agreed:
        kept_back = await shop.shell(*words, "--json", exits=1)
        assert (kept_back.last["why"], kept_back.last["answers"]) == (acting.KEPT_BACK, [])
        assert f"/threads/{scene.thread}/runs/stream" in kept_back.err
    os.close(read)


@pytest.mark.parametrize(
    ("action", "more", "words"),
    [
        ("bongo", (), "There is no action “bongo” here; there are resume, continue"),
        ("resume", ("--data", "{yes"), "--data is no JSON"),
        ("resume", ("--data", "@nowhere.json"), "nowhere.json cannot be read"),
        ("rewind", ("--data", "{}"), "checkpoint_id"),
    ],
)
async def test_wrong_use_is_said_in_one_sentence(shop: Shop, action: str, more: tuple[str, ...], words: str) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    told = await shop.shell("act", action, *shop.words(scene), "--yes", *more, exits=2)
    assert words in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert shop.writes == []


async def test_the_steps_are_told_to_a_person(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    told = await shop.shell("act", "resume", *shop.words(scene), "--data", '"yes"', "--yes", exits=0)
    steps = [line[:9].strip() for line in told.out.splitlines()]
    assert [step for step in steps if step in ("sending", "answered", "seen")] == ["sending", "answered", "seen"]
    assert "started:" in told.out


def test_a_refusal_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    acting.tell(Step("refused", "It is over."))
    assert capsys.readouterr() == ("", "stream-inspector: It is over.\n")

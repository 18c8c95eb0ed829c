"""Responses from the command line: each scene is explained, and each act has its effect and is proved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.demo.rs_state import Response
from tests.cli.shop import Said, Shop

pytestmark = pytest.mark.anyio

FAST = ("--silence", "0.5")


async def started(shop: Shop, name: str, *more: str, exits: int | None = None) -> Said:
    """Play a scene that is entered by starting, and watch what it starts."""
    scene = await shop.server.play(f"responses-{name}")
    data = json.dumps(dict(scene.start or {}))
    words = ["start", shop.url(scene), "--protocol", "responses", "--data", data, "--json"]
    return await shop.shell(*words, *more, exits=exits)


async def act(shop: Shop, action: str, run: str, data: Any = None, *more: str, exits: int = 0) -> dict[str, Any]:
    """Send an act without asking; the object that it prints. The id alone tells which protocol is meant."""
    given = [] if data is None else ["--data", json.dumps(data)]
    words = ["act", action, shop.server.url_responses, run, *given, "--yes", "--json", *more]
    (told,) = (await shop.shell(*words, exits=exits)).lines
    assert isinstance(told, dict)
    return told


def ids(run: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in run["findings"]}


@pytest.mark.parametrize(
    ("scene", "ending", "finding", "status"),
    [
        ("healthy", "completed", None, 0),
        ("no-terminal-event", "completed", "run.final_event_lost", 0),
        ("failed", "failed", "run.failed", 1),
        ("token-limit", "incomplete", "run.incomplete", 1),
        ("content-filter", "incomplete", "run.incomplete", 1),
        ("two-tool-outputs", "waiting", "run.waiting_for_input", 0),
        ("approval", "waiting", "run.waiting_for_input", 0),
        ("cut-midway", "completed", "stream.cut", 0),
    ],
)
async def test_what_is_started_is_explained(
    shop: Shop, scene: str, ending: str, finding: str | None, status: int
) -> None:
    run = (await started(shop, scene, exits=status)).last
    assert run["ending"] == ending
    assert finding is None or finding in ids(run)
    assert "run.illegal_transition" not in ids(run)


@pytest.mark.parametrize(
    ("scene", "ending", "finding"),
    [
        ("silent-after-created", "stalled", "stream.silent"),
        ("silent-mid-text", "stalled", "stream.silent"),
    ],
)
async def test_a_silence_is_told_while_it_lasts(shop: Shop, scene: str, ending: str, finding: str) -> None:
    run = (await started(shop, scene, "--for", "1.5", *FAST, exits=1)).last
    assert (run["ending"], finding in ids(run)) == (ending, True)
    assert "cancel" in next(each["next"] for each in run["findings"] if each["id"] == finding)


async def test_a_stream_that_can_be_had_no_longer_is_replaced_by_asking(shop: Shop) -> None:
    scene = await shop.enter("responses-short-window")
    said = await shop.watch(scene, "--json", exits=0)
    kinds = [line["event"]["kind"] for line in said.lines[:-1]]
    assert kinds.count("400") >= 1
    assert (said.last["ending"], "run.illegal_transition" in ids(said.last)) == ("completed", False)
    assert said.last["messages"][0]["text"].endswith("of interest.")


async def test_a_cancel_by_somebody_else_is_no_loss_of_an_event(shop: Shop) -> None:
    scene = await shop.enter("responses-cancelled")
    run = (await shop.watch(scene, "--json", exits=1)).last
    assert (run["ending"], run["findings"]) == ("cancelled", [])


async def test_both_outputs_are_submitted_at_once_and_a_new_response_uses_them(shop: Shop) -> None:
    run = (await started(shop, "two-tool-outputs")).last
    one, two = (call["id"] for call in run["tool_calls"])
    refused = await shop.shell("act", "submit_tool_outputs", shop.server.url_responses, run["id"], "--data",
                               json.dumps({one: "12 C"}), "--yes", exits=2)  # fmt: skip
    assert "get_time" in refused.err
    told = await act(shop, "submit_tool_outputs", run["id"], {one: "12 C", two: "noon"})
    assert told["effect"] == "seen"
    (request,) = told["requests"]
    assert [item["call_id"] for item in request["body"]["input"]] == [one, two]
    assert request["body"]["previous_response_id"] == run["id"]
    assert told["started"]["messages"][0]["text"] == "The tools say “12 C” and “noon”."
    assert told["run"]["ending"] == "completed"


@pytest.mark.parametrize(
    ("decision", "said"),
    [({"approve": True}, "The branch is deleted."), ({"approve": False, "reason": "no"}, "The branch stays: no.")],
)
async def test_a_call_is_approved_or_denied(shop: Shop, decision: dict[str, Any], said: str) -> None:
    run = (await started(shop, "approval")).last
    told = await act(shop, "approve", run["id"], decision)
    assert (told["effect"], told["started"]["messages"][0]["text"]) == ("seen", said)


async def test_a_stuck_background_response_is_cancelled_and_started_anew(shop: Shop) -> None:
    scene = await shop.enter("responses-stuck-in-queue")
    run = str(scene.run)
    told = await act(shop, "cancel", run)
    assert (told["effect"], told["run"]["ending"]) == ("seen", "cancelled")
    again = await act(shop, "cancel", run, exits=4)
    assert (again["possible"], again["requests"]) == (False, [])
    new = await act(shop, "start_new_run", run, {"model": "healthy", "input": "Again?"})
    assert (new["effect"], new["started"]["ending"]) == ("seen", "completed")


async def test_an_end_that_is_not_good_is_started_anew(shop: Shop) -> None:
    run = (await started(shop, "failed")).last
    new = await act(shop, "start_new_run", run["id"], {"input": "Again?", "model": "healthy"})
    assert (new["effect"], new["started"]["ending"]) == ("seen", "completed")


async def test_a_foreground_response_of_another_app_is_left_alone_and_it_is_said_what_ends_it(shop: Shop) -> None:
    responses = shop.server._app.responses
    made = responses.create({"model": "slow", "input": "Hello", "stream": True})
    assert isinstance(made, Response)
    responses.begin(made)
    told = await act(shop, "cancel", made.id, exits=4)
    assert "ends when the connection that carries it is closed by the app" in told["why"]


async def test_a_stream_is_opened_again_by_hand(shop: Shop) -> None:
    scene = await shop.enter("responses-short-window")
    told = await act(shop, "resume_stream", str(scene.run))
    (request,) = told["requests"]
    assert (request["method"], "stream=true" in request["url"]) == ("GET", True)
    assert (told["effect"], told["run"]["ending"]) == ("seen", "completed")
    assert "stream.sequence" not in ids(told["run"])
    over = await act(shop, "resume_stream", str(scene.run), exits=4)
    assert "over" in over["why"]


async def test_the_id_of_a_response_tells_which_protocol_of_two_is_meant(shop: Shop) -> None:
    scene = await shop.enter("responses-stuck-in-queue")
    said = await shop.shell("watch", shop.url(scene), str(scene.run), "--for", "0.3", "--json")
    assert said.last["status"] == "queued"

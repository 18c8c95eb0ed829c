"""Acts on a run that lives on its connection, by the command line alone."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from inspector.cli.then import wanted
from inspector.domain.errors import UserError
from tests.cli.shop import Shell, Shop

pytestmark = pytest.mark.anyio


async def begin(shop: Shop, scene: str, *words: str, exits: int | None = None) -> list[Any]:
    """The objects that a start prints which are no events."""
    played = await shop.server.play(f"gpt_researcher-{scene}")
    data, url = json.dumps(dict(played.start or {})), shop.server.url_gpt_researcher
    said = await shop.shell("start", url, "--data", data, "--json", "--yes", *words, exits=exits)
    return [line for line in said.lines if "event" not in line]


def found(run: Any) -> set[str]:
    return {finding["id"] for finding in run["findings"]}


async def test_a_research_is_started_and_asked_about(shop: Shop) -> None:
    act, run = await begin(shop, "healthy", "--then", "chat=why?", exits=0)
    assert (act["action"], act["effect"], act["answers"]) == ("chat", "seen", [{"status": 101, "body": None}])
    assert (run["ending"], run["id"]) == ("completed", None)
    assert [message["role"] for message in run["messages"]] == ["assistant", "user", "assistant"]


async def test_the_plan_is_answered_twice_where_the_first_is_thrown_away(shop: Shop) -> None:
    act, run = await begin(shop, "plan-question", "--then", "answer_plan=no", exits=0)
    assert len(act["requests"]) == len(act["answers"]) == 2
    assert run["ending"] == "completed"
    assert "gpt_researcher.answer_swallowed" in found(run)


async def test_what_looks_finished_and_is_not_is_started_again(shop: Shop) -> None:
    act, run = await begin(shop, "no-report", "--then", "start_again", exits=0)
    assert act["run"]["ending"] == "incomplete"
    assert "gpt_researcher.no_report" in found(act["run"])
    assert [request["method"] for request in act["requests"]] == ["GET", "SEND"]
    assert run["ending"] == "completed"


async def test_a_socket_is_closed_and_what_is_written_after_that_is_told(shop: Shop) -> None:
    act, run = await begin(shop, "written-after-close", "--for", "0.5", "--then", "cancel", exits=1)
    assert [(request["method"], request["url"][:5]) for request in act["requests"]] == [("CLOSE", "ws://")]
    assert run["ending"] == "cancelled"
    assert {"socket.frames_after_close", "socket.closed_while_running"} <= found(run)


async def test_an_act_that_cannot_work_is_refused_and_the_next_not_tried(shop: Shop) -> None:
    act, run = await begin(shop, "killed", "--then", "cancel", "--then", "start_again", exits=4)
    assert (act["possible"], act["effect"]) == (False, "refused")
    assert run["ending"] == "cut"


async def test_nothing_is_sent_without_consent(shell: Shell) -> None:
    said = await shell("start", "http://127.0.0.1:9", "--data", "{}", "--then", "cancel", exits=2)
    assert "--yes" in said.err


def test_the_words_of_an_act() -> None:
    words = ["cancel", "chat=why?", 'chat={"message": "x"}', "answer_plan=no"]
    args = argparse.Namespace(then=words, yes=True)
    assert wanted(args) == [("cancel", None), ("chat", "why?"), ("chat", {"message": "x"}), ("answer_plan", "no")]
    with pytest.raises(UserError):
        wanted(argparse.Namespace(then=["chat={x"], yes=True))


async def test_an_unknown_act_and_data_that_is_none_are_wrong_use(shop: Shop) -> None:
    url = shop.server.url_gpt_researcher
    said = await shop.shell("start", url, "--data", '{"task": "x"}', "--yes", "--then", "resume", exits=2)
    assert "answer_plan" in said.err
    said = await shop.shell("start", url, "--data", '{"task": "x"}', "--yes", "--then", "chat={x", exits=2)
    assert "no JSON" in said.err


async def test_the_saved_reports_are_listed_and_read(shop: Shop) -> None:
    url = shop.server.url_gpt_researcher
    said = await shop.shell("runs", url, "--json")
    rows = said.lines
    assert [row["status"] for row in rows] == ["saved"]
    said = await shop.shell("watch", url, rows[0]["id"], "--json")
    assert (said.last["id"], said.last["ending"]) == (rows[0]["id"], "unknown")
    assert len(said.last["messages"]) == 2

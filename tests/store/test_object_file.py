from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store import object_file
from inspector.store.log import ReadLog
from inspector.store.thread_file import SAVED
from tests.protocols.recorded import fold, verdicts

RUN = {"id": "run_1", "object": "thread.run", "thread_id": "thread_1", "status": "incomplete"}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "status": "failed",
    "output": [],
    "error": {"code": "x", "message": "y"},
}


def read(value: Any) -> ReadLog:
    content = json.dumps(value, indent=1).encode()
    assert object_file.sniff(content)
    return object_file.read(BytesIO(content), "a.json")


@pytest.mark.parametrize(
    "value, told",
    (
        (RUN, [("run_1", "incomplete")]),
        (RESPONSE, [("resp_1", "failed")]),
        ([RUN, {**RUN, "id": "run_2", "status": "completed"}], [("run_1", "incomplete"), ("run_2", "completed")]),
        ({"object": "list", "data": [RUN], "has_more": False}, [("run_1", "incomplete")]),
    ),
)
def test_an_object_is_the_answer_to_the_read_of_it(value: Any, told: list[tuple[str, str]]) -> None:
    log = read(value)
    assert [(run.id, verdict.ending.value) for run, verdict in verdicts(fold(list(log), log.protocol))] == told
    assert log.warnings == [SAVED]


def test_a_step_belongs_to_its_run() -> None:
    step = {"id": "step_1", "object": "thread.run.step", "thread_id": "thread_1", "run_id": "run_1", "status": "failed"}
    (asked,) = [frame.head["url"] for frame in read(step) if frame.kind is Kind.REQUEST]
    assert asked == "/v1/threads/thread_1/runs/run_1/steps/step_1"


def test_an_id_that_is_no_text_stands_in_its_address() -> None:
    (asked,) = [frame.head["url"] for frame in read({**RESPONSE, "id": "a\ud800"}) if frame.kind is Kind.REQUEST]
    assert asked == "/v1/responses/a%ED%A0%80"


def test_what_a_list_holds_besides_is_left_out_and_counted() -> None:
    log = read([RUN, {"object": "assistant", "id": "asst_1"}, 7])
    assert log.warnings == [SAVED, "2 parts of the list were left out: they are no run, step or response."]


def test_a_long_one_is_known_by_its_beginning() -> None:
    content = json.dumps({**RESPONSE, "instructions": "x" * 100_000}).encode()
    assert object_file.sniff(content[:65536])
    assert object_file.read(BytesIO(content), "a.json").protocol == "responses"


@pytest.mark.parametrize(
    "content",
    (
        b"",
        b"{}",
        b"[]",
        b'{"object": "assistant", "id": "a"}',
        b'{"object": "response"}',
        b'{"object": "trace", "id": "t"}\n{"object": "x"}',
    ),
)
def test_anything_else_is_not_its(content: bytes) -> None:
    assert not object_file.sniff(content)


@pytest.mark.parametrize("content", (b'{"object": "thread.run"', b"[]"))
def test_what_cannot_be_used_is_refused(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^a\.json is "):
        object_file.read(BytesIO(content), "a.json")

"""Many responses on one socket."""

from __future__ import annotations

from inspector.domain.book import Keys
from inspector.domain.events import RunKey
from inspector.protocols.exchange import Exchange
from inspector.protocols.responses.memory import Memory
from inspector.protocols.responses.socket import SocketReader
from inspector.protocols.responses.stream import StreamReader
from tests.protocols.responses.wire import Log, call, fold, output, response

CREATE = {"type": "response.create", "model": "m", "input": "hi"}


def lifecycle(status: str, id: str, **more: object) -> dict[str, object]:
    return {"type": f"response.{status}", "response": response(status, id), **more}


def test_one_after_the_other() -> None:
    log = Log().socket()
    for id in ("resp_1", "resp_2"):
        log.frame(CREATE, out=True).frame(lifecycle("in_progress", id)).frame(lifecycle("completed", id))
    seen = fold(log.frame("", op="close", code=1000))
    assert [(run.id, seen.ending(number)) for number, run in enumerate(seen.runs)] == [
        ("resp_1", "completed"),
        ("resp_2", "completed"),
    ]
    assert seen.found(1) == set()


def test_side_by_side_by_their_streams() -> None:
    log = Log().socket().frame({**CREATE, "stream_id": "a"}, out=True).frame({**CREATE, "stream_id": "b"}, out=True)
    log.frame(lifecycle("in_progress", "resp_b", stream_id="b")).frame(
        lifecycle("in_progress", "resp_a", stream_id="a")
    )
    for lane in ("a", "b"):
        log.frame({"type": "response.output_text.delta", "stream_id": lane, "item_id": "m", "delta": lane})
    log.frame(lifecycle("completed", "resp_a", stream_id="a"))
    seen = fold(log)
    told = {run.id: [message.text for message in run.messages.values()] for run in seen.runs}
    assert told == {"resp_a": ["a"], "resp_b": ["b"]}
    assert [seen.ending(number) for number in (0, 1)] == ["completed", "running"]


def test_a_refusal_is_of_the_request_that_is_next() -> None:
    log = Log().socket().frame(CREATE, out=True)
    log.frame({"type": "error", "status": 429, "error": {"message": "slow down", "code": "rate_limit_exceeded"}})
    seen = fold(log)
    assert (seen.ending(), seen.run.id) == ("failed", None)


def test_a_close_during_a_response_is_told() -> None:
    log = Log().socket().frame(CREATE, out=True).frame(lifecycle("in_progress", "resp_1"))
    seen = fold(log.frame("", op="close", code=1011).end("closed"))
    assert seen.ending() == "cut"
    assert "socket.closed_while_running" in seen.found()


def test_a_wait_outlives_its_socket() -> None:
    item = {"type": "response.output_item.done", "output_index": 0, "item": call("call_1")}
    log = Log().socket().frame(CREATE, out=True).frame(lifecycle("in_progress", "resp_1")).frame(item)
    seen = fold(log.frame(lifecycle("completed", "resp_1")).frame("", op="close", code=1000).end("closed"))
    assert (seen.ending(), seen.found()) == ("waiting", {"run.waiting_for_input"})


def test_what_is_no_json_is_told() -> None:
    log = Log().socket().frame(CREATE, out=True).frame("gibberish").frame(lifecycle("in_progress", "resp_1"))
    assert "stream.bad_data" in fold(log).found()


def test_the_request_can_be_looked_up_for_acting() -> None:
    log = Log().socket().frame(CREATE, out=True).frame(lifecycle("in_progress", "resp_1"))
    said = fold(log).case().said("asked", "resp_1")
    assert said is not None
    assert said.data["model"] == "m"


def test_outputs_that_are_injected_answer_the_response_under_way() -> None:
    item = {"type": "response.output_item.done", "output_index": 0, "item": call("call_1")}
    log = Log().socket().frame(CREATE, out=True).frame(lifecycle("in_progress", "resp_1")).frame(item)
    log.frame({"type": "response.inject", "input": [output("call_1", "found")]}, out=True)
    seen = fold(log.frame(lifecycle("completed", "resp_1")))
    assert (seen.ending(), seen.run.tools["call_1"].output) == ("completed", "found")


def test_a_heartbeat_is_no_content() -> None:
    keys = Keys(lambda: RunKey(1))
    memory = Memory(keys)
    reader = SocketReader(keys, memory, StreamReader(keys, memory))
    (beat,) = reader.read(Exchange(1), Log().socket().frame("", op="ping").frames[-1])
    assert (beat.name, beat.content) == (": ping", False)

"""Findings about the connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inspector.domain.events import ErrorSeen, Purpose
from tests.catalogue.entry import Entry
from tests.domain.toy import Story
from tests.protocols.assistants.wire import Log, fold, run
from tests.protocols.responses.wire import Log as Responses
from tests.protocols.responses.wire import fold as fold_responses


def at_work(*states: str) -> Story:
    story = Story().request().response().state(1, "queued").state(2, "busy")
    for number, state in enumerate(states, 3):
        story.state(number, state)
    return story


def told(log: Log) -> Collection[str]:
    return fold(log).found()


def http(status: int, code: bool = True) -> Story:
    facts = [ErrorSeen("http", "no", None, status)] if code else []
    return Story().request().response(0.1, status, *facts).end(0.2)


def numbered(*numbers: int) -> Collection[str]:
    log = Responses().open()
    for number in numbers:
        log.says("response.in_progress", response={"id": "resp_1", "status": "in_progress"}, sequence_number=number)
    return fold_responses(log.end("cut")).found()


def torn(rest: str) -> Collection[str]:
    return told(Log().create().status("in_progress").bytes(rest.encode()).end())


def answered(kind: str, body: str) -> Collection[str]:
    log = Log().request("POST", "/threads/thread_1/runs", {"assistant_id": "a", "stream": True})
    return told(log.answer(body, 200, kind))


def sent(*counts: str) -> Collection[str]:
    log = Responses()
    for count in counts:
        log.ask(x_stainless_retry_count=count).end("closed", "client")
    return fold_responses(log).found()


STREAMS: Mapping[str, Entry] = {
    "stream.no_terminal": Entry(
        fires=lambda: at_work().end(3).found(),
        calm=lambda: at_work("done").end(4).found(),
        before=lambda: at_work("asking").end(4).found(),
        at=lambda: at_work().end(3).server(4, "busy").found(terminal=False),
    ),
    "stream.cut": Entry(
        fires=lambda: at_work().end(3, "cut").found(),
        calm=lambda: at_work().end(3).found(),
        before=lambda: at_work().end(3, "reset", "client").found(),
        at=lambda: at_work().end(3, "reset").found(),
    ),
    "stream.no_headers": Entry(
        fires=lambda: Story().request().end(0.1, "refused").found(),
        calm=lambda: Story().request().response(9).found(9),
        before=lambda: Story().request(5).found(14.999),
        at=lambda: Story().request(5).found(15),
    ),
    "stream.no_events": Entry(
        fires=lambda: Story().request().response(1).end(2).found(),
        calm=lambda: Story().request().response(1).state(2, "busy").end(3).found(),
        before=lambda: Story().request().response(1).found(10.999),
        at=lambda: Story().request().response(1).found(11),
    ),
    "stream.silent": Entry(
        fires=lambda: at_work().beat(30).beat(60).found(90),
        calm=lambda: at_work("done").found(500),
        before=lambda: at_work().found(31.999),
        at=lambda: at_work().found(32),
    ),
    "stream.was_silent": Entry(
        fires=lambda: at_work().state(60, "busy").found(61),
        calm=lambda: at_work().found(90),
        before=lambda: at_work().event(31.999).found(),
        at=lambda: at_work().event(32).found(),
    ),
    "client.gave_up": Entry(
        fires=lambda: at_work().end(3, "closed", "client").found(),
        calm=lambda: at_work().end(3, "cut").found(),
        before=lambda: at_work("done").end(4, "closed", "client").found(),
        at=lambda: at_work().end(4, "closed", "client").found(),
    ),
    "stream.half_event": Entry(
        fires=lambda: torn('event: thread.run.completed\ndata: {"id": "run_1", "sta'),
        calm=lambda: told(Log().create().status("completed").end()),
        before=lambda: torn("event: done\ndata: [DON"),
        at=lambda: torn('event: x\ndata: "[DON'),
    ),
    "stream.bad_data": Entry(
        fires=lambda: told(Log().create().event("thread.run.in_progress", "no JSON").end()),
        calm=lambda: told(Log().create().status("in_progress").end()),
        before=lambda: told(Log().create().event("thread.run.in_progress", run("in_progress", name="ü")).end()),
        at=lambda: told(Log().create().bytes(b'event: thread.message.delta\ndata: {"id": "\xff"}\n\n').end()),
    ),
    "stream.not_a_stream": Entry(
        fires=lambda: answered("text/html", "<html>"),
        calm=lambda: told(Log().create().status("completed").end()),
        before=lambda: answered("text/event-stream; charset=utf-8", ""),
        at=lambda: answered("application/json", "{}"),
    ),
    "stream.http_error": Entry(
        fires=lambda: http(503).found(),
        calm=lambda: at_work().found(),
        before=lambda: Story().request(0, Purpose.READ).response(0.1, 400, ErrorSeen("http", "no")).end(0.2).found(),
        at=lambda: http(400).found(),
    ),
    "stream.error_event": Entry(
        fires=lambda: at_work().event(3, ErrorSeen("event", "boom")).found(),
        calm=lambda: at_work("failed").found(),
        before=lambda: at_work().event(3, ErrorSeen("run", "boom")).found(),
        at=lambda: at_work("failed").event(4, ErrorSeen("event", "boom")).found(),
    ),
    "stream.after_terminal": Entry(
        fires=lambda: told(Log().create().status("completed").status("in_progress").end()),
        calm=lambda: told(Log().create().status("in_progress").status("completed").end()),
        before=lambda: told(Log().create().status("completed").event("done", "[DONE]").end()),
        at=lambda: told(Log().create().status("completed").status("queued").end()),
    ),
    "stream.sequence": Entry(
        fires=lambda: numbered(0, 1, 3),
        calm=lambda: numbered(0, 1, 2),
        before=lambda: numbered(0, 1),
        at=lambda: numbered(0, 1, 1),
    ),
    "stream.attempts": Entry(
        fires=lambda: sent("0", "1", "2"),
        calm=lambda: sent("0"),
        before=lambda: sent("0"),
        at=lambda: sent("0", "1"),
    ),
}

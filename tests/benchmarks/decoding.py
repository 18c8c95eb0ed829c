"""G1, G2: decoding, judging and storing a stream, beside libraries that only decode it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby
from pathlib import Path
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.protocols.registry import ADAPTERS
from inspector.services.ledger import Ledger
from inspector.store.session import SessionWriter
from tests.benchmarks.bench import Measured, Setting, goal, interleaved
from tests.benchmarks.material import HEAD, frames

EVENTS, GRAPH_EVENTS = 20_000, 10_000
COMMIT = 1000
CHUNK = 64 * 1024
NUMBERS = count()


def library(name: str) -> Any:
    """A library that is there for the benchmark only."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UserError(
            f"{name.partition('.')[0]} is not installed: pip install openai httpx-sse langgraph-sdk."
        ) from None


def pipeline(folder: Path, log: Sequence[Frame], protocol: str) -> Callable[[], None]:
    """All that the program does with a stream: kept on disk, decoded, folded, and every run judged."""

    def work() -> None:
        ledger = Ledger(1, tuple(ADAPTERS.values()), protocol)
        with SessionWriter.create(folder / f"pipe-{next(NUMBERS)}.session", HEAD) as writer:
            for start in range(0, len(log), COMMIT):
                part = log[start : start + COMMIT]
                writer.append(part)
                ledger.take(part)
        ledger.finish()
        for key in ledger.run_keys():
            ledger.verdict(key)

    return work


def in_chunks(log: Sequence[Frame], size: int) -> list[Frame]:
    """The same bytes in chunks of this size, or less at the end of a stream."""
    found: list[Frame] = []
    for link, part in groupby(log, key=lambda frame: frame.link):
        whole = list(part)
        rest = [frame for frame in whole if frame.kind is not Kind.DATA]
        bodies = [Frame(0, whole[-1].at, link, Kind.DATA, {}, chunk) for chunk in cut(whole, size)]
        found += [*rest[:2], *bodies, *rest[2:]]
    return [replace(frame, seq=number) for number, frame in enumerate(found, 1)]


def graph_stream(events: int) -> list[Frame]:
    """A LangGraph stream of message pieces of about a kilobyte, with CRLF, and an update now and then."""
    url = "https://graph.example.com/threads/6e7f4b8e-0000-4000-8000-000000000001/runs/stream"
    log = [
        Frame(1, 1.0, 1, Kind.REQUEST, {"method": "POST", "url": url, "headers": {}, "json": True}, b'{"input":{}}'),
        Frame(2, 2.0, 1, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}),
    ]
    told: list[tuple[str, Any]] = [("metadata", {"run_id": "01a1fb98-321d-76c1-858b-a90422fa47bc", "attempt": 1})]
    meta = {f"langgraph_{name}": "x" * 40 for name in ("node", "step", "path", "triggers", "checkpoint_ns", "request")}
    meta |= {f"key_{number}": "value " * 6 for number in range(12)}
    for number in range(events):
        piece = {"content": f" word{number}", "type": "AIMessageChunk", "id": f"run-{number // 400}", "tool_calls": []}
        told.append(("messages", [piece, meta]))
        if number % 100 == 99:
            told.append(("updates", {"agent": {"messages": [{"type": "ai", "content": "word " * 60, "id": "m"}]}}))
    for number, (name, data) in enumerate(told):
        text = f"id: {number}\r\nevent: {name}\r\ndata: {json.dumps(data)}\r\n\r\n"
        log.append(Frame(len(log) + 1, 3.0 + number, 1, Kind.DATA, {}, text.encode()))
    log.append(Frame(len(log) + 1, log[-1].at, 1, Kind.END, {"how": "eof", "by": "server"}))
    return log


def cut(log: Iterable[Frame], size: int) -> list[bytes]:
    """The bodies of one stream in chunks of this size."""
    body = b"".join(frame.body for frame in log if frame.kind is Kind.DATA)
    return [body[start : start + size] for start in range(0, len(body), size)]


def streams_of(log: Sequence[Frame]) -> list[list[bytes]]:
    """The bodies of each stream in chunks of 64 KiB."""
    return [cut(part, CHUNK) for _, part in groupby(log, key=lambda frame: frame.link)]


def assistant_stream(streams: Sequence[Sequence[bytes]]) -> Callable[[], int]:
    """The official client's own fold of the same stream."""
    openai = library("openai")
    kinds, handler = library("openai.types.beta"), library("openai.lib.streaming._assistants")
    streaming = library("openai._streaming")
    http = library("httpx2" if int(openai.__version__.partition(".")[0]) >= 3 else "httpx")
    client = openai.OpenAI(api_key="none", base_url="http://127.0.0.1:9")

    def one(chunks: Sequence[bytes]) -> int:
        request = http.Request("POST", "http://127.0.0.1:9")
        answer = http.Response(200, content=iter(chunks), request=request)
        events = handler.AssistantEventHandler()
        events._init(streaming.Stream(cast_to=kinds.AssistantStreamEvent, response=answer, client=client))
        return sum(1 for _ in events)

    def work() -> int:
        return sum(map(one, streams))

    return work


def sse_and_json(streams: Sequence[Sequence[bytes]]) -> Callable[[], int]:
    """httpx-sse, and the JSON of each event."""
    httpx, sse = library("httpx"), library("httpx_sse")

    def one(chunks: Sequence[bytes]) -> int:
        answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=iter(chunks))
        number = 0
        for event in sse.EventSource(answer).iter_sse():
            if event.data != "[DONE]":
                event.json()
            number += 1
        return number

    def work() -> int:
        return sum(map(one, streams))

    return work


def langgraph_sdk(streams: Sequence[Sequence[bytes]]) -> Callable[[], int]:
    """The decoder of LangGraph's own client."""
    sse = library("langgraph_sdk.sse")

    def one(chunks: Sequence[bytes]) -> int:
        lines, decoder = sse.BytesLineDecoder(), sse.SSEDecoder()
        return sum(1 for chunk in chunks for line in lines.decode(chunk) if decoder.decode(line) is not None)

    def work() -> int:
        return sum(map(one, streams))

    return work


def _line(
    what: str, events: int, ours: float, theirs: float, name: str, most: float | None, least: float | None = None
) -> Measured:
    mine, reference = ours / events * 1e6, theirs / events * 1e6
    ratio = theirs / ours if least is not None else ours / theirs
    return Measured(what, f"{mine:.1f} µs/event", f"{name} {reference:.1f} µs/event", ratio, most, least)


@goal("G1")
def against_the_official_client(setting: Setting) -> Iterator[Measured]:
    """One event a chunk, a commit per 1000."""
    log = list(frames(EVENTS))
    events = sum(frame.kind is Kind.DATA for frame in log)
    cases = [pipeline(setting.folder, log, "assistants"), assistant_stream(streams_of(log))]
    ours, theirs = interleaved(setting, cases)
    yield _line("decode, judge and store; it only decodes", events, ours, theirs, "AssistantStream", None, 30.0)


@goal("G2")
def against_decoders(setting: Setting) -> Iterator[Measured]:
    """Chunks of 64 KiB."""
    log = list(frames(EVENTS))
    events = sum(frame.kind is Kind.DATA for frame in log)
    cases: list[Callable[[], object]] = [
        pipeline(setting.folder, in_chunks(log, CHUNK), "assistants"),
        sse_and_json(streams_of(log)),
    ]
    ours, theirs = interleaved(setting, cases)
    yield _line("Assistants; it only decodes", events, ours, theirs, "httpx-sse + json", 0.5)
    graph = graph_stream(GRAPH_EVENTS)
    events = sum(frame.kind is Kind.DATA for frame in graph)
    mine = pipeline(setting.folder, in_chunks(graph, CHUNK), "langgraph")
    ours, theirs, sdk = interleaved(setting, [mine, sse_and_json(streams_of(graph)), langgraph_sdk(streams_of(graph))])
    yield _line("LangGraph; it only decodes", events, ours, theirs, "httpx-sse + json", 0.9)
    yield _line("LangGraph; it only decodes", events, ours, sdk, "langgraph-sdk", 1.6)

"""Synthetic recordings: as many whole runs of an Assistants-compatible server as are wanted, one event a frame."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.store.session import SessionWriter
from inspector.store.wirelog import entry_line, head_line

DELTAS = 488
WORDS = str.split(
    "the of and to in is you that it he was for on are as with his they I at be this have from or one had by word but "
    "not what all were we when your can said there use an each which she do how their if will up other about out 你好 "
    'many then them these so some her would make like him into time has look two more write go timeout retry { } "'
)
HEAD = {"protocol": "assistants", "label": "made up"}


def frames(events: int, seed: int = 1) -> Iterator[Frame]:
    """At least so many events in whole runs, each on a link of its own."""
    rng = random.Random(seed)
    seq = made = link = 0
    while made < events:
        link += 1
        run, thread = _id(rng, "run"), _id(rng, "thread")
        url = f"https://api.example.com/v1/threads/{thread}/runs"
        body = b'{"assistant_id":"asst_1","stream":true}'
        seq += 1
        yield Frame(
            seq, float(seq), link, Kind.REQUEST, {"method": "POST", "url": url, "headers": {}, "json": True}, body
        )
        seq += 1
        head = {"status": 200, "headers": {"content-type": "text/event-stream"}}
        yield Frame(seq, float(seq), link, Kind.RESPONSE, head)
        for name, data in _events(rng, run, thread):
            seq, made = seq + 1, made + 1
            text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            yield Frame(seq, float(seq), link, Kind.DATA, {}, f"event: {name}\ndata: {text}\n\n".encode())
        seq += 1
        yield Frame(seq, float(seq), link, Kind.END, {"how": "eof", "by": "server"})


def write_session(path: Path, events: int) -> int:
    """A session of them; how many frames."""
    count = 0
    with SessionWriter.create(path, HEAD, 1_790_000_000_000.0) as writer:
        part: list[Frame] = []
        for frame in frames(events):
            part.append(frame)
            count += 1
            if len(part) == 2000:
                writer.append(part)
                part = []
        writer.append(part)
    return count


def write_wire(path: Path, events: int) -> None:
    """A wire log of them."""
    with path.open("wb") as file:
        file.write(head_line(HEAD))
        file.writelines(entry_line(frame) for frame in frames(events))


def _id(rng: random.Random, kind: str) -> str:
    return f"{kind}_" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=24))


def _events(rng: random.Random, run: str, thread: str) -> Iterator[tuple[str, Any]]:
    message = _id(rng, "msg")
    for name in ("created", "queued", "in_progress"):
        yield f"thread.run.{name}", _run(run, thread, "queued" if name == "created" else name)
    whole = {"id": message, "object": "thread.message", "thread_id": thread, "run_id": run, "role": "assistant"}
    yield "thread.message.created", {**whole, "status": "in_progress", "content": []}
    words = rng.choices(WORDS, k=DELTAS)
    for word in words:
        piece = {"index": 0, "type": "text", "text": {"value": f" {word}"}}
        yield (
            "thread.message.delta",
            {"id": message, "object": "thread.message.delta", "delta": {"content": [piece]}},
        )
    content = [{"type": "text", "text": {"value": "".join(f" {word}" for word in words), "annotations": []}}]
    yield "thread.message.completed", {**whole, "status": "completed", "content": content}
    yield "thread.run.completed", _run(run, thread, "completed")
    yield "done", "[DONE]"


def _run(run: str, thread: str, status: str) -> dict[str, Any]:
    return {
        "id": run,
        "object": "thread.run",
        "created_at": 1_790_000_000,
        "assistant_id": "asst_1",
        "thread_id": thread,
        "status": status,
        "model": "gpt-4o",
        "instructions": "You are a helpful assistant that continues stuck runs.",
        "tools": [],
        "metadata": {},
        "required_action": None,
        "last_error": None,
        "usage": None,
    }

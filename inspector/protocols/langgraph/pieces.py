"""The short ways for the commonest event by far, a piece of a message with its metadata: for one, and for a stretch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from inspector.domain.events import Fact, MessageSeen, RunKey
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.flow import Read, Texts, texts_of
from inspector.protocols.jsons import short
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.streams import numbering, role_of

_LONG = 19
"""An id of so many digits is no count."""


class Piece(msgspec.Struct, gc=False):
    """All that counts of a message chunk whose content is a text."""

    id: str
    type: str
    content: str


_PIECE = msgspec.json.Decoder(tuple[Piece, msgspec.Raw])


def piece(data: str) -> Piece | None:
    """The message chunk of an event's data; None where it is anything more than text."""
    try:
        chunk, _ = _PIECE.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return chunk if chunk.id and chunk.type else None


def grown(rows: Rows, x: Exchange, key: RunKey, event: SseEvent, now: float) -> Draft | None:
    """The row of a plain piece of text of a run that is at work; None where it is anything more."""
    memory = _at_work(rows, key)
    chunk = None if memory is None else piece(event.data)
    if memory is None or chunk is None:
        return None
    rows.active(key, None, x.ids.get("thread"), now)
    memory.contents += 1
    found: list[Fact] = numbering(x.memory, event.id)
    if chunk.content:
        append = chunk.type.endswith("Chunk")
        found.append(MessageSeen(chunk.id, role_of(chunk.type), chunk.content, append))
    found += rows.begun(memory)
    return Draft(event.name.removesuffix("|"), short(chunk.content), key, True, tuple(found))


def stretch(
    rows: Rows, x: Exchange, key: RunKey, datas: Sequence[str], ids: Sequence[str | None], now: float
) -> Texts | None:
    """The same for many: None where one of them is more than a chunk, or may say more than its text."""
    memory, thread = _at_work(rows, key), x.ids.get("thread")
    if memory is None or (memory.thread is None and thread is not None) or rows.waited(memory):
        return None
    found = texts_of(datas, "content", _read) if goes_on(x.memory, ids) else None
    if found is None:
        return None
    texts: list[str] = []
    messages: list[tuple[MessageSeen, int]] = []
    for (ident, kind), part in found:
        texts += part
        if whole := "".join(part):
            last = next(place for place in range(len(texts) - 1, -1, -1) if texts[place])
            messages.append((MessageSeen(ident, role_of(kind), whole, True), last))
    rows.active(key, None, thread, now)
    memory.contents += len(texts)
    rows.begun(memory)
    noted(x.memory, ids)
    return Texts(key, texts, messages)


def _read(data: str) -> Read | None:
    chunk = piece(data)
    return None if chunk is None or not chunk.type.endswith("Chunk") else ((chunk.id, chunk.type), chunk.content)


def _at_work(rows: Rows, key: RunKey) -> RunMemory | None:
    memory = rows.runs.get(rows.keys.canon(key))
    return None if memory is None or memory.state in (None, "pending", "ended") else memory


def goes_on(memory: dict[str, Any], ids: Sequence[str | None]) -> bool:
    """Whether :func:`numbering` has nothing to say of any of these ids."""
    told = [ident for ident in ids if ident]
    if not told:
        return ids.count(None) == len(ids)
    if len(told) < len(ids) or not memory.get("ids", frozenset()).isdisjoint(told):
        return False
    if not _counts(told):
        return len(set(told)) == len(told) and not any(map(str.isdecimal, told))
    numbers = list(map(int, told))
    first: int = numbers[0] if memory.get("last") is None else memory["last"] + 1
    return numbers == list(range(first, first + len(numbers)))


def noted(memory: dict[str, Any], ids: Sequence[str | None]) -> None:
    """What :func:`numbering` remembers of such ids."""
    told = [ident for ident in ids if ident]
    if told:
        memory.setdefault("ids", set()).update(told)
    if told and _counts(told):
        memory["last"] = int(told[-1])


def _counts(ids: Sequence[str]) -> bool:
    return "".join(ids).isdecimal() and max(map(len, ids)) < _LONG
